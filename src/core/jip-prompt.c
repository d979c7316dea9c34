/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-prompt.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-fields.h"
#include "jip-source-pick.h"

/* The conversation that makes a model write one section: the house style, the type's example as turns that went well, the
 * facts of the form and the sources, the sections written so far as turns, and the task. All sections of a draft share
 * the beginning, so that an endpoint that keeps its cache reads it once. The frame's words are part of the prompt, not
 * of the user interface, and are in the language of the papers. */

#define MAX_SOURCES 20
#define MAX_PAGES 500
#define MAX_PAGE_CHARS 100000
#define MAX_SECTION_CHARS 20000

typedef struct
{
  JsonObject *fields;
  JsonArray *sources;
  JsonObject *sections; /* section id -> the text it has now */
  const char *previous;
  const char *instruction;
} Inputs;

static gboolean
check_page (JsonNode *node, const char *path, GError **error)
{
  JipFields page;

  jip_fields_init (&page, node, path);
  jip_fields_int (&page, "page", JIP_OPTIONAL, 1, 1000000, 1);
  if (jip_fields_string (&page, "text", JIP_OPTIONAL, MAX_PAGE_CHARS) == NULL && page.error == NULL)
    jip_fields_fail (&page, "text", _ ("is missing"));
  return jip_fields_finish (&page, error);
}

