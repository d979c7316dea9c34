/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <string.h>
#include <zip.h>

#include "jip-document.h"
#include "jip-draft-text.h"
#include "jip-error.h"

static const char *const samples[] = { "press-release", "official-letter", "work-report", "notice" };

static JipDraft *
load (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".json", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "document", "data", file, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  JipDraft *draft = jip_draft_parse (text, -1, &error);
  g_assert_no_error (error);
  return draft;
}

static GBytes *
render (JipDraft *draft, JipDocumentFormat format)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "document", "data", NULL);
  JipDocumentOptions options = { .folder = folder };
  g_autoptr (GError) error = NULL;
  GBytes *bytes = jip_document_render (draft, format, &options, &error);
  g_assert_no_error (error);
  return bytes;
}

static zip_t *
open_zip (GBytes *bytes)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);
  zip_error_t error;
  zip_error_init (&error);
  zip_source_t *source = zip_source_buffer_create (data, size, 0, &error);
  zip_t *archive = zip_open_from_source (source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  g_assert_nonnull (archive);
  zip_error_fini (&error);
  return archive;
}

static char *
read_part (zip_t *archive, const char *name)
{
  zip_stat_t info;
  g_assert_cmpint (zip_stat (archive, name, 0, &info), ==, 0);
  char *data = g_malloc0 (info.size + 1);
  zip_file_t *file = zip_fopen (archive, name, 0);
  g_assert_cmpint (zip_fread (file, data, info.size), ==, (gint64) info.size);
  zip_fclose (file);
  return data;
}

static xmlDocPtr
parse_part (zip_t *archive, const char *name)
{
  g_autofree char *text = read_part (archive, name);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  xmlDocPtr document
      = xmlReadMemory (text, (int) strlen (text), name, NULL, XML_PARSE_NONET | XML_PARSE_HUGE);
  g_assert_nonnull (document);
  return document;
}

static guint
count (xmlDocPtr document, const char *path)
{
  xmlXPathContextPtr context = xmlXPathNewContext (document);
  xmlXPathRegisterNs (context, BAD_CAST "hp", BAD_CAST "http://www.hancom.co.kr/hwpml/2011/paragraph");
  xmlXPathRegisterNs (context, BAD_CAST "hh", BAD_CAST "http://www.hancom.co.kr/hwpml/2011/head");
  xmlXPathRegisterNs (context, BAD_CAST "hs", BAD_CAST "http://www.hancom.co.kr/hwpml/2011/section");
  xmlXPathRegisterNs (context, BAD_CAST "hc", BAD_CAST "http://www.hancom.co.kr/hwpml/2011/core");
  xmlXPathRegisterNs (context, BAD_CAST "opf", BAD_CAST "http://www.idpf.org/2007/opf/");
  xmlXPathObjectPtr found = xmlXPathEvalExpression (BAD_CAST path, context);
  g_assert_nonnull (found);
  guint n = found->nodesetval != NULL ? (guint) found->nodesetval->nodeNr : 0;
  xmlXPathFreeObject (found);
  xmlXPathFreeContext (context);
  return n;
}

static void
append_text (xmlNodePtr node, GString *out)
{
  for (; node != NULL; node = node->next)
    {
      if (node->type == XML_ELEMENT_NODE && strcmp ((const char *) node->name, "t") == 0)
        {
          xmlChar *text = xmlNodeGetContent (node);
          g_string_append (out, (const char *) text);
          xmlFree (text);
        }
      else
        append_text (node->children, out);
    }
}

static char *
bare (const char *text)
{
  GString *out = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)) && *p != '|')
      g_string_append_unichar (out, g_utf8_get_char (p));
  return g_string_free (out, FALSE);
}

/* Each line of the text export stands in the HWPX, in the same order. */
static void
check_same_text (zip_t *archive, JipDraft *draft)
{
  xmlDocPtr section = parse_part (archive, "Contents/section0.xml");
  g_autoptr (GString) all = g_string_new (NULL);
  append_text (xmlDocGetRootElement (section), all);
  xmlFreeDoc (section);

  g_autofree char *have = bare (all->str);
  g_autofree char *text = jip_draft_to_text (draft);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const char *at = have;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = bare (lines[i]);
      const char *found = strstr (at, line);
      if (found == NULL)
        g_test_message ("not in order: %s", lines[i]);
      g_assert_nonnull (found);
      at = found + strlen (line);
    }
}

