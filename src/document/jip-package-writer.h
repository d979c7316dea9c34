/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-error.h"

G_BEGIN_DECLS

/**
 * JipPackagePart:
 * @name: ASCII
 * @stored: as it is: what is packed already, and `mimetype`, which stands first
 */
typedef struct
{
  const char *name;
  const void *data;
  gsize size;
  gboolean stored;
} JipPackagePart;

GBytes *jip_package_write (const JipPackagePart *parts, guint n_parts, gint64 created, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
