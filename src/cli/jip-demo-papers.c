/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Source papers for the draft writer: what lies on a clerk's desk before a draft is written. */
#include <stdio.h>
#include <string.h>

#include "jip-demo.h"
#include "jip-document.h"
#include "jip-draft-text.h"

typedef struct
{
  JipDemo *demo;
  JipDemoRandom random;
  GString *text;
} Paper;

static char *
day (Paper *paper, guint days_ahead)
{
  static const char *const names[] = { "월", "화", "수", "목", "금", "토", "일" };
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (9 * 60 * 60);
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_utc (paper->demo->now / 1000 + days_ahead * 86400);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (moment, zone);

  return g_strdup_printf ("%d. %d. %d.(%s)", g_date_time_get_year (local), g_date_time_get_month (local),
                          g_date_time_get_day_of_month (local),
                          names[g_date_time_get_day_of_week (local) - 1]);
}

static guint
number (Paper *paper, guint low, guint high)
{
  return jip_demo_random_between (&paper->random, low, high);
}

static const char *
person (Paper *paper)
{
  JipDemo *demo = paper->demo;

  return jip_demo_person (demo, demo->first_staff + jip_demo_random_below (&paper->random, demo->n_staff))
      ->name;
}

/* With a comma before each three digits. */
static void
append_number (GString *out, guint value)
{
  if (value >= 1000)
    {
      append_number (out, value / 1000);
      g_string_append_printf (out, ",%03u", value % 1000);
    }
  else
    g_string_append_printf (out, "%u", value);
}

/* `{LOW-HIGH}` stands for a number, `{person}` for a name; from left to right, so that every compiler draws alike. */
static void
append_filled (Paper *paper, const char *pattern)
{
  const char *open, *close;
  guint low, high;

  while ((open = strchr (pattern, '{')) != NULL && (close = strchr (open, '}')) != NULL)
    {
      g_string_append_len (paper->text, pattern, open - pattern);
      if (sscanf (open, "{%u-%u}", &low, &high) == 2)
        append_number (paper->text, number (paper, low, high));
      else
        g_string_append (paper->text, person (paper));
      pattern = close + 1;
    }
  g_string_append (paper->text, pattern);
}

G_GNUC_PRINTF (2, 3)
static void
line (Paper *paper, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *pattern = g_strdup_vprintf (format, args);
  va_end (args);
  append_filled (paper, pattern);
  g_string_append_c (paper->text, '\n');
}

static char *
grouped (guint value)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_number (text, value);
  return g_strdup (text->str);
}

static void
write_press_background (Paper *paper)
{
  static const char *const places[] = { "한빛중앙도서관", "별빛공원", "물빛문화회관", "새빛체육관" };
  g_autofree char *opening = day (paper, number (paper, 9, 30));
  g_autofree char *apply = day (paper, number (paper, 2, 8));
  guint people = number (paper, 80, 400);

  line (paper, "□ 행사 개요");
  line (paper, "○ 행사명: 시민과 함께하는 인공지능 체험 마당");
  line (paper, "○ 일시: %s 오후 2시부터 5시까지", opening);
  line (paper, "○ 장소: %s 1층", jip_demo_random_pick (&paper->random, places));
  line (paper, "○ 대상: 시민 %u명(사전 신청 %u명, 현장 접수 %u명)", people, people - people / 4, people / 4);
  line (paper, "○ 예산: {12-90}백만 원(전액 시비)");
  line (paper, "□ 주요 내용");
  line (paper, "○ 체험관 {4-9}곳 운영: 통역, 글쓰기 도우미, 동네 지도 만들기");
  line (paper, "○ 강연 {2-5}회, 회당 {3-6}0분");
  line (paper, "○ 신청은 %s까지 시 누리집에서 받는다.", apply);
  line (paper, "□ 한마디");
  line (paper, "○ 한빛시장 {person}: “기술은 어렵지 않아야 한다. 누구나 와서 만져 보고 물어보길 바란다.”");
  line (paper, "□ 문의: 데이터정보화담당관 {person} 주무관");
}

static void
write_awards (Paper *paper, guint *sum)
{
  guint best = number (paper, 2, 3) * 100;
  guint excellence = number (paper, 10, 15) * 10;
  guint encouragement = number (paper, 3, 7) * 10;

  *sum = best + 100 + best + 2 * excellence + 6 * encouragement;
  line (paper, "□ 시상");
  line (paper, "○ 대상 1건 %u만 원, 최우수 1건 %u만 원", best + 100, best);
  line (paper, "○ 우수 2건 각 %u만 원, 장려 6건 각 %u만 원", excellence, encouragement);
}

