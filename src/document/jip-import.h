/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-draft.h"
#include "jip-error.h"

G_BEGIN_DECLS

/**
 * JipImport:
 *
 * What a reader found in a paper of another program, as blocks. Headers, footers and notes are kept apart, since they
 * come after the body. A reader describes the paper piece by piece with the jip_import_begin_…() and …_end_…() pairs,
 * which nest as the paper does.
 */
typedef struct _JipImport JipImport;

#define JIP_IMPORT_MAX_TEXT (32u << 20) /* bytes of text in all */
#define JIP_IMPORT_MAX_ITEMS 500000     /* paragraphs and cells in all */
#define JIP_IMPORT_TITLE 1000           /* instead of a heading's depth */
#define JIP_IMPORT_MAX_DEPTH 64         /* tables, boxes and notes in each other */

typedef enum
{
  JIP_IMPORT_BODY,
  JIP_IMPORT_HEADERS,
  JIP_IMPORT_FOOTERS,
  JIP_IMPORT_NOTES,
  JIP_IMPORT_ENDNOTES,
  JIP_IMPORT_N_STREAMS,
} JipImportStream;

JipImport *jip_import_new (void) G_GNUC_WARN_UNUSED_RESULT;
void jip_import_free (JipImport *import);

void jip_import_set_title (JipImport *import, const char *title);
void jip_import_begin_paragraph (JipImport *import);
void jip_import_set_outline (JipImport *import, guint outline);
void jip_import_text (JipImport *import, const char *text, gsize length, gboolean bold, gboolean underline);
void jip_import_break (JipImport *import);
gboolean jip_import_is_blank (JipImport *import);
void jip_import_drop_furniture (JipImport *import);
void jip_import_end_paragraph (JipImport *import);
void jip_import_begin_table (JipImport *import);
void jip_import_begin_row (JipImport *import);
void jip_import_begin_cell (JipImport *import);
void jip_import_end_cell (JipImport *import, guint row_span, guint column_span, gboolean header);
void jip_import_repeat_cell (JipImport *import);
void jip_import_end_table (JipImport *import);
void jip_import_begin_box (JipImport *import);
void jip_import_end_box (JipImport *import);
GArray *jip_import_new_shelf (void) G_GNUC_WARN_UNUSED_RESULT;
void jip_import_shelve_box (JipImport *import, GArray *shelf);
void jip_import_put_back (JipImport *import, GArray *shelf);
void jip_import_begin_stream (JipImport *import, JipImportStream stream);
void jip_import_end_stream (JipImport *import);
gboolean jip_import_check (JipImport *import, GError **error);

char *jip_import_to_text (JipImport *import) G_GNUC_WARN_UNUSED_RESULT;
JipDraft *jip_import_to_draft (JipImport *import, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What stands in the way of reading further; the reader stops there and jip_import_check() tells it. */
gboolean jip_import_is_full (JipImport *import);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipImport, jip_import_free)

G_END_DECLS
