/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-record-lists.h"

#include "jip-client-private.h"
#include "jip-draft-text.h"
#include "jip-privacy.h"
#include "jip-query.h"

/* A list of one table, of one parent where it has one. */
#define JIP_TYPE_TABLE_LIST (jip_table_list_get_type ())
G_DECLARE_FINAL_TYPE (JipTableList, jip_table_list, JIP, TABLE_LIST, JipReplicaList)

struct _JipTableList
{
  JipReplicaList parent_instance;

  GType type;
  char *parent; /* nullable: all */
  const char *order;
};

G_DEFINE_FINAL_TYPE (JipTableList, jip_table_list, JIP_TYPE_REPLICA_LIST)

static JipQuery *
make_query (JipReplicaList *list)
{
  JipTableList *self = JIP_TABLE_LIST (list);
  JipQuery *query = jip_query_new (self->type, jip_client_get_user_id (jip_replica_list_get_client (list)));

  jip_query_where_text (query, "parent", self->parent);
  jip_query_order (query, self->order);
  if (self->type == JIP_TYPE_DRAFT_RECORD)
    jip_query_with_typed (query);
  return query;
}

static void
jip_table_list_finalize (GObject *object)
{
  g_free (JIP_TABLE_LIST (object)->parent);
  G_OBJECT_CLASS (jip_table_list_parent_class)->finalize (object);
}

static void
jip_table_list_class_init (JipTableListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_table_list_finalize;
  JIP_REPLICA_LIST_CLASS (klass)->make_query = make_query;
}

static void
jip_table_list_init (JipTableList *self)
{
}

static JipReplicaList *
table_list_new (JipClient *client, GType type, const char *parent, const char *order)
{
  g_return_val_if_fail (JIP_IS_CLIENT (client), NULL);

  JipTableList *self = g_object_new (JIP_TYPE_TABLE_LIST, "client", client, NULL);
  self->type = type;
  self->parent = g_strdup (parent);
  self->order = order;
  return JIP_REPLICA_LIST (self);
}

#define BY_TIME "time, id"
#define BY_RANK "rank, id"
#define BY_NAME "name, id"
#define NEWEST "time DESC, id DESC"

JipReplicaList *
jip_comment_list_new (JipClient *client, const char *proposal)
{
  return table_list_new (client, JIP_TYPE_COMMENT, proposal, BY_TIME);
}

JipReplicaList *
jip_proposal_step_list_new (JipClient *client, const char *proposal)
{
  return table_list_new (client, JIP_TYPE_PROPOSAL_STEP, proposal, BY_TIME);
}

JipReplicaList *
jip_proposal_version_list_new (JipClient *client, const char *proposal)
{
  return table_list_new (client, JIP_TYPE_PROPOSAL_VERSION, proposal, "rank DESC, time DESC, id DESC");
}

JipReplicaList *
jip_attachment_list_new (JipClient *client, const char *proposal)
{
  return table_list_new (client, JIP_TYPE_ATTACHMENT, proposal, BY_TIME);
}

JipReplicaList *
jip_event_list_new (JipClient *client)
{
  /* events carry no time; ids of version 7 begin with one */
  return table_list_new (client, JIP_TYPE_EVENT, NULL, "id DESC");
}

JipReplicaList *
jip_entry_list_new (JipClient *client, const char *event)
{
  return table_list_new (client, JIP_TYPE_ENTRY, event, BY_RANK);
}

JipReplicaList *
jip_judge_list_new (JipClient *client, const char *event)
{
  return table_list_new (client, JIP_TYPE_JUDGE, event, BY_NAME);
}

JipReplicaList *
jip_recusal_list_new (JipClient *client, const char *event)
{
  return table_list_new (client, JIP_TYPE_RECUSAL, event, "id");
}

JipReplicaList *
jip_ballot_list_new (JipClient *client, const char *event)
{
  return table_list_new (client, JIP_TYPE_BALLOT, event, BY_RANK);
}

