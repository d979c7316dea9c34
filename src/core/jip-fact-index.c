/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-fact-index.h"

#include <string.h>

/* A hash table with open addressing; the first place of a value stays. A source's fact is entered under each value that a
 * draft may say of it: 2026. 7. 22.(수) also supports 7월 22일, 2026년 7월 and 22일. */

typedef enum
{
  KEY_NONE,
  KEY_NUMBER,
  KEY_TOKEN,
  KEY_DATE,
  KEY_TIME,     /* on a clock of 24 hours */
  KEY_HALF_DAY, /* on one of 12, where a text does not say which half */
} KeyType;

typedef struct
{
  KeyType type;
  guint32 detail;
  guint64 value, unit;
} Key;

typedef struct
{
  Key key;
  JipFactPlace place;
} Entry;

struct _JipFactIndex
{
  Entry *entries;
  gsize size, used; /* size is a power of two */
};

#define FIRST_SIZE 1024

JipFactIndex *
jip_fact_index_new (void)
{
  JipFactIndex *index = g_new0 (JipFactIndex, 1);

  index->size = FIRST_SIZE;
  index->entries = g_new0 (Entry, index->size);
  return index;
}

static gsize
hash_of (const Key *key)
{
  guint64 h = key->value * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);

  h = (h ^ (h >> 29) ^ key->unit) * G_GUINT64_CONSTANT (0xBF58476D1CE4E5B9);
  h = (h ^ (h >> 32) ^ ((guint64) key->detail << 8) ^ key->type) * G_GUINT64_CONSTANT (0x94D049BB133111EB);
  return (gsize) (h ^ (h >> 31));
}

static Entry *
find_entry (const JipFactIndex *index, const Key *key)
{
  for (gsize i = hash_of (key) & (index->size - 1);; i = (i + 1) & (index->size - 1))
    {
      Entry *entry = &index->entries[i];
      if (entry->key.type == KEY_NONE
          || (entry->key.type == key->type && entry->key.detail == key->detail
              && entry->key.value == key->value && entry->key.unit == key->unit))
        return entry;
    }
}

static void
grow (JipFactIndex *index)
{
  g_autofree Entry *old = index->entries;
  gsize size = index->size;

  index->size = size * 2;
  index->entries = g_new0 (Entry, index->size);
  for (gsize i = 0; i < size; i++)
    if (old[i].key.type != KEY_NONE)
      *find_entry (index, &old[i].key) = old[i];
}

static void
put (JipFactIndex *index, Key key, const JipFactPlace *place)
{
  Entry *entry = find_entry (index, &key);

  if (entry->key.type != KEY_NONE)
    return;
  entry->key = key;
  entry->place = *place;
  if (++index->used * 2 > index->size)
    grow (index);
}

static const JipFactPlace *
get (const JipFactIndex *index, Key key)
{
  const Entry *entry = find_entry (index, &key);
  return entry->key.type != KEY_NONE ? &entry->place : NULL;
}

static Key
number_key (const JipFact *fact, const JipFactValue *value, guint64 unit, JipBound bound)
{
  return (Key){ .type = KEY_NUMBER,
                .detail = value->decimals | (guint32) value->negative << 8 | (guint32) fact->about << 9
                          | (guint32) bound << 10,
                .value = value->digits,
                .unit = unit };
}

/* The value that the head of the table gives a number without unit. */
static Key
table_key (const JipFact *fact)
{
  JipFactValue value = fact->value;

  jip_fact_value_shift (&value, fact->table_power);
  return number_key (fact, &value, fact->table_unit, fact->bound);
}

static Key
date_key (guint year, guint month, guint day, guint weekday)
{
  return (Key){ .type = KEY_DATE, .detail = weekday, .value = (guint64) year << 16 | month << 8 | day };
}

static Key
time_key (KeyType type, guint hour, const JipFact *fact)
{
  return (Key){ .type = type, .value = (guint64) hour << 16 | fact->minute << 8 | fact->second };
}

/* A length of so many days, for a bare `3일` that may be one. */
static Key
days_key (guint day)
{
  return (Key){ .type = KEY_NUMBER, .value = day, .unit = jip_word_add (JIP_WORD_SEED, 0xC77C) };
}

/* 2026 in the head of a table is a year. */
static gboolean
is_bare_year (const JipFact *fact)
{
  return fact->unit == 0 && fact->value.plain && fact->value.n_digits == 4 && fact->value.digits >= 1900
         && fact->value.digits <= 2199;
}

