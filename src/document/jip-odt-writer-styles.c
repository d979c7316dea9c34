/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "jip-odt-writer.h"

/* Styles: each set of properties has one, named when it is first asked for. */

#define LENGTH_SIZE 24

static const char *const faces[JIP_N_FACES] = {
  [JIP_FACE_SERIF] = "함초롬바탕",
  [JIP_FACE_GOTHIC] = "맑은 고딕",
  [JIP_FACE_HEADLINE] = "HY헤드라인M",
};

/* Hundredths of a unit, the same in every locale. */
static const char *
length (char *buffer, double value, const char *unit)
{
  int hundredths = (int) lround (value * 100);

  g_snprintf (buffer, LENGTH_SIZE, "%s%d.%02d%s", hundredths < 0 ? "-" : "", ABS (hundredths) / 100,
              ABS (hundredths) % 100, unit);
  return buffer;
}

#define MM(value) length ((char[LENGTH_SIZE]){ 0 }, value, "mm")
#define PT(value) length ((char[LENGTH_SIZE]){ 0 }, value, "pt")

static void
table_init (JipOdtTable *table)
{
  table->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  table->xml = g_string_new (NULL);
}

static void
table_clear (JipOdtTable *table)
{
  g_hash_table_unref (table->ids);
  g_string_free (table->xml, TRUE);
}

void
jip_odt_init (JipOdt *odt, JipPaper *paper)
{
  *odt = (JipOdt){ .paper = paper, .images = g_ptr_array_new () };
  table_init (&odt->texts);
  table_init (&odt->paragraphs);
  table_init (&odt->tables);
  table_init (&odt->columns);
  table_init (&odt->rows);
  table_init (&odt->cells);
}

void
jip_odt_clear (JipOdt *odt)
{
  table_clear (&odt->texts);
  table_clear (&odt->paragraphs);
  table_clear (&odt->tables);
  table_clear (&odt->columns);
  table_clear (&odt->rows);
  table_clear (&odt->cells);
  for (guint i = 0; i < G_N_ELEMENTS (odt->levels); i++)
    g_free (odt->levels[i]);
  g_ptr_array_unref (odt->images);
}

/* The name of the style of @family whose attributes and content are @properties, which it takes. */
static const char *
intern (JipOdtTable *table, const char *letter, const char *family, const char *attributes, char *properties)
{
  g_autofree char *key = g_strconcat (attributes, "\n", properties, NULL);
  const char *found = g_hash_table_lookup (table->ids, key);

  if (found == NULL)
    {
      char *name = g_strdup_printf ("%s%u", letter, g_hash_table_size (table->ids) + 1);
      g_string_append_printf (table->xml,
                              "<style:style style:name=\"%s\" style:family=\"%s\"%s>%s</style:style>", name,
                              family, attributes, properties);
      g_hash_table_insert (table->ids, g_steal_pointer (&key), name);
      found = name;
    }
  g_free (properties);
  return found;
}

static char *
text_properties (const JipType *type)
{
  const char *face = faces[type->face], *weight = type->bold ? "bold" : "normal";
  g_autofree char *size = g_strdup (PT (type->size));

  return g_strdup_printf (
      "<style:text-properties style:font-name=\"%s\" style:font-name-asian=\"%s\" fo:font-size=\"%s\" "
      "style:font-size-asian=\"%s\" fo:font-weight=\"%s\" style:font-weight-asian=\"%s\" fo:color=\"#%06x\" "
      "fo:letter-spacing=\"%s\"%s/>",
      face, face, size, size, weight, weight, type->colour, PT (type->size * type->spacing / 100.0),
      type->underline ? " style:text-underline-style=\"solid\" style:text-underline-width=\"auto\" "
                        "style:text-underline-color=\"font-color\""
                      : "");
}

const char *
jip_odt_text_style (JipOdt *odt, const JipType *type)
{
  return intern (&odt->texts, "T", "text", "", text_properties (type));
}

