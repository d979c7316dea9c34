/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-event-records.h"

/* A record class is its table and its fields; the base class does the rest. */
#define DEFINE_RECORD(Type, name, table_name) \
  struct _##Type \
  { \
    JipRecord parent_instance; \
  }; \
  G_DEFINE_FINAL_TYPE (Type, name, JIP_TYPE_RECORD) \
  static void name##_class_init (Type##Class *klass) \
  { \
    jip_record_class_set_fields ((JipRecordClass *) klass, table_name, name##_fields, \
                                 G_N_ELEMENTS (name##_fields)); \
  } \
  static void name##_init (Type *self) {}

static const JipRecordField jip_event_fields[] = {
  { "title", "title", JIP_RECORD_STRING },
  { "place", "place", JIP_RECORD_STRING },
  { "state", "state", JIP_RECORD_STRING },
  { "chair", "chair", JIP_RECORD_STRING },
  { "organiser", "organiser", JIP_RECORD_STRING },
  { "presenting", "presenting", JIP_RECORD_STRING },
  { "timer-ends-at", "timer_ends_at", JIP_RECORD_TIME },
  { "revealed", "revealed", JIP_RECORD_INT },
  { "version", "version", JIP_RECORD_INT },
  { "rules-hash", "rules_hash", JIP_RECORD_STRING },
};
DEFINE_RECORD (JipEvent, jip_event, "event")

static const JipRecordField jip_entry_fields[] = {
  { "event", "event", JIP_RECORD_STRING },           { "number", "number", JIP_RECORD_INT },
  { "category", "category", JIP_RECORD_STRING },     { "title", "title", JIP_RECORD_STRING },
  { "summary", "summary", JIP_RECORD_STRING },       { "team", "team", JIP_RECORD_STRING },
  { "department", "department", JIP_RECORD_STRING }, { "status", "status", JIP_RECORD_STRING },
  { "adjust", "adjust", JIP_RECORD_STRING },         { "adjust-reason", "adjust_reason", JIP_RECORD_STRING },
  { "window", "window", JIP_RECORD_STRING },
};
DEFINE_RECORD (JipEntry, jip_entry, "entry")

static const JipRecordField jip_judge_fields[] = {
  { "event", "event", JIP_RECORD_STRING }, { "user", "user", JIP_RECORD_STRING },
  { "panel", "panel", JIP_RECORD_STRING }, { "label", "label", JIP_RECORD_STRING },
  { "name", "name", JIP_RECORD_STRING },   { "department", "department", JIP_RECORD_STRING },
};
DEFINE_RECORD (JipJudge, jip_judge, "judge")

static const JipRecordField jip_recusal_fields[] = {
  { "event", "event", JIP_RECORD_STRING },   { "judge", "judge", JIP_RECORD_STRING },
  { "entry", "entry", JIP_RECORD_STRING },   { "kind", "kind", JIP_RECORD_STRING },
  { "reason", "reason", JIP_RECORD_STRING },
};
DEFINE_RECORD (JipRecusal, jip_recusal, "recusal")

static const JipRecordField jip_ballot_fields[] = {
  { "event", "event", JIP_RECORD_STRING },           { "judge", "judge", JIP_RECORD_STRING },
  { "entry", "entry", JIP_RECORD_STRING },           { "category", "category", JIP_RECORD_STRING },
  { "version", "version", JIP_RECORD_INT },          { "state", "state", JIP_RECORD_STRING },
  { "received-at", "received_at", JIP_RECORD_TIME },
};
DEFINE_RECORD (JipBallot, jip_ballot, "ballot")

static const JipRecordField jip_progress_fields[] = {
  { "event", "event", JIP_RECORD_STRING },    { "entry", "entry", JIP_RECORD_STRING },
  { "panel", "panel", JIP_RECORD_STRING },    { "counted", "counted", JIP_RECORD_INT },
  { "expected", "expected", JIP_RECORD_INT },
};
DEFINE_RECORD (JipProgress, jip_progress, "progress")

static const JipRecordField jip_submission_fields[] = {
  { "event", "event", JIP_RECORD_STRING },        { "judge", "judge", JIP_RECORD_STRING },
  { "entry", "entry", JIP_RECORD_STRING },        { "category", "category", JIP_RECORD_STRING },
  { "complete", "complete", JIP_RECORD_BOOLEAN },
};
DEFINE_RECORD (JipSubmission, jip_submission, "submission")

static const JipRecordField jip_late_ballot_fields[] = {
  { "event", "event", JIP_RECORD_STRING },           { "judge", "judge", JIP_RECORD_STRING },
  { "entry", "entry", JIP_RECORD_STRING },           { "category", "category", JIP_RECORD_STRING },
  { "state", "state", JIP_RECORD_STRING },           { "reason", "reason", JIP_RECORD_STRING },
  { "received-at", "received_at", JIP_RECORD_TIME },
};
DEFINE_RECORD (JipLateBallot, jip_late_ballot, "late_ballot")

static const JipRecordField jip_result_fields[] = {
  { "event", "event", JIP_RECORD_STRING },
  { "result", "result", JIP_RECORD_STRING },
  { "sha256", "sha256", JIP_RECORD_STRING },
  { "reveal-steps", "reveal_steps", JIP_RECORD_INT },
};
DEFINE_RECORD (JipResult, jip_result, "result")

static const JipRecordField jip_reveal_fields[] = {
  { "event", "event", JIP_RECORD_STRING },       { "n", "n", JIP_RECORD_INT },
  { "award", "award", JIP_RECORD_STRING },       { "award-name", "award_name", JIP_RECORD_STRING },
  { "category", "category", JIP_RECORD_STRING },
};
DEFINE_RECORD (JipReveal, jip_reveal, "reveal")

const char *
jip_event_get_title (JipEvent *self)
{
  return jip_record_get_string (JIP_RECORD (self), "title");
}

const char *
jip_event_get_place (JipEvent *self)
{
  return jip_record_get_string (JIP_RECORD (self), "place");
}

const char *
jip_event_get_state (JipEvent *self)
{
  return jip_record_get_string (JIP_RECORD (self), "state");
}

const char *
jip_event_get_chair (JipEvent *self)
{
  return jip_record_get_string (JIP_RECORD (self), "chair");
}

const char *
jip_event_get_organiser (JipEvent *self)
{
  return jip_record_get_string (JIP_RECORD (self), "organiser");
}

const char *
jip_event_get_presenting (JipEvent *self)
{
  return jip_record_get_string (JIP_RECORD (self), "presenting");
}

gint64
jip_event_get_timer_ends_at (JipEvent *self)
{
  return jip_record_get_time (JIP_RECORD (self), "timer_ends_at");
}

gint64
jip_event_get_revealed (JipEvent *self)
{
  return jip_record_get_int (JIP_RECORD (self), "revealed");
}

gint64
jip_event_get_version (JipEvent *self)
{
  return jip_record_get_int (JIP_RECORD (self), "version");
}

const char *
jip_event_get_rules_hash (JipEvent *self)
{
  return jip_record_get_string (JIP_RECORD (self), "rules_hash");
}

const char *
jip_entry_get_event (JipEntry *self)
{
  return jip_record_get_string (JIP_RECORD (self), "event");
}

gint64
jip_entry_get_number (JipEntry *self)
{
  return jip_record_get_int (JIP_RECORD (self), "number");
}

const char *
jip_entry_get_category (JipEntry *self)
{
  return jip_record_get_string (JIP_RECORD (self), "category");
}

const char *
jip_entry_get_title (JipEntry *self)
{
  return jip_record_get_string (JIP_RECORD (self), "title");
}

/**
 * jip_entry_dup_heading:
 *
 * Returns: (transfer full): number and title, as it is called wherever it is not in a table
 */
char *
jip_entry_dup_heading (JipEntry *self)
{
  const char *title = jip_entry_get_title (self);

  return g_strdup_printf ("%d. %s", (int) jip_entry_get_number (self), title != NULL ? title : "");
}

const char *
jip_entry_get_summary (JipEntry *self)
{
  return jip_record_get_string (JIP_RECORD (self), "summary");
}

const char *
jip_entry_get_team (JipEntry *self)
{
  return jip_record_get_string (JIP_RECORD (self), "team");
}

const char *
jip_entry_get_department (JipEntry *self)
{
  return jip_record_get_string (JIP_RECORD (self), "department");
}

const char *
jip_entry_get_status (JipEntry *self)
{
  return jip_record_get_string (JIP_RECORD (self), "status");
}

const char *
jip_entry_get_adjust (JipEntry *self)
{
  return jip_record_get_string (JIP_RECORD (self), "adjust");
}

const char *
jip_entry_get_adjust_reason (JipEntry *self)
{
  return jip_record_get_string (JIP_RECORD (self), "adjust_reason");
}

const char *
jip_entry_get_window (JipEntry *self)
{
  return jip_record_get_string (JIP_RECORD (self), "window");
}

const char *
jip_judge_get_event (JipJudge *self)
{
  return jip_record_get_string (JIP_RECORD (self), "event");
}

const char *
jip_judge_get_user (JipJudge *self)
{
  return jip_record_get_string (JIP_RECORD (self), "user");
}

const char *
jip_judge_get_panel (JipJudge *self)
{
  return jip_record_get_string (JIP_RECORD (self), "panel");
}

const char *
jip_judge_get_label (JipJudge *self)
{
  return jip_record_get_string (JIP_RECORD (self), "label");
}

const char *
jip_judge_get_name (JipJudge *self)
{
  return jip_record_get_string (JIP_RECORD (self), "name");
}

const char *
jip_judge_get_department (JipJudge *self)
{
  return jip_record_get_string (JIP_RECORD (self), "department");
}

const char *
jip_recusal_get_judge (JipRecusal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "judge");
}

const char *
jip_recusal_get_entry (JipRecusal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "entry");
}

