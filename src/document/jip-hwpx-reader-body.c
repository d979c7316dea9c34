/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-hwpx-reader.h"

/* Contents/sectionN.xml: paragraphs, tables, text boxes, notes, headers. What a reader of the paper cannot see (hidden
 * comments, memos, link targets, descriptions of pictures, deleted text) is passed over. */

/* A paragraph that is open; they nest through tables and boxes. */
typedef struct
{
  const JipHwpxParaPr *properties; /* nullable */
  const JipHwpxCharPr *characters; /* of the open run, nullable */
  guint outline;
  gboolean counted;   /* its automatic number has been */
  gboolean furniture; /* it holds a page number */
  gboolean noted;     /* the number of a note stands at its end, and a space must follow */
} Paragraph;

typedef struct
{
  guint row_span, column_span;
  gboolean header;
} Cell;

typedef struct
{
  gboolean begun;   /* its first row has */
  GArray *captions; /* below or beside it, nullable */
} Table;

typedef struct
{
  guint depth;   /* of the hp:switch */
  gboolean done; /* a branch has been read */
} Switch;

struct _JipHwpxBody
{
  JipHwpxProperties *properties;
  JipImport *import;
  guint n_sections;
  guint n_notes[2];   /* footnotes, endnotes */
  guint n_objects[3]; /* pictures, tables, equations */
  /* of the part that is read */
  gboolean section;
  guint depth, skip; /* elements open; the depth of the one passed over, 0 for none */
  guint outline_shape;
  guint in_text;
  gboolean deleted; /* between the marks of a deletion */
  GArray *paragraphs, *cells, *tables, *switches;
  GString *number; /* what stands around an automatic number */
  guint auto_value;
  gboolean auto_note;
  const char
      *last_uri; /* what it means is asked for each element: libxml2 keeps one string for each namespace */
  JipHwpxSpace last_space;
};

static void
table_clear (gpointer data)
{
  g_clear_pointer (&((Table *) data)->captions, g_array_unref);
}

JipHwpxBody *
jip_hwpx_body_new (JipHwpxProperties *properties, JipImport *import)
{
  JipHwpxBody *body = g_new0 (JipHwpxBody, 1);

  body->properties = properties;
  body->import = import;
  body->paragraphs = g_array_new (FALSE, TRUE, sizeof (Paragraph));
  body->cells = g_array_new (FALSE, TRUE, sizeof (Cell));
  body->tables = g_array_new (FALSE, TRUE, sizeof (Table));
  g_array_set_clear_func (body->tables, table_clear);
  body->switches = g_array_new (FALSE, TRUE, sizeof (Switch));
  return body;
}

void
jip_hwpx_body_free (JipHwpxBody *body)
{
  g_array_unref (body->paragraphs);
  g_array_unref (body->cells);
  g_array_unref (body->tables);
  g_array_unref (body->switches);
  g_free (body);
}

guint
jip_hwpx_body_get_n_sections (JipHwpxBody *body)
{
  return body->n_sections;
}

#define LAST(array, type) ((array)->len > 0 ? &g_array_index (array, type, (array)->len - 1) : NULL)

static void
pop (GArray *array)
{
  if (array->len > 0)
    g_array_set_size (array, array->len - 1);
}

static void
emit (JipHwpxBody *body, const char *text, gsize length)
{
  Paragraph *paragraph = LAST (body->paragraphs, Paragraph);

  if (paragraph == NULL || body->deleted)
    return;
  if (!paragraph->counted && paragraph->properties != NULL)
    {
      paragraph->counted = TRUE;
      g_autofree char *mark
          = jip_hwpx_next_mark (body->properties, paragraph->properties, body->outline_shape);
      if (mark != NULL && *mark != '\0')
        {
          jip_import_text (body->import, mark, strlen (mark), FALSE, FALSE);
          jip_import_text (body->import, " ", 1, FALSE, FALSE);
        }
    }
  if (paragraph->noted && *text != ' ')
    jip_import_text (body->import, " ", 1, FALSE, FALSE);
  paragraph->noted = FALSE;
  gboolean bold = paragraph->characters != NULL && paragraph->characters->bold;
  gboolean underline = paragraph->characters != NULL && paragraph->characters->underline;
  jip_import_text (body->import, text, length, bold, underline);
}

static void
emit_string (JipHwpxBody *body, const char *text)
{
  if (text != NULL)
    emit (body, text, strlen (text));
}

