/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a lock and what it let be announced were away after a restore, the chair may have decided anew. Once the announcement
 * is back it stays as it was: what was decided behind it is set aside, and what it had followed holds again. */
#include "jip-event-later.h"

#include <string.h>

#include "jip-claim-table.h"
#include "jip-event-service.h"
#include "jip-refill-service.h"

/* The names of what the chair has decided at places behind $2. */
#define LATER \
  "SELECT p.name FROM (SELECT 'adjust:' || id AS name FROM entry WHERE event = $1" \
  " UNION ALL SELECT 'withdraw:' || id FROM entry WHERE event = $1" \
  " UNION ALL SELECT 'lot:' || id FROM entry WHERE event = $1" \
  " UNION ALL SELECT 'recusal:' || id FROM recusal WHERE event = $1) AS d JOIN placed p ON p.name = d.name" \
  " WHERE p.place > $2 ORDER BY p.name"

static GStrv
list_later (JipMutationContext *context, const JipEvent *event, GError **error)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows
      = jip_database_query (context->database, error, LATER, "ti", event->id, context->place);

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    g_strv_builder_add (names, jip_rows_text (rows, 0));
  if (problem == NULL)
    return g_strv_builder_end (names);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static void
replace (char **text, const char *with)
{
  g_free (*text);
  *text = g_strdup (with);
}

/* The entry as it was before anything was decided about it. */
static gboolean
reset_entry (JipMutationContext *context, const char *kind, const char *id, GError **error)
{
  g_autoptr (JipEntry) entry = NULL;

  if (!jip_entry_get (context->database, id, &entry, error))
    return FALSE;
  if (strcmp (kind, "adjust") == 0)
    {
      replace (&entry->adjust, "0");
      replace (&entry->adjust_reason, NULL);
    }
  else if (strcmp (kind, "withdraw") == 0)
    {
      replace (&entry->status, "active");
      replace (&entry->status_reason, NULL);
    }
  else
    entry->lot = 0;
  return jip_entry_update (context->database, entry, error)
         && jip_mutation_touch (context, "entry", id, error);
}

/* @id: JUDGE:ENTRY */
static gboolean
remove_recusal (JipMutationContext *context,
                const JipEvent *event,
                JsonNode *rules,
                const char *id,
                GError **error)
{
  g_auto (GStrv) parts = g_strsplit (id, ":", 2);
  g_autoptr (JipJudge) judge = NULL;

  return jip_judge_get (context->database, parts[0], &judge, error)
         && jip_recusal_remove (context->database, id, error)
         && jip_mutation_touch (context, "recusal", id, error)
         && jip_event_refresh_progress (context, event, rules, parts[1], judge->panel, error);
}

static gboolean
set_aside (JipMutationContext *context,
           const JipEvent *event,
           JsonNode *rules,
           const char *name,
           GError **error)
{
  g_autofree char *kind = g_strndup (name, strcspn (name, ":"));
  const char *id = strchr (name, ':') + 1;
  g_autoptr (JipParked) older = NULL;

  return (strcmp (kind, "recusal") == 0 ? remove_recusal (context, event, rules, id, error)
                                        : reset_entry (context, kind, id, error))
         && jip_placed_set (context->database, name, 0, error)
         && jip_claim_get_newest (context->database, name, context->place, &older, error)
         && (older == NULL || jip_refill_again (context, older, error))
         && jip_mutation_audit (context, "refused", error, "event", event->id, "step", kind, "entry", id,
                                NULL);
}

/**
 * jip_event_later_set_aside:
 * @context: of the announcement that comes back
 * @any: (out): whether there was anything
 */
gboolean
jip_event_later_set_aside (JipMutationContext *context,
                           const JipEvent *event,
                           JsonNode *rules,
                           gboolean *any,
                           GError **error)
{
  g_auto (GStrv) names = list_later (context, event, error);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (!set_aside (context, event, rules, names[i], error))
      return FALSE;
  *any = names != NULL && *names != NULL;
  return names != NULL;
}
