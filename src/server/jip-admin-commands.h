/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-fields.h"
#include "jip-services.h"

G_BEGIN_DECLS

/* The commands of jip_admin_run(): each reads its arguments and returns what is printed. */

char *jip_admin_audit_verify (JipServices *services, JipFields *fields, GError **error);
char *jip_admin_backup_done (JipServices *services, JipFields *fields, GError **error);
char *jip_admin_backup_keep (JipServices *services, JipFields *fields, GError **error);
char *jip_admin_backup_list (JipServices *services, JipFields *fields, GError **error);
char *jip_admin_backup_take (JipServices *services, JipFields *fields, GError **error);
char *jip_admin_event_codes (JipServices *services, JipFields *fields, GError **error);
char *jip_admin_event_create (JipServices *services, JipFields *fields, GError **error);
char *jip_admin_event_export (JipServices *services, JipFields *fields, GError **error);
char *jip_admin_event_list (JipServices *services, JipFields *fields, GError **error);
char *jip_admin_file_forget (JipServices *services, JipFields *fields, GError **error);
char *jip_admin_refill_close (JipServices *services, JipFields *fields, GError **error);
char *jip_admin_refill_list (JipServices *services, JipFields *fields, GError **error);
char *jip_admin_user_disable (JipServices *services, JipFields *fields, GError **error);
char *jip_admin_user_enable (JipServices *services, JipFields *fields, GError **error);

G_END_DECLS
