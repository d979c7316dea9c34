/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Roles of an account; the ones from JIP_ROLE_REVIEWER on hold for one call or event only. */
typedef enum
{
  JIP_ROLE_NONE = 0,
  JIP_ROLE_STAFF = 1 << 0,
  JIP_ROLE_DATA_OFFICER = 1 << 1,
  JIP_ROLE_MODERATOR = 1 << 2,
  JIP_ROLE_ORGANISER = 1 << 3,
  JIP_ROLE_AUDITOR = 1 << 4,
  JIP_ROLE_ADMIN = 1 << 5,
  JIP_ROLE_REVIEWER = 1 << 6,
  JIP_ROLE_CHAIR = 1 << 7,
  JIP_ROLE_EXPERT_JUDGE = 1 << 8,
  JIP_ROLE_STAFF_JUDGE = 1 << 9,
} JipRoles;

#define JIP_ROLES_OF_ACCOUNT 0x3F
#define JIP_N_ROLES 10
#define JIP_ROLES_ALL ((1 << JIP_N_ROLES) - 1)

/* What the asker is to the thing that is asked for. */
typedef enum
{
  JIP_RELATION_NONE = 0,
  JIP_RELATION_AUTHOR = 1 << 0, /* wrote it, or it does not exist yet */
  JIP_RELATION_EVENT_CHAIR = 1 << 1,
  JIP_RELATION_EVENT_ORGANISER = 1 << 2,
  JIP_RELATION_EVENT_JUDGE = 1 << 3,
  JIP_RELATION_SELF = 1 << 4, /* the judge named is the asker, who steps aside */
} JipRelations;

#define JIP_N_RELATIONS 5

/* Who gets a row of a table. */
typedef enum
{
  JIP_READERS_NOBODY = 0,
  JIP_READERS_EVERYBODY = 1 << 0,
  JIP_READERS_AUDITORS = 1 << 1,
  JIP_READERS_ADMINS = 1 << 2,
  JIP_READERS_OWNER = 1 << 3, /* the author, the account, the judge */
  JIP_READERS_CHAIR = 1 << 4,
  JIP_READERS_ORGANISER = 1 << 5,
} JipReaders;

#define JIP_READERS_BY_ROLE (JIP_READERS_EVERYBODY | JIP_READERS_AUDITORS | JIP_READERS_ADMINS)

const char *jip_role_get_name (JipRoles role);
JipRoles jip_role_from_name (const char *name);
JipRoles jip_roles_from_text (const char *text);
JsonNode *jip_roles_to_json (JipRoles roles) G_GNUC_WARN_UNUSED_RESULT;

gboolean jip_rights_allow (const char *action, JipRoles roles, JipRelations relations);
gboolean jip_rights_knows (const char *action);
JipReaders jip_rights_readers (const char *table, gboolean locked);
JipReaders jip_rights_reader_mask (JipRoles roles);

G_END_DECLS
