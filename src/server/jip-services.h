/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-feed-table.h"
#include "jip-store.h"
#include "jip-upload-parts.h"

G_BEGIN_DECLS

#define JIP_KEY_BYTES 32
#define JIP_RESTORE_STAGE "restoring" /* a folder in the data folder while a backup is put back */

/**
 * JipServices:
 * @uploads: files that are not whole yet
 * @epoch: changes when the server comes back from a backup; an interned string, never freed
 * @installation: names the city's server for ever, in every backup and copy of its database; an interned string
 * @restored: whether it ever did: from then on places count (docs/protocol.md, After a restore)
 * @settling: whether the results of refilled events are about to be computed anew
 * @unsettled: whether that failed when it was tried last
 * @stopping: the server is being stopped: what takes long ends early, having changed nothing
 * @receipt_key: of verdicts and ballot receipts; lies in the database, and so in every backup
 * @cursor_key: of cursors
 * @committed: (nullable): told of what became durable
 * @disabled: (nullable): told of an account that was disabled
 * @epoch_opened: (nullable): told of a new epoch
 *
 * What all services share: an opened data folder, with its database in it or elsewhere. The server has one, and so has `jipctl` when no server runs.
 */
typedef struct
{
  JipStore *store;
  JipUploadParts *uploads;
  const char *_Atomic epoch;
  const char *installation;
  _Atomic gboolean restored;
  _Atomic gboolean settling;
  _Atomic gboolean unsettled;
  _Atomic gboolean stopping;
  guint8 receipt_key[JIP_KEY_BYTES];
  guint8 cursor_key[JIP_KEY_BYTES];
  void (*committed) (const JipPokes *pokes, gpointer data);
  void (*disabled) (const char *account, gpointer data);
  void (*epoch_opened) (const char *epoch, gint64 seq, gpointer data);
  gpointer committed_data;
} JipServices;

JipServices *jip_services_open (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JipServices *
jip_services_open_at (const char *folder, const char *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_services_free (JipServices *services);
void jip_services_notify (JipServices *services, const JipPokes *pokes);
char *jip_services_mac (const guint8 key[JIP_KEY_BYTES], const char *text) G_GNUC_WARN_UNUSED_RESULT;

char *
jip_services_derive_id (JipServices *services, const char *kind, const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipServices, jip_services_free)

G_END_DECLS
