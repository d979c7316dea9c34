/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-completion.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-json.h"

#define THINK_OPEN "<think>"
#define THINK_CLOSE "</think>"

/**
 * JipCompletion:
 *
 * What an OpenAI-compatible endpoint says over one stream, whatever its dialect (draft.md, Endpoint protocol): text comes
 * out, reasoning stays inside, errors inside a 200 become errors. Success is a finish reason and no error frame.
 */
struct _JipCompletion
{
  char *reason;
  char *model;
  gint64 prompt_tokens, completion_tokens; /* -1: not said */
  GString *held;                           /* what may become a think tag */
  gboolean thinking;
  gboolean has_text; /* white space before the first text is dropped */
};

JipCompletion *
jip_completion_new (void)
{
  JipCompletion *completion = g_new0 (JipCompletion, 1);
  completion->prompt_tokens = completion->completion_tokens = -1;
  completion->held = g_string_new (NULL);
  return completion;
}

void
jip_completion_free (JipCompletion *completion)
{
  if (completion == NULL)
    return;
  g_free (completion->reason);
  g_free (completion->model);
  g_string_free (completion->held, TRUE);
  g_free (completion);
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gint64
get_count (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64
             ? json_node_get_int (node)
             : -1;
}

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static void
emit (JipCompletion *completion, const char *bytes, gsize length, GString *text)
{
  while (!completion->has_text && length > 0 && g_ascii_isspace (*bytes))
    {
      bytes++;
      length--;
    }
  if (length == 0)
    return;
  completion->has_text = TRUE;
  g_string_append_len (text, bytes, (gssize) length);
}

/* Takes a tag that stands whole at @p; 0 when none does. */
static gsize
take_tag (JipCompletion *completion, const char *p)
{
  if (g_str_has_prefix (p, THINK_OPEN))
    {
      completion->thinking = TRUE;
      return strlen (THINK_OPEN);
    }
  if (g_str_has_prefix (p, THINK_CLOSE))
    {
      completion->thinking = FALSE;
      return strlen (THINK_CLOSE);
    }
  return 0;
}

static gboolean
may_become_tag (const char *p)
{
  return g_str_has_prefix (THINK_OPEN, p) || g_str_has_prefix (THINK_CLOSE, p);
}

/* Lets @content through without what stands between think tags; a tag may be split over chunks. */
static void
filter (JipCompletion *completion, const char *content, GString *text)
{
  g_string_append (completion->held, content);
  const char *p = completion->held->str;

  while (*p != '\0')
    {
      const char *open = strchrnul (p, '<');
      if (!completion->thinking)
        emit (completion, p, (gsize) (open - p), text);
      p = open;
      if (*p == '\0' || may_become_tag (p))
        break;
      gsize tag = take_tag (completion, p);
      if (tag == 0 && !completion->thinking)
        emit (completion, p, 1, text);
      p += MAX (tag, 1);
    }
  g_string_erase (completion->held, 0, p - completion->held->str);
}

static JsonNode *
make_counts (gint64 prompt_tokens, gint64 context_tokens)
{
  JsonObject *object = json_object_new ();
  if (prompt_tokens >= 0)
    json_object_set_int_member (object, "prompt_tokens", prompt_tokens);
  if (context_tokens >= 0)
    json_object_set_int_member (object, "context_tokens", context_tokens);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

static GError *
make_overflow (gint64 prompt_tokens, gint64 context_tokens)
{
  g_autoptr (JsonNode) counts = make_counts (prompt_tokens, context_tokens);

  if (prompt_tokens < 0 || context_tokens < 0)
    return jip_error_new (JIP_ERROR_CONTEXT_OVERFLOW, g_steal_pointer (&counts),
                          _ ("The sources are longer than the language model can take. Leave some out."));
  return jip_error_new (
      JIP_ERROR_CONTEXT_OVERFLOW, g_steal_pointer (&counts),
      _ ("The request has %ld tokens, the language model takes %ld. Leave some sources out."),
      (long) prompt_tokens, (long) context_tokens);
}

static gint64
number_after (const char *message, const char *words)
{
  const char *found = strstr (message, words);
  if (found == NULL)
    return -1;
  found += strlen (words);
  return g_ascii_isdigit (*found) ? g_ascii_strtoll (found, NULL, 10) : -1;
}

/* vLLM and OpenAI give the counts in their sentence only. */
static GError *
make_overflow_from_message (const char *message)
{
  gint64 asked = number_after (message, "you requested ");
  if (asked < 0)
    asked = number_after (message, "resulted in ");
  if (asked < 0)
    asked = number_after (message, "request has ");
  return make_overflow (asked, number_after (message, "maximum context length is "));
}

/* @node: what stands in an `error` member: an object, or a sentence. The endpoint's sentence is data of the city's own
 * machine and is kept short. */
static GError *
make_model_error (JsonNode *node)
{
  const char *message = NULL, *type = NULL, *code = NULL;
  JsonObject *object = NULL;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      object = json_node_get_object (node);
      message = get_string (object, "message");
      type = get_string (object, "type");
      code = get_string (object, "code");
    }
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    message = json_node_get_string (node);

  if (g_strcmp0 (type, "exceed_context_size_error") == 0)
    return make_overflow (get_count (object, "n_prompt_tokens"), get_count (object, "n_ctx"));
  if (g_strcmp0 (code, "context_length_exceeded") == 0
      || (message != NULL && strstr (message, "maximum context length") != NULL))
    return make_overflow_from_message (message != NULL ? message : "");
  if (message == NULL)
    return jip_error_new (JIP_ERROR_MODEL_FAILED, NULL, _ ("The language model reported an error."));
  g_autofree char *sentence = g_utf8_substring (message, 0, MIN (g_utf8_strlen (message, -1), 300));
  return jip_error_new (JIP_ERROR_MODEL_FAILED, NULL, _ ("The language model reported an error: %s"),
                        sentence);
}

static void
take_usage (JipCompletion *completion, JsonObject *object)
{
  JsonObject *usage = get_object (object, "usage");
  if (usage == NULL)
    return;
  completion->prompt_tokens = get_count (usage, "prompt_tokens");
  completion->completion_tokens = get_count (usage, "completion_tokens");
}

static void
take_choice (JipCompletion *completion, JsonObject *choice, GString *text)
{
  JsonObject *delta = get_object (choice, "delta");
  if (delta == NULL)
    delta = get_object (choice, "message");
  const char *content = delta != NULL ? get_string (delta, "content") : NULL;
  if (content != NULL && completion->reason == NULL)
    filter (completion, content, text);
  const char *reason = get_string (choice, "finish_reason");
  if (reason != NULL && completion->reason == NULL)
    completion->reason = g_strdup (reason);
}

static gboolean
take_frame (JipCompletion *completion, JsonNode *node, GString *text, GError **error)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return jip_error_set (error, JIP_ERROR_MODEL_FAILED, _ ("The language model sent something unexpected."));

  JsonObject *object = json_node_get_object (node);
  JsonNode *problem = json_object_get_member (object, "error");
  if (g_strcmp0 (get_string (object, "object"), "error") == 0)
    problem = node;
  if (problem != NULL && !JSON_NODE_HOLDS_NULL (problem))
    {
      g_propagate_error (error, make_model_error (problem));
      return FALSE;
    }

  const char *model = get_string (object, "model");
  if (model != NULL && completion->model == NULL)
    completion->model = g_strdup (model);
  take_usage (completion, object);
  JsonNode *choices = json_object_get_member (object, "choices");
  if (choices == NULL || !JSON_NODE_HOLDS_ARRAY (choices))
    return TRUE;
  JsonArray *array = json_node_get_array (choices);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *choice = json_array_get_element (array, i);
      if (JSON_NODE_HOLDS_OBJECT (choice) && get_count (json_node_get_object (choice), "index") <= 0)
        take_choice (completion, json_node_get_object (choice), text);
    }
  return TRUE;
}

