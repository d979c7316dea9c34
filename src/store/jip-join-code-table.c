/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-join-code-table.h"

#include <string.h>

#include "jip-id.h"
#include "jip-sha256.h"

#define CODE_LENGTH 8

/* No letter or digit that is easily taken for another one. */
static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/**
 * jip_join_code_new:
 *
 * Returns: (transfer full): such as `7KQM-2XRD`, about 40 bits
 */
char *
jip_join_code_new (void)
{
  GString *code = g_string_new (NULL);

  for (guint i = 0; i < CODE_LENGTH; i++)
    {
      if (i == CODE_LENGTH / 2)
        g_string_append_c (code, '-');
      g_string_append_c (code, alphabet[jip_random_below (sizeof alphabet - 1)]);
    }
  return g_string_free (code, FALSE);
}

/**
 * jip_join_code_hash:
 * @code: as typed; case, blanks and dashes do not matter
 */
char *
jip_join_code_hash (const char *code)
{
  g_autoptr (GString) plain = g_string_new ("code:");

  for (const char *p = code; *p != '\0'; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (plain, g_ascii_toupper (*p));
  return jip_sha256_hex (plain->str, plain->len);
}

gboolean
jip_join_code_insert (JipDatabase *database,
                      const char *hash,
                      const char *judge,
                      gint64 expires_at,
                      GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO join_code (code_hash, judge, expires_at) VALUES ($1, $2, $3)", "tti",
                           hash, judge, expires_at);
}

/**
 * jip_join_code_spend:
 * @account: (out) (transfer full) (nullable): the judge's, or %NULL for a wrong, spent or expired code
 */
gboolean
jip_join_code_spend (JipDatabase *database, const char *hash, gint64 now, char **account, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *account = jip_database_query_text (
      database, &problem,
      "SELECT j.account FROM join_code c JOIN judge j ON j.id = c.judge JOIN account a ON a.id = j.account"
      " WHERE c.code_hash = $1 AND c.used_at IS NULL AND c.expires_at > $2 AND a.disabled = 0",
      "ti", hash, now);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return *account == NULL
         || jip_database_run (database, error, "UPDATE join_code SET used_at = $2 WHERE code_hash = $1", "ti",
                              hash, now);
}
