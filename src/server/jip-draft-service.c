/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-service.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-draft-deletion.h"
#include "jip-draft-place.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-sha256.h"

static gboolean
read_document (JsonObject *args, JipDraftRecord *record, GError **error)
{
  g_autoptr (GError) problem = NULL;

  return jip_draft_read_document (record, json_object_get_member (args, "document"), &problem)
         || jip_error_set (error, JIP_ERROR_BAD_ARGS, "$.args.document: %s", problem->message);
}

/* Once everything that a save changes has its seq, the newest one is its place, as the receipt names it. */
static gboolean
note_place (JipMutationContext *context, const char *id, gint64 number, GError **error)
{
  gint64 place;

  return jip_feed_get_seq (context->database, &place, error)
         && jip_draft_set_place (context->database, id, place, number, error);
}

static gboolean
put_version (JipMutationContext *context, JipDraftRecord *sent, gint64 version, GError **error)
{
  g_autofree char *id = g_strdup_printf ("%s:%" G_GINT64_FORMAT, sent->id, version);
  g_autofree char *mark = g_strdup_printf ("%" G_GINT64_FORMAT, version);

  jip_mutation_arrived (context, "draft", sent->id);
  jip_mutation_set_mark (context, mark);
  sent->version = version;
  return jip_draft_record_put (context->database, sent, context->now, error)
         && jip_draft_add_version (context->database, id, sent->id, version, sent->document, FALSE,
                                   context->now, error)
         && jip_mutation_touch (context, "draft", sent->id, error)
         && jip_mutation_touch (context, "draft_version", id, error)
         && note_place (context, id, version, error);
}

/* Nothing typed is lost: the save that comes second stays beside, under an id of its own. */
static gboolean
keep_beside (JipMutationContext *context,
             JipDraftRecord *existing,
             JipDraftRecord *sent,
             JipVerdict *verdict,
             GError **error)
{
  g_autofree char *id = jip_id_new ();
  JsonObject *detail = json_object_new ();

  jip_mutation_set_mark (context, id);
  json_object_set_int_member (detail, "version", existing->version);
  json_object_set_string_member (detail, "kept", id);
  verdict->status = JIP_VERDICT_CONFLICT;
  verdict->code = g_strdup (jip_error_code_get_name (JIP_ERROR_VERSION_CONFLICT));
  verdict->message = g_strdup (_ ("The draft was saved from another device first; both versions are kept."));
  verdict->detail = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (verdict->detail, detail);
  return jip_draft_add_version (context->database, id, sent->id, existing->version, sent->document, TRUE,
                                context->now, error)
         && jip_mutation_touch (context, "draft_version", id, error) && note_place (context, id, 0, error);
}

/* Whether a copy of the replica has brought this save back already. */
static gboolean
is_back (JipMutationContext *context,
         const JipDraftRecord *sent,
         const char *id,
         gboolean *back,
         GError **error)
{
  gint64 there = jip_database_query_int (
      context->database, -1, error,
      "SELECT (SELECT COUNT(*) FROM draft_version WHERE draft = $1 AND place = $2 AND received_at = $3)"
      " + (SELECT COUNT(*) FROM draft_version WHERE draft = $1 AND id = $4 AND place IS NULL AND document = $5)",
      "tiitt", sent->id, context->place, context->now, id, sent->document);

  *back = there > 0 || jip_draft_is_waiting (context, sent->id);
  return there >= 0;
}

/* It was done again before its receipt was back, which says that who deleted had seen it. */
static gboolean
delete_moved (JipMutationContext *context, const char *id, GArray *deleted, GError **error)
{
  g_autoptr (JipDraftRecord) existing = NULL;

  return jip_draft_move_version (context->database, id, context->moved_from, context->place, error)
         && jip_draft_record_get (context->database, id, &existing, error)
         && (existing == NULL || jip_draft_place_deletion (context, existing, deleted, error));
}

/* What was saved before is saved again, in whatever order it comes, unless somebody deleted it who had seen it. One that
 * had come second does not wait for the first. */
static gboolean
refill_save (JipMutationContext *context,
             JipDraftRecord *sent,
             gboolean is_new,
             JipVerdict *verdict,
             GError **error)
{
  const char *mark = context->refill->mark;
  gboolean lost = verdict->status == JIP_VERDICT_CONFLICT, back;
  gint64 number = lost || mark == NULL ? 0 : g_ascii_strtoll (mark, NULL, 10);

  jip_mutation_arrived (context, "draft", sent->id);
  g_autoptr (GArray) deleted = jip_draft_deletion_list (context->database, sent->id, error);
  if (deleted == NULL)
    return FALSE;
  if (lost && mark == NULL)
    return TRUE;
  if (jip_draft_deletion_contains (deleted, context->place))
    return context->moved_from == 0 || delete_moved (context, sent->id, deleted, error);
  g_autofree char *id = lost ? g_strdup (mark) : g_strdup_printf ("%s:%" G_GINT64_FORMAT, sent->id, number);
  if (!is_back (context, sent, id, &back, error) || back)
    return back;
  return jip_draft_place_save (context, sent, number, lost ? mark : NULL, is_new, error);
}

/* The same text again: the save has its place nevertheless, since who deletes later has seen this one too. */
static gboolean
confirm_version (JipMutationContext *context, const JipDraftRecord *existing, GError **error)
{
  g_autofree char *id = g_strdup_printf ("%s:%" G_GINT64_FORMAT, existing->id, existing->version);
  g_autofree char *mark = g_strdup_printf ("%" G_GINT64_FORMAT, existing->version);

  jip_mutation_set_mark (context, mark);
  return jip_draft_keep_repeated (context->database, id, error) && jip_mutation_stand_alone (context, error)
         && note_place (context, id, existing->version, error);
}

