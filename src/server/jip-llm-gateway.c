/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-llm-gateway.h"

#include <glib/gi18n-lib.h>

#include "jip-error.h"
#include "jip-llm-config.h"
#include "jip-llm-request.h"

#define CHECK_AGAIN_MS 2000
#define POSITION_UNTOLD G_MAXUINT

typedef struct
{
  JipLlmGateway *gateway;
  const JipLlmEndpoint *config;
  char *model; /* what the health check found */
  gboolean ready;
  guint running;
} Endpoint;

/* All of it belongs to the gateway's thread, except what is said to be atomic. */
struct _JipLlmGateway
{
  GObject parent_instance;

  JipLlmConfig *config;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  SoupSession *session;
  GCancellable *checks;
  GPtrArray *endpoints; /* Endpoint */
  GQueue queue;         /* JipLlmJob, owned */
  GQueue running;       /* JipLlmJob, owned */
  GSource *check_timer;
  guint checking;     /* health checks on their way */
  gint64 check_began; /* of the newest finished round, monotonic us */
  gint64 round_began;
  gboolean stopping;
  GMutex lock;
  gboolean dead;                     /* guarded by the lock: nobody looks at the context any more */
  gint n_ready, n_running, n_queued; /* atomic, for others to read */
};

struct _JipLlmJob
{
  gatomicrefcount refs;
  JipLlmGateway *gateway; /* no reference; only used in its thread, which all jobs end before */
  GMainContext *context;
  char *user_id;
  JsonNode *messages;
  guint max_tokens;
  JipLlmFuncs funcs;
  gpointer user_data;
  GDestroyNotify destroy;

  Endpoint *endpoint; /* while it runs */
  GCancellable *cancellable;
  GSource *timer;
  GError *timed_out;
  guint position;
  guint attempts;
  gint64 asked_at, began_at; /* monotonic us */
  gboolean has_text, started, cancelled, over;
};

G_DEFINE_FINAL_TYPE (JipLlmGateway, jip_llm_gateway, G_TYPE_OBJECT)

static void dispatch (JipLlmGateway *self);
static void start_checks (JipLlmGateway *self);

static void
endpoint_free (Endpoint *endpoint)
{
  g_free (endpoint->model);
  g_free (endpoint);
}

JipLlmJob *
jip_llm_job_ref (JipLlmJob *job)
{
  g_return_val_if_fail (job != NULL, NULL);
  g_atomic_ref_count_inc (&job->refs);
  return job;
}

void
jip_llm_job_unref (JipLlmJob *job)
{
  g_return_if_fail (job != NULL);
  if (!g_atomic_ref_count_dec (&job->refs))
    return;
  if (job->destroy != NULL)
    job->destroy (job->user_data);
  g_clear_object (&job->cancellable);
  g_clear_error (&job->timed_out);
  g_main_context_unref (job->context);
  json_node_unref (job->messages);
  g_free (job->user_id);
  g_free (job);
}

static void
update_counts (JipLlmGateway *self)
{
  gint ready = 0;
  for (guint i = 0; i < self->endpoints->len; i++)
    ready += ((Endpoint *) g_ptr_array_index (self->endpoints, i))->ready;
  g_atomic_int_set (&self->n_ready, ready);
  g_atomic_int_set (&self->n_running, (gint) self->running.length);
  g_atomic_int_set (&self->n_queued, (gint) self->queue.length);
}

static void
clear_timer (JipLlmJob *job)
{
  if (job->timer == NULL)
    return;
  g_source_destroy (job->timer);
  g_clear_pointer (&job->timer, g_source_unref);
}

/* Tells how the job ended, once; takes @error. The user data goes with it, so that nothing waits for the last holder
 * of the job. */
static void
end_job (JipLlmJob *job, const JipLlmResult *result, GError *error)
{
  clear_timer (job);
  if (!job->over)
    {
      job->over = TRUE;
      if (error != NULL)
        job->funcs.error (error, job->user_data);
      else
        job->funcs.end (result, job->user_data);
      GDestroyNotify destroy = g_steal_pointer (&job->destroy);
      if (destroy != NULL)
        destroy (g_steal_pointer (&job->user_data));
    }
  g_clear_error (&error);
}