/* In ODF the left margin is where the following lines start, and the first line is set off from it. A line is as high as
 * in Hangul's papers: by the type's size, not by what the font asks for. */
static char *
paragraph_properties (const JipParagraph *paragraph)
{
  static const char *const aligns[] = { "justify", "start", "center", "end" };
  double size = jip_paragraph_size ((JipParagraph *) paragraph);
  const JipType *type = paragraph->runs->len > 0 ? &g_array_index (paragraph->runs, JipRun, 0).type : NULL;
  g_autofree char *text = type != NULL ? text_properties (type) : g_strdup ("");
  g_autofree char *left = g_strdup (MM (paragraph->left + MAX (paragraph->hang, 0)));

  return g_strdup_printf ("<style:paragraph-properties fo:text-align=\"%s\" fo:margin-left=\"%s\" "
                          "fo:margin-right=\"0mm\" fo:text-indent=\"%s\" fo:margin-top=\"%s\" "
                          "fo:margin-bottom=\"%s\" fo:line-height=\"%s\" fo:keep-with-next=\"%s\"/>%s",
                          aligns[paragraph->align], left, MM (-paragraph->hang), PT (paragraph->before),
                          PT (paragraph->after), PT (size * paragraph->line_spacing / 100.0),
                          paragraph->keep_next ? "always" : "auto", text);
}

static const char *
parent_of (const JipParagraph *paragraph)
{
  static const char *const levels[] = { "Level_20_1", "Level_20_2", "Level_20_3", "Level_20_4",
                                        "Level_20_5", "Level_20_6", "Level_20_7", "Level_20_8" };

  if (paragraph->outline > 0)
    return paragraph->outline == 1 ? "Title" : "Heading_20_1";
  if (paragraph->level >= 1 && paragraph->level <= G_N_ELEMENTS (levels))
    return levels[paragraph->level - 1];
  return "Standard";
}

/* Where the paper's first page differs, what stands first asks for it. */
static const char *
page_of (JipOdt *odt)
{
  const char *page = odt->begun || odt->paper->first_page ? "" : " style:master-page-name=\"First\"";

  odt->begun = TRUE;
  return page;
}

/**
 * jip_odt_paragraph_style:
 *
 * Returns: (transfer none): the name of a style; of the items of one level of the numbering that look alike, the level's
 *   own one, so that who changes that style changes them all
 */
const char *
jip_odt_paragraph_style (JipOdt *odt, const JipParagraph *paragraph)
{
  const char *page = page_of (odt);
  g_autofree char *properties = paragraph_properties (paragraph);

  if (paragraph->level >= 1 && paragraph->level <= G_N_ELEMENTS (odt->levels) && *page == '\0')
    {
      char **own = &odt->levels[paragraph->level - 1];
      if (*own == NULL)
        *own = g_strdup (properties);
      if (strcmp (*own, properties) == 0)
        return parent_of (paragraph);
    }
  g_autofree char *attributes
      = g_strdup_printf (" style:parent-style-name=\"%s\"%s", parent_of (paragraph), page);
  return intern (&odt->paragraphs, "P", "paragraph", attributes, g_steal_pointer (&properties));
}

const char *
jip_odt_image_style (JipOdt *odt)
{
  g_autofree char *attributes = g_strdup_printf (" style:parent-style-name=\"Standard\"%s", page_of (odt));
  return intern (
      &odt->paragraphs, "P", "paragraph", attributes,
      g_strdup ("<style:paragraph-properties fo:text-align=\"center\" fo:margin-top=\"6pt\" "
                "fo:margin-bottom=\"4pt\" fo:line-height=\"100%\" fo:keep-with-next=\"always\"/>"));
}

