/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-lint: the writing rules on 1 MiB, once of a paper that is right and once of one full of mistakes. Prints one line
 * of JSON with MiB a second. */
#include "jip-lint.h"

#define SIZE (1u << 20)
#define ROUNDS 20

static const char right[]
    = "1. 2026년 하반기 공공시설 안전점검을 아래와 같이 마쳤으니, 결과를 기한 안에 제출하여 주시기 바랍니다.\n"
      "  가. 점검 기간: 2026. 10. 12.(월)∼11. 13.(금), 09:00∼18:00\n"
      "  나. 소요 예산: 금113,560원(금일십일만삼천오백육십원)\n"
      "2. 「시설물의 안전 및 유지관리에 관한 특별법」 제11조에 따라 시설별 점검표와 사진을 함께 붙이고, 지적 사항마다 "
      "담당자와 완료 예정일을 적어 주시기 바랍니다.\n\n"
      "이번 조치는 지난 9월 시민 설문에서 1,204명 가운데 939명(78%)이 필요하다고 답한 데 따른 것이다. 담당자는 “시민이 "
      "걷기 좋은 길을 준비했다”고 말했다.\n\n";
static const char wrong[]
    = "1.점검 기간 : 2026.10.12 (화) ~ 2026. 11. 13까지\n 다. 시간:오후 2시 30분, 15시 20분, 9:30\n"
      "소요 예산은 금 113,560원, 345천원이다.\n\n붙임: 점검표 1부\n\n";

static double
measure (const char *paper)
{
  g_autoptr (GString) text = g_string_new (NULL);
  JipLintOptions options = { .profile = "official-letter" };

  while (text->len < SIZE)
    g_string_append (text, paper);
  gint64 start = g_get_monotonic_time ();
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GArray) found = jip_lint_check (text->str, text->len, &options);
      if (found == NULL)
        g_error ("nothing was read");
    }
  double seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  return (double) text->len * ROUNDS / SIZE / seconds;
}

int
main (void)
{
  double clean = measure (right), full = measure (wrong);
  g_print ("{\"bench\":\"lint\",\"right_mib_per_second\":%.1f,\"wrong_mib_per_second\":%.1f}\n", clean, full);
  return 0;
}
