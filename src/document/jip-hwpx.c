/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-hwpx.h"

#include <string.h>

#include "jip-package-writer.h"

/* The package: which parts there are, and the ZIP file around them. */

static const char version_xml[]
    = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<hv:HCFVersion "
      "xmlns:hv=\"http://www.hancom.co.kr/hwpml/2011/version\" tagetApplication=\"WORDPROCESSOR\" major=\"5\" "
      "minor=\"1\" micro=\"1\" buildNumber=\"0\" os=\"10\" xmlVersion=\"1.5\" application=\"Jiphyeon\" "
      "appVersion=\"" JIP_VERSION "\"/>";
static const char container_xml[]
    = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<ocf:container "
      "xmlns:ocf=\"urn:oasis:names:tc:opendocument:xmlns:container\" "
      "xmlns:hpf=\"http://www.hancom.co.kr/schema/2011/hpf\"><ocf:rootfiles><ocf:rootfile "
      "full-path=\"Contents/content.hpf\" media-type=\"application/hwpml-package+xml\"/><ocf:rootfile "
      "full-path=\"Preview/PrvText.txt\" media-type=\"text/plain\"/></ocf:rootfiles></ocf:container>";
static const char manifest_xml[]
    = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<odf:manifest "
      "xmlns:odf=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
static const char settings_xml[]
    = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<ha:HWPApplicationSetting "
      "xmlns:ha=\"http://www.hancom.co.kr/hwpml/2011/app\" "
      "xmlns:config=\"urn:oasis:names:tc:opendocument:xmlns:config:1.0\"><ha:CaretPosition listIDRef=\"0\" "
      "paraIDRef=\"0\" pos=\"0\"/></ha:HWPApplicationSetting>";

static void
write_meta (xmlTextWriterPtr writer, const char *name, const char *value)
{
  jip_hwpx_start (writer, "opf:meta", "name", name, "content", "text", NULL);
  xmlTextWriterWriteString (writer, BAD_CAST (value != NULL ? value : ""));
  xmlTextWriterEndElement (writer);
}

static void
write_metadata (xmlTextWriterPtr writer, JipPaper *paper)
{
  g_autofree char *time = jip_paper_format_time (paper->created);

  xmlTextWriterStartElement (writer, BAD_CAST "opf:metadata");
  xmlTextWriterWriteElement (writer, BAD_CAST "opf:title", BAD_CAST paper->title);
  xmlTextWriterWriteElement (writer, BAD_CAST "opf:language", BAD_CAST "ko");
  write_meta (writer, "creator", paper->author);
  write_meta (writer, "subject", NULL);
  write_meta (writer, "description", paper->notice);
  write_meta (writer, "lastsaveby", paper->author);
  write_meta (writer, "CreatedDate", time);
  write_meta (writer, "ModifiedDate", time);
  write_meta (writer, "keyword", paper->notice);
  xmlTextWriterEndElement (writer);
}

static void
write_item (xmlTextWriterPtr writer, const char *id, const char *href, const char *type)
{
  jip_hwpx_start (writer, "opf:item", "id", id, "href", href, "media-type", type, NULL);
  if (g_str_has_prefix (type, "image/"))
    xmlTextWriterWriteAttribute (writer, BAD_CAST "isEmbeded", BAD_CAST "1");
  xmlTextWriterEndElement (writer);
}

static char *
image_path (const JipPaperImage *image, guint number)
{
  return g_strdup_printf ("BinData/image%u.%s", number, image->jpeg ? "jpg" : "png");
}

/**
 * jip_hwpx_package:
 *
 * Returns: (transfer full): Contents/content.hpf
 */
char *
jip_hwpx_package (JipHwpx *hwpx)
{
  xmlBufferPtr buffer = xmlBufferCreate ();
  xmlTextWriterPtr writer = jip_hwpx_open (buffer, "opf:package");

  xmlTextWriterWriteAttribute (writer, BAD_CAST "version", BAD_CAST "");
  xmlTextWriterWriteAttribute (writer, BAD_CAST "unique-identifier", BAD_CAST "");
  xmlTextWriterWriteAttribute (writer, BAD_CAST "id", BAD_CAST "");
  write_metadata (writer, hwpx->paper);
  xmlTextWriterStartElement (writer, BAD_CAST "opf:manifest");
  write_item (writer, "header", "Contents/header.xml", "application/xml");
  write_item (writer, "section0", "Contents/section0.xml", "application/xml");
  write_item (writer, "settings", "settings.xml", "application/xml");
  for (guint i = 0; i < hwpx->images->len; i++)
    {
      const JipPaperImage *image = hwpx->images->pdata[i];
      g_autofree char *id = g_strdup_printf ("image%u", i + 1);
      g_autofree char *path = image_path (image, i + 1);
      write_item (writer, id, path, image->jpeg ? "image/jpeg" : "image/png");
    }
  xmlTextWriterEndElement (writer);
  xmlTextWriterStartElement (writer, BAD_CAST "opf:spine");
  jip_hwpx_start (writer, "opf:itemref", "idref", "header", "linear", "yes", NULL);
  xmlTextWriterEndElement (writer);
  jip_hwpx_start (writer, "opf:itemref", "idref", "section0", "linear", "yes", NULL);
  xmlTextWriterEndElement (writer);
  return jip_hwpx_close (writer, buffer);
}

typedef struct
{
  char *header, *section, *package;
  const char *preview;
} Parts;

static GBytes *
pack (JipHwpx *hwpx, const Parts *parts, GError **error)
{
  static const char mimetype[] = "application/hwp+zip";
  const struct
  {
    const char *name, *data;
  } texts[] = {
    { "mimetype", mimetype },
    { "version.xml", version_xml },
    { "Contents/header.xml", parts->header },
    { "Contents/section0.xml", parts->section },
    { "Preview/PrvText.txt", parts->preview },
    { "settings.xml", settings_xml },
    { "META-INF/container.xml", container_xml },
    { "Contents/content.hpf", parts->package },
    { "META-INF/manifest.xml", manifest_xml },
  };
  g_autoptr (GArray) all = g_array_new (FALSE, TRUE, sizeof (JipPackagePart));
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      JipPackagePart part = {
        .name = texts[i].name, .data = texts[i].data, .size = strlen (texts[i].data), .stored = i == 0
      };
      g_array_append_val (all, part);
    }
  for (guint i = 0; i < hwpx->images->len; i++)
    {
      const JipPaperImage *image = hwpx->images->pdata[i];
      JipPackagePart part = { .name = image_path (image, i + 1), .stored = TRUE };
      part.data = g_bytes_get_data (image->data, &part.size);
      g_ptr_array_add (names, (char *) part.name);
      g_array_append_val (all, part);
    }
  return jip_package_write ((const JipPackagePart *) (const void *) all->data, all->len, hwpx->paper->created,
                            error);
}

/**
 * jip_hwpx_write:
 * @preview: the paper as plain text, for file managers
 *
 * Returns: (transfer full): the file's bytes
 */
GBytes *
jip_hwpx_write (JipPaper *paper, const char *preview, GError **error)
{
  JipHwpx hwpx;

  jip_hwpx_init (&hwpx, paper);
  Parts parts = { .preview = preview };
  parts.section = jip_hwpx_section (&hwpx);
  parts.header = jip_hwpx_header (&hwpx);
  parts.package = jip_hwpx_package (&hwpx);
  GBytes *bytes = pack (&hwpx, &parts, error);
  g_free (parts.section);
  g_free (parts.header);
  g_free (parts.package);
  jip_hwpx_clear (&hwpx);
  return bytes;
}
