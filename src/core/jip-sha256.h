/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define JIP_SHA256_BYTES 32

void jip_sha256 (const void *data, gsize length, guint8 digest[JIP_SHA256_BYTES]);
char *jip_sha256_hex (const void *data, gsize length) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_sha256_is_valid (const char *hex);
char *jip_sha256_to_hex (const guint8 digest[JIP_SHA256_BYTES]) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_sha256_from_hex (guint8 digest[JIP_SHA256_BYTES], const char *hex);
void jip_hmac_sha256 (const void *key,
                      gsize key_length,
                      const void *data,
                      gsize length,
                      guint8 mac[JIP_SHA256_BYTES]);

G_END_DECLS
