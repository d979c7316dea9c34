/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-document-import.h"
#include "jip-draft-text.h"
#include "package-util.h"

static const char styles[]
    = "<o:document-styles " ODT_PREFIXES
      "><o:styles><s:style s:name='Base' s:family='text'><s:text-properties "
      "f:font-weight='bold'/></s:style><s:style s:name='Title' s:family='paragraph'/><t:outline-style><t:outline-level-style t:level='1' s:num-format='1' "
      "s:num-suffix='.'/><t:outline-level-style t:level='2' s:num-format='1' t:display-levels='2'/></t:outline-style>"
      "<t:list-style s:name='L1'><t:list-level-style-number t:level='1' s:num-format='1' s:num-suffix='.'/>"
      "<t:list-level-style-number t:level='2' s:num-format='가, 나, 다, ...' s:num-suffix=')' t:start-value='2'/>"
      "<t:list-level-style-bullet t:level='3' t:bullet-char='•'/></t:list-style></o:styles><o:master-styles>"
      "<s:master-page s:name='Standard'><s:header><t:p>머리말</t:p></s:header><s:footer><t:p>- <t:page-number>1"
      "</t:page-number> -</t:p></s:footer></s:master-page></o:master-styles></o:document-styles>";

static JipImport *
import (const char *text, GError **error)
{
  g_autofree char *content = g_strdup_printf (
      "<o:document-content " ODT_PREFIXES "><o:automatic-styles><s:style s:name='B' s:family='text' "
      "s:parent-style-name='Base'/><s:style s:name='U' s:family='text'><s:text-properties "
      "s:text-underline-style='solid'/></s:style><s:style s:name='H' s:family='text'><s:text-properties "
      "t:display='none'/></s:style></o:automatic-styles><o:body><o:text>%s</o:text></o:body></o:document-content>",
      text);
  const TestPart parts[]
      = { { "mimetype", "application/vnd.oasis.opendocument.text" },
          { "content.xml", content },
          { "styles.xml", styles },
          { "meta.xml", "<o:document-meta " ODT_PREFIXES "><o:meta><dc:title>이름</dc:title></o:meta>"
                        "</o:document-meta>" } };
  g_autofree char *path = test_package (parts, G_N_ELEMENTS (parts));
  JipPaperFile kind = JIP_PAPER_FILE_HWPX;
  JipImport *read = jip_document_import (path, &kind, error);
  g_assert_true (read == NULL || kind == JIP_PAPER_FILE_ODT);
  g_unlink (path);
  return read;
}

static void
check (const char *body, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipImport) read = import (body, &error);
  g_assert_no_error (error);
  g_autofree char *text = jip_import_to_text (read);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_text (void)
{
  check ("<t:p>  가\n  나<t:s t:c='3'/>다<t:tab/>라<t:line-break/> 마 <t:span>바 </t:span> 사</t:p><t:p/>",
         "가 나   다 라\n마 바 사\n머리말\n");
  check (
      "<t:p>보이는 <t:span t:style-name='H'>안 보이는</t:span><t:a x:href='http://x.example'>이름</t:a></t:p>",
      "보이는 이름\n머리말\n");
}

static void
test_numbers (void)
{
  check (
      "<t:list t:style-name='L1'><t:list-item><t:p>하나</t:p><t:p>이어서</t:p><t:list><t:list-item><t:p>둘째부터</t:p></t:list-item>"
      "<t:list-item><t:p>다음</t:p><t:list><t:list-item><t:p>점</t:p></t:list-item></t:list></t:list-item></t:list></t:list-item>"
      "<t:list-header><t:p>번호 없음</t:p></t:list-header><t:list-item><t:p>둘</t:p></t:list-item></t:list><t:p>사이</t:p>"
      "<t:list t:style-name='L1' t:continue-numbering='true'><t:list-item><t:p>셋</t:p></t:list-item></t:list>"
      "<t:list t:style-name='L1'><t:list-item t:start-value='7'><t:p>일곱</t:p></t:list-item></t:list>",
      "1. 하나\n이어서\n나) 둘째부터\n다) 다음\n• 점\n번호 없음\n2. 둘\n사이\n3. 셋\n7. 일곱\n머리말\n");
  check (
      "<t:list t:style-name='L1' xml:id='a'><t:list-item><t:p>하나</t:p></t:list-item></t:list><t:list t:style-name='L1'>"
      "<t:list-item><t:p>다시</t:p></t:list-item></t:list><t:list t:style-name='L1' t:continue-list='a'><t:list-item><t:p>둘</t:p>"
      "</t:list-item></t:list>",
      "1. 하나\n1. 다시\n2. 둘\n머리말\n");
  check (
      "<t:h t:outline-level='1'>장</t:h><t:h t:outline-level='2'>절</t:h><t:h t:outline-level='1' t:is-list-header='true'>덧붙임</t:h>"
      "<t:h t:outline-level='2'>절</t:h><t:h t:outline-level='1'>장</t:h>",
      "1. 장\n1.1 절\n덧붙임\n1.2 절\n2. 장\n머리말\n");
}

