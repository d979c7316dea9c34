/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of the change feed and snapshots, each read in one transaction. */
#include "jip-pull-service.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-cursor.h"
#include "jip-epoch.h"
#include "jip-json.h"
#include "jip-replica-table.h"
#include "jip-time.h"

typedef struct
{
  gint64 seq;
  gint64 last_n;
  gint64 safe_n;
  gboolean more;
  JsonNode *digests; /* nullable, owned */
  char *cursor;      /* owned */
} PageTail;

static GBytes *
finish_page (JipServices *services, GString *changes, const PageTail *tail)
{
  g_autofree char *now = jip_time_format (jip_time_now ());
  GString *out = g_string_sized_new (changes->len + 512);

  g_string_append (out, "{\"changes\":[");
  g_string_append_len (out, changes->str, (gssize) changes->len);
  g_string_append_printf (out,
                          "],\"cursor\":\"%s\",\"last_n\":%" G_GINT64_FORMAT ",\"safe_n\":%" G_GINT64_FORMAT
                          ",\"seq\":%" G_GINT64_FORMAT
                          ",\"epoch\":\"%s\",\"installation\":\"%s\",\"more\":%s",
                          tail->cursor, tail->last_n, tail->safe_n, tail->seq, services->epoch,
                          services->installation, tail->more ? "true" : "false");
  if (tail->digests != NULL)
    {
      g_autofree char *digests = jip_json_canonical (tail->digests);
      g_string_append_printf (out, ",\"digests\":%s", digests);
    }
  g_string_append_printf (out, ",\"server_time\":\"%s\"}", now);
  return g_string_free_to_bytes (out);
}

static gboolean
read_replica (JipDatabase *database, const JipPullAsk *ask, PageTail *tail, GError **error)
{
  g_autoptr (JipReplica) replica = NULL;

  if (!jip_replica_get (database, ask->replica, &replica, error))
    return FALSE;
  if (replica == NULL)
    return TRUE;
  if (strcmp (replica->account, ask->account) != 0)
    return jip_error_set (error, JIP_ERROR_REPLICA_TAKEN, "%s", jip_error_describe (JIP_ERROR_REPLICA_TAKEN));
  tail->last_n = replica->last_n;
  tail->safe_n = replica->safe_n;
  return TRUE;
}

static gboolean
digests_due (const JipPullAsk *ask)
{
  g_autofree char *key = g_strdup_printf ("%s %s", ask->account, ask->replica);

  return ask->digests != NULL && jip_rate_limit_take (ask->digests, key) == 0;
}

static gboolean
fail_unknown (JipPullAsk *ask, const JipCursor *cursor, GError **error)
{
  ask->unknown = cursor->seq;
  return jip_error_set (error, JIP_ERROR_EPOCH_CHANGED, "%s", jip_error_describe (JIP_ERROR_EPOCH_CHANGED));
}

/* What a replica's own mutations did may lie behind the end of a page, even where their own seq does not: a row that
 * changed again has moved on. So last_n only grows on the last page. */
static gboolean
fill_page (JipServices *services,
           JipDatabase *database,
           JipPullAsk *ask,
           JipCursor *cursor,
           GString *changes,
           PageTail *tail,
           GError **error)
{
  JipFeedReader reader = { ask->account, jip_rights_reader_mask (ask->roles) };
  guint n;

  if (!jip_feed_get_seq (database, &tail->seq, error) || !read_replica (database, ask, tail, error))
    return FALSE;
  if (cursor->seq > tail->seq)
    return fail_unknown (ask, cursor, error);
  gint64 last = jip_feed_append_page (database, &reader, cursor->seq, ask->limit, changes, &n, error);
  if (last < 0)
    return FALSE;
  tail->more = n >= ask->limit;
  if (tail->more)
    tail->last_n = MIN (tail->last_n, cursor->last_n);
  else if (digests_due (ask) && (tail->digests = jip_feed_digests (database, &reader, error)) == NULL)
    return FALSE;
  cursor->seq = tail->more ? last : tail->seq;
  cursor->last_n = tail->last_n;
  tail->cursor = jip_cursor_to_text (services, cursor, ask->account, ask->replica);
  return TRUE;
}

