/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-record-lists.h"

G_BEGIN_DECLS

/* The fields of an idea that can be changed, for people. */
#define JIP_N_IDEA_FIELDS 4
#define JIP_IDEA_MAX_BODY 20000   /* characters; docs/protocol.md, proposal.submit and proposal.edit */
#define JIP_COMMENT_MAX_BODY 5000 /* characters; docs/protocol.md, comment.add */

const char *jip_idea_field_get_name (guint index);
const char *jip_idea_field_get_title (const char *name);
JipReplicaList *jip_idea_departments_new (JipClient *client) G_GNUC_WARN_UNUSED_RESULT;
char *jip_idea_field_dup_text (const char *name,
                               const char *value,
                               JipReplicaList *departments) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
