/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-pdf.h"

G_BEGIN_DECLS

typedef enum
{
  JIP_SOURCE_PDF,
  JIP_SOURCE_TEXT,
  JIP_SOURCE_HWPX,
  JIP_SOURCE_ODT,
} JipSourceKind;

/**
 * JipSource:
 * @pages: (element-type JipPdfPage): what is no PDF is one page whose lines have no place
 * @scanned: the pages without text, counted from 1
 *
 * What a file dropped on the desktop or given to jipctl says, page by page.
 */
typedef struct
{
  JipSourceKind kind;
  GPtrArray *pages;
  GArray *scanned; /* of guint */
} JipSource;

gboolean jip_source_guess_kind (const char *path, JipSourceKind *kind, GError **error);
JipSource *
jip_source_read (const char *path, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_source_read_async (const char *path,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
JipSource *jip_source_read_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *jip_source_dup_text (JipSource *source) G_GNUC_WARN_UNUSED_RESULT;
char *jip_source_dup_scanned (JipSource *source) G_GNUC_WARN_UNUSED_RESULT;
void jip_source_free (JipSource *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipSource, jip_source_free)

G_END_DECLS
