/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of an SQLite file page by page, whatever leads to them: sqlite.org/fileformat2.html. No library of Debian 12 does this
 * (its SQLite is built without the table that `.recover` reads). Nothing in the file is believed: each number is checked
 * against the page, and what does not fit is no row. */
#include "jip-page-scan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"

#define PAGE_SIZE 4096u /* SQLite's own choice, which the store leaves as it is */
#define HEADER_SIZE 100u
#define TABLE_LEAF 0x0d
#define LEAF_HEADER 8u
#define LOG_HEADER 32u
#define FRAME_HEADER 24u
#define MAX_PAYLOAD (1u << 20) /* bytes of a row: four times a mutation */

typedef struct
{
  guint8 *pages; /* a private copy of the file, with its log on top */
  guint n_pages;
  gboolean *is_free;
  GByteArray *payload;
  GString *texts;
} Scan;

static guint
read_16 (const guint8 *at)
{
  return (guint) at[0] << 8 | at[1];
}

static guint32
read_32 (const guint8 *at)
{
  return (guint32) read_16 (at) << 16 | read_16 (at + 2);
}

/* Returns the number of bytes, 0 when they end too early. */
static guint
read_varint (const guint8 *at, gsize left, guint64 *value)
{
  *value = 0;
  for (guint i = 0; i < 9 && i < left; i++)
    {
      if (i == 8)
        {
          *value = *value << 8 | at[i];
          return 9;
        }
      *value = *value << 7 | (at[i] & 0x7f);
      if ((at[i] & 0x80) == 0)
        return i + 1;
    }
  return 0;
}

static const guint8 *
page_at (const Scan *self, guint32 number)
{
  return number >= 1 && number <= self->n_pages ? self->pages + (gsize) (number - 1) * PAGE_SIZE : NULL;
}

/* The part of a row that does not fit into its page lies in a chain of others. */
static gboolean
read_overflow (Scan *self, guint32 number, gsize left)
{
  for (guint steps = 0; left > 0; steps++)
    {
      const guint8 *page = page_at (self, number);
      gsize here = MIN (left, PAGE_SIZE - 4);
      if (page == NULL || steps > MAX_PAYLOAD / (PAGE_SIZE - 4))
        return FALSE;
      g_byte_array_append (self->payload, page + 4, (guint) here);
      number = read_32 (page);
      left -= here;
    }
  return TRUE;
}

/* Collects the bytes of the row whose cell begins at @offset of @page. */
static gboolean
read_payload (Scan *self, const guint8 *page, guint offset, gint64 *rowid)
{
  const guint most = PAGE_SIZE - 35, least = (PAGE_SIZE - 12) * 32 / 255 - 23;
  guint64 size, key;
  guint n = read_varint (page + offset, PAGE_SIZE - offset, &size);
  guint m = n > 0 ? read_varint (page + offset + n, PAGE_SIZE - offset - n, &key) : 0;

  if (m == 0 || size == 0 || size > MAX_PAYLOAD)
    return FALSE;
  guint start = offset + n + m, local = (guint) size;
  if (size > most)
    {
      local = least + (guint) ((size - least) % (PAGE_SIZE - 4));
      if (local > most)
        local = least;
    }
  gboolean spills = local < size;
  if (start + local + (spills ? 4 : 0) > PAGE_SIZE)
    return FALSE;
  *rowid = (gint64) key;
  g_byte_array_set_size (self->payload, 0);
  g_byte_array_append (self->payload, page + start, local);
  return !spills || read_overflow (self, read_32 (page + start + local), size - local);
}

static gint64
read_integer (const guint8 *at, guint size)
{
  guint64 value = at[0] & 0x80 ? G_MAXUINT64 : 0;

  for (guint i = 0; i < size; i++)
    value = value << 8 | at[i];
  return (gint64) value;
}

/* One column's value at @at; FALSE for what none of our rows holds. */
static gboolean
read_value (Scan *self, guint64 type, const guint8 *at, gsize left, gsize *size, JipValue *value)
{
  static const guint8 sizes[] = { 0, 1, 2, 3, 4, 6, 8 };

  *value = (JipValue){ .type = type == 0 ? 0 : 'i' };
  *size = 0;
  if (type == 0)
    return TRUE;
  if (type == 8 || type == 9)
    {
      value->integer = (gint64) type - 8;
      return TRUE;
    }
  if (type < G_N_ELEMENTS (sizes))
    {
      *size = sizes[type];
      if (*size <= left)
        value->integer = read_integer (at, sizes[type]);
      return *size <= left;
    }
  if (type < 13 || type % 2 == 0)
    return FALSE;
  *size = (gsize) (type - 13) / 2;
  if (*size > left || !g_utf8_validate_len ((const char *) at, *size, NULL))
    return FALSE;
  value->type = 't';
  value->integer = (gint64) self->texts->len; /* the text itself may still move */
  g_string_append_len (self->texts, (const char *) at, (gssize) *size);
  g_string_append_c (self->texts, '\0');
  return TRUE;
}

static gboolean
read_row (Scan *self, JipPageRow *row)
{
  const guint8 *bytes = self->payload->data;
  gsize length = self->payload->len, size;
  guint64 header, type;
  guint at = read_varint (bytes, length, &header);

  if (at == 0 || header < at || header > length)
    return FALSE;
  g_string_truncate (self->texts, 0);
  gsize value_at = (gsize) header;
  for (row->n_columns = 0; at < header; row->n_columns++)
    {
      guint n = read_varint (bytes + at, header - at, &type);
      if (n == 0 || row->n_columns == JIP_PAGE_ROW_COLUMNS
          || !read_value (self, type, bytes + value_at, length - value_at, &size,
                          &row->values[row->n_columns]))
        return FALSE;
      at += n;
      value_at += size;
    }
  for (guint i = 0; i < row->n_columns; i++)
    if (row->values[i].type == 't')
      row->values[i].text = self->texts->str + row->values[i].integer;
  return value_at == length;
}

