/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ballot-service.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-ballot-basis.h"
#include "jip-ballot-feed.h"
#include "jip-ballot-judgement.h"
#include "jip-ballot-versions.h"
#include "jip-event-refill.h"
#include "jip-event-rule-sheet.h"
#include "jip-event-service.h"
#include "jip-feed-table.h"
#include "jip-json.h"
#include "jip-refill-table.h"
#include "jip-sha256.h"

#define RECEIPT_LENGTH 10

/* A ballot holds what its panel's mode asks for. */
static const struct
{
  const char *mode;
  const char *member;
} contents[] = { { "rubric", "scores" }, { "score", "score" }, { "pick", "picks" } };

typedef struct
{
  JipMutationContext *context;
  JsonObject *args;
  const JipBallotQuestion *question;
  const char *category; /* nullable */
  JsonNode *given[G_N_ELEMENTS (contents)];
  JipBallotBasis *found;
  JipEvent *event;
  JipJudge *judge;
  JsonNode *rules;
  JsonNode *panel;
  gboolean picks;
} Card;

/* The ids that a ballot may pick from. */
static GStrv
entries_of_category (Card *card, const char *category, GError **error)
{
  g_autoptr (GPtrArray) entries = jip_entry_list (card->context->database, card->event->id, error);
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  if (entries == NULL)
    return NULL;
  for (guint i = 0; i < entries->len; i++)
    {
      const JipEntry *entry = g_ptr_array_index (entries, i);
      if (strcmp (entry->category, category) == 0)
        g_strv_builder_add (ids, entry->id);
    }
  return g_strv_builder_end (ids);
}

/* Only what the panel's mode needs may stand in a ballot, and an entry or a category, not both. */
static gboolean
check_shape (Card *card, GError **error)
{
  const char *mode = jip_event_rules_panel_mode (card->panel);
  guint wanted = 0, n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      n += card->given[i] != NULL;
      if (strcmp (mode, contents[i].mode) == 0)
        wanted = i;
    }
  if (n != 1 || card->given[wanted] == NULL)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                          _ ("$.args: this panel's ballots hold “%s” and nothing else"),
                          contents[wanted].member);
  if ((card->category != NULL) != card->picks || (card->question->entry != NULL) == card->picks)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("$.args: this panel's ballots name “%s”"),
                          card->picks ? "category" : "entry");
  return TRUE;
}

static gboolean
check_scores (Card *card, gboolean *complete, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), card->args);
  g_auto (GStrv) ids = NULL;

  if (card->picks && (ids = entries_of_category (card, card->category, error)) == NULL)
    return FALSE;
  JipTallyScoresRules *rules = jip_event_rules_get_scores (card->event, card->judge->panel, error);
  if (rules == NULL)
    return FALSE;
  if (jip_tally_scores_check (rules, node, (const char *const *) ids, "$.args", complete, &problem))
    return TRUE;
  return jip_error_set (error, JIP_ERROR_BAD_ARGS, "%s", problem->message);
}

/* Whether the window is waiting, open or closed. */
static gboolean
find_window (Card *card, char **window, GError **error)
{
  if (card->picks)
    {
      g_autoptr (JsonNode) windows = jip_json_parse (card->event->category_windows, -1, error);
      if (windows == NULL)
        return FALSE;
      const char *found
          = json_object_get_string_member_with_default (json_node_get_object (windows), card->category, NULL);
      *window = g_strdup (found);
      return found != NULL
             || jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.category: there is no such category"));
    }
  *window = g_strdup (card->found->window);
  return *window != NULL
         || jip_error_set (error, JIP_ERROR_NOT_FOUND,
                           _ ("$.args.entry: there is no such entry in this event"));
}

/* Deadlines are the server's: what counts is when the ballot arrives first. */
static gboolean
decide_state (Card *card, const char *window, char **state, GError **error)
{
  if (jip_event_is_locked (card->event))
    *state = g_strdup ("late-refused");
  else if (strcmp (window, "open") == 0)
    *state = g_strdup ("valid");
  else if (strcmp (window, "closed") == 0)
    *state = g_strdup ("late");
  else
    return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("The window has not been opened yet."));
  return TRUE;
}

