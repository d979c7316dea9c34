/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-overlay.h"

#include "jip-json.h"
#include "jip-mutation-args.h"
#include "jip-replica-rows.h"
#include "jip-time.h"

/* What unsent work will look like once the server has it. A mutation whose subject is not (or no longer) there
 * shows nothing; the server's verdict says what became of it. */

typedef struct
{
  JipDatabase *database;
  JsonObject *user;
  JsonObject *args;
  char *at;
  GError **error;
} Context;

static const char *
arg (Context *c, const char *name)
{
  return json_object_get_string_member_with_default (c->args, name, NULL);
}

static void
set_text (JsonObject *row, const char *member, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (row, member, text);
  else
    json_object_set_null_member (row, member);
}

static void
copy_member (JsonObject *row, JsonObject *from, const char *member)
{
  JsonNode *node = json_object_get_member (from, member);

  json_object_set_member (row, member, node != NULL ? json_node_copy (node) : json_node_new (JSON_NODE_NULL));
}

/* Empty text is none, as it is for the server. */
static void
copy_text (JsonObject *row, JsonObject *from, const char *member)
{
  const char *text = json_object_get_string_member_with_default (from, member, "");

  set_text (row, member, *text != '\0' ? text : NULL);
}

static const char *
user_text (Context *c, const char *member)
{
  return json_object_get_string_member_with_default (c->user, member, NULL);
}

static gboolean
put (Context *c, const char *table, const char *id, JsonObject *row)
{
  return jip_replica_row_put (c->database, JIP_LAYER_OVERLAY, 0, table, id, row, c->error);
}

/* Gets a row that is shown; @found stays %FALSE when there is none, which is no error. */
static gboolean
get (Context *c, const char *table, const char *id, JsonObject **row)
{
  GError *local = NULL;

  *row = id != NULL ? jip_replica_row_get (c->database, table, id, &local) : NULL;
  if (local == NULL)
    return TRUE;
  g_propagate_error (c->error, local);
  return FALSE;
}

static gboolean
add_to_count (Context *c, const char *proposal, const char *member, gint64 step)
{
  g_autoptr (JsonObject) row = NULL;

  if (!get (c, "proposal", proposal, &row))
    return FALSE;
  if (row == NULL)
    return TRUE;
  gint64 count = json_object_get_int_member_with_default (row, member, 0) + step;
  json_object_set_int_member (row, member, MAX (count, 0));
  return put (c, "proposal", proposal, row);
}

static void
set_author (Context *c, JsonObject *row, gboolean anonymous)
{
  set_text (row, "author", anonymous ? NULL : user_text (c, "id"));
  set_text (row, "author_name", anonymous ? NULL : user_text (c, "name"));
  set_text (row, "author_department", anonymous ? NULL : user_text (c, "department_name"));
}

static const char *const proposal_texts[] = { "title", "body", "category", "department" };

static gboolean
submit_proposal (Context *c)
{
  static const char *const copied[] = { "id", "kind", "anonymous" };
  gboolean anonymous = json_object_get_boolean_member_with_default (c->args, "anonymous", FALSE);
  g_autoptr (JsonObject) row = json_object_new ();
  g_autoptr (JsonObject) own = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    copy_member (row, c->args, copied[i]);
  for (guint i = 0; i < G_N_ELEMENTS (proposal_texts); i++)
    copy_text (row, c->args, proposal_texts[i]);
  set_author (c, row, anonymous);
  json_object_set_string_member (row, "state", "received");
  json_object_set_int_member (row, "version", 1);
  json_object_set_int_member (row, "votes", 0);
  json_object_set_int_member (row, "comments", 0);
  json_object_set_string_member (row, "received_at", c->at);
  json_object_set_string_member (row, "updated_at", c->at);
  if (!put (c, "proposal", arg (c, "id"), row))
    return FALSE;
  json_object_set_string_member (own, "id", arg (c, "id"));
  json_object_set_string_member (own, "proposal", arg (c, "id"));
  return put (c, "own_proposal", arg (c, "id"), own);
}

static gboolean
edit_proposal (Context *c)
{
  JsonObject *fields = json_object_get_object_member (c->args, "fields");
  g_autoptr (JsonObject) row = NULL;

  if (!get (c, "proposal", arg (c, "id"), &row))
    return FALSE;
  if (row == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (proposal_texts); i++)
    {
      JsonNode *node = json_object_get_member (fields, proposal_texts[i]);
      if (node != NULL && json_node_get_value_type (node) == G_TYPE_STRING)
        copy_text (row, fields, proposal_texts[i]);
    }
  json_object_set_int_member (row, "version",
                              json_object_get_int_member_with_default (row, "version", 1) + 1);
  json_object_set_string_member (row, "updated_at", c->at);
  return put (c, "proposal", arg (c, "id"), row);
}