const char *
jip_recusal_get_kind (JipRecusal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "kind");
}

const char *
jip_recusal_get_reason (JipRecusal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "reason");
}

const char *
jip_ballot_get_event (JipBallot *self)
{
  return jip_record_get_string (JIP_RECORD (self), "event");
}

const char *
jip_ballot_get_judge (JipBallot *self)
{
  return jip_record_get_string (JIP_RECORD (self), "judge");
}

const char *
jip_ballot_get_entry (JipBallot *self)
{
  return jip_record_get_string (JIP_RECORD (self), "entry");
}

const char *
jip_ballot_get_category (JipBallot *self)
{
  return jip_record_get_string (JIP_RECORD (self), "category");
}

gint64
jip_ballot_get_version_number (JipBallot *self)
{
  return jip_record_get_int (JIP_RECORD (self), "version");
}

const char *
jip_ballot_get_state (JipBallot *self)
{
  return jip_record_get_string (JIP_RECORD (self), "state");
}

gint64
jip_ballot_get_received_at (JipBallot *self)
{
  return jip_record_get_time (JIP_RECORD (self), "received_at");
}

const char *
jip_progress_get_entry (JipProgress *self)
{
  return jip_record_get_string (JIP_RECORD (self), "entry");
}

const char *
jip_progress_get_panel (JipProgress *self)
{
  return jip_record_get_string (JIP_RECORD (self), "panel");
}

