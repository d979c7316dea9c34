/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-live-hub.h"

#include "jip-steady-clock.h"

/* Between two pokes of one feed; it grows with the number of feeds, so that many do not slow down the writers
 * (sync.md, Live). */
#define SHORTEST_US (100 * G_TIME_SPAN_MILLISECOND)
#define LONGEST_US (250 * G_TIME_SPAN_MILLISECOND)
#define FEEDS_AT_LONGEST 2000
#define EXPIRY_CHECK_US G_TIME_SPAN_SECOND

typedef struct
{
  gatomicrefcount refs;
  JipLiveHub *hub; /* not owned: the hub outlives its feeds */
  JipHttpStream *stream;
  char *account;
  char *session;
  JipReaders mask;
  gint64 expires_at;
  gint64 poked_at; /* monotonic */
  gboolean pending;
} Feed;

struct _JipLiveHub
{
  GMutex lock;
  GCond wake;
  GHashTable *feeds; /* set of Feed, owned */
  char *epoch;
  gint64 seq; /* the newest told of */
  gint64 due; /* when the next pending feed may be poked; 0 for none */
  gboolean stopping;
  GThread *thread;
};

static Feed *
feed_ref (Feed *feed)
{
  g_atomic_ref_count_inc (&feed->refs);
  return feed;
}

static void
feed_unref (gpointer data)
{
  Feed *feed = data;

  if (!g_atomic_ref_count_dec (&feed->refs))
    return;
  jip_http_stream_unref (feed->stream);
  g_free (feed->account);
  g_free (feed->session);
  g_free (feed);
}

static gint64
interval (JipLiveHub *hub)
{
  guint n = MIN (g_hash_table_size (hub->feeds), FEEDS_AT_LONGEST);

  return SHORTEST_US + (LONGEST_US - SHORTEST_US) * n / FEEDS_AT_LONGEST;
}

static GBytes *
poke_bytes (const char *epoch, gint64 seq)
{
  g_autofree char *data = g_strdup_printf ("{\"epoch\": \"%s\", \"seq\": %" G_GINT64_FORMAT "}", epoch, seq);

  return jip_http_event_new ("poke", data);
}

/* Never under the hub's lock: a feed that cannot take more is dropped, which calls back into the hub. */
static void
send_all (GPtrArray *feeds, GBytes *bytes)
{
  for (guint i = 0; i < feeds->len; i++)
    jip_http_stream_send (((Feed *) g_ptr_array_index (feeds, i))->stream, bytes);
}

static void
say_bye (GPtrArray *feeds, const char *reason)
{
  g_autofree char *data = g_strdup_printf ("{\"reason\": \"%s\"}", reason);

  for (guint i = 0; i < feeds->len; i++)
    {
      Feed *feed = g_ptr_array_index (feeds, i);
      jip_http_stream_send_event (feed->stream, "bye", data);
      jip_http_stream_close (feed->stream);
    }
}

/* Takes out the feeds that end now; with the lock. */
static GPtrArray *
steal_feeds (JipLiveHub *hub, gboolean (*ends) (Feed *feed, gconstpointer key), gconstpointer key)
{
  GPtrArray *ended = g_ptr_array_new_with_free_func (feed_unref);
  GHashTableIter iter;
  gpointer feed;

  g_hash_table_iter_init (&iter, hub->feeds);
  while (g_hash_table_iter_next (&iter, &feed, NULL))
    if (ends (feed, key))
      {
        g_ptr_array_add (ended, feed_ref (feed));
        g_hash_table_iter_remove (&iter);
      }
  return ended;
}

static gboolean
is_expired (Feed *feed, gconstpointer now)
{
  return feed->expires_at <= *(const gint64 *) now;
}

