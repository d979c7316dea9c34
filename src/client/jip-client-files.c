/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files on their way to the server, one at a time: those of this account's attachments that it does not have yet, and
 * after a restore all whose rows no backup had. What no backup has yet is kept. */
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "jip-blob-op.h"
#include "jip-client-private.h"
#include "jip-error.h"
#include "jip-file-op.h"
#include "jip-file-ref.h"
#include "jip-file-return.h"
#include "jip-migrations.h"
#include "jip-sha256.h"
#include "jip-sync.h"
#include "jip-time.h"

#define CACHE_FOLDER "files"
#define KEEP_UNUSED_SECONDS 86400
#define RETRY_SECONDS 5 /* doubled at each attempt that fails */
#define MAX_RETRY_SECONDS 60

typedef struct
{
  gint64 done;
  gint64 total;
  char *message; /* nullable */
} FileState;

static void
file_state_free (gpointer data)
{
  g_free (((FileState *) data)->message);
  g_free (data);
}

GHashTable *
jip_client_file_states_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, file_state_free);
}

/* @message: (nullable) (transfer full) */
static void
set_state (JipClient *self, const char *sha256, gint64 done, gint64 total, char *message)
{
  FileState *state = g_new0 (FileState, 1);

  *state = (FileState){ done, total, message };
  g_hash_table_insert (self->file_states, g_strdup (sha256), state);
  jip_client_tell_file_sending (self, sha256);
}

/**
 * jip_client_get_file_sending:
 * @sending: (out): how far it is; its message belongs to the client
 *
 * Returns: whether the file is on its way from here
 */
gboolean
jip_client_get_file_sending (JipClient *client, const char *sha256, JipFileSending *sending)
{
  g_return_val_if_fail (JIP_IS_CLIENT (client), FALSE);
  const FileState *state = sha256 != NULL ? g_hash_table_lookup (client->file_states, sha256) : NULL;

  *sending
      = state != NULL ? (JipFileSending){ state->done, state->total, state->message } : (JipFileSending){ 0 };
  return state != NULL;
}

/**
 * jip_client_keeps_file:
 *
 * Returns: whether the file was sent from here, or is to be sent
 */
gboolean
jip_client_keeps_file (JipClient *client, const char *sha256)
{
  g_return_val_if_fail (JIP_IS_CLIENT (client), FALSE);
  g_autofree char *folder = jip_client_dup_kept_folder (client);
  g_autofree char *path = g_build_filename (folder, sha256, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* What there is to send. */
typedef struct
{
  gboolean due; /* the server may have lost some */
  char *user;
  char *kept;         /* folders */
  char *cache;        /* of what was fetched */
  GStrv used;         /* SHA-256 of what is kept */
  GStrv wanted;       /* of what is to be sent */
  GPtrArray *returns; /* what the server has lost and was let go here */
  char *epoch;        /* nullable: of the server that is asked */
} List;

static List *
list_new (JipClient *client, gboolean due)
{
  List *list = g_new0 (List, 1);
  const char *user = jip_client_get_user_id (client);

  list->due = due;
  list->user = g_strdup (user != NULL ? user : "");
  list->kept = jip_client_dup_kept_folder (client);
  list->cache = jip_client_dup_cache_folder (client);
  return list;
}

static void
list_free (gpointer data)
{
  List *list = data;

  g_free (list->user);
  g_free (list->kept);
  g_free (list->cache);
  g_clear_pointer (&list->returns, g_ptr_array_unref);
  g_strfreev (list->used);
  g_strfreev (list->wanted);
  g_free (list->epoch);
  g_free (list);
}

/* One run over all that waits. */
typedef struct
{
  JipClient *client;
  GCancellable *running;
  GCancellable *current; /* of the file that is being sent */
  char *folder;
  List *list; /* nullable: not read yet */
  guint next;
  gboolean failed;
  gboolean returned; /* once a run */
} Sending;

static void send_next (Sending *sending);
static void look (Sending *sending, gboolean due);

static void
sending_free (Sending *sending)
{
  g_clear_pointer (&sending->list, list_free);
  g_free (sending->folder);
  g_clear_object (&sending->current);
  g_object_unref (sending->running);
  g_object_unref (sending->client);
  g_free (sending);
}

static gboolean
add_texts (JipDatabase *database, const char *sql, GHashTable *texts, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JipRows) rows = jip_database_query (database, error, sql, "");

  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &local))
    g_hash_table_add (texts, g_strdup (jip_rows_text (rows, 0)));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Files that stand beside a text that is still being written. */
