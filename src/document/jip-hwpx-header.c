/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-hwpx.h"

#include <math.h>
#include <stdarg.h>

/* Contents/header.xml: fonts, borders, character and paragraph properties. */

static const char *const faces[JIP_N_FACES] = {
  [JIP_FACE_SERIF] = "함초롬바탕",
  [JIP_FACE_GOTHIC] = "맑은 고딕",
  [JIP_FACE_HEADLINE] = "HY헤드라인M",
};
static const char *const languages[] = { "HANGUL", "LATIN", "HANJA", "JAPANESE", "OTHER", "SYMBOL", "USER" };

/* The set that some readers want on every root, used or not. */
static const char *const namespaces[][2] = {
  { "xmlns:ha", "http://www.hancom.co.kr/hwpml/2011/app" },
  { "xmlns:hp", "http://www.hancom.co.kr/hwpml/2011/paragraph" },
  { "xmlns:hp10", "http://www.hancom.co.kr/hwpml/2016/paragraph" },
  { "xmlns:hs", "http://www.hancom.co.kr/hwpml/2011/section" },
  { "xmlns:hc", "http://www.hancom.co.kr/hwpml/2011/core" },
  { "xmlns:hh", "http://www.hancom.co.kr/hwpml/2011/head" },
  { "xmlns:hhs", "http://www.hancom.co.kr/hwpml/2011/history" },
  { "xmlns:hm", "http://www.hancom.co.kr/hwpml/2011/master-page" },
  { "xmlns:hpf", "http://www.hancom.co.kr/schema/2011/hpf" },
  { "xmlns:dc", "http://purl.org/dc/elements/1.1/" },
  { "xmlns:opf", "http://www.idpf.org/2007/opf/" },
  { "xmlns:ooxmlchart", "http://www.hancom.co.kr/hwpml/2016/ooxmlchart" },
  { "xmlns:hwpunitchar", "http://www.hancom.co.kr/hwpml/2016/HwpUnitChar" },
  { "xmlns:epub", "http://www.idpf.org/2007/ops" },
  { "xmlns:config", "urn:oasis:names:tc:opendocument:xmlns:config:1.0" },
};

/* 1 mm is 283.46 units. */
int
jip_hwpx_units (double mm)
{
  return (int) lround (mm * 7200 / 25.4);
}

/* Starts an element; pairs of attribute name and value follow, then NULL. */
void
jip_hwpx_start (xmlTextWriterPtr writer, const char *name, ...)
{
  va_list args;
  const char *attribute;

  xmlTextWriterStartElement (writer, BAD_CAST name);
  va_start (args, name);
  while ((attribute = va_arg (args, const char *)) != NULL)
    xmlTextWriterWriteAttribute (writer, BAD_CAST attribute, BAD_CAST va_arg (args, const char *));
  va_end (args);
}

/* A document with its root element open and all namespaces declared. */
xmlTextWriterPtr
jip_hwpx_open (xmlBufferPtr buffer, const char *root)
{
  xmlTextWriterPtr writer = xmlNewTextWriterMemory (buffer, 0);

  xmlTextWriterStartDocument (writer, "1.0", "UTF-8", "yes");
  xmlTextWriterStartElement (writer, BAD_CAST root);
  for (guint i = 0; i < G_N_ELEMENTS (namespaces); i++)
    xmlTextWriterWriteAttribute (writer, BAD_CAST namespaces[i][0], BAD_CAST namespaces[i][1]);
  return writer;
}

char *
jip_hwpx_close (xmlTextWriterPtr writer, xmlBufferPtr buffer)
{
  xmlTextWriterEndDocument (writer);
  xmlFreeTextWriter (writer);
  char *text = g_strdup ((const char *) xmlBufferContent (buffer));
  xmlBufferFree (buffer);
  return text;
}

static void
table_init (JipHwpxTable *table)
{
  table->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  table->xml = g_string_new (NULL);
  table->n = 0;
}

static void
table_clear (JipHwpxTable *table)
{
  g_hash_table_unref (table->ids);
  g_string_free (table->xml, TRUE);
}

/* The id of @key; a new one when @added is set to TRUE. */
static guint
table_intern (JipHwpxTable *table, char *key, gboolean *added)
{
  gpointer found = g_hash_table_lookup (table->ids, key);

  *added = found == NULL;
  if (found != NULL)
    {
      g_free (key);
      return GPOINTER_TO_UINT (found) - 1;
    }
  g_hash_table_insert (table->ids, key, GUINT_TO_POINTER (++table->n));
  return table->n - 1;
}

