/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a restored server has been filled again, and the end of the wait for what will not come. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "jip-admin-commands.h"
#include "jip-audit-table.h"
#include "jip-event-refill.h"
#include "jip-refill-service.h"
#include "jip-time.h"

static gboolean
append_events (JipDatabase *database, GString *out, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT r.event, v.title FROM refill_event r JOIN event v ON v.id = r.event WHERE r.incomplete = 1"
      " ORDER BY r.event",
      "");

  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &problem))
    g_string_append_printf (out, _ ("result incomplete: %s %s\n"), jip_rows_text (rows, 0),
                            jip_rows_text (rows, 1));
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

char *
jip_admin_refill_list (JipServices *services, JipFields *fields, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (!jip_fields_finish (fields, error))
    return NULL;
  JipDatabase *database = jip_store_get_reader (services->store, error);
  gint64 epochs = database != NULL ? jip_epoch_count (database, error) : -1;
  gint64 parked = epochs >= 0 ? jip_parked_count (database, error) : -1;
  gint64 missing = parked >= 0 ? jip_hole_count (database, error) : -1;
  gint64 refused = missing >= 0 ? jip_audit_count (database, "refused", error) : -1;
  if (refused < 0)
    return NULL;
  g_string_append_printf (out, _ ("restores so far: %" PRId64 "\n"), epochs);
  g_string_append_printf (out, _ ("waiting for what they are about: %" PRId64 "\n"), parked);
  g_string_append_printf (out, _ ("gone for good: %" PRId64 "\n"), missing);
  g_string_append_printf (out, _ ("came back after the announcement: %" PRId64 "\n"), refused);
  return append_events (database, out, error) ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

typedef struct
{
  JipServices *services;
  const char *event;
  JipPokes *pokes;
  gboolean due;
} Close;

static gboolean
close_cb (JipDatabase *database, gpointer data, GError **error)
{
  Close *close = data;
  gint64 now = jip_time_now ();
  JipMutationContext context = { .services = close->services,
                                 .database = database,
                                 .pokes = close->pokes,
                                 .account = (char *) "",
                                 .now = now,
                                 .clock = now };

  context.arrived = g_ptr_array_new_with_free_func (g_free);
  gboolean ok
      = jip_event_refill_close (&context, close->event, error) && jip_refill_release (&context, error);
  g_clear_pointer (&context.arrived, g_ptr_array_unref);
  close->due = context.due;
  return ok;
}

char *
jip_admin_refill_close (JipServices *services, JipFields *fields, GError **error)
{
  g_autoptr (JipPokes) pokes = jip_pokes_new ();
  Close close = { services, jip_fields_id (fields, "event", JIP_REQUIRED), pokes, FALSE };

  if (!jip_fields_finish (fields, error)
      || !jip_writer_run_sync (jip_store_get_writer (services->store), close_cb, &close, error))
    return NULL;
  jip_refill_schedule (services, close.due);
  jip_services_notify (services, pokes);
  return g_strdup (_ ("The result is what there is now.\n"));
}