static gboolean
add_scratch (JipDatabase *database, GHashTable *used, GError **error)
{
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer text;

  if (!add_texts (database, "SELECT text FROM scratch WHERE key LIKE '%/files'", texts, error))
    return FALSE;
  g_hash_table_iter_init (&iter, texts);
  while (g_hash_table_iter_next (&iter, &text, NULL))
    {
      g_autoptr (GPtrArray) files = jip_file_refs_from_text (text);
      for (guint i = 0; i < files->len; i++)
        g_hash_table_add (used, g_strdup (((JipFileRef *) g_ptr_array_index (files, i))->sha256));
    }
  return TRUE;
}

/* What was refused stands here until its writer has decided about it. */
#define REFUSED_FILES \
  "SELECT DISTINCT j.atom FROM refused AS r, json_tree (CASE WHEN json_valid (r.args) THEN r.args END) AS j " \
  "WHERE r.name IN ('attachment.add', 'event.create') AND j.key = 'sha256' AND j.type = 'text'"

static GStrv
to_strv (GHashTable *set)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer text;

  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &text, NULL))
    g_strv_builder_add (builder, text);
  return g_strv_builder_end (builder);
}

/* A row that was refused or removed is not shown, and its file not sent. */
#define IS_ATTACHED \
  "EXISTS (SELECT 1 FROM record AS a WHERE a.tbl = 'attachment' AND a.shown = 1 AND " \
  "json_extract (a.row, '$.sha256') = file.sha256)"

/* The server had it, and says that it has lost it for good. */
#define IS_GONE \
  "EXISTS (SELECT 1 FROM record AS a WHERE a.tbl = 'attachment' AND a.shown = 1 AND " \
  "json_extract (a.row, '$.gone') = 1 AND json_extract (a.row, '$.sha256') = file.sha256)"

/* How many files are still to be sent; -1 with @error. */
gint64
jip_client_count_files (JipDatabase *database, GError **error)
{
  return jip_database_query_int (database, -1, error,
                                 "SELECT count(*) FROM file WHERE sent = 0 AND " IS_ATTACHED, "");
}

static gboolean
list_cb (JipDatabase *database, gpointer data, GError **error)
{
  List *list = data;
  g_auto (GStrv) queued = jip_outbox_list_files (database, error);
  g_autoptr (GHashTable) used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (queued == NULL)
    return FALSE;
  list->due |= jip_outbox_get_number (database, "files_due", NULL) != 0; /* nobody pulls for who has left */
  for (char **file = queued; *file != NULL; file++)
    {
      g_hash_table_add (used, g_strdup (*file));
      if (list->due)
        g_hash_table_add (wanted, g_strdup (*file));
    }
  if (!add_texts (database, "SELECT sha256 FROM file", used, error) || !add_scratch (database, used, error)
      || !add_texts (database, REFUSED_FILES, used, error)
      || !add_texts (database, "SELECT sha256 FROM file WHERE sent = 0 AND " IS_ATTACHED, wanted, error)
      || !add_texts (database, "SELECT sha256 FROM file WHERE sent = 1 AND " IS_GONE, wanted, error))
    return FALSE;
  list->returns = jip_file_return_list (database, list->user, list->kept, list->cache, error);
  if (list->returns == NULL)
    return FALSE;
  list->epoch = jip_meta_get (database, "epoch", NULL);
  list->used = to_strv (used);
  list->wanted = to_strv (wanted);
  return TRUE;
}

/* After a restore a row may take its time to come back. */
#define IS_QUEUED \
  "sha256 IN (SELECT json_extract (args, '$.sha256') FROM outbox WHERE name = 'attachment.add' " \
  "AND status IN ('waiting', 'ok') AND json_valid (args))"

/* What the server has and a backup too, or long enough, and what is attached to nothing, is not asked for any more. How long
 * is told by the queue, which asks two clocks. */
static gboolean
forget_cb (JipDatabase *database, gpointer data, GError **error)
{
  const List *list = data;
  g_autofree char *epoch = jip_meta_get (database, "epoch", NULL);
  gboolean done = list->due && g_strcmp0 (epoch, list->epoch) == 0;

  return jip_database_run (
             database, error,
             "DELETE FROM file WHERE (sent = 1 AND done_n <= $1) OR (sent = 1 AND done_at < $2 AND NOT " IS_QUEUED
             ") OR (sent <> 1 AND NOT " IS_ATTACHED " AND NOT " IS_QUEUED ")",
             "ii", jip_outbox_get_number (database, "safe_n", NULL),
             jip_time_now () - JIP_SYNC_KEEP_UNBACKED_MS)
         && (!done || jip_outbox_set_number (database, "files_due", 0, error));
}

/* What nothing refers to is kept by a backup, or was never attached. Old is what others came a day later than: one that was
 * just chosen is not referred to yet, and a clock that leaps must not make it old. */
