/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-document-import.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-draft-text.h"
#include "jip-hwpx-reader.h"
#include "jip-odt-reader.h"
#include "jip-source.h"

#define MAX_TITLE 200 /* characters */
#define MAX_LINES 100000
#define SECTION_BLOCKS 10000

typedef enum
{
  KIND_HWPX,
  KIND_ODT,
  KIND_SHEET,
  KIND_WORD,
  KIND_OTHER,
} Kind;

/* By what the package says it is, else by its parts. */
static Kind
guess_kind (JipPackage *package)
{
  g_autofree char *type = jip_package_read_text (package, "mimetype", 200);

  g_strstrip (type != NULL ? type : (type = g_strdup ("")));
  if (strcmp (type, "application/hwp+zip") == 0)
    return KIND_HWPX;
  if (g_str_has_prefix (type, "application/vnd.oasis.opendocument.text"))
    return KIND_ODT;
  if (g_str_has_prefix (type, "application/vnd.oasis.opendocument."))
    return KIND_SHEET;
  if (jip_package_has (package, "Contents/content.hpf") || jip_package_has (package, "Contents/section0.xml"))
    return KIND_HWPX;
  if (jip_package_has (package, "word/document.xml"))
    return KIND_WORD;
  return jip_package_has (package, "content.xml") ? KIND_ODT : KIND_OTHER;
}

static gboolean
refuse (Kind kind, GError **error)
{
  if (kind == KIND_SHEET)
    return jip_error_set (error, JIP_ERROR_UNSUPPORTED,
                          _ ("It is an OpenDocument file, but no text. Save it as PDF and take that file."));
  if (kind == KIND_WORD)
    return jip_error_set (error, JIP_ERROR_UNSUPPORTED,
                          _ ("Word files (.docx) cannot be read. Save it as ODT or PDF and take that file."));
  return jip_error_set (
      error, JIP_ERROR_UNSUPPORTED,
      _ ("It is a package (ZIP), but neither HWPX nor ODT. Save it as PDF or text and take that file."));
}

/**
 * jip_document_import:
 * @kind: (out) (optional): which of the two it was
 *
 * Reads HWPX or ODT, whatever the name.
 *
 * Returns: (transfer full): the paper; %NULL with %JIP_ERROR_FILE, %JIP_ERROR_DAMAGED, %JIP_ERROR_ENCRYPTED,
 *   %JIP_ERROR_LIMIT or %JIP_ERROR_UNSUPPORTED
 */
JipImport *
jip_document_import (const char *path, JipPaperFile *kind, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  g_autoptr (JipPackage) package = jip_package_open (path, error);
  if (package == NULL)
    return NULL;
  Kind found = guess_kind (package);
  if (found != KIND_HWPX && found != KIND_ODT)
    {
      refuse (found, error);
      return NULL;
    }
  if (kind != NULL)
    *kind = found == KIND_HWPX ? JIP_PAPER_FILE_HWPX : JIP_PAPER_FILE_ODT;
  return found == KIND_HWPX ? jip_hwpx_read (package, error) : jip_odt_read (package, error);
}

static guint
count_lines (const char *text)
{
  guint n = 0;
  for (; (text = strchr (text, '\n')) != NULL; text++)
    n++;
  return n;
}

/* In sections of their own what is too much for one. */
static JipDraft *
add_sections (JipDraft *draft, GPtrArray *blocks)
{
  JipDraft *grown = jip_draft_ref (draft);

  for (guint first = 0; first < blocks->len; first += SECTION_BLOCKS)
    {
      g_autofree char *id = g_strdup_printf ("section-%u", first / SECTION_BLOCKS + 1);
      g_autoptr (GPtrArray) part = g_ptr_array_new ();
      for (guint i = first; i < MIN (blocks->len, first + SECTION_BLOCKS); i++)
        g_ptr_array_add (part, blocks->pdata[i]);
      g_autoptr (JipSection) section = jip_section_new (id, NULL, part);
      JipDraft *next = jip_draft_with_section (grown, section);
      jip_draft_unref (grown);
      grown = next;
    }
  return grown;
}

/* A first line with an empty one below it is the title, as jip_draft_to_text() writes it. */
static JipDraft *
draft_from_text (const char *text, GError **error)
{
  const char *line = strchr (text, '\n');
  gboolean titled = line != NULL && line > text && (line[1] == '\n' || (line[1] == '\r' && line[2] == '\n'));
  g_autofree char *title = titled ? g_strstrip (g_strndup (text, (gsize) (line - text))) : g_strdup ("");

  if (count_lines (text) > MAX_LINES)
    {
      jip_error_set (error, JIP_ERROR_LIMIT, _ ("It holds more than a draft can."));
      return NULL;
    }
  if (g_utf8_strlen (title, -1) > MAX_TITLE)
    *title = '\0';
  g_autoptr (JipDraft) empty = jip_draft_new ("work-report", title);
  g_autoptr (GPtrArray) blocks = jip_blocks_from_text (*title != '\0' ? line : text, JIP_ORIGIN_NONE);
  return add_sections (empty, blocks);
}

/**
 * jip_document_to_draft:
 * @path: HWPX, ODT, PDF or text
 *
 * Returns: (transfer full): what the file says as a draft of the type `work-report`; %NULL with the errors of
 *   jip_source_read() and jip_import_to_draft()
 */
JipDraft *
jip_document_to_draft (const char *path, GCancellable *cancellable, GError **error)
{
  JipSourceKind kind;

  g_return_val_if_fail (path != NULL, NULL);

  if (!jip_source_guess_kind (path, &kind, error))
    return NULL;
  if (kind == JIP_SOURCE_HWPX || kind == JIP_SOURCE_ODT)
    {
      g_autoptr (JipImport) import = jip_document_import (path, NULL, error);
      return import != NULL ? jip_import_to_draft (import, error) : NULL;
    }
  g_autoptr (JipSource) source = jip_source_read (path, cancellable, error);
  if (source == NULL)
    return NULL;
  g_autofree char *text = jip_source_dup_text (source);
  g_strdelimit (text, "\f", '\n');
  return draft_from_text (text, error);
}
