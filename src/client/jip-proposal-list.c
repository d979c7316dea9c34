/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-proposal-list.h"

#include "jip-query.h"

struct _JipProposalList
{
  JipReplicaList parent_instance;

  char *search;
  char *kind;
  char *state;
  char *category;
  char *department;
  gboolean mine;
  JipProposalSort sort;
};

G_DEFINE_FINAL_TYPE (JipProposalList, jip_proposal_list, JIP_TYPE_REPLICA_LIST)

static JipQuery *
make_query (JipReplicaList *list)
{
  JipProposalList *self = JIP_PROPOSAL_LIST (list);
  JipQuery *query
      = jip_query_new (JIP_TYPE_PROPOSAL, jip_client_get_user_id (jip_replica_list_get_client (list)));

  jip_query_where_text (query, "kind", self->kind);
  jip_query_where_text (query, "state", self->state);
  jip_query_where_text (query, "category", self->category);
  jip_query_where_text (query, "department", self->department);
  if (self->mine)
    jip_query_where_mine (query);
  jip_query_search (query, self->search);
  jip_query_order (query, self->sort == JIP_PROPOSAL_SORT_VOTES ? "votes DESC, time DESC, id DESC"
                                                                : "time DESC, id DESC");
  return query;
}

/**
 * jip_proposal_list_new:
 *
 * Returns: (transfer full): all ideas, newest first
 */
JipProposalList *
jip_proposal_list_new (JipClient *client)
{
  return g_object_new (JIP_TYPE_PROPOSAL_LIST, "client", client, NULL);
}

static void
set (JipProposalList *self, char **field, const char *value)
{
  if (g_strcmp0 (*field, value) == 0)
    return;
  g_free (*field);
  *field = g_strdup (value);
  jip_replica_list_refresh (JIP_REPLICA_LIST (self));
}

/**
 * jip_proposal_list_set_search:
 * @text: (nullable): what a person typed; %NULL or "" shows all
 */
void
jip_proposal_list_set_search (JipProposalList *self, const char *text)
{
  g_return_if_fail (JIP_IS_PROPOSAL_LIST (self));
  set (self, &self->search, text);
}

/**
 * jip_proposal_list_set_kind:
 * @kind: (nullable): `proposal`, `request`, or %NULL for both; the other filters work alike
 */
void
jip_proposal_list_set_kind (JipProposalList *self, const char *kind)
{
  g_return_if_fail (JIP_IS_PROPOSAL_LIST (self));
  set (self, &self->kind, kind);
}

void
jip_proposal_list_set_state (JipProposalList *self, const char *state)
{
  g_return_if_fail (JIP_IS_PROPOSAL_LIST (self));
  set (self, &self->state, state);
}

void
jip_proposal_list_set_category (JipProposalList *self, const char *category)
{
  g_return_if_fail (JIP_IS_PROPOSAL_LIST (self));
  set (self, &self->category, category);
}

void
jip_proposal_list_set_department (JipProposalList *self, const char *department)
{
  g_return_if_fail (JIP_IS_PROPOSAL_LIST (self));
  set (self, &self->department, department);
}

void
jip_proposal_list_set_mine (JipProposalList *self, gboolean mine)
{
  g_return_if_fail (JIP_IS_PROPOSAL_LIST (self));
  if (self->mine == !!mine)
    return;
  self->mine = !!mine;
  jip_replica_list_refresh (JIP_REPLICA_LIST (self));
}

void
jip_proposal_list_set_sort (JipProposalList *self, JipProposalSort sort)
{
  g_return_if_fail (JIP_IS_PROPOSAL_LIST (self));
  if (self->sort == sort)
    return;
  self->sort = sort;
  jip_replica_list_refresh (JIP_REPLICA_LIST (self));
}

static void
jip_proposal_list_finalize (GObject *object)
{
  JipProposalList *self = JIP_PROPOSAL_LIST (object);

  g_free (self->search);
  g_free (self->kind);
  g_free (self->state);
  g_free (self->category);
  g_free (self->department);
  G_OBJECT_CLASS (jip_proposal_list_parent_class)->finalize (object);
}

static void
jip_proposal_list_class_init (JipProposalListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_proposal_list_finalize;
  JIP_REPLICA_LIST_CLASS (klass)->make_query = make_query;
}

static void
jip_proposal_list_init (JipProposalList *self)
{
}
