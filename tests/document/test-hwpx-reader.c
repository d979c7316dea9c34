/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-document-import.h"
#include "jip-draft-text.h"
#include "package-util.h"

/* The prefixes here are none that Hangul writes: a reader goes by namespaces. */

#define CONTAINER \
  "<c xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfile " \
  "full-path='Contents/content.hpf' media-type='application/hwpml-package+xml'/></c>"
#define PACKAGE \
  "<q:package xmlns:q='http://www.idpf.org/2007/opf/'><q:metadata><q:title>시험 문서</q:title></q:metadata>" \
  "<q:manifest><q:item id='header' href='Contents/header.xml' media-type='application/xml'/>" \
  "<q:item id='s0' href='Contents/section0.xml' media-type='application/xml'/>" \
  "<q:item id='s1' href='Contents/section1.xml' media-type='application/xml'/></q:manifest>" \
  "<q:spine><q:itemref idref='header'/><q:itemref idref='s1'/><q:itemref idref='s0'/></q:spine></q:package>"

static const char header[]
    = "<b:head " HWPX_PREFIXES "><b:refList><b:charProperties>"
      "<b:charPr id='0' height='1000'/><b:charPr id='1' height='1000'><b:bold/><b:underline type='BOTTOM'/></b:charPr>"
      "</b:charProperties><b:numberings>"
      "<b:numbering id='1' start='0'><b:paraHead start='1' level='1' numFormat='DIGIT'>^1.</b:paraHead>"
      "<b:paraHead start='1' level='2' numFormat='HANGUL_SYLLABLE'>^2.</b:paraHead>"
      "<b:paraHead start='3' level='3' numFormat='CIRCLED_DIGIT'>^3</b:paraHead></b:numbering>"
      "<b:numbering id='2' start='0'><b:paraHead start='1' level='1' numFormat='ROMAN_CAPITAL'>제^1장</b:paraHead>"
      "<b:paraHead start='1' level='2' numFormat='DIGIT'>^1-^2</b:paraHead></b:numbering></b:numberings>"
      "<b:bullets><b:bullet id='1' char='□'/><b:bullet id='2' char='\xef\x82\xa7'/></b:bullets><b:paraProperties>"
      "<b:paraPr id='0'><b:heading type='NONE' idRef='0' level='0'/></b:paraPr>"
      "<b:paraPr id='1'><b:heading type='NUMBER' idRef='1' level='0'/></b:paraPr>"
      "<b:paraPr id='2'><b:heading type='NUMBER' idRef='1' level='1'/></b:paraPr>"
      "<b:paraPr id='3'><b:heading type='NUMBER' idRef='1' level='2'/></b:paraPr>"
      "<b:paraPr id='4'><b:heading type='BULLET' idRef='1' level='0'/></b:paraPr>"
      "<b:paraPr id='5'><b:heading type='OUTLINE' idRef='0' level='0'/></b:paraPr>"
      "<b:paraPr id='6'><b:heading type='OUTLINE' idRef='0' level='1'/></b:paraPr>"
      "<b:paraPr id='7'><b:heading type='BULLET' idRef='2' level='0'/></b:paraPr>"
      "</b:paraProperties><b:styles><b:style id='0' name='바탕글' engName='Normal'/>"
      "<b:style id='1' name='개요 1' engName='Outline 1'/></b:styles></b:refList></b:head>";

#define P(pr, text) \
  "<a:p paraPrIDRef='" pr "' styleIDRef='0'><a:run charPrIDRef='0'><a:t>" text "</a:t></a:run></a:p>"
#define CELL(text, row, column, rows, columns) \
  "<a:tc><a:subList>" P ("0", text) "</a:subList><a:cellAddr colAddr='" column "' rowAddr='" row "'/>" \
                                    "<a:cellSpan colSpan='" columns "' rowSpan='" rows "'/></a:tc>"

static JipImport *
import (const char *section0, const char *section1, GError **error)
{
  const char *empty = "<d:sec " HWPX_PREFIXES "/>";
  g_autofree char *first = g_strdup_printf ("<d:sec " HWPX_PREFIXES ">%s</d:sec>", section0);
  g_autofree char *second
      = section1 != NULL ? g_strdup_printf ("<d:sec " HWPX_PREFIXES ">%s</d:sec>", section1) : NULL;
  const TestPart parts[] = {
    { "mimetype", "application/hwp+zip" },   { "META-INF/container.xml", CONTAINER },
    { "Contents/content.hpf", PACKAGE },     { "Contents/header.xml", header },
    { "Contents/section0.xml", first },      { "Contents/section1.xml", second != NULL ? second : empty },
    { "Preview/PrvText.txt", "미리보기 글" }
  };
  g_autofree char *path = test_package (parts, G_N_ELEMENTS (parts));
  JipPaperFile kind = JIP_PAPER_FILE_ODT;
  JipImport *read = jip_document_import (path, &kind, error);
  g_assert_true (read == NULL || kind == JIP_PAPER_FILE_HWPX);
  g_unlink (path);
  return read;
}

