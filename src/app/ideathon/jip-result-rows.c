/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-result-rows.h"

#include <json-glib/json-glib.h>

#include "jip-json.h"

struct _JipResultRows
{
  GPtrArray *rows;      /* of JipResultRow: by rank, then what has none, in the input's order */
  GPtrArray *undecided; /* of JipUndecided */
  JipEventRules *rules;
};

static void
row_free (gpointer data)
{
  JipResultRow *row = data;

  g_free (row->entry);
  g_free (row->status);
  g_free (row->display);
  g_free (row->category);
  g_free (row->tie_broken_by);
  g_strfreev (row->awards);
  g_strfreev (row->panels);
  g_strfreev (row->means);
  g_free (row);
}

static void
undecided_free (gpointer data)
{
  JipUndecided *undecided = data;

  g_free (undecided->award);
  g_free (undecided->category);
  g_strfreev (undecided->entries);
  g_free (undecided);
}

/* Numbers of a result can be longer than any integer: digits as text, divided by hand. */
static char *
divide (const char *digits, guint64 by, guint64 *rest)
{
  GString *quotient = g_string_new (NULL);
  unsigned __int128 carry = 0;

  for (const char *p = digits; *p != '\0'; p++)
    {
      carry = carry * 10 + (guint) (*p - '0');
      if (quotient->len > 0 || carry >= by)
        g_string_append_c (quotient, (char) ('0' + (int) (carry / by)));
      carry %= by;
    }
  if (quotient->len == 0)
    g_string_append_c (quotient, '0');
  *rest = (guint64) carry;
  return g_string_free (quotient, FALSE);
}

static void
add_one (GString *digits)
{
  gsize i = digits->len;

  while (i > 0 && digits->str[i - 1] == '9')
    digits->str[--i] = '0';
  if (i > 0)
    digits->str[i - 1]++;
  else
    g_string_prepend_c (digits, '1');
}

static gboolean
all_digits (const char *text)
{
  return *text != '\0' && strspn (text, "0123456789") == strlen (text);
}

/**
 * jip_rational_to_decimals:
 * @rational: (nullable): `n` or `n/d` in lowest terms (scoring.md, Output)
 *
 * Returns: (transfer full): with two decimals, half rounded away from zero, exact; the text itself when its denominator
 * is beyond 63 bits; "" for %NULL
 */
char *
jip_rational_to_decimals (const char *rational)
{
  if (rational == NULL)
    return g_strdup ("");
  gboolean negative = *rational == '-';
  g_auto (GStrv) parts = g_strsplit (rational + (negative ? 1 : 0), "/", 2);
  guint64 by = 1, rest = 0;
  if (parts[0] == NULL || !all_digits (parts[0])
      || (parts[1] != NULL && !g_ascii_string_to_unsigned (parts[1], 10, 1, G_MAXINT64, &by, NULL)))
    return g_strdup (rational);
  g_autofree char *hundreds = g_strconcat (parts[0], "00", NULL);
  g_autofree char *quotient = divide (hundreds, by, &rest);
  g_autoptr (GString) digits = g_string_new (quotient);
  if (rest >= by - rest)
    add_one (digits);
  while (digits->len < 3)
    g_string_prepend_c (digits, '0');
  g_string_insert_c (digits, (gssize) digits->len - 2, '.');
  gboolean zero = strspn (digits->str, "0.") == digits->len;
  return g_strconcat (negative && !zero ? "-" : "", digits->str, NULL);
}

static char *
dup_text (JsonObject *object, const char *member)
{
  return g_strdup (json_object_get_string_member_with_default (object, member, NULL));
}

static GStrv
texts (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    g_strv_builder_add (builder, json_array_get_string_element (array, i));
  return g_strv_builder_end (builder);
}

static void
read_panels (JipResultRow *row, JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "panels");
  JsonObject *panels = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) means = g_strv_builder_new ();
  g_autoptr (GList) names = panels != NULL ? json_object_get_members (panels) : NULL;

  for (GList *l = names; l != NULL; l = l->next)
    {
      JsonNode *panel = json_object_get_member (panels, l->data);
      if (!JSON_NODE_HOLDS_OBJECT (panel))
        continue;
      g_autofree char *mean = jip_rational_to_decimals (
          json_object_get_string_member_with_default (json_node_get_object (panel), "mean", NULL));
      g_strv_builder_add (ids, l->data);
      g_strv_builder_add (means, mean);
    }
  row->panels = g_strv_builder_end (ids);
  row->means = g_strv_builder_end (means);
}

static JipResultRow *
read_row (JsonObject *object)
{
  JipResultRow *row = g_new0 (JipResultRow, 1);

  row->entry = dup_text (object, "id");
  row->status = dup_text (object, "status");
  row->display = dup_text (object, "display");
  row->category = dup_text (object, "category");
  row->tie_broken_by = dup_text (object, "tie_broken_by");
  row->rank = (int) json_object_get_int_member_with_default (object, "rank", 0);
  row->category_rank = (int) json_object_get_int_member_with_default (object, "category_rank", 0);
  row->awards = texts (object, "awards");
  read_panels (row, object);
  return row;
}

