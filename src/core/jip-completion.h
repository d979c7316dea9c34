/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-sse-parser.h"

G_BEGIN_DECLS

typedef struct _JipCompletion JipCompletion;

JipCompletion *jip_completion_new (void) G_GNUC_WARN_UNUSED_RESULT;
void jip_completion_free (JipCompletion *completion);
gboolean jip_completion_take_event (JipCompletion *completion,
                                    const JipSseEvent *event,
                                    GString *text,
                                    GError **error);
gboolean jip_completion_take_body (JipCompletion *completion,
                                   const char *body,
                                   gsize length,
                                   GString *text,
                                   GError **error);
gboolean jip_completion_finish (JipCompletion *completion, GString *text, GError **error);
const char *jip_completion_get_reason (JipCompletion *completion);
const char *jip_completion_get_model (JipCompletion *completion);
gint64 jip_completion_get_prompt_tokens (JipCompletion *completion);
gint64 jip_completion_get_completion_tokens (JipCompletion *completion);
GError *
jip_completion_error_from_http (guint status, const char *body, gsize length) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipCompletion, jip_completion_free)

G_END_DECLS
