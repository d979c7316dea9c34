/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-scratch.h"

#include "jip-client-private.h"

#define DELAY_MS 400 /* after the last key at least this, after the first at most MAX_DELAY_US */
#define MAX_DELAY_US 600000
#define RETRY_MS 5000 /* when the disk did not take it */

struct _JipScratch
{
  GObject parent_instance;

  JipClient *client;   /* not owned: it owns this */
  GHashTable *waiting; /* key -> text not on disk yet; "" removes */
  GList *writing;      /* of Flush, not owned, the newest first */
  gint64 since;        /* monotonic time of the oldest of them */
  guint timeout;
  guint failures; /* how often the disk did not take something */
};

G_DEFINE_FINAL_TYPE (JipScratch, jip_scratch, G_TYPE_OBJECT)

static guint saved_signal, failed_signal;

typedef struct
{
  GHashTable *texts; /* to write */
  char *key;         /* to read */
  char *text;
  JipScratch *scratch;
} Page;

static void
page_free (gpointer data)
{
  Page *page = data;

  g_clear_pointer (&page->texts, g_hash_table_unref);
  g_free (page->key);
  g_free (page->text);
  g_free (page);
}

/* What is on its way to the disk, until it is known to be there. */
typedef struct
{
  JipScratch *scratch;
  GHashTable *texts;
} Flush;

static void
flush_free (Flush *flush)
{
  flush->scratch->writing = g_list_remove (flush->scratch->writing, flush);
  g_hash_table_unref (flush->texts);
  g_object_unref (flush->scratch);
  g_free (flush);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Flush, flush_free)

static GHashTable *
texts_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static gboolean timeout_cb (gpointer user_data);

/**
 * jip_scratch_write:
 *
 * What jip_scratch_set() leads to, for work on the replica.
 */
gboolean
jip_scratch_write (JipDatabase *database, const char *key, const char *text, GError **error)
{
  return jip_database_run (
      database, error,
      "INSERT INTO scratch (key, text) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET text = excluded.text",
      "tt", key, text);
}

static gboolean
write_page (JipDatabase *database, gpointer data, GError **error)
{
  Page *page = data;
  GHashTableIter iter;
  gpointer key, text;

  g_hash_table_iter_init (&iter, page->texts);
  while (g_hash_table_iter_next (&iter, &key, &text))
    {
      gboolean ok = *(char *) text == '\0'
                        ? jip_database_run (database, error, "DELETE FROM scratch WHERE key = $1", "t", key)
                        : jip_scratch_write (database, key, text, error);
      if (!ok)
        return FALSE;
    }
  return TRUE;
}

static void
set_failing (JipScratch *self, gboolean failing)
{
  if (self->client == NULL || self->client->typing_fails == failing)
    return;
  self->client->typing_fails = failing;
  jip_client_update_state (self->client);
}

/* The disk did not take it: it waits again, unless something newer does, and is tried again without another key. */
static void
take_back (JipScratch *self, Flush *flush, const GError *error)
{
  GHashTableIter iter;
  gpointer key, text;

  self->failures++;
  set_failing (self, TRUE);
  g_hash_table_iter_init (&iter, flush->texts);
  while (g_hash_table_iter_next (&iter, &key, &text))
    {
      if (!g_hash_table_contains (self->waiting, key))
        g_hash_table_insert (self->waiting, g_strdup (key), g_strdup (text));
      g_signal_emit (self, failed_signal, 0, key, error->message);
    }
  if (self->timeout == 0 && g_hash_table_size (self->waiting) > 0)
    self->timeout = g_timeout_add (RETRY_MS, timeout_cb, self);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Flush) flush = user_data;
  JipScratch *self = flush->scratch;
  g_autoptr (GError) error = NULL;
  Page *page = jip_local_finish (result, &error);
  GHashTableIter iter;
  gpointer key;

  if (page == NULL)
    {
      take_back (self, flush, error);
      return;
    }
  set_failing (self, FALSE);
  g_hash_table_iter_init (&iter, flush->texts);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (self->waiting, key))
      g_signal_emit (self, saved_signal, 0, key);
  page_free (page);
}