static JipUndecided *
read_undecided (JsonObject *object)
{
  JipUndecided *undecided = g_new0 (JipUndecided, 1);

  undecided->award = dup_text (object, "award");
  undecided->category = dup_text (object, "category");
  undecided->entries = texts (object, "entries");
  return undecided;
}

static int
by_rank (gconstpointer a, gconstpointer b)
{
  const JipResultRow *left = *(JipResultRow *const *) a, *right = *(JipResultRow *const *) b;

  if ((left->rank == 0) != (right->rank == 0))
    return left->rank == 0 ? 1 : -1;
  return left->rank - right->rank;
}

static void
read_list (JsonObject *result, const char *member, GPtrArray *into, gboolean rows)
{
  JsonNode *node = json_object_get_member (result, member);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      if (JSON_NODE_HOLDS_OBJECT (element))
        g_ptr_array_add (into, rows ? (gpointer) read_row (json_node_get_object (element))
                                    : (gpointer) read_undecided (json_node_get_object (element)));
    }
}

/**
 * jip_result_rows_new:
 * @result: the bytes of a jip-result/1
 * @rules: the event's rules, for names
 *
 * Returns: (transfer full) (nullable): the rows; %NULL when @result is no jip-result/1
 */
JipResultRows *
jip_result_rows_new (const char *result, JipEventRules *rules)
{
  g_return_val_if_fail (rules != NULL, NULL);

  g_autoptr (JsonNode) node = result != NULL ? jip_json_parse (result, -1, NULL) : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  JsonObject *object = json_node_get_object (node);
  if (g_strcmp0 (json_object_get_string_member_with_default (object, "format", NULL), "jip-result/1") != 0)
    return NULL;

  JipResultRows *self = g_new0 (JipResultRows, 1);
  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->undecided = g_ptr_array_new_with_free_func (undecided_free);
  self->rules = jip_event_rules_ref (rules);
  read_list (object, "entries", self->rows, TRUE);
  read_list (object, "undecided", self->undecided, FALSE);
  g_ptr_array_sort (self->rows, by_rank);
  return self;
}

void
jip_result_rows_free (JipResultRows *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->undecided);
  jip_event_rules_unref (self->rules);
  g_free (self);
}

/**
 * jip_result_rows_get_rows:
 *
 * Returns: (transfer none) (element-type JipResultRow): the best first
 */
GPtrArray *
jip_result_rows_get_rows (JipResultRows *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->rows;
}

/**
 * jip_result_rows_get_undecided:
 *
 * Returns: (transfer none) (element-type JipUndecided): the awards that a tie keeps from being given
 */
GPtrArray *
jip_result_rows_get_undecided (JipResultRows *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->undecided;
}

const char *
jip_result_row_get_mean (const JipResultRow *row, const char *panel)
{
  g_return_val_if_fail (row != NULL && panel != NULL, "");

  for (guint i = 0; row->panels[i] != NULL; i++)
    if (g_str_equal (row->panels[i], panel))
      return row->means[i];
  return "";
}

/**
 * jip_result_rows_name_awards:
 *
 * Returns: (transfer full): the names of what the entry has won, such as "Grand Prize, Best"
 */
char *
jip_result_rows_name_awards (JipResultRows *self, const JipResultRow *row)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; row->awards[i] != NULL; i++)
    {
      const JipAward *award = jip_event_rules_get_award (self->rules, row->awards[i]);
      g_ptr_array_add (names, award != NULL ? award->name : row->awards[i]);
    }
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

static gboolean
is_given (JipResultRows *self, const JipAward *award, const JipCategory *category)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const JipResultRow *row = self->rows->pdata[i];
      if ((category == NULL || g_strcmp0 (row->category, category->id) == 0)
          && g_strv_contains ((const char *const *) row->awards, award->id))
        return TRUE;
    }
  return FALSE;
}

/**
 * jip_result_rows_name_reveal:
 * @n: how many reveal steps were made
 *
 * Returns: (transfer full) (nullable): what the next one shows: from the lowest award up, each in every category, the
 * grand prize last; awards that nobody has are passed over
 */
char *
jip_result_rows_name_reveal (JipResultRows *self, int n)
{
  g_return_val_if_fail (self != NULL, NULL);

  gboolean several = self->rules->categories->len > 1;
  for (guint i = self->rules->awards->len; i > 0; i--)
    for (guint j = 0; j < self->rules->categories->len; j++)
      {
        const JipAward *award = self->rules->awards->pdata[i - 1];
        const JipCategory *category = self->rules->categories->pdata[j];
        if (is_given (self, award, category) && n-- == 0)
          return several ? g_strdup_printf ("%s · %s", award->name, category->name) : g_strdup (award->name);
      }
  return self->rules->grand != NULL && n == 0 && is_given (self, self->rules->grand, NULL)
             ? g_strdup (self->rules->grand->name)
             : NULL;
}
