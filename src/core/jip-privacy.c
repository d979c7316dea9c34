/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-privacy.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-fields.h"
#include "jip-privacy-private.h"

#define MAP_FORMAT "jip-redact-map/1"
#define MAX_MARK_DIGITS 9
#define MAX_MARK_BYTES 40
#define THEIRS "\u2060" /* a word joiner, which nobody sees and nobody types */

static const struct
{
  const char *name, *label;
} kinds[] = {
  [JIP_PRIVACY_RRN] = { "rrn", "주민번호" },         [JIP_PRIVACY_PASSPORT] = { "passport", "여권번호" },
  [JIP_PRIVACY_LICENCE] = { "licence", "면허번호" }, [JIP_PRIVACY_CARD] = { "card", "카드번호" },
  [JIP_PRIVACY_ACCOUNT] = { "account", "계좌번호" }, [JIP_PRIVACY_PHONE] = { "phone", "전화번호" },
  [JIP_PRIVACY_EMAIL] = { "email", "전자우편" },     [JIP_PRIVACY_ADDRESS] = { "address", "주소" },
};

/* One mark. A value that was written in several ways keeps them in their order; one of which somebody else has the way
 * back has none. */
typedef struct
{
  char *mark;
  JipPrivacyKind kind;
  GPtrArray *originals;
  guint restored; /* how many have been put back in the text at hand */
} Entry;

struct _JipPrivacyMap
{
  GPtrArray *entries;
  GHashTable *by_value; /* kind and canonical value -> Entry */
  GHashTable *by_mark;
  guint counts[JIP_PRIVACY_N_KINDS];
  gboolean exact;
};

static void
entry_free (Entry *entry)
{
  g_free (entry->mark);
  g_ptr_array_unref (entry->originals);
  g_free (entry);
}

const char *
jip_privacy_kind_get_name (JipPrivacyKind kind)
{
  g_return_val_if_fail ((guint) kind < JIP_PRIVACY_N_KINDS, "");
  return kinds[kind].name;
}

/**
 * jip_privacy_kind_get_label:
 *
 * Returns: the word of its marks, in the language of the papers: `전화번호` in `[전화번호1]`
 */
const char *
jip_privacy_kind_get_label (JipPrivacyKind kind)
{
  g_return_val_if_fail ((guint) kind < JIP_PRIVACY_N_KINDS, "");
  return kinds[kind].label;
}

gboolean
jip_privacy_kind_from_name (const char *name, JipPrivacyKind *kind)
{
  for (guint i = 0; i < JIP_PRIVACY_N_KINDS; i++)
    if (g_strcmp0 (kinds[i].name, name) == 0)
      {
        *kind = i;
        return TRUE;
      }
  return FALSE;
}

/**
 * jip_privacy_map_new:
 *
 * Returns: (transfer full): an empty map; several texts may be masked into one
 */
JipPrivacyMap *
jip_privacy_map_new (void)
{
  JipPrivacyMap *map = g_new0 (JipPrivacyMap, 1);
  map->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  map->by_value = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  map->by_mark = g_hash_table_new (g_str_hash, g_str_equal);
  return map;
}

void
jip_privacy_map_free (JipPrivacyMap *map)
{
  if (map == NULL)
    return;
  g_hash_table_unref (map->by_value);
  g_hash_table_unref (map->by_mark);
  g_ptr_array_unref (map->entries);
  g_free (map);
}

static Entry *
add_entry (JipPrivacyMap *map, const char *mark, JipPrivacyKind kind)
{
  Entry *entry = g_new0 (Entry, 1);
  entry->mark = g_strdup (mark);
  entry->kind = kind;
  entry->originals = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (map->entries, entry);
  g_hash_table_insert (map->by_mark, entry->mark, entry);
  return entry;
}

