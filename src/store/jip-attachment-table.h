/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/* Files on ideas and comments. */
typedef struct
{
  char *id;
  char *proposal;
  char *comment; /* nullable: it is on the idea itself */
  char *author;
  char *sha256;
  gint64 size; /* bytes */
  char *name;
  char *media_type;
  gboolean arrived;
  gboolean removed;
} JipAttachment;

void jip_attachment_free (JipAttachment *attachment);

gboolean
jip_attachment_get (JipDatabase *database, const char *id, JipAttachment **attachment, GError **error);
gint64
jip_attachment_count (JipDatabase *database, const char *proposal, const char *comment, GError **error);
gboolean
jip_attachment_set_received (JipDatabase *database, const char *id, gint64 received_at, GError **error);
gboolean
jip_attachment_insert (JipDatabase *database, const JipAttachment *attachment, gint64 now, GError **error);
gboolean jip_attachment_has_name (const JipAttachment *attachment, const char *name);
gboolean jip_attachment_remove (JipDatabase *database, const JipAttachment *attachment, GError **error);
GStrv jip_attachment_list_waiting (JipDatabase *database,
                                   const char *author,
                                   const char *sha256,
                                   gint64 size,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
GStrv jip_attachment_list_readable (JipDatabase *database,
                                    const char *sha256,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
GStrv jip_attachment_list_arrived (JipDatabase *database,
                                   const char *sha256,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_attachment_set_gone (JipDatabase *database, const char *id, const char *sha256, GError **error);
gboolean jip_attachment_set_arrived (JipDatabase *database, const char *id, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipAttachment, jip_attachment_free)

G_END_DECLS