static GHashTable *
copy_texts (GHashTable *texts)
{
  GHashTable *copy = texts_new ();
  GHashTableIter iter;
  gpointer key, text;

  g_hash_table_iter_init (&iter, texts);
  while (g_hash_table_iter_next (&iter, &key, &text))
    g_hash_table_insert (copy, g_strdup (key), g_strdup (text));
  return copy;
}

/**
 * jip_scratch_flush:
 *
 * Writes what waits now rather than in a moment.
 */
void
jip_scratch_flush (JipScratch *self)
{
  g_return_if_fail (JIP_IS_SCRATCH (self));

  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->client == NULL || self->client->local == NULL || g_hash_table_size (self->waiting) == 0)
    return;
  Page *page = g_new0 (Page, 1);
  page->texts = g_steal_pointer (&self->waiting);
  self->waiting = texts_new ();
  self->since = 0;
  Flush *flush = g_new0 (Flush, 1);
  flush->scratch = g_object_ref (self);
  flush->texts = copy_texts (page->texts);
  self->writing = g_list_prepend (self->writing, flush);
  jip_local_write_async (self->client->local, write_page, page, page_free, NULL, written_cb, flush);
}

static void wait_for_disk (GTask *task);

static gboolean
do_nothing (JipDatabase *database, gpointer data, GError **error)
{
  return TRUE;
}

static void
came_to_disk_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipScratch *self = g_task_get_source_object (task);

  jip_local_finish (result, NULL); /* what was asked before it has ended, well or not */
  if (g_hash_table_size (self->waiting) == 0)
    g_task_return_boolean (task, TRUE);
  else if (self->failures != GPOINTER_TO_UINT (g_task_get_task_data (task)))
    g_task_return_boolean (task, FALSE);
  else
    wait_for_disk (g_steal_pointer (&task)); /* what failed to be saved came back here */
}

/* @task: (transfer full) */
static void
wait_for_disk (GTask *task)
{
  JipScratch *self = g_task_get_source_object (task);

  if (self->client == NULL || self->client->local == NULL)
    {
      g_task_return_boolean (task, g_hash_table_size (self->waiting) == 0);
      g_object_unref (task);
      return;
    }
  jip_scratch_flush (self);
  jip_local_write_async (self->client->local, do_nothing, NULL, NULL, NULL, came_to_disk_cb, task);
}

/**
 * jip_scratch_flush_async:
 *
 * Writes what waits, and what comes back from saves that are under way.
 */
void
jip_scratch_flush_async (JipScratch *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (JIP_IS_SCRATCH (self));
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, jip_scratch_flush_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (self->failures), NULL);
  wait_for_disk (task);
}

/**
 * jip_scratch_flush_finish:
 *
 * Returns: whether all of it is on disk; what is not is kept and tried again
 */
