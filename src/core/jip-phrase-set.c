/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-phrase-set.h"

#include <string.h>

/* Aho and Corasick (1975): a tree of all phrases whose nodes know where to go on after a mismatch, so that a text is read
 * once whatever the number of phrases. */

#define MAX_TRIES 1000 /* places where a phrase stands but no word begins, before it is given up */
#define NO_PHRASE G_MAXUINT

typedef struct
{
  guint fail;   /* the longest other beginning that ends like this node */
  guint output; /* the nearest node on the way of failures that ends a phrase still looked for; 0 none */
  guint phrase;
  guint parent;
  gunichar c;
} Node;

struct _JipPhraseSet
{
  GArray *nodes;           /* Node; the root is 0 */
  GHashTable *children;    /* guint64: parent and character -> node */
  GArray *lengths;         /* guint: characters of each phrase */
  GArray *tries;           /* guint */
  guint8 first[65536 / 8]; /* characters that a phrase begins with */
  gboolean linked;
};

static gunichar
plain (gunichar c)
{
  if (c == 0x2018 || c == 0x2019 || c == '`' || c == 0xB4)
    return '\'';
  if (c == 0x201C || c == 0x201D || c == 0x201E)
    return '"';
  if (c == 0x318D || c == 0x30FB || c == 0x2027 || c == 0x2022 || c == 0x22C5)
    return 0xB7;
  return c == 0x223C || c == 0x301C ? '~' : c == 0x22EF ? 0x2026 : c;
}

static gboolean
is_blank (gunichar c)
{
  return c <= ' ' || c == 0xFEFF;
}

static Node *
node_at (JipPhraseSet *set, guint index)
{
  return &g_array_index (set->nodes, Node, index);
}

JipPhraseSet *
jip_phrase_set_new (void)
{
  JipPhraseSet *set = g_new0 (JipPhraseSet, 1);
  Node root = { .phrase = NO_PHRASE };

  set->nodes = g_array_new (FALSE, FALSE, sizeof (Node));
  set->children = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  set->lengths = g_array_new (FALSE, FALSE, sizeof (guint));
  set->tries = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (set->nodes, root);
  return set;
}

static guint
find_child (JipPhraseSet *set, guint parent, gunichar c)
{
  guint64 key = (guint64) parent << 21 | (c & 0x1FFFFF);
  return GPOINTER_TO_UINT (g_hash_table_lookup (set->children, &key));
}

static guint
add_child (JipPhraseSet *set, guint parent, gunichar c)
{
  guint64 key = (guint64) parent << 21 | (c & 0x1FFFFF);
  guint child = set->nodes->len;
  Node node = { .phrase = NO_PHRASE, .parent = parent, .c = c };

  g_array_append_val (set->nodes, node);
  g_hash_table_insert (set->children, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (child));
  if (parent == 0)
    set->first[(c & 0xFFFF) / 8] |= (guint8) (1u << (c % 8));
  return child;
}

/**
 * jip_phrase_set_add:
 *
 * Adds the folded characters from @begin to @end, before the first search.
 *
 * Returns: the phrase's number; the same for the same phrase
 */
guint
jip_phrase_set_add (JipPhraseSet *set, const JipTextChar *chars, guint begin, guint end)
{
  guint node = 0, length = 0, zero = 0;

  g_return_val_if_fail (set != NULL && !set->linked, 0);
  for (guint p = begin; p < end; p++)
    {
      if (is_blank (chars[p].c))
        continue;
      guint child = find_child (set, node, plain (chars[p].c));
      node = child > 0 ? child : add_child (set, node, plain (chars[p].c));
      length++;
    }
  if (node_at (set, node)->phrase == NO_PHRASE)
    {
      node_at (set, node)->phrase = set->lengths->len;
      g_array_append_val (set->lengths, length);
      g_array_append_val (set->tries, zero);
    }
  return node_at (set, node)->phrase;
}

static guint
step (JipPhraseSet *set, guint node, gunichar c)
{
  for (;;)
    {
      guint child = find_child (set, node, c);
      if (child > 0)
        return child;
      if (node == 0)
        return 0;
      node = node_at (set, node)->fail;
    }
}

