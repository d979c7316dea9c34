/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-ballot-table.h"
#include "jip-event-table.h"
#include "jip-mutations.h"

G_BEGIN_DECLS

gboolean
jip_event_create (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error);
gboolean jip_event_step (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error);

/* Shared by the parts of this service. */
gboolean jip_event_refresh_progress (JipMutationContext *context,
                                     const JipEvent *event,
                                     JsonNode *rules,
                                     const char *entry,
                                     const char *panel,
                                     GError **error);
gboolean jip_event_add_progress (JipMutationContext *context,
                                 JsonNode *rules,
                                 const JipBallot *ballot,
                                 const char *panel,
                                 int change,
                                 GError **error);

/* jip-event-result.c */
char *
jip_event_export (JipDatabase *database, const JipEvent *event, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GStrv jip_event_list_counted (JipDatabase *database,
                              const JipEvent *event,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *jip_event_hash_counted (GStrv counted) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_event_name_result (JipDatabase *database, const JipEvent *event, char **name, GError **error);
gboolean jip_event_compute (JipMutationContext *context, JipEvent *event, GError **error);
gboolean
jip_event_check_result (JipDatabase *database, const JipEvent *event, gboolean *stands, GError **error);
gboolean jip_event_check_ballot (JipDatabase *database,
                                 const JipEvent *event,
                                 const char *panel,
                                 const JipBallot *ballot,
                                 gboolean *stands,
                                 GError **error);
gboolean jip_event_check_reveal (JipMutationContext *context, const JipEvent *event, GError **error);

G_END_DECLS
