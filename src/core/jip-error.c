/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-error.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  JsonNode *detail; /* owned, nullable */
} JipErrorPrivate;

static void jip_error_private_init (JipErrorPrivate *priv);
static void jip_error_private_copy (const JipErrorPrivate *source, JipErrorPrivate *target);
static void jip_error_private_clear (JipErrorPrivate *priv);

G_DEFINE_EXTENDED_ERROR (JipError, jip_error)

static void
jip_error_private_init (JipErrorPrivate *priv)
{
}

static void
jip_error_private_copy (const JipErrorPrivate *source, JipErrorPrivate *target)
{
  target->detail = source->detail != NULL ? json_node_copy (source->detail) : NULL;
}

static void
jip_error_private_clear (JipErrorPrivate *priv)
{
  g_clear_pointer (&priv->detail, json_node_unref);
}

/* The sentence is what a person reads when nothing more precise was said. */
static const struct
{
  const char *name;
  guint status;
  const char *sentence;
} codes[] = {
  [JIP_ERROR_BAD_REQUEST] = { "bad-request", 400, N_ ("The request is not in the expected form.") },
  [JIP_ERROR_BAD_JSON] = { "bad-json", 400, N_ ("The text is not strict JSON.") },
  [JIP_ERROR_BAD_ARGS] = { "bad-args", 400, N_ ("A value is missing or of the wrong kind.") },
  [JIP_ERROR_BAD_CURSOR] = { "bad-cursor", 400, N_ ("The position in the change feed is not valid.") },
  [JIP_ERROR_UNKNOWN_MUTATION] = { "unknown-mutation", 400, N_ ("The server does not know this action.") },
  [JIP_ERROR_TOO_LARGE] = { "too-large", 413, N_ ("This is larger than the limit.") },
  [JIP_ERROR_HEADERS_TOO_LARGE] = { "headers-too-large", 431, N_ ("The request headers are too large.") },
  [JIP_ERROR_BAD_MEDIA_TYPE] = { "bad-media-type", 415, N_ ("The body must be application/json.") },
  [JIP_ERROR_METHOD_NOT_ALLOWED]
  = { "method-not-allowed", 405, N_ ("This address does not take this method.") },
  [JIP_ERROR_BAD_RANGE] = { "bad-range", 416, N_ ("The requested part lies outside the file.") },
  [JIP_ERROR_HASH_MISMATCH] = { "hash-mismatch", 422, N_ ("The file arrived damaged. Send it again.") },
  [JIP_ERROR_UNAUTHORIZED] = { "unauthorized", 401, N_ ("Sign in again.") },
  [JIP_ERROR_BAD_CREDENTIALS] = { "bad-credentials", 401, N_ ("The login or the password is wrong.") },
  [JIP_ERROR_FORBIDDEN] = { "forbidden", 403, N_ ("Your role does not allow this.") },
  [JIP_ERROR_RATE_LIMITED] = { "rate-limited", 429, N_ ("Too many attempts. Wait a moment and try again.") },
  [JIP_ERROR_NOT_FOUND] = { "not-found", 404, N_ ("It does not exist, or you may not see it.") },
  [JIP_ERROR_ID_TAKEN] = { "id-taken", 409, N_ ("This id is already in use.") },
  [JIP_ERROR_VERSION_CONFLICT] = { "version-conflict", 409, N_ ("Someone else changed it in the meantime.") },
  [JIP_ERROR_BALLOT_CONFLICT]
  = { "ballot-conflict", 409, N_ ("This version of the ballot is already kept with other scores.") },
  [JIP_ERROR_WRONG_STATE] = { "wrong-state", 409, N_ ("This step is not possible now.") },
  [JIP_ERROR_GAP] = { "gap", 409, N_ ("An earlier change is missing.") },
  [JIP_ERROR_REPLICA_CLONED] = { "replica-cloned", 409, N_ ("This copy of the data is used on another PC.") },
  [JIP_ERROR_REPLICA_TAKEN]
  = { "replica-taken", 409, N_ ("This copy of the data belongs to another account.") },
  [JIP_ERROR_SCHEMA_UNKNOWN]
  = { "schema-unknown", 409,
      N_ ("This program is newer than the server. Your work is kept and sent when the server has been updated.") },
  [JIP_ERROR_SCHEMA_TOO_OLD]
  = { "schema-too-old", 426,
      N_ ("This program is too old for the server. Update it; your work is kept and sent afterwards.") },
  [JIP_ERROR_EPOCH_CHANGED] = { "epoch-changed", 410, N_ ("The server was restored from a backup.") },
  [JIP_ERROR_OFFSET_CONFLICT] = { "offset-conflict", 409, N_ ("The upload goes on from another position.") },
  [JIP_ERROR_NOT_A_PDF] = { "not-a-pdf", 422, N_ ("The file is not a PDF.") },
  [JIP_ERROR_DAMAGED] = { "damaged", 422, N_ ("The file is damaged.") },
  [JIP_ERROR_ENCRYPTED]
  = { "encrypted", 422,
      N_ ("The file is locked with a password. Save it without the password and try again.") },
  [JIP_ERROR_EMPTY] = { "empty", 422, N_ ("The file is empty.") },
  [JIP_ERROR_NO_TEXT] = { "no-text", 422, N_ ("The pages hold pictures and no text.") },
  [JIP_ERROR_UNSUPPORTED] = { "unsupported", 422, N_ ("This kind of file cannot be read.") },
  [JIP_ERROR_LIMIT] = { "limit", 422, N_ ("The file, or the number of files, exceeds a limit.") },
  [JIP_ERROR_NO_SANDBOX]
  = { "no-sandbox", 503, N_ ("No sandbox can be had here, so the file is not opened.") },
  [JIP_ERROR_FILE] = { "file", 500, N_ ("The file could not be read or written.") },
  [JIP_ERROR_MODEL_UNAVAILABLE] = { "model-unavailable", 503, N_ ("No language model can be reached.") },
  [JIP_ERROR_MODEL_FAILED] = { "model-failed", 502, N_ ("The language model stopped with an error.") },
  [JIP_ERROR_CONTEXT_OVERFLOW]
  = { "context-overflow", 422, N_ ("The sources are longer than the language model can take.") },
  [JIP_ERROR_PERSONAL_DATA] = { "personal-data", 422, N_ ("The text still holds personal data.") },
  [JIP_ERROR_CANCELLED] = { "cancelled", 499, N_ ("It was stopped.") },
  [JIP_ERROR_OFFLINE] = { "offline", 503, N_ ("The server cannot be reached.") },
  [JIP_ERROR_TIMEOUT] = { "timeout", 408, N_ ("It took too long.") },
  [JIP_ERROR_BUSY] = { "busy", 503, N_ ("Too many requests at once. Try again in a moment.") },
  [JIP_ERROR_DATABASE] = { "database", 500, N_ ("The database reported an error.") },
  [JIP_ERROR_STORAGE_FULL] = { "storage-full", 507, N_ ("The disk is full. Nothing was changed.") },
  [JIP_ERROR_UNAVAILABLE] = { "unavailable", 503, N_ ("The server cannot do this now.") },
  [JIP_ERROR_INTERNAL] = { "internal", 500, N_ ("Something went wrong on this side.") },
};

