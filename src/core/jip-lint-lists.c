/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-lint-lists.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-lint-lists-private.h"
#include "jip-paths.h"

#define MAX_FILE_BYTES (1u << 20)
#define MAX_ENTRIES 20000
#define MAX_WORD 120 /* in characters */
#define MAX_COLUMNS 4
#define MAX_PHRASES 64

struct _JipLintLists
{
  GHashTable *words[JIP_LINT_N_TABLES]; /* first character -> GPtrArray of JipLintWord */
  GHashTable *laws;                     /* bare name -> file * 2 + whether it is short */
  GHashTable *abbreviations;            /* abbreviation -> GPtrArray of bare meanings */
  guint n_entries, n_files;
};

/* A line of a file while it is read. */
typedef struct
{
  const char *name;
  guint line;
  char **columns;
  guint n_columns;
} Row;

static void
free_word (gpointer data)
{
  JipLintWord *word = data;
  g_free (word->wrong);
  g_free (word->right);
  g_strfreev (word->except);
  g_free (word);
}

/**
 * jip_lint_lists_new:
 *
 * Returns: (transfer full): lists without a word
 */
JipLintLists *
jip_lint_lists_new (void)
{
  JipLintLists *lists = g_new0 (JipLintLists, 1);

  for (guint i = 0; i < JIP_LINT_N_TABLES; i++)
    lists->words[i] = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  lists->laws = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lists->abbreviations
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  return lists;
}

void
jip_lint_lists_free (JipLintLists *lists)
{
  if (lists == NULL)
    return;
  for (guint i = 0; i < JIP_LINT_N_TABLES; i++)
    g_hash_table_unref (lists->words[i]);
  g_hash_table_unref (lists->laws);
  g_hash_table_unref (lists->abbreviations);
  g_free (lists);
}

/* The name without its spaces, and with one kind of middle dot. */
char *
jip_lint_bare (const char *text)
{
  GString *out = g_string_new (NULL);

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);
      if (c == 0x318D || c == 0x30FB || c == 0x2027 || c == 0xFF65)
        c = 0xB7;
      if (c != ' ')
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

static gboolean
fail (const Row *row, GError **error, const char *what)
{
  jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s, line %u: %s"), row->name, row->line, what);
  return FALSE;
}

static const char *
column (const Row *row, guint i)
{
  return i < row->n_columns && *row->columns[i] != '\0' ? row->columns[i] : NULL;
}

static JipLintWord *
find_word (GPtrArray *words, const char *wrong)
{
  for (guint i = 0; words != NULL && i < words->len; i++)
    if (strcmp (((JipLintWord *) words->pdata[i])->wrong, wrong) == 0)
      return words->pdata[i];
  return NULL;
}

static gboolean
read_kind (const char *name, JipLintWordKind *kind)
{
  static const char *const names[] = { "noun", "verb", "adverb", "form", "state" };

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      {
        *kind = (JipLintWordKind) i;
        return TRUE;
      }
  return name == NULL;
}

/* Phrases between |, each of which must hold @word. */
static gboolean
read_phrases (const Row *row, const char *text, const char *word, char ***phrases, GError **error)
{
  g_auto (GStrv) list = g_strsplit (text, "|", MAX_PHRASES + 1);

  for (guint i = 0; list[i] != NULL; i++)
    if (i == MAX_PHRASES || strstr (list[i], word) == NULL || g_utf8_strlen (list[i], -1) > MAX_WORD)
      return fail (row, error, _ ("each phrase of the fourth column must hold the word of the first"));
  *phrases = g_steal_pointer (&list);
  return TRUE;
}

static void
insert_word (GHashTable *table, gunichar first, JipLintWord *word)
{
  GPtrArray *words = g_hash_table_lookup (table, GUINT_TO_POINTER (first));
  glong length = g_utf8_strlen (word->wrong, -1);
  guint at = 0;

  if (words == NULL)
    {
      words = g_ptr_array_new_with_free_func (free_word);
      g_hash_table_insert (table, GUINT_TO_POINTER (first), words);
    }
  while (at < words->len && g_utf8_strlen (((JipLintWord *) words->pdata[at])->wrong, -1) >= length)
    at++;
  g_ptr_array_insert (words, (gint) at, word);
}

