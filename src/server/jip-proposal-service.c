/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-proposal-service.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-account-table.h"
#include "jip-feed-table.h"
#include "jip-id.h"
#include "jip-mutation-args.h"
#include "jip-proposal-feed.h"
#include "jip-proposal-place.h"
#include "jip-taken-id.h"
#include "jip-text.h"

static char *
dup_unless_empty (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

static gboolean
fields_equal (JipProposalFields *a, JipProposalFields *b)
{
  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    if (g_strcmp0 (*jip_proposal_field_at (a, i), *jip_proposal_field_at (b, i)) != 0)
      return FALSE;
  return TRUE;
}

static gboolean
check_department (JipMutationContext *context, const char *id, GError **error)
{
  gboolean exists = TRUE;

  jip_mutation_missing (context, "accounts", "");
  if (id != NULL && *id != '\0' && !jip_department_exists (context->database, id, &exists, error))
    return FALSE;
  return exists
         || jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.department: there is no such department"));
}

static gboolean
same_submission (JipMutationContext *context,
                 JipProposal *existing,
                 JipProposal *sent,
                 gboolean *same,
                 GError **error)
{
  g_auto (JipProposalFields) first = { NULL };
  gboolean found;

  if (!jip_proposal_get_version (context->database, existing->id, 1, &first, &found, error))
    return FALSE;
  *same = found && strcmp (existing->author, context->account) == 0
          && strcmp (existing->kind, sent->kind) == 0 && existing->anonymous == sent->anonymous
          && fields_equal (&first, &sent->fields);
  return TRUE;
}

static gboolean
add_version (JipMutationContext *context,
             const char *proposal,
             gint64 version,
             const JipProposalFields *fields,
             const char *lost_id,
             GError **error)
{
  g_autofree char *id
      = lost_id != NULL ? g_strdup (lost_id) : g_strdup_printf ("%s:%" G_GINT64_FORMAT, proposal, version);

  if (lost_id == NULL)
    jip_mutation_arrived (context, "proposal", id);
  return jip_proposal_add_version (context->database, id, proposal, version, fields, context->account,
                                   lost_id != NULL, context->now, error)
         && jip_mutation_touch (context, "proposal_version", id, error);
}

/* What is refilled may be another account's: its name is in the tables. */
static gboolean
feed_proposal (JipMutationContext *context, const JipProposal *sent, const char *first, GError **error)
{
  const JipProposalPerson author = { context->asker.name, context->asker.department_name };

  if (context->refill == NULL)
    return jip_proposal_feed_add (context->database, context->pokes, sent, first, &author, context->now,
                                  error);
  return jip_mutation_touch (context, "proposal", sent->id, error)
         && jip_mutation_touch (context, "own_proposal", sent->id, error)
         && jip_mutation_touch (context, "proposal_version", first, error)
         && jip_mutation_touch (context, "proposal_step", first, error);
}

/* @made: the id that it was made with */
static gboolean
insert_proposal (JipMutationContext *context, JipProposal *sent, const char *made, GError **error)
{
  g_autofree char *first = g_strdup_printf ("%s:1", sent->id); /* the version, and the step */

  jip_taken_id_arrived (context, "proposal", made);
  jip_mutation_arrived (context, "proposal", first);
  return jip_proposal_insert (context->database, sent, context->now, error)
         && jip_proposal_add_step (context->database, first, sent->id, NULL, sent->state, context->account,
                                   NULL, context->now, error)
         && jip_proposal_add_version (context->database, first, sent->id, 1, &sent->fields, context->account,
                                      FALSE, context->now, error)
         && (strcmp (sent->id, made) == 0 || jip_taken_id_note_given (context, made, sent->id, error))
         && feed_proposal (context, sent, first, error);
}

/* It came before its receipt was back. */
static gboolean
move_proposal (JipMutationContext *context, const JipProposal *existing, GError **error)
{
  g_autofree char *first = g_strdup_printf ("%s:1", existing->id);

  return jip_proposal_set_received (context->database, existing->id, context->now, error)
         && feed_proposal (context, existing, first, error);
}

/* Its id is another one's by now, or was before an earlier restore.
 * @existing: (inout) (nullable): gets the one that is there under the given id */
static gboolean
find_given (JipMutationContext *context,
            JipProposal *sent,
            JipProposal **existing,
            gboolean *same,
            GError **error)
{
  char *given = jip_taken_id_give (context, "proposal", sent->id);

  g_free (sent->id);
  sent->id = given;
  *same = TRUE;
  g_clear_pointer (existing, jip_proposal_free);
  return jip_proposal_get (context->database, sent->id, existing, error)
         && (*existing == NULL || same_submission (context, *existing, sent, same, error));
}

gboolean
jip_proposal_submit (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  g_autoptr (JipProposal) existing = NULL;
  g_autoptr (JipProposal) sent = g_new0 (JipProposal, 1);
  const char *id = jip_arg_string (args, "id");
  gboolean same = TRUE;

  sent->id = g_strdup (id);
  sent->kind = g_strdup (jip_arg_string (args, "kind"));
  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    *jip_proposal_field_at (&sent->fields, i)
        = dup_unless_empty (jip_arg_string (args, jip_proposal_field_names[i]));
  sent->anonymous = jip_arg_boolean (args, "anonymous");
  sent->author = g_strdup (context->account);
  sent->state = g_strdup ("received");
  sent->version = 1;

  if (!jip_mutation_allow (context, "proposal.submit", JIP_RELATION_NONE, error)
      || !jip_taken_id_check_new (context, id, error)
      || !check_department (context, sent->fields.department, error)
      || !jip_proposal_get (context->database, sent->id, &existing, error)
      || (existing != NULL && !same_submission (context, existing, sent, &same, error)))
    return FALSE;
  if (context->refill != NULL && (existing != NULL ? !same : jip_taken_id_was_given (context))
      && !find_given (context, sent, &existing, &same, error))
    return FALSE;
  if (existing == NULL)
    return insert_proposal (context, sent, id, error);
  if (same && context->moved_from > 0)
    return move_proposal (context, existing, error);
  return same || jip_error_set (error, JIP_ERROR_ID_TAKEN, _ ("$.args.id: is another proposal's"));
}

static const JipArgSpec edit_fields[] = { { "title", JIP_ARG_TEXT, FALSE, 200 },
                                          { "body", JIP_ARG_TEXT, FALSE, 20000 },
                                          { "category", JIP_ARG_TEXT, FALSE, 100 },
                                          { "department", JIP_ARG_ID_OR_EMPTY, FALSE },
                                          { NULL } };

static gboolean
check_edit (JsonObject *args, GError **error)
{
  JsonNode *node = json_object_get_member (args, "fields");
  gboolean any = FALSE;

  if (!jip_args_check (edit_fields, node, "$.args.fields", error))
    return FALSE;
  JsonObject *fields = json_node_get_object (node);
  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    any |= jip_arg_node (fields, jip_proposal_field_names[i]) != NULL;
  if (!any)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("$.args.fields: holds no field of a proposal"));
  JsonNode *base = jip_arg_node (args, "base");
  if (base != NULL && !jip_args_check (edit_fields, base, "$.args.base", error))
    return FALSE;
  const char *body = jip_arg_string (fields, "body");
  return body == NULL || !jip_text_is_blank (body)
         || jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("$.args.fields.body: is empty"));
}

