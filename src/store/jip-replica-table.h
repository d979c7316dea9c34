/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/* A copy of the data on some device, and the verdicts on what it pushed. */
typedef struct
{
  char *id;
  char *account;
  gint64 last_n;
  gint64 safe_n;
} JipReplica;

/**
 * JipStoredVerdict:
 * @hash: of the mutation's contents
 * @seq: the server's newest when it was judged
 */
typedef struct
{
  gint64 n;
  char *hash;
  char *status;
  char *code;
  char *message;
  char *detail; /* JSON, nullable */
  char *mark;   /* nullable: for the receipt */
  gint64 seq;
  gint64 received_at;
} JipStoredVerdict;

void jip_replica_free (JipReplica *replica);
gboolean jip_replica_get (JipDatabase *database, const char *id, JipReplica **replica, GError **error);
gboolean
jip_replica_insert (JipDatabase *database, const char *id, const char *account, gint64 now, GError **error);
gboolean jip_replica_set_last_n (JipDatabase *database, const char *id, gint64 last_n, GError **error);
gboolean jip_replica_raise_safe_n (JipDatabase *database, const char *id, gint64 safe_n, GError **error);

void jip_stored_verdict_free (JipStoredVerdict *verdict);
gboolean jip_verdict_get (JipDatabase *database,
                          const char *replica,
                          gint64 n,
                          JipStoredVerdict **verdict,
                          GError **error);
gboolean jip_verdict_remove (JipDatabase *database, const char *replica, gint64 n, GError **error);
gboolean jip_verdict_insert (JipDatabase *database,
                             const char *replica,
                             const JipStoredVerdict *verdict,
                             GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipReplica, jip_replica_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipStoredVerdict, jip_stored_verdict_free)

G_END_DECLS
