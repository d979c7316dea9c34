/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-board-records.h"

/* A record class is its table and its fields; the base class does the rest. */
#define DEFINE_RECORD(Type, name, table_name) \
  struct _##Type \
  { \
    JipRecord parent_instance; \
  }; \
  G_DEFINE_FINAL_TYPE (Type, name, JIP_TYPE_RECORD) \
  static void name##_class_init (Type##Class *klass) \
  { \
    jip_record_class_set_fields ((JipRecordClass *) klass, table_name, name##_fields, \
                                 G_N_ELEMENTS (name##_fields)); \
  } \
  static void name##_init (Type *self) {}

static const JipRecordField jip_proposal_fields[] = {
  { "kind", "kind", JIP_RECORD_STRING },
  { "title", "title", JIP_RECORD_STRING },
  { "body", "body", JIP_RECORD_STRING },
  { "category", "category", JIP_RECORD_STRING },
  { "department", "department", JIP_RECORD_STRING },
  { "anonymous", "anonymous", JIP_RECORD_BOOLEAN },
  { "author", "author", JIP_RECORD_STRING },
  { "author-name", "author_name", JIP_RECORD_STRING },
  { "author-department", "author_department", JIP_RECORD_STRING },
  { "state", "state", JIP_RECORD_STRING },
  { "version", "version", JIP_RECORD_INT },
  { "votes", "votes", JIP_RECORD_INT },
  { "comments", "comments", JIP_RECORD_INT },
  { "received-at", "received_at", JIP_RECORD_TIME },
  { "updated-at", "updated_at", JIP_RECORD_TIME },
  { "mine", "mine", JIP_RECORD_BOOLEAN },
  { "voted", "voted", JIP_RECORD_BOOLEAN },
  { "display-title", "display_title", JIP_RECORD_STRING },
};
DEFINE_RECORD (JipProposal, jip_proposal, "proposal")

static const JipRecordField jip_proposal_version_fields[] = {
  { "proposal", "proposal", JIP_RECORD_STRING },     { "version", "version", JIP_RECORD_INT },
  { "title", "title", JIP_RECORD_STRING },           { "body", "body", JIP_RECORD_STRING },
  { "category", "category", JIP_RECORD_STRING },     { "department", "department", JIP_RECORD_STRING },
  { "by-name", "by_name", JIP_RECORD_STRING },       { "lost", "lost", JIP_RECORD_BOOLEAN },
  { "received-at", "received_at", JIP_RECORD_TIME },
};
DEFINE_RECORD (JipProposalVersion, jip_proposal_version, "proposal_version")

static const JipRecordField jip_proposal_step_fields[] = {
  { "proposal", "proposal", JIP_RECORD_STRING },
  { "from", "from", JIP_RECORD_STRING },
  { "to", "to", JIP_RECORD_STRING },
  { "by-name", "by_name", JIP_RECORD_STRING },
  { "reason", "reason", JIP_RECORD_STRING },
  { "received-at", "received_at", JIP_RECORD_TIME },
};
DEFINE_RECORD (JipProposalStep, jip_proposal_step, "proposal_step")

static const JipRecordField jip_comment_fields[] = {
  { "proposal", "proposal", JIP_RECORD_STRING },
  { "author", "author", JIP_RECORD_STRING },
  { "author-name", "author_name", JIP_RECORD_STRING },
  { "author-department", "author_department", JIP_RECORD_STRING },
  { "body", "body", JIP_RECORD_STRING },
  { "received-at", "received_at", JIP_RECORD_TIME },
};
DEFINE_RECORD (JipComment, jip_comment, "comment")

static const JipRecordField jip_attachment_fields[] = {
  { "proposal", "proposal", JIP_RECORD_STRING },
  { "comment", "comment", JIP_RECORD_STRING },
  { "sha256", "sha256", JIP_RECORD_STRING },
  { "size", "size", JIP_RECORD_INT },
  { "name", "name", JIP_RECORD_STRING },
  { "media-type", "media_type", JIP_RECORD_STRING },
  { "arrived", "arrived", JIP_RECORD_BOOLEAN },
  { "gone", "gone", JIP_RECORD_BOOLEAN },
  { "received-at", "received_at", JIP_RECORD_TIME },
};
DEFINE_RECORD (JipAttachment, jip_attachment, "attachment")

const char *
jip_proposal_get_kind (JipProposal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "kind");
}

const char *
jip_proposal_get_title (JipProposal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "title");
}

const char *
jip_proposal_get_display_title (JipProposal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "display_title");
}

const char *
jip_proposal_get_body (JipProposal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "body");
}

