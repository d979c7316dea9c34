/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-error.h"

G_BEGIN_DECLS

/**
 * JipPasswordPool:
 *
 * A few threads that do nothing but Argon2id (19 MiB, 2 passes), so that any number of sign-ins costs neither the HTTP
 * pool nor more memory than these threads.
 */
typedef struct _JipPasswordPool JipPasswordPool;

#define JIP_PASSWORD_MAX 1000 /* characters */

typedef void (*JipPasswordDone) (gboolean matches, gpointer data);

JipPasswordPool *jip_password_pool_new (guint threads) G_GNUC_WARN_UNUSED_RESULT;
void jip_password_pool_free (JipPasswordPool *pool);
gboolean jip_password_pool_verify (JipPasswordPool *pool,
                                   const char *stored,
                                   const char *password,
                                   JipPasswordDone done,
                                   gpointer data,
                                   GError **error);
char *jip_password_hash (const char *password, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *jip_password_random (void) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPasswordPool, jip_password_pool_free)

G_END_DECLS
