/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-judge-page.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-ballot-card.h"
#include "jip-event-step-op.h"
#include "jip-finalist-row.h"
#include "jip-reason-dialog.h"
#include "jip-slide-view.h"
#include "jip-typed-ballots.h"

struct _JipJudgePage
{
  AdwBin parent_instance;

  JipClient *client;
  JipEventModel *model;
  JipTypedBallots *typed;
  char *selected;  /* the finalist on the card */
  char *recusing;  /* the finalist that the question is about */
  char *dismissed; /* the presentation that the judge did not want to follow */
  gboolean filling;

  GtkInfoBar *follow_bar;
  GtkLabel *follow_label;
  GtkListBox *list;
  GtkLabel *role_label;
  GtkBox *desk;
  GtkSeparator *desk_separator;
  JipSlideView *slides;
  GtkScrolledWindow *card_scroller;
  JipBallotCard *card;
  GtkStack *stack;
};

G_DEFINE_FINAL_TYPE (JipJudgePage, jip_judge_page, ADW_TYPE_BIN)

static void update (JipJudgePage *self);

static JipEntry *
selected_entry (JipJudgePage *self)
{
  return self->model != NULL ? jip_event_model_get_entry (self->model, self->selected) : NULL;
}

static JipFinalistRow *
find_row (JipJudgePage *self, const char *entry)
{
  for (int i = 0;; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, i);
      if (row == NULL || g_strcmp0 (jip_finalist_row_get_entry (JIP_FINALIST_ROW (row)), entry) == 0)
        return (JipFinalistRow *) row;
    }
}

static void
take_out_old_rows (JipJudgePage *self)
{
  for (int i = 0;;)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, i);
      if (row == NULL)
        return;
      if (jip_event_model_get_entry (self->model, jip_finalist_row_get_entry (JIP_FINALIST_ROW (row)))
          == NULL)
        gtk_list_box_remove (self->list, GTK_WIDGET (row));
      else
        i++;
    }
}

/* Rows stay where they are and keep focus and selection; only what they show changes. */
static void
fill_list (JipJudgePage *self)
{
  GListModel *entries = jip_event_model_get_entries (self->model);
  const JipPanel *panel = jip_event_model_get_own_panel (self->model);

  self->filling = TRUE;
  take_out_old_rows (self);
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (JipEntry) entry = g_list_model_get_item (entries, i);
      const char *id = jip_record_get_id (JIP_RECORD (entry));
      JipFinalistRow *row = find_row (self, id);
      if (row == NULL)
        {
          row = jip_finalist_row_new (id);
          gtk_list_box_insert (self->list, GTK_WIDGET (row), (int) i);
        }
      JipJudgeCard card = jip_judge_card_get (self->model, entry);
      jip_finalist_row_show (row, &card, panel);
    }
  JipFinalistRow *chosen = find_row (self, self->selected);
  if (chosen != NULL)
    gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (chosen));
  self->filling = FALSE;
}

/* The presenter, else the first that can be scored, else the first. */
static void
select_at_first (JipJudgePage *self)
{
  GListModel *entries = jip_event_model_get_entries (self->model);
  JipEntry *presenting = jip_event_model_get_presenting (self->model);
  const char *best = presenting != NULL ? jip_record_get_id (JIP_RECORD (presenting)) : NULL;

  if (selected_entry (self) != NULL)
    return;
  g_clear_pointer (&self->selected, g_free);
  for (guint i = 0; best == NULL && i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (JipEntry) entry = g_list_model_get_item (entries, i);
      JipJudgeCard card = jip_judge_card_get (self->model, entry);
      if (jip_judge_card_waits_for_judge (&card))
        best = jip_record_get_id (JIP_RECORD (entry));
    }
  g_autoptr (JipEntry) first = g_list_model_get_item (entries, 0);
  if (best == NULL && first != NULL)
    best = jip_record_get_id (JIP_RECORD (first));
  self->selected = g_strdup (best);
}

static void
show_role (JipJudgePage *self)
{
  JipJudge *judge = jip_event_model_get_own_judge (self->model);
  const JipPanel *panel = jip_event_model_get_own_panel (self->model);
  g_autofree char *text
      = judge != NULL && panel != NULL
            ? g_strdup_printf (_ ("You are %s of “%s”."), jip_judge_get_label (judge), panel->name)
            : g_strdup ("");

  gtk_label_set_label (self->role_label, text);
}

/* A step of the chair is offered, never followed by itself. */
static void
show_follow (JipJudgePage *self)
{
  JipEntry *presenting = jip_event_model_get_presenting (self->model);
  const char *id = presenting != NULL ? jip_record_get_id (JIP_RECORD (presenting)) : NULL;
  gboolean offer = id != NULL && g_strcmp0 (id, self->selected) != 0 && g_strcmp0 (id, self->dismissed) != 0;

  if (offer)
    {
      g_autofree char *text
          = g_strdup_printf (_ ("Now presenting: no. %d, %s"), (int) jip_entry_get_number (presenting),
                             jip_entry_get_title (presenting));
      gtk_label_set_label (self->follow_label, text);
    }
  gtk_info_bar_set_revealed (self->follow_bar, offer);
}