static void
append_each (GString *out, const char *element, int value)
{
  g_string_append_printf (out,
                          "<hh:%s hangul=\"%d\" latin=\"%d\" hanja=\"%d\" japanese=\"%d\" other=\"%d\" "
                          "symbol=\"%d\" user=\"%d\"/>",
                          element, value, value, value, value, value, value, value);
}

guint
jip_hwpx_char (JipHwpx *hwpx, const JipType *type)
{
  gboolean added;
  char *key = g_strdup_printf ("%d %d %d %d %06x %d", type->face, (int) lround (type->size * 100), type->bold,
                               type->underline, type->colour, type->spacing);
  guint id = table_intern (&hwpx->chars, key, &added);
  GString *out = hwpx->chars.xml;

  if (!added)
    return id;
  g_string_append_printf (out,
                          "<hh:charPr id=\"%u\" height=\"%d\" textColor=\"#%06X\" shadeColor=\"none\" "
                          "useFontSpace=\"0\" useKerning=\"0\" symMark=\"NONE\" borderFillIDRef=\"1\">",
                          id, (int) lround (type->size * 100), type->colour);
  append_each (out, "fontRef", (int) type->face);
  append_each (out, "ratio", 100);
  append_each (out, "spacing", type->spacing);
  append_each (out, "relSz", 100);
  append_each (out, "offset", 0);
  if (type->bold)
    g_string_append (out, "<hh:bold/>");
  g_string_append_printf (
      out,
      "<hh:underline type=\"%s\" shape=\"SOLID\" color=\"#000000\"/>"
      "<hh:strikeout shape=\"NONE\" color=\"#000000\"/><hh:outline type=\"NONE\"/>"
      "<hh:shadow type=\"NONE\" color=\"#C0C0C0\" offsetX=\"10\" offsetY=\"10\"/></hh:charPr>",
      type->underline ? "BOTTOM" : "NONE");
  return id;
}

static void
append_margin (GString *out, int intent, int left, int before, int after, guint spacing)
{
  g_string_append_printf (out,
                          "<hh:margin><hc:intent value=\"%d\" unit=\"HWPUNIT\"/><hc:left value=\"%d\" "
                          "unit=\"HWPUNIT\"/><hc:right value=\"0\" unit=\"HWPUNIT\"/><hc:prev value=\"%d\" "
                          "unit=\"HWPUNIT\"/><hc:next value=\"%d\" unit=\"HWPUNIT\"/></hh:margin>"
                          "<hh:lineSpacing type=\"PERCENT\" value=\"%u\" unit=\"HWPUNIT\"/>",
                          intent, left, before, after, spacing);
}

/* Margins stand twice, the true figure in hp:case and twice that in hp:default (looks.md): readers differ. */
guint
jip_hwpx_paragraph (JipHwpx *hwpx, const JipParagraph *paragraph)
{
  static const char *const aligns[] = { "JUSTIFY", "LEFT", "CENTER", "RIGHT" };
  int intent = -jip_hwpx_units (paragraph->hang), left = jip_hwpx_units (paragraph->left);
  int before = (int) lround (paragraph->before * 100), after = (int) lround (paragraph->after * 100);
  gboolean added;
  char *key = g_strdup_printf ("%d %d %d %d %d %u %d", paragraph->align, intent, left, before, after,
                               paragraph->line_spacing, paragraph->keep_next);
  guint id = table_intern (&hwpx->paragraphs, key, &added);
  GString *out = hwpx->paragraphs.xml;

  if (!added)
    return id;
  g_string_append_printf (
      out,
      "<hh:paraPr id=\"%u\" tabPrIDRef=\"0\" condense=\"0\" fontLineHeight=\"0\" snapToGrid=\"0\" "
      "suppressLineNumbers=\"0\" checked=\"0\" textDir=\"LTR\"><hh:align horizontal=\"%s\" "
      "vertical=\"BASELINE\"/><hh:heading type=\"NONE\" idRef=\"0\" level=\"0\"/><hh:breakSetting "
      "breakLatinWord=\"KEEP_WORD\" breakNonLatinWord=\"KEEP_WORD\" widowOrphan=\"0\" keepWithNext=\"%d\" "
      "keepLines=\"0\" pageBreakBefore=\"0\" lineWrap=\"BREAK\"/><hh:autoSpacing eAsianEng=\"0\" "
      "eAsianNum=\"0\"/><hp:switch><hp:case "
      "hp:required-namespace=\"http://www.hancom.co.kr/hwpml/2016/HwpUnitChar\">",
      id, aligns[paragraph->align], paragraph->keep_next ? 1 : 0);
  append_margin (out, intent, left, before, after, paragraph->line_spacing);
  g_string_append (out, "</hp:case><hp:default>");
  append_margin (out, 2 * intent, 2 * left, 2 * before, 2 * after, paragraph->line_spacing);
  g_string_append (out, "</hp:default></hp:switch><hh:border borderFillIDRef=\"1\" offsetLeft=\"0\" "
                        "offsetRight=\"0\" offsetTop=\"0\" offsetBottom=\"0\" connect=\"0\" "
                        "ignoreMargin=\"0\"/></hh:paraPr>");
  return id;
}

