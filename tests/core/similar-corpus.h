/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-similar.h"

G_BEGIN_DECLS

/* Ideas to be found, ideas that lie in the way, and the plain way of finding: for the test and the bench. */

typedef struct
{
  char *id, *text;
  char *query; /* the same in other words; NULL for what lies in the way */
} SimilarIdea;

GPtrArray *similar_ideas_load (const char *path);
void similar_ideas_add_others (GPtrArray *ideas, guint count);
JipSimilarSynonyms *similar_synonyms_load (const char *path);
JipSimilarIndex *similar_index_build (GPtrArray *ideas, JipSimilarSynonyms *synonyms);

typedef struct _SimilarPlain SimilarPlain;

SimilarPlain *similar_plain_new (GPtrArray *ideas);
void similar_plain_free (SimilarPlain *plain);
GPtrArray *similar_plain_query (SimilarPlain *plain, const char *text, guint top);

G_END_DECLS
