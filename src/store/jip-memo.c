/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-memo.h"

#include "jip-database-private.h"

typedef struct
{
  const char *kind;
  char *id;
  gpointer data;
  GDestroyNotify destroy;
} Memo;

static void
memo_clear (gpointer data)
{
  Memo *memo = data;

  memo->destroy (memo->data);
  g_free (memo->id);
}

/* For jip-savepoint.c. */
void
jip_memos_forget (JipDatabase *database)
{
  g_clear_pointer (&database->memos, g_array_unref);
}

/* Returns: -1 for none; there is a handful of them */
static int
find (JipDatabase *database, const char *kind, const char *id)
{
  int i = database->memos != NULL ? (int) database->memos->len - 1 : -1;

  for (; i >= 0; i--)
    {
      const Memo *memo = &g_array_index (database->memos, Memo, i);
      if (g_str_equal (memo->id, id) && g_str_equal (memo->kind, kind))
        break;
    }
  return i;
}

/**
 * jip_memo_get:
 *
 * Returns: (transfer none) (nullable): what was kept
 */
gpointer
jip_memo_get (JipDatabase *database, const char *kind, const char *id)
{
  g_return_val_if_fail (database != NULL && kind != NULL && id != NULL, NULL);

  int i = find (database, kind, id);
  return i >= 0 ? g_array_index (database->memos, Memo, i).data : NULL;
}

/**
 * jip_memo_keep:
 * @kind: (transfer none): stays where it is
 * @data: (transfer full): of which nothing is kept yet
 *
 * Outside a transaction that writes, where others may change it at any time, @data is destroyed at once.
 */
void
jip_memo_keep (JipDatabase *database, const char *kind, const char *id, gpointer data, GDestroyNotify destroy)
{
  g_return_if_fail (database != NULL && kind != NULL && id != NULL && destroy != NULL);

  if (database->registers == NULL)
    {
      destroy (data);
      return;
    }
  if (database->memos == NULL)
    {
      database->memos = g_array_new (FALSE, FALSE, sizeof (Memo));
      g_array_set_clear_func (database->memos, memo_clear);
    }
  Memo memo = { kind, g_strdup (id), data, destroy };
  g_array_append_val (database->memos, memo);
}

/* To be called by those who change it in the database. */
void
jip_memo_forget (JipDatabase *database, const char *kind, const char *id)
{
  g_return_if_fail (database != NULL && kind != NULL && id != NULL);

  int i = find (database, kind, id);
  if (i >= 0)
    g_array_remove_index_fast (database->memos, (guint) i);
}
