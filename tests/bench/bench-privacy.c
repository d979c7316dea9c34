/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-privacy: masking 1 MiB of a paper, of one full of personal data and of text made to be slow, and the way back.
 * Prints one line of JSON with MiB a second. All data here are made up. */
#include "jip-privacy.h"

#define SIZE (1u << 20)
#define ROUNDS 10

static const char paper[]
    = "1. 2026년 하반기 공공시설 안전점검을 아래와 같이 마쳤으니, 결과를 기한 안에 제출하여 주시기 바랍니다.\n"
      "  가. 점검 기간: 2026. 10. 12.(월)∼11. 13.(금), 09:00∼18:00\n"
      "  나. 소요 예산: 금113,560원(금일십일만삼천오백육십원)\n"
      "2. 「시설물의 안전 및 유지관리에 관한 특별법」 제11조에 따라 시설별 점검표와 사진을 함께 붙이고, 지적 사항마다 "
      "담당자와 완료 예정일을 적어 주시기 바랍니다. 문의: 031-123-4567\n\n"
      "이번 조치는 지난 9월 시민 설문에서 1,204명 가운데 939명(78%)이 필요하다고 답한 데 따른 것이다.\n\n";
static const char full[]
    = "홍길동(850615-1234567, 010-1234-5678, gildong@example.kr), 가람시 중앙로 12길 3, 101동 1203호, 국민은행 "
      "123456-04-123456, 4111-1111-1111-1111\n";
static const char *const slow[]
    = { "1",      "1-",  "1 ", "1\n", "@", "a@", "a@a.", "[", "[\\", "서울 강남구 ", "가람시 시민로 ",
        "은행 1", "010-" };

/* MiB a second of masking @part over and over; of the way back in @restore. */
static double
measure (const char *part, double *restore)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 masking = 0, restoring = 0;

  while (text->len < SIZE)
    g_string_append (text, part);
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();
      gint64 start = g_get_monotonic_time ();
      g_autoptr (GBytes) masked = jip_privacy_mask (text->str, text->len, NULL, map);
      gint64 middle = g_get_monotonic_time ();
      g_autoptr (GBytes) restored
          = jip_privacy_restore (g_bytes_get_data (masked, NULL), g_bytes_get_size (masked), map);
      masking += middle - start;
      restoring += g_get_monotonic_time () - middle;
      if (g_bytes_get_size (restored) != text->len)
        g_error ("the way back is not exact");
    }
  double mib = (double) text->len * ROUNDS / SIZE;
  *restore = mib * G_USEC_PER_SEC / (double) MAX (restoring, 1);
  return mib * G_USEC_PER_SEC / (double) MAX (masking, 1);
}

int
main (void)
{
  double back, ignored, slowest = 0;
  double clean = measure (paper, &back), dense = measure (full, &ignored);
  const char *worst = "";

  for (guint i = 0; i < G_N_ELEMENTS (slow); i++)
    {
      double rate = measure (slow[i], &ignored);
      if (i == 0 || rate < slowest)
        {
          slowest = rate;
          worst = slow[i];
        }
    }
  g_autofree char *shown = g_strescape (worst, "");
  g_autofree char *shown_again = g_strescape (shown, "");
  g_print ("{\"bench\":\"privacy\",\"paper_mib_per_second\":%.1f,\"full_mib_per_second\":%.1f,"
           "\"slowest_mib_per_second\":%.1f,\"slowest\":\"%s\",\"restore_mib_per_second\":%.1f}\n",
           clean, dense, slowest, shown_again, back);
  return 0;
}
