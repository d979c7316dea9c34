/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-programme-page.h"

#include <glib/gi18n-lib.h>

#include "jip-result-table.h"

struct _JipProgrammePage
{
  AdwBin parent_instance;

  JipEventModel *model;
  char *shown; /* what the rows were made of */

  GtkLabel *title_label;
  GtkLabel *state_label;
  AdwPreferencesGroup *awards_group;
  AdwPreferencesGroup *entries_group;
  GtkWidget *result_frame;
  JipResultTable *result;
  GPtrArray *rows; /* of widgets in the groups */
};

G_DEFINE_FINAL_TYPE (JipProgrammePage, jip_programme_page, ADW_TYPE_BIN)

static const char *
describe_state (JipEventModel *model)
{
  if (jip_event_model_is_state (model, "live"))
    return _ ("The event is under way.");
  if (jip_event_model_is_state (model, "locked"))
    return _ ("All scores are in. The awards are being revealed.");
  if (jip_event_model_is_state (model, "revealed"))
    return _ ("The event is over.");
  return _ ("The event has not begun yet.");
}

static void
add_row (JipProgrammePage *self,
         AdwPreferencesGroup *group,
         const char *title,
         const char *subtitle,
         const char *suffix)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title_markup = g_markup_escape_text (title, -1);
  g_autofree char *subtitle_markup = g_markup_escape_text (subtitle, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title_markup);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle_markup);
  if (suffix != NULL && *suffix != '\0')
    {
      GtkWidget *label = gtk_label_new (suffix);
      gtk_widget_add_css_class (label, "numeric");
      gtk_widget_add_css_class (label, "heading");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
    }
  adw_preferences_group_add (group, row);
  g_ptr_array_add (self->rows, row);
  g_object_set_data (G_OBJECT (row), "jip-group", group);
}

static void
add_award (JipProgrammePage *self, JipReveal *reveal)
{
  JipEventRules *rules = jip_event_model_get_rules (self->model);
  const char *category_id = jip_reveal_get_category (reveal);
  const JipCategory *category
      = category_id != NULL ? jip_event_rules_get_category (rules, category_id) : NULL;
  g_autofree char *award
      = category != NULL && rules->categories->len > 1
            ? g_strdup_printf ("%s · %s", jip_reveal_get_award_name (reveal), category->name)
            : g_strdup (jip_reveal_get_award_name (reveal));
  JsonArray *entries = jip_reveal_get_entries (reveal);

  for (guint i = 0; entries != NULL && i < json_array_get_length (entries); i++)
    {
      JsonObject *entry = json_array_get_object_element (entries, i);
      add_row (self, self->awards_group, json_object_get_string_member_with_default (entry, "title", ""),
               award, json_object_get_string_member_with_default (entry, "display", ""));
    }
}

static const char *
category_name (JipEventRules *rules, const char *id)
{
  const JipCategory *category = rules != NULL ? jip_event_rules_get_category (rules, id) : NULL;

  return category != NULL ? category->name : "";
}

static void
add_entry (JipProgrammePage *self, JipEntry *entry)
{
  const char *team = jip_entry_get_team (entry);
  const char *category
      = category_name (jip_event_model_get_rules (self->model), jip_entry_get_category (entry));
  gboolean presenting = jip_event_model_get_presenting (self->model) == entry;
  g_autofree char *title = jip_entry_dup_heading (entry);
  g_autofree char *subtitle
      = team != NULL && *team != '\0' ? g_strdup_printf ("%s · %s", category, team) : g_strdup (category);

  add_row (self, self->entries_group, title, subtitle,
           !jip_entry_is_active (entry) ? C_ ("finalist", "Withdrawn")
           : presenting                 ? _ ("● Now presenting")
                                        : NULL);
}

static void
clear (JipProgrammePage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (g_object_get_data (self->rows->pdata[i], "jip-group"),
                                  self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
}

static void
fill (JipProgrammePage *self)
{
  GListModel *reveals = jip_event_model_get_reveals (self->model);
  GListModel *entries = jip_event_model_get_entries (self->model);
  guint n_reveals = reveals != NULL ? g_list_model_get_n_items (reveals) : 0;

  clear (self);
  for (guint i = n_reveals; i > 0; i--)
    {
      g_autoptr (JipReveal) reveal = g_list_model_get_item (reveals, i - 1);
      add_award (self, reveal);
    }
  for (guint i = 0; entries != NULL && i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (JipEntry) entry = g_list_model_get_item (entries, i);
      add_entry (self, entry);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->awards_group), n_reveals > 0);
}

static void
update (JipProgrammePage *self)
{
  JipEvent *event = jip_event_model_get_event (self->model);
  GListModel *reveals = jip_event_model_get_reveals (self->model);
  GListModel *entries = jip_event_model_get_entries (self->model);

  if (event == NULL)
    return;
  gtk_label_set_label (self->title_label, jip_event_get_title (event));
  gtk_label_set_label (self->state_label, describe_state (self->model));
  gtk_widget_set_visible (self->result_frame, jip_event_model_get_result (self->model) != NULL);
  jip_result_table_show (self->result, self->model);

  /* Rows are made again only when a step was made, not with every ballot that comes in. */
  g_autofree char *now = g_strdup_printf ("%d/%u/%u", (int) jip_event_get_version (event),
                                          reveals != NULL ? g_list_model_get_n_items (reveals) : 0,
                                          entries != NULL ? g_list_model_get_n_items (entries) : 0);
  if (g_strcmp0 (now, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&now);
  fill (self);
}

/**
 * jip_programme_page_set_model:
 * @model: (nullable): any event
 */
void
jip_programme_page_set_model (JipProgrammePage *self, JipEventModel *model)
{
  g_return_if_fail (JIP_IS_PROGRAMME_PAGE (self));

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_pointer (&self->shown, g_free);
  g_set_object (&self->model, model);
  if (model == NULL)
    return;
  g_signal_connect_object (model, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
jip_programme_page_dispose (GObject *object)
{
  JipProgrammePage *self = JIP_PROGRAMME_PAGE (object);

  jip_programme_page_set_model (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_PROGRAMME_PAGE);
  G_OBJECT_CLASS (jip_programme_page_parent_class)->dispose (object);
}

static void
jip_programme_page_finalize (GObject *object)
{
  g_ptr_array_unref (JIP_PROGRAMME_PAGE (object)->rows);
  G_OBJECT_CLASS (jip_programme_page_parent_class)->finalize (object);
}

static void
jip_programme_page_class_init (JipProgrammePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (JIP_TYPE_RESULT_TABLE);
  G_OBJECT_CLASS (klass)->dispose = jip_programme_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_programme_page_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/ideathon/jip-programme-page.ui");
  gtk_widget_class_bind_template_child (widget_class, JipProgrammePage, title_label);
  gtk_widget_class_bind_template_child (widget_class, JipProgrammePage, state_label);
  gtk_widget_class_bind_template_child (widget_class, JipProgrammePage, awards_group);
  gtk_widget_class_bind_template_child (widget_class, JipProgrammePage, entries_group);
  gtk_widget_class_bind_template_child (widget_class, JipProgrammePage, result_frame);
  gtk_widget_class_bind_template_child (widget_class, JipProgrammePage, result);
}

static void
jip_programme_page_init (JipProgrammePage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
