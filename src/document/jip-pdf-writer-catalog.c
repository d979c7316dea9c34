/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "jip-pdf-writer.h"

/* Cairo writes neither the document's language, nor that readers should show its title, nor that it is tagged. All go into the catalogue, in
 * an update at the end of the file (ISO 32000-1, 7.5.6, 12.2 and 14.9.2). */

static void
append (GByteArray *file, const char *text)
{
  g_byte_array_append (file, (const guint8 *) text, (guint) strlen (text));
}

/* The dictionary's inside of object @number, as it stands in @text. */
static char *
dup_catalog (const char *text, gsize size, long number)
{
  g_autofree char *head = g_strdup_printf ("\n%ld 0 obj\n<<", number);
  const char *start = memmem (text, size, head, strlen (head));
  const char *end = start != NULL ? strstr (start, "\n>>\nendobj") : NULL;

  if (end == NULL || g_strstr_len (start, end - start, "/Catalog") == NULL)
    return NULL;
  start += strlen (head);
  return g_strndup (start, (gsize) (end - start));
}

/**
 * jip_pdf_add_language:
 * @file: as Cairo finished it
 * @language: such as `ko-KR`
 *
 * A file with another kind of cross-references than Cairo 1.16 writes stays as it is.
 */
void
jip_pdf_add_language (GByteArray *file, const char *language)
{
  g_return_if_fail (file != NULL && language != NULL);

  gsize tail_length = MIN (file->len, 1024u);
  g_autofree char *tail = g_strndup ((const char *) file->data + file->len - tail_length, tail_length);
  const char *trailer = g_strrstr (tail, "trailer\n"), *start = g_strrstr (tail, "startxref\n");
  const char *root = trailer != NULL ? strstr (trailer, "/Root ") : NULL;
  const char *size = trailer != NULL ? strstr (trailer, "/Size ") : NULL;
  const char *info = trailer != NULL ? strstr (trailer, "/Info ") : NULL;

  if (root == NULL || size == NULL || start == NULL)
    return;
  long number = strtol (root + strlen ("/Root "), NULL, 10);
  g_autofree char *inside = dup_catalog ((const char *) file->data, file->len, number);
  if (inside == NULL)
    return;
  gboolean tagged = strstr (inside, "/StructTreeRoot") != NULL && strstr (inside, "/MarkInfo") == NULL;
  guint at = file->len;
  g_autofree char *object = g_strdup_printf (
      "%ld 0 obj\n<<%s\n   /Lang (%s)\n   /ViewerPreferences << /DisplayDocTitle true >>\n%s>>\nendobj\n",
      number, inside, language, tagged ? "   /MarkInfo << /Marked true >>\n" : "");
  g_autofree char *end = g_strdup_printf (
      "xref\n%ld 1\n%010u 00000 n \ntrailer\n<< /Size %ld\n   /Root %ld 0 R\n   /Info %ld 0 R\n   /Prev %ld\n>>\n"
      "startxref\n%u\n%%%%EOF\n",
      number, at, strtol (size + strlen ("/Size "), NULL, 10), number,
      info != NULL ? strtol (info + strlen ("/Info "), NULL, 10) : number,
      strtol (start + strlen ("startxref\n"), NULL, 10), at + (guint) strlen (object));
  append (file, object);
  append (file, end);
}
