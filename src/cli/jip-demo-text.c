/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts what people write together: a theme, a situation, a form. In the city's own language, so not translated. */
#include <string.h>

#include "jip-demo.h"

typedef struct
{
  JipDemoRandom *random;
  const JipDemoTheme *theme;
  const char *department;
} Writer;

static const char *const situations[] = {
  "지난달 인사이동으로 사람이 한 명 줄어 더 급해졌습니다.",
  "한 달에 {count}건쯤 되는데 담당은 한 사람입니다.",
  "옆 도시에서는 올봄부터 비슷한 것을 써 보고 있다고 들었습니다.",
  "작년 성과 보고회에서도 같은 이야기가 나왔지만 예산이 없어 미뤄졌습니다.",
  "저희 팀 {few}명 모두 같은 생각입니다.",
  "{minutes}분이면 될 일에 {hours}시간을 씁니다.",
  "연말이 되면 이 일 하나로 야근이 이어집니다.",
  "담당이 {few}년 사이 세 번 바뀌면서 요령도 함께 사라졌습니다.",
  "급한 날에는 {dept} 전체가 매달립니다.",
  "민원인께도 죄송하고 저희도 지칩니다.",
  "처음 맡은 지 {few}달 된 제가 보기에도 고칠 곳이 분명합니다.",
  "몇 해 전에 만든 엑셀 매크로가 있지만 새 컴퓨터에서는 열리지 않습니다.",
  "외부에 맡기려고 견적을 받아 보니 한 해에 {won}만 원이었습니다.",
  "{dept}만의 일이 아니라 거의 모든 부서가 겪는 일입니다.",
  "지난주에 하루 재어 보니 {hours}시간 {minutes}분이었습니다.",
  "내부망에서 돌아야 하므로 바깥 서비스는 쓸 수 없습니다.",
  "비슷한 제안이 있었는지 찾아봤지만 조금 달랐습니다.",
  "현장에 나가 있으면 컴퓨터를 켤 수도 없습니다.",
  "감사에서 두 해 이어 지적을 받았습니다.",
  "올해 들어 벌써 {count}번째입니다.",
  "실수가 나면 시민에게 바로 불편이 갑니다.",
  "선배들은 원래 그런 일이라고 하지만 저는 그렇게 생각하지 않습니다.",
  "육아시간을 쓰는 직원에게는 특히 부담이 큽니다.",
  "{dept}에서 작게 해 본 적이 있어 어디가 막히는지 압니다.",
};

static const char *const asks[] = {
  "{ask:이} 있으면 좋겠습니다.",
  "{ask:을} 만들어 주십시오.",
  "{ask:을} 제안합니다.",
  "그래서 {ask:을} 생각해 보았습니다.",
  "{ask}, 어렵지 않다면 올해 안에 해 보면 어떨까요.",
  "{ask:이} 꼭 필요합니다.",
  "저희가 바라는 것은 {ask}입니다.",
  "{ask:을} 먼저 한 부서에서 시험해 보기를 바랍니다.",
  "{ask:이} 있다면 당장 내일부터 쓰겠습니다.",
  "인공지능으로 {ask:을} 만들 수 있다고 봅니다.",
  "{ask:을} 시에서 직접 개발해 주시면 좋겠습니다.",
  "작게라도 {ask:을} 시작했으면 합니다.",
};

static const char *const questions[] = {
  "{ask:을} 만들 수 있을까요?",
  "{ask}, 우리 시 자료로도 될까요?",
  "{ask:이} 이미 있는지 궁금합니다. 없다면 개발을 부탁합니다.",
  "{data:을} 쓰면 {ask:이} 가능할지 검토를 요청합니다.",
  "{ask:을} 요청합니다. 필요한 자료는 저희가 모으겠습니다.",
  "데이터 부서에서 {ask:을} 시험해 주실 수 있나요?",
};

