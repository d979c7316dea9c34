/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-judge-card.h"

#include <glib/gi18n-lib.h>

static JipCardWindow
window_of (JipEventModel *model, const JipJudgeCard *card, gboolean picks)
{
  const char *window = picks ? jip_event_model_get_category_window (model, card->subject)
                             : jip_entry_get_window (card->entry);

  if (!jip_entry_is_active (card->entry) && !picks)
    return JIP_CARD_WITHDRAWN;
  if ((card->recusal != NULL || card->excluded) && !picks)
    return JIP_CARD_RECUSED;
  if (jip_event_model_is_locked (model))
    return JIP_CARD_LOCKED;
  if (g_strcmp0 (window, "open") == 0)
    return JIP_CARD_OPEN;
  return g_strcmp0 (window, "closed") == 0 ? JIP_CARD_CLOSED : JIP_CARD_WAITING;
}

static JipCardBallot
ballot_state (JipBallot *ballot)
{
  if (ballot == NULL)
    return JIP_CARD_NOTHING;
  if (jip_record_get_pending (JIP_RECORD (ballot)))
    return JIP_CARD_PENDING;

  const char *state = jip_ballot_get_state (ballot);
  if (g_strcmp0 (state, "late") == 0)
    return JIP_CARD_LATE;
  if (g_strcmp0 (state, "late-admitted") == 0)
    return JIP_CARD_LATE_ADMITTED;
  return g_strcmp0 (state, "late-refused") == 0 ? JIP_CARD_LATE_REFUSED : JIP_CARD_SAVED;
}

/**
 * jip_judge_card_get:
 * @entry: one of the model's entries
 *
 * Returns: the user's card for it; what it points at belongs to the model and @entry
 */
JipJudgeCard
jip_judge_card_get (JipEventModel *model, JipEntry *entry)
{
  JipJudgeCard card = { .entry = entry };

  g_return_val_if_fail (JIP_IS_EVENT_MODEL (model) && JIP_IS_ENTRY (entry), card);

  const JipPanel *panel = jip_event_model_get_own_panel (model);
  JipEvent *event = jip_event_model_get_event (model);
  JipJudge *judge = jip_event_model_get_own_judge (model);
  gboolean picks = panel != NULL && panel->mode == JIP_PANEL_PICK;
  const char *id = jip_record_get_id (JIP_RECORD (entry));
  card.subject = picks ? jip_entry_get_category (entry) : id;
  card.recusal = jip_event_model_get_own_recusal (model, id);
  card.excluded = judge != NULL && jip_event_model_is_excluded (model, judge, entry);
  card.ballot = jip_event_model_get_own_ballot (model, card.subject);
  card.handed_in = ballot_state (card.ballot);
  card.window = window_of (model, &card, picks);
  card.presenting = event != NULL && g_strcmp0 (jip_event_get_presenting (event), id) == 0;
  return card;
}

/**
 * jip_judge_card_can_submit:
 *
 * Returns: whether a ballot can be handed in now; a late one can, the chair decides about it
 */
gboolean
jip_judge_card_can_submit (const JipJudgeCard *card)
{
  return card->window == JIP_CARD_OPEN || card->window == JIP_CARD_CLOSED;
}

/**
 * jip_judge_card_waits_for_judge:
 *
 * Returns: whether the judge can score it now and has not
 */
gboolean
jip_judge_card_waits_for_judge (const JipJudgeCard *card)
{
  return card->window == JIP_CARD_OPEN && card->handed_in == JIP_CARD_NOTHING;
}

/**
 * jip_judge_card_describe_window:
 *
 * Returns: (transfer full): what the judge can do with it now, a sentence
 */
char *
jip_judge_card_describe_window (const JipJudgeCard *card)
{
  switch (card->window)
    {
    case JIP_CARD_OPEN:
      return g_strdup (_ ("Scoring is open. You can change your scores until the chair closes it."));
    case JIP_CARD_CLOSED:
      return g_strdup (
          _ ("Scoring is closed. What you hand in now is late: the chair decides whether it counts."));
    case JIP_CARD_LOCKED:
      return g_strdup (_ ("The event is locked. Scores cannot be changed any more."));
    case JIP_CARD_WITHDRAWN:
      return g_strdup (_ ("This finalist was withdrawn and is not scored."));
    case JIP_CARD_RECUSED:
      {
        const char *reason = card->recusal != NULL ? jip_recusal_get_reason (card->recusal)
                                                   : _ ("it is of your own department.");
        return reason != NULL && *reason != '\0'
                   ? g_strdup_printf (_ ("You do not judge this finalist: %s"), reason)
                   : g_strdup (_ ("You do not judge this finalist."));
      }
    case JIP_CARD_WAITING:
    default:
      return g_strdup (_ ("The chair has not opened scoring yet. What you type is kept on this PC."));
    }
}

/**
 * jip_judge_card_describe_ballot:
 *
 * Returns: what became of the judge's ballot, a sentence
 */
const char *
jip_judge_card_describe_ballot (const JipJudgeCard *card)
{
  switch (card->handed_in)
    {
    case JIP_CARD_PENDING:
      return _ ("Handed in on this PC. It is sent as soon as the server can be reached.");
    case JIP_CARD_SAVED:
      return _ ("Handed in and saved on the server.");
    case JIP_CARD_LATE:
      return _ ("It came late. The chair decides whether it counts.");
    case JIP_CARD_LATE_ADMITTED:
      return _ ("It came late and the chair admitted it.");
    case JIP_CARD_LATE_REFUSED:
      return _ ("It came late and does not count.");
    case JIP_CARD_NOTHING:
    default:
      return _ ("Not handed in yet.");
    }
}

/**
 * jip_judge_card_short:
 *
 * Returns: the same in a word or two, for the list of finalists
 */
const char *
jip_judge_card_short (const JipJudgeCard *card)
{
  if (card->window == JIP_CARD_WITHDRAWN)
    return C_ ("finalist", "Withdrawn");
  if (card->window == JIP_CARD_RECUSED)
    return C_ ("finalist", "Not judged");
  switch (card->handed_in)
    {
    case JIP_CARD_PENDING:
      return C_ ("ballot", "Waiting to be sent");
    case JIP_CARD_SAVED:
      return C_ ("ballot", "Saved");
    case JIP_CARD_LATE:
      return C_ ("ballot", "Late");
    case JIP_CARD_LATE_ADMITTED:
      return C_ ("ballot", "Late, admitted");
    case JIP_CARD_LATE_REFUSED:
      return C_ ("ballot", "Late, refused");
    case JIP_CARD_NOTHING:
    default:
      return card->window == JIP_CARD_OPEN ? C_ ("scoring", "Open") : "";
    }
}
