/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-completion.h"
#include "jip-error.h"

typedef struct
{
  JipCompletion *completion;
  GString *text;
  GError *error;
} Run;

static void
event_cb (const JipSseEvent *event, gpointer user_data)
{
  Run *run = user_data;
  if (run->error == NULL)
    jip_completion_take_event (run->completion, event, run->text, &run->error);
}

#define DELTA(text) \
  "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"},\"finish_reason\":null}]}\n\n"
#define FINISH(why) "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" why "\"}]}\n\n"
#define REASONING(name, text) \
  "data: {\"choices\":[{\"delta\":{\"" name "\":\"" text "\",\"content\":null}}]}\n\n"
#define DONE "data: [DONE]\n\n"
#define USAGE \
  "data: {\"model\":\"small\",\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}\n\n"
#define OVERFLOW_BODY \
  "{\"error\":{\"code\":400,\"message\":\"too long\",\"type\":\"exceed_context_size_error\"," \
  "\"n_prompt_tokens\":9001,\"n_ctx\":8192}}"

static const struct
{
  const char *name, *stream, *text, *reason; /* reason NULL: an error is expected */
  int code;
  gint64 usage;
} cases[] = {
  { "plain", DELTA ("가람시는 ") DELTA ("22일") FINISH ("stop") DONE, "가람시는 22일", "stop", 0, -1 },
  { "usage", DELTA ("가") FINISH ("stop") USAGE DONE, "가", "stop", 0, 3 },
  { "length", DELTA ("가") FINISH ("length") USAGE DONE, "가", "length", 0, 3 },
  { "no done", DELTA ("가") FINISH ("stop"), "가", "stop", 0, -1 },
  { "crlf and comments",
    ": ok\r\n\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"가\"},\"finish_reason\":\"stop\"}]}\r\n\r\n",
    "가", "stop", 0, -1 },
  { "empty data", "data:\n\n" DELTA ("가") "data: \n\n" FINISH ("stop"), "가", "stop", 0, -1 },
  { "role chunk",
    "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n" DELTA ("가")
        FINISH ("stop"),
    "가", "stop", 0, -1 },
  { "second choice",
    "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"둘째\"}}]}\n\n" DELTA ("첫째") FINISH ("stop"),
    "첫째", "stop", 0, -1 },
  { "reasoning_content", REASONING ("reasoning_content", "생각") DELTA ("글") FINISH ("stop"), "글", "stop",
    0, -1 },
  { "reasoning", REASONING ("reasoning", "생각") DELTA ("글") FINISH ("stop"), "글", "stop", 0, -1 },
  { "think", DELTA ("<think>속으로</think>\\n\\n글") FINISH ("stop"), "글", "stop", 0, -1 },
  { "think split",
    DELTA ("<th") DELTA ("ink>속") DELTA ("으로</thi") DELTA ("nk") DELTA (">글") FINISH ("stop"), "글",
    "stop", 0, -1 },
  { "think never closed", DELTA ("<think>속으로 ") DELTA ("계속") FINISH ("length"), "", "length", 0, -1 },
  { "stray close", DELTA ("</think>글") FINISH ("stop"), "글", "stop", 0, -1 },
  { "other angle", DELTA ("1 < 2, <th") DELTA (">글</t") FINISH ("stop"), "1 < 2, <th>글</t", "stop", 0, -1 },
  { "llama error in 200",
    DELTA ("가") "data: {\"error\":{\"code\":500,\"message\":\"slot\",\"type\":\"server_error\"}}\n\n", "가",
    NULL, JIP_ERROR_MODEL_FAILED, -1 },
  { "bare error field", DELTA ("가") "error: {\"code\":500,\"message\":\"slot\"}\n\n", "가", NULL,
    JIP_ERROR_MODEL_FAILED, -1 },
  { "bare error words", "error: out of memory\n\n", "", NULL, JIP_ERROR_MODEL_FAILED, -1 },
  { "vllm error then done",
    DELTA ("가") "data: {\"error\":{\"message\":\"engine died\",\"type\":\"x\"}}\n\n" DONE, "가", NULL,
    JIP_ERROR_MODEL_FAILED, -1 },
  { "vllm object error", "data: {\"object\":\"error\",\"message\":\"engine died\"}\n\n" DONE, "", NULL,
    JIP_ERROR_MODEL_FAILED, -1 },
  { "error after finish", DELTA ("가") FINISH ("stop") "data: {\"error\":\"late\"}\n\n", "가", NULL,
    JIP_ERROR_MODEL_FAILED, -1 },
  { "ollama breaks off", DELTA ("가"), "가", NULL, JIP_ERROR_MODEL_FAILED, -1 },
  { "done without finish", DELTA ("가") DONE, "가", NULL, JIP_ERROR_MODEL_FAILED, -1 },
  { "nothing at all", "", "", NULL, JIP_ERROR_MODEL_FAILED, -1 },
  { "no json", "data: <html>\n\n", "", NULL, JIP_ERROR_MODEL_FAILED, -1 },
  { "no object", "data: 3\n\n", "", NULL, JIP_ERROR_MODEL_FAILED, -1 },
  { "overflow in stream", "data: " OVERFLOW_BODY "\n\n", "", NULL, JIP_ERROR_CONTEXT_OVERFLOW, -1 },
};

