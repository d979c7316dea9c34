/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-document-type.h"
#include "jip-error.h"
#include "jip-json.h"
#include "jip-llm-gateway.h"
#include "jip-paths.h"
#include "jip-prompt.h"

/* A real model writes: JIP_TEST_MODEL_URL names its endpoint, such as the one of tools/model-server. */

typedef struct
{
  GMutex lock;
  GCond changed;
  GString *text;
  GError *error;
  guint pieces;
  gboolean over;
} Seen;

static void
queued_cb (guint position, gpointer user_data)
{
}

static void
start_cb (const char *model, gpointer user_data)
{
  g_assert_cmpstr (model, !=, "");
}

static void
text_cb (const char *delta, gpointer user_data)
{
  Seen *seen = user_data;
  g_mutex_lock (&seen->lock);
  g_assert_true (g_utf8_validate (delta, -1, NULL));
  g_string_append (seen->text, delta);
  seen->pieces++;
  g_cond_broadcast (&seen->changed);
  g_mutex_unlock (&seen->lock);
}

static void
finish (Seen *seen, const GError *error)
{
  g_mutex_lock (&seen->lock);
  seen->error = error != NULL ? g_error_copy (error) : NULL;
  seen->over = TRUE;
  g_cond_broadcast (&seen->changed);
  g_mutex_unlock (&seen->lock);
}

static void
end_cb (const JipLlmResult *result, gpointer user_data)
{
  g_assert_cmpint (result->completion_tokens, >, 0);
  finish (user_data, NULL);
}

static void
error_cb (const GError *error, gpointer user_data)
{
  finish (user_data, error);
}

static const JipLlmFuncs funcs = { queued_cb, start_cb, text_cb, end_cb, error_cb };

static Seen *
seen_new (void)
{
  Seen *seen = g_new0 (Seen, 1);
  g_mutex_init (&seen->lock);
  g_cond_init (&seen->changed);
  seen->text = g_string_new (NULL);
  return seen;
}

static void
seen_free (Seen *seen)
{
  g_string_free (seen->text, TRUE);
  g_clear_error (&seen->error);
  g_free (seen);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Seen, seen_free)

static void
wait_for (Seen *seen, guint pieces)
{
  gint64 end = g_get_monotonic_time () + 600 * G_TIME_SPAN_SECOND;
  g_mutex_lock (&seen->lock);
  while (!seen->over && seen->pieces < pieces)
    g_assert_true (g_cond_wait_until (&seen->changed, &seen->lock, end));
  g_mutex_unlock (&seen->lock);
}

static JipLlmGateway *
gateway_new (void)
{
  g_autofree char *text
      = g_strdup_printf ("{\"endpoints\":[{\"url\":\"%s\"}]}", g_getenv ("JIP_TEST_MODEL_URL"));
  g_autoptr (JsonNode) config = jip_json_parse (text, -1, NULL);
  g_autoptr (GError) error = NULL;
  JipLlmGateway *gateway = jip_llm_gateway_new (config, &error);
  g_assert_no_error (error);
  return gateway;
}