gint64
jip_progress_get_counted (JipProgress *self)
{
  return jip_record_get_int (JIP_RECORD (self), "counted");
}

gint64
jip_progress_get_expected (JipProgress *self)
{
  return jip_record_get_int (JIP_RECORD (self), "expected");
}

const char *
jip_submission_get_judge (JipSubmission *self)
{
  return jip_record_get_string (JIP_RECORD (self), "judge");
}

const char *
jip_submission_get_entry (JipSubmission *self)
{
  return jip_record_get_string (JIP_RECORD (self), "entry");
}

const char *
jip_submission_get_category (JipSubmission *self)
{
  return jip_record_get_string (JIP_RECORD (self), "category");
}

gboolean
jip_submission_get_complete (JipSubmission *self)
{
  return jip_record_get_boolean (JIP_RECORD (self), "complete");
}

const char *
jip_late_ballot_get_judge (JipLateBallot *self)
{
  return jip_record_get_string (JIP_RECORD (self), "judge");
}

const char *
jip_late_ballot_get_entry (JipLateBallot *self)
{
  return jip_record_get_string (JIP_RECORD (self), "entry");
}

const char *
jip_late_ballot_get_category (JipLateBallot *self)
{
  return jip_record_get_string (JIP_RECORD (self), "category");
}

