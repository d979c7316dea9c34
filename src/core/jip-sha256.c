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

/* The value of a lower-case hexadecimal digit, -1 for anything else. */
static int
digit_value (char c)
{
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

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
      int high = digit_value (hex[2 * i]), low = high >= 0 ? digit_value (hex[2 * i + 1]) : -1;
      if (low < 0)
        return FALSE;
      digest[i] = (guint8) (high << 4 | low);
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