/* The text tells the version that a save is made from where its number was not known yet. */
static gboolean
is_newest (const JipDraftRecord *existing, const char *sha256)
{
  g_autofree char *newest = jip_sha256_hex (existing->document, strlen (existing->document));

  return strcmp (newest, sha256) == 0;
}

gboolean
jip_draft_save (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  g_autoptr (JipDraftRecord) existing = NULL;
  g_autoptr (JipDraftRecord) sent = g_new0 (JipDraftRecord, 1);
  gint64 base = jip_arg_int (args, "base_version");
  const char *sha256 = jip_arg_string (args, "base_sha256");
  gboolean won;

  sent->id = g_strdup (jip_arg_string (args, "id"));
  sent->author = g_strdup (context->account);
  if (!read_document (args, sent, error)
      || !jip_draft_record_get (context->database, sent->id, &existing, error))
    return FALSE;
  if (context->refill != NULL)
    return (existing == NULL || strcmp (existing->author, context->account) == 0
            || jip_error_set (error, JIP_ERROR_ID_TAKEN, _ ("$.args.id: is another draft's")))
           && refill_save (context, sent, existing == NULL, verdict, error);
  if (existing == NULL)
    return jip_mutation_allow (context, "draft.save", JIP_RELATION_AUTHOR, error)
           && put_version (context, sent, MAX (base, 0) + 1, error);
  if (strcmp (existing->author, context->account) != 0)
    return jip_error_set (error, JIP_ERROR_ID_TAKEN, _ ("$.args.id: is another draft's"));
  if (!jip_mutation_allow (context, "draft.save", JIP_RELATION_AUTHOR, error))
    return FALSE;
  if (!jip_draft_has_winner (context->database, existing->id, &won, error))
    return FALSE;
  if (won && strcmp (existing->document, sent->document) == 0)
    return confirm_version (context, existing, error);
  if (!won
      || (sha256 != NULL
              ? is_newest (existing, sha256)
              : existing->version == base)) /* what it shows without one is a save that came second */
    return put_version (context, sent, existing->version + 1, error);
  return keep_beside (context, existing, sent, verdict, error);
}

/* Whether who deletes has seen the newest version. The text tells it where they could not know its number, being the one
 * who saved it; a client of before has neither. */
static gboolean
is_seen (const JipDraftRecord *existing, JsonObject *args)
{
  const char *sha256 = jip_arg_string (args, "base_sha256");

  if (sha256 == NULL)
    return jip_arg_node (args, "base_version") == NULL
           || existing->version <= jip_arg_int (args, "base_version");
  return is_newest (existing, sha256);
}

static gboolean
refuse_deletion (const JipDraftRecord *existing, GError **error)
{
  JsonNode *detail = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (detail, json_object_new ());
  json_object_set_int_member (json_node_get_object (detail), "version", existing->version);
  g_propagate_error (error,
                     jip_error_new (JIP_ERROR_VERSION_CONFLICT, detail, "%s",
                                    _ ("The draft was saved from another device since; it is not deleted.")));
  return FALSE;
}

/* Writes down which saves who deletes has seen, in the receipt as well: after a restore those that were not back then are not
 * deleted. */
static gboolean
claim_seen (JipMutationContext *context, const char *id, GError **error)
{
  g_autoptr (GArray) seen = jip_draft_deletion_see (context->database, id, error);

  if (seen == NULL)
    return FALSE;
  g_autofree char *mark = jip_draft_deletion_to_text (seen);
  jip_mutation_set_mark (context, mark);
  return jip_draft_deletion_put (context->database, id, seen, error);
}

/* A deletion from before the marks is about all that stood before it. */
static gboolean
refill_delete (JipMutationContext *context, const char *id, const JipDraftRecord *existing, GError **error)
{
  g_autofree char *all = g_strdup_printf ("%" G_GINT64_FORMAT, context->place);
  const char *mark = context->refill->mark;
  g_autoptr (GArray) seen = jip_draft_deletion_from_text (mark != NULL ? mark : all);

  jip_mutation_arrived (context, "draft", id);
  return jip_draft_deletion_put (context->database, id, seen, error)
         && (existing == NULL || jip_draft_place_deletion (context, existing, seen, error));
}

gboolean
jip_draft_delete (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  const char *id = jip_arg_string (args, "id");
  g_autoptr (JipDraftRecord) existing = NULL;

  if (context->refill != NULL && verdict->status == JIP_VERDICT_CONFLICT)
    return TRUE;
  if (!jip_draft_record_get (context->database, id, &existing, error))
    return FALSE;
  /* Somebody else's draft must not be told from one that does not exist. */
  if ((existing == NULL && context->refill == NULL)
      || (existing != NULL && strcmp (existing->author, context->account) != 0))
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.id: there is no such draft"));
  if (context->refill != NULL)
    return refill_delete (context, id, existing, error);
  if (existing->deleted)
    return claim_seen (context, id, error);
  if (!jip_mutation_allow (context, "draft.delete", JIP_RELATION_AUTHOR, error))
    return FALSE;
  if (!is_seen (existing, args))
    return refuse_deletion (existing, error);
  gint64 version = MAX (existing->version, jip_arg_int (args, "base_version"));
  g_auto (GStrv) before = jip_draft_list_version_ids (context->database, id, error);
  return before != NULL && claim_seen (context, id, error)
         && jip_draft_record_delete (context->database, id, version, error)
         && jip_mutation_touch (context, "draft", id, error)
         && jip_draft_touch_deleted (context, (const char *const *) before, error);
}
