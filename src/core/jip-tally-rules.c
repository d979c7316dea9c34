/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules 1 to 8 and 12: from ballots to means, and from means to totals. */
#include "jip-tally-private.h"

#include <string.h>

static guint
decision_hash (gconstpointer data)
{
  const JipTallyBallot *ballot = data;
  const JipTallyRecusal pair = { ballot->judge, ballot->target };
  return jip_tally_pair_hash (&pair);
}

static gboolean
decision_equal (gconstpointer a, gconstpointer b)
{
  const JipTallyBallot *left = a, *right = b;
  return left->judge == right->judge && left->target == right->target;
}

/* Rule 1: of one judge's ballots for one target the highest version that was not refused. */
static GHashTable *
find_deciding (JipTallyEvent *event)
{
  GHashTable *deciding = g_hash_table_new (decision_hash, decision_equal);

  for (guint i = 0; i < event->ballots->len; i++)
    {
      JipTallyBallot *ballot = jip_tally_ballot (event, i);
      if (ballot->refused)
        continue;
      JipTallyBallot *other = g_hash_table_lookup (deciding, ballot);
      if (other == NULL || other->version < ballot->version)
        g_hash_table_replace (deciding, ballot, ballot);
    }
  return deciding;
}

/* A number for a panel together with something else of the event. */
static gint64
pair_key (guint panel, guint other)
{
  return (gint64) panel << 32 | other;
}

static guint
count_of (GHashTable *counts, guint panel, guint other)
{
  gint64 key = pair_key (panel, other);
  return GPOINTER_TO_UINT (g_hash_table_lookup (counts, &key));
}

static void
count (GHashTable *counts, guint panel, guint other)
{
  gint64 key = pair_key (panel, other);
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (counts, &key)) + 1;
  g_hash_table_insert (counts, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (number));
}

static gboolean
is_recused_by_department (JipTallyEvent *event, const JipTallyJudge *judge, const JipTallyEntry *entry)
{
  return jip_tally_panel (event, judge->panel)->auto_recuses && judge->department != 0
         && judge->department == entry->department;
}

/* The panel's judges without those recused: whole panels first, then who steps back from one entry. */
static void
count_expected (JipTallyResult *result)
{
  JipTallyEvent *event = result->event;
  g_autoptr (GHashTable) own = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autofree guint *judges = g_new0 (guint, event->panels->len + 1);

  for (guint i = 0; i < event->judges->len; i++)
    {
      const JipTallyJudge *judge = jip_tally_judge (event, i);
      judges[judge->panel]++;
      if (jip_tally_panel (event, judge->panel)->auto_recuses && judge->department != 0)
        count (own, judge->panel, judge->department);
    }
  for (guint e = 0; e < event->entries->len; e++)
    for (guint p = 0; p < event->panels->len; p++)
      jip_tally_cell (result, e, p)->expected
          = judges[p] - count_of (own, p, jip_tally_entry (event, e)->department);
  for (guint i = 0; i < event->recusals->len; i++)
    {
      const JipTallyRecusal *recusal = &g_array_index (event->recusals, JipTallyRecusal, i);
      const JipTallyJudge *judge = jip_tally_judge (event, recusal->judge);
      if (!is_recused_by_department (event, judge, jip_tally_entry (event, recusal->entry)))
        jip_tally_cell (result, recusal->entry, judge->panel)->expected--;
    }
}

/* Hangs the counted ballots of rubrics and scores into their cells. */
static void
collect_scores (JipTallyResult *result, GHashTable *deciding)
{
  JipTallyEvent *event = result->event;

  for (guint i = 0; i < event->ballots->len; i++)
    {
      JipTallyBallot *ballot = jip_tally_ballot (event, i);
      guint panel = jip_tally_judge (event, ballot->judge)->panel;
      if (jip_tally_panel (event, panel)->mode == JIP_TALLY_PICK || !ballot->complete
          || g_hash_table_lookup (deciding, ballot) != ballot
          || jip_tally_entry (event, ballot->target)->withdrawn
          || jip_tally_event_is_recused (event, ballot->judge, ballot->target))
        continue;
      JipTallyCell *cell = jip_tally_cell (result, ballot->target, panel);
      result->next[i] = cell->first;
      cell->first = i + 1;
      cell->counted++;
    }
}

static void
count_votes (JipTallyResult *result, const JipTallyBallot *ballot, guint panel)
{
  for (guint i = 0; i < ballot->n_picks; i++)
    {
      guint entry = g_array_index (result->event->picks, guint, ballot->values + i);
      if (!jip_tally_event_is_recused (result->event, ballot->judge, entry))
        jip_tally_cell (result, entry, panel)->votes++;
    }
}

