/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making an event. */
#include "jip-event-service.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-account-table.h"
#include "jip-ballot-table.h"
#include "jip-blob-arrival.h"
#include "jip-blob-service.h"
#include "jip-blob-table.h"
#include "jip-event-rule-sheet.h"
#include "jip-file-rules.h"
#include "jip-json.h"
#include "jip-judge-departments.h"
#include "jip-mutation-args.h"
#include "jip-sha256.h"

static const JipArgSpec entry_args[]
    = { { "id", JIP_ARG_ID, TRUE },           { "category", JIP_ARG_TEXT, TRUE, 64 },
        { "title", JIP_ARG_TEXT, TRUE, 200 }, { "summary", JIP_ARG_TEXT, FALSE, 5000 },
        { "team", JIP_ARG_TEXT, FALSE, 200 }, { "department", JIP_ARG_TEXT, FALSE, 100 },
        { "slides", JIP_ARG_OBJECT, FALSE },  { NULL } };

static const JipArgSpec judge_args[] = { { "id", JIP_ARG_ID, TRUE },
                                         { "user", JIP_ARG_ID, TRUE },
                                         { "panel", JIP_ARG_TEXT, TRUE, 64 },
                                         { "label", JIP_ARG_TEXT, FALSE, 100 },
                                         { NULL } };

static const JipArgSpec slides_args[] = { { "sha256", JIP_ARG_TEXT, TRUE, 64 },
                                          { "size", JIP_ARG_INT, TRUE, JIP_BLOB_MAX_SIZE, 1 },
                                          { "name", JIP_ARG_TEXT, TRUE, JIP_FILE_MAX_NAME },
                                          { NULL } };

static char *
dup_or_empty (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

/* Only what is documented travels on. */
static gboolean
read_slides (JipMutationContext *context, JsonNode *node, const char *path, char **slides, GError **error)
{
  g_autofree char *at = g_strdup_printf ("%s.slides", path);
  gint64 there;

  if (node == NULL)
    return TRUE;
  if (!jip_args_check (slides_args, node, at, error))
    return FALSE;
  JsonObject *sent = json_node_get_object (node);
  const char *sha256 = jip_arg_string (sent, "sha256");
  if (!jip_sha256_is_valid (sha256))
    return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                          _ ("%s.sha256: 64 lower-case hexadecimal digits are expected"), at);
  /* servers of before took any name, and what they took comes back */
  if (context->refill == NULL && !jip_file_name_is_plain (jip_arg_string (sent, "name")))
    return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                          _ ("%s.name: a name without parts of a path and invisible characters is expected"),
                          at);
  if (!jip_blob_service_check_attach (context, sha256, jip_arg_int (sent, "size"), at, error))
    return FALSE;
  g_autoptr (JsonNode) clean = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "sha256", sha256);
  json_object_set_int_member (object, "size", jip_arg_int (sent, "size"));
  json_object_set_string_member (object, "name", jip_arg_string (sent, "name"));
  if (!jip_blob_get_size (context->database, sha256, &there, error))
    {
      json_object_unref (object);
      return FALSE;
    }
  if (there < 0)
    json_object_set_boolean_member (object, "missing", TRUE);
  json_node_take_object (clean, object);
  *slides = jip_json_canonical (clean);
  return TRUE;
}

static gboolean
read_entries (JipMutationContext *context, JsonObject *args, GPtrArray *entries, GError **error)
{
  JsonArray *list = json_object_get_array_member (args, "entries");

  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      g_autofree char *path = g_strdup_printf ("$.args.entries[%u]", i);
      JsonNode *node = json_array_get_element (list, i);
      if (!jip_args_check (entry_args, node, path, error))
        return FALSE;
      JsonObject *sent = json_node_get_object (node);
      JipEntry *entry = g_new0 (JipEntry, 1);
      g_ptr_array_add (entries, entry);
      entry->id = g_strdup (jip_arg_string (sent, "id"));
      entry->event = g_strdup (jip_arg_string (args, "id"));
      entry->number = i + 1;
      entry->category = g_strdup (jip_arg_string (sent, "category"));
      entry->title = g_strdup (jip_arg_string (sent, "title"));
      entry->summary = dup_or_empty (jip_arg_string (sent, "summary"));
      entry->team = dup_or_empty (jip_arg_string (sent, "team"));
      entry->department = g_strdup (jip_arg_string (sent, "department"));
      entry->status = g_strdup ("active");
      entry->adjust = g_strdup ("0");
      entry->window = g_strdup ("waiting");
      if (!read_slides (context, jip_arg_node (sent, "slides"), path, &entry->slides, error))
        return FALSE;
    }
  return TRUE;
}

/* A judge's name and department are taken down as they are now: the record of the event does not change later. Of one that
 * comes back jip_judge_departments_recall() knows the department. */
