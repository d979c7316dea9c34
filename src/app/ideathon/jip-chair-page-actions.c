/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the chair's console does: every act is a step of the event. */
#include "jip-chair-page-private.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-error.h"
#include "jip-event-step-op.h"
#include "jip-lots-dialog.h"
#include "jip-reason-dialog.h"
#include "jip-stale-step.h"

/* How long the console waits for the event to come back changed before it lets the chair go on. */
#define SENT_TIMEOUT_SECONDS 5

static gboolean
sent_timeout_cb (gpointer user_data)
{
  JipChairPage *self = user_data;

  self->sent_timeout_id = 0;
  self->sent_version = -1;
  jip_chair_page_update_next (self);
  return G_SOURCE_REMOVE;
}

static void
sent_over (JipChairPage *self)
{
  g_clear_handle_id (&self->sent_timeout_id, g_source_remove);
  self->sent_version = -1;
  jip_chair_page_update_next (self);
}

static void
step_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipChairPage) self = user_data;
  g_autoptr (GError) error = NULL;

  gboolean done = jip_event_step_finish (JIP_CLIENT (source), result, &error);
  if (self->next_button == NULL)
    return; /* the page is gone */
  if (!done)
    {
      const char *stale = jip_stale_step_explain (jip_error_get_detail (error));
      if (stale != NULL)
        jip_toast (GTK_WIDGET (self), "%s", stale);
      else
        jip_toast_error (GTK_WIDGET (self), error);
      if (jip_error_get_code (error) != JIP_ERROR_TIMEOUT) /* that one is still on its way */
        g_clear_pointer (&self->staged, g_free);
      sent_over (self);
    }
  else if (self->sent_version >= 0 && self->sent_timeout_id == 0)
    /* The button waits until the event shows the step, so that a double press makes one step. */
    self->sent_timeout_id = g_timeout_add_seconds (SENT_TIMEOUT_SECONDS, sent_timeout_cb, self);
}

/* Who puts one finalist after the other on stage does not wait for the first to be seen there. */
static void
put_on_stage (JipChairPage *self, JsonObject *args)
{
  if (self->staged != NULL)
    json_object_set_string_member (args, "seen", self->staged);
  g_free (self->staged);
  self->staged = g_strdup (json_object_get_string_member (args, "entry"));
  self->staged_version = self->sent_version;
}

static void
send_step (JipChairPage *self, const char *step, JsonObject *args)
{
  JipEvent *event = jip_event_model_get_event (self->model);

  if (self->client == NULL || event == NULL)
    return;
  self->sent_version = MAX (self->sent_version + 1, jip_event_get_version (event));
  if (g_str_equal (step, "present"))
    put_on_stage (self, args);
  jip_chair_page_update_next (self);
  jip_event_step_async (self->client, jip_event_model_get_id (self->model), step, args, NULL, step_cb,
                        g_object_ref (self));
}

static void
step_answered (const char *reason, const char *value, gpointer data)
{
  JipChairPage *self = data;

  if (self->asked != NULL && self->model != NULL)
    send_step (self, self->asked->step, self->asked->args);
}

static void
lots_answered (JsonObject *lots, gpointer data)
{
  JipChairPage *self = data;
  g_autoptr (JsonObject) args = json_object_new ();

  if (self->model == NULL)
    return;
  json_object_set_object_member (args, "lots", json_object_ref (lots));
  send_step (self, "lots", args);
}

/**
 * jip_chair_page_run:
 * @step: (transfer full): what to do
 */
void
jip_chair_page_run (JipChairPage *self, JipChairStep *step)
{
  g_clear_pointer (&self->asked, jip_chair_step_free);
  self->asked = step;
  if (step->kind == JIP_CHAIR_LOTS)
    jip_ask_lots (GTK_WIDGET (self), self->model, lots_answered, self);
  else if (step->kind == JIP_CHAIR_WINNERS)
    {
      jip_chair_page_show_stage (self);
      jip_chair_page_choose_scene (self, JIP_SCENE_WINNERS);
    }
  else if (step->question != NULL)
    jip_ask_first (GTK_WIDGET (self), step->question, step->explanation, step->label, step_answered, self);
  else if (step->step != NULL)
    {
      if (step->kind == JIP_CHAIR_REVEAL)
        jip_chair_page_choose_scene (self, JIP_SCENE_FOLLOW);
      send_step (self, step->step, step->args);
    }
}

static void
remember (JipChairPage *self, const char *id)
{
  g_free (self->asked_entry);
  self->asked_entry = g_strdup (id);
}

static void
withdraw_answered (const char *reason, const char *value, gpointer data)
{
  JipChairPage *self = data;
  g_autoptr (JsonObject) args = json_object_new ();

  if (self->model == NULL)
    return;
  json_object_set_string_member (args, "entry", self->asked_entry);
  json_object_set_string_member (args, "reason", reason);
  send_step (self, "withdraw", args);
}

