/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-layout.h"

#include <string.h>

#include "jip-draft-text.h"

/* The head and contact tables of a press release and the head of a report (looks.md). */

#define LABEL_FILL 0xE5E5E5

static void
add_text_cell (JipPaperTable *table,
               guint row,
               guint column,
               guint row_span,
               guint column_span,
               const JipType *type,
               const char *text,
               guint32 fill)
{
  JipPaperCell *cell = jip_paper_table_add_cell (table, row, column, row_span, column_span);
  cell->fill = fill;
  cell->pad_x = 1;
  jip_paper_cell_take (cell, jip_layout_line (JIP_ALIGN_CENTER, 130, type, text));
}

static void
add_banner (JipLayout *layout, const char *organization)
{
  double width = jip_paper_text_width (layout->paper);
  double columns[] = { width - 45, 45 };
  JipType banner = { .face = JIP_FACE_HEADLINE, .size = 30, .bold = TRUE, .spacing = 15 };
  JipType name = { .face = JIP_FACE_GOTHIC, .size = 15, .bold = TRUE };

  if (organization == NULL)
    columns[0] = width;
  JipPaperTable *table = jip_paper_table_new (columns, organization != NULL ? 2 : 1);
  jip_paper_table_add_row (table, 21);
  add_text_cell (table, 0, 0, 1, 1, &banner, "보 도 자 료", JIP_PAPER_NO_FILL);
  if (organization != NULL)
    {
      while (name.size > 10 && jip_type_measure (&name, organization) > columns[1] - 4)
        name.size -= 1;
      add_text_cell (table, 0, 1, 1, 1, &name, organization, JIP_PAPER_NO_FILL);
    }
  jip_paper_table_set_rules (table, 0.4, 0.12);
  jip_paper_add_table (layout->paper, table);
}

/* 보도시점 and 배포; what the form does not say has no box. */
static void
add_dates (JipLayout *layout)
{
  static const char *const embargo_names[] = { "embargo", "release_at", NULL };
  static const char *const release_names[] = { "release_date", "released_at", NULL };
  g_autofree char *embargo = jip_layout_field (layout, embargo_names);
  g_autofree char *release = jip_layout_field (layout, release_names);
  const char *labels[] = { "보도시점", "배포" }, *values[] = { embargo, release };
  guint n = (embargo != NULL) + (release != NULL);
  double value_width = jip_paper_text_width (layout->paper) / MAX (n, 1) - 25;
  double columns[] = { 25, value_width, 25, value_width };
  JipType label = { .face = JIP_FACE_GOTHIC, .size = 11, .bold = TRUE };
  JipType value = { .face = JIP_FACE_GOTHIC, .size = 11 };

  if (n == 0)
    return;
  JipPaperTable *table = jip_paper_table_new (columns, 2 * n);
  jip_paper_table_add_row (table, 8);
  for (guint i = 0, column = 0; i < 2; i++)
    if (values[i] != NULL)
      {
        add_text_cell (table, 0, column, 1, 1, &label, labels[i], LABEL_FILL);
        add_text_cell (table, 0, column + 1, 1, 1, &value, values[i], JIP_PAPER_NO_FILL);
        column += 2;
      }
  jip_paper_table_set_rules (table, 0.4, 0.12);
  table->before = 3;
  jip_paper_add_table (layout->paper, table);
}

static void
add_subtitles (JipLayout *layout)
{
  g_auto (GStrv) subtitles = jip_draft_dup_subtitles (layout->draft);
  JipType type = { .face = JIP_FACE_GOTHIC, .size = 15, .bold = TRUE };

  for (guint i = 0; subtitles[i] != NULL; i++)
    {
      g_autofree char *line = g_strdup_printf ("- %s -", subtitles[i]);
      JipParagraph *paragraph = jip_layout_line (JIP_ALIGN_CENTER, 160, &type, line);
      paragraph->keep_next = TRUE;
      jip_paper_add_paragraph (layout->paper, paragraph);
    }
  jip_layout_space (layout, 10);
}

void
jip_layout_press_head (JipLayout *layout)
{
  static const char *const names[] = { "organization", NULL };
  g_autofree char *organization = jip_layout_field (layout, names);

  add_banner (layout, organization);
  add_dates (layout);
  jip_layout_space (layout, 14);
  jip_layout_title (layout, 22, 20);
  add_subtitles (layout);
}

typedef struct
{
  char *department, *manager, *contact, *phone;
} Contact;

