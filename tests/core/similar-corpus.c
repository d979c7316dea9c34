/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "similar-corpus.h"

#include <string.h>

#include "jip-json.h"

static const char *const things[] = {
  "회의록",        "주차장",         "민원 창구",      "보도자료",      "당직실",        "가로등",
  "횡단보도",      "버스 정류장",    "공원 화장실",    "도서관",        "어린이집",      "경로당",
  "체육관",        "수영장",         "전통시장",       "분리수거장",    "하천 산책로",   "자전거 도로",
  "제설 장비",     "관용차",         "회의실",         "구내식당",      "휴게실",        "전산실",
  "문서고",        "누리집",         "시정 소식지",    "여권 창구",     "무인 발급기",   "고지서",
  "보조금 서식",   "계약 서류",      "예산서",         "출장 신청서",   "교육 과정",     "인사 기록",
  "결재 화면",     "메신저",         "업무 수첩",      "공무원증",      "관광 안내소",   "박물관",
  "문화 강좌",     "축제 무대",      "지역 상품권",    "농기계 창고",   "가로수",        "텃밭",
  "반려견 놀이터", "빈집",           "공사장 가림막",  "지하차도",      "배수 펌프",     "교량 난간",
  "승강기",        "소화기",         "심장충격기",     "비상벨",        "감시 카메라",   "드론",
  "상수도 계량기", "정수장",         "태양광 판",      "전기차 충전기", "재활용 수거함", "일회용 컵",
  "민방위 대피소", "보건소",         "치매 안심 센터", "장애인 콜택시", "청년 공간",     "일자리 상담실",
  "창업 보육실",   "기부 물품 창고", "다문화 교실",    "수어 통역",     "설문지",        "제안 게시판",
  "투표소",        "공청회장",       "의회 속기록",    "감사 자료",     "통계 연보",     "조례집",
  "업무 편람",     "인수인계서",     "안내 전화",      "대기 번호표",   "민원 서식",     "현수막 게시대"
};
static const char *const wishes[]
    = { "%s 담당자의 자리 번호를 문 앞에 적어 두면 찾기 쉽겠습니다.",
        "%s 관련 예산이 해마다 남는데 다른 곳에 쓰도록 합시다.",
        "%s 색이 어두워서 보기 싫습니다. 밝은 색으로 칠해 주세요.",
        "%s 이름이 길고 어렵습니다. 공모로 새 이름을 지어 봅시다.",
        "%s 점검 주기를 석 달에서 한 달로 당겼으면 좋겠습니다.",
        "%s 사용 설명을 담은 짧은 영상을 직원이 직접 찍어 봅시다.",
        "%s 위탁 업체를 바꾼 뒤로 불만이 늘었습니다. 평가를 다시 해 주세요.",
        "지난달 %s 때문에 다친 사람이 있었습니다. 보험을 들어 두어야 합니다.",
        "%s 앞에 꽃을 심어 분위기를 바꾸면 모두가 기분 좋게 일할 것입니다.",
        "다른 도시의 %s 운영 사례를 견학하고 배워 옵시다.",
        "%s 열쇠를 두 사람이 나누어 가지게 해서 늦게 여는 일이 없게 해 주십시오.",
        "%s 이용자 모임을 꾸려 분기마다 한 번씩 이야기를 들어 봅시다.",
        "%s 옆에 게시판을 두고 칭찬하는 쪽지를 붙이게 하면 어떨까요.",
        "%s 관리 업무를 두 과가 나누어 하니 책임이 흐립니다. 하나로 정해 주세요.",
        "%s 개선 사업을 내년 공모 사업으로 신청해 국비를 받아 봅시다.",
        "%s 자원봉사자에게 감사장을 드리고 이름을 새겨 둡시다.",
        "퇴직한 선배를 %s 자문으로 모셔 경험을 듣는 자리를 만들어 주세요.",
        "%s 둘레의 턱이 높아 유모차가 지나가지 못합니다. 낮춰 주세요.",
        "%s 냄새가 심합니다. 환기 장치를 바꾸고 청소 횟수를 늘려 주세요.",
        "%s 유지에 드는 돈이 얼마인지 시민에게 알기 쉽게 밝혀 주십시오.",
        "%s 물품을 지역 업체에서 먼저 사도록 기준을 정했으면 합니다.",
        "%s 운영 시간을 계절에 따라 다르게 하는 것을 건의합니다.",
        "%s 낙서가 많아 지저분합니다. 지우고 벽화를 그리면 좋겠어요.",
        "%s 이전 계획이 있다던데 직원 의견을 먼저 들어 주시기 바랍니다." };

static void
idea_free (SimilarIdea *idea)
{
  g_free (idea->id);
  g_free (idea->text);
  g_free (idea->query);
  g_free (idea);
}

/* Reads lines {"id","text","query"}; a file that cannot be read ends the program. */
GPtrArray *
similar_ideas_load (const char *path)
{
  GPtrArray *ideas = g_ptr_array_new_with_free_func ((GDestroyNotify) idea_free);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_autoptr (JsonNode) node = jip_json_parse (lines[i], -1, &error);
      if (node == NULL)
        g_error ("%s:%u: %s", path, i + 1, error->message);
      JsonObject *object = json_node_get_object (node);
      SimilarIdea *idea = g_new0 (SimilarIdea, 1);
      idea->id = g_strdup (json_object_get_string_member (object, "id"));
      idea->text = g_strdup (json_object_get_string_member (object, "text"));
      idea->query = g_strdup (json_object_get_string_member (object, "query"));
      g_ptr_array_add (ideas, idea);
    }
  return ideas;
}

