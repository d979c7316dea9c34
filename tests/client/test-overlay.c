/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random work, verdicts and pages: what is shown of unsent work after each of them is what a replay of the whole queue
 * would show. */
#include <gio/gio.h>

#include "jip-id.h"
#include "jip-json.h"
#include "jip-local.h"
#include "jip-migrations.h"
#include "jip-outbox.h"
#include "jip-overlay.h"
#include "jip-page-apply.h"

#define USER "018f0000-0000-7000-8000-000000000001"
#define OTHER "018f0000-0000-7000-8000-000000000002"
#define EPOCH "018f0000-0000-7000-8000-0000000000aa"
#define EVENT "018f0000-0000-7000-8000-0000000000e0"
#define HASH "abababababababababababababababababababababababababababababababab"
#define TIME "2026-07-22T05:03:11.250Z"
#define STEPS 400
#define IDEAS 6
#define COMMENTS 4 /* each on an idea of its own */
#define FILES 4    /* likewise */

typedef struct
{
  GRand *rand;
  char *ideas[IDEAS], *drafts[2], *comments[COMMENTS], *files[FILES], *ballots[2], *entry;
  gint64 judged; /* the newest mutation with a verdict */
  gint64 last_n, safe_n, seq;
} Model;

static const char *
any (Model *m, char **of, int count)
{
  return of[g_rand_int_range (m->rand, 0, count)];
}

static const char *
on_or_off (Model *m)
{
  return g_rand_boolean (m->rand) ? "true" : "false";
}

static char *
proposal_fields (Model *m)
{
  return g_strdup_printf ("\"title\":\"제목 %d\",\"body\":\"글 %d\"", g_rand_int_range (m->rand, 0, 1000),
                          g_rand_int_range (m->rand, 0, 1000));
}

/* A mutation of a person at work; its name in @name. */
static char *
make_args (Model *m, const char **name)
{
  g_autofree char *fields = proposal_fields (m);
  const char *idea = any (m, m->ideas, IDEAS);
  int comment = g_rand_int_range (m->rand, 0, COMMENTS), file = g_rand_int_range (m->rand, 0, FILES);

  switch (g_rand_int_range (m->rand, 0, 9))
    {
    case 0:
      *name = "proposal.submit";
      return g_strdup_printf ("{\"id\":\"%s\",\"kind\":\"proposal\",%s,\"anonymous\":%s}", idea, fields,
                              on_or_off (m));
    case 1:
      *name = "proposal.edit";
      return g_strdup_printf ("{\"id\":\"%s\",\"base_version\":1,\"fields\":{%s}}", idea, fields);
    case 2:
      *name = "comment.add";
      return g_strdup_printf ("{\"id\":\"%s\",\"proposal\":\"%s\",\"body\":\"의견\"}", m->comments[comment],
                              m->ideas[comment]);
    case 3:
      *name = "draft.save";
      return g_strdup_printf (
          "{\"id\":\"%s\",\"base_version\":%d,\"document\":{\"format\":\"jip-draft/1\",\"type\":\"notice\","
          "\"title\":\"초안 %d\",\"sections\":[]}}",
          any (m, m->drafts, 2), g_rand_int_range (m->rand, 0, 4), g_rand_int_range (m->rand, 0, 1000));
    case 4:
      *name = "draft.delete";
      return g_strdup_printf ("{\"id\":\"%s\"}", any (m, m->drafts, 2));
    case 5:
      *name = "ballot.submit";
      return g_strdup_printf ("{\"id\":\"%s\",\"event\":\"" EVENT
                              "\",\"entry\":\"%s\",\"version\":%d,\"score\":%d}",
                              any (m, m->ballots, 2), m->entry, g_rand_int_range (m->rand, 1, 9),
                              g_rand_int_range (m->rand, 0, 11));
    case 6:
      *name = "attachment.add";
      return g_strdup_printf ("{\"id\":\"%s\",\"proposal\":\"%s\",\"sha256\":\"" HASH
                              "\",\"size\":%d,\"name\":\"자료.pdf\",\"media_type\":\"application/pdf\"}",
                              m->files[file], m->ideas[file], g_rand_int_range (m->rand, 1, 1000));
    case 7:
      *name = "attachment.remove";
      return g_strdup_printf ("{\"id\":\"%s\",\"proposal\":\"%s\"}", m->files[file], m->ideas[file]);
    default:
      *name = "vote.set";
      return g_strdup_printf ("{\"proposal\":\"%s\",\"on\":%s}", idea, on_or_off (m));
    }
}

