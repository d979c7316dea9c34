/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-hangul-tokenizer.h"

#include <sqlite3.h>
#include <string.h>

#define MAX_TOKEN 128 /* bytes of one Latin word that are kept */
#define MAX_WORDS 16
#define MAX_SEARCH_CHARS 200

typedef enum
{
  KIND_END,
  KIND_OTHER,
  KIND_SYLLABLE,
  KIND_LETTER,
} Kind;

/* One character as a reader sees it: conjoining jamo or a letter and its accents make one unit, whose offsets are
 * those of the text as it was given. */
typedef struct
{
  Kind kind;
  char text[64]; /* NFC, lower case */
  int start;
  int end;
} Unit;

typedef int (*TokenFunc) (void *, int, const char *, int, int, int);

static gboolean
is_syllable (gunichar c)
{
  return (c >= 0xac00 && c <= 0xd7a3) || (c >= 0x3131 && c <= 0x318e) || (c >= 0x3040 && c <= 0x30ff)
         || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff)
         || (c >= 0x20000 && c <= 0x3ffff) || (c >= 0x1100 && c <= 0x11ff);
}

/* Whether @c goes on with the unit that ends in @previous. */
static gboolean
is_joined (gunichar previous, gunichar c)
{
  gboolean vowel = c >= 0x1160 && c <= 0x11a7;
  gboolean final = c >= 0x11a8 && c <= 0x11ff;

  if (vowel)
    return previous >= 0x1100 && previous <= 0x115f;
  if (final)
    return (previous >= 0x1160 && previous <= 0x11a7)
           || (previous >= 0xac00 && previous <= 0xd7a3 && (previous - 0xac00) % 28 == 0);
  return g_unichar_ismark (c);
}

static void
set_text (Unit *unit, const char *start, gsize length)
{
  g_autofree char *normal = g_utf8_normalize (start, (gssize) length, G_NORMALIZE_NFC);
  g_autofree char *lower = normal != NULL ? g_utf8_strdown (normal, -1) : NULL;

  if (lower == NULL || strlen (lower) >= sizeof unit->text)
    {
      unit->kind = KIND_OTHER;
      return;
    }
  strcpy (unit->text, lower);
}

static void
read_unit (const char *text, int size, int at, Unit *unit)
{
  gunichar c = at < size ? g_utf8_get_char_validated (text + at, size - at) : 0;

  *unit = (Unit){ .kind = at < size ? KIND_OTHER : KIND_END, .start = at, .end = at + 1 };
  if (unit->kind == KIND_END || c == (gunichar) -1 || c == (gunichar) -2 || c == 0)
    return;

  unit->end = at + g_unichar_to_utf8 (c, NULL);
  unit->kind = is_syllable (c) ? KIND_SYLLABLE : g_unichar_isalnum (c) ? KIND_LETTER : KIND_OTHER;
  if (unit->kind == KIND_OTHER)
    return;
  while (unit->end < size)
    {
      gunichar next = g_utf8_get_char_validated (text + unit->end, size - unit->end);
      if (next == (gunichar) -1 || next == (gunichar) -2 || !is_joined (c, next))
        break;
      unit->end += g_unichar_to_utf8 (next, NULL);
      c = next;
    }
  set_text (unit, text + at, (gsize) (unit->end - at));
}

/* A syllable in a text is indexed alone and, at the same place, together with the one after it. A query takes the
 * pairs, and the last syllable alone, so that what it matches ends where the word ends. */
static int
emit_syllable (void *context, gboolean query, const Unit *unit, const Unit *next, TokenFunc emit)
{
  char pair[sizeof unit->text * 2];
  gboolean paired = next->kind == KIND_SYLLABLE;
  int result = SQLITE_OK;

  if (!query || !paired)
    result = emit (context, 0, unit->text, (int) strlen (unit->text), unit->start, unit->end);
  if (result != SQLITE_OK || !paired)
    return result;

  int length = g_snprintf (pair, sizeof pair, "%s%s", unit->text, next->text);
  return emit (context, query ? 0 : FTS5_TOKEN_COLOCATED, pair, length, unit->start, next->end);
}

