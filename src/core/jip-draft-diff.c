/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-diff.h"

#include <string.h>

#include "jip-draft-lines-private.h"
#include "jip-json.h"

#define MIN_LIKENESS 0.4  /* below it a block is another one, not the same one changed */
#define LOOK_AHEAD 8      /* blocks that a changed one may be looked for among */
#define MAX_COMPARED 2000 /* characters that tell how alike two blocks are */

static void
entry_free (gpointer data)
{
  JipDiffEntry *entry = data;

  g_free (entry->section);
  g_clear_pointer (&entry->old_block, jip_block_unref);
  g_clear_pointer (&entry->new_block, jip_block_unref);
  g_free (entry->old_text);
  g_free (entry->new_text);
  g_clear_pointer (&entry->pieces, g_array_unref);
  g_free (entry);
}

/* Takes the texts. */
static void
add_texts (GPtrArray *entries, JipDiffPart part, const char *section, char *old_text, char *new_text)
{
  JipDiffEntry *entry = g_new0 (JipDiffEntry, 1);

  entry->part = part;
  entry->section = g_strdup (section);
  entry->old_text = old_text;
  entry->new_text = new_text;
  if (old_text == NULL)
    entry->kind = JIP_DIFF_ADDED;
  else if (new_text == NULL)
    entry->kind = JIP_DIFF_REMOVED;
  else
    entry->kind = strcmp (old_text, new_text) == 0 ? JIP_DIFF_SAME : JIP_DIFF_CHANGED;
  if (entry->kind == JIP_DIFF_CHANGED)
    entry->pieces = jip_diff_text (old_text, new_text);
  g_ptr_array_add (entries, entry);
}

static char *
text_of (JipBlock *block)
{
  return block != NULL ? jip_draft_format_block (block, NULL) : NULL;
}

/* A block whose words are the same may still have changed: its level, what is bold, a cell that was merged. */
static void
add_blocks (GPtrArray *entries, const char *section, JipBlock *old_block, JipBlock *new_block)
{
  add_texts (entries, JIP_DIFF_BLOCK, section, text_of (old_block), text_of (new_block));
  JipDiffEntry *entry = entries->pdata[entries->len - 1];
  entry->old_block = old_block != NULL ? jip_block_ref (old_block) : NULL;
  entry->new_block = new_block != NULL ? jip_block_ref (new_block) : NULL;
  if (entry->kind == JIP_DIFF_SAME && !jip_block_equal (old_block, new_block))
    {
      entry->kind = JIP_DIFF_CHANGED;
      entry->pieces = jip_diff_text (entry->old_text, entry->new_text);
    }
}

static void
add_line (GPtrArray *entries,
          JipDiffPart part,
          const char *section,
          const char *old_text,
          const char *new_text)
{
  gboolean had = old_text != NULL && *old_text != '\0', has = new_text != NULL && *new_text != '\0';

  if (had || has)
    add_texts (entries, part, section, had ? g_strdup (old_text) : NULL, has ? g_strdup (new_text) : NULL);
}

/* One number for each block that says the same in the same form. */
static guint32 *
number_blocks (GHashTable *numbers, JipSection *section)
{
  guint n = section != NULL ? jip_section_get_n_blocks (section) : 0;
  guint32 *ids = g_new (guint32, n + 1);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (JsonNode) node = jip_block_to_json (jip_section_get_block (section, i));
      char *key = jip_json_canonical (node);
      gpointer found = g_hash_table_lookup (numbers, key);
      if (found == NULL)
        {
          found = GUINT_TO_POINTER (g_hash_table_size (numbers) + 1);
          g_hash_table_insert (numbers, key, found);
        }
      else
        g_free (key);
      ids[i] = GPOINTER_TO_UINT (found);
    }
  return ids;
}

/* Pairs of neighbouring characters and how often each stands in the text. */
static GHashTable *
count_pairs (const char *text, guint *total)
{
  GHashTable *pairs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  gunichar before = 0;

  *total = 0;
  for (const char *p = text; *p != '\0' && *total < MAX_COMPARED; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gint64 *key = g_new (gint64, 1);
      *key = (gint64) before << 32 | c;
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (pairs, key));
      g_hash_table_replace (pairs, key, GUINT_TO_POINTER (count + 1));
      before = c;
      (*total)++;
    }
  return pairs;
}

/* How alike two texts are, 0 to 1: twice the pairs they share by all they have (Dice). */
static double
likeness (const char *a, const char *b)
{
  guint n_a, n_b, shared = 0;
  g_autoptr (GHashTable) pairs_a = count_pairs (a, &n_a);
  g_autoptr (GHashTable) pairs_b = count_pairs (b, &n_b);
  GHashTableIter iter;
  gpointer key, count;

  g_hash_table_iter_init (&iter, pairs_a);
  while (g_hash_table_iter_next (&iter, &key, &count))
    shared += MIN (GPOINTER_TO_UINT (count), GPOINTER_TO_UINT (g_hash_table_lookup (pairs_b, key)));
  return n_a + n_b > 0 ? 2.0 * shared / (n_a + n_b) : 1;
}

static gboolean
is_same_changed (JipBlock *a, JipBlock *b)
{
  if (jip_block_get_kind (a) != jip_block_get_kind (b))
    return FALSE;
  g_autofree char *text_a = text_of (a);
  g_autofree char *text_b = text_of (b);
  return likeness (text_a, text_b) >= MIN_LIKENESS;
}

