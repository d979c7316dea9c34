/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-hwpx-reader.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The package: from META-INF/container.xml to content.hpf, and by its spine to the sections. */

#define DEFAULT_PACKAGE "Contents/content.hpf"
#define DEFAULT_HEADER "Contents/header.xml"
#define MAX_SECTIONS 1000

typedef struct
{
  char *root;         /* content.hpf */
  gboolean encrypted; /* META-INF/manifest.xml says so */
  GHashTable *items;  /* id -> href */
  GPtrArray *spine;   /* of hrefs */
  char *header;       /* href of the item `header`, nullable */
  gboolean in_title;
  GString *title;
} Outline;

static void
start_container (JipXml *xml, const char *space, const char *name, gpointer user_data)
{
  Outline *outline = user_data;

  if (strcmp (name, "rootfile") != 0 || outline->root != NULL)
    return;
  const char *path = jip_xml_get (xml, "full-path");
  const char *type = jip_xml_get (xml, "media-type");
  if (path != NULL
      && (g_strcmp0 (type, "application/hwpml-package+xml") == 0 || g_str_has_suffix (path, ".hpf")))
    outline->root = g_strdup (path);
}

static void
start_manifest (JipXml *xml, const char *space, const char *name, gpointer user_data)
{
  if (strcmp (name, "encryption-data") == 0)
    ((Outline *) user_data)->encrypted = TRUE;
}

static void
add_item (Outline *outline, JipXml *xml)
{
  const char *id = jip_xml_get (xml, "id"), *href = jip_xml_get (xml, "href");

  if (id == NULL || href == NULL || g_hash_table_size (outline->items) >= JIP_PACKAGE_MAX_PARTS)
    return;
  g_hash_table_insert (outline->items, g_strdup (id), g_strdup (href));
  if (outline->header == NULL && (strcmp (id, "header") == 0 || g_str_has_suffix (href, "header.xml")))
    outline->header = g_strdup (href);
}

static void
start_package (JipXml *xml, const char *space, const char *name, gpointer user_data)
{
  Outline *outline = user_data;

  outline->in_title = strcmp (name, "title") == 0;
  if (strcmp (name, "item") == 0)
    add_item (outline, xml);
  else if (strcmp (name, "itemref") == 0 && outline->spine->len < MAX_SECTIONS)
    {
      const char *id = jip_xml_get (xml, "idref");
      const char *href = id != NULL ? g_hash_table_lookup (outline->items, id) : NULL;
      if (href != NULL)
        g_ptr_array_add (outline->spine, g_strdup (href));
    }
}

static void
end_package (JipXml *xml, const char *space, const char *name, gpointer user_data)
{
  ((Outline *) user_data)->in_title = FALSE;
}

static void
text_package (JipXml *xml, const char *text, gsize length, gpointer user_data)
{
  Outline *outline = user_data;

  if (outline->in_title && outline->title->len + length < 4096)
    g_string_append_len (outline->title, text, (gssize) length);
}

static gboolean
read_outline (JipPackage *package, Outline *outline, GError **error)
{
  static const JipXmlHandler container = { .start = start_container };
  static const JipXmlHandler manifest = { .start = start_manifest };
  static const JipXmlHandler handler = { .start = start_package, .end = end_package, .text = text_package };

  if (jip_package_has (package, "META-INF/manifest.xml")
      && !jip_package_parse (package, "META-INF/manifest.xml", &manifest, outline, error))
    return FALSE;
  if (outline->encrypted)
    return jip_error_set (error, JIP_ERROR_ENCRYPTED,
                          _ ("The file has a password. Save it without one and take that file."));
  if (jip_package_has (package, "META-INF/container.xml")
      && !jip_package_parse (package, "META-INF/container.xml", &container, outline, error))
    return FALSE;
  if (outline->root == NULL || !jip_package_has (package, outline->root))
    {
      g_free (outline->root);
      outline->root = g_strdup (DEFAULT_PACKAGE);
    }
  return !jip_package_has (package, outline->root)
         || jip_package_parse (package, outline->root, &handler, outline, error);
}

/* The name of a part that @href means: from the package's root, as Hangul writes it, or from beside content.hpf. */
static char *
resolve (JipPackage *package, const Outline *outline, const char *href)
{
  g_autofree char *plain = g_uri_unescape_string (href, NULL);
  const char *path = plain != NULL ? plain : href;

  while (g_str_has_prefix (path, "./"))
    path += 2;
  if (jip_package_has (package, path))
    return g_strdup (path);
  g_autofree char *folder = g_path_get_dirname (outline->root);
  g_autofree char *beside = g_strconcat (folder, "/", path, NULL);
  return jip_package_has (package, beside) ? g_steal_pointer (&beside) : NULL;
}

