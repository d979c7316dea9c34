/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A damaged replica shuts nobody out: what it still says goes into a new one, and the file itself is set aside. */
#include "jip-replica-open.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "jip-error.h"
#include "jip-id.h"
#include "jip-log-frames.h"
#include "jip-migrations.h"
#include "jip-salvage.h"
#include "jip-store.h"

/* In the replica's folder. The new database gets JIP_REPLICA_MENDED as its name once it is whole and on the disk: from then on it only
 * has to take its place, whenever the program was ended in between. */
#define WORK "salvage"
#define ASIDE "damaged"
#define NAME "name"
#define KEEP_ASIDE 3  /* damaged files */
#define SHORTEST 4096 /* bytes of a database */

/* The paths of one salvage. */
typedef struct
{
  char *folder;
  char *work;
  char *damaged;      /* a copy of the file, to be read */
  char *fresh;        /* the new database */
  char *mended;       /* the same, whole */
  char *current;      /* where the replica lies */
  char *log;          /* of it, as SQLite names it */
  char *name;         /* a file with the replica's name */
  gboolean log_whole; /* SQLite finds in the copy's log all that is in it */
} Salvage;

static void
salvage_clear (Salvage *self)
{
  g_free (self->folder);
  g_free (self->work);
  g_free (self->damaged);
  g_free (self->fresh);
  g_free (self->mended);
  g_free (self->current);
  g_free (self->log);
  g_free (self->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Salvage, salvage_clear)

static void
salvage_init (Salvage *self, const char *folder)
{
  self->folder = g_strdup (folder);
  self->work = g_build_filename (folder, WORK, NULL);
  self->damaged = g_build_filename (self->work, "damaged.db", NULL);
  self->fresh = g_build_filename (self->work, "fresh.db", NULL);
  self->mended = g_build_filename (folder, JIP_REPLICA_MENDED, NULL);
  self->current = g_build_filename (folder, JIP_STORE_FILE, NULL);
  self->log = g_strconcat (self->current, "-wal", NULL);
  self->name = g_build_filename (folder, NAME, NULL);
}

/* Returns: (transfer full) (nullable): the name that the replica had at its last start */
static char *
read_name (Salvage *self)
{
  g_autofree char *name = NULL;

  return g_file_get_contents (self->name, &name, NULL, NULL) && jip_id_is_valid (name)
             ? g_steal_pointer (&name)
             : NULL;
}

static gboolean
set_file_error (GError **error, const char *path)
{
  int problem = errno;

  return jip_error_set (error,
                        problem == ENOSPC || problem == EDQUOT ? JIP_ERROR_STORAGE_FULL : JIP_ERROR_FILE,
                        _ ("%s: %s"), path, g_strerror (problem));
}

static void
remove_work (Salvage *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->work, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->work, name, NULL);
      g_unlink (path);
    }
  g_rmdir (self->work);
}

static gboolean
set_copy_error (GError **error, const GError *problem)
{
  return jip_error_set (error,
                        g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? JIP_ERROR_STORAGE_FULL
                                                                                   : JIP_ERROR_FILE,
                        "%s", problem->message);
}

static gboolean
write_file (const char *path, const char *content, gsize length, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) local = NULL;

  return g_file_replace_contents (file, content, length, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, NULL,
                                  &local)
         || set_copy_error (error, local);
}

/* What is not there needs no copy. */
static gboolean
copy_file (const char *from, const char *to, GError **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);
  g_autoptr (GError) local = NULL;

  if (g_file_copy (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &local)
      || g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return TRUE;
  return set_copy_error (error, local);
}

/* SQLite takes a file that is shorter than a page for an empty one, and throws away the log beside one without a byte. A
 * replica that was ever opened has a name; before that nothing can be lost with it. */
static gboolean
is_stump (Salvage *self)
{
  g_autofree char *name = NULL;
  GStatBuf info, log_info;

  if (g_stat (self->current, &info) == 0 && info.st_size > 0)
    return info.st_size < SHORTEST;
  if (g_stat (self->log, &log_info) == 0 && log_info.st_size >= SHORTEST)
    return TRUE;
  name = read_name (self);
  return name != NULL;
}

/* What a program that was killed has left in the log is brought to the disk before anything is added: jip_log_frames_read()
 * counts on it. A disk that fails at it fails at the next commit too, and says so then. */
