/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/**
 * JipWindowStep:
 * @subject: an entry or a category; empty for the lock
 * @place: where it stands in the order of all that was ever judged
 * @arrived: the seq at which the server had it back
 * @state: what becomes of a ballot that comes behind it: `valid`, `late` or `late-refused`
 */
typedef struct
{
  const char *event;
  const char *subject;
  gint64 place;
  gint64 arrived;
  const char *state;
} JipWindowStep;

/**
 * JipMisjudged:
 * @due: the state that the ballot should have
 */
typedef struct
{
  char *ballot;
  char *due;
} JipMisjudged;

gboolean jip_window_step_put (JipDatabase *database, const JipWindowStep *step, GError **error);
gboolean jip_window_step_remove (JipDatabase *database, const char *event, gint64 place, GError **error);
GArray *jip_window_list_misjudged (JipDatabase *database,
                                   const char *event,
                                   const char *subject,
                                   const char *ballot,
                                   gboolean locked,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
