/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-ground-rules.h"
#include "jip-text.h"

G_BEGIN_DECLS

/* Words are known by a number of 64 bits that grows character by character: no copies while a text is read. */
#define JIP_WORD_SEED G_GUINT64_CONSTANT (0xcbf29ce484222325)

static inline guint64
jip_word_add (guint64 hash, gunichar c)
{
  return (hash ^ c) * G_GUINT64_CONSTANT (0x100000001b3);
}

guint64 jip_word_of (const char *word);
guint64 jip_word_between (const JipTextChar *chars, guint begin, guint end);

typedef enum
{
  JIP_UNIT_COUNT, /* counts things: may follow 세, 열두 */
  JIP_UNIT_SPAN,  /* of time: 2시간 30분 is one value, the larger unit stands first in the list */
  JIP_UNIT_MONEY,
} JipUnitKind;

/**
 * JipUnit:
 * @word: of the first name in its line, which stands for all of them
 * @order: its line among the units
 * @takes_one: whether 한 before it is a number (한 곳), not a manner of speaking (한 번)
 */
typedef struct
{
  guint64 word;
  JipUnitKind kind;
  guint order;
  gboolean takes_one;
} JipUnit;

#define JIP_UNIT_MAX_CHARS 12
#define JIP_TITLE_MAX_CHARS 8

const JipUnit *jip_ground_rules_find_unit (const JipGroundRules *rules, guint64 word);
gboolean jip_ground_rules_has (const JipGroundRules *rules, JipGroundList list, guint64 word);

G_END_DECLS
