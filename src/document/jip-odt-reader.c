/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-odt-reader.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The package: META-INF/manifest.xml, meta.xml, styles.xml, content.xml. */

static void
start_manifest (JipXml *xml, const char *space, const char *name, gpointer user_data)
{
  if (strcmp (name, "encryption-data") == 0)
    *(gboolean *) user_data = TRUE;
}

typedef struct
{
  gboolean in_title;
  GString *title;
} Meta;

static void
start_meta (JipXml *xml, const char *space, const char *name, gpointer user_data)
{
  ((Meta *) user_data)->in_title
      = strcmp (space, "http://purl.org/dc/elements/1.1/") == 0 && strcmp (name, "title") == 0;
}

static void
end_meta (JipXml *xml, const char *space, const char *name, gpointer user_data)
{
  ((Meta *) user_data)->in_title = FALSE;
}

static void
text_meta (JipXml *xml, const char *text, gsize length, gpointer user_data)
{
  Meta *meta = user_data;

  if (meta->in_title && meta->title->len + length < 4096)
    g_string_append_len (meta->title, text, (gssize) length);
}

static gboolean
read_title (JipPackage *package, JipImport *import, GError **error)
{
  static const JipXmlHandler handler = { .start = start_meta, .end = end_meta, .text = text_meta };
  g_autoptr (GString) title = g_string_new (NULL);
  Meta meta = { .title = title };

  if (!jip_package_has (package, "meta.xml"))
    return TRUE;
  if (!jip_package_parse (package, "meta.xml", &handler, &meta, error))
    return FALSE;
  jip_import_set_title (import, title->str);
  return TRUE;
}

static gboolean
check_password (JipPackage *package, GError **error)
{
  static const JipXmlHandler handler = { .start = start_manifest };
  gboolean encrypted = FALSE;

  if (jip_package_has (package, "META-INF/manifest.xml")
      && !jip_package_parse (package, "META-INF/manifest.xml", &handler, &encrypted, error))
    return FALSE;
  return !encrypted
         || jip_error_set (error, JIP_ERROR_ENCRYPTED,
                           _ ("The file has a password. Save it without one and take that file."));
}

/**
 * jip_odt_read:
 *
 * Returns: (transfer full): the paper; %NULL with %JIP_ERROR_DAMAGED, %JIP_ERROR_ENCRYPTED, %JIP_ERROR_LIMIT or
 *   %JIP_ERROR_UNSUPPORTED
 */
JipImport *
jip_odt_read (JipPackage *package, GError **error)
{
  g_autoptr (JipImport) import = jip_import_new ();
  g_autoptr (JipOdtStyles) styles = jip_odt_styles_new ();
  g_autoptr (JipOdtBody) body = jip_odt_body_new (styles, import);

  if (!check_password (package, error) || !read_title (package, import, error))
    return NULL;
  if (jip_package_has (package, "styles.xml") && !jip_odt_body_read (body, package, "styles.xml", error))
    return NULL;
  if (!jip_odt_body_read (body, package, "content.xml", error) || !jip_import_check (import, error))
    return NULL;
  if (jip_odt_body_is_text (body))
    return g_steal_pointer (&import);
  jip_error_set (error, JIP_ERROR_UNSUPPORTED,
                 _ ("It is an OpenDocument file, but no text. Save it as PDF and take that file."));
  return NULL;
}
