/* SPDX-License-Identifier: GPL-3.0-or-later */
/* docs/protocol.md and the code name the same calls, tables, fields, mutations, arguments, steps and error codes. */
#include <gio/gio.h>
#include <string.h>

#include "jip-draft.h"
#include "jip-error.h"
#include "jip-feed-rows.h"
#include "jip-mutation-args.h"
#include "jip-rights.h"
#include "jip-server.h"
#include "jip-sync.h"

static char *page;

/* The part of the page under a heading, up to the next heading of the same or a higher level. */
static char *
section (const char *heading)
{
  g_autofree char *line = g_strdup_printf ("\n## %s\n", heading);
  const char *start = strstr (page, line);

  g_assert_nonnull (start);
  start += strlen (line);
  const char *end = strstr (start, "\n## ");
  return end != NULL ? g_strndup (start, (gsize) (end - start)) : g_strdup (start);
}

/* Adds every word in backticks outside parentheses. */
static void
collect_words (const char *text, GHashTable *words)
{
  int depth = 0;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '`' && depth == 0)
        {
          const char *end = strchr (p + 1, '`');
          g_assert_nonnull (end);
          g_hash_table_add (words, g_strndup (p + 1, (gsize) (end - p - 1)));
          p = end;
        }
      else if (*p == '(')
        depth++;
      else if (*p == ')')
        depth--;
    }
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
assert_covers (const char *where, const char *what, GHashTable *has, GHashTable *wanted)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, wanted);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (has, name))
      {
        g_test_message ("%s: %s has no “%s”", where, what, (char *) name);
        g_test_fail ();
      }
}

static void
assert_same (const char *where, GHashTable *documented, GHashTable *coded)
{
  assert_covers (where, "the page", documented, coded);
  assert_covers (where, "the code", coded, documented);
}

/* The rows of the tables in a part of the page, as cells. */
static GPtrArray *
table_rows (const char *text)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "| `"))
      {
        char **cells = g_strsplit (*line + 1, " | ", -1);
        for (char **cell = cells; *cell != NULL; cell++)
          g_strstrip (*cell);
        g_ptr_array_add (rows, cells);
      }
  return rows;
}

static char *
unquote (const char *cell)
{
  return g_strndup (cell + 1, strcspn (cell + 1, "`"));
}

static void
test_calls (void)
{
  g_autofree char *text = section ("Calls");
  g_autoptr (GPtrArray) rows = table_rows (text);
  g_autoptr (GHashTable) documented = new_set (), coded = new_set ();
  guint n;
  const JipHttpRoute *routes = jip_server_get_routes (&n);

  for (guint i = 0; i < n; i++)
    g_hash_table_add (coded, g_strdup_printf ("%s %s", routes[i].method, routes[i].pattern));
  for (guint i = 0; i < rows->len; i++)
    {
      char **cells = g_ptr_array_index (rows, i);
      g_autofree char *method = unquote (cells[0]);
      g_autofree char *path = unquote (cells[1]);
      g_hash_table_add (documented, g_strdup_printf ("%s %s", method, path));
    }
  assert_same ("calls", documented, coded);
}

static void
check_table (const char *part, GHashTable *tables)
{
  g_autofree char *name = unquote (part);
  const JipFeedSpec *spec = jip_feed_spec_find (name);
  g_autoptr (GHashTable) documented = new_set (), coded = new_set ();
  const char *fields = strstr (part, "\nFields: ");

  g_hash_table_add (tables, g_strdup (name));
  g_assert_nonnull (fields);
  if (spec == NULL)
    return;
  fields += strlen ("\nFields: ");
  const char *end = strstr (fields, "\n\n");
  g_autofree char *list = end != NULL ? g_strndup (fields, (gsize) (end - fields)) : g_strdup (fields);
  collect_words (list, documented);
  g_auto (GStrv) columns = g_strsplit (spec->columns, " ", -1);
  for (char **column = columns; *column != NULL; column++)
    g_hash_table_add (coded, g_strndup (*column, strcspn (*column, ":")));
  assert_same (name, documented, coded);
  g_assert_cmpuint (jip_rights_readers (name, TRUE), !=, JIP_READERS_NOBODY);
}

static void
test_tables (void)
{
  g_autofree char *text = section ("Tables and rows");
  g_auto (GStrv) parts = g_strsplit (text, "\n### ", -1);
  g_autoptr (GHashTable) documented = new_set (), coded = new_set ();

  for (char **part = parts + 1; *part != NULL; part++)
    check_table (*part, documented);
  for (const JipFeedSpec *spec = jip_feed_specs (); spec->table != NULL; spec++)
    g_hash_table_add (coded, g_strdup (spec->table));
  assert_same ("tables", documented, coded);
}