static GError *
make_timeout (const char *what)
{
  return jip_error_new (JIP_ERROR_TIMEOUT, NULL, "%s", what);
}

static gboolean
timer_cb (gpointer user_data)
{
  JipLlmJob *job = user_data;

  if (job->endpoint != NULL)
    {
      job->timed_out
          = make_timeout (job->has_text ? _ ("The language model stopped in the middle. What came is kept.")
                                        : _ ("The language model did not answer in time."));
      g_cancellable_cancel (job->cancellable);
      clear_timer (job);
      return G_SOURCE_REMOVE;
    }
  JipLlmGateway *gateway = job->gateway;
  g_queue_remove (&gateway->queue, job);
  end_job (job, NULL,
           make_timeout (_ ("No turn came in time: the language model is busy. Try again later.")));
  jip_llm_job_unref (job);
  dispatch (gateway);
  return G_SOURCE_REMOVE;
}

static void
arm_timer (JipLlmJob *job, gint64 ms)
{
  clear_timer (job);
  job->timer = g_timeout_source_new ((guint) MAX (ms, 1));
  g_source_set_callback (job->timer, timer_cb, job, NULL);
  g_source_attach (job->timer, job->context);
}

/* The next word must come soon, and all of them within the whole time. */
static void
arm_running_timer (JipLlmJob *job)
{
  const JipLlmConfig *config = job->gateway->config;
  gint64 passed = (g_get_monotonic_time () - job->began_at) / 1000;
  gint64 step = job->has_text ? config->stall_ms : config->first_text_ms;

  arm_timer (job, MIN (step, (gint64) config->total_ms - passed));
}

static void
request_answered_cb (gpointer user_data)
{
  JipLlmJob *job = user_data;

  if (job->cancelled || job->started)
    return;
  job->started = TRUE;
  const char *model
      = job->endpoint->config->model != NULL ? job->endpoint->config->model : job->endpoint->model;
  job->funcs.start (model != NULL ? model : "", job->user_data);
}

static void
request_text_cb (const char *delta, gpointer user_data)
{
  JipLlmJob *job = user_data;

  if (job->cancelled || job->timed_out != NULL)
    return;
  job->has_text = TRUE;
  arm_running_timer (job);
  job->funcs.text (delta, job->user_data);
}

/* Nobody but who asked cancels a job; a request that ended as cancelled otherwise was closed by the stopping gateway. */
static GError *
make_end (JipLlmGateway *self, JipLlmJob *job, const GError *error)
{
  if (job->timed_out != NULL)
    return g_steal_pointer (&job->timed_out);
  if (job->cancelled)
    return jip_error_new (JIP_ERROR_CANCELLED, NULL, _ ("It was stopped."));
  if (error != NULL && self->stopping)
    return jip_error_new (JIP_ERROR_UNAVAILABLE, NULL, _ ("The server is stopping."));
  if (error != NULL && jip_error_get_code (error) == JIP_ERROR_CANCELLED)
    return jip_error_new (JIP_ERROR_MODEL_FAILED, NULL,
                          _ ("The connection to the language model broke off. What came is kept."));
  if (error == NULL && !job->has_text)
    return jip_error_new (JIP_ERROR_MODEL_FAILED, NULL, _ ("The language model wrote nothing."));
  return error != NULL ? g_error_copy (error) : NULL;
}

/* An endpoint that could not take the request at all leaves it to the next one. */
static gboolean
try_again (JipLlmGateway *self, JipLlmJob *job, const GError *error)
{
  if (!g_error_matches (error, JIP_ERROR, JIP_ERROR_MODEL_UNAVAILABLE) || job->started || self->stopping
      || job->attempts > self->endpoints->len)
    return FALSE;
  g_queue_push_head (&self->queue, job);
  arm_timer (job, self->config->queue_ms);
  return TRUE;
}

