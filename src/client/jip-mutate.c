/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ballot-submit-op.h"
#include "jip-client-private.h"
#include "jip-comment-add-op.h"
#include "jip-draft-save-op.h"
#include "jip-error.h"
#include "jip-file-ref.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-overlay.h"
#include "jip-proposal-edit-op.h"
#include "jip-proposal-submit-op.h"
#include "jip-replica-rows.h"
#include "jip-time.h"
#include "jip-vote-set-op.h"

#include <string.h>

/* Local writes: the mutation and what it shows are one transaction, and the caller hears of it when that is durable. */

/* What waited to be written as typed when a write took its place. */
typedef struct
{
  JipLocal *local;   /* not owned: for comparing */
  GHashTable *texts; /* scratch key -> text */
} Typed;

static Typed *
typed_new (JipClient *self)
{
  Typed *typed = g_new0 (Typed, 1);

  typed->local = self->local;
  typed->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return typed;
}

static void
typed_free (gpointer data)
{
  Typed *typed = data;

  g_hash_table_unref (typed->texts);
  g_free (typed);
}

/* Returns: (transfer none) (nullable): what waited, "" for a removal */
static const char *
typed_take (Typed *typed, JipClient *self, const char *key)
{
  char *text = jip_scratch_take (self->scratch, key);

  if (text != NULL)
    g_hash_table_insert (typed->texts, g_strdup (key), text);
  return text;
}

/* The write failed, whoever shows it now. What was typed since counts more. */
static void
typed_give_back (Typed *typed, JipClient *self)
{
  GHashTableIter iter;
  gpointer key, text;

  g_hash_table_iter_init (&iter, typed->texts);
  while (typed->local == self->local && g_hash_table_iter_next (&iter, &key, &text))
    jip_scratch_give_back (self->scratch, key, text);
}

typedef struct
{
  char *name;
  Typed *typed;
  JsonNode *args;
  char *scratch;    /* what it was typed as, which it takes the place of */
  gboolean emptied; /* nothing of what was refused is in it any more */
  char *local;      /* nullable: of a draft, see jip_draft_dup_local_key() */
  char *of;         /* nullable: the draft whose that is */
  GPtrArray *files; /* nullable: JipFileRef that go on what is written */
  gint64 at;
  gint64 n;
  JipOutboxCounts counts;
} Write;

static void
write_free (gpointer data)
{
  Write *write = data;

  g_free (write->name);
  g_clear_pointer (&write->typed, typed_free);
  g_free (write->scratch);
  g_free (write->local);
  g_free (write->of);
  g_clear_pointer (&write->files, g_ptr_array_unref);
  json_node_unref (write->args);
  g_free (write);
}

/* A ballot is the version after the newest one of the same subject that this replica knows. */
static gboolean
number_ballot (JipDatabase *database, JsonObject *args, GError **error)
{
  const char *entry = json_object_get_string_member_with_default (args, "entry", NULL);
  const char *category = json_object_get_string_member_with_default (args, "category", NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) user = jip_outbox_get_user (database, error);

  if (user == NULL)
    return FALSE;
  gint64 newest = jip_database_query_int (
      database, 0, &local,
      "SELECT max(b.rank) FROM record AS b WHERE b.tbl = 'ballot' AND b.parent = $1 AND "
      "json_extract(b.row, $2) = $3 AND (b.author IS NULL OR b.author IN (SELECT j.id FROM record AS j WHERE "
      "j.tbl = 'judge' AND j.parent = $1 AND j.author = $4))",
      "tttt", json_object_get_string_member (args, "event"), entry != NULL ? "$.entry" : "$.category",
      entry != NULL ? entry : category, json_object_get_string_member (user, "id"));
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  json_object_set_int_member (args, "version", newest + 1);
  return TRUE;
}

static void
set_text (JsonObject *object, const char *member, const char *text)
{
  if (text != NULL && *text != '\0')
    json_object_set_string_member (object, member, text);
}