static gboolean
check_source (JsonNode *node, const char *path, GError **error)
{
  JipFields source;

  jip_fields_init (&source, node, path);
  jip_fields_string (&source, "name", JIP_REQUIRED, 200);
  JsonArray *pages = jip_fields_array (&source, "pages", JIP_REQUIRED, MAX_PAGES);
  if (!jip_fields_finish (&source, error))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (pages); i++)
    {
      g_autofree char *page_path = g_strdup_printf ("%s.pages[%u]", path, i);
      if (!check_page (json_array_get_element (pages, i), page_path, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_inputs (JipDocumentType *type, JsonNode *node, Inputs *inputs, GError **error)
{
  JipFields fields;

  jip_fields_init (&fields, node, "$.inputs");
  inputs->fields = jip_fields_object (&fields, "fields", JIP_REQUIRED);
  inputs->sources = jip_fields_array (&fields, "sources", JIP_OPTIONAL, MAX_SOURCES);
  inputs->sections = jip_fields_object (&fields, "sections", JIP_OPTIONAL);
  inputs->previous = jip_fields_string (&fields, "previous", JIP_OPTIONAL, MAX_SECTION_CHARS);
  inputs->instruction = jip_fields_string (&fields, "instruction", JIP_OPTIONAL, 2000);
  if (!jip_fields_finish (&fields, error))
    return FALSE;
  for (guint i = 0; inputs->sources != NULL && i < json_array_get_length (inputs->sources); i++)
    {
      g_autofree char *path = g_strdup_printf ("$.inputs.sources[%u]", i);
      if (!check_source (json_array_get_element (inputs->sources, i), path, error))
        return FALSE;
    }
  return jip_document_type_check_fields (type, inputs->fields, error);
}

/* Text of forms and papers is no part of the conversation's frame: the marks that chat templates use are broken up. */
static char *
defuse (const char *text)
{
  g_autoptr (GString) out = g_string_new (text);
  g_string_replace (out, "<|", "< |", 0);
  g_string_replace (out, "|>", "| >", 0);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
add_message (JipPrompt *prompt, const char *role, const char *content)
{
  g_autofree char *harmless = defuse (content);
  JsonObject *message = json_object_new ();

  json_object_set_string_member (message, "role", role);
  json_object_set_string_member (message, "content", harmless);
  json_array_add_object_element (json_node_get_array (prompt->messages), message);
  prompt->chars += (gsize) g_utf8_strlen (harmless, -1);
}

static char *
describe_fields (JipDocumentType *type, JsonObject *fields)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < jip_document_type_get_n_fields (type); i++)
    {
      const JipDocumentField *field = jip_document_type_get_field (type, i);
      if (!field->in_prompt || jip_document_field_is_empty (field, fields))
        continue;
      g_autofree char *value = jip_document_field_format (field, fields, NULL);
      g_string_append_printf (out, "%s: %s\n", field->label, value);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char *
describe_task (const JipDocumentSection *section, const char *facts)
{
  return g_strdup_printf ("%s%s%s %u자를 넘기지 않는다.", facts, *facts != '\0' ? "\n" : "", section->prompt,
                          section->max_chars);
}

static void
add_example (JipPrompt *prompt, JipDocumentType *type)
{
  const char *source = jip_document_type_get_example_source (type);
  g_autofree char *fields = describe_fields (type, jip_document_type_get_example_fields (type));
  g_autofree char *facts
      = g_strconcat (fields, source != NULL ? source : "", source != NULL ? "\n" : "", NULL);
  const char *due = facts;

  for (guint i = 0; i < jip_document_type_get_n_sections (type); i++)
    {
      const JipDocumentSection *section = jip_document_type_get_section (type, i);
      if (section->prompt == NULL || section->example == NULL)
        continue;
      g_autofree char *task = describe_task (section, due);
      add_message (prompt, "user", task);
      add_message (prompt, "assistant", section->example);
      due = "";
    }
}

static const char *
find_text (JsonObject *sections, const char *id)
{
  JsonNode *node = sections != NULL ? json_object_get_member (sections, id) : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  const char *text = json_node_get_string (node);
  return *text != '\0' && g_utf8_strlen (text, -1) <= MAX_SECTION_CHARS ? text : NULL;
}

static void
add_conversation (JipPrompt *prompt,
                  JipDocumentType *type,
                  const JipDocumentSection *wanted,
                  Inputs *inputs,
                  const char *facts)
{
  const char *due = facts;

  for (guint i = 0; i < jip_document_type_get_n_sections (type); i++)
    {
      const JipDocumentSection *section = jip_document_type_get_section (type, i);
      if (section == wanted)
        break;
      const char *text = section->prompt != NULL ? find_text (inputs->sections, section->id) : NULL;
      if (text == NULL)
        continue;
      g_autofree char *task = describe_task (section, due);
      add_message (prompt, "user", task);
      add_message (prompt, "assistant", text);
      due = "";
    }
  g_autofree char *task = describe_task (wanted, due);
  add_message (prompt, "user", task);
  if (inputs->previous == NULL || *inputs->previous == '\0')
    return;
  add_message (prompt, "assistant", inputs->previous);
  g_autofree char *again = g_strdup_printf (
      "방금 쓴 글을 다음과 같이 고쳐 처음부터 다시 써라. 사실은 바꾸지 않는다. %s",
      inputs->instruction != NULL ? inputs->instruction : "내용은 같게 하고 표현을 다르게 쓴다.");
  add_message (prompt, "user", again);
}

/**
 * jip_prompt_new:
 * @inputs: what the desktop sent: `{"fields": {…}, "sources"?: [{"name", "pages": [{"page", "text"}]}],
 *   "sections"?: {id: text written so far}, "previous"?: this section's text, to be rewritten, "instruction"?: how}`
 * @max_source_chars: the most code points of source text, 0 for %JIP_PROMPT_DEFAULT_SOURCE_CHARS
 *
 * Builds what the model is asked for one section. Fields that the type keeps from the model are left out. When the
 * sources are too long, the parts that share most with the form are taken, and @sources_left_out says how much was not.
 *
 * Returns: (transfer full): the prompt; %NULL with %JIP_ERROR_NOT_FOUND (no such section, or one that is not written by
 *   a model) or %JIP_ERROR_BAD_ARGS (names the member; a required field is missing)
 */
JipPrompt *
jip_prompt_new (JipDocumentType *type,
                const char *section_id,
                JsonNode *inputs_node,
                guint max_source_chars,
                GError **error)
{
  Inputs inputs = { 0 };

  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (type) && section_id != NULL, NULL);

  const JipDocumentSection *section = jip_document_type_find_section (type, section_id);
  if (section == NULL || section->prompt == NULL)
    {
      jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("%s has no section ‘%s’ that a language model writes."),
                     jip_document_type_get_name (type), section_id);
      return NULL;
    }
  if (!read_inputs (type, inputs_node, &inputs, error))
    return NULL;

  g_autoptr (JipPrompt) prompt = g_new0 (JipPrompt, 1);
  prompt->messages = json_node_new (JSON_NODE_ARRAY);
  json_node_take_array (prompt->messages, json_array_new ());
  prompt->max_tokens = 64 + section->max_chars * 6 / 5;

  g_autofree char *fields = describe_fields (type, inputs.fields);
  g_autofree char *sources = jip_source_pick (
      inputs.sources, fields, max_source_chars > 0 ? max_source_chars : JIP_PROMPT_DEFAULT_SOURCE_CHARS,
      &prompt->sources_left_out);
  prompt->source_chars = (gsize) g_utf8_strlen (sources, -1);
  gboolean has_example = jip_document_type_get_example_fields (type) != NULL;
  g_autofree char *facts
      = g_strdup_printf ("%s%s%s%s", has_example ? "새 문서이다. 앞의 사실은 잊고 아래 사실만 쓴다.\n\n" : "",
                         fields, sources, *sources != '\0' ? "\n" : "");

  add_message (prompt, "system", jip_document_type_get_style (type));
  if (has_example)
    add_example (prompt, type);
  add_conversation (prompt, type, section, &inputs, facts);
  return g_steal_pointer (&prompt);
}

void
jip_prompt_free (JipPrompt *prompt)
{
  if (prompt == NULL)
    return;
  json_node_unref (prompt->messages);
  g_free (prompt);
}

/**
 * jip_prompt_filter_fields:
 * @fields: (nullable): the filled form
 *
 * What a desktop sends as `inputs.fields`: contacts and other fields that the type keeps from the model stay on the PC.
 *
 * Returns: (transfer full): the members of @fields that go to the model
 */
JsonObject *
jip_prompt_filter_fields (JipDocumentType *type, JsonObject *fields)
{
  JsonObject *sent = json_object_new ();

  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (type), sent);

  for (guint i = 0; i < jip_document_type_get_n_fields (type); i++)
    {
      const JipDocumentField *field = jip_document_type_get_field (type, i);
      if (field->in_prompt && !jip_document_field_is_empty (field, fields))
        json_object_set_member (sent, field->id, json_object_dup_member (fields, field->id));
    }
  return sent;
}
