/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-text-merge.h"

#include <string.h>

#include "jip-draft-diff.h"

#define MAX_WORD 20 /* characters; what is longer is Korean written without blanks, or no text */

/* Changes are brought together sentence by sentence: a sentence that neither of the two wrote never comes about. */

/* A text cut into parts: equal parts have equal numbers, over all texts of one table. */
typedef struct
{
  GHashTable *numbers; /* part -> number from 1 */
  GPtrArray *parts;    /* number - 1 -> part, owned by the table */
} Parts;

static void
parts_init (Parts *parts)
{
  parts->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  parts->parts = g_ptr_array_new ();
}

static void
parts_clear (Parts *parts)
{
  g_clear_pointer (&parts->numbers, g_hash_table_unref);
  g_clear_pointer (&parts->parts, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

static guint32
number_of (Parts *parts, const char *start, gsize length)
{
  char *part = g_strndup (start, length);
  gpointer number = g_hash_table_lookup (parts->numbers, part);

  if (number != NULL)
    {
      g_free (part);
      return GPOINTER_TO_UINT (number);
    }
  g_ptr_array_add (parts->parts, part);
  g_hash_table_insert (parts->numbers, part, GUINT_TO_POINTER (parts->parts->len));
  return parts->parts->len;
}

static gboolean
is_blank (gunichar c)
{
  return c != '\n' && g_unichar_isspace (c);
}

/* A line's end alone, or blanks together. */
static const char *
skip_gap (const char *p)
{
  if (*p == '\n')
    return p + 1;
  while (*p != '\0' && is_blank (g_utf8_get_char (p)))
    p = g_utf8_next_char (p);
  return p;
}

static const char *
skip_word (const char *p)
{
  while (*p != '\0' && !g_unichar_isspace (g_utf8_get_char (p)))
    p = g_utf8_next_char (p);
  return p;
}

/* Whether the word that ends at @end ends a sentence. The point of a date or a number (7. 22.) does not. */
static gboolean
ends_sentence (const char *word, const char *end)
{
  static const char closers[] = "\"')]”’」』》）";
  const char *p = end;

  while (p > word)
    {
      const char *before = g_utf8_find_prev_char (word, p);
      gunichar c = g_utf8_get_char (before);
      if (g_utf8_strchr (closers, -1, c) == NULL)
        {
          const char *inner = g_utf8_find_prev_char (word, before);
          if (c == '.')
            return inner != NULL && !g_unichar_isdigit (g_utf8_get_char (inner));
          return g_utf8_strchr ("?!。？！…", -1, c) != NULL;
        }
      p = before;
    }
  return FALSE;
}

static const char *
skip_sentence (const char *p)
{
  while (TRUE)
    {
      const char *end = skip_word (p);
      const char *next = *end == '\n' ? end : skip_gap (end);
      if (*next == '\0' || *next == '\n' || ends_sentence (p, end))
        return end;
      p = next;
    }
}

static const char *
skip_character (const char *p)
{
  do
    p = g_utf8_next_char (p);
  while (*p != '\0' && g_unichar_iszerowidth (g_utf8_get_char (p)));
  return p;
}

/* The numbers of @text's parts, in order; a part is what @skip passes over, or what lies between. What has more than @longest
 * characters and is no gap is cut into its characters. */
static GArray *
cut (Parts *parts, const char *text, const char *(*skip) (const char *p), glong longest)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint32));

  while (*text != '\0')
    {
      gboolean gap = g_unichar_isspace (g_utf8_get_char (text));
      const char *end = gap ? skip_gap (text) : skip (text);
      gboolean whole = gap || g_utf8_strlen (text, end - text) <= longest;
      while (text < end)
        {
          const char *next = whole ? end : skip_character (text);
          guint32 number = number_of (parts, text, (gsize) (next - text));
          g_array_append_val (numbers, number);
          text = next;
        }
    }
  return numbers;
}