JipReplicaList *
jip_progress_list_new (JipClient *client, const char *event)
{
  return table_list_new (client, JIP_TYPE_PROGRESS, event, "id");
}

JipReplicaList *
jip_submission_list_new (JipClient *client, const char *event)
{
  return table_list_new (client, JIP_TYPE_SUBMISSION, event, "id");
}

JipReplicaList *
jip_late_ballot_list_new (JipClient *client, const char *event)
{
  return table_list_new (client, JIP_TYPE_LATE_BALLOT, event, BY_TIME);
}

JipReplicaList *
jip_result_list_new (JipClient *client, const char *event)
{
  return table_list_new (client, JIP_TYPE_RESULT, event, "id");
}

JipReplicaList *
jip_reveal_list_new (JipClient *client, const char *event)
{
  return table_list_new (client, JIP_TYPE_REVEAL, event, BY_RANK);
}

/**
 * jip_draft_list_new:
 *
 * The drafts, also those that were typed here and not saved; what is typed and not saved since a list was read is in it
 * once it is read again.
 */
JipReplicaList *
jip_draft_list_new (JipClient *client)
{
  return table_list_new (client, JIP_TYPE_DRAFT_RECORD, NULL, NEWEST);
}

JipReplicaList *
jip_draft_version_list_new (JipClient *client, const char *draft)
{
  return table_list_new (client, JIP_TYPE_DRAFT_VERSION, draft, BY_RANK);
}

JipReplicaList *
jip_document_type_list_new (JipClient *client)
{
  return table_list_new (client, JIP_TYPE_DOCUMENT_TYPE_RECORD, NULL, BY_NAME);
}

JipReplicaList *
jip_department_list_new (JipClient *client)
{
  return table_list_new (client, JIP_TYPE_DEPARTMENT, NULL, BY_NAME);
}

JipReplicaList *
jip_user_list_new (JipClient *client)
{
  return table_list_new (client, JIP_TYPE_USER, NULL, BY_NAME);
}

JipReplicaList *
jip_refused_list_new (JipClient *client)
{
  return table_list_new (client, JIP_TYPE_REFUSED, NULL, NEWEST);
}

JipReplicaList *
jip_refused_list_new_of (JipClient *client, const char *proposal)
{
  return table_list_new (client, JIP_TYPE_REFUSED, proposal, NEWEST);
}

