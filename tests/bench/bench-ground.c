/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-ground [--pages N] [--draft-pages N]: a draft against sources, pages of about 1,800 characters. Prints one line of
 * JSON: the milliseconds of CPU time to read the sources into the index and to check the draft, and MiB/s of both together. */
#include <glib.h>
#include <stdlib.h>
#include <time.h>

#include "jip-ground.h"

#define RUNS 5 /* the best one counts */

static int n_pages = 200;
static int n_draft_pages = 30;

static const GOptionEntry options[] = {
  { "pages", 0, 0, G_OPTION_ARG_INT, &n_pages, "Pages of the sources", "N" },
  { "draft-pages", 0, 0, G_OPTION_ARG_INT, &n_draft_pages, "Pages of the draft", "N" },
  { NULL },
};

/* A sentence as reports have it; about one fact in twenty characters. */
static void
append_sentence (GString *out, GRand *rand)
{
  static const char *const names[] = { "김가온", "이하늘", "박새롬", "정아람", "한누리", "서이든" };
  int n = g_rand_int_range (rand, 1, 10000), day = g_rand_int_range (rand, 1, 29),
      month = g_rand_int_range (rand, 1, 13);

  switch (g_rand_int_range (rand, 0, 7))
    {
    case 0:
      g_string_append_printf (out, "○ 도서관 야간 이용 수요가 늘어 2026. %d. %d.부터 오후 %d시까지 연다.\n",
                              month, day, n % 11 + 1);
      break;
    case 1:
      g_string_append_printf (out, "  - 지난해 이용자는 %d명으로 %d.%d%% 늘었으며 %d곳에서 사업을 벌인다.\n",
                              n, n % 90, n % 9 + 1, n % 40 + 2);
      break;
    case 2:
      g_string_append_printf (out, "%s 과장은 “시민 %d명이 바라는 일을 먼저 하겠다”라고 말했다.\n",
                              names[n % 6], n);
      break;
    case 3:
      g_string_append_printf (out,
                              "시는 예산 %d억 %d천만원을 들여 주차면 %d면을 넓히고 도로 %d.%dkm를 고친다.\n",
                              n % 90 + 1, n % 9 + 1, n % 700, n % 30, n % 9 + 1);
      break;
    case 4:
      g_string_append (
          out,
          "주민이 오래 바라 온 일이고 여러 부서가 함께 준비한 만큼 빈틈없이 살펴 나갈 계획이다. 현장의 목소리도 더 듣는다.\n");
      break;
    case 5:
      g_string_append_printf (
          out, "「지방자치법」 제%d조에 따라 위원회를 두고 분기마다 회의를 열어 추진 상황을 점검한다.\n",
          n % 200 + 1);
      break;
    default:
      g_string_append_printf (out, "| 시설비 | %d | %d,%03d | 열두 곳 | 문의 031-555-%04d |\n", n, n % 99 + 1,
                              n % 1000, n);
    }
}

static GString *
make_page (GRand *rand)
{
  GString *page = g_string_new (NULL);

  while (g_utf8_strlen (page->str, (gssize) page->len) < 1800)
    append_sentence (page, rand);
  return page;
}

/* Of this process, in microseconds: it has one thread, and what else the machine does is no matter. */
static gint64
cpu_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_TIME_SPAN_SECOND + now.tv_nsec / 1000;
}

static double
milliseconds_since (gint64 *start)
{
  gint64 now = cpu_time ();
  double elapsed = (double) (now - *start) / 1000;
  *start = now;
  return elapsed;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GPtrArray) pages = g_ptr_array_new ();
  g_autoptr (GString) draft = g_string_new (NULL);
  gsize bytes = 0;
  guint supported = 0;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  g_autoptr (JipGroundRules) rules = jip_ground_rules_load (JIP_SOURCE_DATA_DIR "/ground", &error);
  if (rules == NULL)
    g_error ("%s", error->message);
  for (int i = 0; i < n_pages; i++)
    g_ptr_array_add (pages, make_page (rand));
  for (int i = 0; i < n_draft_pages; i++)
    {
      GString *page = make_page (rand);
      g_string_append_len (draft, page->str, (gssize) page->len);
      g_string_free (page, TRUE);
    }

  double index = G_MAXDOUBLE, check = G_MAXDOUBLE;
  guint n_facts = 0;
  for (guint run = 0; run < RUNS; run++)
    {
      gint64 start = cpu_time ();
      g_autoptr (JipGround) ground = jip_ground_new (rules, 2026);
      jip_ground_begin_source (ground);
      for (guint i = 0; i < pages->len; i++)
        {
          GString *page = pages->pdata[i];
          jip_ground_add_page (ground, page->str, page->len);
          bytes += run == 0 ? page->len : 0;
        }
      double once = milliseconds_since (&start);
      index = MIN (index, once);
      g_autoptr (GArray) facts = jip_ground_check (ground, draft->str, draft->len);
      once = milliseconds_since (&start);
      check = MIN (check, once);
      n_facts = facts->len;
      for (guint i = 0; run == 0 && i < facts->len; i++)
        supported += g_array_index (facts, JipGroundFact, i).supported ? 1 : 0;
    }
  g_print ("{\"bench\":\"ground\",\"pages\":%d,\"draft_pages\":%d,\"bytes\":%" G_GSIZE_FORMAT
           ",\"facts\":%u,\"supported\":%u,"
           "\"index_ms\":%.1f,\"check_ms\":%.1f,\"mib_per_s\":%.1f}\n",
           n_pages, n_draft_pages, bytes + draft->len, n_facts, supported, index, check,
           (double) (bytes + draft->len) / 1048576 / (index + check) * 1000);
  for (guint i = 0; i < pages->len; i++)
    g_string_free (pages->pdata[i], TRUE);
  return EXIT_SUCCESS;
}