static gboolean
work (JipDatabase *database, Model *m, GError **error)
{
  const char *name;
  g_autofree char *text = make_args (m, &name);
  g_autoptr (JsonNode) args = jip_json_parse (text, -1, error);

  return args != NULL && jip_outbox_add (database, name, args, 1784696591250, error) > 0;
}

/* Verdicts on the next few. */
static gboolean
judge (JipDatabase *database, Model *m, GError **error)
{
  g_autoptr (JipPushAnswer) answer = jip_push_answer_new ();
  gint64 newest = jip_outbox_get_number (database, "newest_n", NULL);

  for (int i = g_rand_int_range (m->rand, 1, 5); i > 0 && m->judged < newest; i--)
    {
      JipVerdict *verdict = jip_verdict_new (++m->judged);
      int die = g_rand_int_range (m->rand, 0, 6);
      verdict->status = die == 0 ? JIP_VERDICT_REJECTED : die == 1 ? JIP_VERDICT_CONFLICT : JIP_VERDICT_OK;
      verdict->receipt = g_strdup ("receipt");
      g_ptr_array_add (answer->verdicts, verdict);
    }
  answer->epoch = g_strdup (EPOCH);
  answer->last_n = m->judged;
  return jip_outbox_apply_answer (database, answer, error);
}

static void
append_change (Model *m, GString *out, const char *table, const char *id, const char *row)
{
  g_string_append_printf (out,
                          "%s{\"seq\":%" G_GINT64_FORMAT ",\"table\":\"%s\",\"op\":\"%s\",\"id\":\"%s\"%s%s}",
                          out->len > 0 ? "," : "", ++m->seq, table, row != NULL ? "put" : "delete", id,
                          row != NULL ? ",\"row\":" : "", row != NULL ? row : "");
}

static void
add_change (Model *m, GString *out)
{
  const char *idea = any (m, m->ideas, IDEAS);
  int comment = g_rand_int_range (m->rand, 0, COMMENTS), file = g_rand_int_range (m->rand, 0, FILES);
  const char *draft = any (m, m->drafts, 2), *giver = g_rand_boolean (m->rand) ? USER : OTHER;
  g_autofree char *fields = proposal_fields (m), *row = NULL, *vote = g_strdup_printf ("%s:%s", idea, giver);
  gboolean gone = g_rand_int_range (m->rand, 0, 4) == 0;

  switch (g_rand_int_range (m->rand, 0, 6))
    {
    case 0:
      row = g_strdup_printf ("{\"id\":\"%s\",\"kind\":\"proposal\",%s,\"state\":\"received\",\"version\":3,"
                             "\"votes\":%d,\"comments\":4,\"received_at\":\"" TIME "\"}",
                             idea, fields, g_rand_int_range (m->rand, 0, 9));
      append_change (m, out, "proposal", idea, gone ? NULL : row);
      break;
    case 1:
      row = g_strdup_printf ("{\"id\":\"%s\",\"proposal\":\"%s\",\"user\":\"%s\"}", vote, idea, giver);
      append_change (m, out, "vote", vote, gone ? NULL : row);
      break;
    case 2:
      row = g_strdup_printf ("{\"id\":\"%s\",\"proposal\":\"%s\",\"body\":\"의견\"}", m->comments[comment],
                             m->ideas[comment]);
      append_change (m, out, "comment", m->comments[comment], gone ? NULL : row);
      break;
    case 3:
      row = g_strdup_printf ("{\"id\":\"%s\",\"event\":\"" EVENT "\",\"user\":\"" USER "\"}", OTHER);
      append_change (m, out, "judge", OTHER, gone ? NULL : row);
      break;
    case 4:
      row = g_strdup_printf ("{\"id\":\"%s\",\"proposal\":\"%s\",\"sha256\":\"" HASH "\",\"arrived\":%s}",
                             m->files[file], m->ideas[file], on_or_off (m));
      append_change (m, out, "attachment", m->files[file], gone ? NULL : row);
      break;
    default:
      row = g_strdup_printf ("{\"id\":\"%s\",\"title\":\"서버의 초안\",\"version\":5}", draft);
      append_change (m, out, "draft", draft, gone ? NULL : row);
    }
}

