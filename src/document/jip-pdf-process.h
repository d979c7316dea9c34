/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "jip-pdf-protocol.h"

G_BEGIN_DECLS

/* One helper in its sandbox, as seen from outside. Not thread-safe; the thread that starts it must outlive it (the
 * sandbox dies with it). */

typedef struct _JipPdfProcess JipPdfProcess;

JipPdfProcess *
jip_pdf_process_start (int document_fd, guint *n_pages, GCancellable *cancellable, GError **error);
GBytes *jip_pdf_process_ask (JipPdfProcess *process,
                             const JipPdfRequest *request,
                             gsize max_length,
                             GCancellable *cancellable,
                             GError **error);
gboolean jip_pdf_process_is_alive (JipPdfProcess *process);
void jip_pdf_process_free (JipPdfProcess *process);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPdfProcess, jip_pdf_process_free)

G_END_DECLS
