/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-pdf-process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jip-error.h"
#include "jip-paths.h"
#include "jip-pdf-sandbox.h"

#define TIMEOUT_SECONDS 14 /* the program around it needs some of the 15 */

/* The administrator accepts a risk by naming it: JIP_ACCEPT_RISK=pdf-without-sandbox. */
#define RISK_VARIABLE "JIP_ACCEPT_RISK"
#define RISK_NAME "pdf-without-sandbox"

struct _JipPdfProcess
{
  GSubprocess *child;
  int socket;
  gboolean broken;
};

static gboolean
risk_is_accepted (void)
{
  const char *value = g_getenv (RISK_VARIABLE);
  g_auto (GStrv) names = g_strsplit (value != NULL ? value : "", ",", -1);
  return g_strv_contains ((const char *const *) names, RISK_NAME);
}

static JipPdfProcess *
spawn (const char *const *args, int document_fd, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_auto (GStrv) environment = g_strdupv ((char *[]){ "LANG=C.UTF-8", NULL });
  g_autoptr (GError) local = NULL;
  int ends[2], copy = fcntl (document_fd, F_DUPFD_CLOEXEC, 3);

  if (copy < 0 || socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("The PDF reader could not be started: %s"),
                     g_strerror (errno));
      if (copy >= 0)
        close (copy);
      return NULL;
    }
  g_subprocess_launcher_set_environ (launcher, environment);
  g_subprocess_launcher_take_stdin_fd (launcher, ends[1]);
  g_subprocess_launcher_take_fd (launcher, copy, JIP_PDF_DOCUMENT_FD);
  JipPdfProcess *process = g_new0 (JipPdfProcess, 1);
  process->socket = ends[0];
  process->child = g_subprocess_launcher_spawnv (launcher, args, &local);
  if (process->child == NULL)
    {
      jip_error_set (error, JIP_ERROR_NO_SANDBOX, _ ("The PDF reader could not be started: %s"),
                     local->message);
      jip_pdf_process_free (process);
      return NULL;
    }
  return process;
}

void
jip_pdf_process_free (JipPdfProcess *process)
{
  if (process->child != NULL)
    {
      g_subprocess_force_exit (process->child);
      g_subprocess_wait (process->child, NULL, NULL);
      g_object_unref (process->child);
    }
  close (process->socket);
  g_free (process);
}

gboolean
jip_pdf_process_is_alive (JipPdfProcess *process)
{
  return !process->broken;
}

/* How it ended: the sandbox passes a signal on as 128 and its number. */
static void
explain_end (JipPdfProcess *process, GError **error)
{
  int status = 0;

  process->broken = TRUE;
  g_subprocess_force_exit (process->child);
  g_subprocess_wait (process->child, NULL, NULL);
  if (g_subprocess_get_if_exited (process->child))
    status = g_subprocess_get_exit_status (process->child) - 128;
  else if (g_subprocess_get_if_signaled (process->child))
    status = g_subprocess_get_term_sig (process->child);
  if (status == SIGXCPU)
    jip_error_set (error, JIP_ERROR_LIMIT, _ ("Reading the PDF takes more time than is allowed."));
  else if (status == SIGABRT || status == SIGTRAP)
    jip_error_set (error, JIP_ERROR_LIMIT, _ ("Reading the PDF takes more memory than is allowed."));
  else
    jip_error_set (error, JIP_ERROR_DAMAGED, _ ("The PDF is damaged: its reader stopped."));
}