static void
request_done_cb (JipCompletion *completion, const GError *error, gpointer user_data)
{
  JipLlmJob *job = user_data;
  JipLlmGateway *self = job->gateway;
  Endpoint *endpoint = g_steal_pointer (&job->endpoint);

  endpoint->running--;
  if (error != NULL && error->code == JIP_ERROR_MODEL_UNAVAILABLE)
    endpoint->ready = FALSE;
  g_queue_remove (&self->running, job);
  clear_timer (job);
  GError *ended = make_end (self, job, error);
  if (ended != NULL && try_again (self, job, ended))
    {
      g_error_free (ended);
      job = NULL;
    }
  else if (ended != NULL)
    end_job (job, NULL, ended);
  else
    {
      gint64 now = g_get_monotonic_time ();
      JipLlmResult result = { .model = jip_completion_get_model (completion),
                              .reason = jip_completion_get_reason (completion),
                              .prompt_tokens = jip_completion_get_prompt_tokens (completion),
                              .completion_tokens = jip_completion_get_completion_tokens (completion),
                              .queue_ms = (job->began_at - job->asked_at) / 1000,
                              .total_ms = (now - job->asked_at) / 1000 };
      end_job (job, &result, NULL);
    }
  if (job != NULL)
    jip_llm_job_unref (job);
  dispatch (self);
}

static void
run_job (JipLlmGateway *self, JipLlmJob *job, Endpoint *endpoint)
{
  static const JipLlmRequestFuncs funcs = { request_answered_cb, request_text_cb, request_done_cb };

  g_queue_push_tail (&self->running, job);
  endpoint->running++;
  job->endpoint = endpoint;
  job->attempts++;
  job->began_at = g_get_monotonic_time ();
  g_clear_object (&job->cancellable);
  job->cancellable = g_cancellable_new ();
  arm_running_timer (job);
  if (job->position != 0)
    {
      job->position = 0;
      job->funcs.queued (0, job->user_data);
    }
  const char *model = endpoint->config->model != NULL ? endpoint->config->model : endpoint->model;
  jip_llm_request_send (self->session, self->config, endpoint->config, model, job->messages, job->max_tokens,
                        job->cancellable, &funcs, job);
}

static guint
count_of_user (JipLlmGateway *self, const char *user_id)
{
  guint count = 0;
  for (GList *link = self->running.head; link != NULL; link = link->next)
    count += g_str_equal (((JipLlmJob *) link->data)->user_id, user_id);
  return count;
}

static Endpoint *
find_endpoint (JipLlmGateway *self)
{
  for (guint i = 0; i < self->endpoints->len; i++)
    {
      Endpoint *endpoint = g_ptr_array_index (self->endpoints, i);
      if (endpoint->ready && endpoint->running < endpoint->config->parallel)
        return endpoint;
    }
  return NULL;
}

/* The first in the queue whose user has a turn left. */
static GList *
find_turn (JipLlmGateway *self)
{
  for (GList *link = self->queue.head; link != NULL; link = link->next)
    if (count_of_user (self, ((JipLlmJob *) link->data)->user_id) < self->config->per_user)
      return link;
  return NULL;
}

/* With no endpoint ready, a job fails only on a check that began after it was asked for. */
static void
fail_hopeless (JipLlmGateway *self)
{
  for (GList *link = self->queue.head, *next; link != NULL; link = next)
    {
      JipLlmJob *job = link->data;
      next = link->next;
      if (self->endpoints->len > 0 && self->check_began < job->asked_at)
        continue;
      g_queue_delete_link (&self->queue, link);
      end_job (
          job, NULL,
          self->endpoints->len == 0
              ? jip_error_new (JIP_ERROR_MODEL_UNAVAILABLE, NULL, _ ("No language model is set up."))
              : jip_error_new (JIP_ERROR_MODEL_UNAVAILABLE, NULL, _ ("No language model can be reached.")));
      jip_llm_job_unref (job);
    }
  if (self->queue.length > 0 && self->checking == 0)
    start_checks (self);
}

