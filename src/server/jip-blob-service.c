/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-blob-service.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jip-blob-arrival.h"
#include "jip-blob-table.h"
#include "jip-fields.h"
#include "jip-sha256.h"
#include "jip-time.h"

#define CHUNK (1024 * 1024)

struct _JipBlobService
{
  JipServices *services;
  GThreadPool *disk;
};

/* One step of an upload; what is begun or finished is written by the writer, the bytes by the disk thread. */
typedef struct
{
  JipBlobService *service;
  char *account;
  char *sha256;
  gint64 size;
  gint64 offset;
  GBytes *part;
  JipBlobState state;
  JipPokes *pokes; /* those whose rows waited for it */
  JipBlobDone done;
  gpointer data;
} Upload;

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  g_free (upload->account);
  g_free (upload->sha256);
  g_clear_pointer (&upload->part, g_bytes_unref);
  g_clear_pointer (&upload->pokes, jip_pokes_free);
  g_free (upload);
}

static char *
part_path (JipServices *services, const char *account, const char *sha256)
{
  g_autofree char *name = g_strdup_printf ("%s-%s", account, sha256);

  return g_build_filename (jip_store_get_folder (services->store), "uploads", name, NULL);
}

static char *
blob_path (JipServices *services, const char *sha256)
{
  char prefix[3] = { sha256[0], sha256[1], '\0' };

  return g_build_filename (jip_store_get_folder (services->store), "blobs", prefix, sha256, NULL);
}

static gboolean
fail_errno (GError **error, const char *what)
{
  int saved = errno;
  JipErrorCode code = JIP_ERROR_FILE;

  if (saved == ENOSPC || saved == EDQUOT)
    code = JIP_ERROR_STORAGE_FULL;
  else if (saved == EIO)
    code = JIP_ERROR_UNAVAILABLE;
  else if (saved == EMFILE || saved == ENFILE)
    code = JIP_ERROR_BUSY;
  return jip_error_set (error, code, "%s: %s", what, g_strerror (saved));
}

static gint64
file_size (const char *path)
{
  struct stat info;

  return stat (path, &info) == 0 ? (gint64) info.st_size : 0;
}

static gboolean
sync_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return jip_store_sync_folder (folder)
         || fail_errno (error, _ ("The folder of the uploads cannot be written"));
}

static gboolean
make_folder_of (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return g_mkdir_with_parents (folder, 0700) == 0
         || fail_errno (error, _ ("The folder of the uploads cannot be made"));
}

/* A new file is there after a power cut only when its folder, and those above it in the data folder, say so durably. */
static gboolean
sync_name (JipServices *services, const char *path, GError **error)
{
  const char *top = jip_store_get_folder (services->store);
  g_autofree char *at = g_strdup (path);

  while (strlen (at) > strlen (top))
    {
      char *above = g_path_get_dirname (at);
      if (!sync_folder (at, error))
        {
          g_free (above);
          return FALSE;
        }
      g_free (at);
      at = above;
    }
  return TRUE;
}

static gboolean
append_bytes (const char *path, GBytes *bytes, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  gsize left;
  const guint8 *data = g_bytes_get_data (bytes, &left);

  if (fd < 0)
    return fail_errno (error, _ ("The upload cannot be written"));
  gint64 before = (gint64) lseek (fd, 0, SEEK_END);
  while (left > 0)
    {
      gssize n = write (fd, data, left);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      data += n;
      left -= (gsize) n;
    }
  gboolean written = left == 0 && fsync (fd) == 0;
  if (!written)
    {
      fail_errno (error, _ ("The upload cannot be written"));
      if (ftruncate (fd, before) != 0)
        unlink (path); /* half a part is worse than none */
    }
  close (fd);
  return written;
}

static char *
hash_file (const char *path)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gssize n = -1;

  while (fd >= 0 && (n = read (fd, buffer, CHUNK)) > 0)
    g_checksum_update (checksum, buffer, n);
  if (fd >= 0)
    close (fd);
  return n == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

