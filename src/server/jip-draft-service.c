/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-service.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-draft-table.h"
#include "jip-draft.h"
#include "jip-id.h"
#include "jip-json.h"

/* Fills in what the row shows from the document itself. */
static gboolean
read_document (JsonObject *args, JipDraftRecord *record, GError **error)
{
  g_autoptr (GError) problem = NULL;
  JsonNode *node = json_object_get_member (args, "document");
  g_autoptr (JipDraft) draft = jip_draft_from_json (node, &problem);

  if (draft == NULL)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, "$.args.document: %s", problem->message);
  const char *title = jip_draft_get_title (draft);
  record->type = g_strdup (jip_draft_get_document_type (draft));
  record->title = g_strdup (title != NULL ? title : "");
  record->document = jip_json_canonical (node);
  return TRUE;
}

static gboolean
put_version (JipMutationContext *context, JipDraftRecord *sent, gint64 version, GError **error)
{
  g_autofree char *id = g_strdup_printf ("%s:%" G_GINT64_FORMAT, sent->id, version);
  g_autofree char *mark = g_strdup_printf ("%" G_GINT64_FORMAT, version);
  gboolean newest;

  if (!jip_mutation_newest (context, "draft", sent->id, &newest, error))
    return FALSE;
  jip_mutation_set_mark (context, mark);
  sent->version = version;
  return jip_draft_record_put (context->database, sent, context->now, error)
         && jip_draft_add_version (context->database, id, sent->id, version, sent->document, FALSE,
                                   context->now, error)
         && jip_mutation_touch (context, "draft", sent->id, error)
         && jip_mutation_touch (context, "draft_version", id, error);
}

/* Nothing typed is lost: the save that comes second stays beside, under an id of its own. */
static gboolean
keep_beside (JipMutationContext *context,
             JipDraftRecord *existing,
             JipDraftRecord *sent,
             JipVerdict *verdict,
             GError **error)
{
  g_autofree char *id
      = context->refill != NULL && verdict->status == JIP_VERDICT_CONFLICT && context->refill->mark != NULL
            ? g_strdup (context->refill->mark)
            : jip_id_new ();
  JsonObject *detail = json_object_new ();

  jip_mutation_set_mark (context, id);
  json_object_set_int_member (detail, "version", existing->version);
  json_object_set_string_member (detail, "kept", id);
  verdict->status = JIP_VERDICT_CONFLICT;
  verdict->code = g_strdup (jip_error_code_get_name (JIP_ERROR_VERSION_CONFLICT));
  verdict->message = g_strdup (_ ("The draft was saved from another device first; both versions are kept."));
  verdict->detail = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (verdict->detail, detail);
  /* a copy of the replica may have brought it back already */
  gint64 there = jip_database_query_int (context->database, -1, error,
                                         "SELECT COUNT(*) FROM draft_version WHERE id = $1", "t", id);
  if (there != 0)
    return there > 0;
  return jip_draft_add_version (context->database, id, sent->id, existing->version, sent->document, TRUE,
                                context->now, error)
         && jip_mutation_touch (context, "draft_version", id, error);
}

static gboolean
keep_older (JipMutationContext *context,
            JipDraftRecord *existing,
            JipDraftRecord *sent,
            gint64 version,
            JipVerdict *verdict,
            GError **error)
{
  g_autofree char *id = g_strdup_printf ("%s:%" G_GINT64_FORMAT, sent->id, version);
  gint64 taken = jip_database_query_int (context->database, -1, error,
                                         "SELECT COUNT(*) FROM draft_version WHERE id = $1", "t", id);

  if (taken < 0)
    return FALSE;
  if (taken > 0)
    return strcmp (existing->document, sent->document) == 0
           || keep_beside (context, existing, sent, verdict, error);
  return jip_draft_add_version (context->database, id, sent->id, version, sent->document, FALSE, context->now,
                                error)
         && jip_mutation_touch (context, "draft_version", id, error);
}

/* What was saved before is saved again, in whatever order it comes: the newest version is shown, an older one joins the
 * history, and one whose number was taken after the restore stays beside. */
