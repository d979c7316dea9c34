/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ballot-card.h"

#include <glib/gi18n-lib.h>

#include "jip-pick-list.h"
#include "jip-rubric-form.h"
#include "jip-score-buttons.h"

struct _JipBallotCard
{
  AdwBin parent_instance;

  JipBallotForm *form; /* what is shown */
  JipJudgeCard card;   /* valid while it is shown: @model and @entry are kept */
  JipEventModel *model;
  JipEntry *entry;
  JipBallotState state; /* of @form */
  gboolean by_button;   /* choosing a score hands it in */

  GtkLabel *title_label;
  GtkLabel *team_label;
  GtkLabel *window_label;
  GtkStack *editors;
  JipRubricForm *rubric;
  JipScoreButtons *buttons;
  JipPickList *picks;
  GtkWidget *total_row;
  GtkLabel *total_label;
  GtkLabel *status_label;
  GtkButton *submit_button;
  GtkWidget *recuse_button;
};

G_DEFINE_FINAL_TYPE (JipBallotCard, jip_ballot_card, ADW_TYPE_BIN)

enum
{
  EDITED,
  SUBMIT,
  RECUSE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char *
describe_picks (JipBallotForm *form)
{
  return g_strdup_printf (_ ("%u of %u votes given"), jip_ballot_form_get_n_picks (form),
                          jip_ballot_form_get_max_picks (form));
}

static void
show_total (JipBallotCard *self)
{
  gboolean picks = jip_ballot_form_get_mode (self->form) == JIP_PANEL_PICK;
  g_autofree char *total = jip_ballot_form_get_total (self->form);
  g_autofree char *max = jip_ballot_form_get_total_max (self->form);
  g_autofree char *text
      = picks ? describe_picks (self->form) : g_strdup_printf (_ ("Total %s / %s"), total, max);

  gtk_label_set_label (self->total_label, text);
  gtk_widget_set_visible (self->total_row, !self->by_button);
}

/**
 * jip_ballot_card_describe_failure:
 *
 * Returns: that a ballot was not handed in, a sentence
 */
const char *
jip_ballot_card_describe_failure (void)
{
  return _ ("It was not handed in: the disk of this PC did not take it. Hand it in again.");
}

static const char *
status (JipBallotCard *self)
{
  if (self->state == JIP_BALLOT_HANDED_IN)
    return jip_judge_card_describe_ballot (&self->card);
  if (self->state == JIP_BALLOT_LEAVING)
    return _ ("Handing it in…");
  if (!jip_ballot_form_is_valid (self->form))
    return _ ("Correct the marked scores first.");
  if (jip_ballot_form_get_n_values (self->form) > 1 && !jip_ballot_form_is_empty (self->form)
      && !jip_ballot_form_is_complete (self->form))
    return _ ("Give every criterion a score to hand it in.");
  if (self->state == JIP_BALLOT_FAILED)
    return jip_ballot_card_describe_failure ();
  if (self->state == JIP_BALLOT_UNKEPT)
    return _ ("Not saved: the disk of this PC takes nothing");
  if (self->card.ballot != NULL)
    return _ ("Changed, and not handed in yet.");
  if (jip_ballot_form_is_empty (self->form))
    return _ ("Not handed in yet.");
  return self->state == JIP_BALLOT_KEPT ? _ ("Kept on this PC, not handed in yet.") : _ ("Saving…");
}

static void
update (JipBallotCard *self)
{
  gboolean open = self->state < JIP_BALLOT_LEAVING && jip_judge_card_can_submit (&self->card)
                  && jip_ballot_form_is_complete (self->form);
  gboolean late = self->card.window == JIP_CARD_CLOSED;

  show_total (self);
  gtk_label_set_label (self->status_label, status (self));
  gtk_button_set_label (self->submit_button, late                        ? _ ("Hand In Late")
                                             : self->card.ballot != NULL ? _ ("Hand In Again")
                                                                         : _ ("Hand In"));
  gtk_widget_set_visible (GTK_WIDGET (self->submit_button), !self->by_button || late || open);
  gtk_widget_set_sensitive (GTK_WIDGET (self->submit_button), open);
}

static JipBallotForm *
edited_form (JipBallotCard *self)
{
  const char *editor = gtk_stack_get_visible_child_name (self->editors);

  if (g_strcmp0 (editor, "buttons") == 0)
    return jip_score_buttons_get_form (self->buttons);
  return g_strcmp0 (editor, "picks") == 0 ? jip_pick_list_get_form (self->picks)
                                          : jip_rubric_form_get_form (self->rubric);
}

static void
edited_cb (JipBallotCard *self)
{
  JipBallotForm *form = jip_ballot_form_ref (edited_form (self));

  g_clear_pointer (&self->form, jip_ballot_form_unref);
  self->form = form;
  g_signal_emit (self, signals[EDITED], 0);
  if (self->by_button && self->card.window == JIP_CARD_OPEN)
    jip_ballot_card_submit (self);
}

static void
finished_cb (JipBallotCard *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->submit_button));
}

