/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Around the helper: no network, no home folder, nothing to write to (documents.md, "PDF in"). The helper then locks
 * itself in further, see jip-pdf-helper-lock.c. */
GPtrArray *jip_pdf_sandbox_command (const char *helper) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
