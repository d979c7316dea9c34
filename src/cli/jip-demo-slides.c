/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A finalist's slides: 6 to 12 pages, 16:9, large letters and simple figures. */
#include "jip-demo.h"
#include "jip-slide-writer.h"

#define WIDTH JIP_SLIDE_WIDTH
#define HEIGHT JIP_SLIDE_HEIGHT
#define MARGIN 64.0
#define MAX_PAGES 12

typedef struct
{
  JipSlideWriter *writer;
  JipDemo *demo;
  const JipDemoTheme *theme;
  const JipDemoPerson *author;
  JipDemoRandom random;
  guint32 colour;
  guint page;
} Slides;

static const guint32 colours[] = { 0x1F4E79, 0x2E6B4F, 0x7A3B69, 0x8A4B1F, 0x34495E, 0x1F6F78 };

static double
draw_text (Slides *slides, const JipSlideText *place, const char *text)
{
  return jip_slide_writer_text (slides->writer, place, text);
}

static void
draw_box (Slides *slides, double x, double y, double width, double height, guint32 colour)
{
  jip_slide_writer_box (slides->writer, x, y, width, height, colour);
}

static void
begin_page (Slides *slides, const char *heading)
{
  g_autofree char *number = NULL;

  slides->page++;
  number = g_strdup_printf ("%u", slides->page);
  draw_box (slides, 0, 0, WIDTH, HEIGHT, 0xFFFFFF);
  draw_box (slides, 0, 0, 16, HEIGHT, slides->colour);
  draw_text (slides, &(JipSlideText){ MARGIN, 40, WIDTH - 2 * MARGIN, 40, TRUE, FALSE, slides->colour },
             heading);
  draw_box (slides, MARGIN, 104, WIDTH - 2 * MARGIN, 3, slides->colour);
  draw_text (slides, &(JipSlideText){ WIDTH - MARGIN - 40, HEIGHT - 36, 40, 16, FALSE, TRUE, 0x777777 },
             number);
}

static void
page_title (Slides *slides)
{
  g_autofree char *category = g_strdup_printf (
      "%s · %s", slides->theme->citizen ? "대시민 서비스" : "내부 프로세스 개선", slides->theme->category);
  g_autofree char *by
      = g_strdup_printf ("%s %s\n%s 아이디어톤", jip_demo_departments[slides->author->department],
                         slides->author->name, JIP_DEMO_CITY);

  slides->page++;
  draw_box (slides, 0, 0, WIDTH, HEIGHT, slides->colour);
  draw_text (slides, &(JipSlideText){ MARGIN, 110, WIDTH - 2 * MARGIN, 26, FALSE, FALSE, 0xDDE6EE },
             category);
  draw_text (slides, &(JipSlideText){ MARGIN, 170, WIDTH - 2 * MARGIN, 60, TRUE, FALSE, 0xFFFFFF },
             slides->theme->titles[0]);
  draw_text (slides, &(JipSlideText){ MARGIN, 400, WIDTH - 2 * MARGIN, 26, FALSE, FALSE, 0xFFFFFF }, by);
}

static void
page_pain (Slides *slides)
{
  begin_page (slides, "지금은 이렇습니다");
  double used
      = draw_text (slides, &(JipSlideText){ MARGIN, 140, WIDTH - 2 * MARGIN, 32, FALSE, FALSE, 0x222222 },
                   slides->theme->pain);
  g_autofree char *gripe = g_strdup_printf ("“%s”", slides->theme->gripe);
  draw_text (slides,
             &(JipSlideText){ MARGIN, 170 + used, WIDTH - 2 * MARGIN, 34, TRUE, FALSE, slides->colour },
             gripe);
}

static void
page_chart (Slides *slides)
{
  const double step = (WIDTH - 2 * MARGIN) / 12;
  g_autofree char *heading = g_strdup_printf ("한 해의 %s", slides->theme->topic);

  begin_page (slides, heading);
  for (guint i = 0; i < 12; i++)
    {
      guint value = jip_demo_random_between (&slides->random, 40, 280);
      g_autofree char *count = g_strdup_printf ("%u", value);
      g_autofree char *month = g_strdup_printf ("%u월", i + 1);
      double x = MARGIN + i * step;
      draw_box (slides, x + 8, 450 - value, step - 16, value, value > 200 ? slides->colour : 0xA9B7C4);
      draw_text (slides, &(JipSlideText){ x, 450.0 - value - 26, step, 16, FALSE, TRUE, 0x444444 }, count);
      draw_text (slides, &(JipSlideText){ x, 456, step, 18, FALSE, TRUE, 0x444444 }, month);
    }
  draw_text (slides, &(JipSlideText){ MARGIN, 118, WIDTH - 2 * MARGIN, 18, FALSE, FALSE, 0x777777 },
             "달마다 처리한 건수");
}