static gboolean
wait_readable (JipPdfProcess *process, gint64 deadline, GCancellable *cancellable, GError **error)
{
  GPollFD stop = { .fd = -1 };
  gboolean watched = cancellable != NULL && g_cancellable_make_pollfd (cancellable, &stop);
  struct pollfd fds[] = { { .fd = process->socket, .events = POLLIN }, { .fd = stop.fd, .events = POLLIN } };
  gint64 left = (deadline - g_get_monotonic_time ()) / 1000;
  int ready = 0;

  do
    ready = left > 0 ? poll (fds, watched ? 2 : 1, (int) MIN (left, TIMEOUT_SECONDS * 1000)) : 0;
  while (ready < 0 && errno == EINTR);
  if (watched)
    g_cancellable_release_fd (cancellable);
  if (g_cancellable_is_cancelled (cancellable))
    {
      process->broken = TRUE;
      return jip_error_set (error, JIP_ERROR_CANCELLED, _ ("Reading the PDF was stopped."));
    }
  if (ready <= 0)
    {
      process->broken = TRUE;
      return jip_error_set (error, JIP_ERROR_TIMEOUT, _ ("The PDF could not be read within %d seconds."),
                            TIMEOUT_SECONDS);
    }
  return TRUE;
}

static gboolean
receive (JipPdfProcess *process,
         void *data,
         gsize length,
         gint64 deadline,
         GCancellable *cancellable,
         GError **error)
{
  guint8 *at = data;

  while (length > 0)
    {
      if (!wait_readable (process, deadline, cancellable, error))
        return FALSE;
      ssize_t n = recv (process->socket, at, length, MSG_DONTWAIT);
      if (n < 0 && (errno == EINTR || errno == EAGAIN))
        continue;
      if (n <= 0)
        {
          explain_end (process, error);
          return FALSE;
        }
      at += n;
      length -= (gsize) n;
    }
  return TRUE;
}

static gboolean
set_status_error (guint status, GError **error)
{
  switch (status)
    {
    case JIP_PDF_ENCRYPTED:
      return jip_error_set (
          error, JIP_ERROR_ENCRYPTED,
          _ ("The PDF is locked with a password. Save it without the password and try again."));
    case JIP_PDF_EMPTY:
      return jip_error_set (error, JIP_ERROR_EMPTY, _ ("The PDF has no pages."));
    case JIP_PDF_LIMIT:
      return jip_error_set (
          error, JIP_ERROR_LIMIT,
          _ ("The PDF exceeds a limit: %d pages, %u MiB of text on a page, or a picture that is "
             "too large."),
          JIP_PDF_MAX_PAGES, JIP_PDF_MAX_TEXT >> 20);
    default:
      return jip_error_set (error, JIP_ERROR_DAMAGED, _ ("The PDF is damaged and cannot be read."));
    }
}

/**
 * jip_pdf_deadline:
 *
 * Returns: the moment, in monotonic microseconds, when an operation that begins now has taken too long
 */
gint64
jip_pdf_deadline (void)
{
  return g_get_monotonic_time () + (gint64) TIMEOUT_SECONDS * G_USEC_PER_SEC;
}

/**
 * jip_pdf_process_receive:
 * @max_length: a longer answer counts as damaged
 * @deadline: monotonic microseconds
 *
 * Returns: (transfer full): the next answer, not yet checked; when %NULL ask jip_pdf_process_is_alive()
 */
GBytes *
jip_pdf_process_receive (JipPdfProcess *process,
                         gsize max_length,
                         gint64 deadline,
                         GCancellable *cancellable,
                         GError **error)
{
  JipPdfAnswer answer;

  if (!receive (process, &answer, sizeof answer, deadline, cancellable, error))
    return NULL;
  if (answer.magic != JIP_PDF_MAGIC || answer.length > max_length)
    {
      process->broken = TRUE;
      jip_error_set (error, JIP_ERROR_DAMAGED, _ ("The PDF is damaged: its reader gave no sensible answer."));
      return NULL;
    }
  g_autofree guint8 *data = g_malloc (answer.length + 1);
  if (!receive (process, data, answer.length, deadline, cancellable, error))
    return NULL;
  if (answer.status != JIP_PDF_OK)
    {
      set_status_error (answer.status, error);
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&data), answer.length);
}

