/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-services.h"

G_BEGIN_DECLS

#define JIP_BLOB_FRESH \
  ".new" /* ends the name beside a part from which a file takes the place of a damaged one */

char *jip_blob_dup_path (JipServices *services, const char *sha256) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_blob_sweep (JipServices *services, GError **error);

G_END_DECLS
