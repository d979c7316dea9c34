/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ground.h"

#include <string.h>

#include "jip-fact-index.h"
#include "jip-phrase-set.h"

/* Sources are read once into an index; a draft is read and looked up. */

typedef struct
{
  JipFact fact;
  JipFactPlace place;
} Pending;

struct _JipGround
{
  JipGroundRules *rules;
  guint year;        /* for dates without one; 0: the sources' own */
  guint source_year; /* the last year that this source named */
  GArray *pending;   /* dates of this source before it named a year */
  GPtrArray *pages;  /* GArray of JipTextChar */
  GPtrArray *names;  /* GArray of JipTextChar: who and what the form names */
  JipFactIndex *index;
};

const char *
jip_ground_kind_get_name (JipGroundKind kind)
{
  static const char *const names[] = { "number", "date", "time", "amount", "name", "quotation" };

  g_return_val_if_fail (kind < G_N_ELEMENTS (names), NULL);
  return names[kind];
}

/**
 * jip_ground_new:
 * @year: the year of dates that have none, or 0 to take the years that the sources name
 *
 * Returns: (transfer full): what sources are added to
 */
JipGround *
jip_ground_new (JipGroundRules *rules, guint year)
{
  g_return_val_if_fail (rules != NULL, NULL);

  JipGround *ground = g_new0 (JipGround, 1);
  ground->rules = jip_ground_rules_ref (rules);
  ground->year = year;
  ground->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  ground->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  ground->names = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  ground->index = jip_fact_index_new ();
  return ground;
}

/* Dates that wait for a year get it, or go without. */
static void
flush_pending (JipGround *ground)
{
  for (guint i = 0; i < ground->pending->len; i++)
    {
      Pending *pending = &g_array_index (ground->pending, Pending, i);
      pending->fact.year = ground->source_year;
      jip_fact_index_add (ground->index, &pending->fact, &pending->place);
    }
  g_array_set_size (ground->pending, 0);
}

/**
 * jip_ground_begin_source:
 *
 * The pages that follow are of another source: they do not take their years from the one before.
 */
void
jip_ground_begin_source (JipGround *ground)
{
  g_return_if_fail (ground != NULL);
  flush_pending (ground);
  ground->source_year = 0;
}

static const JipTextChar *
chars_of (GArray *folded)
{
  return (const JipTextChar *) (gconstpointer) folded->data;
}

static void
add_fact (JipGround *ground, JipFact *fact, const JipFactPlace *place)
{
  if (fact->form == JIP_FACT_DATE && fact->year > 0)
    {
      ground->source_year = fact->year;
      flush_pending (ground);
    }
  else if (fact->form == JIP_FACT_DATE && fact->month > 0)
    {
      fact->year = ground->year > 0 ? ground->year : ground->source_year;
      if (fact->year == 0)
        {
          Pending pending = { *fact, *place };
          g_array_append_val (ground->pending, pending);
          return;
        }
    }
  jip_fact_index_add (ground->index, fact, place);
}

/**
 * jip_ground_add_page:
 * @text: (array length=length): a page of a source, or all of a source without pages; it need not be UTF-8
 * @length: in bytes, below 4 GiB
 *
 * Returns: the page's number, from 0, over all sources
 */
guint
jip_ground_add_page (JipGround *ground, const char *text, gsize length)
{
  g_return_val_if_fail (ground != NULL && text != NULL && length < G_MAXUINT32, 0);

  GArray *folded = jip_text_fold (text, length);
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (JipFact));
  const JipTextChar *chars = chars_of (folded);

  jip_fact_scan_values (chars, folded->len - 1, ground->rules, facts);
  for (guint i = 0; i < facts->len; i++)
    {
      JipFact *fact = &g_array_index (facts, JipFact, i);
      JipFactPlace place = { ground->pages->len, chars[fact->begin].start, chars[fact->end].start };
      add_fact (ground, fact, &place);
    }
  g_ptr_array_add (ground->pages, folded);
  return ground->pages->len - 1;
}

static void
take_name (JipGround *ground, const JipTextChar *chars, guint begin, guint end)
{
  GArray *name = g_array_new (FALSE, FALSE, sizeof (JipTextChar));

  g_array_append_vals (name, chars + begin, end - begin);
  g_ptr_array_add (ground->names, name);
}

/**
 * jip_ground_add_name:
 * @name: a person or a body that a form names, such as `도서관과` or `가람시장 오한결`
 *
 * Wherever the draft says it, it is a fact. Of several words those that are a person's name count; where none is, all of
 * them together.
 */
