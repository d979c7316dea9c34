/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which ballots an announced result counted, as the receipt of a reveal notes it: a few bits for each judge and what it judges. When a
 * restore has taken the announcement and more ballots, or other versions, are back than it counted, it says which of them
 * make it again (docs/protocol.md, After a restore). */
#include "jip-event-announced.h"

#include <sodium.h>
#include <string.h>

#include "jip-ballot-judgement.h"
#include "jip-ballot-table.h"
#include "jip-event-rule-sheet.h"
#include "jip-event-service.h"

#define MAX_BITS 3900 /* with all else a receipt has less than 1,000 characters */
#define MAX_DIGEST_BITS 8
#define WITH_VERSIONS "v" /* servers of before have noted the contents alone */
#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

static void
add_cells (GPtrArray *cells, const JipJudge *judge, JsonNode *rules, GPtrArray *entries)
{
  JsonNode *panel = jip_event_rules_find (rules, "panels", judge->panel);
  JsonArray *categories = json_object_get_array_member (json_node_get_object (rules), "categories");

  if (strcmp (jip_event_rules_panel_mode (panel), "pick") != 0)
    {
      for (guint i = 0; i < entries->len; i++)
        g_ptr_array_add (cells,
                         jip_submission_id (judge->id, ((JipEntry *) g_ptr_array_index (entries, i))->id));
      return;
    }
  for (guint i = 0; i < json_array_get_length (categories); i++)
    g_ptr_array_add (cells,
                     jip_submission_id (judge->id, json_object_get_string_member (
                                                       json_array_get_object_element (categories, i), "id")));
}

/* Returns: (transfer full) (element-type utf8): the ids of all submissions that there may be, in an order that no restore changes */
static GPtrArray *
list_cells (JipDatabase *database, const JipEvent *event, JsonNode *rules, GError **error)
{
  g_autoptr (GPtrArray) judges = jip_judge_list (database, event->id, error);
  g_autoptr (GPtrArray) entries = judges != NULL ? jip_entry_list (database, event->id, error) : NULL;
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  if (entries == NULL)
    return NULL;
  for (guint i = 0; i < judges->len; i++)
    add_cells (cells, g_ptr_array_index (judges, i), rules, entries);
  return g_steal_pointer (&cells);
}

/* Returns: (transfer full): the ids of the submissions of jip_event_list_counted() */
static GHashTable *
set_of_counted (GStrv counted)
{
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; counted[i] != NULL; i++)
    g_hash_table_add (set, g_strndup (counted[i], strcspn (counted[i], " ")));
  return set;
}

/* Of a ballot's contents and, where @with_version, of the version that it came with; 0 stands for none. */
static guint
digest_of (const JipBallot *ballot, guint bits, gboolean with_version)
{
  guint32 value = 0;

  for (guint i = 0; i < 6; i++)
    value = value << 4 | (guint32) g_ascii_xdigit_value (ballot->hash[i]);
  if (with_version)
    value ^= (guint32) ballot->given * 2654435761u >> 8;
  return 1 + value % ((1u << bits) - 1);
}

static void
set_digest (guint8 *bytes, guint cell, guint bits, guint digest)
{
  for (guint i = 0; i < bits; i++)
    {
      guint at = cell * bits + i;
      if (digest & (1u << i))
        bytes[at / 8] |= (guint8) (1u << at % 8);
    }
}

static guint
get_digest (const guint8 *bytes, guint cell, guint bits)
{
  guint digest = 0;

  for (guint i = 0; i < bits; i++)
    {
      guint at = cell * bits + i;
      digest |= (guint) ((bytes[at / 8] >> at % 8) & 1) << i;
    }
  return digest;
}

static int
compare_versions (gconstpointer a, gconstpointer b)
{
  const JipBallot *left = *(JipBallot *const *) a, *right = *(JipBallot *const *) b;

  return left->version < right->version ? 1 : left->version > right->version ? -1 : 0;
}

/* @ballots: outlives what is returned */
static GHashTable *
sort_versions (GPtrArray *ballots)
{
  GHashTable *table
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);

  g_ptr_array_sort (ballots, compare_versions);
  for (guint i = 0; i < ballots->len; i++)
    {
      JipBallot *ballot = g_ptr_array_index (ballots, i);
      g_autofree char *id = jip_submission_id (ballot->judge, ballot->subject);
      GPtrArray *versions = g_hash_table_lookup (table, id);
      if (versions == NULL)
        g_hash_table_insert (table, g_steal_pointer (&id), versions = g_ptr_array_new ());
      g_ptr_array_add (versions, ballot);
    }
  return table;
}

