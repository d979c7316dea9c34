/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-import.h"

G_BEGIN_DECLS

/* A paragraph or a table as found. */
typedef struct
{
  char *text;    /* paragraph: one line; else NULL */
  GArray *spans; /* paragraph: of JipSpan, nullable */
  guint outline; /* paragraph: 1 and up for a heading */
  GArray *cells; /* table: of JipCell in reading order, with its own texts, which may be several lines */
} JipImportItem;

GArray *jip_import_get_items (JipImport *import, JipImportStream stream);
const char *jip_import_get_title (JipImport *import);

G_END_DECLS
