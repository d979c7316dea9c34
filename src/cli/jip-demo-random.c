/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-demo-random.h"

/**
 * jip_demo_random_init:
 * @name: of the stream; each is a sequence of its own
 */
void
jip_demo_random_init (JipDemoRandom *random, guint64 seed, const char *name)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT "/%s", seed, name);
  guint8 bytes[32];
  gsize length = sizeof bytes;

  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_get_digest (checksum, bytes, &length);
  for (guint i = 0; i < 4; i++)
    {
      random->state[i] = 0;
      for (guint j = 0; j < 8; j++)
        random->state[i] = random->state[i] << 8 | bytes[i * 8 + j];
    }
}

static guint64
rotate (guint64 value, guint by)
{
  return value << by | value >> (64 - by);
}

guint64
jip_demo_random_next (JipDemoRandom *random)
{
  guint64 *s = random->state;
  const guint64 result = rotate (s[1] * 5, 7) * 9, t = s[1] << 17;

  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate (s[3], 45);
  return result;
}

/* 0 to @n - 1; 0 for an @n of 0. */
guint
jip_demo_random_below (JipDemoRandom *random, guint n)
{
  return (guint) (((jip_demo_random_next (random) >> 32) * n) >> 32);
}

guint
jip_demo_random_between (JipDemoRandom *random, guint low, guint high)
{
  return low + jip_demo_random_below (random, high - low + 1);
}

gboolean
jip_demo_random_chance (JipDemoRandom *random, guint percent)
{
  return jip_demo_random_below (random, 100) < percent;
}

/**
 * jip_demo_random_id:
 * @ms: the moment in it
 *
 * Returns: (transfer full): a UUIDv7 whose random bits come from @random
 */
char *
jip_demo_random_id (JipDemoRandom *random, gint64 ms)
{
  const guint64 time = (guint64) ms & 0xFFFFFFFFFFFF;
  const guint64 a = jip_demo_random_next (random), b = jip_demo_random_next (random);

  return g_strdup_printf ("%08x-%04x-7%03x-%04x-%012" G_GINT64_MODIFIER "x", (guint) (time >> 16),
                          (guint) (time & 0xFFFF), (guint) (a & 0xFFF), (guint) (0x8000 | (a >> 12 & 0x3FFF)),
                          b >> 16);
}

void
jip_demo_random_shuffle (JipDemoRandom *random, guint *items, guint n)
{
  for (guint i = n; i > 1; i--)
    {
      guint j = jip_demo_random_below (random, i), item = items[i - 1];
      items[i - 1] = items[j];
      items[j] = item;
    }
}
