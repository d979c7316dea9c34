/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define JIP_APP_ID "kr.go.jiphyeon.Jiphyeon"

#define JIP_TYPE_APPLICATION (jip_application_get_type ())
G_DECLARE_FINAL_TYPE (JipApplication, jip_application, JIP, APPLICATION, AdwApplication)

JipApplication *jip_application_new (void);

G_END_DECLS
