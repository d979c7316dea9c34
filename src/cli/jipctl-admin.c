/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Administration: by the running server's socket in the data folder, or on the folder itself when no server runs. */
#include "jipctl-admin.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "jip-admin-service.h"
#include "jip-error.h"
#include "jip-json.h"
#include "jipctl-common.h"

#define MAX_ANSWER_BYTES (256u << 20)
#define TIMEOUT_SECONDS 600

static GSocketConnection *
connect_socket (const char *data)
{
  g_autofree char *path = g_build_filename (data, "control.sock", NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  g_socket_client_set_timeout (client, TIMEOUT_SECONDS);
  return g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
}

static gboolean
send_request (GSocketConnection *connection, const char *body, GError **error)
{
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autofree char *head = g_strdup_printf (
      "POST /control HTTP/1.1\r\nHost: localhost\r\n"
      "Content-Type: application/json\r\nContent-Length: %" G_GSIZE_FORMAT "\r\nConnection: close\r\n\r\n",
      strlen (body));

  return g_output_stream_write_all (out, head, strlen (head), NULL, NULL, error)
         && g_output_stream_write_all (out, body, strlen (body), NULL, NULL, error);
}

static GBytes *
read_answer (GSocketConnection *connection, GError **error)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[65536];
  gssize n;

  while ((n = g_input_stream_read (in, buffer, sizeof buffer, NULL, error)) > 0
         && bytes->len < MAX_ANSWER_BYTES)
    g_byte_array_append (bytes, buffer, (guint) n);
  if (n < 0)
    return NULL;
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* Takes the server's answer apart: `{"output"}`, or the error it describes. */
static char *
parse_answer (GBytes *bytes, GError **error)
{
  const char *text = g_bytes_get_data (bytes, NULL);
  const char *body = strstr (text, "\r\n\r\n");
  const char *status = strchr (text, ' ');
  guint code = status != NULL ? (guint) g_ascii_strtoull (status, NULL, 10) : 0;
  g_autoptr (JsonNode) node = body != NULL ? jip_json_parse (body + 4, -1, NULL) : NULL;

  if (code == 200 && node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return g_strdup (json_object_get_string_member_with_default (json_node_get_object (node), "output", ""));
  g_propagate_error (error, jip_error_from_json (node, code));
  return NULL;
}

static char *
ask_server (GSocketConnection *connection, const char *command, JsonNode *args, GError **error)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "command", command);
  json_object_set_member (object, "args", json_node_copy (args));
  json_node_take_object (node, object);
  g_autofree char *body = jip_json_to_string (node);
  if (!send_request (connection, body, error))
    return NULL;
  g_autoptr (GBytes) answer = read_answer (connection, error);
  return answer != NULL ? parse_answer (answer, error) : NULL;
}

/**
 * jipctl_admin_check_folder:
 *
 * Returns: %FALSE where @data holds no server's data, or not for this user
 */
gboolean
jipctl_admin_check_folder (const char *data, GError **error)
{
  if (access (data, R_OK | W_OK | X_OK) != 0 && errno == EACCES)
    return jip_error_set (error, JIP_ERROR_FILE,
                          _ ("%s: %s. Run jipctl as the user of that folder or as root."), data,
                          g_strerror (EACCES));
  return jip_store_holds_data (data)
         || jip_error_set (error, JIP_ERROR_FILE,
                           _ ("%s: holds no server's data. Name the folder that jiphyeond was started with."),
                           data);
}

/* Only an import of accounts begins a city; when it fails, nothing of the folder that it made stays. */
static char *
run_on_folder (const char *data, const char *database, const char *command, JsonNode *args, GError **error)
{
  gboolean is_new = !g_file_test (data, G_FILE_TEST_EXISTS);

  if (strcmp (command, "user import") != 0 && !jipctl_admin_check_folder (data, error))
    return NULL;
  g_autoptr (JipServices) services = jip_services_open_at (data, database, error);
  char *output = services != NULL ? jip_admin_run (services, command, args, error) : NULL;
  g_clear_pointer (&services, jip_services_free);
  if (output == NULL && is_new)
    jipctl_remove_tree (data);
  jipctl_hand_over (data);
  return output;
}

/**
 * jipctl_admin_run_at:
 * @data: the data folder
 * @database: (nullable): where the database of a new folder is to be, see jip_services_open_at()
 * @command: such as `user import`
 * @args: (transfer full): what it takes
 *
 * Returns: (transfer full) (nullable): what the command prints
 */
char *
jipctl_admin_run_at (const char *data,
                     const char *database,
                     const char *command,
                     JsonObject *args,
                     GError **error)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (GSocketConnection) connection = connect_socket (data);

  json_node_take_object (node, args);
  if (connection != NULL)
    return ask_server (connection, command, node, error);
  return run_on_folder (data, database, command, node, error);
}

char *
jipctl_admin_run (const char *data, const char *command, JsonObject *args, GError **error)
{
  return jipctl_admin_run_at (data, NULL, command, args, error);
}

/**
 * jipctl_admin_print_at:
 * @name: the command
 * @data: (nullable): what `--data` said
 * @database: (nullable): what `--database` said
 * @args: (transfer full)
 *
 * Runs a command and prints what it says.
 *
 * Returns: the exit status
 */
int
jipctl_admin_print_at (const char *name, const char *data, const char *database, JsonObject *args)
{
  g_autoptr (GError) error = NULL;

  if (data == NULL)
    {
      json_object_unref (args);
      return jipctl_usage_error (name, _ ("--data DIR is needed: the server's data folder"));
    }
  g_autofree char *output = jipctl_admin_run_at (data, database, name, args, &error);
  if (output == NULL || !jipctl_write_stdout (output, -1, &error))
    return jipctl_fail (name, error);
  return JIPCTL_OK;
}

int
jipctl_admin_print (const char *name, const char *data, JsonObject *args)
{
  return jipctl_admin_print_at (name, data, NULL, args);
}