static JipPrompt *
make_prompt (const char *fact, const char *source)
{
  g_autofree char *folder = jip_paths_find_data ("document-types", NULL);
  g_autofree char *path = g_build_filename (folder, "press-release.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JipDocumentType) type = jip_document_type_load_file (path, &error);
  g_assert_no_error (error);
  g_autofree char *text = g_strdup_printf (
      "{\"fields\":{\"title\":\"가람시, 도서관 야간 개방\",\"organization\":\"가람시\",\"department\":\"도서관과\","
      "\"date\":\"2026-12-01\",\"place\":\"중앙도서관\",\"facts\":\"%s\"},\"sources\":[{\"name\":\"계획.pdf\",\"pages\":"
      "[{\"page\":1,\"text\":\"%s\"}]}]}",
      fact, source);
  g_autoptr (JsonNode) inputs = jip_json_parse (text, -1, NULL);
  JipPrompt *prompt = jip_prompt_new (type, "lead", inputs, 0, &error);
  g_assert_no_error (error);
  return prompt;
}

static guint
count_hangul (const char *text)
{
  guint count = 0;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    count += g_utf8_get_char (p) >= 0xAC00 && g_utf8_get_char (p) <= 0xD7A3;
  return count;
}

/* Two forms give two texts, each in Korean, in pieces, and with figures of its own only. */
static void
test_two_sources (void)
{
  static const char *const facts[][4] = { { "도서관 5곳을 밤 10시까지 연다. 시민 1,248명이 원했다.",
                                            "시범 운영에 하루 평균 312명이 찾았다.", "1,248", "312" },
                                          { "도서관 9곳을 밤 11시까지 연다. 시민 3,571명이 원했다.",
                                            "시범 운영에 하루 평균 640명이 찾았다.", "3,571", "640" } };
  g_autoptr (JipLlmGateway) gateway = gateway_new ();

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (JipPrompt) prompt = make_prompt (facts[i][0], facts[i][1]);
      g_autoptr (Seen) seen = seen_new ();
      g_autoptr (JipLlmJob) job
          = jip_llm_gateway_generate (gateway, "a", prompt->messages, 160, &funcs, seen, NULL);
      wait_for (seen, 1);
      g_assert_false (seen->over);
      wait_for (seen, G_MAXUINT);
      g_assert_no_error (seen->error);
      g_test_message ("%s", seen->text->str);
      g_assert_cmpuint (seen->pieces, >, 10);
      g_assert_cmpuint (count_hangul (seen->text->str), >, 30);
      g_assert_true (strstr (seen->text->str, facts[i][2]) != NULL
                     || strstr (seen->text->str, facts[i][3]) != NULL);
      g_assert_null (strstr (seen->text->str, facts[1 - i][2]));
      g_assert_null (strstr (seen->text->str, facts[1 - i][3]));
    }
}

/* Seconds until a short answer begins. */
static double
time_short_answer (JipLlmGateway *gateway)
{
  g_autoptr (JsonNode) messages = jip_json_parse ("[{\"role\":\"user\",\"content\":\"1+1\"}]", -1, NULL);
  g_autoptr (Seen) seen = seen_new ();
  gint64 before = g_get_monotonic_time ();
  g_autoptr (JipLlmJob) job = jip_llm_gateway_generate (gateway, "b", messages, 4, &funcs, seen, NULL);

  wait_for (seen, 1);
  double seconds = (double) (g_get_monotonic_time () - before) / G_TIME_SPAN_SECOND;
  wait_for (seen, G_MAXUINT);
  g_assert_no_error (seen->error);
  return seconds;
}

/* The endpoint takes one request at a time: the next one begins as soon as the stopped one is gone. */
static void
test_stop (void)
{
  g_autoptr (JipLlmGateway) gateway = gateway_new ();
  double alone = time_short_answer (gateway);

  for (guint pieces = 0; pieces <= 3; pieces += 3)
    {
      g_autoptr (JipPrompt) prompt = make_prompt ("도서관 7곳을 연다.", "좌석은 842석이다.");
      g_autoptr (Seen) seen = seen_new ();
      g_autoptr (JipLlmJob) job
          = jip_llm_gateway_generate (gateway, "a", prompt->messages, 2000, &funcs, seen, NULL);
      wait_for (seen, pieces);
      jip_llm_job_cancel (job);
      double after = time_short_answer (gateway);
      wait_for (seen, G_MAXUINT);
      g_test_message ("a short answer begins after %.2f s alone, %.2f s after a stop", alone, after);
      g_assert_error (seen->error, JIP_ERROR, JIP_ERROR_CANCELLED);
      g_assert_cmpfloat (after, <, alone + 3);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("JIP_TEST_MODEL_URL") == NULL)
    {
      g_print ("1..0 # SKIP JIP_TEST_MODEL_URL is not set\n");
      return 0;
    }
  g_test_add_func ("/generate-real/two-sources", test_two_sources);
  g_test_add_func ("/generate-real/stop", test_stop);
  return g_test_run ();
}