/**
 * jip_blob_service_put_aside:
 *
 * A damaged file makes room for a whole one, under a name of its own: some of it may still be of use to somebody. Fails
 * with %JIP_ERROR_WRONG_STATE where the file is there as it should be.
 */
gboolean
jip_blob_service_put_aside (JipServices *services, const char *sha256, GError **error)
{
  g_autofree char *path = blob_path (services, sha256);
  g_autofree char *aside = g_strconcat (path, ".damaged", NULL);
  struct stat info;

  if (lstat (path, &info) != 0 && (errno == ENOENT || errno == ENOTDIR))
    return TRUE;
  g_autofree char *hash = S_ISREG (info.st_mode) ? hash_file (path) : NULL;
  if (g_strcmp0 (hash, sha256) == 0)
    return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("The file is there, and it is whole: %s"), path);
  return (g_rename (path, aside) == 0 || fail_errno (error, _ ("The file cannot be put aside")))
         && sync_folder (path, error);
}

/* What lies there already is the same file, or damaged. */
static gboolean
replace_damaged (JipServices *services,
                 const char *part,
                 const char *sha256,
                 const char *target,
                 GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!jip_blob_service_put_aside (services, sha256, &problem))
    {
      if (g_error_matches (problem, JIP_ERROR, JIP_ERROR_WRONG_STATE))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return link (part, target) == 0 || fail_errno (error, _ ("The file cannot be stored"));
}

/* The part keeps its own name until the database says that it is whole: whoever is cut off in between finishes later. */
static gboolean
put_into_place (Upload *upload, const char *part, GError **error)
{
  g_autofree char *target = blob_path (upload->service->services, upload->sha256);

  return make_folder_of (target, error)
         && (link (part, target) == 0
             || (errno == EEXIST
                     ? replace_damaged (upload->service->services, part, upload->sha256, target, error)
                     : fail_errno (error, _ ("The file cannot be stored"))))
         && sync_name (upload->service->services, target, error);
}

static gboolean
begin_cb (JipDatabase *database, gpointer data, GError **error)
{
  Upload *upload = data;
  gboolean found;

  if (!jip_blob_service_find_upload (upload->service->services, database, upload->account, upload->sha256,
                                     &upload->state, &found, error))
    return FALSE;
  if (found && upload->state.size != upload->size)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("$.size: the upload was begun with another size"));
  upload->state.size = upload->size;
  return found
         || jip_upload_begin (database, upload->account, upload->sha256, upload->size, jip_time_now (),
                              error);
}

static gboolean
finish_cb (JipDatabase *database, gpointer data, GError **error)
{
  Upload *upload = data;

  return jip_upload_finish (database, upload->account, upload->sha256, upload->state.size, jip_time_now (),
                            error)
         && jip_blob_arrived (database, upload->pokes, upload->account, upload->sha256, upload->state.size,
                              error);
}

static gboolean
discard_cb (JipDatabase *database, gpointer data, GError **error)
{
  Upload *upload = data;

  return jip_upload_discard (database, upload->account, upload->sha256, error);
}

static void
written_cb (gpointer data, const GError *error)
{
  Upload *upload = data;

  upload->done (error == NULL ? &upload->state : NULL, error, upload->data);
}

static void
finished_cb (gpointer data, const GError *error)
{
  Upload *upload = data;
  g_autofree char *part = part_path (upload->service->services, upload->account, upload->sha256);

  if (error == NULL)
    {
      unlink (part);
      jip_services_notify (upload->service->services, upload->pokes);
    }
  written_cb (upload, error);
}

static void
discarded_cb (gpointer data, const GError *error)
{
  Upload *upload = data;
  g_autoptr (GError) mismatch
      = jip_error_new (JIP_ERROR_HASH_MISMATCH, NULL, "%s", jip_error_describe (JIP_ERROR_HASH_MISMATCH));

  upload->done (NULL, error != NULL ? error : mismatch, upload->data);
}

