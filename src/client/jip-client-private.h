/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "jip-client.h"
#include "jip-local.h"
#include "jip-outbox.h"
#include "jip-scratch.h"
#include "jip-sse-parser.h"
#include "jip-store.h"

G_BEGIN_DECLS

/* jip-client-handover.c: what others left on this PC */
typedef struct _JipHandover JipHandover;

/* jip-client-endings.c: sessions that the server still has */
typedef struct _JipEndings JipEndings;

#define JIP_CLIENT_REPLICAS "replicas" /* folder of all replicas on this PC */
#define JIP_CLIENT_FOLDER_NAME 32      /* hexadecimal digits of the name of one of them */
#define JIP_CLIENT_WANTED "wanted"     /* file in a replica's folder: whose it is waits for it */
#define JIP_CLIENT_LEAVING "leaving"   /* number in its meta table: its session ends when all is sent */
#define JIP_CLIENT_LAST "last.json"    /* which account was used last */

/* Pushes and pulls run beside each other, and fail apart. */
typedef enum
{
  JIP_EXCHANGE_PUSH,
  JIP_EXCHANGE_PULL,
  JIP_N_EXCHANGES,
} JipExchangeKind;

struct _JipClient
{
  GObject parent_instance;

  char *data_dir;
  JipLocal *local; /* nullable: nobody's replica is open */
  JipScratch *scratch;
  guint inspect_id;

  /* who */
  char *server_url;
  char *token; /* nullable: signed out */
  JsonObject *user;
  char **roles;
  char *secret_note;
  char *damage_note;
  JipHandover *handover;
  JipEndings *endings;

  /* how it stands */
  JipClientState state;
  JipOutboxCounts counts;
  char *last_error;
  GHashTable *changed; /* tables whose change is not told yet */
  guint changed_idle;

  /* exchange */
  SoupSession *session;  /* requests of at most ten seconds */
  SoupSession *streams;  /* live feed, generations, files */
  GCancellable *running; /* nullable: of this run of the exchange */
  gboolean sends_only;   /* reads nothing: nobody is there to see it */
  gboolean online;
  gboolean tried;
  gboolean update_needed;
  gboolean server_behind;
  char *problems[JIP_N_EXCHANGES];      /* nullable: a sentence about what went wrong last */
  gboolean typing_fails;                /* the disk did not take what was typed last */
  gboolean disk_fails[JIP_N_EXCHANGES]; /* what went wrong last was the replica, not the server */
  guint stalls[JIP_N_EXCHANGES];        /* answers in a row that brought nothing on */
  guint turns[JIP_N_EXCHANGES];         /* times in a row that it had to begin anew */
  guint retry_ids[JIP_N_EXCHANGES];
  gboolean held[JIP_N_EXCHANGES]; /* the next try waits for its time whatever the server tells meanwhile */
  guint empty_pages;              /* in a row */
  gsize push_limit;               /* bytes of a push where less than usual is taken; 0 for the usual */
  guint push_breaks;              /* large pushes in a row on which the connection ended */
  gboolean pushing;
  gboolean push_again;
  gboolean pulling;
  gboolean pull_again;
  gboolean behind;    /* more was to be read when the last page came, or none came yet */
  gint64 cache_limit; /* bytes of fetched files */

  /* files on their way to the server */
  gpointer sending_files; /* nullable: the run of jip-client-files.c that is under way */
  gboolean send_files_again;
  guint files_waiting; /* how many are still to be sent */
  guint files_retry_id;
  guint files_attempts;
  GHashTable *file_states; /* SHA-256 -> FileState of jip-client-files.c */
  gint64 pulled_seq;
  guint poll_id;
  guint live_retry_id;
  guint live_attempts;
  gint64 live_since;   /* the monotonic clock, in microseconds */
  gboolean live_fresh; /* the feed has not said anything yet */
  JipSseParser *live_parser;
  gboolean leave_live;
  GHashTable *waiters; /* n -> GTask that waits for the verdict */
};

/* jip-client.c */
JipLocal *jip_client_get_local (JipClient *self);
void jip_client_table_changed (JipClient *self, const char *table);
void jip_client_tell_file_sending (JipClient *self, const char *sha256);
void jip_client_set_counts (JipClient *self, JipOutboxCounts counts);
void jip_client_set_files_waiting (JipClient *self, guint files);
void jip_client_set_last_error (JipClient *self, const char *message);
void jip_client_update_state (JipClient *self);
void jip_client_set_secret_note (JipClient *self, const char *note);
void jip_client_set_damage_note (JipClient *self, const char *note);
void jip_client_notify_account (JipClient *self);

