/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ddl.h"

#include <string.h>

/* The words of SQLite's definitions that PostgreSQL has others for. Text is ordered by its bytes in both. */
static const struct
{
  const char *word;
  const char *translation;
} words[] = {
  { "BLOB", "BYTEA" }, { "INTEGER", "BIGINT" },          { "REAL", "DOUBLE PRECISION" },
  { "STRICT", "" },    { "TEXT", "TEXT COLLATE \"C\"" },
};

/* The length of what must stay as it is at @p: a quoted text, a name in quotes or a comment to the end of the line. */
static gsize
opaque_length (const char *p)
{
  if (p[0] == '-' && p[1] == '-')
    return strcspn (p, "\n");
  if (p[0] != '\'' && p[0] != '"')
    return 0;
  const char *end = strchr (p + 1, p[0]);
  return end != NULL ? (gsize) (end - p) + 1 : strlen (p);
}

static gsize
word_length (const char *p)
{
  gsize length = 0;

  while (g_ascii_isalnum (p[length]) || p[length] == '_')
    length++;
  return length;
}

static const char *
translate (const char *word, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i].word) == length && strncmp (words[i].word, word, length) == 0)
      return words[i].translation;
  return NULL;
}

/* Whether the statement that begins with the words @first and @p defines a table. */
static gboolean
defines_table (const char *first, const char *p)
{
  return (g_str_has_prefix (first, "CREATE") || g_str_has_prefix (first, "ALTER"))
         && g_str_has_prefix (p, "TABLE");
}

/**
 * jip_ddl_for_postgresql:
 * @sql: statements as SQLite takes them, key words in capitals
 *
 * Turns the definitions of tables in @sql (CREATE TABLE, ALTER TABLE) into PostgreSQL's: BLOB becomes BYTEA, INTEGER
 * BIGINT, REAL DOUBLE PRECISION, TEXT is given the collation "C", STRICT goes away. All else stays as it is: other
 * statements, quoted text and names, comments. One schema serves both databases this way.
 *
 * Returns: (transfer full)
 */
char *
jip_ddl_for_postgresql (const char *sql)
{
  GString *out = g_string_new (NULL);
  const char *first = NULL; /* the statement's first word */
  gboolean in_definition = FALSE;
  guint n_words = 0;

  g_return_val_if_fail (sql != NULL, NULL);

  for (const char *p = sql; *p != '\0';)
    {
      gsize length = opaque_length (p);
      const char *translation = NULL;
      if (length == 0 && (length = word_length (p)) > 0)
        {
          n_words++;
          first = n_words == 1 ? p : first;
          in_definition = in_definition || (n_words == 2 && defines_table (first, p));
          translation = in_definition ? translate (p, length) : NULL;
        }
      else if (length == 0)
        {
          length = 1;
          in_definition = in_definition && *p != ';';
          n_words = *p == ';' ? 0 : n_words;
        }
      if (translation != NULL)
        g_string_append (out, translation);
      else
        g_string_append_len (out, p, (gssize) length);
      p += length;
    }
  return g_string_free (out, FALSE);
}