static gboolean
read_judge (JipMutationContext *context, JsonObject *sent, JipJudge *judge, const char *path, GError **error)
{
  g_autoptr (JipAccount) account = NULL;

  judge->id = g_strdup (jip_arg_string (sent, "id"));
  judge->account = g_strdup (jip_arg_string (sent, "user"));
  judge->panel = g_strdup (jip_arg_string (sent, "panel"));
  judge->label = g_strdup (jip_arg_string (sent, "label"));
  if (!jip_account_get (context->database, judge->account, &account, error))
    return FALSE;
  if (account == NULL)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("%s.user: there is no such account"), path);
  judge->name = g_strdup (account->name);
  judge->department = g_strdup (account->department_name);
  return TRUE;
}

static gboolean
read_judges (JipMutationContext *context, JsonObject *args, GPtrArray *judges, GError **error)
{
  JsonArray *list = json_object_get_array_member (args, "judges");
  g_autoptr (GHashTable) accounts = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      g_autofree char *path = g_strdup_printf ("$.args.judges[%u]", i);
      JsonNode *node = json_array_get_element (list, i);
      if (!jip_args_check (judge_args, node, path, error))
        return FALSE;
      JipJudge *judge = g_new0 (JipJudge, 1);
      g_ptr_array_add (judges, judge);
      judge->event = g_strdup (jip_arg_string (args, "id"));
      judge->number = i + 1;
      if (!read_judge (context, json_node_get_object (node), judge, path, error))
        return FALSE;
      if (!g_hash_table_add (accounts, judge->account))
        return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s.user: is a judge of this event already"),
                              path);
    }
  return TRUE;
}

/* Judges without a label get their panel's name and a number. */
static void
label_judges (JsonNode *rules, GPtrArray *judges)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < judges->len; i++)
    {
      JipJudge *judge = g_ptr_array_index (judges, i);
      JsonNode *panel = jip_event_rules_find (rules, "panels", judge->panel);
      guint number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, judge->panel)) + 1;
      g_hash_table_insert (numbers, judge->panel, GUINT_TO_POINTER (number));
      if (judge->label == NULL)
        judge->label = g_strdup_printf (
            "%s %u", json_object_get_string_member (json_node_get_object (panel), "name"), number);
    }
}

static char *
waiting_windows (JsonNode *rules)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *categories = json_object_get_array_member (json_node_get_object (rules), "categories");

  for (guint i = 0; i < json_array_get_length (categories) && jip_event_rules_has_picks (rules); i++)
    json_object_set_string_member (
        object, json_object_get_string_member (json_array_get_object_element (categories, i), "id"),
        "waiting");
  json_node_take_object (node, object);
  return jip_json_canonical (node);
}

static gboolean
ids_are_free (JipMutationContext *context, GPtrArray *entries, GPtrArray *judges, GError **error)
{
  for (guint i = 0; i < entries->len; i++)
    {
      g_autoptr (JipEntry) taken = NULL;
      if (!jip_entry_get (context->database, ((JipEntry *) g_ptr_array_index (entries, i))->id, &taken,
                          error))
        return FALSE;
      if (taken != NULL)
        return jip_error_set (error, JIP_ERROR_ID_TAKEN, _ ("$.args.entries[%u].id: is another entry's"), i);
    }
  for (guint i = 0; i < judges->len; i++)
    {
      g_autoptr (JipJudge) taken = NULL;
      if (!jip_judge_get (context->database, ((JipJudge *) g_ptr_array_index (judges, i))->id, &taken, error))
        return FALSE;
      if (taken != NULL)
        return jip_error_set (error, JIP_ERROR_ID_TAKEN, _ ("$.args.judges[%u].id: is another judge's"), i);
    }
  return TRUE;
}