struct _JipRefused
{
  JipRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (JipRefused, jip_refused, JIP_TYPE_RECORD)

static const JipRecordField refused_fields[] = {
  { "key", "key", JIP_RECORD_INT },
  { "name", "name", JIP_RECORD_STRING },
  { "code", "code", JIP_RECORD_STRING },
  { "message", "message", JIP_RECORD_STRING },
};

static void
jip_refused_class_init (JipRefusedClass *klass)
{
  jip_record_class_set_fields ((JipRecordClass *) klass, "refused", refused_fields,
                               G_N_ELEMENTS (refused_fields));
}

static void
jip_refused_init (JipRefused *self)
{
}

gint64
jip_refused_get_key (JipRefused *self)
{
  return jip_record_get_int (JIP_RECORD (self), "key");
}

/**
 * jip_refused_get_summary:
 *
 * Returns: (transfer none) (nullable): the text that the refused change carried
 */
const char *
jip_refused_get_summary (JipRefused *self)
{
  static const char *const texts[] = { "body", "title", "reason", "name" };
  JsonObject *args = jip_record_get_object (JIP_RECORD (self), "args");
  JsonNode *fields = args != NULL ? json_object_get_member (args, "fields") : NULL;

  if (fields != NULL && JSON_NODE_HOLDS_OBJECT (fields))
    args = json_node_get_object (fields);
  for (guint i = 0; args != NULL && i < G_N_ELEMENTS (texts); i++)
    {
      JsonNode *node = json_object_get_member (args, texts[i]);
      if (node != NULL && json_node_get_value_type (node) == G_TYPE_STRING)
        return json_node_get_string (node);
    }
  return NULL;
}

/**
 * jip_refused_dup_document:
 *
 * Returns: (transfer full) (nullable): the draft that the refused change carried; %NULL when it carried none
 */
JsonNode *
jip_refused_dup_document (JipRefused *self)
{
  g_return_val_if_fail (JIP_IS_REFUSED (self), NULL);
  JsonObject *args = jip_record_get_object (JIP_RECORD (self), "args");
  JsonNode *node = args != NULL ? json_object_get_member (args, "document") : NULL;
  g_autoptr (JipDraft) draft = node != NULL ? jip_draft_from_json (node, NULL) : NULL;

  return draft != NULL ? json_node_copy (node) : NULL;
}

/**
 * jip_refused_get_draft:
 *
 * Returns: (transfer none) (nullable): the id of the draft of which a version was refused
 */
const char *
jip_refused_get_draft (JipRefused *self)
{
  g_return_val_if_fail (JIP_IS_REFUSED (self), NULL);
  JsonObject *args = jip_record_get_object (JIP_RECORD (self), "args");

  return args != NULL ? json_object_get_string_member_with_default (args, "id", NULL) : NULL;
}

/* Returns: (transfer full): as its author wrote it, where the way back from its marks is on this PC */
static char *
dup_draft_text (JipRefused *self, JipDraft *draft)
{
  JsonNode *marks = json_object_get_member (jip_record_get_row (JIP_RECORD (self)), "marks");
  g_autofree char *masked = jip_draft_to_text (draft);
  g_autoptr (JipPrivacyMap) map = marks != NULL ? jip_privacy_map_from_json (marks, NULL) : NULL;

  if (map == NULL)
    return g_steal_pointer (&masked);
  g_autoptr (GBytes) text = jip_privacy_restore (masked, strlen (masked), map);
  return g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
}

/**
 * jip_refused_dup_text:
 *
 * Returns: (transfer full): all texts that the refused change carried, title first, a blank line between; may be empty
 */
char *
jip_refused_dup_text (JipRefused *self)
{
  static const char *const texts[] = { "title", "body", "reason", "name" };
  JsonObject *args = jip_record_get_object (JIP_RECORD (self), "args");
  JsonNode *fields = args != NULL ? json_object_get_member (args, "fields") : NULL;
  g_autoptr (JsonNode) document = jip_refused_dup_document (self);
  g_autoptr (JipDraft) draft = document != NULL ? jip_draft_from_json (document, NULL) : NULL;

  if (draft != NULL)
    return dup_draft_text (self, draft);
  GString *all = g_string_new (NULL);

  if (fields != NULL && JSON_NODE_HOLDS_OBJECT (fields))
    args = json_node_get_object (fields);
  for (guint i = 0; args != NULL && i < G_N_ELEMENTS (texts); i++)
    {
      JsonNode *node = json_object_get_member (args, texts[i]);
      const char *text = node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
                             ? json_node_get_string (node)
                             : NULL;
      if (text != NULL && *text != '\0')
        g_string_append_printf (all, "%s%s", all->len > 0 ? "\n\n" : "", text);
    }
  return g_string_free (all, FALSE);
}

/**
 * jip_refused_dup_server_text:
 *
 * Returns: (transfer full): what the server has in the fields of a conflict, title first, a blank line between; empty
 * when the change was refused for another reason
 */
char *
jip_refused_dup_server_text (JipRefused *self)
{
  static const char *const texts[] = { "title", "body" };
  JsonObject *detail = jip_record_get_object (JIP_RECORD (self), "detail");
  JsonNode *fields = detail != NULL ? json_object_get_member (detail, "fields") : NULL;
  GString *all = g_string_new (NULL);

  for (guint i = 0; fields != NULL && JSON_NODE_HOLDS_OBJECT (fields) && i < G_N_ELEMENTS (texts); i++)
    {
      JsonNode *field = json_object_get_member (json_node_get_object (fields), texts[i]);
      if (field == NULL || !JSON_NODE_HOLDS_OBJECT (field))
        continue;
      JsonNode *node = json_object_get_member (json_node_get_object (field), "server");
      if (node != NULL && json_node_get_value_type (node) == G_TYPE_STRING)
        g_string_append_printf (all, "%s%s", all->len > 0 ? "\n\n" : "", json_node_get_string (node));
    }
  return g_string_free (all, FALSE);
}

/* Who is missing: of those who judge the subject. Own departments are left out where the rules say so (scoring.md, rule 2). */
typedef struct
{
  char *event;
  char *subject;
  char *panel;
  GPtrArray *judges;
} Missing;

static void
missing_free (gpointer data)
{
  Missing *missing = data;

  g_free (missing->event);
  g_free (missing->subject);
  g_free (missing->panel);
  g_clear_pointer (&missing->judges, g_ptr_array_unref);
  g_free (missing);
}

static gboolean
find_missing (JipDatabase *database, gpointer data, GError **error)
{
  Missing *missing = data;
  g_autoptr (GError) local = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT j.row FROM record AS j WHERE j.tbl = 'judge' AND j.parent = $1 AND j.shown = 1 AND NOT EXISTS "
      "(SELECT 1 FROM record AS s WHERE s.tbl = 'submission' AND s.id = j.id || ':' || $2 AND s.shown = 1 AND "
      "json_extract(s.row, '$.complete')) AND NOT EXISTS (SELECT 1 FROM record AS r WHERE r.tbl = 'recusal' AND "
      "r.id = j.id || ':' || $2 AND r.shown = 1) AND NOT EXISTS (SELECT 1 FROM record AS v, record AS e, "
      "json_each(v.row, '$.rules.auto_recuse') AS a WHERE v.tbl = 'event' AND v.id = $1 AND v.shown = 1 AND e.tbl = 'entry' "
      "AND e.id = $2 AND e.shown = 1 AND a.value = json_extract(j.row, '$.panel') AND json_extract(e.row, '$.department') "
      "= json_extract(j.row, '$.department') AND json_extract(e.row, '$.department') <> '') ORDER BY j.name, j.id",
      "tt", missing->event, missing->subject);

