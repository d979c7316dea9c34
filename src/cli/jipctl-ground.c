/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jipctl-ground.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "jip-document-type.h"
#include "jip-draft-text.h"
#include "jip-error.h"
#include "jip-ground.h"
#include "jip-json.h"
#include "jip-paths.h"
#include "jip-source.h"
#include "jip-text.h"
#include "jipctl-commands.h"
#include "jipctl-common.h"

#define MAX_INPUT_BYTES (64u << 20)

/* A page as the answer names it: its file, its number, its text and where the text's lines are. */
typedef struct
{
  char *file;
  guint number; /* from 1; 0 when the file has no pages */
  GBytes *text;
  JipTextIndex *index;
  JipctlFieldText *fields; /* nullable; places in @text are places in the draft's file, which @index is of */
  GBytes *draft;
} Page;

typedef struct
{
  JipGround *ground;
  GPtrArray *pages;
} Work;

static void
page_free (Page *page)
{
  g_free (page->file);
  g_bytes_unref (page->text);
  jip_text_index_free (page->index);
  g_clear_pointer (&page->fields, jipctl_field_text_free);
  g_clear_pointer (&page->draft, g_bytes_unref);
  g_free (page);
}

static Page *
add_page (Work *work, const char *file, guint number, GBytes *text)
{
  Page *page = g_new0 (Page, 1);
  gsize length;
  const char *data = g_bytes_get_data (text, &length);

  page->file = g_strdup (file);
  page->number = number;
  page->text = g_bytes_ref (text);
  jip_ground_add_page (work->ground, data != NULL ? data : "", length);
  g_ptr_array_add (work->pages, page);
  return page;
}

/* A text that holds some bytes that are no UTF-8, or a NUL, is still a text; what is mostly so is a file of another kind. */
static gboolean
is_mostly_text (const char *data, gsize length)
{
  gsize odd = 0;

  for (gsize i = 0; i < length; i++)
    odd += (guchar) data[i] < ' ' && strchr ("\t\n\r\f\v", data[i]) == NULL;
  for (gsize i = 0; i < length; odd++, i++)
    {
      const char *end;
      if (g_utf8_validate_len (data + i, length - i, &end))
        break;
      i = (gsize) (end - data);
    }
  return odd * 8 < length;
}

/* What the reader of documents refuses because of a few damaged bytes. */
static gboolean
read_damaged (Work *work, const char *path, const GError *problem)
{
  JipErrorCode code = jip_error_get_code (problem);

  if (code != JIP_ERROR_DAMAGED && code != JIP_ERROR_UNSUPPORTED)
    return FALSE;
  g_autoptr (GBytes) input
      = g_file_test (path, G_FILE_TEST_IS_REGULAR) ? jipctl_read_input (path, MAX_INPUT_BYTES, NULL) : NULL;
  gsize length = 0;
  const char *data = input != NULL ? g_bytes_get_data (input, &length) : NULL;
  if (data == NULL || (length >= 4 && (memcmp (data, "PK\3\4", 4) == 0 || memcmp (data, "%PDF", 4) == 0))
      || !is_mostly_text (data, length))
    return FALSE;
  add_page (work, path, 0, input);
  return TRUE;
}

/* The mark of the byte order counts as a character of the file, but the reader takes it off. */
static gboolean
begins_with_mark (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  guchar head[3] = { 0 };

  if (stream == NULL || g_input_stream_read (G_INPUT_STREAM (stream), head, sizeof head, NULL, NULL) < 2)
    return FALSE;
  return memcmp (head, "\xef\xbb\xbf", 3) == 0 || memcmp (head, "\xff\xfe", 2) == 0
         || memcmp (head, "\xfe\xff", 2) == 0;
}

static gboolean
add_source (Work *work, const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;

  jip_ground_begin_source (work->ground);
  if (strcmp (path, "-") == 0)
    {
      g_autoptr (GBytes) input = jipctl_read_input (path, MAX_INPUT_BYTES, error);
      if (input != NULL)
        add_page (work, path, 0, input);
      return input != NULL;
    }
  g_autoptr (JipSource) source = jip_source_read (path, NULL, &local);
  if (source == NULL && read_damaged (work, path, local))
    return TRUE;
  if (source == NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local), "%s: ", path);
      return FALSE;
    }
  gboolean paged = source->kind == JIP_SOURCE_PDF;
  gboolean marked = source->kind == JIP_SOURCE_TEXT && begins_with_mark (path);
  for (guint i = 0; i < source->pages->len; i++)
    {
      const JipPdfPage *page = source->pages->pdata[i];
      char *text = g_strconcat (marked ? "\xef\xbb\xbf" : "", page->text, NULL);
      g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
      add_page (work, path, paged ? page->number + 1 : 0, bytes);
    }
  return TRUE;
}

