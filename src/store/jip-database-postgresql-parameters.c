/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values on their way to PostgreSQL. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-database-postgresql-private.h"

/* What PostgreSQL takes for the letters of JipDatabase's parameters. */
#define OID_INT8 20
#define OID_TEXT 25
#define OID_FLOAT8 701
#define OID_BYTEA 17

void
jip_postgresql_parameters_clear (JipPostgresqlParameters *self)
{
  g_free (self->values);
  g_free (self->lengths);
  g_free (self->formats);
  g_free (self->types);
  g_clear_pointer (&self->texts, g_ptr_array_unref);
}

static char *
number_text (const JipValue *value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  return value->type == 'i' ? g_strdup_printf ("%" G_GINT64_FORMAT, value->integer)
                            : g_strdup (g_ascii_dtostr (buffer, sizeof buffer, value->real));
}

void
jip_postgresql_parameters_init (JipPostgresqlParameters *self, const JipValue *values, guint n_values)
{
  *self = (JipPostgresqlParameters){ g_new0 (const char *, n_values + 1), g_new0 (int, n_values + 1),
                                     g_new0 (int, n_values + 1), g_new0 (Oid, n_values + 1),
                                     g_ptr_array_new_with_free_func (g_free) };
  for (guint i = 0; i < n_values; i++)
    switch (values[i].type)
      {
      case 't':
        self->types[i] = OID_TEXT;
        self->values[i] = values[i].text;
        break;
      case 'i':
      case 'd':
        self->types[i] = values[i].type == 'i' ? OID_INT8 : OID_FLOAT8;
        self->values[i] = number_text (&values[i]);
        g_ptr_array_add (self->texts, (gpointer) self->values[i]);
        break;
      case 'b':
        self->types[i] = OID_BYTEA;
        if (values[i].bytes != NULL)
          {
            gsize length;
            const char *bytes = g_bytes_get_data (values[i].bytes, &length);
            self->values[i] = bytes != NULL ? bytes : "";
            self->lengths[i] = (int) length;
            self->formats[i] = 1;
          }
        break;
      default:
        break; /* NULL, of the type that the statement expects */
      }
}

/* Each of @n_values must stand in @sql, and nothing above. PostgreSQL would take a value that no $n asks for. */
gboolean
jip_postgresql_check_parameters (const char *sql, guint n_values, GError **error)
{
  g_autofree gboolean *seen = g_new0 (gboolean, n_values + 1);

  for (const char *p = sql; *p != '\0'; p++)
    {
      if (*p == '\'')
        p = strchr (p + 1, '\'');
      if (p == NULL)
        break;
      if (*p != '$' || !g_ascii_isdigit (p[1]))
        continue;
      guint64 number = g_ascii_strtoull (p + 1, NULL, 10);
      if (number < 1 || number > n_values)
        return jip_error_set (error, JIP_ERROR_DATABASE,
                              _ ("The statement has another number of parameters than values were given."));
      seen[number] = TRUE;
    }
  for (guint i = 1; i <= n_values; i++)
    if (!seen[i])
      return jip_error_set (error, JIP_ERROR_DATABASE, _ ("The statement lacks the parameter $%u."), i);
  return TRUE;
}

/* What tells one prepared statement from another. */
char *
jip_postgresql_statement_key (const char *sql, const JipValue *values, guint n_values)
{
  GString *key = g_string_sized_new (strlen (sql) + n_values + 1);

  for (guint i = 0; i < n_values; i++)
    g_string_append_c (key, values[i].type != 0 ? values[i].type : '0');
  g_string_append_c (key, ' ');
  g_string_append (key, sql);
  return g_string_free (key, FALSE);
}