static const char *const data_lines[] = {
  "{data:은} 저희가 가지고 있습니다.",
  "{data:을} 바로 내어 드릴 수 있습니다.",
  "쓸 수 있는 자료는 {data}입니다.",
  "{data:이} 모여 있어 처음부터 시작하지 않아도 됩니다.",
  "다만 {data:은} 형식이 제각각이라 먼저 다듬어야 합니다.",
  "{data} 가운데 개인정보가 든 것은 빼고 드리겠습니다.",
};

static const char *const cautions[] = {
  "마지막 판단은 사람이 해야 합니다.",
  "틀렸을 때 누가 책임지는지는 미리 정해 두어야 합니다.",
  "개인정보는 내부망 밖으로 나가지 않아야 합니다.",
  "처음에는 {few}명이 석 달만 써 보고 넓히면 좋겠습니다.",
  "쓰기 싫은 사람에게 억지로 시키지는 않았으면 합니다.",
  "실패해도 괜찮은 작은 일부터 하면 됩니다.",
  "보안 부서와 먼저 상의하겠습니다.",
  "지금 하는 방식도 당분간 함께 두어야 합니다.",
};

static const char *const closings[] = {
  "많은 의견 부탁합니다.",           "읽어 주셔서 고맙습니다.",
  "함께하실 분을 찾습니다.",         "필요하면 시연 자료를 만들겠습니다.",
  "궁금한 점은 댓글로 남겨 주세요.", "작은 일이지만 오래 생각했습니다.",
  "돈이 드는 일은 아니라고 봅니다.", "현장에 한번 와 보시면 바로 아실 겁니다.",
};

static const char *const openings[] = {
  "{dept}에서 일합니다.",
  "{topic} 이야기입니다.",
  "{few}년째 같은 일을 하고 있습니다.",
  "현장에서 느낀 점을 적습니다.",
  "짧게 적겠습니다.",
  "어제 있었던 일입니다.",
  "부서 회의에서 나온 의견을 모았습니다.",
  "혼자 생각한 것이라 거칠 수 있습니다.",
  "{topic} 때문에 고민이 많습니다.",
  "새로 온 직원의 눈으로 썼습니다.",
};

static const char *const titles[] = {
  "{topic} 제안",
  "{topic}, 이렇게 바꿔 봅시다",
  "{topic}에 인공지능을 써 봅시다",
  "{topic} 시간을 줄이는 방법",
  "{dept} {topic} 개선",
  "{topic} 건의",
  "{topic} 한번 바꿔 봐요",
};

/* A Hangul syllable with a final consonant; of Latin letters and digits those that end in one when read. */
static gunichar
last_letter (const char *word)
{
  const char *end = word + strlen (word);

  return end > word ? g_utf8_get_char (g_utf8_prev_char (end)) : 0;
}

static gboolean
has_final (gunichar letter, gboolean *rieul)
{
  *rieul = FALSE;
  if (letter < 0xAC00 || letter > 0xD7A3)
    return strchr ("013678LMNRlmnr", (int) (letter < 128 ? letter : ' ')) != NULL;
  *rieul = (letter - 0xAC00) % 28 == 8;
  return (letter - 0xAC00) % 28 != 0;
}

static const char *
particle (const char *word, const char *kind)
{
  gboolean rieul, final = has_final (last_letter (word), &rieul);

  if (strcmp (kind, "을") == 0)
    return final ? "을" : "를";
  if (strcmp (kind, "이") == 0)
    return final ? "이" : "가";
  if (strcmp (kind, "은") == 0)
    return final ? "은" : "는";
  return final && !rieul ? "으로" : "로";
}

static void
append_value (GString *out, Writer *writer, const char *name)
{
  const struct
  {
    const char *name;
    const char *text;
    guint low, high;
  } values[] = { { "topic", writer->theme->topic, 0, 0 },
                 { "ask", writer->theme->ask, 0, 0 },
                 { "data", writer->theme->data, 0, 0 },
                 { "dept", writer->department, 0, 0 },
                 { "count", NULL, 12, 480 },
                 { "few", NULL, 3, 9 },
                 { "minutes", NULL, 10, 50 },
                 { "hours", NULL, 2, 7 },
                 { "won", NULL, 300, 4800 } };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (strcmp (values[i].name, name) == 0)
      {
        if (values[i].text != NULL)
          g_string_append (out, values[i].text);
        else
          g_string_append_printf (out, "%u",
                                  jip_demo_random_between (writer->random, values[i].low, values[i].high));
        return;
      }
  g_assert_not_reached ();
}