/* Ministries' form: the department over two rows, who is responsible above who is in charge. */
static JipPaperTable *
two_rows (JipLayout *layout, const Contact *contact, const JipType *label, const JipType *value)
{
  double width = jip_paper_text_width (layout->paper);
  double columns[] = { 25, 42, 23, 38, width - 128 };
  JipPaperTable *table = jip_paper_table_new (columns, 5);

  jip_paper_table_add_row (table, 7.5);
  jip_paper_table_add_row (table, 7.5);
  add_text_cell (table, 0, 0, 2, 1, label, "담당 부서", LABEL_FILL);
  add_text_cell (table, 0, 1, 2, 1, value, contact->department, JIP_PAPER_NO_FILL);
  add_text_cell (table, 0, 2, 1, 1, label, "책임자", LABEL_FILL);
  add_text_cell (table, 0, 3, 1, contact->phone != NULL ? 1 : 2, value, contact->manager, JIP_PAPER_NO_FILL);
  if (contact->phone != NULL)
    add_text_cell (table, 0, 4, 2, 1, value, contact->phone, JIP_PAPER_NO_FILL);
  add_text_cell (table, 1, 2, 1, 1, label, "담당자", LABEL_FILL);
  add_text_cell (table, 1, 3, 1, contact->phone != NULL ? 1 : 2, value, contact->contact, JIP_PAPER_NO_FILL);
  return table;
}

static JipPaperTable *
one_row (JipLayout *layout, const Contact *contact, const JipType *label, const JipType *value)
{
  const char *labels[] = { "담당 부서", contact->contact != NULL ? "담당자" : "책임자", "연락처" };
  const char *values[] = { contact->department,
                           contact->contact != NULL ? contact->contact : contact->manager, contact->phone };
  guint n = 0;
  double columns[6];

  for (guint i = 0; i < 3; i++)
    n += values[i] != NULL;
  if (n == 0)
    return NULL;
  for (guint i = 0; i < 2 * n; i++)
    columns[i] = i % 2 == 0 ? 23.7 : jip_paper_text_width (layout->paper) / n - 23.7;
  JipPaperTable *table = jip_paper_table_new (columns, 2 * n);
  jip_paper_table_add_row (table, 7.5);
  for (guint i = 0, column = 0; i < 3; i++)
    if (values[i] != NULL)
      {
        add_text_cell (table, 0, column, 1, 1, label, labels[i], LABEL_FILL);
        add_text_cell (table, 0, column + 1, 1, 1, value, values[i], JIP_PAPER_NO_FILL);
        column += 2;
      }
  return table;
}

static void
contact_clear (Contact *contact)
{
  g_free (contact->department);
  g_free (contact->manager);
  g_free (contact->contact);
  g_free (contact->phone);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Contact, contact_clear)

void
jip_layout_press_foot (JipLayout *layout)
{
  JipType label = { .face = JIP_FACE_GOTHIC, .size = 10, .bold = TRUE };
  JipType value = { .face = JIP_FACE_GOTHIC, .size = 10 };
  g_auto (Contact) contact = {
    .department = jip_layout_field (layout, (const char *const[]){ "department", NULL }),
    .manager = jip_layout_field (layout, (const char *const[]){ "manager", NULL }),
    .contact = jip_layout_field (layout, (const char *const[]){ "contact", NULL }),
    .phone = jip_layout_field (layout, (const char *const[]){ "phone", NULL }),
  };

  layout->paper->foot = layout->paper->items->len;
  jip_layout_notice (layout, JIP_ALIGN_CENTER);
  JipPaperTable *table = contact.department != NULL && contact.manager != NULL && contact.contact != NULL
                             ? two_rows (layout, &contact, &label, &value)
                             : one_row (layout, &contact, &label, &value);
  if (table == NULL)
    return;
  table->before = 8;
  table->keep = TRUE;
  jip_paper_table_set_rules (table, 0.4, 0.12);
  jip_paper_add_table (layout->paper, table);
}

/* A report's title between two rules, and who made it when. */
void
jip_layout_report_head (JipLayout *layout)
{
  double columns[] = { jip_paper_text_width (layout->paper) };
  JipType title = { .face = JIP_FACE_HEADLINE, .size = 22, .bold = TRUE };
  JipType small = { .face = JIP_FACE_GOTHIC, .size = 11 };
  const char *text = jip_draft_get_title (layout->draft);

  if (*text != '\0')
    {
      while (title.size > 18 && jip_type_measure (&title, text) > columns[0] - 6)
        title.size -= 1;
      JipPaperTable *table = jip_paper_table_new (columns, 1);
      jip_paper_table_add_row (table, 18);
      JipPaperCell *cell = jip_paper_table_add_cell (table, 0, 0, 1, 1);
      JipParagraph *paragraph = jip_layout_line (JIP_ALIGN_CENTER, 130, &title, text);
      paragraph->outline = 1;
      cell->rule[JIP_SIDE_TOP] = cell->rule[JIP_SIDE_BOTTOM] = 0.4;
      jip_paper_cell_take (cell, paragraph);
      jip_paper_add_table (layout->paper, table);
    }
  g_autofree char *date = jip_layout_field (layout, (const char *const[]){ "date", NULL });
  g_autofree char *department = jip_layout_field (layout, (const char *const[]){ "department", NULL });
  if (date == NULL && department == NULL)
    return;
  g_autofree char *both
      = date != NULL && department != NULL ? g_strdup_printf ("%s, %s", date, department) : NULL;
  g_autofree char *line = g_strdup_printf ("(%s)", both != NULL ? both : date != NULL ? date : department);
  JipParagraph *paragraph = jip_layout_line (JIP_ALIGN_RIGHT, 130, &small, line);
  paragraph->before = 4;
  jip_paper_add_paragraph (layout->paper, paragraph);
}