/* A draft that nobody has open is saved as it was typed. */
static gboolean
take_typed (JipDatabase *database, JsonObject *args, GError **error)
{
  const char *id = json_object_get_string_member (args, "id");
  g_autoptr (GError) local = NULL;
  g_autofree char *key = jip_draft_dup_typed_key (id);
  g_autofree char *text
      = jip_database_query_text (database, &local, "SELECT text FROM scratch WHERE key = $1", "t", key);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_autoptr (JsonNode) document = text != NULL ? jip_json_parse (text, -1, error) : NULL;
  if (text == NULL)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, "%s", id);
  if (document == NULL)
    return FALSE;
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (document) ? json_node_get_object (document) : NULL;
  set_text (args, "base_sha256",
            object != NULL ? json_object_get_string_member_with_default (object, "base_sha256", NULL) : NULL);
  if (object != NULL)
    json_object_remove_member (object, "base_sha256");
  json_object_set_member (args, "document", g_steal_pointer (&document));
  return jip_database_run (database, error, "DELETE FROM scratch WHERE key = $1", "t", key);
}

/**
 * jip_draft_hash:
 *
 * Returns: (transfer full): the SHA-256 of the canonical JSON, in hexadecimal
 */
char *
jip_draft_hash (JsonNode *document)
{
  g_autofree char *text = jip_json_canonical (document);

  return jip_sha256_hex (text, strlen (text));
}

static gboolean
is_text (JsonObject *row, const char *sha256)
{
  JsonNode *document = json_object_get_member (row, "document");
  g_autofree char *own = document != NULL ? jip_draft_hash (document) : NULL;

  return g_strcmp0 (own, sha256) == 0;
}

static gint64
count_unsent (JipDatabase *database, const char *draft, GError **error)
{
  return jip_database_query_int (
      database, 0, error,
      "SELECT count(*) FROM record WHERE tbl = 'draft' AND id = $1 AND layer = 1 AND shown = 1", "t", draft);
}

/* A draft builds on the version that its writer had before them, or, where that is not given, on the one that this replica
 * shows, unsent saves included. The number of an unsent one is a guess, which the server may give to a save of another PC:
 * there the text decides. Where the replica shows another text, a number before its own leads to a conflict. */
static gboolean
base_draft (JipDatabase *database, JsonObject *args, GError **error)
{
  const char *id = json_object_get_string_member (args, "id");
  g_autofree char *base = g_strdup (json_object_get_string_member_with_default (args, "base_sha256", NULL));
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) row = jip_replica_row_get (database, "draft", id, &local);
  gint64 unsent = local == NULL && row != NULL ? count_unsent (database, id, &local) : 0;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  gint64 version = row != NULL ? json_object_get_int_member_with_default (row, "version", 0) : 0;
  if (base != NULL && row != NULL && !is_text (row, base))
    version = MAX (version - 1, 0);
  if (unsent == 0)
    json_object_remove_member (args, "base_sha256");
  json_object_set_int_member (args, "base_version", version);
  return TRUE;
}

/* Only what was seen is deleted. A number may become another PC's save: that of one which is not sent yet is a guess, and a
 * restored server gives numbers anew. The text says what was seen. */
static gboolean
base_deletion (JipDatabase *database, JsonObject *args, GError **error)
{
  const char *id = json_object_get_string_member (args, "id");
  g_autoptr (GError) local = NULL;
  gint64 version = jip_database_query_int (
      database, 0, &local,
      "SELECT coalesce(json_extract(row, '$.version'), 0) FROM record WHERE tbl = 'draft' AND id = $1 AND layer = 0",
      "t", id);
  g_autoptr (JsonObject) row = local == NULL ? jip_replica_row_get (database, "draft", id, &local) : NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  json_object_set_int_member (args, "base_version", version);
  if (row != NULL && json_object_has_member (row, "document"))
    {
      g_autofree char *sha256 = jip_draft_hash (json_object_get_member (row, "document"));
      json_object_set_string_member (args, "base_sha256", sha256);
    }
  return TRUE;
}

