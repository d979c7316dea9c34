/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rule 9: the overall order and each category's, ties included. */
#include "jip-tally-private.h"

typedef struct
{
  guint entry;
  gint64 lot;
  mpq_t value; /* not for lots */
} SortKey;

/* Equal values stay in the input's order. */
static int
compare_values (gconstpointer a, gconstpointer b)
{
  const SortKey *left = a, *right = b;
  int order = mpq_cmp (right->value, left->value);
  return order != 0 ? order : (left->entry > right->entry) - (left->entry < right->entry);
}

static int
compare_lots (gconstpointer a, gconstpointer b)
{
  const SortKey *left = a, *right = b;
  return (left->lot > right->lot) - (left->lot < right->lot);
}

/* The mean over counted ballots before trimming. */
static void
set_criterion_mean (JipTallyResult *result, guint entry, const JipTallyStep *step, mpq_t value)
{
  const JipTallyCell *cell = jip_tally_cell (result, entry, step->panel);
  const JipTallyPanel *panel = jip_tally_panel (result->event, step->panel);
  gint64 sum = 0;

  for (guint i = cell->first; i != 0; i = result->next[i - 1])
    {
      const JipTallyBallot *ballot = jip_tally_ballot (result->event, i - 1);
      sum += g_array_index (result->event->scores, gint64, ballot->values + step->criterion);
    }
  jip_tally_set_percentage (value, sum, g_array_index (panel->criterion_max, gint64, step->criterion),
                            cell->counted);
}

/* @step: NULL for the totals themselves */
static void
set_key (JipTallyResult *result, const JipTallyStep *step, guint entry, SortKey *key)
{
  key->entry = entry;
  key->lot = jip_tally_entry (result->event, entry)->lot;
  mpq_init (key->value);
  if (step == NULL)
    mpq_set (key->value, result->standings[entry].total);
  else if (step->kind == JIP_TALLY_STEP_PANEL)
    mpq_set (key->value, jip_tally_cell (result, entry, step->panel)->mean);
  else if (step->kind == JIP_TALLY_STEP_CRITERION)
    set_criterion_mean (result, entry, step, key->value);
}

/* Sorts entries[from..to) by @step and opens a new rank wherever its value changes.
 *
 * Returns: whether it separated any */
static gboolean
separate (JipTallyResult *result, JipTallyOrder *order, guint from, guint to, const JipTallyStep *step)
{
  int (*compare) (gconstpointer, gconstpointer)
      = step != NULL && step->kind == JIP_TALLY_STEP_LOT ? compare_lots : compare_values;
  g_autofree SortKey *keys = g_new0 (SortKey, to - from);
  gboolean separated = FALSE;

  for (guint i = from; i < to; i++)
    set_key (result, step, order->entries[i], &keys[i - from]);
  qsort (keys, to - from, sizeof *keys, compare);
  for (guint i = from; i < to; i++)
    {
      const SortKey *key = &keys[i - from];
      order->entries[i] = key->entry;
      if (i > from && (compare == compare_lots || mpq_cmp (key->value, (key - 1)->value) != 0))
        order->starts[i] = separated = TRUE;
    }
  for (guint i = 0; i < to - from; i++)
    mpq_clear (keys[i].value);
  return separated;
}

static gboolean
has_lots (JipTallyResult *result, const JipTallyOrder *order, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    if (jip_tally_entry (result->event, order->entries[i])->lot == 0)
      return FALSE;
  return TRUE;
}

static guint
find_end (const JipTallyOrder *order, guint from)
{
  guint end = from + 1;
  while (end < order->length && !order->starts[end])
    end++;
  return end;
}

/* Goes down the steps with a group of equal totals.
 *
 * Returns: the first step that separated the group, or JIP_TALLY_NONE */
static guint
break_tie (JipTallyResult *result, JipTallyOrder *order, guint from, guint to, guint next_step)
{
  for (guint s = next_step; to - from > 1 && s < result->event->ties->len; s++)
    {
      const JipTallyStep *step = &g_array_index (result->event->ties, JipTallyStep, s);
      if (step->kind == JIP_TALLY_STEP_LOT && !has_lots (result, order, from, to))
        continue;
      if (!separate (result, order, from, to, step))
        continue;
      for (guint part = from, end; part < to; part = end)
        {
          end = find_end (order, part);
          break_tie (result, order, part, end, s + 1);
        }
      return s;
    }
  return JIP_TALLY_NONE;
}

static JipTallyOrder *
order_new (guint length)
{
  JipTallyOrder *order = g_new0 (JipTallyOrder, 1);
  order->entries = g_new (guint, length + 1);
  order->starts = g_new0 (gboolean, length + 1);
  return order;
}

void
jip_tally_order_free (JipTallyOrder *order)
{
  g_free (order->entries);
  g_free (order->starts);
  g_free (order);
}

/* Sorts the entries of @order and writes rank and step into the standings; @kind: 0 overall, 1 of a category. */
static void
sort_order (JipTallyResult *result, JipTallyOrder *order, guint kind)
{
  if (order->length == 0)
    return;
  order->starts[0] = TRUE;
  separate (result, order, 0, order->length, NULL);
  for (guint from = 0, end; from < order->length; from = end)
    {
      end = find_end (order, from);
      guint step = break_tie (result, order, from, end, 0);
      for (guint i = from; i < end; i++)
        {
          JipTallyStanding *standing = &result->standings[order->entries[i]];
          standing->tie_broken_by[kind] = step;
          standing->rank[kind]
              = order->starts[i] ? i + 1 : result->standings[order->entries[i - 1]].rank[kind];
        }
    }
}

/* Returns: (transfer full): the ranked entries of all categories in order */
JipTallyOrder *
jip_tally_rank_all (JipTallyResult *result)
{
  JipTallyOrder *order = order_new (result->event->entries->len);

  for (guint e = 0; e < result->event->entries->len; e++)
    if (result->standings[e].status == JIP_TALLY_RANKED)
      order->entries[order->length++] = e;
  sort_order (result, order, 0);
  return order;
}

/* Returns: (transfer full): a JipTallyOrder for each category */
GPtrArray *
jip_tally_rank_categories (JipTallyResult *result)
{
  JipTallyEvent *event = result->event;
  GPtrArray *orders = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_tally_order_free);
  g_autofree guint *sizes = g_new0 (guint, event->categories->len + 1);

  for (guint e = 0; e < event->entries->len; e++)
    sizes[jip_tally_entry (event, e)->category]++;
  for (guint c = 0; c < event->categories->len; c++)
    g_ptr_array_add (orders, order_new (sizes[c]));
  for (guint e = 0; e < event->entries->len; e++)
    if (result->standings[e].status == JIP_TALLY_RANKED)
      {
        JipTallyOrder *order = g_ptr_array_index (orders, jip_tally_entry (event, e)->category);
        order->entries[order->length++] = e;
      }
  for (guint c = 0; c < event->categories->len; c++)
    sort_order (result, g_ptr_array_index (orders, c), 1);
  return orders;
}