static gboolean
code_is_known (JipErrorCode code)
{
  return (guint) code < G_N_ELEMENTS (codes) && codes[code].name != NULL;
}

/**
 * jip_error_new:
 * @code: what went wrong
 * @detail: (transfer full) (nullable): a JSON object for programs, such as `{"expected": 7}`
 * @format: a printf format of one sentence for people: what, where, what to do
 *
 * Returns: (transfer full): an error of the domain %JIP_ERROR
 */
GError *
jip_error_new (JipErrorCode code, JsonNode *detail, const char *format, ...)
{
  va_list args;

  g_return_val_if_fail (code_is_known (code), NULL);

  va_start (args, format);
  GError *error = g_error_new_valist (JIP_ERROR, (int) code, format, args);
  va_end (args);
  jip_error_get_private (error)->detail = detail;
  return error;
}

/**
 * jip_error_set:
 * @error: (nullable): where to put the error
 *
 * Like g_set_error() for %JIP_ERROR.
 *
 * Returns: always %FALSE, so that a check can be written `return jip_error_set (…)`
 */
gboolean
jip_error_set (GError **error, JipErrorCode code, const char *format, ...)
{
  va_list args;

  if (error == NULL)
    return FALSE;
  g_return_val_if_fail (*error == NULL, FALSE);

  va_start (args, format);
  *error = g_error_new_valist (JIP_ERROR, (int) code, format, args);
  va_end (args);
  return FALSE;
}

