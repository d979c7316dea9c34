/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-similar.h"

G_BEGIN_DECLS

/* What a text is compared by. The tells of one kind share a weight. */
typedef enum
{
  JIP_SIMILAR_STEM,    /* a word without its particle or ending; a Latin word; a number */
  JIP_SIMILAR_CONCEPT, /* any word of a group of synonyms */
  JIP_SIMILAR_TOPIC,   /* any word that people use when they speak of a matter */
  JIP_SIMILAR_PAIR,    /* two syllables that stand together in a word */
  JIP_SIMILAR_JAMO,    /* three letters that stand together in a word: outlives a typing mistake */
  JIP_SIMILAR_N_KINDS,
} JipSimilarKind;

/**
 * JipSimilarTell:
 * @key: the same for the same tell in any text
 * @start: of what it was made from, in the characters of the words
 */
typedef struct
{
  guint64 key;
  JipSimilarKind kind;
  guint32 start, length;
} JipSimilarTell;

typedef enum
{
  JIP_SIMILAR_HANGUL,
  JIP_SIMILAR_LATIN,
  JIP_SIMILAR_DIGITS,
  JIP_SIMILAR_INITIALS, /* consonants alone, such as ㅇㅂㅁ */
} JipSimilarScript;

typedef struct
{
  guint32 start, length, stem; /* in characters; stem: how many are left without particle and ending */
  JipSimilarScript script;
  gboolean empty; /* says nothing by itself: 주세요, 좋겠습니다 */
} JipSimilarWord;

/**
 * JipSimilarWords:
 * @chars: (element-type gunichar): of all words, one after the other, narrow and lower case
 * @words: (element-type JipSimilarWord)
 */
typedef struct
{
  GArray *chars;
  GArray *words;
} JipSimilarWords;

guint64 jip_similar_hash (guint seed, const gunichar *chars, guint length);

JipSimilarWords *jip_similar_words_new (const char *text, gsize length) G_GNUC_WARN_UNUSED_RESULT;
void jip_similar_words_free (JipSimilarWords *words);
char *jip_similar_words_to_text (const JipSimilarWords *words) G_GNUC_WARN_UNUSED_RESULT;
char *
jip_similar_words_dup (const JipSimilarWords *words, guint start, guint length) G_GNUC_WARN_UNUSED_RESULT;
GArray *jip_similar_words_get_tells (const JipSimilarWords *words,
                                     JipSimilarSynonyms *synonyms) G_GNUC_WARN_UNUSED_RESULT;

GPtrArray *jip_similar_verb_forms (const gunichar *stem, guint length) G_GNUC_WARN_UNUSED_RESULT;

void jip_similar_synonyms_find (JipSimilarSynonyms *synonyms, const JipSimilarWords *words, GArray *tells);

/* For each text of @index in its order. */
typedef void (*JipSimilarTextFunc) (const char *id, const char *text, gpointer user_data);
void jip_similar_index_foreach (const JipSimilarIndex *index, JipSimilarTextFunc func, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipSimilarWords, jip_similar_words_free)

G_END_DECLS
