/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/* The fields of a proposal that can be edited; all nullable but body. */
typedef struct
{
  char *title;
  char *body;
  char *category;
  char *department;
} JipProposalFields;

typedef struct
{
  char *id;
  char *kind;
  JipProposalFields fields;
  gboolean anonymous;
  char *author;
  char *state;
  gint64 version;
} JipProposal;

/**
 * JipProposalVersion:
 * @lost: a text that is kept for the record only
 * @place: where it stands among all that was ever judged; 0 when that is not known: then before all others
 * @seen: (nullable): what it was made from
 * @writers: (nullable): which edits the fields are from
 */
typedef struct
{
  char *id;
  gint64 version;
  JipProposalFields fields;
  char *author;
  gboolean lost;
  gint64 received_at;
  gint64 place;
  char *seen;
  char *writers;
} JipProposalVersion;

typedef struct
{
  char *id;
  char *proposal;
  char *author;
  char *body;
} JipComment;

void jip_proposal_fields_clear (JipProposalFields *fields);
void jip_proposal_free (JipProposal *proposal);
void jip_proposal_version_free (JipProposalVersion *version);
void jip_comment_free (JipComment *comment);

gboolean jip_proposal_get (JipDatabase *database, const char *id, JipProposal **proposal, GError **error);
gboolean jip_proposal_insert (JipDatabase *database, const JipProposal *proposal, gint64 now, GError **error);
gboolean jip_proposal_update (JipDatabase *database,
                              const char *id,
                              const JipProposalFields *fields,
                              gint64 version,
                              gint64 now,
                              GError **error);
gboolean jip_proposal_add_version (JipDatabase *database,
                                   const char *id,
                                   const char *proposal,
                                   gint64 version,
                                   const JipProposalFields *fields,
                                   const char *author,
                                   gboolean lost,
                                   gint64 now,
                                   GError **error);
gboolean jip_proposal_get_version (JipDatabase *database,
                                   const char *proposal,
                                   gint64 version,
                                   JipProposalFields *fields,
                                   gboolean *found,
                                   GError **error);
gboolean jip_proposal_put_version (JipDatabase *database,
                                   const char *proposal,
                                   const JipProposalVersion *version,
                                   GError **error);
gboolean jip_proposal_set_place (JipDatabase *database, const JipProposalVersion *version, GError **error);
gboolean jip_proposal_find_version (JipDatabase *database,
                                    const char *proposal,
                                    gint64 version,
                                    JipProposalVersion **found,
                                    GError **error);
gboolean jip_proposal_find_version_at (JipDatabase *database,
                                       const char *proposal,
                                       gint64 place,
                                       JipProposalVersion **found,
                                       GError **error);
gboolean jip_proposal_find_version_before (JipDatabase *database,
                                           const char *proposal,
                                           gint64 place,
                                           JipProposalVersion **found,
                                           GError **error);
GPtrArray *jip_proposal_list_versions_from (JipDatabase *database,
                                            const char *proposal,
                                            gint64 place,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_proposal_add_step (JipDatabase *database,
                                const char *id,
                                const char *proposal,
                                const char *from,
                                const char *to,
                                const char *actor,
                                const char *reason,
                                gint64 now,
                                GError **error);
gboolean jip_comment_get (JipDatabase *database, const char *id, JipComment **comment, GError **error);
gboolean
jip_proposal_set_received (JipDatabase *database, const char *id, gint64 received_at, GError **error);
gboolean jip_comment_insert (JipDatabase *database, const JipComment *comment, gint64 now, GError **error);
gboolean jip_comment_set_received (JipDatabase *database, const char *id, gint64 received_at, GError **error);
gboolean jip_comment_move (JipDatabase *database, const char *id, const char *proposal, GError **error);
gboolean jip_vote_set (JipDatabase *database,
                       const char *proposal,
                       const char *account,
                       gboolean on,
                       gboolean *changed,
                       GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipProposalFields, jip_proposal_fields_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipProposal, jip_proposal_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipProposalVersion, jip_proposal_version_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipComment, jip_comment_free)

G_END_DECLS
