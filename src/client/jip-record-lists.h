/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-directory-records.h"
#include "jip-draft-records.h"
#include "jip-event-records.h"
#include "jip-proposal-list.h"

G_BEGIN_DECLS

/* Lists of one table, most of them of one parent; the order stands behind each. Item types are the records'. */

JipReplicaList *jip_comment_list_new (JipClient *client, const char *proposal);          /* oldest first */
JipReplicaList *jip_proposal_step_list_new (JipClient *client, const char *proposal);    /* oldest first */
JipReplicaList *jip_proposal_version_list_new (JipClient *client, const char *proposal); /* newest first */

JipReplicaList *
jip_attachment_list_new (JipClient *client, const char *proposal); /* comments' too, oldest first */

JipReplicaList *jip_event_list_new (JipClient *client);                    /* newest first */
JipReplicaList *jip_entry_list_new (JipClient *client, const char *event); /* by number */
JipReplicaList *jip_judge_list_new (JipClient *client, const char *event); /* by label */
JipReplicaList *jip_recusal_list_new (JipClient *client, const char *event);
JipReplicaList *jip_ballot_list_new (JipClient *client, const char *event); /* all versions one may see */
JipReplicaList *jip_progress_list_new (JipClient *client, const char *event);
JipReplicaList *jip_submission_list_new (JipClient *client, const char *event);
JipReplicaList *jip_late_ballot_list_new (JipClient *client, const char *event); /* oldest first */
JipReplicaList *jip_result_list_new (JipClient *client, const char *event);      /* none or one */
JipReplicaList *jip_reveal_list_new (JipClient *client, const char *event);      /* by n */

JipReplicaList *jip_draft_list_new (JipClient *client); /* newest first */
JipReplicaList *jip_draft_version_list_new (JipClient *client, const char *draft);
JipReplicaList *jip_document_type_list_new (JipClient *client); /* by name */
JipReplicaList *jip_department_list_new (JipClient *client);    /* by name */
JipReplicaList *jip_user_list_new (JipClient *client);          /* by name */

/**
 * JipRefused:
 *
 * A change that the server refused: nothing typed is lost. Row members as properties: "name" (of the mutation),
 * "code", "message"; jip_record_get_row() holds "args" and "detail" too.
 */
#define JIP_TYPE_REFUSED (jip_refused_get_type ())
G_DECLARE_FINAL_TYPE (JipRefused, jip_refused, JIP, REFUSED, JipRecord)

gint64 jip_refused_get_key (JipRefused *self);
const char *jip_refused_get_summary (JipRefused *self);
char *jip_refused_dup_text (JipRefused *self) G_GNUC_WARN_UNUSED_RESULT;
const char *jip_refused_get_draft (JipRefused *self);
JsonNode *jip_refused_dup_document (JipRefused *self) G_GNUC_WARN_UNUSED_RESULT;
char *jip_refused_dup_server_text (JipRefused *self) G_GNUC_WARN_UNUSED_RESULT;
JipReplicaList *jip_refused_list_new (JipClient *client); /* newest first */
JipReplicaList *jip_refused_list_new_of (JipClient *client, const char *proposal);

/* Who has not handed in: judges of @panel (NULL: all) without a complete submission for @subject (an entry, or for
 * picks a category), recusals left out. Returns (transfer full): an array of JipJudge. */
void jip_missing_judges_async (JipClient *client,
                               const char *event,
                               const char *subject,
                               const char *panel,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
GPtrArray *
jip_missing_judges_finish (JipClient *client, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