static void
sync_log (Salvage *self)
{
  int fd = open (self->log, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    return;
  (void) fdatasync (fd);
  close (fd);
}

/* Nobody may be writing to it. One that cannot be read is SQLite's to complain of; often there is none. */
static gboolean
is_log_damaged (Salvage *self)
{
  g_autofree char *log = NULL;
  gsize length;

  if (!g_file_get_contents (self->log, &log, &length, NULL))
    return FALSE;
  g_autoptr (JipLogFrames) frames = jip_log_frames_read ((guint8 *) log, length, NULL, 0);
  sync_log (self);
  return frames->damaged;
}

/* The copy is as it was written, as far as its checksums tell. */
static gboolean
copy_log (Salvage *self, GError **error)
{
  g_autofree char *copy = g_strconcat (self->damaged, "-wal", NULL);
  g_autofree char *log = NULL, *file = NULL;
  g_autoptr (GError) local = NULL;
  gsize length, file_length = 0;

  self->log_whole = TRUE;
  if (!g_file_get_contents (self->log, &log, &length, &local))
    return g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT) || set_copy_error (error, local);
  g_file_get_contents (self->damaged, &file, &file_length, NULL); /* without it less is put right */
  g_autoptr (JipLogFrames) frames
      = jip_log_frames_read ((guint8 *) log, length, (const guint8 *) file, file_length);
  self->log_whole = frames->whole;
  return write_file (copy, log, length, error);
}

/* There is nothing in a stump, but beside a whole page the log counts. */
static gboolean
copy_damaged (Salvage *self, GError **error)
{
  static const char page[SHORTEST] = { 0 };

  if (!is_stump (self))
    return copy_file (self->current, self->damaged, error) && copy_log (self, error);
  return write_file (self->damaged, page, SHORTEST, error) && copy_log (self, error);
}

/* SQLite would read a log only up to where it is damaged, and show what stood there then: removed entries, older texts. And
 * it throws the log away in the end. So the pages go first, and of what SQLite reads only the server's rows are taken. */
static gboolean
fill_past_log (Salvage *self, JipDatabase *to, GError **error)
{
  gboolean rows_whole;

  if (!jip_salvage_scan (self->damaged, to, error))
    return FALSE;
  g_autoptr (JipDatabase) from = jip_database_open_sqlite (self->damaged, 0, NULL);
  return from == NULL || jip_salvage_copy_rows (from, to, &rows_whole, error);
}

/* What tables lead to, and where that is not all, the rest page by page. */
static gboolean
fill (Salvage *self, JipDatabase *to, GError **error)
{
  g_autofree char *name = read_name (self);
  if (!self->log_whole)
    return fill_past_log (self, to, error) && jip_salvage_settle (to, FALSE, name, error);
  g_autoptr (JipDatabase) from = jip_database_open_sqlite (self->damaged, 0, NULL);
  gboolean whole = from != NULL, rows_whole;

  return (from == NULL
          || (jip_salvage_copy (from, to, &whole, error)
              && jip_salvage_copy_rows (from, to, &rows_whole, error)))
         && (whole || jip_salvage_scan (self->damaged, to, error))
         && jip_salvage_settle (to, whole, name, error);
}

static gboolean
make_fresh (Salvage *self, GError **error)
{
  g_autoptr (JipDatabase) to
      = jip_database_open_sqlite (self->fresh, JIP_DATABASE_CREATE | JIP_DATABASE_EXCLUSIVE, error);

  if (to == NULL || !jip_migrations_apply (to, JIP_SCHEMA_REPLICA, error) || !jip_database_begin (to, error))
    return FALSE;
  if (fill (self, to, error))
    return jip_database_commit (to, error) && jip_database_checkpoint (to, error);
  jip_database_rollback (to, NULL);
  return FALSE;
}

static char *
aside_path (const char *aside, const char *stamp, const char *suffix)
{
  g_autofree char *name = g_strconcat (stamp, ".db", suffix, NULL);

  return g_build_filename (aside, name, NULL);
}

