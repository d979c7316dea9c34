/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-pdf.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "jip-error.h"
#include "jip-pdf-answer.h"
#include "jip-pdf-process.h"

/* What the thread works on; it keeps a reference of its own, so that the object may go in any thread. */
typedef struct
{
  char *path;
  int fd;
  guint n_pages;          /* fixed once the document is open */
  GAsyncQueue *jobs;      /* of Job */
  JipPdfProcess *process; /* the thread's own; nullable */
} Worker;

struct _JipPdf
{
  GObject parent;
  Worker *worker;
  GThread *thread;
};

G_DEFINE_FINAL_TYPE (JipPdf, jip_pdf, G_TYPE_OBJECT)

typedef enum
{
  JOB_OPEN,
  JOB_TEXT,
  JOB_RENDER,
  JOB_FIND,
  JOB_QUIT,
} JobKind;

/* One operation. Either a task takes the result, or a caller waits for it. */
typedef struct
{
  JobKind kind;
  guint page;
  guint width;
  char *query;
  GCancellable *cancellable;
  GTask *task;
  GMutex lock;
  GCond done_changed;
  gboolean done;
  gpointer result; /* a JipPdfPage, JipPdfBitmap, or the worker once it is open */
  GError *error;
} Job;

static gboolean
ensure_process (Worker *worker, GCancellable *cancellable, GError **error)
{
  if (worker->process != NULL && jip_pdf_process_is_alive (worker->process))
    return TRUE;
  guint n_pages = 0;
  g_clear_pointer (&worker->process, jip_pdf_process_free);
  worker->process = jip_pdf_process_start (worker->fd, jip_pdf_deadline (), &n_pages, cancellable, error);
  if (worker->process != NULL && worker->n_pages == 0)
    worker->n_pages = n_pages;
  return worker->process != NULL;
}

/* The processor time is counted over all requests: when it ran out soon after this one began, the others had used it
 * up, and a new helper gets a try. */
static GBytes *
ask (Worker *worker,
     const JipPdfRequest *request,
     gsize max_length,
     GCancellable *cancellable,
     GError **error)
{
  gboolean fresh = worker->process == NULL || !jip_pdf_process_is_alive (worker->process);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GError) local = NULL;

  if (!ensure_process (worker, cancellable, error))
    return NULL;
  GBytes *bytes
      = jip_pdf_process_ask (worker->process, request, max_length, jip_pdf_deadline (), cancellable, &local);
  if (bytes != NULL)
    return bytes;
  gboolean soon = g_get_monotonic_time () - start < 4 * G_USEC_PER_SEC;
  if (!fresh && soon && g_error_matches (local, JIP_ERROR, JIP_ERROR_LIMIT)
      && !jip_pdf_process_is_alive (worker->process))
    return ensure_process (worker, cancellable, error) ? jip_pdf_process_ask (
               worker->process, request, max_length, jip_pdf_deadline (), cancellable, error)
                                                       : NULL;
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gsize
most_bytes (JobKind kind)
{
  switch (kind)
    {
    case JOB_RENDER:
      return sizeof (JipPdfBitmapHead) + (gsize) JIP_PDF_MAX_PIXELS * 4;
    case JOB_FIND:
      return JIP_PDF_MAX_FOUND * sizeof (JipPdfFoundHead);
    default:
      return JIP_PDF_MAX_TEXT;
    }
}

static void
fill_request (JipPdfRequest *request, const Job *job)
{
  static const JipPdfRequestKind kinds[] = { [JOB_TEXT] = JIP_PDF_REQUEST_TEXT,
                                             [JOB_RENDER] = JIP_PDF_REQUEST_RENDER,
                                             [JOB_FIND] = JIP_PDF_REQUEST_FIND };

  *request = (JipPdfRequest){ .magic = JIP_PDF_MAGIC,
                              .kind = kinds[job->kind],
                              .page = job->page,
                              .amount = job->kind == JOB_RENDER ? job->width : 1 };
  if (job->query != NULL)
    g_strlcpy (request->query, job->query, sizeof request->query);
}

static gpointer
run_request (Worker *worker, Job *job, GError **error)
{
  JipPdfRequest request;

  if (job->page >= worker->n_pages)
    {
      jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("The PDF has no page %u."), job->page + 1);
      return NULL;
    }
  fill_request (&request, job);
  g_autoptr (GBytes) bytes = ask (worker, &request, most_bytes (job->kind), job->cancellable, error);
  if (bytes == NULL)
    return NULL;
  if (job->kind == JOB_RENDER)
    return jip_pdf_answer_to_bitmap (bytes, error);
  return job->kind == JOB_FIND ? (gpointer) jip_pdf_answer_to_boxes (bytes, error)
                               : (gpointer) jip_pdf_answer_to_page (bytes, job->page, error);
}

static gboolean
open_file (Worker *worker, GError **error)
{
  worker->fd = jip_pdf_file_open (worker->path, error);
  return worker->fd >= 0;
}