static gboolean
insert_entries (JipMutationContext *context, GPtrArray *entries, GError **error)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const JipEntry *entry = g_ptr_array_index (entries, i);
      if (!jip_entry_insert (context->database, entry, error)
          || !jip_mutation_touch (context, "entry", entry->id, error))
        return FALSE;
      g_autoptr (JsonNode) slides = entry->slides != NULL ? jip_json_parse (entry->slides, -1, NULL) : NULL;
      const char *sha256
          = slides != NULL ? json_object_get_string_member (json_node_get_object (slides), "sha256") : NULL;
      if (sha256 != NULL
          && (!jip_blob_use (context->database, sha256, "entry", entry->id, error)
              || !jip_blob_readable (context->database, context->pokes, sha256, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
insert_judges (JipMutationContext *context, GPtrArray *judges, GError **error)
{
  for (guint i = 0; i < judges->len; i++)
    {
      const JipJudge *judge = g_ptr_array_index (judges, i);
      if (!jip_judge_insert (context->database, judge, error)
          || !jip_mutation_touch (context, "judge", judge->id, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * jip_event_refresh_progress:
 * @panel: (nullable): %NULL for all
 *
 * Counts anew who has handed in for an entry.
 */
gboolean
jip_event_refresh_progress (JipMutationContext *context,
                            const JipEvent *event,
                            JsonNode *rules,
                            const char *entry,
                            const char *panel,
                            GError **error)
{
  JsonArray *panels = json_object_get_array_member (json_node_get_object (rules), "panels");

  for (guint i = 0; i < json_array_get_length (panels); i++)
    {
      JsonNode *node = json_array_get_element (panels, i);
      const char *id = json_object_get_string_member (json_node_get_object (node), "id");
      g_autofree char *row = g_strdup_printf ("%s:%s", entry, id);
      if (panel != NULL && strcmp (panel, id) != 0)
        continue;
      if (!jip_progress_refresh (context->database, event->id, entry, id,
                                 strcmp (jip_event_rules_panel_mode (node), "pick") == 0,
                                 jip_event_rules_auto_recuses (rules, id), error)
          || !jip_mutation_touch (context, "progress", row, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * jip_event_add_progress:
 * @ballot: of a judge of @panel
 * @change: how many more have handed in for its entry, or for the entries of its category, since it counts
 */
gboolean
jip_event_add_progress (JipMutationContext *context,
                        JsonNode *rules,
                        const JipBallot *ballot,
                        const char *panel,
                        int change,
                        GError **error)
{
  if (!jip_progress_add (context->database, ballot, panel, jip_event_rules_auto_recuses (rules, panel),
                         change, error))
    return FALSE;
  if (ballot->category != NULL)
    return jip_feed_touch_all (context->database, context->pokes, "progress", error,
                               "SELECT p.id FROM ballot b JOIN judge j ON j.id = b.judge"
                               " JOIN progress p ON p.event = b.event AND p.panel = j.panel"
                               " JOIN entry e ON e.id = p.entry AND e.category = b.category WHERE b.id = $1",
                               ballot->id);
  g_autofree char *row = g_strconcat (ballot->entry, ":", panel, NULL);
  return jip_mutation_touch (context, "progress", row, error);
}

static gboolean
insert_event (JipMutationContext *context,
              JipEvent *event,
              JsonNode *rules,
              GPtrArray *entries,
              GPtrArray *judges,
              GError **error)
{
  jip_mutation_arrived (context, "event", event->id);
  if (!jip_event_insert (context->database, event, context->now, error)
      || !jip_mutation_touch (context, "event", event->id, error) || !insert_entries (context, entries, error)
      || !insert_judges (context, judges, error))
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    if (!jip_event_refresh_progress (context, event, rules, ((JipEntry *) g_ptr_array_index (entries, i))->id,
                                     NULL, error))
      return FALSE;
  return jip_mutation_audit (context, "event", error, "event", event->id, "step", "create", NULL);
}

static gboolean
check_existing (JipMutationContext *context, const JipEvent *sent, gboolean *exists, GError **error)
{
  g_autoptr (JipEvent) existing = NULL;

  if (!jip_event_get (context->database, sent->id, &existing, error))
    return FALSE;
  *exists = existing != NULL;
  if (existing == NULL)
    return TRUE;
  gboolean same = strcmp (existing->organiser, sent->organiser) == 0
                  && strcmp (existing->title, sent->title) == 0 && strcmp (existing->rules, sent->rules) == 0
                  && strcmp (existing->chair, sent->chair) == 0;
  return same || jip_error_set (error, JIP_ERROR_ID_TAKEN, _ ("$.args.id: is another event's"));
}

gboolean
jip_event_create (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_entry_free);
  g_autoptr (GPtrArray) judges = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_judge_free);
  g_autoptr (JipEvent) event = jip_event_new ();
  gboolean exists;

  jip_mutation_missing (context, "accounts", "");
  event->id = g_strdup (jip_arg_string (args, "id"));
  event->title = g_strdup (jip_arg_string (args, "title"));
  event->place = g_strdup (jip_arg_string (args, "place"));
  event->state = g_strdup ("setup");
  event->chair = g_strdup (jip_arg_string (args, "chair"));
  event->organiser = g_strdup (context->account);
  event->version = 1;
  if (!jip_mutation_allow (context, "event.create", JIP_RELATION_NONE, error)
      || !jip_account_exists (context->database, event->chair, &exists, error))
    return FALSE;
  if (!exists)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.chair: there is no such account"));
  if (!read_entries (context, args, entries, error) || !read_judges (context, args, judges, error)
      || !jip_judge_departments_recall (context, entries, judges, error))
    return FALSE;
  g_autoptr (JsonNode) rules
      = jip_event_rules_check (json_object_get_member (args, "rules"), entries, judges, error);
  if (rules == NULL)
    return FALSE;
  event->rules = jip_json_canonical (rules);
  event->category_windows = waiting_windows (rules);
  label_judges (rules, judges);
  if (!check_existing (context, event, &exists, error))
    return FALSE;
  return (exists
          || (ids_are_free (context, entries, judges, error)
              && insert_event (context, event, rules, entries, judges, error)))
         && jip_judge_departments_note (context, event->id, error);
}
