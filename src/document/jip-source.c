/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-source.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-document-import.h"
#include "jip-error.h"

/* UTF-8, UTF-16 with its mark, or the Korean code page that old editors write. */
static char *
decode (const char *data, gsize size, GError **error)
{
  char *text = NULL;

  if (size >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
    {
      data += 3;
      size -= 3;
    }
  if (g_utf8_validate (data, (gssize) size, NULL))
    text = g_strndup (data, size);
  else if (size >= 2 && (memcmp (data, "\xff\xfe", 2) == 0 || memcmp (data, "\xfe\xff", 2) == 0))
    text = g_convert (data, (gssize) size, "UTF-8", "UTF-16", NULL, NULL, NULL);
  else
    text = g_convert (data, (gssize) size, "UTF-8", "CP949", NULL, NULL, NULL);
  if (text == NULL)
    jip_error_set (error, JIP_ERROR_DAMAGED, _ ("The file is neither UTF-8 nor Korean (CP949) text."));
  return text;
}

static JipPdfPage *
page_from_text (const char *text)
{
  JipPdfPage *page = g_new0 (JipPdfPage, 1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines);

  if (n > 0 && *lines[n - 1] == '\0')
    n--;
  page->text = g_strdup (text);
  page->lines = g_new0 (JipPdfLine, n + 1);
  for (guint i = 0; i < n; i++)
    page->lines[page->n_lines++].text = g_strdup (g_strchomp (lines[i]));
  return page;
}

static gboolean
read_text (JipSource *source, const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *data = NULL;
  gsize size;

  if (!g_file_get_contents (path, &data, &size, &local))
    return jip_error_set (error, JIP_ERROR_FILE, _ ("The file cannot be read: %s"), local->message);
  g_autofree char *text = decode (data, size, error);
  if (text == NULL)
    return FALSE;
  g_ptr_array_add (source->pages, page_from_text (text));
  return TRUE;
}

/* HWPX and ODT: what the package is decides, not how the file begins or is called. */
static gboolean
read_package (JipSource *source, const char *path, GError **error)
{
  JipPaperFile kind;
  g_autoptr (JipImport) import = jip_document_import (path, &kind, error);

  if (import == NULL)
    return FALSE;
  g_autofree char *text = jip_import_to_text (import);
  source->kind = kind == JIP_PAPER_FILE_HWPX ? JIP_SOURCE_HWPX : JIP_SOURCE_ODT;
  g_ptr_array_add (source->pages, page_from_text (text));
  return TRUE;
}

static gboolean
has_text (const JipPdfPage *page)
{
  for (const char *p = page->text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

static gboolean
read_pdf (JipSource *source, const char *path, GCancellable *cancellable, GError **error)
{
  GPtrArray *all = jip_pdf_read (path, cancellable, error);

  if (all == NULL)
    return FALSE;
  g_ptr_array_unref (source->pages);
  source->pages = all;
  for (guint number = 1; number <= all->len; number++)
    if (!has_text (all->pdata[number - 1]))
      g_array_append_val (source->scanned, number);
  if (source->scanned->len < source->pages->len)
    return TRUE;
  g_autofree char *pages = jip_source_dup_scanned (source);
  return jip_error_set (
      error, JIP_ERROR_NO_TEXT,
      _ ("The PDF holds pictures and no text (page %s). Have it recognised (OCR) and take that file."),
      pages);
}

/**
 * jip_source_read:
 *
 * Returns: (transfer full): what @path says; %NULL with the errors of jip_pdf_open() and jip_document_import(),
 *   %JIP_ERROR_NO_TEXT when every page is a picture, or %JIP_ERROR_UNSUPPORTED, each with a sentence for people
 */
JipSource *
jip_source_read (const char *path, GCancellable *cancellable, GError **error)
{
  JipSourceKind kind;
  gboolean done;

  g_return_val_if_fail (path != NULL, NULL);

  if (!jip_source_guess_kind (path, &kind, error))
    return NULL;
  g_autoptr (JipSource) source = g_new0 (JipSource, 1);
  source->kind = kind;
  source->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_pdf_page_free);
  source->scanned = g_array_new (FALSE, FALSE, sizeof (guint));
  if (kind == JIP_SOURCE_PDF)
    done = read_pdf (source, path, cancellable, error);
  else if (kind == JIP_SOURCE_TEXT)
    done = read_text (source, path, error);
  else
    done = read_package (source, path, error);
  return done ? g_steal_pointer (&source) : NULL;
}

static void
read_cb (GTask *task, gpointer object, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  JipSource *source = jip_source_read (path, cancellable, &error);

  if (source != NULL)
    g_task_return_pointer (task, source, (GDestroyNotify) jip_source_free);
  else
    g_task_return_error (task, error);
}

/**
 * jip_source_read_async:
 *
 * jip_source_read() in a thread.
 */
void
jip_source_read_async (const char *path,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_return_if_fail (path != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, jip_source_read_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, read_cb);
}

JipSource *
jip_source_read_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * jip_source_dup_text:
 *
 * Returns: (transfer full): the pages' text, a form feed after each page of a PDF
 */
char *
jip_source_dup_text (JipSource *source)
{
  g_return_val_if_fail (source != NULL, NULL);

  GString *out = g_string_new (NULL);
  for (guint i = 0; i < source->pages->len; i++)
    {
      const JipPdfPage *page = source->pages->pdata[i];
      g_string_append (out, page->text);
      if (source->kind == JIP_SOURCE_PDF)
        g_string_append_c (out, '\f');
    }
  return g_string_free (out, FALSE);
}

/**
 * jip_source_dup_scanned:
 *
 * Returns: (transfer full) (nullable): the pages without text as `1-3, 7`; %NULL when each has some
 */
char *
jip_source_dup_scanned (JipSource *source)
{
  g_return_val_if_fail (source != NULL, NULL);

  if (source->scanned->len == 0)
    return NULL;
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < source->scanned->len; i++)
    {
      guint first = g_array_index (source->scanned, guint, i), last = first;
      while (i + 1 < source->scanned->len && g_array_index (source->scanned, guint, i + 1) == last + 1)
        last = g_array_index (source->scanned, guint, ++i);
      g_string_append_printf (out, out->len > 0 ? ", %u" : "%u", first);
      if (last > first)
        g_string_append_printf (out, "-%u", last);
    }
  return g_string_free (out, FALSE);
}

void
jip_source_free (JipSource *source)
{
  g_ptr_array_unref (source->pages);
  g_array_unref (source->scanned);
  g_free (source);
}