static void
write_event_plan (Paper *paper)
{
  g_autofree char *date = day (paper, number (paper, 14, 40));
  guint stage = number (paper, 3, 9) * 100;
  guint food = number (paper, 2, 6) * 100;
  guint prizes;

  line (paper, "□ 추진 배경");
  line (paper, "○ 직원의 생각을 정책으로 잇고자 열흘 동안 공모하여 {250-480}건을 받았다.");
  line (paper, "○ 내부 검토와 외부 의견을 거쳐 10건을 본선에 올렸다.");
  line (paper, "□ 행사 개요");
  line (paper, "○ 일시: %s 14:00~17:30", date);
  line (paper, "○ 장소: 시청 대강당(좌석 {280-420}석)");
  line (paper, "○ 참석: 전문가 심사위원 13명, 직원 평가단 100명, 참관 {120-220}명");
  line (paper, "○ 배점: 전문가 70퍼센트, 직원 평가단 30퍼센트");
  write_awards (paper, &prizes);
  g_autofree char *total = grouped (stage + food + prizes);
  g_autofree char *for_prizes = grouped (prizes);
  line (paper, "□ 소요 예산: 총 %s만 원", total);
  line (paper, "○ 무대와 장비 %u만 원, 다과 %u만 원, 시상금 %s만 원", stage, food, for_prizes);
  line (paper, "□ 담당: 기획예산과 {person} 팀장, {person} 주무관");
}

static void
write_statistics (Paper *paper)
{
  guint counts[4], received = 0;

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    received += counts[i] = number (paper, 1800, 4200);
  g_autofree char *all = grouped (received);
  g_autofree char *in_time = grouped (received * number (paper, 88, 97) / 100);
  line (paper, "□ 민원 처리");
  line (paper, "○ 한 해 접수 %s건, 기한 안 처리 %s건", all, in_time);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree char *count = grouped (counts[i]);
      line (paper, "○ %u분기: %s건, 평균 처리 {2-6}.{0-9}일", i + 1, count);
    }
  line (paper, "□ 자주 들어온 것");
  line (paper, "○ 도로·교통 {900-1900}건, 환경 {700-1400}건, 복지 {500-1200}건, 세무 {300-900}건");
  line (paper, "□ 만족도");
  line (paper,
        "○ 응답 {800-2400}명 가운데 만족 {71-89}.{0-9}퍼센트, 지난해보다 {1-4}.{1-9}퍼센트포인트 올랐다.");
  line (paper, "※ 시민소통과 {person} 주무관이 정리했다.");
}

static void
write_meeting (Paper *paper)
{
  g_autofree char *held = day (paper, 0);
  g_autofree char *next = day (paper, number (paper, 7, 21));
  guint places = number (paper, 6, 18);

  line (paper, "□ 회의 개요");
  line (paper, "○ 일시: %s 10:00, 시청 3층 작은 회의실", held);
  line (paper, "○ 참석: 안전총괄과 {person} 과장 등 {6-14}명");
  line (paper, "□ 논의한 것");
  line (paper, "○ 침수 우려 지하차도 %u곳 가운데 %u곳에 수위계를 더 단다.", places, places / 2);
  line (paper, "○ 배수펌프 {20-60}대를 %s 이전에 점검한다.", next);
  line (paper, "○ 시민 알림 문자는 {2-5}0분 안에 보낸다.");
  line (paper, "□ 정한 것");
  line (paper, "○ 도로시설과 {person} 팀장이 예산 {40-260}백만 원의 쓰임을 정리한다.");
  line (paper, "○ 다음 회의: %s 10:00", next);
}

static const struct
{
  const char *file;
  const char *title;
  void (*write) (Paper *paper);
} papers[] = {
  { "보도-참고자료.pdf", "인공지능 체험 마당 보도 참고자료", write_press_background },
  { "행사-계획.pdf", "직원 아이디어톤 행사 계획", write_event_plan },
  { "통계-요약.pdf", "민원 처리 통계 요약", write_statistics },
  { "회의-결과.pdf", "여름철 침수 대비 회의 결과", write_meeting },
};

static JipDraft *
make_draft (Paper *paper, const char *title)
{
  g_autoptr (JipDraft) empty = jip_draft_new ("work-report", title);
  g_autoptr (GPtrArray) blocks = jip_blocks_from_text (paper->text->str, JIP_ORIGIN_NONE);
  g_autoptr (JipSection) section = jip_section_new ("body", NULL, blocks);

  return jip_draft_with_section (empty, section);
}

/* Writes the papers as PDF files into @folder. */
gboolean
jip_demo_write_papers (JipDemo *demo, const char *folder, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (papers); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      Paper paper = { .demo = demo, .text = text };
      g_autofree char *path = g_build_filename (folder, papers[i].file, NULL);
      jip_demo_random_init (&paper.random, demo->seed, papers[i].file);
      papers[i].write (&paper);
      g_autoptr (JipDraft) draft = make_draft (&paper, papers[i].title);
      const JipDocumentOptions options = { .created = demo->now };
      g_autoptr (GBytes) pdf = jip_document_render (draft, JIP_DOCUMENT_PDF, &options, error);
      if (pdf == NULL
          || !g_file_set_contents (path, g_bytes_get_data (pdf, NULL), (gssize) g_bytes_get_size (pdf),
                                   error))
        return FALSE;
    }
  return TRUE;
}
