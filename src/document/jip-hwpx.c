/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-hwpx.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <zip.h>

#include "jip-error.h"

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

/* @data must live until the archive is closed. */
static gboolean
add_part (zip_t *archive, const char *name, const void *data, gsize size, gboolean stored, GError **error)
{
  zip_source_t *source = zip_source_buffer (archive, data, size, 0);
  zip_int64_t index = source != NULL ? zip_file_add (archive, name, source, ZIP_FL_ENC_UTF_8) : -1;

  if (index < 0)
    {
      if (source != NULL)
        zip_source_free (source);
      return jip_error_set (error, JIP_ERROR_FILE, _ ("The part %s could not be packed: %s"), name,
                            zip_strerror (archive));
    }
  zip_set_file_compression (archive, (zip_uint64_t) index, stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0);
  return TRUE;
}

typedef struct
{
  char *header, *section, *package;
  const char *preview;
} Parts;

static gboolean
add_parts (zip_t *archive, JipHwpx *hwpx, const Parts *parts, GError **error)
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

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (!add_part (archive, texts[i].name, texts[i].data, strlen (texts[i].data), i == 0, error))
      return FALSE;
  for (guint i = 0; i < hwpx->images->len; i++)
    {
      const JipPaperImage *image = hwpx->images->pdata[i];
      g_autofree char *path = image_path (image, i + 1);
      gsize size;
      const void *data = g_bytes_get_data (image->data, &size);
      if (!add_part (archive, path, data, size, TRUE, error))
        return FALSE;
    }
  return TRUE;
}

/* What the archive wrote into @source, read out. */
static GBytes *
read_archive (zip_source_t *source, GError **error)
{
  zip_stat_t info;

  if (zip_source_stat (source, &info) != 0 || zip_source_open (source) != 0)
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("The package could not be read back."));
      return NULL;
    }
  guint8 *data = g_malloc (info.size);
  zip_int64_t got = zip_source_read (source, data, info.size);
  zip_source_close (source);
  if (got != (zip_int64_t) info.size)
    {
      g_free (data);
      jip_error_set (error, JIP_ERROR_FILE, _ ("The package could not be read back."));
      return NULL;
    }
  return g_bytes_new_take (data, (gsize) got);
}

static GBytes *
pack (JipHwpx *hwpx, const Parts *parts, GError **error)
{
  zip_error_t problem;
  zip_error_init (&problem);
  zip_source_t *source = zip_source_buffer_create (NULL, 0, 0, &problem);
  zip_t *archive = source != NULL ? zip_open_from_source (source, ZIP_TRUNCATE, &problem) : NULL;
  GBytes *bytes = NULL;

  if (archive == NULL)
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("The package could not be begun: %s"),
                     zip_error_strerror (&problem));
      g_clear_pointer (&source, zip_source_free);
      zip_error_fini (&problem);
      return NULL;
    }
  zip_source_keep (source);
  if (!add_parts (archive, hwpx, parts, error))
    zip_discard (archive);
  else if (zip_close (archive) != 0)
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("The package could not be written: %s"),
                     zip_strerror (archive));
      zip_discard (archive);
    }
  else
    bytes = read_archive (source, error);
  zip_source_free (source);
  zip_error_fini (&problem);
  return bytes;
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
