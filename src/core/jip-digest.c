/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-digest.h"

#include <string.h>

#include "jip-json.h"

/**
 * jip_digest_of_row:
 * @row: the row as it is sent
 *
 * The SHA-256 of the canonical JSON of `[table, id, row]`.
 */
void
jip_digest_of_row (JipDigest *digest, const char *table, const char *id, JsonNode *row)
{
  g_autofree char *body = jip_json_canonical (row);

  jip_digest_of_text (digest, table, id, body);
}

/**
 * jip_digest_of_text:
 * @canonical_row: the row's canonical JSON
 *
 * Like jip_digest_of_row().
 */
void
jip_digest_of_text (JipDigest *digest, const char *table, const char *id, const char *canonical_row)
{
  g_autoptr (GString) text = g_string_sized_new (strlen (table) + strlen (id) + strlen (canonical_row) + 16);

  g_string_append_c (text, '[');
  jip_json_append_quoted (text, table);
  g_string_append_c (text, ',');
  jip_json_append_quoted (text, id);
  g_string_append_c (text, ',');
  g_string_append (text, canonical_row);
  g_string_append_c (text, ']');
  jip_sha256 (text->str, text->len, digest->bytes);
}

void
jip_digest_add (JipDigest *sum, const JipDigest *digest)
{
  guint carry = 0;

  for (int i = 31; i >= 0; i--)
    {
      carry += (guint) sum->bytes[i] + digest->bytes[i];
      sum->bytes[i] = (guint8) carry;
      carry >>= 8;
    }
}

void
jip_digest_subtract (JipDigest *sum, const JipDigest *digest)
{
  int borrow = 0;

  for (int i = 31; i >= 0; i--)
    {
      int value = (int) sum->bytes[i] - digest->bytes[i] - borrow;
      borrow = value < 0;
      sum->bytes[i] = (guint8) (value + (borrow << 8));
    }
}

char *
jip_digest_to_hex (const JipDigest *digest)
{
  return jip_sha256_to_hex (digest->bytes);
}

/**
 * jip_digest_from_hex:
 *
 * Returns: %FALSE when @hex is not 64 lower-case hexadecimal digits
 */
gboolean
jip_digest_from_hex (JipDigest *digest, const char *hex)
{
  return jip_sha256_from_hex (digest->bytes, hex);
}
