/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits that come back after a restore, in whatever order: each is put into its old place, and those behind it are done
 * again over it, so that the texts and the history depend on which edits are there and on nothing else. A field is as the
 * newest edit has it that knew the one before; one that did not, since that was lost then, comes second: the older
 * text stands, and its own stays in the history. */
#include "jip-proposal-place.h"

#include <string.h>

#include "jip-id.h"

#define LETTERS "tbcd"
#define BESIDE "+" /* in seen: a text that an older one came before */

const char *const jip_proposal_field_names[JIP_N_PROPOSAL_FIELDS]
    = { "title", "body", "category", "department" };

char **
jip_proposal_field_at (JipProposalFields *fields, guint index)
{
  char **members[] = { &fields->title, &fields->body, &fields->category, &fields->department };

  return members[index];
}

void
jip_edit_seen_clear (JipEditSeen *seen)
{
  g_clear_pointer (&seen->base, g_free);
}

char *
jip_edit_seen_to_text (const JipEditSeen *seen)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    if (seen->mine[i])
      g_string_append_printf (text, "%c%" G_GINT64_FORMAT, LETTERS[i], seen->places[i]);
  if (seen->base != NULL)
    g_string_append_printf (text, "~%s", seen->base);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* @text: (nullable): of jip_edit_seen_to_text() */
void
jip_edit_seen_read (JipEditSeen *seen, const char *text)
{
  *seen = (JipEditSeen){ 0 };
  while (text != NULL && *text != '\0' && *text != '~')
    {
      const char *letter = strchr (LETTERS, *text);
      char *end;
      gint64 place = g_ascii_strtoll (text + 1, &end, 10);
      if (letter == NULL)
        return;
      seen->mine[letter - LETTERS] = TRUE;
      seen->places[letter - LETTERS] = place;
      text = end;
    }
  if (text != NULL && *text == '~')
    seen->base = g_strdup (text + 1);
}

/* @text: (nullable): places with blanks between */
void
jip_edit_writers_read (gint64 writers[JIP_N_PROPOSAL_FIELDS], const char *text)
{
  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    writers[i] = text != NULL ? g_ascii_strtoll (text, (char **) &text, 10) : 0;
}

char *
jip_edit_writers_to_text (const gint64 writers[JIP_N_PROPOSAL_FIELDS])
{
  return g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                          writers[0], writers[1], writers[2], writers[3]);
}

/* One edit that is done again. */
typedef struct
{
  JipProposalVersion *version;
  JipEditSeen seen;
  JipProposalFields wanted;
  char *beside; /* nullable: the id of its text that an older one came before */
} Edit;

typedef struct
{
  JipMutationContext *context;
  const char *proposal;
  GPtrArray *edits; /* Edit, in their order */
  gint64 first;     /* the number of the version that they stand on */
  gint64 number;    /* and of the newest one so far */
  gint64 received_at;
  JipProposalFields fields;
  gint64 writers[JIP_N_PROPOSAL_FIELDS];
} Replay;

static void
copy_fields (JipProposalFields *to, const JipProposalFields *from)
{
  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    {
      g_free (*jip_proposal_field_at (to, i));
      *jip_proposal_field_at (to, i) = g_strdup (*jip_proposal_field_at ((JipProposalFields *) from, i));
    }
}

static void
set_field (JipProposalFields *fields, guint index, const char *text)
{
  char **field = jip_proposal_field_at (fields, index);

  g_free (*field);
  *field = g_strdup (text);
}

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  jip_proposal_version_free (edit->version);
  jip_edit_seen_clear (&edit->seen);
  jip_proposal_fields_clear (&edit->wanted);
  g_free (edit->beside);
  g_free (edit);
}

/* @version: (transfer full) */
static Edit *
edit_new (JipProposalVersion *version)
{
  Edit *edit = g_new0 (Edit, 1);

  edit->version = version;
  jip_edit_seen_read (&edit->seen, version->seen);
  copy_fields (&edit->wanted, &version->fields);
  return edit;
}

static int
compare_edits (gconstpointer a, gconstpointer b)
{
  const JipProposalVersion *one = (*(Edit *const *) a)->version, *other = (*(Edit *const *) b)->version;

  if (one->place != other->place)
    return one->place < other->place ? -1 : 1;
  if (one->received_at != other->received_at)
    return one->received_at < other->received_at ? -1 : 1;
  return strcmp (one->author, other->author);
}

