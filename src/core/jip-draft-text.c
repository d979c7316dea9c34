/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-text.h"

#include <string.h>

#include "jip-draft-lines-private.h"
#include "jip-numbering.h"

#define ATTACHMENT_INDENT "      " /* 붙임 and two spaces are six columns wide */

/* Two columns a level (편람); bullets go in by one column each. */
static guint
indent_of (JipBlock *block)
{
  const char *bullet = jip_block_get_bullet (block);

  if (jip_block_get_level (block) > 0)
    return 2 * (jip_block_get_level (block) - 1);
  if (bullet == NULL || strcmp (bullet, "□") == 0)
    return 0;
  if (strcmp (bullet, "○") == 0 || strcmp (bullet, "ㅇ") == 0)
    return 1;
  return strcmp (bullet, "·") == 0 ? 3 : 2;
}

static void
append_table (GString *out, JipBlock *block)
{
  guint n, row = 0;
  const JipCell *cells = jip_block_get_cells (block, &n);

  g_string_append_c (out, '|');
  for (guint i = 0; i < n; i++)
    {
      if (cells[i].row != row)
        g_string_append (out, "\n|");
      row = cells[i].row;
      g_string_append_c (out, ' ');
      for (const char *p = cells[i].text; *p != '\0'; p++)
        {
          if (*p == '|' || *p == '\\')
            g_string_append_c (out, '\\');
          g_string_append_c (out, *p == '\n' ? ' ' : *p);
        }
      g_string_append (out, " |");
    }
}

/* Whether a lone item would be read back without the number that its own words begin with. */
static gboolean
begins_as_first (const char *item)
{
  const char *rest;
  guint index;
  item += strspn (item, " \t");
  return jip_numbering_scan (item, &index, &rest) == 1 && index == 1 && *rest != '\0';
}

static void
append_attachment (GString *out, JipBlock *block)
{
  const char *const *items = jip_block_get_items (block);

  if (items[1] == NULL && !begins_as_first (items[0]))
    g_string_append_printf (out, "붙임  %s", items[0]);
  else
    for (guint i = 0; items[i] != NULL; i++)
      g_string_append_printf (out, "%s%u. %s", i == 0 ? "붙임  " : "\n" ATTACHMENT_INDENT, i + 1, items[i]);
}

