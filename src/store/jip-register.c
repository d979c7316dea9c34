/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-database-private.h"
#include "jip-register-private.h"

static const struct
{
  const char *select;
  const char *write; /* NULL: it follows from other rows */
  gboolean is_number;
} kinds[] = {
  [JIP_REGISTER_COUNTER] = { "SELECT value FROM counter WHERE name = $1",
                             "INSERT INTO counter (name, value) VALUES ($1, $2)"
                             " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                             TRUE },
  [JIP_REGISTER_FEED_SUM] = { "SELECT sum FROM feed_sum WHERE table_name = $1",
                              "INSERT INTO feed_sum (table_name, sum) VALUES ($1, $2)"
                              " ON CONFLICT (table_name) DO UPDATE SET sum = excluded.sum",
                              FALSE },
  [JIP_REGISTER_AUDIT_HEAD]
  = { "SELECT hash FROM audit WHERE n = (SELECT value FROM counter WHERE name = $1)", NULL, FALSE },
};

/* Counters have a number, 0 where there is none; the others a text, NULL where there is none. */
typedef struct
{
  char *text;
  gint64 number;
} Value;

typedef struct
{
  JipRegister kind;
  char *name;
  Value value;
  gboolean changed;
} Entry;

/* What an entry was before a change. */
typedef struct
{
  Entry *entry;
  Value value;
  gboolean changed;
} Undo;

typedef struct
{
  char *savepoint;
  guint n_undos;
} Mark;

struct _JipRegisters
{
  GPtrArray *entries; /* of Entry; a handful */
  GArray *undos;
  GArray *marks;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_free (entry->value.text);
  g_free (entry);
}

static void
undo_clear (gpointer data)
{
  g_free (((Undo *) data)->value.text);
}

static void
mark_clear (gpointer data)
{
  g_free (((Mark *) data)->savepoint);
}

JipRegisters *
jip_registers_new (void)
{
  JipRegisters *self = g_new0 (JipRegisters, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->undos = g_array_new (FALSE, FALSE, sizeof (Undo));
  g_array_set_clear_func (self->undos, undo_clear);
  self->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  g_array_set_clear_func (self->marks, mark_clear);
  return self;
}

void
jip_registers_free (JipRegisters *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->entries);
  g_array_unref (self->undos);
  g_array_unref (self->marks);
  g_free (self);
}

void
jip_registers_savepoint (JipRegisters *self, const char *name)
{
  Mark mark = { g_strdup (name), self->undos->len };

  g_array_append_val (self->marks, mark);
}

/* The place of the newest savepoint of that name, -1 for none. */
static int
find_mark (JipRegisters *self, const char *name)
{
  int i = (int) self->marks->len - 1;

  while (i >= 0 && !g_str_equal (g_array_index (self->marks, Mark, i).savepoint, name))
    i--;
  return i;
}

/* What was changed since belongs to what is around it now. */
void
jip_registers_release (JipRegisters *self, const char *name)
{
  int mark = find_mark (self, name);

  if (mark >= 0)
    g_array_set_size (self->marks, (guint) mark);
  if (self->marks->len == 0)
    g_array_set_size (self->undos, 0);
}

void
jip_registers_rollback_to (JipRegisters *self, const char *name)
{
  int mark = find_mark (self, name);

  if (mark < 0)
    return;
  for (guint i = self->undos->len; i > g_array_index (self->marks, Mark, mark).n_undos; i--)
    {
      Undo *undo = &g_array_index (self->undos, Undo, i - 1);
      g_free (undo->entry->value.text);
      undo->entry->value = undo->value;
      undo->entry->changed = undo->changed;
      undo->value.text = NULL;
    }
  g_array_set_size (self->undos, g_array_index (self->marks, Mark, mark).n_undos);
  g_array_set_size (self->marks, (guint) mark + 1);
}

static gboolean
write_value (JipDatabase *database, JipRegister kind, const char *name, const Value *value, GError **error)
{
  if (kinds[kind].write == NULL)
    return TRUE;
  if (kinds[kind].is_number)
    return jip_database_run (database, error, kinds[kind].write, "ti", name, value->number);
  return jip_database_run (database, error, kinds[kind].write, "tt", name, value->text);
}

/* The last statements of a transaction. */
gboolean
jip_registers_write (JipRegisters *self, JipDatabase *database, GError **error)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);
      if (entry->changed && !write_value (database, entry->kind, entry->name, &entry->value, error))
        return FALSE;
    }
  return TRUE;
}