const char *
jip_odt_table_style (JipOdt *odt, const JipPaperTable *table, double width, double gap)
{
  const char *page = page_of (odt);
  return intern (
      &odt->tables, "Table", "table", page,
      g_strdup_printf ("<style:table-properties style:width=\"%s\" table:align=\"left\" "
                       "fo:margin-top=\"%s\" fo:margin-bottom=\"%s\" table:border-model=\"collapsing\" "
                       "style:may-break-between-rows=\"%s\" fo:keep-with-next=\"%s\"/>",
                       MM (width), PT (table->before + gap), PT (table->after),
                       table->keep ? "false" : "true", table->keep ? "always" : "auto"));
}

const char *
jip_odt_column_style (JipOdt *odt, double width)
{
  return intern (&odt->columns, "C", "table-column", "",
                 g_strdup_printf ("<style:table-column-properties style:column-width=\"%s\"/>", MM (width)));
}

const char *
jip_odt_row_style (JipOdt *odt, double height)
{
  return intern (&odt->rows, "R", "table-row", "",
                 g_strdup_printf ("<style:table-row-properties style:min-row-height=\"%s\" "
                                  "fo:keep-together=\"always\"/>",
                                  MM (height)));
}

const char *
jip_odt_cell_style (JipOdt *odt, const JipPaperCell *cell)
{
  static const char *const sides[JIP_N_SIDES] = { "left", "right", "top", "bottom" };
  g_autoptr (GString) out = g_string_new ("<style:table-cell-properties style:vertical-align=\"middle\"");

  for (guint i = 0; i < JIP_N_SIDES; i++)
    if (cell->rule[i] > 0)
      g_string_append_printf (out, " fo:border-%s=\"%s solid #000000\"", sides[i],
                              PT (cell->rule[i] / JIP_MM_PER_PT));
    else
      g_string_append_printf (out, " fo:border-%s=\"none\"", sides[i]);
  for (guint i = 0; i < JIP_N_SIDES; i++)
    g_string_append_printf (out, " fo:padding-%s=\"%s\"", sides[i],
                            MM (i == JIP_SIDE_LEFT || i == JIP_SIDE_RIGHT ? cell->pad_x : cell->pad_y));
  if (cell->fill != JIP_PAPER_NO_FILL)
    g_string_append_printf (out, " fo:background-color=\"#%06x\"", cell->fill);
  g_string_append (out, "/>");
  return intern (&odt->cells, "Cell", "table-cell", "", g_strdup (out->str));
}

void
jip_odt_append_fonts (GString *out)
{
  static const char *const generic[JIP_N_FACES] = { "roman", "swiss", "swiss" };

  g_string_append (out, "<office:font-face-decls>");
  for (guint i = 0; i < JIP_N_FACES; i++)
    g_string_append_printf (out,
                            "<style:font-face style:name=\"%s\" svg:font-family=\"'%s'\" "
                            "style:font-family-generic=\"%s\" style:font-pitch=\"variable\"/>",
                            faces[i], faces[i], generic[i]);
  g_string_append (out, "</office:font-face-decls>");
}

char *
jip_odt_automatic_styles (JipOdt *odt)
{
  return g_strconcat (odt->texts.xml->str, odt->paragraphs.xml->str, odt->tables.xml->str,
                      odt->columns.xml->str, odt->rows.xml->str, odt->cells.xml->str, NULL);
}

/* Each level of the numbering; those that the paper does not use as looks.md has them at 12 points. */
static void
append_levels (GString *out, const JipOdt *odt)
{
  static const double hangs[] = { 1.37, 1.79, 1.4, 1.8, 1.75, 2.2, 1.5, 1.5 };
  JipParagraph paragraph = { .align = JIP_ALIGN_JUSTIFY, .line_spacing = 160 };
  double em = 12 * JIP_MM_PER_PT;

  paragraph.runs = g_array_new (FALSE, TRUE, sizeof (JipRun));
  for (guint i = 0; i < G_N_ELEMENTS (odt->levels); i++)
    {
      paragraph.left = i * em;
      paragraph.hang = hangs[i] * em;
      g_autofree char *preset = paragraph_properties (&paragraph);
      g_string_append_printf (
          out,
          "<style:style style:name=\"Level_20_%u\" style:display-name=\"번호 %u단계\" "
          "style:family=\"paragraph\" style:parent-style-name=\"Standard\">%s</style:style>",
          i + 1, i + 1, odt->levels[i] != NULL ? odt->levels[i] : preset);
    }
  g_array_unref (paragraph.runs);
}

