/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-proposal-history.h"

#include <glib/gi18n-lib.h>

#include "jip-diff-label.h"
#include "jip-format.h"
#include "jip-idea-fields.h"

#define MAX_ROWS 200 /* the newest */

struct _JipProposalHistory
{
  AdwBin parent_instance;

  JipClient *client;
  JipProposal *proposal;    /* nullable: shows none */
  JipReplicaList *versions; /* newest first */
  JipReplicaList *departments;
  char *chosen; /* nullable: the id of the version that is shown */
  gboolean filling;

  GtkLabel *title_label;
  GtkListBox *list;
  GtkLabel *more_label;
  GtkLabel *heading_label;
  GtkLabel *legend_label;
  GtkBox *fields_box;
};

G_DEFINE_FINAL_TYPE (JipProposalHistory, jip_proposal_history, ADW_TYPE_BIN)

static guint back_signal;

/* A row of the list: a version, or the idea with an edit that is not sent yet; and what it is compared with. */
typedef struct
{
  JipRecord *record;
  JipRecord *before; /* nullable: the first wording, or not on this PC */
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->record);
  g_clear_object (&entry->before);
  g_free (entry);
}

static gboolean
is_lost (JipRecord *record)
{
  return JIP_IS_PROPOSAL_VERSION (record) && jip_record_get_boolean (record, "lost");
}

static gint64
version_of (JipRecord *record)
{
  return jip_record_get_int (record, "version");
}

/* Of each number the wording that stood. */
static GHashTable *
find_standing (GPtrArray *records)
{
  GHashTable *standing = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < records->len; i++)
    {
      gint64 version = version_of (records->pdata[i]);
      if (!is_lost (records->pdata[i]))
        g_hash_table_insert (standing, g_memdup2 (&version, sizeof version), records->pdata[i]);
    }
  return standing;
}

/* One that lost is compared with what stood when it came, another one with the one before. */
static JipRecord *
find_before (GHashTable *standing, JipRecord *record)
{
  gint64 wanted = version_of (record) - (is_lost (record) ? 0 : 1);

  return g_hash_table_lookup (standing, &wanted);
}

static const char *
text_of (JipRecord *record, const char *field)
{
  const char *text = record != NULL ? jip_record_get_string (record, field) : NULL;

  return text != NULL ? text : "";
}

static char *
list_changed (Entry *entry)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  if (entry->before == NULL)
    return g_strdup (version_of (entry->record) == 1 ? _ ("as first handed in") : "");
  for (guint i = 0; i < JIP_N_IDEA_FIELDS; i++)
    {
      const char *field = jip_idea_field_get_name (i);
      if (g_strcmp0 (text_of (entry->record, field), text_of (entry->before, field)) != 0)
        g_strv_builder_add (names, jip_idea_field_get_title (field));
    }
  g_auto (GStrv) all = g_strv_builder_end (names);
  return g_strjoinv (", ", all);
}

static char *
entry_title (JipProposalHistory *self, Entry *entry)
{
  g_autofree char *number = g_strdup_printf (_ ("Version %d"), (int) version_of (entry->record));

  if (JIP_IS_PROPOSAL (entry->record))
    return g_strdup (_ ("Not sent yet"));
  if (is_lost (entry->record))
    return g_strdup_printf (_ ("Not taken over · came after version %d"), (int) version_of (entry->record));
  if (version_of (entry->record) == jip_proposal_get_version_number (self->proposal))
    return g_strdup_printf (_ ("%s · as it stands"), number);
  return g_steal_pointer (&number);
}

static char *
entry_subtitle (Entry *entry)
{
  gboolean unsent = JIP_IS_PROPOSAL (entry->record);
  const char *name = jip_record_get_string (entry->record, unsent ? "author_name" : "by_name");
  gint64 at = jip_record_get_time (entry->record, unsent ? "updated_at" : "received_at");
  g_autofree char *when = jip_format_date_time (at), *changed = list_changed (entry);

  return g_strjoin (" · ", name != NULL ? name : _ ("Name hidden"), when, *changed != '\0' ? changed : NULL,
                    NULL);
}