static gboolean
pull (JipDatabase *database, Model *m, GError **error)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (GHashTable) tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean snapshot = g_rand_int_range (m->rand, 0, 12) == 0;

  for (int i = g_rand_int_range (m->rand, 0, 4); i > 0; i--)
    add_change (m, changes);
  m->last_n += g_rand_int_range (m->rand, 0, (int) (m->judged - m->last_n) + 1);
  m->safe_n += g_rand_int_range (m->rand, 0, (int) (m->last_n - m->safe_n) + 1);
  g_autofree char *text = g_strdup_printf (
      "{\"changes\":[%s],\"cursor\":\"c\",\"last_n\":%" G_GINT64_FORMAT ",\"safe_n\":%" G_GINT64_FORMAT
      ",\"seq\":%" G_GINT64_FORMAT ",\"epoch\":\"" EPOCH "\",\"more\":false,\"server_time\":\"" TIME "\"}",
      changes->str, m->last_n, m->safe_n, m->seq);
  g_autoptr (JsonNode) node = jip_json_parse (text, -1, error);
  g_autoptr (JipPage) page = node != NULL ? jip_page_from_json (node, error) : NULL;
  return page != NULL && (!snapshot || jip_page_begin_snapshot (database, error))
         && jip_page_apply (database, page, snapshot, tables, error);
}

static char *
describe (JipDatabase *database, GError **error)
{
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT tbl, id, layer, shown, row, EXISTS (SELECT 1 FROM proposal_text WHERE rowid = key) FROM record"
      " ORDER BY tbl, id, layer",
      "");
  GString *out = g_string_new (NULL);

  while (rows != NULL && jip_rows_next (rows, error))
    g_string_append_printf (out, "%s %s %d %d %s %d\n", jip_rows_text (rows, 0), jip_rows_text (rows, 1),
                            (int) jip_rows_int (rows, 2), (int) jip_rows_int (rows, 3),
                            jip_rows_text (rows, 4), (int) jip_rows_int (rows, 5));
  return g_string_free (out, FALSE);
}

static gboolean
step (JipDatabase *database, gpointer data, GError **error)
{
  Model *m = data;
  int die = g_rand_int_range (m->rand, 0, 5);
  gboolean done = die < 3    ? work (database, m, error)
                  : die == 3 ? judge (database, m, error)
                             : pull (database, m, error);
  g_autoptr (JsonObject) user = done ? jip_outbox_get_user (database, error) : NULL;

  if (user == NULL)
    return FALSE;
  g_autofree char *shown = describe (database, error);
  if (!jip_overlay_rebuild (database, user, jip_outbox_get_number (database, "last_n", NULL), error))
    return FALSE;
  g_autofree char *replayed = describe (database, error);
  g_assert_cmpstr (shown, ==, replayed);
  return TRUE;
}

static gboolean
prepare (JipDatabase *database, gpointer data, GError **error)
{
  return jip_meta_set (database, "user", "{\"id\":\"" USER "\",\"name\":\"김하늘\"}", error)
         && jip_meta_set (database, "replica", "018f0000-0000-7000-8000-0000000000bb", error);
}

/* Queues a mutation and gives back the row of the idea as it is shown then. */
static gboolean
queue_and_show (JipDatabase *database, gpointer data, GError **error)
{
  const char **parts = data; /* name, args, idea; then the row */
  g_autoptr (JsonNode) args = jip_json_parse (parts[1], -1, error);

  if (args == NULL || jip_outbox_add (database, parts[0], args, 1784696591250, error) == 0)
    return FALSE;
  parts[3] = jip_database_query_text (
      database, error, "SELECT row FROM record WHERE tbl = 'proposal' AND id = $1 AND shown = 1", "t",
      parts[2]);
  return parts[3] != NULL;
}

