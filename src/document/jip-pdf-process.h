/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "jip-pdf-protocol.h"

G_BEGIN_DECLS

/* One helper in its sandbox, as seen from outside. Not thread-safe; the thread that starts it must outlive it (the
 * sandbox dies with it). */

typedef struct _JipPdfProcess JipPdfProcess;

gint64 jip_pdf_deadline (void);
JipPdfProcess *jip_pdf_process_start (int document_fd,
                                      gint64 deadline,
                                      guint *n_pages,
                                      GCancellable *cancellable,
                                      GError **error);
gboolean jip_pdf_process_send (JipPdfProcess *process, const JipPdfRequest *request, GError **error);
GBytes *jip_pdf_process_receive (JipPdfProcess *process,
                                 gsize max_length,
                                 gint64 deadline,
                                 GCancellable *cancellable,
                                 GError **error);
GBytes *jip_pdf_process_ask (JipPdfProcess *process,
                             const JipPdfRequest *request,
                             gsize max_length,
                             gint64 deadline,
                             GCancellable *cancellable,
                             GError **error);
gboolean jip_pdf_process_is_alive (JipPdfProcess *process);
void jip_pdf_process_free (JipPdfProcess *process);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPdfProcess, jip_pdf_process_free)

G_END_DECLS
