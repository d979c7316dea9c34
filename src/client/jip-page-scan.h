/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"
#include "jip-log-frames.h"

G_BEGIN_DECLS

#define JIP_PAGE_ROW_COLUMNS 12

/**
 * JipPageState:
 * @JIP_PAGE_NEWEST: what the page holds
 * @JIP_PAGE_OLDER: what it held before, where what it holds is doubtful
 * @JIP_PAGE_DOUBTFUL: what it holds, by a frame of the log whose checksum is wrong
 */
typedef enum
{
  JIP_PAGE_NEWEST,
  JIP_PAGE_OLDER,
  JIP_PAGE_DOUBTFUL,
} JipPageState;

/**
 * JipPageRow:
 * @state: of the page that it stands on
 * @rowid: of the row; where a table has an integer as its key, its column is NULL and this stands for it
 * @values: whole numbers ('i'), texts in UTF-8 ('t') and NULL (0); valid during the call
 */
typedef struct
{
  JipPageState state;
  gint64 rowid;
  guint n_columns;
  JipValue values[JIP_PAGE_ROW_COLUMNS];
} JipPageRow;

/* Returns: %FALSE with an error to end the scan */
typedef gboolean (*JipPageRowFunc) (const JipPageRow *row, gpointer data, GError **error);

gboolean jip_page_scan_bytes (const guint8 *content,
                              gsize length,
                              const JipLogFrames *log,
                              JipPageRowFunc func,
                              gpointer data,
                              GError **error);
gboolean jip_page_scan (const char *path, JipPageRowFunc func, gpointer data, GError **error);

G_END_DECLS
