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

/* The author of what the file is on; waits for it when a refilled file comes before it. */
static gboolean
find_author (JipMutationContext *context,
             const char *proposal_id,
             const char *comment_id,
             char **author,
             GError **error)
{
  g_autoptr (JipProposal) proposal = NULL;
  g_autoptr (JipComment) comment = NULL;

  jip_mutation_missing (context, "proposal", proposal_id);
  if (!jip_proposal_get (context->database, proposal_id, &proposal, error))
    return FALSE;
  if (proposal == NULL)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.proposal: there is no such proposal"));
  if (comment_id == NULL)
    {
      *author = g_strdup (proposal->author);
      return TRUE;
    }
  jip_mutation_missing (context, "comment", comment_id);
  if (!jip_comment_get (context->database, comment_id, &comment, error))
    return FALSE;
  if (comment == NULL || strcmp (comment->proposal, proposal_id) != 0)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.comment: there is no such comment on it"));
  *author = g_strdup (comment->author);
  return TRUE;
}

static gboolean
check_author (JipMutationContext *context, const char *action, const char *author, GError **error)
{
  gboolean own = strcmp (author, context->account) == 0;

  return jip_mutation_allow (context, action, own ? JIP_RELATION_AUTHOR : JIP_RELATION_NONE, error);
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

gboolean
jip_attachment_add (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  g_autoptr (JipAttachment) existing = NULL;
  g_autofree char *author = NULL;
  JipAttachment sent = { .id = (char *) jip_arg_string (args, "id"),
                         .proposal = (char *) jip_arg_string (args, "proposal"),
                         .comment = (char *) jip_arg_string (args, "comment"),
                         .author = context->account,
                         .sha256 = (char *) jip_arg_string (args, "sha256"),
                         .size = jip_arg_int (args, "size"),
                         .name = (char *) jip_arg_string (args, "name"),
                         .media_type = (char *) jip_arg_string (args, "media_type") };

  if (!find_author (context, sent.proposal, sent.comment, &author, error)
      || !check_author (context, "attachment.add", author, error)
      || !jip_attachment_get (context->database, sent.id, &existing, error))
    return FALSE;
  if (existing != NULL)
    return (is_same (existing, &sent)
            || jip_error_set (error, JIP_ERROR_ID_TAKEN, _ ("$.args.id: is another attachment's")))
           && (context->moved_from == 0
               || (jip_attachment_set_received (context->database, sent.id, context->now, error)
                   && jip_mutation_touch (context, "attachment", sent.id, error)));
  if (!check_room (context, &sent, error)
      || !jip_blob_service_find_own (context, sent.sha256, sent.size, "$.args", &sent.arrived, error))
    return FALSE;
  jip_mutation_arrived (context, "attachment", sent.id);
  return jip_attachment_insert (context->database, &sent, context->now, error)
         && jip_mutation_touch (context, "attachment", sent.id, error)
         && (!sent.arrived || jip_blob_readable (context->database, context->pokes, sent.sha256, error));
}

gboolean
jip_attachment_take_away (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  g_autoptr (JipAttachment) existing = NULL;
  const char *id = jip_arg_string (args, "id");

  jip_mutation_missing (context, "attachment", id);
  if (!jip_attachment_get (context->database, id, &existing, error))
    return FALSE;
  if (existing == NULL || strcmp (existing->proposal, jip_arg_string (args, "proposal")) != 0)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.id: there is no such attachment on it"));
  if (!check_author (context, "attachment.remove", existing->author, error))
    return FALSE;
  return existing->removed
         || (jip_attachment_remove (context->database, existing, error)
             && jip_mutation_touch (context, "attachment", id, error));
}
