/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After a restore: what was acknowledged is done again, in whatever order it comes back, in its old place. */
#include "jip-refill-service.h"

#include <stdatomic.h>
#include <string.h>

#include "jip-event-refill.h"
#include "jip-json.h"
#include "jip-time.h"

#define AT_ONCE 200 /* about as much as a push */

static gboolean
apply_or_park (JipMutationContext *context, JipParked *parked, gboolean was_parked, GError **error)
{
  g_autofree char *waits_for = NULL;

  if (!jip_mutations_refill (context, parked, &waits_for, error))
    return FALSE;
  if (waits_for == NULL)
    return !was_parked || jip_parked_remove (context->database, parked, error);
  if (was_parked && strcmp (waits_for, parked->waits_for) == 0)
    return TRUE;
  g_free (parked->waits_for);
  parked->waits_for = g_steal_pointer (&waits_for);
  return jip_parked_put (context->database, parked, error);
}

/**
 * jip_refill_apply:
 * @replica: under which it comes now
 * @receipt: valid
 *
 * Does again what was acknowledged before; what it is about may still be missing, then it waits. What had been refused
 * changes nothing again.
 */
gboolean
jip_refill_apply (JipMutationContext *context,
                  const char *replica,
                  gint64 n,
                  const char *name,
                  JsonNode *args,
                  const JipReceipt *receipt,
                  GError **error)
{
  if (strcmp (receipt->status, "rejected") == 0 || g_strcmp0 (receipt->code, "ballot-conflict") == 0)
    return TRUE;
  g_autoptr (JipParked) parked = g_new0 (JipParked, 1);
  parked->replica = g_strdup (replica);
  parked->n = n;
  parked->account = g_strdup (context->account);
  parked->name = g_strdup (name);
  parked->args = args != NULL ? jip_json_canonical (args) : g_strdup ("null");
  parked->status = g_strdup (receipt->status);
  parked->code = g_strdup (receipt->code);
  parked->mark = g_strdup (receipt->mark);
  parked->place = receipt->seq;
  parked->received_at = receipt->received_at;
  return apply_or_park (context, parked, FALSE, error);
}

/* Does @parked, which others may have sent. */
static gboolean
run_for (JipMutationContext *context, JipParked *parked, gboolean was_parked, GError **error)
{
  char *account = context->account;
  JipRoles roles = context->asker.roles;

  context->account = parked->account;
  context->asker.roles = JIP_ROLE_NONE;
  gboolean ok = apply_or_park (context, parked, was_parked, error);
  context->account = account;
  context->asker.roles = roles;
  return ok;
}

/**
 * jip_refill_again:
 * @parked: was done before, and holds again
 *
 * May be called while another mutation is done, which goes on then.
 */
gboolean
jip_refill_again (JipMutationContext *context, JipParked *parked, GError **error)
{
  const JipParked *refill = context->refill;
  const gint64 place = context->place, now = context->now, moved_from = context->moved_from;
  GPtrArray *claims = g_steal_pointer (&context->claims);
  char *mark = g_steal_pointer (&context->refill_mark);

  context->moved_from = 0;
  gboolean ok = run_for (context, parked, FALSE, error);
  g_clear_pointer (&context->claims, g_ptr_array_unref);
  g_free (context->refill_mark);
  context->claims = claims;
  context->refill_mark = mark;
  context->refill = refill;
  context->place = place;
  context->now = now;
  context->moved_from = moved_from;
  return ok;
}

/* @left: (inout): how many may still be done at once; the others get their turn by jip_refill_schedule() */
static gboolean
release_name (JipMutationContext *context, const char *name, guint *left, GError **error)
{
  g_autoptr (GPtrArray) list = jip_parked_list (context->database, name, *left, error);

  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < list->len; i++, (*left)--)
    if (!run_for (context, g_ptr_array_index (list, i), TRUE, error))
      return FALSE;
  return *left > 0 || strcmp (name, JIP_PARKED_READY) == 0
         || jip_parked_set_ready (context->database, name, error);
}

static gboolean
release (JipMutationContext *context, gboolean *more, GError **error)
{
  guint left = AT_ONCE - context->n_released;

  for (guint i = 0; i < context->arrived->len; i++)
    if (!release_name (context, g_ptr_array_index (context->arrived, i), &left, error)
        || !jip_mutations_place_waiting (context, error))
      return FALSE;
  g_ptr_array_set_size (context->arrived, 0);
  context->n_released = AT_ONCE - left;
  *more = left == 0;
  return TRUE;
}

/**
 * jip_refill_release:
 *
 * Does what waited for what arrived, and what waited for that. Of thousands the most are left for later (@context's due), so
 * that others get their turn.
 */
gboolean
jip_refill_release (JipMutationContext *context, GError **error)
{
  gboolean more = FALSE;
  gboolean ok = release (context, &more, error);

  context->due |= more;
  return ok;
}

typedef struct
{
  JipServices *services;
  JipPokes *pokes;
  gboolean retry;
  gboolean more; /* there is more than is done at once */
} Settle;

static void
settle_free (gpointer data)
{
  Settle *settle = data;

  jip_pokes_free (settle->pokes);
  g_free (settle);
}

static void
context_init (JipMutationContext *context, Settle *settle, JipDatabase *database)
{
  *context = (JipMutationContext){ .services = settle->services,
                                   .database = database,
                                   .pokes = settle->pokes,
                                   .account = g_strdup (""),
                                   .now = jip_time_now () };
  context->clock = context->now;
  context->arrived = g_ptr_array_new_with_free_func (g_free);
}

/* Results are for when all is back. A reveal that was waiting changes none, so this ends. */
static gboolean
settle_cb (JipDatabase *database, gpointer data, GError **error)
{
  Settle *settle = data;
  g_auto (JipMutationContext) context = { NULL };

  context_init (&context, settle, database);
  if (settle->retry)
    g_ptr_array_add (context.arrived, g_strdup ("accounts:"));
  g_ptr_array_add (context.arrived, g_strdup (JIP_PARKED_READY));
  if (!release (&context, &settle->more, error) || settle->more)
    return settle->more;
  return jip_event_refill_settle (&context, error) && release (&context, &settle->more, error);
}

static void
settled_cb (gpointer data, const GError *error)
{
  Settle *settle = data;

  settle->services->unsettled = error != NULL;
  settle->services->settling = FALSE;
  if (error != NULL)
    return;
  jip_refill_schedule (settle->services, settle->more);
  jip_services_notify (settle->services, settle->pokes);
}

static void
submit (JipServices *services, gboolean retry)
{
  Settle *settle = g_new0 (Settle, 1);

  settle->services = services;
  settle->pokes = jip_pokes_new ();
  settle->retry = retry;
  jip_writer_submit (jip_store_get_writer (services->store), settle_cb, settled_cb, settle, settle_free);
}

/**
 * jip_refill_schedule:
 * @due: whether anything is
 *
 * Does soon what jip_refill_release() has left, in turns with what others want of the writer, and then computes what is due, once
 * for all that came meanwhile: a thousand judges come back at the same time. To be called after each push: what the database
 * refused is tried again with the next one.
 */
void
jip_refill_schedule (JipServices *services, gboolean due)
{
  gboolean no = FALSE;

  if ((due || services->unsettled) && atomic_compare_exchange_strong (&services->settling, &no, TRUE))
    submit (services, services->unsettled); /* it may have been that for accounts which failed */
}

/**
 * jip_refill_retry:
 *
 * What waits for accounts may find them now; what was due when the server stopped is still due.
 */
void
jip_refill_retry (JipServices *services)
{
  if (services->restored)
    submit (services, TRUE);
}
