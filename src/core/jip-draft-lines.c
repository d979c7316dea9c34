/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-text.h"

#include <string.h>

#include "jip-block-private.h"
#include "jip-draft-lines-private.h"
#include "jip-numbering.h"

/* Lines of text to blocks. A mark is taken off only where the system would compute the same one; any other stays in
 * the text (documents.md). Lines that did not change keep their blocks, with spans and what else they carry. */

#define MAX_SINGLE_STEPS 64
#define MAX_STEPS 128 /* then all typed marks that are left go back, so that the time stays linear */

static void
clear_block (gpointer block)
{
  if (block != NULL)
    jip_block_unref (block);
}

JipLines *
jip_lines_new (JipOrigin origin)
{
  JipLines *lines = g_new0 (JipLines, 1);
  lines->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_block_unref);
  lines->typed = g_ptr_array_new_with_free_func (g_free);
  lines->whole = g_ptr_array_new_with_free_func (clear_block);
  lines->origin = origin;
  return lines;
}

void
jip_lines_free (JipLines *lines)
{
  g_ptr_array_unref (lines->blocks);
  g_ptr_array_unref (lines->typed);
  g_ptr_array_unref (lines->whole);
  g_free (lines);
}

void
jip_lines_take (JipLines *lines, JipBlock *block, const char *typed)
{
  g_ptr_array_add (lines->blocks, block);
  g_ptr_array_add (lines->typed, g_strdup (typed));
  g_ptr_array_add (lines->whole, NULL);
}

static JipBlock *
with_origin (JipBlock *block, JipOrigin origin)
{
  JipSpan span = { .length = (guint) g_utf8_strlen (jip_block_get_text (block), -1), .origin = origin };

  if (origin == JIP_ORIGIN_NONE || span.length == 0)
    return block;
  JipBlock *marked = jip_block_with_spans (block, &span, 1);
  jip_block_unref (block);
  return marked;
}

const char *
jip_lines_skip_spaces (const char *line)
{
  while (*line == ' ' || *line == '\t')
    line++;
  return line;
}

/* `- … -` is a sub-title, no item. */
static JipBlock *
bullet_from_line (const char *line)
{
  const char *bullet = jip_bullet_find (line);

  if (bullet == NULL || line[strlen (bullet)] != ' ')
    return NULL;
  if (strcmp (bullet, "-") == 0 && g_str_has_suffix (line, " -"))
    return NULL;
  return jip_block_new_bulleted (jip_lines_skip_spaces (line + strlen (bullet)), bullet);
}

void
jip_lines_parse_paragraph (JipLines *lines, const char *raw)
{
  const char *line = jip_lines_skip_spaces (raw), *rest;
  guint index;
  guint level = jip_numbering_scan (line, &index, &rest);

  if (level > 0)
    {
      jip_lines_take (lines, with_origin (jip_block_new_numbered (rest, level), lines->origin), line);
      return;
    }
  JipBlock *block = bullet_from_line (line);
  if (block == NULL)
    block = jip_block_new_paragraph (line);
  jip_lines_take (lines, with_origin (block, lines->origin), NULL);
}

static gboolean
is_table_line (const char *line)
{
  g_autofree char *bare = g_strstrip (g_strdup (line));
  return bare[0] == '|' && strlen (bare) > 1 && g_str_has_suffix (bare, "|");
}

static gboolean
is_rule_line (const char *line)
{
  return strchr (line, '-') != NULL && strspn (line, "|-: \t") == strlen (line);
}

static void
add_cell (GArray *cells, GString *text, guint row)
{
  JipCell cell = { .row = row, .text = g_strstrip (g_strdup (text->str)) };
  g_array_append_val (cells, cell);
  g_string_truncate (text, 0);
}

static void
add_row (GArray *cells, const char *line, guint row)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *p = strchr (line, '|') + 1;

  for (; *p != '\0'; p++)
    if (*p == '\\' && (p[1] == '|' || p[1] == '\\'))
      g_string_append_c (text, *++p);
    else if (*p == '|')
      add_cell (cells, text, row);
    else
      g_string_append_c (text, *p);
}

