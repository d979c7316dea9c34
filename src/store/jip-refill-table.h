/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/**
 * JipParked:
 * @mark: (nullable): what the receipt said beside the verdict
 * @place: where it stands in the order of all that was ever judged
 * @waits_for: the name of what it is about
 *
 * Something that was acknowledged before a restore and came back before its subject.
 */
typedef struct
{
  char *replica;
  gint64 n;
  char *account;
  char *name;
  char *args; /* JSON */
  char *status;
  char *code;
  char *mark;
  gint64 place;
  gint64 received_at;
  char *waits_for;
} JipParked;

/**
 * JipRefillEvent:
 * @expected: (nullable): the SHA-256 that the result had before
 * @incomplete: whether the result differs from it yet
 * @due: whether the result must be computed anew
 */
typedef struct
{
  char *expected;
  gint64 expected_place;
  gboolean incomplete;
  gboolean due;
} JipRefillEvent;

gboolean jip_epoch_insert (JipDatabase *database,
                           const char *id,
                           const char *previous,
                           gint64 first_seq,
                           const char *reason,
                           gint64 now,
                           GError **error);
gint64 jip_epoch_count (JipDatabase *database, GError **error);

/* The name of the newest seq that the first restore found: what stands at or before it is known, and of what stands behind
 * it what was placed, also where a later restore found a backup of this server. */
#define JIP_PLACED_RESTORE "restore"

/* The beginning of a name, with a replica's behind it: since when a backup contains what has moved. */
#define JIP_PLACED_MOVED "moved:"

gboolean
jip_placed_claim (JipDatabase *database, const char *name, gint64 place, gboolean *newest, GError **error);
gboolean jip_placed_set (JipDatabase *database, const char *name, gint64 place, GError **error);
gboolean jip_placed_claim_first (JipDatabase *database, const char *name, gint64 place, GError **error);
gboolean jip_placed_get (JipDatabase *database, const char *name, gint64 *place, GError **error);

/* What is parked waits for this where what it is about is there, and only so much is done at once. */
#define JIP_PARKED_READY "ready:"

void jip_parked_free (JipParked *parked);
gboolean jip_parked_put (JipDatabase *database, const JipParked *parked, GError **error);
gboolean jip_parked_remove (JipDatabase *database, const JipParked *parked, GError **error);
gboolean jip_parked_set_ready (JipDatabase *database, const char *waits_for, GError **error);
gboolean jip_parked_has_ready (JipDatabase *database, gboolean *ready, GError **error);
GPtrArray *jip_parked_list (JipDatabase *database, const char *waits_for, guint limit, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gint64 jip_parked_count (JipDatabase *database, GError **error);

gboolean jip_hole_insert (JipDatabase *database,
                          const char *replica,
                          gint64 first_n,
                          gint64 last_n,
                          gint64 now,
                          GError **error);
gboolean
jip_hole_contains (JipDatabase *database, const char *replica, gint64 n, gboolean *contains, GError **error);
gint64 jip_hole_count (JipDatabase *database, GError **error);

void jip_refill_event_free (JipRefillEvent *event);
gboolean jip_refill_event_get (JipDatabase *database, const char *id, JipRefillEvent **event, GError **error);
gboolean
jip_refill_event_put (JipDatabase *database, const char *id, const JipRefillEvent *event, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipParked, jip_parked_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipRefillEvent, jip_refill_event_free)

G_END_DECLS
