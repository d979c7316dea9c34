/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * JIP_ERROR:
 *
 * The one error domain of the suite. Each code has a stable name, which travels in HTTP answers and verdicts, and
 * an HTTP status; both stand in the table of jip-error.c and nowhere else.
 */
#define JIP_ERROR (jip_error_quark ())
GQuark jip_error_quark (void);

typedef enum
{
  /* what was asked is wrong */
  JIP_ERROR_BAD_REQUEST,
  JIP_ERROR_BAD_JSON,
  JIP_ERROR_BAD_ARGS,
  JIP_ERROR_BAD_CURSOR,
  JIP_ERROR_UNKNOWN_MUTATION,
  JIP_ERROR_TOO_LARGE,
  JIP_ERROR_HEADERS_TOO_LARGE,
  JIP_ERROR_BAD_MEDIA_TYPE,
  JIP_ERROR_METHOD_NOT_ALLOWED,
  JIP_ERROR_BAD_RANGE,
  JIP_ERROR_HASH_MISMATCH,
  /* who asks may not */
  JIP_ERROR_UNAUTHORIZED,
  JIP_ERROR_BAD_CREDENTIALS,
  JIP_ERROR_FORBIDDEN,
  JIP_ERROR_RATE_LIMITED,
  /* what is asked for is not as the caller believes */
  JIP_ERROR_NOT_FOUND,
  JIP_ERROR_ID_TAKEN,
  JIP_ERROR_VERSION_CONFLICT,
  JIP_ERROR_BALLOT_CONFLICT,
  JIP_ERROR_WRONG_STATE,
  JIP_ERROR_GAP,
  JIP_ERROR_REPLICA_CLONED,
  JIP_ERROR_REPLICA_TAKEN,
  JIP_ERROR_SCHEMA_UNKNOWN,
  JIP_ERROR_SCHEMA_TOO_OLD,
  JIP_ERROR_EPOCH_CHANGED,
  JIP_ERROR_OFFSET_CONFLICT,
  /* files */
  JIP_ERROR_NOT_A_PDF,
  JIP_ERROR_DAMAGED,
  JIP_ERROR_ENCRYPTED,
  JIP_ERROR_EMPTY,
  JIP_ERROR_NO_TEXT,
  JIP_ERROR_UNSUPPORTED,
  JIP_ERROR_LIMIT,
  JIP_ERROR_NO_SANDBOX,
  JIP_ERROR_FILE,
  /* the language model */
  JIP_ERROR_MODEL_UNAVAILABLE,
  JIP_ERROR_MODEL_FAILED,
  JIP_ERROR_CONTEXT_OVERFLOW,
  JIP_ERROR_PERSONAL_DATA,
  /* this side */
  JIP_ERROR_CANCELLED,
  JIP_ERROR_OFFLINE,
  JIP_ERROR_TIMEOUT,
  JIP_ERROR_BUSY,
  JIP_ERROR_DATABASE,
  JIP_ERROR_STORAGE_FULL,
  JIP_ERROR_UNAVAILABLE,
  JIP_ERROR_INTERNAL,
} JipErrorCode;

GError *jip_error_new (JipErrorCode code, JsonNode *detail, const char *format, ...)
    G_GNUC_PRINTF (3, 4) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_error_set (GError **error, JipErrorCode code, const char *format, ...) G_GNUC_PRINTF (3, 4);
JsonNode *jip_error_get_detail (const GError *error);
const char *jip_error_code_get_name (JipErrorCode code);
guint jip_error_code_get_status (JipErrorCode code);
gboolean jip_error_code_from_name (const char *name, JipErrorCode *code);
const char *jip_error_describe (JipErrorCode code);
JipErrorCode jip_error_get_code (const GError *error);
JsonNode *jip_error_to_json (const GError *error) G_GNUC_WARN_UNUSED_RESULT;
GError *jip_error_from_json (JsonNode *node, guint status) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