/* Takes the ballots of recused judges out of what their panel cast. */
static void
subtract_recused (JipTallyResult *result, GHashTable *deciding)
{
  JipTallyEvent *event = result->event;

  for (guint i = 0; i < event->recusals->len; i++)
    {
      const JipTallyRecusal *recusal = &g_array_index (event->recusals, JipTallyRecusal, i);
      const JipTallyJudge *judge = jip_tally_judge (event, recusal->judge);
      const JipTallyEntry *entry = jip_tally_entry (event, recusal->entry);
      const JipTallyBallot key = { .judge = recusal->judge, .target = entry->category };
      if (jip_tally_panel (event, judge->panel)->mode == JIP_TALLY_PICK
          && !is_recused_by_department (event, judge, entry) && g_hash_table_contains (deciding, &key))
        jip_tally_cell (result, recusal->entry, judge->panel)->counted--;
    }
}

/* Rule 5: votes and cast ballots, both without those of judges recused for the entry. */
static void
collect_picks (JipTallyResult *result, GHashTable *deciding)
{
  JipTallyEvent *event = result->event;
  guint n_categories = event->categories->len;
  g_autoptr (GHashTable) cast = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GHashTable) own = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  GHashTableIter iter;
  JipTallyBallot *ballot;

  g_hash_table_iter_init (&iter, deciding);
  while (g_hash_table_iter_next (&iter, (gpointer *) &ballot, NULL))
    {
      const JipTallyJudge *judge = jip_tally_judge (event, ballot->judge);
      const JipTallyPanel *panel = jip_tally_panel (event, judge->panel);
      if (panel->mode != JIP_TALLY_PICK)
        continue;
      count (cast, judge->panel, ballot->target);
      if (panel->auto_recuses && judge->department != 0)
        count (own, judge->panel * n_categories + ballot->target, judge->department);
      count_votes (result, ballot, judge->panel);
    }
  for (guint e = 0; e < event->entries->len; e++)
    for (guint p = 0; p < event->panels->len; p++)
      if (jip_tally_panel (event, p)->mode == JIP_TALLY_PICK)
        {
          const JipTallyEntry *entry = jip_tally_entry (event, e);
          jip_tally_cell (result, e, p)->counted
              = count_of (cast, p, entry->category)
                - count_of (own, p * n_categories + entry->category, entry->department);
        }
  subtract_recused (result, deciding);
}

/* Rule 6: TRUE when @a goes before @b as the extreme; of equal ones the id that sorts first. */
static gboolean
is_more_extreme (JipTallyEvent *event, const JipTallyBallot *a, const JipTallyBallot *b, gboolean highest)
{
  if (a->sum != b->sum)
    return highest ? a->sum > b->sum : a->sum < b->sum;
  return strcmp (jip_tally_judge (event, a->judge)->id, jip_tally_judge (event, b->judge)->id) < 0;
}

static const JipTallyBallot *
find_extreme (JipTallyResult *result,
              const JipTallyCell *cell,
              const JipTallyBallot *without,
              gboolean highest)
{
  const JipTallyBallot *found = NULL;

  for (guint i = cell->first; i != 0; i = result->next[i - 1])
    {
      const JipTallyBallot *ballot = jip_tally_ballot (result->event, i - 1);
      if (ballot != without && (found == NULL || is_more_extreme (result->event, ballot, found, highest)))
        found = ballot;
    }
  return found;
}

/* Rules 4, 6 and 7. All totals of a cell have the panel's maximum below the line, so their sums stay whole. */
static void
compute_mean (JipTallyResult *result, JipTallyCell *cell, const JipTallyPanel *panel)
{
  gint64 sum = 0;
  guint left = cell->counted;

  for (guint i = cell->first; i != 0; i = result->next[i - 1])
    sum += jip_tally_ballot (result->event, i - 1)->sum;
  if (panel->trims && cell->counted >= panel->trim_min)
    {
      const JipTallyBallot *lowest = find_extreme (result, cell, NULL, FALSE);
      const JipTallyBallot *highest = find_extreme (result, cell, lowest, TRUE);
      cell->trimmed[0] = lowest->judge;
      cell->trimmed[1] = highest->judge;
      cell->n_trimmed = 2;
      sum -= lowest->sum + highest->sum;
      left -= 2;
    }
  if (left == 0)
    return;
  mpq_init (cell->mean);
  cell->has_mean = TRUE;
  jip_tally_set_percentage (cell->mean, sum, panel->max, left);
}