/**
 * jip_completion_take_event:
 * @event: one event of the endpoint's stream
 * @text: the text that belongs into the draft is appended to it
 *
 * Returns: %FALSE with %JIP_ERROR_MODEL_FAILED or %JIP_ERROR_CONTEXT_OVERFLOW (detail `prompt_tokens`,
 *   `context_tokens`) when the endpoint reports an error or sends what is no JSON
 */
gboolean
jip_completion_take_event (JipCompletion *completion, const JipSseEvent *event, GString *text, GError **error)
{
  g_return_val_if_fail (completion != NULL && event != NULL && text != NULL, FALSE);

  if (event->error != NULL)
    {
      g_autoptr (JsonNode) problem = jip_json_parse (event->error, -1, NULL);
      if (problem == NULL)
        {
          problem = json_node_new (JSON_NODE_VALUE);
          json_node_set_string (problem, event->error);
        }
      g_propagate_error (error, make_model_error (problem));
      return FALSE;
    }
  if (event->data == NULL || *event->data == '\0' || strcmp (event->data, "[DONE]") == 0)
    return TRUE;
  return jip_completion_take_body (completion, event->data, strlen (event->data), text, error);
}

/**
 * jip_completion_take_body:
 * @body: one JSON object: a chunk, or the whole answer of an endpoint that does not stream
 *
 * Returns: as jip_completion_take_event()
 */