static GPtrArray *
collect_due (JipLiveHub *hub, gint64 now)
{
  GPtrArray *due = g_ptr_array_new_with_free_func (feed_unref);
  gint64 gap = interval (hub);
  GHashTableIter iter;
  gpointer item;

  hub->due = 0;
  g_hash_table_iter_init (&iter, hub->feeds);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    {
      Feed *feed = item;
      if (!feed->pending)
        continue;
      if (feed->poked_at + gap <= now)
        {
          feed->pending = FALSE;
          feed->poked_at = now;
          g_ptr_array_add (due, feed_ref (feed));
        }
      else if (hub->due == 0 || feed->poked_at + gap < hub->due)
        hub->due = feed->poked_at + gap;
    }
  return due;
}

static gpointer
hub_thread (gpointer data)
{
  JipLiveHub *hub = data;
  gint64 next_check = 0;

  g_mutex_lock (&hub->lock);
  while (!hub->stopping)
    {
      gint64 now = g_get_monotonic_time ();
      g_autoptr (GPtrArray) due = collect_due (hub, now);
      g_autoptr (GPtrArray) expired = NULL;
      g_autoptr (GBytes) bytes = poke_bytes (hub->epoch, hub->seq);
      if (now >= next_check)
        {
          gint64 clock = jip_steady_now ();
          expired = steal_feeds (hub, is_expired, &clock);
          next_check = now + EXPIRY_CHECK_US;
        }
      g_mutex_unlock (&hub->lock);
      send_all (due, bytes);
      if (expired != NULL)
        say_bye (expired, "expired");
      g_mutex_lock (&hub->lock);
      gint64 until = hub->due != 0 ? MIN (hub->due, next_check) : next_check;
      if (!hub->stopping)
        g_cond_wait_until (&hub->wake, &hub->lock, until);
    }
  g_mutex_unlock (&hub->lock);
  return NULL;
}

JipLiveHub *
jip_live_hub_new (const char *epoch)
{
  JipLiveHub *hub = g_new0 (JipLiveHub, 1);

  g_mutex_init (&hub->lock);
  g_cond_init (&hub->wake);
  hub->epoch = g_strdup (epoch);
  hub->feeds = g_hash_table_new_full (NULL, NULL, feed_unref, NULL);
  hub->thread = g_thread_new ("live", hub_thread, hub);
  return hub;
}

/* After the HTTP server has stopped: no stream may call back any more. */
void
jip_live_hub_free (JipLiveHub *hub)
{
  g_mutex_lock (&hub->lock);
  hub->stopping = TRUE;
  g_cond_signal (&hub->wake);
  g_mutex_unlock (&hub->lock);
  g_thread_join (hub->thread);
  g_hash_table_unref (hub->feeds);
  g_mutex_clear (&hub->lock);
  g_cond_clear (&hub->wake);
  g_free (hub->epoch);
  g_free (hub);
}

static void
closed_cb (JipHttpStream *stream, gpointer data)
{
  Feed *feed = data;
  JipLiveHub *hub = feed->hub;

  g_mutex_lock (&hub->lock);
  g_hash_table_remove (hub->feeds, feed);
  g_mutex_unlock (&hub->lock);
}

/**
 * jip_live_hub_add:
 * @stream: answers `GET /v1/live`
 * @mask: the audiences of the account
 * @session: its token's hash
 * @seq: the newest; the first poke goes out at once
 */
void
jip_live_hub_add (JipLiveHub *hub,
                  JipHttpStream *stream,
                  const char *account,
                  JipReaders mask,
                  const char *session,
                  gint64 expires_at,
                  gint64 seq)
{
  Feed *feed = g_new0 (Feed, 1);

  g_atomic_ref_count_init (&feed->refs);
  feed->hub = hub;
  feed->stream = jip_http_stream_ref (stream);
  feed->account = g_strdup (account);
  feed->session = g_strdup (session);
  feed->mask = mask;
  feed->expires_at = expires_at;
  feed->poked_at = g_get_monotonic_time ();

  g_mutex_lock (&hub->lock);
  g_hash_table_add (hub->feeds, feed_ref (feed));
  hub->seq = MAX (hub->seq, seq);
  g_autoptr (GBytes) bytes = poke_bytes (hub->epoch, hub->seq);
  g_mutex_unlock (&hub->lock);
  jip_http_stream_send (stream, bytes);
  jip_http_stream_set_closed_func (stream, closed_cb, feed, feed_unref);
}

