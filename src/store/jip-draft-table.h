/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/* A draft as its author last saved it; @document is canonical JSON. */
typedef struct
{
  char *id;
  char *author;
  char *type;
  char *title;
  char *document;
  gint64 version;
  gboolean deleted;
} JipDraftRecord;

/* In place of a version: the save behind has the same text, and is the one that is shown. */
#define JIP_DRAFT_REPEATED (-1)

/**
 * JipDraftVersion:
 * @version: or %JIP_DRAFT_REPEATED
 * @number: the version that it was when it was saved
 * @place: where it stands among all that was ever judged; 0 when that is not known: then before all others
 */
typedef struct
{
  char *id;
  gint64 version;
  char *document;
  gboolean lost;
  gint64 received_at;
  gint64 place;
  gint64 number;
} JipDraftVersion;

void jip_draft_record_free (JipDraftRecord *draft);
void jip_draft_version_free (JipDraftVersion *version);
gboolean jip_draft_record_get (JipDatabase *database, const char *id, JipDraftRecord **draft, GError **error);
gboolean
jip_draft_record_put (JipDatabase *database, const JipDraftRecord *draft, gint64 now, GError **error);
gboolean jip_draft_record_delete (JipDatabase *database, const char *id, gint64 version, GError **error);
char *jip_draft_repeated_id (const char *draft, gint64 place) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_draft_keep_repeated (JipDatabase *database, const char *id, GError **error);
gint64 jip_draft_find_version_start (JipDatabase *database, const char *draft, gint64 place, GError **error);
gboolean jip_draft_has_winner (JipDatabase *database, const char *id, gboolean *won, GError **error);
GStrv
jip_draft_list_version_ids (JipDatabase *database, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_draft_add_version (JipDatabase *database,
                                const char *id,
                                const char *draft,
                                gint64 version,
                                const char *document,
                                gboolean lost,
                                gint64 now,
                                GError **error);
gboolean jip_draft_put_version (JipDatabase *database,
                                const char *draft,
                                const JipDraftVersion *version,
                                GError **error);
gboolean
jip_draft_set_place (JipDatabase *database, const char *id, gint64 place, gint64 number, GError **error);
gboolean
jip_draft_move_version (JipDatabase *database, const char *draft, gint64 from, gint64 place, GError **error);
GPtrArray *jip_draft_list_versions_from (JipDatabase *database,
                                         const char *draft,
                                         gint64 place,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipDraftRecord, jip_draft_record_free)

G_END_DECLS