static void
recuse_cb (JipBallotCard *self)
{
  g_signal_emit (self, signals[RECUSE], 0);
}

/* Which editor fits the judge's panel. */
static void
show_editor (JipBallotCard *self, const JipPanel *panel)
{
  const char *editor = "rubric";

  self->by_button = jip_score_buttons_suit (panel);
  if (panel->mode == JIP_PANEL_PICK)
    {
      editor = "picks";
      jip_pick_list_set_choices (self->picks, jip_event_model_get_entries (self->model),
                                 jip_entry_get_category (self->entry));
      jip_pick_list_set_form (self->picks, self->form);
    }
  else if (self->by_button)
    {
      editor = "buttons";
      jip_score_buttons_set_form (self->buttons, self->form);
    }
  else
    {
      jip_rubric_form_set_panel (self->rubric, panel);
      jip_rubric_form_set_form (self->rubric, self->form);
    }
  gtk_stack_set_visible_child_name (self->editors, editor);
}

/**
 * jip_ballot_card_show:
 * @entry: a finalist of @model
 * @form: what the judge has given it so far, of the judge's own panel
 * @state: of @form
 */
void
jip_ballot_card_show (JipBallotCard *self,
                      JipEventModel *model,
                      JipEntry *entry,
                      JipBallotForm *form,
                      JipBallotState state)
{
  g_return_if_fail (JIP_IS_BALLOT_CARD (self) && JIP_IS_EVENT_MODEL (model) && JIP_IS_ENTRY (entry)
                    && form != NULL);

  const JipPanel *panel = jip_event_model_get_own_panel (model);
  g_return_if_fail (panel != NULL);
  g_set_object (&self->model, model);
  g_set_object (&self->entry, entry);
  jip_ballot_form_ref (form);
  g_clear_pointer (&self->form, jip_ballot_form_unref);
  self->form = form;
  self->state = state;
  self->card = jip_judge_card_get (model, entry);

  const char *team = jip_entry_get_team (entry);
  g_autofree char *title = jip_entry_dup_heading (entry);
  g_autofree char *window = jip_judge_card_describe_window (&self->card);
  gtk_label_set_label (self->title_label, title);
  gtk_label_set_label (self->team_label, team != NULL ? team : "");
  gtk_widget_set_visible (GTK_WIDGET (self->team_label), team != NULL && *team != '\0');
  gtk_label_set_label (self->window_label, window);
  show_editor (self, panel);
  gboolean editable = self->card.window != JIP_CARD_WITHDRAWN && self->card.window != JIP_CARD_RECUSED
                      && self->card.window != JIP_CARD_LOCKED;
  gtk_widget_set_sensitive (GTK_WIDGET (self->editors),
                            editable && (!self->by_button || jip_judge_card_can_submit (&self->card)));
  gtk_widget_set_visible (self->recuse_button, editable && panel->mode != JIP_PANEL_PICK);
  update (self);
}