  if (rows == NULL)
    return FALSE;
  missing->judges = g_ptr_array_new_with_free_func (g_object_unref);
  while (jip_rows_next (rows, &local))
    {
      g_autoptr (JipRecord) judge
          = jip_record_new_from_text (JIP_TYPE_JUDGE, jip_rows_text (rows, 0), FALSE, error);
      if (judge == NULL)
        return FALSE;
      if (missing->panel == NULL || g_strcmp0 (jip_judge_get_panel (JIP_JUDGE (judge)), missing->panel) == 0)
        g_ptr_array_add (missing->judges, g_steal_pointer (&judge));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * jip_missing_judges_async:
 * @subject: an entry's id, for picks a category's
 * @panel: (nullable): only this panel
 */
void
jip_missing_judges_async (JipClient *client,
                          const char *event,
                          const char *subject,
                          const char *panel,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  Missing *missing = g_new0 (Missing, 1);

  missing->event = g_strdup (event);
  missing->subject = g_strdup (subject);
  missing->panel = g_strdup (panel);
  jip_local_read_async (jip_client_get_local (client), find_missing, missing, missing_free, cancellable,
                        callback, user_data);
}

GPtrArray *
jip_missing_judges_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  Missing *missing = jip_local_finish (result, error);
  GPtrArray *judges = missing != NULL ? g_steal_pointer (&missing->judges) : NULL;

  g_clear_pointer (&missing, missing_free);
  return judges;
}
