/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-directory-records.h"

/* A record class is its table and its fields; the base class does the rest. */
#define DEFINE_RECORD(Type, name, table_name) \
  struct _##Type \
  { \
    JipRecord parent_instance; \
  }; \
  G_DEFINE_FINAL_TYPE (Type, name, JIP_TYPE_RECORD) \
  static void name##_class_init (Type##Class *klass) \
  { \
    jip_record_class_set_fields ((JipRecordClass *) klass, table_name, name##_fields, \
                                 G_N_ELEMENTS (name##_fields)); \
  } \
  static void name##_init (Type *self) {}

static const JipRecordField jip_user_fields[] = {
  { "login", "login", JIP_RECORD_STRING },
  { "name", "name", JIP_RECORD_STRING },
  { "department", "department", JIP_RECORD_STRING },
  { "disabled", "disabled", JIP_RECORD_BOOLEAN },
};
DEFINE_RECORD (JipUser, jip_user, "user")

static const JipRecordField jip_department_fields[] = {
  { "name", "name", JIP_RECORD_STRING },
};
DEFINE_RECORD (JipDepartment, jip_department, "department")

const char *
jip_user_get_login (JipUser *self)
{
  return jip_record_get_string (JIP_RECORD (self), "login");
}

const char *
jip_user_get_name (JipUser *self)
{
  return jip_record_get_string (JIP_RECORD (self), "name");
}

const char *
jip_user_get_department (JipUser *self)
{
  return jip_record_get_string (JIP_RECORD (self), "department");
}

gboolean
jip_user_get_disabled (JipUser *self)
{
  return jip_record_get_boolean (JIP_RECORD (self), "disabled");
}

const char *
jip_department_get_name (JipDepartment *self)
{
  return jip_record_get_string (JIP_RECORD (self), "name");
}

/**
 * jip_user_get_roles:
 *
 * Returns: (transfer full): names of roles
 */
GStrv
jip_user_get_roles (JipUser *self)
{
  return jip_record_get_strv (JIP_RECORD (self), "roles");
}