/* The number of lines that make one table, which is added; 0 when there is none. */
static guint
parse_table (JipLines *lines, char **line)
{
  g_autoptr (GArray) cells = jip_block_new_cells ();
  guint n = 0, row = 0;

  for (; line[n] != NULL && is_table_line (line[n]) && row < JIP_TABLE_MAX_ROWS; n++)
    if (n > 0 && is_rule_line (line[n]))
      for (guint i = 0; i < cells->len; i++)
        g_array_index (cells, JipCell, i).header = TRUE;
    else
      add_row (cells, line[n], row++);
  if (cells->len == 0)
    return 0;
  JipBlock *block = jip_block_new_table ((const JipCell *) (const void *) cells->data, cells->len);
  if (block != NULL)
    jip_lines_take (lines, block, NULL);
  return block != NULL ? n : 0;
}

/* `붙임  1. …` and the lines `      2. …` below it. */
guint
jip_lines_parse_attachment (JipLines *lines, char **line)
{
  const char *first = jip_lines_skip_spaces (line[0]), *rest;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint index, n = 1;

  if (!g_str_has_prefix (first, "붙임"))
    return 0;
  first += strlen ("붙임");
  if (!g_str_has_prefix (first, "  ") && !g_str_has_prefix (first, ": "))
    return 0;
  first = jip_lines_skip_spaces (*first == ':' ? first + 1 : first);
  if (*first == '\0')
    return 0;
  gboolean many = jip_numbering_scan (first, &index, &rest) == 1 && index == 1 && *rest != '\0';
  g_strv_builder_add (builder, many ? rest : first);
  while (many && line[n] != NULL && g_str_has_prefix (line[n], "    ")
         && jip_numbering_scan (jip_lines_skip_spaces (line[n]), &index, &rest) == 1 && index == n + 1
         && *rest != '\0')
    {
      g_strv_builder_add (builder, rest);
      n++;
    }
  g_auto (GStrv) items = g_strv_builder_end (builder);
  jip_lines_take (lines, jip_block_new_attachment ((const char *const *) items), NULL);
  return n;
}

static void
parse_lines (JipLines *lines, char **line, gboolean keep_empty)
{
  for (guint i = 0; line[i] != NULL;)
    {
      const char *bare = jip_lines_skip_spaces (line[i]);
      guint taken
          = *bare == '|' ? parse_table (lines, line + i) : jip_lines_parse_attachment (lines, line + i);
      if (taken == 0)
        {
          taken = 1;
          if (strcmp (bare, JIP_END_MARK) == 0)
            jip_lines_take (lines, jip_block_new_end (), NULL);
          else if (*bare != '\0' || keep_empty)
            jip_lines_parse_paragraph (lines, line[i]);
        }
      i += taken;
    }
}

/* One element per line, cleaned as blocks clean their text, so that marks are looked for in what will be shown (`2.⇥`
 * becomes `2. `). `…  끝.` becomes two; what is longer than a paragraph may be is cut apart. */
char **
jip_lines_split (const char *text)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) raw = g_strsplit (text, "\n", -1);

  for (guint i = 0; raw[i] != NULL; i++)
    {
      g_autofree char *line = g_strchomp (jip_block_clean_text (raw[i]));
      const char *p = line;
      gboolean end = g_str_has_suffix (line, "  " JIP_END_MARK) && *jip_lines_skip_spaces (line) != '\0';
      if (end)
        {
          line[strlen (line) - strlen ("  " JIP_END_MARK)] = '\0';
          g_strchomp (line);
        }
      while (g_utf8_strlen (p, -1) > JIP_BLOCK_MAX_TEXT)
        {
          const char *cut = g_utf8_offset_to_pointer (p, JIP_BLOCK_MAX_TEXT);
          g_autofree char *piece = g_strchomp (g_strndup (p, (gsize) (cut - p)));
          g_strv_builder_add (builder, piece);
          p = cut;
        }
      if (!end || *p != '\0')
        g_strv_builder_add (builder, p);
      if (end)
        g_strv_builder_add (builder, JIP_END_MARK);
    }
  return g_strv_builder_end (builder);
}

static gboolean
mark_fits (JipBlock *block, const char *typed, const char *mark)
{
  const char *rest;
  guint index;

  if (mark == NULL || jip_numbering_scan (typed, &index, &rest) != jip_block_get_level (block))
    return FALSE;
  return g_str_has_prefix (typed, mark) && (typed[strlen (mark)] == ' ' || typed[strlen (mark)] == '\0');
}

