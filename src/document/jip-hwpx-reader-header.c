/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-hwpx-reader.h"

/* Contents/header.xml: what the text needs of it, which is numberings, bullets, headings, bold and underline. */

#define MAX_PROPERTIES 100000
#define MAX_FORMAT 200 /* bytes of a number's format */

typedef struct
{
  JipHwpxProperties *properties;
  JipHwpxParaPr *paragraph;
  JipHwpxCharPr *characters;
  JipHwpxNumbering *numbering;
  JipHwpxHead *head;
  GString *format;
} HeaderReader;

/* `http://www.hancom.co.kr/hwpml/2011/paragraph` and its kin of other years and of the standard (owpml.org); the usual
 * prefix where a writer declares no namespace. */
JipHwpxSpace
jip_hwpx_space (const char *uri)
{
  static const struct
  {
    const char *prefix, *end;
    JipHwpxSpace space;
  } spaces[] = { { "hp", "/paragraph", JIP_HWPX_PARAGRAPH },
                 { "hs", "/section", JIP_HWPX_SECTION },
                 { "hh", "/head", JIP_HWPX_HEAD },
                 { "hc", "/core", JIP_HWPX_CORE } };

  for (guint i = 0; i < G_N_ELEMENTS (spaces); i++)
    if (strcmp (uri, spaces[i].prefix) == 0)
      return spaces[i].space;
  if (strstr (uri, "hancom.co.kr/hwpml/") == NULL && strstr (uri, "owpml.org/owpml/") == NULL)
    return JIP_HWPX_OTHER;
  for (guint i = 0; i < G_N_ELEMENTS (spaces); i++)
    if (g_str_has_suffix (uri, spaces[i].end))
      return spaces[i].space;
  return JIP_HWPX_OTHER;
}

static void
numbering_free (gpointer data)
{
  JipHwpxNumbering *numbering = data;

  for (guint i = 0; i < JIP_HWPX_LEVELS; i++)
    g_free (numbering->heads[i].format);
  g_free (numbering);
}

JipHwpxProperties *
jip_hwpx_properties_new (void)
{
  JipHwpxProperties *properties = g_new0 (JipHwpxProperties, 1);

  properties->paragraphs = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  properties->chars = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  properties->numberings = g_hash_table_new_full (NULL, NULL, NULL, numbering_free);
  properties->bullets = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  properties->outlines = g_hash_table_new (NULL, NULL);
  return properties;
}

void
jip_hwpx_properties_free (JipHwpxProperties *properties)
{
  g_hash_table_unref (properties->paragraphs);
  g_hash_table_unref (properties->chars);
  g_hash_table_unref (properties->numberings);
  g_hash_table_unref (properties->bullets);
  g_hash_table_unref (properties->outlines);
  g_free (properties);
}

/* Takes @value when the table has room. */
static gpointer
keep (GHashTable *table, JipXml *xml, gpointer value, GDestroyNotify free_value)
{
  if (g_hash_table_size (table) >= MAX_PROPERTIES)
    {
      free_value (value);
      return NULL;
    }
  g_hash_table_replace (table, GUINT_TO_POINTER (jip_xml_get_uint (xml, "id", 0, G_MAXUINT, 0)), value);
  return value;
}

static void
read_heading (JipXml *xml, JipHwpxParaPr *paragraph)
{
  const char *type = jip_xml_get (xml, "type");

  if (g_strcmp0 (type, "NUMBER") == 0)
    paragraph->heading = JIP_HWPX_HEADING_NUMBER;
  else if (g_strcmp0 (type, "BULLET") == 0)
    paragraph->heading = JIP_HWPX_HEADING_BULLET;
  else if (g_strcmp0 (type, "OUTLINE") == 0)
    paragraph->heading = JIP_HWPX_HEADING_OUTLINE;
  paragraph->reference = jip_xml_get_uint (xml, "idRef", 0, G_MAXUINT, 0);
  paragraph->level = jip_xml_get_uint (xml, "level", 0, JIP_HWPX_LEVELS - 1, 0);
}

