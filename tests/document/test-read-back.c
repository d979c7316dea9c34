/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "jip-document-import.h"
#include "jip-document.h"
#include "jip-draft-text.h"
#include "jip-paper.h"
#include "jip-source.h"

/* Random drafts with every kind of block go through all formats and say the same in the same order when read back. */

#define LONG_TEXT 20000

static const char *const words[]
    = { "도서관", "야간 운영", "2026. 11. 23.(월)", "1,204명", "“인용”", "가∼나", "(단위: 천 원)", "끝", "A4",
        "78%",    "붙임",      "1. 하나",           "- 둘 -",  "□ 셋",   "제3조" };
static const char *const nasty[] = { "&",
                                     "<",
                                     ">",
                                     "\"",
                                     "]]>",
                                     "<![CDATA[",
                                     "\x01",
                                     "\x0b",
                                     "\x1f",
                                     "\x7f",
                                     "\xc2\x85",
                                     "\xef\xbf\xbe",
                                     "𐍈",
                                     "\t",
                                     "&amp;",
                                     "%s",
                                     "\xe2\x80\xae",
                                     "--",
                                     "<?",
                                     "\xed\xa0\x80",
                                     "|",
                                     "\\",
                                     "   ",
                                     "'",
                                     "</hp:t>",
                                     "{",
                                     "\xc2\xa0",
                                     "\xe3\x80\x80" };

static char *
random_text (gboolean any, guint most)
{
  GString *out = g_string_new (NULL);
  guint n = (guint) g_test_rand_int_range (1, (gint32) most + 1);

  for (guint i = 0; i < n; i++)
    {
      if (i > 0 && g_test_rand_int_range (0, 3) > 0)
        g_string_append_c (out, ' ');
      if (any && g_test_rand_int_range (0, 3) == 0)
        g_string_append (out, nasty[g_test_rand_int_range (0, G_N_ELEMENTS (nasty))]);
      else
        g_string_append (out, words[g_test_rand_int_range (0, G_N_ELEMENTS (words))]);
    }
  return g_string_free (out, FALSE);
}

/* @any: merged cells, several lines in a cell, letters that no font has; a PDF shows them in an order of its own. */
static JipBlock *
random_table (gboolean any)
{
  guint n_rows = (guint) g_test_rand_int_range (2, 6), n_columns = (guint) g_test_rand_int_range (2, 6);
  g_autoptr (GArray) cells = g_array_new (FALSE, TRUE, sizeof (JipCell));
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  guint8 taken[8][8] = { 0 };

  for (guint r = 0; r < n_rows; r++)
    for (guint c = 0; c < n_columns; c++)
      {
        JipCell cell = { .row = r, .row_span = 1, .column_span = 1, .header = r == 0 };
        if (taken[r][c])
          continue;
        if (any && c + 1 < n_columns && !taken[r][c + 1] && g_test_rand_int_range (0, 4) == 0)
          cell.column_span = 2;
        if (any && c > 0 && r + 1 < n_rows && g_test_rand_int_range (0, 4) == 0)
          cell.row_span = 2;
        for (guint i = 0; i < cell.row_span; i++)
          for (guint j = 0; j < cell.column_span; j++)
            taken[r + i][c + j] = 1;
        char *text = any ? random_text (TRUE, 5) : g_strdup_printf ("%u행%u열", r, c);
        if (any && g_test_rand_int_range (0, 5) == 0)
          {
            char *more = g_strconcat (text, "\n둘째 줄", NULL);
            g_free (text);
            text = more;
          }
        g_ptr_array_add (texts, text);
        cell.text = text;
        g_array_append_val (cells, cell);
      }
  JipBlock *block = jip_block_new_table ((const JipCell *) (const void *) cells->data, cells->len);
  g_assert_nonnull (block);
  return block;
}