/* The greeting says that the sandbox stands; without it nothing was opened. */
static JipPdfProcess *
start_locked (const char *const *args,
              int document_fd,
              gint64 deadline,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (JipPdfProcess) process = spawn (args, document_fd, error);
  g_autoptr (GError) local = NULL;

  if (process == NULL)
    return NULL;
  g_autoptr (GBytes) greeting = jip_pdf_process_receive (process, 0, deadline, cancellable, &local);
  if (greeting != NULL)
    return g_steal_pointer (&process);
  if (g_error_matches (local, JIP_ERROR, JIP_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local));
  else
    jip_error_set (
        error, JIP_ERROR_NO_SANDBOX,
        _ ("No sandbox could be made on this machine, so the PDF was not opened. Install bubblewrap, or "
           "let the administrator set %s."),
        RISK_VARIABLE "=" RISK_NAME);
  return NULL;
}

/**
 * jip_pdf_process_start:
 * @document_fd: open for reading; stays with the caller
 * @deadline: monotonic microseconds
 * @n_pages: (out): the number of pages
 *
 * Returns: (transfer full): the helper with the document open; %NULL with %JIP_ERROR_NO_SANDBOX, %JIP_ERROR_DAMAGED,
 *   %JIP_ERROR_ENCRYPTED, %JIP_ERROR_EMPTY, %JIP_ERROR_LIMIT, %JIP_ERROR_TIMEOUT or %JIP_ERROR_CANCELLED
 */
JipPdfProcess *
jip_pdf_process_start (int document_fd,
                       gint64 deadline,
                       guint *n_pages,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *helper = jip_paths_find_helper ("jip-pdf-helper");
  g_autoptr (GError) local = NULL;
  g_autoptr (JipPdfProcess) process = NULL;

  if (helper == NULL)
    {
      jip_error_set (error, JIP_ERROR_UNAVAILABLE, _ ("The program jip-pdf-helper is not installed."));
      return NULL;
    }
  g_autoptr (GPtrArray) args = jip_pdf_sandbox_command (helper);
  if (args != NULL)
    process = start_locked ((const char *const *) args->pdata, document_fd, deadline, cancellable, &local);
  else
    jip_error_set (
        &local, JIP_ERROR_NO_SANDBOX,
        _ ("bubblewrap is not installed, so the PDF was not opened. Install it, or let the administrator "
           "set %s."),
        RISK_VARIABLE "=" RISK_NAME);
  if (process == NULL && g_error_matches (local, JIP_ERROR, JIP_ERROR_NO_SANDBOX) && risk_is_accepted ())
    {
      const char *bare[] = { helper, NULL };
      g_clear_error (&local);
      process = start_locked (bare, document_fd, deadline, cancellable, &local);
    }
  if (process == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  g_autoptr (GBytes) opened
      = jip_pdf_process_receive (process, sizeof (guint32), deadline, cancellable, error);
  if (opened == NULL)
    return NULL;
  guint32 n = 0;
  if (g_bytes_get_size (opened) == sizeof n)
    memcpy (&n, g_bytes_get_data (opened, NULL), sizeof n);
  if (n == 0 || n > JIP_PDF_MAX_PAGES)
    {
      set_status_error (JIP_PDF_DAMAGED, error);
      return NULL;
    }
  *n_pages = n;
  return g_steal_pointer (&process);
}

gboolean
jip_pdf_process_send (JipPdfProcess *process, const JipPdfRequest *request, GError **error)
{
  if (send (process->socket, request, sizeof *request, MSG_NOSIGNAL) == (ssize_t) sizeof *request)
    return TRUE;
  explain_end (process, error);
  return FALSE;
}

/**
 * jip_pdf_process_ask:
 *
 * Sends @request and takes its one answer, as jip_pdf_process_receive() does.
 */
GBytes *
jip_pdf_process_ask (JipPdfProcess *process,
                     const JipPdfRequest *request,
                     gsize max_length,
                     gint64 deadline,
                     GCancellable *cancellable,
                     GError **error)
{
  return jip_pdf_process_send (process, request, error)
             ? jip_pdf_process_receive (process, max_length, deadline, cancellable, error)
             : NULL;
}