static void
check (const char *section, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipImport) read = import (section, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *text = jip_import_to_text (read);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_text (void)
{
  check (P ("0", "첫 문단") P ("0", "") P ("0", " ") P ("0", "둘째 &lt;문단&gt; &amp;amp;"),
         "첫 문단\n둘째 <문단> &amp;\n");
  check (
      "<a:p><a:run><a:t>가<a:tab width='1'/>나<a:nbSpace/>다<a:fwSpace/>라<a:hyphen/>마<a:lineBreak/>바</a:t></a:run></a:p>",
      "가 나 다 라-마\n바\n");
  check (
      "<a:p><a:run><a:t>남은 <a:deleteBegin/>지운 <a:deleteEnd/>글<a:insertBegin/> 넣은<a:insertEnd/></a:t></a:run></a:p>",
      "남은 글 넣은\n");
  check ("<a:p><a:run><a:t>글</a:t></a:run><a:linesegarray><a:lineseg/></a:linesegarray></a:p>text outside",
         "글\n");
}

static void
test_spine (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipImport) read = import (P ("0", "뒤"), P ("0", "앞"), &error);
  g_assert_no_error (error);
  g_autofree char *text = jip_import_to_text (read);
  g_assert_cmpstr (text, ==, "앞\n뒤\n");
}

static void
test_numbers (void)
{
  check (
      P ("1", "하나") P ("2", "하나의 하나") P ("2", "하나의 둘") P ("3", "셋부터") P ("1", "둘")
          P ("2", "다시") P ("0", "사이") P ("2", "이어서") P ("4", "네모") P ("7", "기호"),
      "1. 하나\n가. 하나의 하나\n나. 하나의 둘\n③ 셋부터\n2. 둘\n가. 다시\n사이\n나. 이어서\n□ 네모\n▪ 기호\n");
  check (
      "<a:p paraPrIDRef='5'><a:run><a:secPr outlineShapeIDRef='2'><a:pagePr><a:p><a:run><a:t>아님</a:t></a:run></a:p>"
      "</a:pagePr></a:secPr></a:run><a:run><a:t>총칙</a:t></a:run></a:p>" P ("6", "목적") P ("6", "정의")
          P ("5", "시행") P ("6", "날짜"),
      "제I장 총칙\nI-1 목적\nI-2 정의\n제II장 시행\nII-1 날짜\n");
  /* an empty paragraph has its number too */
  check (P ("1", "하나") P ("1", "") P ("1", "셋"), "1. 하나\n3. 셋\n");
}

static void
test_table (void)
{
  check ("<a:p><a:run><a:t>앞</a:t><a:tbl rowCnt='2' colCnt='3'><a:caption side='BOTTOM'><a:subList>" P (
             "0", "표 아래 설명") "</a:subList></a:caption><a:tr>" CELL ("가", "0", "0", "2", "1")
             CELL ("나", "0", "1", "1", "2") "</a:tr><a:tr>" CELL ("다", "1", "1", "1", "1")
                 CELL ("라", "1", "2", "1", "1") "</a:tr></a:tbl><a:t>뒤</a:t></a:run></a:p>",
         "앞\n가\t나\n다\t라\n표 아래 설명\n뒤\n");
  check (
      "<a:p><a:run><a:tbl><a:caption side='TOP'><a:subList>" P ("0", "표 위 설명") "</a:subList></a:caption><a:tr>" CELL (
          "가", "0", "0", "1", "1") "<a:tc><a:subList><a:p><a:run><a:tbl><a:tr>" CELL ("속 하나", "0", "0",
                                                                                       "1", "1")
          CELL ("속 둘", "0", "1", "1",
                "1") "</a:tr></a:tbl></a:run></a:p></a:subList></a:tc></a:tr></a:tbl></a:run></a:p>",
      "표 위 설명\n가\t속 하나 속 둘\n");
  /* one cell is a frame, no cell with text is a bar */
  check ("<a:p><a:run><a:tbl><a:tr><a:tc><a:subList>" P ("1", "틀 안")
             P ("1", "둘째") "</a:subList></a:tc></a:tr></a:tbl><a:tbl><a:tr>" CELL ("", "0", "0", "1", "1")
                 CELL ("", "0", "1", "1", "1") "</a:tr></a:tbl></a:run></a:p>",
         "1. 틀 안\n2. 둘째\n");
}

