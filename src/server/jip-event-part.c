/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ballot changes of a result what its panel says of its entry, or of the entries of its category, and what follows from that.
 * So when thousands come back behind an announcement, each is tallied with its own part of the event, not with all of it. */
#include <string.h>

#include "jip-event-rule-sheet.h"
#include "jip-event-service.h"
#include "jip-json.h"
#include "jip-tally.h"

static gboolean
is_about (const JipBallot *ballot, const JipEntry *entry)
{
  return ballot->entry != NULL ? strcmp (entry->id, ballot->entry) == 0
                               : strcmp (entry->category, ballot->category) == 0;
}

static GPtrArray *
list_entries (JipDatabase *database, const JipBallot *ballot, GError **error)
{
  GPtrArray *entries = jip_entry_list (database, ballot->event, error);

  for (guint i = entries != NULL ? entries->len : 0; i > 0; i--)
    if (!is_about (ballot, g_ptr_array_index (entries, i - 1)))
      g_ptr_array_remove_index (entries, i - 1);
  return entries;
}

static gboolean
has_entry (GPtrArray *entries, const char *id)
{
  for (guint i = 0; i < entries->len; i++)
    if (strcmp (((JipEntry *) g_ptr_array_index (entries, i))->id, id) == 0)
      return TRUE;
  return FALSE;
}

static GPtrArray *
list_recusals (JipDatabase *database, const char *event, GPtrArray *entries, GError **error)
{
  GPtrArray *recusals = jip_recusal_list (database, event, error);

  for (guint i = recusals != NULL ? recusals->len : 0; i > 0; i--)
    if (!has_entry (entries, ((JipRecusal *) g_ptr_array_index (recusals, i - 1))->entry))
      g_ptr_array_remove_index (recusals, i - 1);
  return recusals;
}

/* The event as jip-tally/1, with the ballots of @panel about what @ballot is about and nothing else that is judged. */
static JsonNode *
make_part (JipDatabase *database,
           const JipEvent *event,
           const char *panel,
           const JipBallot *ballot,
           GError **error)
{
  g_autoptr (JsonNode) rules = jip_event_rules_parse (event, error);
  g_autoptr (GPtrArray) entries = rules != NULL ? list_entries (database, ballot, error) : NULL;
  g_autoptr (GPtrArray) judges = entries != NULL ? jip_judge_list (database, event->id, error) : NULL;
  g_autoptr (GPtrArray) recusals
      = judges != NULL ? list_recusals (database, event->id, entries, error) : NULL;
  g_autoptr (GPtrArray) ballots
      = recusals != NULL ? jip_ballot_list_of_panel (database, event->id, panel, ballot->subject, error)
                         : NULL;

  return ballots != NULL ? jip_event_tally_node (rules, entries, judges, recusals, ballots) : NULL;
}

static JsonArray *
entries_of (JsonNode *result)
{
  return json_object_get_array_member (json_node_get_object (result), "entries");
}

static JsonObject *
find_entry (JsonNode *result, const char *id)
{
  JsonArray *entries = entries_of (result);

  for (guint i = 0; i < json_array_get_length (entries); i++)
    {
      JsonObject *entry = json_array_get_object_element (entries, i);
      if (strcmp (json_object_get_string_member (entry, "id"), id) == 0)
        return entry;
    }
  return NULL;
}

/* Whether @panel says the same of an entry of @part in @whole. */
static gboolean
says_same (JsonObject *part, JsonNode *whole, const char *panel)
{
  JsonObject *entry = find_entry (whole, json_object_get_string_member (part, "id"));
  JsonNode *one = json_object_get_member (json_object_get_object_member (part, "panels"), panel);
  JsonNode *other = entry != NULL
                        ? json_object_get_member (json_object_get_object_member (entry, "panels"), panel)
                        : NULL;

  return one != NULL && other != NULL ? json_node_equal (one, other) : one == other;
}

static gboolean
all_say_same (JsonNode *part, JsonNode *whole, const char *panel)
{
  JsonArray *entries = entries_of (part);

  for (guint i = 0; i < json_array_get_length (entries); i++)
    if (!says_same (json_array_get_object_element (entries, i), whole, panel))
      return FALSE;
  return TRUE;
}

/* Whether another entry has the total of this one: only then the single criteria matter, of which no result tells. */
static gboolean
is_tied (JsonNode *result, const char *id)
{
  JsonArray *entries = entries_of (result);
  JsonObject *own = find_entry (result, id);
  JsonNode *total = own != NULL ? json_object_get_member (own, "total") : NULL;

  if (total == NULL || JSON_NODE_HOLDS_NULL (total))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (entries); i++)
    {
      JsonObject *entry = json_array_get_object_element (entries, i);
      if (entry != own && json_node_equal (json_object_get_member (entry, "total"), total))
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer full) (nullable): the result of the part; %NULL also where it cannot be tallied, then without @error */
static JsonNode *
tally_part (JsonNode *input, GError **error)
{
  g_autoptr (JipTallyEvent) event = jip_tally_event_new_from_node (input, NULL);
  g_autoptr (JipTallyResult) result = event != NULL ? jip_tally_compute (event) : NULL;

  if (result == NULL)
    return NULL;
  g_autofree char *text = jip_tally_result_to_string (result);
  return jip_json_parse (text, -1, error);
}

/**
 * jip_event_check_ballot:
 * @panel: the judge's
 * @ballot: is in the table since the result was what the tables make
 * @stands: (out): as jip_event_check_result(), which is asked only where the part of @ballot does not tell
 */
gboolean
jip_event_check_ballot (JipDatabase *database,
                        const JipEvent *event,
                        const char *panel,
                        const JipBallot *ballot,
                        gboolean *stands,
                        GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JsonNode) input = make_part (database, event, panel, ballot, &problem);
  g_autoptr (JsonNode) part = input != NULL ? tally_part (input, &problem) : NULL;
  g_autofree char *text = part != NULL ? jip_result_find (database, event->id, &problem) : NULL;
  g_autoptr (JsonNode) whole = text != NULL ? jip_json_parse (text, -1, &problem) : NULL;

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  *stands = whole != NULL && all_say_same (part, whole, panel);
  if (whole == NULL || (*stands && ballot->entry != NULL && is_tied (whole, ballot->entry)))
    return jip_event_check_result (database, event, stands, error);
  return TRUE;
}
