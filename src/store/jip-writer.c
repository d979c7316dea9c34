/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-writer.h"

#include <glib/gi18n-lib.h>

#define MAX_BATCH 512
#define CHECKPOINT_COMMITS 256

typedef struct
{
  JipWriteFunc func;
  JipWriteDone done;
  gpointer data;
  GDestroyNotify destroy;
  gboolean repeatable;
  GError *error; /* why the job failed */
} Job;

struct _JipWriter
{
  JipDatabase *database; /* used on the thread only */
  guint window_us;
  GThread *thread;
  GThread *answers; /* has its own, so that the next batch need not wait for the answers to the last one */

  JipWriteFunc pre_commit;
  JipWriterCommitted committed;
  gpointer hook_data;

  GMutex mutex;
  GCond cond;
  GQueue waiting; /* of Job; under the mutex, as all that follows */
  gboolean stopping;
  guint64 n_commits;
  GCond answers_cond;
  GQueue judged; /* of GPtrArray of Job */
  gboolean all_judged;
};

static void
job_free (Job *job)
{
  if (job->destroy != NULL)
    job->destroy (job->data);
  g_clear_error (&job->error);
  g_free (job);
}

/* Waits for work, then for the window, so that what comes together is committed together. A lone job after a pause waits
 * for nothing but its own fsync: the window opens only while others keep coming. */
static GPtrArray *
take_batch (JipWriter *self, gboolean was_busy)
{
  g_autoptr (GPtrArray) batch = g_ptr_array_new ();

  g_mutex_lock (&self->mutex);
  while (g_queue_is_empty (&self->waiting) && !self->stopping)
    {
      was_busy = FALSE;
      g_cond_wait (&self->cond, &self->mutex);
    }
  if (was_busy && self->window_us > 0 && !self->stopping)
    {
      gint64 deadline = g_get_monotonic_time () + self->window_us;
      while (!self->stopping && g_queue_get_length (&self->waiting) < MAX_BATCH
             && g_cond_wait_until (&self->cond, &self->mutex, deadline))
        ;
    }
  while (batch->len < MAX_BATCH && !g_queue_is_empty (&self->waiting))
    g_ptr_array_add (batch, g_queue_pop_head (&self->waiting));
  g_mutex_unlock (&self->mutex);
  return g_steal_pointer (&batch);
}

/* FALSE when the whole batch is lost: the transaction is gone or a savepoint cannot be handled. */
static gboolean
run_job (JipWriter *self, Job *job, GError **error)
{
  if (!jip_database_savepoint (self->database, "job", error))
    return FALSE;
  if (job->func (self->database, job->data, &job->error)
      && jip_database_release (self->database, "job", &job->error))
    return TRUE;
  if (job->error == NULL)
    job->error = jip_error_new (JIP_ERROR_INTERNAL, NULL, _ ("A change failed without saying why."));
  /* some errors (disk full, I/O) roll the whole transaction back */
  if (!jip_database_in_transaction (self->database))
    {
      g_propagate_error (error, g_error_copy (job->error));
      return FALSE;
    }
  return jip_database_rollback_to (self->database, "job", error)
         && jip_database_release (self->database, "job", error);
}

/* @bold: without savepoints in the database, which cost a sixth of a ballot's time. */
static gboolean
run_jobs (JipWriter *self, GPtrArray *batch, gboolean bold, GError **error)
{
  if (!(bold ? jip_database_begin_bold (self->database, error) : jip_database_begin (self->database, error)))
    return FALSE;
  for (guint i = 0; i < batch->len; i++)
    if (!run_job (self, g_ptr_array_index (batch, i), error))
      return FALSE;
  if (self->pre_commit != NULL && !self->pre_commit (self->database, self->hook_data, error))
    return FALSE;
  return jip_database_commit (self->database, error);
}

static gboolean
are_repeatable (GPtrArray *batch)
{
  for (guint i = 0; i < batch->len; i++)
    if (!((Job *) g_ptr_array_index (batch, i))->repeatable)
      return FALSE;
  return TRUE;
}

