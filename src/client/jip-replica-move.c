/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server that has another address now, after a restore on another machine too: whoever signs in there finds their replica
 * again. The folder is named after the address, so it gets another name, in one step; all that is in it goes on as it is, with
 * the name that the server knows it by. What lies at other old addresses of the same server is sent from there
 * (jip-client-handover.c), and what no queue sends is put with the replica in use (docs/protocol.md, What a client does). */
#include "jip-replica-move.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "jip-error.h"
#include "jip-handover-look.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-replica-open.h"

#define MAX_REPLICAS 1000

/* A program may have ended in the middle of a mend (jip-replica-open.c): what is there is then a new database that has only to
 * take its place, or the log alone. Opening it brings that to its end. */
gboolean
jip_replica_is_in (const char *folder)
{
  static const char *const names[] = { JIP_STORE_FILE, JIP_REPLICA_MENDED, JIP_STORE_FILE "-wal" };
  gboolean found = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (names) && !found; i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      found = g_file_test (path, G_FILE_TEST_IS_REGULAR);
    }
  return found;
}

static void
former_free (gpointer data)
{
  JipFormerReplica *former = data;

  g_free (former->folder);
  g_free (former->server_url);
  g_free (former);
}

/* What a replica says of itself. */
typedef struct
{
  JsonNode *session;
  char *server_url;
  char *installation;
  char *epoch;
  gint64 used_at;
} Label;

static void
label_clear (Label *label)
{
  g_clear_pointer (&label->session, json_node_unref);
  g_free (label->server_url);
  g_free (label->installation);
  g_free (label->epoch);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Label, label_clear)

static gboolean
read_label (JipDatabase *database, gpointer data, GError **error)
{
  Label *label = data;
  g_autofree char *session = jip_meta_get (database, "session", error);

  label->session = session != NULL ? jip_json_parse (session, -1, NULL) : NULL;
  label->server_url = jip_meta_get (database, "server", NULL);
  label->installation = jip_meta_get (database, "installation", NULL);
  label->epoch = jip_meta_get (database, "epoch", NULL);
  label->used_at = jip_outbox_get_number (database, JIP_REPLICA_USED_AT, NULL);
  return TRUE;
}

/* Returns: (nullable): %NULL for one of somebody else, of another server, or in use by another program */
static JipFormerReplica *
look_at (const char *folder, const char *user, const JipServerIdentity *identity)
{
  g_autofree char *note = NULL; /* stays in the replica */
  g_auto (Label) label = { NULL };

  g_autoptr (JipLocal) local = jip_replica_open (folder, &note, NULL);
  if (local == NULL || !jip_local_write_sync (local, read_label, &label, NULL))
    return NULL;
  JipServerKinship kinship = jip_server_identity_compare (identity, label.installation, label.epoch);
  if (kinship == JIP_SERVER_FOREIGN || label.server_url == NULL
      || g_strcmp0 (jip_handover_user_text (label.session, "id"), user) != 0)
    return NULL;
  JipFormerReplica *former = g_new0 (JipFormerReplica, 1);
  *former
      = (JipFormerReplica){ g_strdup (folder), g_steal_pointer (&label.server_url), kinship, label.used_at };
  return former;
}

/* What was in use last has most of what was not sent; one that the server still knows wholly goes first. */
static int
compare_former (gconstpointer a, gconstpointer b)
{
  const JipFormerReplica *first = *(JipFormerReplica *const *) a, *second = *(JipFormerReplica *const *) b;

  if (first->kinship != second->kinship)
    return first->kinship == JIP_SERVER_SAME ? -1 : 1;
  if (first->used_at != second->used_at)
    return first->used_at > second->used_at ? -1 : 1;
  return strcmp (first->folder, second->folder);
}

/**
 * jip_replica_find_former:
 * @server_url: the address that is used now; its own folder is left out
 * @user: whose session was just begun there: an id that another server could not know from the login
 * @identity: of the server there
 *
 * Returns: (transfer full) (element-type JipFormerReplica): the one that was in use last goes first
 */
