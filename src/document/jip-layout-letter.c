/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-layout.h"

#include <string.h>

/* 두문 and 결문 of an official letter (looks.md). Fields: organization, slogan, receiver, via, receivers, sender,
 * drafter, reviewer, approver, cooperator, approved_date, document_number, date, postcode, address, homepage, phone,
 * fax, email, disclosure. */

#define FIELD(...) ((const char *const[]){ __VA_ARGS__, NULL })

static JipPaperCell *
add_cell (JipPaperTable *table,
          guint row,
          guint column,
          guint span,
          JipAlign align,
          const JipType *type,
          const char *text)
{
  JipPaperCell *cell = jip_paper_table_add_cell (table, row, column, 1, span);
  cell->pad_x = 0.5;
  cell->pad_y = 0.3;
  jip_paper_cell_take (cell, jip_layout_line (align, 120, type, text));
  return cell;
}

/* Short names stand with their letters apart. */
static char *
space_letters (const char *name)
{
  glong n = g_utf8_strlen (name, -1);
  GString *out = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (p != name && n <= 6)
        g_string_append (out, "  ");
      g_string_append_unichar (out, g_utf8_get_char (p));
    }
  return g_string_free (out, FALSE);
}

static void
add_office (JipLayout *layout)
{
  g_autofree char *slogan = jip_layout_field (layout, FIELD ("slogan"));
  g_autofree char *organization = jip_layout_field (layout, FIELD ("organization"));
  JipType small = { .face = JIP_FACE_GOTHIC, .size = 10 };
  JipType large = { .face = JIP_FACE_HEADLINE, .size = 20, .bold = TRUE };

  if (slogan != NULL)
    jip_paper_add_paragraph (layout->paper, jip_layout_line (JIP_ALIGN_CENTER, 130, &small, slogan));
  if (organization == NULL)
    return;
  g_autofree char *spaced = space_letters (organization);
  JipParagraph *paragraph = jip_layout_line (JIP_ALIGN_CENTER, 160, &large, spaced);
  paragraph->before = 8;
  paragraph->after = 16;
  jip_paper_add_paragraph (layout->paper, paragraph);
}

void
jip_layout_letter_head (JipLayout *layout)
{
  g_autofree char *receivers = jip_layout_field (layout, FIELD ("receivers"));
  g_autofree char *named = jip_layout_field (layout, FIELD ("receiver", "recipient"));
  g_autofree char *via = jip_layout_field (layout, FIELD ("via"));
  const char *receiver = named != NULL ? named : receivers != NULL ? "수신자 참조" : "";
  const char *labels[] = { "수신", "(경유)", "제목" };
  const char *values[] = { receiver, via != NULL ? via : "", jip_draft_get_title (layout->draft) };
  double columns[] = { 20, jip_paper_text_width (layout->paper) - 20 };

  add_office (layout);
  JipPaperTable *table = jip_paper_table_new (columns, 2);
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      guint row = jip_paper_table_add_row (table, 7.4);
      JipPaperCell *left = add_cell (table, row, 0, 1, JIP_ALIGN_LEFT, &layout->body, labels[i]);
      JipPaperCell *right = add_cell (table, row, 1, 1, JIP_ALIGN_LEFT, &layout->body, values[i]);
      if (i == 2)
        {
          left->rule[JIP_SIDE_BOTTOM] = right->rule[JIP_SIDE_BOTTOM] = 0.4;
          ((JipParagraph *) right->paragraphs->pdata[0])->outline = 1;
        }
    }
  jip_paper_add_table (layout->paper, table);
  jip_layout_space (layout, 6);
}

static char *
find_sender (JipLayout *layout)
{
  g_autofree char *sender = jip_layout_field (layout, FIELD ("sender"));
  g_autofree char *organization = jip_layout_field (layout, FIELD ("organization"));

  if (sender != NULL || organization == NULL)
    return g_steal_pointer (&sender);
  gboolean office = g_str_has_suffix (organization, "시") || g_str_has_suffix (organization, "군")
                    || g_str_has_suffix (organization, "구");
  return g_strconcat (organization, office ? "장" : "", NULL);
}

static void
add_sender (JipLayout *layout)
{
  g_autofree char *sender = find_sender (layout);
  g_autofree char *receivers = jip_layout_field (layout, FIELD ("receivers"));
  double columns[] = { jip_paper_text_width (layout->paper) };
  JipType large = { .face = JIP_FACE_HEADLINE, .size = 20, .bold = TRUE };
  JipType small = { .face = JIP_FACE_GOTHIC, .size = 10 };

  JipPaperTable *table = jip_paper_table_new (columns, 1);
  guint row = jip_paper_table_add_row (table, 14.3);
  add_cell (table, row, 0, 1, JIP_ALIGN_CENTER, &large, sender != NULL ? sender : "");
  if (receivers != NULL)
    {
      g_autofree char *line = g_strdup_printf ("수신자  %s", receivers);
      row = jip_paper_table_add_row (table, 6);
      add_cell (table, row, 0, 1, JIP_ALIGN_LEFT, &small, line);
    }
  JipType bar = { .face = JIP_FACE_GOTHIC, .size = 4 };
  row = jip_paper_table_add_row (table, 3);
  add_cell (table, row, 0, 1, JIP_ALIGN_LEFT, &bar, "")->fill = 0xCCCCCC;
  table->keep = TRUE;
  table->before = 24;
  jip_paper_add_table (layout->paper, table);
}

