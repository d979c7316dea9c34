/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-document-type.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-fields.h"
#include "jip-json.h"

#define MAX_FILE_BYTES (1u << 20)
#define MAX_FIELDS 60
#define MAX_SECTIONS 40
#define MAX_TEXT 4000

/**
 * JipDocumentType:
 *
 * One kind of paper: the form's fields, the sections, a prompt per section and the layout. Data, not code
 * (draft.md, Document types): it comes from `data/document-types/` or from the city's own synced copy.
 */
struct _JipDocumentType
{
  GObject parent_instance;

  JsonNode *json;
  char *id, *name, *summary, *prompt_version, *style, *title;
  gint64 order;
  GPtrArray *fields;    /* JipDocumentField */
  GPtrArray *sections;  /* JipDocumentSection */
  JsonObject *example;  /* the example's fields, nullable */
  char *example_source; /* nullable */
  JsonObject *layout;
};

G_DEFINE_FINAL_TYPE (JipDocumentType, jip_document_type, G_TYPE_OBJECT)

static const char *const kind_names[] = { "text",  "long-text", "date", "time", "person", "department",
                                          "phone", "amount",    "list", "file", NULL };
static const char *const prefills[] = { "organization", "department", "user", "phone", "today", NULL };

static void
field_free (JipDocumentField *field)
{
  g_free (field->id);
  g_free (field->label);
  g_free (field->hint);
  g_free (field->prefill);
  g_free (field);
}

static void
section_free (JipDocumentSection *section)
{
  g_free (section->id);
  g_free (section->heading);
  g_free (section->holds);
  g_free (section->style);
  g_free (section->lint);
  g_free (section->prompt);
  g_free (section->blank);
  g_free (section->example);
  g_clear_pointer (&section->skeleton, json_array_unref);
  g_free (section);
}

static void
jip_document_type_finalize (GObject *object)
{
  JipDocumentType *self = JIP_DOCUMENT_TYPE (object);

  g_clear_pointer (&self->json, json_node_unref);
  g_free (self->id);
  g_free (self->name);
  g_free (self->summary);
  g_free (self->prompt_version);
  g_free (self->style);
  g_free (self->title);
  g_free (self->example_source);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_clear_pointer (&self->sections, g_ptr_array_unref);
  g_clear_pointer (&self->example, json_object_unref);
  g_clear_pointer (&self->layout, json_object_unref);
  G_OBJECT_CLASS (jip_document_type_parent_class)->finalize (object);
}

static void
jip_document_type_class_init (JipDocumentTypeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_document_type_finalize;
}

static void
jip_document_type_init (JipDocumentType *self)
{
  self->fields = g_ptr_array_new_with_free_func ((GDestroyNotify) field_free);
  self->sections = g_ptr_array_new_with_free_func ((GDestroyNotify) section_free);
}

/* An id of the data files: lower-case words joined by dashes or underscores. */
static char *
take_slug (JipFields *fields, const char *name)
{
  const char *text = jip_fields_string (fields, name, JIP_REQUIRED, 60);
  if (text != NULL && strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-_") != strlen (text))
    jip_fields_fail (fields, name, _ ("may hold lower-case letters, digits, dashes and underscores only"));
  return g_strdup (text);
}

/* A text, or lines given as a list of texts. */
static char *
take_lines (JipFields *fields, const char *name, JipPresence presence)
{
  JsonNode *node = fields->error == NULL ? json_object_get_member (fields->object, name) : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return g_strdup (jip_fields_string (fields, name, presence, MAX_TEXT));

  g_autoptr (GString) lines = g_string_new (NULL);
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array) && lines->len < 4 * MAX_TEXT; i++)
    {
      JsonNode *line = json_array_get_element (array, i);
      if (!JSON_NODE_HOLDS_VALUE (line) || json_node_get_value_type (line) != G_TYPE_STRING)
        jip_fields_fail (fields, name, _ ("line %u is no text"), i + 1);
      else
        g_string_append_printf (lines, "%s%s", lines->len > 0 ? "\n" : "", json_node_get_string (line));
    }
  return g_string_free (g_steal_pointer (&lines), FALSE);
}

