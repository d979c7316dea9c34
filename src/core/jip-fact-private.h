/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-ground-rules-private.h"
#include "jip-ground.h"

G_BEGIN_DECLS

/* Facts as values: what a draft says and what a source says are read by the same code, so that equal values meet. */

typedef enum
{
  JIP_FACT_NUMBER, /* a value and a unit */
  JIP_FACT_TOKEN,  /* compared as a whole: phone numbers, versions, ratios, 2시간 30분, A4 */
  JIP_FACT_DATE,
  JIP_FACT_TIME,
  JIP_FACT_PHRASE, /* compared letter by letter: names, quotations */
} JipFactForm;

/* 30명 이상 is not 30명 이하. */
typedef enum
{
  JIP_BOUND_NONE,
  JIP_BOUND_AT_LEAST, /* 이상 */
  JIP_BOUND_AT_MOST,  /* 이하 */
  JIP_BOUND_BELOW,    /* 미만 */
  JIP_BOUND_ABOVE,    /* 초과 */
} JipBound;

/**
 * JipFactValue:
 * @digits: the value without its point
 * @decimals: how many of @digits stand behind the point; the last one is no 0
 * @plain: only digits, neither comma nor point nor 만
 * @n_digits: digits as written
 * @power: the one power of ten that a word gave (5만: 4), 0 for none or several
 * @trillions: 조 was read as 10^12; it may be the counter of teams
 * @unit_at: where 조 stands then
 * @too_long: it does not fit
 */
typedef struct
{
  guint64 digits;
  guint decimals;
  gboolean plain, negative, too_long, trillions;
  guint n_digits, power;
  guint trillions_at;
} JipFactValue;

/**
 * JipFact:
 * @begin: index into the folded characters
 * @end: the index behind it
 * @unit: 0 without one
 * @other_unit: a second reading of the unit (세 번: 회), or 0
 * @span: the order of a unit of time, from 1; 0 for other units
 * @about: 여 (100여 명)
 * @table_unit: what `(단위: 천원)` above says about a number without unit, and the power of ten
 * @token: what the whole is compared by
 * @year: 0 where the text does not say; likewise @month and @day
 * @weekday: 1 (Monday) to 7, 0 where the text does not say
 * @is_length: a bare `3일` may be a date or three days
 * @hour: 0 to 24
 * @is_exact: the half of the day is known
 * @is_midnight: 0 and 24 are the same
 */
typedef struct
{
  JipGroundKind kind;
  JipFactForm form;
  guint begin, end;

  JipFactValue value;
  guint64 unit, other_unit;
  guint span;
  JipBound bound;
  gboolean about;
  guint64 table_unit;
  guint table_power;

  guint64 token;

  guint year, month, day, weekday;
  gboolean is_length;

  guint hour, minute, second;
  gboolean is_exact, is_midnight;
} JipFact;

typedef enum
{
  JIP_HALF_NONE,
  JIP_HALF_MORNING, /* 오전 */
  JIP_HALF_AFTERNOON,
  JIP_HALF_DAWN,
  JIP_HALF_DAY, /* 낮 */
  JIP_HALF_EVENING,
  JIP_HALF_NIGHT,
} JipHalf;

/**
 * JipFactScan:
 * @half: what stands before the number at @half_at (오후), from @half_begin
 * @date: the last date; what it leaves unsaid for the one that begins at @date_at (5. 1.∼6. 30.)
 * @is_range: whether a range mark stands between
 * @time: the last time, likewise
 * @minus_at: the number at this place is below zero (△, 영하); 0 for none
 *
 * What is remembered while a text is read.
 */
typedef struct
{
  const JipTextChar *chars;
  guint n;
  const JipGroundRules *rules;
  GArray *facts;

  guint content; /* where the line's words begin: behind its bullet and number */
  guint64 table_unit;
  guint table_power;

  JipHalf half;
  guint half_begin, half_at;
  JipFact date, time;
  guint date_at, time_at;
  gboolean is_range;
  guint minus_at, minus_begin;

  guint run_end; /* of the characters of an address, looked at once */
  gboolean run_is_address;
} JipFactScan;

