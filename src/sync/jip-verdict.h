/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  JIP_VERDICT_OK,
  JIP_VERDICT_REJECTED,
  JIP_VERDICT_CONFLICT,
} JipVerdictStatus;

/**
 * JipVerdict:
 * @code: (nullable): a name of jip-error.c, or `late`
 * @detail: (nullable): an object
 *
 * What the server decided about one mutation. It is stored and never changes.
 */
typedef struct
{
  gint64 n;
  JipVerdictStatus status;
  char *code;
  char *message;
  JsonNode *detail;
  char *receipt;
} JipVerdict;

const char *jip_verdict_status_get_name (JipVerdictStatus status);
gboolean jip_verdict_status_from_name (const char *name, JipVerdictStatus *status);
JipVerdict *jip_verdict_new (gint64 n) G_GNUC_WARN_UNUSED_RESULT;
void jip_verdict_free (JipVerdict *verdict);
JsonNode *jip_verdict_to_json (const JipVerdict *verdict) G_GNUC_WARN_UNUSED_RESULT;
JipVerdict *jip_verdict_from_json (JsonNode *node, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * JipPushAnswer:
 * @verdicts: (element-type JipVerdict)
 */
typedef struct
{
  GPtrArray *verdicts;
  gint64 last_n;
  gint64 seq;
  char *epoch;
} JipPushAnswer;

JipPushAnswer *jip_push_answer_new (void) G_GNUC_WARN_UNUSED_RESULT;
void jip_push_answer_free (JipPushAnswer *answer);
JsonNode *jip_push_answer_to_json (const JipPushAnswer *answer) G_GNUC_WARN_UNUSED_RESULT;
JipPushAnswer *jip_push_answer_from_json (JsonNode *node, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipVerdict, jip_verdict_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPushAnswer, jip_push_answer_free)

G_END_DECLS
