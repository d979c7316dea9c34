/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-document-import.h"
#include "jip-package.h"
#include "jip-source.h"
#include "package-util.h"

/* Files that were made to do harm, and damaged ones: each is refused with one sentence. */

#define HPF(href) \
  "<p:package xmlns:p='http://www.idpf.org/2007/opf/'><p:manifest><p:item id='s' href='" href \
  "'/></p:manifest><p:spine><p:itemref idref='s'/></p:spine></p:package>"
#define SECTION(inner) "<d:sec " HWPX_PREFIXES ">" inner "</d:sec>"
#define GOOD "<a:p><a:run><a:t>글</a:t></a:run></a:p>"

static void
refused (const char *path, JipErrorCode code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipSource) source = jip_source_read (path, NULL, &error);

  g_assert_null (source);
  g_assert_error (error, JIP_ERROR, (int) code);
  g_assert_null (strchr (error->message, '\n'));
  g_test_message ("%s", error->message);
}

static void
refused_hwpx (const char *package, const char *section, const char *name, JipErrorCode code)
{
  const TestPart parts[]
      = { { "mimetype", "application/hwp+zip" }, { "Contents/content.hpf", package }, { name, section } };
  g_autofree char *path = test_package (parts, G_N_ELEMENTS (parts));

  refused (path, code);
  g_unlink (path);
}

static void
refused_odt (const char *content, const char *manifest, JipErrorCode code)
{
  const TestPart parts[] = { { "mimetype", "application/vnd.oasis.opendocument.text" },
                             { "content.xml", content },
                             { "META-INF/manifest.xml", manifest } };
  g_autofree char *path = test_package (parts, G_N_ELEMENTS (parts));

  refused (path, code);
  g_unlink (path);
}

static void
test_entities (void)
{
  static const char laughs[]
      = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>" SECTION (
          "<a:p><a:run><a:t>&c;</a:t></a:run></a:p>");
  static const char outside[] = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" SECTION (
      "<a:p><a:run><a:t>&a;</a:t></a:run></a:p>");
  static const char parameter[] = "<!DOCTYPE x SYSTEM 'http://127.0.0.1:1/x.dtd'>" SECTION (GOOD);
  const char *hostile[] = { laughs, outside, parameter };

  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    refused_hwpx (HPF ("Contents/section0.xml"), hostile[i], "Contents/section0.xml", JIP_ERROR_UNSUPPORTED);
  refused_hwpx ("<!DOCTYPE x>" HPF ("Contents/section0.xml"), SECTION (GOOD), "Contents/section0.xml",
                JIP_ERROR_UNSUPPORTED);
  refused_odt ("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>", "<m/>",
               JIP_ERROR_UNSUPPORTED);
  refused_hwpx (HPF ("Contents/section0.xml"), SECTION ("<a:p><a:run><a:t>&none;</a:t></a:run></a:p>"),
                "Contents/section0.xml", JIP_ERROR_DAMAGED);
}

static void
test_paths (void)
{
  refused_hwpx (HPF ("Contents/section0.xml"), SECTION (GOOD), "../section0.xml", JIP_ERROR_UNSUPPORTED);
  refused_hwpx (HPF ("Contents/section0.xml"), SECTION (GOOD), "/etc/section0.xml", JIP_ERROR_UNSUPPORTED);
  refused_hwpx (HPF ("Contents/section0.xml"), SECTION (GOOD), "a\\..\\section0.xml", JIP_ERROR_UNSUPPORTED);
  refused_hwpx (HPF ("C:/section0.xml"), SECTION (GOOD), "C:/section0.xml", JIP_ERROR_UNSUPPORTED);
  refused_hwpx (HPF ("../../../../etc/passwd"), SECTION (GOOD), "Contents/section0.xml",
                JIP_ERROR_UNSUPPORTED);
  refused_hwpx (HPF ("/etc/passwd"), SECTION (GOOD), "Contents/section0.xml", JIP_ERROR_UNSUPPORTED);
  refused_hwpx (HPF ("file:///etc/passwd"), SECTION (GOOD), "Contents/section0.xml", JIP_ERROR_UNSUPPORTED);
}

