/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "jip-error.h"
#include "jip-json.h"
#include "jip-llm-gateway.h"
#include "model-fixture.h"

/* What a caller saw, filled in the gateway's thread. */
typedef struct
{
  GMutex lock;
  GCond changed;
  GString *log; /* [q1][q0][start tiny]text… */
  GString *text;
  GError *error;
  char *reason;
  gint64 tokens;
  guint ended, freed;
} Seen;

static void
note (Seen *seen, const char *format, ...)
{
  va_list args;

  g_mutex_lock (&seen->lock);
  va_start (args, format);
  g_string_append_vprintf (seen->log, format, args);
  va_end (args);
  g_cond_broadcast (&seen->changed);
  g_mutex_unlock (&seen->lock);
}

static void
queued_cb (guint position, gpointer user_data)
{
  note (user_data, "[q%u]", position);
}

static void
start_cb (const char *model, gpointer user_data)
{
  note (user_data, "[start %s]", model);
}

static void
text_cb (const char *delta, gpointer user_data)
{
  Seen *seen = user_data;
  g_string_append (seen->text, delta);
  note (seen, "%s", delta);
}

static void
end_cb (const JipLlmResult *result, gpointer user_data)
{
  Seen *seen = user_data;
  seen->reason = g_strdup (result->reason);
  seen->tokens = result->completion_tokens;
  seen->ended++;
  note (seen, "[end]");
}

static void
error_cb (const GError *error, gpointer user_data)
{
  Seen *seen = user_data;
  seen->error = g_error_copy (error);
  seen->ended++;
  note (seen, "[error]");
}

static void
freed_cb (gpointer user_data)
{
  Seen *seen = user_data;
  g_mutex_lock (&seen->lock);
  seen->freed++;
  g_cond_broadcast (&seen->changed);
  g_mutex_unlock (&seen->lock);
}

static const JipLlmFuncs funcs = { queued_cb, start_cb, text_cb, end_cb, error_cb };

static Seen *
seen_new (void)
{
  Seen *seen = g_new0 (Seen, 1);
  g_mutex_init (&seen->lock);
  g_cond_init (&seen->changed);
  seen->log = g_string_new (NULL);
  seen->text = g_string_new (NULL);
  return seen;
}

static void
seen_free (Seen *seen)
{
  g_string_free (seen->log, TRUE);
  g_string_free (seen->text, TRUE);
  g_clear_error (&seen->error);
  g_free (seen->reason);
  g_mutex_clear (&seen->lock);
  g_cond_clear (&seen->changed);
  g_free (seen);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Seen, seen_free)

static void
wait_over (Seen *seen)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  g_mutex_lock (&seen->lock);
  while (seen->freed == 0)
    g_assert_true (g_cond_wait_until (&seen->changed, &seen->lock, end));
  g_mutex_unlock (&seen->lock);
  g_assert_cmpuint (seen->ended, ==, 1);
}

static void
wait_log (Seen *seen, const char *part)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  g_mutex_lock (&seen->lock);
  while (strstr (seen->log->str, part) == NULL)
    g_assert_true (g_cond_wait_until (&seen->changed, &seen->lock, end));
  g_mutex_unlock (&seen->lock);
}

static JipLlmGateway *
gateway_new (ModelFixture *fixture, const char *more, const char *first, ...)
{
  g_autoptr (GString) text = g_string_new ("{\"endpoints\":[");
  g_autoptr (GError) error = NULL;
  va_list modes;

  va_start (modes, first);
  for (const char *mode = first; mode != NULL; mode = va_arg (modes, const char *))
    {
      g_autofree char *url = model_fixture_dup_url (fixture, mode);
      g_string_append_printf (text, "%s{\"url\":\"%s\"}", mode != first ? "," : "", url);
    }
  va_end (modes);
  g_string_append_printf (text, "]%s}", more);
  g_autoptr (JsonNode) config = jip_json_parse (text->str, -1, &error);
  g_assert_no_error (error);
  JipLlmGateway *gateway = jip_llm_gateway_new (config, &error);
  g_assert_no_error (error);
  return gateway;
}

