/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-records.h"

G_BEGIN_DECLS

/* The lists that a model reads; each may be NULL. */
typedef struct
{
  GListModel *events;
  GListModel *entries;
  GListModel *judges;
  GListModel *recusals;
  GListModel *ballots;
  GListModel *progress;
  GListModel *late_ballots;
  GListModel *results;
  GListModel *reveals;
} JipEventLists;

/**
 * JipEventModel:
 *
 * One event as its pages see it, for one user: answers questions over lists of records and keeps nothing of its own.
 * Signal "changed": something of it changed; coalesced.
 */
#define JIP_TYPE_EVENT_MODEL (jip_event_model_get_type ())
G_DECLARE_FINAL_TYPE (JipEventModel, jip_event_model, JIP, EVENT_MODEL, GObject)

JipEventModel *jip_event_model_new (const char *event_id,
                                    const char *user,
                                    const JipEventLists *lists) G_GNUC_WARN_UNUSED_RESULT;

const char *jip_event_model_get_id (JipEventModel *self);
JipEvent *jip_event_model_get_event (JipEventModel *self);
JipEventRules *jip_event_model_get_rules (JipEventModel *self);
GListModel *jip_event_model_get_entries (JipEventModel *self);
GListModel *jip_event_model_get_late_ballots (JipEventModel *self);
GListModel *jip_event_model_get_reveals (JipEventModel *self);
gboolean jip_event_model_is_state (JipEventModel *self, const char *state);
gboolean jip_event_model_is_locked (JipEventModel *self);

gboolean jip_event_model_is_chair (JipEventModel *self);
JipJudge *jip_event_model_get_own_judge (JipEventModel *self);
const JipPanel *jip_event_model_get_own_panel (JipEventModel *self);
JipRecusal *jip_event_model_get_own_recusal (JipEventModel *self, const char *entry);
gboolean jip_event_model_is_excluded (JipEventModel *self, JipJudge *judge, JipEntry *entry);
JipBallot *jip_event_model_get_own_ballot (JipEventModel *self, const char *subject);

JipEntry *jip_event_model_get_entry (JipEventModel *self, const char *id);
JipEntry *jip_event_model_get_presenting (JipEventModel *self);
JipJudge *jip_event_model_get_judge (JipEventModel *self, const char *id);
JipResult *jip_event_model_get_result (JipEventModel *self);
JipReveal *jip_event_model_get_last_reveal (JipEventModel *self);
const char *jip_event_model_get_category_window (JipEventModel *self, const char *category);
gboolean jip_event_model_get_progress (JipEventModel *self,
                                       const char *entry,
                                       const char *panel,
                                       int *counted,
                                       int *expected);
guint jip_event_model_count_late (JipEventModel *self);
gboolean jip_entry_is_active (JipEntry *entry);
gboolean jip_entry_has_window (JipEntry *entry, const char *window);

G_END_DECLS