static int
tokenize (Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int size, TokenFunc emit)
{
  gboolean query = (flags & FTS5_TOKENIZE_QUERY) != 0;
  char word[MAX_TOKEN];
  gsize length = 0;
  int word_start = 0;
  int result = SQLITE_OK;
  Unit unit, next;

  read_unit (text, size, 0, &unit);
  for (; unit.kind != KIND_END && result == SQLITE_OK; unit = next)
    {
      read_unit (text, size, unit.end, &next);
      if (unit.kind == KIND_SYLLABLE)
        result = emit_syllable (context, query, &unit, &next, emit);
      if (unit.kind != KIND_LETTER)
        continue;

      if (length == 0)
        word_start = unit.start;
      if (length + strlen (unit.text) <= sizeof word)
        {
          memcpy (word + length, unit.text, strlen (unit.text));
          length += strlen (unit.text);
        }
      if (next.kind != KIND_LETTER)
        {
          result = emit (context, 0, word, (int) length, word_start, unit.end);
          length = 0;
        }
    }
  return result;
}

static int
create (void *context, const char **args, int n_args, Fts5Tokenizer **tokenizer)
{
  static char instance;

  *tokenizer = (Fts5Tokenizer *) &instance; /* it keeps no state */
  return SQLITE_OK;
}

static void delete (Fts5Tokenizer *tokenizer) {}

/**
 * jip_hangul_tokenizer_register:
 *
 * Makes the full-text tokenizer `hangul_bigram` known to a connection: `fts5(…, tokenize = 'hangul_bigram')`.
 *
 * Returns: a result code of SQLite
 */
int
jip_hangul_tokenizer_register (sqlite3 *handle)
{
  fts5_tokenizer functions = { create, delete, tokenize };
  fts5_api *api = NULL;
  sqlite3_stmt *statement = NULL;

  int result = sqlite3_prepare_v2 (handle, "SELECT fts5(?1)", -1, &statement, NULL);
  if (result != SQLITE_OK)
    return result;
  sqlite3_bind_pointer (statement, 1, &api, "fts5_api_ptr", NULL);
  sqlite3_step (statement);
  sqlite3_finalize (statement);
  if (api == NULL || api->iVersion < 2)
    return SQLITE_ERROR;
  return api->xCreateTokenizer (api, JIP_HANGUL_TOKENIZER, NULL, &functions, NULL);
}

/**
 * jip_search_expression:
 * @user_text: (nullable): what a person typed
 *
 * Makes an expression for MATCH that finds the rows that hold all of the words (the first 16 within the first 200
 * characters). Nothing in @user_text acts as an operator. Hangul is found inside longer words; other words by
 * their beginning.
 *
 * Returns: (transfer full) (nullable): %NULL when there is no word in it
 */
char *
jip_search_expression (const char *user_text)
{
  GString *expression = g_string_new (NULL);
  g_autofree char *valid = g_utf8_make_valid (user_text != NULL ? user_text : "", -1);
  glong n_chars = MIN (g_utf8_strlen (valid, -1), MAX_SEARCH_CHARS);
  int size = (int) (g_utf8_offset_to_pointer (valid, n_chars) - valid);
  gboolean in_word = FALSE;
  guint n_words = 0;
  Unit unit, next;

  read_unit (valid, size, 0, &unit);
  for (; unit.kind != KIND_END; unit = next)
    {
      read_unit (valid, size, unit.end, &next);
      if (unit.kind == KIND_OTHER)
        continue;
      if (!in_word && ++n_words > MAX_WORDS)
        break;
      if (!in_word)
        g_string_append (expression, expression->len > 0 ? " \"" : "\"");
      g_string_append (expression, unit.text);
      in_word = next.kind == KIND_SYLLABLE || next.kind == KIND_LETTER;
      if (!in_word)
        g_string_append (expression, unit.kind == KIND_LETTER ? "\"*" : "\"");
    }
  return g_string_free (expression, expression->len == 0);
}