/* Large buttons need the whole width: below the slides. A rubric stands beside them. */
static void
arrange (JipJudgePage *self)
{
  const JipPanel *panel = jip_event_model_get_own_panel (self->model);
  gboolean below = panel != NULL && panel->mode == JIP_PANEL_SCORE;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->desk),
                                  below ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->desk_separator),
                                  below ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_hexpand (GTK_WIDGET (self->card_scroller), below);
  gtk_widget_set_size_request (GTK_WIDGET (self->card_scroller), below ? -1 : 340, -1);
  gtk_scrolled_window_set_propagate_natural_height (self->card_scroller, below);
}

static JipBallotState
card_state (JipJudgePage *self, const JipJudgeCard *card, JipBallotForm *form)
{
  return jip_typed_ballots_get_state (self->typed, card->subject, jip_event_model_get_own_panel (self->model),
                                      form, card->ballot);
}

static void
show_card (JipJudgePage *self)
{
  JipEntry *entry = selected_entry (self);
  const JipPanel *panel = jip_event_model_get_own_panel (self->model);

  gtk_stack_set_visible_child_name (self->stack, entry != NULL && panel != NULL ? "desk" : "empty");
  if (entry == NULL || panel == NULL)
    return;
  JipJudgeCard card = jip_judge_card_get (self->model, entry);
  g_autoptr (JipBallotForm) form = jip_typed_ballots_get_form (self->typed, card.subject, panel, card.ballot);
  jip_ballot_card_show (self->card, self->model, entry, form, card_state (self, &card, form));
  jip_slide_view_show (self->slides, self->client, jip_entry_get_slides_sha256 (entry),
                       jip_entry_get_slides_missing (entry));
}

static void
update (JipJudgePage *self)
{
  if (self->model == NULL || jip_event_model_get_own_panel (self->model) == NULL)
    return;
  select_at_first (self);
  arrange (self);
  show_role (self);
  fill_list (self);
  show_follow (self);
  show_card (self);
}

static void
select_entry (JipJudgePage *self, const char *id)
{
  if (g_strcmp0 (id, self->selected) == 0)
    return;
  g_free (self->selected);
  self->selected = g_strdup (id);
  update (self);
}

static void
row_selected_cb (JipJudgePage *self, GtkListBoxRow *row)
{
  if (row != NULL && !self->filling)
    select_entry (self, jip_finalist_row_get_entry (JIP_FINALIST_ROW (row)));
}

static void
follow_cb (JipJudgePage *self, int response)
{
  JipEntry *presenting = jip_event_model_get_presenting (self->model);

  if (presenting == NULL)
    return;
  if (response == GTK_RESPONSE_ACCEPT)
    select_entry (self, jip_record_get_id (JIP_RECORD (presenting)));
  else
    {
      g_free (self->dismissed);
      self->dismissed = g_strdup (jip_record_get_id (JIP_RECORD (presenting)));
      show_follow (self);
    }
}

static void
edited_cb (JipJudgePage *self)
{
  JipEntry *entry = selected_entry (self);

  if (entry == NULL)
    return;
  JipJudgeCard card = jip_judge_card_get (self->model, entry);
  jip_typed_ballots_set_form (self->typed, card.subject, jip_ballot_card_get_form (self->card), card.ballot);
  jip_ballot_card_set_state (self->card, card_state (self, &card, jip_ballot_card_get_form (self->card)));
}

static void
submit_cb (JipJudgePage *self)
{
  JipEntry *entry = selected_entry (self);

  if (entry == NULL)
    return;
  JipJudgeCard card = jip_judge_card_get (self->model, entry);
  jip_typed_ballots_hand_in (self->typed, card.subject, jip_ballot_card_get_form (self->card), card.ballot);
  jip_ballot_card_set_state (self->card, card_state (self, &card, jip_ballot_card_get_form (self->card)));
}

static void
failed_cb (JipJudgePage *self, const char *subject)
{
  JipEntry *entry = self->model != NULL ? jip_event_model_get_entry (self->model, subject) : NULL;
  g_autofree char *heading = entry != NULL ? jip_entry_dup_heading (entry) : NULL;

  if (self->card == NULL) /* the page is gone */
    return;
  if (heading == NULL) /* votes in a category */
    jip_toast (GTK_WIDGET (self), "%s", jip_ballot_card_describe_failure ());
  else
    jip_toast (GTK_WIDGET (self), "%s: %s", heading, jip_ballot_card_describe_failure ());
}

static void
recused_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipJudgePage) self = user_data;
  g_autoptr (GError) error = NULL;

  gboolean done = jip_event_step_finish (JIP_CLIENT (source), result, &error);
  if (self->card == NULL)
    return;
  if (done)
    jip_toast (GTK_WIDGET (self), "%s", _ ("You do not judge this finalist any more."));
  else
    jip_toast_error (GTK_WIDGET (self), error);
}

