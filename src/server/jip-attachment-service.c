/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files on ideas and comments. The row does not wait for its file: whoever wrote it may be uploading still. */
#include "jip-attachment-service.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-attachment-table.h"
#include "jip-blob-arrival.h"
#include "jip-blob-service.h"
#include "jip-file-rules.h"
#include "jip-proposal-table.h"
#include "jip-taken-id.h"

/* The account's own, where that had to give its id away.
 * @id: (inout) (transfer full) */
static gboolean
find_own (JipMutationContext *context, const char *kind, char **id, GError **error)
{
  g_autofree char *own = NULL;

  if (!context->services->restored)
    return TRUE;
  if (!jip_taken_id_find_own (context, kind, *id, &own, error))
    return FALSE;
  if (own == NULL)
    return TRUE;
  g_free (*id);
  *id = g_steal_pointer (&own);
  return TRUE;
}

/* Whether what is on the proposal @there is what was sent: the account's own was found by its id, and the proposal may have another one
 * after a restore. */
static gboolean
is_meant (JipMutationContext *context, const char *author, const char *there, const char *sent)
{
  return strcmp (sent, there) == 0 || (context->services->restored && strcmp (author, context->account) == 0);
}

/* @proposal: (inout) (transfer full)
 * @author: (out) (transfer full) (nullable): %NULL for one that is not there */
static gboolean
find_proposal_author (JipMutationContext *context, char **proposal, char **author, GError **error)
{
  g_autoptr (JipProposal) found = NULL;

  jip_mutation_missing (context, "proposal", *proposal);
  if (!find_own (context, "proposal", proposal, error)
      || !jip_proposal_get (context->database, *proposal, &found, error))
    return FALSE;
  *author = found != NULL ? g_strdup (found->author) : NULL;
  return TRUE;
}

/* The same; @sent gets the proposal that the comment is on. */
static gboolean
find_comment_author (JipMutationContext *context, JipAttachment *sent, char **author, GError **error)
{
  g_autoptr (JipComment) found = NULL;

  jip_mutation_missing (context, "comment", sent->comment);
  if (!find_own (context, "comment", &sent->comment, error)
      || !jip_comment_get (context->database, sent->comment, &found, error))
    return FALSE;
  if (found == NULL || !is_meant (context, found->author, found->proposal, sent->proposal))
    return TRUE;
  g_free (sent->proposal);
  sent->proposal = g_strdup (found->proposal);
  *author = g_strdup (found->author);
  return TRUE;
}

static gboolean
check_author (JipMutationContext *context, const char *action, const char *author, GError **error)
{
  gboolean own = strcmp (author, context->account) == 0;

  return jip_mutation_allow (context, action, own ? JIP_RELATION_AUTHOR : JIP_RELATION_NONE, error);
}

/* What a refilled file is on may still be away, and another one's be there. */
static gboolean
check_subject (JipMutationContext *context, JipAttachment *sent, GError **error)
{
  g_autofree char *author = NULL;

  if (!(sent->comment != NULL ? find_comment_author (context, sent, &author, error)
                              : find_proposal_author (context, &sent->proposal, &author, error)))
    return FALSE;
  if (author == NULL)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, "%s",
                          sent->comment != NULL ? _ ("$.args.comment: there is no such comment on it")
                                                : _ ("$.args.proposal: there is no such proposal"));
  if (context->refill != NULL && strcmp (author, context->account) != 0)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.proposal: there is no such proposal"));
  return check_author (context, "attachment.add", author, error);
}

static gboolean
is_same (const JipAttachment *there, const JipAttachment *sent)
{
  return strcmp (there->author, sent->author) == 0 && strcmp (there->proposal, sent->proposal) == 0
         && g_strcmp0 (there->comment, sent->comment) == 0 && strcmp (there->sha256, sent->sha256) == 0
         && there->size == sent->size && strcmp (there->media_type, sent->media_type) == 0
         && jip_attachment_has_name (there, sent->name);
}