/* What the judge can find again on the published sheet. It tells nothing about the scores to who lacks the key. */
static char *
receipt_code (JipServices *services, const JipBallot *ballot)
{
  static const char alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  g_autofree char *text = g_strdup_printf ("ballot|%s|%s|%s|%" G_GINT64_FORMAT "|%s", ballot->id,
                                           ballot->judge, ballot->subject, ballot->version, ballot->hash);
  g_autofree char *mac = jip_services_mac (services->receipt_key, text);
  g_autofree char *hex = jip_sha256_hex (mac, strlen (mac));
  GString *code = g_string_new (NULL);

  for (guint i = 0; i < RECEIPT_LENGTH; i++)
    {
      int byte = (g_ascii_xdigit_value (hex[2 * i]) << 4) | g_ascii_xdigit_value (hex[2 * i + 1]);
      g_string_append_c (code, alphabet[byte % 32]);
    }
  return g_string_free (code, FALSE);
}

static char *
hash_of (const JipBallot *ballot)
{
  const char *parts[] = { ballot->scores, ballot->score, ballot->picks };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_string_append (text, parts[i] != NULL ? parts[i] : "");
      g_string_append_c (text, '|');
    }
  return jip_sha256_hex (text->str, text->len);
}

static char *
text_of (JsonNode *node)
{
  return node != NULL ? jip_json_canonical (node) : NULL;
}

static JipBallot *
read_ballot (Card *card)
{
  JipBallot *ballot = g_new0 (JipBallot, 1);

  ballot->id = g_strdup (card->question->ballot);
  ballot->event = g_strdup (card->event->id);
  ballot->judge = g_strdup (card->judge->id);
  ballot->entry = g_strdup (card->question->entry);
  ballot->category = g_strdup (card->category);
  ballot->subject = g_strdup (card->picks ? ballot->category : ballot->entry);
  ballot->version = ballot->given = card->question->version;
  ballot->scores = text_of (card->given[0]);
  ballot->score = text_of (card->given[1]);
  ballot->picks = text_of (card->given[2]);
  ballot->received_at = card->context->now;
  jip_ballot_judgement_note (card->context, ballot,
                             jip_event_is_locked (card->event) ? card->context->place : card->found->known);
  ballot->hash = hash_of (ballot);
  ballot->receipt_code = receipt_code (card->context->services, ballot);
  return ballot;
}

static void
say_late (JipVerdict *verdict, const char *state)
{
  if (!g_str_has_prefix (state, "late"))
    return;
  verdict->code = g_strdup ("late");
  verdict->message = g_strdup (strcmp (state, "late-refused") == 0
                                   ? _ ("The event is locked; the ballot is kept and does not count.")
                                   : _ ("The window has closed; the chair decides about the ballot."));
}

/* The same version again: once with the same contents, a conflict with others. @known: nothing is left to do. */
static gboolean
check_known (Card *card, JipBallot *ballot, JipVerdict *verdict, gboolean *known, GError **error)
{
  g_autoptr (JipBallot) same_version = NULL, same_id = NULL;

  *known = card->found->is_known;
  if (!*known)
    return TRUE;
  if (!jip_ballot_find (card->context->database, ballot, &same_version, &same_id, error))
    return FALSE;
  if (same_version == NULL)
    return jip_error_set (error, JIP_ERROR_ID_TAKEN, _ ("$.args.id: is another ballot's"));
  if (strcmp (same_version->hash, ballot->hash) != 0)
    return jip_error_set (error, JIP_ERROR_BALLOT_CONFLICT, "%s",
                          jip_error_describe (JIP_ERROR_BALLOT_CONFLICT));
  *known = same_id != NULL || same_version->given == ballot->version;
  if (!*known)
    return TRUE;
  say_late (verdict, same_version->state);
  if (same_id == NULL)
    jip_ballot_versions_note_same (card->context);
  return TRUE;
}

/* The judge has handed in, or another version counts now. */
static gboolean
hand_in (Card *card, const JipBallot *ballot, GError **error)
{
  JipMutationContext *context = card->context;
  JipDatabase *database = context->database;
  g_autofree char *id = jip_submission_id (ballot->judge, ballot->subject);
  int change = ballot->complete - card->found->was_complete;

  if (context->refill == NULL && card->found->counting > ballot->version)
    return TRUE;
  if (!(context->refill == NULL
            ? jip_submission_count (database, ballot, error)
            : jip_submission_refresh (database, ballot->judge, ballot->subject, &change, error))
      || !(context->refill == NULL && !card->found->was_fed
               ? jip_ballot_feed_add_submission (database, context->pokes, card->event, card->judge, ballot,
                                                 error)
               : jip_mutation_touch (context, "submission", id, error)))
    return FALSE;
  return change == 0
         || jip_event_add_progress (context, card->rules, ballot, card->judge->panel, change, error);
}

