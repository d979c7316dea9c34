/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/**
 * JipBallot:
 * @subject: the entry, or for picks the category
 * @scores: (nullable): JSON as sent; one of @scores, @score and @picks is set
 * @hash: of the contents
 * @place: of one that was judged after a restore, else 0
 * @given: the version that it came with
 * @known: the newest place at which its window had been moved, as far as the server knew; -1 where its verdict holds for good
 */
typedef struct
{
  char *id;
  char *event;
  char *judge;
  char *subject;
  char *entry;
  char *category;
  gint64 version;
  char *scores;
  char *score;
  char *picks;
  gboolean complete;
  char *state;
  char *hash;
  char *receipt_code;
  gint64 received_at;
  gint64 place;
  gint64 known;
  gint64 given;
} JipBallot;

void jip_ballot_free (JipBallot *ballot);
gboolean jip_ballot_get (JipDatabase *database, const char *id, JipBallot **ballot, GError **error);
gboolean jip_ballot_find (JipDatabase *database,
                          const JipBallot *ballot,
                          JipBallot **same_version,
                          JipBallot **same_id,
                          GError **error);
gboolean jip_ballot_insert (JipDatabase *database, const JipBallot *ballot, GError **error);
gboolean jip_ballot_is_counting (const JipBallot *ballot);
gboolean jip_ballot_remove (JipDatabase *database,
                            const char *id,
                            const char *other,
                            gboolean decides,
                            GError **error);
gboolean jip_ballot_replace (JipDatabase *database, const char *id, const JipBallot *ballot, GError **error);
gboolean jip_ballot_set_state (JipDatabase *database,
                               const char *id,
                               const char *state,
                               const char *reason,
                               GError **error);
gboolean
jip_ballot_decide_for_good (JipDatabase *database, const char *id, const char *state, GError **error);
gboolean jip_ballot_set_first (JipDatabase *database,
                               const char *id,
                               gint64 place,
                               gint64 received_at,
                               GError **error);
gboolean jip_ballot_note_in_time (JipDatabase *database, const char *id, GError **error);
GPtrArray *jip_ballot_list_refused_in_time (JipDatabase *database,
                                            const char *event,
                                            const char *judge,
                                            const char *subject,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_ballot_set_version (JipDatabase *database, const char *id, gint64 version, GError **error);
gboolean jip_ballot_refuse_undecided (JipDatabase *database, const char *event, GError **error);
gint64 jip_ballot_count_valid (JipDatabase *database, const char *event, GError **error);
GPtrArray *
jip_ballot_list (JipDatabase *database, const char *event, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *jip_ballot_list_of_panel (JipDatabase *database,
                                     const char *event,
                                     const char *panel,
                                     const char *subject,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

char *jip_submission_id (const char *judge, const char *subject) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_submission_count (JipDatabase *database, const JipBallot *ballot, GError **error);
gboolean jip_submission_refresh (JipDatabase *database,
                                 const char *judge,
                                 const char *subject,
                                 int *change,
                                 GError **error);
gboolean jip_submission_weigh (JipDatabase *database,
                               const char *event,
                               const char *judge,
                               const char *subject,
                               gint64 *counted,
                               char **hash,
                               GError **error);
GStrv jip_submission_list_counted (JipDatabase *database,
                                   const char *event,
                                   const char *const *recusing,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_progress_refresh (JipDatabase *database,
                               const char *event,
                               const char *entry,
                               const char *panel,
                               gboolean picks,
                               gboolean auto_recuse,
                               GError **error);
gboolean jip_progress_add (JipDatabase *database,
                           const JipBallot *ballot,
                           const char *panel,
                           gboolean auto_recuse,
                           int change,
                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipBallot, jip_ballot_free)

G_END_DECLS
