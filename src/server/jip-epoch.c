/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Epochs: a server that knows less than it once said counts from a new beginning (docs/protocol.md, After a restore). */
#include "jip-epoch.h"

#include <glib/gi18n-lib.h>

#include "jip-audit-table.h"
#include "jip-id.h"
#include "jip-migrations.h"
#include "jip-refill-table.h"
#include "jip-time.h"

/* Seqs of all epochs compare, although a restored server does not know how far the lost one had come: it starts by the
 * clock, which no server outruns, and by a leap only where it is beyond the clock already. A leap under a clock that goes
 * right would put what is written next beyond what later restores begin with. */
#define CLOCK_START G_GINT64_CONSTANT (1577836800000) /* 2020 */
#define SEQS_PER_MS 1024
#define LEAP (G_GINT64_CONSTANT (1) << 40)
#define HIGHEST_BY_CLOCK (G_GINT64_CONSTANT (1) << 52)
#define BEHIND_MS (180 * G_GINT64_CONSTANT (86400000))
#define SLOWER \
  128 /* than the clock: still 8 seqs for each of its milliseconds, and half a year in all its time */

/* A clock that shows less than what the database remembers was set back: other restores of the same backup, under a clock
 * that went right, may have begun up to half a year after that. Under the same wrong clock the later one begins behind the
 * other all the same. */
static gint64
believe (gint64 now, gint64 newest)
{
  return now >= newest ? now : newest + BEHIND_MS + MAX (now, 0) / SLOWER;
}

/* The newest moment that was ever noted here; 0 for none. */
static gboolean
read_newest (JipDatabase *database, gint64 *newest, GError **error)
{
  *newest
      = jip_database_query_int (database, -1, error,
                                "SELECT MAX (at) FROM (SELECT 0 AS at UNION ALL SELECT MAX (at) FROM audit"
                                " UNION ALL SELECT MAX (opened_at) FROM epoch"
                                " UNION ALL SELECT MAX (taken_at) FROM backup) AS moments",
                                "");
  return *newest >= 0;
}

/* A second restore of the same backup begins behind the first one, by the clock in each case. */
static gint64
first_seq (gint64 seq, gint64 above, gint64 now, gint64 newest)
{
  gint64 elapsed = CLAMP (believe (now, newest) - CLOCK_START, 0, HIGHEST_BY_CLOCK / SEQS_PER_MS);
  gint64 highest = MAX (seq, above);

  return elapsed * SEQS_PER_MS > highest ? elapsed * SEQS_PER_MS
                                         : highest + LEAP + CLAMP (now - newest, 0, BEHIND_MS) * SEQS_PER_MS;
}

static JsonNode *
describe (const char *id, const char *previous, const char *reason)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "epoch", id);
  json_object_set_string_member (object, "previous", previous);
  json_object_set_string_member (object, "reason", reason);
  json_node_take_object (node, object);
  return node;
}

/**
 * jip_epoch_open:
 * @database: the writer's, in its transaction
 * @reason: `restore`, `cursor` or `receipt`
 * @above: the highest seq that is known to have been given out, 0 for none
 * @now: milliseconds
 * @id: (out) (transfer full): to be handed to jip_epoch_adopt() when it is durable
 */
gboolean
jip_epoch_open (JipDatabase *database,
                const char *reason,
                gint64 above,
                gint64 now,
                char **id,
                GError **error)
{
  gint64 seq, newest;
  g_autoptr (GError) problem = NULL;
  g_autofree char *fresh = jip_id_new ();
  g_autofree char *previous = jip_meta_get (database, "epoch", &problem);

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (!jip_feed_get_seq (database, &seq, error) || !read_newest (database, &newest, error))
    return FALSE;
  gint64 first = first_seq (seq, above, now, newest);
  if (!jip_placed_claim_first (database, JIP_PLACED_RESTORE, seq, error)
      || !jip_feed_raise_seq (database, first, error) || !jip_meta_set (database, "epoch", fresh, error)
      || !jip_epoch_insert (database, fresh, previous != NULL ? previous : "", first, reason, now, error)
      || !jip_audit_append (database, now, "epoch",
                            describe (fresh, previous != NULL ? previous : "", reason), error))
    return FALSE;
  *id = g_steal_pointer (&fresh);
  return TRUE;
}

/* Once the epoch is durable: cursors of before are answered 410 from now on. */
void
jip_epoch_adopt (JipServices *services, const char *id)
{
  services->restored = TRUE;
  services->epoch = g_intern_string (id);
  if (services->epoch_opened != NULL)
    services->epoch_opened (id, 0, services->committed_data);
}

typedef struct
{
  JipServices *services;
  const char *epoch;
  gint64 seq;
  char *opened;
  JipEpochDone done;
  gpointer data;
  GDestroyNotify destroy;
} Suspicion;

static void
suspicion_free (gpointer data)
{
  Suspicion *suspicion = data;

  suspicion->destroy (suspicion->data);
  g_free (suspicion->opened);
  g_free (suspicion);
}

static gboolean
open_cb (JipDatabase *database, gpointer data, GError **error)
{
  Suspicion *suspicion = data;

  /* many clients show their cursors at the same time */
  if (suspicion->services->epoch != suspicion->epoch)
    return TRUE;
  g_autofree char *current = jip_meta_get (database, "epoch", error);
  if (current == NULL)
    return FALSE;
  if (g_strcmp0 (current, suspicion->epoch) != 0)
    return TRUE;
  if (!jip_epoch_open (database, "cursor", suspicion->seq, jip_time_now (), &suspicion->opened, error))
    return FALSE;
  suspicion->services->restored = TRUE; /* what the writer does next is of after the restore */
  return TRUE;
}

static void
opened_cb (gpointer data, const GError *error)
{
  Suspicion *suspicion = data;

  if (error == NULL && suspicion->opened != NULL)
    jip_epoch_adopt (suspicion->services, suspicion->opened);
  suspicion->done (suspicion->data);
}

/**
 * jip_epoch_suspect:
 * @epoch: the epoch in which the cursor was given
 * @seq: what it says, which is above everything that this server knows
 *
 * @done: on the thread of the writer's answers, once the new epoch holds, or could not be opened
 *
 * The data folder was put back without `jipctl restore`. Opens a new epoch soon; any thread may ask.
 */
void
jip_epoch_suspect (JipServices *services,
                   const char *epoch,
                   gint64 seq,
                   JipEpochDone done,
                   gpointer data,
                   GDestroyNotify destroy)
{
  Suspicion *suspicion = g_new0 (Suspicion, 1);

  *suspicion = (Suspicion){ services, g_intern_string (epoch), seq, NULL, done, data, destroy };
  jip_writer_submit (jip_store_get_writer (services->store), open_cb, opened_cb, suspicion, suspicion_free);
}