GPtrArray *
jip_replica_find_former (const char *data_dir,
                         const char *server_url,
                         const char *user,
                         const JipServerIdentity *identity)
{
  g_autofree char *replicas = g_build_filename (data_dir, JIP_CLIENT_REPLICAS, NULL);
  g_autofree char *own = jip_client_dup_replica_folder (data_dir, server_url, user);
  GPtrArray *found = g_ptr_array_new_with_free_func (former_free);
  g_autoptr (GDir) dir = identity->epoch != NULL ? g_dir_open (replicas, 0, NULL) : NULL;
  const char *name;

  for (guint n = 0; dir != NULL && n < MAX_REPLICAS && (name = g_dir_read_name (dir)) != NULL; n++)
    {
      g_autofree char *folder = g_build_filename (replicas, name, NULL);
      if (g_str_equal (folder, own) || !jip_replica_is_in (folder))
        continue;
      JipFormerReplica *former = look_at (folder, user, identity);
      if (former != NULL)
        g_ptr_array_add (found, former);
    }
  g_ptr_array_sort (found, compare_former);
  return found;
}

static gboolean
note_moving (JipDatabase *database, gpointer data, GError **error)
{
  return jip_meta_set (database, JIP_REPLICA_MOVING, data, error);
}

/**
 * jip_replica_move:
 * @server_url: the address that is used now
 * @target: its folder, which holds no replica
 *
 * Gives the folder the name of the new address. Whenever the program ends meanwhile, the replica is whole under one of the two
 * names and says itself where it is at home.
 *
 * Returns: %FALSE where it stays in its place, in use by another program or for any other reason
 */
gboolean
jip_replica_move (const JipFormerReplica *former, const char *server_url, const char *target)
{
  g_return_val_if_fail (former != NULL && server_url != NULL && target != NULL, FALSE);
  g_autofree char *parent = g_path_get_dirname (target);
  JipLocal *local = jip_local_open (former->folder, NULL);
  gboolean noted = local != NULL && jip_local_write_sync (local, note_moving, (gpointer) server_url, NULL);

  g_clear_pointer (&local, jip_local_unref);
  /* nobody may open it under its old name from here on, and go on under that */
  int lock = noted ? jip_store_take_lock (former->folder, NULL) : -1;
  if (lock < 0)
    return FALSE;
  gboolean moved = g_rename (former->folder, target) == 0;
  if (moved)
    jip_store_sync_folder (parent);
  close (lock);
  return moved;
}

/* -- what no queue sends */

/* Which draft was open, and who writes, are no texts; what belongs to another one goes with it. */
#define IS_TYPED \
  "key NOT IN ('draft/open', 'draft/profile') AND key NOT LIKE '%/files' AND key NOT LIKE '%/settles'"

gboolean
jip_replica_count_aside (JipDatabase *database, JipReplicaAside *aside, GError **error)
{
  gint64 refused = jip_database_query_int (database, -1, error, "SELECT count(*) FROM refused", "");
  gint64 typed
      = jip_database_query_int (database, -1, error, "SELECT count(*) FROM scratch WHERE " IS_TYPED, "");

  *aside = (JipReplicaAside){ (guint) MAX (refused, 0), (guint) MAX (typed, 0) };
  return refused >= 0 && typed >= 0;
}

/* All texts of a row, or of one that was refused its moment too. */
typedef struct
{
  char *texts[5]; /* nullable */
  gint64 at;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  for (gsize i = 0; i < G_N_ELEMENTS (entry->texts); i++)
    g_free (entry->texts[i]);
  g_free (entry);
}

typedef struct
{
  GPtrArray *refused; /* of Entry: name, args, code, message, detail */
  GPtrArray *scratch; /* of Entry: key, text */
  GPtrArray *taken;   /* of Entry of @scratch, borrowed */
} Aside;

