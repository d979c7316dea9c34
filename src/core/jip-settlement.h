/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* How the writer of an idea settles a change of theirs that the server did not take (`proposal.edit` in docs/protocol.md). */

typedef enum
{
  JIP_SETTLE_OPEN, /* not chosen yet */
  JIP_SETTLE_THEIRS,
  JIP_SETTLE_MINE,
  JIP_SETTLE_MERGED,
} JipSettleChoice;

/**
 * JipSettleField:
 * @name: as on the wire: `title`, `body`, `category` or `department`
 * @max_chars: how long it may be
 * @base: (nullable): what my change was made from; %NULL where that is not known
 * @theirs: what the idea has now; empty for none
 * @mine: what I wrote
 * @merged: what is to stand there, where both are brought together
 * @n_conflicts: how many sentences of the merged text both had changed, mine stands in it
 * @collides: both changed it
 */
typedef struct
{
  const char *name;
  guint max_chars;
  char *base, *theirs, *mine, *merged;
  guint n_conflicts;
  gboolean collides;
  JipSettleChoice choice;
} JipSettleField;

typedef struct _JipSettlement JipSettlement;

JipSettlement *
jip_settlement_new (JsonObject *args, JsonObject *detail, JsonObject *now) G_GNUC_WARN_UNUSED_RESULT;
void jip_settlement_free (JipSettlement *self);
guint jip_settlement_get_n_fields (JipSettlement *self);
const JipSettleField *jip_settlement_get_field (JipSettlement *self, guint index);
void jip_settlement_choose (JipSettlement *self, guint index, JipSettleChoice choice);
void jip_settlement_set_merged (JipSettlement *self, guint index, const char *text);
const char *jip_settlement_get_result (JipSettlement *self, guint index);
gboolean jip_settlement_is_complete (JipSettlement *self, guint *wrong);
gboolean jip_settlement_get_edit (JipSettlement *self, JsonObject *fields, JsonObject *base);
char *jip_settlement_to_text (JipSettlement *self) G_GNUC_WARN_UNUSED_RESULT;
void jip_settlement_take_text (JipSettlement *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipSettlement, jip_settlement_free)

G_END_DECLS
