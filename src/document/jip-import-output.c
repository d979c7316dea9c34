/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-draft-text.h"
#include "jip-import-private.h"

/* What was imported, as plain text and as a draft. */

#define MAX_HEADING 200 /* characters; a longer heading is a numbered sentence */
#define TITLE_AMONG 12  /* paragraphs at the top */
#define MAX_BLOCKS 100000
#define DOCUMENT_TYPE "work-report"

/* A row is a line, its cells parted by tabs; lines within a cell are joined, and rows without text left out. */
static void
append_cells (GString *out, GArray *cells)
{
  gsize row = out->len; /* where the row begins */
  gboolean written = FALSE;

  for (guint i = 0; i < cells->len; i++)
    {
      const JipCell *cell = &g_array_index (cells, JipCell, i);
      if (i > 0 && cell->row == g_array_index (cells, JipCell, i - 1).row)
        g_string_append_c (out, '\t');
      else
        {
          if (written)
            g_string_append_c (out, '\n');
          else
            g_string_truncate (out, row);
          row = out->len;
          written = FALSE;
        }
      written = written || *cell->text != '\0';
      for (const char *p = cell->text; *p != '\0'; p++)
        g_string_append_c (out, *p == '\n' ? ' ' : *p);
    }
  if (written)
    g_string_append_c (out, '\n');
  else
    g_string_truncate (out, row);
}

/**
 * jip_import_to_text:
 *
 * Returns: (transfer full): the body, then headers, footers and notes: one line a paragraph and a table's row
 */
char *
jip_import_to_text (JipImport *import)
{
  g_return_val_if_fail (import != NULL, NULL);

  GString *out = g_string_new (NULL);
  for (guint s = 0; s < JIP_IMPORT_N_STREAMS; s++)
    {
      GArray *items = jip_import_get_items (import, s);
      for (guint i = 0; i < items->len; i++)
        {
          const JipImportItem *item = &g_array_index (items, JipImportItem, i);
          if (item->text != NULL)
            g_string_append_printf (out, "%s\n", item->text);
          else
            append_cells (out, item->cells);
        }
    }
  return g_string_free (out, FALSE);
}

/* The draft as it grows. */
typedef struct
{
  JipDraft *draft;
  char *heading;
  GPtrArray *blocks; /* of the section that grows */
  guint n_sections, n_blocks;
  guint outline; /* the depth at which headings part sections, 0 for none */
} Growing;

static void
end_section (Growing *growing)
{
  if (growing->blocks->len == 0 && *growing->heading == '\0')
    return;
  g_autofree char *id = g_strdup_printf ("section-%u", ++growing->n_sections);
  g_autoptr (JipSection) section = jip_section_new (id, growing->heading, growing->blocks);
  JipDraft *next = jip_draft_with_section (growing->draft, section);
  jip_draft_unref (growing->draft);
  growing->draft = next;
  g_ptr_array_set_size (growing->blocks, 0);
  g_free (growing->heading);
  growing->heading = g_strdup ("");
}

static void
add_block (Growing *growing, JipBlock *block)
{
  if (++growing->n_blocks > MAX_BLOCKS)
    {
      jip_block_unref (block);
      return;
    }
  if (growing->blocks->len >= JIP_DRAFT_MAX_BLOCKS / 2)
    end_section (growing);
  g_ptr_array_add (growing->blocks, block);
}

/* Where the cells make no table within the model's bounds, each row is a paragraph. */
static void
add_rows (Growing *growing, GArray *cells)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_cells (text, cells);
  g_auto (GStrv) rows = g_strsplit (text->str, "\n", -1);
  for (guint i = 0; rows[i] != NULL; i++)
    if (*g_strstrip (rows[i]) != '\0')
      add_block (growing, jip_block_new_paragraph (rows[i]));
}

static gboolean
fits (GArray *cells)
{
  for (guint i = 0; i < cells->len; i++)
    if (g_utf8_strlen (g_array_index (cells, JipCell, i).text, -1) > JIP_BLOCK_MAX_TEXT)
      return FALSE;
  return TRUE;
}

static void
add_table (Growing *growing, GArray *cells)
{
  const JipCell *first = (const JipCell *) (const void *) cells->data;
  guint n_rows = g_array_index (cells, JipCell, cells->len - 1).row + 1;

  for (guint i = 0; i < cells->len; i++)
    {
      JipCell *cell = &g_array_index (cells, JipCell, i);
      cell->row_span = MIN (cell->row_span, n_rows - cell->row);
    }
  JipBlock *block = fits (cells) ? jip_block_new_table (first, cells->len) : NULL;
  if (block != NULL)
    add_block (growing, block);
  else
    add_rows (growing, cells);
}

