/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * JipCsvRow:
 * @line: where it begins, from 1
 * @cells: %NULL-terminated
 */
typedef struct
{
  guint line;
  char **cells;
} JipCsvRow;

GPtrArray *jip_csv_parse (const char *text, guint max_rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
