/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-register.h"

G_BEGIN_DECLS

/* For jip-database.c: what its transactions and savepoints do to the registers in memory. */
typedef struct _JipRegisters JipRegisters;

JipRegisters *jip_registers_new (void) G_GNUC_WARN_UNUSED_RESULT;
void jip_registers_free (JipRegisters *registers);
void jip_registers_savepoint (JipRegisters *registers, const char *name);
void jip_registers_release (JipRegisters *registers, const char *name);
void jip_registers_rollback_to (JipRegisters *registers, const char *name);
gboolean jip_registers_write (JipRegisters *registers, JipDatabase *database, GError **error);

G_END_DECLS
