/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-mutations.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-attachment-service.h"
#include "jip-audit-table.h"
#include "jip-ballot-service.h"
#include "jip-claim-table.h"
#include "jip-draft-service.h"
#include "jip-event-service.h"
#include "jip-json.h"
#include "jip-mutation-args.h"
#include "jip-proposal-service.h"
#include "jip-time.h"

#define MAX_AUDIT_MEMBERS 10

static const struct
{
  const char *name;
  JipMutationApply apply;
} services[] = {
  { "proposal.submit", jip_proposal_submit },
  { "proposal.edit", jip_proposal_edit },
  { "comment.add", jip_comment_add },
  { "attachment.add", jip_attachment_add },
  { "attachment.remove", jip_attachment_take_away },
  { "vote.set", jip_vote_apply },
  { "event.create", jip_event_create },
  { "event.step", jip_event_step },
  { "ballot.submit", jip_ballot_submit },
  { "draft.save", jip_draft_save },
  { "draft.delete", jip_draft_delete },
};

/* Changes of one draft or proposal. */
typedef struct
{
  char *id;
  GPtrArray *changes;
  JipMutationPlace place;
} Waiting;

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  g_free (waiting->id);
  g_ptr_array_unref (waiting->changes);
  g_free (waiting);
}

/**
 * jip_mutation_context_init:
 * @replica: (nullable): that the mutations come from
 *
 * Returns: %FALSE with %JIP_ERROR_UNAUTHORIZED when there is no such account or it is disabled
 */
gboolean
jip_mutation_context_init (JipMutationContext *context,
                           JipServices *shared,
                           JipDatabase *database,
                           JipPokes *pokes,
                           const char *account,
                           const char *replica,
                           gint64 now,
                           GError **error)
{
  gboolean enabled;

  *context = (JipMutationContext){
    .services = shared, .database = database, .pokes = pokes, .replica = replica, .now = now, .clock = now
  };
  context->arrived = g_ptr_array_new_with_free_func (g_free);
  context->account = g_strdup (account);
  return jip_asker_load (database, account, replica, &enabled, &context->asker, error)
         && (enabled || jip_error_set (error, JIP_ERROR_UNAUTHORIZED, _ ("The account is disabled.")));
}

void
jip_mutation_context_clear (JipMutationContext *context)
{
  g_clear_pointer (&context->account, g_free);
  jip_asker_clear (&context->asker);
  g_clear_pointer (&context->mark, g_free);
  g_clear_pointer (&context->refill_mark, g_free);
  g_clear_pointer (&context->missing, g_free);
  g_clear_pointer (&context->arrived, g_ptr_array_unref);
  g_clear_pointer (&context->waiting, g_hash_table_unref);
  g_clear_pointer (&context->claims, g_ptr_array_unref);
}

/* Whether @error says something about the mutation, rather than about this server. */
static gboolean
is_verdict (const GError *error)
{
  guint status = jip_error_code_get_status (jip_error_get_code (error));

  return error->domain == JIP_ERROR && status < 500;
}

static void
reject (JipVerdict *verdict, const GError *error)
{
  JipErrorCode code = jip_error_get_code (error);
  JsonNode *detail = jip_error_get_detail (error);

  verdict->status = code == JIP_ERROR_VERSION_CONFLICT || code == JIP_ERROR_BALLOT_CONFLICT
                        ? JIP_VERDICT_CONFLICT
                        : JIP_VERDICT_REJECTED;
  g_free (verdict->code);
  g_free (verdict->message);
  verdict->code = g_strdup (jip_error_code_get_name (code));
  verdict->message = g_strdup (error->message);
  g_clear_pointer (&verdict->detail, json_node_unref);
  verdict->detail = detail != NULL ? json_node_copy (detail) : NULL;
}

static gboolean
run (JipMutationContext *context, const char *name, JsonNode *args, JipVerdict *verdict, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (services); i++)
    if (strcmp (services[i].name, name) == 0)
      return services[i].apply (context, json_node_get_object (args), verdict, error);
  g_return_val_if_reached (FALSE);
}

static char *
name_of (const char *kind, const char *id)
{
  return g_strconcat (kind, ":", id, NULL);
}

/**
 * jip_mutation_put_off:
 * @kind: `draft` or `proposal`
 * @change: (transfer full): one that is refilled
 *
 * Each change that gets an older place gives those behind it new numbers: those of a batch are placed together, before anything reads
 * them. For a mutation that cannot be refused any more.
 */
