/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

/* A real jiphyeond from the build folder behind a proxy that can spoil exchanges. Clients speak to the proxy, whose
 * port stays while the server comes and goes. */

typedef enum
{
  FAULT_NONE,
  FAULT_RESET,     /* the push is cut before the server sees it */
  FAULT_DROP,      /* the server takes the push, its answer is lost */
  FAULT_DUPLICATE, /* the server gets the push twice */
  FAULT_TOO_OLD,   /* the proxy answers 426 itself, to all pushes and pulls until it is told otherwise */
  FAULT_CUT,       /* a generation's stream ends in good order after its first text */
} Fault;

typedef struct
{
  char *data;
  char *uri;     /* of its PostgreSQL database; NULL: SQLite */
  char *llm_url; /* nullable */
  GSubprocess *process;
  GSocketService *proxy;
  guint16 proxy_port;
  int server_port; /* atomic */
  int fault;       /* atomic: of the next push or generation */
  int end_status;  /* atomic: what the proxy itself answers to whoever ends a session; 0 for nothing */
  int n_ends;      /* atomic: how often it has */

  /* of files, atomic */
  int cut_download; /* the next file is cut after so many bytes; 0 for never */
  int cut_upload;   /* the next part is cut after so many bytes, before the server has all of it */
  int whole_parts;  /* so many parts pass before one is cut */
  int hold_parts;   /* no part reaches the server */
  int lose_part;    /* the answer to the next part is lost */
  int lose_at;      /* the answer to this part is lost, from 1; 0 for none */
  int n_parts;      /* parts that reached the server whole */
  int n_downloads;  /* requests for a file */
} Site;

Site *site_new (const char *users_csv);
Site *site_new_with_model (const char *users_csv, const char *llm_url);
void site_start (Site *site);
void site_stop (Site *site);
void site_kill (Site *site);
void site_free (Site *site);
char *site_get_url (Site *site);
void site_move (Site *site);
void remove_tree (const char *path);
void copy_tree (const char *from, const char *to);
void site_sql (Site *site, const char *sql);
gint64 site_ask (Site *site, const char *sql);
char *site_ask_text (Site *site, const char *sql) G_GNUC_WARN_UNUSED_RESULT;
void site_jipctl (Site *site, ...) G_GNUC_NULL_TERMINATED;
void site_lose_disk (Site *site, const char *backup);
void site_lose_disk_and_files (Site *site, const char *backup);

typedef struct
{
  char *data;
  char *uri; /* as that of its site */
} SiteCopy;

SiteCopy *site_copy_aside (Site *site) G_GNUC_WARN_UNUSED_RESULT;
void site_put_back (Site *site, SiteCopy *copy);

/* A desktop with a data folder of its own. */
typedef struct
{
  char *folder;
  JipClient *client;
} Desk;

void desk_open (Desk *desk, Site *site, const char *login);
void desk_sign_in (Desk *desk, Site *site, const char *login);
void desk_stop (Desk *desk);
void desk_close (Desk *desk);
char *desk_submit (Desk *desk, const char *body) G_GNUC_WARN_UNUSED_RESULT;
void desk_mutate (Desk *desk, const char *name, const char *args);

void done_cb (GObject *source, GAsyncResult *result, gpointer user_data);
gboolean wait_timed_out_cb (gpointer data);
guint n_items (gpointer list);
gboolean all_settled (gpointer list);

#define wait_until(condition) \
  G_STMT_START \
  { \
    guint guard = g_timeout_add_seconds (20, wait_timed_out_cb, (gpointer) G_STRINGIFY (condition)); \
    while (!(condition)) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (guard); \
  } \
  G_STMT_END