static void
set_nullable (JsonObject *object, const char *name, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, name, value);
  else
    json_object_set_null_member (object, name);
}

/* Merges by field: who changed a field alone wins; a field that both changed, differently, goes into @conflicts. @mine
 * gets which fields the edit changed. */
static void
merge (JipProposalFields *base,
       JipProposalFields *server,
       JsonObject *yours,
       JipProposalFields *merged,
       JipProposalFields *sent,
       gboolean mine[JIP_N_PROPOSAL_FIELDS],
       JsonObject *conflicts)
{
  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    {
      const char *old = *jip_proposal_field_at (base, i), *now = *jip_proposal_field_at (server, i);
      gboolean given = jip_arg_node (yours, jip_proposal_field_names[i]) != NULL;
      g_autofree char *wanted
          = given ? dup_unless_empty (jip_arg_string (yours, jip_proposal_field_names[i])) : g_strdup (old);

      *jip_proposal_field_at (sent, i) = g_strdup (wanted);
      if (given && g_strcmp0 (wanted, now) != 0 && g_strcmp0 (wanted, old) != 0 && g_strcmp0 (old, now) != 0)
        {
          JsonObject *conflict = json_object_new ();
          set_nullable (conflict, "base", old);
          set_nullable (conflict, "server", now);
          set_nullable (conflict, "yours", wanted);
          json_object_set_object_member (conflicts, jip_proposal_field_names[i], conflict);
        }
      mine[i] = given && g_strcmp0 (wanted, old) != 0;
      *jip_proposal_field_at (merged, i) = g_strdup (mine[i] ? wanted : now);
    }
}

