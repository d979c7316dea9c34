/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"
#include "jip-rights.h"

G_BEGIN_DECLS

/**
 * JipFeedSpec:
 * @table: a synced table's name on the wire
 * @columns: the row's fields in order, `name:kind` with kind `t` text, `i` whole number, `b` boolean, `j` JSON,
 *   `m` moment
 * @sql: selects, for the row id `$1`, these columns and then its owner, its chair, its organiser (account ids or NULL)
 *   and whether the event it belongs to is locked
 */
typedef struct
{
  const char *table;
  const char *columns;
  const char *sql;
} JipFeedSpec;

/**
 * JipFeedRow:
 * @body: the row as canonical JSON
 * @readers: accounts that get it, beside the audiences in @roles; %NULL where fewer
 * @seq: in the feed, 0 for one that is not there
 * @digest: in the feed, %NULL for one that is deleted or not there
 */
typedef struct
{
  char *body;
  JipReaders roles;
  char *readers[3];
  gint64 seq;
  char *digest;
} JipFeedRow;

/* A field of a row that is at hand, for jip_feed_row_make(). */
#define JIP_FEED_NONE \
  { \
    0 \
  }
#define JIP_FEED_TEXT(value) \
  { \
    't', .text = (value) \
  }
#define JIP_FEED_NUMBER(value) \
  { \
    'i', .integer = (value) \
  }

const JipFeedSpec *jip_feed_specs (void);
const JipFeedSpec *jip_feed_spec_find (const char *table);
gboolean jip_feed_row_load (JipDatabase *database,
                            const JipFeedSpec *spec,
                            const char *id,
                            JipFeedRow *before,
                            JipFeedRow *after,
                            GError **error);
void jip_feed_row_make (const JipFeedSpec *spec, const JipValue *values, guint n_values, JipFeedRow *row);
void jip_feed_row_clear (JipFeedRow *row);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipFeedRow, jip_feed_row_clear)

G_END_DECLS
