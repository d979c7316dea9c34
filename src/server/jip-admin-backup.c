/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Backups: the server copies its database while it goes on; `jipctl` carries the copy away with the files, looks at it,
 * and says when it is kept elsewhere. */
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "jip-admin-commands.h"
#include "jip-admin-service.h"
#include "jip-audit-table.h"
#include "jip-backup-copies.h"
#include "jip-backup-table.h"
#include "jip-epoch.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-replica-table.h"
#include "jip-store-copy.h"
#include "jip-time.h"

#define LOOK_MICROSECONDS 200000
#define MAX_REPLICAS 1000000

static gboolean
read_copy (const char *path, JipBackup *backup, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipDatabase) copy = jip_database_open_sqlite (path, JIP_DATABASE_READ_ONLY, error);

  if (copy == NULL || !jip_feed_get_seq (copy, &backup->seq, error))
    return FALSE;
  backup->epoch = jip_meta_get (copy, "epoch", &problem);
  if (backup->epoch != NULL)
    return TRUE;
  return jip_error_set (error, JIP_ERROR_DATABASE, _ ("The copy does not say which epoch it is of."));
}

static JsonNode *
describe (const JipBackup *backup)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "backup", backup->id);
  json_node_take_object (node, object);
  return node;
}

static gboolean
note_cb (JipDatabase *database, gpointer data, GError **error)
{
  JipBackup *backup = data;

  return jip_backup_insert (database, backup, error)
         && jip_audit_append (database, backup->taken_at, "backup", describe (backup), error);
}

static char *
answer (const JipBackup *backup)
{
  g_autofree char *time = jip_time_format (backup->taken_at);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", backup->id);
  json_object_set_string_member (object, "epoch", backup->epoch);
  json_object_set_int_member (object, "seq", backup->seq);
  json_object_set_string_member (object, "taken_at", time);
  json_node_take_object (node, object);
  return jip_json_to_string (node);
}

/* A copy in the making. */
typedef struct
{
  JipServices *services;
  const char *lease;
  gint64 looked_at; /* monotonic microseconds */
  gboolean alone;   /* nobody waits for it any more */
} Take;

static gboolean
stop_cb (gpointer data)
{
  Take *take = data;
  gint64 now = g_get_monotonic_time ();

  if (now - take->looked_at >= LOOK_MICROSECONDS)
    {
      take->looked_at = now;
      take->alone = !jip_backup_lease_is_held (jip_store_get_folder (take->services->store), take->lease);
    }
  return take->alone || take->services->stopping;
}

/* Whether the copy is still wanted, looked at now. */
static gboolean
check_wanted (Take *take, GError **error)
{
  take->looked_at = 0;
  if (!stop_cb (take))
    return TRUE;
  return take->services->stopping
             ? jip_error_set (error, JIP_ERROR_UNAVAILABLE,
                              _ ("The server is being stopped. Take the backup again afterwards."))
             : jip_error_set (error, JIP_ERROR_CANCELLED, "%s", jip_error_describe (JIP_ERROR_CANCELLED));
}

static gboolean
copy (Take *take, const char *path, GError **error)
{
  JipDatabase *database = jip_store_get_reader (take->services->store, error);

  if (database == NULL)
    return FALSE;
  jip_database_set_stop (database, stop_cb, take);
  gboolean copied = jip_store_copy_to_file (database, path, JIP_SCHEMA_SERVER, error);
  jip_database_set_stop (database, NULL, NULL);
  return copied;
}

/**
 * jip_admin_backup_take:
 *
 * `{"lease"}`: copies the database into the data folder, where a confined server may write, for the holder of the lease;
 * see jip-backup-copies.h. Where that one is gone, or the server is being stopped, nothing stays of it.
 */
