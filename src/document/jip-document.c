/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-document.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-layout.h"
#include "jip-draft-text.h"
#include "jip-error.h"
#include "jip-hwpx.h"
#include "jip-odt-writer.h"
#include "jip-pdf-writer.h"

#define PREVIEW_CHARS 1024

/**
 * jip_document_format_from_path:
 *
 * Returns: %FALSE with %JIP_ERROR_UNSUPPORTED when the name's ending is none of the formats'
 */
gboolean
jip_document_format_from_path (const char *path, JipDocumentFormat *format, GError **error)
{
  static const char *const endings[] = { [JIP_DOCUMENT_HWPX] = ".hwpx",
                                         [JIP_DOCUMENT_PDF] = ".pdf",
                                         [JIP_DOCUMENT_TEXT] = ".txt",
                                         [JIP_DOCUMENT_ODT] = ".odt" };

  g_return_val_if_fail (path != NULL && format != NULL, FALSE);

  g_autofree char *lower = g_ascii_strdown (path, -1);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      {
        *format = (JipDocumentFormat) i;
        return TRUE;
      }
  return jip_error_set (
      error, JIP_ERROR_UNSUPPORTED,
      _ ("%s: the name must end in .hwpx, .odt, .pdf or .txt; other formats cannot be written."), path);
}

static GBytes *
render_hwpx (JipDraft *draft, JipPaper *paper, GError **error)
{
  g_autofree char *text = jip_draft_to_text (draft);

  if (g_utf8_strlen (text, -1) > PREVIEW_CHARS)
    *g_utf8_offset_to_pointer (text, PREVIEW_CHARS) = '\0';
  return jip_hwpx_write (paper, text, error);
}

/**
 * jip_document_render:
 * @options: (nullable)
 *
 * Returns: (transfer full): the file's bytes; %NULL with %JIP_ERROR_FILE, %JIP_ERROR_LIMIT or %JIP_ERROR_UNSUPPORTED
 *   when a picture cannot be had
 */
GBytes *
jip_document_render (JipDraft *draft,
                     JipDocumentFormat format,
                     const JipDocumentOptions *options,
                     GError **error)
{
  g_return_val_if_fail (draft != NULL, NULL);

  if (format == JIP_DOCUMENT_TEXT)
    {
      char *text = jip_draft_to_text (draft);
      return g_bytes_new_take (text, strlen (text));
    }
  g_autoptr (JipPaper) paper = jip_layout (draft, options, error);
  if (paper != NULL)
    paper->created = options != NULL && options->created != 0 ? options->created : g_get_real_time () / 1000;
  if (paper == NULL)
    return NULL;
  if (format == JIP_DOCUMENT_HWPX)
    return render_hwpx (draft, paper, error);
  return format == JIP_DOCUMENT_ODT ? jip_odt_write (paper, error) : jip_pdf_write (paper, error);
}

/**
 * jip_document_write:
 * @size: the number of bytes, or -1 when @data ends in NUL
 *
 * Writes a file under another name first, then renames it: on failure what was there stays, and nothing else is left.
 *
 * Returns: %FALSE with %JIP_ERROR_FILE
 */
gboolean
jip_document_write (const char *path, const char *data, gssize size, GError **error)
{
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (path != NULL && data != NULL, FALSE);

  if (!g_file_set_contents_full (path, data, size, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &local))
    return jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be written: %s"), path, local->message);
  return TRUE;
}

/**
 * jip_document_draw:
 * @options: (nullable)
 *
 * Returns: (transfer full) (element-type cairo_surface_t): the pages of the PDF that jip_document_render() makes, each a
 *   drawing of %JIP_DOCUMENT_PAGE_WIDTH by %JIP_DOCUMENT_PAGE_HEIGHT points; %NULL with its errors
 */
GPtrArray *
jip_document_draw (JipDraft *draft, const JipDocumentOptions *options, GError **error)
{
  g_return_val_if_fail (draft != NULL, NULL);

  g_autoptr (JipPaper) paper = jip_layout (draft, options, error);
  return paper != NULL ? jip_pdf_draw (paper) : NULL;
}

/**
 * jip_document_export:
 * @path: written by jip_document_write()
 * @options: (nullable)
 *
 * Returns: %FALSE with the errors of jip_document_render(), or %JIP_ERROR_FILE
 */
gboolean
jip_document_export (JipDraft *draft,
                     JipDocumentFormat format,
                     const char *path,
                     const JipDocumentOptions *options,
                     GError **error)
{
  gsize size;

  g_return_val_if_fail (draft != NULL && path != NULL, FALSE);

  g_autoptr (GBytes) bytes = jip_document_render (draft, format, options, error);
  if (bytes == NULL)
    return FALSE;
  const char *data = g_bytes_get_data (bytes, &size);
  return jip_document_write (path, data, (gssize) size, error);
}

typedef struct
{
  JipDraft *draft;
  JipDocumentFormat format;
  char *path;
  char *folder;
  char *head;
  JipDocumentOptions options;
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  jip_draft_unref (export->draft);
  g_free (export->path);
  g_free (export->folder);
  g_free (export->head);
  g_free (export);
}

static void
export_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Export *export = data;
  GError *error = NULL;

  if (jip_document_export (export->draft, export->format, export->path, &export->options, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * jip_document_export_async:
 *
 * jip_document_export() in a thread.
 */
void
jip_document_export_async (JipDraft *draft,
                           JipDocumentFormat format,
                           const char *path,
                           const JipDocumentOptions *options,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (draft != NULL && path != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Export *export = g_new0 (Export, 1);
  g_task_set_source_tag (task, jip_document_export_async);
  export->draft = jip_draft_ref (draft);
  export->format = format;
  export->path = g_strdup (path);
  if (options != NULL)
    {
      export->folder = g_strdup (options->folder);
      export->head = g_strdup (options->head);
      export->options = (JipDocumentOptions){ .folder = export->folder,
                                              .created = options->created,
                                              .head = export->head,
                                              .hide_notice = options->hide_notice };
    }
  g_task_set_task_data (task, export, export_free);
  g_task_run_in_thread (task, export_cb);
}

gboolean
jip_document_export_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
