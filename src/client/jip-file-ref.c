/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-file-ref.h"

#include "jip-fields.h"
#include "jip-file-rules.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-sha256.h"

JipFileRef *
jip_file_ref_new (const char *sha256, gint64 size, const char *name, const char *media_type)
{
  JipFileRef *self = g_new0 (JipFileRef, 1);

  self->sha256 = g_strdup (sha256);
  self->size = size;
  self->name = g_strdup (name);
  self->media_type = g_strdup (media_type);
  return self;
}

JipFileRef *
jip_file_ref_copy (const JipFileRef *self)
{
  return jip_file_ref_new (self->sha256, self->size, self->name, self->media_type);
}

void
jip_file_ref_free (JipFileRef *self)
{
  g_free (self->sha256);
  g_free (self->name);
  g_free (self->media_type);
  g_free (self);
}

static JsonObject *
to_object (const JipFileRef *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "sha256", self->sha256);
  json_object_set_int_member (object, "size", self->size);
  json_object_set_string_member (object, "name", self->name);
  json_object_set_string_member (object, "media_type", self->media_type);
  return object;
}

/**
 * jip_file_ref_to_args:
 * @comment: (nullable): of the idea @proposal
 *
 * Returns: (transfer full): the arguments of an `attachment.add` with an id of its own
 */
JsonNode *
jip_file_ref_to_args (const JipFileRef *self, const char *proposal, const char *comment)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = to_object (self);
  g_autofree char *id = jip_id_new ();

  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "proposal", proposal);
  if (comment != NULL)
    json_object_set_string_member (object, "comment", comment);
  json_node_take_object (node, object);
  return node;
}

GPtrArray *
jip_file_refs_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) jip_file_ref_free);
}

GPtrArray *
jip_file_refs_copy (GPtrArray *files)
{
  GPtrArray *copy = jip_file_refs_new ();

  for (guint i = 0; i < files->len; i++)
    g_ptr_array_add (copy, jip_file_ref_copy (g_ptr_array_index (files, i)));
  return copy;
}

/**
 * jip_file_refs_take:
 * @ref: (transfer full):
 *
 * Returns: whether @ref stands in the list now; %FALSE where as many do as may be attached
 */
gboolean
jip_file_refs_take (GPtrArray *files, JipFileRef *ref)
{
  g_autoptr (JipFileRef) own = ref;

  for (guint i = 0; i < files->len; i++)
    {
      const JipFileRef *old = g_ptr_array_index (files, i);
      if (g_str_equal (old->sha256, ref->sha256) && g_str_equal (old->name, ref->name))
        return TRUE;
    }
  if (files->len >= JIP_FILE_MAX_ATTACHED)
    return FALSE;
  g_ptr_array_add (files, g_steal_pointer (&own));
  return TRUE;
}

/**
 * jip_file_refs_to_text:
 *
 * Returns: (transfer full): JSON for the scratch; empty for no file
 */
char *
jip_file_refs_to_text (GPtrArray *files)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < files->len; i++)
    json_array_add_object_element (array, to_object (g_ptr_array_index (files, i)));
  json_node_take_array (node, array);
  return files->len > 0 ? jip_json_to_string (node) : g_strdup ("");
}

static JipFileRef *
from_node (JsonNode *node)
{
  JipFields fields;

  jip_fields_init (&fields, node, "$");
  const char *sha256 = jip_fields_string (&fields, "sha256", JIP_REQUIRED, 64);
  gint64 size = jip_fields_int (&fields, "size", JIP_REQUIRED, 1, JIP_FILE_MAX_SIZE, 0);
  const char *name = jip_fields_string (&fields, "name", JIP_REQUIRED, JIP_FILE_MAX_NAME);
  const char *media_type = jip_fields_string (&fields, "media_type", JIP_REQUIRED, JIP_FILE_MAX_MEDIA_TYPE);
  if (!jip_fields_finish (&fields, NULL) || !jip_sha256_is_valid (sha256))
    return NULL;
  return jip_file_ref_new (sha256, size, name, media_type);
}

/**
 * jip_file_refs_from_text:
 * @text: (nullable): as jip_file_refs_to_text() wrote it; what is none of it is left out
 *
 * Returns: (transfer full):
 */
GPtrArray *
jip_file_refs_from_text (const char *text)
{
  GPtrArray *files = jip_file_refs_new ();
  g_autoptr (JsonNode) node = text != NULL && *text != '\0' ? jip_json_parse (text, -1, NULL) : NULL;

  for (guint i = 0;
       node != NULL && JSON_NODE_HOLDS_ARRAY (node) && i < json_array_get_length (json_node_get_array (node));
       i++)
    {
      JipFileRef *ref = from_node (json_array_get_element (json_node_get_array (node), i));
      if (ref != NULL)
        g_ptr_array_add (files, ref);
    }
  return files;
}

/**
 * jip_file_refs_scratch_key:
 * @key: of a text that is being written
 *
 * Returns: (transfer full): the key of the files that are to go with it
 */
char *
jip_file_refs_scratch_key (const char *key)
{
  return g_strconcat (key, "/files", NULL);
}
