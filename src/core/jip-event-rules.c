/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-event-rules.h"

static JipEventRules *
rules_copy (JipEventRules *self)
{
  return jip_event_rules_ref (self);
}

G_DEFINE_BOXED_TYPE (JipEventRules, jip_event_rules, rules_copy, jip_event_rules_unref)

static void
category_free (gpointer data)
{
  JipCategory *category = data;
  g_free (category->id);
  g_free (category->name);
  g_free (category);
}

static void
criterion_free (gpointer data)
{
  JipCriterion *criterion = data;
  g_free (criterion->id);
  g_free (criterion->name);
  g_free (criterion->max);
  g_free (criterion);
}

static void
panel_free (gpointer data)
{
  JipPanel *panel = data;
  g_free (panel->id);
  g_free (panel->name);
  g_free (panel->max);
  g_ptr_array_unref (panel->criteria);
  g_free (panel);
}

static void
award_free (gpointer data)
{
  JipAward *award = data;
  if (award == NULL)
    return;
  g_free (award->id);
  g_free (award->name);
  g_free (award);
}

static char *
dup_text (JsonObject *object, const char *member)
{
  return g_strdup (json_object_get_string_member_with_default (object, member, ""));
}

static char *
dup_number (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
}

static int
get_int (JsonObject *object, const char *member, int otherwise)
{
  return (int) json_object_get_int_member_with_default (object, member, otherwise);
}

/* The objects of a list member; anything else in it is left out. */
static GPtrArray *
map_objects (JsonObject *object, const char *member, gpointer (*make) (JsonObject *), GDestroyNotify free)
{
  GPtrArray *result = g_ptr_array_new_with_free_func (free);
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return result;
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      if (JSON_NODE_HOLDS_OBJECT (element))
        g_ptr_array_add (result, make (json_node_get_object (element)));
    }
  return result;
}

static GStrv
dup_texts (JsonObject *object, const char *member)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  for (guint i = 0;
       node != NULL && JSON_NODE_HOLDS_ARRAY (node) && i < json_array_get_length (json_node_get_array (node));
       i++)
    {
      const char *text = json_node_get_string (json_array_get_element (json_node_get_array (node), i));
      if (text != NULL)
        g_strv_builder_add (builder, text);
    }
  return g_strv_builder_end (builder);
}

static gpointer
make_category (JsonObject *object)
{
  JipCategory *category = g_new0 (JipCategory, 1);
  category->id = dup_text (object, "id");
  category->name = dup_text (object, "name");
  return category;
}

static gpointer
make_criterion (JsonObject *object)
{
  JipCriterion *criterion = g_new0 (JipCriterion, 1);
  criterion->id = dup_text (object, "id");
  criterion->name = dup_text (object, "name");
  criterion->max = dup_number (object, "max");
  return criterion;
}

static gpointer
make_award (JsonObject *object)
{
  JipAward *award = g_new0 (JipAward, 1);
  award->id = dup_text (object, "id");
  award->name = dup_text (object, "name");
  award->seats = get_int (object, "seats", 1);
  return award;
}

static gpointer
make_panel (JsonObject *object)
{
  JipPanel *panel = g_new0 (JipPanel, 1);
  const char *mode = json_object_get_string_member_with_default (object, "mode", "rubric");

  panel->id = dup_text (object, "id");
  panel->name = dup_text (object, "name");
  panel->weight = get_int (object, "weight", 0);
  panel->mode = g_str_equal (mode, "pick")    ? JIP_PANEL_PICK
                : g_str_equal (mode, "score") ? JIP_PANEL_SCORE
                                              : JIP_PANEL_RUBRIC;
  panel->criteria = map_objects (object, "criteria", make_criterion, criterion_free);
  panel->max = dup_number (object, "max");
  panel->picks = get_int (object, "picks", 0);
  panel->quorum = get_int (object, "quorum", 1);
  return panel;
}

/**
 * jip_event_rules_new:
 * @rules: (nullable): an event's `rules`
 *
 * Returns: (transfer full): the parts that pages show
 */
JipEventRules *
jip_event_rules_new (JsonObject *rules)
{
  JipEventRules *self = g_atomic_rc_box_new0 (JipEventRules);
  JsonNode *node = rules != NULL ? json_object_get_member (rules, "awards") : NULL;
  JsonObject *awards = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *grand = awards != NULL ? json_object_get_member (awards, "grand") : NULL;

  self->categories = map_objects (rules, "categories", make_category, category_free);
  self->panels = map_objects (rules, "panels", make_panel, panel_free);
  self->awards = map_objects (awards, "per_category", make_award, award_free);
  if (grand != NULL && JSON_NODE_HOLDS_OBJECT (grand))
    self->grand = make_award (json_node_get_object (grand));
  self->auto_recuse = dup_texts (rules, "auto_recuse");
  return self;
}

JipEventRules *
jip_event_rules_ref (JipEventRules *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
rules_clear (gpointer data)
{
  JipEventRules *self = data;
  g_ptr_array_unref (self->categories);
  g_ptr_array_unref (self->panels);
  g_ptr_array_unref (self->awards);
  award_free (self->grand);
  g_strfreev (self->auto_recuse);
}

void
jip_event_rules_unref (JipEventRules *self)
{
  g_atomic_rc_box_release_full (self, rules_clear);
}

/* Panels, categories and awards all start with their id. */
static gconstpointer
find_by_id (GPtrArray *array, const char *id)
{
  for (guint i = 0; i < array->len; i++)
    if (g_strcmp0 (*(char **) g_ptr_array_index (array, i), id) == 0)
      return g_ptr_array_index (array, i);
  return NULL;
}

/**
 * jip_event_rules_get_panel:
 *
 * Returns: (transfer none) (nullable): the panel with this id
 */
const JipPanel *
jip_event_rules_get_panel (JipEventRules *self, const char *id)
{
  return find_by_id (self->panels, id);
}

const JipCategory *
jip_event_rules_get_category (JipEventRules *self, const char *id)
{
  return find_by_id (self->categories, id);
}

/**
 * jip_event_rules_get_award:
 *
 * Returns: (transfer none) (nullable): the award with this id, the grand prize included
 */
const JipAward *
jip_event_rules_get_award (JipEventRules *self, const char *id)
{
  if (self->grand != NULL && g_strcmp0 (self->grand->id, id) == 0)
    return self->grand;
  return find_by_id (self->awards, id);
}

/**
 * jip_event_rules_recuses:
 * @panel: the judge's panel
 * @judge_department: (nullable): the judge's
 * @entry_department: (nullable): the entry's
 *
 * Returns: whether the rules take the judge from the entry because both are of one department (scoring.md, rule 2)
 */
gboolean
jip_event_rules_recuses (JipEventRules *self,
                         const char *panel,
                         const char *judge_department,
                         const char *entry_department)
{
  return panel != NULL && g_strv_contains ((const char *const *) self->auto_recuse, panel)
         && entry_department != NULL && *entry_department != '\0'
         && g_strcmp0 (judge_department, entry_department) == 0;
}
