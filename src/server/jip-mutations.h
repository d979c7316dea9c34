/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-asker.h"
#include "jip-refill-table.h"
#include "jip-services.h"
#include "jip-verdict.h"

G_BEGIN_DECLS

/**
 * JipMutationContext:
 * @database: the writer's, inside its transaction
 * @pokes: collects those whose rows change
 * @replica: (nullable): that it comes from
 * @account: who asks
 * @asker: the account and its replica, as of the beginning of the push; its names are not for what is refilled, which others may
 *   have sent
 * @now: when the server received it; what is refilled was received before the restore
 * @clock: the server's clock now
 * @place: where it stands in the order of all that was ever judged; counts after a restore only
 * @refill: (nullable): what is refilled: it was judged before, so rights, deadlines and states are not judged again
 * @moved_from: where it stands now, of what is refilled and was done again before its receipt was back; 0 for all else
 * @claims: (element-type utf8): names of what it sets and others may set again
 * @mark: (nullable): what the receipt will say beside the verdict
 * @refill_mark: (nullable): the same for one that is refilled, where it is not what its receipt says
 * @missing: (nullable): what a refilled mutation is about and what has not come back yet
 * @arrived: (element-type utf8): names of what others may wait for
 * @waiting: (nullable): what jip_mutations_place_waiting() does
 * @n_released: how much that had waited was done
 * @due: whether there is something for jip_refill_schedule()
 */
typedef struct
{
  JipServices *services;
  JipDatabase *database;
  JipPokes *pokes;
  const char *replica;
  char *account;
  JipAsker asker;
  gint64 now;
  gint64 clock;
  gint64 place;
  const JipParked *refill;
  gint64 moved_from;
  GPtrArray *claims;
  char *mark;
  char *refill_mark;
  char *missing;
  GPtrArray *arrived;
  GHashTable *waiting;
  guint n_released;
  gboolean due;
} JipMutationContext;

/**
 * JipMutationPlace:
 * @id: of a draft or a proposal
 * @changes: of it, that came back; the function may take them out
 *
 * Puts them into their places. The context's mutation is another one then.
 */
typedef gboolean (*JipMutationPlace) (JipMutationContext *context,
                                      const char *id,
                                      GPtrArray *changes,
                                      GError **error);

/**
 * JipMutationApply:
 * @args: of the shape that jip-mutation-args.c demands
 * @verdict: `ok` unless the function says otherwise; a conflict that keeps something returns %TRUE
 *
 * Returns: %FALSE with an error for the verdict; everything it wrote is undone then
 */
typedef gboolean (*JipMutationApply) (JipMutationContext *context,
                                      JsonObject *args,
                                      JipVerdict *verdict,
                                      GError **error);

gboolean jip_mutation_context_init (JipMutationContext *context,
                                    JipServices *services,
                                    JipDatabase *database,
                                    JipPokes *pokes,
                                    const char *account,
                                    const char *replica,
                                    gint64 now,
                                    GError **error);
void jip_mutation_context_clear (JipMutationContext *context);

gboolean jip_mutations_apply (JipMutationContext *context,
                              const char *name,
                              JsonNode *args,
                              const GError *fault,
                              JipVerdict *verdict,
                              GError **error);

gboolean
jip_mutations_refill (JipMutationContext *context, const JipParked *parked, char **waits_for, GError **error);

gboolean jip_mutations_place_waiting (JipMutationContext *context, GError **error);

/* For the services. */
gboolean jip_mutation_place (JipMutationContext *context,
                             const char *kind,
                             const char *id,
                             gboolean *newest,
                             GError **error);
gboolean jip_mutation_newest (JipMutationContext *context,
                              const char *kind,
                              const char *id,
                              gboolean *newest,
                              GError **error);
void jip_mutation_put_off (JipMutationContext *context,
                           const char *kind,
                           const char *id,
                           gpointer change,
                           GDestroyNotify change_free,
                           JipMutationPlace place);
GPtrArray *jip_mutation_get_waiting (JipMutationContext *context, const char *kind, const char *id);
gboolean jip_mutation_stand_alone (JipMutationContext *context, GError **error);
void jip_mutation_missing (JipMutationContext *context, const char *kind, const char *id);
void jip_mutation_arrived (JipMutationContext *context, const char *kind, const char *id);
void jip_mutation_set_mark (JipMutationContext *context, const char *mark);
gboolean
jip_mutation_allow (JipMutationContext *context, const char *action, JipRelations relations, GError **error);
gboolean jip_mutation_touch (JipMutationContext *context, const char *table, const char *id, GError **error);
gboolean jip_mutation_audit (JipMutationContext *context, const char *kind, GError **error, ...)
    G_GNUC_NULL_TERMINATED;
const char *jip_arg_string (JsonObject *args, const char *name);
gint64 jip_arg_int (JsonObject *args, const char *name);
gboolean jip_arg_boolean (JsonObject *args, const char *name);
JsonNode *jip_arg_node (JsonObject *args, const char *name);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipMutationContext, jip_mutation_context_clear)

G_END_DECLS
