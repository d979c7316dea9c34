/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-chair-page-private.h"

#include <glib/gi18n-lib.h>

#include "jip-chair-row.h"

#define NOW (g_get_real_time () / 1000)

G_DEFINE_FINAL_TYPE (JipChairPage, jip_chair_page, ADW_TYPE_BIN)

/* What the drop-down offers, in its order. */
static const JipStageKind scenes[]
    = { JIP_SCENE_FOLLOW, JIP_SCENE_TITLE, JIP_SCENE_ORDER, JIP_SCENE_WINNERS };

JipEntry *
jip_chair_page_get_selected (JipChairPage *self)
{
  return self->model != NULL ? jip_event_model_get_entry (self->model, self->selected) : NULL;
}

/* Seconds that a presentation gets. */
int
jip_chair_page_get_seconds (JipChairPage *self)
{
  return (int) (gtk_spin_button_get_value (self->minutes_spin) * 60);
}

static JipChairRow *
find_row (JipChairPage *self, const char *entry)
{
  for (int i = 0;; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, i);
      if (row == NULL || g_strcmp0 (jip_chair_row_get_entry (JIP_CHAIR_ROW (row)), entry) == 0)
        return (JipChairRow *) row;
    }
}

static void
clear_list (JipChairPage *self)
{
  self->filling = TRUE;
  for (GtkListBoxRow *row; (row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL;)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  self->filling = FALSE;
}

static void
fill_list (JipChairPage *self)
{
  GListModel *entries = jip_event_model_get_entries (self->model);

  self->filling = TRUE;
  for (guint i = 0; entries != NULL && i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (JipEntry) entry = g_list_model_get_item (entries, i);
      const char *id = jip_record_get_id (JIP_RECORD (entry));
      JipChairRow *row = find_row (self, id);
      if (row == NULL)
        {
          row = jip_chair_row_new (id);
          gtk_list_box_insert (self->list, GTK_WIDGET (row), (int) i);
        }
      jip_chair_row_show (row, self->model, entry);
    }
  JipChairRow *chosen = find_row (self, self->selected);
  if (chosen != NULL)
    gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (chosen));
  self->filling = FALSE;
}

static void
show_timer (JipChairPage *self)
{
  JipEvent *event = jip_event_model_get_event (self->model);
  gint64 ends_at = event != NULL ? jip_event_get_timer_ends_at (event) : 0, now = NOW;
  g_autofree char *text = jip_stage_format_timer (ends_at, now);

  gtk_label_set_label (self->timer_label, text);
  if (ends_at != 0 && ends_at < now)
    gtk_widget_add_css_class (GTK_WIDGET (self->timer_label), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->timer_label), "error");
}

static const char *
describe_state (JipChairPage *self)
{
  if (jip_event_model_is_state (self->model, "revealed"))
    return _ ("All awards are revealed");
  if (jip_event_model_is_state (self->model, "locked"))
    return _ ("Locked and counted");
  return _ ("Nobody is presenting");
}

static void
show_presenter (JipChairPage *self)
{
  JipEntry *entry = jip_event_model_get_presenting (self->model);
  g_autofree char *text = entry != NULL ? jip_entry_dup_heading (entry) : g_strdup (describe_state (self));

  gtk_label_set_label (self->presenting_label, text);
  show_timer (self);
}

static void
show_stage_scene (JipChairPage *self)
{
  JipStageScene scene = jip_stage_scene_get (self->model, self->stage_wanted);
  g_autofree char *words = jip_stage_scene_describe (self->model, &scene);
  g_autofree char *text = self->stage != NULL
                              ? g_strdup_printf (_ ("On the stage: %s"), words)
                              : g_strdup_printf (_ ("The stage window is closed. It would show: %s"), words);

  gtk_label_set_label (self->stage_label, text);
}

static void
show_result (JipChairPage *self)
{
  gboolean has_result = jip_event_model_get_result (self->model) != NULL;

  if (has_result && !gtk_widget_get_visible (self->table_switcher))
    gtk_stack_set_visible_child_name (self->table_stack, "result");
  if (!has_result)
    gtk_stack_set_visible_child_name (self->table_stack, "finalists");
  gtk_widget_set_visible (self->table_switcher, has_result);
  jip_result_table_show (self->result, self->model);
}

