/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-document-type-table.h"

/**
 * jip_document_type_load:
 *
 * Returns: (transfer full) (nullable): the type's JSON; %NULL without an error when there is none
 */
char *
jip_document_type_load (JipDatabase *database, const char *id, GError **error)
{
  return jip_database_query_text (database, error, "SELECT body FROM document_type WHERE id = $1", "t", id);
}

/* The version grows when the body is another one. */
gboolean
jip_document_type_store (JipDatabase *database,
                         const char *id,
                         const char *name,
                         const char *body,
                         GError **error)
{
  return jip_database_run (
      database, error,
      "INSERT INTO document_type (id, version, name, body) VALUES ($1, 1, $2, $3)"
      " ON CONFLICT (id) DO UPDATE SET version = document_type.version + 1,"
      " name = excluded.name, body = excluded.body WHERE document_type.body <> excluded.body",
      "ttt", id, name, body);
}