void
jip_ground_add_name (JipGround *ground, const char *name)
{
  g_return_if_fail (ground != NULL && name != NULL);

  g_autoptr (GArray) folded = jip_text_fold (name, strlen (name));
  const JipTextChar *chars = chars_of (folded);
  guint n = folded->len - 1, first = n, last = 0, words = 0, names = 0;

  for (guint p = 0; p < n;)
    {
      guint end = p;
      while (end < n && g_unichar_isalnum (chars[end].c))
        end++;
      if (end == p)
        {
          p++;
          continue;
        }
      first = MIN (first, p);
      last = end;
      words++;
      if (jip_fact_is_name (chars, p, end, ground->rules))
        {
          take_name (ground, chars, p, end);
          names++;
        }
      p = end;
    }
  if (words > 0 && names == 0 && last - first > 1)
    take_name (ground, chars, first, last);
}

typedef struct
{
  JipGround *ground;
  const JipTextChar *chars; /* of the text that is searched */
  GArray *facts;            /* of the draft */
  guint page;
  GArray *places; /* JipFactPlace of each phrase, with page G_MAXUINT until it is found */
  GArray *kinds;  /* gboolean of each phrase: whether it is a name */
  guint left;     /* phrases not found yet */
} Search;

static gboolean
title_begins (const JipGroundRules *rules, const JipTextChar *chars, guint at)
{
  guint64 word = JIP_WORD_SEED;

  for (guint p = at; p - at < JIP_TITLE_MAX_CHARS && jip_fact_is_hangul (chars[p].c); p++)
    {
      word = jip_word_add (word, chars[p].c);
      if (jip_ground_rules_has (rules, JIP_GROUND_TITLES, word))
        return TRUE;
    }
  return FALSE;
}

static gboolean
name_ends (const JipGroundRules *rules, const JipTextChar *chars, guint end)
{
  return jip_fact_tail_fits (chars, end) || title_begins (rules, chars, end);
}

/* A name of the form, in the draft. */
static gboolean
name_in_draft (guint phrase, guint begin, guint end, gpointer user_data)
{
  Search *search = user_data;
  JipFact fact = { .kind = JIP_GROUND_NAME, .form = JIP_FACT_PHRASE, .begin = begin, .end = end };

  if (name_ends (search->ground->rules, search->chars, end))
    g_array_append_val (search->facts, fact);
  return FALSE;
}

static void
find_form_names (JipGround *ground, const JipTextChar *chars, guint n, GArray *facts)
{
  g_autoptr (JipPhraseSet) set = jip_phrase_set_new ();
  Search search = { .ground = ground, .chars = chars, .facts = facts };

  for (guint i = 0; i < ground->names->len; i++)
    {
      GArray *name = ground->names->pdata[i];
      jip_phrase_set_add (set, chars_of (name), 0, name->len);
    }
  jip_phrase_set_find (set, chars, n, name_in_draft, &search);
}

/* By where they begin; of those that begin together the longer one first. */
static int
compare_facts (gconstpointer a, gconstpointer b)
{
  const JipFact *left = a, *right = b;

  if (left->begin != right->begin)
    return left->begin < right->begin ? -1 : 1;
  if (left->end != right->end)
    return left->end > right->end ? -1 : 1;
  return (int) left->kind - (int) right->kind;
}

/* All facts of a draft in their order; a name that was found twice stays once. */
static GArray *
read_draft (JipGround *ground, const JipTextChar *chars, guint n)
{
  GArray *facts = g_array_new (FALSE, FALSE, sizeof (JipFact));
  guint kept = 0;

  jip_fact_scan_values (chars, n, ground->rules, facts);
  jip_fact_scan_quotes (chars, n, facts);
  jip_fact_scan_names (chars, n, ground->rules, facts);
  find_form_names (ground, chars, n, facts);
  g_array_sort (facts, compare_facts);
  for (guint i = 0; i < facts->len; i++)
    {
      const JipFact *fact = &g_array_index (facts, JipFact, i);
      const JipFact *last = kept > 0 ? &g_array_index (facts, JipFact, kept - 1) : NULL;
      if (last != NULL && fact->kind == JIP_GROUND_NAME && last->kind == JIP_GROUND_NAME
          && fact->begin < last->end)
        continue;
      g_array_index (facts, JipFact, kept++) = *fact;
    }
  g_array_set_size (facts, kept);
  return facts;
}