/* A new epoch concerns everybody. */
void
jip_live_hub_set_epoch (JipLiveHub *hub, const char *epoch, gint64 seq)
{
  g_autoptr (JipPokes) pokes = jip_pokes_new ();

  g_mutex_lock (&hub->lock);
  g_free (hub->epoch);
  hub->epoch = g_strdup (epoch);
  g_mutex_unlock (&hub->lock);
  pokes->seq = seq;
  pokes->roles = JIP_READERS_EVERYBODY;
  jip_live_hub_notify (hub, pokes);
}

/* Who may read more or less since he connected is told of other rows from now on. */
static void
take_readers (Feed *feed, const JipPokes *pokes)
{
  gpointer mask;

  if (g_hash_table_lookup_extended (pokes->readers, feed->account, NULL, &mask))
    feed->mask = GPOINTER_TO_UINT (mask);
}

/* Pokes those whom a durable change concerns. */
void
jip_live_hub_notify (JipLiveHub *hub, const JipPokes *pokes)
{
  g_autoptr (GPtrArray) now_due = g_ptr_array_new_with_free_func (feed_unref);
  GHashTableIter iter;
  gpointer item;

  g_mutex_lock (&hub->lock);
  gint64 now = g_get_monotonic_time (), gap = interval (hub);
  hub->seq = MAX (hub->seq, pokes->seq);
  g_hash_table_iter_init (&iter, hub->feeds);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    {
      Feed *feed = item;
      take_readers (feed, pokes);
      if (feed->pending || !jip_pokes_concern (pokes, feed->mask, feed->account))
        continue;
      if (feed->poked_at + gap <= now)
        {
          feed->poked_at = now;
          g_ptr_array_add (now_due, feed_ref (feed));
          continue;
        }
      feed->pending = TRUE;
      if (hub->due == 0 || feed->poked_at + gap < hub->due)
        {
          hub->due = feed->poked_at + gap;
          g_cond_signal (&hub->wake);
        }
    }
  g_autoptr (GBytes) bytes = poke_bytes (hub->epoch, hub->seq);
  g_mutex_unlock (&hub->lock);
  send_all (now_due, bytes);
}

static void
end_matching (JipLiveHub *hub,
              gboolean (*ends) (Feed *feed, gconstpointer key),
              gconstpointer key,
              const char *reason)
{
  g_mutex_lock (&hub->lock);
  g_autoptr (GPtrArray) ended = steal_feeds (hub, ends, key);
  g_mutex_unlock (&hub->lock);
  say_bye (ended, reason);
}

static gboolean
is_session (Feed *feed, gconstpointer key)
{
  return g_str_equal (feed->session, key);
}

static gboolean
is_account (Feed *feed, gconstpointer key)
{
  return g_str_equal (feed->account, key);
}

static gboolean
is_any (Feed *feed, gconstpointer key)
{
  return TRUE;
}

void
jip_live_hub_end_session (JipLiveHub *hub, const char *session, const char *reason)
{
  end_matching (hub, is_session, session, reason);
}

void
jip_live_hub_end_account (JipLiveHub *hub, const char *account, const char *reason)
{
  end_matching (hub, is_account, account, reason);
}

void
jip_live_hub_end_all (JipLiveHub *hub, const char *reason)
{
  end_matching (hub, is_any, NULL, reason);
}

guint
jip_live_hub_get_n_feeds (JipLiveHub *hub)
{
  g_mutex_lock (&hub->lock);
  guint n = g_hash_table_size (hub->feeds);
  g_mutex_unlock (&hub->lock);
  return n;
}