static void
remove_unused (const char *folder, const char *const *used)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  gint64 now = jip_time_now () / 1000;
  GStatBuf info;
  const char *name;

  if (g_stat (folder, &info) == 0)
    now = MIN (now, info.st_mtime);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (!g_strv_contains (used, name) && g_stat (path, &info) == 0
          && info.st_mtime < now - KEEP_UNUSED_SECONDS)
        g_unlink (path);
    }
}

static gboolean
retry_cb (gpointer user_data)
{
  JipClient *self = user_data;

  self->files_retry_id = 0;
  jip_client_send_files (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
try_again_later (JipClient *self)
{
  gint32 most = MIN (RETRY_SECONDS << MIN (self->files_attempts, 6), MAX_RETRY_SECONDS);

  self->files_attempts++;
  self->files_retry_id
      = g_timeout_add (1000 * (guint) g_random_int_range (most / 2, most + 1), retry_cb, self);
}

static void
end (Sending *sending)
{
  JipClient *self = sending->client;
  gboolean over = g_cancellable_is_cancelled (sending->running);
  gboolean again = self->send_files_again;

  self->sending_files = NULL;
  self->send_files_again = FALSE;
  if (!over && !sending->failed)
    {
      self->files_attempts = 0;
      remove_unused (sending->folder, (const char *const *) sending->list->used);
      jip_local_write_async (self->local, forget_cb, g_steal_pointer (&sending->list), list_free, NULL, NULL,
                             NULL);
    }
  if (over ? self->running != NULL : again) /* over: another exchange may have begun */
    jip_client_send_files (self, FALSE);
  else if (!over && sending->failed)
    try_again_later (self);
  sending_free (sending);
}

typedef struct
{
  char *sha256;
  gint64 sent;
  char *epoch; /* nullable: of the server that was asked */
} Note;

static void
note_free (gpointer data)
{
  g_free (((Note *) data)->sha256);
  g_free (((Note *) data)->epoch);
  g_free (data);
}

/* An answer of before a restore may come after it: then nothing is known of the file. */
static gboolean
note_cb (JipDatabase *database, gpointer data, GError **error)
{
  Note *note = data;
  g_autofree char *epoch = jip_meta_get (database, "epoch", NULL);

  if (g_strcmp0 (epoch, note->epoch) != 0)
    return TRUE;
  return jip_database_run (
      database, error, "UPDATE file SET sent = $2, done_n = $3, done_at = $4 WHERE sha256 = $1", "tiii",
      note->sha256, note->sent, jip_outbox_get_number (database, "newest_n", NULL) + 1, jip_time_now ());
}

static void
noted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sending *sending = user_data;
  Note *note = jip_local_finish (result, NULL);

  sending->failed |= note == NULL;
  g_clear_pointer (&note, note_free);
  send_next (sending);
}

static void
note_sent (Sending *sending, const char *sha256, gint64 sent)
{
  Note *note = g_new0 (Note, 1);

  note->sha256 = g_strdup (sha256);
  note->sent = sent;
  note->epoch = g_strdup (sending->list->epoch);
  jip_local_write_async (sending->client->local, note_cb, note, note_free, NULL, noted_cb, sending);
}

static void
progress_cb (goffset done, goffset total, gpointer user_data)
{
  Sending *sending = user_data;

  /* of the end sent_cb() tells */
  if (done < total && !g_cancellable_is_cancelled (sending->current))
    set_state (sending->client, sending->list->wanted[sending->next - 1], done, total, NULL);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sending *sending = user_data;
  JipClient *self = sending->client;
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = g_strdup (sending->list->wanted[sending->next - 1]);
  g_autofree char *sent = jip_blob_upload_finish (self, result, &error);
  JipErrorCode code = sent == NULL ? jip_error_get_code (error) : JIP_ERROR_INTERNAL;

  if (sent != NULL || code == JIP_ERROR_DAMAGED)
    jip_client_set_files_waiting (self, self->files_waiting - (self->files_waiting > 0));
  if (sent != NULL)
    {
      g_hash_table_remove (self->file_states, sha256);
      jip_client_tell_file_sending (self, sha256);
      note_sent (sending, sha256, 1);
    }
  else if (g_cancellable_is_cancelled (sending->current)) /* taken away meanwhile, or the exchange ends */
    {
      g_hash_table_remove (self->file_states, sha256);
      send_next (sending);
    }
  else if (code == JIP_ERROR_DAMAGED)
    {
      set_state (
          self, sha256, 0, 0,
          g_strdup (_ ("The copy on this PC is gone or damaged. Remove the file and attach it again.")));
      note_sent (sending, sha256, -1);
    }
  else
    {
      gboolean waits
          = code == JIP_ERROR_OFFLINE || code == JIP_ERROR_TIMEOUT || code == JIP_ERROR_UNAUTHORIZED;
      const char *why = code == JIP_ERROR_TOO_LARGE ? error->message : jip_error_describe (code);
      set_state (self, sha256, 0, 0, waits ? NULL : g_strdup (why));
      sending->failed = TRUE;
      end (sending); /* what stops one stops the next */
    }
}

static void
send_next (Sending *sending)
{
  JipClient *self = sending->client;

  while (sending->list->wanted[sending->next] != NULL && !g_cancellable_is_cancelled (sending->running))
    {
      const char *sha256 = sending->list->wanted[sending->next++];
      g_autofree char *path = g_build_filename (sending->folder, sha256, NULL);
      gboolean there = g_file_test (path, G_FILE_TEST_IS_REGULAR);
      if (!jip_sha256_is_valid (sha256) || (sending->list->due && !there))
        continue;
      g_clear_object (&sending->current);
      sending->current = g_cancellable_new ();
      g_signal_connect_object (sending->running, "cancelled", G_CALLBACK (g_cancellable_cancel),
                               sending->current, G_CONNECT_SWAPPED);
      set_state (self, sha256, 0, 0, NULL);
      jip_client_upload_kept_async (self, sha256, progress_cb, sending, sending->current, sent_cb, sending);
      return;
    }
  end (sending);
}

static void
returned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sending *sending = user_data;
  gboolean due = sending->list->due;

  jip_local_finish (result, NULL); /* the list says what came of it */
  g_clear_pointer (&sending->list, list_free);
  look (sending, due);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sending *sending = user_data;

  sending->list = jip_local_finish (result, NULL);
  if (sending->list == NULL || g_cancellable_is_cancelled (sending->running))
    {
      sending->failed = TRUE;
      end (sending);
      return;
    }
  if (sending->list->returns->len > 0 && !sending->returned)
    {
      sending->returned = TRUE;
      jip_local_write_async (sending->client->local, jip_file_return_take,
                             g_ptr_array_ref (sending->list->returns), (GDestroyNotify) g_ptr_array_unref,
                             NULL, returned_cb, sending);
      return;
    }
  jip_client_set_files_waiting (sending->client, g_strv_length (sending->list->wanted));
  send_next (sending);
}

