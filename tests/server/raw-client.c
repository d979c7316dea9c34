/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "raw-client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void
raw_connect_socket (int fd, guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
}

int
raw_connect_from (guint16 port, const char *source)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  if (source != NULL)
    {
      inet_pton (AF_INET, source, &address.sin_addr);
      g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
    }
  raw_connect_socket (fd, port);
  return fd;
}

int
raw_connect (guint16 port)
{
  return raw_connect_from (port, NULL);
}

int
raw_connect_unix (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

gboolean
raw_try_send (int fd, const void *data, gsize length)
{
  const char *at = data;

  while (length > 0)
    {
      ssize_t n = send (fd, at, length, MSG_NOSIGNAL);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      at += n;
      length -= (gsize) n;
    }
  return TRUE;
}

void
raw_send (int fd, const char *text)
{
  g_assert_true (raw_try_send (fd, text, strlen (text)));
}

/* -1: nothing more comes; asserts that something happens in time */
static ssize_t
read_some (int fd, char *buffer, gsize size)
{
  struct pollfd poller = { .fd = fd, .events = POLLIN };

  g_assert_cmpint (poll (&poller, 1, RAW_PATIENCE / 1000), ==, 1);
  ssize_t n = read (fd, buffer, size);
  return n > 0 ? n : -1;
}

static gboolean
read_byte (int fd, GString *out)
{
  char c;

  if (read_some (fd, &c, 1) < 0)
    return FALSE;
  g_string_append_c (out, c);
  return TRUE;
}

static gboolean
ends_with (const GString *text, const char *end)
{
  gsize length = strlen (end);

  return text->len >= length && memcmp (text->str + text->len - length, end, length) == 0;
}

static gboolean
read_line (int fd, GString *line)
{
  g_string_truncate (line, 0);
  while (read_byte (fd, line))
    if (ends_with (line, "\r\n"))
      {
        g_string_truncate (line, line->len - 2);
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_exactly (int fd, gsize length, GString *out)
{
  while (length > 0)
    {
      char buffer[65536];
      ssize_t n = read_some (fd, buffer, MIN (length, sizeof buffer));
      if (n < 0)
        return FALSE;
      g_string_append_len (out, buffer, n);
      length -= (gsize) n;
    }
  return TRUE;
}

static gboolean
read_chunks (int fd, GString *body)
{
  g_autoptr (GString) line = g_string_new (NULL);

  while (read_line (fd, line))
    {
      gsize length = (gsize) g_ascii_strtoull (line->str, NULL, 16);
      if (length == 0)
        return read_line (fd, line);
      if (!read_exactly (fd, length, body) || !read_line (fd, line))
        return FALSE;
    }
  return FALSE;
}

/* Reads one answer; FALSE when the connection ends first. */
gboolean
raw_read_answer (int fd, gboolean head_only, RawAnswer *answer)
{
  g_autoptr (GString) head = g_string_new (NULL);
  g_autoptr (GString) body = g_string_new (NULL);

  while (!ends_with (head, "\r\n\r\n"))
    if (!read_byte (fd, head))
      return FALSE;
  answer->head = g_strdup (head->str);
  answer->status = (guint) g_ascii_strtoull (head->str + strlen ("HTTP/1.1 "), NULL, 10);
  g_autofree char *length = raw_answer_header (answer, "Content-Length");
  g_autofree char *coding = raw_answer_header (answer, "Transfer-Encoding");
  gboolean ok = TRUE;
  if (!head_only && coding != NULL)
    ok = read_chunks (fd, body);
  else if (!head_only && length != NULL)
    ok = read_exactly (fd, (gsize) g_ascii_strtoull (length, NULL, 10), body);
  answer->body = g_string_free (g_steal_pointer (&body), FALSE);
  return ok;
}

/* Everything that came up to @needle, or NULL when the connection ends first. */
char *
raw_read_until (int fd, const char *needle)
{
  g_autoptr (GString) out = g_string_new (NULL);

  while (!ends_with (out, needle))
    if (!read_byte (fd, out))
      return NULL;
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Waits for the other side to end the connection, reading whatever comes before that. */
gboolean
raw_is_closed (int fd)
{
  char buffer[65536];

  while (read_some (fd, buffer, sizeof buffer) > 0)
    ;
  return TRUE;
}

void
raw_answer_clear (RawAnswer *answer)
{
  g_clear_pointer (&answer->head, g_free);
  g_clear_pointer (&answer->body, g_free);
}

char *
raw_answer_header (const RawAnswer *answer, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (answer->head, "\r\n", -1);
  gsize length = strlen (name);

  for (char **line = lines; *line != NULL; line++)
    if (g_ascii_strncasecmp (*line, name, length) == 0 && (*line)[length] == ':')
      return g_strstrip (g_strdup (*line + length + 1));
  return NULL;
}
