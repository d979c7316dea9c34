/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-odt-reader.h"

/* The text of content.xml and the headers and footers of styles.xml. What a reader of the paper cannot see (comments,
 * deleted text, hidden paragraphs, link targets, descriptions of pictures) is passed over. */

#define MAX_SPACES 64 /* in a row; more say no more */

/* Characters of one paragraph or span; they nest. */
typedef struct
{
  gboolean bold, underline, hidden;
} Look;

typedef struct
{
  char *style; /* nullable: the one around it */
  char *id;    /* nullable: another list may go on from it */
  guint counts[JIP_ODT_LEVELS];
  guint level;    /* of this list, from 0 */
  gboolean fresh; /* an item has begun and no paragraph of it yet */
  gboolean numbered;
} List;

typedef struct
{
  guint row_span, column_span, repeated;
  gboolean header;
} Cell;

struct _JipOdtBody
{
  JipOdtStyles *styles;
  JipOdtStyleReader *style_reader;
  JipImport *import;
  gboolean is_text; /* office:text was seen */
  guint outline_counts[JIP_ODT_LEVELS];
  GHashTable *ended; /* list style or list id -> counts with which it ended */
  /* of the part that is read */
  guint depth, skip;
  GArray *looks, *lists, *cells;
  guint in_paragraph; /* how many are open */
  gboolean spaced;    /* the last character was a space that counts */
  guint header_rows;
  gboolean furniture; /* the paragraph holds a page number */
};

static void
list_clear (gpointer data)
{
  g_clear_pointer (&((List *) data)->style, g_free);
  g_clear_pointer (&((List *) data)->id, g_free);
}

JipOdtBody *
jip_odt_body_new (JipOdtStyles *styles, JipImport *import)
{
  JipOdtBody *body = g_new0 (JipOdtBody, 1);

  body->styles = styles;
  body->style_reader = jip_odt_style_reader_new (styles);
  body->import = import;
  body->ended = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  body->looks = g_array_new (FALSE, TRUE, sizeof (Look));
  body->lists = g_array_new (FALSE, TRUE, sizeof (List));
  g_array_set_clear_func (body->lists, list_clear);
  body->cells = g_array_new (FALSE, TRUE, sizeof (Cell));
  return body;
}

void
jip_odt_body_free (JipOdtBody *body)
{
  jip_odt_style_reader_free (body->style_reader);
  g_hash_table_unref (body->ended);
  g_array_unref (body->looks);
  g_array_unref (body->lists);
  g_array_unref (body->cells);
  g_free (body);
}

/* Whether a text document was found at all, and no sheet or slides. */
gboolean
jip_odt_body_is_text (JipOdtBody *body)
{
  return body->is_text;
}

#define LAST(array, type) ((array)->len > 0 ? &g_array_index (array, type, (array)->len - 1) : NULL)

static void
pop (GArray *array)
{
  if (array->len > 0)
    g_array_set_size (array, array->len - 1);
}

static void
emit (JipOdtBody *body, const char *text, gsize length)
{
  const Look *look = LAST (body->looks, Look);

  if (body->in_paragraph == 0 || (look != NULL && look->hidden))
    return;
  jip_import_text (body->import, text, length, look != NULL && look->bold, look != NULL && look->underline);
}

/* Space collapses: ODF 1.3, part 3, 6.1.2. */
static void
emit_collapsed (JipOdtBody *body, const char *text, gsize length)
{
  const char *end = text + length;

  while (text < end)
    {
      gsize n = 0;
      while (text + n < end && strchr (" \t\r\n", text[n]) == NULL)
        n++;
      if (n > 0)
        {
          emit (body, text, n);
          body->spaced = FALSE;
        }
      text += n;
      if (text == end)
        return;
      if (!body->spaced)
        emit (body, " ", 1);
      body->spaced = TRUE;
      while (text < end && strchr (" \t\r\n", *text) != NULL)
        text++;
    }
}

