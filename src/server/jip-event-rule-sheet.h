/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-table.h"
#include "jip-mutations.h"
#include "jip-tally.h"

G_BEGIN_DECLS

/* The rule sheet of an event: scoring's jip-tally/1 with names, as JSON. */

JsonNode *jip_event_rules_check (JsonNode *rules, GPtrArray *entries, GPtrArray *judges, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
JsonNode *jip_event_rules_parse (const JipEvent *event, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JipTallyScoresRules *jip_event_rules_get_scores (const JipEvent *event, const char *panel, GError **error);
JsonNode *jip_event_rules_find (JsonNode *rules, const char *list, const char *id);
const char *jip_event_rules_panel_mode (JsonNode *panel);
gboolean jip_event_rules_auto_recuses (JsonNode *rules, const char *panel);
gboolean jip_event_rules_has_picks (JsonNode *rules);
GHashTable *jip_event_count_lots (GPtrArray *entries) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *jip_event_tally_node (JsonNode *rules,
                                GPtrArray *entries,
                                GPtrArray *judges,
                                GPtrArray *recusals,
                                GPtrArray *ballots) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
