/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

char *
jip_document_type_load (JipDatabase *database, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_document_type_store (JipDatabase *database,
                                  const char *id,
                                  const char *name,
                                  const char *body,
                                  GError **error);

G_END_DECLS