static void
push_look (JipOdtBody *body, const char *family, const char *name)
{
  const Look *around = LAST (body->looks, Look);
  const JipOdtStyle *style = jip_odt_styles_find (body->styles, family, name);
  Look look = { 0 };

  if (around != NULL && strcmp (family, "text") == 0)
    look = *around;
  if (style != NULL)
    {
      look.bold = style->bold == JIP_ODT_UNSET ? look.bold : style->bold == JIP_ODT_YES;
      look.underline = style->underline == JIP_ODT_UNSET ? look.underline : style->underline == JIP_ODT_YES;
      look.hidden = style->hidden == JIP_ODT_UNSET ? look.hidden : style->hidden == JIP_ODT_YES;
    }
  g_array_append_val (body->looks, look);
}

static void
emit_mark (JipOdtBody *body, const JipOdtListStyle *list, const guint *counts, guint level)
{
  g_autofree char *mark = jip_odt_format_mark (list, counts, level);

  if (mark == NULL || *mark == '\0')
    return;
  jip_import_text (body->import, mark, strlen (mark), FALSE, FALSE);
  jip_import_text (body->import, " ", 1, FALSE, FALSE);
}

/* The number of a heading by the outline style, unless it stands in a list of its own. */
static void
number_heading (JipOdtBody *body, JipXml *xml, guint level, const JipOdtStyle *style)
{
  const char *restart = jip_xml_get (xml, "start-value");
  const char *unnumbered = jip_xml_get (xml, "is-list-header");
  guint *counts = body->outline_counts;

  if (body->lists->len > 0 || g_strcmp0 (unnumbered, "true") == 0 || (style != NULL && style->no_outline)
      || body->styles->outline.levels[level].form == JIP_NUMBER_NONE)
    return;
  for (guint i = 0; i <= level; i++)
    if (counts[i] == 0 || i == level)
      counts[i] = counts[i] == 0 ? MAX (body->styles->outline.levels[i].start, 1) : counts[i] + 1;
  if (restart != NULL)
    counts[level] = jip_xml_get_uint (xml, "start-value", 0, 9999, 1);
  for (guint i = level + 1; i < JIP_ODT_LEVELS; i++)
    counts[i] = 0;
  emit_mark (body, &body->styles->outline, counts, level);
}

static void
number_item (JipOdtBody *body)
{
  List *list = LAST (body->lists, List);

  if (list == NULL || !list->fresh)
    return;
  list->fresh = FALSE;
  const JipOdtListStyle *style
      = list->style != NULL ? g_hash_table_lookup (body->styles->lists, list->style) : NULL;
  if (list->numbered && style != NULL)
    emit_mark (body, style, list->counts, list->level);
}

static void
start_paragraph (JipOdtBody *body, JipXml *xml, gboolean heading)
{
  const char *name = jip_xml_get (xml, "style-name");
  const JipOdtStyle *style = jip_odt_styles_find (body->styles, "paragraph", name);

  push_look (body, "paragraph", name);
  body->in_paragraph++;
  body->spaced = TRUE;
  body->furniture = FALSE;
  jip_import_begin_paragraph (body->import);
  if (style != NULL && style->title)
    jip_import_set_outline (body->import, JIP_IMPORT_TITLE);
  else if (heading)
    {
      guint level = jip_xml_get_uint (xml, "outline-level", 1, JIP_ODT_LEVELS, 1);
      jip_import_set_outline (body->import, level);
      number_heading (body, xml, level - 1, style);
    }
  number_item (body);
}

static void
end_paragraph (JipOdtBody *body)
{
  body->in_paragraph -= body->in_paragraph > 0;
  pop (body->looks);
  if (body->furniture)
    jip_import_drop_furniture (body->import);
  jip_import_end_paragraph (body->import);
  body->spaced = FALSE;
}

