/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-local.h"
#include "jip-record.h"

G_BEGIN_DECLS

/**
 * JipQuery:
 *
 * Which rows of the replica, in what order. Made on the main thread, run on the reader thread.
 */
typedef struct _JipQuery JipQuery;

typedef struct
{
  char *id;
  guint64 stamp;     /* of what the record shows: equal stamps, equal records */
  JipRecord *record; /* nullable in a result: unchanged since the stamp the asker knows */
} JipItem;

/**
 * JipQueryResult:
 * @items: (element-type JipItem): the first rows, as many as were asked for
 * @total: of all rows that match
 */
typedef struct
{
  GPtrArray *items;
  guint total;
} JipQueryResult;

JipQuery *jip_query_new (GType type, const char *user) G_GNUC_WARN_UNUSED_RESULT;
JipQuery *jip_query_copy (const JipQuery *self) G_GNUC_WARN_UNUSED_RESULT;
void jip_query_free (JipQuery *self);
const char *jip_query_get_table (const JipQuery *self);
void jip_query_where_text (JipQuery *self, const char *column, const char *value);
void jip_query_where_mine (JipQuery *self);
void jip_query_with_typed (JipQuery *self);
void jip_query_search (JipQuery *self, const char *text);
void jip_query_order (JipQuery *self, const char *order);

gboolean jip_query_run (JipQuery *self,
                        JipDatabase *database,
                        guint limit,
                        GHashTable *known,
                        JipQueryResult *result,
                        GError **error);
void jip_item_free (JipItem *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipQuery, jip_query_free)

G_END_DECLS