static gboolean
check_room (JipMutationContext *context, const JipAttachment *sent, GError **error)
{
  gint64 n = context->refill == NULL
                 ? jip_attachment_count (context->database, sent->proposal, sent->comment, error)
                 : 0;

  if (n < 0)
    return FALSE;
  return n < JIP_FILE_MAX_ATTACHED
         || jip_error_set (error, JIP_ERROR_LIMIT, _ ("$.args: %d files are attached here already"),
                           JIP_FILE_MAX_ATTACHED);
}

/* @existing: (out) (nullable): with its id, or the one that was given to it where that is another one's */
static gboolean
find_existing (JipMutationContext *context, JipAttachment *sent, JipAttachment **existing, GError **error)
{
  if (!jip_attachment_get (context->database, sent->id, existing, error))
    return FALSE;
  if (context->refill == NULL
      || (*existing != NULL ? is_same (*existing, sent) : !jip_taken_id_was_given (context)))
    return TRUE;
  char *given = jip_taken_id_give (context, "attachment", sent->id);
  g_free (sent->id);
  sent->id = given;
  g_clear_pointer (existing, jip_attachment_free);
  return jip_attachment_get (context->database, sent->id, existing, error);
}

gboolean
jip_attachment_add (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  g_autoptr (JipAttachment) existing = NULL;
  g_autoptr (JipAttachment) sent = g_new0 (JipAttachment, 1);

  sent->id = g_strdup (jip_arg_string (args, "id"));
  sent->proposal = g_strdup (jip_arg_string (args, "proposal"));
  sent->comment = g_strdup (jip_arg_string (args, "comment"));
  sent->author = g_strdup (context->account);
  sent->sha256 = g_strdup (jip_arg_string (args, "sha256"));
  sent->size = jip_arg_int (args, "size");
  sent->name = g_strdup (jip_arg_string (args, "name"));
  sent->media_type = g_strdup (jip_arg_string (args, "media_type"));
  if (!jip_taken_id_check_new (context, sent->id, error) || !check_subject (context, sent, error)
      || !find_existing (context, sent, &existing, error))
    return FALSE;
  if (existing != NULL)
    return (is_same (existing, sent)
            || jip_error_set (error, JIP_ERROR_ID_TAKEN, _ ("$.args.id: is another attachment's")))
           && (context->moved_from == 0
               || (jip_attachment_set_received (context->database, sent->id, context->now, error)
                   && jip_mutation_touch (context, "attachment", sent->id, error)));
  if (!check_room (context, sent, error)
      || !jip_blob_service_find_own (context, sent->sha256, sent->size, "$.args", &sent->arrived, error))
    return FALSE;
  jip_taken_id_arrived (context, "attachment", jip_arg_string (args, "id"));
  return jip_attachment_insert (context->database, sent, context->now, error)
         && jip_mutation_touch (context, "attachment", sent->id, error)
         && (!sent->arrived || jip_blob_readable (context->database, context->pokes, sent->sha256, error));
}

gboolean
jip_attachment_take_away (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  g_autoptr (JipAttachment) existing = NULL;
  g_autofree char *id = g_strdup (jip_arg_string (args, "id"));

  jip_mutation_missing (context, "attachment", id);
  if (!find_own (context, "attachment", &id, error)
      || !jip_attachment_get (context->database, id, &existing, error))
    return FALSE;
  if (existing == NULL
      || !is_meant (context, existing->author, existing->proposal, jip_arg_string (args, "proposal"))
      || (context->refill != NULL && strcmp (existing->author, context->account) != 0))
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.id: there is no such attachment on it"));
  if (!check_author (context, "attachment.remove", existing->author, error))
    return FALSE;
  return existing->removed
         || (jip_attachment_remove (context->database, existing, error)
             && jip_mutation_touch (context, "attachment", id, error));
}
