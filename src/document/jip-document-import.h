/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "jip-import.h"

G_BEGIN_DECLS

/* Papers of other programs that come as a package: HWPX and ODT. */

typedef enum
{
  JIP_PAPER_FILE_HWPX,
  JIP_PAPER_FILE_ODT,
} JipPaperFile;

JipImport *
jip_document_import (const char *path, JipPaperFile *kind, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JipDraft *
jip_document_to_draft (const char *path, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