static gboolean
scan_page (Scan *self, guint32 number, JipPageRowFunc func, gpointer data, GError **error)
{
  const guint8 *page = page_at (self, number);
  guint header = number == 1 ? HEADER_SIZE : 0;

  if (page[header] != TABLE_LEAF)
    return TRUE;
  guint n_cells = MIN (read_16 (page + header + 3), (PAGE_SIZE - header - LEAF_HEADER) / 2);
  for (guint i = 0; i < n_cells; i++)
    {
      guint offset = read_16 (page + header + LEAF_HEADER + 2 * i);
      JipPageRow row = { 0 };
      if (offset >= header + LEAF_HEADER && offset < PAGE_SIZE
          && read_payload (self, page, offset, &row.rowid) && read_row (self, &row)
          && !func (&row, data, error))
        return FALSE;
    }
  return TRUE;
}

/* Pages in the free list hold what was deleted. */
static void
note_free (Scan *self)
{
  guint32 trunk = read_32 (self->pages + 32);

  for (const guint8 *page; (page = page_at (self, trunk)) != NULL && !self->is_free[trunk - 1];
       trunk = read_32 (page))
    {
      guint n = MIN (read_32 (page + 4), PAGE_SIZE / 4 - 2);
      self->is_free[trunk - 1] = TRUE;
      for (guint i = 0; i < n; i++)
        if (page_at (self, read_32 (page + 8 + 4 * i)) != NULL)
          self->is_free[read_32 (page + 8 + 4 * i) - 1] = TRUE;
    }
}

/* Committed pages that are not in the file yet. A frame whose salts are not those of the log is of an older one. */
static void
lay_log (Scan *self, const guint8 *log, gsize length)
{
  const gsize frame = FRAME_HEADER + PAGE_SIZE;
  gsize end = 0;

  if (length < LOG_HEADER || read_32 (log + 8) != PAGE_SIZE)
    return;
  for (gsize at = LOG_HEADER; at + frame <= length && memcmp (log + at + 8, log + 16, 8) == 0; at += frame)
    if (read_32 (log + at + 4) != 0)
      end = at + frame;
  for (gsize at = LOG_HEADER; at < end; at += frame)
    {
      guint32 number = read_32 (log + at);
      if (number > self->n_pages && number <= self->n_pages + length / frame)
        {
          self->pages = g_realloc (self->pages, (gsize) number * PAGE_SIZE);
          memset (self->pages + (gsize) self->n_pages * PAGE_SIZE, 0,
                  (gsize) (number - self->n_pages) * PAGE_SIZE);
          self->n_pages = number;
        }
      if (number >= 1 && number <= self->n_pages)
        memcpy (self->pages + (gsize) (number - 1) * PAGE_SIZE, log + at + FRAME_HEADER, PAGE_SIZE);
    }
}

/**
 * jip_page_scan_bytes:
 * @content: (transfer full): of a database file
 * @length: in bytes
 * @log: (nullable): of its log
 * @log_length: in bytes
 *
 * As jip_page_scan(), for a file that was read.
 */
gboolean
jip_page_scan_bytes (char *content,
                     gsize length,
                     const char *log,
                     gsize log_length,
                     JipPageRowFunc func,
                     gpointer data,
                     GError **error)
{
  g_return_val_if_fail (content != NULL && func != NULL, FALSE);
  Scan self = { .pages = (guint8 *) content };
  gboolean ok = TRUE;

  self.n_pages = (guint) MIN (length / PAGE_SIZE, G_MAXUINT32 / 2);
  if (log != NULL)
    lay_log (&self, (const guint8 *) log, log_length);
  self.is_free = g_new0 (gboolean, self.n_pages + 1);
  self.payload = g_byte_array_new ();
  self.texts = g_string_new (NULL);
  if (self.n_pages > 0)
    note_free (&self);
  for (guint32 i = 1; ok && i <= self.n_pages; i++)
    ok = self.is_free[i - 1] || scan_page (&self, i, func, data, error);
  g_string_free (self.texts, TRUE);
  g_byte_array_unref (self.payload);
  g_free (self.is_free);
  g_free (self.pages);
  return ok;
}

/**
 * jip_page_scan:
 * @path: a database file; what stands in its log counts
 * @func: called for each row of at most %JIP_PAGE_ROW_COLUMNS columns, of whichever table, in the order of the pages
 *
 * Reads each row that is whole, as far as it can be told. Errors: %JIP_ERROR_FILE, those of @func
 */
gboolean
jip_page_scan (const char *path, JipPageRowFunc func, gpointer data, GError **error)
{
  g_return_val_if_fail (path != NULL && func != NULL, FALSE);
  g_autoptr (GError) local = NULL;
  g_autofree char *log_path = g_strconcat (path, "-wal", NULL);
  g_autofree char *log = NULL;
  char *content;
  gsize length, log_length = 0;

  if (!g_file_get_contents (path, &content, &length, &local))
    return jip_error_set (error, JIP_ERROR_FILE, "%s", local->message);
  g_file_get_contents (log_path, &log, &log_length, NULL); /* often there is none */
  return jip_page_scan_bytes (content, length, log, log_length, func, data, error);
}
