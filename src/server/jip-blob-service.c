/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-blob-service.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <glib/gstdio.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jip-blob-arrival.h"
#include "jip-blob-sweep.h"
#include "jip-blob-table.h"
#include "jip-fields.h"
#include "jip-sha256.h"
#include "jip-time.h"
#include "jip-upload-parts.h"

#define CHUNK (1024 * 1024)
#define SWEEP_MICROSECONDS (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)

struct _JipBlobService
{
  JipServices *services;
  GThreadPool *disk;
  _Atomic gint64 swept_at; /* monotonic microseconds */
};

/* One step of an upload; what is begun or finished is written by the writer, the bytes by the disk thread. */
typedef struct
{
  JipBlobService *service;
  JipServices *services;
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

static gint64
file_size (const char *path)
{
  struct stat info;

  return stat (path, &info) == 0 ? (gint64) info.st_size : 0;
}

/* Of what is on the disk, not of what was to be written there: a page that the disk had refused may still be in memory. */
static char *
hash_file (const char *path, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gssize n = -1;

  if (fd >= 0)
    posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  while (fd >= 0 && ((n = read (fd, buffer, CHUNK)) > 0 || (n < 0 && errno == EINTR)))
    if (n > 0)
      g_checksum_update (checksum, buffer, n);
  if (n != 0)
    jip_upload_fail_errno (error, _ ("The file cannot be read"));
  if (fd >= 0)
    close (fd);
  return n == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

typedef enum
{
  PLACE_EMPTY,
  PLACE_WHOLE,
  PLACE_DAMAGED,
  PLACE_STRANGE, /* no file at all */
} Place;

static gboolean
look_at_place (const char *path, const char *sha256, Place *place, GError **error)
{
  g_autoptr (GError) problem = NULL;
  struct stat info;

  *place = PLACE_EMPTY;
  if (lstat (path, &info) != 0)
    return errno == ENOENT || errno == ENOTDIR
           || jip_upload_fail_errno (error, _ ("The file cannot be read"));
  g_autofree char *hash = S_ISREG (info.st_mode) ? hash_file (path, &problem) : NULL;
  if (g_error_matches (problem, JIP_ERROR, JIP_ERROR_BUSY)) /* that says nothing of the file */
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  *place = !S_ISREG (info.st_mode)         ? PLACE_STRANGE
           : g_strcmp0 (hash, sha256) == 0 ? PLACE_WHOLE
                                           : PLACE_DAMAGED;
  return TRUE;
}

static char *
aside_path (const char *path)
{
  return g_strconcat (path, ".damaged", NULL);
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
  g_autofree char *path = jip_blob_dup_path (services, sha256);
  g_autofree char *aside = aside_path (path);
  Place place;

  if (!look_at_place (path, sha256, &place, error))
    return FALSE;
  if (place == PLACE_EMPTY)
    return TRUE;
  if (place == PLACE_WHOLE)
    return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("The file is there, and it is whole: %s"), path);
  return (g_rename (path, aside) == 0 || jip_upload_fail_errno (error, _ ("The file cannot be put aside")))
         && jip_upload_sync_folder_of (path, error);
}

/* What is damaged gets another name first and loses its own to the whole one in the same moment, so that there is always
 * one: it may have been the disk that could not be read just now. */
static gboolean
swap (const char *part, const char *target, gboolean is_file, GError **error)
{
  g_autofree char *fresh = g_strconcat (part, JIP_BLOB_FRESH, NULL);
  g_autofree char *aside = aside_path (target);

  g_unlink (fresh);
  if (is_file)
    g_unlink (aside);
  if (link (part, fresh) == 0 && (is_file ? link (target, aside) : g_rename (target, aside)) == 0
      && g_rename (fresh, target) == 0)
    return TRUE;
  jip_upload_fail_errno (error, _ ("The file cannot be stored"));
  g_unlink (fresh);
  return FALSE;
}

/* What lies there already is the same file, or damaged. */
static gboolean
replace_damaged (const char *part, const char *sha256, const char *target, GError **error)
{
  Place place;

  if (!look_at_place (target, sha256, &place, error))
    return FALSE;
  if (place == PLACE_EMPTY)
    return link (part, target) == 0 || jip_upload_fail_errno (error, _ ("The file cannot be stored"));
  return place == PLACE_WHOLE || swap (part, target, place == PLACE_DAMAGED, error);
}

/* The part keeps its own name until the database says that it is whole: whoever is cut off in between finishes later. */
static gboolean
put_into_place (Upload *upload, const char *part, GError **error)
{
  g_autofree char *target = jip_blob_dup_path (upload->services, upload->sha256);

  return jip_upload_make_folder_of (target, error)
         && (link (part, target) == 0
             || (errno == EEXIST ? replace_damaged (part, upload->sha256, target, error)
                                 : jip_upload_fail_errno (error, _ ("The file cannot be stored"))))
         && jip_upload_sync_name (jip_store_get_folder (upload->services->store), target, error);
}

static gboolean
begin_cb (JipDatabase *database, gpointer data, GError **error)
{
  Upload *upload = data;
  gboolean found;

  if (!jip_blob_service_find_upload (upload->services, database, upload->account, upload->sha256,
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
  g_autofree char *part
      = jip_upload_parts_dup_path (upload->services->uploads, upload->account, upload->sha256);

  if (error == NULL)
    {
      jip_upload_parts_remove (upload->services->uploads, part, NULL); /* else jip_blob_sweep() does */
      jip_services_notify (upload->services, upload->pokes);
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
  jip_writer_submit (jip_store_get_writer (upload->services->store), func, done, upload, upload_free);
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

/* The last byte has come: the hash decides. What cannot be read stays, and is looked at again. */
static gboolean
complete (Upload *upload, const char *part, GError **error)
{
  g_autofree char *hash = hash_file (part, error);

  if (hash == NULL)
    return FALSE;
  if (strcmp (hash, upload->sha256) != 0)
    {
      if (!jip_upload_parts_remove (upload->services->uploads, part, error))
        return FALSE;
      submit (upload, discard_cb, discarded_cb);
      return TRUE;
    }
  if (!put_into_place (upload, part, error))
    return FALSE;
  upload->state.complete = TRUE;
  upload->pokes = jip_pokes_new ();
  submit (upload, finish_cb, finished_cb);
  return TRUE;
}

/* What the asker believed when the part left may have changed meanwhile; here nothing does. */
static gboolean
check_part (Upload *upload, gint64 n, GError **error)
{
  JipDatabase *database = jip_store_get_reader (upload->services->store, error);
  gboolean found;

  if (database == NULL
      || !jip_blob_service_find_upload (upload->services, database, upload->account, upload->sha256,
                                        &upload->state, &found, error))
    return FALSE;
  if (!found)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("There is no such upload. Begin it first."));
  if (upload->offset != upload->state.offset || (upload->state.complete && n > 0))
    {
      g_propagate_error (error, wrong_offset (upload->state.offset));
      return FALSE;
    }
  return upload->state.offset + n <= upload->state.size
         || jip_error_set (error, JIP_ERROR_TOO_LARGE, _ ("The upload is longer than was announced."));
}

/* Takes @upload. */
static void
write_part (Upload *upload)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *part
      = jip_upload_parts_dup_path (upload->services->uploads, upload->account, upload->sha256);
  gint64 n = (gint64) g_bytes_get_size (upload->part);

  if (!check_part (upload, n, &error)
      || (n > 0 && !jip_upload_parts_append (upload->services->uploads, part, upload->part, &error)))
    {
      fail (upload, error);
      return;
    }
  upload->state.offset += n;
  if (upload->state.offset == upload->state.size && !upload->state.complete)
    {
      if (!complete (upload, part, &error))
        fail (upload, error);
      return;
    }
  written_cb (upload, NULL);
  upload_free (upload);
}

static void
disk_cb (gpointer data, gpointer user_data)
{
  JipBlobService *service = user_data;

  if (data == service) /* what is left of others */
    jip_blob_sweep (service->services, NULL);
  else
    write_part (data);
}

JipBlobService *
jip_blob_service_new (JipServices *services)
{
  JipBlobService *service = g_new0 (JipBlobService, 1);

  service->services = services;
  service->disk = g_thread_pool_new (disk_cb, service, 1, TRUE, NULL); /* it has a connection for reading */
  service->swept_at = g_get_monotonic_time ();
  g_thread_pool_push (service->disk, service, NULL);
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
  upload->services = service->services;
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

  if (error == NULL
      && upload->state.complete) /* a part is left where it is not known how the database answered */
    {
      g_autofree char *part
          = jip_upload_parts_dup_path (upload->services->uploads, upload->account, upload->sha256);
      jip_upload_parts_remove (upload->services->uploads, part, NULL);
    }
  if (error != NULL || upload->state.complete || upload->state.offset < upload->state.size)
    {
      written_cb (upload, error);
      return;
    }
  Upload *rest = upload_new (upload->service, upload->account, upload->sha256, upload->done, upload->data);
  rest->offset = upload->state.offset;
  rest->part = g_bytes_new_static ("", 0);
  g_thread_pool_push (upload->service->disk, rest, NULL);
}

static void
sweep_daily (JipBlobService *service)
{
  gint64 now = g_get_monotonic_time (), before = atomic_load (&service->swept_at);

  if (now - before > SWEEP_MICROSECONDS && atomic_compare_exchange_strong (&service->swept_at, &before, now))
    g_thread_pool_push (service->disk, service, NULL);
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
  sweep_daily (service);
  /* here, so that the writer waits for no disk but its own */
  g_autofree char *part = jip_upload_parts_dup_path (service->services->uploads, account, sha256);
  gint64 have;
  if (!jip_upload_parts_measure (service->services->uploads, part, &have, &error))
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
  g_autofree char *part = jip_upload_parts_dup_path (services->uploads, account, sha256);
  g_autofree char *whole = jip_blob_dup_path (services, sha256);
  state->size = state->offset = upload.size;
  /* a restore from a damaged backup may lack it, or the disk may have lost it: then its owner brings it again */
  state->complete = upload.complete && file_size (whole) == upload.size;
  return state->complete || jip_upload_parts_measure (services->uploads, part, &state->offset, error);
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
  Upload *upload = upload_new (service, account, sha256, done, data);

  upload->offset = offset;
  upload->part = g_bytes_ref (part);
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
  g_autofree char *path = jip_blob_dup_path (services, sha256);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) /* after a restore it is still on its way */
    jip_error_set (error, JIP_ERROR_NOT_FOUND, "%s", jip_error_describe (JIP_ERROR_NOT_FOUND));
  else if (fd < 0)
    jip_upload_fail_errno (error, _ ("The file cannot be read"));
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
  JipFeedReader reader = { context->account, jip_rights_reader_mask (context->asker.roles) };
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
 * Fails with %JIP_ERROR_BAD_ARGS when it is there and has another size. What is refilled was taken when it was not there, and
 * waits for a file of that size again.
 */
gboolean
jip_blob_service_find_own (JipMutationContext *context,
                           const char *sha256,
                           gint64 size,
                           const char *path,
                           gboolean *there,
                           GError **error)
{
  JipFeedReader reader = { context->account, jip_rights_reader_mask (context->asker.roles) };
  gint64 real = -1;

  if (!may_read (context->database, &reader, sha256, there, error)
      || (*there && !jip_blob_get_size (context->database, sha256, &real, error)))
    return FALSE;
  *there = *there && real >= 0;
  if (context->refill != NULL) /* it may have come before the file, and been taken */
    *there = *there && real == size;
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
  g_autofree char *path = jip_blob_dup_path (services, sha256);
  g_autoptr (JipPokes) pokes = jip_pokes_new ();
  Import import = { services, account, sha256, (gint64) size, pokes };

  if (size == 0 || (gint64) size > JIP_BLOB_MAX_SIZE)
    {
      jip_error_set (error, JIP_ERROR_TOO_LARGE, _ ("A file holds 1 byte to 200 MiB."));
      return NULL;
    }
  if (!jip_upload_make_folder_of (path, error)
      || (!g_file_test (path, G_FILE_TEST_EXISTS)
          && !g_file_set_contents_full (path, data, (gssize) size, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                        error))
      || !jip_upload_sync_name (jip_store_get_folder (services->store), path, error)
      || !jip_writer_run_sync (jip_store_get_writer (services->store), import_cb, &import, error))
    return NULL;
  jip_services_notify (services, pokes);
  return g_steal_pointer (&sha256);
}