/* The same id whoever makes it, and whenever. */
static char *
beside_id (const Replay *replay, const JipProposalVersion *version)
{
  g_autofree char *name
      = g_strdup_printf ("%s|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|%s", replay->proposal, version->place,
                         version->received_at, version->author);

  return jip_services_derive_id (replay->context->services, "edit", name);
}

static gboolean
remove_version (Replay *replay, const char *id, GError **error)
{
  return jip_database_run (replay->context->database, error, "DELETE FROM proposal_version WHERE id = $1",
                           "t", id)
         && jip_mutation_touch (replay->context, "proposal_version", id, error);
}

/* What stands at @place and behind it; a text that an older one came before goes back to its edit. */
static gboolean
load_edits (Replay *replay, gint64 place, GError **error)
{
  g_autoptr (GPtrArray) versions
      = jip_proposal_list_versions_from (replay->context->database, replay->proposal, place, error);
  g_autoptr (GHashTable) by_beside = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (versions == NULL)
    return FALSE;
  g_ptr_array_set_free_func (versions, NULL);
  for (guint i = 0; i < versions->len; i++)
    {
      JipProposalVersion *version = g_ptr_array_index (versions, i);
      Edit *of = g_strcmp0 (version->seen, BESIDE) == 0 ? g_hash_table_lookup (by_beside, version->id) : NULL;
      if (of != NULL)
        {
          copy_fields (&of->wanted, &version->fields);
          of->beside = g_strdup (version->id);
          jip_proposal_version_free (version);
          continue;
        }
      Edit *edit = edit_new (version);
      g_ptr_array_add (replay->edits, edit);
      if (!version->lost)
        g_hash_table_insert (by_beside, beside_id (replay, version), edit);
    }
  return TRUE;
}

static const char *
last_id (const Replay *replay)
{
  const JipProposalVersion *last = NULL;

  for (guint i = 0; i < replay->edits->len; i++)
    {
      const JipProposalVersion *version = ((Edit *) g_ptr_array_index (replay->edits, i))->version;
      if (!version->lost && (last == NULL || version->version > last->version))
        last = version;
    }
  return last->id; /* there is one at least */
}

/* The edit that this one was done as before its receipt was back. */
static gboolean
take_out (Replay *replay, gint64 place, GError **error)
{
  const JipMutationContext *context = replay->context;

  for (guint i = 0; place > 0 && i < replay->edits->len; i++)
    {
      Edit *edit = g_ptr_array_index (replay->edits, i);
      if (edit->version->lost || edit->version->place != place
          || strcmp (edit->version->author, context->account) != 0)
        continue;
      /* its number is another one's then */
      gboolean ok = (edit->beside == NULL || remove_version (replay, edit->beside, error))
                    && remove_version (replay, last_id (replay), error);
      g_ptr_array_remove_index (replay->edits, i);
      return ok;
    }
  return TRUE;
}

static gboolean
load_start (Replay *replay, gint64 place, GError **error)
{
  g_autoptr (JipProposalVersion) start = NULL;

  if (!jip_proposal_find_version_before (replay->context->database, replay->proposal, place, &start, error))
    return FALSE;
  if (start == NULL)
    return jip_error_set (error, JIP_ERROR_INTERNAL, "%s", jip_error_describe (JIP_ERROR_INTERNAL));
  replay->first = replay->number = start->version;
  replay->received_at = start->received_at;
  copy_fields (&replay->fields, &start->fields);
  jip_edit_writers_read (replay->writers, start->writers);
  return TRUE;
}

/* Among those that are done again, up to @before. */
static const Edit *
find_edit (const Replay *replay, const Edit *before, gint64 place, gint64 number)
{
  for (guint i = 0; i < replay->edits->len && g_ptr_array_index (replay->edits, i) != before; i++)
    {
      const Edit *edit = g_ptr_array_index (replay->edits, i);
      if (!edit->version->lost
          && (place > 0 ? edit->version->place == place : edit->version->version == number))
        return edit;
    }
  return NULL;
}

static gboolean
is_there (const Replay *replay, const Edit *edit, gint64 place, gboolean *there, GError **error)
{
  g_autoptr (JipProposalVersion) found = NULL;

  *there = find_edit (replay, edit, place, 0) != NULL;
  if (*there)
    return TRUE;
  if (!jip_proposal_find_version_at (replay->context->database, replay->proposal, place, &found, error))
    return FALSE;
  *there = found != NULL;
  return TRUE;
}

/* Whether the edit knew what stands in the field now. One that it overwrote and that is not here was newer than that,
 * unless it is here and came second itself. */