/* jip-client-account.c */
char *jip_client_dup_replica_folder (const char *data_dir,
                                     const char *server_url,
                                     const char *user) G_GNUC_WARN_UNUSED_RESULT;

/* jip-client-sign-in.c */
char *jip_client_normal_url (const char *url, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* jip-client-handover.c */
JipHandover *jip_handover_new (void) G_GNUC_WARN_UNUSED_RESULT;
void jip_handover_free (JipHandover *self);
void jip_client_keep_token (JipClient *self, const char *server_url, const char *user, const char *token);
char *
jip_client_take_token (JipClient *self, const char *server_url, const char *user) G_GNUC_WARN_UNUSED_RESULT;
void jip_client_hand_over (JipClient *self);
void jip_client_hand_over_now (JipClient *self);
void jip_client_stop_handover_async (JipClient *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean jip_client_stop_handover_finish (JipClient *self, GAsyncResult *result);

/* jip-client-leave.c */
gboolean jip_client_note_leaving (JipDatabase *database, gpointer data, GError **error);
void jip_client_keep_own_token (JipClient *self);

/* jip-client-sync.c */
void jip_client_start_sync (JipClient *self);
void jip_client_stop_sync (JipClient *self);
gboolean jip_client_is_held (JipClient *self, JipExchangeKind kind);

/* jip-client-push.c, jip-client-pull.c */
void jip_client_push (JipClient *self);
void jip_client_pull (JipClient *self);

/* jip-client-files.c */
char *jip_client_dup_cache_folder (JipClient *self) G_GNUC_WARN_UNUSED_RESULT;
char *jip_client_dup_kept_folder (JipClient *self) G_GNUC_WARN_UNUSED_RESULT;
GHashTable *jip_client_file_states_new (void) G_GNUC_WARN_UNUSED_RESULT;
gint64 jip_client_count_files (JipDatabase *database, GError **error);
void jip_client_send_files (JipClient *self, gboolean due);
void jip_client_send_files_now (JipClient *self);

/* jip-blob-upload.c, jip-blob-op.c */
char *jip_client_hash_stream (GInputStream *input,
                              int copy_to,
                              goffset *size,
                              GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_client_upload_kept_async (JipClient *client,
                                   const char *sha256,
                                   GFileProgressCallback progress,
                                   gpointer progress_data,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

/* jip-client-live.c */
void jip_client_start_live (JipClient *self);
void jip_client_stop_live (JipClient *self);

/* jip-client-http.c */
SoupMessage *
jip_client_message_new (JipClient *self, const char *method, const char *path) G_GNUC_WARN_UNUSED_RESULT;
void jip_client_set_json (SoupMessage *message, JsonNode *node);
GError *jip_client_narrow_error_new (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_client_is_break (const GError *error);
GError *jip_client_foreign_error_new (void) G_GNUC_WARN_UNUSED_RESULT;
GError *jip_client_error_from (guint status, GBytes *body) G_GNUC_WARN_UNUSED_RESULT;
GError *
jip_client_answer_problem (SoupMessage *message, GBytes *body, const GError *error) G_GNUC_WARN_UNUSED_RESULT;
guint jip_client_answer_wait (SoupMessage *message);
GError *jip_client_transport_error (const GError *error) G_GNUC_WARN_UNUSED_RESULT;
void jip_client_send_async (SoupSession *session,
                            SoupMessage *message,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
GBytes *jip_client_send_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* jip-mutate.c */
void jip_client_mutate_async (JipClient *self,
                              const char *name,
                              JsonObject *args,
                              const char *scratch,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
void jip_client_mutate_files_async (JipClient *self,
                                    const char *name,
                                    JsonObject *args,
                                    GPtrArray *files,
                                    const char *scratch,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gint64 jip_client_mutate_finish (JipClient *self, GAsyncResult *result, char **id, GError **error);
void jip_client_verdict (JipClient *self, gint64 n, GError *error);

/* jip-scratch.c */
JipScratch *jip_scratch_new (JipClient *client) G_GNUC_WARN_UNUSED_RESULT;
void jip_scratch_give_back (JipScratch *self, const char *key, const char *text);
char *jip_scratch_take (JipScratch *self, const char *key) G_GNUC_WARN_UNUSED_RESULT;
void jip_scratch_forget (JipScratch *self);
gboolean jip_scratch_write (JipDatabase *database, const char *key, const char *text, GError **error);

G_END_DECLS
