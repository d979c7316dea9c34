/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of work that others left on this PC. */
#include "jip-handover-left.h"

#include <glib/gi18n-lib.h>

void
jip_left_free (gpointer data)
{
  JipLeft *left = data;

  g_free (left->who);
  g_free (left->address);
  g_free (left->problem);
  g_free (left);
}

static gboolean
is_elsewhere (const JipLeft *left, const char *here)
{
  return left->address != NULL && here != NULL && !g_str_equal (left->address, here);
}

static char *
describe_line (const JipLeft *left, const char *here)
{
  if (!is_elsewhere (left, here))
    return g_strdup_printf (
        ngettext ("%u change of %s is kept on this PC and goes to the server by itself as soon as it can be "
                  "reached.",
                  "%u changes of %s are kept on this PC and go to the server by themselves as soon as it can "
                  "be reached.",
                  left->n),
        left->n, left->who);
  return g_strdup_printf (
      ngettext (
          "%u change of %s is kept on this PC for the server at %s and goes there as soon as it can be reached. If the "
          "server has another address now, sign in there; if it is gone, ask who looks after the server.",
          "%u changes of %s are kept on this PC for the server at %s and go there as soon as it can be reached. If the "
          "server has another address now, sign in there; if it is gone, ask who looks after the server.",
          left->n),
      left->n, left->who, left->address);
}

static char *
describe_sign_in (const JipLeft *left, const char *here)
{
  if (left->who == NULL)
    return g_strdup_printf (
        ngettext (
            "%u change of somebody whose name cannot be read any more is kept on this PC and waits until they "
            "sign in here again.",
            "%u changes of somebody whose name cannot be read any more are kept on this PC and wait until they "
            "sign in here again.",
            left->n),
        left->n);
  if (!is_elsewhere (left, here))
    return g_strdup_printf (
        ngettext ("%u change of %s is kept on this PC and waits until they sign in here again.",
                  "%u changes of %s are kept on this PC and wait until they sign in here again.", left->n),
        left->n, left->who);
  return g_strdup_printf (
      ngettext (
          "%u change of %s is kept on this PC for the server at %s and waits until they sign in to it here again.",
          "%u changes of %s are kept on this PC for the server at %s and wait until they sign in to it here again.",
          left->n),
      left->n, left->who, left->address);
}

static char *
describe_closed (const JipLeft *left, const char *here)
{
  if (left->who == NULL)
    return g_strdup_printf (_ ("What somebody left on this PC cannot be opened now. %s"), left->problem);
  return g_strdup_printf (ngettext ("%u change of %s is kept on this PC and cannot be sent now. %s",
                                    "%u changes of %s are kept on this PC and cannot be sent now. %s",
                                    left->n),
                          left->n, left->who, left->problem);
}

static char *
describe_former (const JipLeft *left, const char *here)
{
  return g_strdup_printf (
      ngettext (
          "%u change of %s is kept on this PC from an earlier account of the same login, which does not exist "
          "any more. Ask who looks after the server.",
          "%u changes of %s are kept on this PC from an earlier account of the same login, which does not "
          "exist any more. Ask who looks after the server.",
          left->n),
      left->n, left->who);
}

static char *
describe_aside (const JipLeft *left, const char *here)
{
  if (!is_elsewhere (left, here))
    return g_strdup_printf (
        ngettext (
            "%u text of %s that was being written, or was refused, is kept on this PC from the server's former "
            "address. It is shown at the next start of the program, unless something else is being written in its "
            "place.",
            "%u texts of %s that were being written, or were refused, are kept on this PC from the server's "
            "former address. They are shown at the next start of the program, unless something else is being "
            "written in their place.",
            left->n_aside),
        left->n_aside, left->who);
  return g_strdup_printf (
      ngettext (
          "%u text of %s that was being written, or was refused, is kept on this PC for the server at %s and is "
          "shown after signing in there.",
          "%u texts of %s that were being written, or were refused, are kept on this PC for the server at %s and "
          "are shown after signing in there.",
          left->n_aside),
      left->n_aside, left->who, left->address);
}

static void
add_sentence (GString *text, char *sentence_arg)
{
  g_autofree char *sentence = sentence_arg;

  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, sentence);
}

static void
add_sentences (GString *text, const JipLeft *left, const char *here)
{
  static char *(*const describe[]) (const JipLeft *, const char *) = { [JIP_LEFT_LINE] = describe_line,
                                                                       [JIP_LEFT_SIGN_IN] = describe_sign_in,
                                                                       [JIP_LEFT_FORMER] = describe_former,
                                                                       [JIP_LEFT_CLOSED] = describe_closed };

  if (left->n > 0 || left->n_aside == 0)
    add_sentence (text, describe[left->why](left, here));
  if (left->n_aside > 0)
    add_sentence (text, describe_aside (left, here));
}

static int
compare_who (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 ((*(JipLeft *const *) a)->who, (*(JipLeft *const *) b)->who);
}

/**
 * jip_left_describe:
 * @left: whatever key -> #JipLeft
 * @here: (nullable): the address of the server that is used on this PC, where one is known
 *
 * Returns: (transfer full) (nullable): a sentence for each person, one a line, by name; %NULL for nobody
 */
char *
jip_left_describe (GHashTable *left, const char *here)
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
    add_sentences (text, g_ptr_array_index (all, i), here);
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
