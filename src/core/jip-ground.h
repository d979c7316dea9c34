/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-ground-rules.h"

G_BEGIN_DECLS

/* draft.md, "Grounding": which facts of a draft stand in its sources. */

typedef enum
{
  JIP_GROUND_NUMBER, /* percentages, counts and lengths of time too, with their unit */
  JIP_GROUND_DATE,
  JIP_GROUND_TIME,
  JIP_GROUND_AMOUNT,
  JIP_GROUND_NAME,
  JIP_GROUND_QUOTATION,
} JipGroundKind;

/**
 * JipGroundFact:
 * @start: where it begins in the draft, in bytes
 * @end: where it ends in the draft, in bytes; a quotation is without its marks
 * @page: the page that supports it, as jip_ground_add_page() counts; without meaning when it is not supported
 * @source_start: where the support begins in the page, in bytes
 * @source_end: where the support ends in the page, in bytes
 */
typedef struct
{
  JipGroundKind kind;
  gboolean supported;
  gsize start, end;
  guint page;
  gsize source_start, source_end;
} JipGroundFact;

/* The facts of the sources, ready to be looked up. */
typedef struct _JipGround JipGround;

const char *jip_ground_kind_get_name (JipGroundKind kind);

JipGround *jip_ground_new (JipGroundRules *rules, guint year) G_GNUC_WARN_UNUSED_RESULT;
void jip_ground_begin_source (JipGround *ground);
guint jip_ground_add_page (JipGround *ground, const char *text, gsize length);
void jip_ground_add_name (JipGround *ground, const char *name);
GArray *jip_ground_check (JipGround *ground, const char *text, gsize length) G_GNUC_WARN_UNUSED_RESULT;
void jip_ground_free (JipGround *ground);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipGround, jip_ground_free)

G_END_DECLS
