/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-text.h"

G_BEGIN_DECLS

/* How the last sound of a word is read: it decides between 은 and 는, 으로 and 로. */
typedef enum
{
  JIP_KOREAN_FINAL_UNKNOWN, /* an English word, a sign */
  JIP_KOREAN_FINAL_VOWEL,
  JIP_KOREAN_FINAL_RIEUL,
  JIP_KOREAN_FINAL_CONSONANT,
} JipKoreanFinal;

/**
 * JipKoreanParticle:
 * @end: behind its last character
 * @head: in characters, how much of it depends on the word before; 0 when nothing does
 * @consonant: what @head is after a consonant
 * @vowel: what @head is after a vowel
 */
typedef struct
{
  guint end, head;
  const char *consonant, *vowel;
} JipKoreanParticle;

JipKoreanFinal jip_korean_get_final (const char *word);
gboolean jip_korean_read_particle (const JipTextChar *chars, guint at, JipKoreanParticle *particle);
const char *jip_korean_choose_particle (const JipKoreanParticle *particle, JipKoreanFinal final);

G_END_DECLS