static void
aside_clear (Aside *aside)
{
  g_clear_pointer (&aside->refused, g_ptr_array_unref);
  g_clear_pointer (&aside->scratch, g_ptr_array_unref);
  g_clear_pointer (&aside->taken, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Aside, aside_clear)

static gboolean
read_entries (JipDatabase *database,
              const char *sql,
              guint n_texts,
              gboolean has_time,
              GPtrArray *entries,
              GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JipRows) rows = jip_database_query (database, error, sql, "");

  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &local))
    {
      Entry *entry = g_new0 (Entry, 1);
      for (guint i = 0; i < n_texts; i++)
        entry->texts[i] = g_strdup (jip_rows_text (rows, i));
      entry->at = has_time ? jip_rows_int (rows, n_texts) : 0;
      g_ptr_array_add (entries, entry);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
read_aside (JipDatabase *database, gpointer data, GError **error)
{
  Aside *aside = data;

  return read_entries (database,
                       "SELECT name, args, code, message, detail, at FROM refused ORDER BY refused.key", 5,
                       TRUE, aside->refused, error)
         && read_entries (database, "SELECT key, text FROM scratch", 2, FALSE, aside->scratch, error);
}

/* A second time where the program ended before the other replica had let go of it. */
static gboolean
add_refused (JipDatabase *database, const Entry *entry, GError **error)
{
  return jip_database_run (
      database, error,
      "INSERT INTO refused (name, args, at, code, message, detail) SELECT $1, $2, $3, $4, $5, $6 "
      "WHERE NOT EXISTS (SELECT 1 FROM refused AS r WHERE r.name = $1 AND r.args = $2 AND r.at = $3)",
      "ttittt", entry->texts[0], entry->texts[1], entry->at, entry->texts[2], entry->texts[3],
      entry->texts[4]);
}

/* "board/writer" of "board/writer/files" and "board/writer/settles". */
static char *
place_of (const char *key)
{
  gboolean belongs = g_str_has_suffix (key, "/files") || g_str_has_suffix (key, "/settles");

  return belongs ? g_strndup (key, (gsize) (strrchr (key, '/') - key)) : g_strdup (key);
}

/* Where something else stands already, nothing is written over, nor is one half put with another. */
static gboolean
find_busy (JipDatabase *database, const Aside *aside, GHashTable *busy, GError **error)
{
  g_autoptr (GHashTable) texts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) here = g_ptr_array_new_with_free_func (entry_free);

  if (!read_entries (database, "SELECT key, text FROM scratch", 2, FALSE, here, error))
    return FALSE;
  for (guint i = 0; i < aside->scratch->len; i++)
    {
      const Entry *entry = g_ptr_array_index (aside->scratch, i);
      g_hash_table_insert (texts, entry->texts[0], entry->texts[1]);
    }
  for (guint i = 0; i < here->len; i++)
    {
      const Entry *entry = g_ptr_array_index (here, i);
      if (g_strcmp0 (g_hash_table_lookup (texts, entry->texts[0]), entry->texts[1]) != 0)
        g_hash_table_add (busy, place_of (entry->texts[0]));
    }
  return TRUE;
}

static gboolean
write_aside (JipDatabase *database, gpointer data, GError **error)
{
  Aside *aside = data;
  g_autoptr (GHashTable) busy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < aside->refused->len; i++)
    if (!add_refused (database, g_ptr_array_index (aside->refused, i), error))
      return FALSE;
  if (!find_busy (database, aside, busy, error))
    return FALSE;
  for (guint i = 0; i < aside->scratch->len; i++)
    {
      Entry *entry = g_ptr_array_index (aside->scratch, i);
      g_autofree char *place = place_of (entry->texts[0]);
      if (g_hash_table_contains (busy, place))
        continue;
      if (!jip_database_run (database, error,
                             "INSERT INTO scratch (key, text) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
                             "tt", entry->texts[0], entry->texts[1]))
        return FALSE;
      g_ptr_array_add (aside->taken, entry);
    }
  return TRUE;
}

static gboolean
forget_aside (JipDatabase *database, gpointer data, GError **error)
{
  const Aside *aside = data;

  for (guint i = 0; i < aside->taken->len; i++)
    if (!jip_database_run (database, error, "DELETE FROM scratch WHERE key = $1", "t",
                           ((Entry *) g_ptr_array_index (aside->taken, i))->texts[0]))
      return FALSE;
  return jip_database_exec (database, "DELETE FROM refused", error);
}