/* The finalist on stage is the one that the names are about, until the chair chooses another. */
static void
select_at_first (JipChairPage *self)
{
  JipEntry *presenting = jip_event_model_get_presenting (self->model);
  GListModel *entries = jip_event_model_get_entries (self->model);

  if (jip_chair_page_get_selected (self) != NULL || entries == NULL)
    return;
  g_autoptr (JipEntry) first = g_list_model_get_item (entries, 0);
  JipEntry *chosen = presenting != NULL ? presenting : first;
  g_free (self->selected);
  self->selected = chosen != NULL ? g_strdup (jip_record_get_id (JIP_RECORD (chosen))) : NULL;
}

static void
show_missing (JipChairPage *self)
{
  JipEntry *entry = jip_chair_page_get_selected (self);
  g_autofree char *title
      = entry != NULL ? g_strdup_printf (_ ("Missing for no. %d"), (int) jip_entry_get_number (entry))
                      : g_strdup ("");

  gtk_label_set_label (self->missing_title, title);
  jip_missing_list_show (self->missing, self->client, self->model, entry);
}

void
jip_chair_page_update_next (JipChairPage *self)
{
  JipEvent *event = jip_event_model_get_event (self->model);

  if (self->sent_version >= 0 && event != NULL && jip_event_get_version (event) > self->sent_version)
    {
      g_clear_handle_id (&self->sent_timeout_id, g_source_remove);
      self->sent_version = -1;
    }
  if (event != NULL && jip_event_get_version (event) > self->staged_version)
    g_clear_pointer (&self->staged, g_free);
  g_clear_pointer (&self->next, jip_chair_step_free);
  self->next = jip_chair_next_step (self->model, jip_chair_page_get_seconds (self));
  gtk_button_set_label (self->next_button, self->next->label);
  gtk_widget_set_sensitive (GTK_WIDGET (self->next_button),
                            self->next->kind != JIP_CHAIR_NOTHING && self->sent_version < 0);
}

/* When the presenter changes the console goes along: the chair made the step. */
static void
follow_presenter (JipChairPage *self)
{
  JipEntry *presenting = jip_event_model_get_presenting (self->model);
  const char *id = presenting != NULL ? jip_record_get_id (JIP_RECORD (presenting)) : NULL;
  const char *before = g_object_get_data (G_OBJECT (self->list), "jip-presenting");

  if (g_strcmp0 (id, before) == 0)
    return;
  g_object_set_data_full (G_OBJECT (self->list), "jip-presenting", g_strdup (id), g_free);
  if (id != NULL)
    {
      g_free (self->selected);
      self->selected = g_strdup (id);
    }
}

static void
update (JipChairPage *self)
{
  if (self->model == NULL || jip_event_model_get_event (self->model) == NULL)
    return;
  follow_presenter (self);
  select_at_first (self);
  fill_list (self);
  show_presenter (self);
  show_stage_scene (self);
  show_result (self);
  show_missing (self);
  jip_late_list_show (self->late, self->model);
  jip_chair_page_update_next (self);
  jip_chair_page_update_actions (self);
}

static void
row_selected_cb (JipChairPage *self, GtkListBoxRow *row)
{
  if (row == NULL || self->filling)
    return;
  g_free (self->selected);
  self->selected = g_strdup (jip_chair_row_get_entry (JIP_CHAIR_ROW (row)));
  show_missing (self);
  jip_chair_page_update_actions (self);
}

static void
next_cb (JipChairPage *self)
{
  if (self->next == NULL || self->next->kind == JIP_CHAIR_NOTHING)
    return;
  jip_chair_page_run (self, g_steal_pointer (&self->next));
  jip_chair_page_update_next (self);
}

static void
minutes_cb (JipChairPage *self)
{
  if (self->model != NULL)
    jip_chair_page_update_next (self);
}

static void
scene_cb (JipChairPage *self)
{
  guint chosen = gtk_drop_down_get_selected (self->stage_drop);

  if (chosen >= G_N_ELEMENTS (scenes) || self->model == NULL)
    return;
  self->stage_wanted = scenes[chosen];
  if (self->stage != NULL)
    jip_stage_window_set_wanted (self->stage, self->stage_wanted);
  show_stage_scene (self);
}

void
jip_chair_page_choose_scene (JipChairPage *self, JipStageKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    if (scenes[i] == kind)
      gtk_drop_down_set_selected (self->stage_drop, i);
}

