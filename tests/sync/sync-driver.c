/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gunixinputstream.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jip-ballot-submit-op.h"
#include "jip-blob-op.h"
#include "jip-board-records.h"
#include "jip-client-private.h"
#include "jip-comment-add-op.h"
#include "jip-draft-save-op.h"
#include "jip-error.h"
#include "jip-event-step-op.h"
#include "jip-file-op.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-proposal-edit-op.h"
#include "jip-proposal-submit-op.h"
#include "jip-vote-set-op.h"

/* sync-driver FOLDER URL TOKEN SESSION: one replica with the real client library, in a process that can be killed.
 * Reads `NUMBER <tab> COMMAND <tab> JSON` lines and prints what a page of the desktop would be told:
 * `done NUMBER ID` once the write is durable here, `failed NUMBER CODE`, `state STATE PENDING REFUSED` on each
 * change, `said SENTENCE` about what goes wrong, empty once it does not. */

typedef struct
{
  JipClient *client;
  GDataInputStream *input;
  GMainLoop *loop;
  const char *folder; /* where files to attach lie */
} Driver;

typedef struct
{
  Driver *driver;
  char *number;
  JsonObject *args;
} Command;

/* One write a line: a reader never sees half of it unless the process dies. */
static void
say (const char *format, ...)
{
  va_list list;

  va_start (list, format);
  g_autofree char *text = g_strdup_vprintf (format, list);
  va_end (list);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  if (write (STDOUT_FILENO, line, strlen (line)) < 0)
    _exit (3);
}

static void
command_free (Command *command)
{
  json_object_unref (command->args);
  g_free (command->number);
  g_free (command);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Command, command_free)

static void
tell (Command *command, const char *id, const GError *error)
{
  if (error != NULL)
    say ("failed %s %s", command->number, jip_error_code_get_name (jip_error_get_code (error)));
  else
    say ("done %s %s", command->number, id != NULL ? id : "-");
}

static const char *
arg (Command *command, const char *name)
{
  return json_object_get_string_member_with_default (command->args, name, NULL);
}

/* How each kind of write ends. */
#define ENDS_WITH_ID(name) \
  static void name##_cb (GObject *source, GAsyncResult *result, gpointer user_data) \
  { \
    g_autoptr (Command) command = user_data; \
    g_autoptr (GError) error = NULL; \
    g_autofree char *id = jip_##name##_finish (JIP_CLIENT (source), result, &error); \
    tell (command, id, error); \
  }
#define ENDS_WITH_TRUTH(name) \
  static void name##_cb (GObject *source, GAsyncResult *result, gpointer user_data) \
  { \
    g_autoptr (Command) command = user_data; \
    g_autoptr (GError) error = NULL; \
    jip_##name##_finish (JIP_CLIENT (source), result, &error); \
    tell (command, NULL, error); \
  }

ENDS_WITH_ID (blob_fetch)
ENDS_WITH_ID (blob_upload)
ENDS_WITH_ID (proposal_submit)
ENDS_WITH_ID (comment_add)
ENDS_WITH_ID (ballot_submit)
ENDS_WITH_ID (draft_save)
ENDS_WITH_ID (attachment_add)
ENDS_WITH_TRUTH (draft_delete)
ENDS_WITH_TRUTH (proposal_edit)
ENDS_WITH_TRUTH (vote_set)
ENDS_WITH_TRUTH (event_step)

/* An edit builds on what this replica shows, as the page's does. */
static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Command *command = user_data;
  JipClient *client = command->driver->client;
  g_autoptr (JipRecord) record = jip_client_lookup_finish (client, result, NULL);
  JsonObject *fields = json_object_get_object_member (command->args, "fields");
  g_autoptr (JsonObject) base = json_object_new ();
  g_autoptr (GList) names = json_object_get_members (fields);

  for (GList *l = names; record != NULL && l != NULL; l = l->next)
    {
      const char *text = jip_record_get_string (record, l->data);
      json_object_set_string_member (base, l->data, text != NULL ? text : "");
    }
  jip_proposal_edit_async (client, arg (command, "id"),
                           record != NULL ? jip_proposal_get_version_number (JIP_PROPOSAL (record)) : 1,
                           fields, base, NULL, NULL, proposal_edit_cb, command);
}

static void
submit (JipClient *client, Command *c)
{
  jip_proposal_submit_async (client, arg (c, "kind"), arg (c, "title"), arg (c, "body"), arg (c, "category"),
                             NULL, json_object_get_boolean_member (c->args, "anonymous"), NULL, NULL,
                             proposal_submit_cb, c);
}

static void
edit (JipClient *client, Command *c)
{
  jip_client_lookup_async (client, JIP_TYPE_PROPOSAL, arg (c, "id"), NULL, looked_up_cb, c);
}

static void
comment (JipClient *client, Command *c)
{
  jip_comment_add_async (client, arg (c, "proposal"), arg (c, "body"), NULL, NULL, comment_add_cb, c);
}

static void
vote (JipClient *client, Command *c)
{
  jip_vote_set_async (client, arg (c, "proposal"), json_object_get_boolean_member (c->args, "on"), NULL,
                      vote_set_cb, c);
}

static void
ballot (JipClient *client, Command *c)
{
  if (json_object_has_member (c->args, "scores"))
    jip_ballot_submit_scores_async (client, arg (c, "event"), arg (c, "entry"),
                                    json_object_get_object_member (c->args, "scores"), NULL, ballot_submit_cb,
                                    c);
  else
    jip_ballot_submit_score_async (client, arg (c, "event"), arg (c, "entry"), arg (c, "score"), NULL,
                                   ballot_submit_cb, c);
}

static void
draft (JipClient *client, Command *c)
{
  jip_draft_save_async (client, arg (c, "id"), json_object_get_member (c->args, "document"), NULL, NULL, NULL,
                        NULL, draft_save_cb, c);
}

