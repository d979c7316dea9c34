/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-log-repair.h"

#include <string.h>

#define MAGIC 0x377f0682u /* the last bit: checksums are over big-endian words */
#define VERSION 3007000u
#define HEAD_WORDS 2u /* of a frame's header are in its checksum */
#define WORDS (HEAD_WORDS + JIP_LOG_PAGE_SIZE / 4)
#define LOG_WORDS 6u

guint32
jip_log_read_32 (const guint8 *at)
{
  return (guint32) at[0] << 24 | (guint32) at[1] << 16 | (guint32) at[2] << 8 | at[3];
}

static void
write_32 (guint8 *at, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (at, &value, 4);
}

static guint32
read_word (gboolean is_big, const guint8 *at)
{
  guint32 value;

  memcpy (&value, at, 4);
  return is_big ? GUINT32_FROM_BE (value) : GUINT32_FROM_LE (value);
}

static JipLogSum
add_up (gboolean is_big, JipLogSum sum, const guint8 *at, guint words)
{
  for (guint i = 0; i < words; i += 2, at += 8)
    {
      sum.a += read_word (is_big, at) + sum.b;
      sum.b += read_word (is_big, at + 4) + sum.a;
    }
  return sum;
}

gboolean
jip_log_sums_equal (JipLogSum x, JipLogSum y)
{
  return x.a == y.a && x.b == y.b;
}

JipLogSum
jip_log_stored_sum (const guint8 *at)
{
  return (JipLogSum){ jip_log_read_32 (at), jip_log_read_32 (at + 4) };
}

JipLogSum
jip_log_header_sum (gboolean is_big, const guint8 *log)
{
  return add_up (is_big, (JipLogSum){ 0, 0 }, log, LOG_WORDS);
}

JipLogSum
jip_log_frame_sum (gboolean is_big, JipLogSum before, const guint8 *frame)
{
  return add_up (is_big, add_up (is_big, before, frame, HEAD_WORDS), frame + JIP_LOG_FRAME_HEADER,
                 WORDS - HEAD_WORDS);
}

/* Whether the frame's checksum is right, after one that ends in @before. */
gboolean
jip_log_goes_on (gboolean is_big, JipLogSum before, const guint8 *frame)
{
  return jip_log_sums_equal (jip_log_frame_sum (is_big, before, frame), jip_log_stored_sum (frame + 16));
}

/* Whether checksums are over big-endian words; where the header does not say it, those of this machine are. */
gboolean
jip_log_is_big (const guint8 *log)
{
  guint32 magic = jip_log_read_32 (log);

  return (magic & ~1u) == MAGIC ? (magic & 1) != 0 : G_BYTE_ORDER == G_BIG_ENDIAN;
}

static gboolean
is_sound_header (const guint8 *log)
{
  return (jip_log_read_32 (log) & ~1u) == MAGIC && jip_log_read_32 (log + 4) == VERSION
         && jip_log_sums_equal (jip_log_header_sum (jip_log_is_big (log), log),
                                jip_log_stored_sum (log + 24));
}

gboolean
jip_log_is_header (const guint8 *log)
{
  return jip_log_read_32 (log + 8) == JIP_LOG_PAGE_SIZE && is_sound_header (log);
}

/* A sound one of pages that the store never makes. */
gboolean
jip_log_is_foreign_header (const guint8 *log)
{
  return jip_log_read_32 (log + 8) != JIP_LOG_PAGE_SIZE && is_sound_header (log);
}

/**
 * jip_log_repair_header:
 * @log: with a frame at least
 *
 * Puts one wrong bit right. Several may make the checksum right; the first frame, which has the same salts and goes on from the
 * header's checksum, tells which.
 */
gboolean
jip_log_repair_header (guint8 *log)
{
  const guint8 *first = log + JIP_LOG_HEADER;

  for (guint i = 0; i < JIP_LOG_HEADER * 8; i++)
    {
      guint8 bit = (guint8) (1u << i % 8);
      log[i / 8] ^= bit;
      if (jip_log_is_header (log) && memcmp (log + 16, first + 8, 8) == 0
          && jip_log_goes_on (jip_log_is_big (log), jip_log_stored_sum (log + 24), first))
        return TRUE;
      log[i / 8] ^= bit;
    }
  return FALSE;
}

/* The places in which one bit may be wrong. */
typedef struct
{
  guint n_places, n_likely;
  guint8 *at; /* of the likely one, or else of any */
  guint8 bit;
  gboolean is_zero; /* the sector of any of them */
} Places;

static guint
count_equal (const guint8 *x, const guint8 *y)
{
  guint n = 0;

  for (guint i = 0; x != NULL && i < JIP_LOG_PAGE_SIZE; i += 4)
    n += memcmp (x + i, y + i, 4) == 0;
  return n;
}