static gboolean
parse_field (JipDocumentType *self, JsonNode *node, const char *path, GError **error)
{
  JipFields fields;
  JipDocumentField *field = g_new0 (JipDocumentField, 1);

  g_ptr_array_add (self->fields, field);
  jip_fields_init (&fields, node, path);
  field->id = take_slug (&fields, "id");
  field->label = g_strdup (jip_fields_string (&fields, "label", JIP_REQUIRED, 60));
  field->hint = g_strdup (jip_fields_string (&fields, "hint", JIP_OPTIONAL, 300));
  field->prefill = g_strdup (jip_fields_choice (&fields, "prefill", JIP_OPTIONAL, (const char **) prefills));
  const char *kind = jip_fields_choice (&fields, "kind", JIP_REQUIRED, (const char **) kind_names);
  for (guint i = 0; kind != NULL && kind_names[i] != NULL; i++)
    if (strcmp (kind, kind_names[i]) == 0)
      field->kind = i;
  field->required = jip_fields_boolean (&fields, "required", JIP_OPTIONAL, FALSE);
  field->in_prompt = jip_fields_boolean (&fields, "in_prompt", JIP_OPTIONAL, field->kind != JIP_FIELD_FILE);
  for (guint i = 0; i + 1 < self->fields->len; i++)
    if (g_strcmp0 (jip_document_type_get_field (self, i)->id, field->id) == 0)
      jip_fields_fail (&fields, "id", _ ("is used twice"));
  return jip_fields_finish (&fields, error);
}

static gboolean
parse_section (JipDocumentType *self, JsonNode *node, const char *path, GError **error)
{
  JipFields fields, length;
  JipDocumentSection *section = g_new0 (JipDocumentSection, 1);

  g_ptr_array_add (self->sections, section);
  jip_fields_init (&fields, node, path);
  section->id = take_slug (&fields, "id");
  section->heading = g_strdup (jip_fields_string (&fields, "heading", JIP_OPTIONAL, 100));
  section->holds = g_strdup (jip_fields_string (&fields, "holds", JIP_REQUIRED, 300));
  section->style = g_strdup (jip_fields_string (&fields, "style", JIP_OPTIONAL, 300));
  section->lint = g_strdup (jip_fields_string (&fields, "lint", JIP_OPTIONAL, 60));
  section->prompt = take_lines (&fields, "prompt", JIP_OPTIONAL);
  section->blank = g_strdup (jip_fields_string (&fields, "blank", JIP_OPTIONAL, 300));
  JsonArray *skeleton = jip_fields_array (&fields, "skeleton", JIP_OPTIONAL, 50);
  section->skeleton = skeleton != NULL ? json_array_ref (skeleton) : NULL;
  for (guint i = 0; i + 1 < self->sections->len; i++)
    if (g_strcmp0 (jip_document_type_get_section (self, i)->id, section->id) == 0)
      jip_fields_fail (&fields, "id", _ ("is used twice"));
  if (section->heading == NULL)
    section->heading = g_strdup ("");
  if (section->lint == NULL)
    section->lint = g_strdup (self->id);
  jip_fields_object (&fields, "length", JIP_REQUIRED);
  if (!jip_fields_finish (&fields, error))
    return FALSE;

  g_autofree char *length_path = g_strconcat (path, ".length", NULL);
  jip_fields_init (&length, json_object_get_member (json_node_get_object (node), "length"), length_path);
  section->min_chars = (guint) jip_fields_int (&length, "min", JIP_REQUIRED, 0, 20000, 0);
  section->max_chars = (guint) jip_fields_int (&length, "max", JIP_REQUIRED, 1, 20000, 0);
  if (section->max_chars < section->min_chars)
    jip_fields_fail (&length, "max", _ ("is less than min"));
  return jip_fields_finish (&length, error);
}

typedef gboolean (*ParseElement) (JipDocumentType *self, JsonNode *node, const char *path, GError **error);

static gboolean
parse_list (JipDocumentType *self, JsonArray *array, const char *name, ParseElement parse, GError **error)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autofree char *path = g_strdup_printf ("$.%s[%u]", name, i);
      if (!parse (self, json_array_get_element (array, i), path, error))
        return FALSE;
    }
  return TRUE;
}