/* @versions: (nullable): the newest first */
static const JipBallot *
find_counting (GPtrArray *versions)
{
  for (guint i = 0; versions != NULL && i < versions->len; i++)
    if (jip_ballot_is_counting (g_ptr_array_index (versions, i)))
      return g_ptr_array_index (versions, i);
  return NULL;
}

/**
 * jip_event_announced_note:
 * @event: whose result is about to be announced
 * @note: (out) (transfer full): without `:`; empty for an event of thousands of judges and entries, which has no room in a receipt
 */
gboolean
jip_event_announced_note (JipDatabase *database, const JipEvent *event, char **note, GError **error)
{
  g_autoptr (JsonNode) rules = jip_event_rules_parse (event, error);
  g_autoptr (GPtrArray) cells = rules != NULL ? list_cells (database, event, rules, error) : NULL;
  g_auto (GStrv) list = cells != NULL ? jip_event_list_counted (database, event, error) : NULL;
  g_autoptr (GPtrArray) all = list != NULL ? jip_ballot_list (database, event->id, error) : NULL;
  guint8 bytes[MAX_BITS / 8 + 1] = { 0 };
  char text[MAX_BITS / 6 + 8];

  *note = NULL;
  if (all == NULL)
    return FALSE;
  guint bits = MIN (MAX_BITS / MAX (cells->len, 1), MAX_DIGEST_BITS);
  if (bits == 0)
    {
      *note = g_strdup ("");
      return TRUE;
    }
  g_autoptr (GHashTable) counted = set_of_counted (list);
  g_autoptr (GHashTable) versions = sort_versions (all);
  for (guint i = 0; i < cells->len; i++)
    {
      const char *cell = g_ptr_array_index (cells, i);
      const JipBallot *ballot = g_hash_table_contains (counted, cell)
                                    ? find_counting (g_hash_table_lookup (versions, cell))
                                    : NULL;
      set_digest (bytes, i, bits, ballot != NULL ? digest_of (ballot, bits, TRUE) : 0);
    }
  sodium_bin2base64 (text, sizeof text, bytes, (cells->len * bits + 7) / 8, VARIANT);
  *note = g_strdup_printf (WITH_VERSIONS "%u%s", bits, text);
  return TRUE;
}

typedef struct
{
  JipMutationContext *context;
  JipEvent *event;
  JsonNode *rules;
  const guint8 *bytes; /* of the note */
  guint bits;
  gboolean with_versions;
  GHashTable *counted;  /* as of set_of_counted() */
  GHashTable *versions; /* submission id -> GPtrArray of JipBallot, the newest first */
  GPtrArray *refused;   /* of JipBallot, as the following */
  GPtrArray *accepted;
  GStrvBuilder *made; /* what jip_event_list_counted() says then */
} Plan;

/* None was counted: what is complete must not be, up to a version that is not. */
static void
plan_none (Plan *plan, const char *cell, GPtrArray *versions)
{
  for (guint i = 0; g_hash_table_contains (plan->counted, cell) && i < versions->len; i++)
    {
      JipBallot *ballot = g_ptr_array_index (versions, i);
      if (jip_ballot_is_counting (ballot) && !ballot->complete)
        return;
      if (jip_ballot_is_counting (ballot))
        g_ptr_array_add (plan->refused, ballot);
    }
}

/* What was refused after an announcement, or before any restore, is so for good. */
static gboolean
may_count (const JipBallot *ballot)
{
  return ballot->complete && (jip_ballot_is_counting (ballot) || ballot->known >= 0);
}

/* FALSE when no version is the one that was counted, or none is back yet. */
static gboolean
plan_one (Plan *plan, const char *cell, GPtrArray *versions, guint digest)
{
  JipBallot *wanted = NULL;

  for (guint i = 0; i < versions->len && (wanted == NULL || !jip_ballot_is_counting (wanted)); i++)
    {
      JipBallot *ballot = g_ptr_array_index (versions, i);
      if (may_count (ballot) && digest_of (ballot, plan->bits, plan->with_versions) == digest
          && (wanted == NULL || jip_ballot_is_counting (ballot)))
        wanted = ballot;
    }
  if (wanted == NULL)
    return FALSE;
  if (!jip_ballot_is_counting (wanted))
    g_ptr_array_add (plan->accepted, wanted);
  for (guint i = 0; i < versions->len; i++)
    {
      JipBallot *ballot = g_ptr_array_index (versions, i);
      if (jip_ballot_is_counting (ballot) && ballot->version > wanted->version)
        g_ptr_array_add (plan->refused, ballot);
    }
  g_autofree char *line = g_strdup_printf ("%s %s", cell, wanted->hash);
  g_strv_builder_add (plan->made, line);
  return TRUE;
}