static void
test_table (void)
{
  check (
      "<t:p>앞</t:p><b:table><b:table-column b:number-columns-repeated='3'/><b:table-header-rows><b:table-row>"
      "<b:table-cell b:number-rows-spanned='2'><t:p>가</t:p></b:table-cell><b:table-cell b:number-columns-spanned='2'><t:p>나</t:p>"
      "</b:table-cell><b:covered-table-cell><t:p>가려짐</t:p></b:covered-table-cell></b:table-row></b:table-header-rows><b:table-row>"
      "<b:covered-table-cell/><b:table-cell b:number-columns-repeated='2'><t:p>다</t:p><t:p>라</t:p></b:table-cell></b:table-row>"
      "</b:table><t:p>뒤</t:p>",
      "앞\n가\t나\n다 라\t다 라\n뒤\n머리말\n");
}

static void
test_apart (void)
{
  check (
      "<t:p>본문<t:note t:note-class='footnote'><t:note-citation>1</t:note-citation><t:note-body><t:p>각주</t:p></t:note-body></t:note>"
      " 이어짐<o:annotation><dc:creator>누구</dc:creator><t:p>메모</t:p></o:annotation><d:frame><g:title>이름</g:title><d:text-box>"
      "<t:p>글상자</t:p></d:text-box><g:desc>설명</g:desc></d:frame>.</t:p>",
      "본문 이어짐.\n글상자\n머리말\n각주\n");
}

static void
test_unseen (void)
{
  check (
      "<t:tracked-changes><t:changed-region><t:deletion><t:p>지운 글</t:p></t:deletion></t:changed-region></t:tracked-changes>"
      "<t:section t:display='none'><t:p>숨은 구역</t:p></t:section><t:section><t:p>보이는 구역</t:p></t:section>"
      "<t:table-of-content><t:table-of-content-source><t:index-title-template>틀</t:index-title-template></t:table-of-content-source>"
      "<t:index-body><t:index-title><t:p>차례</t:p></t:index-title></t:index-body></t:table-of-content>",
      "보이는 구역\n차례\n머리말\n");
}

static void
test_draft (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipImport) read = import (
      "<t:p>이름</t:p><t:h t:outline-level='1'>배경</t:h><t:p>앞 <t:span t:style-name='B'>굵게</t:span><t:span t:style-name='U'>밑줄</t:span>"
      "</t:p><t:list t:style-name='L1'><t:list-item><t:p>하나</t:p></t:list-item><t:list-item><t:p>둘</t:p></t:list-item></t:list>",
      &error);
  g_assert_no_error (error);
  g_autoptr (JipDraft) draft = jip_import_to_draft (read, &error);
  g_assert_no_error (error);
  JipSection *section = jip_draft_get_section (draft, 0);
  guint n;

  g_assert_cmpstr (jip_draft_get_title (draft), ==, "이름");
  g_assert_cmpstr (jip_section_get_heading (section), ==, "1. 배경");
  const JipSpan *spans = jip_block_get_spans (jip_section_get_block (section, 0), &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (spans[0].bold && !spans[0].underline && spans[1].underline && spans[1].start == 4);
  g_assert_cmpuint (jip_block_get_level (jip_section_get_block (section, 2)), ==, 1);

  g_autoptr (JipImport) styled
      = import ("<t:p>머리 문단</t:p><t:p t:style-name='Title'>큰 제목</t:p><t:p>본문</t:p>", &error);
  g_assert_no_error (error);
  g_autoptr (JipDraft) titled = jip_import_to_draft (styled, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (jip_draft_get_title (titled), ==, "큰 제목");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/odt-reader/text", test_text);
  g_test_add_func ("/odt-reader/numbers", test_numbers);
  g_test_add_func ("/odt-reader/table", test_table);
  g_test_add_func ("/odt-reader/apart", test_apart);
  g_test_add_func ("/odt-reader/unseen", test_unseen);
  g_test_add_func ("/odt-reader/draft", test_draft);
  return g_test_run ();
}
