/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Restores can let two ballots of one version in, each with a valid receipt. Both are kept: the one that was judged later
 * takes the next version, from which one that was judged later still moves on in turn. So the versions follow from the
 * ballots and their places alone, whichever of them are here first. */
#include "jip-ballot-versions.h"

#include <string.h>

#include "jip-claim-table.h"
#include "jip-refill-table.h"

#define SAME \
  "s" /* the mark of a ballot that has no row, since its judge had handed in the same one already */
#define STAND_IN "stand-in"
#define MAX_DEVICES 16        /* of one judge, that gave the same ballot */
#define SAME_AS "same-ballot" /* ID:OTHER: what is decided about ID is about OTHER, which has the row */

typedef struct
{
  char *id; /* %NULL: the one that comes in */
  gint64 place;
  gint64 before; /* the version that it had */
  gint64 version;
  gint64 given; /* the version that it came with */
  gboolean refused;
} Slot;

static void
slot_clear (gpointer data)
{
  g_free (((Slot *) data)->id);
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Slot *one = a, *other = b;

  if (one->place != other->place)
    return one->place < other->place ? -1 : 1;
  return (one->version > other->version) - (one->version < other->version);
}

/* All of the same judge and subject, the one that was judged first in front; @ballot too if it is @incoming. */
static GArray *
list_slots (JipMutationContext *context, const JipBallot *ballot, gboolean incoming, GError **error)
{
  g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (Slot));
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      context->database, error,
      "SELECT id, COALESCE (place, (SELECT p.place FROM placed p WHERE p.name = 'ballot:' || ballot.id), 0), version,"
      " COALESCE (given, version), CASE WHEN state = 'late-refused' THEN 1 ELSE 0 END"
      " FROM ballot WHERE judge = $1 AND subject = $2",
      "tt", ballot->judge, ballot->subject);

  g_array_set_clear_func (slots, slot_clear);
  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    {
      const gint64 version = jip_rows_int (rows, 2);
      Slot slot = {
        g_strdup (jip_rows_text (rows, 0)), jip_rows_int (rows, 1), version, version, jip_rows_int (rows, 3),
        jip_rows_int (rows, 4) != 0
      };
      g_array_append_val (slots, slot);
    }
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  if (incoming)
    {
      Slot slot = { NULL,
                    context->place,
                    ballot->version,
                    ballot->version,
                    ballot->given,
                    g_strcmp0 (ballot->state, "late-refused") == 0 };
      g_array_append_val (slots, slot);
    }
  g_array_sort (slots, compare_places);
  return g_steal_pointer (&slots);
}

/* Finds each its version, from the one that was judged first on. Where the result is announced, what is refused stands behind
 * what counts, which stays unless one that counts has come (@moves). */
static void
find_versions (GArray *slots, gboolean announced, gboolean moves)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (int refused = FALSE; refused <= announced; refused++)
    for (guint i = 0; i < slots->len; i++)
      {
        Slot *slot = &g_array_index (slots, Slot, i);
        if (announced && slot->refused != refused)
          continue;
        slot->version = !announced || moves || refused ? slot->given : slot->before;
        while (!g_hash_table_add (taken, GSIZE_TO_POINTER ((gsize) slot->version)))
          slot->version++;
      }
}

/* Moves those whose version is another one now; none stands in the way of another meanwhile. */
static gboolean
write_versions (JipMutationContext *context, GArray *slots, GError **error)
{
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < slots->len; i++)
      {
        const Slot *slot = &g_array_index (slots, Slot, i);
        if (slot->id == NULL || slot->version == slot->before)
          continue;
        if (!jip_ballot_set_version (context->database, slot->id, pass == 0 ? -1 - (gint64) i : slot->version,
                                     error)
            || (pass == 1 && !jip_mutation_touch (context, "ballot", slot->id, error)))
          return FALSE;
      }
  return TRUE;
}

/* @id: %NULL for the one that comes in */
static Slot *
find_slot (GArray *slots, const char *id)
{
  for (guint i = 0; i < slots->len; i++)
    if (g_strcmp0 (g_array_index (slots, Slot, i).id, id) == 0)
      return &g_array_index (slots, Slot, i);
  return NULL;
}