static GtkWidget *
row_new (JipProposalHistory *self, JipRecord *record, JipRecord *before)
{
  Entry *entry = g_new0 (Entry, 1);
  GtkWidget *row = adw_action_row_new ();

  entry->record = g_object_ref (record);
  entry->before = before != NULL ? g_object_ref (before) : NULL;
  g_autofree char *title = entry_title (self, entry), *subtitle = entry_subtitle (entry);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  g_object_set_data_full (G_OBJECT (row), "entry", entry, entry_free);
  return row;
}

static void
add_field (JipProposalHistory *self, Entry *entry, const char *field)
{
  g_autofree char *now = jip_idea_field_dup_text (field, text_of (entry->record, field), self->departments);
  g_autofree char *before
      = jip_idea_field_dup_text (field, text_of (entry->before, field), self->departments);
  GtkWidget *name, *text;

  if (*now == '\0' && *before == '\0')
    return;
  name = gtk_label_new (jip_idea_field_get_title (field));
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_add_css_class (name, "caption-heading");
  text = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  if (entry->before != NULL)
    jip_diff_label_show_change (GTK_LABEL (text), before, now);
  else
    gtk_label_set_label (GTK_LABEL (text), now);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (self->fields_box, box);
}

static void
clear_box (GtkBox *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
}

static void
show_entry (JipProposalHistory *self, Entry *entry)
{
  g_autofree char *title = entry_title (self, entry);

  clear_box (self->fields_box);
  gtk_label_set_label (self->heading_label, title);
  gtk_label_set_label (
      self->legend_label,
      entry->before == NULL ? ""
      : is_lost (entry->record)
          ? _ ("Compared with what stood then: underlined words are in this text alone, those struck "
               "through stood there.")
          : _ ("Compared with the version before: underlined words came, those struck through went."));
  gtk_widget_set_visible (GTK_WIDGET (self->legend_label), entry->before != NULL);
  for (guint i = 0; i < JIP_N_IDEA_FIELDS; i++)
    add_field (self, entry, jip_idea_field_get_name (i));
}

static void
selected_cb (GtkListBox *list, GtkListBoxRow *row, JipProposalHistory *self)
{
  Entry *entry = row != NULL ? g_object_get_data (G_OBJECT (row), "entry") : NULL;

  if (entry == NULL || self->filling)
    return;
  g_free (self->chosen);
  self->chosen = g_strdup (jip_record_get_id (entry->record));
  show_entry (self, entry);
}

static GPtrArray *
collect (JipProposalHistory *self)
{
  GPtrArray *records = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->versions));

  if (jip_record_get_pending (JIP_RECORD (self->proposal)) && n > 0)
    {
      g_autoptr (JipRecord) newest = g_list_model_get_item (G_LIST_MODEL (self->versions), 0);
      if (jip_proposal_get_version_number (self->proposal) > version_of (newest))
        g_ptr_array_add (records, g_object_ref (self->proposal));
    }
  for (guint i = 0; i < n && records->len < MAX_ROWS; i++)
    g_ptr_array_add (records, g_list_model_get_item (G_LIST_MODEL (self->versions), i));
  return records;
}

/* Several edits that are not sent yet are one row: what they come to, beside the newest version. */
static JipRecord *
newest_standing (GPtrArray *records)
{
  for (guint i = 0; i < records->len; i++)
    if (JIP_IS_PROPOSAL_VERSION (records->pdata[i]) && !is_lost (records->pdata[i]))
      return records->pdata[i];
  return NULL;
}

