/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-change.h"
#include "jip-database.h"
#include "jip-mutation.h"
#include "jip-verdict.h"

G_BEGIN_DECLS

/* Number in the meta table: when the server came back from a backup under another address, in milliseconds. */
#define JIP_OUTBOX_MOVED_AT "moved_at"
/* Another one: the first n that the server of another epoch acknowledged than that of the newest page; 0 for none. */
#define JIP_OUTBOX_DOUBT_FROM "doubt_from"

/* The replica's side of sync (design: sync.md), on the writer thread and in its transaction. */

typedef struct
{
  guint pending; /* waiting to be sent */
  guint refused; /* refused and not yet put away */
} JipOutboxCounts;

/* The user as the session answered it: id, login, name, department, department_name. */
JsonObject *jip_outbox_get_user (JipDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gint64 jip_outbox_get_number (JipDatabase *database, const char *key, GError **error);
gboolean jip_outbox_set_number (JipDatabase *database, const char *key, gint64 value, GError **error);

gint64 jip_outbox_add (JipDatabase *database, const char *name, JsonNode *args, gint64 at, GError **error);
JipPush *jip_outbox_get_batch (JipDatabase *database, gsize max_bytes, GArray **damaged, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_outbox_apply_answer (JipDatabase *database, const JipPushAnswer *answer, GError **error);
gboolean jip_outbox_resend_from (JipDatabase *database, gint64 expected, GError **error);
gboolean jip_outbox_note_epoch (JipDatabase *database, const char *epoch, gint64 last_n, GError **error);
gint64 jip_outbox_get_resend (JipDatabase *database);
gint64 jip_outbox_get_acknowledged (JipDatabase *database);
gboolean jip_outbox_new_replica (JipDatabase *database, GError **error);
gboolean jip_outbox_count (JipDatabase *database, JipOutboxCounts *counts, GError **error);

gboolean jip_outbox_add_subjects (JipDatabase *database,
                                  GHashTable *subjects,
                                  gint64 after,
                                  gint64 last,
                                  GError **error);
gboolean
jip_outbox_refresh_subjects (JipDatabase *database, GHashTable *subjects, gint64 last_n, GError **error);
GStrv jip_outbox_list_files (JipDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