/* Fields that name a person or a body, also in types that this program does not know. */
static gboolean
names_somebody (JipDocumentType *type, const char *id)
{
  static const char *const ids[]
      = { "organization", "department", "person",  "quote_person", "manager", "contact", "nominee",
          "chair",        "host",       "speaker", "author",       "writer",  NULL };
  const JipDocumentField *field = type != NULL ? jip_document_type_find_field (type, id) : NULL;

  if (field != NULL && (field->kind == JIP_FIELD_PERSON || field->kind == JIP_FIELD_DEPARTMENT))
    return TRUE;
  return g_strv_contains (ids, id);
}

static gboolean
is_amount (const char *id, gpointer type)
{
  const JipDocumentField *field = type != NULL ? jip_document_type_find_field (type, id) : NULL;

  return field != NULL ? field->kind == JIP_FIELD_AMOUNT
                       : strcmp (id, "budget") == 0 || strcmp (id, "amount") == 0;
}

static void
add_names_of (JipGround *ground, JsonNode *node)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    {
      g_auto (GStrv) parts = g_strsplit_set (json_node_get_string (node), ",/\n;", -1);
      for (guint i = 0; parts[i] != NULL; i++)
        jip_ground_add_name (ground, parts[i]);
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
      add_names_of (ground, json_array_get_element (json_node_get_array (node), i));
}

static void
add_form (Work *work, const char *path, GBytes *input, JipDraft *draft)
{
  gsize length;
  const char *json = g_bytes_get_data (input, &length);
  JsonObject *fields = jip_draft_get_fields (draft);
  g_autofree char *folder = jip_paths_find_data ("document-types", NULL);
  g_autoptr (GPtrArray) types = folder != NULL ? jip_document_type_load_folder (folder, NULL) : NULL;
  JipDocumentType *type
      = types != NULL ? jip_document_type_find (types, jip_draft_get_document_type (draft)) : NULL;
  g_autoptr (GList) members = fields != NULL ? json_object_get_members (fields) : NULL;

  for (GList *link = members; link != NULL; link = link->next)
    if (names_somebody (type, link->data))
      add_names_of (work->ground, json_object_get_member (fields, link->data));

  JipctlFieldText *text = jipctl_field_text_new (json, length, is_amount, type);
  g_autoptr (GBytes) bytes = g_bytes_new (text->text->str, text->text->len);
  jip_ground_begin_source (work->ground);
  Page *page = add_page (work, path, 0, bytes);
  page->fields = text;
  page->draft = g_bytes_ref (input);
}

static gboolean
looks_like_draft (const char *text, gsize length)
{
  gsize at = 0;

  while (at < length && g_ascii_isspace (text[at]))
    at++;
  return at < length && text[at] == '{' && g_strstr_len (text, (gssize) length, "\"jip-draft/") != NULL;
}

/* The draft's text: the file's bytes, or what a draft is exported as, whose form supports it too. */
static GBytes *
read_draft (Work *work, const char *path, GError **error)
{
  g_autoptr (GBytes) input = jipctl_read_input (path, MAX_INPUT_BYTES, error);
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
  add_form (work, path, input, draft);
  char *exported = jip_draft_to_text (draft);
  return g_bytes_new_take (exported, strlen (exported));
}

static void
append_bytes (GString *out, const char *data, gsize start, gsize end)
{
  g_autoptr (GString) clean = g_string_sized_new (end - start);

  /* a NUL is no text; it is shown as what it is read as */
  for (gsize i = start; i < end; i++)
    if (data[i] == '\0')
      g_string_append (clean, "\xef\xbf\xbd");
    else
      g_string_append_c (clean, data[i]);
  g_autofree char *valid = g_utf8_make_valid (clean->str, (gssize) clean->len);
  jip_json_append_quoted (out, valid);
}

/* Without the 원 that the form's file does not have. */
static gsize
source_end (const Page *page, const JipGroundFact *fact)
{
  gsize end = fact->source_end;

  while (page->fields != NULL && end > fact->source_start
         && g_array_index (page->fields->offsets, guint32, end - 1)
                == g_array_index (page->fields->offsets, guint32, end))
    end--;
  return end;
}

