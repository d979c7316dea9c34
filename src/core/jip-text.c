/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-text.h"

#include <string.h>

/* Bytes between two marks of the index: about how far a look-up reads. */
#define INDEX_STEP 128

/* The first character that begins at or after byte i * INDEX_STEP, and how many stand before it. */
typedef struct
{
  guint32 start, count;
} IndexMark;

struct _JipTextIndex
{
  const char *text;
  gsize length;
  GArray *lines; /* guint32: the byte each line begins at */
  GArray *marks; /* IndexMark */
};

/* Unicode's property White_Space, which GLib knows in part. */
static gboolean
is_white_space (gunichar c)
{
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680
         || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F
         || c == 0x3000;
}

/**
 * jip_text_is_blank:
 * @text: UTF-8
 *
 * Returns: whether there is nothing but white space in @text, or nothing at all: such a text counts as none where one
 *   must be there
 */
gboolean
jip_text_is_blank (const char *text)
{
  g_return_val_if_fail (text != NULL, TRUE);

  while (is_white_space (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return *text == '\0';
}

static gunichar
three_bytes (const char *p)
{
  return ((gunichar) (guchar) p[0] & 0xF) << 12 | ((gunichar) (guchar) p[1] & 0x3F) << 6
         | ((guchar) p[2] & 0x3F);
}

/* As g_utf8_get_char(), which is called for each word of each list. */
static gunichar
first_char (const char *p)
{
  return (guchar) *p < 0x80             ? (gunichar) *p
         : ((guchar) *p & 0xF0) == 0xE0 ? three_bytes (p)
                                        : g_utf8_get_char (p);
}

/* The size in bytes of the character at @at; a byte that is no UTF-8 is a character of its own. */
static gsize
char_size (const char *text, gsize length, gsize at, gunichar *c)
{
  guchar byte = (guchar) text[at];

  if (byte < 0x80)
    {
      *c = byte;
      return 1;
    }
  /* nearly all that is not ASCII here is Hangul: three bytes, and no surrogate below U+D800 */
  if (byte >= 0xE1 && byte <= 0xEC && length - at >= 3 && ((guchar) text[at + 1] & 0xC0) == 0x80
      && ((guchar) text[at + 2] & 0xC0) == 0x80)
    {
      *c = (gunichar) (byte & 0x0F) << 12 | (gunichar) ((guchar) text[at + 1] & 0x3F) << 6
           | (gunichar) ((guchar) text[at + 2] & 0x3F);
      return 3;
    }
  *c = g_utf8_get_char_validated (text + at, (gssize) MIN (length - at, 6));
  if (*c != (gunichar) -1 && *c != (gunichar) -2)
    return (gsize) g_utf8_skip[byte];
  *c = 0xFFFD;
  return 1;
}

static gboolean
is_zero_width (gunichar c)
{
  return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || c == 0x2060 || c == 0xFEFF
         || c == 0xAD;
}

static gunichar
fold_char (gunichar c)
{
  if (c == 0)
    return 0xFFFD;
  if (c < 128)
    return c == '\t' ? ' ' : c;
  if (c >= 0xAC00 && c <= 0xD7A3)
    return c;
  if (c >= 0xFF01 && c <= 0xFF5E)
    return c - 0xFF01 + '!';
  if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE58 || c == 0xFE63 || c == 0x30FC || c == 0x2043
      || c == 0x3161)
    return '-';
  if (c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F)
    return ' ';
  return c;
}

/* Composes a letter of decomposed Hangul onto the syllable before it; FALSE when it does not fit there. */
static gboolean
compose (JipTextChar *last, gunichar c)
{
  if (last->c >= 0x1100 && last->c <= 0x1112 && c >= 0x1161 && c <= 0x1175)
    {
      last->c = 0xAC00 + ((last->c - 0x1100) * 21 + (c - 0x1161)) * 28;
      return TRUE;
    }
  if (last->c >= 0xAC00 && last->c <= 0xD7A3 && (last->c - 0xAC00) % 28 == 0 && c >= 0x11A8 && c <= 0x11C2)
    {
      last->c += c - 0x11A7;
      return TRUE;
    }
  return FALSE;
}

/**
 * jip_text_fold:
 * @text: (array length=length): bytes, which need not be UTF-8 and may hold NUL
 * @length: in bytes, below 4 GiB
 *
 * Returns: (transfer full) (element-type JipTextChar): the text as the rules see it
 */
GArray *
jip_text_fold (const char *text, gsize length)
{
  g_return_val_if_fail (text != NULL && length < G_MAXUINT32, NULL);

  GArray *chars = g_array_sized_new (FALSE, FALSE, sizeof (JipTextChar), (guint) (length / 3 + 64));
  JipTextChar *last = NULL;

  for (gsize at = 0; at < length;)
    {
      JipTextChar next = { .start = (guint32) at };

      at += char_size (text, length, at, &next.raw);
      next.c = fold_char (next.raw);
      if (last != NULL && !(next.c < 128 || (next.c >= 0xAC00 && next.c <= 0xD7A3))
          && (is_zero_width (next.c) || compose (last, next.c)))
        continue;
      g_array_append_val (chars, next);
      last = &g_array_index (chars, JipTextChar, chars->len - 1);
    }
  JipTextChar end = { .start = (guint32) length };
  g_array_append_val (chars, end);
  return chars;
}

/* Whether @word stands just before index @end. */
gboolean
jip_text_ends_with (const JipTextChar *chars, guint end, const char *word)
{
  const char *p = word + strlen (word);

  while (p > word)
    {
      p = g_utf8_prev_char (p);
      if (end == 0 || chars[--end].c != first_char (p))
        return FALSE;
    }
  return TRUE;
}

/* The index after @word where it stands at index @at, or 0. */
guint
jip_text_starts_with (const JipTextChar *chars, guint at, const char *word)
{
  for (; *word != '\0'; word = g_utf8_next_char (word), at++)
    if (chars[at].c != first_char (word))
      return 0;
  return at;
}

/**
 * jip_text_index_new:
 * @text: (array length=length): the text; it must outlive the index
 * @length: in bytes, below 4 GiB
 *
 * Returns: (transfer full): what tells lines and columns of @text in constant time each
 */
JipTextIndex *
jip_text_index_new (const char *text, gsize length)
{
  g_return_val_if_fail (text != NULL && length < G_MAXUINT32, NULL);

  JipTextIndex *index = g_new0 (JipTextIndex, 1);
  IndexMark mark = { 0, 0 };
  guint32 line = 0;

  index->text = text;
  index->length = length;
  index->lines = g_array_new (FALSE, FALSE, sizeof (guint32));
  index->marks = g_array_new (FALSE, FALSE, sizeof (IndexMark));
  g_array_append_val (index->lines, line);
  g_array_append_val (index->marks, mark);
  while (mark.start < length)
    {
      gunichar c;

      mark.start += (guint32) char_size (text, length, mark.start, &c);
      mark.count++;
      if (c == '\n')
        g_array_append_val (index->lines, mark.start);
      while ((gsize) index->marks->len * INDEX_STEP <= mark.start)
        g_array_append_val (index->marks, mark);
    }
  return index;
}

/* The characters that begin before byte @offset. */
static gsize
count_before (const JipTextIndex *index, gsize offset)
{
  IndexMark mark = g_array_index (index->marks, IndexMark, offset / INDEX_STEP);

  if (mark.start > offset)
    mark = g_array_index (index->marks, IndexMark, offset / INDEX_STEP - 1);
  while (mark.start < offset)
    {
      gunichar c;
      mark.start += (guint32) char_size (index->text, index->length, mark.start, &c);
      mark.count++;
    }
  return mark.count;
}

/**
 * jip_text_index_locate:
 * @offset: in bytes; the beginning of a character, or the text's length
 * @line: (out): from 1; lines end at LF, a CR belongs to its line
 * @column: (out): from 1, in code points of the text as it is; a byte order mark counts, a byte that is no UTF-8 is one
 */
void
jip_text_index_locate (const JipTextIndex *index, gsize offset, guint *line, guint *column)
{
  guint low = 0, high;

  g_return_if_fail (index != NULL && offset <= index->length);

  high = index->lines->len;
  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;
      if (g_array_index (index->lines, guint32, middle) <= offset)
        low = middle;
      else
        high = middle;
    }
  *line = low + 1;
  *column = (guint) jip_text_index_count (index, g_array_index (index->lines, guint32, low), offset) + 1;
}

/* The code points from byte @start to byte @end. */
gsize
jip_text_index_count (const JipTextIndex *index, gsize start, gsize end)
{
  return count_before (index, end) - count_before (index, start);
}

void
jip_text_index_free (JipTextIndex *index)
{
  if (index == NULL)
    return;
  g_array_unref (index->lines);
  g_array_unref (index->marks);
  g_free (index);
}
