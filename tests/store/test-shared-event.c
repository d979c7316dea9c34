/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An event that many ask for within a transaction is read once, and yet always as it stands. */
#include "jip-account-table.h"
#include "jip-event-table.h"
#include "jip-migrations.h"
#include "test-util.h"

static JipDatabase *
open_with_event (TestFolder *fixture)
{
  g_autoptr (GError) error = NULL;
  JipDatabase *database = test_open (fixture, JIP_DATABASE_CREATE);
  const JipAccount account = { .id = "a", .login = "a", .name = "박가온", .roles = JIP_ROLE_STAFF };
  const JipEvent event = { .id = "e",
                           .title = "결선",
                           .state = "live",
                           .rules = "{}",
                           .chair = "a",
                           .organiser = "a",
                           .category_windows = "{}",
                           .version = 1 };

  jip_migrations_apply (database, JIP_SCHEMA_SERVER, &error);
  g_assert_no_error (error);
  jip_account_insert (database, &account, 0, &error);
  g_assert_no_error (error);
  jip_event_insert (database, &event, 0, &error);
  g_assert_no_error (error);
  return database;
}

static JipEvent *
get_shared (JipDatabase *database)
{
  g_autoptr (GError) error = NULL;
  JipEvent *event = NULL;

  jip_event_get_shared (database, "e", &event, &error);
  g_assert_no_error (error);
  g_assert_nonnull (event);
  return event;
}

static void
assert_state (JipDatabase *database, const char *state)
{
  g_autoptr (JipEvent) event = get_shared (database);

  g_assert_cmpstr (event->state, ==, state);
}

static void
set_state (JipDatabase *database, const char *state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipEvent) event = NULL;

  g_assert_true (jip_event_get (database, "e", &event, &error));
  g_free (event->state);
  event->state = g_strdup (state);
  jip_event_update (database, event, &error);
  g_assert_no_error (error);
}

static void
test_once (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_with_event (fixture);

  g_assert_true (jip_database_begin (database, NULL));
  g_autoptr (JipEvent) first = get_shared (database);
  g_autoptr (JipEvent) second = get_shared (database);
  g_assert_true (first == second);
  set_state (database, "locked");
  assert_state (database, "locked");
  g_assert_cmpstr (first->state, ==, "live"); /* who still has it */
  g_assert_true (jip_database_commit (database, NULL));
  /* nothing is remembered: another program may write */
  test_exec (database, "UPDATE event SET state = 'revealed'");
  assert_state (database, "revealed");
  g_assert_true (jip_database_begin (database, NULL));
  assert_state (database, "revealed");
  g_assert_true (jip_database_rollback (database, NULL));
}

static void
test_undone (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_with_event (fixture);

  g_assert_true (jip_database_begin (database, NULL));
  assert_state (database, "live");
  g_assert_true (jip_database_savepoint (database, "mutation", NULL));
  set_state (database, "locked");
  assert_state (database, "locked");
  g_assert_true (jip_database_rollback_to (database, "mutation", NULL));
  assert_state (database, "live");
  g_assert_true (jip_database_release (database, "mutation", NULL));
  set_state (database, "locked");
  assert_state (database, "locked");
  g_assert_true (jip_database_rollback (database, NULL));
  assert_state (database, "live");
  g_assert_true (jip_database_begin (database, NULL));
  assert_state (database, "live");
  g_assert_true (jip_database_commit (database, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, TestFolder, NULL, test_folder_set_up, func, test_folder_tear_down)
  ADD ("/shared-event/once", test_once);
  ADD ("/shared-event/undone", test_undone);
  return g_test_run ();
}