static gboolean
refill_save (JipMutationContext *context,
             JipDraftRecord *existing,
             JipDraftRecord *sent,
             JipVerdict *verdict,
             GError **error)
{
  g_autofree char *deletion = g_strdup_printf ("draft-deleted:%s", sent->id);
  const char *mark = context->refill->mark;
  gint64 version = mark != NULL ? g_ascii_strtoll (mark, NULL, 10) : 0;
  gint64 deleted_at;

  if (!jip_placed_get (context->database, deletion, &deleted_at, error))
    return FALSE;
  if (deleted_at > context->place || mark == NULL)
    return TRUE;
  if (verdict->status == JIP_VERDICT_CONFLICT)
    {
      jip_mutation_missing (context, "draft", sent->id);
      return existing != NULL ? keep_beside (context, existing, sent, verdict, error)
                              : jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("There is no such draft."));
    }
  jip_mutation_arrived (context, "draft", sent->id);
  if (existing == NULL || existing->deleted || existing->version < version)
    return put_version (context, sent, version, error);
  return keep_older (context, existing, sent, version, verdict, error);
}

gboolean
jip_draft_save (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  g_autoptr (JipDraftRecord) existing = NULL;
  g_autoptr (JipDraftRecord) sent = g_new0 (JipDraftRecord, 1);
  gint64 base = jip_arg_int (args, "base_version");

  sent->id = g_strdup (jip_arg_string (args, "id"));
  sent->author = g_strdup (context->account);
  if (!read_document (args, sent, error)
      || !jip_draft_record_get (context->database, sent->id, &existing, error))
    return FALSE;
  if (context->refill != NULL)
    return (existing == NULL || strcmp (existing->author, context->account) == 0
            || jip_error_set (error, JIP_ERROR_ID_TAKEN, _ ("$.args.id: is another draft's")))
           && refill_save (context, existing, sent, verdict, error);
  if (existing == NULL)
    return jip_mutation_allow (context, "draft.save", JIP_RELATION_AUTHOR, error)
           && put_version (context, sent, MAX (base, 0) + 1, error);
  if (strcmp (existing->author, context->account) != 0)
    return jip_error_set (error, JIP_ERROR_ID_TAKEN, _ ("$.args.id: is another draft's"));
  if (!jip_mutation_allow (context, "draft.save", JIP_RELATION_AUTHOR, error))
    return FALSE;
  if (!existing->deleted && strcmp (existing->document, sent->document) == 0)
    return TRUE;
  if (existing->deleted || existing->version == base)
    return put_version (context, sent, existing->version + 1, error);
  return keep_beside (context, existing, sent, verdict, error);
}

/* @newest: whether there is something to delete: no save stands behind the deletion */
static gboolean
refill_delete (JipMutationContext *context,
               const char *id,
               const JipDraftRecord *existing,
               gboolean *newest,
               GError **error)
{
  if (!jip_mutation_newest (context, "draft-deleted", id, newest, error)
      || !jip_mutation_newest (context, "draft", id, newest, error))
    return FALSE;
  *newest = *newest && existing != NULL;
  return TRUE;
}

gboolean
jip_draft_delete (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  const char *id = jip_arg_string (args, "id");
  g_autoptr (JipDraftRecord) existing = NULL;
  gboolean newest = TRUE;

  if (!jip_draft_record_get (context->database, id, &existing, error))
    return FALSE;
  if (context->refill != NULL && !refill_delete (context, id, existing, &newest, error))
    return FALSE;
  if (context->refill != NULL && !newest)
    return TRUE;
  /* Somebody else's draft must not be told from one that does not exist. */
  if (existing == NULL || strcmp (existing->author, context->account) != 0)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.id: there is no such draft"));
  if (existing->deleted)
    return TRUE;
  if (!jip_mutation_allow (context, "draft.delete", JIP_RELATION_AUTHOR, error)
      || !jip_draft_record_delete (context->database, id, error)
      || !jip_mutation_touch (context, "draft", id, error))
    return FALSE;
  return jip_feed_touch_all (context->database, context->pokes, "draft_version", error,
                             "SELECT row_id FROM feed WHERE table_name = 'draft_version' AND body IS NOT NULL"
                             " AND row_id NOT IN (SELECT id FROM draft_version) AND reader_a = $1",
                             context->account);
}
