/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-blob-op.h"
#include "jip-ballot-submit-op.h"
#include "jip-client.h"
#include "jip-comment-add-op.h"
#include "jip-draft-save-op.h"
#include "jip-event-step-op.h"
#include "jip-generate-op.h"
#include "jip-proposal-edit-op.h"
#include "jip-proposal-submit-op.h"
#include "jip-record-lists.h"
#include "jip-scratch.h"
#include "jip-vote-set-op.h"

GType
jip_client_state_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { JIP_CLIENT_SIGNED_OUT, "JIP_CLIENT_SIGNED_OUT", "signed-out" },
    { JIP_CLIENT_OFFLINE, "JIP_CLIENT_OFFLINE", "offline" },
    { JIP_CLIENT_CONNECTING, "JIP_CLIENT_CONNECTING", "connecting" },
    { JIP_CLIENT_DISK_FAILS, "JIP_CLIENT_DISK_FAILS", "disk-fails" },
    { JIP_CLIENT_SYNCING, "JIP_CLIENT_SYNCING", "syncing" },
    { JIP_CLIENT_SYNCED, "JIP_CLIENT_SYNCED", "synced" },
    { JIP_CLIENT_UPDATE_NEEDED, "JIP_CLIENT_UPDATE_NEEDED", "update-needed" },
    { JIP_CLIENT_SERVER_BEHIND, "JIP_CLIENT_SERVER_BEHIND", "server-behind" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("JipClientState", values));
  return type;
}

/**
 * jip_client_state_is_fetching:
 *
 * Returns: whether what is shown may not be all that there is
 */
gboolean
jip_client_state_is_fetching (JipClientState state)
{
  return state == JIP_CLIENT_CONNECTING || state == JIP_CLIENT_SYNCING;
}
