/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The run functions of the table in jipctl.c, one file each. */

int jipctl_backup (const char *name, char **args);
int jipctl_backup_keep (const char *name, char **args);
int jipctl_backup_list (const char *name, char **args);
int jipctl_convert (const char *name, char **args);
int jipctl_demo (const char *name, char **args);
int jipctl_export (const char *name, char **args);
int jipctl_extract (const char *name, char **args);
int jipctl_file_forget (const char *name, char **args);
int jipctl_ground (const char *name, char **args);
int jipctl_lint (const char *name, char **args);
int jipctl_migrate_database (const char *name, char **args);
int jipctl_redact (const char *name, char **args);
int jipctl_refill_close (const char *name, char **args);
int jipctl_refill_list (const char *name, char **args);
int jipctl_restore (const char *name, char **args);
int jipctl_restore_text (const char *name, char **args);
int jipctl_similar (const char *name, char **args);
int jipctl_tally (const char *name, char **args);
int jipctl_user_import (const char *name, char **args);
int jipctl_audit_verify (const char *name, char **args);
int jipctl_event_codes (const char *name, char **args);
int jipctl_event_create (const char *name, char **args);
int jipctl_event_export (const char *name, char **args);
int jipctl_event_list (const char *name, char **args);
int jipctl_user_disable (const char *name, char **args);
int jipctl_user_enable (const char *name, char **args);
