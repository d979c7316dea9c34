/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-table.h"

G_BEGIN_DECLS

/**
 * JipBallotQuestion:
 * @account: who hands in
 * @entry: (nullable): what it is about
 * @subject: @entry or a category
 * @ballot: the id that it brings along
 * @window: (nullable): of jip_ballot_window_id(); %NULL as long as there was no restore
 */
typedef struct
{
  const char *event;
  const char *account;
  const char *entry;
  const char *subject;
  const char *ballot;
  gint64 version;
  const char *window;
} JipBallotQuestion;

/**
 * JipBallotBasis:
 * @judge: %NULL when the account is none; nothing else is known then
 * @window: of the entry; %NULL when the event has no such entry
 * @is_known: whether there is a ballot of this id, or of this judge, subject and version
 * @was_complete: whether a ballot of the judge counts as handed in
 * @counting: the version of the ballot that counts, 0 for none
 * @known: the newest place at which its window was moved since the first restore, or that restore's own
 * @was_fed: whether the feed has ever held the submission
 */
typedef struct
{
  JipJudge *judge;
  char *window;
  gboolean is_known;
  gboolean was_complete;
  gint64 counting;
  gint64 known;
  gboolean was_fed;
} JipBallotBasis;

gboolean jip_ballot_basis_load (JipDatabase *database,
                                const JipBallotQuestion *question,
                                JipBallotBasis *basis,
                                GError **error);
void jip_ballot_basis_clear (JipBallotBasis *basis);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipBallotBasis, jip_ballot_basis_clear)

G_END_DECLS