static void
begin_paragraph (JipHwpxBody *body, JipXml *xml)
{
  gpointer style = GUINT_TO_POINTER (jip_xml_get_uint (xml, "styleIDRef", 0, G_MAXUINT, 0));
  gpointer id = GUINT_TO_POINTER (jip_xml_get_uint (xml, "paraPrIDRef", 0, G_MAXUINT, 0));
  Paragraph paragraph = { .properties = g_hash_table_lookup (body->properties->paragraphs, id) };

  paragraph.outline = GPOINTER_TO_UINT (g_hash_table_lookup (body->properties->outlines, style));
  if (paragraph.properties != NULL && paragraph.properties->heading == JIP_HWPX_HEADING_OUTLINE)
    paragraph.outline = paragraph.properties->level + 1;
  g_array_append_val (body->paragraphs, paragraph);
  jip_import_begin_paragraph (body->import);
  jip_import_set_outline (body->import, paragraph.outline);
}

static void
end_paragraph (JipHwpxBody *body)
{
  Paragraph *paragraph = LAST (body->paragraphs, Paragraph);

  if (paragraph != NULL && !paragraph->counted && paragraph->properties != NULL)
    g_free (jip_hwpx_next_mark (body->properties, paragraph->properties, body->outline_shape));
  if (paragraph != NULL && paragraph->furniture)
    jip_import_drop_furniture (body->import);
  pop (body->paragraphs);
  jip_import_end_paragraph (body->import);
}

static void
begin_run (JipHwpxBody *body, JipXml *xml)
{
  Paragraph *paragraph = LAST (body->paragraphs, Paragraph);
  gpointer id = GUINT_TO_POINTER (jip_xml_get_uint (xml, "charPrIDRef", 0, G_MAXUINT, 0));

  if (paragraph != NULL)
    paragraph->characters = g_hash_table_lookup (body->properties->chars, id);
}

/* What may stand within hp:t. */
static gboolean
start_in_text (JipHwpxBody *body, JipXml *xml, const char *name)
{
  if (strcmp (name, "tab") == 0 || strcmp (name, "nbSpace") == 0 || strcmp (name, "fwSpace") == 0)
    emit (body, " ", 1);
  else if (strcmp (name, "lineBreak") == 0)
    jip_import_break (body->import);
  else if (strcmp (name, "hyphen") == 0)
    emit (body, "-", 1);
  else if (strcmp (name, "deleteBegin") == 0)
    body->deleted = TRUE;
  else if (strcmp (name, "deleteEnd") == 0)
    body->deleted = FALSE;
  else
    return FALSE;
  return TRUE;
}

/* A table begins with its first row: a caption that stands before the table comes earlier. */
static void
start_row (JipHwpxBody *body)
{
  Table *table = LAST (body->tables, Table);

  if (table != NULL && !table->begun)
    {
      table->begun = TRUE;
      jip_import_begin_table (body->import);
    }
  jip_import_begin_row (body->import);
}

static void
start_table (JipHwpxBody *body)
{
  Table table = { 0 };
  g_array_append_val (body->tables, table);
}

static void
end_table (JipHwpxBody *body)
{
  Table *table = LAST (body->tables, Table);

  if (table == NULL)
    return;
  if (table->begun)
    jip_import_end_table (body->import);
  if (table->captions != NULL)
    jip_import_put_back (body->import, table->captions);
  pop (body->tables);
}

static void
start_cell (JipHwpxBody *body, JipXml *xml)
{
  Cell cell = { .row_span = 1, .column_span = 1, .header = jip_xml_get_uint (xml, "header", 0, 1, 0) == 1 };

  g_array_append_val (body->cells, cell);
  jip_import_begin_cell (body->import);
}

static void
end_cell (JipHwpxBody *body)
{
  Cell *cell = LAST (body->cells, Cell);

  if (cell != NULL)
    jip_import_end_cell (body->import, cell->row_span, cell->column_span, cell->header);
  pop (body->cells);
}

static void
read_span (JipHwpxBody *body, JipXml *xml)
{
  Cell *cell = LAST (body->cells, Cell);

  if (cell == NULL)
    return;
  cell->row_span = jip_xml_get_uint (xml, "rowSpan", 1, 65535, 1);
  cell->column_span = jip_xml_get_uint (xml, "colSpan", 1, 65535, 1);
}

