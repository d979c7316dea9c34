/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-odt-reader.h"

/* Styles: what the text needs of them, which is lists, headings, bold, underline and hidden. */

#define MAX_STYLES 100000
#define MAX_PARENTS 20

struct _JipOdtStyleReader
{
  JipOdtStyles *styles;
  JipOdtStyle *style;    /* open */
  JipOdtListStyle *list; /* open */
};

JipOdtSpace
jip_odt_space (const char *uri)
{
  static const struct
  {
    const char *name;
    JipOdtSpace space;
  } spaces[] = { { "office", JIP_ODT_OFFICE },
                 { "style", JIP_ODT_STYLE },
                 { "text", JIP_ODT_TEXT },
                 { "table", JIP_ODT_TABLE },
                 { "drawing", JIP_ODT_DRAW } };
  static const char prefix[] = "urn:oasis:names:tc:opendocument:xmlns:";

  if (!g_str_has_prefix (uri, prefix))
    return JIP_ODT_OTHER;
  uri += strlen (prefix);
  for (guint i = 0; i < G_N_ELEMENTS (spaces); i++)
    if (g_str_has_prefix (uri, spaces[i].name) && uri[strlen (spaces[i].name)] == ':')
      return spaces[i].space;
  return JIP_ODT_OTHER;
}

static void
style_free (gpointer data)
{
  JipOdtStyle *style = data;

  g_free (style->parent);
  g_free (style);
}

static void
list_clear (JipOdtListStyle *list)
{
  for (guint i = 0; i < JIP_ODT_LEVELS; i++)
    {
      g_clear_pointer (&list->levels[i].prefix, g_free);
      g_clear_pointer (&list->levels[i].suffix, g_free);
      g_clear_pointer (&list->levels[i].bullet, g_free);
    }
}

static void
list_free (gpointer data)
{
  list_clear (data);
  g_free (data);
}

JipOdtStyles *
jip_odt_styles_new (void)
{
  JipOdtStyles *styles = g_new0 (JipOdtStyles, 1);

  styles->styles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, style_free);
  styles->lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, list_free);
  return styles;
}

void
jip_odt_styles_free (JipOdtStyles *styles)
{
  g_hash_table_unref (styles->styles);
  g_hash_table_unref (styles->lists);
  list_clear (&styles->outline);
  g_free (styles);
}

/* The style itself; what it does not say its parents may (see jip_odt_styles_find()). */
static const JipOdtStyle *
look_up (JipOdtStyles *styles, const char *family, const char *name)
{
  g_autofree char *key = g_strconcat (family, " ", name, NULL);
  return g_hash_table_lookup (styles->styles, key);
}

/* What @style leaves open, by its parents. */
static void
inherit (JipOdtStyles *styles, const char *family, JipOdtStyle *style)
{
  const char *parent = style->parent;

  for (guint i = 0; parent != NULL && i < MAX_PARENTS; i++)
    {
      const JipOdtStyle *from = look_up (styles, family, parent);
      if (from == NULL)
        return;
      style->bold = style->bold == JIP_ODT_UNSET ? from->bold : style->bold;
      style->underline = style->underline == JIP_ODT_UNSET ? from->underline : style->underline;
      style->hidden = style->hidden == JIP_ODT_UNSET ? from->hidden : style->hidden;
      style->outline = style->outline == 0 ? from->outline : style->outline;
      style->title = style->title || from->title;
      parent = from->parent;
    }
}

/**
 * jip_odt_styles_find:
 * @family: `paragraph` or `text`
 * @name: (nullable)
 *
 * Returns: (transfer none) (nullable): the style with what its parents say; asked for the first time, it learns it
 */
const JipOdtStyle *
jip_odt_styles_find (JipOdtStyles *styles, const char *family, const char *name)
{
  JipOdtStyle *style = name != NULL ? (JipOdtStyle *) look_up (styles, family, name) : NULL;

  if (style != NULL && style->parent != NULL)
    {
      inherit (styles, family, style);
      g_clear_pointer (&style->parent, g_free);
    }
  return style;
}

JipOdtStyleReader *
jip_odt_style_reader_new (JipOdtStyles *styles)
{
  JipOdtStyleReader *reader = g_new0 (JipOdtStyleReader, 1);
  reader->styles = styles;
  return reader;
}

void
jip_odt_style_reader_free (JipOdtStyleReader *reader)
{
  g_free (reader);
}

static void
start_style (JipOdtStyleReader *reader, JipXml *xml)
{
  const char *name = jip_xml_get (xml, "name"), *family = jip_xml_get (xml, "family");

  if (name == NULL || family == NULL || g_hash_table_size (reader->styles->styles) >= MAX_STYLES)
    return;
  reader->style = g_new0 (JipOdtStyle, 1);
  reader->style->parent = g_strdup (jip_xml_get (xml, "parent-style-name"));
  reader->style->title = strcmp (name, "Title") == 0;
  reader->style->outline = jip_xml_get_uint (xml, "default-outline-level", 0, JIP_ODT_LEVELS, 0);
  const char *list = jip_xml_get (xml, "list-style-name");
  reader->style->no_outline = list != NULL && *list == '\0';
  g_hash_table_replace (reader->styles->styles, g_strconcat (family, " ", name, NULL), reader->style);
}

