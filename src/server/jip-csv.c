/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comma-separated values as RFC 4180 has them; lines may end in LF, and a byte order mark is skipped. */
#include "jip-csv.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"

static void
csv_row_free (gpointer data)
{
  JipCsvRow *row = data;

  g_strfreev (row->cells);
  g_free (row);
}

/* Reads a quoted cell after its first quote; FALSE when it has no end. */
static gboolean
read_quoted (const char **at, guint *line, GString *cell)
{
  const char *p = *at;

  for (; *p != '\0'; p++)
    {
      if (*p == '"' && p[1] != '"')
        {
          *at = p + 1;
          return TRUE;
        }
      if (*p == '"')
        p++;
      if (*p == '\n')
        (*line)++;
      g_string_append_c (cell, *p);
    }
  return FALSE;
}

static gboolean
read_row (const char **at, guint *line, GStrvBuilder *cells, GError **error)
{
  guint first = *line;

  for (;;)
    {
      g_autoptr (GString) cell = g_string_new (NULL);
      gboolean quoted = **at == '"';
      if (quoted)
        (*at)++;
      if (quoted && !read_quoted (at, line, cell))
        return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("line %u: a quotation mark is not closed"),
                              first);
      gsize plain = strcspn (*at, ",\n");
      if (quoted && plain > 0 && strncmp (*at, "\r", plain) != 0)
        return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("line %u: text after a closing quotation mark"),
                              *line);
      if (!quoted)
        g_string_append_len (cell, *at, (gssize) plain);
      *at += plain;
      if (!quoted && **at != ',' && cell->len > 0 && cell->str[cell->len - 1] == '\r')
        g_string_truncate (cell, cell->len - 1);
      g_strv_builder_add (cells, cell->str);
      if (**at != ',')
        break;
      (*at)++;
    }
  if (**at == '\n')
    {
      (*at)++;
      (*line)++;
    }
  return TRUE;
}

/**
 * jip_csv_parse:
 * @text: UTF-8
 *
 * Returns: (transfer full) (element-type JipCsvRow) (nullable): the rows that are not empty
 */
GPtrArray *
jip_csv_parse (const char *text, guint max_rows, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (csv_row_free);
  const char *at = g_str_has_prefix (text, "\xEF\xBB\xBF") ? text + 3 : text;
  guint line = 1;

  if (!g_utf8_validate (text, -1, NULL))
    {
      jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("The file is not in UTF-8."));
      return NULL;
    }
  while (*at != '\0')
    {
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
      guint first = line;
      if (!read_row (&at, &line, builder, error))
        return NULL;
      g_auto (GStrv) cells = g_strv_builder_end (builder);
      if (cells[1] == NULL && *cells[0] == '\0')
        continue;
      if (rows->len >= max_rows)
        {
          jip_error_set (error, JIP_ERROR_TOO_LARGE, _ ("line %u: more than %u rows"), first, max_rows);
          return NULL;
        }
      JipCsvRow *row = g_new0 (JipCsvRow, 1);
      row->line = first;
      row->cells = g_steal_pointer (&cells);
      g_ptr_array_add (rows, row);
    }
  return g_steal_pointer (&rows);
}
