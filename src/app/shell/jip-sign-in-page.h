/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"

G_BEGIN_DECLS

#define JIP_TYPE_SIGN_IN_PAGE (jip_sign_in_page_get_type ())
G_DECLARE_FINAL_TYPE (JipSignInPage, jip_sign_in_page, JIP, SIGN_IN_PAGE, AdwBin)

void jip_sign_in_page_set_client (JipSignInPage *page, JipClient *client);
void jip_sign_in_page_fill (JipSignInPage *page, const char *server, const char *login);
void jip_sign_in_page_submit (JipSignInPage *page, const char *password);

G_END_DECLS
