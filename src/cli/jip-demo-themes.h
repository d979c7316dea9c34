/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * JipDemoTheme:
 * @citizen: of use to citizens at once, rather than inside the office
 * @topic: what it is about, a noun phrase
 * @pain: what is hard today, in whole sentences
 * @gripe: the same as one would say it at the coffee machine
 * @ask: what is wished for, a noun phrase
 * @how: how it should work
 * @data: what lies ready for it, a noun phrase
 * @gain: what gets better
 *
 * One thing that clerks of the invented city wish for.
 */
typedef struct
{
  const char *category;
  gboolean citizen;
  const char *topic;
  const char *titles[2];
  const char *pain;
  const char *gripe;
  const char *ask;
  const char *how;
  const char *data;
  const char *gain;
} JipDemoTheme;

extern const JipDemoTheme jip_demo_themes[];
extern const guint jip_demo_n_themes;

G_END_DECLS