static Aside
aside_new (void)
{
  return (Aside){ g_ptr_array_new_with_free_func (entry_free), g_ptr_array_new_with_free_func (entry_free),
                  g_ptr_array_new () };
}

/**
 * jip_replica_join:
 * @local: the replica that is used now, which nothing is shown of yet
 * @folder: of one of the same person that is used no more
 *
 * Puts what was refused there, and what was being typed, with what is here. Where something else is being typed in the same
 * place the older text stays where it is, until that place is free.
 *
 * Returns: whether nothing stayed; otherwise it is to be tried again, also with @error set
 */
gboolean
jip_replica_join (JipLocal *local, const char *folder, GError **error)
{
  g_return_val_if_fail (local != NULL && folder != NULL, FALSE);
  g_auto (Aside) aside = aside_new ();
  g_autofree char *note = NULL;

  if (!jip_replica_is_in (folder)) /* somebody has taken it away */
    return TRUE;
  g_autoptr (JipLocal) former = jip_replica_open (folder, &note, error);
  return former != NULL && jip_local_write_sync (former, read_aside, &aside, error)
         && jip_local_write_sync (local, write_aside, &aside, error)
         && jip_local_write_sync (former, forget_aside, &aside, error)
         && aside.taken->len == aside.scratch->len;
}

static gboolean
read_joins (JipDatabase *database, gpointer data, GError **error)
{
  *(char **) data = jip_meta_get (database, JIP_REPLICA_JOINS, NULL);
  return TRUE;
}

static gboolean
write_joins (JipDatabase *database, gpointer data, GError **error)
{
  return *(char *) data != '\0'
             ? jip_meta_set (database, JIP_REPLICA_JOINS, data, error)
             : jip_database_run (database, error, "DELETE FROM meta WHERE key = $1", "t", JIP_REPLICA_JOINS);
}

/* A name in the folder of all replicas, wherever that lies; nothing leads out of it. */
static gboolean
is_folder_name (const char *name)
{
  return strlen (name) == JIP_CLIENT_FOLDER_NAME && name[strspn (name, "0123456789abcdef")] == '\0';
}

/**
 * jip_replica_join_all:
 * @local: as jip_replica_join()
 *
 * Does it for all that jip_replica_note_join() has noted. What does not go is tried again at the next opening.
 */
void
jip_replica_join_all (JipLocal *local, const char *data_dir)
{
  g_autofree char *joins = NULL;

  g_return_if_fail (local != NULL && data_dir != NULL);
  if (!jip_local_write_sync (local, read_joins, &joins, NULL) || joins == NULL)
    return;
  g_auto (GStrv) names = g_strsplit (joins, "\n", MAX_REPLICAS);
  g_autoptr (GString) left = g_string_new (NULL);
  for (char **name = names; *name != NULL; name++)
    {
      g_autofree char *folder = g_build_filename (data_dir, JIP_CLIENT_REPLICAS, *name, NULL);
      if (is_folder_name (*name) && !jip_replica_join (local, folder, NULL))
        g_string_append_printf (left, "%s%s", left->len > 0 ? "\n" : "", *name);
    }
  if (g_strcmp0 (left->str, joins) != 0)
    jip_local_write_sync (local, write_joins, left->str, NULL);
}

/**
 * jip_replica_note_join:
 * @folder: of a former replica of the same person on the same server
 *
 * In the replica that is in use: what no queue sends of @folder is to be put here when it is opened next.
 */
gboolean
jip_replica_note_join (JipDatabase *database, const char *folder, GError **error)
{
  g_autofree char *name = g_path_get_basename (folder);
  g_autofree char *joins = jip_meta_get (database, JIP_REPLICA_JOINS, NULL);
  g_auto (GStrv) names = g_strsplit (joins != NULL ? joins : "", "\n", MAX_REPLICAS);

  if (g_strv_contains ((const char *const *) names, name))
    return TRUE;
  g_autofree char *longer
      = joins != NULL && *joins != '\0' ? g_strjoin ("\n", joins, name, NULL) : g_strdup (name);
  return jip_meta_set (database, JIP_REPLICA_JOINS, longer, error);
}