static JipLlmJob *
ask (JipLlmGateway *gateway, const char *user, Seen *seen)
{
  g_autoptr (JsonNode) messages = jip_json_parse ("[{\"role\":\"user\",\"content\":\"쓰기\"}]", -1, NULL);
  return jip_llm_gateway_generate (gateway, user, messages, 100, &funcs, seen, freed_cb);
}

static void
test_answers (void)
{
  static const struct
  {
    const char *mode, *text, *reason;
    int code; /* when reason is NULL */
    gint64 tokens;
  } cases[] = {
    { "ok", "가람시는 22일", "stop", 0, 2 },
    { "length", "가람시", "length", 0, 2 },
    { "think", "글", "stop", 0, -1 },
    { "whole", "글", "stop", 0, -1 },
    { "dropped", "처음 ", NULL, JIP_ERROR_MODEL_FAILED, 0 },
    { "llama-error", "처음 ", NULL, JIP_ERROR_MODEL_FAILED, 0 },
    { "bare-error", "", NULL, JIP_ERROR_MODEL_FAILED, 0 },
    { "vllm-error", "처음 ", NULL, JIP_ERROR_MODEL_FAILED, 0 },
    { "ollama-error", "처음 ", NULL, JIP_ERROR_MODEL_FAILED, 0 },
    { "broken", "", NULL, JIP_ERROR_MODEL_FAILED, 0 },
    { "elsewhere", "", NULL, JIP_ERROR_MODEL_FAILED, 0 },
    { "overflow", "", NULL, JIP_ERROR_CONTEXT_OVERFLOW, 0 },
    { "loading", "", NULL, JIP_ERROR_MODEL_UNAVAILABLE, 0 },
    { "busy", "", NULL, JIP_ERROR_MODEL_UNAVAILABLE, 0 },
    { "refused", "", NULL, JIP_ERROR_MODEL_UNAVAILABLE, 0 },
  };
  g_autoptr (ModelFixture) fixture = model_fixture_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JipLlmGateway) gateway = gateway_new (fixture, "", cases[i].mode, NULL);
      g_autoptr (Seen) seen = seen_new ();
      g_autoptr (JipLlmJob) job = ask (gateway, "a", seen);
      wait_over (seen);
      g_test_message ("%s: %s", cases[i].mode, seen->log->str);
      g_assert_cmpstr (seen->text->str, ==, cases[i].text);
      g_assert_cmpstr (seen->reason, ==, cases[i].reason);
      if (cases[i].reason == NULL)
        g_assert_error (seen->error, JIP_ERROR, cases[i].code);
      else
        {
          g_assert_no_error (seen->error);
          g_assert_cmpint (seen->tokens, ==, cases[i].tokens);
          g_assert_nonnull (strstr (seen->log->str, "[q0][start tiny]"));
        }
      jip_llm_gateway_stop (gateway);
      jip_llm_job_cancel (job); /* does no harm */
    }
}

static void
test_request (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ();
  g_autofree char *key_file = g_build_filename (g_get_tmp_dir (), "jip-test-llm-key", NULL);
  g_autofree char *url = model_fixture_dup_url (fixture, "ok");
  g_assert_true (g_file_set_contents (key_file, "secret-key\n", -1, NULL));
  g_autofree char *text = g_strdup_printf (
      "{\"endpoints\":[{\"url\":\"%s/\",\"model\":\"mine\",\"key_file\":\"%s\"}]}", url, key_file);
  g_autoptr (JsonNode) config = jip_json_parse (text, -1, NULL);
  g_autoptr (JipLlmGateway) gateway = jip_llm_gateway_new (config, NULL);
  g_autoptr (Seen) seen = seen_new ();
  g_autoptr (JipLlmJob) job = ask (gateway, "a", seen);

  wait_over (seen);
  g_autofree char *request = model_fixture_dup_last_request (fixture);
  g_assert_nonnull (strstr (request, "Authorization: Bearer secret-key\r\n"));
  g_autoptr (JsonNode) body = jip_json_parse (strstr (request, "\r\n\r\n") + 4, -1, NULL);
  JsonObject *object = json_node_get_object (body);
  g_assert_cmpstr (json_object_get_string_member (object, "model"), ==, "mine");
  g_assert_true (json_object_get_boolean_member (object, "stream"));
  g_assert_cmpint (json_object_get_int_member (object, "max_tokens"), ==, 100);
  g_assert_true (json_object_has_member (object, "temperature"));
  g_assert_true (json_object_get_boolean_member (json_object_get_object_member (object, "stream_options"),
                                                 "include_usage"));
  g_assert_nonnull (strstr (seen->log->str, "[start mine]"));
  g_unlink (key_file);

  /* without the key nothing is sent */
  g_autoptr (Seen) keyless = seen_new ();
  g_autoptr (JipLlmJob) second = ask (gateway, "a", keyless);
  wait_over (keyless);
  g_assert_error (keyless->error, JIP_ERROR, JIP_ERROR_MODEL_UNAVAILABLE);
}