static void
test_dialects (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize step = 1; step < 40; step += 3)
      {
        g_autoptr (JipCompletion) completion = jip_completion_new ();
        g_autoptr (GString) text = g_string_new (NULL);
        Run run = { completion, text, NULL };
        g_autoptr (JipSseParser) parser = jip_sse_parser_new (65536, event_cb, &run);
        gsize length = strlen (cases[i].stream);

        for (gsize at = 0; at < length; at += step)
          g_assert_true (jip_sse_parser_feed (parser, cases[i].stream + at, MIN (step, length - at), NULL));
        jip_sse_parser_finish (parser);
        if (run.error == NULL)
          jip_completion_finish (completion, text, &run.error);
        g_test_message ("%s", cases[i].name);
        g_assert_cmpstr (text->str, ==, cases[i].text);
        if (cases[i].reason == NULL)
          g_assert_error (run.error, JIP_ERROR, cases[i].code);
        else
          {
            g_assert_no_error (run.error);
            g_assert_cmpstr (jip_completion_get_reason (completion), ==, cases[i].reason);
            g_assert_cmpint (jip_completion_get_completion_tokens (completion), ==, cases[i].usage);
          }
        g_clear_error (&run.error);
      }
}

static void
check_counts (const char *body, gint64 prompt, gint64 context)
{
  g_autoptr (GError) error = jip_completion_error_from_http (400, body, strlen (body));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_CONTEXT_OVERFLOW);
  JsonObject *detail = json_node_get_object (jip_error_get_detail (error));
  g_assert_cmpint (json_object_get_int_member_with_default (detail, "prompt_tokens", -1), ==, prompt);
  g_assert_cmpint (json_object_get_int_member_with_default (detail, "context_tokens", -1), ==, context);
}

static void
test_http (void)
{
  check_counts (OVERFLOW_BODY, 9001, 8192);
  check_counts (
      "{\"object\":\"error\",\"message\":\"This model's maximum context length is 4096 tokens. However, you "
      "requested 5000 tokens (4000 in the messages, 1000 in the completion).\",\"code\":400}",
      5000, 4096);
  check_counts ("{\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"too long\"}}", -1, -1);

  static const struct
  {
    guint status;
    const char *body;
    int code;
  } answers[] = { { 503, "{\"error\":{\"message\":\"Loading model\"}}", JIP_ERROR_MODEL_UNAVAILABLE },
                  { 429, "", JIP_ERROR_MODEL_UNAVAILABLE },
                  { 401, "", JIP_ERROR_MODEL_FAILED },
                  { 500, "<html>", JIP_ERROR_MODEL_FAILED },
                  { 404, "{\"error\":\"model not found\"}", JIP_ERROR_MODEL_FAILED },
                  { 302, NULL, JIP_ERROR_MODEL_FAILED } };
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      gsize length = answers[i].body != NULL ? strlen (answers[i].body) : 0;
      g_autoptr (GError) error = jip_completion_error_from_http (answers[i].status, answers[i].body, length);
      g_assert_error (error, JIP_ERROR, answers[i].code);
    }
}

static void
test_whole_body (void)
{
  static const char body[]
      = "{\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"글\"},"
        "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}";
  g_autoptr (JipCompletion) completion = jip_completion_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (jip_completion_take_body (completion, body, strlen (body), text, &error));
  g_assert_true (jip_completion_finish (completion, text, &error));
  g_assert_cmpstr (text->str, ==, "글");
  g_assert_cmpstr (jip_completion_get_model (completion), ==, "m");
  g_assert_cmpint (jip_completion_get_prompt_tokens (completion), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/completion/dialects", test_dialects);
  g_test_add_func ("/completion/http", test_http);
  g_test_add_func ("/completion/whole-body", test_whole_body);
  return g_test_run ();
}