static void
staged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Command *command = user_data;
  JipClient *client = JIP_CLIENT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (JipFileRef) file = jip_file_stage_finish (client, result, &error);

  if (file != NULL)
    {
      jip_attachment_add_async (client, arg (command, "proposal"), arg (command, "comment"), file, NULL,
                                attachment_add_cb, command);
      return;
    }
  tell (command, NULL, error);
  command_free (command);
}

/* The person's file goes as soon as the program has a copy. */
static void
attach_file (JipClient *client, Command *c)
{
  g_autofree char *path = g_build_filename (c->driver->folder, arg (c, "name"), NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  jip_file_stage_async (client, file, NULL, staged_cb, c);
}

static void
undraft (JipClient *client, Command *c)
{
  jip_draft_delete_async (client, arg (c, "id"), NULL, draft_delete_cb, c);
}

static void
event_step (JipClient *client, Command *c)
{
  jip_event_step_async (client, arg (c, "event"), arg (c, "step"),
                        json_object_get_object_member (c->args, "args"), NULL, event_step_cb, c);
}

static void
upload (JipClient *client, Command *c)
{
  g_autoptr (GFile) file = g_file_new_for_path (arg (c, "path"));

  jip_blob_upload_async (client, file, NULL, NULL, NULL, blob_upload_cb, c);
}

static void
fetch (JipClient *client, Command *c)
{
  jip_blob_fetch_async (client, arg (c, "sha256"), NULL, NULL, NULL, blob_fetch_cb, c);
}

static const struct
{
  const char *name;
  void (*run) (JipClient *client, Command *command);
} writes[] = {
  { "submit", submit },      { "edit", edit },     { "comment", comment }, { "vote", vote },
  { "ballot", ballot },      { "draft", draft },   { "undraft", undraft }, { "step", event_step },
  { "attach", attach_file }, { "upload", upload }, { "fetch", fetch },
};

static void
say_state (JipClient *client)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (JIP_TYPE_CLIENT_STATE);
  GEnumValue *value = g_enum_get_value (class, jip_client_get_state (client));

  say ("state %s %u %u", value->value_nick, jip_client_get_pending (client), jip_client_get_refused (client));
}

static void
say_error (JipClient *client)
{
  const char *error = jip_client_get_last_error (client);

  say ("said %s", error != NULL ? error : "");
}

static void
take_line (Driver *driver, const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, "\t", 3);
  g_autoptr (JsonNode) node = g_strv_length (parts) == 3 ? jip_json_parse (parts[2], -1, NULL) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    g_error ("not a command: %s", line);
  if (strcmp (parts[1], "sync") == 0)
    {
      jip_client_sync_now (driver->client);
      return;
    }
  Command *command = g_new0 (Command, 1);
  command->driver = driver;
  command->number = g_strdup (parts[0]);
  command->args = json_object_ref (json_node_get_object (node));
  for (guint i = 0; i < G_N_ELEMENTS (writes); i++)
    if (strcmp (writes[i].name, parts[1]) == 0)
      {
        writes[i].run (driver->client, command);
        return;
      }
  g_error ("unknown command: %s", line);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Driver *driver = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (driver->input, result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (driver->loop);
      return;
    }
  take_line (driver, line);
  g_data_input_stream_read_line_async (driver->input, G_PRIORITY_DEFAULT, NULL, line_cb, driver);
}

static gboolean
prepare (JipDatabase *database, gpointer data, GError **error)
{
  g_autofree char *replica = jip_meta_get (database, "replica", NULL);
  g_autofree char *fresh = jip_id_new ();

  return replica != NULL
         || (jip_meta_set (database, "user", data, error)
             && jip_meta_set (database, "replica", fresh, error));
}

static gboolean
count (JipDatabase *database, gpointer data, GError **error)
{
  return jip_outbox_count (database, data, error);
}

/* A client that is signed in already, as the keyring would have it. */
static JipClient *
attach (char **argv)
{
  JipClient *client = jip_client_new (argv[1]);
  g_autoptr (GError) error = NULL;
  JipOutboxCounts counts;

  client->local = jip_local_open (argv[1], &error);
  g_assert_no_error (error);
  jip_local_write_sync (client->local, prepare, argv[4], &error);
  g_assert_no_error (error);
  jip_local_write_sync (client->local, count, &counts, &error);
  g_assert_no_error (error);
  jip_client_set_counts (client, counts);
  g_autoptr (JsonNode) user = jip_json_parse (argv[4], -1, &error);
  g_assert_no_error (error);
  client->user = json_object_ref (json_node_get_object (user));
  client->server_url = g_strdup (argv[2]);
  client->token = g_strdup (argv[3]);
  g_signal_connect (client, "notify::last-error", G_CALLBACK (say_error), NULL);
  g_signal_connect (client, "notify::state", G_CALLBACK (say_state), NULL);
  g_signal_connect (client, "notify::pending", G_CALLBACK (say_state), NULL);
  g_signal_connect (client, "notify::refused", G_CALLBACK (say_state), NULL);
  jip_client_start_sync (client);
  return client;
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  jip_client_close_finish (JIP_CLIENT (source), result, NULL);
  g_main_loop_quit (user_data);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE); /* no secret service */
  if (argc != 5)
    {
      g_printerr ("usage: sync-driver FOLDER URL TOKEN USER\n");
      return 2;
    }
  g_autoptr (JipClient) client = attach (argv);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (input);
  Driver driver = { client, lines, loop, argv[1] };

  say_state (client);
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, line_cb, &driver);
  g_main_loop_run (loop);
  jip_client_close_async (client, NULL, closed_cb, loop);
  g_main_loop_run (loop);
  return 0;
}