static void
look (Sending *sending, gboolean due)
{
  jip_local_read_async (sending->client->local, list_cb, list_new (sending->client, due), list_free, NULL,
                        listed_cb, sending);
}

/* Returns: (transfer full): where fetched files lie */
char *
jip_client_dup_cache_folder (JipClient *self)
{
  return g_build_filename (self->data_dir, CACHE_FOLDER, NULL);
}

/* Returns: (transfer full): where the files lie that this account sent or is to send */
char *
jip_client_dup_kept_folder (JipClient *self)
{
  const char *user = self->user != NULL
                         ? json_object_get_string_member_with_default (self->user, "id", "nobody")
                         : "nobody";

  return g_build_filename (self->data_dir, "kept", user, NULL);
}

/**
 * jip_client_send_files:
 * @due: whether the server may have lost some
 *
 * Sends what waits, and tidies up; once more after a run that is under way. One that the server has takes one short
 * question.
 */
void
jip_client_send_files (JipClient *self, gboolean due)
{
  self->send_files_again |= self->sending_files != NULL;
  if (self->sending_files != NULL || self->files_retry_id != 0 || self->running == NULL)
    return;
  Sending *sending = g_new0 (Sending, 1);
  self->sending_files = sending;
  sending->client = g_object_ref (self);
  sending->running = g_object_ref (self->running);
  sending->folder = jip_client_dup_kept_folder (self);
  look (sending, due);
}

/* What is being sent may have been taken away. */
static void
looked_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipClient) self = user_data;
  List *list = jip_local_finish (result, NULL);
  Sending *sending = self->sending_files;

  if (list != NULL && sending != NULL && sending->current != NULL && !sending->list->due && sending->next > 0
      && !g_strv_contains ((const char *const *) list->wanted, sending->list->wanted[sending->next - 1]))
    g_cancellable_cancel (sending->current);
  g_clear_pointer (&list, list_free);
}

/**
 * jip_client_send_files_now:
 *
 * Something was attached or taken away, or the network came back: without waiting for the next attempt.
 */
void
jip_client_send_files_now (JipClient *self)
{
  g_clear_handle_id (&self->files_retry_id, g_source_remove);
  self->files_attempts = 0;
  gboolean running = self->sending_files != NULL;

  jip_client_send_files (self, FALSE);
  if (running)
    jip_local_read_async (self->local, list_cb, list_new (self, FALSE), list_free, NULL, looked_again_cb,
                          g_object_ref (self));
}
