/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-tally-private.h"

static void
clear_undecided (gpointer data)
{
  g_free ((gpointer) ((JipTallyUndecided *) data)->entries);
}

static JipTallyResult *
result_new (JipTallyEvent *event)
{
  JipTallyResult *result = g_new0 (JipTallyResult, 1);
  guint n_entries = event->entries->len;

  g_atomic_ref_count_init (&result->refs);
  result->event = jip_tally_event_ref (event);
  result->cells = g_new0 (JipTallyCell, (gsize) n_entries * event->panels->len + 1);
  result->next = g_new0 (guint, event->ballots->len + 1);
  result->standings = g_new0 (JipTallyStanding, n_entries + 1);
  for (guint e = 0; e < n_entries; e++)
    {
      mpq_init (result->standings[e].total);
      result->standings[e].awards = g_ptr_array_new ();
    }
  result->strings = g_string_chunk_new (4096);
  result->undecided = g_array_new (FALSE, FALSE, sizeof (JipTallyUndecided));
  g_array_set_clear_func (result->undecided, clear_undecided);
  return result;
}

/**
 * jip_tally_compute:
 * @event: a checked event
 *
 * Applies the rules of scoring.md. Depends on nothing but @event.
 *
 * Returns: (transfer full): the result, which keeps @event
 */
JipTallyResult *
jip_tally_compute (JipTallyEvent *event)
{
  g_return_val_if_fail (event != NULL, NULL);

  JipTallyResult *result = result_new (event);

  jip_tally_compute_cells (result);
  jip_tally_compute_totals (result);
  g_autoptr (JipTallyOrder) overall = jip_tally_rank_all (result);
  g_autoptr (GPtrArray) by_category = jip_tally_rank_categories (result);
  jip_tally_give_awards (result, overall, by_category);
  jip_tally_describe (result);
  return result;
}

JipTallyResult *
jip_tally_result_ref (JipTallyResult *result)
{
  g_return_val_if_fail (result != NULL, NULL);
  g_atomic_ref_count_inc (&result->refs);
  return result;
}

void
jip_tally_result_unref (JipTallyResult *result)
{
  g_return_if_fail (result != NULL);

  if (!g_atomic_ref_count_dec (&result->refs))
    return;
  JipTallyEvent *event = result->event;
  for (gsize i = 0; i < (gsize) event->entries->len * event->panels->len; i++)
    if (result->cells[i].has_mean)
      mpq_clear (result->cells[i].mean);
  for (guint e = 0; e < event->entries->len; e++)
    {
      mpq_clear (result->standings[e].total);
      g_ptr_array_unref (result->standings[e].awards);
    }
  g_free (result->cells);
  g_free (result->next);
  g_free (result->standings);
  g_string_chunk_free (result->strings);
  g_free (result->panel_results);
  g_free (result->entry_results);
  g_array_unref (result->undecided);
  jip_tally_event_unref (event);
  g_free (result);
}
