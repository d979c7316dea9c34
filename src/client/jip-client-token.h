/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsecret/secret.h>

G_BEGIN_DECLS

/* Where sessions lie in the secret service: by server and user id. */
extern const SecretSchema jip_client_token_schema;

G_END_DECLS
