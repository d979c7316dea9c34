/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-layout.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "jip-draft-text.h"
#include "jip-error.h"
#include "jip-numbering.h"

/* Words on paper are the paper's own, in Korean whatever the language of the program. */
#define NOTICE_VISIBLE "※ 이 문서는 생성형 인공지능(AI)의 도움을 받아 작성하였습니다."
#define NOTICE_AI "AI 생성 내용 포함: 이 문서는 생성형 인공지능(AI)의 도움을 받아 작성하였습니다."
#define NOTICE_NO_AI "AI 미사용"

JipParagraph *
jip_layout_line (JipAlign align, guint line_spacing, const JipType *type, const char *text)
{
  JipParagraph *paragraph = jip_paragraph_new (align, line_spacing);
  jip_paragraph_add (paragraph, text, -1, type);
  return paragraph;
}

/* The first of the form's fields in @names that says something; ISO dates in the form of official papers. */
char *
jip_layout_field (JipLayout *layout, const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *value = jip_draft_dup_field (layout->draft, names[i]);
      if (value != NULL)
        return jip_layout_format_date (value);
    }
  return NULL;
}

/* `2026-11-23` and `2026-11-23T09:00` as `2026. 11. 23.(월)` and `2026. 11. 23.(월) 09:00`; other text as it is. */
char *
jip_layout_format_date (const char *text)
{
  static const char *const days[] = { "월", "화", "수", "목", "금", "토", "일" };
  int year, month, day, end = 0;

  if (sscanf (text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || end != 10
      || !g_date_valid_dmy ((GDateDay) day, month, (GDateYear) year))
    return g_strdup (text);
  const char *rest = text + end;
  if (*rest != '\0' && *rest != 'T' && *rest != ' ')
    return g_strdup (text);
  GDate date;
  g_date_set_dmy (&date, (GDateDay) day, month, (GDateYear) year);
  g_autofree char *time = *rest != '\0' ? g_strndup (rest + 1, 5) : NULL;
  return g_strdup_printf ("%d. %d. %d.(%s)%s%s", year, month, day, days[g_date_get_weekday (&date) - 1],
                          time != NULL ? " " : "", time != NULL ? time : "");
}

/* An empty line of this height. */
void
jip_layout_space (JipLayout *layout, double points)
{
  JipType type = layout->body;

  type.size = points;
  jip_paper_add_paragraph (layout->paper, jip_layout_line (JIP_ALIGN_LEFT, 100, &type, ""));
}

/* The title, centred; smaller before it breaks. */
void
jip_layout_title (JipLayout *layout, double size, double least)
{
  JipType type = { .face = JIP_FACE_HEADLINE, .size = size, .bold = TRUE };
  const char *title = jip_draft_get_title (layout->draft);

  if (*title == '\0')
    return;
  while (type.size > least && jip_type_measure (&type, title) > jip_paper_text_width (layout->paper))
    type.size -= 1;
  JipParagraph *paragraph = jip_layout_line (JIP_ALIGN_CENTER, 130, &type, title);
  paragraph->outline = 1;
  paragraph->after = 7;
  paragraph->keep_next = TRUE;
  jip_paper_add_paragraph (layout->paper, paragraph);
}

void
jip_layout_notice (JipLayout *layout, JipAlign align)
{
  JipType type = { .face = JIP_FACE_GOTHIC, .size = 9, .colour = 0x595959 };

  if (!jip_draft_uses_ai (layout->draft) || (layout->options != NULL && layout->options->hide_notice))
    return;
  JipParagraph *paragraph = jip_layout_line (align, 130, &type, NOTICE_VISIBLE);
  paragraph->before = 12;
  paragraph->after = 4;
  paragraph->keep_next = TRUE;
  jip_paper_add_paragraph (layout->paper, paragraph);
}

static void
add_spans (JipParagraph *paragraph, JipBlock *block, const JipType *type)
{
  g_autoptr (GArray) runs = jip_block_get_runs (block);
  const char *at = jip_block_get_text (block);

  for (guint i = 0; i < runs->len; i++)
    {
      const JipSpan *span = &g_array_index (runs, JipSpan, i);
      const char *end = g_utf8_offset_to_pointer (at, span->length);
      JipType own = *type;
      own.bold = own.bold || span->bold;
      own.underline = span->underline;
      jip_paragraph_add (paragraph, at, end - at, &own);
      at = end;
    }
}

typedef struct
{
  JipType type;
  double left; /* em of the body's type */
  double before;
} BulletStyle;

/* looks.md, "Numbering": □ largest, ㅇ and - one and two em in, ※ smaller and Gothic. */
static BulletStyle
style_bullet (JipLayout *layout, const char *bullet)
{
  BulletStyle style = { .type = layout->body };

  if (strcmp (bullet, "□") == 0)
    {
      style.type.size += layout->bullets_up ? 1 : 0;
      style.type.bold = layout->bullets_up;
      style.before = 6;
    }
  else if (strcmp (bullet, "○") == 0 || strcmp (bullet, "ㅇ") == 0)
    style.left = 1;
  else if (strcmp (bullet, "-") == 0)
    style.left = 2;
  else if (strcmp (bullet, "·") == 0)
    style.left = 3;
  else
    {
      style.type.face = JIP_FACE_GOTHIC;
      style.type.size -= 2;
      style.left = 3;
    }
  return style;
}

static void
add_marked (JipLayout *layout, JipBlock *block, const char *mark, const BulletStyle *style)
{
  JipParagraph *paragraph = jip_paragraph_new (JIP_ALIGN_JUSTIFY, layout->line_spacing);
  g_autofree char *head = g_strconcat (mark, " ", NULL);

  paragraph->left = style->left * layout->body.size * JIP_MM_PER_PT;
  paragraph->hang = jip_type_measure (&style->type, head);
  paragraph->hang_after = TRUE;
  paragraph->level = jip_block_get_level (block);
  paragraph->before = style->before;
  jip_paragraph_add (paragraph, head, -1, &style->type);
  add_spans (paragraph, block, &style->type);
  jip_paper_add_paragraph (layout->paper, paragraph);
}

static void
add_plain (JipLayout *layout, JipBlock *block)
{
  JipParagraph *paragraph = jip_paragraph_new (JIP_ALIGN_JUSTIFY, layout->line_spacing);
  guint level = jip_block_get_level (block);
  double em = layout->body.size * JIP_MM_PER_PT;

  paragraph->left = level > 1 ? (level - 1) * em : 0; /* a lone item */
  paragraph->level = level;
  paragraph->hang = layout->indent && level == 0 ? -em : 0;
  add_spans (paragraph, block, &layout->body);
  jip_paper_add_paragraph (layout->paper, paragraph);
}

static void
add_text (JipLayout *layout, JipBlock *block, const char *mark)
{
  const char *bullet = jip_block_get_bullet (block);

  if (mark != NULL)
    {
      BulletStyle style = { .type = layout->body, .left = jip_block_get_level (block) - 1 };
      add_marked (layout, block, mark, &style);
    }
  else if (bullet != NULL)
    {
      BulletStyle style = style_bullet (layout, bullet);
      add_marked (layout, block, bullet, &style);
    }
  else
    add_plain (layout, block);
}

static void
add_image (JipLayout *layout, JipBlock *block)
{
  const char *folder = layout->options != NULL ? layout->options->folder : NULL;
  double width = jip_block_get_width_mm (block) > 0 ? jip_block_get_width_mm (block) : 120;
  JipType type = { .face = JIP_FACE_GOTHIC, .size = 11 };

  if (layout->error != NULL)
    return;
  if (folder == NULL)
    {
      jip_error_set (&layout->error, JIP_ERROR_FILE,
                     _ ("The picture %s cannot be found: the draft is in no folder."),
                     jip_block_get_file (block));
      return;
    }
  JipPaperImage *image = jip_paper_image_load (
      folder, jip_block_get_file (block), MIN (width, jip_paper_text_width (layout->paper)), &layout->error);
  if (image == NULL)
    return;
  jip_paper_add_image (layout->paper, image);
  if (jip_block_get_caption (block) != NULL)
    {
      g_autofree char *caption = g_strdup_printf ("<%s>", jip_block_get_caption (block));
      JipParagraph *paragraph = jip_layout_line (JIP_ALIGN_CENTER, 130, &type, caption);
      paragraph->after = 8;
      jip_paper_add_paragraph (layout->paper, paragraph);
    }
}

/* 붙임 one empty line below the text; the second item stands under the first number, by indent. */
static void
add_attachment (JipLayout *layout, JipBlock *block)
{
  const char *const *items = jip_block_get_items (block);
  double label = jip_type_measure (&layout->body, "붙임  ");

  for (guint i = 0; items[i] != NULL; i++)
    {
      JipParagraph *paragraph = jip_paragraph_new (JIP_ALIGN_JUSTIFY, layout->line_spacing);
      g_autofree char *mark = items[1] != NULL ? g_strdup_printf ("%u. ", i + 1) : g_strdup ("");
      g_autofree char *head = g_strconcat (i == 0 ? "붙임  " : "", mark, NULL);
      paragraph->before = i == 0 ? layout->body.size * layout->line_spacing / 100.0 : 0;
      paragraph->left = i == 0 ? 0 : label;
      paragraph->hang = jip_type_measure (&layout->body, head);
      paragraph->hang_after = *head != '\0';
      paragraph->keep_next = items[i + 1] != NULL;
      if (*head != '\0')
        jip_paragraph_add (paragraph, head, -1, &layout->body);
      jip_paragraph_add (paragraph, items[i], -1, &layout->body);
      jip_paper_add_paragraph (layout->paper, paragraph);
    }
}

/* 끝. after the last words and two spaces; below a table on a line of its own. */
static void
add_end (JipLayout *layout)
{
  GArray *items = layout->paper->items;
  JipParagraph *last = items->len > 0 ? g_array_index (items, JipPaperItem, items->len - 1).paragraph : NULL;

  if (last != NULL && last->outline == 0)
    jip_paragraph_add (last, "  끝.", -1, &layout->body);
  else
    jip_paper_add_paragraph (layout->paper,
                             jip_layout_line (JIP_ALIGN_LEFT, layout->line_spacing, &layout->body, "  끝."));
}

static void
add_heading (JipLayout *layout, const char *heading)
{
  JipType type = { .face = JIP_FACE_HEADLINE, .size = layout->body.size + 1, .bold = TRUE };

  if (*heading == '\0')
    return;
  JipParagraph *paragraph = jip_layout_line (JIP_ALIGN_LEFT, layout->line_spacing, &type, heading);
  paragraph->outline = 2;
  paragraph->before = 12;
  paragraph->after = 3;
  paragraph->keep_next = TRUE;
  jip_paper_add_paragraph (layout->paper, paragraph);
}

static void
add_block (JipLayout *layout, JipBlock *block, const char *mark)
{
  switch (jip_block_get_kind (block))
    {
    case JIP_BLOCK_PARAGRAPH:
      add_text (layout, block, mark);
      break;
    case JIP_BLOCK_TABLE:
      jip_layout_table (layout, block);
      break;
    case JIP_BLOCK_IMAGE:
      add_image (layout, block);
      break;
    case JIP_BLOCK_ATTACHMENT:
      add_attachment (layout, block);
      break;
    case JIP_BLOCK_END:
      add_end (layout);
      break;
    }
}

/* Who gives the notice, below the text. */
static void
add_issuer (JipLayout *layout, JipSection *section)
{
  JipType type = { .face = JIP_FACE_HEADLINE, .size = 18, .bold = TRUE };

  for (guint i = 0; i < jip_section_get_n_blocks (section); i++)
    {
      const char *text = jip_block_get_text (jip_section_get_block (section, i));
      JipParagraph *paragraph = jip_layout_line (JIP_ALIGN_CENTER, 160, &type, text);
      paragraph->before = i == 0 ? 24 : 0;
      jip_paper_add_paragraph (layout->paper, paragraph);
    }
}

static gboolean
is_issuer (JipSection *section)
{
  if (strcmp (jip_section_get_id (section), "issuer") != 0)
    return FALSE;
  for (guint i = 0; i < jip_section_get_n_blocks (section); i++)
    {
      JipBlock *block = jip_section_get_block (section, i);
      if (jip_block_get_kind (block) != JIP_BLOCK_PARAGRAPH || jip_block_get_level (block) > 0
          || jip_block_get_bullet (block) != NULL)
        return FALSE;
    }
  return TRUE;
}

/* All sections in their order; sub-titles stand in the head already. */
void
jip_layout_body (JipLayout *layout)
{
  for (guint s = 0, first = 0; s < jip_draft_get_n_sections (layout->draft); s++)
    {
      JipSection *section = jip_draft_get_section (layout->draft, s);
      guint n = jip_section_get_n_blocks (section);
      first += n;
      if (jip_section_is_subtitle (section))
        continue;
      add_heading (layout, jip_section_get_heading (section));
      if (is_issuer (section))
        {
          add_issuer (layout, section);
          continue;
        }
      for (guint b = 0; b < n; b++)
        add_block (layout, jip_section_get_block (section, b), layout->marks->pdata[first - n + b]);
    }
}

static void
set_margins (JipPaper *paper, double left, double right, double top, double bottom, double zone)
{
  paper->margin[JIP_SIDE_LEFT] = left;
  paper->margin[JIP_SIDE_RIGHT] = right;
  paper->margin[JIP_SIDE_TOP] = top;
  paper->margin[JIP_SIDE_BOTTOM] = bottom;
  paper->zone = zone;
}

static void
compose_press (JipLayout *layout)
{
  set_margins (layout->paper, 20, 20, 25, 25, 10);
  layout->body = (JipType){ .face = JIP_FACE_SERIF, .size = 14 };
  layout->line_spacing = 160;
  layout->indent = TRUE;
  jip_layout_press_head (layout);
  jip_layout_body (layout);
  jip_layout_press_foot (layout);
}

static void
compose_letter (JipLayout *layout)
{
  set_margins (layout->paper, 20, 15, 20, 15, 10);
  layout->body = (JipType){ .face = JIP_FACE_GOTHIC, .size = 12 };
  layout->line_spacing = 160;
  jip_layout_letter_head (layout);
  jip_layout_body (layout);
  jip_layout_notice (layout, JIP_ALIGN_RIGHT);
  jip_layout_letter_foot (layout);
}

static void
compose_report (JipLayout *layout)
{
  set_margins (layout->paper, 20, 20, 25, 25, 10);
  layout->paper->first_page = TRUE;
  layout->body = (JipType){ .face = JIP_FACE_SERIF, .size = 15 };
  layout->line_spacing = 160;
  layout->bullets_up = TRUE;
  jip_layout_report_head (layout);
  jip_layout_body (layout);
  jip_layout_notice (layout, JIP_ALIGN_RIGHT);
}

/* A greeting, a notice, a reply: the title and the text. */
static void
compose_plain (JipLayout *layout)
{
  set_margins (layout->paper, 20, 20, 25, 25, 10);
  layout->body = (JipType){ .face = JIP_FACE_SERIF, .size = 14 };
  layout->line_spacing = 160;
  layout->indent = TRUE;
  jip_layout_title (layout, 22, 18);
  jip_layout_space (layout, 14);
  jip_layout_body (layout);
  jip_layout_notice (layout, JIP_ALIGN_RIGHT);
}

static const struct
{
  const char *name;
  void (*compose) (JipLayout *layout);
} heads[] = {
  { "press-release", compose_press }, { "official-letter", compose_letter },
  { "plain", compose_plain },         { "greeting", compose_plain },
  { "notice", compose_plain },        { "petition-reply", compose_plain },
  { "promotion", compose_plain },
};

static void
compose (JipLayout *layout)
{
  const char *head = layout->options != NULL && layout->options->head != NULL
                         ? layout->options->head
                         : jip_draft_get_document_type (layout->draft);

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    if (strcmp (heads[i].name, head) == 0)
      {
        heads[i].compose (layout);
        return;
      }
  compose_report (layout);
}

/* The last line of the text stays with what stands below it, which must not be alone on a page. */
static void
keep_foot (JipPaper *paper)
{
  if (paper->foot == 0 || paper->foot >= paper->items->len)
    return;
  JipPaperItem *last = &g_array_index (paper->items, JipPaperItem, paper->foot - 1);
  if (last->paragraph != NULL)
    last->paragraph->keep_next = TRUE;
}

/**
 * jip_layout:
 * @options: (nullable)
 *
 * Returns: (transfer full): the paper, or %NULL when a picture cannot be had
 */
JipPaper *
jip_layout (JipDraft *draft, const JipDocumentOptions *options, GError **error)
{
  static const char *const authors[] = { "organization", "department", NULL };
  g_autoptr (JipPaper) paper = jip_paper_new ();
  g_autoptr (GPtrArray) marks = jip_draft_get_marks (draft);
  JipLayout layout = { .draft = draft, .options = options, .paper = paper, .marks = marks };

  g_autofree char *author = jip_layout_field (&layout, authors);
  paper->title = jip_paper_clean (jip_draft_get_title (draft), -1);
  paper->author = author != NULL ? jip_paper_clean (author, -1) : NULL;
  paper->notice = g_strdup (jip_draft_uses_ai (draft) ? NOTICE_AI : NOTICE_NO_AI);
  compose (&layout);
  keep_foot (paper);
  jip_paper_fit_foot (paper);
  if (layout.error != NULL)
    {
      g_propagate_error (error, layout.error);
      return NULL;
    }
  return g_steal_pointer (&paper);
}