const char *
jip_proposal_get_category (JipProposal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "category");
}

const char *
jip_proposal_get_department (JipProposal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "department");
}

gboolean
jip_proposal_get_anonymous (JipProposal *self)
{
  return jip_record_get_boolean (JIP_RECORD (self), "anonymous");
}

const char *
jip_proposal_get_author (JipProposal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "author");
}

const char *
jip_proposal_get_author_name (JipProposal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "author_name");
}

const char *
jip_proposal_get_author_department (JipProposal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "author_department");
}

const char *
jip_proposal_get_state (JipProposal *self)
{
  return jip_record_get_string (JIP_RECORD (self), "state");
}

gint64
jip_proposal_get_version_number (JipProposal *self)
{
  return jip_record_get_int (JIP_RECORD (self), "version");
}

gint64
jip_proposal_get_votes (JipProposal *self)
{
  return jip_record_get_int (JIP_RECORD (self), "votes");
}

gint64
jip_proposal_get_comments (JipProposal *self)
{
  return jip_record_get_int (JIP_RECORD (self), "comments");
}

gint64
jip_proposal_get_received_at (JipProposal *self)
{
  return jip_record_get_time (JIP_RECORD (self), "received_at");
}

gint64
jip_proposal_get_updated_at (JipProposal *self)
{
  return jip_record_get_time (JIP_RECORD (self), "updated_at");
}

gboolean
jip_proposal_get_mine (JipProposal *self)
{
  return jip_record_get_boolean (JIP_RECORD (self), "mine");
}

gboolean
jip_proposal_get_voted (JipProposal *self)
{
  return jip_record_get_boolean (JIP_RECORD (self), "voted");
}

const char *
jip_proposal_step_get_from (JipProposalStep *self)
{
  return jip_record_get_string (JIP_RECORD (self), "from");
}

const char *
jip_proposal_step_get_to (JipProposalStep *self)
{
  return jip_record_get_string (JIP_RECORD (self), "to");
}

const char *
jip_proposal_step_get_by_name (JipProposalStep *self)
{
  return jip_record_get_string (JIP_RECORD (self), "by_name");
}

const char *
jip_proposal_step_get_reason (JipProposalStep *self)
{
  return jip_record_get_string (JIP_RECORD (self), "reason");
}

gint64
jip_proposal_step_get_received_at (JipProposalStep *self)
{
  return jip_record_get_time (JIP_RECORD (self), "received_at");
}

const char *
jip_comment_get_proposal (JipComment *self)
{
  return jip_record_get_string (JIP_RECORD (self), "proposal");
}

const char *
jip_comment_get_author (JipComment *self)
{
  return jip_record_get_string (JIP_RECORD (self), "author");
}

const char *
jip_comment_get_author_name (JipComment *self)
{
  return jip_record_get_string (JIP_RECORD (self), "author_name");
}

const char *
jip_comment_get_author_department (JipComment *self)
{
  return jip_record_get_string (JIP_RECORD (self), "author_department");
}

const char *
jip_comment_get_body (JipComment *self)
{
  return jip_record_get_string (JIP_RECORD (self), "body");
}

gint64
jip_comment_get_received_at (JipComment *self)
{
  return jip_record_get_time (JIP_RECORD (self), "received_at");
}

gboolean
jip_proposal_is_request (JipProposal *self)
{
  return g_strcmp0 (jip_proposal_get_kind (self), "request") == 0;
}

const char *
jip_attachment_get_proposal (JipAttachment *self)
{
  return jip_record_get_string (JIP_RECORD (self), "proposal");
}

const char *
jip_attachment_get_comment (JipAttachment *self)
{
  return jip_record_get_string (JIP_RECORD (self), "comment");
}

const char *
jip_attachment_get_sha256 (JipAttachment *self)
{
  return jip_record_get_string (JIP_RECORD (self), "sha256");
}

gint64
jip_attachment_get_size (JipAttachment *self)
{
  return jip_record_get_int (JIP_RECORD (self), "size");
}

const char *
jip_attachment_get_name (JipAttachment *self)
{
  return jip_record_get_string (JIP_RECORD (self), "name");
}

const char *
jip_attachment_get_media_type (JipAttachment *self)
{
  return jip_record_get_string (JIP_RECORD (self), "media_type");
}

gboolean
jip_attachment_get_arrived (JipAttachment *self)
{
  return jip_record_get_boolean (JIP_RECORD (self), "arrived");
}

gboolean
jip_attachment_get_gone (JipAttachment *self)
{
  return jip_record_get_boolean (JIP_RECORD (self), "gone");
}