static void
start_note (JipHwpxBody *body, guint kind)
{
  body->n_notes[kind]++;
  jip_import_begin_stream (body->import, kind == 0 ? JIP_IMPORT_NOTES : JIP_IMPORT_ENDNOTES);
}

/* Numbers of notes, pictures, tables and equations are counted; page numbers belong to the sheet, not to the text. */
static void
start_auto_number (JipHwpxBody *body, JipXml *xml)
{
  static const char *const kinds[] = { "PICTURE", "TABLE", "EQUATION" };
  const char *type = jip_xml_get (xml, "numType");

  body->auto_value = 0;
  body->auto_note = g_strcmp0 (type, "FOOTNOTE") == 0 || g_strcmp0 (type, "ENDNOTE") == 0;
  if (g_strcmp0 (type, "FOOTNOTE") == 0)
    body->auto_value = body->n_notes[0];
  if (g_strcmp0 (type, "ENDNOTE") == 0)
    body->auto_value = body->n_notes[1];
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (type, kinds[i]) == 0)
      body->auto_value = ++body->n_objects[i];
  if (body->number == NULL)
    body->number = g_string_new (NULL);
  g_string_printf (body->number, "%u", body->auto_value);
}

static void
read_auto_format (JipHwpxBody *body, JipXml *xml)
{
  if (body->number == NULL)
    return;
  g_autofree char *number
      = jip_number_form_format (jip_number_form_from_hwpx (jip_xml_get (xml, "type")), body->auto_value);
  const char *prefix = jip_xml_get (xml, "prefixChar"), *suffix = jip_xml_get (xml, "suffixChar");
  g_string_printf (body->number, "%s%s%s", prefix != NULL ? prefix : "", number,
                   suffix != NULL ? suffix : "");
}

static void
end_auto_number (JipHwpxBody *body)
{
  if (body->number == NULL)
    return;
  Paragraph *paragraph = LAST (body->paragraphs, Paragraph);
  if (body->auto_value > 0)
    emit (body, body->number->str, body->number->len);
  else if (paragraph != NULL)
    paragraph->furniture = TRUE;
  if (body->auto_value > 0 && body->auto_note && paragraph != NULL)
    paragraph->noted = TRUE;
  g_string_free (g_steal_pointer (&body->number), TRUE);
}

static void
read_new_number (JipHwpxBody *body, JipXml *xml)
{
  static const char *const kinds[] = { "PICTURE", "TABLE", "EQUATION" };
  const char *type = jip_xml_get (xml, "numType");
  guint next = jip_xml_get_uint (xml, "num", 1, 9999, 1) - 1;

  if (g_strcmp0 (type, "FOOTNOTE") == 0)
    body->n_notes[0] = next;
  if (g_strcmp0 (type, "ENDNOTE") == 0)
    body->n_notes[1] = next;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (type, kinds[i]) == 0)
      body->n_objects[i] = next;
}

static void
start_caption (JipHwpxBody *body, JipXml *xml)
{
  const char *side = jip_xml_get (xml, "side");
  Table *table = LAST (body->tables, Table);

  jip_import_begin_box (body->import);
  if (table != NULL && !table->begun && g_strcmp0 (side, "TOP") != 0 && g_strcmp0 (side, "LEFT") != 0
      && table->captions == NULL)
    table->captions = jip_import_new_shelf ();
}

static void
end_caption (JipHwpxBody *body)
{
  Table *table = LAST (body->tables, Table);

  if (table != NULL && !table->begun && table->captions != NULL)
    jip_import_shelve_box (body->import, table->captions);
  else
    jip_import_end_box (body->import);
}

/* Of the branches of a choice the first is read; the others say the same in another form. */
static gboolean
is_wanted_branch (JipHwpxBody *body, const char *name)
{
  Switch *choice = LAST (body->switches, Switch);

  if (choice == NULL || choice->depth + 1 != body->depth)
    return TRUE;
  if (strcmp (name, "case") != 0 && strcmp (name, "default") != 0)
    return TRUE;
  gboolean wanted = !choice->done;
  choice->done = TRUE;
  return wanted;
}