/* Once everything that a mutation changes has its seq, the newest one is the mutation's place, as the receipt names it. */
static gboolean
note_place (JipMutationContext *context,
            JipProposalVersion *version,
            const JipEditSeen *seen,
            const char *what,
            GError **error)
{
  version->seen = jip_edit_seen_to_text (seen);
  g_autofree char *mark = g_strdup_printf ("%s~%s", what, version->seen);

  jip_mutation_set_mark (context, mark);
  return jip_proposal_set_place (context->database, version, error);
}

/* The fields that an edit names. */
static void
mark_named (JsonObject *args, gboolean mine[JIP_N_PROPOSAL_FIELDS])
{
  JsonNode *base = jip_arg_node (args, "base");
  JsonObject *fields = json_object_get_object_member (args, "fields");

  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    mine[i] = jip_arg_node (fields, jip_proposal_field_names[i]) != NULL
              || (base != NULL
                  && jip_arg_node (json_node_get_object (base), jip_proposal_field_names[i]) != NULL);
}

/* The first edit stands; the second is kept as a lost version and answered with both texts. */
static gboolean
keep_lost (JipMutationContext *context,
           JipProposal *proposal,
           JsonObject *args,
           const JipProposalVersion *made_from,
           JipProposalFields *sent,
           JsonObject *conflicts,
           JipVerdict *verdict,
           GError **error)
{
  g_autoptr (JipProposalVersion) version = g_new0 (JipProposalVersion, 1);
  g_auto (JipEditSeen) seen = { 0 };
  JsonObject *detail = json_object_new ();

  json_object_set_object_member (detail, "fields", json_object_ref (conflicts));
  json_object_set_int_member (detail, "version", proposal->version);
  verdict->status = JIP_VERDICT_CONFLICT;
  verdict->code = g_strdup (jip_error_code_get_name (JIP_ERROR_VERSION_CONFLICT));
  verdict->message = g_strdup (_ ("Someone else changed the same field first."));
  verdict->detail = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (verdict->detail, detail);
  version->id = jip_id_new ();
  mark_named (args, seen.mine);
  if (made_from != NULL)
    seen.base = made_from->place > 0 ? g_strdup_printf ("p%" G_GINT64_FORMAT, made_from->place)
                                     : g_strdup_printf ("v%" G_GINT64_FORMAT, made_from->version);
  return add_version (context, proposal->id, proposal->version, sent, version->id, error)
         && jip_feed_get_seq (context->database, &version->place, error)
         && note_place (context, version, &seen, version->id, error);
}