static void
append_source (GString *out, Page *page, const JipGroundFact *fact)
{
  GBytes *located = page->fields != NULL ? page->draft : page->text;
  gsize start = page->fields != NULL ? g_array_index (page->fields->offsets, guint32, fact->source_start)
                                     : fact->source_start;
  guint line, column;
  gsize length;
  const char *data = g_bytes_get_data (located, &length);

  if (page->index == NULL)
    page->index = jip_text_index_new (data, length);
  jip_text_index_locate (page->index, start, &line, &column);
  g_string_append (out, "{\"file\":");
  append_bytes (out, page->file, 0, strlen (page->file));
  if (page->number > 0)
    g_string_append_printf (out, ",\"page\":%u", page->number);
  else
    g_string_append (out, ",\"page\":null");
  g_string_append_printf (out, ",\"line\":%u,\"column\":%u,\"text\":", line, column);
  append_bytes (out, g_bytes_get_data (page->text, NULL), fact->source_start, source_end (page, fact));
  g_string_append_c (out, '}');
}

/* {"kind","text","line","column","supported","source"} */
static int
print_facts (const char *name, Work *work, GBytes *draft)
{
  gsize length;
  const char *bytes = g_bytes_get_data (draft, &length), *text = bytes != NULL ? bytes : "";
  g_autoptr (GArray) facts = jip_ground_check (work->ground, text, length);
  g_autoptr (JipTextIndex) index = jip_text_index_new (text, length);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  int status = JIPCTL_OK;

  for (guint i = 0; i < facts->len; i++)
    {
      const JipGroundFact *fact = &g_array_index (facts, JipGroundFact, i);
      guint line, column;
      jip_text_index_locate (index, fact->start, &line, &column);
      g_string_append_printf (out, "{\"kind\":\"%s\",\"text\":", jip_ground_kind_get_name (fact->kind));
      append_bytes (out, text, fact->start, fact->end);
      g_string_append_printf (out, ",\"line\":%u,\"column\":%u,\"supported\":%s,\"source\":", line, column,
                              fact->supported ? "true" : "false");
      if (fact->supported)
        append_source (out, work->pages->pdata[fact->page], fact);
      else
        {
          g_string_append (out, "null");
          status = JIPCTL_FINDINGS;
        }
      g_string_append (out, "}\n");
    }
  return jipctl_write_stdout (out->str, (gssize) out->len, &error) ? status : jipctl_fail (name, error);
}

static gboolean
parse_year (const char *date, guint *year)
{
  guint y, m, d;
  char rest;

  *year = 0;
  if (date == NULL)
    return TRUE;
  if (strlen (date) != 10 || date[4] != '-' || date[7] != '-'
      || sscanf (date, "%4u-%2u-%2u%c", &y, &m, &d, &rest) != 3)
    return FALSE;
  *year = y;
  return y > 0 && m >= 1 && m <= 12 && g_date_valid_dmy ((GDateDay) d, (GDateMonth) m, (GDateYear) y);
}

static int
run (const char *name, char **sources, const char *draft_path, guint year)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = jip_paths_find_data ("ground", &error);
  g_autoptr (JipGroundRules) rules = folder != NULL ? jip_ground_rules_load (folder, &error) : NULL;

  if (rules == NULL)
    return jipctl_fail (name, error);
  g_autoptr (JipGround) ground = jip_ground_new (rules, year);
  g_autoptr (GPtrArray) pages = g_ptr_array_new_with_free_func ((GDestroyNotify) page_free);
  Work work = { ground, pages };
  for (guint i = 0; sources[i] != NULL; i++)
    if (!add_source (&work, sources[i], &error))
      return jipctl_fail (name, error);
  g_autoptr (GBytes) draft = read_draft (&work, draft_path, &error);
  if (draft == NULL)
    return jipctl_fail (name, error);
  return print_facts (name, &work, draft);
}

/* jipctl ground --source FILE [--source FILE …] [--date DATE] DRAFT */
int
jipctl_ground (const char *name, char **args)
{
  g_auto (GStrv) sources = NULL;
  g_autofree char *date = NULL;
  const GOptionEntry entries[] = {
    { "source", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &sources, NULL, NULL },
    { "date", 0, 0, G_OPTION_ARG_STRING, &date, NULL, NULL },
    { NULL },
  };
  guint year, standard = 0;
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (sources == NULL || g_strv_length (args) != 1)
    return jipctl_usage_error (name, _ ("--source FILE and one draft are expected"));
  if (!parse_year (date, &year))
    return jipctl_usage_error (name, _ ("‘%s’ is no date such as 2026-07-22"), date);
  for (guint i = 0; sources[i] != NULL; i++)
    standard += strcmp (sources[i], "-") == 0;
  if (standard + (strcmp (args[0], "-") == 0) > 1)
    return jipctl_usage_error (name, _ ("only one file can be standard input (-)"));
  return run (name, sources, args[0], year);
}
