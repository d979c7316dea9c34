/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of an SQLite file page by page, whatever leads to them: sqlite.org/fileformat2.html. No library of Debian 12 does this
 * (its SQLite is built without the table that `.recover` reads). Nothing in the file is believed: each number is checked
 * against the page, and what does not fit is no row. */
#include "jip-page-scan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"

#define PAGE_SIZE JIP_LOG_PAGE_SIZE
#define HEADER_SIZE 100u
#define TABLE_LEAF 0x0d
#define LEAF_HEADER 8u
#define MOST_PAGES (1u << 30)
#define MAX_PAYLOAD (1u << 20) /* bytes of a row: four times a mutation */

/* Frames are counted from 0; -1 stands for the file. */
typedef struct
{
  const guint8 *file;
  guint n_in_file, n_pages;
  const JipLogFrame *frames;
  int n_frames;
  int *newest; /* of each page */
  int *older;  /* of each frame: the one before it with the same page */
  int last;    /* the frame up to which the log counts at this moment */
  gboolean sound_only;
  gboolean *is_free;
  GByteArray *payload;
  GString *texts;
} Scan;

/* One state of a page. */
typedef struct
{
  guint32 number;
  int frame;
  int last; /* see Scan: the end of the time in which it held */
  JipPageState state;
} Version;

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
  if (number < 1 || number > self->n_pages)
    return NULL;
  int frame = self->newest[number - 1];
  while (frame > self->last || (frame >= 0 && self->sound_only && !self->frames[frame].sound))
    frame = self->older[frame];
  if (frame >= 0)
    return self->frames[frame].content;
  return number <= self->n_in_file ? self->file + (gsize) (number - 1) * PAGE_SIZE : NULL;
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

/* A row whose end lies on a doubtful page may have it where that page was before. */
static gboolean
read_cell (Scan *self, const guint8 *page, guint offset, JipPageRow *row)
{
  gboolean read = read_payload (self, page, offset, &row->rowid) && read_row (self, row);

  if (read || self->n_frames == 0)
    return read;
  self->sound_only = TRUE;
  read = read_payload (self, page, offset, &row->rowid) && read_row (self, row);
  self->sound_only = FALSE;
  return read;
}

static gboolean
scan_page (Scan *self, const Version *version, JipPageRowFunc func, gpointer data, GError **error)
{
  guint header = version->number == 1 ? HEADER_SIZE : 0;
  const guint8 *page = version->frame >= 0 ? self->frames[version->frame].content
                                           : self->file + (gsize) (version->number - 1) * PAGE_SIZE;

  if (page[header] != TABLE_LEAF)
    return TRUE;
  self->last = version->last;
  guint n_cells = MIN (read_16 (page + header + 3), (PAGE_SIZE - header - LEAF_HEADER) / 2);
  for (guint i = 0; i < n_cells; i++)
    {
      guint offset = read_16 (page + header + LEAF_HEADER + 2 * i);
      JipPageRow row = { .state = version->state };
      if (offset >= header + LEAF_HEADER && offset < PAGE_SIZE && read_cell (self, page, offset, &row)
          && !func (&row, data, error))
        return FALSE;
    }
  return TRUE;
}