static void
read_text_properties (JipOdtStyle *style, JipXml *xml)
{
  const char *weight = jip_xml_get (xml, "font-weight");
  const char *line = jip_xml_get (xml, "text-underline-style");
  const char *display = jip_xml_get (xml, "display");

  if (weight != NULL)
    style->bold = strcmp (weight, "bold") == 0 || g_ascii_strtoull (weight, NULL, 10) >= 600 ? JIP_ODT_YES
                                                                                             : JIP_ODT_NO;
  if (line != NULL)
    style->underline = strcmp (line, "none") == 0 ? JIP_ODT_NO : JIP_ODT_YES;
  if (display != NULL)
    style->hidden = strcmp (display, "none") == 0 ? JIP_ODT_YES : JIP_ODT_NO;
}

static void
start_list (JipOdtStyleReader *reader, JipXml *xml)
{
  const char *name = jip_xml_get (xml, "name");

  if (name == NULL || g_hash_table_size (reader->styles->lists) >= MAX_STYLES)
    return;
  reader->list = g_new0 (JipOdtListStyle, 1);
  g_hash_table_replace (reader->styles->lists, g_strdup (name), reader->list);
}

static void
read_level (JipOdtListStyle *list, JipXml *xml, gboolean bullet)
{
  JipOdtLevel *level = &list->levels[jip_xml_get_uint (xml, "level", 1, JIP_ODT_LEVELS, 1) - 1];
  const char *sign = jip_xml_get (xml, "bullet-char");

  g_free (level->prefix);
  g_free (level->suffix);
  g_free (level->bullet);
  level->prefix = g_strdup (jip_xml_get (xml, "num-prefix"));
  level->suffix = g_strdup (jip_xml_get (xml, "num-suffix"));
  level->bullet = bullet && sign != NULL && *sign != '\0' ? g_strdup (jip_bullet_known (sign)) : NULL;
  level->form = bullet ? JIP_NUMBER_NONE : jip_number_form_from_odf (jip_xml_get (xml, "num-format"));
  level->start = jip_xml_get_uint (xml, "start-value", 0, 9999, 1);
  level->shown = jip_xml_get_uint (xml, "display-levels", 1, JIP_ODT_LEVELS, 1);
}

void
jip_odt_style_reader_start (JipOdtStyleReader *reader, JipXml *xml, JipOdtSpace space, const char *name)
{
  if (space == JIP_ODT_STYLE && strcmp (name, "style") == 0)
    start_style (reader, xml);
  else if (space == JIP_ODT_STYLE && strcmp (name, "text-properties") == 0 && reader->style != NULL)
    read_text_properties (reader->style, xml);
  else if (space == JIP_ODT_TEXT && strcmp (name, "list-style") == 0)
    start_list (reader, xml);
  else if (space == JIP_ODT_TEXT && strcmp (name, "outline-style") == 0)
    reader->list = &reader->styles->outline;
  else if (space == JIP_ODT_TEXT && reader->list != NULL && g_str_has_prefix (name, "list-level-style-"))
    read_level (reader->list, xml, strcmp (name, "list-level-style-number") != 0);
  else if (space == JIP_ODT_TEXT && reader->list != NULL && strcmp (name, "outline-level-style") == 0)
    read_level (reader->list, xml, FALSE);
}

void
jip_odt_style_reader_end (JipOdtStyleReader *reader, JipOdtSpace space, const char *name)
{
  if (space == JIP_ODT_STYLE && strcmp (name, "style") == 0)
    reader->style = NULL;
  else if (space == JIP_ODT_TEXT && (strcmp (name, "list-style") == 0 || strcmp (name, "outline-style") == 0))
    reader->list = NULL;
}

/**
 * jip_odt_format_mark:
 * @counts: the numbers of levels 1 to @level + 1
 * @level: from 0
 *
 * Returns: (transfer full) (nullable): the number or bullet, %NULL for none
 */
char *
jip_odt_format_mark (const JipOdtListStyle *list, const guint *counts, guint level)
{
  const JipOdtLevel *own = &list->levels[level];
  guint first = level + 1 - MIN (own->shown > 0 ? own->shown : 1, level + 1);
  g_autoptr (GString) out = g_string_new (NULL);

  if (own->bullet != NULL)
    return g_strdup (own->bullet);
  if (own->form == JIP_NUMBER_NONE)
    return NULL;
  for (guint i = first; i <= level; i++)
    {
      g_autofree char *number = jip_number_form_format (list->levels[i].form, counts[i]);
      g_string_append_printf (out, out->len > 0 && *number != '\0' ? ".%s" : "%s", number);
    }
  return g_strstrip (g_strconcat (own->prefix != NULL ? own->prefix : "", out->str,
                                  own->suffix != NULL ? own->suffix : "", NULL));
}