/* Adds @count ideas about the same things that wish for something else. Two sentences each from the second round on. */
void
similar_ideas_add_others (GPtrArray *ideas, guint count)
{
  guint n_things = G_N_ELEMENTS (things), n_wishes = G_N_ELEMENTS (wishes);

  for (guint i = 0; i < count; i++)
    {
      guint round = i / (n_things * n_wishes), thing = i % n_things, wish = i / n_things % n_wishes;
      SimilarIdea *idea = g_new0 (SimilarIdea, 1);
      g_autofree char *first = g_strdup_printf (wishes[wish], things[thing]);
      g_autofree char *second
          = g_strdup_printf (wishes[(wish + round * 7) % n_wishes], things[(thing + round * 31) % n_things]);
      idea->id = g_strdup_printf ("other-%u", i);
      idea->text = round > 0 ? g_strdup_printf ("%s %s", first, second) : g_strdup (first);
      g_ptr_array_add (ideas, idea);
    }
}

JipSimilarSynonyms *
similar_synonyms_load (const char *path)
{
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (path, &text, &length, &error))
    g_error ("%s", error->message);
  JipSimilarSynonyms *synonyms = jip_similar_synonyms_parse (text, length, &error);
  if (synonyms == NULL)
    g_error ("%s: %s", path, error->message);
  return synonyms;
}

JipSimilarIndex *
similar_index_build (GPtrArray *ideas, JipSimilarSynonyms *synonyms)
{
  JipSimilarIndex *index = jip_similar_index_new (synonyms);

  for (guint i = 0; i < ideas->len; i++)
    {
      const SimilarIdea *idea = g_ptr_array_index (ideas, i);
      jip_similar_index_put (index, idea->id, idea->text, strlen (idea->text));
    }
  return index;
}

/* The plain way: of each text the set of its pairs of syllables, without spaces; the share of pairs in common (Dice). */
struct _SimilarPlain
{
  GPtrArray *ideas;
  GPtrArray *pairs; /* of GArray of guint64, sorted */
};

static int
compare_pairs (const void *a, const void *b)
{
  guint64 left = *(const guint64 *) a, right = *(const guint64 *) b;
  return left < right ? -1 : left > right;
}

static GArray *
make_pairs (const char *text)
{
  GArray *pairs = g_array_new (FALSE, FALSE, sizeof (guint64));
  gunichar last = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_unichar_tolower (g_utf8_get_char (text));
      guint64 pair = (guint64) last << 32 | c;
      if (!g_unichar_isalnum (c))
        continue;
      if (last != 0)
        g_array_append_val (pairs, pair);
      last = c;
    }
  g_array_sort (pairs, compare_pairs);
  guint n = 0;
  for (guint i = 0; i < pairs->len; i++)
    if (i == 0 || g_array_index (pairs, guint64, i) != g_array_index (pairs, guint64, n - 1))
      g_array_index (pairs, guint64, n++) = g_array_index (pairs, guint64, i);
  g_array_set_size (pairs, n);
  return pairs;
}

SimilarPlain *
similar_plain_new (GPtrArray *ideas)
{
  SimilarPlain *plain = g_new0 (SimilarPlain, 1);

  plain->ideas = g_ptr_array_ref (ideas);
  plain->pairs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  for (guint i = 0; i < ideas->len; i++)
    g_ptr_array_add (plain->pairs, make_pairs (((SimilarIdea *) g_ptr_array_index (ideas, i))->text));
  return plain;
}

void
similar_plain_free (SimilarPlain *plain)
{
  g_ptr_array_unref (plain->pairs);
  g_ptr_array_unref (plain->ideas);
  g_free (plain);
}

static double
compare (const GArray *a, const GArray *b)
{
  guint i = 0, j = 0, common = 0;

  while (i < a->len && j < b->len)
    {
      guint64 left = g_array_index (a, guint64, i), right = g_array_index (b, guint64, j);
      common += left == right;
      i += left <= right;
      j += right <= left;
    }
  return a->len + b->len > 0 ? 2.0 * common / (a->len + b->len) : 0;
}

/* The ids of the best, best first, by reading all. */
GPtrArray *
similar_plain_query (SimilarPlain *plain, const char *text, guint top)
{
  g_autoptr (GArray) asked = make_pairs (text);
  GPtrArray *best = g_ptr_array_new ();
  g_autofree double *scores = g_new0 (double, top + 1);

  for (guint i = 0; i < plain->pairs->len; i++)
    {
      double score = compare (asked, g_ptr_array_index (plain->pairs, i));
      guint at = best->len;
      while (at > 0 && scores[at - 1] < score)
        at--;
      if (score <= 0 || at >= top)
        continue;
      memmove (scores + at + 1, scores + at, (top - at) * sizeof *scores);
      scores[at] = score;
      g_ptr_array_insert (best, (int) at, ((SimilarIdea *) g_ptr_array_index (plain->ideas, i))->id);
      if (best->len > top)
        g_ptr_array_set_size (best, (int) top);
    }
  return best;
}