static void
start_list (JipOdtBody *body, JipXml *xml)
{
  List *around = LAST (body->lists, List);
  const char *style = jip_xml_get (xml, "style-name");
  List list = { .level = around != NULL ? MIN (around->level + 1, JIP_ODT_LEVELS - 1) : 0 };
  const char *last = jip_xml_get (xml, "continue-list");

  if (style == NULL)
    style = around != NULL ? around->style : NULL;
  list.style = g_strdup (style);
  list.id = g_strdup (jip_xml_get (xml, "id"));
  if (last == NULL && g_strcmp0 (jip_xml_get (xml, "continue-numbering"), "true") == 0)
    last = style;
  if (around != NULL)
    memcpy (list.counts, around->counts, sizeof list.counts);
  const guint *ended = last != NULL ? g_hash_table_lookup (body->ended, last) : NULL;
  if (ended != NULL && around == NULL)
    memcpy (list.counts, ended, sizeof list.counts);
  else
    memset (list.counts + list.level, 0, (JIP_ODT_LEVELS - list.level) * sizeof *list.counts);
  g_array_append_val (body->lists, list);
}

static void
remember (JipOdtBody *body, const char *name, const guint *counts)
{
  if (name != NULL && g_hash_table_size (body->ended) < 10000)
    g_hash_table_replace (body->ended, g_strdup (name), g_memdup2 (counts, JIP_ODT_LEVELS * sizeof *counts));
}

static void
end_list (JipOdtBody *body)
{
  List *list = LAST (body->lists, List);

  if (list != NULL && body->lists->len == 1)
    {
      remember (body, list->style, list->counts);
      remember (body, list->id, list->counts);
    }
  pop (body->lists);
}

static void
start_item (JipOdtBody *body, JipXml *xml, gboolean numbered)
{
  List *list = LAST (body->lists, List);

  if (list == NULL)
    return;
  const JipOdtListStyle *style
      = list->style != NULL ? g_hash_table_lookup (body->styles->lists, list->style) : NULL;
  guint first = style != NULL ? style->levels[list->level].start : 1;
  guint *count = &list->counts[list->level];

  list->fresh = TRUE;
  list->numbered = numbered;
  if (!numbered)
    return;
  *count = *count == 0 ? first : MIN (*count + 1, 9999);
  if (jip_xml_get (xml, "start-value") != NULL)
    *count = jip_xml_get_uint (xml, "start-value", 0, 9999, 1);
  memset (list->counts + list->level + 1, 0, (JIP_ODT_LEVELS - list->level - 1) * sizeof *count);
}

static void
start_cell (JipOdtBody *body, JipXml *xml)
{
  Cell cell = { .row_span = jip_xml_get_uint (xml, "number-rows-spanned", 1, 65535, 1),
                .column_span = jip_xml_get_uint (xml, "number-columns-spanned", 1, 65535, 1),
                .repeated = jip_xml_get_uint (xml, "number-columns-repeated", 1, JIP_TABLE_MAX_COLUMNS, 1),
                .header = body->header_rows > 0 };

  g_array_append_val (body->cells, cell);
  jip_import_begin_cell (body->import);
}

static void
end_cell (JipOdtBody *body)
{
  Cell *cell = LAST (body->cells, Cell);

  if (cell != NULL)
    {
      jip_import_end_cell (body->import, cell->row_span, cell->column_span, cell->header);
      for (guint i = 1; i < cell->repeated; i++)
        jip_import_repeat_cell (body->import);
    }
  pop (body->cells);
}

static void
emit_spaces (JipOdtBody *body, JipXml *xml)
{
  static const char spaces[MAX_SPACES + 1]
      = "                                                                ";

  emit (body, spaces, jip_xml_get_uint (xml, "c", 1, MAX_SPACES, 1));
  body->spaced = FALSE;
}