/* documents.md, "HWPX out": the traps. */
static void
check_section (zip_t *archive)
{
  xmlDocPtr section = parse_part (archive, "Contents/section0.xml");

  g_assert_cmpuint (count (section, "/hs:sec"), ==, 1);
  g_assert_cmpuint (count (section, "/hs:sec/hp:p[1]/hp:run[1]/hp:secPr[hp:startNum][hp:visibility]"), ==, 1);
  g_assert_cmpuint (count (section, "//hp:secPr"), ==, 1);
  g_assert_cmpuint (count (section, "//hp:p[not(@styleIDRef) or not(@pageBreak) or not(@columnBreak)]"), ==,
                    0);
  g_assert_cmpuint (count (section,
                           "//hp:tbl[not(hp:sz) or not(hp:pos) or not(hp:outMargin) or not(hp:inMargin) or "
                           "not(@rowCnt) or not(@colCnt) or count(hp:tr) != @rowCnt]"),
                    ==, 0);
  g_assert_cmpuint (count (section, "//hp:tc[not(hp:subList/hp:p) or not(hp:cellAddr) or not(hp:cellSpan) or "
                                    "not(hp:cellSz) or not(hp:cellMargin)]"),
                    ==, 0);
  g_assert_cmpuint (count (section, "//hp:tr[not(hp:tc)]"), ==, 0);
  g_assert_cmpuint (count (section, "//hp:linesegarray"), ==, 0);
  g_assert_cmpuint (count (section, "//hp:pic[not(hp:renderingInfo) or not(hc:img)]"), ==, 0);
  g_assert_cmpuint (
      count (section, "//hp:tr/hp:tc[hp:cellAddr/@rowAddr != count(../preceding-sibling::hp:tr)]"), ==, 0);
  xmlFreeDoc (section);
}

static void
check_header (zip_t *archive)
{
  xmlDocPtr header = parse_part (archive, "Contents/header.xml");

  g_assert_cmpuint (count (header, "/hh:head[@secCnt='1']"), ==, 1);
  g_assert_cmpuint (count (header, "//hh:charPr[@id != count(preceding-sibling::hh:charPr)]"), ==, 0);
  g_assert_cmpuint (count (header, "//hh:charPr[not(@height) or not(@textColor) or not(@useFontSpace) or "
                                   "not(@useKerning)]"),
                    ==, 0);
  g_assert_cmpuint (count (header, "//hh:paraPr[@id != count(preceding-sibling::hh:paraPr)]"), ==, 0);
  g_assert_cmpuint (count (header, "//hh:paraPr[not(hp:switch/hp:case/hh:margin) or "
                                   "not(hp:switch/hp:default/hh:margin)]"),
                    ==, 0);
  g_assert_cmpuint (count (header, "//hh:paraPr/hp:switch[hp:default/hh:margin/hc:left/@value != "
                                   "2 * hp:case/hh:margin/hc:left/@value]"),
                    ==, 0);
  xmlFreeDoc (header);
}

static void
check_package (zip_t *archive)
{
  static const char *const parts[] = { "mimetype",
                                       "version.xml",
                                       "Contents/header.xml",
                                       "Contents/section0.xml",
                                       "Preview/PrvText.txt",
                                       "settings.xml",
                                       "META-INF/container.xml",
                                       "Contents/content.hpf",
                                       "META-INF/manifest.xml" };
  zip_stat_t info;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    g_assert_cmpint (zip_name_locate (archive, parts[i], 0), ==, i);
  zip_stat_index (archive, 0, 0, &info);
  g_assert_cmpuint (info.comp_method, ==, ZIP_CM_STORE);
  g_autofree char *mimetype = read_part (archive, "mimetype");
  g_assert_cmpstr (mimetype, ==, "application/hwp+zip");
  g_autofree char *version = read_part (archive, "version.xml");
  g_assert_nonnull (strstr (version, "tagetApplication=\"WORDPROCESSOR\""));
  xmlDocPtr package = parse_part (archive, "Contents/content.hpf");
  g_assert_cmpuint (count (package, "//opf:item[not(@media-type)]"), ==, 0);
  g_assert_cmpuint (count (package, "//opf:meta[@name='description'][contains(., 'AI')]"), ==, 1);
  g_assert_cmpuint (count (package, "//opf:itemref[@idref='section0']"), ==, 1);
  xmlFreeDoc (package);
}

/* No data descriptors: bit 3 of the flags of every local header is clear, and its sizes are there. */
static void
check_local_headers (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize at = 0; at + 30 < size && memcmp (data + at, "PK\3\4", 4) == 0;)
    {
      guint flags = data[at + 6], name = data[at + 26] | data[at + 27] << 8, extra = data[at + 28];
      guint packed = (guint) data[at + 18] | (guint) data[at + 19] << 8 | (guint) data[at + 20] << 16;
      g_assert_cmpuint (flags & 8, ==, 0);
      g_assert_cmpuint (extra, ==, 0);
      g_assert_cmpuint (packed, >, 0);
      at += 30 + name + packed;
    }
}

