/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * JipFields:
 *
 * Reads the members of a JSON object with their types and bounds checked. The first problem sticks: read all members,
 * then ask jip_fields_finish() once. An absent member and null are the same.
 */
typedef struct
{
  JsonObject *object; /* not owned */
  const char *path;   /* not owned; such as "$.args" */
  GError *error;      /* owned; the first problem */
} JipFields;

typedef enum
{
  JIP_OPTIONAL = 0,
  JIP_REQUIRED = 1,
} JipPresence;

void jip_fields_init (JipFields *fields, JsonNode *node, const char *path);
const char *jip_fields_string (JipFields *fields, const char *name, JipPresence presence, guint max_chars);
const char *jip_fields_id (JipFields *fields, const char *name, JipPresence presence);
const char *
jip_fields_choice (JipFields *fields, const char *name, JipPresence presence, const char **choices);
gint64 jip_fields_int (JipFields *fields,
                       const char *name,
                       JipPresence presence,
                       gint64 min,
                       gint64 max,
                       gint64 otherwise);
gboolean jip_fields_boolean (JipFields *fields, const char *name, JipPresence presence, gboolean otherwise);
JsonObject *jip_fields_object (JipFields *fields, const char *name, JipPresence presence);
JsonArray *jip_fields_array (JipFields *fields, const char *name, JipPresence presence, guint max_length);
gboolean jip_fields_has (JipFields *fields, const char *name);
void jip_fields_fail (JipFields *fields, const char *name, const char *format, ...) G_GNUC_PRINTF (3, 4);
gboolean jip_fields_finish (JipFields *fields, GError **error);

G_END_DECLS
