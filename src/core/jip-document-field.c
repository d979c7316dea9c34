/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-document-type.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "jip-error.h"
#include "jip-text.h"

/* The values of a filled form: whether they are right, and how they are written in a paper. */

#define MAX_VALUE_CHARS 20000
#define MAX_ITEMS 200

static const char *const weekdays[] = { "월", "화", "수", "목", "금", "토", "일" };

/**
 * jip_field_kind_get_name:
 *
 * Returns: the name in the data files, such as `long-text`
 */
const char *
jip_field_kind_get_name (JipFieldKind kind)
{
  static const char *const names[]
      = { "text", "long-text", "date", "time", "person", "department", "phone", "amount", "list", "file" };

  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (names), "text");
  return names[kind];
}

static JsonNode *
find_value (const JipDocumentField *field, JsonObject *fields)
{
  JsonNode *node = fields != NULL ? json_object_get_member (fields, field->id) : NULL;
  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static const char *
get_text (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static void
add_item (GStrvBuilder *builder, const char *text)
{
  g_autofree char *item = g_strstrip (g_strdup (text));
  if (*item != '\0')
    g_strv_builder_add (builder, item);
}

/**
 * jip_document_field_dup_items:
 *
 * Returns: (transfer full): the value as a list: the texts of a list, or the lines of a text that are not empty
 */
GStrv
jip_document_field_dup_items (const JipDocumentField *field, JsonObject *fields)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (field != NULL, NULL);

  JsonNode *node = find_value (field, fields);
  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);
      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          const char *text = get_text (json_array_get_element (array, i));
          if (text != NULL)
            add_item (builder, text);
        }
    }
  else if (node != NULL)
    {
      g_autofree char *text = jip_document_field_format (field, fields, NULL);
      g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
      for (guint i = 0; lines[i] != NULL; i++)
        add_item (builder, lines[i]);
    }
  return g_strv_builder_end (builder);
}

/**
 * jip_document_field_is_empty:
 *
 * Returns: whether nothing was filled in
 */
gboolean
jip_document_field_is_empty (const JipDocumentField *field, JsonObject *fields)
{
  g_return_val_if_fail (field != NULL, TRUE);

  JsonNode *node = find_value (field, fields);
  if (node == NULL)
    return TRUE;
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      g_auto (GStrv) items = jip_document_field_dup_items (field, fields);
      return items[0] == NULL;
    }
  const char *text = get_text (node);
  return text != NULL && jip_text_is_blank (text);
}

static gboolean
parse_date (const char *text, GDate *date)
{
  int year, month, day, used = 0;

  if ((sscanf (text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3
       && sscanf (text, "%4d. %2d. %2d.%n", &year, &month, &day, &used) != 3)
      || text[used] != '\0'
      || !g_date_valid_dmy ((GDateDay) MAX (day, 0), (GDateMonth) MAX (month, 0), (GDateYear) MAX (year, 0)))
    return FALSE;
  g_date_clear (date, 1);
  g_date_set_dmy (date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return TRUE;
}

static gboolean
parse_clock (const char *text, int *hour, int *minute)
{
  int used = 0;
  return sscanf (text, "%2d:%2d%n", hour, minute, &used) == 2 && text[used] == '\0' && *hour >= 0
         && *hour <= 23 && *minute >= 0 && *minute <= 59;
}

static gboolean
parse_amount (JsonNode *node, gint64 *amount)
{
  const char *text = get_text (node);
  if (text == NULL)
    {
      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
        return FALSE;
      *amount = json_node_get_int (node);
      return *amount >= 0;
    }

  g_autoptr (GString) digits = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; p++)
    if (*p != ',')
      g_string_append_c (digits, *p);
  if (g_str_has_suffix (digits->str, "원"))
    g_string_truncate (digits, digits->len - strlen ("원"));
  guint64 value;
  if (!g_ascii_string_to_unsigned (digits->str, 10, 0, G_GINT64_CONSTANT (1) << 53, &value, NULL))
    return FALSE;
  *amount = (gint64) value;
  return TRUE;
}

static char *
format_date (const GDate *date, const char *modifier)
{
  if (g_strcmp0 (modifier, "month-day") == 0)
    return g_strdup_printf ("%d월 %d일", g_date_get_month (date), g_date_get_day (date));
  if (g_strcmp0 (modifier, "year") == 0)
    return g_strdup_printf ("%d", g_date_get_year (date));
  if (g_strcmp0 (modifier, "plain") == 0)
    return g_strdup_printf ("%d. %d. %d.", g_date_get_year (date), g_date_get_month (date),
                            g_date_get_day (date));
  return g_strdup_printf ("%d. %d. %d.(%s)", g_date_get_year (date), g_date_get_month (date),
                          g_date_get_day (date), weekdays[g_date_get_weekday (date) - 1]);
}

static char *
format_clock (int hour, int minute, const char *modifier)
{
  if (g_strcmp0 (modifier, "spoken") != 0)
    return g_strdup_printf ("%02d:%02d", hour, minute);
  const char *half = hour < 12 ? "오전" : "오후";
  int spoken = hour % 12 == 0 ? 12 : hour % 12;
  return minute == 0 ? g_strdup_printf ("%s %d시", half, spoken)
                     : g_strdup_printf ("%s %d시 %d분", half, spoken, minute);
}

static char *
format_amount (gint64 amount)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, amount);
  g_autoptr (GString) out = g_string_new (NULL);
  gsize length = strlen (digits);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append_c (out, ',');
      g_string_append_c (out, digits[i]);
    }
  g_string_append (out, "원");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/**
 * jip_document_field_format:
 * @fields: (nullable): the filled form
 * @modifier: (nullable): for a date `month-day`, `year`, `plain`, for a time `spoken`; otherwise as official papers write it
 *
 * Returns: (transfer full): the value as it stands in a paper, empty when there is none; a value that is not of its
 *   kind as it was typed; items of a list on a line each
 */