/* @ballot: (inout): one of a judge's about a subject; gets its version, where it has or gets a row */
static gboolean
settle (JipMutationContext *context, JipBallot *ballot, gboolean incoming, gboolean announced, GError **error)
{
  g_autoptr (GArray) slots = list_slots (context, ballot, incoming, error);

  if (slots == NULL)
    return FALSE;
  const Slot *own = find_slot (slots, incoming ? NULL : ballot->id);
  find_versions (slots, announced, own != NULL && !own->refused);
  if (own != NULL)
    ballot->version = own->version;
  return write_versions (context, slots, error);
}

/**
 * jip_ballot_versions_make_room:
 * @ballot: comes in; gets the version that it has now: another one where it meets one of its own
 */
gboolean
jip_ballot_versions_make_room (JipMutationContext *context,
                               JipBallot *ballot,
                               gboolean announced,
                               GError **error)
{
  return settle (context, ballot, TRUE, announced, error);
}

/**
 * jip_ballot_versions_find_again:
 * @ballot: has the row of one that stood in for it; gets the version that its own place makes
 */
gboolean
jip_ballot_versions_find_again (JipMutationContext *context,
                                JipBallot *ballot,
                                gboolean announced,
                                GError **error)
{
  return settle (context, ballot, FALSE, announced, error);
}

/* The decisions about the one that goes are decisions about the other. @newest: (out): whether the newest is one of these */
static gboolean
hand_on_decisions (JipDatabase *database, const char *id, const char *other, gboolean *newest, GError **error)
{
  g_autofree char *from = g_strconcat ("late:", id, NULL), *to = g_strconcat ("late:", other, NULL);
  gint64 place;

  *newest = FALSE;
  return jip_placed_get (database, from, &place, error)
         && (place == 0
             || (jip_placed_claim (database, to, place, newest, error)
                 && jip_placed_set (database, from, 0, error)
                 && jip_claim_rename (database, from, to, error)));
}

/**
 * jip_ballot_versions_note_same_as:
 * @id: of a ballot that has no row, or none any more
 * @other: the same one, from the judge's other device
 * @newest: (out): whether the newest decision about both was one about @id
 */
gboolean
jip_ballot_versions_note_same_as (JipMutationContext *context,
                                  const char *id,
                                  const char *other,
                                  gboolean *newest,
                                  GError **error)
{
  g_autofree char *name = g_strdup_printf (SAME_AS ":%s:%s", id, other);

  *newest = FALSE;
  if (strcmp (id, other) == 0)
    return TRUE;
  jip_mutation_arrived (context, "ballot", id);
  return jip_placed_set (context->database, name, context->place, error)
         && hand_on_decisions (context->database, id, other, newest, error);
}

