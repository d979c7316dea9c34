/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saves of a draft that come back after a restore, in whatever order: each is put into its old place, and the newest is
 * what the draft is. A number that was given twice, before and after, is the older one's; those behind it move on. A
 * deletion takes what stands up to the newest save that its writer had seen. */
#include "jip-draft-place.h"

#include <string.h>

#include "jip-draft.h"
#include "jip-draft-deletion.h"
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

/* Saves of one text behind each other are one version, which stands where the last of them stands. The others are kept
 * all the same: what stood between may still come back. */
static void
mark_repeated (GPtrArray *saves)
{
  const char *behind = NULL;

  for (guint i = saves->len; i > 0; i--)
    {
      JipDraftVersion *save = g_ptr_array_index (saves, i - 1);
      if (save->lost)
        continue;
      save->version = behind != NULL && strcmp (behind, save->document) == 0 ? JIP_DRAFT_REPEATED : 0;
      behind = save->document;
    }
}

/* Gives the saves behind version @before their numbers; @rest gets the ids that stand for nothing then. */
static void
number_saves (const char *draft, GPtrArray *saves, gint64 before, GHashTable *rest)
{
  gint64 version = before, least = 0;
  guint first = 0; /* of the saves that are one version */

  for (guint i = 0; i < saves->len; i++)
    {
      const JipDraftVersion *save = g_ptr_array_index (saves, i);
      if (!save->lost && save->id != NULL)
        g_hash_table_add (rest, g_strdup (save->id));
    }
  for (guint i = 0; i < saves->len; i++)
    {
      JipDraftVersion *save = g_ptr_array_index (saves, i);
      if (save->lost)
        {
          save->version = version;
          continue;
        }
      if (least == 0)
        first = i;
      least = MAX (least, save->number);
      g_free (save->id);
      if (save->version == JIP_DRAFT_REPEATED)
        save->id = jip_draft_repeated_id (draft, save->place);
      else
        {
          save->version = version = MAX (least, version + 1);
          save->id = g_strdup_printf ("%s:%" G_GINT64_FORMAT, draft, version);
          least = 0;
          for (guint j = first; j < i; j++)
            if (((JipDraftVersion *) g_ptr_array_index (saves, j))->lost)
              ((JipDraftVersion *) g_ptr_array_index (saves, j))->version = version;
        }
      g_hash_table_remove (rest, save->id);
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

static const JipDraftVersion *
find_newest (GPtrArray *saves, gboolean lost)
{
  for (guint i = saves->len; i > 0; i--)
    {
      const JipDraftVersion *save = g_ptr_array_index (saves, i - 1);
      if (save->lost == lost)
        return save;
    }
  return NULL;
}

static JipDraftVersion *
find_at (GPtrArray *saves, gint64 place)
{
  for (guint i = 0; place > 0 && i < saves->len; i++)
    {
      JipDraftVersion *save = g_ptr_array_index (saves, i);
      if (!save->lost && save->place == place)
        return save;
    }
  return NULL;
}

/* The newest save is what the draft is. One that came second is, while nothing else is there: the first may not be back
 * yet, or may have been deleted by somebody who had not seen the second. */
static gboolean
show_newest (JipMutationContext *context, const char *draft, GPtrArray *saves, gint64 before, GError **error)
{
  const JipDraftVersion *newest = find_newest (saves, FALSE);

  if (newest == NULL && before == 0)
    newest = find_newest (saves, TRUE);
  if (newest == NULL)
    return TRUE;
  g_autoptr (JipDraftRecord) record = g_new0 (JipDraftRecord, 1);
  g_autoptr (JsonNode) document = jip_json_parse (newest->document, -1, error);
  if (document == NULL || !jip_draft_read_document (record, document, error))
    return FALSE;
  record->id = g_strdup (draft);
  record->author = g_strdup (context->account); /* of a new one; who has one keeps it */
  record->version = MAX (newest->version, 1);
  return jip_draft_record_put (context->database, record, newest->received_at, error)
         && jip_mutation_touch (context, "draft", draft, error);
}

/* Writes down @saves, which stand behind version @before. */
static gboolean
put_in_order (JipMutationContext *context, const char *draft, GPtrArray *saves, gint64 before, GError **error)
{
  g_autoptr (GHashTable) rest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  mark_repeated (saves);
  number_saves (draft, saves, before, rest);
  return show_newest (context, draft, saves, before, error) && put_saves (context, draft, saves, error)
         && remove_rest (context, rest, error);
}

/* The saves from the version before @place on, with those that it repeats, and the newest version in front of them. */
static GPtrArray *
list_around (JipMutationContext *context, const char *draft, gint64 place, gint64 *before, GError **error)
{
  gint64 from = jip_draft_find_version_start (context->database, draft, place, error);

  *before = from < 0 ? -1
                     : jip_database_query_int (
                         context->database, -1, error,
                         "SELECT COALESCE (MAX (version), 0) FROM draft_version"
                         " WHERE draft = $1 AND COALESCE (place, 0) < $2 AND lost = 0 AND version >= 0",
                         "ti", draft, from);
  return *before < 0 ? NULL : jip_draft_list_versions_from (context->database, draft, from, error);
}

/* @come: (element-type JipDraftVersion): new ones, which are taken out
 * @moved_from: where the only one of them stands so far, or 0 */
static gboolean
place_saves (JipMutationContext *context,
             const char *draft,
             GPtrArray *come,
             gint64 moved_from,
             GError **error)
{
  gint64 first = G_MAXINT64, before;

  for (guint i = 0; i < come->len; i++)
    first = MIN (first, ((JipDraftVersion *) g_ptr_array_index (come, i))->place);
  g_autoptr (GPtrArray) saves = list_around (context, draft, first, &before, error);
  if (saves == NULL)
    return FALSE;
  JipDraftVersion *was = find_at (saves, moved_from);
  if (was != NULL)
    {
      ((JipDraftVersion *) g_ptr_array_index (come, 0))->id = g_steal_pointer (&was->id);
      g_ptr_array_remove (saves, was);
    }
  while (come->len > 0)
    g_ptr_array_add (saves, g_ptr_array_steal_index_fast (come, come->len - 1));
  g_ptr_array_sort (saves, compare_saves);
  return put_in_order (context, draft, saves, before, error);
}

static gboolean
place_waiting (JipMutationContext *context, const char *draft, GPtrArray *saves, GError **error)
{
  return place_saves (context, draft, saves, 0, error);
}

/**
 * jip_draft_place_save:
 * @context: of what is refilled: its place and time are the save's
 * @number: the version that it was
 * @lost_id: (nullable): the id of one that came second
 * @is_new: whether there is no such draft yet
 *
 * At once where it makes the draft, or moves.
 */
gboolean
jip_draft_place_save (JipMutationContext *context,
                      JipDraftRecord *sent,
                      gint64 number,
                      const char *lost_id,
                      gboolean is_new,
                      GError **error)
{
  JipDraftVersion *save = g_new0 (JipDraftVersion, 1);

  save->id = g_strdup (lost_id);
  save->document = g_strdup (sent->document);
  save->lost = lost_id != NULL;
  save->received_at = context->now;
  save->place = context->place;
  save->number = number;
  if (!is_new && context->moved_from == 0)
    {
      jip_mutation_put_off (context, "draft", sent->id, save, (GDestroyNotify) jip_draft_version_free,
                            place_waiting);
      return TRUE;
    }
  g_autoptr (GPtrArray) come = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_draft_version_free);
  g_ptr_array_add (come, save);
  return place_saves (context, sent->id, come, save->lost ? 0 : context->moved_from, error);
}

/* Whether the save that is refilled is among those that are put off. */
gboolean
jip_draft_is_waiting (JipMutationContext *context, const char *draft)
{
  GPtrArray *saves = jip_mutation_get_waiting (context, "draft", draft);

  for (guint i = 0; saves != NULL && i < saves->len; i++)
    {
      const JipDraftVersion *save = g_ptr_array_index (saves, i);
      if (save->place == context->place && save->received_at == context->now)
        return TRUE;
    }
  return FALSE;
}

/**
 * jip_draft_touch_deleted:
 * @ids: of the versions that were there
 *
 * Tells the author's desktops which of them are gone. An author may have any number of others.
 */
gboolean
jip_draft_touch_deleted (JipMutationContext *context, const char *const *ids, GError **error)
{
  for (const char *const *id = ids; *id != NULL; id++)
    if (!touch (context, *id, error))
      return FALSE;
  return TRUE;
}

/**
 * jip_draft_place_deletion:
 * @existing: the draft as it is
 * @seen: (element-type JipDraftRange): the saves that who deleted had seen
 *
 * Does a deletion of before the restore again. Another save was not there for its writer: the draft stays then.
 */
gboolean
jip_draft_place_deletion (JipMutationContext *context,
                          const JipDraftRecord *existing,
                          GArray *seen,
                          GError **error)
{
  const char *id = existing->id;

  if (existing->deleted)
    return TRUE;
  g_auto (GStrv) before = jip_draft_list_version_ids (context->database, id, error);
  if (before == NULL || !jip_draft_deletion_take (context->database, id, seen, error))
    return FALSE;
  g_autoptr (GPtrArray) saves = jip_draft_list_versions_from (context->database, id, 0, error);
  if (saves == NULL)
    return FALSE;
  if (saves->len > 0)
    return put_in_order (context, id, saves, 0, error)
           && jip_draft_touch_deleted (context, (const char *const *) before, error);
  return jip_draft_record_delete (context->database, id, existing->version, error)
         && jip_mutation_touch (context, "draft", id, error)
         && jip_draft_touch_deleted (context, (const char *const *) before, error);
}
