/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-fact-private.h"

/* What stands between quotation marks. 「」 and 『』 are names of statutes and books, no quotations. */

#define MAX_QUOTE 2000 /* characters */

static gunichar
closing_of (const JipTextChar *chars, guint at)
{
  gunichar before = at > 0 ? chars[at - 1].c : ' ';
  gboolean opens = !jip_fact_is_latin (before) && !jip_fact_is_digit (before);

  switch (chars[at].c)
    {
    case 0x201C:
    case 0x201E:
      return 0x201D;
    case 0x2018:
      return 0x2019;
    case 0xAB:
      return 0xBB;
    case '"':
    case 0x201D: /* some type the closing mark on both sides */
    case 0x301D:
      return opens ? chars[at].c == 0x301D ? 0x301E : chars[at].c : 0;
    case '\'':
    case 0x2019:
      return opens ? chars[at].c : 0;
    default:
      return 0;
    }
}

/* `'26. 7.` and `’26년` are years. */
static gboolean
is_year (const JipTextChar *chars, guint at)
{
  return (chars[at].c == '\'' || chars[at].c == 0x2019 || chars[at].c == 0x2018)
         && jip_fact_is_digit (chars[at + 1].c) && jip_fact_is_digit (chars[at + 2].c)
         && !jip_fact_is_digit (chars[at + 3].c)
         && (chars[at + 3].c == '.' || chars[at + 3].c == 0xB144 || chars[at + 3].c == ' '
             || chars[at + 3].c == '-' || chars[at + 3].c == '~' || chars[at + 3].c == 0x223C);
}

static gboolean
blank_line_follows (const JipTextChar *chars, guint at)
{
  guint p = at + 1;

  while (chars[p].c == ' ' || chars[p].c == '\r')
    p++;
  return chars[p].c == '\n' || chars[p].c == '\f';
}

/* The index of the mark that closes the quotation opened at @at, or 0; @stop is how far it was looked for. */
static guint
find_close (const JipTextChar *chars, guint n, guint at, gunichar closing, guint *stop)
{
  for (*stop = at + 1; *stop < n && *stop - at < MAX_QUOTE; (*stop)++)
    {
      guint p = *stop;
      if ((chars[p].c == '\n' && blank_line_follows (chars, p))
          || (chars[p].c == chars[at].c && chars[p].c != closing))
        return 0;
      if (chars[p].c != closing || (closing != '"' && is_year (chars, p) && chars[p - 1].c == ' '))
        continue;
      gboolean apostrophe = (closing == '\'' || closing == 0x2019) && jip_fact_is_latin (chars[p - 1].c)
                            && jip_fact_is_latin (chars[p + 1].c);
      if (!apostrophe)
        return p;
    }
  return 0;
}

/* Without blanks at its ends; nothing when it holds no word. */
static void
add_quote (const JipTextChar *chars, guint begin, guint end, GArray *facts)
{
  while (begin < end && (chars[begin].c == ' ' || jip_fact_is_line_end (chars[begin].c)))
    begin++;
  while (end > begin && (chars[end - 1].c == ' ' || jip_fact_is_line_end (chars[end - 1].c)))
    end--;
  JipFact fact = { .kind = JIP_GROUND_QUOTATION, .form = JIP_FACT_PHRASE, .begin = begin, .end = end };
  for (guint p = begin; p < end; p++)
    if (g_unichar_isalnum (chars[p].c))
      {
        g_array_append_val (facts, fact);
        return;
      }
}

void
jip_fact_scan_quotes (const JipTextChar *chars, guint n, GArray *facts)
{
  guint closed[2]
      = { G_MAXUINT, G_MAXUINT }; /* where the last quotation in double and in single marks closes */
  guint none_until = 0;           /* nothing closes @none before this index: it is not looked for again */
  gunichar none = 0;

  for (guint p = 0; p < n; p++)
    {
      gunichar closing = closing_of (chars, p);
      guint stop, close;
      if (closing == 0 || is_year (chars, p) || (none == closing && p < none_until) || p == closed[0]
          || p == closed[1])
        continue;
      close = find_close (chars, n, p, closing, &stop);
      if (close == 0)
        {
          none = closing;
          none_until = stop - p < MAX_QUOTE ? stop : p + MAX_QUOTE / 2;
          continue;
        }
      add_quote (chars, p + 1, close, facts);
      closed[closing == '\'' || closing == 0x2019] = close;
    }
}