static void
read_head (HeaderReader *reader, JipXml *xml)
{
  guint level = jip_xml_get_uint (xml, "level", 1, JIP_HWPX_LEVELS, 1) - 1;

  reader->head = &reader->numbering->heads[level];
  reader->head->form = jip_number_form_from_hwpx (jip_xml_get (xml, "numFormat"));
  reader->head->start = jip_xml_get_uint (xml, "start", 0, 9999, 1);
  g_string_truncate (reader->format, 0);
}

/* `개요 1`, `Outline 1`, `제목 1`, `Heading 1`. */
static guint
outline_of (const char *name)
{
  static const char *const prefixes[] = { "개요 ", "Outline ", "제목 ", "Heading " };

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (name, prefixes[i]) && g_ascii_isdigit (name[strlen (prefixes[i])]))
      return (guint) CLAMP (g_ascii_strtoull (name + strlen (prefixes[i]), NULL, 10), 1, JIP_HWPX_LEVELS);
  return 0;
}

static void
read_style (HeaderReader *reader, JipXml *xml)
{
  guint outline = outline_of (jip_xml_get (xml, "engName"));

  if (outline == 0)
    outline = outline_of (jip_xml_get (xml, "name"));
  if (outline > 0 && g_hash_table_size (reader->properties->outlines) < MAX_PROPERTIES)
    g_hash_table_replace (reader->properties->outlines,
                          GUINT_TO_POINTER (jip_xml_get_uint (xml, "id", 0, G_MAXUINT, 0)),
                          GUINT_TO_POINTER (outline));
}

static void
read_bullet (HeaderReader *reader, JipXml *xml)
{
  const char *bullet = jip_xml_get (xml, "char");

  keep (reader->properties->bullets, xml,
        g_strdup (bullet != NULL && *bullet != '\0' ? jip_bullet_known (bullet) : "•"), g_free);
}

static void
start (JipXml *xml, const char *space, const char *name, gpointer user_data)
{
  HeaderReader *reader = user_data;

  if (jip_hwpx_space (space) != JIP_HWPX_HEAD)
    return;
  if (strcmp (name, "paraPr") == 0)
    reader->paragraph = keep (reader->properties->paragraphs, xml, g_new0 (JipHwpxParaPr, 1), g_free);
  else if (strcmp (name, "heading") == 0 && reader->paragraph != NULL)
    read_heading (xml, reader->paragraph);
  else if (strcmp (name, "charPr") == 0)
    reader->characters = keep (reader->properties->chars, xml, g_new0 (JipHwpxCharPr, 1), g_free);
  else if (strcmp (name, "bold") == 0 && reader->characters != NULL)
    reader->characters->bold = TRUE;
  else if (strcmp (name, "underline") == 0 && reader->characters != NULL)
    reader->characters->underline = g_strcmp0 (jip_xml_get (xml, "type"), "BOTTOM") == 0;
  else if (strcmp (name, "numbering") == 0)
    reader->numbering
        = keep (reader->properties->numberings, xml, g_new0 (JipHwpxNumbering, 1), numbering_free);
  else if (strcmp (name, "paraHead") == 0 && reader->numbering != NULL)
    read_head (reader, xml);
  else if (strcmp (name, "bullet") == 0)
    read_bullet (reader, xml);
  else if (strcmp (name, "style") == 0)
    read_style (reader, xml);
}

static void
end (JipXml *xml, const char *space, const char *name, gpointer user_data)
{
  HeaderReader *reader = user_data;

  if (jip_hwpx_space (space) != JIP_HWPX_HEAD)
    return;
  if (strcmp (name, "paraPr") == 0)
    reader->paragraph = NULL;
  else if (strcmp (name, "charPr") == 0)
    reader->characters = NULL;
  else if (strcmp (name, "numbering") == 0)
    reader->numbering = NULL;
  else if (strcmp (name, "paraHead") == 0 && reader->head != NULL)
    {
      g_free (reader->head->format);
      reader->head->format = g_strstrip (g_strdup (reader->format->str));
      reader->head = NULL;
    }
}

