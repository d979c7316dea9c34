/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-event-rule-sheet.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-ballot-table.h"
#include "jip-json.h"
#include "jip-tally.h"
#include "jip-text.h"

#define MAX_RULES_BYTES (128 * 1024)

/* What of a rule sheet goes into jip-tally/1, before and after the lists that the event keeps itself. */
static const char *const head_members[] = { "categories", "panels", NULL };
static const char *const tail_members[] = { "auto_recuse", "precision", "ties", "awards", NULL };

static void
copy_members (JsonObject *from, JsonObject *to, const char *const *names)
{
  for (; *names != NULL; names++)
    {
      JsonNode *member = json_object_get_member (from, *names);
      if (member != NULL)
        json_object_set_member (to, *names, json_node_copy (member));
    }
}

static gboolean
is_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

/* Screens and sheets show names, never ids. */
static gboolean
check_name (JsonObject *object, const char *path, GError **error)
{
  const char *name = is_text (object, "name") ? json_object_get_string_member (object, "name") : "";

  if (!jip_text_is_blank (name) && g_utf8_strlen (name, -1) <= 100)
    return TRUE;
  return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                        _ ("$.args.rules.%s.name: a name of 1 to 100 characters is expected"), path);
}

static gboolean
check_names (JsonArray *list, const char *path, GError **error)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      g_autofree char *at = g_strdup_printf ("%s[%u]", path, i);
      JsonObject *object = json_array_get_object_element (list, i);
      if (!check_name (object, at, error))
        return FALSE;
      if (json_object_has_member (object, "criteria")
          && JSON_NODE_HOLDS_ARRAY (json_object_get_member (object, "criteria")))
        {
          g_autofree char *inner = g_strdup_printf ("%s.criteria", at);
          if (!check_names (json_object_get_array_member (object, "criteria"), inner, error))
            return FALSE;
        }
    }
  return TRUE;
}

static JsonArray *
array_or_null (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
object_or_null (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
check_all_names (JsonObject *rules, GError **error)
{
  JsonObject *awards = object_or_null (rules, "awards");
  JsonObject *grand = object_or_null (awards, "grand");

  return check_names (array_or_null (rules, "categories"), "categories", error)
         && check_names (array_or_null (rules, "panels"), "panels", error)
         && check_names (array_or_null (awards, "per_category"), "awards.per_category", error)
         && (grand == NULL || check_name (grand, "awards.grand", error));
}

/**
 * jip_event_rules_check:
 * @rules: as sent
 * @entries: (element-type JipEntry)
 * @judges: (element-type JipJudge)
 *
 * Everything that scoring refuses is refused when the event is made, not on the day.
 *
 * Returns: (transfer full) (nullable): the rule sheet without what is none of its members
 */
JsonNode *
jip_event_rules_check (JsonNode *rules, GPtrArray *entries, GPtrArray *judges, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JsonNode) event = jip_event_tally_node (rules, entries, judges, NULL, NULL);
  g_autoptr (JipTallyEvent) tally = jip_tally_event_new_from_node (event, &problem);

  if (tally == NULL)
    {
      jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("The rules cannot be tallied: %s"), problem->message);
      return NULL;
    }
  if (!check_all_names (json_node_get_object (rules), error))
    return NULL;
  JsonObject *clean = json_object_new ();
  copy_members (json_node_get_object (rules), clean, head_members);
  copy_members (json_node_get_object (rules), clean, tail_members);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, clean);
  g_autofree char *text = jip_json_canonical (node);
  if (strlen (text) > MAX_RULES_BYTES)
    {
      jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("$.args.rules: is larger than %d KiB"),
                     MAX_RULES_BYTES / 1024);
      return NULL;
    }
  return g_steal_pointer (&node);
}

typedef struct
{
  char *text;
  JsonNode *rules;
  GHashTable *scores; /* panel id -> JipTallyScoresRules */
} Sheet;