/* Who wrote what stands in the fields. */
static gboolean
read_writers (JipMutationContext *context,
              const JipProposal *proposal,
              gint64 writers[JIP_N_PROPOSAL_FIELDS],
              GError **error)
{
  g_autoptr (JipProposalVersion) newest = NULL;

  if (!jip_proposal_find_version (context->database, proposal->id, proposal->version, &newest, error))
    return FALSE;
  jip_edit_writers_read (writers, newest != NULL ? newest->writers : NULL);
  return TRUE;
}

static gboolean
add_edit (JipMutationContext *context,
          JipProposal *proposal,
          const JipProposalFields *fields,
          JipEditSeen *seen,
          GError **error)
{
  g_autoptr (JipProposalVersion) version = g_new0 (JipProposalVersion, 1);
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, proposal->version + 1);
  gint64 writers[JIP_N_PROPOSAL_FIELDS];

  version->id = g_strdup_printf ("%s:%s", proposal->id, number);
  if (!read_writers (context, proposal, seen->places, error)
      || !jip_proposal_update (context->database, proposal->id, fields, proposal->version + 1, context->now,
                               error)
      || !add_version (context, proposal->id, proposal->version + 1, fields, NULL, error)
      || !jip_mutation_touch (context, "proposal", proposal->id, error)
      || !jip_feed_get_seq (context->database, &version->place, error))
    return FALSE;
  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    writers[i] = seen->mine[i] ? version->place : seen->places[i];
  version->writers = jip_edit_writers_to_text (writers);
  return note_place (context, version, seen, number, error);
}

/* Takes the texts that the writer says to have started from; returns whether each changed field has one. */
static gboolean
take_seen (JipProposalFields *base, JsonObject *args)
{
  JsonNode *node = jip_arg_node (args, "base");
  JsonObject *seen = node != NULL ? json_node_get_object (node) : NULL;
  JsonObject *fields = json_object_get_object_member (args, "fields");
  gboolean whole = TRUE;

  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    if (seen != NULL && jip_arg_node (seen, jip_proposal_field_names[i]) != NULL)
      {
        g_free (*jip_proposal_field_at (base, i));
        *jip_proposal_field_at (base, i)
            = dup_unless_empty (jip_arg_string (seen, jip_proposal_field_names[i]));
      }
    else
      whole &= jip_arg_node (fields, jip_proposal_field_names[i]) == NULL;
  return whole;
}

/* What an edit was made from: its base version, and where an unsent edit lay over that, the texts it names itself. Without
 * the version (a restored server may not have it yet) these texts alone are enough. */
static gboolean
read_base (JipMutationContext *context,
           JipProposal *proposal,
           JsonObject *args,
           JipProposalFields *base,
           JipProposalVersion **made_from,
           GError **error)
{
  if (!jip_proposal_find_version (context->database, proposal->id, jip_arg_int (args, "base_version"),
                                  made_from, error))
    return FALSE;
  JipProposalFields *from = *made_from != NULL ? &(*made_from)->fields : &proposal->fields;
  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    *jip_proposal_field_at (base, i) = g_strdup (*jip_proposal_field_at (from, i));
  return take_seen (base, args) || *made_from != NULL
         || jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("$.args.base_version: there is no such version"));
}

#define OF_THEN " FROM proposal_version WHERE proposal = $1 AND lost = 0 AND received_at = $3 AND author = $4"

/* Whether a copy of the replica has brought this edit back already. */
static gboolean
is_back (JipMutationContext *context,
         JipProposal *proposal,
         JsonObject *fields,
         gint64 version,
         gboolean *back,
         GError **error)
{
  gint64 there = jip_database_query_int (
      context->database, -1, error,
      "SELECT (SELECT COUNT(*)" OF_THEN " AND place = $9) + (SELECT COUNT(*)" OF_THEN
      " AND place IS NULL AND version >= $2"
      " AND COALESCE ($5, COALESCE (title, '')) = COALESCE (title, '') AND COALESCE ($6, body) = body"
      " AND COALESCE ($7, COALESCE (category, '')) = COALESCE (category, '')"
      " AND COALESCE ($8, COALESCE (department, '')) = COALESCE (department, ''))",
      "tiittttti", proposal->id, version, context->now, context->account, jip_arg_string (fields, "title"),
      jip_arg_string (fields, "body"), jip_arg_string (fields, "category"),
      jip_arg_string (fields, "department"), context->place);

  *back = there > 0 || jip_proposal_is_waiting (context, proposal->id, NULL);
  return there >= 0;
}

