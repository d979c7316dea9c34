/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that were sent and whose rows no backup has yet: a restored server gets them again. */
#include <glib/gstdio.h>

#include "jip-blob-op.h"
#include "jip-client-private.h"
#include "jip-id.h"
#include "jip-time.h"

#define KEEP_UNUSED_SECONDS 86400

typedef struct
{
  JipClient *client;
  GCancellable *running;
  char *folder;
  GStrv files; /* SHA-256 */
  guint next;
  gboolean due; /* else the folder is only tidied */
  gboolean failed;
} Sending;

static void send_next (Sending *sending);

static void
sending_free (Sending *sending)
{
  g_strfreev (sending->files);
  g_free (sending->folder);
  g_object_unref (sending->running);
  g_object_unref (sending->client);
  g_free (sending);
}

typedef struct
{
  GStrv files;
} List;

static void
list_free (gpointer data)
{
  List *list = data;

  g_strfreev (list->files);
  g_free (list);
}

static gboolean
list_cb (JipDatabase *database, gpointer data, GError **error)
{
  List *list = data;

  list->files = jip_outbox_list_files (database, error);
  return list->files != NULL;
}

static gboolean
done_cb (JipDatabase *database, gpointer data, GError **error)
{
  return jip_outbox_set_number (database, "files_due", 0, error);
}

/* What no kept mutation refers to is kept by a backup, or was never attached. */
static void
remove_unused (const char *folder, const char *const *used)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf info;
      if (!g_strv_contains (used, name) && g_stat (path, &info) == 0
          && info.st_mtime < jip_time_now () / 1000 - KEEP_UNUSED_SECONDS)
        g_unlink (path);
    }
}

static void
end (Sending *sending)
{
  JipClient *self = sending->client;

  self->sending_files = FALSE;
  if (!sending->failed && !g_cancellable_is_cancelled (sending->running))
    {
      remove_unused (sending->folder, (const char *const *) sending->files);
      if (sending->due)
        jip_local_write_async (self->local, done_cb, NULL, NULL, NULL, NULL, NULL);
    }
  sending_free (sending);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sending *sending = user_data;
  g_autofree char *sha256 = jip_blob_upload_finish (sending->client, result, NULL);

  /* the next pull tries again */
  sending->failed |= sha256 == NULL;
  send_next (sending);
}

static void
send_next (Sending *sending)
{
  while (sending->due && sending->files[sending->next] != NULL
         && !g_cancellable_is_cancelled (sending->running))
    {
      const char *sha256 = sending->files[sending->next++];
      g_autofree char *path = g_build_filename (sending->folder, sha256, NULL);
      if (!jip_sha256_is_valid (sha256) || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
        continue;
      g_autoptr (GFile) file = g_file_new_for_path (path);
      jip_blob_upload_async (sending->client, file, NULL, NULL, sending->running, sent_cb, sending);
      return;
    }
  end (sending);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sending *sending = user_data;
  List *list = jip_local_finish (result, NULL);

  if (list == NULL || g_cancellable_is_cancelled (sending->running))
    {
      g_clear_pointer (&list, list_free);
      sending->failed = TRUE;
      sending->files = g_new0 (char *, 1);
      end (sending);
      return;
    }
  sending->files = g_steal_pointer (&list->files);
  list_free (list);
  send_next (sending);
}

/* Returns: (transfer full): where the files lie that this account sent */
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
 * @due: whether the server may have lost some; otherwise what is not needed any more is removed
 *
 * Sends again the files of kept mutations; one that the server has takes one short question.
 */
void
jip_client_send_files (JipClient *self, gboolean due)
{
  if (self->sending_files || self->running == NULL)
    return;
  self->sending_files = TRUE;
  Sending *sending = g_new0 (Sending, 1);
  sending->client = g_object_ref (self);
  sending->running = g_object_ref (self->running);
  sending->folder = jip_client_dup_kept_folder (self);
  sending->due = due;
  jip_local_read_async (self->local, list_cb, g_new0 (List, 1), list_free, NULL, listed_cb, sending);
}