/* `{name}` stands for a value, `{name:을}` for a value and the particle that fits it. */
static void
append_filled (GString *out, Writer *writer, const char *pattern)
{
  for (const char *p = pattern; *p != '\0';)
    {
      const char *close = *p == '{' ? strchr (p, '}') : NULL;
      if (close == NULL)
        {
          const char *next = g_utf8_next_char (p);
          g_string_append_len (out, p, next - p);
          p = next;
          continue;
        }
      g_autofree char *inside = g_strndup (p + 1, (gsize) (close - p - 1));
      g_auto (GStrv) parts = g_strsplit (inside, ":", 2);
      append_value (out, writer, parts[0]);
      if (parts[1] != NULL)
        g_string_append (out, particle (out->str, parts[1]));
      p = close + 1;
    }
}

static void
say (GString *out, Writer *writer, const char *pattern)
{
  if (out->len > 0 && out->str[out->len - 1] != '\n')
    g_string_append_c (out, ' ');
  append_filled (out, writer, pattern);
}

#define say_one_of(out, writer, list) say (out, writer, jip_demo_random_pick ((writer)->random, list))

/**
 * jip_demo_sentence:
 *
 * Returns: (transfer full): the sentence at @index of @text, the last one when there are fewer
 */
char *
jip_demo_sentence (const char *text, guint index)
{
  const char *start = text, *stop;

  while ((stop = strstr (start, ". ")) != NULL && index-- > 0)
    start = stop + 2;
  return stop != NULL ? g_strndup (start, (gsize) (stop + 1 - start)) : g_strdup (start);
}

static void
say_pain (GString *out, Writer *writer)
{
  guint which = jip_demo_random_below (writer->random, 4);
  g_autofree char *sentence = jip_demo_sentence (writer->theme->pain, which & 1);

  say (out, writer, which < 2 ? sentence : writer->theme->pain);
}

/* Two different ones. */
static void
say_situations (GString *out, Writer *writer, guint n)
{
  guint first = jip_demo_random_below (writer->random, G_N_ELEMENTS (situations));

  for (guint i = 0; i < n; i++)
    say (out, writer, situations[(first + i * 7) % G_N_ELEMENTS (situations)]);
}

static void
new_line (GString *out, const char *lead)
{
  if (out->len > 0)
    g_string_append_c (out, '\n');
  g_string_append (out, lead);
}

static void
say_at (GString *out, Writer *writer, const char *lead, const char *pattern)
{
  new_line (out, lead);
  append_filled (out, writer, pattern);
}

/* The forms that people write in. */

static void
form_one_line (GString *out, Writer *writer)
{
  gboolean says_ask = jip_demo_random_chance (writer->random, 70);

  say (out, writer, writer->theme->gripe);
  if (says_ask)
    say_one_of (out, writer, asks);
  else
    say_situations (out, writer, 1);
}

static void
form_plain (GString *out, Writer *writer)
{
  say_pain (out, writer);
  say_one_of (out, writer, asks);
  if (jip_demo_random_chance (writer->random, 50))
    say (out, writer, writer->theme->gain);
}

static void
form_story (GString *out, Writer *writer)
{
  say_one_of (out, writer, openings);
  say_pain (out, writer);
  say_situations (out, writer, 1);
  new_line (out, "");
  say_one_of (out, writer, asks);
  say (out, writer, writer->theme->how);
  if (jip_demo_random_chance (writer->random, 60))
    say_one_of (out, writer, closings);
}