const char *
jip_late_ballot_get_state (JipLateBallot *self)
{
  return jip_record_get_string (JIP_RECORD (self), "state");
}

const char *
jip_late_ballot_get_reason (JipLateBallot *self)
{
  return jip_record_get_string (JIP_RECORD (self), "reason");
}

gint64
jip_late_ballot_get_received_at (JipLateBallot *self)
{
  return jip_record_get_time (JIP_RECORD (self), "received_at");
}

const char *
jip_result_get_result (JipResult *self)
{
  return jip_record_get_string (JIP_RECORD (self), "result");
}

const char *
jip_result_get_sha256 (JipResult *self)
{
  return jip_record_get_string (JIP_RECORD (self), "sha256");
}

gint64
jip_result_get_reveal_steps (JipResult *self)
{
  return jip_record_get_int (JIP_RECORD (self), "reveal_steps");
}

const char *
jip_reveal_get_event (JipReveal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "event");
}

gint64
jip_reveal_get_n (JipReveal *self)
{
  return jip_record_get_int (JIP_RECORD (self), "n");
}

const char *
jip_reveal_get_award (JipReveal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "award");
}

const char *
jip_reveal_get_award_name (JipReveal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "award_name");
}

const char *
jip_reveal_get_category (JipReveal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "category");
}

static void
free_rules (gpointer data)
{
  jip_event_rules_unref (data);
}

/**
 * jip_event_get_rules:
 *
 * Returns: (transfer none): the rules, parsed at the first call; main thread only
 */
JipEventRules *
jip_event_get_rules (JipEvent *self)
{
  JipEventRules *rules = g_object_get_data (G_OBJECT (self), "jip-rules");

  if (rules == NULL)
    {
      rules = jip_event_rules_new (jip_record_get_object (JIP_RECORD (self), "rules"));
      g_object_set_data_full (G_OBJECT (self), "jip-rules", rules, free_rules);
    }
  return rules;
}

static JsonObject *
slides (JipEntry *self)
{
  return jip_record_get_object (JIP_RECORD (self), "slides");
}

const char *
jip_entry_get_slides_sha256 (JipEntry *self)
{
  JsonObject *object = slides (self);
  return object != NULL ? json_object_get_string_member_with_default (object, "sha256", NULL) : NULL;
}

const char *
jip_entry_get_slides_name (JipEntry *self)
{
  JsonObject *object = slides (self);
  return object != NULL ? json_object_get_string_member_with_default (object, "name", NULL) : NULL;
}

/* Whether a restored server waits for the file. */
gboolean
jip_entry_get_slides_missing (JipEntry *self)
{
  JsonObject *object = slides (self);

  return object != NULL && json_object_get_boolean_member_with_default (object, "missing", FALSE);
}

gint64
jip_entry_get_slides_size (JipEntry *self)
{
  JsonObject *object = slides (self);
  return object != NULL ? json_object_get_int_member_with_default (object, "size", 0) : 0;
}

static char *
dup_number (JsonObject *object, const char *member)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
}

/**
 * jip_ballot_dup_score:
 *
 * Returns: (transfer full) (nullable): the score of a "score" panel's ballot
 */
char *
jip_ballot_dup_score (JipBallot *self)
{
  return dup_number (jip_record_get_row (JIP_RECORD (self)), "score");
}

/**
 * jip_ballot_dup_criterion:
 * @criterion: a criterion's id
 *
 * Returns: (transfer full) (nullable): the score given for it
 */
char *
jip_ballot_dup_criterion (JipBallot *self, const char *criterion)
{
  return dup_number (jip_record_get_object (JIP_RECORD (self), "scores"), criterion);
}

GStrv
jip_ballot_get_picks (JipBallot *self)
{
  return jip_record_get_strv (JIP_RECORD (self), "picks");
}

JsonArray *
jip_reveal_get_entries (JipReveal *self)
{
  return jip_record_get_array (JIP_RECORD (self), "entries");
}
