/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two columns of text whose lines were read across. Poppler finds most columns by itself; where the gaps between the words
 * of justified text lie above each other it does not, and reads from one column into the other and back. Then there is a
 * gutter: an upright strip without a word, with many lines on both sides. Those are put in order, column by column. A
 * table has such a strip too, but its rows begin together, and its cells are not full. */
#include "jip-pdf-columns.h"

#include <math.h>

#define STEP 4.0        /* points between the places where a gutter is looked for */
#define MIN_LINES 6     /* in each column */
#define MIN_WORDS 3     /* in most lines */
#define MIN_COLUMN 9    /* heights of a line that a column is wide */
#define MIN_GUTTER 0.7  /* of a line's height */
#define FULL_LINE 0.7   /* of the column's width */
#define FULL_LINES 0.55 /* of the column's lines */
#define MAX_WORDS 20000 /* on one page; more are left as they are */
#define MAX_BANDS 8     /* parts of a page with two columns each */

typedef struct
{
  double x, top, bottom; /* the gutter and how far it goes */
  guint n;               /* words beside it */
  double width;
} Band;

typedef struct
{
  double x1, x2, y1;
  guint n_words;
} Line;

static double
middle (const JipPdfWord *word)
{
  return (word->y1 + word->y2) / 2;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (GArray *values)
{
  g_array_sort (values, compare_doubles);
  return values->len > 0 ? g_array_index (values, double, values->len / 2) : 0;
}

static double
median_height (const GArray *words)
{
  g_autoptr (GArray) heights = g_array_sized_new (FALSE, FALSE, sizeof (double), words->len);

  for (guint i = 0; i < words->len; i++)
    {
      const JipPdfWord *word = &g_array_index (words, JipPdfWord, i);
      double height = word->y2 - word->y1;
      g_array_append_val (heights, height);
    }
  return median (heights);
}

static gboolean
is_in (const Band *band, const JipPdfWord *word)
{
  return middle (word) > band->top && middle (word) < band->bottom;
}

/* How wide the strip around the gutter is that no word in the band touches; how many words stand beside it. */
static void
measure_band (const GArray *words, const gboolean *done, Band *band)
{
  double left = -G_MAXDOUBLE, right = G_MAXDOUBLE;

  band->n = 0;
  for (guint i = 0; i < words->len; i++)
    {
      const JipPdfWord *word = &g_array_index (words, JipPdfWord, i);
      if (done[i] || !is_in (band, word))
        continue;
      band->n++;
      if (word->x2 <= band->x)
        left = MAX (left, word->x2);
      else
        right = MIN (right, word->x1);
    }
  band->width = left > -G_MAXDOUBLE && right < G_MAXDOUBLE ? right - left : 0;
}

/* The largest band beside a gutter at @x: between two words that cross it. */
static Band
largest_band (const GArray *words, const gboolean *done, double x, double height)
{
  g_autoptr (GArray) crossings = g_array_new (FALSE, FALSE, sizeof (double));
  double first = G_MAXDOUBLE, last = -G_MAXDOUBLE;
  Band best = { .x = x };

  for (guint i = 0; i < words->len; i++)
    {
      const JipPdfWord *word = &g_array_index (words, JipPdfWord, i);
      double y = middle (word);
      if (done[i] || (word->x1 < x && word->x2 > x))
        g_array_append_val (crossings, y);
      first = MIN (first, y - 1);
      last = MAX (last, y + 1);
    }
  g_array_append_val (crossings, first);
  g_array_append_val (crossings, last);
  g_array_sort (crossings, compare_doubles);
  for (guint i = 0; i + 1 < crossings->len; i++)
    {
      Band band = { .x = x,
                    .top = g_array_index (crossings, double, i),
                    .bottom = g_array_index (crossings, double, i + 1) };
      if (band.bottom - band.top < MIN_LINES * height)
        continue; /* so that only few are measured */
      measure_band (words, done, &band);
      if (band.width > 0 && band.n > best.n)
        best = band;
    }
  return best;
}

static int
compare_words (gconstpointer a, gconstpointer b, gpointer data)
{
  const GArray *words = data;
  const JipPdfWord *x = &g_array_index (words, JipPdfWord, *(const guint *) a);
  const JipPdfWord *y = &g_array_index (words, JipPdfWord, *(const guint *) b);

  if (middle (x) != middle (y))
    return middle (x) < middle (y) ? -1 : 1;
  return (x->x1 > y->x1) - (x->x1 < y->x1);
}

static int
compare_left (gconstpointer a, gconstpointer b, gpointer data)
{
  const GArray *words = data;
  const JipPdfWord *x = &g_array_index (words, JipPdfWord, *(const guint *) a);
  const JipPdfWord *y = &g_array_index (words, JipPdfWord, *(const guint *) b);

  return (x->x1 > y->x1) - (x->x1 < y->x1);
}

/* The words of one side in reading order; @lines (optional) gets their lines, @begins whether a word begins one. */
static GArray *
read_side (GArray *words,
           const gboolean *done,
           const Band *band,
           gboolean right,
           GArray *lines,
           gboolean *begins)
{
  GArray *order = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < words->len; i++)
    {
      const JipPdfWord *word = &g_array_index (words, JipPdfWord, i);
      if (!done[i] && is_in (band, word) && (word->x2 > band->x) == right)
        g_array_append_val (order, i);
    }
  g_array_sort_with_data (order, compare_words, words);
  for (guint i = 0, end; i < order->len; i = end)
    {
      const JipPdfWord *first = &g_array_index (words, JipPdfWord, g_array_index (order, guint, i));
      Line line = { first->x1, first->x2, first->y1, 1 };
      for (end = i + 1; end < order->len; end++)
        {
          const JipPdfWord *word = &g_array_index (words, JipPdfWord, g_array_index (order, guint, end));
          if (middle (word) - middle (first) > (first->y2 - first->y1) / 2)
            break;
          line = (Line){ MIN (line.x1, word->x1), MAX (line.x2, word->x2), MIN (line.y1, word->y1),
                         line.n_words + 1 };
        }
      g_autoptr (GArray) one = g_array_sized_new (FALSE, FALSE, sizeof (guint), end - i);
      g_array_append_vals (one, &g_array_index (order, guint, i), end - i);
      g_array_sort_with_data (one, compare_left, words);
      for (guint k = i; k < end; k++)
        {
          g_array_index (order, guint, k) = g_array_index (one, guint, k - i);
          begins[g_array_index (order, guint, k)] = k == i;
        }
      g_array_append_val (lines, line);
    }
  return order;
}

