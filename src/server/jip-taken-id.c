/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After a restore an id may be another's when what had it comes back: everybody has read it, and whoever is first may use it.
 * Both are kept. What was acknowledged gets an id that follows from its old one and its author, and keeps it over all
 * restores; what was said about it before the other one was made is about it still. */
#include "jip-taken-id.h"

#include <string.h>

#include "jip-proposal-table.h"
#include "jip-refill-table.h"

#define GIVEN \
  't' /* the mark of what has a given id; and the place at which its own was taken, if that is behind it */
#define TAKEN "taken" /* ID:GIVEN, with the place of what has the given id */
#define UNTIL "until" /* GIVEN, with the place at which its own was taken */

/* All that was made with the id $1, with their places. */
#define MADE \
  "(name = 'proposal:' || $1 OR (name > '" TAKEN ":' || $1 || ':' AND name < '" TAKEN ":' || $1 || ';'))"

/**
 * jip_taken_id_note_made:
 * @kind: the table
 *
 * Remembers where it stands: what came before is not about it.
 */
gboolean
jip_taken_id_note_made (JipMutationContext *context, const char *kind, const char *id, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s:%s", kind, id);

  if (!context->services->restored && context->refill == NULL)
    return TRUE;
  /* what is new stands behind all that was there */
  return jip_placed_set (context->database, name,
                         context->refill != NULL ? context->place : context->place + 1, error);
}

/* Whether its id had been taken when it came back from an earlier restore. */
gboolean
jip_taken_id_was_given (const JipMutationContext *context)
{
  return context->refill != NULL && context->refill->mark != NULL && *context->refill->mark == GIVEN;
}

static char *
derive (JipMutationContext *context, const char *kind, const char *id)
{
  g_autofree char *name = g_strdup_printf ("%s|%s", id, context->account);

  return jip_services_derive_id (context->services, kind, name);
}

/**
 * jip_taken_id_give:
 * @kind: the table
 * @id: of what the account had made, and is another one's now
 * @given: (out) (transfer full): the id that it has instead, which its receipt remembers
 */
gboolean
jip_taken_id_give (JipMutationContext *context,
                   const char *kind,
                   const char *id,
                   char **given,
                   GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s:%s", kind, id);
  gint64 taken;

  *given = derive (context, kind, id);
  if (!jip_placed_get (context->database, name, &taken, error))
    return FALSE;
  g_free (context->refill_mark);
  context->refill_mark = jip_taken_id_was_given (context) ? g_strdup (context->refill->mark)
                         : taken > context->place ? g_strdup_printf ("%c%" G_GINT64_FORMAT, GIVEN, taken)
                                                  : g_strdup_printf ("%c", GIVEN);
  return TRUE;
}

/**
 * jip_taken_id_find_own:
 * @kind: the table, whose rows have authors
 * @own: (out) (transfer full) (nullable): @id, or what it was given instead, if that is the account's; %NULL if there is none
 */