/* Whether a word that is turned into @wanted becomes what stood there before. Of a frame's header: whether the page is rather
 * the other one; and most frames do not end a transaction. */
static gboolean
is_likely (const JipLogFault *fault, const guint8 *old, guint word, const guint8 *wanted)
{
  const guint8 *content = fault->frame + JIP_LOG_FRAME_HEADER;

  if (word == 0)
    return count_equal (fault->old_page (jip_log_read_32 (wanted), fault->data), content)
           > count_equal (old, content);
  if (word == 1)
    return jip_log_read_32 (wanted) == 0;
  return old != NULL && memcmp (old + 4 * (word - HEAD_WORDS), wanted, 4) == 0;
}

static gboolean
is_zero_sector (const JipLogFault *fault, const guint8 *at)
{
  gsize offset = (gsize) (at - fault->log), start = offset - offset % JIP_LOG_SECTOR;

  gsize end = (gsize) (fault->frame - fault->log) + JIP_LOG_FRAME;
  for (gsize i = start; i < MIN (start + JIP_LOG_SECTOR, end); i++)
    if (fault->log[i] != 0)
      return FALSE;
  return TRUE;
}

static void
add_place (JipLogFault *fault, Places *places, const guint8 *old, guint word, guint8 *at, guint bit)
{
  guint8 wanted[4];
  guint byte = fault->is_big ? 3 - bit / 8 : bit / 8;
  guint8 mask = (guint8) (1u << bit % 8);

  memcpy (wanted, at, 4);
  wanted[byte] ^= mask;
  gboolean likely = is_likely (fault, old, word, wanted);
  places->is_zero |= is_zero_sector (fault, at);
  places->n_places++;
  places->n_likely += likely;
  if (likely || places->n_likely == 0)
    {
      places->at = at + byte;
      places->bit = mask;
    }
}

/* The checksum is a sum in which each word counts so many times: what is missing tells the words and bits. Of the upper bits of
 * words, that number matters only modulo a small power of two, so that several words may do. */
static void
find_places (JipLogFault *fault, JipLogSum missing, Places *places)
{
  const guint8 *old = fault->old_page (jip_log_read_32 (fault->frame), fault->data);
  guint32 a[2] = { 1, 0 }, b[2] = { 1, 1 };

  for (guint i = WORDS; i >= 2; i -= 2)
    for (guint j = 0; j < 2; j++)
      {
        guint word = i - 2 + j;
        guint8 *at
            = fault->frame + 4 * word + (word < HEAD_WORDS ? 0 : JIP_LOG_FRAME_HEADER - 4 * HEAD_WORDS);
        guint32 value = read_word (fault->is_big, at);
        for (guint bit = 0; bit < 32; bit++)
          {
            guint32 change = value >> bit & 1 ? 0u - (1u << bit) : 1u << bit;
            if (change * a[j] == missing.a && change * b[j] == missing.b)
              add_place (fault, places, old, word, at, bit);
          }
        a[j] += b[j];
        b[j] += a[j];
      }
}

static guint
count_bits (JipLogSum x, JipLogSum y)
{
  return (guint) __builtin_popcount (x.a ^ y.a) + (guint) __builtin_popcount (x.b ^ y.b);
}

/**
 * jip_log_repair_frame:
 *
 * Finds out whether turning one bit of the page, its number, the size or the checksum makes the frame go on from the one before,
 * and turns it where that is certain: the next frame goes on from what the checksum was.
 */
JipLogBit
jip_log_repair_frame (JipLogFault *fault)
{
  guint8 *frame = fault->frame;
  JipLogSum stored = jip_log_stored_sum (frame + 16);
  JipLogSum real = jip_log_frame_sum (fault->is_big, fault->before, frame);
  gboolean is_real = fault->next != NULL && jip_log_goes_on (fault->is_big, real, fault->next);
  gboolean is_stored = fault->next != NULL && jip_log_goes_on (fault->is_big, stored, fault->next);
  Places places = { 0 };

  if (!is_real)
    find_places (fault, (JipLogSum){ stored.a - real.a, stored.b - real.b }, &places);
  fault->is_zero = places.is_zero;
  if (!is_stored && count_bits (stored, real) == 1 && places.n_likely == 0)
    {
      if (places.n_places > 0)
        return JIP_LOG_BIT_SOMEWHERE;
      fault->is_zero = is_zero_sector (fault, frame + 16);
      write_32 (frame + 16, real.a);
      write_32 (frame + 20, real.b);
      return JIP_LOG_BIT_TURNED;
    }
  if (places.n_places == 0)
    return JIP_LOG_BIT_NONE;
  if (places.n_likely != 1 && places.n_places != 1)
    return JIP_LOG_BIT_SOMEWHERE;
  fault->is_zero = is_zero_sector (fault, places.at);
  *places.at ^= places.bit;
  return JIP_LOG_BIT_TURNED;
}