static JipBlock *
with_spans (JipBlock *block)
{
  guint length = (guint) g_utf8_strlen (jip_block_get_text (block), -1);
  JipSpan spans[3];

  for (guint i = 0; i < G_N_ELEMENTS (spans); i++)
    spans[i] = (JipSpan){ .start = (guint) g_test_rand_int_range (0, (gint32) length + 1),
                          .length = (guint) g_test_rand_int_range (1, 20),
                          .bold = i == 0,
                          .underline = i == 1,
                          .origin = i == 2 ? JIP_ORIGIN_GENERATED : JIP_ORIGIN_NONE };
  JipBlock *marked = jip_block_with_spans (block, spans, G_N_ELEMENTS (spans));
  jip_block_unref (block);
  return marked;
}

static JipBlock *
random_block (gboolean any)
{
  static const char *const bullets[] = { "□", "○", "ㅇ", "-", "·", "※", "*" };
  g_autofree char *text = random_text (any, 30);
  g_autofree char *second = random_text (any, 6);
  const char *items[] = { "운영 계획 1부.", second, NULL };

  switch (g_test_rand_int_range (0, 9))
    {
    case 0:
    case 1:
      return with_spans (jip_block_new_paragraph (text));
    case 2:
    case 3:
    case 4:
      return with_spans (jip_block_new_numbered (text, (guint) g_test_rand_int_range (1, 9)));
    case 5:
      return jip_block_new_bulleted (text, bullets[g_test_rand_int_range (0, G_N_ELEMENTS (bullets))]);
    case 6:
      return random_table (any);
    case 7:
      return jip_block_new_image ("photo.png", 40, second);
    default:
      return jip_block_new_attachment (items);
    }
}

static JipDraft *
random_draft (gboolean any, guint round)
{
  static const char *const types[]
      = { "press-release", "official-letter", "work-report", "notice", "minutes" };
  g_autofree char *title = random_text (any, 5);
  g_autoptr (JsonObject) fields = json_object_new ();
  JipDraft *draft = jip_draft_new (types[round % G_N_ELEMENTS (types)], title);

  json_object_set_string_member (fields, "department", "도서관과");
  json_object_set_string_member (fields, "organization", any ? title : "가람시");
  json_object_set_string_member (fields, "date", "2026-11-23");
  for (guint s = 0; s < 3; s++)
    {
      g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_block_unref);
      g_autofree char *id = g_strdup_printf ("s%u", s);
      g_autofree char *heading = random_text (any, 4);
      for (guint i = 0; i < 8; i++)
        g_ptr_array_add (blocks, random_block (any));
      if (s == 0 && any && round % 5 == 0)
        {
          g_autofree char *text = g_strnfill (LONG_TEXT, 'x');
          g_ptr_array_add (blocks, jip_block_new_paragraph (text));
        }
      if (s == 2)
        g_ptr_array_add (blocks, jip_block_new_end ());
      g_autoptr (JipSection) section = jip_section_new (id, s == 1 ? NULL : heading, blocks);
      JipDraft *next = jip_draft_with_section (draft, section);
      jip_draft_unref (draft);
      draft = next;
    }
  JipDraft *filled = jip_draft_with_fields (draft, fields);
  jip_draft_unref (draft);
  return filled;
}

static char *
read_back (JipDraft *draft, JipDocumentFormat format, JipSourceKind kind)
{
  static const char *const endings[] = { ".hwpx", ".pdf", ".txt", ".odt" };
  g_autofree char *data = g_test_build_filename (G_TEST_DIST, "document", "data", NULL);
  g_autofree char *folder = g_dir_make_tmp ("jip-read-back-XXXXXX", NULL);
  g_autofree char *name = g_strconcat ("paper", endings[format], NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  JipDocumentOptions options = { .folder = data };
  g_autoptr (GError) error = NULL;

  jip_document_export (draft, format, path, &options, &error);
  g_assert_no_error (error);
  g_autoptr (JipSource) source = jip_source_read (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (source->kind, ==, kind);
  g_unlink (path);
  g_rmdir (folder);
  return jip_source_dup_text (source);
}

/* Without what a text puts between cells and words, and without what no paper can show. */
static char *
bare (const char *text)
{
  g_autofree char *clean = jip_paper_clean (text, -1);
  GString *out = g_string_new (NULL);

  for (const char *p = clean; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)) && *p != '|' && *p != '\\')
      g_string_append_unichar (out, g_utf8_get_char (p));
  return g_string_free (out, FALSE);
}

