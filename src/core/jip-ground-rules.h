/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * JipGroundRules:
 *
 * The lists that grounding reads (`data/ground/`): units with the words that mean the same, titles that a name stands
 * before, surnames, and words that look like a name and are none. A city may extend them.
 */
typedef struct _JipGroundRules JipGroundRules;

typedef enum
{
  JIP_GROUND_UNITS,     /* units.txt: a kind, then words that mean the same unit */
  JIP_GROUND_TITLES,    /* titles.txt */
  JIP_GROUND_SURNAMES,  /* surnames.txt */
  JIP_GROUND_NOT_NAMES, /* not-names.txt */
  JIP_GROUND_N_LISTS,
} JipGroundList;

JipGroundRules *jip_ground_rules_new (void) G_GNUC_WARN_UNUSED_RESULT;
JipGroundRules *jip_ground_rules_load (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_ground_rules_add (JipGroundRules *rules,
                               JipGroundList list,
                               const char *file,
                               const char *text,
                               gsize length,
                               GError **error);
JipGroundRules *jip_ground_rules_ref (JipGroundRules *rules);
void jip_ground_rules_unref (JipGroundRules *rules);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipGroundRules, jip_ground_rules_unref)

G_END_DECLS
