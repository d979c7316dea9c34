/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-lint-private.h"

G_BEGIN_DECLS

typedef enum
{
  JIP_LINT_DATE_DOTTED,  /* 2026. 1. 6. */
  JIP_LINT_DATE_JOINED,  /* 2026-01-06 */
  JIP_LINT_DATE_SPELT,   /* 2026년 1월 6일, 1월 6일 */
  JIP_LINT_DATE_SHORT,   /* 1. 6. */
  JIP_LINT_DATE_CLIPPED, /* '26. 1. 6. */
  JIP_LINT_DATE_MONTH,   /* 2026. 1. at an end of a period */
  JIP_LINT_TIME_CLOCK,   /* 15:20 */
  JIP_LINT_TIME_SPELT,   /* 15시 20분, 15시 */
} JipLintMomentKind;

typedef enum
{
  JIP_LINT_HALF_NONE,
  JIP_LINT_HALF_MORNING,   /* 오전 */
  JIP_LINT_HALF_AFTERNOON, /* 오후 */
  JIP_LINT_HALF_OTHER,     /* 새벽, 밤, … */
} JipLintHalf;

/**
 * JipLintMoment:
 * @begin: its first character; of a time with 오전 or 오후 before it, that word's
 * @end: behind its last one, without the weekday
 * @year: 0 when it is not said, nor by a date that it follows
 * @follows: the year was taken from the date before
 * @good: written as it should be
 * @tight: without any space
 * @minutes: a spelt time that has minutes
 * @tilde: the ∼ of `2∼4시`, which @to_hour and @to_minute end; 0 without one
 * @weekday: from 1, Monday; 0 without one
 * @bracket: the ( of the weekday, 0 without one
 * @stop: behind the weekday and its ), 0 without one
 */
typedef struct
{
  JipLintMomentKind kind;
  guint begin, end;
  guint year, month, day, hour, minute;
  guint tilde, to_hour, to_minute;
  gboolean follows, good, tight, minutes;
  JipLintHalf half;
  guint weekday, bracket, stop;
} JipLintMoment;

static inline gboolean
jip_lint_is_date (const JipLintMoment *moment)
{
  return moment->kind <= JIP_LINT_DATE_MONTH;
}

GArray *jip_lint_read_moments (const JipLintPaper *paper) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
