/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "jip-sha256.h"

G_BEGIN_DECLS

/**
 * JipDigest:
 *
 * A sum modulo 2^256 of the SHA-256 of rows, big-endian: equal sums, equal tables.
 */
typedef struct
{
  guint8 bytes[JIP_SHA256_BYTES];
} JipDigest;

void jip_digest_of_row (JipDigest *digest, const char *table, const char *id, JsonNode *row);
void jip_digest_of_text (JipDigest *digest, const char *table, const char *id, const char *canonical_row);
void jip_digest_add (JipDigest *sum, const JipDigest *digest);
void jip_digest_subtract (JipDigest *sum, const JipDigest *digest);
char *jip_digest_to_hex (const JipDigest *digest) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_digest_from_hex (JipDigest *digest, const char *hex);

G_END_DECLS
