/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ground-rules-private.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"

#define MAX_FILE_BYTES (1u << 20)
#define MAX_WORDS 64 /* in a line */

struct _JipGroundRules
{
  gatomicrefcount refs;
  GHashTable *units; /* guint64 -> JipUnit */
  guint n_unit_lines;
  GHashTable *words[JIP_GROUND_N_LISTS]; /* sets of guint64; none of the units */
};

static const char *const file_names[] = { [JIP_GROUND_UNITS] = "units.txt",
                                          [JIP_GROUND_TITLES] = "titles.txt",
                                          [JIP_GROUND_SURNAMES] = "surnames.txt",
                                          [JIP_GROUND_NOT_NAMES] = "not-names.txt" };

/* How many characters a word of each list may have. */
static const guint max_chars[] = { [JIP_GROUND_UNITS] = JIP_UNIT_MAX_CHARS,
                                   [JIP_GROUND_TITLES] = JIP_TITLE_MAX_CHARS,
                                   [JIP_GROUND_SURNAMES] = 2,
                                   [JIP_GROUND_NOT_NAMES] = 12 };

guint64
jip_word_between (const JipTextChar *chars, guint begin, guint end)
{
  guint64 hash = JIP_WORD_SEED;

  for (guint p = begin; p < end; p++)
    hash = jip_word_add (hash, chars[p].c);
  return hash;
}

/* The number of @word, written in any way that means the same characters. */
guint64
jip_word_of (const char *word)
{
  g_autoptr (GArray) chars = jip_text_fold (word, strlen (word));
  return jip_word_between ((const JipTextChar *) (gconstpointer) chars->data, 0, chars->len - 1);
}

static guint64 *
box (guint64 word)
{
  return g_memdup2 (&word, sizeof word);
}

/**
 * jip_ground_rules_new:
 *
 * Returns: (transfer full): rules whose lists are empty
 */
JipGroundRules *
jip_ground_rules_new (void)
{
  JipGroundRules *rules = g_new0 (JipGroundRules, 1);

  g_atomic_ref_count_init (&rules->refs);
  rules->units = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  for (guint i = 0; i < JIP_GROUND_N_LISTS; i++)
    rules->words[i] = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return rules;
}

static gboolean
parse_kind (const char *text, JipUnit *unit)
{
  static const char *const names[]
      = { [JIP_UNIT_COUNT] = "count", [JIP_UNIT_SPAN] = "span", [JIP_UNIT_MONEY] = "money" };
  g_autofree char *name = g_strdup (text);
  gsize length = strlen (name);

  unit->takes_one = length > 0 && name[length - 1] == '+';
  if (unit->takes_one)
    name[length - 1] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      {
        unit->kind = (JipUnitKind) i;
        return TRUE;
      }
  return FALSE;
}

/* What is wrong with a word, or NULL. */
static const char *
check_word (const JipGroundRules *rules, JipGroundList list, const char *word)
{
  guint64 hash = jip_word_of (word);

  if (g_utf8_strlen (word, -1) > max_chars[list])
    return _ ("the word is too long");
  if (list == JIP_GROUND_UNITS && g_ascii_isdigit (word[0]))
    return _ ("a unit does not begin with a digit");
  if (list == JIP_GROUND_UNITS && g_hash_table_contains (rules->units, &hash))
    return _ ("the unit stands in an earlier line");
  return NULL;
}

static const char *
add_line (JipGroundRules *rules, JipGroundList list, char **words)
{
  guint first = list == JIP_GROUND_UNITS ? 1 : 0;
  JipUnit unit = { .order = rules->n_unit_lines };

  if (list == JIP_GROUND_UNITS && !parse_kind (words[0], &unit))
    return _ ("a line begins with count, span or money, and + where 한 counts");
  if (list == JIP_GROUND_UNITS && words[1] == NULL)
    return _ ("the unit is missing");
  if (g_strv_length (words) > MAX_WORDS)
    return _ ("the line has too many words");
  for (guint i = first; words[i] != NULL; i++)
    {
      const char *problem = check_word (rules, list, words[i]);
      guint64 hash = jip_word_of (words[i]);
      if (problem != NULL)
        return problem;
      if (i == first)
        unit.word = hash;
      if (list == JIP_GROUND_UNITS)
        g_hash_table_insert (rules->units, box (hash), g_memdup2 (&unit, sizeof unit));
      else
        g_hash_table_add (rules->words[list], box (hash));
    }
  rules->n_unit_lines += first;
  return NULL;
}

