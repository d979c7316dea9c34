/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the lock on: the result, and what of it is revealed when. Screen, sheet and record come from this one result. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-ballot-table.h"
#include "jip-event-rule-sheet.h"
#include "jip-event-service.h"
#include "jip-json.h"
#include "jip-sha256.h"
#include "jip-tally.h"

/**
 * jip_event_export:
 *
 * Returns: (transfer full) (nullable): the event as jip-tally/1, one line
 */
char *
jip_event_export (JipDatabase *database, const JipEvent *event, GError **error)
{
  g_autoptr (JsonNode) rules = jip_event_rules_parse (event, error);
  g_autoptr (GPtrArray) entries = rules != NULL ? jip_entry_list (database, event->id, error) : NULL;
  g_autoptr (GPtrArray) judges = entries != NULL ? jip_judge_list (database, event->id, error) : NULL;
  g_autoptr (GPtrArray) recusals = judges != NULL ? jip_recusal_list (database, event->id, error) : NULL;
  g_autoptr (GPtrArray) ballots = recusals != NULL ? jip_ballot_list (database, event->id, error) : NULL;

  if (ballots == NULL)
    return NULL;
  g_autoptr (JsonNode) node = jip_event_tally_node (rules, entries, judges, recusals, ballots);
  return jip_json_to_string (node);
}

static JipTallyResult *
tally (JipDatabase *database, const JipEvent *event, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *text = jip_event_export (database, event, error);

  if (text == NULL)
    return NULL;
  g_autoptr (JipTallyEvent) input = jip_tally_event_parse (text, strlen (text), &problem);
  if (input != NULL)
    return jip_tally_compute (input);
  jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("The event cannot be tallied: %s"), problem->message);
  return NULL;
}

static JsonObject *
reveal_entry (const JipEntry *entry, const JipTallyEntryResult *result)
{
  JsonObject *object = json_object_new ();
  JsonObject *panels = json_object_new ();

  for (guint i = 0; i < result->n_panels; i++)
    if (result->panels[i].mean != NULL)
      {
        g_autofree char *mean = jip_tally_format_exact (result->panels[i].mean, 2);
        json_object_set_string_member (panels, result->panels[i].panel, mean);
      }
  json_object_set_string_member (object, "id", entry->id);
  json_object_set_string_member (object, "title", entry->title);
  json_object_set_string_member (object, "team", entry->team);
  json_object_set_string_member (object, "display", result->display);
  json_object_set_object_member (object, "panels", panels);
  return object;
}

typedef struct
{
  JipDatabase *database;
  const JipEvent *event;
  GPtrArray *entries;
  JipTallyResult *result;
  gint64 n; /* steps so far */
} RevealPlan;

/* One step: those who hold @award in @category (%NULL: the grand prize), in the order on stage, which tells no rank. */
static gboolean
plan_step (RevealPlan *plan, JsonObject *award, const char *category, GError **error)
{
  const char *id = json_object_get_string_member (award, "id");
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *list = json_array_new ();

  json_node_take_array (node, list);
  for (guint i = 0; i < plan->entries->len; i++)
    {
      const JipEntry *entry = g_ptr_array_index (plan->entries, i);
      const JipTallyEntryResult *result = jip_tally_result_find_entry (plan->result, entry->id);
      if (result->awards != NULL && g_strv_contains (result->awards, id)
          && (category == NULL || strcmp (entry->category, category) == 0))
        json_array_add_object_element (list, reveal_entry (entry, result));
    }
  if (json_array_get_length (list) == 0)
    return TRUE;
  g_autofree char *entries = jip_json_canonical (node);
  JipReveal reveal
      = { (char *) id, (char *) json_object_get_string_member (award, "name"), (char *) category, entries };
  return jip_reveal_insert (plan->database, plan->event->id, ++plan->n, &reveal, error);
}