static void
test_damaged (void)
{
  refused_hwpx (HPF ("Contents/section0.xml"), SECTION (GOOD) "<more/>", "Contents/section0.xml",
                JIP_ERROR_DAMAGED);
  refused_hwpx (HPF ("Contents/section0.xml"), "<d:sec " HWPX_PREFIXES "><a:p>", "Contents/section0.xml",
                JIP_ERROR_DAMAGED);
  refused_hwpx (HPF ("Contents/section0.xml"), "", "Contents/section0.xml", JIP_ERROR_DAMAGED);
  refused_hwpx (HPF ("Contents/section0.xml"), "<a>\xff\xfe</a>", "Contents/section0.xml", JIP_ERROR_DAMAGED);
  refused_hwpx (HPF ("Contents/section9.xml"), SECTION (GOOD), "Contents/section0.xml", JIP_ERROR_DAMAGED);
  refused_hwpx (HPF ("other.xml"), "<other/>", "other.xml", JIP_ERROR_DAMAGED);
  refused_odt ("", "<m/>", JIP_ERROR_DAMAGED);
  refused_odt ("<o:document-content " ODT_PREFIXES "><o:body><o:spreadsheet/></o:body></o:document-content>",
               "<m/>", JIP_ERROR_UNSUPPORTED);
  refused_odt ("<x/>", "<m><encryption-data/></m>", JIP_ERROR_ENCRYPTED);
}

/* Every beginning of a good file, and a file of which some bytes changed. */
static void
test_cut (void)
{
  const TestPart parts[] = { { "mimetype", "application/hwp+zip" },
                             { "Contents/content.hpf", HPF ("Contents/section0.xml") },
                             { "Contents/section0.xml", SECTION (GOOD GOOD GOOD) } };
  g_autofree char *path = test_package (parts, G_N_ELEMENTS (parts));
  g_autofree char *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  for (gsize length = 4; length < size; length += 7)
    {
      g_assert_true (g_file_set_contents (path, data, (gssize) length, NULL));
      refused (path, JIP_ERROR_DAMAGED);
    }
  for (guint round = 0; round < 2000; round++)
    {
      g_autofree char *changed = g_memdup2 (data, size);
      g_autoptr (GError) error = NULL;
      for (guint i = 0; i < 3; i++)
        changed[g_test_rand_int_range (4, (gint32) size)] = (char) g_test_rand_int_range (0, 256);
      g_assert_true (g_file_set_contents (path, changed, (gssize) size, NULL));
      g_autoptr (JipSource) source = jip_source_read (path, NULL, &error);
      g_assert_true ((source == NULL) == (error != NULL));
      g_assert_true (error == NULL || error->domain == JIP_ERROR);
    }
  g_unlink (path);
}

static char *
repeat (const char *before, const char *piece, gsize n, const char *after)
{
  GString *out = g_string_new (before);
  for (gsize i = 0; i < n; i++)
    g_string_append (out, piece);
  g_string_append (out, after);
  return g_string_free (out, FALSE);
}

static void
test_bombs (void)
{
  const char *open = "<d:sec " HWPX_PREFIXES ">";
  g_autofree char *zeros = repeat (open, "          ", 4 << 20, "</d:sec>");
  g_autofree char *text
      = repeat (open, "<a:p><a:run><a:t>0123456789012345678901234567890123456789</a:t></a:run></a:p>",
                1000000, "</d:sec>");
  g_autofree char *items = repeat (open, "<a:p><a:t>a</a:t></a:p>", 600000, "</d:sec>");
  g_autofree char *deep = repeat (open, "<a:p><a:tbl><a:tr><a:tc>", 60, "</d:sec>");
  g_autofree char *boxes = repeat (open, "<a:drawText>", 100, "");
  g_autofree char *boxed = repeat (boxes, "</a:drawText>", 100, "</d:sec>");
  g_autofree char *nested = repeat (open, "<a:x>", 300, "");

  refused_hwpx (HPF ("Contents/section0.xml"), zeros, "Contents/section0.xml", JIP_ERROR_LIMIT);
  refused_hwpx (HPF ("Contents/section0.xml"), text, "Contents/section0.xml", JIP_ERROR_LIMIT);
  refused_hwpx (HPF ("Contents/section0.xml"), items, "Contents/section0.xml", JIP_ERROR_LIMIT);
  refused_hwpx (HPF ("Contents/section0.xml"), deep, "Contents/section0.xml", JIP_ERROR_LIMIT);
  refused_hwpx (HPF ("Contents/section0.xml"), boxed, "Contents/section0.xml", JIP_ERROR_LIMIT);
  refused_hwpx (HPF ("Contents/section0.xml"), nested, "Contents/section0.xml", JIP_ERROR_DAMAGED);
}

static void
test_many_parts (void)
{
  guint n = JIP_PACKAGE_MAX_PARTS + 1;
  g_autofree TestPart *parts = g_new (TestPart, n);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    {
      g_ptr_array_add (names, g_strdup_printf ("%u", i));
      parts[i] = (TestPart){ .name = names->pdata[i], .text = "" };
    }
  g_autofree char *path = test_package (parts, n);
  refused (path, JIP_ERROR_LIMIT);
  g_unlink (path);
}

