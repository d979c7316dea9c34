/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-rate-limit.h"

#include <math.h>

typedef struct
{
  char *key; /* owned */
  double tokens;
  gint64 since; /* monotonic microseconds of the last look at it */
  GList link;   /* in the order of use; the oldest last */
} Bucket;

struct _JipRateLimit
{
  GMutex lock;
  double per_second;
  double burst;
  guint max_keys;
  GHashTable *buckets; /* key (in the bucket) -> Bucket (owned) */
  GQueue order;
};

static void
bucket_free (Bucket *bucket)
{
  g_free (bucket->key);
  g_free (bucket);
}

/**
 * jip_rate_limit_new:
 * @per_second: tokens that come back each second, more than 0
 * @burst: tokens of a full bucket, at least 1
 * @max_keys: how many keys are remembered at most
 *
 * Returns: (transfer full): a new limit
 */
JipRateLimit *
jip_rate_limit_new (double per_second, guint burst, guint max_keys)
{
  g_return_val_if_fail (per_second > 0 && burst > 0 && max_keys > 0, NULL);

  JipRateLimit *limit = g_new0 (JipRateLimit, 1);
  g_mutex_init (&limit->lock);
  limit->per_second = per_second;
  limit->burst = burst;
  limit->max_keys = max_keys;
  limit->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) bucket_free);
  g_queue_init (&limit->order);
  return limit;
}

void
jip_rate_limit_free (JipRateLimit *limit)
{
  if (limit == NULL)
    return;
  g_hash_table_unref (limit->buckets);
  g_mutex_clear (&limit->lock);
  g_free (limit);
}

static Bucket *
find_bucket (JipRateLimit *limit, const char *key, gint64 now)
{
  Bucket *bucket = g_hash_table_lookup (limit->buckets, key);
  if (bucket != NULL)
    {
      g_queue_unlink (&limit->order, &bucket->link);
      g_queue_push_head_link (&limit->order, &bucket->link);
      return bucket;
    }

  if (g_hash_table_size (limit->buckets) >= limit->max_keys)
    {
      Bucket *oldest = g_queue_pop_tail_link (&limit->order)->data;
      g_hash_table_remove (limit->buckets, oldest->key);
    }
  bucket = g_new0 (Bucket, 1);
  bucket->key = g_strdup (key);
  bucket->tokens = limit->burst;
  bucket->since = now;
  bucket->link.data = bucket;
  g_hash_table_insert (limit->buckets, bucket->key, bucket);
  g_queue_push_head_link (&limit->order, &bucket->link);
  return bucket;
}

/**
 * jip_rate_limit_take_at:
 * @key: whose bucket
 * @now: monotonic microseconds
 *
 * Returns: 0 when a token was there and was taken, else the seconds to wait (at least 1), for Retry-After
 */
guint
jip_rate_limit_take_at (JipRateLimit *limit, const char *key, gint64 now)
{
  g_return_val_if_fail (limit != NULL && key != NULL, 0);

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&limit->lock);
  Bucket *bucket = find_bucket (limit, key, now);
  double passed = MAX (now - bucket->since, 0) / (double) G_USEC_PER_SEC;
  bucket->tokens = MIN (limit->burst, bucket->tokens + passed * limit->per_second);
  bucket->since = now;
  if (bucket->tokens >= 1)
    {
      bucket->tokens -= 1;
      return 0;
    }
  return MAX (1, (guint) ceil ((1 - bucket->tokens) / limit->per_second));
}

/**
 * jip_rate_limit_take:
 *
 * jip_rate_limit_take_at() the present moment.
 */
guint
jip_rate_limit_take (JipRateLimit *limit, const char *key)
{
  return jip_rate_limit_take_at (limit, key, g_get_monotonic_time ());
}

guint
jip_rate_limit_get_n_keys (JipRateLimit *limit)
{
  g_return_val_if_fail (limit != NULL, 0);

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&limit->lock);
  return g_hash_table_size (limit->buckets);
}