static void
submit (Upload *upload, JipWriteFunc func, JipWriteDone done)
{
  jip_writer_submit (jip_store_get_writer (upload->service->services->store), func, done, upload,
                     upload_free);
}

static void
fail (Upload *upload, const GError *error)
{
  upload->done (NULL, error, upload->data);
  upload_free (upload);
}

static GError *
wrong_offset (gint64 offset)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_int_member (object, "offset", offset);
  json_node_take_object (node, object);
  return jip_error_new (JIP_ERROR_OFFSET_CONFLICT, node, _ ("The upload goes on at byte %" PRId64 "."),
                        offset);
}

/* The last byte has come: the hash decides. */
static void
complete (Upload *upload, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = hash_file (part);

  if (g_strcmp0 (hash, upload->sha256) != 0)
    {
      unlink (part);
      submit (upload, discard_cb, discarded_cb);
      return;
    }
  if (!put_into_place (upload, part, &error))
    {
      fail (upload, error);
      return;
    }
  upload->state.complete = TRUE;
  upload->pokes = jip_pokes_new ();
  submit (upload, finish_cb, finished_cb);
}

static void
disk_cb (gpointer data, gpointer user_data)
{
  Upload *upload = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *part = part_path (upload->service->services, upload->account, upload->sha256);
  gint64 have = file_size (part), n = (gint64) g_bytes_get_size (upload->part);

  if (upload->offset != have)
    error = wrong_offset (have);
  else if (have + n > upload->state.size)
    jip_error_set (&error, JIP_ERROR_TOO_LARGE, _ ("The upload is longer than was announced."));
  else if (make_folder_of (part, &error))
    {
      if (n > 0 && append_bytes (part, upload->part, &error) && have == 0
          && !sync_name (upload->service->services, part, &error))
        unlink (part);
    }
  if (error != NULL)
    {
      fail (upload, error);
      return;
    }
  upload->state.offset = have + n;
  if (upload->state.offset == upload->state.size)
    complete (upload, part);
  else
    {
      written_cb (upload, NULL);
      upload_free (upload);
    }
}

JipBlobService *
jip_blob_service_new (JipServices *services)
{
  JipBlobService *service = g_new0 (JipBlobService, 1);

  service->services = services;
  service->disk = g_thread_pool_new (disk_cb, service, 1, FALSE, NULL);
  return service;
}

void
jip_blob_service_free (JipBlobService *service)
{
  g_thread_pool_free (service->disk, FALSE, TRUE);
  g_free (service);
}

static Upload *
upload_new (JipBlobService *service, const char *account, const char *sha256, JipBlobDone done, gpointer data)
{
  Upload *upload = g_new0 (Upload, 1);

  upload->service = service;
  upload->account = g_strdup (account);
  upload->sha256 = g_strdup (sha256);
  upload->done = done;
  upload->data = data;
  return upload;
}

/* An upload that has every byte but was never finished: the server ended in between. */
static void
begun_cb (gpointer data, const GError *error)
{
  Upload *upload = data;

  if (error != NULL || upload->state.complete || upload->state.offset < upload->state.size)
    {
      written_cb (upload, error);
      return;
    }
  Upload *rest = upload_new (upload->service, upload->account, upload->sha256, upload->done, upload->data);
  rest->state = upload->state;
  rest->offset = upload->state.offset;
  rest->part = g_bytes_new_static ("", 0);
  g_thread_pool_push (upload->service->disk, rest, NULL);
}

/**
 * jip_blob_service_begin:
 * @body: (nullable): `{"sha256", "size"}`
 * @done: called once, from any thread, maybe before this returns
 */
