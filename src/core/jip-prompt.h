/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-document-type.h"

G_BEGIN_DECLS

#define JIP_PROMPT_DEFAULT_SOURCE_CHARS 2000

/**
 * JipPrompt:
 * @messages: an array of `{"role", "content"}` for `/v1/chat/completions`
 * @max_tokens: what the section's length asks for
 * @chars: code points of all messages
 * @source_chars: code points of the sources as they were sent
 * @sources_left_out: how many code points of them did not fit and were left out, the least relevant first
 */
typedef struct
{
  JsonNode *messages;
  guint max_tokens;
  gsize chars;
  gsize source_chars;
  gsize sources_left_out;
} JipPrompt;

JipPrompt *jip_prompt_new (JipDocumentType *type,
                           const char *section_id,
                           JsonNode *inputs,
                           guint max_source_chars,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
JsonObject *jip_prompt_filter_fields (JipDocumentType *type, JsonObject *fields) G_GNUC_WARN_UNUSED_RESULT;
void jip_prompt_free (JipPrompt *prompt);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPrompt, jip_prompt_free)

G_END_DECLS
