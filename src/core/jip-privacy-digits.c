/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-privacy-private.h"

/* How numbers stand in a text. A matcher asks for one form, such as 3-4-4 digits, and looks no further than a few dozen
 * characters, so that the whole search stays linear. Asking for a form, not reading whatever digits come, keeps numbers
 * apart that stand in lines below each other. */

gboolean
jip_privacy_is_digit (gunichar c)
{
  return c >= '0' && c <= '9';
}

/* A letter or digit of ASCII. */
gboolean
jip_privacy_is_alnum (gunichar c)
{
  return c < 128 && g_ascii_isalnum ((char) c);
}

/* The length of a line end at @at, with a CR before it. */
guint
jip_privacy_line_end (const JipTextChar *chars, guint at)
{
  if (chars[at].c == '\r' && chars[at + 1].c == '\n')
    return 2;
  return chars[at].c == '\n' ? 1 : 0;
}

/**
 * jip_privacy_read_gap:
 * @line_ends: (inout): line ends seen through in this number; at most one is
 *
 * Returns: the length of what separates two groups of digits at @at; 0 when the number ends here
 */
guint
jip_privacy_read_gap (const JipTextChar *chars, guint at, guint *line_ends, JipPrivacyGap *gap)
{
  guint p = at, seen = *line_ends;

  *gap = JIP_PRIVACY_GAP_SPACE;
  for (guint i = 0; i < 4; i++)
    {
      gunichar c = chars[p].c;
      guint eol = jip_privacy_line_end (chars, p);
      if (c == ' ' && (i == 0 || chars[p - 1].c != ' '))
        p++;
      else if (eol > 0 && seen == 0)
        {
          p += eol;
          seen++;
          if (*gap == JIP_PRIVACY_GAP_SPACE)
            *gap = JIP_PRIVACY_GAP_LINE;
        }
      else if (*gap <= JIP_PRIVACY_GAP_LINE && (c == '-' || c == '.' || c == ')'))
        {
          *gap = c == '-' ? JIP_PRIVACY_GAP_DASH : c == '.' ? JIP_PRIVACY_GAP_DOT : JIP_PRIVACY_GAP_PAREN;
          p++;
        }
      else
        break;
    }
  if (p == at || !jip_privacy_is_digit (chars[p].c))
    return 0;
  *line_ends = seen;
  return p - at;
}

/**
 * jip_privacy_match_form:
 * @sizes: how many digits each of the @n groups has
 * @digits: (out): the digits, which must have room for all and a NUL
 * @gaps: (out): what stands before each group but the first, at its index
 *
 * Returns: the index after a number of just this form, with one line end at most anywhere in it; or 0
 */
guint
jip_privacy_match_form (const JipTextChar *chars,
                        guint at,
                        const guint *sizes,
                        guint n,
                        char *digits,
                        JipPrivacyGap *gaps)
{
  guint p = at, line_ends = 0;

  gaps[0] = JIP_PRIVACY_GAP_SPACE;
  for (guint group = 0; group < n; group++)
    {
      if (group > 0)
        {
          guint gap = jip_privacy_read_gap (chars, p, &line_ends, &gaps[group]);
          if (gap == 0)
            return 0;
          p += gap;
        }
      for (guint i = 0; i < sizes[group]; i++)
        {
          guint eol = i > 0 && line_ends == 0 ? jip_privacy_line_end (chars, p) : 0;
          line_ends += eol > 0;
          p += eol;
          if (!jip_privacy_is_digit (chars[p].c))
            return 0;
          *digits++ = (char) chars[p++].c;
        }
    }
  *digits = '\0';
  return jip_privacy_is_digit (chars[p].c) ? 0 : p;
}

/* Whether a longer number goes on to the left: a digit, or one before a dash or point. A comma separates columns. */
gboolean
jip_privacy_number_before (const JipTextChar *chars, guint at)
{
  if (at > 0 && jip_privacy_is_digit (chars[at - 1].c))
    return TRUE;
  return at > 1 && (chars[at - 1].c == '-' || chars[at - 1].c == '.')
         && jip_privacy_is_digit (chars[at - 2].c);
}

gboolean
jip_privacy_number_after (const JipTextChar *chars, guint end)
{
  return jip_privacy_is_digit (chars[end].c)
         || ((chars[end].c == '-' || chars[end].c == '.') && jip_privacy_is_digit (chars[end + 1].c));
}

/* How many digits stand at @at in one piece; @most and one more at most are counted. */
guint
jip_privacy_count_digits (const JipTextChar *chars, guint at, guint most)
{
  guint n = 0;
  while (n <= most && jip_privacy_is_digit (chars[at + n].c))
    n++;
  return n;
}

/* Whether @word stands just before @at, with blanks, a colon, a bracket or a particle between. */
gboolean
jip_privacy_stands_before (const JipTextChar *chars, guint at, const char *word)
{
  for (guint gap = 0; gap <= 4 && gap <= at; gap++)
    {
      if (jip_text_ends_with (chars, at - gap, word))
        return TRUE;
      gunichar c = gap < at ? chars[at - gap - 1].c : 0;
      gboolean is_particle = c == 0xC740 || c == 0xB294 || c == 0xC774 || c == 0xAC00; /* 은 는 이 가 */
      if (c == 0 || c == '\n' || (g_unichar_isalnum (c) && !is_particle))
        return FALSE;
    }
  return FALSE;
}