/* Ids of borders count from 1. */
guint
jip_hwpx_border (JipHwpx *hwpx, const double rule[JIP_N_SIDES], guint32 fill)
{
  static const char *const sides[JIP_N_SIDES] = { "left", "right", "top", "bottom" };
  gboolean added;
  char *key = g_strdup_printf ("%d %d %d %d %x", (int) lround (rule[0] * 100), (int) lround (rule[1] * 100),
                               (int) lround (rule[2] * 100), (int) lround (rule[3] * 100), fill);
  guint id = table_intern (&hwpx->borders, key, &added) + 1;
  GString *out = hwpx->borders.xml;

  if (!added)
    return id;
  g_string_append_printf (
      out,
      "<hh:borderFill id=\"%u\" threeD=\"0\" shadow=\"0\" centerLine=\"NONE\" "
      "breakCellSeparateLine=\"0\"><hh:slash type=\"NONE\" Crooked=\"0\" isCounter=\"0\"/>"
      "<hh:backSlash type=\"NONE\" Crooked=\"0\" isCounter=\"0\"/>",
      id);
  for (guint i = 0; i < JIP_N_SIDES; i++)
    g_string_append_printf (out, "<hh:%sBorder type=\"%s\" width=\"%s mm\" color=\"#000000\"/>", sides[i],
                            rule[i] > 0 ? "SOLID" : "NONE", rule[i] > 0.3 ? "0.4" : "0.12");
  g_string_append (out, "<hh:diagonal type=\"NONE\" width=\"0.1 mm\" color=\"#000000\"/>");
  if (fill != JIP_PAPER_NO_FILL)
    g_string_append_printf (
        out,
        "<hc:fillBrush><hc:winBrush faceColor=\"#%06X\" hatchColor=\"#999999\" alpha=\"0\"/></hc:fillBrush>",
        fill);
  g_string_append (out, "</hh:borderFill>");
  return id;
}

/* The first of each kind is what styles and page borders refer to. */
void
jip_hwpx_init (JipHwpx *hwpx, JipPaper *paper)
{
  const double none[JIP_N_SIDES] = { 0 };
  JipType type = { .face = JIP_FACE_SERIF, .size = 10 };
  JipParagraph paragraph = { .line_spacing = 160 };

  *hwpx = (JipHwpx){ .paper = paper, .images = g_ptr_array_new () };
  table_init (&hwpx->chars);
  table_init (&hwpx->paragraphs);
  table_init (&hwpx->borders);
  jip_hwpx_border (hwpx, none, JIP_PAPER_NO_FILL);
  jip_hwpx_char (hwpx, &type);
  jip_hwpx_paragraph (hwpx, &paragraph);
}

void
jip_hwpx_clear (JipHwpx *hwpx)
{
  table_clear (&hwpx->chars);
  table_clear (&hwpx->paragraphs);
  table_clear (&hwpx->borders);
  g_ptr_array_unref (hwpx->images);
}

static void
append_fonts (GString *out)
{
  g_string_append_printf (out, "<hh:fontfaces itemCnt=\"%u\">", (guint) G_N_ELEMENTS (languages));
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      g_string_append_printf (out, "<hh:fontface lang=\"%s\" fontCnt=\"%d\">", languages[i], JIP_N_FACES);
      for (guint f = 0; f < JIP_N_FACES; f++)
        g_string_append_printf (
            out,
            "<hh:font id=\"%u\" face=\"%s\" type=\"TTF\" isEmbedded=\"0\"><hh:typeInfo familyType=\"%s\" "
            "weight=\"%d\" proportion=\"4\" contrast=\"0\" strokeVariation=\"1\" armStyle=\"1\" letterform=\"1\" "
            "midline=\"1\" xHeight=\"1\"/></hh:font>",
            f, faces[f], f == JIP_FACE_SERIF ? "FCAT_MYUNGJO" : "FCAT_GOTHIC",
            f == JIP_FACE_HEADLINE ? 8 : 6);
      g_string_append (out, "</hh:fontface>");
    }
  g_string_append (out, "</hh:fontfaces>");
}

