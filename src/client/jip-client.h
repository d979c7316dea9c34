/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "jip-record.h"

G_BEGIN_DECLS

typedef enum
{
  JIP_CLIENT_SIGNED_OUT,    /* nobody is signed in, or the session ended: sign in again, the queue is kept */
  JIP_CLIENT_OFFLINE,       /* the server cannot be reached; work goes on over the replica */
  JIP_CLIENT_CONNECTING,    /* the first exchange is under way */
  JIP_CLIENT_DISK_FAILS,    /* this PC's disk does not take what is read and sent; it is tried again */
  JIP_CLIENT_SYNCING,       /* changes are being read or sent */
  JIP_CLIENT_SYNCED,        /* everything is read and sent */
  JIP_CLIENT_UPDATE_NEEDED, /* the server does not speak this program's schema any more; the queue is kept */
  JIP_CLIENT_SERVER_BEHIND, /* the server does not speak this program's schema yet; the queue is kept */
} JipClientState;

#define JIP_TYPE_CLIENT_STATE (jip_client_state_get_type ())
GType jip_client_state_get_type (void);
gboolean jip_client_state_is_fetching (JipClientState state);

/**
 * JipClient:
 *
 * One person's copy of the city's data and its exchange with the server. All of its functions belong to the thread
 * whose default main context was current when it was made; disk and network are used elsewhere or asynchronously.
 *
 * Properties, all read-only and notified: "state" (#JipClientState), "pending" (changes not yet sent), "refused"
 * (changes the server refused and the user has not yet put away), "files" (still to be sent), "user-id", "user-name", "department" (id),
 * "department-name", "roles", "server-url", "last-error" (a sentence or %NULL), "secret-note" (a sentence when the
 * session cannot be remembered on this PC, else %NULL), "damage-note" (a sentence when the data on this PC was damaged and
 * has been made anew, else %NULL), "others-note" (sentences about what others left on this PC, else %NULL).
 *
 * Signals: "table-changed" (const char *table): rows of the table changed, local ones included; coalesced.
 * "file-sending" (const char *sha256): a file on its way to the server got on (jip_client_get_file_sending()).
 */
#define JIP_TYPE_CLIENT (jip_client_get_type ())
G_DECLARE_FINAL_TYPE (JipClient, jip_client, JIP, CLIENT, GObject)

JipClient *jip_client_new (const char *data_dir) G_GNUC_WARN_UNUSED_RESULT;

void jip_client_open_last_async (JipClient *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean jip_client_open_last_finish (JipClient *self, GAsyncResult *result, GError **error);
void jip_client_sign_in_async (JipClient *self,
                               const char *server_url,
                               const char *login,
                               const char *password,
                               const char *device,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean jip_client_sign_in_finish (JipClient *self, GAsyncResult *result, GError **error);
void jip_client_join_async (JipClient *self,
                            const char *server_url,
                            const char *code,
                            const char *device,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean jip_client_join_finish (JipClient *self, GAsyncResult *result, GError **error);
void jip_client_sign_out_async (JipClient *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean jip_client_sign_out_finish (JipClient *self, GAsyncResult *result, GError **error);
void jip_client_close_async (JipClient *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean jip_client_close_finish (JipClient *self, GAsyncResult *result, GError **error);
void jip_client_sync_now (JipClient *self);

void jip_client_lookup_async (JipClient *self,
                              GType record_type,
                              const char *id,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
JipRecord *
jip_client_lookup_finish (JipClient *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_client_dismiss_refused_async (JipClient *self,
                                       gint64 key,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean jip_client_dismiss_refused_finish (JipClient *self, GAsyncResult *result, GError **error);

JipClientState jip_client_get_state (JipClient *self);
guint jip_client_get_pending (JipClient *self);
guint jip_client_get_refused (JipClient *self);
guint jip_client_get_files (JipClient *self);
const char *jip_client_get_user_id (JipClient *self);
const char *jip_client_get_login (JipClient *self);
const char *jip_client_get_user_name (JipClient *self);
const char *jip_client_get_department (JipClient *self);
const char *jip_client_get_department_name (JipClient *self);
const char *const *jip_client_get_roles (JipClient *self);
gboolean jip_client_has_role (JipClient *self, const char *role);
const char *jip_client_get_server_url (JipClient *self);
const char *jip_client_get_last_error (JipClient *self);
const char *jip_client_get_secret_note (JipClient *self);
const char *jip_client_get_damage_note (JipClient *self);
const char *jip_client_get_others_note (JipClient *self);
void jip_client_expect_server (JipClient *self, const char *server_url);

G_END_DECLS
