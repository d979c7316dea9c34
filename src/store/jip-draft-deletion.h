/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/**
 * JipDraftRange:
 *
 * Saves of a draft from one place to another that who deleted it had seen. A restored server lacks what comes back later: it has
 * seen up to one place of before the restore, and what it was given after that, but nothing between.
 */
typedef struct
{
  gint64 from;
  gint64 to;
} JipDraftRange;

GArray *
jip_draft_deletion_list (JipDatabase *database, const char *draft, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GArray *
jip_draft_deletion_see (JipDatabase *database, const char *draft, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_draft_deletion_put (JipDatabase *database, const char *draft, GArray *seen, GError **error);
gboolean jip_draft_deletion_take (JipDatabase *database, const char *draft, GArray *seen, GError **error);
gboolean jip_draft_deletion_contains (GArray *seen, gint64 place);
char *jip_draft_deletion_to_text (GArray *seen) G_GNUC_WARN_UNUSED_RESULT;
GArray *jip_draft_deletion_from_text (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