static gboolean
plan_all (Plan *plan, GPtrArray *cells)
{
  for (guint i = 0; i < cells->len; i++)
    {
      const char *cell = g_ptr_array_index (cells, i);
      GPtrArray *versions = g_hash_table_lookup (plan->versions, cell);
      guint digest = get_digest (plan->bytes, i, plan->bits);
      if (digest != 0 && (versions == NULL || !plan_one (plan, cell, versions, digest)))
        return FALSE;
      if (digest == 0 && versions != NULL)
        plan_none (plan, cell, versions);
    }
  return TRUE;
}

/* @note: of jip_event_announced_note() */
static gboolean
read_note (const char *note, guint n_cells, guint8 *bytes, gsize size, guint *bits, gboolean *with_versions)
{
  gsize length;

  *with_versions = g_str_has_prefix (note, WITH_VERSIONS);
  note += *with_versions ? strlen (WITH_VERSIONS) : 0;
  *bits = (guint) g_ascii_digit_value (*note);
  return *bits >= 1 && *bits <= MAX_DIGEST_BITS && n_cells <= MAX_BITS / *bits
         && sodium_base642bin (bytes, size, note + 1, strlen (note + 1), NULL, &length, NULL, VARIANT) == 0
         && length == (n_cells * *bits + 7) / 8;
}

static gboolean
set_all (Plan *plan, GPtrArray *ballots, const char *state, const char *kind, GError **error)
{
  JipMutationContext *context = plan->context;

  for (guint i = 0; i < ballots->len; i++)
    {
      JipBallot *ballot = g_ptr_array_index (ballots, i);
      /* an older one than counted is in time after all once that is back, too */
      gboolean in_time = strcmp (state, "late-refused") == 0 && strcmp (ballot->state, "valid") == 0;
      if (!jip_ballot_decide_for_good (context->database, ballot->id, state, error)
          || (in_time && !jip_ballot_note_in_time (context->database, ballot->id, error))
          || !jip_ballot_recount (context, plan->event, plan->rules, ballot, error)
          || !jip_mutation_audit (context, kind, error, "event", plan->event->id, "ballot", ballot->id,
                                  "state", state, NULL))
        return FALSE;
    }
  return TRUE;
}

/* Whether @ballots is what would count. Nothing is written before that is sure. */
static gboolean
plan_makes (Plan *plan, const char *ballots)
{
  g_auto (GStrv) made = g_strv_builder_end (plan->made);
  g_autofree char *hash = jip_event_hash_counted (made);

  return strcmp (hash, ballots) == 0;
}

/**
 * jip_event_announced_enforce:
 * @event: locked; the result is computed anew
 * @ballots: the hash of those that were counted, see jip_event_hash_counted()
 * @note: of jip_event_announced_note()
 * @enforced: (out): whether all that was counted is back and counts now, and nothing else
 *
 * Ballots that had not been back when the result was announced, or had been refused, are refused now; those that counted then count.
 */
gboolean
jip_event_announced_enforce (JipMutationContext *context,
                             JipEvent *event,
                             const char *ballots,
                             const char *note,
                             gboolean *enforced,
                             GError **error)
{
  g_autoptr (JsonNode) rules = jip_event_rules_parse (event, error);
  g_autoptr (GPtrArray) cells = rules != NULL ? list_cells (context->database, event, rules, error) : NULL;
  g_auto (GStrv) list = cells != NULL ? jip_event_list_counted (context->database, event, error) : NULL;
  g_autoptr (GPtrArray) all = list != NULL ? jip_ballot_list (context->database, event->id, error) : NULL;
  guint8 bytes[MAX_BITS / 8 + 1];
  guint bits;
  gboolean with_versions;

  *enforced = FALSE;
  if (all == NULL)
    return FALSE;
  if (!read_note (note, cells->len, bytes, sizeof bytes, &bits, &with_versions))
    return TRUE;
  g_autoptr (GHashTable) counted = set_of_counted (list);
  g_autoptr (GHashTable) versions = sort_versions (all);
  g_autoptr (GPtrArray) refused = g_ptr_array_new ();
  g_autoptr (GPtrArray) accepted = g_ptr_array_new ();
  g_autoptr (GStrvBuilder) made = g_strv_builder_new ();
  Plan plan
      = { context, event, rules, bytes, bits, with_versions, counted, versions, refused, accepted, made };
  if (!plan_all (&plan, cells) || !plan_makes (&plan, ballots))
    return TRUE;
  *enforced = TRUE;
  return set_all (&plan, refused, "late-refused", "refused", error)
         && set_all (&plan, accepted, "valid", "ballot", error);
}
