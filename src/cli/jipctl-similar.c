/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jipctl-commands.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-fields.h"
#include "jip-json.h"
#include "jip-paths.h"
#include "jip-similar.h"
#include "jipctl-common.h"

#define MAX_INPUT_BYTES (256u << 20)
#define MAX_SYNONYM_BYTES (4u << 20)
#define MAX_ID 1000
#define MAX_TEXT 1000000
#define DEFAULT_TOP 5

static gboolean
put_line (JipSimilarIndex *index, const char *line, gsize length, GError **error)
{
  g_autoptr (JsonNode) node = jip_json_parse (line, (gssize) length, error);
  JipFields fields;

  if (node == NULL)
    return FALSE;
  jip_fields_init (&fields, node, "$");
  const char *id = jip_fields_string (&fields, "id", JIP_REQUIRED, MAX_ID);
  const char *text = jip_fields_string (&fields, "text", JIP_REQUIRED, MAX_TEXT);
  if (!jip_fields_finish (&fields, error))
    return FALSE;
  guint before = jip_similar_index_get_size (index);
  if (!jip_similar_index_put (index, id, text, strlen (text)))
    jip_error_set (error, JIP_ERROR_FILE, _ ("there are more than %d texts"), JIP_SIMILAR_MAX_TEXTS);
  else if (jip_similar_index_get_size (index) == before)
    jip_error_set (error, JIP_ERROR_FILE, _ ("the id “%s” stood in a line before this one"), id);
  else
    return TRUE;
  return FALSE;
}

static gboolean
is_blank (const char *line, gsize length)
{
  return strspn (line, " \t\r") >= length;
}

/* A line of the corpus is an idea; an empty one is none. */
static gboolean
read_corpus (JipSimilarIndex *index, const char *path, GError **error)
{
  g_autoptr (GBytes) input = jipctl_read_input (path, MAX_INPUT_BYTES, error);
  if (input == NULL)
    return FALSE;
  gsize size;
  const char *at = g_bytes_get_data (input, &size), *end = at + size;
  for (guint number = 1; at < end; number++)
    {
      const char *stop = memchr (at, '\n', (gsize) (end - at));
      gsize length = (gsize) ((stop != NULL ? stop : end) - at);
      g_autofree char *line = g_strndup (at, length);
      if (!(strlen (line) == length && is_blank (line, length)) && !put_line (index, at, length, error))
        {
          g_prefix_error (error, _ ("%s: line %u: "), path, number);
          return FALSE;
        }
      at += length + 1;
    }
  return TRUE;
}

static JipSimilarSynonyms *
read_synonyms (GError **error)
{
  g_autofree char *path = jip_paths_find_data ("similar/synonyms", error);
  if (path == NULL)
    return NULL;
  g_autoptr (GBytes) input = jipctl_read_input (path, MAX_SYNONYM_BYTES, error);
  if (input == NULL)
    return NULL;
  gsize length;
  const char *text = g_bytes_get_data (input, &length);
  JipSimilarSynonyms *synonyms = jip_similar_synonyms_parse (text, length, error);
  if (synonyms == NULL)
    g_prefix_error (error, "%s: ", path);
  return synonyms;
}

static void
append_match (GString *out, const JipSimilarMatch *match)
{
  char score[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (out, "{\"id\":");
  jip_json_append_quoted (out, match->id);
  g_string_append_printf (out, ",\"score\":%s,\"shared\":[",
                          g_ascii_formatd (score, sizeof score, "%.4f", match->score));
  for (guint i = 0; match->shared[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      jip_json_append_quoted (out, match->shared[i]);
    }
  g_string_append (out, "]}\n");
}

int
jipctl_similar (const char *name, char **args)
{
  g_autofree char *corpus = NULL, *query = NULL;
  int top = DEFAULT_TOP, status;
  const GOptionEntry entries[] = { { "corpus", 0, 0, G_OPTION_ARG_FILENAME, &corpus, NULL, NULL },
                                   { "query", 0, 0, G_OPTION_ARG_STRING, &query, NULL, NULL },
                                   { "top", 0, 0, G_OPTION_ARG_INT, &top, NULL, NULL },
                                   { NULL } };
  g_autoptr (GError) error = NULL;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (corpus == NULL || query == NULL || g_strv_length (args) != 0)
    return jipctl_usage_error (name, _ ("--corpus FILE and --query TEXT are expected"));
  if (top < 1 || top > JIP_SIMILAR_MAX_TOP)
    return jipctl_usage_error (name, _ ("--top: a number from 1 to %d is expected"), JIP_SIMILAR_MAX_TOP);

  g_autoptr (JipSimilarSynonyms) synonyms = read_synonyms (&error);
  if (synonyms == NULL)
    return jipctl_fail (name, error);
  g_autoptr (JipSimilarIndex) index = jip_similar_index_new (synonyms);
  if (!read_corpus (index, corpus, &error))
    return jipctl_fail (name, error);
  g_autoptr (GPtrArray) matches = jip_similar_index_query (index, query, strlen (query), (guint) top);
  g_autoptr (GString) out = g_string_new (NULL);
  for (guint i = 0; i < matches->len; i++)
    append_match (out, g_ptr_array_index (matches, i));
  return jipctl_write_stdout (out->str, (gssize) out->len, &error) ? JIPCTL_OK : jipctl_fail (name, error);
}
