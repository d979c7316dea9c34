/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-result-table.h"

#include <glib/gi18n-lib.h>

#include "jip-result-rows.h"

struct _JipResultTable
{
  AdwBin parent_instance;

  char *shown; /* the hash of the result in the table */
  GtkGrid *grid;
  GtkLabel *undecided_label;
  GtkLabel *hash_label;
};

G_DEFINE_FINAL_TYPE (JipResultTable, jip_result_table, ADW_TYPE_BIN)

static void
put (JipResultTable *self, int column, int row, const char *text, gboolean number, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), number ? 1 : 0);
  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  if (number)
    gtk_widget_add_css_class (label, "numeric");
  else
    {
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
    }
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  gtk_grid_attach (self->grid, label, column, row, 1, 1);
}

static void
put_number (JipResultTable *self, int column, int row, int number)
{
  g_autofree char *text = number > 0 ? g_strdup_printf ("%d", number) : g_strdup ("–");

  put (self, column, row, text, TRUE, NULL);
}

static int
put_headings (JipResultTable *self, JipEventRules *rules)
{
  int column = 0;

  put (self, column++, 0, _ ("Rank"), TRUE, "dim-label");
  put (self, column++, 0, _ ("No."), TRUE, "dim-label");
  put (self, column++, 0, _ ("Finalist"), FALSE, "dim-label");
  for (guint i = 0; i < rules->panels->len; i++)
    {
      const JipPanel *panel = rules->panels->pdata[i];
      g_autofree char *name = g_strdup_printf ("%s %d%%", panel->name, panel->weight);
      put (self, column++, 0, name, TRUE, "dim-label");
    }
  put (self, column++, 0, _ ("Total"), TRUE, "dim-label");
  put (self, column++, 0, _ ("Rank in category"), TRUE, "dim-label");
  put (self, column++, 0, _ ("Awards"), FALSE, "dim-label");
  return column;
}

static const char *
describe_status (const char *status)
{
  if (g_strcmp0 (status, "held") == 0)
    return _ ("Held: too few ballots");
  return g_strcmp0 (status, "withdrawn") == 0 ? C_ ("finalist", "Withdrawn") : "";
}

static void
put_row (JipResultTable *self, int at, JipEventModel *model, JipResultRows *rows, const JipResultRow *row)
{
  JipEventRules *rules = jip_event_model_get_rules (model);
  JipEntry *entry = jip_event_model_get_entry (model, row->entry);
  g_autofree char *awards = jip_result_rows_name_awards (rows, row);
  int column = 0;

  put_number (self, column++, at, row->rank);
  put_number (self, column++, at, entry != NULL ? (int) jip_entry_get_number (entry) : 0);
  put (self, column, at, entry != NULL ? jip_entry_get_title (entry) : row->entry, FALSE, NULL);
  gtk_widget_set_hexpand (gtk_grid_get_child_at (self->grid, column++, at), TRUE);
  for (guint i = 0; i < rules->panels->len; i++)
    put (self, column++, at, jip_result_row_get_mean (row, ((const JipPanel *) rules->panels->pdata[i])->id),
         TRUE, NULL);
  put (self, column++, at, row->display != NULL ? row->display : "–", TRUE, "heading");
  put_number (self, column++, at, row->category_rank);
  put (self, column++, at, *awards != '\0' ? awards : describe_status (row->status), FALSE,
       *awards != '\0' ? "heading" : "dim-label");
}

static char *
describe_undecided (JipEventModel *model, GPtrArray *list)
{
  JipEventRules *rules = jip_event_model_get_rules (model);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    {
      const JipUndecided *undecided = list->pdata[i];
      const JipAward *award = jip_event_rules_get_award (rules, undecided->award);
      g_autoptr (GString) titles = g_string_new (NULL);
      for (guint j = 0; undecided->entries[j] != NULL; j++)
        {
          JipEntry *entry = jip_event_model_get_entry (model, undecided->entries[j]);
          g_string_append_printf (titles, "%s%s", j > 0 ? ", " : "",
                                  entry != NULL ? jip_entry_get_title (entry) : undecided->entries[j]);
        }
      g_string_append_printf (text, "%s", i > 0 ? "\n" : "");
      g_string_append_printf (text, _ ("%s is tied between %s."),
                              award != NULL ? award->name : undecided->award, titles->str);
    }
  return g_string_free (text, FALSE);
}

/**
 * jip_result_table_show:
 *
 * Shows the model's result; nothing before the lock.
 */
void
jip_result_table_show (JipResultTable *self, JipEventModel *model)
{
  g_return_if_fail (JIP_IS_RESULT_TABLE (self) && JIP_IS_EVENT_MODEL (model));

  JipResult *record = jip_event_model_get_result (model);
  JipEventRules *rules = jip_event_model_get_rules (model);
  if (record == NULL || rules == NULL || g_strcmp0 (self->shown, jip_result_get_sha256 (record)) == 0)
    return;
  g_autoptr (JipResultRows) rows = jip_result_rows_new (jip_result_get_result (record), rules);
  if (rows == NULL)
    return;
  g_free (self->shown);
  self->shown = g_strdup (jip_result_get_sha256 (record));
  for (GtkWidget *child; (child = gtk_widget_get_first_child (GTK_WIDGET (self->grid))) != NULL;)
    gtk_grid_remove (self->grid, child);
  put_headings (self, rules);
  GPtrArray *list = jip_result_rows_get_rows (rows);
  for (guint i = 0; i < list->len; i++)
    put_row (self, (int) i + 1, model, rows, list->pdata[i]);

  g_autofree char *undecided = describe_undecided (model, jip_result_rows_get_undecided (rows));
  g_autofree char *hash = g_strdup_printf (_ ("SHA-256 of the result: %s"), self->shown);
  gtk_label_set_label (self->undecided_label, undecided);
  gtk_widget_set_visible (GTK_WIDGET (self->undecided_label), *undecided != '\0');
  gtk_label_set_label (self->hash_label, hash);
}

static void
jip_result_table_dispose (GObject *object)
{
  g_clear_pointer (&JIP_RESULT_TABLE (object)->shown, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), JIP_TYPE_RESULT_TABLE);
  G_OBJECT_CLASS (jip_result_table_parent_class)->dispose (object);
}

static void
jip_result_table_class_init (JipResultTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_result_table_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/ideathon/jip-result-table.ui");
  gtk_widget_class_bind_template_child (widget_class, JipResultTable, grid);
  gtk_widget_class_bind_template_child (widget_class, JipResultTable, undecided_label);
  gtk_widget_class_bind_template_child (widget_class, JipResultTable, hash_label);
}

static void
jip_result_table_init (JipResultTable *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