static gboolean
move_aside (Salvage *self, const char *aside, const char *suffix, const char *stamp, GError **error)
{
  g_autofree char *from = g_strconcat (self->current, suffix, NULL);
  g_autofree char *to = aside_path (aside, stamp, suffix);

  return g_rename (from, to) == 0 || errno == ENOENT || set_file_error (error, from);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *) b, *(char *const *) a);
}

/* Damaged files are large, and no one asks for the oldest ones any more. A log may lie there alone, from a program that was
 * ended between the two. @stamp: of those just put there, which stay even where the clock went back */
static void
forget_oldest (const char *aside, const char *stamp)
{
  g_autoptr (GDir) dir = g_dir_open (aside, 0, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) stamps = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      const char *end
          = g_str_has_suffix (name, ".db") || g_str_has_suffix (name, ".db-wal") ? strrchr (name, '.') : NULL;
      g_autofree char *found = end != NULL ? g_strndup (name, (gsize) (end - name)) : NULL;
      if (found == NULL || g_str_equal (found, stamp) || !g_hash_table_add (seen, found))
        continue;
      g_ptr_array_add (stamps, g_steal_pointer (&found));
    }
  g_ptr_array_sort (stamps, compare_names);
  for (guint i = KEEP_ASIDE - 1; i < stamps->len; i++)
    {
      g_autofree char *path = aside_path (aside, g_ptr_array_index (stamps, i), "");
      g_autofree char *log = aside_path (aside, g_ptr_array_index (stamps, i), "-wal");
      g_unlink (path);
      g_unlink (log);
    }
}

/* Returns: (transfer full): what no file there is called yet; names sort by time */
static char *
find_stamp (const char *aside)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *second = g_date_time_format (now, "%Y%m%d-%H%M%S");

  for (guint i = (guint) g_date_time_get_microsecond (now);; i++)
    {
      g_autofree char *stamp = g_strdup_printf ("%s-%06u", second, i);
      g_autofree char *path = aside_path (aside, stamp, "");
      g_autofree char *log = aside_path (aside, stamp, "-wal");
      if (!g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (log, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&stamp);
    }
}

/* The new database takes its place; what lies there goes aside, in any order of deaths. */
static gboolean
put_in_place (Salvage *self, GError **error)
{
  g_autofree char *aside = g_build_filename (self->folder, ASIDE, NULL);
  g_autofree char *stamp = find_stamp (aside);
  g_autofree char *index = g_strconcat (self->current, "-shm", NULL);

  if (g_mkdir_with_parents (aside, 0700) != 0)
    return set_file_error (error, aside);
  if (!move_aside (self, aside, "", stamp, error) || !move_aside (self, aside, "-wal", stamp, error))
    return FALSE;
  g_unlink (index);
  if (g_rename (self->mended, self->current) != 0)
    return set_file_error (error, self->mended);
  jip_store_sync_folder (self->folder);
  remove_work (self);
  forget_oldest (aside, stamp);
  return TRUE;
}

static gboolean
salvage (Salvage *self, GError **error)
{
  remove_work (self);
  if (g_mkdir_with_parents (self->work, 0700) != 0)
    return set_file_error (error, self->work);
  if (!copy_damaged (self, error) || !make_fresh (self, error) || !jip_store_sync_folder (self->work)
      || g_rename (self->fresh, self->mended) != 0)
    {
      if (error != NULL && *error == NULL)
        set_file_error (error, self->fresh);
      remove_work (self);
      return FALSE;
    }
  jip_store_sync_folder (self->folder);
  return put_in_place (self, error);
}

static guint64
size_of (const char *path)
{
  GStatBuf info;

  return g_stat (path, &info) == 0 ? (guint64) info.st_size : 0;
}

/* A copy is read, and a new file written from it. */
static void
say_no_room (Salvage *self, GError **error)
{
  if (error == NULL || !g_error_matches (*error, JIP_ERROR, JIP_ERROR_STORAGE_FULL))
    return;
  g_autofree char *size = g_format_size (2 * (size_of (self->current) + size_of (self->log)));
  g_clear_error (error);
  jip_error_set (
      error, JIP_ERROR_STORAGE_FULL,
      _ ("The data on this PC is damaged, and there is no room on the disk to make it anew. Nothing of it was "
         "removed. Free about %s on the disk that holds “%s”, then start the program again."),
      size, self->folder);
}