/* From the lowest award up, each in every category, the grand prize last. */
static gboolean
plan_steps (RevealPlan *plan, JsonObject *rules, GError **error)
{
  JsonArray *categories = json_object_get_array_member (rules, "categories");
  JsonNode *member = json_object_get_member (rules, "awards");
  JsonObject *awards
      = member != NULL && JSON_NODE_HOLDS_OBJECT (member) ? json_node_get_object (member) : NULL;
  JsonNode *list = awards != NULL ? json_object_get_member (awards, "per_category") : NULL;
  JsonArray *seats = list != NULL && JSON_NODE_HOLDS_ARRAY (list) ? json_node_get_array (list) : NULL;

  for (guint i = seats != NULL ? json_array_get_length (seats) : 0; i > 0; i--)
    for (guint j = 0; j < json_array_get_length (categories); j++)
      if (!plan_step (plan, json_array_get_object_element (seats, i - 1),
                      json_object_get_string_member (json_array_get_object_element (categories, j), "id"),
                      error))
        return FALSE;
  JsonNode *grand = awards != NULL ? json_object_get_member (awards, "grand") : NULL;
  return grand == NULL || !JSON_NODE_HOLDS_OBJECT (grand)
         || plan_step (plan, json_node_get_object (grand), NULL, error);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Of each complete ballot that counts; see jip_submission_list_counted(). */
GStrv
jip_event_list_counted (JipDatabase *database, const JipEvent *event, GError **error)
{
  g_autoptr (JsonNode) rules = jip_event_rules_parse (event, error);
  g_autoptr (GPtrArray) recusing = g_ptr_array_new ();

  if (rules == NULL)
    return NULL;
  JsonArray *panels = json_object_get_array_member (json_node_get_object (rules), "panels");
  for (guint i = 0; i < json_array_get_length (panels); i++)
    {
      const char *id = json_object_get_string_member (json_array_get_object_element (panels, i), "id");
      if (jip_event_rules_auto_recuses (rules, id))
        g_ptr_array_add (recusing, (gpointer) id);
    }
  g_ptr_array_add (recusing, NULL);
  return jip_submission_list_counted (database, event->id, (const char *const *) recusing->pdata, error);
}

/**
 * jip_event_hash_counted:
 * @counted: of jip_event_list_counted(), or what that will be; is put in order
 *
 * Returns: (transfer full)
 */
char *
jip_event_hash_counted (GStrv counted)
{
  qsort (counted, g_strv_length (counted), sizeof *counted,
         compare_texts); /* databases sort in ways of their own */
  g_autofree char *text = g_strjoinv ("\n", counted);

  return jip_sha256_hex (text, strlen (text));
}

/**
 * jip_event_name_result:
 * @name: (out) (transfer full) (nullable): for receipts: the result's SHA-256, `~`, and the one of the ballots that count,
 *   since others may make the same result; %NULL while there is no result
 */
gboolean
jip_event_name_result (JipDatabase *database, const JipEvent *event, char **name, GError **error)
{
  g_auto (GStrv) counted = jip_event_list_counted (database, event, error);
  g_autoptr (GError) problem = NULL;

  *name = NULL;
  if (counted == NULL)
    return FALSE;
  g_autofree char *result = jip_result_find_sha256 (database, event->id, &problem);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (result == NULL)
    return TRUE;
  g_autofree char *ballots = jip_event_hash_counted (counted);
  *name = g_strdup_printf ("%s~%s", result, ballots);
  return TRUE;
}

/**
 * jip_event_compute:
 * @event: locked; gets the number of its reveal steps
 *
 * Computes the result from what an export holds, and plans the reveal.
 */
gboolean
jip_event_compute (JipMutationContext *context, JipEvent *event, GError **error)
{
  g_autoptr (JipTallyResult) result = tally (context->database, event, error);
  g_autoptr (JsonNode) rules = result != NULL ? jip_event_rules_parse (event, error) : NULL;
  g_autoptr (GPtrArray) entries = rules != NULL ? jip_entry_list (context->database, event->id, error) : NULL;

  if (entries == NULL)
    return FALSE;
  g_autofree char *text = jip_tally_result_to_string (result);
  g_autofree char *sha256 = jip_sha256_hex (text, strlen (text));
  g_autofree char *name = NULL;
  RevealPlan plan = { context->database, event, entries, result, 0 };
  if (!jip_result_set (context->database, event->id, text, sha256, error)
      || !jip_reveal_clear (context->database, event->id, error)
      || !plan_steps (&plan, json_node_get_object (rules), error)
      || !jip_event_name_result (context->database, event, &name, error))
    return FALSE;
  event->reveal_steps = plan.n;
  jip_mutation_set_mark (context, name);
  return jip_mutation_audit (context, "result", error, "event", event->id, "sha256", sha256, NULL);
}

/**
 * jip_event_check_result:
 * @stands: (out): whether the result is still what the tables make
 */
gboolean
jip_event_check_result (JipDatabase *database, const JipEvent *event, gboolean *stands, GError **error)
{
  g_autoptr (JipTallyResult) result = tally (database, event, error);

  if (result == NULL)
    return FALSE;
  g_autofree char *text = jip_tally_result_to_string (result);
  gint64 same = jip_database_query_int (database, -1, error,
                                        "SELECT COUNT(*) FROM result WHERE event = $1 AND result = $2", "tt",
                                        event->id, text);
  *stands = same > 0;
  return same >= 0;
}

static gboolean
uses_lots (JsonNode *rules)
{
  JsonNode *ties = json_object_get_member (json_node_get_object (rules), "ties");
  JsonArray *list = ties != NULL && JSON_NODE_HOLDS_ARRAY (ties) ? json_node_get_array (ties) : NULL;

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    if (strcmp (json_array_get_string_element (list, i), "lot") == 0)
      return TRUE;
  return FALSE;
}

/**
 * jip_event_check_reveal:
 *
 * Returns: %FALSE with %JIP_ERROR_WRONG_STATE while an award waits for a lot
 */
gboolean
jip_event_check_reveal (JipMutationContext *context, const JipEvent *event, GError **error)
{
  g_autoptr (JipTallyResult) result = tally (context->database, event, error);
  g_autoptr (JsonNode) rules = result != NULL ? jip_event_rules_parse (event, error) : NULL;

  if (rules == NULL)
    return FALSE;
  if (jip_tally_result_get_n_undecided (result) == 0 || !uses_lots (rules))
    return TRUE;
  return jip_error_set (error, JIP_ERROR_WRONG_STATE,
                        _ ("An award is still tied. Draw lots before anything is revealed."));
}