char *
jip_admin_backup_take (JipServices *services, JipFields *fields, GError **error)
{
  g_autoptr (JipBackup) backup = g_new0 (JipBackup, 1);
  g_autoptr (GError) problem = NULL;
  const char *folder = jip_store_get_folder (services->store);
  Take take = { services, jip_fields_id (fields, "lease", JIP_REQUIRED), 0, FALSE };

  if (!jip_fields_finish (fields, error))
    return NULL;
  jip_backup_copies_clean (folder);
  if (!check_wanted (&take, error))
    return NULL;
  g_autofree char *path = jip_backup_copies_get_path (folder, take.lease);
  backup->id = jip_id_new ();
  backup->taken_at = jip_time_now ();
  if (copy (&take, path, &problem))
    {
      if (check_wanted (&take, &problem) && read_copy (path, backup, &problem))
        return answer (backup);
      g_unlink (path);
    }
  if (!g_error_matches (problem, JIP_ERROR, JIP_ERROR_CANCELLED) || check_wanted (&take, error))
    g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

/**
 * jip_admin_backup_done:
 *
 * `{"id", "epoch", "seq", "taken_at"}`, as jip_admin_backup_take() said them: the copy is where it should be and was looked
 * at. Only from now on there is such a backup.
 */
char *
jip_admin_backup_done (JipServices *services, JipFields *fields, GError **error)
{
  g_autoptr (JipBackup) backup = g_new0 (JipBackup, 1);

  backup->id = g_strdup (jip_fields_id (fields, "id", JIP_REQUIRED));
  backup->epoch = g_strdup (jip_fields_id (fields, "epoch", JIP_REQUIRED));
  backup->seq = jip_fields_int (fields, "seq", JIP_REQUIRED, 0, JIP_JSON_MAX_INTEGER, 0);
  const char *taken_at = jip_fields_string (fields, "taken_at", JIP_REQUIRED, 64);
  if (taken_at != NULL && !jip_time_parse (taken_at, &backup->taken_at))
    jip_fields_fail (fields, "taken_at", _ ("a moment is expected, such as 2026-07-22T05:03:11.250Z"));
  if (!jip_fields_finish (fields, error)
      || !jip_writer_run_sync (jip_store_get_writer (services->store), note_cb, backup, error))
    return NULL;
  return g_strdup ("");
}

typedef struct
{
  JipServices *services;
  const char *id;
  JsonArray *replicas; /* of [id, last_n], as the copy has them */
} Keep;

static gboolean
raise_safe_n (JipDatabase *database, JsonArray *replicas, gint64 seq, GError **error)
{
  for (guint i = 0; i < json_array_get_length (replicas); i++)
    {
      JsonNode *node = json_array_get_element (replicas, i);
      JsonArray *pair = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
      if (pair == NULL || json_array_get_length (pair) != 2
          || json_node_get_value_type (json_array_get_element (pair, 0)) != G_TYPE_STRING
          || json_node_get_value_type (json_array_get_element (pair, 1)) != G_TYPE_INT64)
        return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                              _ ("$.args.replicas[%u]: an id and a number are expected"), i);
      if (!jip_replica_raise_safe_n (database, json_array_get_string_element (pair, 0),
                                     json_array_get_int_element (pair, 1), seq, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
keep_cb (JipDatabase *database, gpointer data, GError **error)
{
  Keep *keep = data;
  g_autoptr (JipBackup) backup = NULL;
  gint64 now = jip_time_now ();

  if (!jip_backup_get (database, keep->id, &backup, error))
    return FALSE;
  if (backup == NULL)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("This server did not take this backup."));
  if (strcmp (backup->epoch, keep->services->epoch) != 0)
    return jip_error_set (error, JIP_ERROR_WRONG_STATE,
                          _ ("The backup is of before the last restore. Take a new one."));
  return jip_backup_set_kept (database, keep->id, now, error)
         && raise_safe_n (database, keep->replicas, backup->seq, error)
         && jip_audit_append (database, now, "backup-kept", describe (backup), error);
}

/* From now on the desktops need not hold what the backup contains. */
char *
jip_admin_backup_keep (JipServices *services, JipFields *fields, GError **error)
{
  Keep keep = { services, jip_fields_id (fields, "id", JIP_REQUIRED),
                jip_fields_array (fields, "replicas", JIP_REQUIRED, MAX_REPLICAS) };

  if (!jip_fields_finish (fields, error)
      || !jip_writer_run_sync (jip_store_get_writer (services->store), keep_cb, &keep, error))
    return NULL;
  return g_strdup (_ ("It is marked as kept elsewhere.\n"));
}

char *
jip_admin_backup_list (JipServices *services, JipFields *fields, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (!jip_fields_finish (fields, error))
    return NULL;
  JipDatabase *database = jip_store_get_reader (services->store, error);
  g_autoptr (GPtrArray) list = database != NULL ? jip_backup_list (database, error) : NULL;
  if (list == NULL)
    return NULL;
  for (guint i = 0; i < list->len; i++)
    {
      const JipBackup *backup = g_ptr_array_index (list, i);
      g_autofree char *taken = jip_time_format (backup->taken_at);
      g_string_append_printf (out, "%s %s %s\n", backup->id, taken,
                              backup->kept_at > 0 ? _ ("kept elsewhere") : _ ("not kept elsewhere"));
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

typedef struct
{
  char *opened;
} Restore;

static gboolean
restore_cb (JipDatabase *database, gpointer data, GError **error)
{
  Restore *restore = data;

  return jip_epoch_open (database, "restore", 0, jip_time_now (), &restore->opened, error);
}

/**
 * jip_admin_begin_restored:
 *
 * Makes a data folder that was put back from a backup begin a new epoch.
 */
gboolean
jip_admin_begin_restored (JipServices *services, GError **error)
{
  Restore restore = { NULL };

  if (!jip_writer_run_sync (jip_store_get_writer (services->store), restore_cb, &restore, error))
    return FALSE;
  jip_epoch_adopt (services, restore.opened);
  g_free (restore.opened);
  return TRUE;
}