/* What takes the place of base parts [from, to). */
typedef struct
{
  guint from, to;
  guint new_from, new_to;
} Change;

static GArray *
find_changes (GArray *base, GArray *text)
{
  g_autoptr (GArray) pieces = jip_diff_sequence ((const guint32 *) (const void *) base->data, base->len,
                                                 (const guint32 *) (const void *) text->data, text->len);
  GArray *changes = g_array_new (FALSE, FALSE, sizeof (Change));
  guint at = 0, new_at = 0;
  gboolean open = FALSE;

  for (guint i = 0; i < pieces->len; i++)
    {
      const JipDiffPiece *piece = &g_array_index (pieces, JipDiffPiece, i);
      if (piece->kind != JIP_DIFF_SAME && !open)
        {
          Change change = { at, at, new_at, new_at };
          g_array_append_val (changes, change);
        }
      open = piece->kind != JIP_DIFF_SAME;
      at += piece->kind != JIP_DIFF_ADDED ? piece->length : 0;
      new_at += piece->kind != JIP_DIFF_REMOVED ? piece->length : 0;
      if (open)
        {
          Change *last = &g_array_index (changes, Change, changes->len - 1);
          last->to = at;
          last->new_to = new_at;
        }
    }
  return changes;
}

typedef struct
{
  Parts *parts;
  GArray *base;
  GArray *text[2];    /* mine, theirs */
  GArray *changes[2]; /* of Change */
  guint next[2];      /* the first change not taken yet */
  GPtrArray *pieces;
} Merge;

static const Change *
next_change (Merge *merge, guint side)
{
  return merge->next[side] < merge->changes[side]->len
             ? &g_array_index (merge->changes[side], Change, merge->next[side])
             : NULL;
}

static void
append_parts (Merge *merge, GString *out, GArray *numbers, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    g_string_append (out, merge->parts->parts->pdata[g_array_index (numbers, guint32, i) - 1]);
}

/* Base parts [from, to) as one side has them, through its changes [first, next). */
static char *
apply (Merge *merge, guint side, guint first, guint from, guint to)
{
  GString *out = g_string_new (NULL);

  for (guint i = first; i < merge->next[side]; i++)
    {
      const Change *change = &g_array_index (merge->changes[side], Change, i);
      append_parts (merge, out, merge->base, from, change->from);
      append_parts (merge, out, merge->text[side], change->new_from, change->new_to);
      from = change->to;
    }
  append_parts (merge, out, merge->base, from, to);
  return g_string_free (out, FALSE);
}

static void
piece_free (gpointer data)
{
  JipMergePiece *piece = data;

  g_free (piece->base);
  g_free (piece->mine);
  g_free (piece->theirs);
  g_free (piece);
}

/* What is put in before or behind a changed part can stay beside it: its place is certain. */
static gboolean
meets (const Change *change, guint from, guint to)
{
  if (change->from == change->to || from == to)
    return (change->from == change->to && from == to && from == change->from)
           || (from < change->from && change->from < to && change->from == change->to)
           || (change->from < from && from < change->to && from == to);
  return MAX (change->from, from) < MIN (change->to, to);
}

static gboolean
comes_first (const Change *a, const Change *b)
{
  return b == NULL || (a != NULL && (a->from != b->from ? a->from < b->from : a->to < b->to));
}

