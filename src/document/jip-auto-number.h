/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The letters of automatic numbers, as word processors draw them. */
typedef enum
{
  JIP_NUMBER_NONE,
  JIP_NUMBER_DECIMAL,
  JIP_NUMBER_CIRCLED_DECIMAL,
  JIP_NUMBER_ROMAN_UPPER,
  JIP_NUMBER_ROMAN_LOWER,
  JIP_NUMBER_LATIN_UPPER,
  JIP_NUMBER_LATIN_LOWER,
  JIP_NUMBER_CIRCLED_LATIN_UPPER,
  JIP_NUMBER_CIRCLED_LATIN_LOWER,
  JIP_NUMBER_HANGUL,         /* 가 나 다 */
  JIP_NUMBER_CIRCLED_HANGUL, /* ㉮ ㉯ ㉰ */
  JIP_NUMBER_JAMO,           /* ㄱ ㄴ ㄷ */
  JIP_NUMBER_CIRCLED_JAMO,   /* ㉠ ㉡ ㉢ */
  JIP_NUMBER_HANGUL_DIGIT,   /* 일 이 삼 */
  JIP_NUMBER_HANJA,          /* 一 二 三 */
  JIP_NUMBER_CIRCLED_HANJA,  /* ㊀ ㊁ ㊂ */
  JIP_NUMBER_STEM,           /* 갑 을 병 */
  JIP_NUMBER_STEM_HANJA,     /* 甲 乙 丙 */
} JipNumberForm;

JipNumberForm jip_number_form_from_hwpx (const char *name);
JipNumberForm jip_number_form_from_odf (const char *sample);
char *jip_number_form_format (JipNumberForm form, guint number) G_GNUC_WARN_UNUSED_RESULT;
const char *jip_bullet_known (const char *bullet);

G_END_DECLS
