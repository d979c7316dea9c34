/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-local.h"

#include "jip-error.h"
#include "jip-store.h"

struct _JipLocal
{
  gatomicrefcount refs;
  JipStore *store;
  GThreadPool *reader; /* exactly one thread, which has a connection of its own */
  char *path;          /* of the file */

  /* who is told that the file is damaged */
  GWeakRef owner;
  JipLocalDamaged damaged;
  GMainContext *context;
  int told; /* atomic */
};

/* One piece of work; the task owns nothing of it until it ends. */
typedef struct
{
  JipLocal *local;
  GTask *task;
  JipLocalFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_object (&job->task);
  if (job->data != NULL && job->destroy != NULL)
    job->destroy (job->data);
  g_free (job);
}

static gboolean
run_write (JipDatabase *database, gpointer data, GError **error)
{
  Job *job = data;
  return job->func (database, job->data, error);
}

static gboolean
tell_owner_cb (gpointer user_data)
{
  JipLocal *self = user_data;
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);

  if (owner != NULL)
    self->damaged (owner, self);
  return G_SOURCE_REMOVE;
}

static void
tell_owner (JipLocal *self)
{
  if (self->damaged != NULL && g_atomic_int_compare_and_exchange (&self->told, 0, 1))
    g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, tell_owner_cb, jip_local_ref (self),
                                (GDestroyNotify) jip_local_unref);
}

static void
job_done (Job *job, const GError *error)
{
  if (jip_error_is_damaged_database (error))
    tell_owner (job->local);
  if (error != NULL)
    g_task_return_error (job->task, g_error_copy (error));
  else
    g_task_return_pointer (job->task, g_steal_pointer (&job->data), job->destroy);
}

static void
write_done (gpointer data, const GError *error)
{
  job_done (data, error);
}

static void
run_read (gpointer data, gpointer user_data)
{
  JipLocal *self = user_data;
  Job *job = data;
  g_autoptr (GError) error = NULL;
  JipDatabase *database = jip_store_get_reader (self->store, &error);

  if (database != NULL && !g_task_return_error_if_cancelled (job->task))
    {
      if (jip_database_begin_read (database, &error))
        {
          if (job->func (database, job->data, &error))
            jip_database_check_trouble (database, &error);
          jip_database_rollback (database, NULL);
        }
      job_done (job, error);
    }
  else if (database == NULL)
    job_done (job, error);
  job_free (job);
}

/**
 * jip_local_open:
 * @folder: of one account's replica; made with mode 0700 where there is none
 *
 * Opens and, where needed, makes or upgrades a replica. It may take a while: call it on a thread.
 */
JipLocal *
jip_local_open (const char *folder, GError **error)
{
  g_autoptr (JipStore) store = jip_store_open (folder, JIP_SCHEMA_REPLICA, 0, error);

  if (store == NULL)
    return NULL;
  JipLocal *self = g_new0 (JipLocal, 1);
  g_atomic_ref_count_init (&self->refs);
  self->store = g_steal_pointer (&store);
  self->path = g_build_filename (folder, JIP_STORE_FILE, NULL);
  g_weak_ref_init (&self->owner, NULL);
  self->reader = g_thread_pool_new (run_read, self, 1, TRUE, NULL);
  return self;
}

JipLocal *
jip_local_ref (JipLocal *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * jip_local_set_owner:
 * @damaged: called at most once, while @owner lives, on the main context that is the thread's default now
 *
 * For whoever opened @self, before anything is asked of it.
 */
void
jip_local_set_owner (JipLocal *self, GObject *owner, JipLocalDamaged damaged)
{
  g_return_if_fail (self->damaged == NULL);

  g_weak_ref_set (&self->owner, owner);
  self->context = g_main_context_ref_thread_default ();
  self->damaged = damaged;
}

static void
inspect (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  JipLocal *self = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JipDatabase) database = jip_database_open_sqlite (self->path, JIP_DATABASE_READ_ONLY, NULL);
  g_autofree char *verdict
      = database != NULL ? jip_database_query_text (database, &error, "PRAGMA integrity_check (1)", NULL)
                         : NULL;

  if (jip_error_is_damaged_database (error) || (verdict != NULL && !g_str_equal (verdict, "ok")))
    tell_owner (self);
  g_task_return_boolean (task, TRUE);
}

/**
 * jip_local_inspect:
 *
 * Compares the whole file with its indexes, beside all other work: opening it reads each page, but that takes too long to be
 * waited for.
 */
void
jip_local_inspect (JipLocal *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_source_tag (task, jip_local_inspect);
  g_task_set_task_data (task, jip_local_ref (self), (GDestroyNotify) jip_local_unref);
  g_task_run_in_thread (task, inspect);
}

/**
 * jip_local_stop:
 *
 * Ends the work under way and closes the file. Nothing may be asked afterwards.
 */
void
jip_local_stop (JipLocal *self)
{
  if (self->reader != NULL)
    g_thread_pool_free (g_steal_pointer (&self->reader), FALSE, TRUE);
  if (self->store != NULL)
    jip_store_stop (self->store);
  g_clear_pointer (&self->store, jip_store_free);
}

void
jip_local_unref (JipLocal *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  jip_local_stop (self);
  g_weak_ref_clear (&self->owner);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self->path);
  g_free (self);
}

static Job *
job_new (JipLocal *self,
         JipLocalFunc func,
         gpointer data,
         GDestroyNotify destroy,
         GCancellable *cancellable,
         GAsyncReadyCallback callback,
         gpointer user_data)
{
  Job *job = g_new0 (Job, 1);

  job->local = self;
  job->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (job->task, job_new);
  g_task_set_check_cancellable (job->task, FALSE);
  job->func = func;
  job->data = data;
  job->destroy = destroy;
  return job;
}

static gboolean
fail_when_stopped (JipLocal *self, Job *job)
{
  if (self != NULL && self->store != NULL)
    return FALSE;
  g_task_return_new_error (job->task, JIP_ERROR, JIP_ERROR_UNAUTHORIZED, "%s",
                           jip_error_describe (JIP_ERROR_UNAUTHORIZED));
  job_free (job);
  return TRUE;
}

/**
 * jip_local_write_async:
 * @self: (nullable): without one the task fails with %JIP_ERROR_UNAUTHORIZED
 * @data: (transfer full): handed to @func and then to jip_local_finish()
 *
 * Runs @func in a transaction of the writer thread; the task ends when it is durable.
 */
void
jip_local_write_async (JipLocal *self,
                       JipLocalFunc func,
                       gpointer data,
                       GDestroyNotify destroy,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  Job *job = job_new (self, func, data, destroy, cancellable, callback, user_data);

  if (!fail_when_stopped (self, job))
    jip_writer_submit (jip_store_get_writer (self->store), run_write, write_done, job, job_free);
}

/**
 * jip_local_read_async:
 *
 * Like jip_local_write_async(), on the reader thread, in one read transaction.
 */
void
jip_local_read_async (JipLocal *self,
                      JipLocalFunc func,
                      gpointer data,
                      GDestroyNotify destroy,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  Job *job = job_new (self, func, data, destroy, cancellable, callback, user_data);

  if (!fail_when_stopped (self, job))
    g_thread_pool_push (self->reader, job, NULL);
}

/**
 * jip_local_finish:
 *
 * Returns: (transfer full): the data the work was given, as it left it; %NULL with @error
 */
gpointer
jip_local_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* For tests and tools that have no main loop. */
gboolean
jip_local_write_sync (JipLocal *self, JipLocalFunc func, gpointer data, GError **error)
{
  return jip_writer_run_sync (jip_store_get_writer (self->store), func, data, error);
}
