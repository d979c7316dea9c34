/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jipctl-ground.h"

#include <string.h>

static void
append (JipctlFieldText *fields, const char *bytes, gsize length, gsize offset)
{
  guint32 at = (guint32) offset;

  g_string_append_len (fields->text, bytes, (gssize) length);
  for (gsize i = 0; i < length; i++)
    g_array_append_val (fields->offsets, at);
}

static gunichar
read_hex (const char *p)
{
  gunichar c = 0;
  for (guint i = 0; i < 4; i++)
    c = c * 16 + (gunichar) g_ascii_xdigit_value (p[i]);
  return c;
}

/* Decodes the escape at @at (a backslash), which a strict parser has accepted; its length. */
static gsize
append_escape (JipctlFieldText *fields, const char *json, gsize at)
{
  char utf8[6];
  gsize size = 2;
  gunichar c;

  switch (json[at + 1])
    {
    case 'u':
      size = 6;
      c = read_hex (json + at + 2);
      if (c >= 0xD800 && c <= 0xDBFF && json[at + 6] == '\\')
        {
          c = 0x10000 + ((c - 0xD800) << 10) + (read_hex (json + at + 8) - 0xDC00);
          size = 12;
        }
      break;
    case 'n':
      c = '\n';
      break;
    case 't':
    case 'r':
    case 'b':
    case 'f':
      c = ' ';
      break;
    default:
      c = (guchar) json[at + 1];
    }
  append (fields, utf8, (gsize) g_unichar_to_utf8 (c, utf8), at);
  return size;
}

/* The index behind the string at @at (its quotation mark). */
static gsize
skip_string (const char *json, gsize length, gsize at)
{
  gsize p = at + 1;

  while (p < length && json[p] != '"')
    p += json[p] == '\\' ? 2 : 1;
  return p + 1;
}

static void
take_string (JipctlFieldText *fields, const char *json, gsize at, gsize end)
{
  for (gsize p = at + 1; p + 1 < end;)
    if (json[p] == '\\')
      p += append_escape (fields, json, p);
    else
      {
        append (fields, json + p, 1, p);
        p++;
      }
}

/* Ends a value at @end of the file; digits alone are won in an amount. */
static void
end_value (JipctlFieldText *fields, gsize begin, gsize end, gboolean amount)
{
  const char *value = fields->text->str + begin;

  if (amount && *value != '\0' && strspn (value, "0123456789,") == strlen (value))
    append (fields, "원", strlen ("원"), end);
  append (fields, "\n\n", 2, end);
}

/* Behind the string at @at, and whether a colon follows it: it is a key. */
static gboolean
is_key (const char *json, gsize length, gsize end)
{
  while (end < length && g_ascii_isspace (json[end]))
    end++;
  return end < length && json[end] == ':';
}

/* Where in the file the reader stands. */
typedef struct
{
  guint depth, depth_of_fields; /* of brackets; 0 outside the fields */
  gboolean next_is_fields, amount;
} State;

static gsize
read_string (JipctlFieldText *fields,
             const char *json,
             gsize length,
             gsize at,
             State *state,
             JipctlIsAmount is_amount,
             gpointer user_data)
{
  gsize end = skip_string (json, length, at), begin = fields->text->len;

  if (is_key (json, length, end))
    {
      state->next_is_fields = state->depth == 1 && end - at == 8 && memcmp (json + at, "\"fields\"", 8) == 0;
      if (state->depth_of_fields > 0 && state->depth == state->depth_of_fields)
        {
          g_autofree char *id = g_strndup (json + at + 1, end - at - 2);
          state->amount = is_amount (id, user_data);
        }
    }
  else if (state->depth_of_fields > 0)
    {
      take_string (fields, json, at, end);
      end_value (fields, begin, end - 1, state->amount);
    }
  return end;
}

static gsize
read_number (JipctlFieldText *fields, const char *json, gsize length, gsize at, const State *state)
{
  gsize begin = fields->text->len, end = at;

  while (end < length
         && (g_ascii_isdigit (json[end]) || (json[end] != '\0' && strchr ("+-.eE", json[end]) != NULL)))
    end++;
  for (gsize p = at; state->depth_of_fields > 0 && p < end; p++)
    append (fields, json + p, 1, p);
  if (state->depth_of_fields > 0)
    end_value (fields, begin, end, state->amount);
  return end;
}

/**
 * jipctl_field_text_new:
 * @json: (array length=length): a draft that jip_draft_parse() has accepted
 *
 * Returns: (transfer full): the texts and numbers below the draft's own `fields`
 */
JipctlFieldText *
jipctl_field_text_new (const char *json, gsize length, JipctlIsAmount is_amount, gpointer user_data)
{
  JipctlFieldText *fields = g_new0 (JipctlFieldText, 1);
  State state = { 0 };
  guint32 file_end = (guint32) length;

  fields->text = g_string_new (NULL);
  fields->offsets = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (gsize p = 0; p < length;)
    {
      char c = json[p];
      if (c == '"')
        {
          p = read_string (fields, json, length, p, &state, is_amount, user_data);
          continue;
        }
      if (g_ascii_isdigit (c) || c == '-')
        {
          p = read_number (fields, json, length, p, &state);
          continue;
        }
      if (c == '{' || c == '[')
        {
          state.depth++;
          if (state.next_is_fields)
            state.depth_of_fields = state.depth;
          state.next_is_fields = FALSE;
        }
      else if (c == '}' || c == ']')
        {
          if (state.depth == state.depth_of_fields)
            state.depth_of_fields = 0;
          state.depth--;
        }
      p++;
    }
  g_array_append_val (fields->offsets, file_end);
  return fields;
}

void
jipctl_field_text_free (JipctlFieldText *fields)
{
  g_string_free (fields->text, TRUE);
  g_array_unref (fields->offsets);
  g_free (fields);
}
