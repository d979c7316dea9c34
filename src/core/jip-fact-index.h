/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-fact-private.h"

G_BEGIN_DECLS

/* Where a value first stood in the sources: bytes of a page. */
typedef struct
{
  guint page;
  guint32 start, end;
} JipFactPlace;

/* What the sources say, by value; a look-up does not depend on how much they say. */
typedef struct _JipFactIndex JipFactIndex;

JipFactIndex *jip_fact_index_new (void) G_GNUC_WARN_UNUSED_RESULT;
void jip_fact_index_add (JipFactIndex *index, const JipFact *fact, const JipFactPlace *place);
const JipFactPlace *jip_fact_index_find (const JipFactIndex *index, const JipFact *fact);
void jip_fact_index_free (JipFactIndex *index);

G_END_DECLS
