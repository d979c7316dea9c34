/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A damaged replica shuts nobody out: what it still says goes into a new one, and the file itself is set aside. */
#include "jip-replica-open.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "jip-error.h"
#include "jip-id.h"
#include "jip-migrations.h"
#include "jip-salvage.h"
#include "jip-store.h"

/* In the replica's folder. The new database gets MENDED as its name once it is whole and on the disk: from then on it only
 * has to take its place, whenever the program was ended in between. */
#define WORK "salvage"
#define MENDED JIP_STORE_FILE ".mended"
#define ASIDE "damaged"
#define NAME "name"
#define KEEP_ASIDE 3  /* damaged files */
#define SHORTEST 4096 /* bytes of a database */

/* The paths of one salvage. */
typedef struct
{
  char *folder;
  char *work;
  char *damaged; /* a copy of the file, to be read */
  char *fresh;   /* the new database */
  char *mended;  /* the same, whole */
  char *current; /* where the replica lies */
  char *name;    /* a file with the replica's name */
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
  self->mended = g_build_filename (folder, MENDED, NULL);
  self->current = g_build_filename (folder, JIP_STORE_FILE, NULL);
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
  return jip_error_set (error,
                        g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? JIP_ERROR_STORAGE_FULL
                                                                                 : JIP_ERROR_FILE,
                        "%s", local->message);
}

/* SQLite takes a file that is shorter than a page for an empty one, and throws away the log beside one without a byte. */
static gboolean
is_stump (const char *path)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  GStatBuf info, log_info;

  if (g_stat (path, &info) == 0 && info.st_size > 0)
    return info.st_size < SHORTEST;
  return g_stat (log, &log_info) == 0 && log_info.st_size >= SHORTEST;
}

/* There is nothing in a stump, but beside a whole page the log counts. */
static gboolean
copy_damaged (Salvage *self, GError **error)
{
  g_autofree char *log = g_strconcat (self->current, "-wal", NULL);
  g_autofree char *log_copy = g_strconcat (self->damaged, "-wal", NULL);
  static const char page[SHORTEST] = { 0 };

  if (!is_stump (self->current))
    return copy_file (self->current, self->damaged, error) && copy_file (log, log_copy, error);
  return g_file_set_contents (self->damaged, page, SHORTEST, NULL) ? copy_file (log, log_copy, error)
                                                                   : set_file_error (error, self->damaged);
}

/* What tables lead to, and where that is not all, the rest page by page. */
static gboolean
fill (Salvage *self, JipDatabase *to, GError **error)
{
  g_autoptr (JipDatabase) from = jip_database_open_sqlite (self->damaged, 0, NULL);
  g_autofree char *name = read_name (self);
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

static gboolean
move_aside (Salvage *self, const char *suffix, const char *stamp, GError **error)
{
  g_autofree char *from = g_strconcat (self->current, suffix, NULL);
  g_autofree char *name = g_strconcat (stamp, ".db", suffix, NULL);
  g_autofree char *to = g_build_filename (self->folder, ASIDE, name, NULL);

  return g_rename (from, to) == 0 || errno == ENOENT || set_file_error (error, from);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *) b, *(char *const *) a);
}

/* Damaged files are large, and no one asks for the oldest ones any more. */
static void
forget_oldest (const char *aside)
{
  g_autoptr (GDir) dir = g_dir_open (aside, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".db"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = KEEP_ASIDE; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (aside, g_ptr_array_index (names, i), NULL);
      g_autofree char *log = g_strconcat (path, "-wal", NULL);
      g_unlink (path);
      g_unlink (log);
    }
}

/* The new database takes its place; what lies there goes aside, in any order of deaths. */
static gboolean
put_in_place (Salvage *self, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree char *aside = g_build_filename (self->folder, ASIDE, NULL);
  g_autofree char *index = g_strconcat (self->current, "-shm", NULL);

  if (g_mkdir_with_parents (aside, 0700) != 0)
    return set_file_error (error, aside);
  if (!move_aside (self, "", stamp, error) || !move_aside (self, "-wal", stamp, error))
    return FALSE;
  g_unlink (index);
  if (g_rename (self->mended, self->current) != 0)
    return set_file_error (error, self->mended);
  jip_store_sync_folder (self->folder);
  remove_work (self);
  forget_oldest (aside);
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

/* Under the folder's lock. */
static gboolean
mend (Salvage *self, GError **error)
{
  int lock = jip_store_take_lock (self->folder, error);

  if (lock < 0)
    return FALSE;
  gboolean ok
      = g_file_test (self->mended, G_FILE_TEST_EXISTS) ? put_in_place (self, error) : salvage (self, error);
  close (lock);
  return ok;
}

static JipLocal *
open_sound (Salvage *self, GError **error)
{
  if (is_stump (self->current))
    {
      jip_database_set_damaged (error);
      return NULL;
    }
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
  if (g_file_test (self.mended, G_FILE_TEST_EXISTS) && !mend (&self, error))
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
