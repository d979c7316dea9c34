/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-privacy-private.h"

/* One value in two writings is one value: case, blanks and dashes do not count, but for a dot in a mail address and
 * what keeps two numbers of an address apart (12-3 is not 123). */
char *
jip_privacy_canonical (const JipTextChar *chars, guint begin, guint end)
{
  GString *out = g_string_new (NULL);
  gboolean is_international = chars[begin].c == '+', is_mail = FALSE, is_address = FALSE;
  gunichar gap = 0;

  for (guint p = begin; p < end; p++)
    {
      is_mail |= chars[p].c == '@';
      is_address |= chars[p].c >= 0xAC00 && chars[p].c <= 0xD7A3;
    }
  for (guint p = begin; p < end; p++)
    {
      gunichar c = chars[p].c;
      if (!g_unichar_isalnum (c) && !is_mail)
        {
          gap = c == '-' || gap == 0 ? c : gap;
          continue;
        }
      if (is_address && gap != 0 && out->len > 0 && jip_privacy_is_digit (c)
          && g_ascii_isdigit (out->str[out->len - 1]))
        g_string_append_c (out, gap == '-' ? '-' : ' ');
      gap = 0;
      g_string_append_unichar (out, g_unichar_tolower (c));
    }
  if (is_international && g_str_has_prefix (out->str, "82"))
    {
      g_string_erase (out, 0, 2);
      if (out->str[0] != '0')
        g_string_prepend_c (out, '0');
    }
  return g_string_free (out, FALSE);
}

static GHashTable *
make_allowed (const JipPrivacyOptions *options)
{
  GHashTable *allowed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; options != NULL && options->allowed_values != NULL && options->allowed_values[i] != NULL;
       i++)
    {
      g_autoptr (GArray) chars
          = jip_text_fold (options->allowed_values[i], strlen (options->allowed_values[i]));
      const JipTextChar *first = (const JipTextChar *) (gpointer) chars->data;
      g_hash_table_add (allowed, jip_privacy_canonical (first, 0, chars->len - 1));
    }
  return allowed;
}

#define FEWEST_DIGITS 9

/* Whether so many digits stand here, with what may separate them, that it is worth a closer look: most numbers of a paper
 * are short. */
static gboolean
may_be_number (const JipTextChar *chars, guint at)
{
  guint digits = 0, lines = 0;

  if (at > 0 && jip_privacy_is_digit (chars[at - 1].c))
    return FALSE;
  if (!jip_privacy_is_digit (chars[at + 1].c) && jip_privacy_line_end (chars, at + 1) == 0)
    return FALSE; /* no kind begins with a group of one digit */
  for (guint p = at, gap = 0; gap < 5; p++)
    {
      gunichar c = chars[p].c;
      if (jip_privacy_is_digit (c))
        {
          gap = 0;
          if (++digits == FEWEST_DIGITS)
            return TRUE;
        }
      else if (c == ' ' || c == '-' || c == '.' || c == ')' || c == '\r' || (c == '\n' && lines++ == 0))
        gap++;
      else
        return FALSE;
    }
  return FALSE;
}

/* The first kind that matches at @at, in the order of draft.md; the index after it, or 0. */
static guint
match (const JipTextChar *chars, guint at, JipPrivacyKind *kind, guint *begin)
{
  static const struct
  {
    JipPrivacyKind kind;
    guint (*match) (const JipTextChar *chars, guint at);
  } numbers[] = { { JIP_PRIVACY_RRN, jip_privacy_match_rrn },
                  { JIP_PRIVACY_CARD, jip_privacy_match_card },
                  { JIP_PRIVACY_ACCOUNT, jip_privacy_match_account },
                  { JIP_PRIVACY_LICENCE, jip_privacy_match_licence },
                  { JIP_PRIVACY_PHONE, jip_privacy_match_phone } };
  gunichar c = chars[at].c;
  guint end = 0;

  *begin = at;
  if (c >= 0xAC00 && c <= 0xD7A3)
    {
      *kind = JIP_PRIVACY_ADDRESS;
      return at > 0 && chars[at - 1].c >= 0xAC00 && chars[at - 1].c <= 0xD7A3
                 ? 0
                 : jip_privacy_match_address (chars, at);
    }
  if (jip_privacy_is_digit (c))
    {
      if (!may_be_number (chars, at))
        return 0;
      for (guint i = 0; i < G_N_ELEMENTS (numbers) && end == 0; i++)
        {
          *kind = numbers[i].kind;
          end = numbers[i].match (chars, at);
        }
      return end;
    }
  if (c == '+' || c == '(')
    {
      *kind = JIP_PRIVACY_PHONE;
      return jip_privacy_match_phone (chars, at);
    }
  if (c == '@')
    {
      *kind = JIP_PRIVACY_EMAIL;
      return jip_privacy_match_email (chars, at, begin);
    }
  if (c >= 'A' && c <= 'Z')
    {
      *kind = JIP_PRIVACY_PASSPORT;
      return jip_privacy_match_passport (chars, at);
    }
  return 0;
}

/* The mail address that comes next, and how far the text was looked through for one. */
typedef struct
{
  guint begin, end, seen;
} Mail;

