/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-draft-lines-private.h"
#include "jip-numbering.h"

/* A paper of another program becomes a draft: what its author typed as letters is read as what it means. */

/* The spans of @from for @to, whose text begins @cut characters later. */
static JipBlock *
take_spans (JipBlock *from, JipBlock *to, guint cut)
{
  guint n_spans;
  const JipSpan *spans = jip_block_get_spans (from, &n_spans);
  g_autoptr (GArray) moved = g_array_new (FALSE, FALSE, sizeof (JipSpan));

  for (guint i = 0; i < n_spans; i++)
    {
      JipSpan span = spans[i];
      guint end = span.start + span.length;
      if (end <= cut)
        continue;
      span.start = MAX (span.start, cut) - cut;
      span.length = end - cut - span.start;
      g_array_append_val (moved, span);
    }
  JipBlock *block = jip_block_with_spans (to, (const JipSpan *) (const void *) moved->data, moved->len);
  jip_block_unref (to);
  return block;
}

static void
settle_paragraph (JipLines *lines, JipBlock *block)
{
  const char *text = jip_block_get_text (block);
  const char *line = jip_lines_skip_spaces (text);
  g_autofree char *bare = g_strchomp (g_strdup (line));
  gsize end = strlen (bare);
  gboolean ended = g_str_has_suffix (bare, "  " JIP_END_MARK) && end > strlen ("  " JIP_END_MARK);

  if (ended)
    {
      bare[end - strlen ("  " JIP_END_MARK)] = '\0';
      g_strchomp (bare);
    }
  if (strcmp (bare, JIP_END_MARK) == 0)
    jip_lines_take (lines, jip_block_new_end (), NULL);
  else if (*bare != '\0')
    {
      guint n = lines->blocks->len;
      jip_lines_parse_paragraph (lines, bare);
      JipBlock *parsed = lines->blocks->pdata[n];
      gsize shorter = strlen (bare) - strlen (jip_block_get_text (parsed));
      guint cut = (guint) (g_utf8_pointer_to_offset (text, line) + g_utf8_strlen (bare, (gssize) shorter));
      lines->blocks->pdata[n] = take_spans (block, parsed, cut);
      if (lines->typed->pdata[n] != NULL)
        lines->whole->pdata[n] = take_spans (block, jip_block_new_paragraph (bare),
                                             (guint) g_utf8_pointer_to_offset (text, line));
    }
  if (ended)
    jip_lines_take (lines, jip_block_new_end (), NULL);
}

/* How many paragraphs from @first on are a list of 붙임, which is added; another program may indent them as it likes. */
static guint
settle_attachment (JipLines *lines, JipSection *section, guint first)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = 0, index;
  const char *rest;

  if (!g_str_has_prefix (jip_lines_skip_spaces (jip_block_get_text (jip_section_get_block (section, first))),
                         "붙임"))
    return 0;
  for (guint i = first; i < jip_section_get_n_blocks (section); i++, n++)
    {
      const char *text = jip_lines_skip_spaces (jip_block_get_text (jip_section_get_block (section, i)));
      gboolean next
          = n > 0 && jip_numbering_scan (text, &index, &rest) == 1 && index == n + 1 && *rest != '\0';
      if (n > 0 && !next)
        break;
      g_autofree char *line = g_strconcat (n > 0 ? "      " : "", text, NULL);
      g_strv_builder_add (builder, line);
    }
  g_auto (GStrv) raw = g_strv_builder_end (builder);
  g_autofree char *joined = g_strjoinv ("\n", raw);
  g_auto (GStrv) split = jip_lines_split (joined);
  guint taken = jip_lines_parse_attachment (lines, split);
  if (taken > 0 && g_strcmp0 (split[taken], JIP_END_MARK) == 0)
    jip_lines_take (lines, jip_block_new_end (), NULL);
  return taken;
}

static guint
settle_section (JipLines *lines, JipSection *section)
{
  guint before = lines->blocks->len;

  for (guint i = 0; i < jip_section_get_n_blocks (section);)
    {
      JipBlock *block = jip_section_get_block (section, i);
      gboolean plain = jip_block_get_kind (block) == JIP_BLOCK_PARAGRAPH && jip_block_get_level (block) == 0
                       && jip_block_get_bullet (block) == NULL;
      guint taken = plain ? settle_attachment (lines, section, i) : 0;
      if (taken == 0)
        {
          taken = 1;
          if (plain)
            settle_paragraph (lines, block);
          else
            jip_lines_take (lines, jip_block_ref (block), NULL);
        }
      i += taken;
    }
  return lines->blocks->len - before;
}

static GPtrArray *
slice (GPtrArray *all, guint first, guint n)
{
  GPtrArray *part = g_ptr_array_sized_new (n);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (part, all->pdata[first + i]);
  return part;
}

/**
 * jip_draft_settle:
 * @draft: a paper of another program, in which numbers, bullets, 붙임 and 끝. are letters of plain paragraphs
 *
 * Returns: (transfer full): the draft in which they are what they mean. A number that would not be computed where it
 *   stands stays in the text; bold and underlined words stay so.
 */
JipDraft *
jip_draft_settle (JipDraft *draft)
{
  g_return_val_if_fail (draft != NULL, NULL);

  g_autoptr (JipLines) lines = jip_lines_new (JIP_ORIGIN_NONE);
  guint n = jip_draft_get_n_sections (draft);
  g_autofree guint *counts = g_new0 (guint, n + 1);
  for (guint s = 0; s < n; s++)
    counts[s] = settle_section (lines, jip_draft_get_section (draft, s));
  jip_lines_settle (lines, NULL, NULL);

  JipDraft *settled = jip_draft_ref (draft);
  for (guint s = 0, first = 0; s < n; first += counts[s++])
    {
      g_autoptr (GPtrArray) blocks = slice (lines->blocks, first, counts[s]);
      g_autoptr (JipSection) section = jip_section_with_blocks (jip_draft_get_section (draft, s), blocks);
      JipDraft *next = jip_draft_with_section (settled, section);
      jip_draft_unref (settled);
      settled = next;
    }
  return settled;
}