typedef enum
{
  ELEMENT_NONE,
  ELEMENT_P,
  ELEMENT_H,
  ELEMENT_SPAN,
  ELEMENT_SPACES,
  ELEMENT_TAB,
  ELEMENT_BREAK,
  ELEMENT_LIST,
  ELEMENT_ITEM,
  ELEMENT_LIST_HEADER,
  ELEMENT_NOTE,
  ELEMENT_NOTE_BODY,
  ELEMENT_SECTION,
  ELEMENT_HIDEABLE,
  ELEMENT_PAGE,
  ELEMENT_TABLE,
  ELEMENT_HEADER_ROWS,
  ELEMENT_ROW,
  ELEMENT_CELL,
  ELEMENT_BOX,
  ELEMENT_HEADER,
  ELEMENT_FOOTER,
  ELEMENT_TEXT,
  ELEMENT_SKIP,
} Element;

static const struct
{
  JipOdtSpace space;
  const char *name;
  Element element;
} elements[] = {
  { JIP_ODT_TEXT, "p", ELEMENT_P },
  { JIP_ODT_TEXT, "h", ELEMENT_H },
  { JIP_ODT_TEXT, "span", ELEMENT_SPAN },
  { JIP_ODT_TEXT, "s", ELEMENT_SPACES },
  { JIP_ODT_TEXT, "tab", ELEMENT_TAB },
  { JIP_ODT_TEXT, "line-break", ELEMENT_BREAK },
  { JIP_ODT_TEXT, "list", ELEMENT_LIST },
  { JIP_ODT_TEXT, "list-item", ELEMENT_ITEM },
  { JIP_ODT_TEXT, "list-header", ELEMENT_LIST_HEADER },
  { JIP_ODT_TEXT, "note", ELEMENT_NOTE },
  { JIP_ODT_TEXT, "note-body", ELEMENT_NOTE_BODY },
  { JIP_ODT_TEXT, "note-citation", ELEMENT_SKIP },
  { JIP_ODT_TEXT, "section", ELEMENT_SECTION },
  { JIP_ODT_TEXT, "page-number", ELEMENT_PAGE },
  { JIP_ODT_TEXT, "page-count", ELEMENT_PAGE },
  { JIP_ODT_TEXT, "tracked-changes", ELEMENT_SKIP },
  { JIP_ODT_TEXT, "hidden-text", ELEMENT_HIDEABLE },
  { JIP_ODT_TEXT, "hidden-paragraph", ELEMENT_SKIP },
  { JIP_ODT_TEXT, "variable-set", ELEMENT_HIDEABLE },
  { JIP_ODT_TEXT, "user-field-get", ELEMENT_HIDEABLE },
  { JIP_ODT_TEXT, "script", ELEMENT_SKIP },
  { JIP_ODT_TEXT, "toc-mark", ELEMENT_SKIP },
  { JIP_ODT_TEXT, "table-of-content-source", ELEMENT_SKIP },
  { JIP_ODT_TEXT, "alphabetical-index-source", ELEMENT_SKIP },
  { JIP_ODT_TEXT, "bibliography-source", ELEMENT_SKIP },
  { JIP_ODT_TEXT, "illustration-index-source", ELEMENT_SKIP },
  { JIP_ODT_TEXT, "table-index-source", ELEMENT_SKIP },
  { JIP_ODT_TEXT, "user-index-source", ELEMENT_SKIP },
  { JIP_ODT_TEXT, "sequence-decls", ELEMENT_SKIP },
  { JIP_ODT_TABLE, "table", ELEMENT_TABLE },
  { JIP_ODT_TABLE, "table-header-rows", ELEMENT_HEADER_ROWS },
  { JIP_ODT_TABLE, "table-row", ELEMENT_ROW },
  { JIP_ODT_TABLE, "table-cell", ELEMENT_CELL },
  { JIP_ODT_TABLE, "covered-table-cell", ELEMENT_SKIP },
  { JIP_ODT_TABLE, "title", ELEMENT_SKIP },
  { JIP_ODT_TABLE, "desc", ELEMENT_SKIP },
  { JIP_ODT_DRAW, "text-box", ELEMENT_BOX },
  { JIP_ODT_DRAW, "custom-shape", ELEMENT_BOX },
  { JIP_ODT_DRAW, "rect", ELEMENT_BOX },
  { JIP_ODT_DRAW, "ellipse", ELEMENT_BOX },
  { JIP_ODT_DRAW, "circle", ELEMENT_BOX },
  { JIP_ODT_DRAW, "line", ELEMENT_BOX },
  { JIP_ODT_DRAW, "polygon", ELEMENT_BOX },
  { JIP_ODT_DRAW, "polyline", ELEMENT_BOX },
  { JIP_ODT_DRAW, "path", ELEMENT_BOX },
  { JIP_ODT_DRAW, "connector", ELEMENT_BOX },
  { JIP_ODT_DRAW, "caption", ELEMENT_BOX },
  { JIP_ODT_DRAW, "image", ELEMENT_SKIP },
  { JIP_ODT_DRAW, "object", ELEMENT_SKIP },
  { JIP_ODT_DRAW, "object-ole", ELEMENT_SKIP },
  { JIP_ODT_DRAW, "plugin", ELEMENT_SKIP },
  { JIP_ODT_STYLE, "header", ELEMENT_HEADER },
  { JIP_ODT_STYLE, "header-left", ELEMENT_HEADER },
  { JIP_ODT_STYLE, "header-first", ELEMENT_HEADER },
  { JIP_ODT_STYLE, "footer", ELEMENT_FOOTER },
  { JIP_ODT_STYLE, "footer-left", ELEMENT_FOOTER },
  { JIP_ODT_STYLE, "footer-first", ELEMENT_FOOTER },
  { JIP_ODT_OFFICE, "text", ELEMENT_TEXT },
  { JIP_ODT_OFFICE, "annotation", ELEMENT_SKIP },
  { JIP_ODT_OFFICE, "forms", ELEMENT_SKIP },
  { JIP_ODT_OFFICE, "scripts", ELEMENT_SKIP },
  { JIP_ODT_OFFICE, "binary-data", ELEMENT_SKIP },
};