/* Each name in braces of a template must be a field; a slip would otherwise leave a line out for ever. */
static gboolean
check_template (JipDocumentType *self, const char *template, const char *path, GError **error)
{
  for (const char *p = strchr (template, '{'); p != NULL; p = strchr (p + 1, '{'))
    {
      const char *end = strchr (p, '}');
      if (end == NULL)
        return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s: a brace is not closed"), path);
      g_autofree char *inside = g_strndup (p + 1, (gsize) (end - p - 1));
      if (strchr (inside, '/') != NULL || strcmp (inside, "item") == 0)
        continue;
      char *bar = strchr (inside, '|');
      if (bar != NULL)
        *bar = '\0';
      g_auto (GStrv) names = g_strsplit (inside, ",", -1);
      for (guint i = 0; names[i] != NULL; i++)
        if (jip_document_type_find_field (self, names[i]) == NULL)
          return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s: there is no field ‘%s’"), path, names[i]);
    }
  return TRUE;
}

static gboolean
check_block (JipDocumentType *self, JsonNode *node, const char *path, GError **error)
{
  static const char *const kinds[] = { "paragraph", "items", "table", "attachment", "end", NULL };
  JipFields fields;

  jip_fields_init (&fields, node, path);
  const char *kind = jip_fields_choice (&fields, "kind", JIP_REQUIRED, (const char **) kinds);
  gboolean needs_text = g_strcmp0 (kind, "paragraph") == 0;
  gboolean needs_field = g_strcmp0 (kind, "items") == 0 || g_strcmp0 (kind, "attachment") == 0;
  const char *text = jip_fields_string (&fields, "text", needs_text ? JIP_REQUIRED : JIP_OPTIONAL, 1000);
  const char *field = jip_fields_string (&fields, "field", needs_field ? JIP_REQUIRED : JIP_OPTIONAL, 60);
  jip_fields_string (&fields, "bullet", JIP_OPTIONAL, 1);
  jip_fields_int (&fields, "level", JIP_OPTIONAL, 1, 8, 1);
  jip_fields_array (&fields, "fields", g_strcmp0 (kind, "table") == 0 ? JIP_REQUIRED : JIP_OPTIONAL, 30);
  if (field != NULL && jip_document_type_find_field (self, field) == NULL)
    jip_fields_fail (&fields, "field", _ ("there is no field ‘%s’"), field);
  if (!jip_fields_finish (&fields, error))
    return FALSE;
  return text == NULL || check_template (self, text, path, error);
}

static gboolean
check_skeletons (JipDocumentType *self, GError **error)
{
  for (guint i = 0; i < self->sections->len; i++)
    {
      JsonArray *skeleton = jip_document_type_get_section (self, i)->skeleton;
      for (guint j = 0; skeleton != NULL && j < json_array_get_length (skeleton); j++)
        {
          g_autofree char *path = g_strdup_printf ("$.sections[%u].skeleton[%u]", i, j);
          if (!check_block (self, json_array_get_element (skeleton, j), path, error))
            return FALSE;
        }
    }
  return check_template (self, self->title, "$.title", error);
}

static gboolean
parse_example (JipDocumentType *self, JsonObject *example, GError **error)
{
  JipFields fields;
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), example);

  jip_fields_init (&fields, node, "$.example");
  JsonObject *values = jip_fields_object (&fields, "fields", JIP_REQUIRED);
  self->example_source = g_strdup (jip_fields_string (&fields, "source", JIP_OPTIONAL, MAX_TEXT));
  JsonObject *texts = jip_fields_object (&fields, "sections", JIP_REQUIRED);
  if (!jip_fields_finish (&fields, error))
    return FALSE;
  self->example = json_object_ref (values);

  g_autoptr (JsonNode) texts_node = json_node_init_object (json_node_alloc (), texts);
  jip_fields_init (&fields, texts_node, "$.example.sections");
  for (guint i = 0; i < self->sections->len; i++)
    {
      JipDocumentSection *section = g_ptr_array_index (self->sections, i);
      section->example = g_strdup (jip_fields_string (&fields, section->id, JIP_OPTIONAL, MAX_TEXT));
    }
  if (!jip_fields_finish (&fields, error))
    return FALSE;
  return jip_document_type_check_fields (self, self->example, error);
}

