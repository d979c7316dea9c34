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
 */
typedef struct
{
  const char *event;
  const char *account;
  const char *entry;
  const char *subject;
  const char *ballot;
  gint64 version;
} JipBallotQuestion;

/**
 * JipBallotCard:
 * @event: %NULL when there is none
 * @judge: %NULL when the account is none
 * @window: of the entry; %NULL when the event has no such entry
 * @is_known: whether there is a ballot of this id, or of this judge, subject and version
 * @was_complete: whether a ballot of the judge counts as handed in
 * @counting: the version of the ballot that counts, 0 for none
 * @was_fed: whether the feed has ever held the submission
 */
typedef struct
{
  JipEvent *event;
  JipJudge *judge;
  char *window;
  gboolean is_known;
  gboolean was_complete;
  gint64 counting;
  gboolean was_fed;
} JipBallotCard;

gboolean jip_ballot_card_load (JipDatabase *database,
                               const JipBallotQuestion *question,
                               JipBallotCard *card,
                               GError **error);
void jip_ballot_card_clear (JipBallotCard *card);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipBallotCard, jip_ballot_card_clear)

G_END_DECLS
