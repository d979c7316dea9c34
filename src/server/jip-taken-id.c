/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After a restore an id may be another's when what had it comes back: everybody has read it, and whoever is first may use it.
 * Both are kept. What was acknowledged gets an id that follows from its old one and its author; nobody else can use that, and either id
 * finds it. What is said of an idea remembers which one that is: by the id it was made with, and the one it may be given. */
#include "jip-taken-id.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-id.h"
#include "jip-refill-table.h"

#define GIVEN 't'     /* begins the mark of what has a given id */
#define TAKEN "taken" /* ID:GIVEN of a proposal, with its place */

static char *
derive (JipMutationContext *context, const char *kind, const char *id, const char *author)
{
  g_autofree char *name = g_strdup_printf ("%s|%s", id, author);

  return jip_services_derive_id (context->services, kind, name);
}

/**
 * jip_taken_id_check_new:
 * @id: of a new row
 *
 * Ids that a restored server gives are no client's (version 8 of a UUID).
 */
gboolean
jip_taken_id_check_new (const JipMutationContext *context, const char *id, GError **error)
{
  return context->refill != NULL || !context->services->restored || id[14] != '8'
         || jip_error_set (error, JIP_ERROR_ID_TAKEN, _ ("$.args.id: only the server makes such ids"));
}

/**
 * jip_taken_id_arrived:
 * @kind: the table
 * @id: with which the account made what is there now
 *
 * What waits for it may name the id that it was given, or would be.
 */
void
jip_taken_id_arrived (JipMutationContext *context, const char *kind, const char *id)
{
  if (!context->services->restored && context->refill == NULL)
    return;
  g_autofree char *given = derive (context, kind, id, context->account);
  jip_mutation_arrived (context, kind, id);
  jip_mutation_arrived (context, kind, given);
}

/**
 * jip_taken_id_note_given:
 * @given: the id of a proposal that was made with @id
 */
gboolean
jip_taken_id_note_given (JipMutationContext *context, const char *id, const char *given, GError **error)
{
  g_autofree char *name = g_strdup_printf (TAKEN ":%s:%s", id, given);

  return jip_placed_set (context->database, name, context->place, error);
}

/* Whether its id had been taken when it came back from an earlier restore. */
gboolean
jip_taken_id_was_given (const JipMutationContext *context)
{
  return context->refill != NULL && context->refill->mark != NULL && *context->refill->mark == GIVEN;
}

/**
 * jip_taken_id_give:
 * @kind: the table
 * @id: of what the account had made, and is another one's now
 *
 * Returns: (transfer full): the id that it has instead, which its receipt remembers
 */
char *
jip_taken_id_give (JipMutationContext *context, const char *kind, const char *id)
{
  const char *mark = context->refill->mark != NULL ? context->refill->mark : "";

  g_free (context->refill_mark);
  context->refill_mark = *mark == GIVEN ? g_strdup (mark) : g_strdup_printf ("%c%s", GIVEN, mark);
  return derive (context, kind, id, context->account);
}

/* @own: (out) (nullable): what would have been given @given, and has its own id */
static gboolean
find_not_given (JipMutationContext *context, const char *kind, const char *given, char **own, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM %s WHERE author = $1", kind);
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (context->database, error, sql, "t", context->account);

  if (rows == NULL)
    return FALSE;
  while (*own == NULL && jip_rows_next (rows, &problem))
    {
      g_autofree char *would = derive (context, kind, jip_rows_text (rows, 0), context->account);
      if (strcmp (would, given) == 0)
        *own = g_strdup (jip_rows_text (rows, 0));
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * jip_taken_id_find_own:
 * @kind: the table, whose rows have authors
 * @own: (out) (transfer full) (nullable): of the account's the one that has, had or was given @id; %NULL if there is none
 */
gboolean
jip_taken_id_find_own (JipMutationContext *context,
                       const char *kind,
                       const char *id,
                       char **own,
                       GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *given = derive (context, kind, id, context->account);
  g_autofree char *sql = g_strdup_printf (
      "SELECT id FROM %s WHERE id IN ($1, $2) AND author = $3 ORDER BY id <> $1 LIMIT 1", kind);

  *own = jip_database_query_text (context->database, &problem, sql, "ttt", id, given, context->account);
  if (problem == NULL)
    return *own != NULL || id[14] != '8' || find_not_given (context, kind, id, own, error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* @author: (out) (nullable): %NULL where there is no such proposal */
static gboolean
read_author (JipMutationContext *context, const char *proposal, char **author, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *author = jip_database_query_text (context->database, &problem, "SELECT author FROM proposal WHERE id = $1",
                                     "t", proposal);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* @about: what mark_about() has noted */
static gboolean
find_marked (JipMutationContext *context, const char *about, char **proposal, GError **error)
{
  g_autofree char *id = g_strndup (about, JIP_ID_LENGTH), *author = NULL, *would = NULL;
  const char *given = about + JIP_ID_LENGTH + 1;

  jip_mutation_missing (context, "proposal", given);
  if (!read_author (context, given, &author, error))
    return FALSE;
  if (author != NULL)
    {
      *proposal = g_strdup (given);
      return TRUE;
    }
  if (!read_author (context, id, &author, error))
    return FALSE;
  would = author != NULL ? derive (context, "proposal", id, author) : NULL;
  *proposal = g_strcmp0 (would, given) == 0 ? g_steal_pointer (&id) : NULL;
  return TRUE;
}

/* The id that a proposal was made with, and the one that it may be given: whoever has the first after a restore. */
static gboolean
mark_about (JipMutationContext *context, const char *proposal, const char *author, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *taken = NULL, *given = NULL, *mark = NULL;

  if (context->services->restored)
    taken = jip_database_query_text (context->database, &problem,
                                     "SELECT name FROM placed WHERE name > '" TAKEN ":' AND name < '" TAKEN
                                     ";' AND name LIKE '%:' || $1",
                                     "t", proposal);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  given = taken == NULL ? derive (context, "proposal", proposal, author) : g_strdup (proposal);
  mark = g_strdup_printf ("%.*s~%s", JIP_ID_LENGTH, taken != NULL ? taken + strlen (TAKEN ":") : proposal,
                          given);
  jip_mutation_set_mark (context, mark);
  return TRUE;
}

/**
 * jip_taken_id_find_proposal:
 * @proposal: (out) (transfer full) (nullable): what a comment or vote that names @id is about; %NULL where that is not there
 *
 * The receipt of a new one remembers it.
 */
gboolean
jip_taken_id_find_proposal (JipMutationContext *context, const char *id, char **proposal, GError **error)
{
  g_autofree char *author = NULL;
  const char *mark = context->refill != NULL ? context->refill->mark : NULL;

  *proposal = NULL;
  if (mark != NULL && *mark == GIVEN)
    mark++;
  if (mark != NULL && strlen (mark) == 2 * JIP_ID_LENGTH + 1) /* receipts of older servers say nothing */
    return find_marked (context, mark, proposal, error);
  jip_mutation_missing (context, "proposal", id);
  if (!read_author (context, id, &author, error))
    return FALSE;
  *proposal = author != NULL ? g_strdup (id) : NULL;
  return author == NULL || context->refill != NULL || mark_about (context, id, author, error);
}