static void
test_kinds (void)
{
  static const char ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
  static const struct
  {
    const char *name, *data;
    gsize size;
    JipErrorCode code;
    const char *word;
  } cases[] = { { "old.hwp", ole, 8, JIP_ERROR_UNSUPPORTED, ".hwpx" },
                { "old.hwpx", ole, 8, JIP_ERROR_UNSUPPORTED, ".hwpx" },
                { "old.doc", ole, 8, JIP_ERROR_UNSUPPORTED, "(.doc)" },
                { "three.hwp", "HWP Document File V3.00", 23, JIP_ERROR_UNSUPPORTED, ".hwpx" },
                { "text.hwpx", "글", 3, JIP_ERROR_DAMAGED, ".hwpx" },
                { "text.odt", "글", 3, JIP_ERROR_DAMAGED, ".odt" },
                { "empty.hwpx", "", 0, JIP_ERROR_EMPTY, "0" },
                { "head.hwpx", "PK\3\4", 4, JIP_ERROR_DAMAGED, "" } };
  g_autofree char *folder = g_dir_make_tmp ("jip-kinds-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_build_filename (folder, cases[i].name, NULL);
      g_autoptr (GError) error = NULL;
      g_assert_true (g_file_set_contents (path, cases[i].data, (gssize) cases[i].size, NULL));
      g_assert_null (jip_source_read (path, NULL, &error));
      g_assert_error (error, JIP_ERROR, (int) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].word));
      g_unlink (path);
    }
  g_rmdir (folder);
  const TestPart word[] = { { "word/document.xml", "<x/>" } };
  const TestPart other[] = { { "a.txt", "x" } };
  const TestPart sheet[]
      = { { "mimetype", "application/vnd.oasis.opendocument.spreadsheet" }, { "content.xml", "<x/>" } };
  g_autofree char *docx = test_package (word, 1);
  g_autofree char *zip = test_package (other, 1);
  g_autofree char *ods = test_package (sheet, 2);
  refused (docx, JIP_ERROR_UNSUPPORTED);
  refused (zip, JIP_ERROR_UNSUPPORTED);
  refused (ods, JIP_ERROR_UNSUPPORTED);
  g_unlink (docx);
  g_unlink (zip);
  g_unlink (ods);
}

/* No content.hpf, or one without a spine: sections by their numbers, ten after nine. */
static void
test_without_spine (void)
{
  const TestPart parts[]
      = { { "Contents/section10.xml", SECTION ("<a:p><a:run><a:t>열</a:t></a:run></a:p>") },
          { "Contents/section0.xml", SECTION ("<a:p><a:run><a:t>영</a:t></a:run></a:p>") },
          { "Contents/section9.xml", SECTION ("<a:p><a:run><a:t>아홉</a:t></a:run></a:p>") } };
  g_autofree char *path = test_package (parts, G_N_ELEMENTS (parts));
  g_autoptr (GError) error = NULL;
  g_autoptr (JipSource) source = jip_source_read (path, NULL, &error);

  g_assert_no_error (error);
  g_autofree char *text = jip_source_dup_text (source);
  g_assert_cmpstr (text, ==, "영\n아홉\n열\n");
  g_unlink (path);
}

/* A writer that declares no namespace, and names parts from beside content.hpf. */
static void
test_undeclared (void)
{
  const TestPart parts[] = {
    { "mimetype", "application/hwp+zip" },
    { "Contents/content.hpf", "<package><manifest><item id='section0' href='section0.xml'/></manifest><spine>"
                              "<itemref idref='section0'/></spine></package>" },
    { "Contents/section0.xml", "<hp:section><hp:p><hp:run><hp:t>글</hp:t></hp:run></hp:p></hp:section>" }
  };
  g_autofree char *path = test_package (parts, G_N_ELEMENTS (parts));
  g_autoptr (GError) error = NULL;
  g_autoptr (JipSource) source = jip_source_read (path, NULL, &error);

  g_assert_no_error (error);
  g_autofree char *text = jip_source_dup_text (source);
  g_assert_cmpstr (text, ==, "글\n");
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/package/entities", test_entities);
  g_test_add_func ("/package/paths", test_paths);
  g_test_add_func ("/package/damaged", test_damaged);
  g_test_add_func ("/package/cut", test_cut);
  g_test_add_func ("/package/bombs", test_bombs);
  g_test_add_func ("/package/many-parts", test_many_parts);
  g_test_add_func ("/package/kinds", test_kinds);
  g_test_add_func ("/package/without-spine", test_without_spine);
  g_test_add_func ("/package/undeclared", test_undeclared);
  return g_test_run ();
}
