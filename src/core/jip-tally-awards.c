/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules 10 and 11: seats, the grand prize, and what a tie leaves undecided. */
#include "jip-tally-private.h"

/* The seats of one category, taken from the front. */
typedef struct
{
  JipTallyEvent *event;
  guint award;
  gint64 used;
} Seats;

/* Returns: (nullable): the award of the next seat, NULL when all are taken */
static const char *
take_seat (Seats *seats)
{
  if (seats->award >= seats->event->awards->len)
    return NULL;
  const JipTallyAward *award = &g_array_index (seats->event->awards, JipTallyAward, seats->award);
  if (++seats->used == award->seats)
    {
      seats->award++;
      seats->used = 0;
    }
  return award->id;
}

/* @group: entries of one rank, which jip-tally-rank.c leaves in the input's order
 * @category: JIP_TALLY_NONE for the grand prize */
static void
add_undecided (JipTallyResult *result, const char *award, guint category, const guint *group, guint length)
{
  JipTallyEvent *event = result->event;
  const char **ids = g_new0 (const char *, length + 1);

  for (guint i = 0; i < length; i++)
    ids[i] = jip_tally_entry (event, group[i])->id;
  JipTallyUndecided undecided = { .award = award, .entries = ids };
  if (category != JIP_TALLY_NONE)
    undecided.category = g_ptr_array_index (event->categories, category);
  g_array_append_val (result->undecided, undecided);
}

static void
give (JipTallyResult *result, guint entry, const char *award)
{
  g_ptr_array_add (result->standings[entry].awards, (gpointer) award);
}

/* A group that shares a rank takes as many seats as it has members. */
static void
seat_group (JipTallyResult *result, Seats *seats, guint category, const guint *group, guint length)
{
  g_autoptr (GPtrArray) awards = g_ptr_array_new ();
  const char *award = NULL;

  for (guint i = 0; i < length; i++)
    {
      award = take_seat (seats);
      if (award != NULL && (awards->len == 0 || g_ptr_array_index (awards, awards->len - 1) != award))
        g_ptr_array_add (awards, (gpointer) award);
    }
  gboolean enough = award != NULL;
  for (guint i = 0; enough && awards->len == 1 && i < length; i++)
    give (result, group[i], award);
  for (guint i = 0; (!enough || awards->len > 1) && i < awards->len; i++)
    add_undecided (result, g_ptr_array_index (awards, i), category, group, length);
}

/* @leaver: an entry that leaves the line, or JIP_TALLY_NONE; it is the only one of its rank */
static void
fill_seats (JipTallyResult *result, Seats *seats, guint category, const JipTallyOrder *order, guint leaver)
{
  for (guint from = 0, end; from < order->length; from = end)
    {
      end = from + 1;
      while (end < order->length && !order->starts[end])
        end++;
      if (order->entries[from] != leaver)
        seat_group (result, seats, category, order->entries + from, end - from);
    }
}

/* Returns: the grand winner, or JIP_TALLY_NONE */
static guint
give_grand (JipTallyResult *result, const JipTallyOrder *overall)
{
  guint first = 1;

  if (result->event->grand == NULL || overall->length == 0)
    return JIP_TALLY_NONE;
  while (first < overall->length && !overall->starts[first])
    first++;
  if (first == 1)
    {
      give (result, overall->entries[0], result->event->grand);
      return overall->entries[0];
    }
  add_undecided (result, result->event->grand, JIP_TALLY_NONE, overall->entries, first);
  return JIP_TALLY_NONE;
}

/* @by_category: a JipTallyOrder for each category */
void
jip_tally_give_awards (JipTallyResult *result, JipTallyOrder *overall, GPtrArray *by_category)
{
  JipTallyEvent *event = result->event;
  guint winner = give_grand (result, overall);

  for (guint c = 0; c < event->categories->len; c++)
    {
      Seats seats = { .event = event };
      gboolean is_winners = winner != JIP_TALLY_NONE && jip_tally_entry (event, winner)->category == c;
      if (is_winners && event->grand_mode == JIP_TALLY_PROMOTE)
        take_seat (&seats);
      fill_seats (result, &seats, c, g_ptr_array_index (by_category, c),
                  is_winners && event->grand_mode != JIP_TALLY_STACK ? winner : JIP_TALLY_NONE);
    }
}
