/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-auto-number.h"

#include <string.h>

#include "jip-numbering.h"

typedef struct
{
  const char *name;
  JipNumberForm form;
} FormName;

/* KS X 6101, the values of `numFormat`. */
static const FormName hwpx_names[] = {
  { "DIGIT", JIP_NUMBER_DECIMAL },
  { "CIRCLED_DIGIT", JIP_NUMBER_CIRCLED_DECIMAL },
  { "ROMAN_CAPITAL", JIP_NUMBER_ROMAN_UPPER },
  { "ROMAN_SMALL", JIP_NUMBER_ROMAN_LOWER },
  { "LATIN_CAPITAL", JIP_NUMBER_LATIN_UPPER },
  { "LATIN_SMALL", JIP_NUMBER_LATIN_LOWER },
  { "CIRCLED_LATIN_CAPITAL", JIP_NUMBER_CIRCLED_LATIN_UPPER },
  { "CIRCLED_LATIN_SMALL", JIP_NUMBER_CIRCLED_LATIN_LOWER },
  { "HANGUL_SYLLABLE", JIP_NUMBER_HANGUL },
  { "CIRCLED_HANGUL_SYLLABLE", JIP_NUMBER_CIRCLED_HANGUL },
  { "HANGUL_JAMO", JIP_NUMBER_JAMO },
  { "CIRCLED_HANGUL_JAMO", JIP_NUMBER_CIRCLED_JAMO },
  { "HANGUL_PHONETIC", JIP_NUMBER_HANGUL_DIGIT },
  { "IDEOGRAPH", JIP_NUMBER_HANJA },
  { "CIRCLED_IDEOGRAPH", JIP_NUMBER_CIRCLED_HANJA },
  { "DECAGON_CIRCLE", JIP_NUMBER_STEM },
  { "DECAGON_CIRCLE_HANJA", JIP_NUMBER_STEM_HANJA },
};

/* ODF names a form by how its row begins (`style:num-format`). */
static const FormName odf_samples[] = {
  { "1", JIP_NUMBER_DECIMAL },       { "①", JIP_NUMBER_CIRCLED_DECIMAL }, { "I", JIP_NUMBER_ROMAN_UPPER },
  { "i", JIP_NUMBER_ROMAN_LOWER },   { "A", JIP_NUMBER_LATIN_UPPER },     { "a", JIP_NUMBER_LATIN_LOWER },
  { "가", JIP_NUMBER_HANGUL },       { "㉮", JIP_NUMBER_CIRCLED_HANGUL }, { "ㄱ", JIP_NUMBER_JAMO },
  { "㉠", JIP_NUMBER_CIRCLED_JAMO }, { "일", JIP_NUMBER_HANGUL_DIGIT },   { "一", JIP_NUMBER_HANJA },
  { "갑", JIP_NUMBER_STEM },         { "甲", JIP_NUMBER_STEM_HANJA },
};

JipNumberForm
jip_number_form_from_hwpx (const char *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (hwpx_names); i++)
    if (strcmp (hwpx_names[i].name, name) == 0)
      return hwpx_names[i].form;
  return JIP_NUMBER_DECIMAL;
}

JipNumberForm
jip_number_form_from_odf (const char *sample)
{
  if (sample == NULL || *sample == '\0')
    return JIP_NUMBER_NONE;
  for (guint i = 0; i < G_N_ELEMENTS (odf_samples); i++)
    if (g_str_has_prefix (sample, odf_samples[i].name))
      return odf_samples[i].form;
  return JIP_NUMBER_DECIMAL;
}

static char *
format_roman (guint number, gboolean upper)
{
  static const struct
  {
    guint value;
    const char *letters;
  } parts[]
      = { { 1000, "m" }, { 900, "cm" }, { 500, "d" }, { 400, "cd" }, { 100, "c" }, { 90, "xc" }, { 50, "l" },
          { 40, "xl" },  { 10, "x" },   { 9, "ix" },  { 5, "v" },    { 4, "iv" },  { 1, "i" } };
  g_autoptr (GString) out = g_string_new (NULL);

  if (number >= 4000)
    return g_strdup_printf ("%u", number);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    for (; number >= parts[i].value; number -= parts[i].value)
      g_string_append (out, parts[i].letters);
  return upper ? g_ascii_strup (out->str, -1) : g_strdup (out->str);
}

/* a … z, then aa, ab, … */
static char *
format_latin (guint number, char first)
{
  GString *out = g_string_new (NULL);

  for (; number > 0; number = (number - 1) / 26)
    g_string_prepend_c (out, (char) (first + (char) ((number - 1) % 26)));
  return g_string_free (out, FALSE);
}