static void
test_draft (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipImport) read = import (
      P ("0", "시험 문서") "<a:p styleIDRef='1'><a:run><a:t>추진 배경</a:t></a:run></a:p>" P ("1", "하나")
          P ("1", "둘") P ("0", "9. 홀로")
              P ("4", "네모") "<a:p><a:run charPrIDRef='0'><a:t>앞 </a:t></a:run><a:run charPrIDRef='1'>"
                              "<a:t>굵게</a:t></a:run></a:p><a:p><a:run><a:tbl><a:tr>" CELL ("가", "0", "0",
                                                                                             "2", "1")
                                  CELL ("나", "0", "1", "1", "1") "</a:tr><a:tr>" CELL (
                                      "다", "1", "1", "1",
                                      "1") "</a:tr></a:tbl></a:run></a:p>" P ("0", "붙임  1. 갑 1부.")
                                      P ("0", "2. 을 1부.  끝."),
      NULL, &error);
  g_assert_no_error (error);
  g_autoptr (JipDraft) draft = jip_import_to_draft (read, &error);
  g_assert_no_error (error);
  guint n;

  g_assert_cmpstr (jip_draft_get_title (draft), ==, "시험 문서");
  g_assert_cmpuint (jip_draft_get_n_sections (draft), ==, 1);
  JipSection *section = jip_draft_get_section (draft, 0);
  g_assert_cmpstr (jip_section_get_heading (section), ==, "추진 배경");
  g_assert_cmpuint (jip_block_get_level (jip_section_get_block (section, 1)), ==, 1);
  g_assert_cmpstr (jip_block_get_text (jip_section_get_block (section, 1)), ==, "둘");
  g_assert_cmpstr (jip_block_get_text (jip_section_get_block (section, 2)), ==, "9. 홀로");
  g_assert_cmpstr (jip_block_get_bullet (jip_section_get_block (section, 3)), ==, "□");
  const JipSpan *spans = jip_block_get_spans (jip_section_get_block (section, 4), &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (spans[0].start == 2 && spans[0].length == 2 && spans[0].bold && spans[0].underline);
  const JipCell *cells = jip_block_get_cells (jip_section_get_block (section, 5), &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_true (cells[0].row_span == 2 && cells[2].column == 1);
  g_assert_cmpint (jip_block_get_kind (jip_section_get_block (section, 6)), ==, JIP_BLOCK_ATTACHMENT);
  g_assert_cmpint (jip_block_get_kind (jip_section_get_block (section, 7)), ==, JIP_BLOCK_END);
  g_assert_cmpuint (jip_section_get_n_blocks (section), ==, 8);
}

static void
test_apart (void)
{
  check (
      "<a:p><a:run><a:ctrl><a:header applyPageType='BOTH'><a:subList>" P (
          "0",
          "머리말") "</a:subList></a:header></a:ctrl>"
                    "<a:ctrl><a:footer><a:subList><a:p><a:run><a:t>- </a:t><a:ctrl><a:autoNum num='1' numType='PAGE'/></a:ctrl><a:t> -</a:t>"
                    "</a:run></a:p></a:subList></a:footer></a:ctrl><a:t>본문</a:t><a:ctrl><a:footNote number='1'><a:subList><a:p><a:run><a:ctrl>"
                    "<a:autoNum num='1' numType='FOOTNOTE'><a:autoNumFormat type='DIGIT' suffixChar=')'/></a:autoNum></a:ctrl><a:t> 각주 글</a:t>"
                    "</a:run></a:p></a:subList></a:footNote></a:ctrl><a:t>이 이어짐</a:t><a:ctrl><a:endNote><a:subList>" P (
                        "0",
                        "미주 글") "</a:subList></a:endNote></a:ctrl></a:run></a:p><a:p><a:run><a:ctrl><a:header><a:subList>" P ("0",
                                                                                                                                 "머리말") "</a:subList></a:header></a:ctrl><a:t>끝 문단</a:t></a:run></a:p>",
      "본문이 이어짐\n끝 문단\n머리말\n1) 각주 글\n미주 글\n");
  check (
      "<a:p><a:run><a:rect><a:shapeComment>사각형입니다.</a:shapeComment><a:drawText><a:subList>" P (
          "0",
          "글상자") "</a:subList></a:drawText></a:rect><a:t>문단</a:t></a:run></a:p><a:p><a:run><a:t>문장 <a:markpenBegin/></a:t><a:ellipse>"
                    "<a:drawText><a:subList>" P (
                        "0",
                        "둘째 상자") "</a:subList></a:drawText></a:ellipse><a:t>계속</a:t></a:run></a:p>",
      "글상자\n문단\n문장 계속\n둘째 상자\n");
}

static void
test_unseen (void)
{
  check (
      "<a:p><a:run><a:ctrl><a:hiddenComment><a:subList>" P (
          "0",
          "숨은 설명") "</a:subList></a:hiddenComment></a:ctrl>"
                       "<a:ctrl><a:fieldBegin type='HYPERLINK'><a:parameters><a:stringParam name='Path'>http://x.example</a:stringParam>"
                       "</a:parameters></a:fieldBegin></a:ctrl><a:t>보이는 이름</a:t><a:ctrl><a:fieldEnd/></a:ctrl><a:ctrl><a:fieldBegin type='MEMO'>"
                       "<a:subList>" P (
                           "0",
                           "메모") "</a:subList></a:fieldBegin></a:ctrl><a:pic><a:shapeComment>그림입니다.</a:shapeComment></a:pic>"
                                   "<a:ctrl><a:indexmark><a:firstKey>찾아보기</a:firstKey></a:indexmark></a:ctrl></a:run></a:p>"
                                   "<a:p><a:run><a:switch><a:case a:required-namespace='x'><a:rect><a:drawText><a:subList>" P (
                                       "0",
                                       "한 번") "</a:subList></a:drawText></a:rect></a:case><a:default><a:rect><a:drawText><a:subList>" P ("0",
                                                                                                                                           "두 번") "</a:subList></a:drawText></a:rect></a:default></a:switch></a:run></a:p>",
      "보이는 이름\n한 번\n");
  check (
      "<a:p><a:run><a:t>표 </a:t><a:ctrl><a:autoNum num='7' numType='TABLE'><a:autoNumFormat type='DIGIT'/></a:autoNum></a:ctrl>"
      "<a:t>. 이름</a:t></a:run></a:p><a:p><a:run><a:compose composeText='인'/><a:textart text='글맵시'/></a:run></a:p>",
      "표 1. 이름\n인\n글맵시\n");
}

/* Elements in places where no writer puts them. */
static void
test_strange (void)
{
  static const char *const strange[] = {
    "<a:tc>" P ("0", "가") "</a:tc>",
    "<a:tr><a:tc/></a:tr>",
    "<a:tbl><a:tc><a:tr><a:tc/></a:tr></a:tc></a:tbl>",
    "<a:drawText><a:drawText/></a:drawText>",
    "<a:tbl><a:drawText>" P ("0", "가") "</a:drawText><a:tr/></a:tbl>",
    "<a:header><a:tbl><a:footer/></a:tbl></a:header>",
    "<a:t>밖</a:t>",
    "<a:p><a:p><a:t>속</a:t></a:p><a:t>뒤</a:t></a:p>",
    "<a:caption><a:tbl><a:caption/></a:tbl></a:caption>",
    "<a:tbl><a:caption><a:tr><a:tc/></a:tr></a:caption></a:tbl>",
    "<a:switch><a:case/><a:switch/></a:switch>",
    "<a:autoNum><a:autoNum numType='PAGE'/></a:autoNum>",
    "<a:tbl><a:tr><a:tc><a:cellSpan rowSpan='99999999999999999999' colSpan='-1'/></a:tc><a:tc/></a:tr></a:tbl>",
    "<a:p paraPrIDRef='99999999999' styleIDRef='-7'><a:run charPrIDRef='x'><a:t>글</a:t></a:run></a:p>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (strange); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JipImport) read = import (strange[i], NULL, &error);
      g_test_message ("%s", strange[i]);
      g_assert_no_error (error);
      g_autoptr (JipDraft) draft = jip_import_to_draft (read, &error);
      g_assert_no_error (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hwpx-reader/text", test_text);
  g_test_add_func ("/hwpx-reader/spine", test_spine);
  g_test_add_func ("/hwpx-reader/numbers", test_numbers);
  g_test_add_func ("/hwpx-reader/table", test_table);
  g_test_add_func ("/hwpx-reader/draft", test_draft);
  g_test_add_func ("/hwpx-reader/apart", test_apart);
  g_test_add_func ("/hwpx-reader/unseen", test_unseen);
  g_test_add_func ("/hwpx-reader/strange", test_strange);
  return g_test_run ();
}
