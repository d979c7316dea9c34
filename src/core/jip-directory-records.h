/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-record.h"

G_BEGIN_DECLS

#define JIP_TYPE_USER (jip_user_get_type ())
G_DECLARE_FINAL_TYPE (JipUser, jip_user, JIP, USER, JipRecord)

const char *jip_user_get_login (JipUser *self);
const char *jip_user_get_name (JipUser *self);
const char *jip_user_get_department (JipUser *self);
gboolean jip_user_get_disabled (JipUser *self);
GStrv jip_user_get_roles (JipUser *self) G_GNUC_WARN_UNUSED_RESULT;

#define JIP_TYPE_DEPARTMENT (jip_department_get_type ())
G_DECLARE_FINAL_TYPE (JipDepartment, jip_department, JIP, DEPARTMENT, JipRecord)

const char *jip_department_get_name (JipDepartment *self);

G_END_DECLS
