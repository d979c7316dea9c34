/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole matrix of role x relation x action, and of role x table, against what docs/protocol.md says. */
#include "jip-json.h"
#include "jip-rights.h"

typedef struct
{
  const char *action;
  JipRoles role;          /* that is needed; 0 for none */
  JipRelations relations; /* any of them is needed; 0 for none */
} Rule;

/* The columns "who" of the page. */
static const Rule rules[] = {
  { "proposal.submit", JIP_ROLE_STAFF, 0 },
  { "proposal.edit", JIP_ROLE_STAFF, JIP_RELATION_AUTHOR },
  { "comment.add", JIP_ROLE_STAFF, 0 },
  { "attachment.add", JIP_ROLE_STAFF, JIP_RELATION_AUTHOR },
  { "attachment.remove", JIP_ROLE_STAFF, JIP_RELATION_AUTHOR },
  { "vote.set", JIP_ROLE_STAFF, 0 },
  { "event.create", JIP_ROLE_ORGANISER, 0 },
  { "ballot.submit", 0, JIP_RELATION_EVENT_JUDGE },
  { "draft.save", 0, JIP_RELATION_AUTHOR },
  { "draft.delete", 0, JIP_RELATION_AUTHOR },
  { "generate", JIP_ROLE_STAFF, 0 },
  { "event.step/open", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/close", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/present", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/withdraw", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/adjust", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/recuse", 0, JIP_RELATION_EVENT_CHAIR | JIP_RELATION_SELF },
  { "event.step/late", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/lock", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/lots", 0, JIP_RELATION_EVENT_CHAIR },
  { "event.step/reveal", 0, JIP_RELATION_EVENT_CHAIR },
};

/* Every set of roles with every set of relations: 2^10 x 2^5 cells for each action. */
static void
test_actions (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      const Rule *rule = &rules[i];
      g_assert_true (jip_rights_knows (rule->action));
      for (guint roles = 0; roles < 1u << JIP_N_ROLES; roles++)
        for (guint relations = 0; relations < 1u << JIP_N_RELATIONS; relations++)
          {
            gboolean expected = (rule->role == 0 || (roles & rule->role) != 0)
                                && (rule->relations == 0 || (relations & rule->relations) != 0);
            g_assert_cmpint (jip_rights_allow (rule->action, roles, relations), ==, expected);
          }
    }
  g_assert_false (jip_rights_allow ("no.such", ~0u, ~0u));
  g_assert_false (jip_rights_knows ("no.such"));
}

/* Before the lock nobody but the judge has a ballot, and nobody a result or a reveal. */
static void
test_scores (void)
{
  g_assert_cmpuint (jip_rights_readers ("ballot", FALSE), ==, JIP_READERS_OWNER);
  g_assert_cmpuint (jip_rights_readers ("ballot", TRUE), ==,
                    JIP_READERS_OWNER | JIP_READERS_CHAIR | JIP_READERS_AUDITORS);
  g_assert_cmpuint (jip_rights_readers ("result", FALSE), ==, JIP_READERS_NOBODY);
  g_assert_cmpuint (jip_rights_readers ("result", TRUE), ==, JIP_READERS_CHAIR | JIP_READERS_AUDITORS);
  g_assert_cmpuint (jip_rights_readers ("reveal", FALSE), ==, JIP_READERS_NOBODY);
  g_assert_cmpuint (jip_rights_readers ("no_such_table", TRUE), ==, JIP_READERS_NOBODY);
}

static void
test_private_tables (void)
{
  static const char *const own[] = { "own_proposal", "vote", "draft", "draft_version" };

  for (guint locked = 0; locked < 2; locked++)
    for (guint i = 0; i < G_N_ELEMENTS (own); i++)
      g_assert_cmpuint (jip_rights_readers (own[i], locked != 0), ==, JIP_READERS_OWNER);
}

static void
test_masks (void)
{
  for (guint roles = 0; roles < 1u << JIP_N_ROLES; roles++)
    {
      JipReaders mask = jip_rights_reader_mask (roles);
      g_assert_true (mask & JIP_READERS_EVERYBODY);
      g_assert_cmpint ((mask & JIP_READERS_AUDITORS) != 0, ==, (roles & JIP_ROLE_AUDITOR) != 0);
      g_assert_cmpint ((mask & JIP_READERS_ADMINS) != 0, ==, (roles & JIP_ROLE_ADMIN) != 0);
      g_assert_cmpuint (mask & ~(guint) JIP_READERS_BY_ROLE, ==, 0);

      g_autoptr (JsonNode) list = jip_roles_to_json (roles);
      g_autofree char *text = jip_json_canonical (list);
      g_assert_cmpuint (jip_roles_from_text (text), ==, roles);
    }
  g_assert_cmpuint (jip_roles_from_text (NULL), ==, JIP_ROLE_NONE);
  g_assert_cmpuint (jip_roles_from_text ("[]"), ==, JIP_ROLE_NONE);
  g_assert_cmpuint (jip_roles_from_text ("[\"mayor\",\"staff\",\"admins\"]"), ==, JIP_ROLE_STAFF);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rights/actions", test_actions);
  g_test_add_func ("/rights/scores", test_scores);
  g_test_add_func ("/rights/private-tables", test_private_tables);
  g_test_add_func ("/rights/masks", test_masks);
  return g_test_run ();
}