void
jip_mutation_put_off (JipMutationContext *context,
                      const char *kind,
                      const char *id,
                      gpointer change,
                      GDestroyNotify change_free,
                      JipMutationPlace place)
{
  GPtrArray *changes = jip_mutation_get_waiting (context, kind, id);

  if (changes == NULL)
    {
      Waiting *waiting = g_new0 (Waiting, 1);
      waiting->id = g_strdup (id);
      waiting->changes = changes = g_ptr_array_new_with_free_func (change_free);
      waiting->place = place;
      if (context->waiting == NULL)
        context->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, waiting_free);
      g_hash_table_insert (context->waiting, name_of (kind, id), waiting);
    }
  g_ptr_array_add (changes, change);
}

/* Returns: (transfer none) (nullable): the changes that are put off */
GPtrArray *
jip_mutation_get_waiting (JipMutationContext *context, const char *kind, const char *id)
{
  g_autofree char *name = name_of (kind, id);
  const Waiting *waiting = context->waiting != NULL ? g_hash_table_lookup (context->waiting, name) : NULL;

  return waiting != NULL ? waiting->changes : NULL;
}

/**
 * jip_mutations_place_waiting:
 *
 * Places what is put off. To be called when no more of a batch comes, and before what waits is released.
 */
gboolean
jip_mutations_place_waiting (JipMutationContext *context, GError **error)
{
  g_autoptr (GHashTable) all = g_steal_pointer (&context->waiting);
  GHashTableIter iter;
  gpointer value;

  if (all == NULL)
    return TRUE;
  g_hash_table_iter_init (&iter, all);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Waiting *waiting = value;
      if (!waiting->place (context, waiting->id, waiting->changes, error))
        return FALSE;
    }
  return TRUE;
}

/* What reads the versions of a draft or a proposal finds them in their places. One that comes back and is put off itself does not
 * read them, unless it moves, or its receipt does not say what the edit knew. */
static gboolean
place_before (JipMutationContext *context, const char *name, GError **error)
{
  const JipParked *refill = context->refill;
  gboolean edits = strcmp (name, "proposal.edit") == 0, saves = strcmp (name, "draft.save") == 0;
  gboolean put_off = refill != NULL && context->moved_from == 0
                     && (saves || (edits && refill->mark != NULL && strchr (refill->mark, '~') != NULL));

  return put_off || !(edits || saves || strcmp (name, "draft.delete") == 0)
         || jip_mutations_place_waiting (context, error);
}

/* Applies one mutation in a savepoint of its own. FALSE with @error when this server failed; why the mutation was
 * refused, and undone, goes into @problem. */
static gboolean
run_or_undo (JipMutationContext *context,
             const char *name,
             JsonNode *args,
             JipVerdict *verdict,
             GError **problem,
             GError **error)
{
  g_autoptr (GError) why = NULL;

  g_clear_pointer (&context->mark, g_free);
  g_clear_pointer (&context->missing, g_free);
  g_clear_pointer (&context->claims, g_ptr_array_unref);
  if (!place_before (context, name, error))
    return FALSE;
  if (!jip_database_savepoint (context->database, "mutation", error))
    return FALSE;
  if (run (context, name, args, verdict, &why))
    return jip_database_release (context->database, "mutation", error);
  g_clear_pointer (&context->mark, g_free);
  g_clear_pointer (&context->claims, g_ptr_array_unref);
  if (!jip_database_rollback_to (context->database, "mutation", error)
      || !jip_database_release (context->database, "mutation", error))
    return FALSE;
  g_propagate_error (is_verdict (why) ? problem : error, g_error_copy (why));
  return is_verdict (why);
}

static gboolean
put_claims (JipMutationContext *context, const JipParked *by, GError **error)
{
  for (guint i = 0; context->claims != NULL && i < context->claims->len; i++)
    if (!jip_claim_put (context->database, g_ptr_array_index (context->claims, i), by, error))
      return FALSE;
  return TRUE;
}

