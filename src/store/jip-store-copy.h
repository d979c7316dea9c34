/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-store.h"

G_BEGIN_DECLS

/**
 * JipStoreCopied:
 *
 * What was copied, and found to be equal on both sides.
 */
typedef struct
{
  guint n_tables;
  gint64 n_rows;
  char *digest; /* of all rows */
} JipStoreCopied;

gboolean jip_store_copy_tables (JipDatabase *from,
                                JipDatabase *to,
                                JipSchema schema,
                                JipStoreCopied *copied,
                                GError **error);
gboolean jip_store_copy_to_file (JipDatabase *from, const char *path, JipSchema schema, GError **error);
gboolean jip_store_copy_from_file (const char *path,
                                   const char *uri,
                                   JipStoreOpener opener,
                                   JipSchema schema,
                                   JipStoreCopied *copied,
                                   GError **error);
gboolean jip_store_move (const char *folder,
                         const char *uri,
                         JipStoreOpener opener,
                         JipSchema schema,
                         JipStoreCopied *copied,
                         GError **error);
void jip_store_copied_clear (JipStoreCopied *copied);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipStoreCopied, jip_store_copied_clear)

G_END_DECLS
