/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-numbering.h"

#include <string.h>

#define HANGUL_BASE 0xAC00
#define MAX_HANGUL 84 /* fourteen consonants with six vowels */
#define MAX_NUMBER 9999

/* ㄱ ㄴ ㄷ … ㅎ and ㅏ ㅓ ㅗ ㅜ ㅡ ㅣ by their places in the syllable block: after 하 comes 거, after 허 고. */
static const guint consonants[] = { 0, 2, 3, 5, 6, 7, 9, 11, 12, 14, 15, 16, 17, 18 };
static const guint vowels[] = { 0, 4, 8, 13, 18, 20 };

static gunichar
hangul_of (guint index)
{
  guint i = index - 1;
  return HANGUL_BASE + (consonants[i % 14] * 21 + vowels[i / 14]) * 28;
}

static guint
hangul_index (gunichar c)
{
  for (guint i = 1; i <= MAX_HANGUL; i++)
    if (hangul_of (i) == c)
      return i;
  return 0;
}

/* ①-⑳, ㉑-㉟, ㊱-㊿ stand in three places of Unicode. */
static gunichar
circled_of (guint index)
{
  if (index <= 20)
    return 0x2460 + index - 1;
  return index <= 35 ? 0x3251 + index - 21 : 0x32B1 + index - 36;
}

static guint
circled_index (gunichar c)
{
  for (guint i = 1; i <= 50; i++)
    if (circled_of (i) == c)
      return i;
  return 0;
}

static char *
format_hangul (guint index, const char *before, const char *after)
{
  char letter[8] = { 0 };

  if (index > MAX_HANGUL)
    return g_strdup_printf ("%s%u%s", before, index, after);
  g_unichar_to_utf8 (hangul_of (index), letter);
  return g_strconcat (before, letter, after, NULL);
}

static char *
format_letter (gunichar c)
{
  char letter[8] = { 0 };
  g_unichar_to_utf8 (c, letter);
  return g_strdup (letter);
}

/**
 * jip_numbering_format:
 * @level: 1 to 8
 * @index: from 1
 *
 * The marks of official papers (행정업무운영 편람): `1.` `가.` `1)` `가)` `(1)` `(가)` `①` `㉮`.
 */
char *
jip_numbering_format (guint level, guint index)
{
  g_return_val_if_fail (level >= 1 && level <= JIP_BLOCK_MAX_LEVEL && index >= 1, NULL);

  switch (level)
    {
    case 1:
      return g_strdup_printf ("%u.", index);
    case 2:
      return format_hangul (index, "", ".");
    case 3:
      return g_strdup_printf ("%u)", index);
    case 4:
      return format_hangul (index, "", ")");
    case 5:
      return g_strdup_printf ("(%u)", index);
    case 6:
      return format_hangul (index, "(", ")");
    case 7:
      return index <= 50 ? format_letter (circled_of (index)) : g_strdup_printf ("<%u>", index);
    default:
      return index <= 14 ? format_letter (0x326E + index - 1) : format_hangul (index, "<", ">");
    }
}

static guint
scan_ordinal (const char **at, gboolean *hangul)
{
  const char *p = *at;
  guint index = 0;

  *hangul = !g_ascii_isdigit (*p);
  if (*hangul)
    {
      index = hangul_index (g_utf8_get_char (p));
      *at = g_utf8_next_char (p);
      return index;
    }
  while (g_ascii_isdigit (*p) && index <= MAX_NUMBER)
    index = index * 10 + (guint) (*p++ - '0');
  *at = p;
  return **at != '\0' && index <= MAX_NUMBER ? index : 0;
}

static guint
scan_circled (const char *text, guint *index, const char **end)
{
  gunichar c = g_utf8_get_char (text);

  *end = g_utf8_next_char (text);
  *index = circled_index (c);
  if (*index > 0)
    return 7;
  if (c >= 0x326E && c < 0x326E + 14)
    {
      *index = c - 0x326E + 1;
      return 8;
    }
  return 0;
}

