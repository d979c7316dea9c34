/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files whose bytes are on no disk any more: an administrator, or a restore, says so, and nothing waits for them. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "jip-admin-commands.h"
#include "jip-admin-service.h"
#include "jip-audit-table.h"
#include "jip-blob-arrival.h"
#include "jip-blob-service.h"
#include "jip-blob-table.h"
#include "jip-json.h"
#include "jip-sha256.h"
#include "jip-time.h"

#define MAX_NAME_CHARS 100

typedef struct
{
  const char *const *files; /* SHA-256 */
  const char *by;
  JipPokes *pokes;
  gint64 n_rows; /* that are about the last of them */
} Forget;

static JsonNode *
describe (const Forget *forget, const char *sha256, gint64 size)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "sha256", sha256);
  json_object_set_int_member (object, "size", size);
  json_object_set_int_member (object, "rows", forget->n_rows);
  json_object_set_string_member (object, "by", forget->by);
  json_node_take_object (node, object);
  return node;
}

static gboolean
forget_file (JipDatabase *database, Forget *forget, const char *sha256, GError **error)
{
  gint64 size;

  if (!jip_blob_get_size (database, sha256, &size, error))
    return FALSE;
  if (size < 0)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("This server knows no such file: %s"), sha256);
  return jip_blob_forget (database, sha256, error)
         && jip_blob_gone (database, forget->pokes, sha256, &forget->n_rows, error)
         && jip_audit_append (database, jip_time_now (), "file-gone", describe (forget, sha256, size), error);
}

static gboolean
forget_cb (JipDatabase *database, gpointer data, GError **error)
{
  Forget *forget = data;

  for (const char *const *file = forget->files; *file != NULL; file++)
    if (!forget_file (database, forget, *file, error))
      return FALSE;
  return TRUE;
}

/**
 * jip_admin_files_lost:
 * @files: (array zero-terminated=1): SHA-256 of files that a restore did not bring
 * @by: the administrator's name
 *
 * Their rows say so, until somebody who has one sends it again.
 */
gboolean
jip_admin_files_lost (JipServices *services, const char *const *files, const char *by, GError **error)
{
  g_autoptr (JipPokes) pokes = jip_pokes_new ();
  Forget forget = { .files = files, .by = by, .pokes = pokes };

  return jip_writer_run_sync (jip_store_get_writer (services->store), forget_cb, &forget, error);
}

/**
 * jip_admin_file_forget:
 *
 * `{"sha256", "by"}`: the file is gone for good. Backups are whole without it, its rows say so, and whoever still has it
 * may bring it. One that is there is not forgotten; one that is damaged is put aside first.
 */
char *
jip_admin_file_forget (JipServices *services, JipFields *fields, GError **error)
{
  g_autoptr (JipPokes) pokes = jip_pokes_new ();
  const char *files[] = { jip_fields_string (fields, "sha256", JIP_REQUIRED, 64), NULL };
  Forget forget = { .files = files,
                    .by = jip_fields_string (fields, "by", JIP_REQUIRED, MAX_NAME_CHARS),
                    .pokes = pokes };

  if (files[0] != NULL && !jip_sha256_is_valid (files[0]))
    jip_fields_fail (fields, "sha256", _ ("64 lower-case hexadecimal digits are expected"));
  if (!jip_fields_finish (fields, error) || !jip_blob_service_put_aside (services, files[0], error)
      || !jip_writer_run_sync (jip_store_get_writer (services->store), forget_cb, &forget, error))
    return NULL;
  jip_services_notify (services, pokes);
  return g_strdup_printf (
      _ ("%s: gone for good, and %" PRId64 " rows say so. Backups are whole without it.\n"), files[0],
      forget.n_rows);
}