/* The members of a saved draft: those of the model, and what the desktop adds. */
static void
test_document (void)
{
  g_autofree char *text = section ("Tables and rows");
  const char *start = strstr (text, "\nA saved `document` has the members ");
  g_assert_nonnull (start);
  g_autofree char *part = g_strndup (start, (gsize) (strstr (start, ". Personal data") - start));
  g_autoptr (GHashTable) documented = new_set (), coded = new_set ();
  g_autoptr (JipDraft) draft = jip_draft_new ("notice", "안내");
  g_autoptr (JsonNode) node = jip_draft_to_json (draft);
  g_autoptr (GList) members = json_object_get_members (json_node_get_object (node));

  for (GList *link = members; link != NULL; link = link->next)
    g_hash_table_add (coded, g_strdup (link->data));
  g_hash_table_add (coded, g_strdup ("generation"));
  collect_words (part, documented);
  g_hash_table_remove (documented, "document");
  assert_same ("document", documented, coded);
}

/* Everything that a generation takes besides the form. */
static void
test_inputs (void)
{
  static const char *const members[]
      = { "fields", "sources", "sections", "previous", "instruction", "allowed_kinds" };
  g_autofree char *text = section ("Calls");
  const char *start = strstr (text, "\n### `POST /v1/generate`");

  g_assert_nonnull (start);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autofree char *quoted = g_strdup_printf ("\"%s\"", members[i]);
      g_assert_nonnull (strstr (start, quoted));
    }
}

static void
check_args (const char *name, const char *cell, const JipArgSpec *specs)
{
  g_autoptr (GHashTable) documented = new_set (), coded = new_set ();

  collect_words (cell, documented);
  for (const JipArgSpec *spec = specs; spec->name != NULL; spec++)
    g_hash_table_add (coded, g_strdup (spec->name));
  assert_same (name, documented, coded);
}

static void
test_mutations (void)
{
  g_autofree char *text = section ("Mutations");
  g_autoptr (GPtrArray) rows = table_rows (text);
  g_autoptr (GHashTable) documented = new_set (), coded = new_set ();

  for (guint i = 0; i < rows->len; i++)
    {
      char **cells = g_ptr_array_index (rows, i);
      g_autofree char *name = unquote (cells[0]);
      gboolean is_step = strchr (name, '.') == NULL;
      const JipMutationSpec *spec = is_step ? jip_event_step_find (name) : jip_mutation_find (name);
      g_autofree char *action = is_step ? g_strdup_printf ("event.step/%s", name) : g_strdup (name);
      g_hash_table_add (documented, g_strdup (action));
      if (spec != NULL)
        check_args (action, cells[1], spec->args);
    }
  for (const JipMutationSpec *spec = jip_mutation_specs (); spec->name != NULL; spec++)
    {
      g_hash_table_add (coded, g_strdup (spec->name));
      g_assert_true (strcmp (spec->name, "event.step") == 0 || jip_rights_knows (spec->name));
    }
  for (const JipMutationSpec *spec = jip_event_step_specs (); spec->name != NULL; spec++)
    {
      g_autofree char *action = g_strdup_printf ("event.step/%s", spec->name);
      g_assert_true (jip_rights_knows (action));
      g_hash_table_add (coded, g_steal_pointer (&action));
    }
  assert_same ("mutations", documented, coded);
}

static void
test_errors (void)
{
  g_autofree char *text = section ("Error codes");
  g_autoptr (GPtrArray) rows = table_rows (text);
  g_autoptr (GHashTable) documented = new_set (), coded = new_set ();

  for (guint i = 0; i < rows->len; i++)
    {
      char **cells = g_ptr_array_index (rows, i);
      g_autofree char *name = unquote (cells[0]);
      g_hash_table_add (documented, g_strdup_printf ("%s %s", name, cells[1]));
    }
  for (int code = 0; code <= JIP_ERROR_INTERNAL; code++)
    g_hash_table_add (
        coded, g_strdup_printf ("%s %u", jip_error_code_get_name (code), jip_error_code_get_status (code)));
  assert_same ("errors", documented, coded);
}

static void
test_roles (void)
{
  g_autofree char *text = section ("Roles");
  g_autoptr (GHashTable) documented = new_set ();

  collect_words (text, documented);
  for (guint i = 0; i < JIP_N_ROLES; i++)
    g_assert_true (g_hash_table_contains (documented, jip_role_get_name (1u << i)));
}

static void
test_schema (void)
{
  g_autofree char *title = g_strdup_printf ("# The wire protocol of Jiphyeon, schema %d\n", JIP_SYNC_SCHEMA);

  g_assert_true (g_str_has_prefix (page, title));
}

int
main (int argc, char **argv)
{
  g_autofree char *path = g_build_filename (JIP_SOURCE_DATA_DIR, "..", "docs", "protocol.md", NULL);

  g_test_init (&argc, &argv, NULL);
  g_assert_true (g_file_get_contents (path, &page, NULL, NULL));
  g_test_add_func ("/protocol/schema", test_schema);
  g_test_add_func ("/protocol/calls", test_calls);
  g_test_add_func ("/protocol/tables", test_tables);
  g_test_add_func ("/protocol/document", test_document);
  g_test_add_func ("/protocol/inputs", test_inputs);
  g_test_add_func ("/protocol/mutations", test_mutations);
  g_test_add_func ("/protocol/errors", test_errors);
  g_test_add_func ("/protocol/roles", test_roles);
  int status = g_test_run ();
  g_free (page);
  return status;
}
