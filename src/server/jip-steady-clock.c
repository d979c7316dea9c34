/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-steady-clock.h"

#include "jip-time.h"

/**
 * jip_steady_now:
 *
 * The time that sessions and join codes live by: the wall clock of when this was asked first, and what has passed since. A
 * wall clock that is set while the server runs ends no session and prolongs none.
 *
 * Returns: milliseconds since 1970
 */
gint64
jip_steady_now (void)
{
  static gsize asked;
  static gint64 offset_ms;

  if (g_once_init_enter (&asked))
    {
      offset_ms = jip_time_now () - g_get_monotonic_time () / 1000;
      g_once_init_leave (&asked, 1);
    }
  return offset_ms + g_get_monotonic_time () / 1000;
}