static void
form_report (GString *out, Writer *writer)
{
  say_at (out, writer, "□ 현황\n ○ ", writer->theme->pain);
  say_at (out, writer, " ○ ", jip_demo_random_pick (writer->random, situations));
  say_at (out, writer, "□ 제안\n ○ ", jip_demo_random_pick (writer->random, asks));
  say_at (out, writer, " ○ ", writer->theme->how);
  if (jip_demo_random_chance (writer->random, 60))
    say_at (out, writer, " ○ ", jip_demo_random_pick (writer->random, data_lines));
  say_at (out, writer, "□ 기대 효과\n ○ ", writer->theme->gain);
}

static void
form_long (GString *out, Writer *writer)
{
  say_one_of (out, writer, openings);
  say (out, writer, writer->theme->pain);
  say_situations (out, writer, 2);
  new_line (out, "\n");
  say_one_of (out, writer, asks);
  say (out, writer, writer->theme->how);
  say_one_of (out, writer, data_lines);
  new_line (out, "\n");
  say (out, writer, writer->theme->gain);
  say_one_of (out, writer, cautions);
  say_one_of (out, writer, closings);
}

static void
form_list (GString *out, Writer *writer)
{
  say (out, writer, writer->theme->gripe);
  say_at (out, writer, "- ", jip_demo_random_pick (writer->random, situations));
  say_at (out, writer, "- ", writer->theme->how);
  say_at (out, writer, "- ", jip_demo_random_pick (writer->random, cautions));
  new_line (out, "");
  say_one_of (out, writer, asks);
}

static void
form_backwards (GString *out, Writer *writer)
{
  say_one_of (out, writer, asks);
  say (out, writer, writer->theme->gain);
  say_situations (out, writer, 1);
  if (jip_demo_random_chance (writer->random, 50))
    say_one_of (out, writer, data_lines);
}

static void
form_numbered (GString *out, Writer *writer)
{
  say_one_of (out, writer, openings);
  say_at (out, writer, "1. 불편한 점: ",
          jip_demo_random_chance (writer->random, 50) ? writer->theme->gripe : writer->theme->pain);
  say_at (out, writer, "2. 바라는 것: ", writer->theme->ask);
  say_at (out, writer, "3. 자료: ", writer->theme->data);
  say_at (out, writer, "4. 지킬 것: ", jip_demo_random_pick (writer->random, cautions));
}

static void
form_data_first (GString *out, Writer *writer)
{
  say_one_of (out, writer, data_lines);
  say_pain (out, writer);
  say (out, writer, writer->theme->how);
  say_one_of (out, writer, cautions);
}

static void
form_question (GString *out, Writer *writer)
{
  if (jip_demo_random_chance (writer->random, 70))
    say_pain (out, writer);
  say_one_of (out, writer, questions);
  if (jip_demo_random_chance (writer->random, 40))
    say_one_of (out, writer, data_lines);
}

static void
form_short_question (GString *out, Writer *writer)
{
  say_one_of (out, writer, questions);
  if (jip_demo_random_chance (writer->random, 50))
    say_situations (out, writer, 1);
}

static void
form_long_question (GString *out, Writer *writer)
{
  say_one_of (out, writer, openings);
  say (out, writer, writer->theme->pain);
  say_situations (out, writer, 1);
  new_line (out, "");
  say_one_of (out, writer, questions);
  say (out, writer, writer->theme->how);
  say_one_of (out, writer, closings);
}

static const struct
{
  void (*write) (GString *out, Writer *writer);
  gboolean request;
  guint weight;
} forms[] = {
  { form_one_line, FALSE, 12 }, { form_plain, FALSE, 14 },        { form_story, FALSE, 14 },
  { form_report, FALSE, 9 },    { form_long, FALSE, 9 },          { form_list, FALSE, 8 },
  { form_backwards, FALSE, 8 }, { form_numbered, FALSE, 6 },      { form_data_first, FALSE, 6 },
  { form_question, TRUE, 8 },   { form_short_question, TRUE, 5 }, { form_long_question, TRUE, 6 },
};

