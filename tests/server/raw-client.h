/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A client that writes what it is told, byte for byte, to a server on loopback. */

#define RAW_PATIENCE (10 * G_USEC_PER_SEC)

typedef struct
{
  guint status;
  char *head; /* owned; status line and headers */
  char *body; /* owned; chunks joined, up to the end of the answer */
} RawAnswer;

int raw_connect (guint16 port);
void raw_connect_socket (int fd, guint16 port);
int raw_connect_from (guint16 port, const char *source);
int raw_connect_unix (const char *path);
void raw_send (int fd, const char *text);
gboolean raw_try_send (int fd, const void *data, gsize length);
gboolean raw_read_answer (int fd, gboolean head_only, RawAnswer *answer);
char *raw_read_until (int fd, const char *needle);
gboolean raw_is_closed (int fd);
void raw_answer_clear (RawAnswer *answer);
char *raw_answer_header (const RawAnswer *answer, const char *name);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RawAnswer, raw_answer_clear)

G_END_DECLS
