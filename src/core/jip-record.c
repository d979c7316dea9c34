/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-record.h"

#include "jip-json.h"
#include "jip-time.h"

typedef struct
{
  JsonObject *row;
  gboolean pending;
} JipRecordPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (JipRecord, jip_record, G_TYPE_OBJECT)

enum
{
  PROP_ID = 1,
  PROP_PENDING,
  N_BASE_PROPERTIES,
};

/* A subclass' fields have the ids after this one; properties a subclass adds by itself start at 1 in a class that
 * handles them before chaining up, so the two never meet: GObject asks the class that installed the property. */
#define FIRST_FIELD 1

static JipRecordPrivate *
get_private (JipRecord *self)
{
  return jip_record_get_instance_private (self);
}

static JsonNode *
find (JipRecord *self, const char *member)
{
  JsonObject *row = get_private (self)->row;
  JsonNode *node = row != NULL ? json_object_get_member (row, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

/**
 * jip_record_get_string:
 * @member: a member of the row
 *
 * Returns: (transfer none) (nullable): its text; %NULL when it is absent, null or no text
 */
const char *
jip_record_get_string (JipRecord *self, const char *member)
{
  g_return_val_if_fail (JIP_IS_RECORD (self), NULL);

  JsonNode *node = find (self, member);
  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                          : NULL;
}

gint64
jip_record_get_int (JipRecord *self, const char *member)
{
  g_return_val_if_fail (JIP_IS_RECORD (self), 0);

  JsonNode *node = find (self, member);
  return node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : 0;
}

gboolean
jip_record_get_boolean (JipRecord *self, const char *member)
{
  g_return_val_if_fail (JIP_IS_RECORD (self), FALSE);

  JsonNode *node = find (self, member);
  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

/**
 * jip_record_get_time:
 *
 * Returns: milliseconds since 1970, 0 when the member is absent or null
 */
gint64
jip_record_get_time (JipRecord *self, const char *member)
{
  const char *text = jip_record_get_string (self, member);
  gint64 ms = 0;

  return text != NULL && jip_time_parse (text, &ms) ? ms : 0;
}

const char *
jip_record_get_id (JipRecord *self)
{
  return jip_record_get_string (self, "id");
}

/**
 * jip_record_get_pending:
 *
 * Returns: whether the record shows local work that the server has not confirmed yet
 */
gboolean
jip_record_get_pending (JipRecord *self)
{
  g_return_val_if_fail (JIP_IS_RECORD (self), FALSE);

  return get_private (self)->pending;
}

/**
 * jip_record_get_row:
 *
 * Returns: (transfer none): the row as docs/protocol.md describes it; not to be changed
 */
JsonObject *
jip_record_get_row (JipRecord *self)
{
  g_return_val_if_fail (JIP_IS_RECORD (self), NULL);

  return get_private (self)->row;
}

/**
 * jip_record_new:
 * @type: a subclass of #JipRecord
 * @row: the row; must not be changed afterwards
 * @pending: whether it holds unsent local changes
 *
 * Returns: (transfer full): the record; it may be made on any thread
 */
JipRecord *
jip_record_new (GType type, JsonObject *row, gboolean pending)
{
  g_return_val_if_fail (g_type_is_a (type, JIP_TYPE_RECORD), NULL);
  g_return_val_if_fail (row != NULL, NULL);

  JipRecord *self = g_object_new (type, NULL);
  get_private (self)->row = json_object_ref (row);
  get_private (self)->pending = pending;
  return self;
}

/**
 * jip_record_new_from_text:
 * @json: the row's JSON
 *
 * Returns: (transfer full): the record, or %NULL with %JIP_ERROR_BAD_JSON
 */
JipRecord *
jip_record_new_from_text (GType type, const char *json, gboolean pending, GError **error)
{
  g_autoptr (JsonNode) node = jip_json_parse (json, -1, error);

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_autoptr (JsonObject) empty = json_object_new ();
      return jip_record_new (type, empty, pending);
    }
  return jip_record_new (type, json_node_get_object (node), pending);
}

/**
 * jip_record_type_get_table:
 *
 * Returns: the table whose rows @type holds, as named in docs/protocol.md
 */
const char *
jip_record_type_get_table (GType type)
{
  g_return_val_if_fail (g_type_is_a (type, JIP_TYPE_RECORD), NULL);

  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  return ((JipRecordClass *) klass)->table; /* static text */
}

static void
get_field (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  JipRecord *self = JIP_RECORD (object);
  const JipRecordField *field = &JIP_RECORD_GET_CLASS (self)->fields[id - FIRST_FIELD];

  switch (field->kind)
    {
    case JIP_RECORD_STRING:
      g_value_set_string (value, jip_record_get_string (self, field->member));
      break;
    case JIP_RECORD_INT:
      g_value_set_int64 (value, jip_record_get_int (self, field->member));
      break;
    case JIP_RECORD_BOOLEAN:
      g_value_set_boolean (value, jip_record_get_boolean (self, field->member));
      break;
    case JIP_RECORD_TIME:
      g_value_set_int64 (value, jip_record_get_time (self, field->member));
      break;
    }
}

static GParamSpec *
field_pspec (const JipRecordField *field)
{
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  if (field->kind == JIP_RECORD_STRING)
    return g_param_spec_string (field->name, NULL, NULL, NULL, flags);
  if (field->kind == JIP_RECORD_BOOLEAN)
    return g_param_spec_boolean (field->name, NULL, NULL, FALSE, flags);
  return g_param_spec_int64 (field->name, NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
}

/**
 * jip_record_class_set_fields:
 * @table: the table's name
 * @fields: (array length=n_fields): the properties to install; static
 */
void
jip_record_class_set_fields (JipRecordClass *klass,
                             const char *table,
                             const JipRecordField *fields,
                             guint n_fields)
{
  klass->table = table;
  klass->fields = fields;
  klass->n_fields = n_fields;
  G_OBJECT_CLASS (klass)->get_property = get_field;
  for (guint i = 0; i < n_fields; i++)
    g_object_class_install_property (G_OBJECT_CLASS (klass), FIRST_FIELD + i, field_pspec (&fields[i]));
}

static void
jip_record_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  JipRecord *self = JIP_RECORD (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, jip_record_get_id (self));
      break;
    case PROP_PENDING:
      g_value_set_boolean (value, jip_record_get_pending (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
jip_record_finalize (GObject *object)
{
  g_clear_pointer (&get_private (JIP_RECORD (object))->row, json_object_unref);
  G_OBJECT_CLASS (jip_record_parent_class)->finalize (object);
}

static void
jip_record_class_init (JipRecordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = jip_record_get_property;
  object_class->finalize = jip_record_finalize;
  g_object_class_install_property (
      object_class, PROP_ID,
      g_param_spec_string ("id", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (
      object_class, PROP_PENDING,
      g_param_spec_boolean ("pending", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
jip_record_init (JipRecord *self)
{
}

/**
 * jip_record_get_object:
 *
 * Returns: (transfer none) (nullable): the member's object
 */
JsonObject *
jip_record_get_object (JipRecord *self, const char *member)
{
  g_return_val_if_fail (JIP_IS_RECORD (self), NULL);

  JsonNode *node = json_object_get_member (get_private (self)->row, member);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/**
 * jip_record_get_array:
 *
 * Returns: (transfer none) (nullable): the member's list
 */
JsonArray *
jip_record_get_array (JipRecord *self, const char *member)
{
  g_return_val_if_fail (JIP_IS_RECORD (self), NULL);

  JsonNode *node = json_object_get_member (get_private (self)->row, member);
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/**
 * jip_record_get_strv:
 *
 * Returns: (transfer full): the texts of the member's list, empty when there is none
 */
GStrv
jip_record_get_strv (JipRecord *self, const char *member)
{
  JsonArray *array = jip_record_get_array (self, member);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      if (json_node_get_value_type (node) == G_TYPE_STRING)
        g_strv_builder_add (builder, json_node_get_string (node));
    }
  return g_strv_builder_end (builder);
}
