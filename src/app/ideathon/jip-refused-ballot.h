/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-record-lists.h"

G_BEGIN_DECLS

gboolean jip_refused_is_ballot (JipRefused *refused);
void jip_refused_ballot_describe_async (JipClient *client,
                                        JipRefused *refused,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
char *jip_refused_ballot_describe_finish (GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
