/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-id.h"
#include "jip-time.h"

static void
test_round_trip (void)
{
  static const gint64 moments[]
      = { 0, 1, 999, 1784696591250, 1582934400000, 4102444800000, -1, 253402300799999, -62135596800000 };

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_autofree char *text = jip_time_format (moments[i]);
      gint64 back;
      g_assert_true (jip_time_parse (text, &back));
      g_assert_cmpint (back, ==, moments[i]);
    }
}

static void
test_refuses (void)
{
  static const char *const wrong[] = { "",
                                       "2026-07-22",
                                       "2026-07-22T05:03:11Z",
                                       "2026-13-01T00:00:00.000Z",
                                       "2026-02-30T00:00:00.000Z",
                                       "2026-07-22T25:00:00.000Z",
                                       "2026-07-22T05:03:11.250+09:00",
                                       "2026-07-22t05:03:11.250z",
                                       " 2026-07-22T05:03:11.250Z" };
  gint64 ms;

  g_assert_false (jip_time_parse (NULL, &ms));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (jip_time_parse (wrong[i], &ms));
}

static void
test_ids (void)
{
  g_autofree char *one = jip_id_new ();
  g_autofree char *two = jip_id_new ();

  g_assert_true (jip_id_is_valid (one));
  g_assert_cmpstr (one, !=, two);
  g_assert_cmpint (one[14], ==, '7');
  g_assert_false (jip_id_is_valid ("0190A0B0-0000-7000-8000-000000000000"));
  g_assert_false (jip_id_is_valid ("0190a0b000007000800000000000000000000"));
  g_assert_false (jip_id_is_valid (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time/round-trip", test_round_trip);
  g_test_add_func ("/time/refuses", test_refuses);
  g_test_add_func ("/id/uuid", test_ids);
  return g_test_run ();
}