static Element
find_element (JipOdtSpace space, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    if (elements[i].space == space && strcmp (elements[i].name, name) == 0)
      return elements[i].element;
  return ELEMENT_NONE;
}

/* svg:title and svg:desc describe a picture; the namespaces differ from the rest of ODF. */
static gboolean
is_description (const char *space, const char *name)
{
  return g_str_has_suffix (space, "svg-compatible:1.0")
         && (strcmp (name, "title") == 0 || strcmp (name, "desc") == 0);
}

static gboolean
is_hidden (JipXml *xml)
{
  const char *display = jip_xml_get (xml, "display"), *hidden = jip_xml_get (xml, "is-hidden");
  return g_strcmp0 (display, "none") == 0 || g_strcmp0 (display, "false") == 0
         || g_strcmp0 (hidden, "true") == 0;
}

static void
start_element (JipOdtBody *body, JipXml *xml, Element element)
{
  switch (element)
    {
    case ELEMENT_P:
    case ELEMENT_H:
      start_paragraph (body, xml, element == ELEMENT_H);
      break;
    case ELEMENT_SPAN:
      push_look (body, "text", jip_xml_get (xml, "style-name"));
      break;
    case ELEMENT_SPACES:
      emit_spaces (body, xml);
      break;
    case ELEMENT_TAB:
      emit (body, " ", 1);
      body->spaced = FALSE;
      break;
    case ELEMENT_BREAK:
      jip_import_break (body->import);
      body->spaced = TRUE;
      break;
    case ELEMENT_LIST:
      start_list (body, xml);
      break;
    case ELEMENT_ITEM:
    case ELEMENT_LIST_HEADER:
      start_item (body, xml, element == ELEMENT_ITEM);
      break;
    case ELEMENT_NOTE:
      jip_import_begin_stream (body->import, g_strcmp0 (jip_xml_get (xml, "note-class"), "endnote") == 0
                                                 ? JIP_IMPORT_ENDNOTES
                                                 : JIP_IMPORT_NOTES);
      break;
    case ELEMENT_PAGE:
      body->furniture = TRUE;
      body->skip = body->depth;
      break;
    case ELEMENT_SECTION:
    case ELEMENT_HIDEABLE:
      if (is_hidden (xml))
        body->skip = body->depth;
      break;
    case ELEMENT_TABLE:
      jip_import_begin_table (body->import);
      break;
    case ELEMENT_HEADER_ROWS:
      body->header_rows++;
      break;
    case ELEMENT_ROW:
      jip_import_begin_row (body->import);
      break;
    case ELEMENT_CELL:
      start_cell (body, xml);
      break;
    case ELEMENT_BOX:
      jip_import_begin_box (body->import);
      break;
    case ELEMENT_HEADER:
    case ELEMENT_FOOTER:
      if (is_hidden (xml))
        body->skip = body->depth;
      else
        jip_import_begin_stream (body->import,
                                 element == ELEMENT_HEADER ? JIP_IMPORT_HEADERS : JIP_IMPORT_FOOTERS);
      break;
    case ELEMENT_TEXT:
      body->is_text = TRUE;
      break;
    case ELEMENT_SKIP:
      body->skip = body->depth;
      break;
    case ELEMENT_NOTE_BODY:
    case ELEMENT_NONE:
      break;
    }
}

