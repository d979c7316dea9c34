/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-settle-op.h"

#include "jip-client-private.h"
#include "jip-file-ref.h"
#include "jip-sha256.h"

#define SETTLES "/settles" /* behind a scratch key: which refused changes the text there takes the place of */

static const char *
token_of (JipRefused *self)
{
  return jip_record_get_string (JIP_RECORD (self), "token");
}

/**
 * jip_refused_get_at:
 *
 * Returns: when the change was made, in milliseconds
 */
gint64
jip_refused_get_at (JipRefused *self)
{
  return jip_record_get_int (JIP_RECORD (self), "at");
}

/**
 * jip_refused_get_proposal:
 *
 * Returns: (transfer none) (nullable): the idea that the change was about
 */
const char *
jip_refused_get_proposal (JipRefused *self)
{
  return jip_record_get_string (JIP_RECORD (self), "parent");
}

/**
 * jip_refused_is_conflict:
 *
 * Returns: whether it is an edit of an idea that another one came before
 */
gboolean
jip_refused_is_conflict (JipRefused *self)
{
  return g_strcmp0 (jip_record_get_string (JIP_RECORD (self), "name"), "proposal.edit") == 0
         && g_strcmp0 (jip_record_get_string (JIP_RECORD (self), "code"), "version-conflict") == 0;
}

/**
 * jip_refused_get_file:
 *
 * Returns: (transfer none) (nullable): the SHA-256 of the file that the change was to attach
 */
const char *
jip_refused_get_file (JipRefused *self)
{
  g_return_val_if_fail (JIP_IS_REFUSED (self), NULL);
  JsonObject *args = jip_record_get_object (JIP_RECORD (self), "args");
  const char *sha256
      = args != NULL ? json_object_get_string_member_with_default (args, "sha256", NULL) : NULL;

  return g_strcmp0 (jip_record_get_string (JIP_RECORD (self), "name"), "attachment.add") == 0
                 && sha256 != NULL && jip_sha256_is_valid (sha256)
             ? sha256
             : NULL;
}

/* The text of @member, mine before the idea's; %NULL where neither has one. */
static const char *
text_of (JsonObject *args, JipProposal *now, const char *member)
{
  JsonNode *node = args != NULL ? json_object_get_member (args, member) : NULL;

  if (node != NULL && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_get_string (node);
  return now != NULL ? jip_record_get_string (JIP_RECORD (now), member) : NULL;
}

/**
 * jip_refused_dup_idea_text:
 * @now: (nullable): the idea that it was about, for what an edit left as it was
 *
 * Returns: (transfer full): an idea of its own, in one text: the title first, then the body; a comment's is its body
 */
char *
jip_refused_dup_idea_text (JipRefused *self, JipProposal *now)
{
  g_return_val_if_fail (JIP_IS_REFUSED (self), NULL);
  JsonObject *args = jip_record_get_object (JIP_RECORD (self), "args");
  JsonNode *fields = args != NULL ? json_object_get_member (args, "fields") : NULL;
  gboolean edit = fields != NULL && JSON_NODE_HOLDS_OBJECT (fields);
  JsonObject *mine = edit ? json_node_get_object (fields) : args;
  const char *title = text_of (mine, edit ? now : NULL, "title"),
             *body = text_of (mine, edit ? now : NULL, "body");

  return g_strconcat (title != NULL ? title : "",
                      title != NULL && *title != '\0' && body != NULL ? "\n\n" : "", body != NULL ? body : "",
                      NULL);
}

/**
 * jip_refused_dup_scratch_key:
 *
 * Returns: (transfer full): where what is written while settling it is kept
 */
char *
jip_refused_dup_scratch_key (JipRefused *self)
{
  return g_strconcat ("settle/", token_of (self), NULL);
}

/**
 * jip_settle_edit_async:
 * @refused: the edit that was refused
 * @base_version: the idea's version that the new edit was made from
 * @fields: what the fields are to be
 * @base: what stands in them now; empty text for none
 *
 * Queues the new edit; the refused one, and what was written under its scratch key, go in the same transaction.
 */
void
jip_settle_edit_async (JipClient *client,
                       JipRefused *refused,
                       gint64 base_version,
                       JsonObject *fields,
                       JsonObject *base,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client) && JIP_IS_REFUSED (refused));
  g_autofree char *key = jip_refused_dup_scratch_key (refused);
  g_autofree char *settles = g_strconcat (key, SETTLES, NULL);
  JipScratch *scratch = jip_client_get_scratch (client);
  JsonObject *args = json_object_new ();

  json_object_set_string_member (args, "id", jip_refused_get_proposal (refused));
  json_object_set_int_member (args, "base_version", base_version);
  json_object_set_object_member (args, "fields", json_object_ref (fields));
  json_object_set_object_member (args, "base", json_object_ref (base));
  /* written before the edit, which reads it: work on the replica is done in order */
  jip_scratch_set (scratch, settles, token_of (refused));
  jip_scratch_flush (scratch);
  jip_client_mutate_async (client, "proposal.edit", args, key, cancellable, callback, user_data);
}

gboolean
jip_settle_edit_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return jip_client_mutate_finish (client, result, NULL, error) != 0;
}

typedef struct
{
  char *token;
  char *text;
  char *key;
  char *kept; /* folder */
  gboolean appended;
} TakeOver;

