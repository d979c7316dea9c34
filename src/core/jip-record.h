/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * JipRecord:
 *
 * One row of the wire protocol (docs/protocol.md, Tables and rows) as an immutable object: every field of the row is a
 * read-only property, named as in the protocol with dashes for underscores ("author-name"), so that expressions and
 * bindings work on it. Times are gint64 milliseconds, 0 where the row has null; absent numbers are 0, absent texts NULL.
 * When a row changes, a list hands out a new record in its place.
 */
#define JIP_TYPE_RECORD (jip_record_get_type ())
G_DECLARE_DERIVABLE_TYPE (JipRecord, jip_record, JIP, RECORD, GObject)

typedef enum
{
  JIP_RECORD_STRING,
  JIP_RECORD_INT,
  JIP_RECORD_BOOLEAN,
  JIP_RECORD_TIME,
} JipRecordKind;

typedef struct
{
  const char *name;   /* the property, static */
  const char *member; /* the row's member, static */
  JipRecordKind kind;
} JipRecordField;

struct _JipRecordClass
{
  GObjectClass parent_class;

  const char *table;
  const JipRecordField *fields;
  guint n_fields;
};

JipRecord *jip_record_new (GType type, JsonObject *row, gboolean pending) G_GNUC_WARN_UNUSED_RESULT;
JipRecord *jip_record_new_from_text (GType type, const char *json, gboolean pending, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
const char *jip_record_type_get_table (GType type);

const char *jip_record_get_id (JipRecord *self);
gboolean jip_record_get_pending (JipRecord *self);
JsonObject *jip_record_get_row (JipRecord *self);
const char *jip_record_get_string (JipRecord *self, const char *member);
gint64 jip_record_get_int (JipRecord *self, const char *member);
gboolean jip_record_get_boolean (JipRecord *self, const char *member);
gint64 jip_record_get_time (JipRecord *self, const char *member);
JsonObject *jip_record_get_object (JipRecord *self, const char *member);
JsonArray *jip_record_get_array (JipRecord *self, const char *member);
GStrv jip_record_get_strv (JipRecord *self, const char *member) G_GNUC_WARN_UNUSED_RESULT;

/* For subclasses: installs a property per field. The fields and the table's name live as long as the program. */
void jip_record_class_set_fields (JipRecordClass *klass,
                                  const char *table,
                                  const JipRecordField *fields,
                                  guint n_fields);

G_END_DECLS
