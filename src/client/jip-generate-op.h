/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

G_BEGIN_DECLS

/**
 * JipGenerateOp:
 *
 * One generation by the server's language model (POST /v1/generate). Signals, on the main loop: "queued" (int
 * position), "started" (const char *model, const char *prompt_version), "text" (const char *delta), and then exactly
 * one of "ended" (const char *reason) and "failed" (GError *). Cancelling closes the connection, which stops the model,
 * and emits "failed" with JIP_ERROR_CANCELLED.
 */
#define JIP_TYPE_GENERATE_OP (jip_generate_op_get_type ())
G_DECLARE_FINAL_TYPE (JipGenerateOp, jip_generate_op, JIP, GENERATE_OP, GObject)

/* @request: the whole body: draft, section, document_type, prompt_version, inputs, max_tokens */
JipGenerateOp *jip_generate_op_new (JipClient *client, JsonNode *request) G_GNUC_WARN_UNUSED_RESULT;
void jip_generate_op_start (JipGenerateOp *self);
void jip_generate_op_cancel (JipGenerateOp *self);

G_END_DECLS
