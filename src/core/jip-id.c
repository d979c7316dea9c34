/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-id.h"

#include <sodium.h>
#include <string.h>

static void
ensure_sodium (void)
{
  if (sodium_init () < 0)
    g_error ("libsodium cannot be started");
}

/* As a UUID of that version, in the variant of RFC 9562. */
static char *
format (guint8 b[16], guint version)
{
  b[6] = (guint8) ((version << 4) | (b[6] & 0x0F));
  b[8] = (guint8) (0x80 | (b[8] & 0x3F));
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
                          b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
                          b[15]);
}

/**
 * jip_id_new:
 *
 * Makes a UUIDv7 (RFC 9562, 5.7) from the wall clock and random bits. Ids never imply order: the time in them only
 * keeps indexes compact.
 *
 * Returns: (transfer full): 36 lower-case characters
 */
char *
jip_id_new (void)
{
  guint8 b[16];
  guint64 ms = (guint64) (g_get_real_time () / 1000);

  ensure_sodium ();
  randombytes_buf (b, sizeof b);
  for (guint i = 0; i < 6; i++)
    b[i] = (guint8) (ms >> (40 - 8 * i));
  return format (b, 7);
}

/**
 * jip_id_from_hash:
 * @hash: of what the id is to stand for; its first 16 bytes are taken
 *
 * Makes a UUIDv8 (RFC 9562, 5.8): the same for the same hash.
 *
 * Returns: (transfer full): 36 lower-case characters
 */
char *
jip_id_from_hash (const guint8 *hash)
{
  guint8 b[16];

  g_return_val_if_fail (hash != NULL, NULL);
  memcpy (b, hash, sizeof b);
  return format (b, 8);
}

/**
 * jip_id_is_valid:
 *
 * Returns: whether @id is a UUID in its canonical lower-case form, of any version
 */
gboolean
jip_id_is_valid (const char *id)
{
  if (id == NULL || strlen (id) != JIP_ID_LENGTH)
    return FALSE;
  for (guint i = 0; i < JIP_ID_LENGTH; i++)
    {
      gboolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? id[i] != '-' : !(g_ascii_isdigit (id[i]) || (id[i] >= 'a' && id[i] <= 'f')))
        return FALSE;
    }
  return TRUE;
}

/**
 * jip_random_below:
 *
 * Returns: a number from 0 to @bound - 1 that nobody can guess, each as likely as any other
 */
guint32
jip_random_below (guint32 bound)
{
  ensure_sodium ();
  return randombytes_uniform (bound);
}

/**
 * jip_random_token:
 *
 * Returns: (transfer full): 256 random bits as 43 URL-safe characters
 */
char *
jip_random_token (void)
{
  guint8 bytes[32];
  char *token = g_malloc (sodium_base64_ENCODED_LEN (sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING));

  ensure_sodium ();
  randombytes_buf (bytes, sizeof bytes);
  sodium_bin2base64 (token,
                     sodium_base64_ENCODED_LEN (sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
                     bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return token;
}