typedef enum
{
  ELEMENT_NONE,
  ELEMENT_P,
  ELEMENT_RUN,
  ELEMENT_T,
  ELEMENT_TABLE,
  ELEMENT_ROW,
  ELEMENT_CELL,
  ELEMENT_SPAN,
  ELEMENT_CAPTION,
  ELEMENT_BOX,
  ELEMENT_HEADER,
  ELEMENT_FOOTER,
  ELEMENT_FOOTNOTE,
  ELEMENT_ENDNOTE,
  ELEMENT_PROPERTIES,
  ELEMENT_AUTO,
  ELEMENT_AUTO_FORMAT,
  ELEMENT_NEW_NUMBER,
  ELEMENT_SWITCH,
  ELEMENT_COMPOSE,
  ELEMENT_WORD_ART,
  ELEMENT_CHECK,
  ELEMENT_SKIP,
} Element;

static const struct
{
  const char *name;
  Element element;
} elements[] = {
  { "p", ELEMENT_P },
  { "run", ELEMENT_RUN },
  { "t", ELEMENT_T },
  { "script", ELEMENT_T },   /* of an equation */
  { "mainText", ELEMENT_T }, /* a word and the small one above it */
  { "subText", ELEMENT_T },
  { "tbl", ELEMENT_TABLE },
  { "tr", ELEMENT_ROW },
  { "tc", ELEMENT_CELL },
  { "cellSpan", ELEMENT_SPAN },
  { "caption", ELEMENT_CAPTION },
  { "drawText", ELEMENT_BOX },
  { "header", ELEMENT_HEADER },
  { "footer", ELEMENT_FOOTER },
  { "footNote", ELEMENT_FOOTNOTE },
  { "endNote", ELEMENT_ENDNOTE },
  { "secPr", ELEMENT_PROPERTIES },
  { "autoNum", ELEMENT_AUTO },
  { "autoNumFormat", ELEMENT_AUTO_FORMAT },
  { "newNum", ELEMENT_NEW_NUMBER },
  { "switch", ELEMENT_SWITCH },
  { "compose", ELEMENT_COMPOSE },
  { "textart", ELEMENT_WORD_ART },
  { "checkBtn", ELEMENT_CHECK },
  { "radioBtn", ELEMENT_CHECK },
  { "btn", ELEMENT_CHECK },
  { "hiddenComment", ELEMENT_SKIP },
  { "fieldBegin",
    ELEMENT_SKIP }, /* holds parameters, link targets and memos; what a field shows stands after it */
  { "parameters", ELEMENT_SKIP },
  { "parameterset", ELEMENT_SKIP },
  { "shapeComment", ELEMENT_SKIP },
  { "metaTag", ELEMENT_SKIP },
  { "memo", ELEMENT_SKIP },
  { "bookmark", ELEMENT_SKIP },
  { "indexmark", ELEMENT_SKIP },
};

static Element
find_element (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    if (strcmp (elements[i].name, name) == 0)
      return elements[i].element;
  return ELEMENT_NONE;
}

static void
start_switch (JipHwpxBody *body)
{
  Switch choice = { .depth = body->depth };
  g_array_append_val (body->switches, choice);
}

static void
add_word_art (JipHwpxBody *body, JipXml *xml)
{
  const char *text = jip_xml_get (xml, "text");

  if (text == NULL)
    return;
  jip_import_begin_box (body->import);
  jip_import_begin_paragraph (body->import);
  jip_import_text (body->import, text, strlen (text), FALSE, FALSE);
  jip_import_end_box (body->import);
}

static void
start_element (JipHwpxBody *body, JipXml *xml, Element element)
{
  switch (element)
    {
    case ELEMENT_P:
      begin_paragraph (body, xml);
      break;
    case ELEMENT_RUN:
      begin_run (body, xml);
      break;
    case ELEMENT_T:
      body->in_text++;
      break;
    case ELEMENT_TABLE:
      start_table (body);
      break;
    case ELEMENT_ROW:
      start_row (body);
      break;
    case ELEMENT_CELL:
      start_cell (body, xml);
      break;
    case ELEMENT_SPAN:
      read_span (body, xml);
      break;
    case ELEMENT_CAPTION:
      start_caption (body, xml);
      break;
    case ELEMENT_BOX:
      jip_import_begin_box (body->import);
      break;
    case ELEMENT_HEADER:
      jip_import_begin_stream (body->import, JIP_IMPORT_HEADERS);
      break;
    case ELEMENT_FOOTER:
      jip_import_begin_stream (body->import, JIP_IMPORT_FOOTERS);
      break;
    case ELEMENT_FOOTNOTE:
    case ELEMENT_ENDNOTE:
      start_note (body, element == ELEMENT_ENDNOTE);
      break;
    case ELEMENT_PROPERTIES:
      body->outline_shape = jip_xml_get_uint (xml, "outlineShapeIDRef", 0, G_MAXUINT, body->outline_shape);
      body->skip = body->depth;
      break;
    case ELEMENT_AUTO:
      start_auto_number (body, xml);
      break;
    case ELEMENT_AUTO_FORMAT:
      read_auto_format (body, xml);
      break;
    case ELEMENT_NEW_NUMBER:
      read_new_number (body, xml);
      break;
    case ELEMENT_SWITCH:
      start_switch (body);
      break;
    case ELEMENT_COMPOSE:
      emit_string (body, jip_xml_get (xml, "composeText"));
      break;
    case ELEMENT_WORD_ART:
      add_word_art (body, xml);
      break;
    case ELEMENT_CHECK:
      emit_string (body, jip_xml_get (xml, "caption"));
      break;
    case ELEMENT_SKIP:
      body->skip = body->depth;
      break;
    case ELEMENT_NONE:
      break;
    }
}