/* wrong TAB right TAB kind TAB phrases */
static gboolean
add_word (JipLintLists *lists, const Row *row, JipLintTableId table, JipLintWordKind kind, GError **error)
{
  gboolean drop = row->columns[0][0] == '!';
  const char *wrong = row->columns[0] + (drop ? 1 : 0), *right = column (row, 1);
  gunichar first = g_utf8_get_char (wrong);
  GPtrArray *words = g_hash_table_lookup (lists->words[table], GUINT_TO_POINTER (first));
  JipLintWord *old = find_word (words, wrong);
  g_auto (GStrv) except = NULL;

  if (*wrong == '\0' || *wrong == ' ')
    return fail (row, error, _ ("the word is missing"));
  if (drop && old == NULL)
    return fail (row, error, _ ("there is no such word to take away"));
  if (!drop && old != NULL && old->file == lists->n_files)
    return fail (row, error, _ ("the word stands in the file twice"));
  if (!drop && right == NULL)
    return fail (row, error, _ ("what replaces the word is missing; write - where a person must choose"));
  if (!drop && !read_kind (column (row, 2), &kind))
    return fail (row, error, _ ("the third column must be noun, verb, adverb, form or state"));
  if (!drop && strcmp (wrong, right) == 0)
    return fail (row, error, _ ("the word replaces itself"));
  if (!drop && column (row, 3) != NULL && !read_phrases (row, column (row, 3), wrong, &except, error))
    return FALSE;
  if (old != NULL)
    g_ptr_array_remove (words, old);
  if (drop)
    return TRUE;
  JipLintWord *word = g_new0 (JipLintWord, 1);
  word->wrong = g_strdup (wrong);
  word->right = strcmp (right, "-") != 0 ? g_strdup (right) : NULL;
  word->except = g_steal_pointer (&except);
  word->kind = kind;
  word->file = lists->n_files;
  insert_word (lists->words[table], first, word);
  return TRUE;
}

/* name, or name TAB short */
static gboolean
add_law (JipLintLists *lists, const Row *row, GError **error)
{
  gboolean drop = row->columns[0][0] == '!';
  const char *kind = column (row, 1);
  g_autofree char *name = jip_lint_bare (row->columns[0] + (drop ? 1 : 0));
  gpointer value = g_hash_table_lookup (lists->laws, name);

  if (*name == '\0')
    return fail (row, error, _ ("the name is missing"));
  if (kind != NULL && strcmp (kind, "short") != 0)
    return fail (row, error, _ ("the second column must be empty or short"));
  if (drop && value == NULL)
    return fail (row, error, _ ("there is no such name to take away"));
  if (!drop && value != NULL && GPOINTER_TO_UINT (value) / 2 == lists->n_files)
    return fail (row, error, _ ("the name stands in the file twice"));
  if (drop)
    g_hash_table_remove (lists->laws, name);
  else
    g_hash_table_insert (lists->laws, g_steal_pointer (&name),
                         GUINT_TO_POINTER (lists->n_files * 2 + (kind != NULL ? 1 : 0)));
  return TRUE;
}

/* abbreviation TAB meaning|meaning */
static gboolean
add_abbreviation (JipLintLists *lists, const Row *row, GError **error)
{
  gboolean drop = row->columns[0][0] == '!';
  const char *name = row->columns[0] + (drop ? 1 : 0), *meanings = column (row, 1);

  if (*name == '\0')
    return fail (row, error, _ ("the abbreviation is missing"));
  if (!drop && meanings == NULL)
    return fail (row, error, _ ("the meaning is missing; write several with | between them"));
  if (drop && !g_hash_table_remove (lists->abbreviations, name))
    return fail (row, error, _ ("there is no such abbreviation to take away"));
  if (drop)
    return TRUE;
  GPtrArray *bare = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) list = g_strsplit (meanings, "|", MAX_PHRASES);
  for (guint i = 0; list[i] != NULL; i++)
    g_ptr_array_add (bare, jip_lint_bare (list[i]));
  g_hash_table_insert (lists->abbreviations, g_strdup (name), bare);
  return TRUE;
}

static gboolean
add_row (JipLintLists *lists, const Row *row, GError **error)
{
  if (row->n_columns > MAX_COLUMNS)
    return fail (row, error, _ ("there are too many columns; a TAB stands between two"));
  for (guint i = 0; i < row->n_columns; i++)
    if (i < 3 && g_utf8_strlen (row->columns[i], -1) > MAX_WORD * 4)
      return fail (row, error, _ ("the entry is too long"));
  if (g_utf8_strlen (row->columns[0], -1) > MAX_WORD)
    return fail (row, error, _ ("the entry is too long"));
  if (++lists->n_entries > MAX_ENTRIES)
    return fail (row, error, _ ("there are too many entries"));
  if (strcmp (row->name, "plain-words.tsv") == 0)
    return add_word (lists, row, JIP_LINT_PLAIN_WORDS, JIP_LINT_NOUN, error);
  if (strcmp (row->name, "honorifics.tsv") == 0)
    return add_word (lists, row, JIP_LINT_HONORIFICS, JIP_LINT_FORM, error);
  if (strcmp (row->name, "law-names.tsv") == 0)
    return add_law (lists, row, error);
  return add_abbreviation (lists, row, error);
}

