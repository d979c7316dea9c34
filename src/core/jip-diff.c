/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-draft-diff.h"

/* The shortest way from one sequence to another: E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986). Where
 * the two have little in common the middle is given as replaced, so that time and memory stay bounded. */

#define MAX_EDITS 1000

static void
add_piece (GArray *pieces, JipDiffKind kind, guint old_start, guint new_start, guint length)
{
  JipDiffPiece *last = pieces->len > 0 ? &g_array_index (pieces, JipDiffPiece, pieces->len - 1) : NULL;
  JipDiffPiece piece = { .kind = kind, .old_start = old_start, .new_start = new_start, .length = length };

  if (length == 0)
    return;
  if (last != NULL && last->kind == kind)
    last->length += length;
  else
    g_array_append_val (pieces, piece);
}

typedef struct
{
  const guint32 *from, *to;
  int n_from, n_to;
  int *trace; /* the furthest points of each round, one after the other: round d has 2 d + 1 of them */
} Search;

static int *
round_of (const Search *search, int d)
{
  return search->trace + d * d + d; /* the middle: diagonal 0 */
}

/* Diagonals that are reached by a deletion or an insertion from those of the round before. */
static int
step (const int *before, int d, int k)
{
  return k == -d || (k != d && before[k - 1] < before[k + 1]) ? before[k + 1] : before[k - 1] + 1;
}

static gboolean
reaches_end (Search *search, int d)
{
  int *own = round_of (search, d);
  const int *before = d > 0 ? round_of (search, d - 1) : NULL;

  for (int k = -d; k <= d; k += 2)
    {
      int x = d == 0 ? 0 : step (before, d, k), y = x - k;
      while (x < search->n_from && y < search->n_to && y >= 0 && search->from[x] == search->to[y])
        {
          x++;
          y++;
        }
      own[k] = x;
      if (x >= search->n_from && y >= search->n_to)
        return TRUE;
    }
  return FALSE;
}

typedef struct
{
  JipDiffKind kind;
  int x, y, length;
} Move;

/* From the end back to the beginning, and turned round. */
static void
trace_back (const Search *search, int rounds, guint offset, GArray *pieces)
{
  g_autoptr (GArray) moves = g_array_new (FALSE, FALSE, sizeof (Move));
  int x = search->n_from, y = search->n_to;

  for (int d = rounds; d > 0; d--)
    {
      const int *before = round_of (search, d - 1);
      int k = x - y;
      gboolean down = k == -d || (k != d && before[k - 1] < before[k + 1]);
      int start = step (before, d, k), previous = down ? start : start - 1;
      Move same = { JIP_DIFF_SAME, start, start - k, x - start };
      g_array_append_val (moves, same);
      Move edit = { down ? JIP_DIFF_ADDED : JIP_DIFF_REMOVED, previous, down ? start - k - 1 : start - k, 1 };
      g_array_append_val (moves, edit);
      x = previous;
      y = down ? start - k - 1 : start - k;
    }
  Move head = { JIP_DIFF_SAME, 0, 0, x };
  g_array_append_val (moves, head);
  for (guint i = moves->len; i-- > 0;)
    {
      const Move *move = &g_array_index (moves, Move, i);
      add_piece (pieces, move->kind, offset + (guint) move->x, offset + (guint) move->y,
                 (guint) move->length);
    }
}

/* What lies between the common beginning and the common end. */
static void
diff_middle (const guint32 *from, guint n_from, const guint32 *to, guint n_to, guint offset, GArray *pieces)
{
  Search search = { .from = from, .to = to, .n_from = (int) n_from, .n_to = (int) n_to };
  int most = (int) MIN (n_from + n_to, MAX_EDITS), d = 0;
  gsize room = (gsize) (most + 1) * (gsize) (most + 1) + 1;

  if (n_from > 0 && n_to > 0)
    {
      search.trace = g_new (int, room);
      while (d <= most && !reaches_end (&search, d))
        d++;
    }
  if (search.trace != NULL && d <= most)
    trace_back (&search, d, offset, pieces);
  else
    {
      add_piece (pieces, JIP_DIFF_REMOVED, offset, offset, n_from);
      add_piece (pieces, JIP_DIFF_ADDED, offset + n_from, offset, n_to);
    }
  g_free (search.trace);
}

/**
 * jip_diff_sequence:
 * @from: (array length=n_from): code points, or ids of what is compared
 *
 * Returns: (transfer full): an array of #JipDiffPiece that leads from one to the other; together its pieces cover both
 */
GArray *
jip_diff_sequence (const guint32 *from, guint n_from, const guint32 *to, guint n_to)
{
  guint head = 0, tail = 0;
  GArray *pieces = g_array_new (FALSE, TRUE, sizeof (JipDiffPiece));

  g_return_val_if_fail ((from != NULL || n_from == 0) && (to != NULL || n_to == 0), pieces);
  g_return_val_if_fail (n_from < G_MAXINT / 4 && n_to < G_MAXINT / 4, pieces);

  while (head < n_from && head < n_to && from[head] == to[head])
    head++;
  while (tail < n_from - head && tail < n_to - head && from[n_from - 1 - tail] == to[n_to - 1 - tail])
    tail++;
  add_piece (pieces, JIP_DIFF_SAME, 0, 0, head);
  diff_middle (from + head, n_from - head - tail, to + head, n_to - head - tail, head, pieces);
  add_piece (pieces, JIP_DIFF_SAME, n_from - tail, n_to - tail, tail);
  return pieces;
}

/**
 * jip_diff_text:
 *
 * Returns: (transfer full): an array of #JipDiffPiece, in code points
 */
GArray *
jip_diff_text (const char *from, const char *to)
{
  glong n_from, n_to;

  g_return_val_if_fail (from != NULL && to != NULL, NULL);

  g_autofree gunichar *a = g_utf8_to_ucs4_fast (from, -1, &n_from);
  g_autofree gunichar *b = g_utf8_to_ucs4_fast (to, -1, &n_to);
  return jip_diff_sequence (a, (guint) n_from, b, (guint) n_to);
}