/* Boldly where that may be tried. When a job has to be undone after all, with what the others wrote, all are done again. */
static gboolean
try_jobs (JipWriter *self, GPtrArray *batch, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean bold = are_repeatable (batch);

  if (run_jobs (self, batch, bold, bold ? &problem : error))
    return TRUE;
  if (!jip_database_is_spoilt (self->database))
    {
      if (problem != NULL)
        g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  for (guint i = 0; i < batch->len; i++)
    g_clear_error (&((Job *) g_ptr_array_index (batch, i))->error);
  return jip_database_rollback (self->database, error) && run_jobs (self, batch, FALSE, error);
}

static void
answer (Job *job)
{
  if (job->done != NULL)
    job->done (job->data, job->error);
  job_free (job);
}

static GPtrArray *
take_judged (JipWriter *self)
{
  g_mutex_lock (&self->mutex);
  while (g_queue_is_empty (&self->judged) && !self->all_judged)
    g_cond_wait (&self->answers_cond, &self->mutex);
  GPtrArray *batch = g_queue_pop_head (&self->judged);
  g_mutex_unlock (&self->mutex);
  return batch;
}

static gpointer
answers_thread (gpointer data)
{
  GPtrArray *batch;

  while ((batch = take_judged (data)) != NULL)
    {
      for (guint i = 0; i < batch->len; i++)
        answer (g_ptr_array_index (batch, i));
      g_ptr_array_unref (batch);
    }
  return NULL;
}

/* @batch: (transfer full) */
static void
answer_later (JipWriter *self, GPtrArray *batch)
{
  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->judged, batch);
  g_cond_signal (&self->answers_cond);
  g_mutex_unlock (&self->mutex);
}

/* @batch: (transfer full) */
static void
run_batch (JipWriter *self, GPtrArray *batch)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = try_jobs (self, batch, &error);
  guint64 commits = 0;

  if (!ok && jip_database_in_transaction (self->database))
    jip_database_rollback (self->database, NULL);
  if (ok)
    {
      g_mutex_lock (&self->mutex);
      commits = ++self->n_commits;
      g_mutex_unlock (&self->mutex);
      if (self->committed != NULL)
        self->committed (self->hook_data);
    }
  for (guint i = 0; !ok && i < batch->len; i++)
    {
      Job *job = g_ptr_array_index (batch, i);
      if (job->error == NULL)
        job->error = g_error_copy (error);
    }
  answer_later (self, batch);
  /* the answers need not wait for it; if it fails, the next one tries again */
  if (ok && commits % CHECKPOINT_COMMITS == 0)
    jip_database_checkpoint (self->database, NULL);
}

static gpointer
writer_thread (gpointer data)
{
  JipWriter *self = data;
  gboolean was_busy = FALSE;

  for (;;)
    {
      GPtrArray *batch = take_batch (self, was_busy);
      was_busy = batch->len > 1;
      if (batch->len > 0)
        run_batch (self, batch);
      else
        {
          g_ptr_array_unref (batch);
          return NULL;
        }
    }
}

/**
 * jip_writer_new:
 * @database: (transfer full): a connection that only the writer uses from now on
 * @window_us: how long a commit waits for company while several clients write, in microseconds; 0 for not at all
 *
 * Returns: (transfer full): a writer whose thread runs
 */
JipWriter *
jip_writer_new (JipDatabase *database, guint window_us)
{
  g_return_val_if_fail (database != NULL, NULL);

  JipWriter *self = g_new0 (JipWriter, 1);
  self->database = database;
  self->window_us = window_us;
  jip_database_defer_writes (database);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  g_queue_init (&self->waiting);
  g_cond_init (&self->answers_cond);
  g_queue_init (&self->judged);
  self->answers = g_thread_new ("jip-answers", answers_thread, self);
  self->thread = g_thread_new ("jip-writer", writer_thread, self);
  return self;
}

/**
 * jip_writer_set_hooks:
 * @pre_commit: (nullable): runs on the writer thread as the last step of each transaction; %FALSE undoes the batch
 * @committed: (nullable): runs on the writer thread after each durable commit, before the jobs' done functions
 *
 * To be called before the first job.
 */
void
jip_writer_set_hooks (JipWriter *self, JipWriteFunc pre_commit, JipWriterCommitted committed, gpointer data)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->mutex);
  self->pre_commit = pre_commit;
  self->committed = committed;
  self->hook_data = data;
  g_mutex_unlock (&self->mutex);
}

static void
submit (JipWriter *self, Job *job)
{
  g_mutex_lock (&self->mutex);
  gboolean stopping = self->stopping;
  if (!stopping)
    {
      g_queue_push_tail (&self->waiting, job);
      /* the thread waits for a first job, or for a full batch */
      guint length = g_queue_get_length (&self->waiting);
      if (length == 1 || length == MAX_BATCH)
        g_cond_signal (&self->cond);
    }
  g_mutex_unlock (&self->mutex);
  if (!stopping)
    return;

  job->error = jip_error_new (JIP_ERROR_UNAVAILABLE, NULL, _ ("The program is shutting down."));
  answer (job);
}

