/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-rules.h"
#include "jip-record.h"

G_BEGIN_DECLS

#define JIP_TYPE_EVENT (jip_event_get_type ())
G_DECLARE_FINAL_TYPE (JipEvent, jip_event, JIP, EVENT, JipRecord)

const char *jip_event_get_title (JipEvent *self);
const char *jip_event_get_place (JipEvent *self);
const char *jip_event_get_state (JipEvent *self);
const char *jip_event_get_chair (JipEvent *self);
const char *jip_event_get_organiser (JipEvent *self);
const char *jip_event_get_presenting (JipEvent *self);
gint64 jip_event_get_timer_ends_at (JipEvent *self);
gint64 jip_event_get_revealed (JipEvent *self);
gint64 jip_event_get_version (JipEvent *self);
const char *jip_event_get_rules_hash (JipEvent *self);
JipEventRules *jip_event_get_rules (JipEvent *self);

#define JIP_TYPE_ENTRY (jip_entry_get_type ())
G_DECLARE_FINAL_TYPE (JipEntry, jip_entry, JIP, ENTRY, JipRecord)

const char *jip_entry_get_event (JipEntry *self);
gint64 jip_entry_get_number (JipEntry *self);
const char *jip_entry_get_category (JipEntry *self);
const char *jip_entry_get_title (JipEntry *self);
char *jip_entry_dup_heading (JipEntry *self) G_GNUC_WARN_UNUSED_RESULT;
const char *jip_entry_get_summary (JipEntry *self);
const char *jip_entry_get_team (JipEntry *self);
const char *jip_entry_get_department (JipEntry *self);
const char *jip_entry_get_status (JipEntry *self);
const char *jip_entry_get_adjust (JipEntry *self);
const char *jip_entry_get_adjust_reason (JipEntry *self);
const char *jip_entry_get_window (JipEntry *self);
const char *jip_entry_get_slides_sha256 (JipEntry *self);
const char *jip_entry_get_slides_name (JipEntry *self);
gboolean jip_entry_get_slides_missing (JipEntry *self);
gint64 jip_entry_get_slides_size (JipEntry *self);

#define JIP_TYPE_JUDGE (jip_judge_get_type ())
G_DECLARE_FINAL_TYPE (JipJudge, jip_judge, JIP, JUDGE, JipRecord)

const char *jip_judge_get_event (JipJudge *self);
const char *jip_judge_get_user (JipJudge *self);
const char *jip_judge_get_panel (JipJudge *self);
const char *jip_judge_get_label (JipJudge *self);
const char *jip_judge_get_name (JipJudge *self);
const char *jip_judge_get_department (JipJudge *self);

#define JIP_TYPE_RECUSAL (jip_recusal_get_type ())
G_DECLARE_FINAL_TYPE (JipRecusal, jip_recusal, JIP, RECUSAL, JipRecord)

const char *jip_recusal_get_judge (JipRecusal *self);
const char *jip_recusal_get_entry (JipRecusal *self);
const char *jip_recusal_get_kind (JipRecusal *self);
const char *jip_recusal_get_reason (JipRecusal *self);

/* One version of a judge's ballot. Scores are decimal numbers as text ("38.5"); NULL where there is none. */
#define JIP_TYPE_BALLOT (jip_ballot_get_type ())
G_DECLARE_FINAL_TYPE (JipBallot, jip_ballot, JIP, BALLOT, JipRecord)

const char *jip_ballot_get_event (JipBallot *self);
const char *jip_ballot_get_judge (JipBallot *self);
const char *jip_ballot_get_entry (JipBallot *self);
const char *jip_ballot_get_category (JipBallot *self);
gint64 jip_ballot_get_version_number (JipBallot *self);
const char *jip_ballot_get_state (JipBallot *self);
gint64 jip_ballot_get_received_at (JipBallot *self);
char *jip_ballot_dup_score (JipBallot *self) G_GNUC_WARN_UNUSED_RESULT;
char *jip_ballot_dup_criterion (JipBallot *self, const char *criterion) G_GNUC_WARN_UNUSED_RESULT;
GStrv jip_ballot_get_picks (JipBallot *self) G_GNUC_WARN_UNUSED_RESULT;

#define JIP_TYPE_PROGRESS (jip_progress_get_type ())
G_DECLARE_FINAL_TYPE (JipProgress, jip_progress, JIP, PROGRESS, JipRecord)

const char *jip_progress_get_entry (JipProgress *self);
const char *jip_progress_get_panel (JipProgress *self);
gint64 jip_progress_get_counted (JipProgress *self);
gint64 jip_progress_get_expected (JipProgress *self);

#define JIP_TYPE_SUBMISSION (jip_submission_get_type ())
G_DECLARE_FINAL_TYPE (JipSubmission, jip_submission, JIP, SUBMISSION, JipRecord)

const char *jip_submission_get_judge (JipSubmission *self);
const char *jip_submission_get_entry (JipSubmission *self);
const char *jip_submission_get_category (JipSubmission *self);
gboolean jip_submission_get_complete (JipSubmission *self);

#define JIP_TYPE_LATE_BALLOT (jip_late_ballot_get_type ())
G_DECLARE_FINAL_TYPE (JipLateBallot, jip_late_ballot, JIP, LATE_BALLOT, JipRecord)

const char *jip_late_ballot_get_judge (JipLateBallot *self);
const char *jip_late_ballot_get_entry (JipLateBallot *self);
const char *jip_late_ballot_get_category (JipLateBallot *self);
const char *jip_late_ballot_get_state (JipLateBallot *self);
const char *jip_late_ballot_get_reason (JipLateBallot *self);
gint64 jip_late_ballot_get_received_at (JipLateBallot *self);

/* The bytes of jip-result/1, for the chair and the auditor after the lock. */
#define JIP_TYPE_RESULT (jip_result_get_type ())
G_DECLARE_FINAL_TYPE (JipResult, jip_result, JIP, RESULT, JipRecord)

const char *jip_result_get_result (JipResult *self);
const char *jip_result_get_sha256 (JipResult *self);
gint64 jip_result_get_reveal_steps (JipResult *self);

/* One award as the chair revealed it. */
#define JIP_TYPE_REVEAL (jip_reveal_get_type ())
G_DECLARE_FINAL_TYPE (JipReveal, jip_reveal, JIP, REVEAL, JipRecord)

const char *jip_reveal_get_event (JipReveal *self);
gint64 jip_reveal_get_n (JipReveal *self);
const char *jip_reveal_get_award (JipReveal *self);
const char *jip_reveal_get_award_name (JipReveal *self);
const char *jip_reveal_get_category (JipReveal *self);
JsonArray *jip_reveal_get_entries (JipReveal *self);

G_END_DECLS