static void
tell_positions (JipLlmGateway *self)
{
  guint position = 1;

  for (GList *link = self->queue.head; link != NULL; link = link->next, position++)
    {
      JipLlmJob *job = link->data;
      if (job->position == position)
        continue;
      job->position = position;
      job->funcs.queued (position, job->user_data);
    }
}

static void
dispatch (JipLlmGateway *self)
{
  GList *turn;
  Endpoint *endpoint = NULL;

  while (!self->stopping && self->running.length < self->config->concurrency
         && (turn = find_turn (self)) != NULL && (endpoint = find_endpoint (self)) != NULL)
    {
      JipLlmJob *job = turn->data;
      g_queue_delete_link (&self->queue, turn);
      run_job (self, job, endpoint);
    }
  update_counts (self);
  if (g_atomic_int_get (&self->n_ready) == 0 && self->checking == 0 && self->queue.length > 0)
    fail_hopeless (self);
  tell_positions (self);
  update_counts (self);
  if (self->stopping && self->running.length == 0 && self->checking == 0)
    g_main_loop_quit (self->loop);
}

static gboolean
check_timer_cb (gpointer user_data)
{
  JipLlmGateway *self = user_data;

  if (self->checking == 0)
    start_checks (self);
  return G_SOURCE_REMOVE;
}

static void
arm_check_timer (JipLlmGateway *self)
{
  guint ms = self->config->health_ms;
  for (guint i = 0; i < self->endpoints->len; i++)
    if (!((Endpoint *) g_ptr_array_index (self->endpoints, i))->ready)
      ms = MIN (ms, CHECK_AGAIN_MS);
  if (self->check_timer != NULL)
    {
      g_source_destroy (self->check_timer);
      g_clear_pointer (&self->check_timer, g_source_unref);
    }
  self->check_timer = g_timeout_source_new (ms);
  g_source_set_callback (self->check_timer, check_timer_cb, self, NULL);
  g_source_attach (self->check_timer, self->context);
}

static void
checked_cb (gboolean ready, const char *model, gpointer user_data)
{
  Endpoint *endpoint = user_data;
  JipLlmGateway *self = endpoint->gateway;

  /* one that is busy with a generation may be slow to answer, and is no less there */
  endpoint->ready = ready || (endpoint->running > 0 && endpoint->ready);
  if (model != NULL)
    {
      g_free (endpoint->model);
      endpoint->model = g_strdup (model);
    }
  if (--self->checking > 0)
    return;
  self->check_began = self->round_began;
  if (!self->stopping)
    arm_check_timer (self);
  dispatch (self);
}

static void
start_checks (JipLlmGateway *self)
{
  if (self->stopping)
    return;
  self->round_began = g_get_monotonic_time ();
  self->checking = self->endpoints->len;
  for (guint i = 0; i < self->endpoints->len; i++)
    {
      Endpoint *endpoint = g_ptr_array_index (self->endpoints, i);
      jip_llm_health_check (self->session, endpoint->config, self->checks, checked_cb, endpoint);
    }
}

static gpointer
thread_main (gpointer user_data)
{
  JipLlmGateway *self = user_data;

  g_main_context_push_thread_default (self->context);
  self->session
      = soup_session_new_with_options ("proxy-resolver", NULL, "max-conns", 1024, "max-conns-per-host", 1024,
                                       "timeout", 0, "user-agent", "jiphyeond", NULL);
  if (self->endpoints->len > 0)
    start_checks (self);
  g_main_loop_run (self->loop);
  if (self->check_timer != NULL)
    {
      g_source_destroy (self->check_timer);
      g_clear_pointer (&self->check_timer, g_source_unref);
    }
  g_mutex_lock (&self->lock);
  self->dead = TRUE;
  g_mutex_unlock (&self->lock);
  soup_session_abort (self->session);
  g_clear_object (&self->session);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static void
post (GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, destroy);
  g_source_attach (source, context);
}