/* Who locks has seen the ballots of this server: one that is restored before the lock arrives may lack some. */
static gboolean
base_lock (JipDatabase *database, JsonObject *args, GError **error)
{
  JsonObject *step = json_object_get_object_member (args, "args");
  g_autoptr (GError) local = NULL;
  g_autofree char *epoch = jip_meta_get (database, "epoch", &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  set_text (step, "seen", epoch);
  return TRUE;
}

/* The number of an edit that is not sent yet is a guess, and the server may give it to another one: an edit builds on a
 * version that the server has made, and names the texts that lay over it. */
static gboolean
base_edit (JipDatabase *database, JsonObject *args, GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64 version = jip_database_query_int (
      database, 1, &local,
      "SELECT json_extract(row, '$.version') FROM record WHERE tbl = 'proposal' AND id = $1 AND layer = 0",
      "t", json_object_get_string_member (args, "id"));

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  json_object_set_int_member (args, "base_version",
                              MIN (version, json_object_get_int_member (args, "base_version")));
  return TRUE;
}

/* The file is to be sent from here on. */
static gboolean
note_file (JipDatabase *database, JsonObject *args, GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO file (sha256, size, sent) VALUES ($1, $2, 0) ON CONFLICT (sha256) DO "
                           "UPDATE SET sent = 0",
                           "ti", json_object_get_string_member (args, "sha256"),
                           json_object_get_int_member (args, "size"));
}

/* The files of an idea or a comment are queued with it, behind it. */
static gboolean
add_files (JipDatabase *database, Write *write, JsonObject *args, GError **error)
{
  if (write->files == NULL)
    return TRUE;
  gboolean comment = g_str_equal (write->name, "comment.add");
  const char *id = json_object_get_string_member (args, "id");
  const char *proposal = comment ? json_object_get_string_member (args, "proposal") : id;

  for (guint i = 0; i < write->files->len; i++)
    {
      g_autoptr (JsonNode) node
          = jip_file_ref_to_args (g_ptr_array_index (write->files, i), proposal, comment ? id : NULL);
      if (jip_outbox_add (database, "attachment.add", node, write->at, error) == 0
          || !note_file (database, json_node_get_object (node), error))
        return FALSE;
    }
  return TRUE;
}

/* What was typed is handed in, and the files with it; what of refused work it takes the place of (jip-settle-op.c) is
 * settled with it, but for a file that does not go along. */
static gboolean
take_scratch (JipDatabase *database, const Write *write, GError **error)
{
  const char *key = write->scratch;
  g_autofree char *files = jip_file_refs_scratch_key (key);
  g_autofree char *going = write->files != NULL ? jip_file_refs_to_text (write->files) : g_strdup ("");

  return (write->emptied
          || jip_database_run (
              database, error,
              "DELETE FROM refused WHERE instr (' ' || (SELECT text FROM scratch WHERE key = $1 || "
              "'/settles') || ' ', ' ' || key || '-' || at || ' ') > 0 AND (name <> 'attachment.add' OR "
              "instr ($2, CASE WHEN json_valid (args) THEN args ->> '$.sha256' END) > 0)",
              "tt", key, going))
         && jip_database_run (database, error, "DELETE FROM scratch WHERE key IN ($1, $1 || '/settles', $2)",
                              "tt", key, files);
}

/* The marks of a draft are of no use without the way back. */
static gboolean
keep_local (JipDatabase *database, const Write *write, JsonObject *args, GError **error)
{
  g_autofree char *key = jip_draft_dup_local_key (json_object_get_string_member (args, "id"));
  g_autofree char *from = write->of != NULL ? jip_draft_dup_local_key (write->of) : NULL;

  if (write->local != NULL && !jip_scratch_write (database, key, write->local, error))
    return FALSE;
  return from == NULL
         || jip_database_run (database, error,
                              "INSERT INTO scratch (key, text) SELECT $1, text FROM scratch WHERE key = $2",
                              "tt", key, from);
}

