/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A real jiphyeond from the build folder behind a proxy that can spoil exchanges. Clients speak to the proxy, whose
 * port stays while the server comes and goes. */

typedef enum
{
  FAULT_NONE,
  FAULT_RESET,     /* the push is cut before the server sees it */
  FAULT_DROP,      /* the server takes the push, its answer is lost */
  FAULT_DUPLICATE, /* the server gets the push twice */
} Fault;

typedef struct
{
  char *data;
  GSubprocess *process;
  GSocketService *proxy;
  guint16 proxy_port;
  int server_port; /* atomic */
  int fault;       /* atomic: of the next push */
} Site;

Site *site_new (const char *users_csv);
void site_start (Site *site);
void site_kill (Site *site);
void site_free (Site *site);
char *site_get_url (Site *site);
void remove_tree (const char *path);