static gboolean
add_comment (Context *c)
{
  g_autoptr (JsonObject) row = json_object_new ();

  copy_member (row, c->args, "id");
  copy_member (row, c->args, "proposal");
  copy_member (row, c->args, "body");
  set_author (c, row, FALSE);
  json_object_set_string_member (row, "received_at", c->at);
  return put (c, "comment", arg (c, "id"), row) && add_to_count (c, arg (c, "proposal"), "comments", 1);
}

static gboolean
add_attachment (Context *c)
{
  static const char *const copied[] = { "id", "proposal", "comment", "sha256", "size", "name", "media_type" };
  g_autoptr (JsonObject) row = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    copy_member (row, c->args, copied[i]);
  json_object_set_boolean_member (row, "arrived", FALSE);
  json_object_set_string_member (row, "received_at", c->at);
  return put (c, "attachment", arg (c, "id"), row);
}

/* The tombstone stands under its idea, like what it hides. */
static gboolean
remove_attachment (Context *c)
{
  return jip_replica_row_bury (c->database, "attachment", arg (c, "id"), c->error)
         && jip_database_run (
             c->database, c->error,
             "UPDATE record SET parent = $2 WHERE tbl = 'attachment' AND id = $1 AND layer = 1", "tt",
             arg (c, "id"), arg (c, "proposal"));
}

static gboolean
set_vote (Context *c)
{
  gboolean on = json_object_get_boolean_member_with_default (c->args, "on", FALSE);
  const char *proposal = arg (c, "proposal");
  g_autofree char *id = g_strdup_printf ("%s:%s", proposal, user_text (c, "id"));
  g_autoptr (JsonObject) old = NULL;

  if (!get (c, "vote", id, &old))
    return FALSE;
  if ((old != NULL) == on)
    return TRUE;
  if (!on)
    return jip_replica_row_bury (c->database, "vote", id, c->error)
           && add_to_count (c, proposal, "votes", -1);

  g_autoptr (JsonObject) row = json_object_new ();
  json_object_set_string_member (row, "id", id);
  json_object_set_string_member (row, "proposal", proposal);
  json_object_set_string_member (row, "user", user_text (c, "id"));
  return put (c, "vote", id, row) && add_to_count (c, proposal, "votes", 1);
}

static gboolean
submit_ballot (Context *c)
{
  static const char *const copied[]
      = { "id", "event", "entry", "category", "version", "scores", "score", "picks" };
  g_autoptr (JsonObject) row = json_object_new ();
  GError *local = NULL;
  g_autofree char *judge = jip_database_query_text (
      c->database, &local,
      "SELECT id FROM record WHERE tbl = 'judge' AND parent = $1 AND author = $2 AND shown = 1", "tt",
      arg (c, "event"), user_text (c, "id"));

  if (local != NULL)
    {
      g_propagate_error (c->error, local);
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    copy_member (row, c->args, copied[i]);
  set_text (row, "judge", judge);
  json_object_set_string_member (row, "state", "valid");
  json_object_set_string_member (row, "received_at", c->at);
  return put (c, "ballot", arg (c, "id"), row);
}

static gboolean
save_draft (Context *c)
{
  JsonObject *document = json_object_get_object_member (c->args, "document");
  g_autoptr (JsonObject) row = json_object_new ();

  copy_member (row, c->args, "id");
  copy_member (row, document, "type");
  copy_member (row, document, "title");
  json_object_set_object_member (row, "document", json_object_ref (document));
  json_object_set_int_member (row, "version",
                              json_object_get_int_member_with_default (c->args, "base_version", 0) + 1);
  json_object_set_string_member (row, "received_at", c->at);
  return put (c, "draft", arg (c, "id"), row);
}

static gboolean
delete_draft (Context *c)
{
  return jip_replica_row_bury (c->database, "draft", arg (c, "id"), c->error);
}

static const struct
{
  const char *name;
  gboolean (*apply) (Context *c);
} effects[] = {
  { "proposal.submit", submit_proposal },
  { "proposal.edit", edit_proposal },
  { "comment.add", add_comment },
  { "attachment.add", add_attachment },
  { "attachment.remove", remove_attachment },
  { "vote.set", set_vote },
  { "ballot.submit", submit_ballot },
  { "draft.save", save_draft },
  { "draft.delete", delete_draft },
};

/**
 * jip_overlay_apply:
 * @user: who works here: id, name, department_name
 * @args: arguments that jip_mutation_check() took
 * @at: when, in milliseconds
 *
 * Shows what a mutation will do. Mutations without an entry above wait for the server.
 */
gboolean
jip_overlay_apply (JipDatabase *database,
                   JsonObject *user,
                   const char *name,
                   JsonObject *args,
                   gint64 at,
                   GError **error)
{
  g_autofree char *time = jip_time_format (at);
  Context context = { database, user, args, time, error };

  for (guint i = 0; i < G_N_ELEMENTS (effects); i++)
    if (g_str_equal (effects[i].name, name))
      return effects[i].apply (&context);
  return TRUE;
}

/* As it was when it was queued: effects rely on the shape. */
static gboolean
is_whole (const char *name, JsonNode *args, gint64 at)
{
  g_autofree char *time = at >= JIP_TIME_MIN && at <= JIP_TIME_MAX ? jip_time_format (at) : NULL;
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), time != NULL ? time : "");

  return jip_mutation_check (name, args, node, NULL);
}