static void
page_tail_clear (PageTail *tail)
{
  g_clear_pointer (&tail->digests, json_node_unref);
  g_clear_pointer (&tail->cursor, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PageTail, page_tail_clear)

/**
 * jip_pull_service_pull:
 * @database: a reader's connection, outside a transaction
 *
 * Returns: (transfer full) (nullable): the answer's JSON
 */
GBytes *
jip_pull_service_pull (JipServices *services, JipDatabase *database, JipPullAsk *ask, GError **error)
{
  g_auto (JipCursor) cursor = { 0 };
  g_auto (PageTail) tail = { 0 };
  g_autoptr (GString) changes = g_string_new (NULL);

  if (ask->cursor != NULL
      && !jip_cursor_from_text (services, ask->cursor, ask->account, ask->replica, &cursor, error))
    return NULL;
  if (cursor.table != NULL)
    {
      jip_error_set (error, JIP_ERROR_BAD_CURSOR, _ ("This cursor goes on with a snapshot."));
      return NULL;
    }
  if (!jip_database_begin_read (database, error))
    return NULL;
  gboolean filled = fill_page (services, database, ask, &cursor, changes, &tail, error)
                    && jip_database_check_trouble (database, error);
  jip_database_rollback (database, NULL);
  return filled ? finish_page (services, changes, &tail) : NULL;
}

static gboolean
fill_snapshot (JipServices *services,
               JipDatabase *database,
               JipPullAsk *ask,
               JipCursor *cursor,
               GString *changes,
               PageTail *tail,
               GError **error)
{
  JipFeedReader reader = { ask->account, jip_rights_reader_mask (ask->roles) };
  guint n;

  if (!jip_feed_get_seq (database, &tail->seq, error) || !read_replica (database, ask, tail, error))
    return FALSE;
  if (cursor->table == NULL)
    {
      cursor->seq = tail->seq;
      cursor->last_n = tail->last_n;
      cursor->table = g_strdup ("");
      cursor->id = g_strdup ("");
    }
  else if (cursor->seq > tail->seq)
    return fail_unknown (ask, cursor, error);
  if (!jip_feed_append_snapshot (database, &reader, &cursor->table, &cursor->id, ask->limit, changes, &n,
                                 error))
    return FALSE;
  tail->more = n >= ask->limit;
  if (!tail->more)
    jip_cursor_clear (cursor);
  /* What was pushed after the snapshot began comes with the pull that follows. */
  tail->last_n = cursor->last_n;
  tail->cursor = jip_cursor_to_text (services, cursor, ask->account, ask->replica);
  return TRUE;
}

/**
 * jip_pull_service_snapshot:
 *
 * Like jip_pull_service_pull() for the visible state, by table and id.
 */
GBytes *
jip_pull_service_snapshot (JipServices *services, JipDatabase *database, JipPullAsk *ask, GError **error)
{
  g_auto (JipCursor) cursor = { 0 };
  g_auto (PageTail) tail = { 0 };
  g_autoptr (GString) changes = g_string_new (NULL);

  if (ask->cursor != NULL)
    {
      if (!jip_cursor_from_text (services, ask->cursor, ask->account, ask->replica, &cursor, error))
        return NULL;
      if (cursor.table == NULL)
        {
          jip_error_set (error, JIP_ERROR_BAD_CURSOR, _ ("This cursor goes on with a pull."));
          return NULL;
        }
    }
  if (!jip_database_begin_read (database, error))
    return NULL;
  gboolean filled = fill_snapshot (services, database, ask, &cursor, changes, &tail, error)
                    && jip_database_check_trouble (database, error);
  jip_database_rollback (database, NULL);
  return filled ? finish_page (services, changes, &tail) : NULL;
}
