/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-services.h"

G_BEGIN_DECLS

/* What the benches of events share. */
char *bench_event_text (const char *id, const char *chair, char **judges, char **entries, guint n_entries)
    G_GNUC_WARN_UNUSED_RESULT;
void bench_apply (JipServices *services, const char *account, const char *name, const char *args);
double bench_percentile (GArray *times, guint percent);

G_END_DECLS