/* Each line of the text export, in its order. */
static void
check_lines (JipDraft *draft, const char *read)
{
  g_autofree char *text = jip_draft_to_text (draft);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *have = bare (read);
  const char *at = have;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = bare (lines[i]);
      const char *found = strstr (at, line);
      if (found == NULL)
        g_test_message ("not in order: %s\nin: %s", line, at);
      g_assert_nonnull (found);
      at = found + strlen (line);
    }
}

static void
test_packages (void)
{
  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (JipDraft) draft = random_draft (TRUE, round);
      g_autofree char *hwpx = read_back (draft, JIP_DOCUMENT_HWPX, JIP_SOURCE_HWPX);
      g_autofree char *odt = read_back (draft, JIP_DOCUMENT_ODT, JIP_SOURCE_ODT);
      g_autofree char *text = read_back (draft, JIP_DOCUMENT_TEXT, JIP_SOURCE_TEXT);
      g_assert_cmpstr (hwpx, ==, odt);
      check_lines (draft, hwpx);
      check_lines (draft, text);
    }
}

/* By pdftotext in the order in which it was drawn; page numbers are the sheets' own. */
static char *
read_pdf (JipDraft *draft)
{
  g_autofree char *data = g_test_build_filename (G_TEST_DIST, "document", "data", NULL);
  g_autofree char *folder = g_dir_make_tmp ("jip-read-back-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "paper.pdf", NULL);
  const char *command[] = { "pdftotext", "-raw", "-enc", "UTF-8", path, "-", NULL };
  JipDocumentOptions options = { .folder = data };
  g_autoptr (GRegex) number = g_regex_new ("^- ?\\d+ ?-$", G_REGEX_MULTILINE, 0, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  jip_document_export (draft, JIP_DOCUMENT_PDF, path, &options, &error);
  g_assert_no_error (error);
  g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &text, NULL, NULL, &error);
  g_assert_no_error (error);
  g_unlink (path);
  g_rmdir (folder);
  return g_regex_replace_literal (number, text, -1, 0, "", 0, NULL);
}

static void
test_pdf (void)
{
  g_autofree char *reader = g_find_program_in_path ("pdftotext");

  if (reader == NULL)
    {
      g_test_skip ("pdftotext is not installed");
      return;
    }
  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (JipDraft) draft = random_draft (FALSE, round);
      g_autofree char *pdf = read_pdf (draft);
      check_lines (draft, pdf);
    }
}

/* What is read becomes a draft, which says the same again. */
static void
test_drafts (void)
{
  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (JipDraft) draft = random_draft (FALSE, round);
      g_autofree char *folder = g_dir_make_tmp ("jip-read-back-XXXXXX", NULL);
      g_autofree char *data = g_test_build_filename (G_TEST_DIST, "document", "data", NULL);
      g_autofree char *path = g_build_filename (folder, round % 2 ? "paper.hwpx" : "paper.odt", NULL);
      JipDocumentOptions options = { .folder = data };
      g_autoptr (GError) error = NULL;
      jip_document_export (draft, round % 2 ? JIP_DOCUMENT_HWPX : JIP_DOCUMENT_ODT, path, &options, &error);
      g_assert_no_error (error);
      g_autoptr (JipDraft) back = jip_document_to_draft (path, NULL, &error);
      g_assert_no_error (error);
      g_autofree char *said = jip_draft_to_text (back);
      check_lines (draft, said);
      g_autofree char *json = jip_draft_serialise (back);
      g_autoptr (JipDraft) again = jip_draft_parse (json, -1, &error);
      g_assert_no_error (error);
      g_assert_true (jip_draft_equal (back, again));
      g_unlink (path);
      g_rmdir (folder);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/read-back/packages", test_packages);
  g_test_add_func ("/read-back/pdf", test_pdf);
  g_test_add_func ("/read-back/drafts", test_drafts);
  return g_test_run ();
}