static char *
make_key (JipPrivacyMap *map, JipPrivacyKind kind, const char *original)
{
  if (map->exact)
    return g_strdup_printf ("%d %s", kind, original);
  g_autoptr (GArray) chars = jip_text_fold (original, strlen (original));
  const JipTextChar *first = (const JipTextChar *) (gpointer) chars->data;
  g_autofree char *value = jip_privacy_canonical (first, 0, chars->len - 1);

  return g_strdup_printf ("%d %s", kind, value);
}

/**
 * jip_privacy_map_set_exact:
 *
 * From now on each writing of a value has a mark of its own: text that is masked again and again while it is typed comes back
 * as it was typed last.
 */
void
jip_privacy_map_set_exact (JipPrivacyMap *map)
{
  g_return_if_fail (map != NULL);

  map->exact = TRUE;
  g_hash_table_remove_all (map->by_value);
  for (guint i = 0; i < map->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (map->entries, i);
      if (entry->originals->len > 0)
        g_hash_table_insert (map->by_value,
                             make_key (map, entry->kind, g_ptr_array_index (entry->originals, 0)), entry);
    }
}

/**
 * jip_privacy_map_copy:
 *
 * Returns: (transfer full): a map that goes on by itself
 */
JipPrivacyMap *
jip_privacy_map_copy (JipPrivacyMap *map)
{
  g_return_val_if_fail (map != NULL, NULL);
  JipPrivacyMap *copy = jip_privacy_map_new ();
  GHashTableIter iter;
  gpointer key, value;

  for (guint i = 0; i < map->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (map->entries, i);
      Entry *own = add_entry (copy, entry->mark, entry->kind);
      for (guint j = 0; j < entry->originals->len; j++)
        g_ptr_array_add (own->originals, g_strdup (g_ptr_array_index (entry->originals, j)));
    }
  g_hash_table_iter_init (&iter, map->by_value);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy->by_value, g_strdup (key),
                         g_hash_table_lookup (copy->by_mark, ((Entry *) value)->mark));
  memcpy (copy->counts, map->counts, sizeof copy->counts);
  copy->exact = map->exact;
  return copy;
}

/**
 * jip_privacy_map_begin_after:
 * @number: 0 to 999,999
 *
 * Marks given from now on have higher numbers: of several who mask one paper without asking each other, each has its own.
 */
void
jip_privacy_map_begin_after (JipPrivacyMap *map, guint number)
{
  g_return_if_fail (map != NULL && number <= 999999);

  for (guint i = 0; i < JIP_PRIVACY_N_KINDS; i++)
    map->counts[i] = MAX (map->counts[i], number);
}

typedef struct
{
  JipPrivacyKind kind;
  gsize backslashes;
  gsize length; /* in bytes, brackets included */
} Mark;

/* A mark, or an escaped one: a bracket, backslashes, the kind's word, a number, a bracket. */
static gboolean
read_mark (const char *text, gsize length, Mark *mark)
{
  gsize at = 1;

  if (length == 0 || text[0] != '[')
    return FALSE;
  while (at < length && text[at] == '\\')
    at++;
  mark->backslashes = at - 1;
  for (guint i = 0; i < JIP_PRIVACY_N_KINDS; i++)
    {
      gsize p = at + strlen (kinds[i].label), first = p;
      if (p >= length || memcmp (text + at, kinds[i].label, strlen (kinds[i].label)) != 0)
        continue;
      while (p < length && p - first < MAX_MARK_DIGITS && g_ascii_isdigit (text[p]))
        p++;
      if (p == first || text[first] == '0' || p >= length || text[p] != ']')
        return FALSE;
      mark->kind = i;
      mark->length = p + 1;
      return TRUE;
    }
  return FALSE;
}

/* A mark of somebody else, as it is shown; one that is not of this paper is no mark here, and nowhere else.
 * @length: (out): in bytes, as it is shown. Returns: (transfer full) (nullable): what stands for it in masked text */
