/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "jip-digest.h"

G_BEGIN_DECLS

typedef enum
{
  JIP_CHANGE_PUT,
  JIP_CHANGE_DELETE,
  JIP_CHANGE_DROP, /* the reader may not see the row any more */
} JipChangeOp;

/**
 * JipChange:
 * @row: (nullable): the whole row of a put
 *
 * One change of the feed, as a pull or a snapshot brings it.
 */
typedef struct
{
  gint64 seq;
  JipChangeOp op;
  char *table;
  char *id;
  JsonNode *row;
} JipChange;

void jip_change_free (JipChange *change);
JipChange *jip_change_from_json (JsonNode *node, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *jip_change_op_get_name (JipChangeOp op);

/**
 * JipPage:
 * @changes: (element-type JipChange)
 * @installation: (nullable): of the server; older ones have none
 * @digests: (nullable): an object, table -> 64 hexadecimal digits
 * @server_time: milliseconds
 *
 * One answer of a pull or a snapshot.
 */
typedef struct
{
  GPtrArray *changes;
  char *cursor;
  gint64 last_n;
  gint64 safe_n;
  gint64 seq;
  char *epoch;
  char *installation;
  gboolean more;
  JsonNode *digests;
  gint64 server_time;
} JipPage;

JipPage *jip_page_from_json (JsonNode *node, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_page_free (JipPage *page);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipChange, jip_change_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPage, jip_page_free)

G_END_DECLS
