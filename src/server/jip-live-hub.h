/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-feed-table.h"
#include "jip-http-request.h"

G_BEGIN_DECLS

/**
 * JipLiveHub:
 *
 * The open live feeds. Whoever a change concerns is poked at once, then at most once per interval. Safe to use from any
 * thread.
 */
typedef struct _JipLiveHub JipLiveHub;

JipLiveHub *jip_live_hub_new (const char *epoch) G_GNUC_WARN_UNUSED_RESULT;
void jip_live_hub_free (JipLiveHub *hub);
void jip_live_hub_add (JipLiveHub *hub,
                       JipHttpStream *stream,
                       const char *account,
                       JipReaders mask,
                       const char *session,
                       gint64 expires_at,
                       gint64 seq);
void jip_live_hub_set_epoch (JipLiveHub *hub, const char *epoch, gint64 seq);
void jip_live_hub_notify (JipLiveHub *hub, const JipPokes *pokes);
void jip_live_hub_end_session (JipLiveHub *hub, const char *session, const char *reason);
void jip_live_hub_end_account (JipLiveHub *hub, const char *account, const char *reason);
void jip_live_hub_end_all (JipLiveHub *hub, const char *reason);
guint jip_live_hub_get_n_feeds (JipLiveHub *hub);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipLiveHub, jip_live_hub_free)

G_END_DECLS
