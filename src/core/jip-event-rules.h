/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The rules of an event as the pages need them: parsed once, read-only, no arithmetic. */

typedef struct
{
  char *id;
  char *name;
} JipCategory;

typedef struct
{
  char *id;
  char *name;
  char *max; /* a decimal number as scoring's value rules write it, such as "40" */
} JipCriterion;

typedef enum
{
  JIP_PANEL_RUBRIC,
  JIP_PANEL_SCORE,
  JIP_PANEL_PICK,
} JipPanelMode;

typedef struct
{
  char *id;
  char *name;
  int weight; /* percent */
  JipPanelMode mode;
  GPtrArray *criteria; /* of JipCriterion; empty unless rubric */
  char *max;           /* score: the highest score; else NULL */
  int picks;           /* pick: votes per category; else 0 */
  int quorum;
} JipPanel;

typedef struct
{
  char *id;
  char *name;
  int seats; /* per category; 1 for the grand prize */
} JipAward;

/**
 * JipEventRules:
 *
 * Categories, panels and awards in the order of the event's rules. Reference counted.
 */
typedef struct
{
  GPtrArray *categories; /* of JipCategory */
  GPtrArray *panels;     /* of JipPanel */
  GPtrArray *awards;     /* of JipAward, per category */
  JipAward *grand;       /* nullable */
  GStrv auto_recuse;     /* panels whose judges do not judge their own department */
} JipEventRules;

#define JIP_TYPE_EVENT_RULES (jip_event_rules_get_type ())
GType jip_event_rules_get_type (void);

JipEventRules *jip_event_rules_new (JsonObject *rules) G_GNUC_WARN_UNUSED_RESULT;
JipEventRules *jip_event_rules_ref (JipEventRules *self);
void jip_event_rules_unref (JipEventRules *self);
const JipPanel *jip_event_rules_get_panel (JipEventRules *self, const char *id);
const JipCategory *jip_event_rules_get_category (JipEventRules *self, const char *id);
const JipAward *jip_event_rules_get_award (JipEventRules *self, const char *id);
gboolean jip_event_rules_recuses (JipEventRules *self,
                                  const char *panel,
                                  const char *judge_department,
                                  const char *entry_department);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipEventRules, jip_event_rules_unref)

G_END_DECLS