/* The next change, with all of both sides that it meets; base parts before @from are done. Returns where it ends. */
static guint
merge_next (Merge *merge, guint done)
{
  guint first[2] = { merge->next[0], merge->next[1] };
  guint side = comes_first (next_change (merge, 0), next_change (merge, 1)) ? 0 : 1;
  const Change *change = next_change (merge, side);
  guint from = change->from, to = change->to;

  merge->next[side]++;
  for (gboolean grown = TRUE; grown;)
    {
      grown = FALSE;
      for (side = 0; side < 2; side++)
        while ((change = next_change (merge, side)) != NULL && meets (change, from, to))
          {
            to = MAX (to, change->to);
            merge->next[side]++;
            grown = TRUE;
          }
    }
  if (done < from)
    {
      JipMergePiece *same = g_new0 (JipMergePiece, 1);
      same->base = apply (merge, 0, merge->next[0], done, from);
      same->mine = g_strdup (same->base);
      same->theirs = g_strdup (same->base);
      g_ptr_array_add (merge->pieces, same);
    }
  JipMergePiece *piece = g_new0 (JipMergePiece, 1);
  piece->base = apply (merge, 0, merge->next[0], from, to);
  piece->mine = apply (merge, 0, first[0], from, to);
  piece->theirs = apply (merge, 1, first[1], from, to);
  if (first[1] == merge->next[1])
    piece->kind = JIP_MERGE_MINE;
  else if (first[0] == merge->next[0])
    piece->kind = JIP_MERGE_THEIRS;
  else
    piece->kind = strcmp (piece->mine, piece->theirs) == 0 ? JIP_MERGE_BOTH : JIP_MERGE_CONFLICT;
  g_ptr_array_add (merge->pieces, piece);
  return to;
}

static void
merge_all (Merge *merge)
{
  guint done = 0;

  while (next_change (merge, 0) != NULL || next_change (merge, 1) != NULL)
    done = merge_next (merge, done);
  if (done < merge->base->len)
    {
      JipMergePiece *same = g_new0 (JipMergePiece, 1);
      same->base = apply (merge, 0, merge->next[0], done, merge->base->len);
      same->mine = g_strdup (same->base);
      same->theirs = g_strdup (same->base);
      g_ptr_array_add (merge->pieces, same);
    }
}

/**
 * jip_text_merge:
 * @base: what both started from
 * @mine: what the first made of it
 * @theirs: what the second made of it; all three valid UTF-8
 *
 * Returns: (transfer full) (element-type JipMergePiece): the pieces in order: their `base`, `mine` and `theirs` put one
 *   behind the other are the three texts. A sentence or line that both changed differently is a conflict.
 */
GPtrArray *
jip_text_merge (const char *base, const char *mine, const char *theirs)
{
  GPtrArray *pieces = g_ptr_array_new_with_free_func (piece_free);
  g_auto (Parts) parts = { NULL };

  g_return_val_if_fail (base != NULL && mine != NULL && theirs != NULL, pieces);
  parts_init (&parts);
  g_autoptr (GArray) base_parts = cut (&parts, base, skip_sentence, G_MAXLONG);
  g_autoptr (GArray) my_parts = cut (&parts, mine, skip_sentence, G_MAXLONG);
  g_autoptr (GArray) their_parts = cut (&parts, theirs, skip_sentence, G_MAXLONG);
  g_autoptr (GArray) my_changes = find_changes (base_parts, my_parts);
  g_autoptr (GArray) their_changes = find_changes (base_parts, their_parts);
  Merge merge
      = { &parts, base_parts, { my_parts, their_parts }, { my_changes, their_changes }, { 0, 0 }, pieces };
  merge_all (&merge);
  return pieces;
}

/**
 * jip_merge_to_text:
 * @pieces: from jip_text_merge()
 * @n_conflicts: (out) (optional): how many pieces are in conflict
 *
 * Returns: (transfer full): the text with both changes; where they are in conflict, with mine
 */
char *
jip_merge_to_text (GPtrArray *pieces, guint *n_conflicts)
{
  GString *out = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const JipMergePiece *piece = pieces->pdata[i];
      g_string_append (out, piece->kind == JIP_MERGE_THEIRS ? piece->theirs : piece->mine);
      n += piece->kind == JIP_MERGE_CONFLICT;
    }
  if (n_conflicts != NULL)
    *n_conflicts = n;
  return g_string_free (out, FALSE);
}

