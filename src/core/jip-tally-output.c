/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result as text: the strings that screens, sheets and jip-result/1 have in common. */
#include "jip-tally-private.h"

#include <string.h>

#include "jip-json.h"

#define OUTLIER_POINTS 10

static const char *
keep (JipTallyResult *result, char *text)
{
  const char *kept = g_string_chunk_insert (result->strings, text);
  g_free (text);
  return kept;
}

static const char *
describe_step (JipTallyResult *result, guint step)
{
  return step != JIP_TALLY_NONE ? g_array_index (result->event->ties, JipTallyStep, step).name : NULL;
}

static void
describe_panel (JipTallyResult *result, guint entry, guint panel, JipTallyPanelResult *out)
{
  const JipTallyCell *cell = jip_tally_cell (result, entry, panel);

  out->panel = jip_tally_panel (result->event, panel)->id;
  out->mean = cell->has_mean ? keep (result, jip_tally_to_exact (cell->mean)) : NULL;
  out->counted = cell->counted;
  out->expected = cell->expected;
  for (guint i = 0; i < cell->n_trimmed; i++)
    out->trimmed[i] = jip_tally_judge (result->event, cell->trimmed[i])->id;
}

static void
describe_entry (JipTallyResult *result, guint index, JipTallyEntryResult *out)
{
  const JipTallyEntry *entry = jip_tally_entry (result->event, index);
  const JipTallyStanding *standing = &result->standings[index];
  mpq_t adjust;

  mpq_init (adjust);
  jip_tally_set_scaled (adjust, entry->adjust);
  out->adjust = keep (result, jip_tally_to_exact (adjust));
  mpq_clear (adjust);

  out->id = entry->id;
  out->category = g_ptr_array_index (result->event->categories, entry->category);
  out->status = standing->status;
  if (standing->status == JIP_TALLY_RANKED)
    {
      out->total = keep (result, jip_tally_to_exact (standing->total));
      out->display = keep (result, jip_tally_to_decimals (standing->total, 2));
      out->rank = standing->rank[0];
      out->tie_broken_by = describe_step (result, standing->tie_broken_by[0]);
      out->category_rank = standing->rank[1];
      out->category_tie_broken_by = describe_step (result, standing->tie_broken_by[1]);
    }
  g_ptr_array_add (standing->awards, NULL);
  out->awards = (const char *const *) standing->awards->pdata;
  if (standing->status != JIP_TALLY_WITHDRAWN)
    {
      out->n_panels = result->event->panels->len;
      out->panels = result->panel_results + (gsize) index * out->n_panels;
    }
}

/* Fills the structs that the readers of a result get. */
void
jip_tally_describe (JipTallyResult *result)
{
  JipTallyEvent *event = result->event;
  guint n_entries = event->entries->len, n_panels = event->panels->len;

  result->panel_results = g_new0 (JipTallyPanelResult, (gsize) n_entries * n_panels + 1);
  result->entry_results = g_new0 (JipTallyEntryResult, n_entries + 1);
  for (guint e = 0; e < n_entries; e++)
    {
      for (guint p = 0; p < n_panels; p++)
        describe_panel (result, e, p, &result->panel_results[(gsize) e * n_panels + p]);
      describe_entry (result, e, &result->entry_results[e]);
    }
}

/* --- jip-result/1 --- */

static void
append_text (GString *out, const char *key, const char *value)
{
  g_string_append_printf (out, ",\"%s\":", key);
  if (value != NULL)
    jip_json_append_quoted (out, value);
  else
    g_string_append (out, "null");
}

static void
append_rank (GString *out, const char *key, guint rank)
{
  if (rank > 0)
    g_string_append_printf (out, ",\"%s\":%u", key, rank);
  else
    append_text (out, key, NULL);
}