/* Seconds from jip_llm_job_cancel() to the endpoint seeing its client go. */
static double
cancel_and_wait (ModelFixture *fixture, JipLlmJob *job, Seen *seen, guint closed)
{
  gint64 before = g_get_monotonic_time ();
  jip_llm_job_cancel (job);
  model_fixture_wait_closed (fixture, closed);
  double seconds = (double) (g_get_monotonic_time () - before) / G_TIME_SPAN_SECOND;
  wait_over (seen);
  g_assert_error (seen->error, JIP_ERROR, JIP_ERROR_CANCELLED);
  return seconds;
}

static void
test_cancel (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ();
  g_autoptr (JipLlmGateway) silent = gateway_new (fixture, "", "silent", NULL);
  g_autoptr (JipLlmGateway) stalled = gateway_new (fixture, "", "stalled", NULL);

  /* before the first word */
  g_autoptr (Seen) early = seen_new ();
  g_autoptr (JipLlmJob) early_job = ask (silent, "a", early);
  model_fixture_wait_requests (fixture, 1);
  g_assert_cmpfloat (cancel_and_wait (fixture, early_job, early, 1), <, 1.0);

  /* in the middle: what came is kept */
  g_autoptr (Seen) late = seen_new ();
  g_autoptr (JipLlmJob) late_job = ask (stalled, "a", late);
  wait_log (late, "처음 ");
  g_assert_cmpfloat (cancel_and_wait (fixture, late_job, late, 2), <, 1.0);
  g_assert_cmpstr (late->text->str, ==, "처음 ");

  /* while it waits for its turn: the endpoint never hears of it */
  g_autoptr (Seen) first = seen_new (), waiting = seen_new ();
  g_autoptr (JipLlmJob) first_job = ask (silent, "a", first);
  model_fixture_wait_requests (fixture, 3);
  g_autoptr (JipLlmJob) waiting_job = ask (silent, "b", waiting);
  wait_log (waiting, "[q1]");
  jip_llm_job_cancel (waiting_job);
  jip_llm_job_cancel (waiting_job);
  wait_over (waiting);
  g_assert_error (waiting->error, JIP_ERROR, JIP_ERROR_CANCELLED);

  /* stopping the gateway ends what runs */
  jip_llm_gateway_stop (silent);
  wait_over (first);
  model_fixture_wait_closed (fixture, 3);

  /* and nothing is lost on one that has stopped */
  g_autoptr (Seen) after = seen_new ();
  g_autoptr (JipLlmJob) after_job = ask (silent, "a", after);
  wait_over (after);
  g_assert_error (after->error, JIP_ERROR, JIP_ERROR_UNAVAILABLE);
  jip_llm_job_cancel (after_job);
}