static inline gboolean
jip_fact_is_digit (gunichar c)
{
  return c >= '0' && c <= '9';
}

static inline gboolean
jip_fact_is_hangul (gunichar c)
{
  return c >= 0xAC00 && c <= 0xD7A3;
}

static inline gboolean
jip_fact_is_latin (gunichar c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline gboolean
jip_fact_is_word (gunichar c)
{
  return jip_fact_is_digit (c) || jip_fact_is_hangul (c) || jip_fact_is_latin (c);
}

static inline gboolean
jip_fact_is_range (gunichar c)
{
  return c == '~' || c == 0x223C || c == 0x301C || c == 0x02DC || c == 0xFF5E;
}

static inline gboolean
jip_fact_is_line_end (gunichar c)
{
  return c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

guint jip_fact_skip_gap (const JipTextChar *chars, guint at);
gboolean jip_fact_word_begins (const JipTextChar *chars, guint at);

/* jip-fact-numeral.c; each returns the index behind what it read, or 0. */
guint jip_fact_read_digits (const JipTextChar *chars, guint at, JipFactValue *value);
guint jip_fact_read_value (const JipTextChar *chars, guint at, JipFactValue *value);
guint jip_fact_read_native (const JipTextChar *chars, guint at, JipFactValue *value);
guint jip_fact_read_sino (const JipTextChar *chars, guint at, JipFactValue *value);
guint jip_fact_read_vague (const JipTextChar *chars, guint at);
void jip_fact_value_shift (JipFactValue *value, guint power);

/* jip-fact-unit.c */
gboolean jip_fact_tail_fits (const JipTextChar *chars, guint at);
guint jip_fact_match_unit (const JipFactScan *scan, guint at, gboolean known_only, JipUnit *unit);
guint jip_fact_match_bound (const JipTextChar *chars, guint at, JipBound *bound);

/* jip-fact-number.c */
guint jip_fact_match_quantity (const JipFactScan *scan, guint at, JipFact *fact);
guint jip_fact_match_numeral (const JipFactScan *scan, guint at, JipFact *fact);
guint jip_fact_match_token (const JipFactScan *scan, guint at, JipFact *fact);
guint jip_fact_match_money (const JipFactScan *scan, guint at, JipFact *fact);

/* jip-fact-date.c */
guint jip_fact_match_date (const JipFactScan *scan, guint at, JipFact *fact);
guint jip_fact_finish_date (const JipFactScan *scan, guint end, JipFact *fact);
guint jip_fact_weekday_of (guint year, guint month, guint day);
void jip_fact_remember_date (JipFactScan *scan, const JipFact *fact);

/* jip-fact-time.c */
guint jip_fact_match_half (JipFactScan *scan, guint at);
guint jip_fact_match_clock (const JipFactScan *scan, guint at, JipFact *fact);
guint jip_fact_match_noon (const JipFactScan *scan, guint at, JipFact *fact);
guint jip_fact_finish_time (const JipFactScan *scan, guint end, guint hour, JipFact *fact);
void jip_fact_apply_half (const JipFactScan *scan, guint at, guint hour, JipFact *fact);
void jip_fact_remember_time (JipFactScan *scan, const JipFact *fact);

/* The facts of a text in its order; jip-fact-scan.c, jip-fact-name.c, jip-fact-quote.c. */
void jip_fact_scan_values (const JipTextChar *chars, guint n, const JipGroundRules *rules, GArray *facts);
void jip_fact_scan_names (const JipTextChar *chars, guint n, const JipGroundRules *rules, GArray *facts);
void jip_fact_scan_quotes (const JipTextChar *chars, guint n, GArray *facts);
gboolean jip_fact_is_name (const JipTextChar *chars, guint begin, guint end, const JipGroundRules *rules);

G_END_DECLS
