/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An upload is finished, or a file is gone for good: its rows get a new seq, so that their readers hear of it. */
#include "jip-blob-arrival.h"

#include "jip-attachment-table.h"
#include "jip-event-table.h"
#include "jip-json.h"

/* @ids: (transfer full) (nullable): %NULL where they could not be read */
static gboolean
show_attachments (JipDatabase *database, JipPokes *pokes, GStrv ids, GError **error)
{
  g_auto (GStrv) list = ids;

  if (list == NULL)
    return FALSE;
  for (char **id = list; *id != NULL; id++)
    if (!jip_attachment_set_arrived (database, *id, error)
        || !jip_feed_touch (database, pokes, "attachment", *id, error))
      return FALSE;
  return TRUE;
}

/**
 * jip_blob_readable:
 * @pokes: collects those who see a row that waited for the file
 *
 * A row that refers to @sha256 can be seen now: whoever attached the file and may read it through that needs no upload.
 */
gboolean
jip_blob_readable (JipDatabase *database, JipPokes *pokes, const char *sha256, GError **error)
{
  return show_attachments (database, pokes, jip_attachment_list_readable (database, sha256, error), error);
}

/* The slides of an event had their right to the file before it was lost; it is back, whoever brought it. */
static gboolean
show_slides (JipDatabase *database, const char *id, gboolean missing, GError **error)
{
  g_autoptr (JipEntry) entry = NULL;

  if (!jip_entry_get (database, id, &entry, error))
    return FALSE;
  if (entry == NULL || entry->slides == NULL)
    return TRUE;
  g_autoptr (JsonNode) node = jip_json_parse (entry->slides, -1, error);
  if (node == NULL)
    return FALSE;
  if (missing)
    json_object_set_boolean_member (json_node_get_object (node), "missing", TRUE);
  else
    json_object_remove_member (json_node_get_object (node), "missing");
  g_autofree char *slides = jip_json_canonical (node);
  return jip_entry_set_slides (database, id, slides, error);
}

/* @n: (nullable) (inout): counts them */
static gboolean
show_entries (JipDatabase *database,
              JipPokes *pokes,
              const char *sha256,
              gboolean missing,
              gint64 *n,
              GError **error)
{
  g_auto (GStrv) entries = jip_database_query_texts (
      database, error,
      "SELECT row_id FROM blob_use WHERE sha256 = $1 AND table_name = 'entry' ORDER BY row_id", "t", sha256);
  if (entries == NULL)
    return FALSE;
  for (char **id = entries; *id != NULL; id++)
    if (!show_slides (database, *id, missing, error)
        || !jip_feed_touch (database, pokes, "entry", *id, error))
      return FALSE;
  if (n != NULL)
    *n += g_strv_length (entries);
  return TRUE;
}

/**
 * jip_blob_arrived:
 * @pokes: collects those who see a row that waited for the file
 * @account: whose upload is finished
 * @size: of the file, in bytes
 *
 * To be called in the transaction that finishes the upload.
 */
gboolean
jip_blob_arrived (JipDatabase *database,
                  JipPokes *pokes,
                  const char *account,
                  const char *sha256,
                  gint64 size,
                  GError **error)
{
  /* only the rows of whoever uploaded it: knowing a hash must not give another one's file */
  GStrv own = jip_attachment_list_waiting (database, account, sha256, size, error);

  return show_attachments (database, pokes, own, error)
         && show_entries (database, pokes, sha256, FALSE, NULL, error)
         && jip_blob_readable (database, pokes, sha256, error);
}

/**
 * jip_blob_gone:
 * @pokes: collects those who see a row that says so
 * @n: (out): how many rows do
 *
 * To be called in the transaction that forgets the file.
 */
gboolean
jip_blob_gone (JipDatabase *database, JipPokes *pokes, const char *sha256, gint64 *n, GError **error)
{
  g_auto (GStrv) ids = jip_attachment_list_arrived (database, sha256, error);

  *n = 0;
  if (ids == NULL)
    return FALSE;
  for (char **id = ids; *id != NULL; id++, (*n)++)
    if (!jip_attachment_set_gone (database, *id, sha256, error)
        || !jip_feed_touch (database, pokes, "attachment", *id, error))
      return FALSE;
  return show_entries (database, pokes, sha256, TRUE, n, error);
}