static void
test_queue (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ();
  g_autoptr (JipLlmGateway) gateway = gateway_new (fixture, ",\"queue\":3", "gated", NULL);
  static const char *const users[] = { "a", "a", "b", "c", "d" };
  Seen *seen[5];
  JipLlmJob *jobs[5];

  for (guint i = 0; i < 5; i++)
    {
      seen[i] = seen_new ();
      jobs[i] = ask (gateway, users[i], seen[i]);
      if (i == 0)
        wait_log (seen[0], "처음 ");
    }
  /* the fifth finds the queue full */
  wait_over (seen[4]);
  g_assert_error (seen[4]->error, JIP_ERROR, JIP_ERROR_BUSY);
  g_assert_cmpstr (seen[4]->log->str, ==, "[error]");
  g_assert_cmpuint (jip_llm_gateway_get_n_running (gateway), ==, 1);

  wait_log (seen[3], "[q3]");
  for (guint i = 0; i < 4; i++)
    {
      model_fixture_wait_requests (fixture, i + 1);
      model_fixture_open_gate (fixture);
      wait_over (seen[i]);
      g_assert_no_error (seen[i]->error);
    }
  g_assert_nonnull (strstr (seen[0]->log->str, "[q0][start tiny]처음 끝[end]"));
  g_assert_cmpstr (seen[1]->log->str, ==, "[q1][q0][start tiny]처음 끝[end]");
  g_assert_cmpstr (seen[2]->log->str, ==, "[q2][q1][q0][start tiny]처음 끝[end]");
  g_assert_cmpstr (seen[3]->log->str, ==, "[q3][q2][q1][q0][start tiny]처음 끝[end]");
  for (guint i = 0; i < 5; i++)
    {
      jip_llm_job_unref (jobs[i]);
      seen_free (seen[i]);
    }
}

/* One user's second request does not keep the turn from another's first. */
static void
test_per_user (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ();
  g_autofree char *url = model_fixture_dup_url (fixture, "gated");
  g_autofree char *text = g_strdup_printf ("{\"endpoints\":[{\"url\":\"%s\",\"parallel\":2}]}", url);
  g_autoptr (JsonNode) config = jip_json_parse (text, -1, NULL);
  g_autoptr (JipLlmGateway) gateway = jip_llm_gateway_new (config, NULL);
  g_autoptr (Seen) first = seen_new (), second = seen_new (), other = seen_new ();
  g_autoptr (JipLlmJob) first_job = ask (gateway, "a", first);
  g_autoptr (JipLlmJob) second_job = ask (gateway, "a", second);
  g_autoptr (JipLlmJob) other_job = ask (gateway, "b", other);

  wait_log (first, "처음 ");
  wait_log (other, "처음 ");
  wait_log (second, "[q1]");
  g_assert_null (strstr (second->log->str, "[q0]"));
  for (guint i = 0; i < 3; i++)
    model_fixture_open_gate (fixture);
  wait_over (first);
  wait_over (other);
  wait_over (second);
  g_assert_no_error (second->error);
}

static void
test_failover (void)
{
  g_autoptr (ModelFixture) fixture = model_fixture_new ();

  /* one that is down, one that cannot take it now, one that works */
  g_autoptr (JipLlmGateway) gateway = gateway_new (fixture, "", "loading", "busy", "refused", "ok", NULL);
  g_autoptr (Seen) seen = seen_new ();
  g_autoptr (JipLlmJob) job = ask (gateway, "a", seen);
  wait_over (seen);
  g_assert_no_error (seen->error);
  g_assert_cmpstr (seen->text->str, ==, "가람시는 22일");
  g_assert_true (jip_llm_gateway_is_ready (gateway));

  /* one that failed in the middle is not asked again */
  g_autoptr (JipLlmGateway) broken = gateway_new (fixture, "", "dropped", "ok", NULL);
  g_autoptr (Seen) once = seen_new ();
  g_autoptr (JipLlmJob) once_job = ask (broken, "a", once);
  wait_over (once);
  g_assert_error (once->error, JIP_ERROR, JIP_ERROR_MODEL_FAILED);
  g_assert_cmpstr (once->text->str, ==, "처음 ");
}

