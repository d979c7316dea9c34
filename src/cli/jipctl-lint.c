/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jipctl-commands.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-document-type.h"
#include "jip-draft-text.h"
#include "jip-error.h"
#include "jip-json.h"
#include "jip-lint-lists.h"
#include "jip-paths.h"
#include "jipctl-common.h"

static void
append_member (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, ",\"%s\":", name);
  if (value == NULL)
    {
      g_string_append (out, "null");
      return;
    }
  g_autofree char *valid = g_utf8_make_valid (value, -1);
  jip_json_append_quoted (out, valid);
}

/* {"rule","line","column","length","message","fix"} */
static void
append_finding (GString *out, const JipLintFinding *finding)
{
  g_string_append (out, "{\"rule\":");
  jip_json_append_quoted (out, finding->rule);
  g_string_append_printf (out, ",\"line\":%u,\"column\":%u,\"length\":%u", finding->line, finding->column,
                          finding->length);
  append_member (out, "message", finding->message);
  append_member (out, "fix", finding->fix);
  g_string_append (out, "}\n");
}

/* {"id","profiles","wants","example","source"} */
static int
list_rules (const char *name)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < jip_lint_get_n_rules (); i++)
    {
      const JipLintRuleInfo *rule = jip_lint_get_rule (i);
      g_autofree char *example = rule->right != NULL ? g_strdup_printf ("%s -> %s", rule->wrong, rule->right)
                                                     : g_strdup (rule->wrong);
      g_string_append (out, "{\"id\":");
      jip_json_append_quoted (out, rule->id);
      append_member (out, "profiles", rule->profiles);
      append_member (out, "wants", _ (rule->wants));
      append_member (out, "example", example);
      append_member (out, "source", rule->source);
      g_string_append (out, "}\n");
    }
  return jipctl_write_stdout (out->str, (gssize) out->len, &error) ? JIPCTL_OK : jipctl_fail (name, error);
}

/* A city may have document types of its own beside the twelve. */
static const char *
find_profile (const char *word, GError **error)
{
  const char *profile = g_utf8_validate (word, -1, NULL) ? jip_lint_find_profile (word) : NULL;
  if (profile != NULL)
    return profile;

  g_autofree char *folder = jip_paths_find_data ("document-types", NULL);
  g_autoptr (GPtrArray) types = folder != NULL ? jip_document_type_load_folder (folder, NULL) : NULL;
  JipDocumentType *type = types != NULL ? jip_document_type_find (types, word) : NULL;
  if (type != NULL)
    return g_intern_string (jip_document_type_get_id (type));
  jip_error_set (error, JIP_ERROR_BAD_ARGS,
                 _ ("there is no document type ‘%s’; name one such as official-letter or 시행문"), word);
  return NULL;
}

static gboolean
looks_like_draft (const char *text, gsize length)
{
  gsize at = 0;

  while (at < length && g_ascii_isspace (text[at]))
    at++;
  return at < length && text[at] == '{' && g_strstr_len (text, (gssize) length, "\"jip-draft/") != NULL;
}

/* What lint reads: the file's bytes, or the text that a draft is exported as. */
static GBytes *
read_paper (const char *path, GError **error)
{
  g_autoptr (GBytes) input = jipctl_read_input (path, JIP_LINT_MAX_BYTES, error);
  if (input == NULL)
    return NULL;
  gsize length;
  const char *text = g_bytes_get_data (input, &length);
  if (!looks_like_draft (text, length))
    return g_steal_pointer (&input);
  g_autoptr (JipDraft) draft = jip_draft_parse (text, (gssize) length, error);
  if (draft == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  char *exported = jip_draft_to_text (draft);
  return g_bytes_new_take (exported, strlen (exported));
}

static int
print_findings (const char *name, const char *text, gsize length, const JipLintOptions *options)
{
  g_autoptr (GArray) found = jip_lint_check (text, length, options);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < found->len; i++)
    append_finding (out, &g_array_index (found, JipLintFinding, i));
  if (!jipctl_write_stdout (out->str, (gssize) out->len, &error))
    return jipctl_fail (name, error);
  return found->len > 0 ? JIPCTL_FINDINGS : JIPCTL_OK;
}

static int
print_fixed (const char *name, const char *text, gsize length, const JipLintOptions *options)
{
  g_autoptr (GBytes) fixed = jip_lint_fix (text, length, options);
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *data = g_bytes_get_data (fixed, &size);
  g_autoptr (GArray) left = jip_lint_check (data != NULL ? data : "", size, options);

  if (!jipctl_write_stdout (data, (gssize) size, &error))
    return jipctl_fail (name, error);
  return left->len > 0 ? JIPCTL_FINDINGS : JIPCTL_OK;
}

/* jipctl lint [--profile TYPE] [--lists DIR] [--fix] FILE, jipctl lint --rules */
int
jipctl_lint (const char *name, char **args)
{
  g_autofree char *profile = NULL, *own_lists = NULL;
  gboolean fix = FALSE, rules = FALSE;
  const GOptionEntry entries[] = {
    { "profile", 0, 0, G_OPTION_ARG_FILENAME, &profile, NULL, NULL },
    { "lists", 0, 0, G_OPTION_ARG_FILENAME, &own_lists, NULL, NULL },
    { "fix", 0, 0, G_OPTION_ARG_NONE, &fix, NULL, NULL },
    { "rules", 0, 0, G_OPTION_ARG_NONE, &rules, NULL, NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  JipLintOptions options = { 0 };
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (rules && (args[0] != NULL || fix || profile != NULL || own_lists != NULL))
    return jipctl_usage_error (name, _ ("--rules stands alone"));
  if (rules)
    return list_rules (name);
  if (g_strv_length (args) != 1)
    return jipctl_usage_error (name, _ ("one file is expected, or - for standard input"));
  if (profile != NULL && (options.profile = find_profile (profile, &error)) == NULL)
    return jipctl_fail (name, error);

  g_autoptr (JipLintLists) lists = jip_lint_lists_load (own_lists, &error);
  if (lists == NULL)
    return jipctl_fail (name, error);
  options.lists = lists;
  g_autoptr (GBytes) paper = read_paper (args[0], &error);
  if (paper == NULL)
    return jipctl_fail (name, error);
  gsize length;
  const char *text = g_bytes_get_data (paper, &length);
  text = text != NULL ? text : "";
  return fix ? print_fixed (name, text, length, &options) : print_findings (name, text, length, &options);
}
