/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Papers of other programs: the first byte says whether the rest is the text of an HWPX, its header, the text of an ODT, its styles, or a
 * package as a whole. What is read is said in valid UTF-8, and becomes a draft that reads back as itself. */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "jip-document-import.h"
#include "jip-package-writer.h"

#define HWPX_SECTION \
  "<d:sec xmlns:a='http://www.hancom.co.kr/hwpml/2011/paragraph' xmlns:d='http://www.hancom.co.kr/hwpml/2011/section'>" \
  "<a:p paraPrIDRef='1'><a:run charPrIDRef='1'><a:t>a</a:t></a:run></a:p></d:sec>"
#define ODT_CONTENT \
  "<o:d xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:t='urn:oasis:names:tc:opendocument:xmlns:text:1.0'>" \
  "<o:text><t:list t:style-name='L'><t:list-item><t:p t:style-name='P'>a</t:p></t:list-item></t:list><t:h>b</t:h></o:text></o:d>"

static GBytes *
make_package (guint kind, const guint8 *data, gsize size)
{
  const JipPackagePart parts[4][3] = {
    { { "mimetype", "application/hwp+zip", 19, TRUE },
      { "Contents/section0.xml", data, size, TRUE },
      { NULL } },
    { { "mimetype", "application/hwp+zip", 19, TRUE },
      { "Contents/header.xml", data, size, TRUE },
      { "Contents/section0.xml", HWPX_SECTION, sizeof HWPX_SECTION - 1, TRUE } },
    { { "mimetype", "application/vnd.oasis.opendocument.text", 39, TRUE },
      { "content.xml", data, size, TRUE },
      { NULL } },
    { { "mimetype", "application/vnd.oasis.opendocument.text", 39, TRUE },
      { "styles.xml", data, size, TRUE },
      { "content.xml", ODT_CONTENT, sizeof ODT_CONTENT - 1, TRUE } },
  };

  if (kind > 3)
    return g_bytes_new (data, size);
  return jip_package_write (parts[kind], parts[kind][2].name != NULL ? 3 : 2, 0, NULL);
}

static void
check_draft (JipImport *import)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipDraft) draft = jip_import_to_draft (import, &error);

  g_assert_true ((draft == NULL) == (error != NULL));
  if (draft == NULL)
    return;
  g_autofree char *json = jip_draft_serialise (draft);
  g_autoptr (JipDraft) again = jip_draft_parse (json, -1, &error);
  g_assert_no_error (error);
  g_assert_true (jip_draft_equal (draft, again));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (size < 2)
    return 0;
  g_autoptr (GBytes) bytes = make_package (data[0] % 5, data + 1, size - 1);
  g_autoptr (GError) error = NULL;
  gsize length;
  const void *package = g_bytes_get_data (bytes, &length);
  int fd = memfd_create ("paper", MFD_CLOEXEC);
  g_assert_cmpint (write (fd, package, length), ==, (gssize) length);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autoptr (JipImport) import = jip_document_import (path, NULL, &error);

  close (fd);
  g_assert_true ((import == NULL) == (error != NULL));
  if (import == NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  g_autofree char *text = jip_import_to_text (import);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  check_draft (import);
  return 0;
}