static gpointer
run_job (Worker *worker, Job *job, GError **error)
{
  if (g_cancellable_is_cancelled (job->cancellable))
    {
      jip_error_set (error, JIP_ERROR_CANCELLED, _ ("Reading the PDF was stopped."));
      return NULL;
    }
  if (job->kind == JOB_OPEN)
    return open_file (worker, error) && ensure_process (worker, job->cancellable, error) ? worker : NULL;
  return run_request (worker, job, error);
}

static GDestroyNotify
result_destroy (JobKind kind)
{
  if (kind == JOB_OPEN)
    return NULL;
  if (kind == JOB_FIND)
    return (GDestroyNotify) g_array_unref;
  return kind == JOB_TEXT ? (GDestroyNotify) jip_pdf_page_free : (GDestroyNotify) jip_pdf_bitmap_free;
}

static void
job_free (Job *job)
{
  g_clear_object (&job->cancellable);
  g_clear_object (&job->task);
  g_mutex_clear (&job->lock);
  g_cond_clear (&job->done_changed);
  g_free (job->query);
  g_free (job);
}

static void
finish_job (Job *job, gpointer result, GError *error)
{
  if (job->task != NULL)
    {
      g_autoptr (GTask) task = g_steal_pointer (&job->task);
      if (error != NULL)
        g_task_return_error (task, error);
      else if (job->kind == JOB_OPEN)
        g_task_return_boolean (task, TRUE);
      else
        g_task_return_pointer (task, result, result_destroy (job->kind));
      job_free (job);
      return;
    }
  g_mutex_lock (&job->lock);
  job->result = result;
  job->error = error;
  job->done = TRUE;
  g_cond_signal (&job->done_changed);
  g_mutex_unlock (&job->lock);
}

static void
worker_clear (gpointer data)
{
  Worker *worker = data;

  g_clear_pointer (&worker->process, jip_pdf_process_free);
  g_async_queue_unref (worker->jobs);
  if (worker->fd >= 0)
    close (worker->fd);
  g_free (worker->path);
}

static gpointer
thread_cb (gpointer data)
{
  Worker *worker = data;

  for (;;)
    {
      Job *job = g_async_queue_pop (worker->jobs);
      GError *error = NULL;
      if (job->kind == JOB_QUIT)
        {
          job_free (job);
          g_atomic_rc_box_release_full (worker, worker_clear);
          return NULL;
        }
      gpointer result = run_job (worker, job, &error);
      finish_job (job, result, error);
    }
}

static Job *
job_new (JobKind kind, guint page, guint width, GCancellable *cancellable)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  job->page = page;
  job->width = width;
  job->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  g_mutex_init (&job->lock);
  g_cond_init (&job->done_changed);
  return job;
}

static gpointer
run_and_wait (JipPdf *pdf, Job *job, GError **error)
{
  g_async_queue_push (pdf->worker->jobs, job);
  g_mutex_lock (&job->lock);
  while (!job->done)
    g_cond_wait (&job->done_changed, &job->lock);
  g_mutex_unlock (&job->lock);
  gpointer result = job->result;
  if (job->error != NULL)
    g_propagate_error (error, job->error);
  job_free (job);
  return result;
}

/* The last reference may be a task's, dropped in the thread itself: then nobody waits for it. */
static void
jip_pdf_finalize (GObject *object)
{
  JipPdf *pdf = JIP_PDF (object);

  g_async_queue_push (pdf->worker->jobs, job_new (JOB_QUIT, 0, 0, NULL));
  if (pdf->thread == g_thread_self ())
    g_thread_unref (pdf->thread);
  else
    g_thread_join (pdf->thread);
  g_atomic_rc_box_release_full (pdf->worker, worker_clear);
  G_OBJECT_CLASS (jip_pdf_parent_class)->finalize (object);
}

static void
jip_pdf_class_init (JipPdfClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_pdf_finalize;
}

static void
jip_pdf_init (JipPdf *pdf)
{
  pdf->worker = g_atomic_rc_box_new0 (Worker);
  pdf->worker->fd = -1;
  pdf->worker->jobs = g_async_queue_new ();
  pdf->thread = g_thread_new ("jip-pdf", thread_cb, g_atomic_rc_box_acquire (pdf->worker));
}

static JipPdf *
pdf_new (const char *path)
{
  JipPdf *pdf = g_object_new (JIP_TYPE_PDF, NULL);
  pdf->worker->path = g_strdup (path);
  return pdf;
}

/**
 * jip_pdf_open:
 *
 * Returns: (transfer full): the open document; %NULL with %JIP_ERROR_FILE, %JIP_ERROR_EMPTY, %JIP_ERROR_NOT_A_PDF,
 *   %JIP_ERROR_DAMAGED, %JIP_ERROR_ENCRYPTED, %JIP_ERROR_LIMIT, %JIP_ERROR_NO_SANDBOX, %JIP_ERROR_TIMEOUT or
 *   %JIP_ERROR_CANCELLED
 */
