/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-services.h"

G_BEGIN_DECLS

/**
 * JipCursor:
 * @seq: of the last change read; in a snapshot, the newest when it began
 * @last_n: what was told when the replica was last up to date; 0 for another one than it was told
 * @table: (nullable): in a snapshot, where it goes on
 * @id: (nullable): likewise
 *
 * A place in the change feed. As text it is opaque, signed and bound to the account.
 */
typedef struct
{
  gint64 seq;
  gint64 last_n;
  char *table;
  char *id;
} JipCursor;

void jip_cursor_clear (JipCursor *cursor);
char *jip_cursor_to_text (JipServices *services,
                          const JipCursor *cursor,
                          const char *account,
                          const char *replica) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_cursor_from_text (JipServices *services,
                               const char *text,
                               const char *account,
                               const char *replica,
                               JipCursor *cursor,
                               GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipCursor, jip_cursor_clear)

G_END_DECLS