static gboolean
parse (JipDocumentType *self, JsonNode *node, GError **error)
{
  static const char *const formats[] = { JIP_DOCUMENT_TYPE_FORMAT, NULL };
  JipFields fields;

  jip_fields_init (&fields, node, "$");
  jip_fields_choice (&fields, "format", JIP_REQUIRED, (const char **) formats);
  self->id = take_slug (&fields, "id");
  self->name = g_strdup (jip_fields_string (&fields, "name", JIP_REQUIRED, 60));
  self->summary = g_strdup (jip_fields_string (&fields, "summary", JIP_REQUIRED, 200));
  self->order = jip_fields_int (&fields, "order", JIP_OPTIONAL, 0, 10000, 1000);
  self->prompt_version = g_strdup (jip_fields_string (&fields, "prompt_version", JIP_REQUIRED, 60));
  self->style = take_lines (&fields, "style", JIP_REQUIRED);
  self->title = g_strdup (jip_fields_string (&fields, "title", JIP_REQUIRED, 300));
  JsonArray *field_list = jip_fields_array (&fields, "fields", JIP_REQUIRED, MAX_FIELDS);
  JsonArray *section_list = jip_fields_array (&fields, "sections", JIP_REQUIRED, MAX_SECTIONS);
  JsonObject *layout = jip_fields_object (&fields, "layout", JIP_REQUIRED);
  JsonObject *example = jip_fields_object (&fields, "example", JIP_OPTIONAL);
  if (section_list != NULL && json_array_get_length (section_list) == 0)
    jip_fields_fail (&fields, "sections", _ ("is empty"));
  if (!jip_fields_finish (&fields, error) || !parse_list (self, field_list, "fields", parse_field, error)
      || !parse_list (self, section_list, "sections", parse_section, error) || !check_skeletons (self, error))
    return FALSE;
  self->layout = json_object_ref (layout);
  self->json = json_node_copy (node);
  return example == NULL || parse_example (self, example, error);
}

/**
 * jip_document_type_new_from_json:
 *
 * Returns: (transfer full): the type, or %NULL with %JIP_ERROR_BAD_ARGS that names the member at fault
 */
JipDocumentType *
jip_document_type_new_from_json (JsonNode *node, GError **error)
{
  g_autoptr (JipDocumentType) self = g_object_new (JIP_TYPE_DOCUMENT_TYPE, NULL);
  return parse (self, node, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * jip_document_type_load_file:
 *
 * Returns: (transfer full): the type, or %NULL with an error that begins with the file's name
 */
JipDocumentType *
jip_document_type_load_file (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  g_return_val_if_fail (path != NULL, NULL);

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  if (length > MAX_FILE_BYTES)
    {
      jip_error_set (error, JIP_ERROR_TOO_LARGE, _ ("%s: is larger than 1 MiB"), path);
      return NULL;
    }
  g_autoptr (JsonNode) node = jip_json_parse (text, (gssize) length, error);
  JipDocumentType *self = node != NULL ? jip_document_type_new_from_json (node, error) : NULL;
  if (self == NULL)
    g_prefix_error (error, "%s: ", path);
  return self;
}

static int
compare_order (gconstpointer a, gconstpointer b)
{
  const JipDocumentType *left = *(JipDocumentType *const *) a, *right = *(JipDocumentType *const *) b;
  return left->order != right->order ? (left->order < right->order ? -1 : 1) : strcmp (left->id, right->id);
}

/**
 * jip_document_type_load_folder:
 * @folder: such as jip_paths_find_data ("document-types")
 *
 * Returns: (transfer full) (element-type JipDocumentType): all `*.json` of @folder in the order they are offered
 */
GPtrArray *
jip_document_type_load_folder (const char *folder, GError **error)
{
  g_autoptr (GPtrArray) types = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (folder != NULL, NULL);

  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  if (dir == NULL)
    return NULL;
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      if (!g_str_has_suffix (name, ".json"))
        continue;
      g_autofree char *path = g_build_filename (folder, name, NULL);
      JipDocumentType *type = jip_document_type_load_file (path, error);
      if (type == NULL)
        return NULL;
      if (jip_document_type_find (types, type->id) != NULL)
        {
          jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s: the id ‘%s’ is used by another file"), path,
                         type->id);
          g_object_unref (type);
          return NULL;
        }
      g_ptr_array_add (types, type);
    }
  g_ptr_array_sort (types, compare_order);
  return g_steal_pointer (&types);
}

