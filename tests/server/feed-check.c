/* SPDX-License-Identifier: GPL-3.0-or-later */
/* feed-check FOLDER [DATABASE]: whether what the change feed of a server that does not run holds is what its tables say.
 * Prints how many rows were looked at; exit status 1, with their names, where to read a row again would change it. */
#include "jip-feed-table.h"
#include "jip-services.h"

typedef struct
{
  gint64 rows;
  gint64 differ;
} Count;

static gboolean
check_table (JipDatabase *database, const char *table, Count *count, GError **error)
{
  gint64 before, after;
  g_auto (GStrv) ids = jip_database_query_texts (
      database, error, "SELECT row_id FROM feed WHERE table_name = $1 ORDER BY seq", "t", table);

  if (ids == NULL)
    return FALSE;
  for (char **id = ids; *id != NULL; id++, count->rows++)
    {
      if (!jip_feed_get_seq (database, &before, error) || !jip_feed_touch (database, NULL, table, *id, error)
          || !jip_feed_get_seq (database, &after, error))
        return FALSE;
      if (before == after)
        continue;
      g_printerr ("%s %s: the feed holds another row than the tables\n", table, *id);
      count->differ++;
    }
  return TRUE;
}

static gboolean
check_all (JipDatabase *database, gpointer data, GError **error)
{
  g_auto (GStrv) tables
      = jip_database_query_texts (database, error, "SELECT DISTINCT table_name FROM feed ORDER BY 1", NULL);

  for (char **table = tables; table != NULL && *table != NULL; table++)
    if (!check_table (database, *table, data, error))
      return FALSE;
  return tables != NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Count count = { 0 };

  if (argc < 2 || argc > 3)
    g_error ("usage: feed-check FOLDER [DATABASE]");
  g_autoptr (JipServices) services = jip_services_open_at (argv[1], argc > 2 ? argv[2] : NULL, &error);
  g_assert_no_error (error);
  jip_writer_run_sync (jip_store_get_writer (services->store), check_all, &count, &error);
  g_assert_no_error (error);
  g_print ("%" G_GINT64_FORMAT "\n", count.rows);
  return count.differ > 0;
}
