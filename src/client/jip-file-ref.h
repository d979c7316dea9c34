/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * JipFileRef:
 *
 * A file that was chosen to be attached: it has been copied to where this program keeps what is still to be sent, so
 * that what happens to the original afterwards changes nothing.
 */
typedef struct
{
  char *sha256;
  gint64 size; /* bytes */
  char *name;  /* plain: jip_file_name_is_plain() */
  char *media_type;
} JipFileRef;

JipFileRef *jip_file_ref_new (const char *sha256, gint64 size, const char *name, const char *media_type)
    G_GNUC_WARN_UNUSED_RESULT;
JipFileRef *jip_file_ref_copy (const JipFileRef *self) G_GNUC_WARN_UNUSED_RESULT;
void jip_file_ref_free (JipFileRef *self);
JsonNode *jip_file_ref_to_args (const JipFileRef *self,
                                const char *proposal,
                                const char *comment) G_GNUC_WARN_UNUSED_RESULT;

/* Lists, as a scratch keeps them while something is written. */
GPtrArray *jip_file_refs_new (void) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *jip_file_refs_copy (GPtrArray *files) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_file_refs_take (GPtrArray *files, JipFileRef *ref);
char *jip_file_refs_to_text (GPtrArray *files) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *jip_file_refs_from_text (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char *jip_file_refs_scratch_key (const char *key) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipFileRef, jip_file_ref_free)

G_END_DECLS
