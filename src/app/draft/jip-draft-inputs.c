/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-inputs.h"

#include "jip-draft-text.h"

/* What is sent to have a section written (docs/protocol.md, `POST /v1/generate`). Everything in it is masked. */

#define PAGE_CHARS 20000 /* a longer page goes in parts with the same number */
#define MAX_PARTS 450    /* of a source; the protocol takes 500 pages */
#define MAX_NAME 200

static void
add_part (JsonArray *pages, guint number, const char *text)
{
  JsonObject *page = json_object_new ();

  json_object_set_int_member (page, "page", number);
  json_object_set_string_member (page, "text", text);
  json_array_add_object_element (pages, page);
}

static void
add_page (JsonArray *pages, guint number, const char *text, gsize *room)
{
  while (*text != '\0' && *room > 0 && json_array_get_length (pages) < MAX_PARTS)
    {
      gsize chars = MIN ((gsize) PAGE_CHARS, *room);
      g_autofree char *part = g_utf8_substring (text, 0, MIN ((glong) chars, g_utf8_strlen (text, -1)));
      gsize length = (gsize) g_utf8_strlen (part, -1);
      add_part (pages, number, part);
      *room -= length;
      text = g_utf8_offset_to_pointer (text, (glong) length);
    }
}

/**
 * jip_draft_inputs_mask_source:
 * @room: (inout): how many code points of sources may still go along
 *
 * Returns: (transfer full): one of the request's `sources`, masked
 */
JsonObject *
jip_draft_inputs_mask_source (JipMaskSession *masks, const char *name, JipSource *source, gsize *room)
{
  g_return_val_if_fail (JIP_IS_MASK_SESSION (masks) && name != NULL && source != NULL && room != NULL, NULL);

  JsonArray *pages = json_array_new ();
  for (guint i = 0; i<source->pages->len && * room> 0; i++)
    {
      JipPdfPage *page = g_ptr_array_index (source->pages, i);
      g_autofree char *masked = jip_mask_session_mask (masks, page->text);
      add_page (pages, i + 1, masked, room);
    }
  g_autofree char *masked_name = jip_mask_session_mask (masks, name);
  g_autofree char *short_name
      = g_utf8_substring (masked_name, 0, MIN (MAX_NAME, g_utf8_strlen (masked_name, -1)));
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "name", short_name);
  json_object_set_array_member (object, "pages", pages);
  return object;
}

static JsonObject *
collect_sections (JipDraft *draft, const char *before)
{
  JsonObject *sections = json_object_new ();

  for (guint i = 0; i < jip_draft_get_n_sections (draft); i++)
    {
      const char *id = jip_section_get_id (jip_draft_get_section (draft, i));
      if (g_strcmp0 (id, before) == 0)
        break;
      g_autofree char *text = jip_draft_dup_section_text (draft, id);
      if (*text != '\0')
        json_object_set_string_member (sections, id, text);
    }
  return sections;
}

/**
 * jip_draft_inputs_new:
 * @draft: masked
 * @sources: (nullable): of jip_draft_inputs_mask_source()
 * @instruction: (nullable): how the section's text is to be changed; %NULL to write it anew
 *
 * Returns: (transfer full): the request's `inputs`
 */
JsonNode *
jip_draft_inputs_new (JipDocumentType *type,
                      JipDraft *draft,
                      JsonArray *sources,
                      const char *section,
                      const char *instruction)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (type) && draft != NULL && section != NULL, NULL);

  JsonObject *inputs = json_object_new ();
  JsonObject *fields = jip_draft_get_fields (draft);
  json_object_set_object_member (inputs, "fields",
                                 fields != NULL ? json_object_ref (fields) : json_object_new ());
  if (sources != NULL)
    json_object_set_array_member (inputs, "sources", json_array_ref (sources));
  json_object_set_object_member (inputs, "sections", collect_sections (draft, section));
  if (instruction != NULL)
    {
      g_autofree char *previous = jip_draft_dup_section_text (draft, section);
      json_object_set_string_member (inputs, "previous", previous);
      json_object_set_string_member (inputs, "instruction", instruction);
    }
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, inputs);
  return node;
}

/**
 * jip_draft_request_new:
 * @inputs: (transfer none): of jip_draft_inputs_new()
 *
 * Returns: (transfer full): the whole body
 */
JsonNode *
jip_draft_request_new (JipDocumentType *type, const char *draft_id, const char *section, JsonNode *inputs)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (type) && draft_id != NULL && section != NULL, NULL);

  const JipDocumentSection *wanted = jip_document_type_find_section (type, section);
  JsonObject *request = json_object_new ();
  json_object_set_string_member (request, "draft", draft_id);
  json_object_set_string_member (request, "section", section);
  json_object_set_string_member (request, "document_type", jip_document_type_get_id (type));
  json_object_set_string_member (request, "prompt_version", jip_document_type_get_prompt_version (type));
  json_object_set_member (request, "inputs", json_node_copy (inputs));
  json_object_set_int_member (request, "max_tokens", 64 + (wanted != NULL ? wanted->max_chars : 600) * 6 / 5);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, request);
  return node;
}