/* Lines of a text fill their column with words; cells seldom do. */
static gboolean
is_text (const GArray *lines, double height)
{
  double x1 = G_MAXDOUBLE, x2 = -G_MAXDOUBLE;
  guint full = 0;

  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = &g_array_index (lines, Line, i);
      x1 = MIN (x1, line->x1);
      x2 = MAX (x2, line->x2);
    }
  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = &g_array_index (lines, Line, i);
      full += line->n_words >= MIN_WORDS && line->x2 - line->x1 >= FULL_LINE * (x2 - x1);
    }
  return lines->len >= MIN_LINES && x2 - x1 >= MIN_COLUMN * height && full >= FULL_LINES * lines->len;
}

/* The tops of the lines that stand behind more than the usual space. */
static GArray *
list_breaks (const GArray *lines)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (double));
  GArray *breaks = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 1; i < lines->len; i++)
    {
      double step = g_array_index (lines, Line, i).y1 - g_array_index (lines, Line, i - 1).y1;
      g_array_append_val (steps, step);
    }
  double usual = median (steps);
  for (guint i = 1; i < lines->len; i++)
    if (g_array_index (lines, Line, i).y1 - g_array_index (lines, Line, i - 1).y1 > 1.2 * usual)
      g_array_append_val (breaks, g_array_index (lines, Line, i).y1);
  return breaks;
}

/* Rows begin at the same height on both sides; paragraphs only by chance. */
static gboolean
has_rows (const GArray *left, const GArray *right, double height)
{
  g_autoptr (GArray) a = list_breaks (left), b = list_breaks (right);
  guint common = 0;

  for (guint i = 0, k = 0; i < a->len; i++)
    {
      double y = g_array_index (a, double, i);
      while (k < b->len && g_array_index (b, double, k) < y - height / 4)
        k++;
      common += k < b->len && g_array_index (b, double, k) < y + height / 4;
    }
  return common >= 2 && 5 * common >= 4 * MAX (a->len, b->len);
}

/* How often the reading goes from one side to the other. */
static guint
count_switches (const GArray *words, const gboolean *done, const Band *band)
{
  guint n = 0;
  int before = -1;

  for (guint i = 0; i < words->len; i++)
    {
      const JipPdfWord *word = &g_array_index (words, JipPdfWord, i);
      if (done[i] || !is_in (band, word))
        continue;
      int side = word->x2 > band->x;
      n += before >= 0 && side != before;
      before = side;
    }
  return n;
}

static gboolean
is_two_columns (const GArray *left, const GArray *right, double height)
{
  return is_text (left, height) && is_text (right, height) && !has_rows (left, right, height);
}