static void
add_item (Growing *growing, const JipImportItem *item)
{
  if (item->cells != NULL)
    {
      add_table (growing, item->cells);
      return;
    }
  if (growing->outline > 0 && item->outline == growing->outline)
    {
      end_section (growing);
      g_free (growing->heading);
      growing->heading = g_strstrip (g_strdup (item->text));
      return;
    }
  JipBlock *block = jip_block_new_paragraph (item->text);
  if (item->spans != NULL)
    {
      JipBlock *marked = jip_block_with_spans (block, (const JipSpan *) (const void *) item->spans->data,
                                               item->spans->len);
      jip_block_unref (block);
      block = marked;
    }
  add_block (growing, block);
}

/* The paper's title: what its metadata say, when the paper begins so; else what is styled as one; else its only highest
 * heading at the top. */
static char *
find_title (JipImport *import, GArray *body, guint *index)
{
  const char *named = jip_import_get_title (import);

  for (guint i = 0; i < MIN (body->len, TITLE_AMONG); i++)
    {
      const JipImportItem *item = &g_array_index (body, JipImportItem, i);
      g_autofree char *bare = item->text != NULL ? g_strstrip (g_strdup (item->text)) : g_strdup ("");
      gboolean styled = item->outline == JIP_IMPORT_TITLE && g_utf8_strlen (bare, -1) <= MAX_HEADING;
      if (*bare == '\0' || (strcmp (bare, named) != 0 && !styled))
        continue;
      *index = i;
      return g_steal_pointer (&bare);
    }
  const JipImportItem *first = body->len > 0 ? &g_array_index (body, JipImportItem, 0) : NULL;
  if (first == NULL || first->text == NULL || first->outline != 1
      || g_utf8_strlen (first->text, -1) > MAX_HEADING)
    return g_strdup ("");
  for (guint i = 1; i < body->len; i++)
    if (g_array_index (body, JipImportItem, i).outline == 1)
      return g_strdup ("");
  *index = 0;
  return g_strstrip (g_strdup (first->text));
}

/* Headings of the highest depth part sections, unless they are sentences or too many: outline numbering is used for
 * every item of some papers. */
static guint
find_outline (GArray *body, guint title)
{
  guint outline = G_MAXUINT, n = 0;

  for (guint i = 0; i < body->len; i++)
    {
      const JipImportItem *item = &g_array_index (body, JipImportItem, i);
      if (i != title && item->outline > 0 && item->outline != JIP_IMPORT_TITLE)
        outline = MIN (outline, item->outline);
    }
  for (guint i = 0; i < body->len; i++)
    {
      const JipImportItem *item = &g_array_index (body, JipImportItem, i);
      if (i == title || item->outline != outline)
        continue;
      if (g_utf8_strlen (item->text, -1) > MAX_HEADING || ++n > JIP_DRAFT_MAX_SECTIONS / 2)
        return 0;
    }
  return n > 0 ? outline : 0;
}

/**
 * jip_import_to_draft:
 *
 * Numbers that the draft would compute where they stand become levels, and all other marks stay letters
 * (jip_draft_settle()).
 *
 * Returns: (transfer full): a draft of the type `work-report` with a section for each heading; %NULL with
 *   %JIP_ERROR_LIMIT
 */
JipDraft *
jip_import_to_draft (JipImport *import, GError **error)
{
  g_return_val_if_fail (import != NULL, NULL);

  GArray *body = jip_import_get_items (import, JIP_IMPORT_BODY);
  guint title_at = G_MAXUINT;
  g_autofree char *title = find_title (import, body, &title_at);
  Growing growing = { .draft = jip_draft_new (DOCUMENT_TYPE, title),
                      .heading = g_strdup (""),
                      .blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_block_unref),
                      .outline = find_outline (body, title_at) };

  for (guint s = 0; s < JIP_IMPORT_N_STREAMS; s++)
    {
      GArray *items = jip_import_get_items (import, s);
      for (guint i = 0; i < items->len; i++)
        if (s != JIP_IMPORT_BODY || i != title_at)
          add_item (&growing, &g_array_index (items, JipImportItem, i));
      end_section (&growing);
    }
  g_ptr_array_unref (growing.blocks);
  g_free (growing.heading);
  g_autoptr (JipDraft) raw = growing.draft;
  if (growing.n_blocks > MAX_BLOCKS || jip_draft_get_n_sections (raw) > JIP_DRAFT_MAX_SECTIONS)
    {
      jip_error_set (error, JIP_ERROR_LIMIT, _ ("It holds more than a draft can."));
      return NULL;
    }
  return jip_draft_settle (raw);
}