static char *
read_theirs (const char *text, gsize left, JipPrivacyMap *map, gsize *length)
{
  const gsize at = 1 + strlen (THEIRS);
  Mark mark;

  if (!map->exact || left <= at || memcmp (text + 1, THEIRS, strlen (THEIRS)) != 0)
    return NULL;
  const char *close = memchr (text, ']', MIN (left, MAX_MARK_BYTES));
  if (close == NULL)
    return NULL;
  g_autofree char *name = g_strdup_printf ("[%.*s", (int) (close + 1 - text - (gssize) at), text + at);
  if (!read_mark (name, strlen (name), &mark))
    return NULL;
  Entry *entry = g_hash_table_lookup (map->by_mark, name);
  *length = (gsize) (close + 1 - text);
  return entry != NULL && entry->originals->len == 0 ? g_steal_pointer (&name)
                                                     : g_strconcat ("[\\", name + 1, NULL);
}

/* Copies what is not personal; what looks like a mark and is none gets one more backslash. */
static void
copy_escaped (GString *out, const char *text, gsize length, JipPrivacyMap *map)
{
  Mark mark;
  gsize shown;

  for (const char *end = text + length; text < end;)
    {
      const char *open = memchr (text, '[', (gsize) (end - text));
      if (open == NULL)
        open = end;
      g_string_append_len (out, text, open - text);
      text = open;
      if (text == end)
        return;
      g_autofree char *theirs = read_theirs (text, (gsize) (end - text), map, &shown);
      if (theirs != NULL)
        {
          g_string_append (out, theirs);
          text += shown;
          continue;
        }
      g_string_append_c (out, *text);
      if (read_mark (text, (gsize) (end - text), &mark))
        g_string_append_c (out, '\\');
      text++;
    }
}

static Entry *
find_entry (JipPrivacyMap *map, const JipPrivacyFinding *finding, const char *original)
{
  g_autofree char *key = make_key (map, finding->kind, original);
  Entry *entry = g_hash_table_lookup (map->by_value, key);

  if (entry == NULL)
    {
      g_autofree char *mark = NULL;
      do
        {
          g_free (mark);
          mark = g_strdup_printf ("[%s%u]", kinds[finding->kind].label, ++map->counts[finding->kind]);
        }
      while (g_hash_table_contains (map->by_mark, mark));
      entry = add_entry (map, mark, finding->kind);
      g_hash_table_insert (map->by_value, g_steal_pointer (&key), entry);
    }
  return entry;
}

/**
 * jip_privacy_mask:
 * @text: bytes, which need not be UTF-8
 * @options: (nullable): what the author or the organisation allows
 * @map: the way back is added to it
 *
 * Puts a mark such as `[전화번호1]` in the place of each finding of jip_privacy_find(), the same mark for the same value,
 * and escapes what looked like a mark already. With a map of its own, jip_privacy_restore() gives @text back byte for
 * byte; when one value was written in several ways and the text has been rewritten in between, in one of these ways.
 *
 * Returns: (transfer full): the masked text
 */
GBytes *
jip_privacy_mask (const char *text, gsize length, const JipPrivacyOptions *options, JipPrivacyMap *map)
{
  g_return_val_if_fail (text != NULL && map != NULL, NULL);

  g_autoptr (GArray) findings = jip_privacy_find (text, length, options);
  GString *out = g_string_sized_new (length + 64);
  gsize done = 0;

  for (guint i = 0; i < findings->len; i++)
    {
      const JipPrivacyFinding *finding = &g_array_index (findings, JipPrivacyFinding, i);
      char *original = g_strndup (text + finding->start, finding->length);
      Entry *entry = find_entry (map, finding, original);
      g_ptr_array_add (entry->originals, original);
      copy_escaped (out, text + done, finding->start - done, map);
      g_string_append (out, entry->mark);
      done = finding->start + finding->length;
    }
  copy_escaped (out, text + done, length - done, map);
  return g_string_free_to_bytes (out);
}

/**
 * jip_privacy_map_reserve:
 * @text: masked text, of whose marks somebody else may have the way back
 *
 * The marks in @text that the map does not know are given to no other value. Restored, they are shown with a word joiner
 * behind the bracket, by which text that only looks like them is told apart when it is masked again.
 *
 * Returns: whether there were any
 */