static void
assert_shown (JipLocal *local, const char *name, const char *args, const char *title, const char *department)
{
  const char *parts[4] = { name, args, OTHER, NULL };
  g_autoptr (GError) error = NULL;

  jip_local_write_sync (local, queue_and_show, parts, &error);
  g_assert_no_error (error);
  g_autofree char *text = (char *) parts[3];
  g_autoptr (JsonNode) node = jip_json_parse (text, -1, &error);
  JsonObject *row = json_node_get_object (node);
  g_assert_cmpstr (json_object_get_string_member_with_default (row, "title", NULL), ==, title);
  g_assert_cmpstr (json_object_get_string_member_with_default (row, "department", NULL), ==, department);
  g_assert_cmpstr (json_object_get_string_member (row, "body"), ==, "글");
  g_assert_false (json_object_has_member (row, "unknown"));
}

/* Empty text is none and null is nothing said, as the server takes them. */
static void
test_empty_texts (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("jip-overlay-XXXXXX", &error);
  JipLocal *local = jip_local_open (folder, &error);

  g_assert_no_error (error);
  jip_local_write_sync (local, prepare, NULL, &error);
  g_assert_no_error (error);
  assert_shown (local, "proposal.submit",
                "{\"id\":\"" OTHER "\",\"kind\":\"proposal\",\"title\":\"\",\"body\":\"글\","
                "\"department\":\"\",\"anonymous\":false}",
                NULL, NULL);
  assert_shown (local, "proposal.edit",
                "{\"id\":\"" OTHER
                "\",\"base_version\":1,\"fields\":{\"title\":\"제목\",\"department\":\"" EVENT
                "\",\"unknown\":\"x\"}}",
                "제목", EVENT);
  assert_shown (local, "proposal.edit",
                "{\"id\":\"" OTHER "\",\"base_version\":2,\"fields\":{\"title\":null,\"department\":\"\"}}",
                "제목", NULL);
  jip_local_stop (local);
  jip_local_unref (local);
  const char *clean[] = { "rm", "-rf", folder, NULL };
  g_spawn_sync (NULL, (char **) clean, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

static void
make_ids (char **ids, int count)
{
  for (int i = 0; i < count; i++)
    ids[i] = jip_id_new ();
}

static void
free_ids (char **ids, int count)
{
  for (int i = 0; i < count; i++)
    g_free (ids[i]);
}

static void
test_replay (void)
{
  guint32 seed = g_test_rand_int ();
  Model m = { .rand = g_rand_new_with_seed (seed), .entry = jip_id_new () };
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("jip-overlay-XXXXXX", &error);

  g_test_message ("seed %u", seed);
  make_ids (m.ideas, IDEAS);
  make_ids (m.drafts, 2);
  make_ids (m.comments, COMMENTS);
  make_ids (m.files, FILES);
  make_ids (m.ballots, 2);
  JipLocal *local = jip_local_open (folder, &error);
  g_assert_no_error (error);
  jip_local_write_sync (local, prepare, NULL, &error);
  g_assert_no_error (error);
  for (int i = 0; i < STEPS; i++)
    {
      jip_local_write_sync (local, step, &m, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpint (m.last_n, >, 0);
  jip_local_stop (local);
  jip_local_unref (local);
  const char *clean[] = { "rm", "-rf", folder, NULL };
  g_spawn_sync (NULL, (char **) clean, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  free_ids (m.ideas, IDEAS);
  free_ids (m.drafts, 2);
  free_ids (m.comments, COMMENTS);
  free_ids (m.files, FILES);
  free_ids (m.ballots, 2);
  g_free (m.entry);
  g_rand_free (m.rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/overlay/replay", test_replay);
  g_test_add_func ("/overlay/empty-texts", test_empty_texts);
  return g_test_run ();
}
