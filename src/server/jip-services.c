/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-services.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "jip-database-postgresql.h"
#include "jip-id.h"
#include "jip-refill-table.h"
#include "jip-sha256.h"

/* How long the writer waits for company before it commits. */
#define COMMIT_WINDOW_US 2000

/* In the data folder: whose it is, also where the database is gone or empty. */
#define OWNER_FILE "installation"

static gboolean
ensure_key (JipDatabase *database, const char *name, guint8 key[JIP_KEY_BYTES], GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *hex = jip_meta_get (database, name, &problem);
  char fresh[JIP_KEY_BYTES * 2 + 1];

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (hex != NULL)
    return sodium_hex2bin (key, JIP_KEY_BYTES, hex, strlen (hex), NULL, NULL, NULL) == 0
           || jip_error_set (error, JIP_ERROR_DATABASE, _ ("The key “%s” in the database is damaged."), name);
  randombytes_buf (key, JIP_KEY_BYTES);
  sodium_bin2hex (fresh, sizeof fresh, key, JIP_KEY_BYTES);
  return jip_meta_set (database, name, fresh, error);
}

/* Made once and never changed. It follows from a key that is in every backup, so that one of before there were such ids
 * brings back the same. */
static gboolean
ensure_installation (JipServices *services, JipDatabase *database, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *installation = jip_meta_get (database, "installation", &problem);

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (installation == NULL)
    {
      installation = jip_services_derive_id (services, "installation", "");
      if (!jip_meta_set (database, "installation", installation, error))
        return FALSE;
    }
  services->installation = g_intern_string (installation);
  return TRUE;
}