/**
 * jip_ground_rules_add:
 * @file: what a message calls the list
 * @text: (array length=length): lines of words between spaces; `#` begins a comment, empty lines are skipped
 * @length: in bytes, up to 1 MiB
 *
 * Adds a list to what is there.
 *
 * Returns: %FALSE with %JIP_ERROR_BAD_ARGS that names file and line; the lines before it are added
 */
gboolean
jip_ground_rules_add (JipGroundRules *rules,
                      JipGroundList list,
                      const char *file,
                      const char *text,
                      gsize length,
                      GError **error)
{
  g_return_val_if_fail (rules != NULL && list < JIP_GROUND_N_LISTS && text != NULL, FALSE);

  if (length > MAX_FILE_BYTES)
    return jip_error_set (error, JIP_ERROR_TOO_LARGE, _ ("%s: is larger than 1 MiB"), file);
  guint number = 0;
  for (gsize at = 0; at < length;)
    {
      const char *end = memchr (text + at, '\n', length - at);
      gsize size = end != NULL ? (gsize) (end - text) - at : length - at;
      g_autofree char *line = g_strndup (text + at, size);
      const char *problem = NULL;
      at += size + 1;
      number++;
      if (strlen (line) != size || !g_utf8_validate (line, -1, NULL))
        problem = _ ("the line is not UTF-8 text");
      line[strcspn (line, "#")] = '\0';
      g_auto (GStrv) all = g_strsplit_set (g_strstrip (line), " \t\r", -1);
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
      for (guint i = 0; all[i] != NULL; i++)
        if (*all[i] != '\0')
          g_strv_builder_add (builder, all[i]);
      g_auto (GStrv) words = g_strv_builder_end (builder);
      if (problem == NULL && words[0] != NULL)
        problem = add_line (rules, list, words);
      if (problem != NULL)
        return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s, line %u: %s. Mend the line."), file, number,
                              problem);
    }
  return TRUE;
}

/**
 * jip_ground_rules_load:
 * @folder: such as jip_paths_find_data ("ground")
 *
 * Returns: (transfer full): the rules of the lists in @folder, all of which must be there; %NULL with %JIP_ERROR_FILE or
 *   the errors of jip_ground_rules_add()
 */
JipGroundRules *
jip_ground_rules_load (const char *folder, GError **error)
{
  g_return_val_if_fail (folder != NULL, NULL);

  g_autoptr (JipGroundRules) rules = jip_ground_rules_new ();
  for (guint i = 0; i < JIP_GROUND_N_LISTS; i++)
    {
      g_autofree char *path = g_build_filename (folder, file_names[i], NULL);
      g_autofree char *text = NULL;
      g_autoptr (GError) local = NULL;
      gsize length;
      if (!g_file_get_contents (path, &text, &length, &local))
        {
          jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be read: %s"), path, local->message);
          return NULL;
        }
      if (!jip_ground_rules_add (rules, (JipGroundList) i, path, text, length, error))
        return NULL;
    }
  return g_steal_pointer (&rules);
}

const JipUnit *
jip_ground_rules_find_unit (const JipGroundRules *rules, guint64 word)
{
  return g_hash_table_lookup (rules->units, &word);
}

gboolean
jip_ground_rules_has (const JipGroundRules *rules, JipGroundList list, guint64 word)
{
  return g_hash_table_contains (rules->words[list], &word);
}

JipGroundRules *
jip_ground_rules_ref (JipGroundRules *rules)
{
  g_return_val_if_fail (rules != NULL, NULL);
  g_atomic_ref_count_inc (&rules->refs);
  return rules;
}

void
jip_ground_rules_unref (JipGroundRules *rules)
{
  if (rules == NULL || !g_atomic_ref_count_dec (&rules->refs))
    return;
  g_hash_table_unref (rules->units);
  for (guint i = 0; i < JIP_GROUND_N_LISTS; i++)
    g_hash_table_unref (rules->words[i]);
  g_free (rules);
}
