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

void jip_draft_record_free (JipDraftRecord *draft);
gboolean jip_draft_record_get (JipDatabase *database, const char *id, JipDraftRecord **draft, GError **error);
gboolean
jip_draft_record_put (JipDatabase *database, const JipDraftRecord *draft, gint64 now, GError **error);
gboolean jip_draft_record_delete (JipDatabase *database, const char *id, GError **error);
gboolean jip_draft_add_version (JipDatabase *database,
                                const char *id,
                                const char *draft,
                                gint64 version,
                                const char *document,
                                gboolean lost,
                                gint64 now,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipDraftRecord, jip_draft_record_free)

G_END_DECLS
