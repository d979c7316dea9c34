/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saves of a draft that come back after a restore, in whatever order: each is put into its old place, and the newest is
 * what the draft is. A number that was given twice, before and after, is the older one's; those behind it move on. */
#include "jip-draft-place.h"

#include <string.h>

#include "jip-draft.h"
#include "jip-json.h"

/* Fills in what the row shows from the document itself. */
gboolean
jip_draft_read_document (JipDraftRecord *record, JsonNode *document, GError **error)
{
  g_autoptr (JipDraft) draft = jip_draft_from_json (document, error);

  if (draft == NULL)
    return FALSE;
  const char *title = jip_draft_get_title (draft);
  g_free (record->type);
  g_free (record->title);
  g_free (record->document);
  record->type = g_strdup (jip_draft_get_document_type (draft));
  record->title = g_strdup (title != NULL ? title : "");
  record->document = jip_json_canonical (document);
  return TRUE;
}

static int
compare_saves (gconstpointer a, gconstpointer b)
{
  const JipDraftVersion *one = *(JipDraftVersion *const *) a, *other = *(JipDraftVersion *const *) b;

  if (one->place != other->place)
    return one->place < other->place ? -1 : 1;
  if (one->received_at != other->received_at)
    return one->received_at < other->received_at ? -1 : 1;
  return strcmp (one->document, other->document);
}

static gboolean
touch (JipMutationContext *context, const char *id, GError **error)
{
  return jip_mutation_touch (context, "draft_version", id, error);
}

/* What stood under a number that nothing has now. */
static gboolean
remove_rest (JipMutationContext *context, GHashTable *rest, GError **error)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, rest);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!jip_database_run (context->database, error, "DELETE FROM draft_version WHERE id = $1", "t", id)
        || !touch (context, id, error))
      return FALSE;
  return TRUE;
}

/* Gives the saves behind version @before their numbers; @rest gets the ids that stand for nothing then. */
static void
number_saves (const char *draft, GPtrArray *saves, gint64 before, GHashTable *rest)
{
  gint64 version = before;

  for (guint i = 0; i < saves->len; i++)
    {
      const JipDraftVersion *save = g_ptr_array_index (saves, i);
      if (!save->lost && save->id != NULL)
        g_hash_table_add (rest, g_strdup (save->id));
    }
  for (guint i = 0; i < saves->len; i++)
    {
      JipDraftVersion *save = g_ptr_array_index (saves, i);
      if (!save->lost)
        {
          version = MAX (save->number, version + 1);
          g_free (save->id);
          save->id = g_strdup_printf ("%s:%" G_GINT64_FORMAT, draft, version);
          g_hash_table_remove (rest, save->id);
        }
      save->version = version;
    }
}

static gboolean
put_saves (JipMutationContext *context, const char *draft, GPtrArray *saves, GError **error)
{
  for (guint i = 0; i < saves->len; i++)
    {
      const JipDraftVersion *save = g_ptr_array_index (saves, i);
      if (!jip_draft_put_version (context->database, draft, save, error) || !touch (context, save->id, error))
        return FALSE;
    }
  return TRUE;
}

/* The newest save is what the draft is. */
static gboolean
show_newest (JipMutationContext *context, JipDraftRecord *sent, GPtrArray *saves, GError **error)
{
  const JipDraftVersion *newest = NULL;

  for (guint i = saves->len; newest == NULL && i > 0; i--)
    if (!((JipDraftVersion *) g_ptr_array_index (saves, i - 1))->lost)
      newest = g_ptr_array_index (saves, i - 1);
  if (newest == NULL)
    return TRUE;
  g_autoptr (JsonNode) document = jip_json_parse (newest->document, -1, error);
  if (document == NULL || !jip_draft_read_document (sent, document, error))
    return FALSE;
  sent->version = newest->version;
  return jip_draft_record_put (context->database, sent, newest->received_at, error)
         && jip_mutation_touch (context, "draft", sent->id, error);
}

/**
 * jip_draft_place_save:
 * @context: of what is refilled: its place and time are the save's
 * @number: the version that it was
 * @lost_id: (nullable): the id of one that came second
 */
gboolean
jip_draft_place_save (JipMutationContext *context,
                      JipDraftRecord *sent,
                      gint64 number,
                      const char *lost_id,
                      GError **error)
{
  g_autoptr (GPtrArray) saves
      = jip_draft_list_versions_from (context->database, sent->id, context->place, error);
  gint64 before = saves != NULL
                      ? jip_database_query_int (context->database, -1, error,
                                                "SELECT COALESCE (MAX (version), 0) FROM draft_version"
                                                " WHERE draft = $1 AND COALESCE (place, 0) < $2 AND lost = 0",
                                                "ti", sent->id, context->place)
                      : -1;

  if (before < 0)
    return FALSE;
  JipDraftVersion *save = g_new0 (JipDraftVersion, 1);
  save->id = g_strdup (lost_id);
  save->document = g_strdup (sent->document);
  save->lost = lost_id != NULL;
  save->received_at = context->now;
  save->place = context->place;
  save->number = number;
  g_ptr_array_add (saves, save);
  g_ptr_array_sort (saves, compare_saves);
  g_autoptr (GHashTable) rest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  number_saves (sent->id, saves, before, rest);
  return show_newest (context, sent, saves, error) && put_saves (context, sent->id, saves, error)
         && remove_rest (context, rest, error);
}