static gboolean
add_row (Card *card, JipBallot *ballot, const char *stand_in, GError **error)
{
  JipMutationContext *context = card->context;
  gboolean newest; /* it has what was decided about the other one in any case */

  if (stand_in == NULL)
    return jip_ballot_insert (context->database, ballot, error)
           && jip_ballot_feed_add (context->database, context->pokes, card->event, card->judge, ballot,
                                   error);
  return jip_ballot_replace (context->database, stand_in, ballot, error)
         && jip_ballot_versions_find_again (context, ballot, jip_event_is_announced (card->event), error)
         && jip_mutation_touch (context, "ballot", stand_in, error)
         && jip_mutation_touch (context, "late_ballot", stand_in, error)
         && jip_ballot_versions_note_same_as (context, stand_in, ballot->id, &newest, error)
         && jip_mutation_touch (context, "ballot", ballot->id, error);
}

static gboolean
insert_ballot (Card *card, JipBallot *ballot, const char *stand_in, GError **error)
{
  JipMutationContext *context = card->context;
  gboolean newest = TRUE;

  jip_mutation_arrived (context, "ballot", ballot->id);
  if (context->refill != NULL && !jip_mutation_place (context, "ballot", ballot->id, &newest, error))
    return FALSE;
  if (context->refill != NULL && jip_event_is_locked (card->event)
      && !jip_event_refill_due (context, card->event, error))
    return FALSE;
  if (!add_row (card, ballot, stand_in, error)
      || (strcmp (ballot->state, "valid") != 0
          && !jip_mutation_touch (context, "late_ballot", ballot->id, error))
      || !jip_mutation_audit (context, "ballot", error, "event", ballot->event, "ballot", ballot->id,
                              "receipt", ballot->receipt_code, "state", ballot->state, NULL))
    return FALSE;
  /* what comes back may have moved other versions */
  return ((strcmp (ballot->state, "valid") != 0 && context->refill == NULL) || hand_in (card, ballot, error))
         && (context->refill == NULL || ballot->known < 0
             || jip_ballot_judge_again (context, card->event, card->rules, ballot->subject, ballot->id,
                                        error));
}

static gboolean
hand_in_new (Card *card, JipBallot *ballot, const char *window, JipVerdict *verdict, GError **error)
{
  gboolean known;

  if (!check_known (card, ballot, verdict, &known, error))
    return FALSE;
  if (known)
    return TRUE;
  if (!decide_state (card, window, &ballot->state, error)
      || (card->found->is_known /* the same one has only moved to its version */
          && !jip_ballot_versions_make_room (card->context, ballot, jip_event_is_announced (card->event),
                                             error))
      || !insert_ballot (card, ballot, NULL, error))
    return FALSE;
  say_late (verdict, ballot->state);
  return TRUE;
}

static gboolean
come_back_as (Card *card, JipBallot *ballot, const char *state, GError **error)
{
  g_autofree char *stand_in = NULL;
  gboolean known;

  g_free (ballot->state);
  ballot->state = g_strdup (state);
  if (!jip_ballot_versions_come_back (card->context, ballot, jip_event_is_announced (card->event), &known,
                                      &stand_in, error))
    return FALSE;
  if (known)
    return stand_in == NULL
           || (jip_ballot_recount (card->context, card->event, card->rules, ballot, error)
               && (!jip_event_is_locked (card->event)
                   || jip_event_refill_due (card->context, card->event, error)));
  return insert_ballot (card, ballot, stand_in, error);
}

/* It is kept as if it had come behind the lock, whatever had been decided about it before. */
static gboolean
come_back_refused (Card *card, JipBallot *ballot, GError **error)
{
  JipDatabase *database = card->context->database;
  g_autofree char *decision = g_strdup_printf ("late:%s", ballot->id);
  gboolean newest;
  gint64 seq;

  ballot->known = -1;
  return jip_feed_get_seq (database, &seq, error)
         && jip_placed_claim (database, decision, seq, &newest, error)
         && come_back_as (card, ballot, "late-refused", error)
         && (g_strcmp0 (card->context->refill->code, "late") == 0
             || jip_ballot_note_in_time (database, ballot->id, error))
         && jip_event_refill_refuse (card->context, card->event, NULL, ballot->id, error);
}

/* As come_back_as(), where the result is announced. @stands: (out): whether it is the same with the ballot. Thousands may come
 * back, so the tally is asked only where the numbers do not say so, and then of as little as tells. */
