/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 of what lies in memory. Each ballot is hashed a dozen times; Nettle uses the processor's instructions for it. */
#include "jip-sha256.h"

#include <nettle/hmac.h>
#include <nettle/sha2.h>
#include <string.h>

/**
 * jip_sha256:
 * @digest: (out caller-allocates)
 */
void
jip_sha256 (const void *data, gsize length, guint8 digest[JIP_SHA256_BYTES])
{
  struct sha256_ctx context;

  sha256_init (&context);
  sha256_update (&context, length, data);
  sha256_digest (&context, JIP_SHA256_BYTES, digest);
}

/**
 * jip_sha256_hex:
 *
 * Returns: (transfer full): 64 lower-case hexadecimal digits
 */
char *
jip_sha256_hex (const void *data, gsize length)
{
  guint8 digest[JIP_SHA256_BYTES];

  jip_sha256 (data, length, digest);
  return jip_sha256_to_hex (digest);
}

/**
 * jip_sha256_to_hex:
 *
 * Returns: (transfer full): 64 lower-case hexadecimal digits
 */
char *
jip_sha256_to_hex (const guint8 digest[JIP_SHA256_BYTES])
{
  static const char digits[] = "0123456789abcdef";
  char *hex = g_malloc (2 * JIP_SHA256_BYTES + 1);

  for (guint i = 0; i < JIP_SHA256_BYTES; i++)
    {
      hex[2 * i] = digits[digest[i] >> 4];
      hex[2 * i + 1] = digits[digest[i] & 15];
    }
  hex[2 * JIP_SHA256_BYTES] = '\0';
  return hex;
}

/* One more than what a lower-case hexadecimal digit stands for, 0 for anything else. No processor guesses which it is. */
static const guint8 digit_values[256]
    = { ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
        ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16 };

/**
 * jip_sha256_from_hex:
 * @digest: (out caller-allocates): undefined when this fails
 * @hex: (nullable)
 *
 * Returns: %FALSE when @hex is not 64 lower-case hexadecimal digits
 */
gboolean
jip_sha256_from_hex (guint8 digest[JIP_SHA256_BYTES], const char *hex)
{
  if (hex == NULL)
    return FALSE;
  for (guint i = 0; i < JIP_SHA256_BYTES; i++)
    {
      guint high = digit_values[(guchar) hex[2 * i]];
      guint low = high > 0 ? digit_values[(guchar) hex[2 * i + 1]] : 0;
      if (low == 0)
        return FALSE;
      digest[i] = (guint8) ((high - 1) << 4 | (low - 1));
    }
  return hex[2 * JIP_SHA256_BYTES] == '\0';
}

/**
 * jip_sha256_is_valid:
 * @hex: (nullable)
 *
 * Returns: whether @hex is 64 lower-case hexadecimal digits
 */
gboolean
jip_sha256_is_valid (const char *hex)
{
  guint8 digest[JIP_SHA256_BYTES];

  return jip_sha256_from_hex (digest, hex);
}

/**
 * jip_hmac_sha256:
 * @mac: (out caller-allocates)
 *
 * HMAC-SHA-256 (RFC 2104).
 */
void
jip_hmac_sha256 (const void *key,
                 gsize key_length,
                 const void *data,
                 gsize length,
                 guint8 mac[JIP_SHA256_BYTES])
{
  struct hmac_sha256_ctx context;

  hmac_sha256_set_key (&context, key_length, key);
  hmac_sha256_update (&context, length, data);
  hmac_sha256_digest (&context, JIP_SHA256_BYTES, mac);
}