static gboolean
stop_cb (gpointer user_data)
{
  JipLlmGateway *self = user_data;
  JipLlmJob *job;

  self->stopping = TRUE;
  g_cancellable_cancel (self->checks);
  while ((job = g_queue_pop_head (&self->queue)) != NULL)
    {
      end_job (job, NULL, jip_error_new (JIP_ERROR_UNAVAILABLE, NULL, _ ("The server is stopping.")));
      jip_llm_job_unref (job);
    }
  for (GList *link = self->running.head; link != NULL; link = link->next)
    g_cancellable_cancel (((JipLlmJob *) link->data)->cancellable);
  dispatch (self);
  return G_SOURCE_REMOVE;
}

/**
 * jip_llm_gateway_stop:
 *
 * Ends all generations and waits for the thread. What is asked for afterwards fails with %JIP_ERROR_UNAVAILABLE.
 */
void
jip_llm_gateway_stop (JipLlmGateway *self)
{
  g_return_if_fail (JIP_IS_LLM_GATEWAY (self));

  if (self->thread == NULL)
    return;
  post (self->context, stop_cb, self, NULL);
  g_thread_join (g_steal_pointer (&self->thread));
}

static void
jip_llm_gateway_finalize (GObject *object)
{
  JipLlmGateway *self = JIP_LLM_GATEWAY (object);

  jip_llm_gateway_stop (self);
  g_ptr_array_unref (self->endpoints);
  g_object_unref (self->checks);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  jip_llm_config_free (self->config);
  G_OBJECT_CLASS (jip_llm_gateway_parent_class)->finalize (object);
}

static void
jip_llm_gateway_class_init (JipLlmGatewayClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_llm_gateway_finalize;
}

static void
jip_llm_gateway_init (JipLlmGateway *self)
{
  self->endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) endpoint_free);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->checks = g_cancellable_new ();
  g_mutex_init (&self->lock);
  self->check_began = -1;
}

/**
 * jip_llm_gateway_new:
 * @config: (nullable): the member `llm` of the server's configuration, see jip_llm_config_new(); %NULL sets up no model
 *
 * Starts the gateway's thread and the health checks.
 *
 * Returns: (transfer full): the gateway; %NULL with %JIP_ERROR_BAD_ARGS
 */
JipLlmGateway *
jip_llm_gateway_new (JsonNode *config, GError **error)
{
  JipLlmConfig *parsed = jip_llm_config_new (config, error);
  if (parsed == NULL)
    return NULL;

  JipLlmGateway *self = g_object_new (JIP_TYPE_LLM_GATEWAY, NULL);
  self->config = parsed;
  for (guint i = 0; i < parsed->endpoints->len; i++)
    {
      Endpoint *endpoint = g_new0 (Endpoint, 1);
      endpoint->gateway = self;
      endpoint->config = g_ptr_array_index (parsed->endpoints, i);
      g_ptr_array_add (self->endpoints, endpoint);
    }
  self->thread = g_thread_new ("llm-gateway", thread_main, self);
  return self;
}

gboolean
jip_llm_gateway_is_configured (JipLlmGateway *self)
{
  g_return_val_if_fail (JIP_IS_LLM_GATEWAY (self), FALSE);
  return self->endpoints->len > 0;
}

/**
 * jip_llm_gateway_is_ready:
 *
 * Returns: whether the newest health check found an endpoint; may be asked from any thread
 */
gboolean
jip_llm_gateway_is_ready (JipLlmGateway *self)
{
  g_return_val_if_fail (JIP_IS_LLM_GATEWAY (self), FALSE);
  return g_atomic_int_get (&self->n_ready) > 0;
}

guint
jip_llm_gateway_get_source_chars (JipLlmGateway *self)
{
  g_return_val_if_fail (JIP_IS_LLM_GATEWAY (self), 0);
  return self->config->source_chars;
}

guint
jip_llm_gateway_get_n_running (JipLlmGateway *self)
{
  g_return_val_if_fail (JIP_IS_LLM_GATEWAY (self), 0);
  return (guint) g_atomic_int_get (&self->n_running);
}

guint
jip_llm_gateway_get_n_queued (JipLlmGateway *self)
{
  g_return_val_if_fail (JIP_IS_LLM_GATEWAY (self), 0);
  return (guint) g_atomic_int_get (&self->n_queued);
}