static gboolean
phrase_in_source (guint phrase, guint begin, guint end, gpointer user_data)
{
  Search *search = user_data;
  JipFactPlace *place = &g_array_index (search->places, JipFactPlace, phrase);

  if (g_array_index (search->kinds, gboolean, phrase)
      && !name_ends (search->ground->rules, search->chars, end))
    return FALSE;
  *place = (JipFactPlace){ search->page, search->chars[begin].start, search->chars[end].start };
  search->left--;
  return TRUE;
}

/* A quotation may end in a dot that the source does not have, as its sentence goes on. */
static guint
phrase_end (const JipTextChar *chars, const JipFact *fact)
{
  guint end = fact->end;

  while (fact->kind == JIP_GROUND_QUOTATION && end > fact->begin + 1
         && (chars[end - 1].c == '.' || chars[end - 1].c == ','))
    end--;
  return end;
}

/* Looks for all names and quotations at once; @phrases gets for each fact the number of its phrase. */
static GArray *
find_phrases (JipGround *ground, const JipTextChar *chars, GArray *facts, guint *phrases)
{
  g_autoptr (JipPhraseSet) set = jip_phrase_set_new ();
  g_autoptr (GArray) kinds = g_array_new (FALSE, FALSE, sizeof (gboolean));
  GArray *places = g_array_new (FALSE, FALSE, sizeof (JipFactPlace));
  Search search = { .ground = ground, .places = places, .kinds = kinds };

  for (guint i = 0; i < facts->len; i++)
    {
      const JipFact *fact = &g_array_index (facts, JipFact, i);
      JipFactPlace nowhere = { .page = G_MAXUINT };
      gboolean is_name = fact->kind == JIP_GROUND_NAME;
      if (fact->form != JIP_FACT_PHRASE)
        continue;
      phrases[i] = jip_phrase_set_add (set, chars, fact->begin, phrase_end (chars, fact));
      if (phrases[i] < places->len)
        continue;
      g_array_append_val (places, nowhere);
      g_array_append_val (kinds, is_name);
    }
  search.left = places->len;
  for (search.page = 0; search.page < ground->pages->len && search.left > 0; search.page++)
    {
      GArray *page = ground->pages->pdata[search.page];
      search.chars = chars_of (page);
      jip_phrase_set_find (set, search.chars, page->len - 1, phrase_in_source, &search);
    }
  return places;
}

/**
 * jip_ground_check:
 * @text: (array length=length): the draft; it need not be UTF-8
 * @length: in bytes, below 4 GiB
 *
 * Looks up every fact of a draft, in time linear in the lengths of the draft and of the sources.
 *
 * Returns: (transfer full) (element-type JipGroundFact): the facts in the order of the draft; a quotation comes before what
 *   it holds
 */
GArray *
jip_ground_check (JipGround *ground, const char *text, gsize length)
{
  GArray *result = g_array_new (FALSE, TRUE, sizeof (JipGroundFact));

  g_return_val_if_fail (ground != NULL && text != NULL && length < G_MAXUINT32, result);

  g_autoptr (GArray) folded = jip_text_fold (text, length);
  const JipTextChar *chars = chars_of (folded);
  g_autoptr (GArray) facts = read_draft (ground, chars, folded->len - 1);
  g_autofree guint *phrases = g_new0 (guint, facts->len + 1);
  g_autoptr (GArray) places = find_phrases (ground, chars, facts, phrases);

  flush_pending (ground);
  for (guint i = 0; i < facts->len; i++)
    {
      JipFact *fact = &g_array_index (facts, JipFact, i);
      JipGroundFact out
          = { .kind = fact->kind, .start = chars[fact->begin].start, .end = chars[fact->end].start };
      if (fact->form == JIP_FACT_DATE && fact->year == 0 && fact->month > 0)
        fact->year = ground->year;
      const JipFactPlace *place = fact->form == JIP_FACT_PHRASE
                                      ? &g_array_index (places, JipFactPlace, phrases[i])
                                      : jip_fact_index_find (ground->index, fact);
      out.supported = place != NULL && place->page != G_MAXUINT;
      if (out.supported)
        {
          out.page = place->page;
          out.source_start = place->start;
          out.source_end = place->end;
        }
      g_array_append_val (result, out);
    }
  return result;
}

void
jip_ground_free (JipGround *ground)
{
  if (ground == NULL)
    return;
  jip_ground_rules_unref (ground->rules);
  g_array_unref (ground->pending);
  g_ptr_array_unref (ground->pages);
  g_ptr_array_unref (ground->names);
  jip_fact_index_free (ground->index);
  g_free (ground);
}