static void
sheet_free (gpointer data)
{
  Sheet *sheet = data;

  g_free (sheet->text);
  json_node_unref (sheet->rules);
  g_hash_table_unref (sheet->scores);
  g_free (sheet);
}

/* Each ballot asks for the rules of its event: each thread keeps those that it read last. */
static Sheet *
sheet_of (const JipEvent *event, GError **error)
{
  static GPrivate kept = G_PRIVATE_INIT (sheet_free);
  Sheet *sheet = g_private_get (&kept);

  if (sheet != NULL && strcmp (sheet->text, event->rules) == 0)
    return sheet;
  JsonNode *rules = jip_json_parse (event->rules, -1, error);
  if (rules == NULL)
    return NULL;
  json_node_seal (rules);
  sheet = g_new0 (Sheet, 1);
  sheet->text = g_strdup (event->rules);
  sheet->rules = rules;
  sheet->scores
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) jip_tally_scores_rules_free);
  g_private_replace (&kept, sheet);
  return sheet;
}

/**
 * jip_event_rules_parse:
 *
 * Returns: (transfer full): the event's rules, not to be changed
 */
JsonNode *
jip_event_rules_parse (const JipEvent *event, GError **error)
{
  Sheet *sheet = sheet_of (event, error);

  return sheet != NULL ? json_node_ref (sheet->rules) : NULL;
}

/**
 * jip_event_rules_get_scores:
 * @panel: one of the event's
 *
 * Returns: (transfer none): what its ballots are held to, until this thread reads the rules of another event
 */
JipTallyScoresRules *
jip_event_rules_get_scores (const JipEvent *event, const char *panel, GError **error)
{
  Sheet *sheet = sheet_of (event, error);
  JipTallyScoresRules *scores = sheet != NULL ? g_hash_table_lookup (sheet->scores, panel) : NULL;

  if (sheet == NULL || scores != NULL)
    return scores;
  scores = jip_tally_scores_rules_new (jip_event_rules_find (sheet->rules, "panels", panel), error);
  if (scores != NULL)
    g_hash_table_insert (sheet->scores, g_strdup (panel), scores);
  return scores;
}

/**
 * jip_event_rules_find:
 * @list: `panels` or `categories`
 *
 * Returns: (transfer none) (nullable): the member of @list with this id
 */
JsonNode *
jip_event_rules_find (JsonNode *rules, const char *list, const char *id)
{
  JsonArray *array = array_or_null (json_node_get_object (rules), list);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      if (g_strcmp0 (json_object_get_string_member (json_node_get_object (node), "id"), id) == 0)
        return node;
    }
  return NULL;
}

const char *
jip_event_rules_panel_mode (JsonNode *panel)
{
  return json_object_get_string_member (json_node_get_object (panel), "mode");
}

gboolean
jip_event_rules_auto_recuses (JsonNode *rules, const char *panel)
{
  JsonArray *array = array_or_null (json_node_get_object (rules), "auto_recuse");

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    if (strcmp (json_array_get_string_element (array, i), panel) == 0)
      return TRUE;
  return FALSE;
}

gboolean
jip_event_rules_has_picks (JsonNode *rules)
{
  JsonArray *panels = array_or_null (json_node_get_object (rules), "panels");

  for (guint i = 0; i < json_array_get_length (panels); i++)
    if (strcmp (jip_event_rules_panel_mode (json_array_get_element (panels, i)), "pick") == 0)
      return TRUE;
  return FALSE;
}

static void
set_text (JsonObject *object, const char *name, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, name, value);
}

/**
 * jip_event_count_lots:
 * @entries: (element-type JipEntry)
 *
 * Returns: (transfer full): the lots of all, and how many entries have each: after a restore two drawings may meet, and a
 *   number that stands twice decides nothing and is drawn again
 */