/* Of a new mutation, where it may have to give way to what comes back. */
static gboolean
put_new_claims (JipMutationContext *context,
                const char *name,
                JsonNode *args,
                const JipVerdict *verdict,
                GError **error)
{
  if (context->claims == NULL)
    return TRUE;
  g_autofree char *text = jip_json_canonical (args);
  const JipParked by = { .replica = (char *) context->replica,
                         .n = verdict->n,
                         .account = context->account,
                         .name = (char *) name,
                         .args = text,
                         .code = verdict->code,
                         .mark = context->mark,
                         .place = context->place,
                         .received_at = context->now };
  return put_claims (context, &by, error);
}

/**
 * jip_mutations_apply:
 * @args: (nullable): as sent
 * @fault: (nullable): what jip_mutation_check() said against it, if anything
 * @verdict: gets what was decided
 *
 * Authorises and applies one mutation in a savepoint of its own.
 *
 * Returns: %FALSE only when this server failed (disk, database); then there is no verdict
 */
gboolean
jip_mutations_apply (JipMutationContext *context,
                     const char *name,
                     JsonNode *args,
                     const GError *fault,
                     JipVerdict *verdict,
                     GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (fault != NULL)
    {
      reject (verdict, fault);
      return TRUE;
    }
  if (!jip_feed_get_seq (context->database, &context->place, error))
    return FALSE;
  if (!run_or_undo (context, name, args, verdict, &problem, error))
    return FALSE;
  if (problem == NULL)
    return put_new_claims (context, name, args, verdict, error);
  reject (verdict, problem);
  return TRUE;
}

/**
 * jip_mutations_refill:
 * @parked: what was acknowledged before
 * @waits_for: (out) (transfer full) (nullable): what it must wait for; %NULL when it was applied
 *
 * Does again what a mutation did before the restore, with the verdict that it had. One that is refused now, which
 * should not be, waits under the code's name: nothing is lost of it.
 *
 * Returns: %FALSE only when this server failed
 */
gboolean
jip_mutations_refill (JipMutationContext *context, const JipParked *parked, char **waits_for, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipVerdict) verdict = jip_verdict_new (parked->n);
  g_autoptr (JsonNode) args = jip_json_parse (parked->args, -1, &problem);
  g_autofree char *time = jip_time_format (parked->received_at);
  g_autoptr (JsonNode) at = json_node_init_string (json_node_alloc (), time);

  *waits_for = NULL;
  context->refill = parked;
  context->place = parked->place;
  context->now = parked->received_at;
  jip_verdict_status_from_name (parked->status, &verdict->status);
  gboolean sound = args != NULL && jip_mutation_check (parked->name, args, at, &problem);
  gboolean ok = !sound
                || (run_or_undo (context, parked->name, args, verdict, &problem, error)
                    && put_claims (context, parked, error));
  context->refill = NULL;
  context->now = context->clock;
  if (!ok || problem == NULL)
    return ok;
  JipErrorCode code = jip_error_get_code (problem);
  *waits_for = code == JIP_ERROR_NOT_FOUND && context->missing != NULL
                   ? g_steal_pointer (&context->missing)
                   : g_strdup (jip_error_code_get_name (code));
  return TRUE;
}

/**
 * jip_mutation_place:
 * @kind: with @id the name of something that is set again and again
 * @newest: (out): whether this mutation stands behind all that have set it
 *
 * After a restore the order of arrival is not the order of before, which alone decides. For what one mutation sets alone: where that
 * moves, this does.
 */
gboolean
jip_mutation_place (JipMutationContext *context,
                    const char *kind,
                    const char *id,
                    gboolean *newest,
                    GError **error)
{
  g_autofree char *name = name_of (kind, id);

  *newest = TRUE;
  return context->moved_from > 0 ? jip_placed_set (context->database, name, context->place, error)
                                 : jip_placed_claim (context->database, name, context->place, newest, error);
}

/**
 * jip_mutation_newest:
 *
 * The same for what several set, and remembers who did: one that gets an older place leaves it to the next newest.
 */
gboolean
jip_mutation_newest (JipMutationContext *context,
                     const char *kind,
                     const char *id,
                     gboolean *newest,
                     GError **error)
{
  *newest = TRUE;
  if (!context->services->restored && context->refill == NULL)
    return TRUE;
  if (context->claims == NULL)
    context->claims = g_ptr_array_new_with_free_func (g_free);
  char *name = name_of (kind, id);
  g_ptr_array_add (context->claims, name);
  return jip_placed_claim (context->database, name, context->place, newest, error);
}