static void
append_list (GString *out, const char *key, const char *const *ids)
{
  g_string_append_printf (out, ",\"%s\":[", key);
  for (guint i = 0; ids[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      jip_json_append_quoted (out, ids[i]);
    }
  g_string_append_c (out, ']');
}

static void
append_panels (GString *out, const JipTallyEntryResult *entry)
{
  g_string_append (out, ",\"panels\":{");
  for (guint i = 0; i < entry->n_panels; i++)
    {
      const JipTallyPanelResult *panel = &entry->panels[i];
      if (i > 0)
        g_string_append_c (out, ',');
      jip_json_append_quoted (out, panel->panel);
      g_string_append (out, ":{\"mean\":");
      if (panel->mean != NULL)
        jip_json_append_quoted (out, panel->mean);
      else
        g_string_append (out, "null");
      g_string_append_printf (out, ",\"counted\":%u,\"expected\":%u", panel->counted, panel->expected);
      append_list (out, "trimmed", panel->trimmed);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, '}');
}

static void
append_entry (GString *out, const JipTallyEntryResult *entry)
{
  static const char *const states[] = { "ranked", "held", "withdrawn" };

  g_string_append (out, "{\"id\":");
  jip_json_append_quoted (out, entry->id);
  append_text (out, "category", entry->category);
  append_text (out, "status", states[entry->status]);
  append_text (out, "adjust", entry->adjust);
  append_text (out, "total", entry->total);
  append_text (out, "display", entry->display);
  append_rank (out, "rank", entry->rank);
  append_text (out, "tie_broken_by", entry->tie_broken_by);
  append_rank (out, "category_rank", entry->category_rank);
  append_text (out, "category_tie_broken_by", entry->category_tie_broken_by);
  append_list (out, "awards", entry->awards);
  append_panels (out, entry);
  g_string_append_c (out, '}');
}

/**
 * jip_tally_result_to_string:
 *
 * Returns: (transfer full): the line jip-result/1 with its newline; equal results are equal bytes
 */
char *
jip_tally_result_to_string (JipTallyResult *result)
{
  g_return_val_if_fail (result != NULL, NULL);

  GString *out = g_string_new ("{\"format\":\"jip-result/1\",\"entries\":[");
  for (guint i = 0; i < result->event->entries->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_entry (out, &result->entry_results[i]);
    }
  g_string_append (out, "],\"undecided\":[");
  for (guint i = 0; i < result->undecided->len; i++)
    {
      const JipTallyUndecided *undecided = &g_array_index (result->undecided, JipTallyUndecided, i);
      g_string_append (out, i > 0 ? ",{\"award\":" : "{\"award\":");
      jip_json_append_quoted (out, undecided->award);
      append_text (out, "category", undecided->category);
      append_list (out, "entries", undecided->entries);
      g_string_append_c (out, '}');
    }
  g_string_append (out, "]}\n");
  return g_string_free (out, FALSE);
}

/* --- reading a result --- */

guint
jip_tally_result_get_n_entries (JipTallyResult *result)
{
  g_return_val_if_fail (result != NULL, 0);
  return result->event->entries->len;
}

/**
 * jip_tally_result_get_entry:
 * @index: below jip_tally_result_get_n_entries(), in the input's order
 *
 * Returns: (transfer none): lives as long as @result
 */
const JipTallyEntryResult *
jip_tally_result_get_entry (JipTallyResult *result, guint index)
{
  g_return_val_if_fail (result != NULL && index < result->event->entries->len, NULL);
  return &result->entry_results[index];
}

/**
 * jip_tally_result_find_entry:
 *
 * Returns: (transfer none) (nullable): the entry with the id @id
 */
const JipTallyEntryResult *
jip_tally_result_find_entry (JipTallyResult *result, const char *id)
{
  g_return_val_if_fail (result != NULL && id != NULL, NULL);

  for (guint i = 0; i < result->event->entries->len; i++)
    if (strcmp (result->entry_results[i].id, id) == 0)
      return &result->entry_results[i];
  return NULL;
}

guint
jip_tally_result_get_n_undecided (JipTallyResult *result)
{
  g_return_val_if_fail (result != NULL, 0);
  return result->undecided->len;
}

/**
 * jip_tally_result_get_undecided:
 *
 * Returns: (transfer none): the grand prize first, then by category, group and seat
 */
const JipTallyUndecided *
jip_tally_result_get_undecided (JipTallyResult *result, guint index)
{
  g_return_val_if_fail (result != NULL && index < result->undecided->len, NULL);
  return &g_array_index (result->undecided, JipTallyUndecided, index);
}

static int
compare_totals (gconstpointer a, gconstpointer b)
{
  return mpq_cmp ((*(JipTallyStanding *const *) a)->total, (*(JipTallyStanding *const *) b)->total);
}

/* The least decimals, from @decimals on, that show the unequal @low and @high apart. */
static guint
find_decimals (const JipTallyStanding *low, const JipTallyStanding *high, guint decimals)
{
  mpz_t left, right;

  mpz_inits (left, right, NULL);
  for (;; decimals++)
    {
      jip_tally_round (left, low->total, decimals);
      jip_tally_round (right, high->total, decimals);
      if (mpz_cmp (left, right) != 0)
        break;
    }
  mpz_clears (left, right, NULL);
  return decimals;
}

/**
 * jip_tally_result_get_decimals:
 *
 * Returns: how many decimals it takes to tell unequal totals apart, at least 2
 */
guint
jip_tally_result_get_decimals (JipTallyResult *result)
{
  g_autoptr (GPtrArray) ranked = g_ptr_array_new ();
  guint decimals = 2;

  g_return_val_if_fail (result != NULL, 2);

  for (guint i = 0; i < result->event->entries->len; i++)
    if (result->standings[i].status == JIP_TALLY_RANKED)
      g_ptr_array_add (ranked, &result->standings[i]);
  g_ptr_array_sort (ranked, compare_totals);
  for (guint i = 1; i < ranked->len; i++)
    {
      const JipTallyStanding *low = g_ptr_array_index (ranked, i - 1);
      const JipTallyStanding *high = g_ptr_array_index (ranked, i);
      if (mpq_equal (low->total, high->total) == 0)
        decimals = find_decimals (low, high, decimals);
    }
  return decimals;
}

/**
 * jip_tally_result_format_total:
 * @index: an entry, in the input's order
 * @decimals: how many, see jip_tally_result_get_decimals()
 *
 * Returns: (transfer full) (nullable): its total, rounded half away from zero; %NULL when it has none
 */
char *
jip_tally_result_format_total (JipTallyResult *result, guint index, guint decimals)
{
  g_return_val_if_fail (result != NULL && index < result->event->entries->len, NULL);

  if (result->standings[index].status != JIP_TALLY_RANKED)
    return NULL;
  return jip_tally_to_decimals (result->standings[index].total, decimals);
}

static void
clear_judge_total (gpointer data)
{
  g_free (((JipTallyJudgeTotal *) data)->total);
}

static void
add_judge_total (JipTallyResult *result,
                 GArray *totals,
                 const JipTallyCell *cell,
                 const JipTallyBallot *ballot)
{
  const JipTallyJudge *judge = jip_tally_judge (result->event, ballot->judge);
  const JipTallyPanel *panel = jip_tally_panel (result->event, judge->panel);
  JipTallyJudgeTotal total = { .judge = judge->id, .panel = panel->id };
  mpq_t value;

  mpq_init (value);
  jip_tally_set_percentage (value, ballot->sum, panel->max, 1);
  total.total = jip_tally_to_exact (value);
  for (guint i = 0; i < cell->n_trimmed; i++)
    total.trimmed |= cell->trimmed[i] == ballot->judge;
  mpq_sub (value, value, cell->mean);
  mpq_abs (value, value);
  total.outlier = mpq_cmp_ui (value, OUTLIER_POINTS, 1) > 0;
  mpq_clear (value);
  g_array_append_val (totals, total);
}

static int
compare_judges (gconstpointer a, gconstpointer b)
{
  return strcmp (((const JipTallyJudgeTotal *) a)->judge, ((const JipTallyJudgeTotal *) b)->judge);
}

/**
 * jip_tally_result_get_judge_totals:
 * @index: an entry, in the input's order
 *
 * Returns: (transfer full): a #JipTallyJudgeTotal for each counted ballot of a rubric or score panel, by panel, then by
 *   judge id; its strings live as long as @result and the array
 */
GArray *
jip_tally_result_get_judge_totals (JipTallyResult *result, guint index)
{
  g_return_val_if_fail (result != NULL && index < result->event->entries->len, NULL);

  GArray *totals = g_array_new (FALSE, FALSE, sizeof (JipTallyJudgeTotal));
  g_array_set_clear_func (totals, clear_judge_total);
  for (guint p = 0; p < result->event->panels->len; p++)
    {
      const JipTallyCell *cell = jip_tally_cell (result, index, p);
      guint start = totals->len;
      for (guint i = cell->first; i != 0; i = result->next[i - 1])
        add_judge_total (result, totals, cell, jip_tally_ballot (result->event, i - 1));
      if (totals->len > start)
        qsort (&g_array_index (totals, JipTallyJudgeTotal, start), totals->len - start,
               sizeof (JipTallyJudgeTotal), compare_judges);
    }
  return totals;
}