/* Pages in the free list hold what was deleted. */
static void
note_free (Scan *self)
{
  const guint8 *first = page_at (self, 1);
  guint32 trunk = first != NULL ? read_32 (first + 32) : 0;

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

/* A database does not grow by more pages than its log has. */
static void
lay_log (Scan *self, const JipLogFrames *log)
{
  guint32 most = self->n_in_file + (log != NULL ? log->frames->len : 0);

  self->n_pages = self->n_in_file;
  self->frames = log != NULL ? (const JipLogFrame *) (void *) log->frames->data : NULL;
  self->n_frames = log != NULL ? (int) log->frames->len : 0;
  for (int i = 0; i < self->n_frames; i++)
    if (self->frames[i].page <= most)
      self->n_pages = MAX (self->n_pages, self->frames[i].page);
  self->newest = g_new (int, self->n_pages + 1);
  self->older = g_new (int, self->n_frames + 1);
  memset (self->newest, 0xff, sizeof (int) * self->n_pages); /* -1 */
  for (int i = 0; i < self->n_frames; i++)
    if (self->frames[i].page >= 1 && self->frames[i].page <= self->n_pages)
      {
        self->older[i] = self->newest[self->frames[i].page - 1];
        self->newest[self->frames[i].page - 1] = i;
      }
  self->last = self->n_frames - 1;
}

/* The last frame of the transaction before the one of FRAME. */
static int
end_before (const Scan *self, int frame)
{
  for (frame--; frame >= 0 && !self->frames[frame].commits; frame--)
    ;
  return frame;
}

/* What a page holds; and before a state that is doubtful, the one before. */
static void
add_versions (const Scan *self, guint32 number, GArray *versions)
{
  Version version = { .number = number, .frame = self->newest[number - 1], .last = self->n_frames - 1 };

  while (version.frame >= 0 && !self->frames[version.frame].sound)
    {
      if (version.state == JIP_PAGE_NEWEST)
        version.state = JIP_PAGE_DOUBTFUL;
      g_array_append_val (versions, version);
      version.state = JIP_PAGE_OLDER;
      version.last = end_before (self, version.frame);
      version.frame = self->older[version.frame];
    }
  if (version.frame >= 0 || number <= self->n_in_file)
    g_array_append_val (versions, version);
}

static int
compare_versions (gconstpointer a, gconstpointer b)
{
  const Version *x = a, *y = b;

  if (x->frame != y->frame)
    return x->frame > y->frame ? -1 : 1;
  return x->number < y->number ? -1 : x->number > y->number;
}

static gboolean
scan (Scan *self, JipPageRowFunc func, gpointer data, GError **error)
{
  g_autoptr (GArray) versions = g_array_new (FALSE, FALSE, sizeof (Version));
  gboolean ok = TRUE;

  note_free (self);
  for (guint32 i = 1; i <= self->n_pages; i++)
    if (!self->is_free[i - 1])
      add_versions (self, i, versions);
  g_array_sort (versions, compare_versions);
  for (guint i = 0; ok && i < versions->len; i++)
    ok = scan_page (self, &g_array_index (versions, Version, i), func, data, error);
  return ok;
}

/**
 * jip_page_scan_bytes:
 * @content: of a database file
 * @length: in bytes
 * @log: (nullable): of its log
 *
 * As jip_page_scan(), for a file that was read.
 */
gboolean
jip_page_scan_bytes (const guint8 *content,
                     gsize length,
                     const JipLogFrames *log,
                     JipPageRowFunc func,
                     gpointer data,
                     GError **error)
{
  g_return_val_if_fail (content != NULL && func != NULL, FALSE);
  Scan self = { .file = content, .n_in_file = (guint) MIN (length / PAGE_SIZE, MOST_PAGES) };

  lay_log (&self, log);
  self.is_free = g_new0 (gboolean, self.n_pages + 1);
  self.payload = g_byte_array_new ();
  self.texts = g_string_new (NULL);
  gboolean ok = scan (&self, func, data, error);
  g_string_free (self.texts, TRUE);
  g_byte_array_unref (self.payload);
  g_free (self.is_free);
  g_free (self.newest);
  g_free (self.older);
  return ok;
}

/**
 * jip_page_scan:
 * @path: a database file; what stands in its log counts
 * @func: called for each row of at most %JIP_PAGE_ROW_COLUMNS columns, of whichever table; pages that were written later
 *   come first
 *
 * Reads each row that is whole, as far as it can be told. Errors: %JIP_ERROR_FILE, those of @func
 */
gboolean
jip_page_scan (const char *path, JipPageRowFunc func, gpointer data, GError **error)
{
  g_return_val_if_fail (path != NULL && func != NULL, FALSE);
  g_autoptr (GError) local = NULL;
  g_autofree char *log_path = g_strconcat (path, "-wal", NULL);
  g_autofree char *content = NULL, *log = NULL;
  gsize length, log_length = 0;

  if (!g_file_get_contents (path, &content, &length, &local))
    return jip_error_set (error, JIP_ERROR_FILE, "%s", local->message);
  g_file_get_contents (log_path, &log, &log_length, NULL); /* often there is none */
  g_autoptr (JipLogFrames) frames
      = jip_log_frames_read ((guint8 *) log, log_length, (const guint8 *) content, length);
  return jip_page_scan_bytes ((const guint8 *) content, length, frames, func, data, error);
}