static gboolean
submit_cb (gpointer user_data)
{
  JipLlmJob *job = user_data;
  JipLlmGateway *self = job->gateway;

  if (job->cancelled)
    end_job (job, NULL, jip_error_new (JIP_ERROR_CANCELLED, NULL, _ ("It was stopped.")));
  else if (self->stopping)
    end_job (job, NULL, jip_error_new (JIP_ERROR_UNAVAILABLE, NULL, _ ("The server is stopping.")));
  else if (self->queue.length >= self->config->max_queue + (self->running.length == 0))
    end_job (job, NULL,
             jip_error_new (JIP_ERROR_BUSY, NULL,
                            _ ("Too many are waiting for the language model. Try again later.")));
  else
    {
      g_queue_push_tail (&self->queue, jip_llm_job_ref (job));
      arm_timer (job, self->config->queue_ms);
      dispatch (self);
    }
  return G_SOURCE_REMOVE;
}

/**
 * jip_llm_gateway_generate:
 * @user_id: whose turn it takes
 * @messages: the conversation, copied
 * @max_tokens: the longest answer
 * @funcs: called in the gateway's thread; when the gateway has been stopped, the error at once in this one
 * @destroy: (nullable): frees @user_data after the last of @funcs
 *
 * Asks for a text; may be called from any thread and returns at once.
 *
 * Returns: (transfer full): the job, to cancel it
 */
JipLlmJob *
jip_llm_gateway_generate (JipLlmGateway *self,
                          const char *user_id,
                          JsonNode *messages,
                          guint max_tokens,
                          const JipLlmFuncs *funcs,
                          gpointer user_data,
                          GDestroyNotify destroy)
{
  g_return_val_if_fail (JIP_IS_LLM_GATEWAY (self), NULL);
  g_return_val_if_fail (user_id != NULL && messages != NULL && max_tokens > 0 && funcs != NULL, NULL);

  JipLlmJob *job = g_new0 (JipLlmJob, 1);
  g_atomic_ref_count_init (&job->refs);
  job->gateway = self;
  job->context = g_main_context_ref (self->context);
  job->user_id = g_strdup (user_id);
  job->messages = json_node_copy (messages);
  job->max_tokens = max_tokens;
  job->funcs = *funcs;
  job->user_data = user_data;
  job->destroy = destroy;
  job->position = POSITION_UNTOLD;
  job->asked_at = g_get_monotonic_time ();
  g_mutex_lock (&self->lock);
  gboolean dead = self->dead;
  if (!dead)
    post (self->context, submit_cb, jip_llm_job_ref (job), (GDestroyNotify) jip_llm_job_unref);
  g_mutex_unlock (&self->lock);
  if (dead)
    end_job (job, NULL, jip_error_new (JIP_ERROR_UNAVAILABLE, NULL, _ ("The server is stopping.")));
  return job;
}

static gboolean
cancel_cb (gpointer user_data)
{
  JipLlmJob *job = user_data;

  if (job->over || job->cancelled)
    return G_SOURCE_REMOVE;
  job->cancelled = TRUE;
  if (job->endpoint != NULL)
    {
      g_cancellable_cancel (job->cancellable);
      return G_SOURCE_REMOVE;
    }
  JipLlmGateway *self = job->gateway;
  if (g_queue_remove (&self->queue, job))
    {
      end_job (job, NULL, jip_error_new (JIP_ERROR_CANCELLED, NULL, _ ("It was stopped.")));
      jip_llm_job_unref (job);
      dispatch (self);
    }
  return G_SOURCE_REMOVE;
}

/**
 * jip_llm_job_cancel:
 *
 * Stops the job, waiting or running; the connection to the endpoint is closed, so that the model is free again. Its
 * error function is called with %JIP_ERROR_CANCELLED. May be called from any thread, more than once, and when the job
 * is over.
 */
void
jip_llm_job_cancel (JipLlmJob *job)
{
  g_return_if_fail (job != NULL);
  post (job->context, cancel_cb, jip_llm_job_ref (job), (GDestroyNotify) jip_llm_job_unref);
}
