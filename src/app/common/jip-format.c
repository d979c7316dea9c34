/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-format.h"

#include <glib/gi18n-lib.h>

static GDateTime *
local_time (gint64 ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  return utc != NULL ? g_date_time_to_local (utc) : g_date_time_new_now_local ();
}

/**
 * jip_format_date:
 * @ms: milliseconds since 1970
 *
 * Returns: (transfer full): the day in local time, `2026. 7. 22.` in Korean (행정업무운영 편람)
 */
char *
jip_format_date (gint64 ms)
{
  g_autoptr (GDateTime) time = local_time (ms);
  /* TRANSLATORS: year, month, day as whole numbers; Korean: %1$d. %2$d. %3$d. */
  return g_strdup_printf (_ ("%1$d-%2$02d-%3$02d"), g_date_time_get_year (time), g_date_time_get_month (time),
                          g_date_time_get_day_of_month (time));
}

char *
jip_format_date_time (gint64 ms)
{
  g_autoptr (GDateTime) time = local_time (ms);
  g_autofree char *date = jip_format_date (ms);
  return g_strdup_printf ("%s %02d:%02d", date, g_date_time_get_hour (time), g_date_time_get_minute (time));
}

/**
 * jip_format_when:
 * @ms: the moment
 * @now: the present, both in milliseconds since 1970
 *
 * Returns: (transfer full): "just now", "5 minutes ago", then the hour of today, then the day
 */
char *
jip_format_when (gint64 ms, gint64 now)
{
  gint64 minutes = (now - ms) / 60000;
  g_autoptr (GDateTime) time = local_time (ms);
  g_autoptr (GDateTime) today = local_time (now);

  if (minutes < 1 && minutes > -5)
    return g_strdup (_ ("just now"));
  if (minutes > 0 && minutes < 60)
    return g_strdup_printf (ngettext ("%d minute ago", "%d minutes ago", (gulong) minutes), (int) minutes);
  if (g_date_time_get_year (time) == g_date_time_get_year (today)
      && g_date_time_get_day_of_year (time) == g_date_time_get_day_of_year (today))
    return g_strdup_printf ("%02d:%02d", g_date_time_get_hour (time), g_date_time_get_minute (time));
  return jip_format_date (ms);
}