static void
withdraw_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  JipChairPage *self = JIP_CHAIR_PAGE (widget);
  JipEntry *entry = jip_chair_page_get_selected (self);

  if (entry == NULL)
    return;
  g_autofree char *heading = g_strdup_printf (_ ("Withdraw no. %d?"), (int) jip_entry_get_number (entry));
  remember (self, jip_record_get_id (JIP_RECORD (entry)));
  jip_ask_reason (widget, heading,
                  _ ("The finalist takes no further part: its scores are ignored and it gets no award. "
                     "This cannot be taken back."),
                  _ ("Withdraw"), NULL, withdraw_answered, self);
}

static void
adjust_answered (const char *reason, const char *value, gpointer data)
{
  JipChairPage *self = data;
  g_autoptr (JsonObject) args = json_object_new ();

  if (self->model == NULL)
    return;
  json_object_set_string_member (args, "entry", self->asked_entry);
  json_object_set_string_member (args, "adjust", value);
  json_object_set_string_member (args, "reason", reason);
  send_step (self, "adjust", args);
}

static void
adjust_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  JipChairPage *self = JIP_CHAIR_PAGE (widget);
  JipEntry *entry = jip_chair_page_get_selected (self);

  if (entry == NULL)
    return;
  g_autofree char *heading
      = g_strdup_printf (_ ("Adjust the points of no. %d?"), (int) jip_entry_get_number (entry));
  remember (self, jip_record_get_id (JIP_RECORD (entry)));
  jip_ask_reason (widget, heading,
                  _ ("The points are added to the total of 100, or taken away with a minus, such as -1.5. "
                     "They take the place of an earlier adjustment and are printed on the result sheet."),
                  _ ("Adjust"), _ ("Points"), adjust_answered, self);
}

static void
late_answered (const char *reason, const char *value, gpointer data)
{
  JipChairPage *self = data;
  g_autoptr (JsonObject) args = json_object_new ();

  if (self->model == NULL)
    return;
  json_object_set_string_member (args, "ballot", self->asked_entry);
  json_object_set_boolean_member (args, "admit", self->asked_admit);
  json_object_set_string_member (args, "reason", reason);
  send_step (self, "late", args);
}

void
jip_chair_page_decide_late (JipChairPage *self, const char *ballot, gboolean admit)
{
  remember (self, ballot);
  self->asked_admit = admit;
  jip_ask_reason (GTK_WIDGET (self), admit ? _ ("Admit the late ballot?") : _ ("Refuse the late ballot?"),
                  admit ? _ ("It counts like one that came in time. The reason is kept on record.")
                        : _ ("It is kept and does not count. The reason is kept on record."),
                  admit ? _ ("Admit") : _ ("Refuse"), NULL, late_answered, self);
}

static void
turn_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  JipChairPage *self = JIP_CHAIR_PAGE (widget);
  JipEntry *entry = jip_chair_page_get_selected (self);
  JipChairStepKind kind = g_str_equal (name, "chair.present") ? JIP_CHAIR_PRESENT
                          : g_str_equal (name, "chair.open")  ? JIP_CHAIR_OPEN
                                                              : JIP_CHAIR_CLOSE;

  if (entry != NULL && jip_chair_entry_allows (self->model, entry, kind))
    jip_chair_page_run (self,
                        jip_chair_step_new (self->model, kind, entry, jip_chair_page_get_seconds (self)));
}

static void
lock_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  JipChairPage *self = JIP_CHAIR_PAGE (widget);

  jip_chair_page_run (self, jip_chair_step_new (self->model, JIP_CHAIR_LOCK, NULL, 0));
}

static void
stage_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  jip_chair_page_show_stage (JIP_CHAIR_PAGE (widget));
}

/* What can be done with the chosen finalist now. */
void
jip_chair_page_update_actions (JipChairPage *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  JipEntry *entry = jip_chair_page_get_selected (self);

  gtk_widget_action_set_enabled (widget, "chair.present",
                                 jip_chair_entry_allows (self->model, entry, JIP_CHAIR_PRESENT));
  gtk_widget_action_set_enabled (widget, "chair.open",
                                 jip_chair_entry_allows (self->model, entry, JIP_CHAIR_OPEN));
  gtk_widget_action_set_enabled (widget, "chair.close",
                                 jip_chair_entry_allows (self->model, entry, JIP_CHAIR_CLOSE));
  gtk_widget_action_set_enabled (widget, "chair.withdraw",
                                 jip_chair_entry_allows (self->model, entry, JIP_CHAIR_NOTHING));
  gtk_widget_action_set_enabled (widget, "chair.adjust",
                                 jip_chair_entry_allows (self->model, entry, JIP_CHAIR_NOTHING));
  gtk_widget_action_set_enabled (widget, "chair.lock", jip_event_model_is_state (self->model, "live"));
}

void
jip_chair_page_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "chair.present", NULL, turn_cb);
  gtk_widget_class_install_action (widget_class, "chair.open", NULL, turn_cb);
  gtk_widget_class_install_action (widget_class, "chair.close", NULL, turn_cb);
  gtk_widget_class_install_action (widget_class, "chair.withdraw", NULL, withdraw_cb);
  gtk_widget_class_install_action (widget_class, "chair.adjust", NULL, adjust_cb);
  gtk_widget_class_install_action (widget_class, "chair.lock", NULL, lock_cb);
  gtk_widget_class_install_action (widget_class, "chair.stage", NULL, stage_cb);
}
