/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unsent work on rows that the user loses from sight: its text is with the refused changes at once, and it still goes out. */
#include <gio/gio.h>

#include "jip-json.h"
#include "jip-local.h"
#include "jip-migrations.h"
#include "jip-outbox.h"
#include "jip-page-apply.h"

#define USER "018f0000-0000-7000-8000-000000000001"
#define EPOCH "018f0000-0000-7000-8000-0000000000aa"
#define EVENT "018f0000-0000-7000-8000-0000000000e0"
#define ENTRY "018f0000-0000-7000-8000-0000000000e1"
#define IDEA "018f0000-0000-7000-8000-0000000000f0"
#define OTHER_IDEA "018f0000-0000-7000-8000-0000000000f1"
#define TIME "2026-07-22T05:03:11.250Z"

#define COMMENT(id, idea) \
  "{\"id\":\"018f0000-0000-7000-8000-0000000001" id "\",\"proposal\":\"" idea "\",\"body\":\"의견 " id "\"}"
#define PUT(table, id) \
  "{\"seq\":1,\"table\":\"" table "\",\"op\":\"put\",\"id\":\"" id "\",\"row\":{\"id\":\"" id "\"}}"
#define GONE(op, table, id) "{\"seq\":2,\"table\":\"" table "\",\"op\":\"" op "\",\"id\":\"" id "\"}"

typedef struct
{
  const char *name;
  const char *rows;       /* of the first page */
  const char *work[3][2]; /* names and arguments of what is queued then */
  guint acknowledged;     /* how many of them the server took before the second page */
  gboolean snapshot;      /* whether the second page ends a snapshot */
  const char *changes;    /* of the second page */
  const char *held;       /* what is with the refused changes after it */
  JipVerdictStatus verdict;
  const char *left; /* the same after the server judged all */
} Case;

static const Case cases[] = {
  { "dropped",
    PUT ("proposal", IDEA),
    { { "comment.add", COMMENT ("01", IDEA) }, { "comment.add", COMMENT ("02", OTHER_IDEA) } },
    0,
    FALSE,
    GONE ("drop", "proposal", IDEA),
    "not-found 의견 01;",
    JIP_VERDICT_REJECTED,
    "forbidden 의견 01;forbidden 의견 02;" },
  { "taken-after-all",
    PUT ("proposal", IDEA),
    { { "comment.add", COMMENT ("01", IDEA) }, { "vote.set", "{\"proposal\":\"" IDEA "\",\"on\":true}" } },
    0,
    FALSE,
    GONE ("drop", "proposal", IDEA),
    "not-found 의견 01;not-found -;",
    JIP_VERDICT_OK,
    "" },
  { "acknowledged-before",
    PUT ("proposal", IDEA),
    { { "comment.add", COMMENT ("01", IDEA) }, { "comment.add", COMMENT ("02", IDEA) } },
    1,
    FALSE,
    GONE ("drop", "proposal", IDEA),
    "not-found 의견 02;",
    JIP_VERDICT_OK,
    "" },
  { "seen-again",
    PUT ("proposal", IDEA),
    { { "comment.add", COMMENT ("01", IDEA) } },
    0,
    FALSE,
    GONE ("drop", "proposal", IDEA) "," PUT ("proposal", IDEA),
    "",
    JIP_VERDICT_OK,
    "" },
  { "deleted-is-judged-by-the-server",
    PUT ("proposal", IDEA),
    { { "comment.add", COMMENT ("01", IDEA) } },
    0,
    FALSE,
    GONE ("delete", "proposal", IDEA),
    "",
    JIP_VERDICT_REJECTED,
    "forbidden 의견 01;" },
  { "event",
    PUT ("event", EVENT) "," PUT ("entry", ENTRY),
    { { "ballot.submit", "{\"id\":\"018f0000-0000-7000-8000-000000000201\",\"event\":\"" EVENT
                         "\",\"entry\":\"" ENTRY "\",\"version\":1,\"score\":7}" } },
    0,
    FALSE,
    GONE ("drop", "event", EVENT),
    "not-found -;",
    JIP_VERDICT_REJECTED,
    "forbidden -;" },
  { "snapshot",
    PUT ("proposal", IDEA) "," PUT ("proposal", OTHER_IDEA),
    { { "comment.add", COMMENT ("01", IDEA) }, { "comment.add", COMMENT ("02", OTHER_IDEA) } },
    0,
    TRUE,
    PUT ("proposal", OTHER_IDEA),
    "not-found 의견 01;",
    JIP_VERDICT_REJECTED,
    "forbidden 의견 01;forbidden 의견 02;" },
};