static void
take_over_free (gpointer data)
{
  TakeOver *work = data;

  g_free (work->token);
  g_free (work->text);
  g_free (work->key);
  g_free (work->kept);
  g_free (work);
}

static gboolean
append (JipDatabase *database, const char *key, const char *between, const char *text, GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO scratch (key, text) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET "
                           "text = scratch.text || $3 || excluded.text",
                           "ttt", key, text, between);
}

/* What was refused with the text since it was to be attached to it. */
#define FILES_WITH_IT \
  "SELECT f.key || '-' || f.at, json_array (json_object ('sha256', f.args ->> '$.sha256', 'size', " \
  "f.args ->> '$.size', 'name', f.args ->> '$.name', 'media_type', f.args ->> '$.media_type')) FROM " \
  "(SELECT name, CASE WHEN json_valid (args) THEN args ->> '$.id' END AS id FROM refused " \
  "WHERE key || '-' || at = $1) AS r, (SELECT key, at, CASE WHEN json_valid (args) THEN args ELSE '{}' END " \
  "AS args FROM refused WHERE name = 'attachment.add') AS f WHERE CASE r.name " \
  "WHEN 'comment.add' THEN f.args ->> '$.comment' = r.id " \
  "WHEN 'proposal.submit' THEN f.args ->> '$.proposal' = r.id AND f.args ->> '$.comment' IS NULL END " \
  "ORDER BY f.key"

/* Those whose copy is here, and that there is room for; the others stay with what was refused. */
static gboolean
find_files (JipDatabase *database, TakeOver *work, GPtrArray *files, GString *tokens, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JipRows) rows = jip_database_query (database, error, FILES_WITH_IT, "t", work->token);

  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &local))
    {
      g_autoptr (GPtrArray) found = jip_file_refs_from_text (jip_rows_text (rows, 1));
      const JipFileRef *file = found->len == 1 ? g_ptr_array_index (found, 0) : NULL;
      g_autofree char *path = file != NULL ? g_build_filename (work->kept, file->sha256, NULL) : NULL;
      if (path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR)
          && jip_file_refs_take (files, jip_file_ref_copy (file)))
        g_string_append_printf (tokens, "%s%s", tokens->len > 0 ? " " : "", jip_rows_text (rows, 0));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
take_files_over (JipDatabase *database, TakeOver *work, const char *settles, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GString) tokens = g_string_new (NULL);
  g_autofree char *key = jip_file_refs_scratch_key (work->key);
  g_autofree char *before
      = jip_database_query_text (database, &local, "SELECT text FROM scratch WHERE key = $1", "t", key);
  g_autoptr (GPtrArray) files = jip_file_refs_from_text (before);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!find_files (database, work, files, tokens, error))
    return FALSE;
  if (tokens->len == 0)
    return TRUE;
  g_autofree char *text = jip_file_refs_to_text (files);
  return jip_scratch_write (database, key, text, error)
         && append (database, settles, " ", tokens->str, error);
}

static gboolean
run_take_over (JipDatabase *database, gpointer data, GError **error)
{
  TakeOver *work = data;
  g_autofree char *settles = g_strconcat (work->key, SETTLES, NULL);
  gint64 there = jip_database_query_int (
      database, -1, error,
      "SELECT EXISTS (SELECT 1 FROM scratch WHERE key = $1 AND instr (' ' || text || ' ', ' ' || $2 || ' ') > 0)",
      "tt", settles, work->token);
  gint64 typed = there < 0 ? -1
                           : jip_database_query_int (database, -1, error,
                                                     "SELECT EXISTS (SELECT 1 FROM scratch WHERE key = $1)",
                                                     "t", work->key);

  if (typed < 0)
    return FALSE;
  if (there > 0)
    return TRUE;
  work->appended = typed > 0;
  return append (database, work->key, "\n\n", work->text, error)
         && append (database, settles, " ", work->token, error)
         && take_files_over (database, work, settles, error);
}

/**
 * jip_settle_take_over_async:
 * @text: what is carried over
 * @scratch: the key under which it is written on; what is typed there already stays, and the text comes behind it
 *
 * Whatever is queued with this scratch key then settles the refused change, also after a restart; a text that is
 * deleted there settles nothing. Taking the same change over twice puts its text there once. Files that were to go with an
 * idea or a comment go along where their copies are here: into the list beside the text, and those that are still there when
 * it is queued are settled too.
 */
void
jip_settle_take_over_async (JipClient *client,
                            JipRefused *refused,
                            const char *text,
                            const char *scratch,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client) && JIP_IS_REFUSED (refused));
  g_return_if_fail (text != NULL && scratch != NULL);
  TakeOver *work = g_new0 (TakeOver, 1);

  work->token = g_strdup (token_of (refused));
  work->text = g_strdup (text);
  work->key = g_strdup (scratch);
  work->kept = jip_client_dup_kept_folder (client);
  jip_scratch_flush (jip_client_get_scratch (client));
  jip_local_write_async (jip_client_get_local (client), run_take_over, work, take_over_free, cancellable,
                         callback, user_data);
}

/**
 * jip_settle_take_over_finish:
 * @appended: (out) (optional): whether something was typed there already, which stands before it now
 */
gboolean
jip_settle_take_over_finish (JipClient *client, GAsyncResult *result, gboolean *appended, GError **error)
{
  TakeOver *work = jip_local_finish (result, error);

  if (work == NULL)
    return FALSE;
  if (appended != NULL)
    *appended = work->appended;
  take_over_free (work);
  return TRUE;
}