/* Marks of numbering are text; this list is what the format asks for at the least. */
static void
append_numbering (GString *out)
{
  static const char *const heads[][2] = { { "DIGIT", "^1." },        { "HANGUL_SYLLABLE", "^2." },
                                          { "DIGIT", "^3)" },        { "HANGUL_SYLLABLE", "^4)" },
                                          { "DIGIT", "(^5)" },       { "HANGUL_SYLLABLE", "(^6)" },
                                          { "CIRCLED_DIGIT", "^7" }, { "CIRCLED_HANGUL_SYLLABLE", "^8" } };

  g_string_append (
      out, "<hh:tabProperties itemCnt=\"1\"><hh:tabPr id=\"0\" autoTabLeft=\"0\" "
           "autoTabRight=\"0\"/></hh:tabProperties><hh:numberings itemCnt=\"1\"><hh:numbering id=\"1\" "
           "start=\"0\">");
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    g_string_append_printf (out,
                            "<hh:paraHead start=\"1\" level=\"%u\" align=\"LEFT\" useInstWidth=\"1\" "
                            "autoIndent=\"1\" widthAdjust=\"0\" textOffsetType=\"PERCENT\" textOffset=\"50\" "
                            "numFormat=\"%s\" charPrIDRef=\"4294967295\" checkable=\"0\">%s</hh:paraHead>",
                            i + 1, heads[i][0], heads[i][1]);
  g_string_append (out, "</hh:numbering></hh:numberings>");
}

static void
append_list (GString *out, const char *name, const JipHwpxTable *table)
{
  g_string_append_printf (out, "<hh:%s itemCnt=\"%u\">%s</hh:%s>", name, table->n, table->xml->str, name);
}

/**
 * jip_hwpx_header:
 *
 * Returns: (transfer full): Contents/header.xml with what the section has asked for
 */
char *
jip_hwpx_header (JipHwpx *hwpx)
{
  xmlBufferPtr buffer = xmlBufferCreate ();
  xmlTextWriterPtr writer = jip_hwpx_open (buffer, "hh:head");
  g_autoptr (GString) out = g_string_new (NULL);

  xmlTextWriterWriteAttribute (writer, BAD_CAST "version", BAD_CAST "1.5");
  xmlTextWriterWriteAttribute (writer, BAD_CAST "secCnt", BAD_CAST "1");
  g_string_append (out, "<hh:beginNum page=\"1\" footnote=\"1\" endnote=\"1\" pic=\"1\" tbl=\"1\" "
                        "equation=\"1\"/><hh:refList>");
  append_fonts (out);
  append_list (out, "borderFills", &hwpx->borders);
  append_list (out, "charProperties", &hwpx->chars);
  append_numbering (out);
  append_list (out, "paraProperties", &hwpx->paragraphs);
  g_string_append (out,
                   "<hh:styles itemCnt=\"2\"><hh:style id=\"0\" type=\"PARA\" name=\"바탕글\" "
                   "engName=\"Normal\" paraPrIDRef=\"0\" charPrIDRef=\"0\" nextStyleIDRef=\"0\" "
                   "langID=\"1042\" lockForm=\"0\"/><hh:style id=\"1\" type=\"PARA\" name=\"개요 1\" "
                   "engName=\"Outline 1\" paraPrIDRef=\"0\" charPrIDRef=\"0\" nextStyleIDRef=\"0\" "
                   "langID=\"1042\" lockForm=\"0\"/></hh:styles></hh:refList><hh:compatibleDocument "
                   "targetProgram=\"HWP201X\"><hh:layoutCompatibility/></hh:compatibleDocument><hh:docOption>"
                   "<hh:linkinfo path=\"\" pageInherit=\"0\" footnoteInherit=\"0\"/></hh:docOption>"
                   "<hh:trackchageConfig flags=\"56\"/>");
  xmlTextWriterWriteRaw (writer, BAD_CAST out->str);
  return jip_hwpx_close (writer, buffer);
}
