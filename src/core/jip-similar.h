/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Which ideas say the same in other words (draft.md, "Similar ideas"). Pure: whoever calls reads the files. */

typedef struct _JipSimilarSynonyms JipSimilarSynonyms;
typedef struct _JipSimilarIndex JipSimilarIndex;

/**
 * JipSimilarMatch:
 * @score: from 0 to 1, how much of what the query says is in the text
 * @shared: (array zero-terminated=1): the words or syllables that explain it, the telling ones first
 */
typedef struct
{
  char *id;
  double score;
  char **shared;
} JipSimilarMatch;

#define JIP_SIMILAR_MAX_TOP 100
#define JIP_SIMILAR_MAX_TEXTS 1000000

JipSimilarSynonyms *
jip_similar_synonyms_parse (const char *text, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JipSimilarSynonyms *jip_similar_synonyms_ref (JipSimilarSynonyms *synonyms);
void jip_similar_synonyms_unref (JipSimilarSynonyms *synonyms);

JipSimilarIndex *jip_similar_index_new (JipSimilarSynonyms *synonyms) G_GNUC_WARN_UNUSED_RESULT;
void jip_similar_index_free (JipSimilarIndex *index);
gboolean jip_similar_index_put (JipSimilarIndex *index, const char *id, const char *text, gsize length);
gboolean jip_similar_index_remove (JipSimilarIndex *index, const char *id);
guint jip_similar_index_get_size (const JipSimilarIndex *index);
GPtrArray *jip_similar_index_query (const JipSimilarIndex *index, const char *text, gsize length, guint top)
    G_GNUC_WARN_UNUSED_RESULT;

GBytes *jip_similar_index_to_bytes (const JipSimilarIndex *index) G_GNUC_WARN_UNUSED_RESULT;
JipSimilarIndex *jip_similar_index_from_bytes (GBytes *bytes,
                                               JipSimilarSynonyms *synonyms,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipSimilarSynonyms, jip_similar_synonyms_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipSimilarIndex, jip_similar_index_free)

G_END_DECLS