/* What changes no row has a place of its own all the same, where it may move: what stands before it does not move along. */
gboolean
jip_mutation_stand_alone (JipMutationContext *context, GError **error)
{
  gint64 seq;

  return !context->services->restored
         || (jip_feed_get_seq (context->database, &seq, error)
             && jip_feed_raise_seq (context->database, seq + 1, error));
}

/* Before a service answers %JIP_ERROR_NOT_FOUND: a refilled mutation waits for this. */
void
jip_mutation_missing (JipMutationContext *context, const char *kind, const char *id)
{
  if (context->refill == NULL)
    return;
  g_free (context->missing);
  context->missing = name_of (kind, id);
}

/* What is there now may be waited for. */
void
jip_mutation_arrived (JipMutationContext *context, const char *kind, const char *id)
{
  if (context->services->restored || context->refill != NULL)
    g_ptr_array_add (context->arrived, name_of (kind, id));
}

/* @mark: without points */
void
jip_mutation_set_mark (JipMutationContext *context, const char *mark)
{
  g_free (context->mark);
  context->mark = g_strdup (mark);
}

/* Asks the one table of rights. The roles of what is refilled were asked for before; but what it is about must be the same
 * thing still, and not another account's that has taken its id since. */
gboolean
jip_mutation_allow (JipMutationContext *context, const char *action, JipRelations relations, GError **error)
{
  JipRoles roles = context->refill != NULL ? JIP_ROLES_ALL : context->asker.roles;

  if (jip_rights_allow (action, roles, relations))
    return TRUE;
  return jip_error_set (error, JIP_ERROR_FORBIDDEN, _ ("%s is not allowed to this account here."), action);
}

gboolean
jip_mutation_touch (JipMutationContext *context, const char *table, const char *id, GError **error)
{
  return jip_feed_touch (context->database, context->pokes, table, id, error);
}

/* As canonical JSON has it: by name. @number: for a member without a @text */
static void
append_member (GString *body, const char *name, const char *text, gint64 number)
{
  g_string_append_c (body, body->len == 0 ? '{' : ',');
  jip_json_append_quoted (body, name);
  g_string_append_c (body, ':');
  if (text != NULL)
    jip_json_append_quoted (body, text);
  else
    g_string_append_printf (body, "%" G_GINT64_FORMAT, number);
}

typedef struct
{
  const char *name;
  const char *text; /* %NULL: the place */
} AuditMember;

static int
compare_members (gconstpointer a, gconstpointer b)
{
  return strcmp (((const AuditMember *) a)->name, ((const AuditMember *) b)->name);
}

/**
 * jip_mutation_audit:
 * @...: names and text values in turn, ended by %NULL; a %NULL value is left out
 */
gboolean
jip_mutation_audit (JipMutationContext *context, const char *kind, GError **error, ...)
{
  AuditMember members[MAX_AUDIT_MEMBERS] = { { "account", context->account } };
  g_autoptr (GString) body = g_string_sized_new (256);
  gsize n = 1;
  va_list args;

  if (context->refill != NULL)
    members[n++].name = "place";
  va_start (args, error);
  for (const char *name; (name = va_arg (args, const char *)) != NULL;)
    {
      const char *value = va_arg (args, const char *);
      g_assert (n < G_N_ELEMENTS (members));
      if (value != NULL)
        members[n++] = (AuditMember){ name, value };
    }
  va_end (args);
  qsort (members, n, sizeof *members, compare_members);
  for (gsize i = 0; i < n; i++)
    append_member (body, members[i].name, members[i].text, context->place);
  g_string_append_c (body, '}');
  return jip_audit_append_text (context->database, context->clock, kind, body->str, error);
}

/* Readers of arguments whose kinds have been checked; null counts as absent. */

JsonNode *
jip_arg_node (JsonObject *args, const char *name)
{
  JsonNode *node = json_object_get_member (args, name);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

const char *
jip_arg_string (JsonObject *args, const char *name)
{
  JsonNode *node = jip_arg_node (args, name);

  return node != NULL ? json_node_get_string (node) : NULL;
}

gint64
jip_arg_int (JsonObject *args, const char *name)
{
  JsonNode *node = jip_arg_node (args, name);

  return node != NULL ? json_node_get_int (node) : 0;
}

gboolean
jip_arg_boolean (JsonObject *args, const char *name)
{
  JsonNode *node = jip_arg_node (args, name);

  return node != NULL && json_node_get_boolean (node);
}