static Entry *
find_entry (JipRegisters *self, JipRegister kind, const char *name)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);
      if (entry->kind == kind && g_str_equal (entry->name, name))
        return entry;
    }
  return NULL;
}

static gboolean
read_value (JipDatabase *database, JipRegister kind, const char *name, Value *value, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *value = (Value){ NULL };
  if (kinds[kind].is_number)
    value->number = jip_database_query_int (database, 0, &problem, kinds[kind].select, "t", name);
  else
    value->text = jip_database_query_text (database, &problem, kinds[kind].select, "t", name);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* The entry in memory, read from the database when it is asked for the first time in the transaction. */
static Entry *
load_entry (JipDatabase *database, JipRegister kind, const char *name, GError **error)
{
  Entry *entry = find_entry (database->registers, kind, name);
  Value value;

  if (entry != NULL)
    return entry;
  if (!read_value (database, kind, name, &value, error))
    return NULL;
  entry = g_new0 (Entry, 1);
  *entry = (Entry){ .kind = kind, .name = g_strdup (name), .value = value };
  g_ptr_array_add (database->registers->entries, entry);
  return entry;
}

/* @value: (transfer full) */
static gboolean
set_value (JipDatabase *database, JipRegister kind, const char *name, Value value, GError **error)
{
  Entry *entry = load_entry (database, kind, name, error);

  if (entry == NULL)
    {
      g_free (value.text);
      return FALSE;
    }
  if (database->registers->marks->len > 0)
    {
      Undo undo = { entry, entry->value, entry->changed };
      g_array_append_val (database->registers->undos, undo);
    }
  else
    g_free (entry->value.text);
  entry->value = value;
  entry->changed = TRUE;
  return TRUE;
}

/**
 * jip_register_get:
 * @kind: not a counter
 * @value: (out) (transfer full) (nullable): %NULL where there is none
 *
 * In a transaction that writes, the value as this connection has set it.
 */
gboolean
jip_register_get (JipDatabase *database, JipRegister kind, const char *name, char **value, GError **error)
{
  g_return_val_if_fail (database != NULL && name != NULL && value != NULL, FALSE);

  Value stored = { NULL };
  *value = NULL;
  if (database->registers == NULL)
    {
      gboolean ok = read_value (database, kind, name, &stored, error);
      *value = stored.text;
      return ok;
    }
  Entry *entry = load_entry (database, kind, name, error);
  if (entry == NULL)
    return FALSE;
  *value = g_strdup (entry->value.text);
  return TRUE;
}

/**
 * jip_register_set:
 * @kind: not a counter
 *
 * In a transaction it is written with the commit, and undone with the savepoint.
 */
gboolean
jip_register_set (JipDatabase *database,
                  JipRegister kind,
                  const char *name,
                  const char *value,
                  GError **error)
{
  g_return_val_if_fail (database != NULL && name != NULL && value != NULL, FALSE);

  if (database->registers == NULL)
    return write_value (database, kind, name, &(Value){ .text = (char *) value }, error);
  return set_value (database, kind, name, (Value){ .text = g_strdup (value) }, error);
}

/**
 * jip_register_get_int:
 *
 * Returns: the counter @name, 0 where there is none; -1 with @error set
 */
gint64
jip_register_get_int (JipDatabase *database, const char *name, GError **error)
{
  Value value;

  g_return_val_if_fail (database != NULL && name != NULL, -1);

  if (database->registers == NULL)
    return read_value (database, JIP_REGISTER_COUNTER, name, &value, error) ? value.number : -1;
  Entry *entry = load_entry (database, JIP_REGISTER_COUNTER, name, error);
  return entry != NULL ? entry->value.number : -1;
}

/**
 * jip_register_set_int:
 *
 * As jip_register_set(), for the counter @name.
 */
gboolean
jip_register_set_int (JipDatabase *database, const char *name, gint64 number, GError **error)
{
  const Value value = { .number = number };

  g_return_val_if_fail (database != NULL && name != NULL, FALSE);

  if (database->registers == NULL)
    return write_value (database, JIP_REGISTER_COUNTER, name, &value, error);
  return set_value (database, JIP_REGISTER_COUNTER, name, value, error);
}

/**
 * jip_register_next:
 *
 * Returns: the counter @name, one higher than before; -1 with @error set
 */
gint64
jip_register_next (JipDatabase *database, const char *name, GError **error)
{
  gint64 value = jip_register_get_int (database, name, error);

  return value >= 0 && jip_register_set_int (database, name, value + 1, error) ? value + 1 : -1;
}