/**
 * jip_document_type_find:
 * @types: (element-type JipDocumentType): some types
 * @id_or_name: `press-release` or its name in the city's language
 *
 * Returns: (transfer none) (nullable): the type
 */
JipDocumentType *
jip_document_type_find (GPtrArray *types, const char *id_or_name)
{
  g_return_val_if_fail (types != NULL, NULL);

  for (guint i = 0; i < types->len; i++)
    {
      JipDocumentType *type = g_ptr_array_index (types, i);
      if (g_strcmp0 (type->id, id_or_name) == 0 || g_strcmp0 (type->name, id_or_name) == 0)
        return type;
    }
  return NULL;
}

/**
 * jip_document_type_get_json:
 *
 * Returns: (transfer none): the type as it was given, for syncing
 */
JsonNode *
jip_document_type_get_json (JipDocumentType *self)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), NULL);
  return self->json;
}

const char *
jip_document_type_get_id (JipDocumentType *self)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), NULL);
  return self->id;
}

const char *
jip_document_type_get_name (JipDocumentType *self)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), NULL);
  return self->name;
}

const char *
jip_document_type_get_summary (JipDocumentType *self)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), NULL);
  return self->summary;
}

const char *
jip_document_type_get_prompt_version (JipDocumentType *self)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), NULL);
  return self->prompt_version;
}

/**
 * jip_document_type_get_style:
 *
 * Returns: the house style, as it is told to the model
 */
const char *
jip_document_type_get_style (JipDocumentType *self)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), NULL);
  return self->style;
}

const char *
jip_document_type_get_title_template (JipDocumentType *self)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), NULL);
  return self->title;
}

/**
 * jip_document_type_get_example_fields:
 *
 * Returns: (transfer none) (nullable): the filled form of the example that the model is shown
 */
JsonObject *
jip_document_type_get_example_fields (JipDocumentType *self)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), NULL);
  return self->example;
}

const char *
jip_document_type_get_example_source (JipDocumentType *self)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), NULL);
  return self->example_source;
}

/**
 * jip_document_type_get_layout:
 *
 * Returns: (transfer none): how the paper is laid out: `head`, `numbering`, `contact`, `ai_notice`
 */
JsonObject *
jip_document_type_get_layout (JipDocumentType *self)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), NULL);
  return self->layout;
}

gint
jip_document_type_get_order (JipDocumentType *self)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), 0);
  return (gint) self->order;
}

guint
jip_document_type_get_n_fields (JipDocumentType *self)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), 0);
  return self->fields->len;
}

const JipDocumentField *
jip_document_type_get_field (JipDocumentType *self, guint index)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self) && index < self->fields->len, NULL);
  return g_ptr_array_index (self->fields, index);
}

const JipDocumentField *
jip_document_type_find_field (JipDocumentType *self, const char *id)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), NULL);

  for (guint i = 0; i < self->fields->len; i++)
    if (g_strcmp0 (jip_document_type_get_field (self, i)->id, id) == 0)
      return g_ptr_array_index (self->fields, i);
  return NULL;
}

guint
jip_document_type_get_n_sections (JipDocumentType *self)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), 0);
  return self->sections->len;
}

const JipDocumentSection *
jip_document_type_get_section (JipDocumentType *self, guint index)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self) && index < self->sections->len, NULL);
  return g_ptr_array_index (self->sections, index);
}

const JipDocumentSection *
jip_document_type_find_section (JipDocumentType *self, const char *id)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (self), NULL);

  for (guint i = 0; i < self->sections->len; i++)
    if (g_strcmp0 (jip_document_type_get_section (self, i)->id, id) == 0)
      return g_ptr_array_index (self->sections, i);
  return NULL;
}
