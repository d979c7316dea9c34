/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The arithmetic of an idea-thon: jip-tally/1 in, jip-result/1 out. Pure functions without clock, I/O or floating
 * point. Source: scoring.md; what it leaves open: docs/tally.md. */

typedef struct _JipTallyEvent JipTallyEvent;
typedef struct _JipTallyResult JipTallyResult;
typedef struct _JipTallyScoresRules JipTallyScoresRules;

typedef enum
{
  JIP_TALLY_RANKED,
  JIP_TALLY_HELD,
  JIP_TALLY_WITHDRAWN,
} JipTallyStatus;

/* One panel's say on one entry. */
typedef struct
{
  const char *panel;
  const char *mean;       /* exact, `n/d`; NULL without a counted ballot */
  guint counted;          /* before trimming */
  guint expected;         /* judges of the panel who are not recused */
  const char *trimmed[3]; /* judge ids, the lowest total first; ends in NULL */
} JipTallyPanelResult;

/* One entry; what only a ranked one has is NULL or 0 otherwise. */
typedef struct
{
  const char *id;
  const char *category;
  JipTallyStatus status;
  const char *adjust;  /* exact */
  const char *total;   /* exact */
  const char *display; /* two decimals */
  guint rank;
  const char *tie_broken_by; /* a step of `ties`, NULL where none did */
  guint category_rank;
  const char *category_tie_broken_by;
  const char *const *awards; /* ends in NULL; the grand prize first */
  const JipTallyPanelResult *panels;
  guint n_panels; /* 0 when withdrawn */
} JipTallyEntryResult;

/* An award that a tie keeps from being given. */
typedef struct
{
  const char *award;
  const char *category;       /* NULL for the grand prize */
  const char *const *entries; /* ends in NULL; in the input's order */
} JipTallyUndecided;

/* One judge's counted total for one entry, on 0..100. */
typedef struct
{
  const char *judge;
  const char *panel;
  char *total; /* exact, owned */
  gboolean trimmed;
  gboolean outlier; /* more than 10 points from the panel's mean */
} JipTallyJudgeTotal;

JipTallyEvent *
jip_tally_event_parse (const char *text, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JipTallyEvent *jip_tally_event_new_from_node (JsonNode *node, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JipTallyEvent *jip_tally_event_ref (JipTallyEvent *event);
void jip_tally_event_unref (JipTallyEvent *event);

JipTallyScoresRules *jip_tally_scores_rules_new (JsonNode *panel, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_tally_scores_rules_free (JipTallyScoresRules *rules);
gboolean jip_tally_scores_check (JipTallyScoresRules *rules,
                                 JsonNode *ballot,
                                 const char *const *entries,
                                 const char *path,
                                 gboolean *complete,
                                 GError **error);

JipTallyResult *jip_tally_compute (JipTallyEvent *event) G_GNUC_WARN_UNUSED_RESULT;
JipTallyResult *jip_tally_result_ref (JipTallyResult *result);
void jip_tally_result_unref (JipTallyResult *result);
char *jip_tally_result_to_string (JipTallyResult *result) G_GNUC_WARN_UNUSED_RESULT;

guint jip_tally_result_get_n_entries (JipTallyResult *result);
const JipTallyEntryResult *jip_tally_result_get_entry (JipTallyResult *result, guint index);
const JipTallyEntryResult *jip_tally_result_find_entry (JipTallyResult *result, const char *id);
guint jip_tally_result_get_n_undecided (JipTallyResult *result);
const JipTallyUndecided *jip_tally_result_get_undecided (JipTallyResult *result, guint index);
guint jip_tally_result_get_decimals (JipTallyResult *result);
char *
jip_tally_result_format_total (JipTallyResult *result, guint index, guint decimals) G_GNUC_WARN_UNUSED_RESULT;
char *jip_tally_format_exact (const char *exact, guint decimals) G_GNUC_WARN_UNUSED_RESULT;
GArray *jip_tally_result_get_judge_totals (JipTallyResult *result, guint index) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipTallyEvent, jip_tally_event_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipTallyResult, jip_tally_result_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipTallyScoresRules, jip_tally_scores_rules_free)

G_END_DECLS
