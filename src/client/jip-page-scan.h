/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

#define JIP_PAGE_ROW_COLUMNS 12

/**
 * JipPageRow:
 * @rowid: of the row; where a table has an integer as its key, its column is NULL and this stands for it
 * @values: whole numbers ('i'), texts in UTF-8 ('t') and NULL (0); valid during the call
 */
typedef struct
{
  gint64 rowid;
  guint n_columns;
  JipValue values[JIP_PAGE_ROW_COLUMNS];
} JipPageRow;

/* Returns: %FALSE with an error to end the scan */
typedef gboolean (*JipPageRowFunc) (const JipPageRow *row, gpointer data, GError **error);

gboolean jip_page_scan_bytes (char *content,
                              gsize length,
                              const char *log,
                              gsize log_length,
                              JipPageRowFunc func,
                              gpointer data,
                              GError **error);
gboolean jip_page_scan (const char *path, JipPageRowFunc func, gpointer data, GError **error);

G_END_DECLS
