/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-lint-private.h"

/* foreign-script: Hanja outside parentheses, kana and Cyrillic. */

/* 〇 is drawn as a mark in offices and is no Hanja here. */
static gboolean
is_hanja (gunichar c)
{
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0xF900 && c <= 0xFAFF)
         || (c >= 0x20000 && c <= 0x323AF) || c == 0x3005;
}

/* ・ is used as 가운뎃점; ー only lengthens the kana before it. */
static gboolean
is_kana (gunichar c)
{
  return (c >= 0x3041 && c <= 0x309F) || (c >= 0x30A1 && c <= 0x30FA) || (c >= 0x30FD && c <= 0x30FF)
         || (c >= 0x31F0 && c <= 0x31FF) || (c >= 0xFF66 && c <= 0xFF9F);
}

static gboolean
is_cyrillic (gunichar c)
{
  return (c >= 0x0400 && c <= 0x052F) || (c >= 0x1C80 && c <= 0x1C8F) || (c >= 0x2DE0 && c <= 0x2DFF)
         || (c >= 0xA640 && c <= 0xA69F);
}

/* 나이[年歲]: brackets stand for parentheses where the word before is read otherwise. */
static gboolean
is_bracketed (const JipLintPaper *paper, guint at)
{
  while (at > 0 && is_hanja (paper->chars[at - 1].c))
    at--;
  return at >= 2 && paper->chars[at - 1].c == '[' && jip_lint_is_hangul (paper->chars[at - 2].c);
}

static gboolean
is_foreign (const JipLintPaper *paper, guint at)
{
  gunichar c = paper->chars[at].raw;

  if ((paper->flags[at] & (JIP_LINT_QUOTED | JIP_LINT_CITED)) != 0)
    return FALSE;
  if (is_hanja (c))
    return (paper->flags[at] & JIP_LINT_ROUND) == 0;
  return is_kana (c) || is_cyrillic (c);
}

/* One finding for each run. */
void
jip_lint_foreign_script (const JipLintPaper *paper, JipLintFindings *out)
{
  for (guint i = 0; i < paper->n_chars; i++)
    {
      guint begin = i, kana = 0, cyrillic = 0;

      if (paper->chars[i].c < 0x400)
        continue;
      for (; is_foreign (paper, i) || (i > begin && kana > 0 && paper->chars[i].raw == 0x30FC); i++)
        {
          kana += is_kana (paper->chars[i].raw) ? 1 : 0;
          cyrillic += is_cyrillic (paper->chars[i].raw) ? 1 : 0;
        }
      if (i == begin || (kana + cyrillic == 0 && is_bracketed (paper, begin)))
        continue;
      const char *message = _ ("Hanja stands in brackets behind the Korean word, or not at all");
      if (kana > 0)
        message = _ ("Japanese letters do not belong in the paper: write it in Korean");
      else if (cyrillic > 0)
        message = _ ("Cyrillic letters do not belong in the paper: write it in Korean");
      jip_lint_found (out, begin, i, NULL, message);
    }
}
