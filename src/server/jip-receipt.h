/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-replica-table.h"
#include "jip-services.h"

G_BEGIN_DECLS

/**
 * JipReceipt:
 * @seq: the server's newest when it was judged: its place in the order
 * @code: (nullable)
 * @mark: (nullable): what else it takes to do the same again
 * @origin_replica: (nullable): under which name, and as which n, it was acknowledged first, where a copy brought it since
 *
 * What a receipt says of a verdict that the server may have forgotten.
 */
typedef struct
{
  char *epoch;
  gint64 seq;
  gint64 received_at;
  char *status;
  char *code;
  char *mark;
  char *origin_replica;
  gint64 origin_n;
} JipReceipt;

char *jip_receipt_mark_origin (const char *mark, const char *replica, gint64 n) G_GNUC_WARN_UNUSED_RESULT;
void jip_receipt_clear (JipReceipt *receipt);
char *jip_receipt_make (JipServices *services,
                        const char *epoch,
                        const char *account,
                        const char *replica,
                        const JipStoredVerdict *verdict) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_receipt_read (JipServices *services,
                           const char *text,
                           const char *account,
                           const char *replica,
                           gint64 n,
                           const char *hash,
                           JipReceipt *receipt);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipReceipt, jip_receipt_clear)

G_END_DECLS