static gboolean
is_list (const char *name)
{
  static const char *const names[]
      = { "plain-words.tsv", "honorifics.tsv", "law-names.tsv", "abbreviations.tsv" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      return TRUE;
  return FALSE;
}

/**
 * jip_lint_lists_add:
 * @name: the file's name without its folder, such as `plain-words.tsv`
 * @text: (array length=length): its bytes
 *
 * Adds the entries of a file, which replace those of files that were added before.
 *
 * Returns: %FALSE with %JIP_ERROR_BAD_ARGS that names the file and the line at fault
 */
gboolean
jip_lint_lists_add (JipLintLists *lists, const char *name, const char *text, gsize length, GError **error)
{
  Row row = { .name = name };

  g_return_val_if_fail (lists != NULL && name != NULL && text != NULL, FALSE);

  if (!is_list (name))
    return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                          _ ("%s: is no list; there are plain-words.tsv, honorifics.tsv, law-names.tsv and "
                             "abbreviations.tsv"),
                          name);
  if (length > MAX_FILE_BYTES)
    return jip_error_set (error, JIP_ERROR_TOO_LARGE, _ ("%s: is larger than 1 MiB"), name);
  lists->n_files++;
  for (gsize start = 0; start < length;)
    {
      const char *stop = memchr (text + start, '\n', length - start);
      gsize end = stop != NULL ? (gsize) (stop - text) : length;
      gsize size = end - start - (end > start && text[end - 1] == '\r' ? 1 : 0);
      row.line++;
      if (!g_utf8_validate (text + start, (gssize) size, NULL))
        return fail (&row, error, _ ("is not UTF-8"));
      g_autofree char *line = g_utf8_normalize (text + start, (gssize) size, G_NORMALIZE_NFC);
      start = end + 1;
      if (g_str_has_prefix (line, "\xEF\xBB\xBF"))
        memmove (line, line + 3, strlen (line + 3) + 1);
      if (*g_strchomp (line) == '\0' || *line == '#')
        continue;
      g_auto (GStrv) columns = g_strsplit (line, "\t", -1);
      row.columns = columns;
      row.n_columns = g_strv_length (columns);
      if (!add_row (lists, &row, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * jip_lint_lists_add_folder:
 * @folder: such as jip_paths_find_data ("lint")
 *
 * Adds all `*.tsv` of a folder.
 *
 * Returns: %FALSE with an error that begins with the path of the file at fault
 */
gboolean
jip_lint_lists_add_folder (JipLintLists *lists, const char *folder, GError **error)
{
  g_return_val_if_fail (lists != NULL && folder != NULL, FALSE);

  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  if (dir == NULL)
    return FALSE;
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;
      gsize length;

      if (!g_str_has_suffix (name, ".tsv"))
        continue;
      if (!g_file_get_contents (path, &text, &length, error))
        return FALSE;
      if (!jip_lint_lists_add (lists, name, text, length, error))
        {
          g_prefix_error (error, "%s/", folder);
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * jip_lint_lists_load:
 * @own_folder: (nullable): the lists of the organisation; %NULL for those of this machine, where there are any
 *
 * Returns: (transfer full): the lists that came with the program, and the organisation's own; %NULL with an error
 */
JipLintLists *
jip_lint_lists_load (const char *own_folder, GError **error)
{
  g_autoptr (JipLintLists) lists = jip_lint_lists_new ();
  g_autofree char *shipped = jip_paths_find_data ("lint", error);
  g_autofree char *own = own_folder != NULL ? g_strdup (own_folder) : jip_paths_find_config ("lint");

  if (shipped == NULL || !jip_lint_lists_add_folder (lists, shipped, error))
    return NULL;
  if (own != NULL && !jip_lint_lists_add_folder (lists, own, error))
    return NULL;
  return g_steal_pointer (&lists);
}

/* Words that begin with @first, the longer ones first. */
const GPtrArray *
jip_lint_lists_get_words (const JipLintLists *lists, JipLintTableId table, gunichar first)
{
  return g_hash_table_lookup (lists->words[table], GUINT_TO_POINTER (first));
}

/* Whether a statute has this name, see jip_lint_bare(); a short one is no full name. */
gboolean
jip_lint_lists_get_law (const JipLintLists *lists, const char *bare_name, gboolean *is_short)
{
  guint value = GPOINTER_TO_UINT (g_hash_table_lookup (lists->laws, bare_name));

  *is_short = value % 2 == 1;
  return value > 0;
}

/* What an abbreviation stands for, or %NULL. */
const GPtrArray *
jip_lint_lists_get_meanings (const JipLintLists *lists, const char *abbreviation)
{
  return g_hash_table_lookup (lists->abbreviations, abbreviation);
}

/* Behind @word where it stands at @at, or 0; a space in @word may be missing. */
guint
jip_lint_match_word (const JipTextChar *chars, guint at, const char *word)
{
  for (; *word != '\0'; word = g_utf8_next_char (word))
    {
      if (*word == ' ' && chars[at].c != ' ')
        continue;
      if (chars[at].c != g_utf8_get_char (word))
        return 0;
      at++;
    }
  return at;
}