static gboolean
run_write (JipDatabase *database, gpointer data, GError **error)
{
  Write *write = data;
  JsonObject *args = json_node_get_object (write->args);

  if (g_str_equal (write->name, "ballot.submit") && !number_ballot (database, args, error))
    return FALSE;
  if (g_str_equal (write->name, "draft.save") && !json_object_has_member (args, "document")
      && !take_typed (database, args, error))
    return FALSE;
  if (g_str_equal (write->name, "draft.save") && !base_draft (database, args, error))
    return FALSE;
  if (g_str_equal (write->name, "draft.delete") && !base_deletion (database, args, error))
    return FALSE;
  if (g_str_equal (write->name, "proposal.edit") && !base_edit (database, args, error))
    return FALSE;
  if (g_str_equal (write->name, "event.step")
      && g_strcmp0 (json_object_get_string_member_with_default (args, "step", NULL), "lock") == 0
      && !base_lock (database, args, error))
    return FALSE;
  if (write->scratch != NULL && !take_scratch (database, write, error))
    return FALSE;
  if ((write->local != NULL || write->of != NULL) && !keep_local (database, write, args, error))
    return FALSE;
  write->n = jip_outbox_add (database, write->name, write->args, write->at, error);
  if (g_str_equal (write->name, "attachment.add") && write->n != 0 && !note_file (database, args, error))
    return FALSE;
  return write->n != 0 && add_files (database, write, args, error)
         && jip_outbox_count (database, &write->counts, error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static const char *const tables[]
      = { "proposal", "own_proposal", "comment", "attachment", "vote", "ballot", "draft", "refused" };
  g_autoptr (GTask) task = user_data;
  JipClient *self = g_task_get_source_object (task);
  GError *error = NULL;
  Write *write = jip_local_finish (result, &error);

  if (write == NULL)
    {
      typed_give_back (g_task_get_task_data (task), self);
      g_task_return_error (task, error);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    jip_client_table_changed (self, tables[i]);
  jip_client_set_counts (self, write->counts);
  jip_client_push (self);
  if (write->files != NULL || g_str_has_prefix (write->name, "attachment."))
    jip_client_send_files_now (self);
  g_task_return_pointer (task, write, write_free);
}

/* @args: (transfer full) */
static Write *
write_new (JipClient *self, const char *name, JsonObject *args, const char *scratch)
{
  Write *write = g_new0 (Write, 1);

  write->name = g_strdup (name);
  write->typed = typed_new (self);
  write->scratch = g_strdup (scratch);
  if (scratch != NULL)
    {
      g_autofree char *listed = jip_file_refs_scratch_key (scratch);
      g_autofree char *settles = g_strconcat (scratch, "/settles", NULL);
      typed_take (write->typed, self, scratch);
      typed_take (write->typed, self, listed);
      write->emptied = g_strcmp0 (typed_take (write->typed, self, settles), "") == 0;
    }
  write->args = json_node_init_object (json_node_alloc (), args);
  json_object_unref (args);
  write->at = jip_time_now ();
  return write;
}

/* @write: (transfer full) */
static void
start_write (JipClient *self,
             Write *write,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, start_write);
  g_task_set_task_data (task, g_steal_pointer (&write->typed), typed_free);
  g_task_set_check_cancellable (task, FALSE); /* what is queued is queued */
  jip_local_write_async (self->local, run_write, write, write_free, NULL, written_cb, task);
}

/**
 * jip_client_mutate_files_async:
 * @args: (transfer full): the mutation's arguments; versions that come from the replica are filled in
 * @files: (nullable) (element-type JipFileRef): what is attached to the idea or comment that is written
 * @scratch: (nullable): the key of the text it was typed as: a crash finds it in one place, as typed or as sent
 */
void
jip_client_mutate_files_async (JipClient *self,
                               const char *name,
                               JsonObject *args,
                               GPtrArray *files,
                               const char *scratch,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  Write *write = write_new (self, name, args, scratch);

  write->files = files != NULL && files->len > 0 ? jip_file_refs_copy (files) : NULL;
  start_write (self, write, cancellable, callback, user_data);
}

/**
 * jip_client_mutate_async:
 *
 * As jip_client_mutate_files_async() without files.
 */
void
jip_client_mutate_async (JipClient *self,
                         const char *name,
                         JsonObject *args,
                         const char *scratch,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  jip_client_mutate_files_async (self, name, args, NULL, scratch, cancellable, callback, user_data);
}

/**
 * jip_client_mutate_finish:
 * @id: (out) (optional): the `id` among the arguments
 *
 * Returns: the mutation's n; 0 with @error
 */
gint64
jip_client_mutate_finish (JipClient *self, GAsyncResult *result, char **id, GError **error)
{
  Write *write = g_task_propagate_pointer (G_TASK (result), error);

  if (write == NULL)
    return 0;
  gint64 n = write->n;
  if (id != NULL)
    *id = g_strdup (
        json_object_get_string_member_with_default (json_node_get_object (write->args), "id", NULL));
  write_free (write);
  return n;
}

static char *
finish_id (JipClient *client, GAsyncResult *result, GError **error)
{
  char *id = NULL;

  return jip_client_mutate_finish (client, result, &id, error) != 0 ? id : NULL;
}

static JsonObject *
args_with_id (void)
{
  JsonObject *args = json_object_new ();
  g_autofree char *id = jip_id_new ();

  json_object_set_string_member (args, "id", id);
  return args;
}

/**
 * jip_proposal_submit_with_files_async:
 * @kind: `proposal` or `request`
 * @title: (nullable): up to 200 characters
 * @body: up to 20,000 characters
 * @category: (nullable):
 * @department: (nullable): a department's id
 * @files: (nullable) (element-type JipFileRef): as jip_file_stage_async() gave them; the text does not wait for them
 * @scratch: (nullable): the scratch key that it was typed under, empty once it is handed in
 *
 * Fails with %JIP_ERROR_BAD_ARGS where an argument breaks its bounds.
 */
void
jip_proposal_submit_with_files_async (JipClient *client,
                                      const char *kind,
                                      const char *title,
                                      const char *body,
                                      const char *category,
                                      const char *department,
                                      gboolean anonymous,
                                      GPtrArray *files,
                                      const char *scratch,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  JsonObject *args = args_with_id ();

  set_text (args, "kind", kind);
  set_text (args, "title", title);
  set_text (args, "body", body);
  set_text (args, "category", category);
  set_text (args, "department", department);
  json_object_set_boolean_member (args, "anonymous", anonymous);
  jip_client_mutate_files_async (client, "proposal.submit", args, files, scratch, cancellable, callback,
                                 user_data);
}

/**
 * jip_proposal_submit_async:
 *
 * As jip_proposal_submit_with_files_async() without files.
 */
void
jip_proposal_submit_async (JipClient *client,
                           const char *kind,
                           const char *title,
                           const char *body,
                           const char *category,
                           const char *department,
                           gboolean anonymous,
                           const char *scratch,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  jip_proposal_submit_with_files_async (client, kind, title, body, category, department, anonymous, NULL,
                                        scratch, cancellable, callback, user_data);
}

char *
jip_proposal_submit_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return finish_id (client, result, error);
}