/* @other: (out) (nullable): which one @id is the same as */
static gboolean
find_same_as (JipDatabase *database, const char *id, char **other, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *name = g_strdup_printf (SAME_AS ":%s", id);
  g_autofree char *found = jip_database_query_text (database, &problem,
                                                    "SELECT name FROM placed WHERE name > $1 || ':'"
                                                    " AND name < $1 || ';' ORDER BY place DESC LIMIT 1",
                                                    "t", name);

  *other = found != NULL ? g_strdup (found + strlen (name) + 1) : NULL;
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * jip_ballot_versions_get:
 * @ballot: (out) (transfer full) (nullable): @id, or the one that stands for it, of however many devices
 */
gboolean
jip_ballot_versions_get (JipDatabase *database, const char *id, JipBallot **ballot, GError **error)
{
  g_autofree char *wanted = g_strdup (id);

  *ballot = NULL;
  for (guint i = 0; wanted != NULL && i < MAX_DEVICES; i++)
    {
      g_autofree char *other = NULL;
      if (!jip_ballot_get (database, wanted, ballot, error))
        return FALSE;
      if (*ballot != NULL)
        return TRUE;
      if (!find_same_as (database, wanted, &other, error))
        return FALSE;
      g_free (wanted);
      wanted = g_steal_pointer (&other);
    }
  return TRUE;
}

/* Its row goes: the judge's other device had handed in the same before, in @other. */
static gboolean
drop (JipMutationContext *context, JipBallot *ballot, const char *other, gboolean announced, GError **error)
{
  gboolean decides;

  return jip_ballot_versions_note_same_as (context, ballot->id, other, &decides, error)
         && jip_ballot_remove (context->database, ballot->id, other, decides, error)
         && jip_mutation_touch (context, "ballot", ballot->id, error)
         && jip_mutation_touch (context, "late_ballot", ballot->id, error)
         && jip_mutation_touch (context, "ballot", other, error)
         && jip_mutation_touch (context, "late_ballot", other, error)
         && settle (context, ballot, FALSE, announced, error);
}

/* A fresh ballot that a judge's other device has handed in before. */
void
jip_ballot_versions_note_same (JipMutationContext *context)
{
  jip_mutation_set_mark (context, SAME);
}

/* The id of a ballot that came with the same version and the same contents, of the same judge about the same; %NULL for none. */
static gboolean
find_same (JipDatabase *database, const JipBallot *ballot, gboolean stand_in, char **id, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *id = jip_database_query_text (
      database, &problem,
      "SELECT id FROM ballot WHERE judge = $1 AND subject = $2 AND hash = $3 AND COALESCE (given, version) = $4"
      " AND ($5 = 0 OR EXISTS (SELECT 1 FROM placed WHERE name = '" STAND_IN ":' || ballot.id)) AND id <> $6"
      " ORDER BY version LIMIT 1",
      "tttiit", ballot->judge, ballot->subject, ballot->hash, ballot->given, (gint64) stand_in, ballot->id);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * jip_ballot_versions_find_id:
 * @ballot: was acknowledged before a restore; gets another id where its own is another ballot's now
 *
 * What was acknowledged counts, whoever has taken its id since.
 */
gboolean
jip_ballot_versions_find_id (JipMutationContext *context, JipBallot *ballot, GError **error)
{
  g_autoptr (JipBallot) there = NULL;

  if (!jip_ballot_get (context->database, ballot->id, &there, error))
    return FALSE;
  if (there == NULL
      || (strcmp (there->judge, ballot->judge) == 0 && strcmp (there->subject, ballot->subject) == 0
          && strcmp (there->hash, ballot->hash) == 0))
    return TRUE;
  g_autofree char *name
      = g_strdup_printf ("%s|%s|%s|%s", ballot->id, ballot->judge, ballot->subject, ballot->hash);
  g_free (ballot->id);
  ballot->id = jip_services_derive_id (context->services, "ballot", name);
  return TRUE;
}

/**
 * jip_ballot_versions_note_first:
 * @id: has a row
 * @mark: (nullable): of its receipt, by which another device may have been first
 */
gboolean
jip_ballot_versions_note_first (JipMutationContext *context, const char *id, const char *mark, GError **error)
{
  gboolean newest;

  return g_strcmp0 (mark, SAME) != 0 || jip_mutation_place (context, STAND_IN, id, &newest, error);
}

/**
 * jip_ballot_versions_come_back:
 * @ballot: was acknowledged before a restore, and has found its id; may get another version
 * @known: (out): whether nothing is left to do
 * @stand_in: (out) (transfer full) (nullable): whose row it gets; where it is known, the one that is there for it
 *
 * Of two devices that gave the same ballot the first has the row; the second's stands in for it as long as that is not back.
 * One that came before its receipt stands in for itself, or leaves its row to the first.
 */
gboolean
jip_ballot_versions_come_back (JipMutationContext *context,
                               JipBallot *ballot,
                               gboolean announced,
                               gboolean *known,
                               char **stand_in,
                               GError **error)
{
  g_autoptr (JipBallot) there = NULL;
  g_autofree char *other = NULL;
  gboolean same = g_strcmp0 (context->refill->mark, SAME) == 0, newest;

  if (!jip_ballot_get (context->database, ballot->id, &there, error)
      || !find_same (context->database, ballot, !same, &other, error))
    return FALSE;
  if (there != NULL && context->moved_from > 0)
    {
      *known = same && other != NULL;
      *stand_in = *known ? g_steal_pointer (&other) : g_strdup (ballot->id);
      return *known ? drop (context, ballot, *stand_in, announced, error)
                    : jip_ballot_versions_note_first (context, ballot->id, context->refill->mark, error);
    }
  *known = there != NULL || (same && other != NULL);
  if (*known)
    return there != NULL || jip_ballot_versions_note_same_as (context, ballot->id, other, &newest, error);
  *stand_in = g_steal_pointer (&other);
  if (*stand_in != NULL)
    return TRUE;
  return jip_ballot_versions_note_first (context, ballot->id, context->refill->mark, error)
         && jip_ballot_versions_make_room (context, ballot, announced, error);
}
