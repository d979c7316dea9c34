/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-attachment-table.h"

#include <string.h>

#include "jip-blob-table.h"
#include "jip-rights.h"
#include "jip-sha256.h"

void
jip_attachment_free (JipAttachment *attachment)
{
  g_free (attachment->id);
  g_free (attachment->proposal);
  g_free (attachment->comment);
  g_free (attachment->author);
  g_free (attachment->sha256);
  g_free (attachment->name);
  g_free (attachment->media_type);
  g_free (attachment);
}

static gboolean
finish (GError **problem, GError **error)
{
  if (*problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (problem));
  return FALSE;
}

/**
 * jip_attachment_get:
 * @attachment: (out) (nullable): %NULL when there is none
 */
gboolean
jip_attachment_get (JipDatabase *database, const char *id, JipAttachment **attachment, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *attachment = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT proposal, comment, author, sha256, size, name, media_type, arrived, removed FROM attachment"
      " WHERE id = $1",
      "t", id);
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    {
      JipAttachment *found = *attachment = g_new0 (JipAttachment, 1);
      found->id = g_strdup (id);
      found->proposal = g_strdup (jip_rows_text (rows, 0));
      found->comment = g_strdup (jip_rows_text (rows, 1));
      found->author = g_strdup (jip_rows_text (rows, 2));
      found->sha256 = g_strdup (jip_rows_text (rows, 3));
      found->size = jip_rows_int (rows, 4);
      found->name = g_strdup (jip_rows_text (rows, 5));
      found->media_type = g_strdup (jip_rows_text (rows, 6));
      found->arrived = jip_rows_int (rows, 7) != 0;
      found->removed = jip_rows_int (rows, 8) != 0;
    }
  return finish (&problem, error);
}

/**
 * jip_attachment_count:
 * @comment: (nullable): %NULL for those on the idea itself
 *
 * Returns: how many are there, -1 on an error
 */
gint64
jip_attachment_count (JipDatabase *database, const char *proposal, const char *comment, GError **error)
{
  return jip_database_query_int (database, -1, error,
                                 "SELECT COUNT(*) FROM attachment WHERE proposal = $1 AND removed = 0"
                                 " AND COALESCE (comment, '') = $2",
                                 "tt", proposal, comment != NULL ? comment : "");
}

/* @table: `attachment`, of one that has arrived, or `gone`, of one that had. Asked for by the whole key: of one file there may
 * be thousands. */
static gboolean
drop_use (JipDatabase *database, const char *id, const char *sha256, const char *table, GError **error)
{
  return jip_database_run (database, error,
                           "DELETE FROM blob_use WHERE sha256 = $1 AND table_name = $2 AND row_id = $3",
                           "ttt", sha256, table, id);
}

/* One that has arrived can be read by whoever sees its row. */
static gboolean
use_blob (JipDatabase *database, const char *id, const char *sha256, GError **error)
{
  return drop_use (database, id, sha256, "gone", error)
         && jip_blob_use (database, sha256, "attachment", id, error);
}

gboolean
jip_attachment_set_received (JipDatabase *database, const char *id, gint64 received_at, GError **error)
{
  return jip_database_run (database, error, "UPDATE attachment SET received_at = $2 WHERE id = $1", "ti", id,
                           received_at);
}

gboolean
jip_attachment_insert (JipDatabase *database, const JipAttachment *attachment, gint64 now, GError **error)
{
  return jip_database_run (
             database, error,
             "INSERT INTO attachment (id, proposal, comment, author, sha256, size, name, media_type, arrived,"
             " received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
             "tttttittii", attachment->id, attachment->proposal, attachment->comment, attachment->author,
             attachment->sha256, attachment->size, attachment->name, attachment->media_type,
             (gint64) attachment->arrived, now)
         && (!attachment->arrived || use_blob (database, attachment->id, attachment->sha256, error));
}

/* What stays of the name of one that is removed: enough to know it again, and not to read it. */
static char *
mark_of (const char *id, const char *name)
{
  g_autofree char *text = g_strdup_printf ("%s/%s", id, name);

  return jip_sha256_hex (text, strlen (text));
}

/**
 * jip_attachment_has_name:
 *
 * Returns: whether @attachment has, or had before it was removed, this name. Of one that was removed by a server of before
 *   nothing is known of the name, and any will do.
 */
