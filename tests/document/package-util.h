/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib/gstdio.h>
#include <string.h>
#include <zip.h>

/* Packages made by the tests, part by part. */

typedef struct
{
  const char *name, *text;
} TestPart;

static inline char *
test_package (const TestPart *parts, guint n)
{
  char *path = g_strdup_printf ("%s/jip-package-XXXXXX", g_get_tmp_dir ());
  int fd = g_mkstemp (path);
  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  zip_t *archive = zip_open (path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
  g_assert_nonnull (archive);
  for (guint i = 0; i < n; i++)
    {
      zip_source_t *source = zip_source_buffer (archive, parts[i].text, strlen (parts[i].text), 0);
      g_assert_cmpint (zip_file_add (archive, parts[i].name, source, ZIP_FL_ENC_UTF_8), >=, 0);
    }
  g_assert_cmpint (zip_close (archive), ==, 0);
  return path;
}

#define HWPX_PREFIXES \
  "xmlns:a='http://www.hancom.co.kr/hwpml/2011/paragraph' xmlns:b='http://www.hancom.co.kr/hwpml/2011/head' " \
  "xmlns:c='http://www.hancom.co.kr/hwpml/2011/core' xmlns:d='http://www.hancom.co.kr/hwpml/2011/section'"
#define ODT_PREFIXES \
  "xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' " \
  "xmlns:t='urn:oasis:names:tc:opendocument:xmlns:text:1.0' " \
  "xmlns:s='urn:oasis:names:tc:opendocument:xmlns:style:1.0' " \
  "xmlns:b='urn:oasis:names:tc:opendocument:xmlns:table:1.0' " \
  "xmlns:d='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' " \
  "xmlns:f='urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0' " \
  "xmlns:g='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0' " \
  "xmlns:x='http://www.w3.org/1999/xlink' xmlns:dc='http://purl.org/dc/elements/1.1/'"