static void
page_ask (Slides *slides)
{
  begin_page (slides, "제안합니다");
  draw_box (slides, MARGIN, 140, WIDTH - 2 * MARGIN, 170, 0xEEF2F6);
  draw_text (slides,
             &(JipSlideText){ MARGIN + 30, 165, WIDTH - 2 * MARGIN - 60, 38, TRUE, FALSE, slides->colour },
             slides->theme->ask);
  draw_text (slides, &(JipSlideText){ MARGIN, 345, WIDTH - 2 * MARGIN, 30, FALSE, FALSE, 0x222222 },
             slides->theme->how);
}

static void
page_flow (Slides *slides)
{
  static const char *const steps[] = { "자료 모으기", "초안·판독", "담당자 확인", "반영과 기록" };

  begin_page (slides, "이렇게 움직입니다");
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      double x = MARGIN + i * 212;
      draw_box (slides, x, 200, 180, 130, i == 2 ? slides->colour : 0xDCE4EC);
      draw_text (slides, &(JipSlideText){ x, 245, 180, 28, TRUE, TRUE, i == 2 ? 0xFFFFFF : 0x222222 },
                 steps[i]);
      if (i + 1 < G_N_ELEMENTS (steps))
        draw_text (slides, &(JipSlideText){ x + 180, 245, 32, 28, TRUE, TRUE, 0x777777 }, "→");
    }
  draw_text (slides, &(JipSlideText){ MARGIN, 380, WIDTH - 2 * MARGIN, 28, FALSE, FALSE, 0x222222 },
             "마지막 판단은 언제나 사람이 합니다.");
}

static void
page_data (Slides *slides)
{
  const double x = 700, y = 310, radius = 130;
  const guint ready = jip_demo_random_between (&slides->random, 55, 90);
  g_autofree char *share = g_strdup_printf ("%u %%", ready);

  begin_page (slides, "쓸 수 있는 자료");
  draw_text (slides, &(JipSlideText){ MARGIN, 150, 440, 34, TRUE, FALSE, 0x222222 }, slides->theme->data);
  draw_text (slides, &(JipSlideText){ MARGIN, 300, 440, 26, FALSE, FALSE, 0x444444 },
             "바로 쓸 수 있는 몫과 먼저 다듬어야 하는 몫을 나누어 보았습니다.");
  jip_slide_writer_pie (slides->writer, x, y, radius, 1, 0xD5DCE3);
  jip_slide_writer_pie (slides->writer, x, y, radius, ready / 100.0, slides->colour);
  draw_text (slides, &(JipSlideText){ x - 100, y + radius + 14, 200, 30, TRUE, TRUE, slides->colour }, share);
}

static void
page_cautions (Slides *slides)
{
  static const char *const lines[]
      = { "개인정보는 내부망 밖으로 나가지 않습니다", "틀린 결과를 되돌릴 수 있습니다",
          "왜 그런 답이 나왔는지 근거를 보여 줍니다", "석 달 동안 한 부서에서 먼저 씁니다" };

  begin_page (slides, "지킬 것");
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      draw_box (slides, MARGIN, 160 + i * 80, 18, 18, slides->colour);
      draw_text (
          slides,
          &(JipSlideText){ MARGIN + 40, 148 + i * 80, WIDTH - 2 * MARGIN - 40, 30, FALSE, FALSE, 0x222222 },
          lines[i]);
    }
}

static void
page_gain (Slides *slides)
{
  const guint before = jip_demo_random_between (&slides->random, 120, 240);
  const guint after = before * jip_demo_random_between (&slides->random, 20, 55) / 100;
  const guint values[] = { before, after };
  static const char *const names[] = { "지금", "바뀐 뒤" };

  begin_page (slides, "무엇이 나아지나");
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *minutes = g_strdup_printf ("%u분", values[i]);
      double y = 170 + i * 90;
      draw_text (slides, &(JipSlideText){ MARGIN, y + 8, 130, 28, TRUE, FALSE, 0x222222 }, names[i]);
      draw_box (slides, MARGIN + 140, y, values[i] * 2.2, 60, i == 0 ? 0xA9B7C4 : slides->colour);
      draw_text (slides,
                 &(JipSlideText){ MARGIN + 150 + values[i] * 2.2, y + 8, 140, 28, TRUE, FALSE, 0x222222 },
                 minutes);
    }
  draw_text (slides, &(JipSlideText){ MARGIN, 390, WIDTH - 2 * MARGIN, 30, FALSE, FALSE, 0x222222 },
             slides->theme->gain);
}

static void
page_plan (Slides *slides)
{
  static const char *const steps[] = { "자료 정리", "시험판 만들기", "한 부서 시험", "넓혀 쓰기" };
  double x = MARGIN + 180;

  begin_page (slides, "일정");
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      guint weeks = jip_demo_random_between (&slides->random, 3, 9);
      g_autofree char *text = g_strdup_printf ("%u주", weeks);
      double y = 150 + i * 84;
      draw_text (slides, &(JipSlideText){ MARGIN, y + 10, 180, 26, FALSE, FALSE, 0x222222 }, steps[i]);
      draw_box (slides, x, y, weeks * 17.0, 54, slides->colour);
      draw_text (slides, &(JipSlideText){ x, y + 10, weeks * 17.0, 24, TRUE, TRUE, 0xFFFFFF }, text);
      x += weeks * 17.0;
    }
}