/* Under the folder's lock. */
static gboolean
mend_locked (Salvage *self, GError **error)
{
  gboolean ok
      = g_file_test (self->mended, G_FILE_TEST_EXISTS) ? put_in_place (self, error) : salvage (self, error);

  if (!ok)
    say_no_room (self, error);
  return ok;
}

static gboolean
mend (Salvage *self, GError **error)
{
  int lock = jip_store_take_lock (self->folder, error);

  if (lock < 0)
    return FALSE;
  gboolean ok = mend_locked (self, error);
  close (lock);
  return ok;
}

/* What has to be looked for before SQLite opens the file, since it would take it for something else. While another program has
 * the replica open its log may be looked at in the middle of a write: then this fails, as opening it would. */
static gboolean
mend_before_opening (Salvage *self, GError **error)
{
  if (!g_file_test (self->folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  int lock = jip_store_take_lock (self->folder, error);
  if (lock < 0)
    return FALSE;
  gboolean ok = !(g_file_test (self->mended, G_FILE_TEST_EXISTS) || is_stump (self) || is_log_damaged (self))
                || mend_locked (self, error);
  close (lock);
  return ok;
}

static JipLocal *
open_sound (Salvage *self, GError **error)
{
  JipLocal *local = jip_local_open (self->folder, error);

  if (local == NULL || jip_local_write_sync (local, jip_salvage_check, NULL, error))
    return local;
  jip_local_unref (local);
  return NULL;
}

/* What an opened replica says of itself. */
typedef struct
{
  char *name;   /* nullable */
  char *mended; /* nullable: JIP_SALVAGE_MENDED */
} State;

static void
state_clear (State *state)
{
  g_free (state->name);
  g_free (state->mended);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (State, state_clear)

static gboolean
read_state (JipDatabase *database, gpointer data, GError **error)
{
  State *state = data;

  state->name = jip_meta_get (database, "replica", NULL);
  state->mended = jip_meta_get (database, JIP_SALVAGE_MENDED, NULL);
  return TRUE;
}

/* The name is kept a second time: receipts are worth nothing without it. */
static void
keep_name (Salvage *self, const char *name)
{
  g_autofree char *kept = read_name (self);

  if (name != NULL && g_strcmp0 (kept, name) != 0)
    g_file_set_contents_full (self->name, name, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

static char *
describe (const char *mended)
{
  if (mended == NULL)
    return NULL;
  return g_strdup (
      g_str_equal (mended, JIP_SALVAGE_WHOLE)
          ? _ ("The data on this PC was damaged and has been made anew. All that was not sent yet "
               "is kept; the rest comes from the server. The damaged file was set aside.")
          : _ ("The data on this PC was damaged and has been made anew. What could be read of what "
               "was not sent yet is kept: look whether something is missing. The damaged file was "
               "set aside."));
}

/**
 * jip_replica_told:
 *
 * A #JipLocalFunc for whoever shows the sentence to the person whose replica it is: it is not said again.
 */
gboolean
jip_replica_told (JipDatabase *database, gpointer unused, GError **error)
{
  return jip_database_run (database, error, "DELETE FROM meta WHERE key = $1", "t", JIP_SALVAGE_MENDED);
}

/**
 * jip_replica_open:
 * @folder: of one account's replica
 * @note: (out) (nullable) (transfer full): a sentence for the user where the replica had been damaged and was made anew,
 *   until jip_replica_told()
 *
 * As jip_local_open(), for a replica that may be damaged. Its file is then set aside, and the new one holds all that could
 * be read; what came from the server comes again. It may take a while: call it on a thread.
 */
JipLocal *
jip_replica_open (const char *folder, char **note, GError **error)
{
  g_auto (Salvage) self = { 0 };
  g_auto (State) state = { NULL };
  g_autoptr (GError) problem = NULL;

  *note = NULL;
  salvage_init (&self, folder);
  if (!mend_before_opening (&self, error))
    return NULL;
  JipLocal *local = open_sound (&self, &problem);
  if (local == NULL && jip_error_is_damaged_database (problem))
    {
      g_clear_error (&problem);
      local = mend (&self, &problem) ? jip_local_open (folder, &problem) : NULL;
    }
  if (local == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  jip_local_write_sync (local, read_state, &state, NULL);
  keep_name (&self, state.name);
  *note = describe (state.mended);
  return local;
}