/* `주무관 서다온`: the rank small above left, the name below right. */
static void
add_approver (JipPaperTable *table, guint column, const char *person, const char *date)
{
  JipType rank_type = { .face = JIP_FACE_GOTHIC, .size = 10 };
  JipType name_type = { .face = JIP_FACE_GOTHIC, .size = 11, .bold = TRUE };
  const char *space = strrchr (person, ' ');
  g_autofree char *rank = space != NULL ? g_strndup (person, (gsize) (space - person)) : g_strdup ("");
  g_autofree char *above = date != NULL ? g_strdup_printf ("%s  전결 %s", rank, date) : g_strdup (rank);

  add_cell (table, 0, column, 1, JIP_ALIGN_LEFT, &rank_type, above);
  add_cell (table, 1, column, 1, JIP_ALIGN_CENTER, &name_type, space != NULL ? space + 1 : person);
}

static void
add_approval (JipLayout *layout)
{
  g_autofree char *drafter = jip_layout_field (layout, FIELD ("drafter", "contact"));
  g_autofree char *reviewer = jip_layout_field (layout, FIELD ("reviewer"));
  g_autofree char *approver = jip_layout_field (layout, FIELD ("approver", "manager"));
  g_autofree char *date = jip_layout_field (layout, FIELD ("approved_date"));
  const char *people[] = { drafter, reviewer, approver };
  guint n = 0, column = 0;
  double columns[3];

  for (guint i = 0; i < 3; i++)
    n += people[i] != NULL;
  if (n == 0)
    return;
  for (guint i = 0; i < n; i++)
    columns[i] = jip_paper_text_width (layout->paper) / n;
  JipPaperTable *table = jip_paper_table_new (columns, n);
  jip_paper_table_add_row (table, 5);
  jip_paper_table_add_row (table, 5.5);
  for (guint i = 0; i < 3; i++)
    if (people[i] != NULL)
      add_approver (table, column++, people[i], i == 2 ? date : NULL);
  table->keep = TRUE;
  table->before = 3;
  jip_paper_add_table (layout->paper, table);
}

static void
append_part (GString *out, const char *label, const char *value, const char *between)
{
  if (value == NULL)
    return;
  if (out->len > 0)
    g_string_append (out, between);
  if (label != NULL)
    g_string_append_printf (out, "%s ", label);
  g_string_append (out, value);
}

static void
add_foot_line (JipLayout *layout, const char *text)
{
  JipType type = { .face = JIP_FACE_GOTHIC, .size = 10 };

  if (*text == '\0')
    return;
  JipParagraph *paragraph = jip_layout_line (JIP_ALIGN_LEFT, 100, &type, text);
  paragraph->before = 3;
  paragraph->keep_next = TRUE;
  jip_paper_add_paragraph (layout->paper, paragraph);
}

/* 시행 stands on the form, not in the number. */
static char *
without_label (char *number)
{
  const char *rest = number;

  if (number == NULL || !g_str_has_prefix (number, "시행"))
    return number;
  for (rest += strlen ("시행"); *rest == ' '; rest++)
    ;
  char *bare = g_strdup (rest);
  g_free (number);
  return bare;
}

static void
add_registry (JipLayout *layout)
{
  g_autofree char *number = without_label (jip_layout_field (layout, FIELD ("document_number")));
  g_autofree char *date = jip_layout_field (layout, FIELD ("date"));
  g_autofree char *cooperator = jip_layout_field (layout, FIELD ("cooperator"));
  g_autoptr (GString) line = g_string_new (NULL);

  append_part (line, "협조자", cooperator, "");
  add_foot_line (layout, line->str);
  g_string_truncate (line, 0);
  append_part (line, "시행", number, "");
  if (number != NULL && date != NULL)
    {
      char *day = strchr (date, '(');
      if (day != NULL)
        *day = '\0';
      g_string_append_printf (line, " (%s)", date);
    }
  add_foot_line (layout, line->str);
}

static void
add_address (JipLayout *layout)
{
  g_autofree char *postcode = jip_layout_field (layout, FIELD ("postcode"));
  g_autofree char *address = jip_layout_field (layout, FIELD ("address"));
  g_autofree char *homepage = jip_layout_field (layout, FIELD ("homepage"));
  g_autofree char *phone = jip_layout_field (layout, FIELD ("phone"));
  g_autofree char *fax = jip_layout_field (layout, FIELD ("fax"));
  g_autofree char *email = jip_layout_field (layout, FIELD ("email"));
  g_autofree char *disclosure = jip_layout_field (layout, FIELD ("disclosure"));
  g_autoptr (GString) line = g_string_new (NULL);

  append_part (line, "우", postcode, "");
  append_part (line, NULL, address, "  ");
  append_part (line, NULL, homepage, "  / ");
  add_foot_line (layout, line->str);
  g_string_truncate (line, 0);
  append_part (line, "전화번호", phone, "");
  append_part (line, "팩스번호", fax, "  ");
  append_part (line, NULL, email, "  / ");
  append_part (line, NULL, disclosure, "  / ");
  add_foot_line (layout, line->str);
}

void
jip_layout_letter_foot (JipLayout *layout)
{
  layout->paper->foot = layout->paper->items->len;
  layout->paper->foot_low = TRUE;
  add_sender (layout);
  add_approval (layout);
  add_registry (layout);
  add_address (layout);
}