/**
 * jip_writer_submit:
 * @func: what to write
 * @done: (nullable): told when it is durable, or why it is not
 * @data: for both
 * @destroy: (nullable): frees @data after @done, on the same thread
 *
 * May be called from any thread. After jip_writer_stop() the job fails at once with %JIP_ERROR_UNAVAILABLE.
 */
void
jip_writer_submit (JipWriter *self,
                   JipWriteFunc func,
                   JipWriteDone done,
                   gpointer data,
                   GDestroyNotify destroy)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (func != NULL);

  Job *job = g_new0 (Job, 1);
  *job = (Job){ .func = func, .done = done, .data = data, .destroy = destroy };
  submit (self, job);
}

/**
 * jip_writer_submit_repeatable:
 * @func: may run a second time, after all that it wrote the first time was undone: it starts from the beginning then, also in
 *   @data
 *
 * As jip_writer_submit(). Jobs of this kind among themselves are written without savepoints.
 */
void
jip_writer_submit_repeatable (JipWriter *self,
                              JipWriteFunc func,
                              JipWriteDone done,
                              gpointer data,
                              GDestroyNotify destroy)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (func != NULL);

  Job *job = g_new0 (Job, 1);
  *job = (Job){ .func = func, .done = done, .data = data, .destroy = destroy, .repeatable = TRUE };
  submit (self, job);
}

typedef struct
{
  JipWriteFunc func;
  gpointer data;
  GMutex mutex;
  GCond cond;
  gboolean finished;
  GError *error;
} SyncJob;

static gboolean
sync_func (JipDatabase *database, gpointer data, GError **error)
{
  SyncJob *job = data;
  return job->func (database, job->data, error);
}

static void
sync_done (gpointer data, const GError *error)
{
  SyncJob *job = data;

  g_mutex_lock (&job->mutex);
  job->error = error != NULL ? g_error_copy (error) : NULL;
  job->finished = TRUE;
  g_cond_signal (&job->cond);
  g_mutex_unlock (&job->mutex);
}

/**
 * jip_writer_run_sync:
 *
 * Waits until @func is durable. For tools and worker threads; never on a main loop, an HTTP pool thread or in a job.
 */
gboolean
jip_writer_run_sync (JipWriter *self, JipWriteFunc func, gpointer data, GError **error)
{
  SyncJob job = { .func = func, .data = data };

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (g_thread_self () != self->thread && g_thread_self () != self->answers, FALSE);

  g_mutex_init (&job.mutex);
  g_cond_init (&job.cond);
  jip_writer_submit (self, sync_func, sync_done, &job, NULL);
  g_mutex_lock (&job.mutex);
  while (!job.finished)
    g_cond_wait (&job.cond, &job.mutex);
  g_mutex_unlock (&job.mutex);
  g_mutex_clear (&job.mutex);
  g_cond_clear (&job.cond);
  if (job.error == NULL)
    return TRUE;
  g_propagate_error (error, job.error);
  return FALSE;
}

guint64
jip_writer_get_n_commits (JipWriter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  g_mutex_lock (&self->mutex);
  guint64 commits = self->n_commits;
  g_mutex_unlock (&self->mutex);
  return commits;
}

guint
jip_writer_get_n_waiting (JipWriter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  g_mutex_lock (&self->mutex);
  guint waiting = g_queue_get_length (&self->waiting);
  g_mutex_unlock (&self->mutex);
  return waiting;
}

/**
 * jip_writer_stop:
 *
 * Commits and answers what waits and ends the threads. Nothing is taken any more. Not to be called in a job.
 */
void
jip_writer_stop (JipWriter *self)
{
  g_return_if_fail (self != NULL);
  if (self->thread == NULL)
    return;

  g_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&self->thread, g_thread_join);
  g_mutex_lock (&self->mutex);
  self->all_judged = TRUE;
  g_cond_signal (&self->answers_cond);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&self->answers, g_thread_join);
}

void
jip_writer_free (JipWriter *self)
{
  g_return_if_fail (self != NULL);

  jip_writer_stop (self);
  jip_database_free (self->database);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_cond_clear (&self->answers_cond);
  g_free (self);
}
