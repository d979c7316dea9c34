/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* draft.md, "Personal data". A corporate registration number is not personal and no kind here. */
typedef enum
{
  JIP_PRIVACY_RRN,
  JIP_PRIVACY_PASSPORT,
  JIP_PRIVACY_LICENCE,
  JIP_PRIVACY_CARD,
  JIP_PRIVACY_ACCOUNT,
  JIP_PRIVACY_PHONE,
  JIP_PRIVACY_EMAIL,
  JIP_PRIVACY_ADDRESS,
  JIP_PRIVACY_N_KINDS,
} JipPrivacyKind;

/**
 * JipPrivacyFinding:
 * @start: byte offset into the text
 * @length: in bytes
 */
typedef struct
{
  JipPrivacyKind kind;
  gsize start, length;
} JipPrivacyFinding;

/**
 * JipPrivacyOptions:
 * @allowed_kinds: a bit `1 << kind` for each kind that the author allows; resident numbers are never allowed
 * @allowed_values: (nullable) (array zero-terminated=1): an organisation's own numbers and addresses, in any writing
 */
typedef struct
{
  guint allowed_kinds;
  const char *const *allowed_values;
} JipPrivacyOptions;

/* The way back from the marks to what they stand for. @original: nullable */
typedef struct _JipPrivacyMap JipPrivacyMap;

typedef void (*JipPrivacyMapFunc) (const char *mark,
                                   JipPrivacyKind kind,
                                   const char *original,
                                   gpointer user_data);

const char *jip_privacy_kind_get_name (JipPrivacyKind kind);
const char *jip_privacy_kind_get_label (JipPrivacyKind kind);
gboolean jip_privacy_kind_from_name (const char *name, JipPrivacyKind *kind);

GArray *
jip_privacy_find (const char *text, gsize length, const JipPrivacyOptions *options) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_privacy_check_json (JsonNode *node, const JipPrivacyOptions *options, GError **error);
void jip_privacy_count_marks (JsonNode *node, guint counts[JIP_PRIVACY_N_KINDS]);

JipPrivacyMap *jip_privacy_map_new (void) G_GNUC_WARN_UNUSED_RESULT;
JipPrivacyMap *jip_privacy_map_from_json (JsonNode *node, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *jip_privacy_map_to_json (JipPrivacyMap *map) G_GNUC_WARN_UNUSED_RESULT;
JipPrivacyMap *jip_privacy_map_copy (JipPrivacyMap *map) G_GNUC_WARN_UNUSED_RESULT;
void jip_privacy_map_begin_after (JipPrivacyMap *map, guint number);
void jip_privacy_map_set_exact (JipPrivacyMap *map);
gboolean jip_privacy_map_reserve (JipPrivacyMap *map, const char *text, gsize length);
void jip_privacy_map_foreach (JipPrivacyMap *map, JipPrivacyMapFunc func, gpointer user_data);
void jip_privacy_map_free (JipPrivacyMap *map);

GBytes *jip_privacy_mask (const char *text,
                          gsize length,
                          const JipPrivacyOptions *options,
                          JipPrivacyMap *map) G_GNUC_WARN_UNUSED_RESULT;
GBytes *jip_privacy_restore (const char *text, gsize length, JipPrivacyMap *map) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPrivacyMap, jip_privacy_map_free)

G_END_DECLS