static void
test_hwpx (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (JipDraft) draft = load (samples[i]);
      g_autoptr (GBytes) bytes = render (draft, JIP_DOCUMENT_HWPX);
      zip_t *archive = open_zip (bytes);
      check_local_headers (bytes);
      check_package (archive);
      check_header (archive);
      check_section (archive);
      check_same_text (archive, draft);
      zip_discard (archive);
    }
}

static void
test_notice (void)
{
  g_autoptr (JipDraft) release = load ("press-release");
  g_autoptr (JipDraft) report = load ("work-report");
  JipDocumentOptions options = { .hide_notice = TRUE };
  g_autoptr (GBytes) hidden = jip_document_render (release, JIP_DOCUMENT_HWPX, &options, NULL);
  g_autoptr (GBytes) shown = render (release, JIP_DOCUMENT_HWPX);
  const struct
  {
    GBytes *bytes;
    gboolean visible;
  } cases[] = { { hidden, FALSE }, { shown, TRUE } };

  g_assert_true (jip_draft_uses_ai (release));
  g_assert_false (jip_draft_uses_ai (report));
  for (guint i = 0; i < 2; i++)
    {
      zip_t *archive = open_zip (cases[i].bytes);
      g_autofree char *section = read_part (archive, "Contents/section0.xml");
      g_autofree char *package = read_part (archive, "Contents/content.hpf");
      g_assert_true ((strstr (section, "인공지능") != NULL) == cases[i].visible);
      g_assert_nonnull (strstr (package, "인공지능"));
      zip_discard (archive);
    }
}

static char *
fuzz_text (guint length)
{
  static const char *const pieces[]
      = { "&",           "<",    ">",     "\"",       "]]>",          "<![CDATA[", "\x01",
          "\x0b",        "\x1f", "\x7f",  "\xc2\x85", "\xef\xbf\xbe", "가",        "나 다",
          "𐍈",           "\t",   "&amp;", "%s",       "\xe2\x80\xae", "--",        "<?",
          "\xed\xa0\x80" };
  GString *out = g_string_new (NULL);
  while (out->len < length)
    g_string_append (out, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
  return g_string_free (out, FALSE);
}

/* Text of any kind leaves the XML whole and the PDF made. */
static void
test_fuzz (void)
{
  const char *types[] = { "press-release", "official-letter", "notice" };

  for (guint round = 0; round < 24; round++)
    {
      g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_block_unref);
      for (guint i = 0; i < 6; i++)
        {
          g_autofree char *text = fuzz_text (round == 0 ? 60000 : g_test_rand_int_range (0, 300));
          g_ptr_array_add (blocks, i % 3 == 0   ? jip_block_new_numbered (text, 1 + i)
                                   : i % 3 == 1 ? jip_block_new_bulleted (text, "※")
                                                : jip_block_new_paragraph (text));
        }
      g_autofree char *title = fuzz_text (40);
      JipCell cells[] = { { .text = title, .row = 0, .row_span = 3 },
                          { .text = title, .row = 0 },
                          { .text = title, .row = 2 } };
      g_ptr_array_add (blocks, jip_block_new_table (cells, G_N_ELEMENTS (cells)));
      g_autoptr (JipDraft) start = jip_draft_new (types[round % 3], title);
      g_autoptr (JsonObject) fields = json_object_new ();
      json_object_set_string_member (fields, "department", title);
      json_object_set_string_member (fields, "organization", title);
      json_object_set_string_member (fields, "drafter", title);
      g_autoptr (JipDraft) with_fields = jip_draft_with_fields (start, fields);
      g_autoptr (JipSection) section = jip_section_new ("a", title, blocks);
      g_autoptr (JipDraft) draft = jip_draft_with_section (with_fields, section);

      g_autoptr (GBytes) hwpx = render (draft, JIP_DOCUMENT_HWPX);
      zip_t *archive = open_zip (hwpx);
      check_package (archive);
      check_header (archive);
      check_section (archive);
      zip_discard (archive);
      g_autoptr (GBytes) pdf = render (draft, JIP_DOCUMENT_PDF);
      g_assert_cmpuint (g_bytes_get_size (pdf), >, 1000);
    }
}