/**
 * jip_proposal_edit_async:
 * @base_version: the version the change was made from
 * @fields: the fields that changed
 * @base: what stood in these fields when the writer began; empty text for none
 * @scratch: (nullable): the scratch key that it was typed under, empty once it is queued
 */
void
jip_proposal_edit_async (JipClient *client,
                         const char *proposal,
                         gint64 base_version,
                         JsonObject *fields,
                         JsonObject *base,
                         const char *scratch,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  JsonObject *args = json_object_new ();

  set_text (args, "id", proposal);
  json_object_set_int_member (args, "base_version", base_version);
  json_object_set_object_member (args, "fields", json_object_ref (fields));
  json_object_set_object_member (args, "base", json_object_ref (base));
  jip_client_mutate_async (client, "proposal.edit", args, scratch, cancellable, callback, user_data);
}

gboolean
jip_proposal_edit_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return jip_client_mutate_finish (client, result, NULL, error) != 0;
}

/**
 * jip_comment_add_with_files_async:
 * @body: up to 5,000 characters
 * @files: (nullable) (element-type JipFileRef): as jip_file_stage_async() gave them; the text does not wait for them
 * @scratch: (nullable): the scratch key that it was typed under, empty once it is handed in
 */
void
jip_comment_add_with_files_async (JipClient *client,
                                  const char *proposal,
                                  const char *body,
                                  GPtrArray *files,
                                  const char *scratch,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  JsonObject *args = args_with_id ();

  set_text (args, "proposal", proposal);
  set_text (args, "body", body);
  jip_client_mutate_files_async (client, "comment.add", args, files, scratch, cancellable, callback,
                                 user_data);
}