static void
compute_share (JipTallyCell *cell)
{
  if (cell->counted == 0)
    return;
  mpq_init (cell->mean);
  cell->has_mean = TRUE;
  jip_tally_set_percentage (cell->mean, cell->votes, cell->counted, 1);
}

/* Rule 5, "top": each category's highest share becomes 100. */
static void
normalise (JipTallyResult *result, guint panel)
{
  JipTallyEvent *event = result->event;
  guint n_categories = event->categories->len;
  g_autofree mpq_t *highest = g_new (mpq_t, n_categories + 1);

  for (guint c = 0; c < n_categories; c++)
    mpq_init (highest[c]);
  for (guint e = 0; e < event->entries->len; e++)
    {
      const JipTallyCell *cell = jip_tally_cell (result, e, panel);
      mpq_ptr best = highest[jip_tally_entry (event, e)->category];
      if (cell->has_mean && mpq_cmp (cell->mean, best) > 0)
        mpq_set (best, cell->mean);
    }
  for (guint c = 0; c < n_categories; c++)
    if (mpq_sgn (highest[c]) > 0)
      {
        mpq_inv (highest[c], highest[c]);
        mpz_mul_ui (mpq_numref (highest[c]), mpq_numref (highest[c]), 100);
        mpq_canonicalize (highest[c]);
      }
  for (guint e = 0; e < event->entries->len; e++)
    {
      JipTallyCell *cell = jip_tally_cell (result, e, panel);
      if (cell->has_mean)
        mpq_mul (cell->mean, cell->mean, highest[jip_tally_entry (event, e)->category]);
    }
  for (guint c = 0; c < n_categories; c++)
    mpq_clear (highest[c]);
}

void
jip_tally_compute_cells (JipTallyResult *result)
{
  JipTallyEvent *event = result->event;
  g_autoptr (GHashTable) deciding = find_deciding (event);

  count_expected (result);
  collect_scores (result, deciding);
  collect_picks (result, deciding);
  for (guint e = 0; e < event->entries->len; e++)
    for (guint p = 0; p < event->panels->len && !jip_tally_entry (event, e)->withdrawn; p++)
      {
        if (jip_tally_panel (event, p)->mode == JIP_TALLY_PICK)
          compute_share (jip_tally_cell (result, e, p));
        else
          compute_mean (result, jip_tally_cell (result, e, p), jip_tally_panel (event, p));
      }
  for (guint p = 0; p < event->panels->len; p++)
    if (jip_tally_panel (event, p)->mode == JIP_TALLY_PICK && jip_tally_panel (event, p)->normalises)
      normalise (result, p);
}

/* Rule 7: too few counted ballots in any panel. */
static gboolean
is_held (JipTallyResult *result, guint entry)
{
  for (guint p = 0; p < result->event->panels->len; p++)
    {
      const JipTallyCell *cell = jip_tally_cell (result, entry, p);
      if (cell->counted < MAX (1, MIN (jip_tally_panel (result->event, p)->quorum, cell->expected)))
        return TRUE;
    }
  return FALSE;
}

/* Rule 8 */
static void
compute_total (JipTallyResult *result, guint entry)
{
  JipTallyEvent *event = result->event;
  JipTallyStanding *standing = &result->standings[entry];
  mpq_t part, weight;

  mpq_inits (part, weight, NULL);
  jip_tally_set_scaled (standing->total, jip_tally_entry (event, entry)->adjust);
  for (guint p = 0; p < event->panels->len; p++)
    {
      mpq_set_ui (weight, (unsigned long) jip_tally_panel (event, p)->weight, 100);
      mpq_canonicalize (weight);
      mpq_mul (part, weight, jip_tally_cell (result, entry, p)->mean);
      mpq_add (standing->total, standing->total, part);
    }
  if (event->precision >= 0)
    {
      jip_tally_round (mpq_numref (part), standing->total, (guint) event->precision);
      mpz_ui_pow_ui (mpq_denref (part), 10, (unsigned long) event->precision);
      mpq_canonicalize (part);
      mpq_set (standing->total, part);
    }
  mpq_clears (part, weight, NULL);
}

void
jip_tally_compute_totals (JipTallyResult *result)
{
  for (guint e = 0; e < result->event->entries->len; e++)
    {
      JipTallyStanding *standing = &result->standings[e];
      if (jip_tally_entry (result->event, e)->withdrawn)
        standing->status = JIP_TALLY_WITHDRAWN;
      else if (is_held (result, e))
        standing->status = JIP_TALLY_HELD;
      else
        {
          standing->status = JIP_TALLY_RANKED;
          compute_total (result, e);
        }
    }
}
