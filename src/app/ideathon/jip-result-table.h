/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-event-model.h"

G_BEGIN_DECLS

/* The result after the lock, as the record holds it. */
#define JIP_TYPE_RESULT_TABLE (jip_result_table_get_type ())
G_DECLARE_FINAL_TYPE (JipResultTable, jip_result_table, JIP, RESULT_TABLE, AdwBin)

void jip_result_table_show (JipResultTable *self, JipEventModel *model);

G_END_DECLS
