/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *jip_ddl_for_postgresql (const char *sql) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