gboolean
jip_completion_take_body (JipCompletion *completion,
                          const char *body,
                          gsize length,
                          GString *text,
                          GError **error)
{
  g_return_val_if_fail (completion != NULL && body != NULL && text != NULL, FALSE);

  g_autoptr (JsonNode) node = jip_json_parse (body, (gssize) length, NULL);
  if (node == NULL)
    return jip_error_set (error, JIP_ERROR_MODEL_FAILED, _ ("The language model sent what is no JSON."));
  return take_frame (completion, node, text, error);
}

/**
 * jip_completion_finish:
 * @text: what was held back and is text after all is appended to it
 *
 * The stream has ended.
 *
 * Returns: %FALSE with %JIP_ERROR_MODEL_FAILED when no finish reason was seen
 */
gboolean
jip_completion_finish (JipCompletion *completion, GString *text, GError **error)
{
  g_return_val_if_fail (completion != NULL && text != NULL, FALSE);

  if (!completion->thinking)
    emit (completion, completion->held->str, completion->held->len, text);
  g_string_truncate (completion->held, 0);
  if (completion->reason == NULL)
    return jip_error_set (error, JIP_ERROR_MODEL_FAILED,
                          _ ("The language model broke off in the middle. What came is kept."));
  return TRUE;
}

/**
 * jip_completion_get_reason:
 *
 * Returns: (nullable): why the text ended: `stop`, `length` (it was cut off) or what else the endpoint says
 */
const char *
jip_completion_get_reason (JipCompletion *completion)
{
  g_return_val_if_fail (completion != NULL, NULL);
  return completion->reason;
}

const char *
jip_completion_get_model (JipCompletion *completion)
{
  g_return_val_if_fail (completion != NULL, NULL);
  return completion->model;
}

gint64
jip_completion_get_prompt_tokens (JipCompletion *completion)
{
  g_return_val_if_fail (completion != NULL, -1);
  return completion->prompt_tokens;
}

gint64
jip_completion_get_completion_tokens (JipCompletion *completion)
{
  g_return_val_if_fail (completion != NULL, -1);
  return completion->completion_tokens;
}

/**
 * jip_completion_error_from_http:
 * @status: an HTTP status other than 200
 * @body: (nullable): what came with it
 *
 * Returns: (transfer full): %JIP_ERROR_CONTEXT_OVERFLOW, %JIP_ERROR_MODEL_UNAVAILABLE (503 while it loads, 429, 502, 504)
 *   or %JIP_ERROR_MODEL_FAILED
 */
GError *
jip_completion_error_from_http (guint status, const char *body, gsize length)
{
  if (status == 429 || (status >= 502 && status <= 504))
    return jip_error_new (JIP_ERROR_MODEL_UNAVAILABLE, NULL,
                          _ ("The language model is not ready (status %u). Try again in a moment."), status);

  g_autoptr (JsonNode) node = body != NULL ? jip_json_parse (body, (gssize) length, NULL) : NULL;
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);
      JsonNode *problem = json_object_get_member (object, "error");
      if (problem == NULL && json_object_has_member (object, "message"))
        problem = node;
      if (problem != NULL)
        return make_model_error (problem);
    }
  if (status == 401 || status == 403)
    return jip_error_new (JIP_ERROR_MODEL_FAILED, NULL,
                          _ ("The language model refuses the key of this server (status %u)."), status);
  return jip_error_new (JIP_ERROR_MODEL_FAILED, NULL, _ ("The language model answered with status %u."),
                        status);
}