/**
 * jip_comment_add_async:
 *
 * As jip_comment_add_with_files_async() without files.
 */
void
jip_comment_add_async (JipClient *client,
                       const char *proposal,
                       const char *body,
                       const char *scratch,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  jip_comment_add_with_files_async (client, proposal, body, NULL, scratch, cancellable, callback, user_data);
}

char *
jip_comment_add_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return finish_id (client, result, error);
}

void
jip_vote_set_async (JipClient *client,
                    const char *proposal,
                    gboolean on,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  JsonObject *args = json_object_new ();

  set_text (args, "proposal", proposal);
  json_object_set_boolean_member (args, "on", on);
  jip_client_mutate_async (client, "vote.set", args, NULL, cancellable, callback, user_data);
}

gboolean
jip_vote_set_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return jip_client_mutate_finish (client, result, NULL, error) != 0;
}

static JsonObject *
ballot_args (const char *event, const char *subject_member, const char *subject)
{
  JsonObject *args = args_with_id ();

  set_text (args, "event", event);
  set_text (args, subject_member, subject);
  return args;
}

/**
 * jip_ballot_submit_scores_async:
 * @scores: criterion -> whole number or decimal text; an incomplete ballot is kept and does not count yet
 */
void
jip_ballot_submit_scores_async (JipClient *client,
                                const char *event,
                                const char *entry,
                                JsonObject *scores,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  JsonObject *args = ballot_args (event, "entry", entry);

  json_object_set_object_member (args, "scores", json_object_ref (scores));
  jip_client_mutate_async (client, "ballot.submit", args, NULL, cancellable, callback, user_data);
}

void
jip_ballot_submit_score_async (JipClient *client,
                               const char *event,
                               const char *entry,
                               const char *score,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  JsonObject *args = ballot_args (event, "entry", entry);

  set_text (args, "score", score);
  jip_client_mutate_async (client, "ballot.submit", args, NULL, cancellable, callback, user_data);
}

void
jip_ballot_submit_picks_async (JipClient *client,
                               const char *event,
                               const char *category,
                               const char *const *picks,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  JsonObject *args = ballot_args (event, "category", category);
  JsonArray *list = json_array_new ();

  for (guint i = 0; picks[i] != NULL; i++)
    json_array_add_string_element (list, picks[i]);
  json_object_set_array_member (args, "picks", list);
  jip_client_mutate_async (client, "ballot.submit", args, NULL, cancellable, callback, user_data);
}

