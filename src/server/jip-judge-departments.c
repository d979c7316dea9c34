/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which department each judge was when an event was made decides for which entries a panel recuses itself. The receipt
 * says it, so that an event that comes back after a restore is the same, though the accounts have moved since. */
#include "jip-judge-departments.h"

#include <sodium.h>
#include <string.h>

#include "jip-account-table.h"
#include "jip-event-table.h"
#include "jip-sha256.h"

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define HASH_BYTES 2
#define MAX_NOTED 300 /* with more a receipt would be longer than clients keep */
#define NONE 0

/* Two bytes of a name's SHA-256: enough to find it again among the departments of a city. */
static guint
hash_of (const char *department)
{
  guint8 digest[JIP_SHA256_BYTES];

  if (department == NULL)
    return NONE;
  jip_sha256 (department, strlen (department), digest);
  return (guint) digest[0] << 8 | digest[1];
}

/* Returns: (transfer full) (nullable): %NULL for none, and for more judges than a receipt has room for */
static char *
mark_of (GPtrArray *judges)
{
  guint8 bytes[MAX_NOTED * HASH_BYTES];
  gsize n = (gsize) judges->len * HASH_BYTES;

  if (n == 0 || n > sizeof bytes)
    return NULL;
  for (guint i = 0; i < judges->len; i++)
    {
      guint hash = hash_of (((const JipJudge *) g_ptr_array_index (judges, i))->department);
      bytes[HASH_BYTES * i] = (guint8) (hash >> 8);
      bytes[HASH_BYTES * i + 1] = (guint8) hash;
    }
  const gsize length = sodium_base64_encoded_len (n, VARIANT);
  return sodium_bin2base64 (g_malloc (length), length, bytes, n, VARIANT);
}

/**
 * jip_judge_departments_note:
 * @event: is there
 *
 * The receipt will say where its judges were. One of a server of before does not, and is right from now on.
 */
gboolean
jip_judge_departments_note (JipMutationContext *context, const char *event, GError **error)
{
  g_autoptr (GPtrArray) judges = NULL;

  if (context->refill != NULL && context->refill->mark != NULL)
    return TRUE;
  judges = jip_judge_list (context->database, event, error);
  if (judges == NULL)
    return FALSE;
  g_autofree char *mark = mark_of (judges);
  if (context->refill == NULL)
    jip_mutation_set_mark (context, mark);
  else
    {
      g_free (context->refill_mark);
      context->refill_mark = g_steal_pointer (&mark);
    }
  return TRUE;
}

/* Returns: whether @mark is one of as many judges */
static gboolean
read_mark (const char *mark, guint n_judges, guint8 bytes[MAX_NOTED * HASH_BYTES])
{
  gsize n;

  return mark != NULL
         && sodium_base642bin (bytes, MAX_NOTED * HASH_BYTES, mark, strlen (mark), NULL, &n, NULL, VARIANT)
                == 0
         && n == (gsize) n_judges * HASH_BYTES;
}

/* Those of the entries first: they alone recuse. */
static GHashTable *
list_names (JipDatabase *database, GPtrArray *entries, GError **error)
{
  g_auto (GStrv) departments = jip_department_list_names (database, error);
  g_autoptr (GHashTable) names = g_hash_table_new_full (NULL, NULL, NULL, g_free);

  if (departments == NULL)
    return NULL;
  for (char **name = departments; *name != NULL; name++)
    g_hash_table_insert (names, GUINT_TO_POINTER (hash_of (*name)), g_strdup (*name));
  for (guint i = 0; i < entries->len; i++)
    {
      const char *name = ((const JipEntry *) g_ptr_array_index (entries, i))->department;
      if (name != NULL)
        g_hash_table_insert (names, GUINT_TO_POINTER (hash_of (name)), g_strdup (name));
    }
  return g_steal_pointer (&names);
}

/**
 * jip_judge_departments_recall:
 * @entries: (element-type JipEntry)
 * @judges: (element-type JipJudge): with the departments of now; get those of when the event was made
 *
 * A department that nothing here bears any more is no entry's either, so its judge is left without one.
 */
gboolean
jip_judge_departments_recall (JipMutationContext *context,
                              GPtrArray *entries,
                              GPtrArray *judges,
                              GError **error)
{
  guint8 bytes[MAX_NOTED * HASH_BYTES];
  g_autoptr (GHashTable) names = NULL;

  if (context->refill == NULL || !read_mark (context->refill->mark, judges->len, bytes))
    return TRUE;
  for (guint i = 0; i < judges->len; i++)
    {
      JipJudge *judge = g_ptr_array_index (judges, i);
      guint hash = (guint) bytes[HASH_BYTES * i] << 8 | bytes[HASH_BYTES * i + 1];
      if (hash == hash_of (judge->department))
        continue;
      if (names == NULL && (names = list_names (context->database, entries, error)) == NULL)
        return FALSE;
      g_free (judge->department);
      judge->department
          = hash != NONE ? g_strdup (g_hash_table_lookup (names, GUINT_TO_POINTER (hash))) : NULL;
    }
  return TRUE;
}
