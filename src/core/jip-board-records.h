/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-record.h"

G_BEGIN_DECLS

/* An idea. Besides the row's fields: "display-title" (the title, or the first words of the body), "mine" (written by
 * the user, anonymously too), "voted" (the user supports it, unsent votes included). */
#define JIP_TYPE_PROPOSAL (jip_proposal_get_type ())
G_DECLARE_FINAL_TYPE (JipProposal, jip_proposal, JIP, PROPOSAL, JipRecord)

const char *jip_proposal_get_kind (JipProposal *self);
gboolean jip_proposal_is_request (JipProposal *self);
const char *jip_proposal_get_title (JipProposal *self);
const char *jip_proposal_get_display_title (JipProposal *self);
const char *jip_proposal_get_body (JipProposal *self);
const char *jip_proposal_get_category (JipProposal *self);
const char *jip_proposal_get_department (JipProposal *self);
gboolean jip_proposal_get_anonymous (JipProposal *self);
const char *jip_proposal_get_author (JipProposal *self);
const char *jip_proposal_get_author_name (JipProposal *self);
const char *jip_proposal_get_author_department (JipProposal *self);
const char *jip_proposal_get_state (JipProposal *self);
gint64 jip_proposal_get_version_number (JipProposal *self);
gint64 jip_proposal_get_votes (JipProposal *self);
gint64 jip_proposal_get_comments (JipProposal *self);
gint64 jip_proposal_get_received_at (JipProposal *self);
gint64 jip_proposal_get_updated_at (JipProposal *self);
gboolean jip_proposal_get_mine (JipProposal *self);
gboolean jip_proposal_get_voted (JipProposal *self);

/* A past wording of an idea, or an edit that lost a conflict ("lost"). */
#define JIP_TYPE_PROPOSAL_VERSION (jip_proposal_version_get_type ())
G_DECLARE_FINAL_TYPE (JipProposalVersion, jip_proposal_version, JIP, PROPOSAL_VERSION, JipRecord)

/* One step of an idea's timeline. */
#define JIP_TYPE_PROPOSAL_STEP (jip_proposal_step_get_type ())
G_DECLARE_FINAL_TYPE (JipProposalStep, jip_proposal_step, JIP, PROPOSAL_STEP, JipRecord)

const char *jip_proposal_step_get_from (JipProposalStep *self);
const char *jip_proposal_step_get_to (JipProposalStep *self);
const char *jip_proposal_step_get_by_name (JipProposalStep *self);
const char *jip_proposal_step_get_reason (JipProposalStep *self);
gint64 jip_proposal_step_get_received_at (JipProposalStep *self);

#define JIP_TYPE_COMMENT (jip_comment_get_type ())
G_DECLARE_FINAL_TYPE (JipComment, jip_comment, JIP, COMMENT, JipRecord)

const char *jip_comment_get_proposal (JipComment *self);
const char *jip_comment_get_author (JipComment *self);
const char *jip_comment_get_author_name (JipComment *self);
const char *jip_comment_get_author_department (JipComment *self);
const char *jip_comment_get_body (JipComment *self);
gint64 jip_comment_get_received_at (JipComment *self);

/* A file on an idea, or on a comment of it. Until it has arrived, its author is still uploading it,
 * or the server has lost it for good. */
#define JIP_TYPE_ATTACHMENT (jip_attachment_get_type ())
G_DECLARE_FINAL_TYPE (JipAttachment, jip_attachment, JIP, ATTACHMENT, JipRecord)

const char *jip_attachment_get_proposal (JipAttachment *self);
const char *jip_attachment_get_comment (JipAttachment *self); /* nullable */
const char *jip_attachment_get_sha256 (JipAttachment *self);
gint64 jip_attachment_get_size (JipAttachment *self); /* bytes */
const char *jip_attachment_get_name (JipAttachment *self);
const char *jip_attachment_get_media_type (JipAttachment *self);
gboolean jip_attachment_get_arrived (JipAttachment *self);
gboolean jip_attachment_get_gone (JipAttachment *self);

G_END_DECLS
