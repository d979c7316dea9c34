/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An index as bytes: a line that names the version, then the number of texts, then for each its id and its words, each
 * after its length in bytes; numbers have four bytes, the lowest first. Nothing else: what is looked up follows from the
 * words, so that bytes from elsewhere can at most hold other texts. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-similar-private.h"

#define HEAD "jip-similar/1\n"
#define MAX_ID 1024
#define MAX_BYTES (20000 * 8)

static void
write_number (GByteArray *out, gsize number)
{
  guint32 bytes = GUINT32_TO_LE ((guint32) number);
  g_byte_array_append (out, (const guint8 *) &bytes, sizeof bytes);
}

static void
write_text (const char *id, const char *text, gpointer out)
{
  write_number (out, strlen (id));
  g_byte_array_append (out, (const guint8 *) id, (guint) strlen (id));
  write_number (out, strlen (text));
  g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text));
}

/**
 * jip_similar_index_to_bytes:
 *
 * Returns: (transfer full): what jip_similar_index_from_bytes() reads
 */
GBytes *
jip_similar_index_to_bytes (const JipSimilarIndex *index)
{
  g_return_val_if_fail (index != NULL, NULL);

  GByteArray *out = g_byte_array_new ();
  g_byte_array_append (out, (const guint8 *) HEAD, strlen (HEAD));
  write_number (out, jip_similar_index_get_size (index));
  jip_similar_index_foreach (index, write_text, out);
  return g_byte_array_free_to_bytes (out);
}

typedef struct
{
  const char *at, *end;
} Reader;

static gboolean
read_number (Reader *reader, guint32 *number)
{
  if ((gsize) (reader->end - reader->at) < sizeof *number)
    return FALSE;
  memcpy (number, reader->at, sizeof *number);
  *number = GUINT32_FROM_LE (*number);
  reader->at += sizeof *number;
  return TRUE;
}

static char *
read_string (Reader *reader, guint32 max)
{
  guint32 length;

  if (!read_number (reader, &length) || length > max || length > (gsize) (reader->end - reader->at)
      || !g_utf8_validate_len (reader->at, length, NULL))
    return NULL;
  reader->at += length;
  return g_strndup (reader->at - length, length);
}

/**
 * jip_similar_index_from_bytes:
 * @synonyms: (nullable): as for jip_similar_index_new(); they need not be those of the index that was written
 *
 * Returns: (transfer full): the index; %NULL with %JIP_ERROR_FILE when the bytes are none, are cut, or are of another
 *   version: it is then built anew from the texts
 */
JipSimilarIndex *
jip_similar_index_from_bytes (GBytes *bytes, JipSimilarSynonyms *synonyms, GError **error)
{
  g_return_val_if_fail (bytes != NULL, NULL);

  g_autoptr (JipSimilarIndex) index = jip_similar_index_new (synonyms);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size); /* NULL when there are none */
  guint32 count = 0;
  gboolean good = size >= strlen (HEAD) && memcmp (data, HEAD, strlen (HEAD)) == 0;
  Reader reader = { good ? data + strlen (HEAD) : NULL, good ? data + size : NULL };

  good = good && read_number (&reader, &count) && count <= JIP_SIMILAR_MAX_TEXTS;
  for (guint32 i = 0; good && i < count; i++)
    {
      g_autofree char *id = read_string (&reader, MAX_ID);
      g_autofree char *text = id != NULL ? read_string (&reader, MAX_BYTES) : NULL;
      good = text != NULL && jip_similar_index_put (index, id, text, strlen (text))
             && jip_similar_index_get_size (index) == i + 1; /* an id that stands twice */
    }
  if (good && reader.at == reader.end)
    return g_steal_pointer (&index);
  jip_error_set (
      error, JIP_ERROR_FILE,
      _ ("this is no index of similar texts, or it is damaged or of another version. Build it anew."));
  return NULL;
}
