/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-odt-writer.h"

#include <string.h>

#include "jip-package-writer.h"

/* The package: META-INF/manifest.xml, meta.xml, and the parts that hold styles and text. */

#define MIMETYPE "application/vnd.oasis.opendocument.text"
#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define NAMESPACES \
  "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" " \
  "xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" " \
  "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" " \
  "xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" " \
  "xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" " \
  "xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" " \
  "xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" " \
  "xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" " \
  "xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" office:version=\"1.3\""

/* @text has passed jip_paper_clean(), so that XML can hold all of it. */
void
jip_odt_append_escaped (GString *out, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    switch (*p)
      {
      case '&':
        g_string_append (out, "&amp;");
        break;
      case '<':
        g_string_append (out, "&lt;");
        break;
      case '>':
        g_string_append (out, "&gt;");
        break;
      case '"':
        g_string_append (out, "&quot;");
        break;
      default:
        g_string_append_c (out, *p);
      }
}

char *
jip_odt_image_path (const JipPaperImage *image, guint number)
{
  return g_strdup_printf ("Pictures/image%u.%s", number, image->jpeg ? "jpg" : "png");
}

static void
append_meta (GString *out, const char *name, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  g_string_append_printf (out, "<%s>", name);
  jip_odt_append_escaped (out, value);
  g_string_append_printf (out, "</%s>", name);
}

static char *
write_meta (const JipPaper *paper)
{
  g_autofree char *time = jip_paper_format_time (paper->created);
  GString *out = g_string_new (DECLARATION "<office:document-meta " NAMESPACES "><office:meta>");

  append_meta (out, "meta:generator", "Jiphyeon/" JIP_VERSION);
  append_meta (out, "dc:title", paper->title);
  append_meta (out, "dc:description", paper->notice);
  append_meta (out, "meta:keyword", paper->notice);
  append_meta (out, "meta:initial-creator", paper->author);
  append_meta (out, "dc:creator", paper->author);
  append_meta (out, "meta:creation-date", time);
  append_meta (out, "dc:date", time);
  append_meta (out, "dc:language", "ko-KR");
  g_string_append (out, "</office:meta></office:document-meta>");
  return g_string_free (out, FALSE);
}

static void
append_entry (GString *out, const char *path, const char *type)
{
  g_string_append_printf (out, "<manifest:file-entry manifest:full-path=\"%s\" manifest:media-type=\"%s\"/>",
                          path, type);
}

static char *
write_manifest (const JipOdt *odt)
{
  GString *out = g_string_new (
      DECLARATION "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" "
                  "manifest:version=\"1.3\"><manifest:file-entry manifest:full-path=\"/\" "
                  "manifest:version=\"1.3\" manifest:media-type=\"" MIMETYPE "\"/>");

  append_entry (out, "content.xml", "text/xml");
  append_entry (out, "styles.xml", "text/xml");
  append_entry (out, "meta.xml", "text/xml");
  for (guint i = 0; i < odt->images->len; i++)
    {
      const JipPaperImage *image = odt->images->pdata[i];
      g_autofree char *path = jip_odt_image_path (image, i + 1);
      append_entry (out, path, image->jpeg ? "image/jpeg" : "image/png");
    }
  g_string_append (out, "</manifest:manifest>");
  return g_string_free (out, FALSE);
}

static char *
write_content (JipOdt *odt)
{
  g_autofree char *body = jip_odt_body (odt);
  g_autofree char *styles = jip_odt_automatic_styles (odt);
  GString *out = g_string_new (DECLARATION "<office:document-content " NAMESPACES ">");

  jip_odt_append_fonts (out);
  g_string_append_printf (out,
                          "<office:automatic-styles>%s</office:automatic-styles><office:body><office:text>%s"
                          "</office:text></office:body></office:document-content>",
                          styles, body);
  return g_string_free (out, FALSE);
}

static char *
write_styles (JipOdt *odt)
{
  g_autofree char *styles = jip_odt_styles (odt);
  GString *out = g_string_new (DECLARATION "<office:document-styles " NAMESPACES ">");

  jip_odt_append_fonts (out);
  g_string_append_printf (out, "%s</office:document-styles>", styles);
  return g_string_free (out, FALSE);
}

static GBytes *
pack (JipOdt *odt, GError **error)
{
  g_autofree char *content = write_content (odt);
  g_autofree char *styles = write_styles (odt);
  g_autofree char *meta = write_meta (odt->paper);
  g_autofree char *manifest = write_manifest (odt);
  const struct
  {
    const char *name, *data;
  } texts[] = { { "mimetype", MIMETYPE },
                { "content.xml", content },
                { "styles.xml", styles },
                { "meta.xml", meta },
                { "META-INF/manifest.xml", manifest } };
  g_autoptr (GArray) all = g_array_new (FALSE, TRUE, sizeof (JipPackagePart));
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      JipPackagePart part = {
        .name = texts[i].name, .data = texts[i].data, .size = strlen (texts[i].data), .stored = i == 0
      };
      g_array_append_val (all, part);
    }
  for (guint i = 0; i < odt->images->len; i++)
    {
      const JipPaperImage *image = odt->images->pdata[i];
      JipPackagePart part = { .name = jip_odt_image_path (image, i + 1), .stored = TRUE };
      part.data = g_bytes_get_data (image->data, &part.size);
      g_ptr_array_add (names, (char *) part.name);
      g_array_append_val (all, part);
    }
  return jip_package_write ((const JipPackagePart *) (const void *) all->data, all->len, odt->paper->created,
                            error);
}

/**
 * jip_odt_write:
 *
 * Returns: (transfer full): the file's bytes; %NULL with %JIP_ERROR_FILE
 */
GBytes *
jip_odt_write (JipPaper *paper, GError **error)
{
  JipOdt odt;

  g_return_val_if_fail (paper != NULL, NULL);

  jip_odt_init (&odt, paper);
  GBytes *bytes = pack (&odt, error);
  jip_odt_clear (&odt);
  return bytes;
}