/**
 * jip_error_get_detail:
 *
 * Returns: (transfer none) (nullable): the JSON object given to jip_error_new()
 */
JsonNode *
jip_error_get_detail (const GError *error)
{
  if (error == NULL || error->domain != JIP_ERROR)
    return NULL;
  return jip_error_get_private (error)->detail;
}

/**
 * jip_error_code_get_name:
 *
 * Returns: (transfer none): the stable name of @code on the wire, such as `version-conflict`
 */
const char *
jip_error_code_get_name (JipErrorCode code)
{
  g_return_val_if_fail (code_is_known (code), "internal");
  return codes[code].name;
}

guint
jip_error_code_get_status (JipErrorCode code)
{
  g_return_val_if_fail (code_is_known (code), 500);
  return codes[code].status;
}

gboolean
jip_error_code_from_name (const char *name, JipErrorCode *code)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (codes); i++)
    if (g_strcmp0 (codes[i].name, name) == 0)
      {
        *code = (JipErrorCode) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * jip_error_describe:
 *
 * Returns: (transfer none): a sentence about @code in the language of the user
 */
const char *
jip_error_describe (JipErrorCode code)
{
  g_return_val_if_fail (code_is_known (code), "");
  return _ (codes[code].sentence);
}

/**
 * jip_error_get_code:
 *
 * Maps foreign errors (GIO's) to the nearest code.
 */
JipErrorCode
jip_error_get_code (const GError *error)
{
  g_return_val_if_fail (error != NULL, JIP_ERROR_INTERNAL);

  if (error->domain == JIP_ERROR)
    return (JipErrorCode) error->code;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return JIP_ERROR_CANCELLED;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return JIP_ERROR_TIMEOUT;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    return JIP_ERROR_STORAGE_FULL;
  if (error->domain == G_IO_ERROR || error->domain == G_RESOLVER_ERROR)
    return JIP_ERROR_OFFLINE;
  if (error->domain == G_FILE_ERROR)
    return JIP_ERROR_FILE;
  return JIP_ERROR_INTERNAL;
}

/**
 * jip_error_to_json:
 *
 * Returns: (transfer full): `{"error": {"code", "message", "detail"?}}` as sync.md has it on the wire
 */
JsonNode *
jip_error_to_json (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  JsonObject *inner = json_object_new ();
  json_object_set_string_member (inner, "code", jip_error_code_get_name (jip_error_get_code (error)));
  json_object_set_string_member (inner, "message", error->message);
  JsonNode *detail = jip_error_get_detail (error);
  if (detail != NULL)
    json_object_set_member (inner, "detail", json_node_copy (detail));

  JsonObject *outer = json_object_new ();
  json_object_set_object_member (outer, "error", inner);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, outer);
  return node;
}

/**
 * jip_error_from_json:
 * @node: (nullable): the body of an answer
 * @status: the HTTP status that came with it
 *
 * Returns: (transfer full): the error that the other side described; when it described none, one made from @status
 */
GError *
jip_error_from_json (JsonNode *node, guint status)
{
  JipErrorCode code = status >= 500 ? JIP_ERROR_UNAVAILABLE : JIP_ERROR_BAD_REQUEST;
  JsonObject *inner = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonNode *member = json_object_get_member (json_node_get_object (node), "error");
      if (member != NULL && JSON_NODE_HOLDS_OBJECT (member))
        inner = json_node_get_object (member);
    }
  if (inner == NULL)
    return jip_error_new (code, NULL, _ ("The server answered with status %u."), status);

  const char *name = json_object_get_string_member_with_default (inner, "code", "");
  jip_error_code_from_name (name, &code);
  JsonNode *detail = json_object_get_member (inner, "detail");
  return jip_error_new (
      code, detail != NULL ? json_node_copy (detail) : NULL, "%s",
      json_object_get_string_member_with_default (inner, "message", jip_error_describe (code)));
}