typedef struct
{
  JipSection *from, *to;
  const char *id;
  GPtrArray *entries;
} SectionDiff;

/* Blocks that went against blocks that came in the same place: the ones that are alike are one that changed. */
static void
pair_blocks (const SectionDiff *diff, guint from, guint n_from, guint to, guint n_to)
{
  guint next = 0;

  for (guint i = 0; i < n_from; i++)
    {
      JipBlock *old_block = jip_section_get_block (diff->from, from + i);
      guint found = next;
      while (found < MIN (n_to, next + LOOK_AHEAD)
             && !is_same_changed (old_block, jip_section_get_block (diff->to, to + found)))
        found++;
      if (found >= MIN (n_to, next + LOOK_AHEAD))
        {
          add_blocks (diff->entries, diff->id, old_block, NULL);
          continue;
        }
      for (; next < found; next++)
        add_blocks (diff->entries, diff->id, NULL, jip_section_get_block (diff->to, to + next));
      add_blocks (diff->entries, diff->id, old_block, jip_section_get_block (diff->to, to + next++));
    }
  for (; next < n_to; next++)
    add_blocks (diff->entries, diff->id, NULL, jip_section_get_block (diff->to, to + next));
}

static void
walk_pieces (const SectionDiff *diff, GArray *pieces)
{
  guint old_at = 0, new_at = 0, n_old = 0,
        n_new = 0; /* what was removed and added since the last block that stayed */

  for (guint i = 0; i < pieces->len; i++)
    {
      const JipDiffPiece *piece = &g_array_index (pieces, JipDiffPiece, i);
      n_old += piece->kind == JIP_DIFF_REMOVED ? piece->length : 0;
      n_new += piece->kind == JIP_DIFF_ADDED ? piece->length : 0;
      if (piece->kind != JIP_DIFF_SAME)
        continue;
      pair_blocks (diff, old_at, n_old, new_at, n_new);
      for (guint j = 0; j < piece->length; j++)
        add_blocks (diff->entries, diff->id, jip_section_get_block (diff->from, piece->old_start + j),
                    jip_section_get_block (diff->to, piece->new_start + j));
      old_at = piece->old_start + piece->length;
      new_at = piece->new_start + piece->length;
      n_old = n_new = 0;
    }
  pair_blocks (diff, old_at, n_old, new_at, n_new);
}

static void
diff_section (GPtrArray *entries, JipSection *from, JipSection *to)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  SectionDiff diff
      = { .from = from, .to = to, .id = jip_section_get_id (to != NULL ? to : from), .entries = entries };
  g_autofree guint32 *old_ids = number_blocks (numbers, from);
  g_autofree guint32 *new_ids = number_blocks (numbers, to);
  g_autoptr (GArray) pieces = jip_diff_sequence (old_ids, from != NULL ? jip_section_get_n_blocks (from) : 0,
                                                 new_ids, to != NULL ? jip_section_get_n_blocks (to) : 0);

  add_line (entries, JIP_DIFF_HEADING, diff.id, from != NULL ? jip_section_get_heading (from) : NULL,
            to != NULL ? jip_section_get_heading (to) : NULL);
  walk_pieces (&diff, pieces);
}

/* The sections of @from from @at on that @to does not have. */
static guint
add_removed (GPtrArray *entries, JipDraft *from, guint at, JipDraft *to)
{
  for (; at < jip_draft_get_n_sections (from); at++)
    {
      JipSection *section = jip_draft_get_section (from, at);
      if (jip_draft_find_section (to, jip_section_get_id (section)) != NULL)
        break;
      diff_section (entries, section, NULL);
    }
  return at;
}

static gboolean
is_at (JipDraft *draft, guint at, const char *id)
{
  return at < jip_draft_get_n_sections (draft)
         && strcmp (jip_section_get_id (jip_draft_get_section (draft, at)), id) == 0;
}

/**
 * jip_draft_diff:
 * @from: the older draft
 * @to: the newer one
 *
 * Sections are the same when their ids are. The entries stand in the order of @to; what was removed stands where it was.
 * Marks of the numbering, which follow from the levels, are no change of their own.
 *
 * Returns: (transfer full) (element-type JipDiffEntry): all parts of both, changed or not
 */
GPtrArray *
jip_draft_diff (JipDraft *from, JipDraft *to)
{
  guint at = 0;

  g_return_val_if_fail (from != NULL && to != NULL, NULL);

  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);
  add_line (entries, JIP_DIFF_TITLE, NULL, jip_draft_get_title (from), jip_draft_get_title (to));
  for (guint i = 0; i < jip_draft_get_n_sections (to); i++)
    {
      JipSection *section = jip_draft_get_section (to, i);
      const char *id = jip_section_get_id (section);
      at = add_removed (entries, from, at, to);
      diff_section (entries, jip_draft_find_section (from, id), section);
      at += is_at (from, at, id);
    }
  for (guint i = at; i < jip_draft_get_n_sections (from); i++)
    {
      JipSection *section = jip_draft_get_section (from, i);
      if (jip_draft_find_section (to, jip_section_get_id (section)) == NULL)
        diff_section (entries, section, NULL);
    }
  return entries;
}
