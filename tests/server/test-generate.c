/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <unistd.h>

#include "http-fixture.h"
#include "jip-error.h"
#include "jip-generate-routes.h"
#include "jip-json.h"
#include "jip-paths.h"
#include "model-fixture.h"

#define DRAFT "\"draft\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"section\":\"lead\""
#define FIELDS \
  "\"fields\":{\"title\":\"가람시, 도서관 야간 개방\",\"department\":\"도서관과\",\"date\":\"2026-12-01\"," \
  "\"facts\":\"도서관 5곳을 밤 10시까지 연다\"}"
#define GOOD "{" DRAFT ",\"document_type\":\"press-release\",\"inputs\":{" FIELDS "}}"

typedef struct
{
  HttpFixture http;
  ModelFixture *model;
  JipGenerateContext context;
  GMutex lock;
  GCond changed;
  char *audited;
  char *audited_masks;
} Fixture;

static JipDocumentType *
find_type (const char *id, gpointer user_data)
{
  g_autofree char *folder = jip_paths_find_data ("document-types", NULL);
  g_autoptr (GPtrArray) types = jip_document_type_load_folder (folder, NULL);
  JipDocumentType *type = jip_document_type_find (types, id);
  return type != NULL ? g_object_ref (type) : NULL;
}

static void
audit (const JipGenerateRecord *record, gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GString) masks = g_string_new (NULL);

  for (guint i = 0; i < JIP_PRIVACY_N_KINDS; i++)
    g_string_append_printf (masks, "%u", record->masked[i]);
  g_mutex_lock (&f->lock);
  g_free (f->audited);
  g_free (f->audited_masks);
  f->audited = g_strdup_printf ("%s %s %s %s %s %s", record->user_id, record->document_type, record->section,
                                record->prompt_version, record->model != NULL ? record->model : "-",
                                record->outcome);
  f->audited_masks = g_string_free (g_steal_pointer (&masks), FALSE);
  g_cond_broadcast (&f->changed);
  g_mutex_unlock (&f->lock);
}

static void
generate_cb (JipHttpRequest *request, gpointer user_data)
{
  /* what the server does after it has checked the session */
  Fixture *f = (Fixture *) user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) body = jip_http_request_parse_json (request, &error);

  if (body == NULL)
    jip_http_request_respond_error (request, error);
  else
    jip_generate_handle (&f->context, request, "user-1", body);
}

static const JipHttpRoute routes[] = { { "POST", "/v1/generate", generate_cb, JIP_HTTP_JSON } };

static Fixture *
fixture_new (const char *mode)
{
  Fixture *f = g_new0 (Fixture, 1);
  const JipHttpConfig config = { .heartbeat = 100 };
  g_autoptr (GError) error = NULL;

  g_mutex_init (&f->lock);
  g_cond_init (&f->changed);
  f->model = model_fixture_new ();
  g_autofree char *url = model_fixture_dup_url (f->model, mode);
  g_autofree char *text = g_strdup_printf ("{\"endpoints\":[{\"url\":\"%s\"}]}", url);
  g_autoptr (JsonNode) llm = jip_json_parse (text, -1, NULL);
  f->context.gateway = jip_llm_gateway_new (mode[0] != '\0' ? llm : NULL, &error);
  g_assert_no_error (error);
  f->context.find_type = find_type;
  f->context.audit = audit;
  f->context.user_data = f;
  http_fixture_start (&f->http, &config, routes, G_N_ELEMENTS (routes));
  return f;
}