/* Puts the words of the band in order; what else was read among them goes before or behind, by where it stands. */
static void
reorder (GArray *words,
         gboolean *done,
         const Band *band,
         const GArray *left,
         const GArray *right,
         const gboolean *begins)
{
  g_autoptr (GArray) sorted = g_array_sized_new (FALSE, FALSE, sizeof (JipPdfWord), words->len);
  g_autofree gboolean *sorted_done = g_new0 (gboolean, words->len);
  guint first = words->len, last = 0;

  for (guint i = 0; i < words->len; i++)
    if (!done[i] && is_in (band, &g_array_index (words, JipPdfWord, i)))
      {
        first = MIN (first, i);
        last = i;
      }
  for (int pass = 0; pass < 3; pass++)
    {
      if (pass == 1)
        for (guint side = 0; side < 2; side++)
          {
            const GArray *order = side == 0 ? left : right;
            for (guint k = 0; k < order->len; k++)
              {
                guint i = g_array_index (order, guint, k);
                JipPdfWord word = g_array_index (words, JipPdfWord, i);
                word.starts_line = begins[i];
                sorted_done[sorted->len] = TRUE;
                g_array_append_val (sorted, word);
              }
          }
      for (guint i = 0; pass != 1 && i < words->len; i++)
        {
          const JipPdfWord *word = &g_array_index (words, JipPdfWord, i);
          gboolean inside = !done[i] && is_in (band, word);
          gboolean before = i < first || (i <= last && middle (word) <= band->top);
          if (inside || before != (pass == 0))
            continue;
          sorted_done[sorted->len] = done[i];
          g_array_append_vals (sorted, word, 1);
        }
    }
  for (guint i = 0; i < words->len; i++)
    {
      g_array_index (words, JipPdfWord, i) = g_array_index (sorted, JipPdfWord, i);
      done[i] = sorted_done[i];
    }
}

static gboolean
order_band (GArray *words, gboolean *done, const Band *band, double height)
{
  g_autoptr (GArray) left_lines = g_array_new (FALSE, FALSE, sizeof (Line));
  g_autoptr (GArray) right_lines = g_array_new (FALSE, FALSE, sizeof (Line));
  g_autofree gboolean *begins = g_new0 (gboolean, words->len);
  g_autoptr (GArray) left = read_side (words, done, band, FALSE, left_lines, begins);
  g_autoptr (GArray) right = read_side (words, done, band, TRUE, right_lines, begins);

  if (count_switches (words, done, band) <= 1 || !is_two_columns (left_lines, right_lines, height))
    return FALSE;
  reorder (words, done, band, left, right, begins);
  return TRUE;
}

/* Whether the reading leaves its column at all: over wide white within lines, or up the page again, and that more often than
 * for one column after the other. Most pages are done with here. */
static gboolean
may_be_across (const GArray *words, double height)
{
  guint wide = 0, up = 0;

  for (guint i = 1; i < words->len; i++)
    {
      const JipPdfWord *before = &g_array_index (words, JipPdfWord, i - 1);
      const JipPdfWord *word = &g_array_index (words, JipPdfWord, i);
      double down = middle (word) - middle (before);
      wide += fabs (down) < height / 2 && word->x1 - before->x2 >= MIN_GUTTER * height;
      up += down < -height / 2;
    }
  return wide > 0 || up >= 2;
}

static Band
find_band (const GArray *words, const gboolean *done, double page_width, double height)
{
  Band best = { 0 };

  for (double x = page_width * 0.25; x < page_width * 0.75; x += STEP)
    {
      Band band = largest_band (words, done, x, height);
      if (band.width >= MIN_GUTTER * height
          && (band.n > best.n || (band.n == best.n && band.width > best.width)))
        best = band;
    }
  return best;
}

/**
 * jip_pdf_columns_order:
 * @words: (element-type JipPdfWord): of a page; put in order
 * @page_width: in points
 *
 * Reads two columns one after the other where they were read across.
 *
 * Returns: whether the order or the lines are others now
 */
gboolean
jip_pdf_columns_order (GArray *words, double page_width)
{
  g_autofree gboolean *done = g_new0 (gboolean, words->len + 1);
  double height = median_height (words);
  guint n = 0;

  if (words->len < 2 * MIN_LINES || words->len > MAX_WORDS || !(height > 0) || !(page_width < 20000)
      || !may_be_across (words, height))
    return FALSE;
  while (n < MAX_BANDS)
    {
      Band band = find_band (words, done, page_width, height);
      if (band.n == 0 || !order_band (words, done, &band, height))
        break;
      n++;
    }
  return n > 0;
}