char *
jip_ballot_submit_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return finish_id (client, result, error);
}

void
jip_draft_save_async (JipClient *client,
                      const char *id,
                      JsonNode *document,
                      const char *base,
                      const char *scratch,
                      const char *local,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  JsonObject *args = args_with_id ();

  set_text (args, "id", id);
  set_text (args, "base_sha256", base);
  json_object_set_member (args, "document", json_node_copy (document));
  Write *write = write_new (client, "draft.save", args, scratch);
  if (local != NULL && id != NULL)
    {
      g_autofree char *key = jip_draft_dup_local_key (id);
      typed_take (write->typed, client, key);
    }
  write->local = g_strdup (local);
  start_write (client, write, cancellable, callback, user_data);
}

void
jip_draft_save_as_new_async (JipClient *client,
                             const char *of,
                             JsonNode *document,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client) && of != NULL);
  JsonObject *args = args_with_id ();

  json_object_set_member (args, "document", json_node_copy (document));
  Write *write = write_new (client, "draft.save", args, NULL);
  write->of = g_strdup (of);
  start_write (client, write, cancellable, callback, user_data);
}

char *
jip_draft_save_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return finish_id (client, result, error);
}

/**
 * jip_draft_save_typed_async:
 *
 * Saves the draft as it is in the scratch, where nobody has it open. Fails with %JIP_ERROR_NOT_FOUND when nothing is
 * there; what cannot be saved stays. Ends with jip_draft_save_finish().
 */
void
jip_draft_save_typed_async (JipClient *client,
                            const char *id,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client) && id != NULL);
  JsonObject *args = json_object_new ();

  set_text (args, "id", id);
  jip_client_mutate_async (client, "draft.save", args, NULL, cancellable, callback, user_data);
}

char *
jip_draft_dup_typed_key (const char *id)
{
  return g_strconcat ("draft/", id, NULL);
}

/* The way back from the marks of a draft, and where its sources are. */
char *
jip_draft_dup_local_key (const char *id)
{
  return g_strconcat ("draft-local/", id, NULL);
}

static gboolean
run_drop_typed (JipDatabase *database, gpointer data, GError **error)
{
  g_autofree char *typed = jip_draft_dup_typed_key (data), *place = jip_draft_dup_local_key (data);

  return jip_database_run (database, error, "DELETE FROM scratch WHERE key = $1", "t", typed)
         && jip_database_run (database, error,
                              "DELETE FROM scratch WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM record WHERE "
                              "tbl = 'draft' AND id = $2 AND shown = 1)",
                              "tt", place, data);
}

static void
typed_dropped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = jip_local_finish (result, &error);

  if (id == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  jip_client_table_changed (g_task_get_source_object (task), "draft");
  g_task_return_boolean (task, TRUE);
}

/**
 * jip_draft_drop_typed_async:
 *
 * Puts away what was typed and not saved, where nobody has it open; what was saved stays.
 */
void
jip_draft_drop_typed_async (JipClient *client,
                            const char *id,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client) && id != NULL);
  GTask *task = g_task_new (client, cancellable, callback, user_data);

  g_task_set_source_tag (task, jip_draft_drop_typed_async);
  jip_local_write_async (client->local, run_drop_typed, g_strdup (id), g_free, NULL, typed_dropped_cb, task);
}

gboolean
jip_draft_drop_typed_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * jip_draft_delete_async:
 *
 * Deletes the draft as it is shown here. Where another PC has saved it since, the server refuses: it is shown again then,
 * and the refusal is with the refused changes.
 */
void
jip_draft_delete_async (JipClient *client,
                        const char *id,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  JsonObject *args = json_object_new ();

  set_text (args, "id", id);
  jip_client_mutate_async (client, "draft.delete", args, NULL, cancellable, callback, user_data);
}

gboolean
jip_draft_delete_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return jip_client_mutate_finish (client, result, NULL, error) != 0;
}