/* A block as lines, without the last line end; 끝. as a line of its own. */
char *
jip_draft_format_block (JipBlock *block, const char *mark)
{
  g_autoptr (GString) out = g_string_new (NULL);

  switch (jip_block_get_kind (block))
    {
    case JIP_BLOCK_PARAGRAPH:
      g_string_append_printf (out, "%*s", (int) indent_of (block), "");
      if (mark != NULL || jip_block_get_bullet (block) != NULL)
        g_string_append_printf (out, "%s ", mark != NULL ? mark : jip_block_get_bullet (block));
      g_string_append (out, jip_block_get_text (block));
      break;
    case JIP_BLOCK_TABLE:
      append_table (out, block);
      break;
    case JIP_BLOCK_IMAGE:
      if (jip_block_get_caption (block) != NULL)
        g_string_append_printf (out, "<%s>", jip_block_get_caption (block));
      else
        g_string_append_printf (out, "<사진: %s>", jip_block_get_file (block));
      break;
    case JIP_BLOCK_ATTACHMENT:
      append_attachment (out, block);
      break;
    case JIP_BLOCK_END:
      g_string_append (out, JIP_END_MARK);
      break;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* 끝. follows the last words after two spaces; below a table it stands alone after two spaces. */
static void
append_block (GString *out, JipBlock *block, const char *mark, JipBlock *before)
{
  if (jip_block_get_kind (block) != JIP_BLOCK_END)
    {
      g_autofree char *text = jip_draft_format_block (block, mark);
      g_string_append_printf (out, "%s\n", text);
      return;
    }
  gboolean attach = before != NULL && jip_block_get_kind (before) != JIP_BLOCK_TABLE
                    && jip_block_get_kind (before) != JIP_BLOCK_IMAGE
                    && jip_block_get_kind (before) != JIP_BLOCK_END && out->len > 0;
  if (attach)
    g_string_truncate (out, out->len - 1);
  g_string_append (out, "  " JIP_END_MARK "\n");
}

static void
append_section (GString *out, JipSection *section, GPtrArray *marks, guint first, JipBlock *before)
{
  for (guint i = 0; i < jip_section_get_n_blocks (section); i++)
    {
      JipBlock *block = jip_section_get_block (section, i);
      if (jip_block_get_kind (block) == JIP_BLOCK_ATTACHMENT && out->len > 0
          && !g_str_has_suffix (out->str, "\n\n"))
        g_string_append_c (out, '\n');
      if (jip_block_get_kind (block) == JIP_BLOCK_IMAGE && jip_block_get_caption (block) == NULL)
        continue;
      append_block (out, block, marks->pdata[first + i], before);
      before = block;
    }
}

static gboolean
starts_with_end (JipSection *section)
{
  return jip_section_get_n_blocks (section) > 0
         && jip_block_get_kind (jip_section_get_block (section, 0)) == JIP_BLOCK_END;
}

/**
 * jip_draft_to_text:
 *
 * The whole paper as plain text: title, sub-titles (`- … -`), headings, paragraphs with their computed marks and two
 * columns of indent a level, tables as lines in `|`, 붙임 and 끝. Lint's positions for a draft count in this text.
 *
 * Returns: (transfer full): text that ends in a line end, unless it is empty
 */
char *
jip_draft_to_text (JipDraft *draft)
{
  g_return_val_if_fail (draft != NULL, NULL);

  GString *out = g_string_new (NULL);
  g_autoptr (GPtrArray) marks = jip_draft_get_marks (draft);
  g_auto (GStrv) subtitles = jip_draft_dup_subtitles (draft);
  gboolean letter = strcmp (jip_draft_get_document_type (draft), "official-letter") == 0;
  JipBlock *before = NULL;

  if (*jip_draft_get_title (draft) != '\0')
    g_string_append_printf (out, "%s\n", jip_draft_get_title (draft));
  for (guint i = 0; subtitles[i] != NULL; i++)
    g_string_append_printf (out, "- %s -\n", subtitles[i]);
  for (guint s = 0, first = 0; s < jip_draft_get_n_sections (draft); s++)
    {
      JipSection *section = jip_draft_get_section (draft, s);
      guint n = jip_section_get_n_blocks (section);
      const char *heading = jip_section_get_heading (section);
      first += n;
      if (jip_section_is_subtitle (section) || (n == 0 && *heading == '\0'))
        continue;
      if (out->len > 0 && !starts_with_end (section) && (!letter || *heading != '\0' || before == NULL))
        g_string_append_c (out, '\n');
      if (*heading != '\0' && !starts_with_end (section))
        g_string_append_printf (out, "%s\n", heading);
      append_section (out, section, marks, first - n, before);
      before = n > 0 ? jip_section_get_block (section, n - 1) : before;
    }
  return g_string_free (out, FALSE);
}

/**
 * jip_section_is_subtitle:
 *
 * Returns: whether the section holds the sub-titles of a press release, which stand under the title
 */
gboolean
jip_section_is_subtitle (JipSection *section)
{
  const char *id = jip_section_get_id (section);
  return strcmp (id, "subtitle") == 0 || strcmp (id, "subtitles") == 0;
}

static void
add_subtitle (GStrvBuilder *builder, const char *text)
{
  g_autofree char *line = g_strstrip (g_strdup (text));
  gsize length = strlen (line);

  if (g_str_has_suffix (line, " -"))
    line[length - 2] = '\0';
  const char *start = g_str_has_prefix (line, "- ") ? line + 2 : line;
  g_autofree char *bare = g_strstrip (g_strdup (start));
  if (*bare != '\0' && strcmp (bare, "-") != 0)
    g_strv_builder_add (builder, bare);
}

/**
 * jip_draft_dup_subtitles:
 *
 * Returns: (transfer full): the sub-titles without their dashes: the paragraphs of the section `subtitle`, else the
 *   lines of the field `subtitle`
 */
char **
jip_draft_dup_subtitles (JipDraft *draft)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (draft != NULL, NULL);

  for (guint s = 0; s < jip_draft_get_n_sections (draft); s++)
    {
      JipSection *section = jip_draft_get_section (draft, s);
      for (guint i = 0; jip_section_is_subtitle (section) && i < jip_section_get_n_blocks (section); i++)
        add_subtitle (builder, jip_block_get_text (jip_section_get_block (section, i)));
    }
  g_auto (GStrv) found = g_strv_builder_end (builder);
  g_autofree char *field = found[0] == NULL ? jip_draft_dup_field (draft, "subtitle") : NULL;
  if (field == NULL)
    return g_steal_pointer (&found);
  g_auto (GStrv) lines = g_strsplit (field, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    add_subtitle (builder, lines[i]);
  return g_strv_builder_end (builder);
}

/* The place of @section's first block among all blocks. */
guint
jip_draft_count_before (JipDraft *draft, const char *id)
{
  guint first = 0;

  for (guint s = 0; s < jip_draft_get_n_sections (draft); s++)
    {
      JipSection *section = jip_draft_get_section (draft, s);
      if (strcmp (jip_section_get_id (section), id) == 0)
        break;
      first += jip_section_get_n_blocks (section);
    }
  return first;
}

/**
 * jip_draft_dup_section_text:
 *
 * Returns: (transfer full) (nullable): the section's blocks as lines, without its heading and without a last line end;
 *   %NULL when there is no such section. jip_draft_with_section_text() is the way back.
 */
char *
jip_draft_dup_section_text (JipDraft *draft, const char *id)
{
  g_return_val_if_fail (draft != NULL && id != NULL, NULL);

  JipSection *section = jip_draft_find_section (draft, id);
  if (section == NULL)
    return NULL;
  g_autoptr (GPtrArray) marks = jip_draft_get_marks (draft);
  guint first = jip_draft_count_before (draft, id);
  GString *out = g_string_new (NULL);
  JipBlock *before = NULL;
  for (guint i = 0; i < jip_section_get_n_blocks (section); i++)
    {
      JipBlock *block = jip_section_get_block (section, i);
      append_block (out, block, marks->pdata[first + i], before);
      before = block;
    }
  if (out->len > 0)
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}