gboolean
jip_attachment_has_name (const JipAttachment *attachment, const char *name)
{
  if (!attachment->removed)
    return strcmp (attachment->name, name) == 0;
  g_autofree char *mark = mark_of (attachment->id, name);
  return *attachment->name == '\0' || strcmp (attachment->name, mark) == 0;
}

/* It waits for nothing any more, and gives nobody a right to the file. */
gboolean
jip_attachment_remove (JipDatabase *database, const JipAttachment *attachment, GError **error)
{
  g_autofree char *mark = mark_of (attachment->id, attachment->name);

  return drop_use (database, attachment->id, attachment->sha256, "attachment", error)
         && drop_use (database, attachment->id, attachment->sha256, "gone", error)
         && jip_database_run (database, error,
                              "UPDATE attachment SET removed = 1, arrived = 1, name = $2 WHERE id = $1"
                              " AND removed = 0",
                              "tt", attachment->id, mark);
}

/**
 * jip_attachment_list_waiting:
 * @size: of the file that came; a row that named another one waits on
 *
 * Returns: (transfer full) (nullable): the ids of the rows of @author that wait for this file
 */
GStrv
jip_attachment_list_waiting (JipDatabase *database,
                             const char *author,
                             const char *sha256,
                             gint64 size,
                             GError **error)
{
  return jip_database_query_texts (
      database, error,
      "SELECT id FROM attachment WHERE author = $1 AND sha256 = $2 AND arrived = 0 AND size = $3 ORDER BY id",
      "tti", author, sha256, size);
}

/* Whose rows wait for anything: the index attachment_waiting is by author, and one of them may have any number of rows. */
#define WAITING_AUTHORS \
  "WITH RECURSIVE who (author) AS (SELECT MIN (author) FROM attachment WHERE arrived = 0 UNION ALL" \
  " SELECT (SELECT MIN (author) FROM attachment WHERE arrived = 0 AND author > who.author) FROM who" \
  " WHERE author IS NOT NULL)"

/**
 * jip_attachment_list_readable:
 *
 * Returns: (transfer full) (nullable): the ids of the rows that wait for this file, whoever wrote them, where everybody may
 *   read it through another row. One whose file was lost for good waits for its author.
 */
GStrv
jip_attachment_list_readable (JipDatabase *database, const char *sha256, GError **error)
{
  return jip_database_query_texts (
      database, error,
      WAITING_AUTHORS
      " SELECT a.id FROM who CROSS JOIN attachment a CROSS JOIN blob b WHERE a.author = who.author AND a.sha256 = $1"
      " AND a.arrived = 0 AND b.sha256 = $1 AND b.size = a.size AND NOT EXISTS (SELECT 1 FROM blob_use g"
      " WHERE g.sha256 = $1 AND g.table_name = 'gone' AND g.row_id = a.id) AND EXISTS (SELECT 1 FROM blob_use u"
      " JOIN feed f ON f.table_name = u.table_name AND f.row_id = u.row_id"
      " WHERE u.sha256 = $1 AND f.body IS NOT NULL AND (f.roles & $2) <> 0)", /* in no order */
      "ti", sha256, (gint64) JIP_READERS_EVERYBODY);
}

gboolean
jip_attachment_set_arrived (JipDatabase *database, const char *id, GError **error)
{
  g_autoptr (JipAttachment) attachment = NULL;

  return jip_attachment_get (database, id, &attachment, error)
         && (attachment == NULL
             || (jip_database_run (database, error, "UPDATE attachment SET arrived = 1 WHERE id = $1", "t",
                                   id)
                 && use_blob (database, id, attachment->sha256, error)));
}

/**
 * jip_attachment_list_arrived:
 *
 * Returns: (transfer full) (nullable): the ids of the rows through which this file could be read
 */
GStrv
jip_attachment_list_arrived (JipDatabase *database, const char *sha256, GError **error)
{
  return jip_database_query_texts (
      database, error,
      "SELECT row_id FROM blob_use WHERE sha256 = $1 AND table_name = 'attachment' ORDER BY row_id", "t",
      sha256);
}

/* It waits again, and says why: `gone` is a use that gives nobody a right. */
gboolean
jip_attachment_set_gone (JipDatabase *database, const char *id, const char *sha256, GError **error)
{
  return drop_use (database, id, sha256, "attachment", error)
         && jip_blob_use (database, sha256, "gone", id, error)
         && jip_database_run (database, error, "UPDATE attachment SET arrived = 0 WHERE id = $1", "t", id);
}
