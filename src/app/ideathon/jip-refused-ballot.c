/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a judge had given in a ballot that was not taken: the record has ids, the replica their names. */
#include "jip-refused-ballot.h"

#include "jip-ballot-words.h"

typedef struct
{
  JipBallot *ballot;
  JipEvent *event;    /* nullable */
  GStrv wanted;       /* ids of finalists */
  GPtrArray *entries; /* of JipEntry: those that were found */
  guint n_asked;
} Describe;

static void
describe_free (gpointer data)
{
  Describe *describe = data;

  g_object_unref (describe->ballot);
  g_clear_object (&describe->event);
  g_strfreev (describe->wanted);
  g_ptr_array_unref (describe->entries);
  g_free (describe);
}

gboolean
jip_refused_is_ballot (JipRefused *refused)
{
  g_return_val_if_fail (JIP_IS_REFUSED (refused), FALSE);
  return g_strcmp0 (jip_record_get_string (JIP_RECORD (refused), "name"), "ballot.submit") == 0
         && jip_record_get_object (JIP_RECORD (refused), "args") != NULL;
}

static void entry_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/* @task: (transfer full) */
static void
ask_next (GTask *task)
{
  JipClient *client = g_task_get_source_object (task);
  Describe *describe = g_task_get_task_data (task);

  if (describe->wanted[describe->n_asked] != NULL)
    {
      jip_client_lookup_async (client, JIP_TYPE_ENTRY, describe->wanted[describe->n_asked++], NULL, entry_cb,
                               task);
      return;
    }
  g_task_return_pointer (
      task,
      jip_ballot_words (describe->ballot,
                        describe->event != NULL ? jip_event_get_rules (describe->event) : NULL,
                        describe->entries),
      g_free);
  g_object_unref (task);
}

static void
entry_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Describe *describe = g_task_get_task_data (task);
  JipRecord *entry = jip_client_lookup_finish (g_task_get_source_object (task), result, NULL);

  if (entry != NULL)
    g_ptr_array_add (describe->entries, entry);
  ask_next (task);
}

static void
event_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Describe *describe = g_task_get_task_data (task);

  describe->event = (JipEvent *) jip_client_lookup_finish (g_task_get_source_object (task), result, NULL);
  ask_next (task);
}

static GStrv
list_wanted (JipBallot *ballot)
{
  const char *entry = jip_ballot_get_entry (ballot);
  g_autoptr (GStrvBuilder) one = g_strv_builder_new ();

  if (entry == NULL)
    return jip_ballot_get_picks (ballot);
  g_strv_builder_add (one, entry);
  return g_strv_builder_end (one);
}

/**
 * jip_refused_ballot_describe_async:
 * @refused: of which jip_refused_is_ballot()
 *
 * Finds the words for what the judge had given; what the replica does not know (any more) is left out.
 */
void
jip_refused_ballot_describe_async (JipClient *client,
                                   JipRefused *refused,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client) && jip_refused_is_ballot (refused));

  GTask *task = g_task_new (client, NULL, callback, user_data);
  Describe *describe = g_new0 (Describe, 1);
  JsonObject *args = jip_record_get_object (JIP_RECORD (refused), "args");

  describe->ballot = (JipBallot *) jip_record_new (JIP_TYPE_BALLOT, args, FALSE);
  describe->wanted = list_wanted (describe->ballot);
  describe->entries = g_ptr_array_new_with_free_func (g_object_unref);
  g_task_set_task_data (task, describe, describe_free);
  const char *event = jip_ballot_get_event (describe->ballot);
  if (event != NULL)
    jip_client_lookup_async (client, JIP_TYPE_EVENT, event, NULL, event_cb, task);
  else
    ask_next (task);
}

/**
 * jip_refused_ballot_describe_finish:
 *
 * Returns: (transfer full): the words; may be empty
 */
char *
jip_refused_ballot_describe_finish (GAsyncResult *result)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