/* A table with a cell longer than a page goes on over pages and ends. */
static void
test_long_cell (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < 3000; i++)
    g_string_append (text, "가나다 ");
  JipCell cells[] = { { .text = "머리", .header = TRUE },
                      { .text = "값", .header = TRUE },
                      { .text = text->str, .row = 1 },
                      { .text = "끝", .row = 1 } };
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_block_unref);
  g_ptr_array_add (blocks, jip_block_new_table (cells, G_N_ELEMENTS (cells)));
  g_autoptr (JipSection) section = jip_section_new ("a", NULL, blocks);
  g_autoptr (JipDraft) start = jip_draft_new ("work-report", "표");
  g_autoptr (JipDraft) draft = jip_draft_with_section (start, section);
  g_autoptr (GBytes) pdf = render (draft, JIP_DOCUMENT_PDF);
  gsize size;
  const char *data = g_bytes_get_data (pdf, &size);

  g_assert_true (size > 5 && memcmp (data, "%PDF-", 5) == 0);
}

/* Cells of one column stand under each other, however long each is. */
static void
test_columns (void)
{
  static const char json[]
      = "{\"format\":\"jip-draft/1\",\"type\":\"notice\",\"sections\":[{\"id\":\"s\",\"blocks\":[{\"kind\":\"table\","
        "\"rows\":[[{\"text\":\"1\"},{\"text\":\"짧은 글\"}],"
        "[{\"text\":\"1,234\"},{\"text\":\"한 칸에 다 들어가기에는 긴 글\"}],[{\"text\":\"-\"},{\"text\":\"5\"}]]}]}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (JipDraft) draft = jip_draft_parse (json, -1, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) bytes = render (draft, JIP_DOCUMENT_HWPX);
  zip_t *archive = open_zip (bytes);
  xmlDocPtr section = parse_part (archive, "Contents/section0.xml");

  for (guint column = 0; column < 2; column++)
    {
      g_autofree char *cells = g_strdup_printf ("//hp:tc[hp:cellAddr/@colAddr='%u']", column);
      g_autofree char *same = g_strdup_printf (
          "%s[hp:subList/hp:p/@paraPrIDRef=//hp:tc[hp:cellAddr/@colAddr='%u' and hp:cellAddr/@rowAddr='0']"
          "/hp:subList/hp:p/@paraPrIDRef]",
          cells, column);
      g_assert_cmpint (count (section, cells), ==, 3);
      g_assert_cmpint (count (section, same), ==, 3);
    }
  g_assert_cmpint (count (section, "//hp:tc[hp:subList/hp:p/@paraPrIDRef=//hp:tc[hp:cellAddr/@colAddr='0']"
                                   "/hp:subList/hp:p/@paraPrIDRef]"),
                   ==, 3);
  xmlFreeDoc (section);
  zip_discard (archive);
}

static void
test_export (void)
{
  g_autoptr (JipDraft) draft = load ("work-report");
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("jip-document-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "out.hwpx", NULL);
  g_autofree char *missing = g_build_filename (folder, "none", "out.pdf", NULL);
  JipDocumentFormat format;

  /* the picture is not in this folder: an error, and nothing is left behind */
  JipDocumentOptions options = { .folder = folder };
  g_assert_false (jip_document_export (draft, JIP_DOCUMENT_HWPX, path, &options, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_FILE);
  g_clear_error (&error);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);

  g_autoptr (JipDraft) letter = load ("official-letter");
  g_assert_false (jip_document_export (letter, JIP_DOCUMENT_PDF, missing, NULL, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_FILE);
  g_clear_error (&error);
  g_assert_true (jip_document_export (letter, JIP_DOCUMENT_TEXT, path, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (jip_document_format_from_path ("a.docx", &format, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_UNSUPPORTED);
  g_assert_true (jip_document_format_from_path ("a.HWPX", &format, NULL));
  g_unlink (path);
  g_rmdir (folder);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_true (jip_document_export_finish (result, NULL));
  g_main_loop_quit (data);
}

static void
test_export_async (void)
{
  g_autoptr (JipDraft) draft = load ("official-letter");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *folder = g_dir_make_tmp ("jip-document-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "out.pdf", NULL);

  jip_document_export_async (draft, JIP_DOCUMENT_PDF, path, NULL, NULL, exported_cb, loop);
  g_main_loop_run (loop);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/writers/hwpx", test_hwpx);
  g_test_add_func ("/writers/notice", test_notice);
  g_test_add_func ("/writers/fuzz", test_fuzz);
  g_test_add_func ("/writers/long-cell", test_long_cell);
  g_test_add_func ("/writers/columns", test_columns);
  g_test_add_func ("/writers/export", test_export);
  g_test_add_func ("/writers/export-async", test_export_async);
  int status = g_test_run ();
  xmlCleanupParser ();
  return status;
}