/* Nodes were made parents first, but not by depth: order them so, then link each from what is shorter. */
static void
link_nodes (JipPhraseSet *set)
{
  guint n = set->nodes->len;
  g_autofree guint *depth = g_new0 (guint, n);
  g_autofree guint *starts = g_new0 (guint, n + 2);
  g_autofree guint *order = g_new0 (guint, n);

  for (guint i = 1; i < n; i++)
    {
      depth[i] = depth[node_at (set, i)->parent] + 1;
      starts[depth[i] + 1]++;
    }
  for (guint i = 1; i < n + 2; i++)
    starts[i] += starts[i - 1];
  for (guint i = 1; i < n; i++)
    order[starts[depth[i]]++] = i;
  for (guint i = 0; i + 1 < n; i++)
    {
      Node *node = node_at (set, order[i]);
      node->fail = node->parent == 0 ? 0 : step (set, node_at (set, node->parent)->fail, node->c);
      Node *fail = node_at (set, node->fail);
      node->output = fail->phrase != NO_PHRASE ? node->fail : fail->output;
    }
  set->linked = TRUE;
}

static gboolean
is_word (gunichar c)
{
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
         || (c >= 0xAC00 && c <= 0xD7A3);
}

static gboolean
is_ascii_word (gunichar c)
{
  return c < 128 && is_word (c);
}

/* Whether what stands from @begin to @end begins with a word and ends with no part of a number or of letters. */
static gboolean
stands_alone (const JipTextChar *chars, guint begin, guint end)
{
  if (begin > 0 && is_word (chars[begin].c) && is_word (chars[begin - 1].c))
    return FALSE;
  if (begin > 1 && chars[begin].c < 128 && g_ascii_isdigit ((gchar) chars[begin].c)
      && (chars[begin - 1].c == ',' || chars[begin - 1].c == '.') && is_ascii_word (chars[begin - 2].c))
    return FALSE;
  if (is_ascii_word (chars[end - 1].c) && is_ascii_word (chars[end].c))
    return FALSE;
  return !(is_ascii_word (chars[end - 1].c) && (chars[end].c == ',' || chars[end].c == '.')
           && chars[end + 1].c >= '0' && chars[end + 1].c <= '9');
}

/* The nearest node from @node on that ends a phrase still looked for; what is done is not met again. */
static guint
live_output (JipPhraseSet *set, guint node)
{
  guint at = node;

  while (at > 0
         && (node_at (set, at)->phrase == NO_PHRASE
             || g_array_index (set->tries, guint, node_at (set, at)->phrase) >= MAX_TRIES))
    at = node_at (set, at)->output;
  while (node > 0 && node != at)
    {
      guint next = node_at (set, node)->output;
      node_at (set, node)->output = at;
      node = next;
    }
  return at;
}

/**
 * jip_phrase_set_find:
 * @chars: (array length=n): a folded text
 *
 * Calls @func for each place where a phrase stands, until it accepts one.
 */
void
jip_phrase_set_find (JipPhraseSet *set,
                     const JipTextChar *chars,
                     guint n,
                     JipPhraseFunc func,
                     gpointer user_data)
{
  g_return_if_fail (set != NULL);

  if (set->lengths->len == 0)
    return;
  if (!set->linked)
    link_nodes (set);
  g_autofree guint32 *letters = g_new (guint32, n + 1); /* the indexes of what is no blank */
  guint count = 0, node = 0;

  for (guint p = 0; p < n; p++)
    {
      gunichar c = plain (chars[p].c);
      if (is_blank (c))
        continue;
      letters[count++] = p;
      if (node == 0 && (set->first[(c & 0xFFFF) / 8] & (1u << (c % 8))) == 0)
        continue;
      node = step (set, node, c);
      for (guint out = live_output (set, node); out > 0; out = live_output (set, node_at (set, out)->output))
        {
          guint phrase = node_at (set, out)->phrase;
          guint *tries = &g_array_index (set->tries, guint, phrase);
          guint begin = letters[count - g_array_index (set->lengths, guint, phrase)];
          *tries += 1;
          if (stands_alone (chars, begin, p + 1) && func (phrase, begin, p + 1, user_data))
            *tries = MAX_TRIES;
        }
    }
}

void
jip_phrase_set_free (JipPhraseSet *set)
{
  if (set == NULL)
    return;
  g_array_unref (set->nodes);
  g_hash_table_unref (set->children);
  g_array_unref (set->lengths);
  g_array_unref (set->tries);
  g_free (set);
}
