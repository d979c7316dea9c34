/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-idea-fields.h"

#include <glib/gi18n-lib.h>

static const struct
{
  const char *name, *title;
} fields[JIP_N_IDEA_FIELDS] = {
  { "title", N_ ("Title") },
  { "body", N_ ("Body") },
  { "category", N_ ("Category") },
  { "department", N_ ("Department") },
};

const char *
jip_idea_field_get_name (guint index)
{
  g_return_val_if_fail (index < JIP_N_IDEA_FIELDS, NULL);
  return fields[index].name;
}

const char *
jip_idea_field_get_title (const char *name)
{
  for (guint i = 0; i < JIP_N_IDEA_FIELDS; i++)
    if (g_strcmp0 (fields[i].name, name) == 0)
      return _ (fields[i].title);
  return name;
}

/* A list reads on when its last items are asked for. */
static void
read_on_cb (GListModel *departments)
{
  guint n = g_list_model_get_n_items (departments);
  g_autoptr (GObject) last = n > 0 ? g_list_model_get_item (departments, n - 1) : NULL;

  (void) last;
}

/**
 * jip_idea_departments_new:
 *
 * Returns: (transfer full): all departments, for jip_idea_field_dup_text()
 */
JipReplicaList *
jip_idea_departments_new (JipClient *client)
{
  JipReplicaList *departments = jip_department_list_new (client);

  g_signal_connect (departments, "items-changed", G_CALLBACK (read_on_cb), NULL);
  return departments;
}

/**
 * jip_idea_field_dup_text:
 * @name: the field's name on the wire
 * @value: (nullable): what it holds
 * @departments: of all departments; an id that is not among them stays as it is
 *
 * Returns: (transfer full): what a person reads there; empty for none
 */
char *
jip_idea_field_dup_text (const char *name, const char *value, JipReplicaList *departments)
{
  guint position;

  if (value == NULL)
    return g_strdup ("");
  if (g_strcmp0 (name, "department") != 0 || !jip_replica_list_find (departments, value, &position))
    return g_strdup (value);
  g_autoptr (JipRecord) department = g_list_model_get_item (G_LIST_MODEL (departments), position);
  return g_strdup (jip_record_get_string (department, "name"));
}