/* Of a receipt that does not say what the edit knew: as far as it can be told, it changed what it names and knew all. */
static gboolean
guess_seen (JipMutationContext *context,
            JipProposal *proposal,
            JsonObject *args,
            JipEditSeen *seen,
            GError **error)
{
  g_auto (JipProposalFields) base = { NULL };
  g_autoptr (JipProposalVersion) made_from = NULL;
  g_autoptr (GError) unknown = NULL;
  JsonObject *fields = json_object_get_object_member (args, "fields");
  gboolean told = read_base (context, proposal, args, &base, &made_from, &unknown);

  if (!told && !g_error_matches (unknown, JIP_ERROR, JIP_ERROR_BAD_ARGS))
    {
      g_propagate_error (error, g_steal_pointer (&unknown));
      return FALSE;
    }
  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    {
      const char *text = jip_arg_string (fields, jip_proposal_field_names[i]);
      g_autofree char *wanted = dup_unless_empty (text);
      seen->mine[i] = text != NULL && (!told || g_strcmp0 (wanted, *jip_proposal_field_at (&base, i)) != 0);
      seen->places[i] = -1;
    }
  return TRUE;
}

static void
read_wanted (JsonObject *args, JipProposalFields *wanted)
{
  JsonObject *fields = json_object_get_object_member (args, "fields");
  JsonNode *base = jip_arg_node (args, "base");

  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    {
      const char *text = jip_arg_string (fields, jip_proposal_field_names[i]);
      if (text == NULL && base != NULL)
        text = jip_arg_string (json_node_get_object (base), jip_proposal_field_names[i]);
      *jip_proposal_field_at (wanted, i) = dup_unless_empty (text);
    }
}

/* An edit that stood before stands again, in its place. */
static gboolean
refill_edit (JipMutationContext *context, JipProposal *proposal, JsonObject *args, GError **error)
{
  const char *mark = context->refill->mark != NULL ? context->refill->mark : "";
  gint64 version = g_ascii_strtoll (mark, NULL, 10);
  const char *told = strchr (mark, '~');
  g_auto (JipProposalFields) wanted = { NULL };
  g_auto (JipEditSeen) seen = { 0 };
  JsonObject *fields = json_object_get_object_member (args, "fields");
  gboolean back;

  if (version < 2) /* it changed nothing */
    return context->moved_from == 0 || jip_proposal_take_out (context, proposal, error);
  if (!is_back (context, proposal, fields, version, &back, error) || back)
    return back;
  if (told != NULL)
    jip_edit_seen_read (&seen, told + 1);
  else if (!guess_seen (context, proposal, args, &seen, error))
    return FALSE;
  read_wanted (args, &wanted);
  return jip_proposal_place_edit (context, proposal, &wanted, &seen, NULL, error);
}

/* And one that lost has lost again. */
static gboolean
refill_lost (JipMutationContext *context, JipProposal *proposal, JsonObject *args, GError **error)
{
  const char *mark = context->refill->mark != NULL ? context->refill->mark : "";
  const char *told = strchr (mark, '~');
  g_autofree char *id = g_strndup (mark, strcspn (mark, "~"));
  g_auto (JipProposalFields) wanted = { NULL };
  g_auto (JipEditSeen) seen = { 0 };

  /* a copy of the replica may have brought it back already */
  gint64 there = jip_database_query_int (context->database, -1, error,
                                         "SELECT COUNT(*) FROM proposal_version WHERE id = $1", "t", id);
  if (there != 0 || *id == '\0' || jip_proposal_is_waiting (context, proposal->id, id))
    return there >= 0;
  if (told != NULL)
    jip_edit_seen_read (&seen, told + 1);
  else
    {
      mark_named (args, seen.mine);
      seen.base = g_strdup_printf ("v%" G_GINT64_FORMAT, jip_arg_int (args, "base_version"));
    }
  read_wanted (args, &wanted);
  return jip_proposal_place_edit (context, proposal, &wanted, &seen, id, error);
}