/* A database that is gone, or that a bad copy has emptied, looks like a new one: nobody may begin a new city where one was. */
static gboolean
check_unused (JipServices *services, GError **error)
{
  const char *folder = jip_store_get_folder (services->store);
  g_autofree char *path = g_build_filename (folder, OWNER_FILE, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  return jip_error_set (
      error, JIP_ERROR_DATABASE,
      _ ("%s: a server's data were here, and its database is gone or empty. Put the database back, or a "
         "backup into a new folder (jipctl restore); remove the file “%s” only to begin anew with nothing."),
      folder, OWNER_FILE);
}

/* A folder that cannot be written to says so at the first request; only this warning would be missing. */
static void
mark_used (JipServices *services)
{
  g_autofree char *path = g_build_filename (jip_store_get_folder (services->store), OWNER_FILE, NULL);
  g_autofree char *line = g_strconcat (services->installation, "\n", NULL);
  g_autofree char *before = NULL;

  if (!g_file_get_contents (path, &before, NULL, NULL) || strcmp (before, line) != 0)
    g_file_set_contents_full (path, line, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                              0600, NULL);
}

static gboolean
ensure_secrets (JipDatabase *database, gpointer data, GError **error)
{
  JipServices *services = data;
  g_autoptr (GError) problem = NULL;

  g_autofree char *epoch = jip_meta_get (database, "epoch", &problem);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (epoch == NULL)
    {
      epoch = jip_id_new ();
      if (!check_unused (services, error) || !jip_meta_set (database, "epoch", epoch, error))
        return FALSE;
    }
  gint64 opened = jip_epoch_count (database, error);
  if (opened < 0)
    return FALSE;
  services->epoch = g_intern_string (epoch);
  services->restored = opened > 0;
  return ensure_key (database, "receipt_key", services->receipt_key, error)
         && ensure_key (database, "cursor_key", services->cursor_key, error)
         && ensure_installation (services, database, error);
}

/* A restore that was ended in the middle has left the folder without a database: nobody may begin a new city there, which
 * would be taken for the old one. */
static gboolean
check_restored (const char *folder, GError **error)
{
  g_autofree char *stage = g_build_filename (folder, JIP_RESTORE_STAGE, NULL);

  if (jip_store_holds_data (folder) || !g_file_test (stage, G_FILE_TEST_EXISTS))
    return TRUE;
  int lock = jip_store_take_lock (folder, error);
  if (lock < 0) /* it goes on */
    return FALSE;
  close (lock);
  return jip_error_set (
      error, JIP_ERROR_WRONG_STATE,
      _ ("%s: a backup was being put back here and is not whole. Run jipctl restore again, or "
         "name an empty folder."),
      folder);
}

/**
 * jip_services_open:
 * @folder: the data folder; made with mode 0700 when it is missing
 *
 * Takes the folder's lock, brings the schema up to date and checks the database.
 *
 * Returns: (transfer full) (nullable): %NULL when another program has the folder or the database is not usable
 */
JipServices *
jip_services_open (const char *folder, GError **error)
{
  return jip_services_open_at (folder, NULL, error);
}

/**
 * jip_services_open_at:
 * @database: (nullable): `postgresql://…`, where the database of a new folder is to be; the folder remembers it
 *
 * As jip_services_open(). Without @database it lies where the folder says: in SQLite unless it says otherwise.
 */
JipServices *
jip_services_open_at (const char *folder, const char *database, GError **error)
{
  if (sodium_init () < 0)
    {
      jip_error_set (error, JIP_ERROR_INTERNAL, _ ("libsodium cannot be started."));
      return NULL;
    }
  if (!check_restored (folder, error))
    return NULL;
  g_autoptr (JipServices) services = g_new0 (JipServices, 1);
  services->store = jip_store_open_with (folder, database, jip_database_open_postgresql, JIP_SCHEMA_SERVER,
                                         COMMIT_WINDOW_US, error);
  if (services->store == NULL
      || !jip_writer_run_sync (jip_store_get_writer (services->store), ensure_secrets, services, error))
    return NULL;
  mark_used (services);
  services->uploads = jip_upload_parts_new (folder);
  return g_steal_pointer (&services);
}

void
jip_services_free (JipServices *services)
{
  g_clear_pointer (&services->store, jip_store_free);
  g_clear_pointer (&services->uploads, jip_upload_parts_free);
  sodium_memzero (services->receipt_key, JIP_KEY_BYTES);
  sodium_memzero (services->cursor_key, JIP_KEY_BYTES);
  g_free (services);
}

/* Tells those whose rows changed, once the change is durable. */
void
jip_services_notify (JipServices *services, const JipPokes *pokes)
{
  if (services->committed != NULL && pokes->seq > 0)
    services->committed (pokes, services->committed_data);
}

/**
 * jip_services_mac:
 *
 * Returns: (transfer full): HMAC-SHA-256 of @text, 43 URL-safe characters
 */
char *
jip_services_mac (const guint8 key[JIP_KEY_BYTES], const char *text)
{
  guint8 mac[JIP_SHA256_BYTES];
  const gsize length = sodium_base64_ENCODED_LEN (sizeof mac, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  char *encoded = g_malloc (length);

  jip_hmac_sha256 (key, JIP_KEY_BYTES, text, strlen (text), mac);
  sodium_bin2base64 (encoded, length, mac, sizeof mac, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return encoded;
}

/**
 * jip_services_derive_id:
 * @kind: without `|`, such as `account`
 * @text: what names the thing on this server
 *
 * An id for what clients do not make. The key is in every backup, so that what is made again after a restore is the
 * same to receipts and to copies of the data; without the key nobody can tell the id from the name.
 *
 * Returns: (transfer full): always the same for the same kind and text
 */
char *
jip_services_derive_id (JipServices *services, const char *kind, const char *text)
{
  guint8 mac[crypto_auth_hmacsha256_BYTES];
  g_autofree char *name = g_strdup_printf ("id|%s|%s", kind, text); /* a receipt's begins with another word */

  crypto_auth_hmacsha256 (mac, (const guint8 *) name, strlen (name), services->receipt_key);
  return jip_id_from_hash (mac);
}