static void
text (JipXml *xml, const char *data, gsize length, gpointer user_data)
{
  HeaderReader *reader = user_data;

  if (reader->head != NULL && reader->format->len + length < MAX_FORMAT)
    g_string_append_len (reader->format, data, (gssize) length);
}

gboolean
jip_hwpx_read_properties (JipPackage *package,
                          const char *part,
                          JipHwpxProperties *properties,
                          GError **error)
{
  static const JipXmlHandler handler = { .start = start, .end = end, .text = text };
  g_autoptr (GString) format = g_string_new (NULL);
  HeaderReader reader = { .properties = properties, .format = format };

  return jip_package_parse (package, part, &handler, &reader, error);
}

/* The numbers from level 1 to @level, parted by dots. */
static void
append_path (GString *out, const JipHwpxNumbering *numbering, guint level)
{
  for (guint i = 0; i <= level; i++)
    {
      g_autofree char *number = jip_number_form_format (numbering->heads[i].form, numbering->counts[i]);
      g_string_append_printf (out, i > 0 ? ".%s" : "%s", number);
    }
}

static char *
format_mark (const JipHwpxNumbering *numbering, guint level)
{
  const char *format = numbering->heads[level].format;
  GString *out = g_string_new (NULL);

  for (const char *p = format != NULL ? format : ""; *p != '\0'; p++)
    if (*p == '^' && g_ascii_isdigit (p[1]))
      {
        guint at = (guint) strtoul (p + 1, NULL, 10);
        at = CLAMP (at, 1, JIP_HWPX_LEVELS) - 1;
        g_autofree char *number = jip_number_form_format (numbering->heads[at].form, numbering->counts[at]);
        g_string_append (out, number);
        while (g_ascii_isdigit (p[1]))
          p++;
      }
    else if (*p == '^' && (p[1] == 'n' || p[1] == 'N'))
      {
        append_path (out, numbering, level);
        if (*++p == 'N')
          g_string_append_c (out, '.');
      }
    else
      g_string_append_c (out, *p);
  return g_string_free (out, FALSE);
}

/* Counts on at @level; the levels below begin anew, and those above that had no item yet count as begun. */
static void
advance (JipHwpxNumbering *numbering, guint level)
{
  for (guint i = 0; i <= level; i++)
    if (!numbering->begun[i])
      {
        numbering->counts[i] = numbering->heads[i].start;
        numbering->begun[i] = i == level;
      }
    else if (i == level)
      numbering->counts[i] = MIN (numbering->counts[i] + 1, 9999);
  for (guint i = level + 1; i < JIP_HWPX_LEVELS; i++)
    numbering->begun[i] = FALSE;
}

/**
 * jip_hwpx_next_mark:
 * @outline_shape: the numbering of the section's outline
 *
 * Counts the paragraph.
 *
 * Returns: (transfer full) (nullable): its number or bullet
 */
char *
jip_hwpx_next_mark (JipHwpxProperties *properties, const JipHwpxParaPr *paragraph, guint outline_shape)
{
  guint id = paragraph->heading == JIP_HWPX_HEADING_OUTLINE ? outline_shape : paragraph->reference;

  if (paragraph->heading == JIP_HWPX_HEADING_NONE)
    return NULL;
  if (paragraph->heading == JIP_HWPX_HEADING_BULLET)
    return g_strdup (g_hash_table_lookup (properties->bullets, GUINT_TO_POINTER (id)));
  JipHwpxNumbering *numbering = g_hash_table_lookup (properties->numberings, GUINT_TO_POINTER (id));
  if (numbering == NULL)
    return NULL;
  advance (numbering, paragraph->level);
  return format_mark (numbering, paragraph->level);
}