static gboolean
leads_out (const char *href)
{
  g_auto (GStrv) steps = g_strsplit_set (href, "/\\", -1);
  return *href == '/' || strstr (href, "://") != NULL || g_strv_contains ((const char *const *) steps, "..");
}

static int
section_number (const char *name)
{
  const char *end = g_strrstr (name, "section");
  return end != NULL ? (int) g_ascii_strtoll (end + strlen ("section"), NULL, 10) : 0;
}

static int
compare_sections (gconstpointer a, gconstpointer b)
{
  return section_number (*(char *const *) a) - section_number (*(char *const *) b);
}

/* A package without a spine: the parts that are called sections, by their numbers. */
static GPtrArray *
guess_sections (JipPackage *package)
{
  g_autoptr (GPtrArray) names = jip_package_list (package);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < names->len && found->len < MAX_SECTIONS; i++)
    if (g_str_has_prefix (names->pdata[i], "Contents/section") && g_str_has_suffix (names->pdata[i], ".xml"))
      g_ptr_array_add (found, g_strdup (names->pdata[i]));
  g_ptr_array_sort (found, compare_sections);
  return found;
}

static gboolean
read_spine (JipPackage *package, const Outline *outline, JipHwpxBody *body, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < outline->spine->len; i++)
    {
      const char *href = outline->spine->pdata[i];
      if (leads_out (href))
        return jip_error_set (error, JIP_ERROR_UNSUPPORTED,
                              _ ("The file's list of parts leads out of it (%s). It is not read."), href);
      char *part = resolve (package, outline, href);
      if (part == NULL)
        return jip_error_set (error, JIP_ERROR_DAMAGED,
                              _ ("The part %s is missing. The file is damaged: take another copy."), href);
      if (!g_hash_table_add (seen, part))
        continue;
      if (g_str_has_suffix (part, ".xml") && !jip_hwpx_body_read (body, package, part, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_guessed (JipPackage *package, JipHwpxBody *body, GError **error)
{
  g_autoptr (GPtrArray) sections = guess_sections (package);

  for (guint i = 0; i < sections->len; i++)
    if (!jip_hwpx_body_read (body, package, sections->pdata[i], error))
      return FALSE;
  if (jip_hwpx_body_get_n_sections (body) > 0)
    return TRUE;
  return jip_error_set (error, JIP_ERROR_DAMAGED,
                        _ ("The file holds no text section. It is damaged, or no HWPX paper."));
}

static gboolean
read_all (JipPackage *package, const Outline *outline, JipImport *import, GError **error)
{
  g_autoptr (JipHwpxProperties) properties = jip_hwpx_properties_new ();
  g_autoptr (JipHwpxBody) body = jip_hwpx_body_new (properties, import);
  g_autofree char *header
      = resolve (package, outline, outline->header != NULL ? outline->header : DEFAULT_HEADER);

  if (header != NULL && !jip_hwpx_read_properties (package, header, properties, error))
    return FALSE;
  if (!read_spine (package, outline, body, error))
    return FALSE;
  return jip_hwpx_body_get_n_sections (body) > 0 || read_guessed (package, body, error);
}

/**
 * jip_hwpx_read:
 *
 * Returns: (transfer full): the paper; %NULL with %JIP_ERROR_DAMAGED, %JIP_ERROR_ENCRYPTED, %JIP_ERROR_LIMIT or
 *   %JIP_ERROR_UNSUPPORTED
 */
JipImport *
jip_hwpx_read (JipPackage *package, GError **error)
{
  g_autoptr (JipImport) import = jip_import_new ();
  Outline outline = { .items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
                      .spine = g_ptr_array_new_with_free_func (g_free),
                      .title = g_string_new (NULL) };

  gboolean read = read_outline (package, &outline, error) && read_all (package, &outline, import, error)
                  && jip_import_check (import, error);
  if (read)
    jip_import_set_title (import, outline.title->str);
  g_hash_table_unref (outline.items);
  g_ptr_array_unref (outline.spine);
  g_string_free (outline.title, TRUE);
  g_free (outline.root);
  g_free (outline.header);
  return read ? g_steal_pointer (&import) : NULL;
}