/* @selected: name, args, at; ended here. */
static gboolean
replay (JipDatabase *database, JsonObject *user, JipRows *selected, GError **error)
{
  g_autoptr (JipRows) rows = selected;
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &local))
    {
      /* what the disk has damaged shows nothing; the next push puts it aside */
      g_autoptr (JsonNode) args = jip_json_parse (jip_rows_text (rows, 1), -1, NULL);
      if (args == NULL || !is_whole (jip_rows_text (rows, 0), args, jip_rows_int (rows, 2)))
        continue;
      if (!jip_overlay_apply (database, user, jip_rows_text (rows, 0), json_node_get_object (args),
                              jip_rows_int (rows, 2), error))
        return FALSE;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
clear (JipDatabase *database, GError **error)
{
  return jip_database_exec (
             database,
             "DELETE FROM proposal_text WHERE rowid IN (SELECT key FROM record WHERE layer = 1 AND tbl = 'proposal')",
             error)
         && jip_database_exec (database,
                               "UPDATE record SET shown = 1 WHERE layer = 0 AND shown = 0 AND (tbl, id) IN "
                               "(SELECT tbl, id FROM record WHERE layer = 1)",
                               error)
         && jip_database_exec (database, "DELETE FROM record WHERE layer = 1", error);
}

/**
 * jip_overlay_rebuild:
 * @last_n: the newest mutation that the base rows contain
 *
 * Makes the overlay again from the outbox.
 */
gboolean
jip_overlay_rebuild (JipDatabase *database, JsonObject *user, gint64 last_n, GError **error)
{
  return clear (database, error)
         && replay (database, user,
                    jip_database_query (database, error,
                                        "SELECT name, args, at FROM outbox WHERE n > $1"
                                        " AND status IN ('waiting', 'ok') ORDER BY n",
                                        "i", last_n),
                    error);
}

/* The rows that an effect above may have written for a subject. */
static GPtrArray *
list_rows (JipDatabase *database, const char *subject, const char *vote, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT tbl, id FROM record WHERE id = $1 AND +layer = 1"
      " AND tbl IN ('proposal', 'own_proposal', 'ballot', 'draft')"
      " UNION ALL SELECT tbl, id FROM record WHERE tbl = 'comment' AND parent = $1 AND shown = 1 AND +layer = 1"
      " UNION ALL SELECT tbl, id FROM record INDEXED BY record_overlay WHERE tbl = 'attachment' AND parent = $1"
      " AND layer = 1"
      " UNION ALL SELECT tbl, id FROM record WHERE tbl = 'vote' AND id = $2 AND +layer = 1",
      "tt", subject, vote);

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &local))
    {
      g_ptr_array_add (names, g_strdup (jip_rows_text (rows, 0)));
      g_ptr_array_add (names, g_strdup (jip_rows_text (rows, 1)));
    }
  if (local == NULL)
    return g_steal_pointer (&names);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * jip_overlay_refresh:
 * @subject: what mutations are about, as the outbox has it: an idea, a ballot, a draft
 * @last_n: the newest mutation that the base rows contain
 *
 * Makes the overlay of one subject again: effects on different subjects do not meet.
 */
gboolean
jip_overlay_refresh (JipDatabase *database,
                     JsonObject *user,
                     const char *subject,
                     gint64 last_n,
                     GError **error)
{
  const char *id = json_object_get_string_member_with_default (user, "id", NULL);
  g_autofree char *vote = g_strdup_printf ("%s:%s", subject, id);
  g_autoptr (GPtrArray) names = list_rows (database, subject, vote, error);

  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i += 2)
    if (!jip_replica_row_remove (database, JIP_LAYER_OVERLAY, names->pdata[i], names->pdata[i + 1], error))
      return FALSE;
  return replay (database, user,
                 jip_database_query (database, error,
                                     "SELECT name, args, at FROM outbox WHERE subject = $2 AND n > $1"
                                     " AND status IN ('waiting', 'ok') ORDER BY n",
                                     "it", last_n, subject),
                 error);
}