gboolean
jip_privacy_map_reserve (JipPrivacyMap *map, const char *text, gsize length)
{
  gboolean more = FALSE;
  Mark mark;

  g_return_val_if_fail (map != NULL && text != NULL, FALSE);
  for (const char *end = text + length, *open; (open = memchr (text, '[', (gsize) (end - text))) != NULL;
       text = open + 1)
    {
      if (!read_mark (open, (gsize) (end - open), &mark) || mark.backslashes > 0)
        continue;
      g_autofree char *name = g_strndup (open, mark.length);
      if (g_hash_table_contains (map->by_mark, name))
        continue;
      add_entry (map, name, mark.kind);
      more = TRUE;
    }
  return more;
}

static void
append_original (GString *out, Entry *entry)
{
  guint index = MIN (entry->restored, entry->originals->len - 1);
  g_string_append (out, g_ptr_array_index (entry->originals, index));
  entry->restored++;
}

/* Copies one mark: an escaped one loses a backslash, one of ours becomes what it stands for. */
static void
restore_mark (GString *out, const char *text, const Mark *mark, JipPrivacyMap *map)
{
  if (mark->backslashes > 0)
    {
      g_string_append_c (out, '[');
      g_string_append_len (out, text + 2, (gssize) mark->length - 2);
      return;
    }
  g_autofree char *name = g_strndup (text, mark->length);
  Entry *entry = g_hash_table_lookup (map->by_mark, name);
  if (entry != NULL && entry->originals->len > 0)
    append_original (out, entry);
  else if (entry != NULL && map->exact)
    g_string_append_printf (out, "[" THEIRS "%s", name + 1);
  else
    g_string_append (out, name);
}

/**
 * jip_privacy_restore:
 * @text: text that holds marks, rewritten or not
 *
 * Returns: (transfer full): @text with what the marks stand for; marks that @map does not know are left
 */
GBytes *
jip_privacy_restore (const char *text, gsize length, JipPrivacyMap *map)
{
  GString *out = g_string_sized_new (length + 64);
  Mark mark;

  g_return_val_if_fail (text != NULL && map != NULL, NULL);

  for (guint i = 0; i < map->entries->len; i++)
    ((Entry *) g_ptr_array_index (map->entries, i))->restored = 0;
  for (const char *end = text + length; text < end;)
    {
      const char *open = memchr (text, '[', (gsize) (end - text));
      if (open == NULL)
        open = end;
      g_string_append_len (out, text, open - text);
      text = open;
      if (text == end)
        break;
      if (read_mark (text, (gsize) (end - text), &mark))
        {
          restore_mark (out, text, &mark, map);
          text += mark.length;
        }
      else
        g_string_append_c (out, *text++);
    }
  return g_string_free_to_bytes (out);
}

/**
 * jip_privacy_map_foreach:
 *
 * Calls @func for each mark in the order in which they were given, with the first writing of what it stands for; for those
 * of jip_privacy_map_reserve() with %NULL.
 */
void
jip_privacy_map_foreach (JipPrivacyMap *map, JipPrivacyMapFunc func, gpointer user_data)
{
  g_return_if_fail (map != NULL && func != NULL);

  for (guint i = 0; i < map->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (map->entries, i);
      func (entry->mark, entry->kind,
            entry->originals->len > 0 ? g_ptr_array_index (entry->originals, 0) : NULL, user_data);
    }
}

static gboolean
all_equal (GPtrArray *texts)
{
  for (guint i = 1; i < texts->len; i++)
    if (strcmp (g_ptr_array_index (texts, 0), g_ptr_array_index (texts, i)) != 0)
      return FALSE;
  return TRUE;
}

/**
 * jip_privacy_map_to_json:
 *
 * Returns: (transfer full): `{"format": "jip-redact-map/1", "marks": {"[전화번호1]": ["02-1234-5678"]}}`; a value that was
 *   written in several ways has all its writings, in their order. It holds personal data: it stays on the PC.
 */