static void
fixture_free (Fixture *f)
{
  jip_llm_gateway_stop (f->context.gateway);
  http_fixture_stop (&f->http);
  g_object_unref (f->context.gateway);
  model_fixture_free (f->model);
  g_free (f->audited);
  g_free (f->audited_masks);
  g_mutex_clear (&f->lock);
  g_cond_clear (&f->changed);
  g_free (f);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static char *
make_request (const char *body)
{
  return g_strdup_printf ("POST /v1/generate HTTP/1.1\r\n" HOST
                          "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                          strlen (body), body);
}

static void
ask (Fixture *f, const char *body, RawAnswer *answer)
{
  g_autofree char *request = make_request (body);
  http_fixture_ask (&f->http, request, answer);
}

static void
wait_audit (Fixture *f, const char *expected)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  g_mutex_lock (&f->lock);
  while (f->audited == NULL)
    g_assert_true (g_cond_wait_until (&f->changed, &f->lock, end));
  g_assert_cmpstr (f->audited, ==, expected);
  g_mutex_unlock (&f->lock);
}

#define VERSION "2026-11-23.1"

static void
test_events (void)
{
  g_autoptr (Fixture) f = fixture_new ("ok");
  g_auto (RawAnswer) answer = { 0 };

  ask (f,
       "{" DRAFT ",\"document_type\":\"press-release\",\"prompt_version\":\"" VERSION "\",\"max_tokens\":50,"
       "\"inputs\":{" FIELDS
       ",\"sources\":[{\"name\":\"a.pdf\",\"pages\":[{\"page\":1,\"text\":\"문의 [전화번호1]\"}]}]}}",
       &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_nonnull (strstr (answer.head, "text/event-stream"));
  g_assert_nonnull (strstr (answer.body,
                            "event: queued\ndata: {\"position\":0}\n\n"
                            "event: start\ndata: {\"model\":\"tiny\",\"prompt_version\":\"" VERSION "\"}\n\n"
                            "event: text\ndata: {\"delta\":\"가람시는 "));
  g_assert_nonnull (strstr (answer.body,
                            "event: end\ndata: {\"reason\":\"stop\",\"usage\":{\"prompt_tokens\":7,"
                            "\"completion_tokens\":2,\"total_ms\":"));
  wait_audit (f, "user-1 press-release lead " VERSION " tiny stop");
  g_assert_cmpstr (f->audited_masks, ==, "00000100");

  g_autofree char *sent = model_fixture_dup_last_request (f->model);
  g_assert_nonnull (strstr (sent, "도서관 5곳을 밤 10시까지 연다"));
  g_assert_nonnull (strstr (sent, "\"max_tokens\":50"));
}

static void
test_error_events (void)
{
  static const struct
  {
    const char *mode, *event, *outcome;
  } cases[] = {
    { "overflow", "event: error\ndata: {\"code\":\"context-overflow\",", "- context-overflow" },
    { "llama-error", "event: error\ndata: {\"code\":\"model-failed\",", "tiny model-failed" },
    { "loading", "event: error\ndata: {\"code\":\"model-unavailable\",", "- model-unavailable" },
    { "", "event: error\ndata: {\"code\":\"model-unavailable\",", "- model-unavailable" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Fixture) f = fixture_new (cases[i].mode);
      g_auto (RawAnswer) answer = { 0 };
      g_autofree char *audited
          = g_strdup_printf ("user-1 press-release lead " VERSION " %s", cases[i].outcome);
      ask (f, GOOD, &answer);
      g_assert_cmpuint (answer.status, ==, 200);
      g_assert_nonnull (strstr (answer.body, cases[i].event));
      g_assert_null (strstr (answer.body, "event: end"));
      if (i == 0)
        g_assert_nonnull (
            strstr (answer.body, "\"detail\":{\"prompt_tokens\":9001,\"context_tokens\":8192}"));
      wait_audit (f, audited);
    }
}

static void
test_refuses (void)
{
  static const struct
  {
    const char *body, *code;
    guint status;
  } cases[] = {
    { "{", "bad-json", 400 },
    { "[]", "bad-args", 400 },
    { "{}", "bad-args", 400 },
    { "{" DRAFT ",\"document_type\":\"press-release\"}", "bad-args", 400 },
    { "{" DRAFT ",\"document_type\":\"press-release\",\"inputs\":{\"fields\":{}}}", "bad-args", 400 },
    { "{" DRAFT ",\"document_type\":\"press-release\",\"inputs\":{" FIELDS "},\"max_tokens\":0}", "bad-args",
      400 },
    { "{" DRAFT ",\"document_type\":\"poem\",\"inputs\":{" FIELDS "}}", "not-found", 404 },
    { "{\"draft\":\"x\",\"section\":\"lead\",\"document_type\":\"press-release\",\"inputs\":{" FIELDS "}}",
      "bad-args", 400 },
    { "{" DRAFT ",\"document_type\":\"press-release\",\"inputs\":{" FIELDS
      ",\"sources\":[{\"name\":\"a\",\"pages\":[{\"text\":\"010-1234-5678\"}]}]}}",
      "personal-data", 422 },
    { "{" DRAFT ",\"document_type\":\"press-release\",\"inputs\":{" FIELDS
      ",\"allowed_kinds\":[\"phone\"],\"sources\":[{\"name\":\"a\",\"pages\":[{\"text\":\"900101-1234567\"}]}]}}",
      "personal-data", 422 },
    { "{" DRAFT ",\"document_type\":\"press-release\",\"inputs\":{" FIELDS ",\"allowed_kinds\":[\"rrn\"]}}",
      "bad-args", 400 },
  };
  g_autoptr (Fixture) f = fixture_new ("ok");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      ask (f, cases[i].body, &answer);
      http_assert_error (&answer, cases[i].status, cases[i].code);
    }
  g_assert_null (model_fixture_dup_last_request (f->model));

  /* what the author lets through is let through */
  g_auto (RawAnswer) answer = { 0 };
  ask (
      f,
      "{" DRAFT ",\"document_type\":\"press-release\",\"inputs\":{" FIELDS
      ",\"allowed_kinds\":[\"phone\"],\"sources\":[{\"name\":\"a\",\"pages\":[{\"text\":\"010-1234-5678\"}]}]}}",
      &answer);
  g_assert_cmpuint (answer.status, ==, 200);
}

/* A desktop that stops, or dies, frees the model within a second, also before the first word. */
static void
test_client_leaves (void)
{
  static const char *const modes[] = { "silent", "stalled" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (Fixture) f = fixture_new (modes[i]);
      g_autofree char *request = make_request (GOOD);
      int fd = raw_connect (f->http.port);
      raw_send (fd, request);
      model_fixture_wait_requests (f->model, 1);
      if (i == 1)
        g_free (raw_read_until (fd, "event: text"));
      gint64 before = g_get_monotonic_time ();
      close (fd);
      model_fixture_wait_closed (f->model, 1);
      g_assert_cmpint (g_get_monotonic_time () - before, <, G_TIME_SPAN_SECOND);
      wait_audit (f, i == 0 ? "user-1 press-release lead " VERSION " - cancelled"
                            : "user-1 press-release lead " VERSION " tiny cancelled");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/generate/events", test_events);
  g_test_add_func ("/generate/error-events", test_error_events);
  g_test_add_func ("/generate/refuses", test_refuses);
  g_test_add_func ("/generate/client-leaves", test_client_leaves);
  return g_test_run ();
}
