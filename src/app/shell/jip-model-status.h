/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define JIP_TYPE_MODEL_STATUS (jip_model_status_get_type ())
G_DECLARE_FINAL_TYPE (JipModelStatus, jip_model_status, JIP, MODEL_STATUS, AdwBin)

G_END_DECLS