/**
 * jip_numbering_scan:
 * @text: a line without leading space
 * @index: (out): the place that the mark says
 * @rest: (out): what follows the mark and its space
 *
 * Returns: the level whose form the line's mark has, 0 when it has none
 */
guint
jip_numbering_scan (const char *text, guint *index, const char **rest)
{
  gboolean hangul, bracket;
  const char *p = text;
  guint level;

  g_return_val_if_fail (text != NULL && index != NULL && rest != NULL, 0);
  if (*text == '\0')
    return 0;

  level = scan_circled (text, index, &p);
  if (level == 0)
    {
      p = text;
      bracket = *p == '(';
      p += bracket ? 1 : 0;
      if (*p == '\0' || (*index = scan_ordinal (&p, &hangul)) == 0)
        return 0;
      if (bracket)
        level = *p == ')' ? 5 : 0;
      else
        level = *p == '.' ? 1 : *p == ')' ? 3 : 0;
      if (level == 0)
        return 0;
      level += hangul ? 1 : 0;
      p++;
    }
  if (*p != ' ' && *p != '\0')
    return 0;
  while (*p == ' ')
    p++;
  *rest = p;
  return level;
}

/**
 * jip_numbering_mark:
 * @blocks: (element-type JipBlock): a whole paper in its order; elements may be %NULL
 *
 * An item counts on from its siblings: the items of its level since the last item of a higher one. What stands
 * between (text without level, tables, section headings) does not interrupt. A lone item has no mark.
 *
 * Returns: (transfer full) (element-type utf8): as many marks as @blocks, %NULL where there is none
 */
GPtrArray *
jip_numbering_mark (GPtrArray *blocks)
{
  g_return_val_if_fail (blocks != NULL, NULL);

  guint n = blocks->len;
  g_autofree guint *group = g_new0 (guint, n + 1);
  g_autofree guint *index = g_new0 (guint, n + 1);
  g_autofree guint *count = g_new0 (guint, n + 1);
  guint open[JIP_BLOCK_MAX_LEVEL + 1] = { 0 };
  guint n_groups = 0;

  for (guint i = 0; i < n; i++)
    {
      JipBlock *block = g_ptr_array_index (blocks, i);
      guint level = block != NULL ? jip_block_get_level (block) : 0;
      if (level == 0)
        continue;
      for (guint deeper = level + 1; deeper <= JIP_BLOCK_MAX_LEVEL; deeper++)
        open[deeper] = 0;
      if (open[level] == 0)
        open[level] = ++n_groups;
      group[i] = open[level];
      index[i] = ++count[open[level]];
    }

  GPtrArray *marks = g_ptr_array_new_full (n, g_free);
  for (guint i = 0; i < n; i++)
    {
      gboolean marked = group[i] > 0 && count[group[i]] > 1;
      g_ptr_array_add (marks, marked ? jip_numbering_format (jip_block_get_level (blocks->pdata[i]), index[i])
                                     : NULL);
    }
  return marks;
}

/**
 * jip_draft_get_blocks:
 *
 * Returns: (transfer full) (element-type JipBlock): the blocks of all sections in reading order
 */
GPtrArray *
jip_draft_get_blocks (JipDraft *draft)
{
  g_return_val_if_fail (draft != NULL, NULL);

  GPtrArray *blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_block_unref);
  for (guint s = 0; s < jip_draft_get_n_sections (draft); s++)
    {
      JipSection *section = jip_draft_get_section (draft, s);
      for (guint b = 0; b < jip_section_get_n_blocks (section); b++)
        g_ptr_array_add (blocks, jip_block_ref (jip_section_get_block (section, b)));
    }
  return blocks;
}

/**
 * jip_draft_get_marks:
 *
 * Returns: (transfer full) (element-type utf8): the computed marks, parallel to jip_draft_get_blocks(); numbering
 *   runs on through the sections
 */
GPtrArray *
jip_draft_get_marks (JipDraft *draft)
{
  g_autoptr (GPtrArray) blocks = jip_draft_get_blocks (draft);
  return jip_numbering_mark (blocks);
}