static void
test_nothing_there (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipLlmGateway) none = jip_llm_gateway_new (NULL, &error);
  g_autoptr (Seen) unset = seen_new (), unreachable = seen_new ();
  g_autoptr (JipLlmJob) unset_job = ask (none, "a", unset);
  g_assert_no_error (error);
  g_assert_false (jip_llm_gateway_is_configured (none));
  wait_over (unset);
  g_assert_error (unset->error, JIP_ERROR, JIP_ERROR_MODEL_UNAVAILABLE);

  /* a port that nobody listens on */
  g_autoptr (ModelFixture) fixture = model_fixture_new ();
  g_autofree char *url = model_fixture_dup_url (fixture, "ok");
  g_clear_pointer (&fixture, model_fixture_free);
  g_autofree char *text = g_strdup_printf ("{\"endpoints\":[{\"url\":\"%s\"}]}", url);
  g_autoptr (JsonNode) config = jip_json_parse (text, -1, NULL);
  g_autoptr (JipLlmGateway) gateway = jip_llm_gateway_new (config, NULL);
  g_autoptr (JipLlmJob) job = ask (gateway, "a", unreachable);
  wait_over (unreachable);
  g_assert_error (unreachable->error, JIP_ERROR, JIP_ERROR_MODEL_UNAVAILABLE);
  g_assert_false (jip_llm_gateway_is_ready (gateway));
}

static void
test_limits (void)
{
  static const struct
  {
    const char *mode, *limit, *text;
  } cases[] = { { "silent", ",\"first_text_ms\":100", "" },
                { "stalled", ",\"stall_ms\":100", "처음 " },
                { "stalled", ",\"total_ms\":100", "처음 " } };
  g_autoptr (ModelFixture) fixture = model_fixture_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JipLlmGateway) gateway = gateway_new (fixture, cases[i].limit, cases[i].mode, NULL);
      g_autoptr (Seen) seen = seen_new ();
      g_autoptr (JipLlmJob) job = ask (gateway, "a", seen);
      wait_over (seen);
      g_assert_error (seen->error, JIP_ERROR, JIP_ERROR_TIMEOUT);
      g_assert_cmpstr (seen->text->str, ==, cases[i].text);
      model_fixture_wait_closed (fixture, i + 1);
    }

  g_autoptr (JipLlmGateway) gateway = gateway_new (fixture, ",\"queue_ms\":100", "silent", NULL);
  g_autoptr (Seen) runs = seen_new (), waits = seen_new ();
  g_autoptr (JipLlmJob) runs_job = ask (gateway, "a", runs);
  g_autoptr (JipLlmJob) waits_job = ask (gateway, "b", waits);
  wait_over (waits);
  g_assert_error (waits->error, JIP_ERROR, JIP_ERROR_TIMEOUT);
  jip_llm_gateway_stop (gateway);
  wait_over (runs);
}

static void
test_config (void)
{
  static const struct
  {
    const char *text, *names;
  } cases[] = {
    { "[]", "llm" },
    { "{\"endpoints\":{}}", "llm.endpoints" },
    { "{\"endpoints\":[{}]}", "llm.endpoints[0].url" },
    { "{\"endpoints\":[{\"url\":\"ftp://x/\"}]}", "llm.endpoints[0].url" },
    { "{\"endpoints\":[{\"url\":\"127.0.0.1:80\"}]}", "llm.endpoints[0].url" },
    { "{\"endpoints\":[{\"url\":\"http://h\",\"parallel\":0}]}", "llm.endpoints[0].parallel" },
    { "{\"concurrency\":0}", "llm.concurrency" },
    { "{\"temperature\":3}", "llm.temperature" },
    { "{\"temperature\":\"hot\"}", "llm.temperature" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) node = jip_json_parse (cases[i].text, -1, NULL);
      g_autoptr (GError) error = NULL;
      g_assert_null (jip_llm_gateway_new (node, &error));
      g_assert_error (error, JIP_ERROR, JIP_ERROR_BAD_ARGS);
      g_assert_true (g_str_has_prefix (error->message, cases[i].names));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/llm-gateway/answers", test_answers);
  g_test_add_func ("/llm-gateway/request", test_request);
  g_test_add_func ("/llm-gateway/cancel", test_cancel);
  g_test_add_func ("/llm-gateway/queue", test_queue);
  g_test_add_func ("/llm-gateway/per-user", test_per_user);
  g_test_add_func ("/llm-gateway/failover", test_failover);
  g_test_add_func ("/llm-gateway/nothing-there", test_nothing_there);
  g_test_add_func ("/llm-gateway/limits", test_limits);
  g_test_add_func ("/llm-gateway/config", test_config);
  return g_test_run ();
}