GHashTable *
jip_event_count_lots (GPtrArray *entries)
{
  GHashTable *drawn = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      gpointer lot = GINT_TO_POINTER ((int) ((JipEntry *) g_ptr_array_index (entries, i))->lot);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (drawn, lot));
      if (lot != NULL)
        g_hash_table_insert (drawn, lot, GUINT_TO_POINTER (n + 1));
    }
  return drawn;
}

static JsonArray *
entries_array (GPtrArray *entries, JsonObject *lots)
{
  JsonArray *array = json_array_new ();
  g_autoptr (GHashTable) drawn = jip_event_count_lots (entries);

  for (guint i = 0; i < entries->len; i++)
    {
      const JipEntry *entry = g_ptr_array_index (entries, i);
      JsonObject *object = json_object_new ();
      set_text (object, "id", entry->id);
      set_text (object, "category", entry->category);
      set_text (object, "department", entry->department);
      set_text (object, "status", entry->status);
      set_text (object, "adjust", entry->adjust);
      json_array_add_object_element (array, object);
      if (g_hash_table_lookup (drawn, GINT_TO_POINTER ((int) entry->lot)) == GUINT_TO_POINTER (1))
        json_object_set_int_member (lots, entry->id, entry->lot);
    }
  return array;
}

static JsonArray *
judges_array (GPtrArray *judges)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < judges->len; i++)
    {
      const JipJudge *judge = g_ptr_array_index (judges, i);
      JsonObject *object = json_object_new ();
      set_text (object, "id", judge->id);
      set_text (object, "panel", judge->panel);
      set_text (object, "department", judge->department);
      json_array_add_object_element (array, object);
    }
  return array;
}

static JsonArray *
recusals_array (GPtrArray *recusals)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; recusals != NULL && i < recusals->len; i++)
    {
      const JipRecusal *recusal = g_ptr_array_index (recusals, i);
      JsonObject *object = json_object_new ();
      set_text (object, "judge", recusal->judge);
      set_text (object, "entry", recusal->entry);
      json_array_add_object_element (array, object);
    }
  return array;
}

static void
set_json (JsonObject *object, const char *name, const char *text)
{
  JsonNode *node = text != NULL ? jip_json_parse (text, -1, NULL) : NULL;

  if (node != NULL)
    json_object_set_member (object, name, node);
}

static JsonArray *
ballots_array (GPtrArray *ballots)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; ballots != NULL && i < ballots->len; i++)
    {
      const JipBallot *ballot = g_ptr_array_index (ballots, i);
      JsonObject *object = json_object_new ();
      set_text (object, "judge", ballot->judge);
      set_text (object, "entry", ballot->entry);
      set_text (object, "category", ballot->category);
      json_object_set_int_member (object, "version", ballot->version);
      set_text (object, "state", ballot->state);
      set_json (object, "scores", ballot->scores);
      set_json (object, "score", ballot->score);
      set_json (object, "picks", ballot->picks);
      json_array_add_object_element (array, object);
    }
  return array;
}

/**
 * jip_event_tally_node:
 * @recusals: (nullable) (element-type JipRecusal)
 * @ballots: (nullable) (element-type JipBallot)
 *
 * Returns: (transfer full): the event as jip-tally/1, the one form in which it is computed and exported
 */
JsonNode *
jip_event_tally_node (JsonNode *rules,
                      GPtrArray *entries,
                      GPtrArray *judges,
                      GPtrArray *recusals,
                      GPtrArray *ballots)
{
  JsonObject *object = json_object_new ();
  JsonObject *lots = json_object_new ();

  json_object_set_string_member (object, "format", "jip-tally/1");
  copy_members (json_node_get_object (rules), object, head_members);
  json_object_set_array_member (object, "entries", entries_array (entries, lots));
  json_object_set_array_member (object, "judges", judges_array (judges));
  json_object_set_array_member (object, "recusals", recusals_array (recusals));
  json_object_set_array_member (object, "ballots", ballots_array (ballots));
  copy_members (json_node_get_object (rules), object, tail_members);
  json_object_set_object_member (object, "lots", lots);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}