static gboolean
knew (const Replay *replay, const Edit *edit, guint i, gboolean *known, GError **error)
{
  gint64 seen = edit->seen.places[i], now = replay->writers[i];
  const char *text = *jip_proposal_field_at ((JipProposalFields *) &replay->fields, i);
  gboolean there = FALSE;

  *known = TRUE;
  if (seen < 0 || seen == now
      || g_strcmp0 (text, *jip_proposal_field_at ((JipProposalFields *) &edit->wanted, i)) == 0)
    return TRUE;
  if (seen > now && !is_there (replay, edit, seen, &there, error))
    return FALSE;
  *known = seen > now && !there;
  return TRUE;
}

static gboolean
put (Replay *replay, JipProposalVersion *version, GError **error)
{
  JipMutationContext *context = replay->context;

  if (!version->lost)
    jip_mutation_arrived (context, "proposal", version->id);
  return jip_proposal_put_version (context->database, replay->proposal, version, error)
         && jip_mutation_touch (context, "proposal_version", version->id, error);
}

/* The text of an edit that an older one came before, whole; it goes when that is not so any more. */
static gboolean
put_beside (Replay *replay, Edit *edit, gboolean second, GError **error)
{
  g_autofree char *id = beside_id (replay, edit->version);

  if (!second)
    return edit->beside == NULL || remove_version (replay, id, error);
  g_autoptr (JipProposalVersion) beside = g_new0 (JipProposalVersion, 1);
  beside->id = g_steal_pointer (&id);
  beside->version = replay->number;
  copy_fields (&beside->fields, &replay->fields);
  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    if (edit->seen.mine[i])
      set_field (&beside->fields, i, *jip_proposal_field_at (&edit->wanted, i));
  beside->author = g_strdup (edit->version->author);
  beside->lost = TRUE;
  beside->received_at = edit->version->received_at;
  beside->place = edit->version->place;
  beside->seen = g_strdup (BESIDE);
  return put (replay, beside, error);
}

static gboolean
replay_edit (Replay *replay, Edit *edit, GError **error)
{
  JipProposalVersion *version = edit->version;
  gboolean second = FALSE;

  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    {
      gboolean known = TRUE;
      if (!edit->seen.mine[i])
        continue;
      if (!knew (replay, edit, i, &known, error))
        return FALSE;
      second |= !known;
      if (!known)
        continue;
      set_field (&replay->fields, i, *jip_proposal_field_at (&edit->wanted, i));
      replay->writers[i] = version->place;
    }
  replay->received_at = version->received_at;
  version->version = ++replay->number;
  g_free (version->id);
  version->id = g_strdup_printf ("%s:%" G_GINT64_FORMAT, replay->proposal, version->version);
  g_free (version->writers);
  version->writers = jip_edit_writers_to_text (replay->writers);
  copy_fields (&version->fields, &replay->fields);
  return put (replay, version, error) && put_beside (replay, edit, second, error);
}

/* What an edit that lost was made from; what stands now where that is not here. */
static gboolean
find_base (const Replay *replay, const Edit *edit, JipProposalFields *base, GError **error)
{
  const char *name = edit->seen.base != NULL ? edit->seen.base : "";
  gint64 number = *name != '\0' ? g_ascii_strtoll (name + 1, NULL, 10) : 0;
  gboolean by_place = *name == 'p';
  const Edit *other = number > 0 ? find_edit (replay, edit, by_place ? number : 0, number) : NULL;
  g_autoptr (JipProposalVersion) found = NULL;
  JipDatabase *database = replay->context->database;

  if (other == NULL && number > 0
      && !(by_place ? jip_proposal_find_version_at (database, replay->proposal, number, &found, error)
                    : jip_proposal_find_version (database, replay->proposal, MIN (number, replay->first),
                                                 &found, error)))
    return FALSE;
  copy_fields (base, other != NULL   ? &other->version->fields
                     : found != NULL ? &found->fields
                                     : &replay->fields);
  return TRUE;
}

static gboolean
replay_lost (Replay *replay, Edit *edit, GError **error)
{
  g_auto (JipProposalFields) base = { NULL };

  if (!find_base (replay, edit, &base, error))
    return FALSE;
  for (guint i = 0; i < JIP_N_PROPOSAL_FIELDS; i++)
    if (edit->seen.mine[i])
      set_field (&base, i, *jip_proposal_field_at (&edit->wanted, i));
  edit->version->version = replay->number;
  copy_fields (&edit->version->fields, &base);
  return put (replay, edit->version, error);
}

static void
replay_clear (Replay *replay)
{
  g_clear_pointer (&replay->edits, g_ptr_array_unref);
  jip_proposal_fields_clear (&replay->fields);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Replay, replay_clear)