static void
fill (JipProposalHistory *self)
{
  g_autoptr (GPtrArray) records = collect (self);
  g_autoptr (GHashTable) standing = find_standing (records);
  guint total = jip_replica_list_get_total (self->versions);
  GtkWidget *child, *chosen = NULL;

  self->filling = TRUE;
  while ((child = GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, 0))) != NULL)
    gtk_list_box_remove (self->list, child);
  for (guint i = 0; i < records->len; i++)
    {
      JipRecord *record = records->pdata[i];
      JipRecord *before
          = JIP_IS_PROPOSAL (record) ? newest_standing (records) : find_before (standing, record);
      GtkWidget *row = row_new (self, record, before);
      gtk_list_box_append (self->list, row);
      if (chosen == NULL || g_strcmp0 (self->chosen, jip_record_get_id (record)) == 0)
        chosen = row;
    }
  self->filling = FALSE;
  g_autofree char *more = g_strdup_printf (_ ("The newest %d are shown."), MAX_ROWS);
  gtk_label_set_label (self->more_label, more);
  gtk_widget_set_visible (GTK_WIDGET (self->more_label), total > MAX_ROWS);
  gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (chosen));
}

static void
back_cb (JipProposalHistory *self)
{
  g_signal_emit (self, back_signal, 0);
}

static void
drop_list (JipProposalHistory *self)
{
  if (self->versions != NULL)
    g_signal_handlers_disconnect_by_data (self->versions, self);
  g_clear_object (&self->versions);
  g_clear_pointer (&self->chosen, g_free);
}

static void
jip_proposal_history_dispose (GObject *object)
{
  JipProposalHistory *self = JIP_PROPOSAL_HISTORY (object);

  drop_list (self);
  g_clear_object (&self->departments);
  g_clear_object (&self->proposal);
  g_clear_object (&self->client);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_PROPOSAL_HISTORY);
  G_OBJECT_CLASS (jip_proposal_history_parent_class)->dispose (object);
}

static void
jip_proposal_history_class_init (JipProposalHistoryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_proposal_history_dispose;
  back_signal = g_signal_new ("back", JIP_TYPE_PROPOSAL_HISTORY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/board/jip-proposal-history.ui");
  gtk_widget_class_bind_template_child (widget_class, JipProposalHistory, title_label);
  gtk_widget_class_bind_template_child (widget_class, JipProposalHistory, list);
  gtk_widget_class_bind_template_child (widget_class, JipProposalHistory, more_label);
  gtk_widget_class_bind_template_child (widget_class, JipProposalHistory, heading_label);
  gtk_widget_class_bind_template_child (widget_class, JipProposalHistory, legend_label);
  gtk_widget_class_bind_template_child (widget_class, JipProposalHistory, fields_box);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
}

static void
jip_proposal_history_init (JipProposalHistory *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * jip_proposal_history_set_client:
 *
 * To be called once, before anything else.
 */
void
jip_proposal_history_set_client (JipProposalHistory *self, JipClient *client)
{
  g_return_if_fail (JIP_IS_PROPOSAL_HISTORY (self));
  g_set_object (&self->client, client);
}

/**
 * jip_proposal_history_set_proposal:
 * @proposal: whose history to show; a newer record of the same idea keeps the version that is looked at
 */
void
jip_proposal_history_set_proposal (JipProposalHistory *self, JipProposal *proposal)
{
  g_return_if_fail (JIP_IS_PROPOSAL_HISTORY (self) && JIP_IS_PROPOSAL (proposal));
  const char *id = jip_record_get_id (JIP_RECORD (proposal));
  gboolean same
      = self->proposal != NULL && g_strcmp0 (jip_record_get_id (JIP_RECORD (self->proposal)), id) == 0;

  g_set_object (&self->proposal, proposal);
  gtk_label_set_label (self->title_label, jip_proposal_get_display_title (proposal));
  if (!same)
    {
      drop_list (self);
      g_clear_object (&self->departments);
      self->departments = jip_idea_departments_new (self->client);
      self->versions = jip_proposal_version_list_new (self->client, id);
      g_signal_connect_swapped (self->versions, "items-changed", G_CALLBACK (fill), self);
    }
  clear_box (self->fields_box);
  gtk_label_set_label (self->heading_label, "");
  gtk_label_set_label (self->legend_label, "");
  fill (self);
}