static void
put_mark_back (JipLines *lines, guint i)
{
  JipBlock *whole = g_steal_pointer (&lines->whole->pdata[i]);
  JipBlock *plain
      = whole != NULL ? whole : with_origin (jip_block_new_paragraph (lines->typed->pdata[i]), lines->origin);

  jip_block_unref (lines->blocks->pdata[i]);
  lines->blocks->pdata[i] = plain;
  g_clear_pointer (&lines->typed->pdata[i], g_free);
}

/* Puts typed marks back into the text until all that are left are the computed ones. The first that does not fit is
 * often the only wrong one, so they go back singly, but not for ever. */
void
jip_lines_settle (JipLines *lines, GPtrArray *before, GPtrArray *after)
{
  for (guint step = 0;; step++)
    {
      g_autoptr (GPtrArray) all = g_ptr_array_new ();
      guint first = before != NULL ? before->len : 0;
      gboolean changed = FALSE;
      if (before != NULL)
        g_ptr_array_extend (all, before, NULL, NULL);
      g_ptr_array_extend (all, lines->blocks, NULL, NULL);
      if (after != NULL)
        g_ptr_array_extend (all, after, NULL, NULL);
      g_autoptr (GPtrArray) marks = jip_numbering_mark (all);
      for (guint i = 0; i < lines->blocks->len && !(changed && step < MAX_SINGLE_STEPS); i++)
        if (lines->typed->pdata[i] != NULL
            && (step >= MAX_STEPS
                || !mark_fits (lines->blocks->pdata[i], lines->typed->pdata[i], marks->pdata[first + i])))
          {
            put_mark_back (lines, i);
            changed = TRUE;
          }
      if (!changed)
        return;
    }
}

/**
 * jip_blocks_from_text:
 * @text: lines, such as a language model writes; empty ones only part
 * @origin: where all the words come from
 *
 * Reads numbering (from 1 at each level), bullets, tables in `|`, 붙임 and 끝. as blocks.
 *
 * Returns: (transfer full) (element-type JipBlock): the blocks
 */
GPtrArray *
jip_blocks_from_text (const char *text, JipOrigin origin)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (JipLines) lines = jip_lines_new (origin);
  g_auto (GStrv) split = jip_lines_split (text);
  parse_lines (lines, split, FALSE);
  jip_lines_settle (lines, NULL, NULL);
  return g_ptr_array_ref (lines->blocks);
}

/* How many lines a block's text takes at @line, 0 when it is not there. */
static guint
match_block (const char *shown, char **line, guint n)
{
  g_auto (GStrv) own = g_strsplit (shown, "\n", -1);
  guint length = MAX (g_strv_length (own), 1);

  if (length > n)
    return 0;
  for (guint i = 0; i < length; i++)
    {
      g_autofree char *bare = g_strchomp (g_strdup (own[i] != NULL ? own[i] : ""));
      gboolean end = strcmp (line[i], JIP_END_MARK) == 0; /* jip_lines_split() takes off its indent */
      if (strcmp (end ? jip_lines_skip_spaces (bare) : bare, line[i]) != 0)
        return 0;
    }
  return length;
}

typedef struct
{
  JipSection *section;
  GPtrArray *shown; /* each block of the section as text */
  guint head_blocks, head_lines;
  guint tail_blocks, tail_lines;
} Match;

/* What stayed at the beginning and at the end. */
static void
match_ends (Match *match, char **line, guint n_lines)
{
  guint n = match->shown->len, taken;

  while (match->head_blocks < n
         && (taken = match_block (match->shown->pdata[match->head_blocks], line + match->head_lines,
                                  n_lines - match->head_lines))
                > 0)
    {
      match->head_blocks++;
      match->head_lines += taken;
    }
  while (match->tail_blocks < n - match->head_blocks)
    {
      const char *shown = match->shown->pdata[n - 1 - match->tail_blocks];
      guint length = 1;
      for (const char *p = shown; *p != '\0'; p++)
        length += *p == '\n';
      guint left = n_lines - match->head_lines - match->tail_lines;
      if (length > left || match_block (shown, line + n_lines - match->tail_lines - length, length) == 0)
        return;
      match->tail_blocks++;
      match->tail_lines += length;
    }
}