static gboolean
replay_all (Replay *replay, GError **error)
{
  for (guint i = 0; i < replay->edits->len; i++)
    {
      Edit *edit = g_ptr_array_index (replay->edits, i);
      if (edit->version->lost ? !replay_lost (replay, edit, error) : !replay_edit (replay, edit, error))
        return FALSE;
    }
  return jip_proposal_update (replay->context->database, replay->proposal, &replay->fields, replay->number,
                              replay->received_at, error)
         && jip_mutation_touch (replay->context, "proposal", replay->proposal, error);
}

/**
 * jip_proposal_take_out:
 * @context: of what is refilled and changed nothing then, but did as new work
 */
gboolean
jip_proposal_take_out (JipMutationContext *context, JipProposal *proposal, GError **error)
{
  g_auto (Replay) replay = { .context = context, .proposal = proposal->id };

  replay.edits = g_ptr_array_new_with_free_func (edit_free);
  return load_start (&replay, context->moved_from, error) && load_edits (&replay, context->moved_from, error)
         && take_out (&replay, context->moved_from, error) && replay_all (&replay, error);
}

/* @come: (element-type JipProposalVersion): new ones, which are taken out
 * @moved_from: where the only one of them stands so far, or 0 */
static gboolean
place_edits (JipMutationContext *context,
             const char *proposal,
             GPtrArray *come,
             gint64 moved_from,
             GError **error)
{
  g_auto (Replay) replay = { .context = context, .proposal = proposal };
  gint64 first = G_MAXINT64;

  replay.edits = g_ptr_array_new_with_free_func (edit_free);
  for (guint i = 0; i < come->len; i++)
    first = MIN (first, ((JipProposalVersion *) g_ptr_array_index (come, i))->place);
  if (!load_start (&replay, first, error) || !load_edits (&replay, first, error)
      || !take_out (&replay, moved_from, error))
    return FALSE;
  while (come->len > 0)
    g_ptr_array_add (replay.edits, edit_new (g_ptr_array_steal_index_fast (come, come->len - 1)));
  g_ptr_array_sort (replay.edits, compare_edits);
  return replay_all (&replay, error);
}

static gboolean
place_waiting (JipMutationContext *context, const char *proposal, GPtrArray *edits, GError **error)
{
  return place_edits (context, proposal, edits, 0, error);
}

/**
 * jip_proposal_place_edit:
 * @context: of what is refilled: its place, account and time are the edit's
 * @wanted: the texts of the fields that @seen names
 * @lost_id: (nullable): the id of an edit that lost
 *
 * Puts an edit into its place among those that are there, at once where it moves. Those behind it get the next numbers.
 */
gboolean
jip_proposal_place_edit (JipMutationContext *context,
                         JipProposal *proposal,
                         const JipProposalFields *wanted,
                         const JipEditSeen *seen,
                         const char *lost_id,
                         GError **error)
{
  JipProposalVersion *version = g_new0 (JipProposalVersion, 1);

  version->id = g_strdup (lost_id);
  copy_fields (&version->fields, wanted);
  version->author = g_strdup (context->account);
  version->lost = lost_id != NULL;
  version->received_at = context->now;
  version->place = context->place;
  version->seen = jip_edit_seen_to_text (seen);
  if (context->moved_from == 0)
    {
      jip_mutation_put_off (context, "proposal", proposal->id, version,
                            (GDestroyNotify) jip_proposal_version_free, place_waiting);
      return TRUE;
    }
  g_autoptr (GPtrArray) come = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_proposal_version_free);
  g_ptr_array_add (come, version);
  return place_edits (context, proposal->id, come, context->moved_from, error);
}

/**
 * jip_proposal_is_waiting:
 * @lost_id: (nullable): the id of an edit that lost
 *
 * Returns: whether the edit that is refilled is among those that are put off
 */
gboolean
jip_proposal_is_waiting (JipMutationContext *context, const char *proposal, const char *lost_id)
{
  GPtrArray *edits = jip_mutation_get_waiting (context, "proposal", proposal);

  for (guint i = 0; edits != NULL && i < edits->len; i++)
    {
      const JipProposalVersion *edit = g_ptr_array_index (edits, i);
      if (lost_id != NULL ? g_strcmp0 (edit->id, lost_id) == 0
                          : !edit->lost && edit->place == context->place && edit->received_at == context->now
                                && strcmp (edit->author, context->account) == 0)
        return TRUE;
    }
  return FALSE;
}