JipPdf *
jip_pdf_open (const char *path, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  g_autoptr (JipPdf) pdf = pdf_new (path);
  if (run_and_wait (pdf, job_new (JOB_OPEN, 0, 0, cancellable), error) == NULL)
    return NULL;
  return g_steal_pointer (&pdf);
}

static void
push_task (JipPdf *pdf, Job *job, GTask *task)
{
  g_task_set_check_cancellable (task, FALSE); /* the job's own error says the same in a sentence */
  job->task = task;
  g_async_queue_push (pdf->worker->jobs, job);
}

void
jip_pdf_open_async (const char *path,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_return_if_fail (path != NULL);

  JipPdf *pdf = pdf_new (path);
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, jip_pdf_open_async);
  g_task_set_task_data (task, pdf, g_object_unref);
  push_task (pdf, job_new (JOB_OPEN, 0, 0, cancellable), task);
}

JipPdf *
jip_pdf_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_object_ref (g_task_get_task_data (G_TASK (result)));
}

guint
jip_pdf_get_n_pages (JipPdf *pdf)
{
  g_return_val_if_fail (JIP_IS_PDF (pdf), 0);
  return pdf->worker->n_pages;
}

/**
 * jip_pdf_get_text:
 * @page: from 0
 *
 * Returns: (transfer full): the page's lines in reading order; a scanned page has none
 */
JipPdfPage *
jip_pdf_get_text (JipPdf *pdf, guint page, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (JIP_IS_PDF (pdf), NULL);
  return run_and_wait (pdf, job_new (JOB_TEXT, page, 0, cancellable), error);
}

void
jip_pdf_get_text_async (JipPdf *pdf,
                        guint page,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (JIP_IS_PDF (pdf));

  GTask *task = g_task_new (pdf, cancellable, callback, user_data);
  g_task_set_source_tag (task, jip_pdf_get_text_async);
  push_task (pdf, job_new (JOB_TEXT, page, 0, cancellable), task);
}

JipPdfPage *
jip_pdf_get_text_finish (JipPdf *pdf, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, pdf), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * jip_pdf_render_page:
 * @page: from 0
 * @width: pixels; the height follows from the page
 *
 * Returns: (transfer full): the page on white; %JIP_ERROR_LIMIT when it would have too many pixels
 */
JipPdfBitmap *
jip_pdf_render_page (JipPdf *pdf, guint page, guint width, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (JIP_IS_PDF (pdf), NULL);
  return run_and_wait (pdf, job_new (JOB_RENDER, page, width, cancellable), error);
}

void
jip_pdf_render_page_async (JipPdf *pdf,
                           guint page,
                           guint width,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (JIP_IS_PDF (pdf));

  GTask *task = g_task_new (pdf, cancellable, callback, user_data);
  g_task_set_source_tag (task, jip_pdf_render_page_async);
  push_task (pdf, job_new (JOB_RENDER, page, width, cancellable), task);
}

JipPdfBitmap *
jip_pdf_render_page_finish (JipPdf *pdf, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, pdf), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The query as the helper takes it: composed, and as much of it as fits, in whole characters. */
static Job *
find_job_new (guint page, const char *query, GCancellable *cancellable)
{
  Job *job = job_new (JOB_FIND, page, 0, cancellable);
  g_autofree char *composed = g_utf8_normalize (query, -1, G_NORMALIZE_NFC);
  const char *end = NULL;

  composed = composed != NULL ? composed : g_utf8_make_valid (query, -1);
  gsize length = MIN (strlen (composed), JIP_PDF_MAX_QUERY - 1);
  g_utf8_validate (composed, (gssize) length, &end);
  job->query = g_strndup (composed, (gsize) (end - composed));
  return job;
}

/**
 * jip_pdf_find:
 * @page: from 0
 * @query: looked for without regard to case, over line ends too
 *
 * Returns: (transfer full) (element-type JipPdfBox): where it stands, in reading order; a match over two lines has a box
 *   in each
 */
GArray *
jip_pdf_find (JipPdf *pdf, guint page, const char *query, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (JIP_IS_PDF (pdf) && query != NULL && *query != '\0', NULL);
  return run_and_wait (pdf, find_job_new (page, query, cancellable), error);
}

void
jip_pdf_find_async (JipPdf *pdf,
                    guint page,
                    const char *query,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_return_if_fail (JIP_IS_PDF (pdf) && query != NULL && *query != '\0');

  GTask *task = g_task_new (pdf, cancellable, callback, user_data);
  g_task_set_source_tag (task, jip_pdf_find_async);
  push_task (pdf, find_job_new (page, query, cancellable), task);
}

GArray *
jip_pdf_find_finish (JipPdf *pdf, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, pdf), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