/* Whether a mail address begins at @at. Each character is looked at once. */
static gboolean
starts_mail (const JipTextChar *chars, guint at, guint last, Mail *mail)
{
  if (at >= mail->seen)
    {
      guint p = at;
      while (jip_privacy_is_local (chars[p].c))
        p++;
      mail->seen = p + 1;
      mail->end = p > at ? jip_privacy_match_email (chars, p, &mail->begin) : 0;
    }
  return mail->end > 0 && at == mail->begin && at >= last;
}

/**
 * jip_privacy_find:
 * @text: bytes, which need not be UTF-8 and may hold NUL
 * @options: (nullable): what the author or the organisation allows
 *
 * Finds personal data, in time linear in @length.
 *
 * Returns: (transfer full) (element-type JipPrivacyFinding): the findings in their order; they do not overlap
 */
GArray *
jip_privacy_find (const char *text, gsize length, const JipPrivacyOptions *options)
{
  GArray *findings = g_array_new (FALSE, FALSE, sizeof (JipPrivacyFinding));

  g_return_val_if_fail (text != NULL && length < G_MAXUINT32, findings);

  g_autoptr (GArray) decoded = jip_text_fold (text, length);
  g_autoptr (GHashTable) allowed = make_allowed (options);
  guint kinds = options != NULL ? options->allowed_kinds & ~(1u << JIP_PRIVACY_RRN) : 0;
  const JipTextChar *chars = (const JipTextChar *) (gpointer) decoded->data;

  Mail mail = { 0 };
  for (guint at = 0, last = 0; at + 1 < decoded->len;)
    {
      JipPrivacyKind kind;
      guint begin = at, end;
      /* digits before an @ are no telephone number */
      gboolean in_mail = (kinds & (1u << JIP_PRIVACY_EMAIL)) == 0 && starts_mail (chars, at, last, &mail);
      if (in_mail)
        {
          kind = JIP_PRIVACY_EMAIL;
          end = mail.end;
        }
      else
        end = match (chars, at, &kind, &begin);
      if (end == 0 || begin < last)
        {
          at++;
          continue;
        }
      guint corporate = kind == JIP_PRIVACY_RRN || kind == JIP_PRIVACY_CARD || kind == JIP_PRIVACY_ACCOUNT
                            ? jip_privacy_match_corporate (chars, begin)
                            : 0;
      g_autofree char *value = jip_privacy_canonical (chars, begin, end);
      gboolean is_allowed = (kinds & (1u << kind)) != 0
                            || (kind != JIP_PRIVACY_RRN && g_hash_table_contains (allowed, value));
      if (!is_allowed && corporate == 0)
        {
          JipPrivacyFinding finding = { kind, chars[begin].start, chars[end].start - chars[begin].start };
          g_array_append_val (findings, finding);
        }
      at = last = MAX (end, corporate);
    }
  return findings;
}

static void
count_in_text (const char *text, const JipPrivacyOptions *options, guint counts[JIP_PRIVACY_N_KINDS])
{
  g_autoptr (GArray) findings = jip_privacy_find (text, strlen (text), options);
  for (guint i = 0; i < findings->len; i++)
    counts[g_array_index (findings, JipPrivacyFinding, i).kind]++;
}

/* Walks all texts of a JSON value. Its depth is bounded by jip_json_parse(). */
static void
count_in_json (JsonNode *node, const JipPrivacyOptions *options, guint counts[JIP_PRIVACY_N_KINDS])
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      g_autoptr (GList) members = json_object_get_values (json_node_get_object (node));
      for (GList *link = members; link != NULL; link = link->next)
        count_in_json (link->data, options, counts);
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);
      for (guint i = 0; i < json_array_get_length (array); i++)
        count_in_json (json_array_get_element (array, i), options, counts);
    }
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    count_in_text (json_node_get_string (node), options, counts);
}

/**
 * jip_privacy_check_json:
 * @node: a JSON value whose texts are looked at
 *
 * Returns: %FALSE with %JIP_ERROR_PERSONAL_DATA when a text holds personal data that is not masked; the detail is
 *   `{"kinds": {"phone": 2}}`, and nothing of the data itself is told
 */
gboolean
jip_privacy_check_json (JsonNode *node, const JipPrivacyOptions *options, GError **error)
{
  guint counts[JIP_PRIVACY_N_KINDS] = { 0 };
  g_autoptr (GString) labels = g_string_new (NULL);
  JsonObject *kinds;

  g_return_val_if_fail (node != NULL, FALSE);

  count_in_json (node, options, counts);
  kinds = json_object_new ();
  for (guint i = 0; i < JIP_PRIVACY_N_KINDS; i++)
    if (counts[i] > 0)
      {
        json_object_set_int_member (kinds, jip_privacy_kind_get_name (i), counts[i]);
        g_string_append_printf (labels, "%s%s", labels->len > 0 ? ", " : "", jip_privacy_kind_get_label (i));
      }
  if (labels->len == 0)
    {
      json_object_unref (kinds);
      return TRUE;
    }
  JsonObject *detail = json_object_new ();
  json_object_set_object_member (detail, "kinds", kinds);
  JsonNode *detail_node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (detail_node, detail);
  g_propagate_error (error,
                     jip_error_new (JIP_ERROR_PERSONAL_DATA, detail_node,
                                    _ ("The text still holds personal data: %s. Mask it and try again."),
                                    labels->str));
  return FALSE;
}