typedef struct
{
  const Case *it;
  const char *changes;
  gboolean snapshot;
  guint first, last; /* of the verdicts */
  JipVerdictStatus verdict;
  char *found;
} Step;

static gboolean
pull (JipDatabase *database, gpointer data, GError **error)
{
  Step *step = data;
  g_autoptr (GHashTable) tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text
      = g_strdup_printf ("{\"changes\":[%s],\"cursor\":\"c\",\"last_n\":0,\"safe_n\":0,\"seq\":2,"
                         "\"epoch\":\"" EPOCH "\",\"more\":false,\"server_time\":\"" TIME "\"}",
                         step->changes);
  g_autoptr (JsonNode) node = jip_json_parse (text, -1, error);
  g_autoptr (JipPage) page = node != NULL ? jip_page_from_json (node, error) : NULL;

  return page != NULL && (!step->snapshot || jip_page_begin_snapshot (database, error))
         && jip_page_apply (database, page, step->snapshot, tables, error);
}

static gboolean
queue (JipDatabase *database, gpointer data, GError **error)
{
  const Case *it = ((Step *) data)->it;

  for (guint i = 0; i < G_N_ELEMENTS (it->work) && it->work[i][0] != NULL; i++)
    {
      g_autoptr (JsonNode) args = jip_json_parse (it->work[i][1], -1, error);
      if (args == NULL || jip_outbox_add (database, it->work[i][0], args, 1784696591250, error) == 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
judge (JipDatabase *database, gpointer data, GError **error)
{
  Step *step = data;
  g_autoptr (JipPushAnswer) answer = jip_push_answer_new ();

  for (guint n = step->first; n <= step->last; n++)
    {
      JipVerdict *verdict = jip_verdict_new (n);
      verdict->status = step->verdict;
      verdict->code = step->verdict == JIP_VERDICT_OK ? NULL : g_strdup ("forbidden");
      verdict->receipt = g_strdup ("receipt");
      g_ptr_array_add (answer->verdicts, verdict);
    }
  answer->epoch = g_strdup (EPOCH);
  answer->last_n = step->last;
  return jip_outbox_apply_answer (database, answer, error);
}

static gboolean
look (JipDatabase *database, gpointer data, GError **error)
{
  Step *step = data;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT code, coalesce(json_extract(args, '$.body'), '-') FROM refused ORDER BY at, key", "");
  GString *out = g_string_new (NULL);

  while (rows != NULL && jip_rows_next (rows, error))
    g_string_append_printf (out, "%s %s;", jip_rows_text (rows, 0), jip_rows_text (rows, 1));
  g_free (step->found);
  step->found = g_string_free (out, FALSE);
  return rows != NULL;
}

static gboolean
prepare (JipDatabase *database, gpointer data, GError **error)
{
  return jip_meta_set (database, "user", "{\"id\":\"" USER "\",\"name\":\"김하늘\"}", error)
         && jip_meta_set (database, "epoch", EPOCH, error)
         && jip_meta_set (database, "replica", "018f0000-0000-7000-8000-0000000000bb", error);
}

static void
write_step (JipLocal *local, JipLocalFunc func, Step *step)
{
  g_autoptr (GError) error = NULL;

  jip_local_write_sync (local, func, step, &error);
  g_assert_no_error (error);
}

static void
test_case (gconstpointer data)
{
  const Case *it = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("jip-quarantine-XXXXXX", &error);
  Step step = { .it = it, .changes = it->rows, .verdict = JIP_VERDICT_OK };
  guint count = 0;

  while (count < G_N_ELEMENTS (it->work) && it->work[count][0] != NULL)
    count++;
  JipLocal *local = jip_local_open (folder, &error);
  g_assert_no_error (error);
  write_step (local, prepare, &step);
  write_step (local, pull, &step);
  write_step (local, queue, &step);
  step.first = 1;
  step.last = it->acknowledged;
  write_step (local, judge, &step);
  step.changes = it->changes;
  step.snapshot = it->snapshot;
  write_step (local, pull, &step);
  write_step (local, look, &step);
  g_assert_cmpstr (step.found, ==, it->held);
  step.first = it->acknowledged + 1;
  step.last = count;
  step.verdict = it->verdict;
  write_step (local, judge, &step);
  write_step (local, look, &step);
  g_assert_cmpstr (step.found, ==, it->left);
  g_free (step.found);
  jip_local_stop (local);
  jip_local_unref (local);
  const char *clean[] = { "rm", "-rf", folder, NULL };
  g_spawn_sync (NULL, (char **) clean, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/quarantine/%s", cases[i].name);
      g_test_add_data_func (path, &cases[i], test_case);
    }
  return g_test_run ();
}