static void
add_number (JipFactIndex *index, const JipFact *fact, const JipFactPlace *place)
{
  put (index, number_key (fact, &fact->value, fact->unit, fact->bound), place);
  put (index, number_key (fact, &fact->value, fact->unit, JIP_BOUND_NONE), place);
  if (fact->other_unit != 0)
    put (index, number_key (fact, &fact->value, fact->other_unit, JIP_BOUND_NONE), place);
  if (fact->table_unit != 0)
    put (index, table_key (fact), place);
  if (is_bare_year (fact))
    put (index, date_key ((guint) fact->value.digits, 0, 0, 0), place);
}

static void
add_date (JipFactIndex *index, const JipFact *fact, const JipFactPlace *place)
{
  guint year = fact->year, month = fact->month, day = fact->day;
  guint calendar = year > 0 && month > 0 && day > 0 ? jip_fact_weekday_of (year, month, day) : 0;
  guint weekdays[] = { 0, fact->weekday, calendar };

  for (guint i = 0; day > 0 && i < G_N_ELEMENTS (weekdays); i++)
    {
      if (i > 0 && weekdays[i] == 0)
        continue;
      put (index, date_key (0, 0, day, weekdays[i]), place);
      if (month > 0)
        put (index, date_key (0, month, day, weekdays[i]), place);
      if (month > 0 && year > 0)
        put (index, date_key (year, month, day, weekdays[i]), place);
    }
  if (month > 0)
    put (index, date_key (0, month, 0, 0), place);
  if (month > 0 && year > 0)
    put (index, date_key (year, month, 0, 0), place);
  if (year > 0)
    put (index, date_key (year, 0, 0, 0), place);
  if (fact->is_length)
    put (index, days_key (day), place);
}

/**
 * jip_fact_index_add:
 * @fact: a value of a source; a date with the year that is meant
 */
void
jip_fact_index_add (JipFactIndex *index, const JipFact *fact, const JipFactPlace *place)
{
  switch (fact->form)
    {
    case JIP_FACT_NUMBER:
      add_number (index, fact, place);
      break;
    case JIP_FACT_TOKEN:
      put (index, (Key){ .type = KEY_TOKEN, .value = fact->token }, place);
      break;
    case JIP_FACT_DATE:
      add_date (index, fact, place);
      break;
    case JIP_FACT_TIME:
      put (index, time_key (KEY_TIME, fact->hour, fact), place);
      put (index, time_key (KEY_HALF_DAY, fact->hour % 12, fact), place);
      if (fact->is_midnight)
        put (index, time_key (KEY_TIME, 0, fact), place);
      break;
    case JIP_FACT_PHRASE:
      break;
    }
}

static const JipFactPlace *
find_number (const JipFactIndex *index, const JipFact *fact)
{
  const JipFactPlace *place = get (index, number_key (fact, &fact->value, fact->unit, fact->bound));

  if (place == NULL && fact->other_unit != 0)
    place = get (index, number_key (fact, &fact->value, fact->other_unit, fact->bound));
  if (place == NULL && fact->table_unit != 0)
    place = get (index, table_key (fact));
  if (place == NULL && is_bare_year (fact))
    place = get (index, date_key ((guint) fact->value.digits, 0, 0, 0));
  return place;
}

static const JipFactPlace *
find_date (const JipFactIndex *index, const JipFact *fact)
{
  const JipFactPlace *place = get (index, date_key (fact->year, fact->month, fact->day, fact->weekday));

  /* the calendar may confirm a weekday that the source does not say */
  if (place == NULL && fact->weekday > 0 && fact->year > 0 && fact->month > 0
      && jip_fact_weekday_of (fact->year, fact->month, fact->day) == fact->weekday)
    place = get (index, date_key (fact->year, fact->month, fact->day, 0));
  if (place == NULL && fact->is_length)
    place = get (index, days_key (fact->day));
  return place;
}

/**
 * jip_fact_index_find:
 * @fact: a value of a draft
 *
 * Returns: (nullable): where the first source that says so says it
 */
const JipFactPlace *
jip_fact_index_find (const JipFactIndex *index, const JipFact *fact)
{
  switch (fact->form)
    {
    case JIP_FACT_NUMBER:
      return find_number (index, fact);
    case JIP_FACT_TOKEN:
      return get (index, (Key){ .type = KEY_TOKEN, .value = fact->token });
    case JIP_FACT_DATE:
      return find_date (index, fact);
    case JIP_FACT_TIME:
      if (!fact->is_exact)
        return get (index, time_key (KEY_HALF_DAY, fact->hour % 12, fact));
      if (fact->is_midnight && get (index, time_key (KEY_TIME, 0, fact)) != NULL)
        return get (index, time_key (KEY_TIME, 0, fact));
      return get (index, time_key (KEY_TIME, fact->hour, fact));
    default:
      return NULL;
    }
}

void
jip_fact_index_free (JipFactIndex *index)
{
  if (index == NULL)
    return;
  g_free (index->entries);
  g_free (index);
}