static gboolean
apply_edit (JipMutationContext *context,
            JipProposal *proposal,
            JsonObject *args,
            JipVerdict *verdict,
            GError **error)
{
  g_autoptr (JipProposalVersion) made_from = NULL;
  g_auto (JipProposalFields) base = { NULL };
  g_auto (JipProposalFields) merged = { NULL };
  g_auto (JipProposalFields) sent = { NULL };
  g_auto (JipEditSeen) seen = { 0 };
  g_autoptr (JsonObject) conflicts = json_object_new ();

  if (!read_base (context, proposal, args, &base, &made_from, error))
    return FALSE;
  merge (&base, &proposal->fields, json_object_get_object_member (args, "fields"), &merged, &sent, seen.mine,
         conflicts);
  if (json_object_get_size (conflicts) > 0)
    return keep_lost (context, proposal, args, made_from, &sent, conflicts, verdict, error);
  if (fields_equal (&merged, &proposal->fields))
    return jip_mutation_stand_alone (context, error);
  return add_edit (context, proposal, &merged, &seen, error);
}

/* @proposal: (nullable) */
static gboolean
is_author (const JipMutationContext *context, const JipProposal *proposal)
{
  return proposal != NULL && strcmp (proposal->author, context->account) == 0;
}

gboolean
jip_proposal_edit (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  g_autoptr (JipProposal) proposal = NULL;
  g_autofree char *own = NULL;
  const char *id = jip_arg_string (args, "id");

  if (!check_edit (args, error) || !jip_proposal_get (context->database, id, &proposal, error))
    return FALSE;
  jip_mutation_missing (context, "proposal", id);
  if (context->services->restored && !is_author (context, proposal))
    {
      if (!jip_taken_id_find_own (context, "proposal", id, &own, error))
        return FALSE;
      if (own != NULL || context->refill != NULL)
        g_clear_pointer (&proposal, jip_proposal_free);
      if (own != NULL && !jip_proposal_get (context->database, own, &proposal, error))
        return FALSE;
    }
  if (proposal == NULL)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.id: there is no such proposal"));
  JsonObject *fields = json_object_get_object_member (args, "fields");
  if (!jip_mutation_allow (context, "proposal.edit", is_author (context, proposal) ? JIP_RELATION_AUTHOR : 0,
                           error)
      || !check_department (context, jip_arg_string (fields, "department"), error))
    return FALSE;
  if (context->refill == NULL)
    return apply_edit (context, proposal, args, verdict, error);
  return verdict->status == JIP_VERDICT_CONFLICT ? refill_lost (context, proposal, args, error)
                                                 : refill_edit (context, proposal, args, error);
}