JsonNode *
jip_privacy_map_to_json (JipPrivacyMap *map)
{
  JsonObject *marks = json_object_new (), *object = json_object_new ();

  g_return_val_if_fail (map != NULL, NULL);

  for (guint i = 0; i < map->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (map->entries, i);
      if (entry->originals->len == 0)
        continue;
      JsonArray *originals = json_array_new ();
      guint count = all_equal (entry->originals) ? 1 : entry->originals->len;
      for (guint j = 0; j < count; j++)
        json_array_add_string_element (originals, g_ptr_array_index (entry->originals, j));
      json_object_set_array_member (marks, entry->mark, originals);
    }
  json_object_set_string_member (object, "format", MAP_FORMAT);
  json_object_set_object_member (object, "marks", marks);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

static gboolean
read_entry (JipPrivacyMap *map, const char *name, JsonNode *value)
{
  Mark mark;

  if (!read_mark (name, strlen (name), &mark) || mark.length != strlen (name) || mark.backslashes > 0
      || !JSON_NODE_HOLDS_ARRAY (value) || json_array_get_length (json_node_get_array (value)) == 0)
    return FALSE;
  Entry *entry = add_entry (map, name, mark.kind);
  JsonArray *originals = json_node_get_array (value);
  for (guint i = 0; i < json_array_get_length (originals); i++)
    {
      JsonNode *original = json_array_get_element (originals, i);
      if (!JSON_NODE_HOLDS_VALUE (original) || json_node_get_value_type (original) != G_TYPE_STRING)
        return FALSE;
      g_ptr_array_add (entry->originals, json_node_dup_string (original));
      g_hash_table_replace (map->by_value, make_key (map, mark.kind, json_node_get_string (original)), entry);
    }
  guint number = (guint) g_ascii_strtoull (name + 1 + strlen (kinds[mark.kind].label), NULL, 10);
  map->counts[mark.kind] = MAX (map->counts[mark.kind], number);
  return TRUE;
}

/**
 * jip_privacy_map_from_json:
 *
 * Returns: (transfer full): what jip_privacy_map_to_json() gave; %NULL with %JIP_ERROR_BAD_ARGS. It
 *   restores, and masks more text with the same marks.
 */
JipPrivacyMap *
jip_privacy_map_from_json (JsonNode *node, GError **error)
{
  static const char *const formats[] = { MAP_FORMAT, NULL };
  g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();
  JipFields fields;

  jip_fields_init (&fields, node, "$");
  jip_fields_choice (&fields, "format", JIP_REQUIRED, (const char **) formats);
  JsonObject *marks = jip_fields_object (&fields, "marks", JIP_REQUIRED);
  if (!jip_fields_finish (&fields, error))
    return NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  json_object_iter_init (&iter, marks);
  while (json_object_iter_next (&iter, &name, &value))
    if (!read_entry (map, name, value))
      {
        jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("$.marks.%s: a mark with a list of texts is expected"),
                       name);
        return NULL;
      }
  return g_steal_pointer (&map);
}

static void
count_marks (const char *text, guint counts[JIP_PRIVACY_N_KINDS])
{
  Mark mark;
  const char *end = text + strlen (text);

  for (const char *p = strchr (text, '['); p != NULL; p = strchr (p + 1, '['))
    if (read_mark (p, (gsize) (end - p), &mark) && mark.backslashes == 0)
      counts[mark.kind]++;
}

/**
 * jip_privacy_count_marks:
 * @node: a JSON value
 * @counts: how many marks of each kind its texts hold is added here
 */
void
jip_privacy_count_marks (JsonNode *node, guint counts[JIP_PRIVACY_N_KINDS])
{
  g_return_if_fail (node != NULL);

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      g_autoptr (GList) members = json_object_get_values (json_node_get_object (node));
      for (GList *link = members; link != NULL; link = link->next)
        jip_privacy_count_marks (link->data, counts);
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);
      for (guint i = 0; i < json_array_get_length (array); i++)
        jip_privacy_count_marks (json_array_get_element (array, i), counts);
    }
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    count_marks (json_node_get_string (node), counts);
}