static char *
format_of (const char *letters, guint number)
{
  glong n = g_utf8_strlen (letters, -1);

  if ((glong) number > n)
    return g_strdup_printf ("%u", number);
  const char *at = g_utf8_offset_to_pointer (letters, number - 1);
  return g_strndup (at, (gsize) (g_utf8_next_char (at) - at));
}

/* One of @n letters in a row from @first on. */
static char *
format_row (gunichar first, guint n, guint number)
{
  char letter[8] = { 0 };

  if (number > n)
    return g_strdup_printf ("%u", number);
  g_unichar_to_utf8 (first + number - 1, letter);
  return g_strdup (letter);
}

/* 일 … 구, 십, 십일, …, 백이십. */
static char *
format_words (const char *const *digits, const char *const *tens, guint number)
{
  GString *out = g_string_new (NULL);

  for (guint i = 4, unit = 1000; i > 0; i--, unit /= 10)
    {
      guint digit = number / unit % 10;
      if (digit == 0)
        continue;
      if (digit > 1 || unit == 1)
        g_string_append (out, digits[digit]);
      g_string_append (out, tens[i - 1]);
    }
  return g_string_free (out, FALSE);
}

static char *
format_hangul (guint level, guint number)
{
  g_autofree char *mark = jip_numbering_format (level, number);

  if (level == 2 && g_str_has_suffix (mark, "."))
    mark[strlen (mark) - 1] = '\0';
  return g_steal_pointer (&mark);
}

/**
 * jip_number_form_format:
 * @number: from 1; 0 is shown as such
 */
char *
jip_number_form_format (JipNumberForm form, guint number)
{
  static const char *const hangul[] = { "", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구" };
  static const char *const hangul_tens[] = { "", "십", "백", "천" };
  static const char *const hanja[] = { "", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
  static const char *const hanja_tens[] = { "", "十", "百", "千" };

  if (form == JIP_NUMBER_NONE)
    return g_strdup ("");
  if (number == 0 || number > 9999)
    return g_strdup_printf ("%u", number);
  switch (form)
    {
    case JIP_NUMBER_CIRCLED_DECIMAL:
      return jip_numbering_format (7, number);
    case JIP_NUMBER_ROMAN_UPPER:
    case JIP_NUMBER_ROMAN_LOWER:
      return format_roman (number, form == JIP_NUMBER_ROMAN_UPPER);
    case JIP_NUMBER_LATIN_UPPER:
    case JIP_NUMBER_LATIN_LOWER:
      return format_latin (number, form == JIP_NUMBER_LATIN_UPPER ? 'A' : 'a');
    case JIP_NUMBER_CIRCLED_LATIN_UPPER:
      return format_row (0x24B6, 26, number);
    case JIP_NUMBER_CIRCLED_LATIN_LOWER:
      return format_row (0x24D0, 26, number);
    case JIP_NUMBER_HANGUL:
      return format_hangul (2, number);
    case JIP_NUMBER_CIRCLED_HANGUL:
      return format_hangul (8, number);
    case JIP_NUMBER_JAMO:
      return format_of ("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ", number);
    case JIP_NUMBER_CIRCLED_JAMO:
      return format_row (0x3260, 14, number);
    case JIP_NUMBER_HANGUL_DIGIT:
      return format_words (hangul, hangul_tens, number);
    case JIP_NUMBER_HANJA:
      return format_words (hanja, hanja_tens, number);
    case JIP_NUMBER_CIRCLED_HANJA:
      return format_row (0x3280, 10, number);
    case JIP_NUMBER_STEM:
      return format_of ("갑을병정무기경신임계", number);
    case JIP_NUMBER_STEM_HANJA:
      return format_of ("甲乙丙丁戊己庚辛壬癸", number);
    default:
      return g_strdup_printf ("%u", number);
    }
}

/**
 * jip_bullet_known:
 * @bullet: as the file has it
 *
 * Symbol fonts put their bullets where Unicode has no letters; these are the common ones of it.
 *
 * Returns: (transfer none): a bullet that every font has
 */
const char *
jip_bullet_known (const char *bullet)
{
  static const struct
  {
    gunichar code;
    const char *bullet;
  } symbols[] = { { 0xF06C, "●" }, { 0xF06E, "■" }, { 0xF06F, "□" }, { 0xF071, "❑" },
                  { 0xF075, "◆" }, { 0xF076, "❖" }, { 0xF0A7, "▪" }, { 0xF0A8, "□" },
                  { 0xF0B7, "•" }, { 0xF0D8, "➢" }, { 0xF0FC, "✓" } };
  gunichar c = g_utf8_get_char (bullet);

  if (c < 0xE000 || c > 0xF8FF)
    return bullet;
  for (guint i = 0; i < G_N_ELEMENTS (symbols); i++)
    if (symbols[i].code == c)
      return symbols[i].bullet;
  return "•";
}
