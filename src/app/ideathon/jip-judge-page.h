/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"
#include "jip-event-model.h"

G_BEGIN_DECLS

/* A judge's page: the finalists, their slides, and the judge's own card. */
#define JIP_TYPE_JUDGE_PAGE (jip_judge_page_get_type ())
G_DECLARE_FINAL_TYPE (JipJudgePage, jip_judge_page, JIP, JUDGE_PAGE, AdwBin)

void jip_judge_page_set_model (JipJudgePage *self, JipClient *client, JipEventModel *model);

G_END_DECLS