static gboolean
come_back_beside (Card *card, JipBallot *ballot, const char *state, gboolean *stands, GError **error)
{
  JipDatabase *database = card->context->database;
  const char *event = card->event->id;
  g_autofree char *hash_before = NULL, *hash = NULL;
  gint64 counted_before, counted;

  if (!jip_submission_weigh (database, event, ballot->judge, ballot->subject, &counted_before, &hash_before,
                             error)
      || !come_back_as (card, ballot, state, error)
      || !jip_submission_weigh (database, event, ballot->judge, ballot->subject, &counted, &hash, error))
    return FALSE;
  *stands = counted == counted_before;
  return !*stands || g_strcmp0 (hash, hash_before) == 0
         || jip_event_check_ballot (database, card->event, card->judge->panel, ballot, stands, error);
}

/* What is acknowledged comes back as it was, but changes nothing of what was announced meanwhile. */
static gboolean
come_back (Card *card, JipBallot *ballot, GError **error)
{
  JipDatabase *database = card->context->database;
  const gint64 given = ballot->version;
  const char *state = g_strcmp0 (card->context->refill->code, "late") != 0 ? "valid"
                      : jip_event_is_locked (card->event)                  ? "late-refused"
                                                                           : "late";
  gboolean stands;

  if (!jip_ballot_versions_find_id (card->context, ballot, error))
    return FALSE;
  if (jip_event_refill_was_refused (card->context))
    return come_back_refused (card, ballot, error)
           && (!jip_event_is_announced (card->event)
               || jip_ballot_reconsider (card->context, card->event, card->rules, ballot->judge,
                                         ballot->subject, error));
  if (!jip_event_is_announced (card->event))
    return come_back_as (card, ballot, state, error);
  if (!jip_database_savepoint (database, "announced", error)
      || !come_back_beside (card, ballot, state, &stands, error)
      || (!stands && !jip_database_rollback_to (database, "announced", error))
      || !jip_database_release (database, "announced", error))
    return FALSE;
  ballot->version = stands ? ballot->version : given;
  return stands ? jip_ballot_reconsider (card->context, card->event, card->rules, ballot->judge,
                                         ballot->subject, error)
                : come_back_refused (card, ballot, error);
}

static gboolean
submit (Card *card, JipVerdict *verdict, GError **error)
{
  g_autofree char *window = NULL;
  gboolean complete;

  if (!check_shape (card, error) || !find_window (card, &window, error)
      || !check_scores (card, &complete, error))
    return FALSE;
  g_autoptr (JipBallot) ballot = read_ballot (card);
  ballot->complete = complete;
  return card->context->refill != NULL ? come_back (card, ballot, error)
                                       : hand_in_new (card, ballot, window, verdict, error);
}

gboolean
jip_ballot_submit (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  const char *event_id = jip_arg_string (args, "event"), *entry = jip_arg_string (args, "entry"),
             *category = jip_arg_string (args, "category");
  g_autofree char *window = context->services->restored || context->refill != NULL
                                ? jip_ballot_window_id (event_id, entry, category)
                                : NULL;
  const JipBallotQuestion question = {
    .event = event_id,
    .account = context->account,
    .entry = entry,
    .subject = entry != NULL      ? entry
               : category != NULL ? category
                                  : "",
    .ballot = jip_arg_string (args, "id"),
    .version = jip_arg_int (args, "version"),
    .window = window,
  };
  g_auto (JipBallotBasis) found = { NULL };
  g_autoptr (JipEvent) event = NULL;

  /* what comes back may change the event */
  if (!(context->refill == NULL ? jip_event_get_shared (context->database, question.event, &event, error)
                                : jip_event_get (context->database, question.event, &event, error)))
    return FALSE;
  jip_mutation_missing (context, "event", question.event);
  if (event == NULL)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.event: there is no such event"));
  if (!jip_ballot_basis_load (context->database, &question, &found, error)
      || !jip_mutation_allow (context, "ballot.submit", found.judge != NULL ? JIP_RELATION_EVENT_JUDGE : 0,
                              error))
    return FALSE;
  if (found.judge == NULL)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.event: has no such judge"));
  g_autoptr (JsonNode) rules = jip_event_rules_parse (event, error);
  if (rules == NULL)
    return FALSE;
  JsonNode *panel = jip_event_rules_find (rules, "panels", found.judge->panel);
  Card card = {
    .context = context,
    .args = args,
    .question = &question,
    .category = category,
    .found = &found,
    .event = event,
    .judge = found.judge,
    .rules = rules,
    .panel = panel,
    .picks = strcmp (jip_event_rules_panel_mode (panel), "pick") == 0,
  };
  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    card.given[i] = jip_arg_node (args, contents[i].member);
  return submit (&card, verdict, error);
}