static void
append_pages (GString *out, const JipPaper *paper)
{
  double foot = paper->margin[JIP_SIDE_BOTTOM] - paper->zone;

  g_string_append_printf (
      out,
      "<office:automatic-styles><style:style style:name=\"PageNumber\" style:family=\"paragraph\" "
      "style:parent-style-name=\"Footer\"><style:paragraph-properties fo:text-align=\"center\"/></style:style>"
      "<style:page-layout style:name=\"Page\"><style:page-layout-properties fo:page-width=\"210mm\" "
      "fo:page-height=\"297mm\" style:print-orientation=\"portrait\" fo:margin-left=\"%s\" "
      "fo:margin-right=\"%s\" fo:margin-top=\"%s\" fo:margin-bottom=\"%s\"/><style:header-style/>"
      "<style:footer-style><style:header-footer-properties svg:height=\"%s\" fo:margin-top=\"1mm\" "
      "style:dynamic-spacing=\"true\"/></style:footer-style></style:page-layout></office:automatic-styles>",
      MM (paper->margin[JIP_SIDE_LEFT]), MM (paper->margin[JIP_SIDE_RIGHT]), MM (paper->margin[JIP_SIDE_TOP]),
      MM (foot), MM (paper->zone));
  g_string_append (
      out, "<office:master-styles><style:master-page style:name=\"Standard\" "
           "style:page-layout-name=\"Page\"><style:footer><text:p text:style-name=\"PageNumber\">- "
           "<text:page-number text:select-page=\"current\">1</text:page-number> -</text:p></style:footer>"
           "</style:master-page><style:master-page style:name=\"First\" style:page-layout-name=\"Page\" "
           "style:next-style-name=\"Standard\"><style:footer><text:p text:style-name=\"PageNumber\"/>"
           "</style:footer></style:master-page></office:master-styles>");
}

/**
 * jip_odt_styles:
 *
 * Returns: (transfer full): the content of styles.xml
 */
char *
jip_odt_styles (JipOdt *odt)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (
      out,
      "<office:styles><style:default-style style:family=\"paragraph\"><style:paragraph-properties "
      "style:text-autospace=\"none\" style:line-break=\"strict\"/><style:text-properties "
      "style:font-name=\"%s\" style:font-name-asian=\"%s\" fo:font-size=\"12pt\" style:font-size-asian=\"12pt\" "
      "fo:language=\"ko\" fo:country=\"KR\" style:language-asian=\"ko\" style:country-asian=\"KR\"/>"
      "</style:default-style><style:style style:name=\"Standard\" style:family=\"paragraph\" "
      "style:class=\"text\"/><style:style style:name=\"Title\" style:display-name=\"제목\" "
      "style:family=\"paragraph\" style:parent-style-name=\"Standard\" style:class=\"chapter\"/><style:style "
      "style:name=\"Heading_20_1\" style:display-name=\"제목 1\" style:family=\"paragraph\" "
      "style:parent-style-name=\"Standard\" style:default-outline-level=\"1\" style:class=\"text\"/>"
      "<style:style style:name=\"Footer\" style:display-name=\"꼬리말\" style:family=\"paragraph\" "
      "style:parent-style-name=\"Standard\" style:class=\"extra\"><style:text-properties fo:font-size=\"10pt\" "
      "style:font-size-asian=\"10pt\"/></style:style>",
      faces[JIP_FACE_SERIF], faces[JIP_FACE_SERIF]);
  append_levels (out, odt);
  g_string_append (out, "</office:styles>");
  append_pages (out, odt->paper);
  return g_string_free (out, FALSE);
}