gboolean
jip_scratch_flush_finish (JipScratch *self, GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/* It was another account's: what is not on its disk by now goes with it, and to nobody else. */
void
jip_scratch_forget (JipScratch *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  self->since = 0;
  set_failing (self, FALSE);
  g_hash_table_remove_all (self->waiting);
  for (GList *at = self->writing; at != NULL; at = at->next)
    g_hash_table_remove_all (((Flush *) at->data)->texts);
}

static gboolean
timeout_cb (gpointer user_data)
{
  JipScratch *self = user_data;

  self->timeout = 0;
  jip_scratch_flush (self);
  return G_SOURCE_REMOVE;
}

/**
 * jip_scratch_set:
 * @key: of the place that is typed in
 * @text: (nullable): all that stands there now
 */
void
jip_scratch_set (JipScratch *self, const char *key, const char *text)
{
  g_return_if_fail (JIP_IS_SCRATCH (self));
  g_return_if_fail (key != NULL);
  gint64 now = g_get_monotonic_time ();

  g_hash_table_insert (self->waiting, g_strdup (key), g_strdup (text != NULL ? text : ""));
  if (text == NULL || *text == '\0') /* what is typed from here on is nothing of what was refused */
    g_hash_table_insert (self->waiting, g_strconcat (key, "/settles", NULL), g_strdup (""));
  if (self->since == 0)
    self->since = now;
  g_clear_handle_id (&self->timeout, g_source_remove);
  gint64 left_ms = MAX (0, (self->since + MAX_DELAY_US - now) / 1000);
  self->timeout = g_timeout_add ((guint) MIN (DELAY_MS, left_ms), timeout_cb, self);
}

static const char *find_unwritten (JipScratch *self, const char *key);

/* Leaves out what waits under @key, and does not try it again: somebody else writes or removes it now.
 * Returns: (transfer full) (nullable): what that was, to be set again where he fails */
char *
jip_scratch_take (JipScratch *self, const char *key)
{
  char *unwritten = g_strdup (find_unwritten (self, key));

  g_hash_table_remove (self->waiting, key);
  for (GList *at = self->writing; at != NULL; at = at->next)
    g_hash_table_remove (((Flush *) at->data)->texts, key);
  return unwritten;
}

/* What jip_scratch_take() returned, unless something was typed under @key since. */
void
jip_scratch_give_back (JipScratch *self, const char *key, const char *text)
{
  if (find_unwritten (self, key) == NULL)
    jip_scratch_set (self, key, text);
}

static gboolean
read_page (JipDatabase *database, gpointer data, GError **error)
{
  Page *page = data;
  g_autoptr (GError) local = NULL;

  page->text
      = jip_database_query_text (database, &local, "SELECT text FROM scratch WHERE key = $1", "t", page->key);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  Page *page = jip_local_finish (result, &error);

  if (page == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_return_pointer (task, g_steal_pointer (&page->text), g_free);
  page_free (page);
}

/* What stands under @key and is not known to be on disk; %NULL where nothing does. */
static const char *
find_unwritten (JipScratch *self, const char *key)
{
  const char *text = g_hash_table_lookup (self->waiting, key);

  for (GList *at = self->writing; text == NULL && at != NULL; at = at->next)
    text = g_hash_table_lookup (((Flush *) at->data)->texts, key);
  return text;
}

void
jip_scratch_get_async (JipScratch *self,
                       const char *key,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_return_if_fail (JIP_IS_SCRATCH (self));
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  const char *unwritten = find_unwritten (self, key);

  g_task_set_source_tag (task, jip_scratch_get_async);
  if (unwritten != NULL)
    {
      g_task_return_pointer (task, *unwritten != '\0' ? g_strdup (unwritten) : NULL, g_free);
      g_object_unref (task);
      return;
    }
  Page *page = g_new0 (Page, 1);
  page->key = g_strdup (key);
  jip_local_read_async (self->client->local, read_page, page, page_free, NULL, read_cb, task);
}

/**
 * jip_scratch_get_finish:
 *
 * Returns: (transfer full) (nullable): the text kept under the key; %NULL without @error when there is none
 */
char *
jip_scratch_get_finish (JipScratch *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

JipScratch *
jip_scratch_new (JipClient *client)
{
  JipScratch *self = g_object_new (JIP_TYPE_SCRATCH, NULL);

  self->client = client;
  g_object_add_weak_pointer (G_OBJECT (client), (gpointer *) &self->client);
  return self;
}

static void
jip_scratch_finalize (GObject *object)
{
  JipScratch *self = JIP_SCRATCH (object);

  g_clear_weak_pointer (&self->client);
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_hash_table_unref (self->waiting);
  G_OBJECT_CLASS (jip_scratch_parent_class)->finalize (object);
}

static void
jip_scratch_class_init (JipScratchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_scratch_finalize;
  saved_signal = g_signal_new ("saved", JIP_TYPE_SCRATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                               1, G_TYPE_STRING);
  failed_signal = g_signal_new ("failed", JIP_TYPE_SCRATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
jip_scratch_init (JipScratch *self)
{
  self->waiting = texts_new ();
}
