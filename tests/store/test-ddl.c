/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ddl.h"

static void
test_translation (void)
{
  static const struct
  {
    const char *sqlite;
    const char *postgresql;
  } cases[] = {
    { "CREATE TABLE a (\n  id TEXT PRIMARY KEY, -- TEXT, as is\n  n INTEGER NOT NULL) STRICT;",
      "CREATE TABLE a (\n  id TEXT COLLATE \"C\" PRIMARY KEY, -- TEXT, as is\n  n BIGINT NOT NULL) ;" },
    { "CREATE TABLE a (x REAL DEFAULT 0.5, \"TEXT\" BLOB, y TEXT DEFAULT 'INTEGER; STRICT')",
      "CREATE TABLE a (x DOUBLE PRECISION DEFAULT 0.5, \"TEXT\" BYTEA, y TEXT COLLATE \"C\" DEFAULT 'INTEGER; STRICT')" },
    { "ALTER TABLE a ADD COLUMN b INTEGER; UPDATE a SET b = CAST (c AS INTEGER)",
      "ALTER TABLE a ADD COLUMN b BIGINT; UPDATE a SET b = CAST (c AS INTEGER)" },
    { "CREATE INDEX a_text ON a (TEXT); CREATE TABLE b (TEXT_ID INTEGER)",
      "CREATE INDEX a_text ON a (TEXT); CREATE TABLE b (TEXT_ID BIGINT)" },
    { "INSERT INTO a VALUES ('TEXT', 'unclosed TEXT", "INSERT INTO a VALUES ('TEXT', 'unclosed TEXT" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *translated = jip_ddl_for_postgresql (cases[i].sqlite);
      g_assert_cmpstr (translated, ==, cases[i].postgresql);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ddl/translation", test_translation);
  return g_test_run ();
}