/**
 * jip_ballot_card_get_form:
 *
 * Returns: (transfer none) (nullable): what stands on the card now
 */
JipBallotForm *
jip_ballot_card_get_form (JipBallotCard *self)
{
  g_return_val_if_fail (JIP_IS_BALLOT_CARD (self), NULL);
  return self->form;
}

/**
 * jip_ballot_card_set_state:
 * @state: of what stands on the card
 */
void
jip_ballot_card_set_state (JipBallotCard *self, JipBallotState state)
{
  g_return_if_fail (JIP_IS_BALLOT_CARD (self) && self->form != NULL);

  self->state = state;
  update (self);
}

/**
 * jip_ballot_card_submit:
 *
 * Asks for the card to be handed in, or puts the cursor where something is missing.
 */
void
jip_ballot_card_submit (JipBallotCard *self)
{
  g_return_if_fail (JIP_IS_BALLOT_CARD (self));

  if (self->form == NULL || !jip_judge_card_can_submit (&self->card))
    return;
  int unfinished = jip_ballot_form_find_unfinished (self->form);
  if (unfinished >= 0)
    jip_rubric_form_focus_value (self->rubric, (guint) unfinished);
  else if (self->state < JIP_BALLOT_LEAVING)
    g_signal_emit (self, signals[SUBMIT], 0);
}

static void
jip_ballot_card_dispose (GObject *object)
{
  JipBallotCard *self = JIP_BALLOT_CARD (object);

  g_clear_pointer (&self->form, jip_ballot_form_unref);
  g_clear_object (&self->model);
  g_clear_object (&self->entry);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_BALLOT_CARD);
  G_OBJECT_CLASS (jip_ballot_card_parent_class)->dispose (object);
}

static void
jip_ballot_card_class_init (JipBallotCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (JIP_TYPE_RUBRIC_FORM);
  g_type_ensure (JIP_TYPE_SCORE_BUTTONS);
  g_type_ensure (JIP_TYPE_PICK_LIST);
  G_OBJECT_CLASS (klass)->dispose = jip_ballot_card_dispose;
  signals[EDITED]
      = g_signal_new ("edited", JIP_TYPE_BALLOT_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SUBMIT]
      = g_signal_new ("submit", JIP_TYPE_BALLOT_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RECUSE]
      = g_signal_new ("recuse", JIP_TYPE_BALLOT_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/ideathon/jip-ballot-card.ui");
  gtk_widget_class_bind_template_child (widget_class, JipBallotCard, title_label);
  gtk_widget_class_bind_template_child (widget_class, JipBallotCard, team_label);
  gtk_widget_class_bind_template_child (widget_class, JipBallotCard, window_label);
  gtk_widget_class_bind_template_child (widget_class, JipBallotCard, editors);
  gtk_widget_class_bind_template_child (widget_class, JipBallotCard, rubric);
  gtk_widget_class_bind_template_child (widget_class, JipBallotCard, buttons);
  gtk_widget_class_bind_template_child (widget_class, JipBallotCard, picks);
  gtk_widget_class_bind_template_child (widget_class, JipBallotCard, total_row);
  gtk_widget_class_bind_template_child (widget_class, JipBallotCard, total_label);
  gtk_widget_class_bind_template_child (widget_class, JipBallotCard, status_label);
  gtk_widget_class_bind_template_child (widget_class, JipBallotCard, submit_button);
  gtk_widget_class_bind_template_child (widget_class, JipBallotCard, recuse_button);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, finished_cb);
  gtk_widget_class_bind_template_callback (widget_class, recuse_cb);
  gtk_widget_class_bind_template_callback (widget_class, jip_ballot_card_submit);
}

static void
jip_ballot_card_init (JipBallotCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