static void
recuse_answered (const char *reason, const char *value, gpointer data)
{
  JipJudgePage *self = data;
  JipJudge *judge = self->model != NULL ? jip_event_model_get_own_judge (self->model) : NULL;

  if (judge == NULL || self->client == NULL || self->recusing == NULL)
    return;
  g_autoptr (JsonObject) args = json_object_new ();
  json_object_set_string_member (args, "judge", jip_record_get_id (JIP_RECORD (judge)));
  json_object_set_string_member (args, "entry", self->recusing);
  json_object_set_string_member (args, "kind", "self");
  json_object_set_string_member (args, "reason", reason);
  jip_event_step_async (self->client, jip_event_model_get_id (self->model), "recuse", args, NULL, recused_cb,
                        g_object_ref (self));
}

static void
recuse_cb (JipJudgePage *self)
{
  g_free (self->recusing);
  self->recusing = g_strdup (self->selected);
  jip_ask_reason (GTK_WIDGET (self), _ ("Not judge this finalist?"),
                  _ ("Step aside when you know the team, worked on the idea or are not free to judge it. "
                     "A ballot of yours for it does not count. The reason is kept on record."),
                  _ ("Step Aside"), NULL, recuse_answered, self);
}

static void
submit_action_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  jip_ballot_card_submit (JIP_JUDGE_PAGE (widget)->card);
}

static void
move_action_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  JipJudgePage *self = JIP_JUDGE_PAGE (widget);
  JipFinalistRow *row = find_row (self, self->selected);
  int step = g_str_equal (name, "judge.next") ? 1 : -1;
  GtkListBoxRow *other = row != NULL ? gtk_list_box_get_row_at_index (
                             self->list, gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) + step)
                                     : NULL;

  if (other != NULL)
    select_entry (self, jip_finalist_row_get_entry (JIP_FINALIST_ROW (other)));
}

/**
 * jip_judge_page_set_model:
 * @client: (nullable): whence slides come and whither ballots go
 * @model: (nullable): an event in which the user is a judge
 */
void
jip_judge_page_set_model (JipJudgePage *self, JipClient *client, JipEventModel *model)
{
  g_return_if_fail (JIP_IS_JUDGE_PAGE (self));

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  if (self->typed != NULL)
    g_signal_handlers_disconnect_by_data (self->typed, self);
  g_clear_object (&self->typed);
  g_clear_pointer (&self->selected, g_free);
  g_clear_pointer (&self->dismissed, g_free);
  g_set_object (&self->client, client);
  g_set_object (&self->model, model);
  if (model == NULL)
    return;
  self->typed = jip_typed_ballots_new (client, jip_event_model_get_id (model));
  g_signal_connect_object (self->typed, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->typed, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
jip_judge_page_dispose (GObject *object)
{
  JipJudgePage *self = JIP_JUDGE_PAGE (object);

  jip_judge_page_set_model (self, NULL, NULL);
  g_clear_pointer (&self->recusing, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_JUDGE_PAGE);
  G_OBJECT_CLASS (jip_judge_page_parent_class)->dispose (object);
}

static void
jip_judge_page_class_init (JipJudgePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (JIP_TYPE_BALLOT_CARD);
  g_type_ensure (JIP_TYPE_SLIDE_VIEW);
  G_OBJECT_CLASS (klass)->dispose = jip_judge_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/ideathon/jip-judge-page.ui");
  gtk_widget_class_bind_template_child (widget_class, JipJudgePage, follow_bar);
  gtk_widget_class_bind_template_child (widget_class, JipJudgePage, follow_label);
  gtk_widget_class_bind_template_child (widget_class, JipJudgePage, list);
  gtk_widget_class_bind_template_child (widget_class, JipJudgePage, role_label);
  gtk_widget_class_bind_template_child (widget_class, JipJudgePage, desk);
  gtk_widget_class_bind_template_child (widget_class, JipJudgePage, desk_separator);
  gtk_widget_class_bind_template_child (widget_class, JipJudgePage, slides);
  gtk_widget_class_bind_template_child (widget_class, JipJudgePage, card_scroller);
  gtk_widget_class_bind_template_child (widget_class, JipJudgePage, card);
  gtk_widget_class_bind_template_child (widget_class, JipJudgePage, stack);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, follow_cb);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_bind_template_callback (widget_class, recuse_cb);
  gtk_widget_class_install_action (widget_class, "judge.submit", NULL, submit_action_cb);
  gtk_widget_class_install_action (widget_class, "judge.next", NULL, move_action_cb);
  gtk_widget_class_install_action (widget_class, "judge.previous", NULL, move_action_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "judge.submit", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Enter, GDK_CONTROL_MASK, "judge.submit",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "judge.next", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "judge.previous", NULL);
}

static void
jip_judge_page_init (JipJudgePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
