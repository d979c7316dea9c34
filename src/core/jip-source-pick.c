/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-source-pick.h"

#include <math.h>
#include <string.h>

/* Chooses what of the source papers goes into a prompt that is bounded. Papers are cut into pieces at line and sentence
 * ends; a piece counts by the pairs of letters that it shares with the form, rare pairs more than common ones. */

#define PIECE_CHARS 220

typedef struct
{
  const char *name; /* of the paper, not owned */
  gint64 page;      /* 0: the paper has no pages */
  char *text;
  gsize chars;
  double score;
  guint position;
  gboolean taken;
} Piece;

static void
piece_free (Piece *piece)
{
  g_free (piece->text);
  g_free (piece);
}

static void
add_piece (GPtrArray *pieces, const char *name, gint64 page, const char *start, gsize length)
{
  g_autofree char *text = g_strstrip (g_strndup (start, length));
  if (*text == '\0')
    return;
  Piece *piece = g_new0 (Piece, 1);
  piece->name = name;
  piece->page = page;
  piece->chars = (gsize) g_utf8_strlen (text, -1);
  piece->text = g_steal_pointer (&text);
  piece->position = pieces->len;
  g_ptr_array_add (pieces, piece);
}

/* Cuts at the end of a line or sentence once there is enough, and anywhere when a sentence does not end. */
static void
cut_page (GPtrArray *pieces, const char *name, gint64 page, const char *text)
{
  const char *start = text;
  gsize chars = 0;

  for (const char *p = text; *p != '\0';)
    {
      const char *next = g_utf8_next_char (p);
      chars++;
      gboolean ends = *p == '\n' || (*p == '.' && (*next == ' ' || *next == '\n' || *next == '\0'));
      if ((ends && chars >= PIECE_CHARS / 2) || chars >= 2 * PIECE_CHARS)
        {
          add_piece (pieces, name, page, start, (gsize) (next - start));
          start = next;
          chars = 0;
        }
      p = next;
    }
  add_piece (pieces, name, page, start, strlen (start));
}

static GPtrArray *
cut_sources (JsonArray *sources)
{
  GPtrArray *pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) piece_free);

  for (guint i = 0; sources != NULL && i < json_array_get_length (sources); i++)
    {
      JsonObject *source = json_array_get_object_element (sources, i);
      const char *name = json_object_get_string_member (source, "name");
      JsonArray *pages = json_object_get_array_member (source, "pages");
      for (guint j = 0; j < json_array_get_length (pages); j++)
        {
          JsonObject *page = json_array_get_object_element (pages, j);
          cut_page (pieces, name, json_object_get_int_member_with_default (page, "page", 0),
                    json_object_get_string_member (page, "text"));
        }
    }
  return pieces;
}

typedef void (*PairFunc) (gpointer pair, gpointer data);

/* Calls @func for each pair of letters or digits that stand side by side. */
static void
for_each_pair (const char *text, PairFunc func, gpointer data)
{
  gunichar previous = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_unichar_tolower (g_utf8_get_char (p));
      if (!g_unichar_isalnum (c))
        c = 0;
      if (previous != 0 && c != 0)
        func (GUINT_TO_POINTER (previous * 0x1FFFFu + c), data);
      previous = c;
    }
}

static void
add_to_set (gpointer pair, gpointer set)
{
  g_hash_table_add (set, pair);
}

typedef struct
{
  GHashTable *counts; /* wanted pair -> number of pieces that hold it */
  GHashTable *seen;   /* pairs of the piece at hand */
  double score;
  guint n_pieces;
  gboolean counting;
} Scorer;

static void
score_pair (gpointer pair, gpointer data)
{
  Scorer *scorer = data;
  gpointer count;

  if (!g_hash_table_lookup_extended (scorer->counts, pair, NULL, &count)
      || !g_hash_table_add (scorer->seen, pair))
    return;
  if (scorer->counting)
    g_hash_table_insert (scorer->counts, pair, GUINT_TO_POINTER (GPOINTER_TO_UINT (count) + 1));
  else
    scorer->score += log (1.0 + (double) scorer->n_pieces / GPOINTER_TO_UINT (count));
}

static void
run_scorer (Scorer *scorer, GPtrArray *pieces)
{
  for (guint i = 0; i < pieces->len; i++)
    {
      Piece *piece = g_ptr_array_index (pieces, i);
      g_hash_table_remove_all (scorer->seen);
      scorer->score = 0;
      for_each_pair (piece->text, score_pair, scorer);
      piece->score = scorer->score / sqrt (40.0 + (double) piece->chars);
    }
}

static void
score_pieces (GPtrArray *pieces, const char *wanted)
{
  g_autoptr (GHashTable) pairs = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer pair;

  for_each_pair (wanted, add_to_set, pairs);
  g_hash_table_iter_init (&iter, pairs);
  while (g_hash_table_iter_next (&iter, &pair, NULL))
    g_hash_table_insert (counts, pair, GUINT_TO_POINTER (0));
  Scorer scorer = { counts, seen, 0, pieces->len, TRUE };
  run_scorer (&scorer, pieces);
  scorer.counting = FALSE;
  run_scorer (&scorer, pieces);
}

static int
compare_score (gconstpointer a, gconstpointer b)
{
  const Piece *left = *(Piece *const *) a, *right = *(Piece *const *) b;
  if (left->score != right->score)
    return left->score > right->score ? -1 : 1;
  return left->position < right->position ? -1 : 1;
}

static void
take_best (GPtrArray *pieces, gsize max_chars, gsize *left_out)
{
  g_autoptr (GPtrArray) ranked = g_ptr_array_new ();
  gsize room = max_chars;

  for (guint i = 0; i < pieces->len; i++)
    g_ptr_array_add (ranked, g_ptr_array_index (pieces, i));
  g_ptr_array_sort (ranked, compare_score);
  *left_out = 0;
  for (guint i = 0; i < ranked->len; i++)
    {
      Piece *piece = g_ptr_array_index (ranked, i);
      piece->taken = piece->chars <= room;
      if (piece->taken)
        room -= piece->chars;
      else
        *left_out += piece->chars;
    }
}

/**
 * jip_source_pick:
 * @sources: (nullable): checked: `[{"name", "pages": [{"page", "text"}]}]`
 * @wanted: text that tells what the paper is about
 * @max_chars: the most code points of source text that are taken
 * @left_out: (out): how many code points were left out
 *
 * Returns: (transfer full): the chosen pieces in their own order, with the mark of their paper and page before each run
 */
char *
jip_source_pick (JsonArray *sources, const char *wanted, gsize max_chars, gsize *left_out)
{
  g_autoptr (GPtrArray) pieces = cut_sources (sources);
  g_autoptr (GString) out = g_string_new (NULL);
  const Piece *last = NULL;

  g_return_val_if_fail (wanted != NULL && left_out != NULL, NULL);

  score_pieces (pieces, wanted);
  take_best (pieces, max_chars, left_out);
  for (guint i = 0; i < pieces->len; i++)
    {
      const Piece *piece = g_ptr_array_index (pieces, i);
      if (!piece->taken)
        continue;
      if (last != NULL && last->name == piece->name && last->page == piece->page)
        g_string_append (out, last->position + 1 == piece->position ? " " : " … ");
      else if (piece->page > 0)
        g_string_append_printf (out, "%s자료 ‘%s’ %" G_GINT64_FORMAT "쪽: ", last != NULL ? "\n" : "",
                                piece->name, piece->page);
      else
        g_string_append_printf (out, "%s자료 ‘%s’: ", last != NULL ? "\n" : "", piece->name);
      g_string_append (out, piece->text);
      last = piece;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