char *
jip_document_field_format (const JipDocumentField *field, JsonObject *fields, const char *modifier)
{
  GDate date;
  int hour, minute;
  gint64 amount;

  g_return_val_if_fail (field != NULL, NULL);

  JsonNode *node = find_value (field, fields);
  if (node == NULL)
    return g_strdup ("");
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      g_auto (GStrv) items = jip_document_field_dup_items (field, fields);
      return g_strjoinv ("\n", items);
    }
  if (field->kind == JIP_FIELD_AMOUNT && parse_amount (node, &amount))
    return format_amount (amount);
  const char *text = get_text (node);
  if (text == NULL)
    return json_node_get_value_type (node) == G_TYPE_INT64
               ? g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node))
               : g_strdup ("");
  if (field->kind == JIP_FIELD_DATE && parse_date (text, &date))
    return format_date (&date, modifier);
  if (field->kind == JIP_FIELD_TIME && parse_clock (text, &hour, &minute))
    return format_clock (hour, minute, modifier);
  return g_strstrip (g_strdup (text));
}

/* What is wrong with a value: a format of a sentence that takes the field's label, or NULL. */
static const char *
find_problem (const JipDocumentField *field, JsonNode *node)
{
  GDate date;
  int hour, minute;
  gint64 amount;

  if (field->kind == JIP_FIELD_AMOUNT)
    return parse_amount (node, &amount) ? NULL
                                        : N_ ("%s: a whole amount in won is expected, such as 350,000.");
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);
      if (field->kind != JIP_FIELD_LIST && field->kind != JIP_FIELD_FILE)
        return N_ ("%s: text is expected.");
      if (json_array_get_length (array) > MAX_ITEMS)
        return N_ ("%s: has too many entries.");
      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          const char *item = get_text (json_array_get_element (array, i));
          if (item == NULL || g_utf8_strlen (item, -1) > MAX_VALUE_CHARS)
            return N_ ("%s: a list of texts is expected.");
        }
      return NULL;
    }
  const char *text = get_text (node);
  if (text == NULL)
    return N_ ("%s: text is expected.");
  if (g_utf8_strlen (text, -1) > MAX_VALUE_CHARS)
    return N_ ("%s: is too long.");
  if (field->kind == JIP_FIELD_DATE && !jip_text_is_blank (text) && !parse_date (text, &date))
    return N_ ("%s: a date such as 2026-07-22 is expected.");
  if (field->kind == JIP_FIELD_TIME && !jip_text_is_blank (text) && !parse_clock (text, &hour, &minute))
    return N_ ("%s: a time such as 14:00 is expected.");
  return NULL;
}

static JsonNode *
take_object (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

static GError *
make_missing_error (GPtrArray *missing)
{
  g_autoptr (GString) labels = g_string_new (NULL);
  JsonArray *ids = json_array_new ();

  for (guint i = 0; i < missing->len; i++)
    {
      const JipDocumentField *field = g_ptr_array_index (missing, i);
      g_string_append_printf (labels, "%s%s", i > 0 ? ", " : "", field->label);
      json_array_add_string_element (ids, field->id);
    }
  JsonObject *detail = json_object_new ();
  json_object_set_array_member (detail, "missing", ids);
  return jip_error_new (JIP_ERROR_BAD_ARGS, take_object (detail), _ ("Fill in first: %s"), labels->str);
}

/**
 * jip_document_type_check_fields:
 * @fields: (nullable): the filled form
 *
 * Members of @fields that are no field of the type are left alone.
 *
 * Returns: %FALSE with %JIP_ERROR_BAD_ARGS when a value is not of its kind (detail `{"field": id}`) or required ones
 *   are missing (detail `{"missing": [id, …]}`)
 */
gboolean
jip_document_type_check_fields (JipDocumentType *self, JsonObject *fields, GError **error)
{
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();

  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), FALSE);

  for (guint i = 0; i < jip_document_type_get_n_fields (self); i++)
    {
      const JipDocumentField *field = jip_document_type_get_field (self, i);
      JsonNode *node = find_value (field, fields);
      const char *problem = node != NULL ? find_problem (field, node) : NULL;
      if (problem != NULL)
        {
          JsonObject *detail = json_object_new ();
          json_object_set_string_member (detail, "field", field->id);
          g_propagate_error (
              error, jip_error_new (JIP_ERROR_BAD_ARGS, take_object (detail), _ (problem), field->label));
          return FALSE;
        }
      if (field->required && jip_document_field_is_empty (field, fields))
        g_ptr_array_add (missing, (gpointer) field);
    }
  if (missing->len == 0)
    return TRUE;
  GError *problem = make_missing_error (missing);
  g_propagate_error (error, problem);
  return FALSE;
}