static void
page_cost (Slides *slides)
{
  static const char *const items[] = { "서버", "자료 정리", "교육" };

  begin_page (slides, "비용과 사람");
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_autofree char *won = g_strdup_printf ("%u백만 원", jip_demo_random_between (&slides->random, 2, 60));
      double x = MARGIN + i * 285;
      draw_box (slides, x, 160, 262, 190, 0xEEF2F6);
      draw_text (slides, &(JipSlideText){ x, 185, 262, 30, FALSE, TRUE, 0x444444 }, items[i]);
      draw_text (slides, &(JipSlideText){ x, 250, 262, 42, TRUE, TRUE, slides->colour }, won);
    }
  guint people = jip_demo_random_between (&slides->random, 4, 7);
  guint clerks = jip_demo_random_between (&slides->random, 1, 3);
  g_autofree char *text = g_strdup_printf ("맡을 사람 %u명, 그 가운데 현업 담당 %u명", people, clerks);
  draw_text (slides, &(JipSlideText){ MARGIN, 400, WIDTH - 2 * MARGIN, 28, FALSE, FALSE, 0x222222 }, text);
}

static void
page_voices (Slides *slides)
{
  begin_page (slides, "현장의 목소리");
  for (guint i = 0; i < 3; i++)
    {
      guint department = jip_demo_random_below (&slides->random, JIP_DEMO_N_DEPARTMENTS);
      g_autofree char *text
          = jip_demo_compose_comment (&slides->random, slides->theme, jip_demo_departments[department]);
      draw_box (slides, MARGIN, 140 + i * 118, WIDTH - 2 * MARGIN, 98, 0xEEF2F6);
      draw_text (
          slides,
          &(JipSlideText){ MARGIN + 24, 156 + i * 118, WIDTH - 2 * MARGIN - 48, 25, FALSE, FALSE, 0x222222 },
          text);
    }
}

static void
page_end (Slides *slides)
{
  begin_page (slides, "고맙습니다");
  draw_text (slides, &(JipSlideText){ MARGIN, 200, WIDTH - 2 * MARGIN, 44, TRUE, TRUE, slides->colour },
             slides->theme->titles[1]);
  draw_text (slides, &(JipSlideText){ MARGIN, 330, WIDTH - 2 * MARGIN, 28, FALSE, TRUE, 0x444444 },
             slides->theme->gain);
}

/* In the order of the talk; those that may be left out, are at random, until the rest fits. */
static const struct
{
  void (*draw) (Slides *slides);
  gboolean always;
} pages[MAX_PAGES] = {
  { page_title, TRUE }, { page_pain, TRUE },  { page_chart, FALSE }, { page_voices, FALSE },
  { page_ask, TRUE },   { page_flow, FALSE }, { page_data, FALSE },  { page_cautions, FALSE },
  { page_gain, TRUE },  { page_plan, FALSE }, { page_cost, FALSE },  { page_end, TRUE },
};

static void
draw_pages (Slides *slides)
{
  guint optional[MAX_PAGES], n_optional = 0;
  gboolean left_out[MAX_PAGES] = { FALSE };

  for (guint i = 0; i < MAX_PAGES; i++)
    if (!pages[i].always)
      optional[n_optional++] = i;
  jip_demo_random_shuffle (&slides->random, optional, n_optional);
  for (guint i = jip_demo_random_between (&slides->random, 1, n_optional); i < n_optional; i++)
    left_out[optional[i]] = TRUE;
  for (guint i = 0; i < MAX_PAGES; i++)
    if (!left_out[i])
      {
        pages[i].draw (slides);
        jip_slide_writer_end_page (slides->writer);
      }
}

/**
 * jip_demo_slides:
 * @entry: index of the finalist
 *
 * Returns: (transfer full): a PDF, the same bytes for the same city
 */
GBytes *
jip_demo_slides (JipDemo *demo, guint entry, GError **error)
{
  const JipDemoTheme *theme = &jip_demo_themes[demo->finalists[entry]];
  g_autofree char *stream = g_strdup_printf ("slides/%u", entry);
  g_autoptr (JipSlideWriter) writer = jip_slide_writer_new (theme->titles[0], demo->now - JIP_DEMO_DAY);
  Slides slides = { .writer = writer,
                    .demo = demo,
                    .theme = theme,
                    .author = jip_demo_person (demo, demo->authors[entry]),
                    .colour = colours[entry % G_N_ELEMENTS (colours)] };

  jip_demo_random_init (&slides.random, demo->seed, stream);
  draw_pages (&slides);
  return jip_slide_writer_finish (writer, error);
}
