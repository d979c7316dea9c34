/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may do what, and who sees what: the only place where it is said. */
#include "jip-rights.h"

#include <string.h>

static const char *const role_names[JIP_N_ROLES]
    = { "staff", "data-officer", "moderator", "organiser",    "auditor",
        "admin", "reviewer",     "chair",     "expert-judge", "staff-judge" };

/* An action is allowed by any of its lines; in a line one of the roles and one of the relations is needed, 0 asks for
 * none. Steps of an event stand as event.step/STEP. */
static const struct
{
  const char *action;
  JipRoles roles;
  JipRelations relations;
} actions[] = {
  { "proposal.submit", JIP_ROLE_STAFF, 0 },
  { "proposal.edit", JIP_ROLE_STAFF, JIP_RELATION_AUTHOR },
  { "comment.add", JIP_ROLE_STAFF, 0 },
  { "attachment.add", JIP_ROLE_STAFF, JIP_RELATION_AUTHOR },
  { "attachment.remove", JIP_ROLE_STAFF, JIP_RELATION_AUTHOR },
  { "vote.set", JIP_ROLE_STAFF, 0 },
  { "event.create", JIP_ROLE_ORGANISER, 0 },
  { "event.step/open", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/close", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/present", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/withdraw", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/adjust", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/recuse", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/recuse", 0, JIP_RELATION_SELF },
  { "event.step/late", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/lock", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/lots", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/reveal", 0, JIP_RELATION_EVENT_CHAIR },
  { "ballot.submit", 0, JIP_RELATION_EVENT_JUDGE },
  { "draft.save", 0, JIP_RELATION_AUTHOR },
  { "draft.delete", 0, JIP_RELATION_AUTHOR },
  { "generate", JIP_ROLE_STAFF, 0 },
};

/* Readers before the lock of the row's event, and after it. Scores of others are nobody's before it. */
static const struct
{
  const char *table;
  JipReaders open;
  JipReaders locked;
} tables[] = {
#define ALWAYS(readers) readers, readers
  { "user", ALWAYS (JIP_READERS_OWNER | JIP_READERS_ADMINS) },
  { "department", ALWAYS (JIP_READERS_EVERYBODY) },
  { "document_type", ALWAYS (JIP_READERS_EVERYBODY) },
  { "proposal", ALWAYS (JIP_READERS_EVERYBODY) },
  { "own_proposal", ALWAYS (JIP_READERS_OWNER) },
  { "proposal_version", ALWAYS (JIP_READERS_EVERYBODY) },
  { "proposal_step", ALWAYS (JIP_READERS_EVERYBODY) },
  { "comment", ALWAYS (JIP_READERS_EVERYBODY) },
  { "attachment", ALWAYS (JIP_READERS_EVERYBODY) },
  { "vote", ALWAYS (JIP_READERS_OWNER) },
  { "event", ALWAYS (JIP_READERS_EVERYBODY) },
  { "entry", ALWAYS (JIP_READERS_EVERYBODY) },
  { "judge", ALWAYS (JIP_READERS_OWNER | JIP_READERS_CHAIR | JIP_READERS_ORGANISER | JIP_READERS_AUDITORS) },
  { "recusal",
    ALWAYS (JIP_READERS_OWNER | JIP_READERS_CHAIR | JIP_READERS_ORGANISER | JIP_READERS_AUDITORS) },
  { "ballot", JIP_READERS_OWNER, JIP_READERS_OWNER | JIP_READERS_CHAIR | JIP_READERS_AUDITORS },
  { "progress", ALWAYS (JIP_READERS_EVERYBODY) },
  { "submission", ALWAYS (JIP_READERS_OWNER | JIP_READERS_CHAIR | JIP_READERS_ORGANISER) },
  { "late_ballot", ALWAYS (JIP_READERS_CHAIR | JIP_READERS_AUDITORS) },
  { "result", JIP_READERS_NOBODY, JIP_READERS_CHAIR | JIP_READERS_AUDITORS },
  { "reveal", JIP_READERS_NOBODY, JIP_READERS_EVERYBODY },
  { "draft", ALWAYS (JIP_READERS_OWNER) },
  { "draft_version", ALWAYS (JIP_READERS_OWNER) },
#undef ALWAYS
};

/**
 * jip_role_get_name:
 * @role: exactly one
 *
 * Returns: (transfer none): its name on the wire
 */
const char *
jip_role_get_name (JipRoles role)
{
  for (guint i = 0; i < JIP_N_ROLES; i++)
    if (role == 1u << i)
      return role_names[i];
  g_return_val_if_reached ("staff");
}

static JipRoles
role_from_span (const char *name, gsize length)
{
  for (guint i = 0; i < JIP_N_ROLES; i++)
    if (strlen (role_names[i]) == length && memcmp (name, role_names[i], length) == 0)
      return 1u << i;
  return JIP_ROLE_NONE;
}

/* @name: (nullable) */
JipRoles
jip_role_from_name (const char *name)
{
  return name != NULL ? role_from_span (name, strlen (name)) : JIP_ROLE_NONE;
}

/**
 * jip_roles_from_text:
 * @text: (nullable): the canonical JSON of jip_roles_to_json(); what is not known gives nothing
 *
 * Each push asks for its account's, which is worth no parser.
 */
JipRoles
jip_roles_from_text (const char *text)
{
  JipRoles roles = JIP_ROLE_NONE;
  const char *start = text, *end;

  /* names stand between the first and the second quote, the third and the fourth … */
  while (start != NULL && (start = strchr (start, '"')) != NULL && (end = strchr (++start, '"')) != NULL)
    {
      roles |= role_from_span (start, (gsize) (end - start));
      start = end + 1;
    }
  return roles;
}

JsonNode *
jip_roles_to_json (JipRoles roles)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < JIP_N_ROLES; i++)
    if (roles & (1u << i))
      json_array_add_string_element (array, role_names[i]);
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  json_node_take_array (node, array);
  return node;
}

/**
 * jip_rights_allow:
 * @action: a mutation's name, or `event.step/STEP`
 * @roles: all that the asker has
 * @relations: all that the asker is to the subject
 */
gboolean
jip_rights_allow (const char *action, JipRoles roles, JipRelations relations)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (strcmp (actions[i].action, action) == 0 && (actions[i].roles == 0 || (actions[i].roles & roles) != 0)
        && (actions[i].relations == 0 || (actions[i].relations & relations) != 0))
      return TRUE;
  return FALSE;
}

gboolean
jip_rights_knows (const char *action)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (strcmp (actions[i].action, action) == 0)
      return TRUE;
  return FALSE;
}

/**
 * jip_rights_readers:
 * @table: a synced table
 * @locked: whether the event that the row belongs to is locked
 *
 * Returns: who gets a row of @table; nobody for an unknown one
 */
JipReaders
jip_rights_readers (const char *table, gboolean locked)
{
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (strcmp (tables[i].table, table) == 0)
      return locked ? tables[i].locked : tables[i].open;
  return JIP_READERS_NOBODY;
}

/**
 * jip_rights_reader_mask:
 *
 * Returns: the audiences that an account with @roles belongs to by its roles
 */
JipReaders
jip_rights_reader_mask (JipRoles roles)
{
  return JIP_READERS_EVERYBODY | ((roles & JIP_ROLE_AUDITOR) ? JIP_READERS_AUDITORS : 0)
         | ((roles & JIP_ROLE_ADMIN) ? JIP_READERS_ADMINS : 0);
}