/* A line that changed keeps level, bullet and the spans of what stayed, when it still begins as the block did. */
static JipBlock *
carry_over (JipBlock *old, const char *shown, const char *line, JipOrigin origin)
{
  if (jip_block_get_kind (old) != JIP_BLOCK_PARAGRAPH)
    return NULL;
  gsize head = strlen (shown) - strlen (jip_block_get_text (old));
  if (strncmp (shown, line, head) != 0)
    return NULL;
  g_autoptr (JipLines) lines = jip_lines_new (JIP_ORIGIN_NONE);
  parse_lines (lines, (char *[]){ (char *) line, NULL }, TRUE);
  JipBlock *parsed = lines->blocks->pdata[0];
  if (jip_block_get_kind (parsed) != JIP_BLOCK_PARAGRAPH)
    return NULL;
  gboolean plain = jip_block_get_level (parsed) == 0 && jip_block_get_bullet (parsed) == NULL;
  gboolean same = jip_block_get_bullet (parsed) == jip_block_get_bullet (old)
                  && jip_block_get_level (parsed) == jip_block_get_level (old);
  return same || plain ? jip_block_with_text (old, line + head, origin) : NULL;
}

static void
replace_middle (JipLines *lines, Match *match, char **line, guint n_lines)
{
  guint i = match->head_lines, b = match->head_blocks;
  guint last_line = n_lines - match->tail_lines, last_block = match->shown->len - match->tail_blocks;

  for (; i < last_line && b < last_block; i++, b++)
    {
      JipBlock *block = carry_over (jip_section_get_block (match->section, b), match->shown->pdata[b],
                                    line[i], lines->origin);
      if (block == NULL)
        break;
      jip_lines_take (lines, block, NULL);
    }
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  for (; i < last_line; i++)
    g_strv_builder_add (builder, line[i]);
  g_auto (GStrv) rest = g_strv_builder_end (builder);
  parse_lines (lines, rest, TRUE);
}

static GPtrArray *
neighbours (GPtrArray *all, guint from, guint to)
{
  GPtrArray *part = g_ptr_array_new ();
  for (guint i = from; i < to; i++)
    g_ptr_array_add (part, all->pdata[i]);
  return part;
}

/**
 * jip_draft_with_section_text:
 * @id: a section of @draft
 * @text: its new lines, as jip_draft_dup_section_text() gave them and someone changed them
 * @origin: where the words come from that are new, such as %JIP_ORIGIN_EDITED
 *
 * Returns: (transfer full): a draft in which every other section is the same value as before
 */
JipDraft *
jip_draft_with_section_text (JipDraft *draft, const char *id, const char *text, JipOrigin origin)
{
  g_return_val_if_fail (draft != NULL && id != NULL && text != NULL, NULL);

  JipSection *section = jip_draft_find_section (draft, id);
  g_return_val_if_fail (section != NULL, NULL);

  g_autoptr (GPtrArray) all = jip_draft_get_blocks (draft);
  g_autoptr (GPtrArray) marks = jip_numbering_mark (all);
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_free);
  guint first = jip_draft_count_before (draft, id), n = jip_section_get_n_blocks (section);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (shown, jip_draft_format_block (all->pdata[first + i], marks->pdata[first + i]));

  g_auto (GStrv) line = jip_lines_split (text);
  guint n_lines = *text != '\0' ? g_strv_length (line) : 0;
  Match match = { .section = section, .shown = shown };
  g_autoptr (JipLines) lines = jip_lines_new (origin);
  match_ends (&match, line, n_lines);
  for (guint i = 0; i < match.head_blocks; i++)
    jip_lines_take (lines, jip_block_ref (all->pdata[first + i]), NULL);
  replace_middle (lines, &match, line, n_lines);
  for (guint i = n - match.tail_blocks; i < n; i++)
    jip_lines_take (lines, jip_block_ref (all->pdata[first + i]), NULL);

  g_autoptr (GPtrArray) before = neighbours (all, 0, first);
  g_autoptr (GPtrArray) after = neighbours (all, first + n, all->len);
  jip_lines_settle (lines, before, after);
  g_autoptr (JipSection) changed = jip_section_with_blocks (section, lines->blocks);
  return jip_draft_with_section (draft, changed);
}
