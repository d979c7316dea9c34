/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define JIP_ID_LENGTH 36

char *jip_id_new (void) G_GNUC_WARN_UNUSED_RESULT;
char *jip_id_from_hash (const guint8 *hash) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_id_is_valid (const char *id);
guint32 jip_random_below (guint32 bound);
char *jip_random_token (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