static void
late_cb (JipChairPage *self, const char *ballot, gboolean admit)
{
  jip_chair_page_decide_late (self, ballot, admit);
}

static void
stage_destroyed_cb (JipChairPage *self)
{
  self->stage = NULL;
  if (self->model != NULL && self->stage_label != NULL)
    show_stage_scene (self);
}

void
jip_chair_page_show_stage (JipChairPage *self)
{
  if (self->stage == NULL)
    {
      self->stage = jip_stage_window_new (self->model);
      jip_stage_window_set_wanted (self->stage, self->stage_wanted);
      g_signal_connect_object (self->stage, "destroy", G_CALLBACK (stage_destroyed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  gtk_window_present (GTK_WINDOW (self->stage));
  show_stage_scene (self);
}

static gboolean
tick_cb (gpointer user_data)
{
  JipChairPage *self = user_data;

  if (self->model != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    show_timer (self);
  return G_SOURCE_CONTINUE;
}

static void
close_stage (JipChairPage *self)
{
  JipStageWindow *stage = self->stage;

  self->stage = NULL;
  if (stage != NULL)
    gtk_window_destroy (GTK_WINDOW (stage));
}

/**
 * jip_chair_page_set_model:
 * @client: (nullable): whither the steps go
 * @model: (nullable): an event that the user chairs
 */
void
jip_chair_page_set_model (JipChairPage *self, JipClient *client, JipEventModel *model)
{
  g_return_if_fail (JIP_IS_CHAIR_PAGE (self));

  if (self->model == model && self->client == client)
    return;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_handle_id (&self->sent_timeout_id, g_source_remove);
  self->sent_version = -1;
  g_clear_pointer (&self->staged, g_free);
  close_stage (self);
  clear_list (self);
  g_clear_pointer (&self->selected, g_free);
  g_set_object (&self->client, client);
  g_set_object (&self->model, model);
  if (model == NULL)
    return;
  g_signal_connect_object (model, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
jip_chair_page_dispose (GObject *object)
{
  JipChairPage *self = JIP_CHAIR_PAGE (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  if (self->list != NULL)
    jip_chair_page_set_model (self, NULL, NULL);
  g_clear_pointer (&self->next, jip_chair_step_free);
  g_clear_pointer (&self->asked, jip_chair_step_free);
  g_clear_pointer (&self->asked_entry, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_CHAIR_PAGE);
  G_OBJECT_CLASS (jip_chair_page_parent_class)->dispose (object);
}

static void
jip_chair_page_class_init (JipChairPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (JIP_TYPE_RESULT_TABLE);
  g_type_ensure (JIP_TYPE_MISSING_LIST);
  g_type_ensure (JIP_TYPE_LATE_LIST);
  G_OBJECT_CLASS (klass)->dispose = jip_chair_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/ideathon/jip-chair-page.ui");
  gtk_widget_class_bind_template_child (widget_class, JipChairPage, presenting_label);
  gtk_widget_class_bind_template_child (widget_class, JipChairPage, timer_label);
  gtk_widget_class_bind_template_child (widget_class, JipChairPage, minutes_spin);
  gtk_widget_class_bind_template_child (widget_class, JipChairPage, stage_label);
  gtk_widget_class_bind_template_child (widget_class, JipChairPage, stage_drop);
  gtk_widget_class_bind_template_child (widget_class, JipChairPage, table_stack);
  gtk_widget_class_bind_template_child (widget_class, JipChairPage, table_switcher);
  gtk_widget_class_bind_template_child (widget_class, JipChairPage, list);
  gtk_widget_class_bind_template_child (widget_class, JipChairPage, result);
  gtk_widget_class_bind_template_child (widget_class, JipChairPage, missing_title);
  gtk_widget_class_bind_template_child (widget_class, JipChairPage, missing);
  gtk_widget_class_bind_template_child (widget_class, JipChairPage, late);
  gtk_widget_class_bind_template_child (widget_class, JipChairPage, next_button);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_bind_template_callback (widget_class, minutes_cb);
  gtk_widget_class_bind_template_callback (widget_class, scene_cb);
  gtk_widget_class_bind_template_callback (widget_class, late_cb);
  jip_chair_page_install_actions (widget_class);
}

static void
jip_chair_page_init (JipChairPage *self)
{
  self->sent_version = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->tick_id = g_timeout_add (250, tick_cb, self);
}