static void
start (JipXml *xml, const char *uri, const char *name, gpointer user_data)
{
  JipOdtBody *body = user_data;
  JipOdtSpace space = jip_odt_space (uri);

  body->depth++;
  if (jip_import_is_full (body->import))
    jip_xml_stop (xml);
  if (body->skip > 0 || jip_import_is_full (body->import))
    return;
  jip_odt_style_reader_start (body->style_reader, xml, space, name);
  if (is_description (uri, name))
    body->skip = body->depth;
  else if (space != JIP_ODT_OTHER)
    start_element (body, xml, find_element (space, name));
}

static void
end_element (JipOdtBody *body, Element element)
{
  switch (element)
    {
    case ELEMENT_P:
    case ELEMENT_H:
      end_paragraph (body);
      break;
    case ELEMENT_SPAN:
      pop (body->looks);
      break;
    case ELEMENT_LIST:
      end_list (body);
      break;
    case ELEMENT_NOTE:
    case ELEMENT_HEADER:
    case ELEMENT_FOOTER:
      jip_import_end_stream (body->import);
      body->spaced = FALSE;
      break;
    case ELEMENT_TABLE:
      jip_import_end_table (body->import);
      break;
    case ELEMENT_HEADER_ROWS:
      body->header_rows -= body->header_rows > 0;
      break;
    case ELEMENT_CELL:
      end_cell (body);
      break;
    case ELEMENT_BOX:
      jip_import_end_box (body->import);
      break;
    default:
      break;
    }
}

static void
end (JipXml *xml, const char *uri, const char *name, gpointer user_data)
{
  JipOdtBody *body = user_data;
  JipOdtSpace space = jip_odt_space (uri);
  guint depth = body->depth--;

  if (body->skip > 0)
    {
      body->skip = body->skip == depth ? 0 : body->skip;
      return;
    }
  jip_odt_style_reader_end (body->style_reader, space, name);
  if (space != JIP_ODT_OTHER)
    end_element (body, find_element (space, name));
}

static void
text (JipXml *xml, const char *data, gsize length, gpointer user_data)
{
  JipOdtBody *body = user_data;

  if (body->in_paragraph > 0 && body->skip == 0)
    emit_collapsed (body, data, length);
}

/* Reads the styles and the text of content.xml or styles.xml. */
gboolean
jip_odt_body_read (JipOdtBody *body, JipPackage *package, const char *part, GError **error)
{
  static const JipXmlHandler handler = { .start = start, .end = end, .text = text };

  body->depth = body->skip = body->in_paragraph = body->header_rows = 0;
  return jip_package_parse (package, part, &handler, body, error);
}
