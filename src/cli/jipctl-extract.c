/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "jip-error.h"
#include "jip-json.h"
#include "jip-source.h"
#include "jipctl-commands.h"
#include "jipctl-common.h"

static JsonObject *
line_to_json (const JipPdfLine *line, gboolean placed)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "text", line->text);
  if (placed)
    {
      json_object_set_double_member (object, "x", line->x);
      json_object_set_double_member (object, "y", line->y);
      json_object_set_double_member (object, "width", line->width);
      json_object_set_double_member (object, "height", line->height);
    }
  return object;
}

static JsonObject *
page_to_json (const JipPdfPage *page, gboolean placed)
{
  JsonObject *object = json_object_new ();
  JsonArray *lines = json_array_sized_new (page->n_lines);

  json_object_set_int_member (object, "page", page->number + 1);
  if (placed)
    {
      json_object_set_double_member (object, "width", page->width);
      json_object_set_double_member (object, "height", page->height);
    }
  json_object_set_string_member (object, "text", page->text);
  for (guint i = 0; i < page->n_lines; i++)
    json_array_add_object_element (lines, line_to_json (&page->lines[i], placed));
  json_object_set_array_member (object, "lines", lines);
  return object;
}

/* `{"file", "kind", "pages": [{"page", "width", "height", "text", "lines": […]}], "scanned": [n, …]}` */
static char *
source_to_json (JipSource *source, const char *path)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *pages = json_array_new (), *scanned = json_array_new ();
  static const char *const kinds[] = { "pdf", "text", "hwpx", "odt" };
  gboolean pdf = source->kind == JIP_SOURCE_PDF;

  json_object_set_string_member (object, "file", path);
  json_object_set_string_member (object, "kind", kinds[source->kind]);
  for (guint i = 0; i < source->pages->len; i++)
    json_array_add_object_element (pages, page_to_json (source->pages->pdata[i], pdf));
  for (guint i = 0; i < source->scanned->len; i++)
    json_array_add_int_element (scanned, g_array_index (source->scanned, guint, i));
  json_object_set_array_member (object, "pages", pages);
  json_object_set_array_member (object, "scanned", scanned);
  json_node_take_object (node, object);
  g_autofree char *text = jip_json_to_string (node);
  return g_strconcat (text, "\n", NULL);
}

/* jipctl extract FILE [--json] */
int
jipctl_extract (const char *name, char **args)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (args[0] == NULL || args[1] != NULL)
    return jipctl_usage_error (name, _ ("one file is expected"));

  g_autoptr (JipSource) source = jip_source_read (args[0], NULL, &error);
  if (source == NULL)
    {
      g_prefix_error (&error, "%s: ", args[0]);
      return jipctl_fail (name, error);
    }
  g_autofree char *out = json ? source_to_json (source, args[0]) : jip_source_dup_text (source);
  if (!jipctl_write_stdout (out, -1, &error))
    return jipctl_fail (name, error);
  g_autofree char *scanned = jip_source_dup_scanned (source);
  if (scanned != NULL)
    g_printerr (_ ("jipctl %s: %s: pages without text, perhaps scanned: %s\n"), name, args[0], scanned);
  return JIPCTL_OK;
}
