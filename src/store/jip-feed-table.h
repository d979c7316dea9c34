/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-feed-rows.h"

G_BEGIN_DECLS

/**
 * JipPokes:
 *
 * Those whose rows a transaction changed; they are told once it is durable.
 */
typedef struct
{
  JipReaders roles;
  GHashTable *accounts; /* set of ids */
  GHashTable *
      readers; /* id -> JipReaders (GUINT_TO_POINTER): what an account is of from now on, where that changed */
  gint64 seq;  /* the newest */
} JipPokes;

JipPokes *jip_pokes_new (void) G_GNUC_WARN_UNUSED_RESULT;
void jip_pokes_free (JipPokes *pokes);
gboolean jip_pokes_concern (const JipPokes *pokes, JipReaders mask, const char *account);

/* On the writer, in the transaction that changed the row. */
gboolean
jip_feed_touch (JipDatabase *database, JipPokes *pokes, const char *table, const char *id, GError **error);
gboolean jip_feed_add (JipDatabase *database,
                       JipPokes *pokes,
                       const char *table,
                       const char *id,
                       const JipValue *values,
                       guint n_values,
                       GError **error);
gboolean jip_feed_touch_all (JipDatabase *database,
                             JipPokes *pokes,
                             const char *table,
                             GError **error,
                             const char *sql,
                             const char *id);
gboolean jip_feed_readers_changed (JipDatabase *database,
                                   JipPokes *pokes,
                                   const char *account,
                                   JipReaders before,
                                   JipReaders after,
                                   GError **error);

/**
 * JipFeedReader:
 * @mask: the audiences the reader belongs to by role
 */
typedef struct
{
  const char *account;
  JipReaders mask;
} JipFeedReader;

gboolean jip_feed_get_seq (JipDatabase *database, gint64 *seq, GError **error);
gboolean jip_feed_raise_seq (JipDatabase *database, gint64 seq, GError **error);
gint64 jip_feed_append_page (JipDatabase *database,
                             const JipFeedReader *reader,
                             gint64 after,
                             guint limit,
                             GString *changes,
                             guint *n_changes,
                             GError **error);
gboolean jip_feed_append_snapshot (JipDatabase *database,
                                   const JipFeedReader *reader,
                                   char **table,
                                   char **id,
                                   guint limit,
                                   GString *changes,
                                   guint *n_changes,
                                   GError **error);
JsonNode *jip_feed_digests (JipDatabase *database,
                            const JipFeedReader *reader,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_feed_may_read (JipDatabase *database,
                            const JipFeedReader *reader,
                            const char *sha256,
                            gboolean *readable,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPokes, jip_pokes_free)

G_END_DECLS