/* @found: (out) (transfer full): the one that is meant */
static gboolean
require_proposal (JipMutationContext *context, const char *id, char **found, GError **error)
{
  return jip_taken_id_find_proposal (context, id, found, error)
         && (*found != NULL
             || jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.proposal: there is no such proposal")));
}

/* @made: the id that it was made with */
static gboolean
insert_comment (JipMutationContext *context, const JipComment *sent, const char *made, GError **error)
{
  jip_taken_id_arrived (context, "comment", made);
  return jip_comment_insert (context->database, sent, context->now, error)
         && jip_mutation_touch (context, "comment", sent->id, error)
         && jip_mutation_touch (context, "proposal", sent->proposal, error);
}

/* It came before its receipt was back, and may have been about another one than what had the id then. */
static gboolean
move_comment (JipMutationContext *context, const JipComment *existing, const char *proposal, GError **error)
{
  gboolean moved = strcmp (existing->proposal, proposal) != 0;

  return jip_comment_set_received (context->database, existing->id, context->now, error)
         && (!moved
             || (jip_comment_move (context->database, existing->id, proposal, error)
                 && jip_feed_touch_all (context->database, context->pokes, "attachment", error,
                                        "SELECT id FROM attachment WHERE comment = $1", existing->id)
                 && jip_mutation_touch (context, "proposal", existing->proposal, error)
                 && jip_mutation_touch (context, "proposal", proposal, error)))
         && jip_mutation_touch (context, "comment", existing->id, error);
}

/* @named: the proposal's id as it was sent */
static gboolean
is_same_comment (const JipComment *there, const JipComment *sent, const char *named)
{
  return strcmp (there->author, sent->author) == 0 && strcmp (there->body, sent->body) == 0
         && (strcmp (there->proposal, sent->proposal) == 0 || strcmp (there->proposal, named) == 0);
}

gboolean
jip_comment_add (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  g_autoptr (JipComment) existing = NULL;
  g_autofree char *proposal = NULL, *given = NULL;
  const char *named = jip_arg_string (args, "proposal"), *id = jip_arg_string (args, "id");
  JipComment sent = { (char *) id, NULL, context->account, (char *) jip_arg_string (args, "body") };

  if (!jip_mutation_allow (context, "comment.add", JIP_RELATION_NONE, error)
      || !jip_taken_id_check_new (context, id, error) || !require_proposal (context, named, &proposal, error)
      || !jip_comment_get (context->database, id, &existing, error))
    return FALSE;
  sent.proposal = proposal;
  if (context->refill != NULL
      && (existing != NULL ? !is_same_comment (existing, &sent, named) : jip_taken_id_was_given (context)))
    {
      g_clear_pointer (&existing, jip_comment_free);
      sent.id = given = jip_taken_id_give (context, "comment", id);
      if (!jip_comment_get (context->database, sent.id, &existing, error))
        return FALSE;
    }
  if (existing == NULL)
    return insert_comment (context, &sent, id, error);
  if (!is_same_comment (existing, &sent, named))
    return jip_error_set (error, JIP_ERROR_ID_TAKEN, _ ("$.args.id: is another comment's"));
  gboolean moved = context->refill != NULL && strcmp (existing->proposal, proposal) != 0;
  return (context->moved_from == 0 && !moved) || move_comment (context, existing, proposal, error);
}

gboolean
jip_vote_apply (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  g_autofree char *proposal = NULL, *id = NULL;
  gboolean changed, newest;

  if (!jip_mutation_allow (context, "vote.set", JIP_RELATION_NONE, error)
      || !require_proposal (context, jip_arg_string (args, "proposal"), &proposal, error))
    return FALSE;
  id = g_strdup_printf ("%s:%s", proposal, context->account);
  if (!jip_mutation_newest (context, "vote", id, &newest, error))
    return FALSE;
  if (!newest)
    return TRUE;
  if (!jip_vote_set (context->database, proposal, context->account, jip_arg_boolean (args, "on"), &changed,
                     error))
    return FALSE;
  return changed ? jip_mutation_touch (context, "vote", id, error)
                       && jip_mutation_touch (context, "proposal", proposal, error)
                 : jip_mutation_stand_alone (context, error);
}

/**
 * jip_vote_withdraw:
 * @id: of a vote that is none, since the mutation which gave it was about something else
 */
gboolean
jip_vote_withdraw (JipMutationContext *context, const char *id, GError **error)
{
  g_autofree char *proposal = g_strndup (id, JIP_ID_LENGTH);
  gboolean changed;

  return jip_vote_set (context->database, proposal, id + JIP_ID_LENGTH + 1, FALSE, &changed, error)
         && (!changed
             || (jip_mutation_touch (context, "vote", id, error)
                 && jip_mutation_touch (context, "proposal", proposal, error)));
}