void
jip_blob_service_begin (JipBlobService *service,
                        const char *account,
                        JsonNode *body,
                        JipBlobDone done,
                        gpointer data)
{
  g_autoptr (GError) error = NULL;
  JipFields fields;

  jip_fields_init (&fields, body, "$");
  const char *sha256 = jip_fields_string (&fields, "sha256", JIP_REQUIRED, 64);
  gint64 size = jip_fields_int (&fields, "size", JIP_REQUIRED, 1, JIP_BLOB_MAX_SIZE, 0);
  if (sha256 != NULL && !jip_sha256_is_valid (sha256))
    jip_fields_fail (&fields, "sha256", _ ("64 lower-case hexadecimal digits are expected"));
  if (!jip_fields_finish (&fields, &error))
    {
      done (NULL, error, data);
      return;
    }
  Upload *upload = upload_new (service, account, sha256, done, data);
  upload->size = size;
  submit (upload, begin_cb, begun_cb);
}

/**
 * jip_blob_service_find_upload:
 * @found: (out): whether the account has begun or finished one
 */
gboolean
jip_blob_service_find_upload (JipServices *services,
                              JipDatabase *database,
                              const char *account,
                              const char *sha256,
                              JipBlobState *state,
                              gboolean *found,
                              GError **error)
{
  JipUpload upload;

  *state = (JipBlobState){ 0 };
  if (!jip_upload_get (database, account, sha256, &upload, found, error))
    return FALSE;
  if (!*found)
    return TRUE;
  g_autofree char *part = part_path (services, account, sha256);
  g_autofree char *whole = blob_path (services, sha256);
  state->size = upload.size;
  /* a restore from a damaged backup may lack it, or the disk may have lost it: then its owner brings it again */
  state->complete = upload.complete && file_size (whole) == upload.size;
  state->offset = state->complete ? upload.size : file_size (part);
  return TRUE;
}

/**
 * jip_blob_service_write:
 * @offset: where @part begins
 * @done: called once, from any thread, maybe before this returns
 */
void
jip_blob_service_write (JipBlobService *service,
                        const char *account,
                        const char *sha256,
                        gint64 offset,
                        GBytes *part,
                        JipBlobDone done,
                        gpointer data)
{
  g_autoptr (GError) error = NULL;
  Upload *upload = upload_new (service, account, sha256, done, data);
  JipDatabase *database = jip_store_get_reader (service->services->store, &error);
  gboolean found = FALSE;

  upload->offset = offset;
  upload->part = g_bytes_ref (part);
  if (database != NULL
      && jip_blob_service_find_upload (service->services, database, account, sha256, &upload->state, &found,
                                       &error)
      && !found)
    jip_error_set (&error, JIP_ERROR_NOT_FOUND, _ ("There is no such upload. Begin it first."));
  if (error == NULL && upload->state.complete)
    error = wrong_offset (upload->state.size);
  if (error != NULL)
    fail (upload, error);
  else
    g_thread_pool_push (service->disk, upload, NULL);
}

static gboolean
may_read (JipDatabase *database,
          const JipFeedReader *reader,
          const char *sha256,
          gboolean *may,
          GError **error)
{
  JipUpload upload;
  gboolean found;

  if (!jip_upload_get (database, reader->account, sha256, &upload, &found, error))
    return FALSE;
  *may = found && upload.complete;
  return *may || jip_feed_may_read (database, reader, sha256, may, error);
}

/**
 * jip_blob_service_open:
 *
 * Returns: a descriptor of the file, -1 with %JIP_ERROR_NOT_FOUND when there is none that @reader may see
 */
int
jip_blob_service_open (JipServices *services,
                       JipDatabase *database,
                       const JipFeedReader *reader,
                       const char *sha256,
                       GError **error)
{
  gboolean may = FALSE;

  if (jip_sha256_is_valid (sha256) && !may_read (database, reader, sha256, &may, error))
    return -1;
  if (!may)
    {
      jip_error_set (error, JIP_ERROR_NOT_FOUND, "%s", jip_error_describe (JIP_ERROR_NOT_FOUND));
      return -1;
    }
  g_autofree char *path = blob_path (services, sha256);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) /* after a restore it is still on its way */
    jip_error_set (error, JIP_ERROR_NOT_FOUND, "%s", jip_error_describe (JIP_ERROR_NOT_FOUND));
  else if (fd < 0)
    fail_errno (error, _ ("The file cannot be read"));
  return fd;
}