/* Part number -> where it begins, in code points; one more at the end. */
static guint *
offsets_of (Parts *parts, GArray *numbers)
{
  guint *offsets = g_new (guint, numbers->len + 1);
  guint at = 0;

  for (guint i = 0; i < numbers->len; i++)
    {
      offsets[i] = at;
      at += (guint) g_utf8_strlen (parts->parts->pdata[g_array_index (numbers, guint32, i) - 1], -1);
    }
  offsets[numbers->len] = at;
  return offsets;
}

/* Whether a piece that is the same holds nothing but blanks of one line. */
static gboolean
is_gap (Parts *parts, GArray *words, const JipDiffPiece *piece)
{
  if (piece->kind != JIP_DIFF_SAME)
    return FALSE;
  for (guint i = 0; i < piece->length; i++)
    {
      const char *part = parts->parts->pdata[g_array_index (words, guint32, piece->old_start + i) - 1];
      if (*part == '\n' || !g_unichar_isspace (g_utf8_get_char (part)))
        return FALSE;
    }
  return TRUE;
}

static void
add_words (GArray *pieces, JipDiffKind kind, guint old_start, guint new_start, guint length)
{
  JipDiffPiece piece = { kind, old_start, new_start, length };

  if (length > 0)
    g_array_append_val (pieces, piece);
}

/**
 * jip_diff_words:
 * @from: a text
 * @to: another one; both valid UTF-8
 *
 * Returns: (transfer full): an array of #JipDiffPiece, in code points, none of which begins or ends inside a word of up to 20
 *   characters; words that changed one after the other are one piece. Longer ones are compared by character: much Korean
 *   is written without blanks.
 */
GArray *
jip_diff_words (const char *from, const char *to)
{
  GArray *pieces = g_array_new (FALSE, TRUE, sizeof (JipDiffPiece));
  g_auto (Parts) parts = { NULL };

  g_return_val_if_fail (from != NULL && to != NULL, pieces);
  parts_init (&parts);
  g_autoptr (GArray) old_words = cut (&parts, from, skip_word, MAX_WORD);
  g_autoptr (GArray) new_words = cut (&parts, to, skip_word, MAX_WORD);
  g_autofree guint *old_at = offsets_of (&parts, old_words);
  g_autofree guint *new_at = offsets_of (&parts, new_words);
  g_autoptr (GArray) found
      = jip_diff_sequence ((const guint32 *) (const void *) old_words->data, old_words->len,
                           (const guint32 *) (const void *) new_words->data, new_words->len);
  guint old_start = 0, new_start = 0, old_end = 0,
        new_end = 0; /* in words: what changed and is not told yet */

  for (guint i = 0; i < found->len; i++)
    {
      const JipDiffPiece *piece = &g_array_index (found, JipDiffPiece, i);
      gboolean inside = i > 0 && i + 1 < found->len && is_gap (&parts, old_words, piece);
      old_end += piece->kind != JIP_DIFF_ADDED ? piece->length : 0;
      new_end += piece->kind != JIP_DIFF_REMOVED ? piece->length : 0;
      if (piece->kind != JIP_DIFF_SAME || inside)
        continue;
      guint old_same = old_end - piece->length, new_same = new_end - piece->length;
      add_words (pieces, JIP_DIFF_REMOVED, old_at[old_start], new_at[new_start],
                 old_at[old_same] - old_at[old_start]);
      add_words (pieces, JIP_DIFF_ADDED, old_at[old_same], new_at[new_start],
                 new_at[new_same] - new_at[new_start]);
      add_words (pieces, JIP_DIFF_SAME, old_at[old_same], new_at[new_same],
                 old_at[old_end] - old_at[old_same]);
      old_start = old_end;
      new_start = new_end;
    }
  add_words (pieces, JIP_DIFF_REMOVED, old_at[old_start], new_at[new_start],
             old_at[old_end] - old_at[old_start]);
  add_words (pieces, JIP_DIFF_ADDED, old_at[old_end], new_at[new_start], new_at[new_end] - new_at[new_start]);
  return pieces;
}