gboolean
jip_taken_id_find_own (JipMutationContext *context,
                       const char *kind,
                       const char *id,
                       char **own,
                       GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *given = derive (context, kind, id);
  g_autofree char *sql = g_strdup_printf (
      "SELECT id FROM %s WHERE id IN ($1, $2) AND author = $3 ORDER BY id <> $1 LIMIT 1", kind);

  *own = jip_database_query_text (context->database, &problem, sql, "ttt", id, given, context->account);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * jip_taken_id_find_proposal:
 * @proposal: (out) (transfer full): of those that have, or had, @id the one that it was when the mutation was judged
 */
gboolean
jip_taken_id_find_proposal (JipMutationContext *context, const char *id, char **proposal, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *found = NULL;

  if (context->refill != NULL)
    found = jip_database_query_text (
        context->database, &problem,
        "SELECT name FROM placed WHERE " MADE " AND place <= $2 AND NOT EXISTS"
        " (SELECT 1 FROM placed u WHERE u.place <= $2"
        " AND u.name = '" UNTIL ":' || substr (placed.name, CAST ($3 AS INTEGER)))"
        " ORDER BY place DESC, name LIMIT 1",
        "tii", id, context->place, (gint64) (strlen (TAKEN "::") + strlen (id) + 1));
  *proposal = g_strdup (found != NULL ? strrchr (found, ':') + 1 : id);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * jip_taken_id_is_another:
 * @other: a proposal's
 * @another: (out): whether @other was given to a proposal that had @id
 */
gboolean
jip_taken_id_is_another (JipMutationContext *context,
                         const char *id,
                         const char *other,
                         gboolean *another,
                         GError **error)
{
  g_autofree char *name = g_strdup_printf (TAKEN ":%s:%s", id, other);
  gint64 place;

  if (!jip_placed_get (context->database, name, &place, error))
    return FALSE;
  *another = place > 0;
  return TRUE;
}

/* What stands behind @after, before the next one that was made with the same id. */
typedef struct
{
  const char *from;
  const char *to;
  gint64 after;
  gint64 before;
} Span;

static gboolean
find_span (JipMutationContext *context, Span *span, GError **error)
{
  g_autoptr (GError) problem = NULL;

  span->after = context->place;
  span->before = g_ascii_strtoll (context->refill_mark + 1, NULL, 10);
  if (span->before > 0)
    {
      g_autofree char *until = g_strdup_printf (UNTIL ":%s", span->to);
      return jip_placed_set (context->database, until, span->before, error);
    }
  span->before
      = jip_database_query_int (context->database, 0, &problem,
                                "SELECT COALESCE (MIN (place), $3) FROM placed WHERE " MADE " AND place > $2",
                                "tii", span->from, span->after, G_MAXINT64);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* @sql: asks for names, by from, after and before */
static GStrv
list_in (JipMutationContext *context, const Span *span, const char *sql, GError **error)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows
      = jip_database_query (context->database, error, sql, "tii", span->from, span->after, span->before);

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    g_strv_builder_add (names, jip_rows_text (rows, 0));
  if (problem == NULL)
    return g_strv_builder_end (names);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static gboolean
touch_all (JipMutationContext *context, const char *table, GStrv ids, GError **error)
{
  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    if (!jip_mutation_touch (context, table, ids[i], error))
      return FALSE;
  return ids != NULL;
}

#define COMMENTS \
  "SELECT c.id FROM comment c JOIN placed p ON p.name = 'comment:' || c.id" \
  " WHERE c.proposal = $1 AND p.place > $2 AND p.place < $3"

/* With the files on them. */
static gboolean
move_comments (JipMutationContext *context, const Span *span, GError **error)
{
  static const char *const tables[] = { "attachment", "comment" };
  g_auto (GStrv) comments = list_in (context, span, COMMENTS, error);
  g_auto (GStrv) attachments
      = list_in (context, span, "SELECT id FROM attachment WHERE comment IN (" COMMENTS ")", error);

  if (comments == NULL || attachments == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *sql = g_strdup_printf ("UPDATE %s SET proposal = $4 WHERE %s IN (" COMMENTS ")",
                                              tables[i], i == 0 ? "comment" : "id");
      if (!jip_database_run (context->database, error, sql, "tiit", span->from, span->after, span->before,
                             span->to))
        return FALSE;
    }
  return jip_database_run (
             context->database, error,
             "UPDATE proposal SET comments = (SELECT COUNT(*) FROM comment c WHERE c.proposal = proposal.id)"
             " WHERE id IN ($1, $2)",
             "tt", span->from, span->to)
         && touch_all (context, "comment", comments, error)
         && touch_all (context, "attachment", attachments, error);
}

/**
 * jip_taken_id_move_comment:
 * @from: the proposal that it was added to when it came before its receipt
 * @to: the one that was meant
 */
gboolean
jip_taken_id_move_comment (JipMutationContext *context, const char *from, const char *to, GError **error)
{
  const Span span = { from, to, context->place - 1, context->place + 1 };

  return move_comments (context, &span, error) && jip_mutation_touch (context, "proposal", from, error)
         && jip_mutation_touch (context, "proposal", to, error);
}

#define VOTES "name > 'vote:' || $1 || ':' AND name < 'vote:' || $1 || ';' AND place > $2 AND place < $3"

static gboolean
withdraw_vote (JipMutationContext *context, const char *proposal, const char *account, GError **error)
{
  g_autofree char *id = g_strdup_printf ("%s:%s", proposal, account);
  gboolean changed;

  return jip_vote_set (context->database, proposal, account, FALSE, &changed, error)
         && (!changed || jip_mutation_touch (context, "vote", id, error));
}

/* They are taken back, and wait for their own proposal, which is there now. */
static gboolean
move_votes (JipMutationContext *context, const Span *span, GError **error)
{
  JipDatabase *database = context->database;
  g_autofree char *waits_for = g_strconcat ("proposal:", span->to, NULL);
  g_auto (GStrv) names = list_in (context, span, "SELECT name FROM placed WHERE " VOTES, error);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (!withdraw_vote (context, span->from, strrchr (names[i], ':') + 1, error))
      return FALSE;
  return names != NULL
         && jip_database_run (
             database, error,
             "INSERT INTO parked (replica, n, account, name, args, status, code, mark, place, received_at, waits_for)"
             " SELECT replica, n, account, mutation, args, 'ok', code, mark, place, received_at, $4"
             " FROM claim WHERE " VOTES " ON CONFLICT (replica, n) DO NOTHING",
             "tiit", span->from, span->after, span->before, waits_for)
         && jip_database_run (database, error, "DELETE FROM claim WHERE " VOTES, "tii", span->from,
                              span->after, span->before)
         && jip_database_run (database, error, "DELETE FROM placed WHERE " VOTES, "tii", span->from,
                              span->after, span->before);
}

/**
 * jip_taken_id_take_proposal:
 * @id: that it had, and is another proposal's
 * @given: is there now
 *
 * What came back before it, and was said of the other one since that has its id, is about it again.
 */
gboolean
jip_taken_id_take_proposal (JipMutationContext *context, const char *id, const char *given, GError **error)
{
  g_autofree char *name = g_strdup_printf (TAKEN ":%s:%s", id, given);
  Span span = { id, given, 0, 0 };

  jip_mutation_arrived (context, "proposal", id); /* what waits names this one */
  return jip_placed_set (context->database, name, context->place, error) && find_span (context, &span, error)
         && move_comments (context, &span, error) && move_votes (context, &span, error)
         && jip_mutation_touch (context, "proposal", id, error)
         && jip_mutation_touch (context, "proposal", given, error);
}