/**
 * jip_blob_service_check_attach:
 * @path: of the reference, for the message
 *
 * Attaching needs an own finished upload or the right to read; the size must be the file's.
 */
gboolean
jip_blob_service_check_attach (JipMutationContext *context,
                               const char *sha256,
                               gint64 size,
                               const char *path,
                               GError **error)
{
  JipFeedReader reader = { context->account, jip_rights_reader_mask (context->roles) };
  gboolean may;
  gint64 real;

  /* what stood before is still on its way again */
  if (context->refill != NULL)
    return TRUE;
  if (!may_read (context->database, &reader, sha256, &may, error)
      || !jip_blob_get_size (context->database, sha256, &real, error))
    return FALSE;
  if (!may)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("%s: upload the file first"), path);
  return real == size || jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s.size: is not the file's"), path);
}

/**
 * jip_blob_service_find_own:
 * @there: (out): whether the asker has a finished upload of it or may read it; a file that somebody else has uploaded is
 *   not there for the asker
 *
 * Fails with %JIP_ERROR_BAD_ARGS when it is there and has another size.
 */
gboolean
jip_blob_service_find_own (JipMutationContext *context,
                           const char *sha256,
                           gint64 size,
                           const char *path,
                           gboolean *there,
                           GError **error)
{
  JipFeedReader reader = { context->account, jip_rights_reader_mask (context->roles) };
  gint64 real = -1;

  if (!may_read (context->database, &reader, sha256, there, error)
      || (*there && !jip_blob_get_size (context->database, sha256, &real, error)))
    return FALSE;
  *there = *there && real >= 0;
  return !*there || real == size
         || jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s.size: is not the file's"), path);
}

typedef struct
{
  JipServices *services;
  const char *account;
  const char *sha256;
  gint64 size;
  JipPokes *pokes;
} Import;

static gboolean
import_cb (JipDatabase *database, gpointer data, GError **error)
{
  Import *import = data;
  gint64 now = jip_time_now ();

  return jip_upload_begin (database, import->account, import->sha256, import->size, now, error)
         && jip_upload_finish (database, import->account, import->sha256, import->size, now, error)
         && jip_blob_arrived (database, import->pokes, import->account, import->sha256, import->size, error);
}

/**
 * jip_blob_service_import:
 * @account: becomes the uploader
 *
 * Stores a file without HTTP, for jipctl. Waits for the disk.
 *
 * Returns: (transfer full) (nullable): its SHA-256
 */
char *
jip_blob_service_import (JipServices *services, const char *account, GBytes *bytes, GError **error)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);
  g_autofree char *sha256 = jip_sha256_hex (data, size);
  g_autofree char *path = blob_path (services, sha256);
  g_autoptr (JipPokes) pokes = jip_pokes_new ();
  Import import = { services, account, sha256, (gint64) size, pokes };

  if (size == 0 || (gint64) size > JIP_BLOB_MAX_SIZE)
    {
      jip_error_set (error, JIP_ERROR_TOO_LARGE, _ ("A file holds 1 byte to 200 MiB."));
      return NULL;
    }
  if (!make_folder_of (path, error)
      || (!g_file_test (path, G_FILE_TEST_EXISTS)
          && !g_file_set_contents_full (path, data, (gssize) size, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                        error))
      || !sync_name (services, path, error)
      || !jip_writer_run_sync (jip_store_get_writer (services->store), import_cb, &import, error))
    return NULL;
  jip_services_notify (services, pokes);
  return g_steal_pointer (&sha256);
}
