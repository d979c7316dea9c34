/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers that depend on a seed and a name only, so that more ideas do not make other people (xoshiro256**). */
typedef struct
{
  guint64 state[4];
} JipDemoRandom;

void jip_demo_random_init (JipDemoRandom *random, guint64 seed, const char *name);
guint64 jip_demo_random_next (JipDemoRandom *random);
guint jip_demo_random_below (JipDemoRandom *random, guint n);
guint jip_demo_random_between (JipDemoRandom *random, guint low, guint high);
gboolean jip_demo_random_chance (JipDemoRandom *random, guint percent);
char *jip_demo_random_id (JipDemoRandom *random, gint64 ms) G_GNUC_WARN_UNUSED_RESULT;
void jip_demo_random_shuffle (JipDemoRandom *random, guint *items, guint n);

#define jip_demo_random_pick(random, list) ((list)[jip_demo_random_below ((random), G_N_ELEMENTS (list))])

G_END_DECLS
