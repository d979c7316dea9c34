/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a new proposal puts into the feed from memory is what the tables say: to read its rows again changes nothing. */
#include "jip-admin-service.h"
#include "jip-feed-table.h"
#include "jip-id.h"
#include "jip-json.h"

#define ROWS_OF_A_PROPOSAL 4
#define NOW G_GINT64_CONSTANT (1784783391250)

typedef struct
{
  const char *login;
  const char *args; /* but the id */
} Idea;

static const Idea ideas[] = {
  { "lee",
    "\"title\":\"Signs\",\"body\":\"A \\\"quoted\\\" \\\\ line\\nand \\u0001 one\",\"category\":\"교통\",\"anonymous\":false" },
  { "lee", "\"body\":\"Nobody knows who\",\"anonymous\":true" },
  { "park", "\"title\":\"\",\"body\":\"From nowhere\",\"anonymous\":false" },
  { "park", "\"body\":\"To somewhere\",\"anonymous\":true" },
};

static void
hand_in (JipServices *services, const Idea *idea, const char *department)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = jip_id_new ();
  g_autofree char *account = jip_admin_find_account (services, idea->login, &error);
  g_autofree char *text = g_strdup_printf ("{\"id\":\"%s\",\"kind\":\"proposal\",\"department\":%s,%s}", id,
                                           department, idea->args);
  g_autoptr (JsonNode) args = jip_json_parse (text, -1, &error);

  g_assert_no_error (error);
  jip_admin_apply (services, account, "proposal.submit", args, NOW, &error);
  g_assert_no_error (error);
}

/* Touches all rows of proposals; @data gets how many there are. */
static gboolean
touch_all (JipDatabase *database, gpointer data, GError **error)
{
  static const char *const tables[] = { "proposal", "own_proposal", "proposal_version", "proposal_step" };
  guint *n = data;
  gint64 before, after;

  g_assert_true (jip_feed_get_seq (database, &before, error));
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_auto (GStrv) ids = jip_database_query_texts (
          database, error, "SELECT row_id FROM feed WHERE table_name = $1 AND body IS NOT NULL", "t",
          tables[i]);
      g_assert_nonnull (ids);
      for (char **id = ids; *id != NULL; id++, ++*n)
        {
          g_assert_true (jip_feed_touch (database, NULL, tables[i], *id, error));
          g_assert_true (jip_feed_get_seq (database, &after, error));
          if (after != before)
            g_error ("%s: another row than the tables have", tables[i]);
        }
    }
  return TRUE;
}

static char *
get_department (JipServices *services)
{
  g_autoptr (GError) error = NULL;
  JipDatabase *database = jip_store_get_reader (services->store, &error);

  g_assert_no_error (error);
  g_autofree char *id = jip_database_query_text (database, &error, "SELECT id FROM department", NULL);
  g_assert_no_error (error);
  return g_strdup_printf ("\"%s\"", id);
}

static void
test_same_rows (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("proposal-feed-XXXXXX", &error);
  g_autofree char *data = g_build_filename (folder, "data", NULL);
  g_autoptr (JipServices) services = jip_services_open (data, &error);
  guint n = 0;

  g_assert_no_error (error);
  g_autofree char *told = jip_admin_user_import (services,
                                                 "login,name,department,roles,password\n"
                                                 "lee,이하나,교통과,staff,\npark,박두리,,staff,\n",
                                                 &error);
  g_assert_no_error (error);
  g_autofree char *department = get_department (services);
  for (guint i = 0; i < G_N_ELEMENTS (ideas); i++)
    hand_in (services, &ideas[i], i % 2 == 0 ? "null" : department);
  jip_writer_run_sync (jip_store_get_writer (services->store), touch_all, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, ROWS_OF_A_PROPOSAL * G_N_ELEMENTS (ideas));

  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", folder);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proposal-feed/same-rows", test_same_rows);
  return g_test_run ();
}
