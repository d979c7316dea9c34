/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "jip-draft.h"

G_BEGIN_DECLS

/* A4 */
#define JIP_DOCUMENT_PAGE_WIDTH (210 * 72.0 / 25.4)
#define JIP_DOCUMENT_PAGE_HEIGHT (297 * 72.0 / 25.4)

typedef enum
{
  JIP_DOCUMENT_HWPX,
  JIP_DOCUMENT_PDF,
  JIP_DOCUMENT_TEXT,
  JIP_DOCUMENT_ODT,
} JipDocumentFormat;

/**
 * JipDocumentOptions:
 * @folder: (nullable): where the draft's pictures are; %NULL: pictures are refused
 * @head: (nullable): how the paper is laid out, as a document type's `layout.head` says: `press-release`,
 *   `official-letter`, `report` or `plain`; %NULL: by the draft's type
 * @created: the moment that stands in the file, in milliseconds; 0 for now
 * @hide_notice: leave out the visible line that tells of the AI; the file's metadata tells it always
 */
typedef struct
{
  const char *folder;
  const char *head;
  gint64 created;
  gboolean hide_notice;
} JipDocumentOptions;

gboolean jip_document_format_from_path (const char *path, JipDocumentFormat *format, GError **error);
GBytes *jip_document_render (JipDraft *draft,
                             JipDocumentFormat format,
                             const JipDocumentOptions *options,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_document_write (const char *path, const char *data, gssize size, GError **error);
GPtrArray *jip_document_draw (JipDraft *draft,
                              const JipDocumentOptions *options,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_document_export (JipDraft *draft,
                              JipDocumentFormat format,
                              const char *path,
                              const JipDocumentOptions *options,
                              GError **error);
void jip_document_export_async (JipDraft *draft,
                                JipDocumentFormat format,
                                const char *path,
                                const JipDocumentOptions *options,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean jip_document_export_finish (GAsyncResult *result, GError **error);

G_END_DECLS
