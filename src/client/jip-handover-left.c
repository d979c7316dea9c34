/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of work that others left on this PC. */
#include "jip-handover-left.h"

#include <glib/gi18n-lib.h>

void
jip_left_free (gpointer data)
{
  JipLeft *left = data;

  g_free (left->who);
  g_free (left);
}

static void
add_sentence (GString *text, const JipLeft *left)
{
  const char *format
      = left->sign_in
            ? ngettext ("%u change of %s is kept on this PC and waits until they sign in here again.",
                        "%u changes of %s are kept on this PC and wait until they sign in here again.",
                        left->n)
            : ngettext (
                "%u change of %s is kept on this PC and goes to the server by itself as soon as it can be "
                "reached.",
                "%u changes of %s are kept on this PC and go to the server by themselves as soon as it can "
                "be reached.",
                left->n);

  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append_printf (text, format, left->n, left->who);
}

static int
compare_who (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 ((*(JipLeft *const *) a)->who, (*(JipLeft *const *) b)->who);
}

/**
 * jip_left_describe:
 * @left: whatever key -> #JipLeft
 *
 * Returns: (transfer full) (nullable): a sentence for each person, one a line, by name; %NULL for nobody
 */
char *
jip_left_describe (GHashTable *left)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer one;

  g_hash_table_iter_init (&iter, left);
  while (g_hash_table_iter_next (&iter, NULL, &one))
    g_ptr_array_add (all, one);
  g_ptr_array_sort (all, compare_who);
  for (guint i = 0; i < all->len; i++)
    add_sentence (text, g_ptr_array_index (all, i));
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
