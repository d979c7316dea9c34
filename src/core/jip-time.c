/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-time.h"

#include <string.h>
#include <time.h>

#define MIN_MS G_GINT64_CONSTANT (-62135596800000) /* 0001-01-01T00:00:00.000Z */

/**
 * jip_time_now:
 *
 * Returns: the wall clock in milliseconds since 1970. Never in core's rules: they take the time as an argument.
 */
gint64
jip_time_now (void)
{
  return g_get_real_time () / 1000;
}

static void
put_digits (char *place, guint n, int value)
{
  for (; n > 0; n--, value /= 10)
    place[n - 1] = (char) ('0' + value % 10);
}

/**
 * jip_time_format:
 * @ms: milliseconds since 1970, in the years 1 to 9999
 *
 * Returns: (transfer full): RFC 3339 in UTC with milliseconds, `2026-07-22T05:03:11.250Z`
 */
char *
jip_time_format (gint64 ms)
{
  gint64 second = ms / 1000, rest = ms % 1000;
  if (rest < 0)
    {
      second--;
      rest += 1000;
    }
  time_t seconds = second;
  struct tm time;
  g_return_val_if_fail (ms >= MIN_MS && ms <= JIP_TIME_MAX && gmtime_r (&seconds, &time) != NULL,
                        g_strdup ("1970-01-01T00:00:00.000Z"));
  char *text = g_strdup ("YYYY-MM-DDTHH:MM:SS.mmmZ");
  put_digits (text, 4, time.tm_year + 1900);
  put_digits (text + 5, 2, time.tm_mon + 1);
  put_digits (text + 8, 2, time.tm_mday);
  put_digits (text + 11, 2, time.tm_hour);
  put_digits (text + 14, 2, time.tm_min);
  put_digits (text + 17, 2, time.tm_sec);
  put_digits (text + 20, 3, (int) rest);
  return text;
}

static int
read_digits (const char *place, guint n)
{
  int value = 0;

  for (guint i = 0; i < n; i++)
    value = value * 10 + (place[i] - '0');
  return value;
}

/**
 * jip_time_parse:
 * @text: (nullable): RFC 3339 in UTC with milliseconds, to the letter as jip_time_format() writes it
 * @ms: (out): milliseconds since 1970
 *
 * Returns: whether @text is such a time
 */
gboolean
jip_time_parse (const char *text, gint64 *ms)
{
  static const char shape[] = "dddd-dd-ddTdd:dd:dd.dddZ";
  if (text == NULL || strlen (text) != sizeof shape - 1)
    return FALSE;
  for (guint i = 0; shape[i] != '\0'; i++)
    if (shape[i] == 'd' ? !g_ascii_isdigit (text[i]) : text[i] != shape[i])
      return FALSE;
  int year = read_digits (text, 4), month = read_digits (text + 5, 2), day = read_digits (text + 8, 2);
  int hour = read_digits (text + 11, 2), minute = read_digits (text + 14, 2);
  int second = read_digits (text + 17, 2), millisecond = read_digits (text + 20, 3);
  if (year < 1 || hour > 23 || minute > 59 || second > 59)
    return FALSE;
  g_autoptr (GDateTime) time = g_date_time_new_utc (year, month, day, hour, minute, second);
  if (time == NULL)
    return FALSE;
  *ms = g_date_time_to_unix (time) * 1000 + millisecond;
  return *ms <= JIP_TIME_MAX;
}