static guint
choose_form (JipDemoRandom *random)
{
  guint total = 0, i;

  for (i = 0; i < G_N_ELEMENTS (forms); i++)
    total += forms[i].weight;
  guint at = jip_demo_random_below (random, total);
  for (i = 0; at >= forms[i].weight; i++)
    at -= forms[i].weight;
  return i;
}

static char *
compose_title (Writer *writer)
{
  guint chance = jip_demo_random_below (writer->random, 100);
  g_autoptr (GString) title = g_string_new (NULL);

  if (chance < 30)
    return NULL;
  if (chance < 80)
    return g_strdup (jip_demo_random_pick (writer->random, writer->theme->titles));
  append_filled (title, writer, jip_demo_random_pick (writer->random, titles));
  return g_strdup (title->str);
}

/**
 * jip_demo_compose_idea:
 * @department: its name
 * @text: (out caller-allocates)
 */
void
jip_demo_compose_idea (JipDemoRandom *random,
                       const JipDemoTheme *theme,
                       const char *department,
                       JipDemoText *text)
{
  Writer writer = { random, theme, department };
  g_autoptr (GString) body = g_string_new (NULL);
  guint form = choose_form (random);

  forms[form].write (body, &writer);
  text->request = forms[form].request;
  text->title = compose_title (&writer);
  text->body = g_strdup (body->str);
}

void
jip_demo_text_clear (JipDemoText *text)
{
  g_clear_pointer (&text->title, g_free);
  g_clear_pointer (&text->body, g_free);
}

static const char *const comments[] = {
  "저희 부서도 똑같습니다. 공감합니다.",
  "{dept}에서 함께 해 보고 싶습니다.",
  "{data:은} 어디에 있나요? 형식을 알고 싶습니다.",
  "작년에 비슷한 것을 해 봤는데 자료를 모으는 데 시간이 가장 많이 들었습니다.",
  "현장에서는 전화기로도 되어야 쓸 것 같습니다.",
  "좋은 생각입니다. 다만 틀렸을 때 되돌릴 수 있어야 합니다.",
  "{topic}만이라도 먼저 되면 정말 좋겠어요.",
  "우리 팀 {few}명이 시험 사용자로 참여하겠습니다.",
  "개인정보가 들어 있는지 먼저 확인해 주세요.",
  "이건 인공지능 없이도 될 것 같은데 어떻게 생각하세요?",
  "한 달에 {count}건이면 효과가 크겠네요.",
  "예산은 얼마나 들까요?",
  "담당자가 바뀌어도 계속 쓸 수 있게 설명서를 남기면 좋겠습니다.",
  "저는 조금 걱정됩니다. 결과를 누가 확인하나요?",
  "시민에게 보이는 것이라면 쉬운 말로 해 주세요.",
  "찬성합니다. 연말 전에 시작하면 내년 예산에 넣을 수 있습니다.",
  "비슷한 제안이 하나 더 있던데 합치면 어떨까요?",
  "{dept}에는 {data:이} 없어서 바로 쓰기는 어렵습니다.",
  "보안 검토를 받으려면 {few}주쯤 걸립니다.",
  "어제 딱 이 일로 {hours}시간을 썼습니다.",
  "댓글 처음 달아 봅니다. 응원합니다!",
  "구체적인 예를 하나만 더 적어 주실 수 있을까요?",
  "되면 좋지만 안 돼도 업무 방식을 한번 돌아볼 만합니다.",
  "외부망에서는 못 쓰는 것이 맞지요?",
  "자료를 정리해 둔 것이 있습니다. 쪽지 주세요.",
  "교육을 {minutes}분만 해 주시면 다들 쓸 것 같습니다.",
};

char *
jip_demo_compose_comment (JipDemoRandom *random, const JipDemoTheme *theme, const char *department)
{
  Writer writer = { random, theme, department };
  g_autoptr (GString) body = g_string_new (NULL);

  append_filled (body, &writer, jip_demo_random_pick (random, comments));
  return g_strdup (body->str);
}