static JipHwpxSpace
space_of (JipHwpxBody *body, const char *uri)
{
  if (uri != body->last_uri)
    {
      body->last_uri = uri;
      body->last_space = jip_hwpx_space (uri);
    }
  return body->last_space;
}

static void
start (JipXml *xml, const char *space, const char *name, gpointer user_data)
{
  JipHwpxBody *body = user_data;
  JipHwpxSpace kind = space_of (body, space);

  body->depth++;
  if (body->depth == 1)
    {
      body->section
          = (kind == JIP_HWPX_SECTION && strcmp (name, "sec") == 0)
            || (kind == JIP_HWPX_PARAGRAPH && strcmp (name, "section") == 0); /* as one writer calls it */
      if (!body->section)
        jip_xml_stop (xml);
      return;
    }
  if (jip_import_is_full (body->import))
    jip_xml_stop (xml);
  if (body->skip > 0 || kind == JIP_HWPX_OTHER || jip_import_is_full (body->import))
    return;
  if (!is_wanted_branch (body, name))
    body->skip = body->depth;
  else if (body->in_text == 0 || !start_in_text (body, xml, name))
    start_element (body, xml, find_element (name));
}

static void
end_element (JipHwpxBody *body, Element element)
{
  switch (element)
    {
    case ELEMENT_P:
      end_paragraph (body);
      break;
    case ELEMENT_T:
      body->in_text -= body->in_text > 0;
      break;
    case ELEMENT_TABLE:
      end_table (body);
      break;
    case ELEMENT_CELL:
      end_cell (body);
      break;
    case ELEMENT_CAPTION:
      end_caption (body);
      break;
    case ELEMENT_BOX:
      jip_import_end_box (body->import);
      break;
    case ELEMENT_HEADER:
    case ELEMENT_FOOTER:
    case ELEMENT_FOOTNOTE:
    case ELEMENT_ENDNOTE:
      jip_import_end_stream (body->import);
      break;
    case ELEMENT_AUTO:
      end_auto_number (body);
      break;
    case ELEMENT_SWITCH:
      pop (body->switches);
      break;
    default:
      break;
    }
}

static void
end (JipXml *xml, const char *space, const char *name, gpointer user_data)
{
  JipHwpxBody *body = user_data;
  guint depth = body->depth--;

  if (body->skip > 0)
    body->skip = body->skip == depth ? 0 : body->skip;
  else if (space_of (body, space) != JIP_HWPX_OTHER)
    end_element (body, find_element (name));
}

static void
text (JipXml *xml, const char *data, gsize length, gpointer user_data)
{
  JipHwpxBody *body = user_data;

  if (body->in_text > 0 && body->skip == 0)
    emit (body, data, length);
}

gboolean
jip_hwpx_body_read (JipHwpxBody *body, JipPackage *package, const char *part, GError **error)
{
  static const JipXmlHandler handler = { .start = start, .end = end, .text = text };

  body->depth = body->skip = body->in_text = 0;
  body->deleted = FALSE;
  body->section = FALSE;
  body->last_uri = NULL;
  gboolean read = jip_package_parse (package, part, &handler, body, error);
  if (body->number != NULL)
    g_string_free (g_steal_pointer (&body->number), TRUE);
  body->n_sections += body->section;
  return read;
}
