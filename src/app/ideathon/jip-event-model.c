/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-event-model.h"

#define N_LISTS (sizeof (JipEventLists) / sizeof (GListModel *))

struct _JipEventModel
{
  GObject parent_instance;

  char *id;
  char *user;
  union
  {
    JipEventLists lists;
    GListModel *all[N_LISTS];
  };
  JipEvent *event; /* the newest record, nullable */
  guint changed_id;
};

G_DEFINE_FINAL_TYPE (JipEventModel, jip_event_model, G_TYPE_OBJECT)

static guint changed_signal;

/* The item for which @fits is true; these lists hold tens of rows, so a walk is enough. */
typedef gboolean (*Fits) (gpointer item, const char *a, const char *b);

static gpointer
find (GListModel *list, Fits fits, const char *a, const char *b)
{
  for (guint i = 0; list != NULL && i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);
      if (item != NULL && fits (item, a, b))
        return item; /* the list keeps it alive */
    }
  return NULL;
}

static gboolean
has_id (gpointer item, const char *id, const char *unused)
{
  return g_strcmp0 (jip_record_get_id (item), id) == 0;
}

static void
refresh_event (JipEventModel *self)
{
  JipEvent *event = find (self->lists.events, has_id, self->id, NULL);

  if (event != NULL)
    g_set_object (&self->event, event);
}

static gboolean
emit_changed_cb (gpointer user_data)
{
  JipEventModel *self = user_data;

  self->changed_id = 0;
  refresh_event (self);
  g_signal_emit (self, changed_signal, 0);
  return G_SOURCE_REMOVE;
}

static void
items_changed_cb (JipEventModel *self)
{
  if (self->changed_id == 0)
    self->changed_id = g_idle_add (emit_changed_cb, self);
}

static void
jip_event_model_finalize (GObject *object)
{
  JipEventModel *self = JIP_EVENT_MODEL (object);

  g_clear_handle_id (&self->changed_id, g_source_remove);
  for (guint i = 0; i < N_LISTS; i++)
    {
      if (self->all[i] != NULL)
        g_signal_handlers_disconnect_by_data (self->all[i], self);
      g_clear_object (&self->all[i]);
    }
  g_clear_object (&self->event);
  g_free (self->id);
  g_free (self->user);
  G_OBJECT_CLASS (jip_event_model_parent_class)->finalize (object);
}

static void
jip_event_model_class_init (JipEventModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_event_model_finalize;
  changed_signal = g_signal_new ("changed", JIP_TYPE_EVENT_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
jip_event_model_init (JipEventModel *self)
{
}

/**
 * jip_event_model_new:
 * @user: the id of the user who looks at it
 * @lists: kept (by reference) and followed
 */
JipEventModel *
jip_event_model_new (const char *event_id, const char *user, const JipEventLists *lists)
{
  g_return_val_if_fail (event_id != NULL && lists != NULL, NULL);

  JipEventModel *self = g_object_new (JIP_TYPE_EVENT_MODEL, NULL);
  self->id = g_strdup (event_id);
  self->user = g_strdup (user);
  self->lists = *lists;
  for (guint i = 0; i < N_LISTS; i++)
    if (self->all[i] != NULL)
      {
        g_object_ref (self->all[i]);
        g_signal_connect_swapped (self->all[i], "items-changed", G_CALLBACK (items_changed_cb), self);
      }
  refresh_event (self);
  return self;
}

const char *
jip_event_model_get_id (JipEventModel *self)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), NULL);
  return self->id;
}

/**
 * jip_event_model_get_event:
 *
 * Returns: (transfer none) (nullable): the event as it is now
 */
JipEvent *
jip_event_model_get_event (JipEventModel *self)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), NULL);
  return self->event;
}

JipEventRules *
jip_event_model_get_rules (JipEventModel *self)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), NULL);
  return self->event != NULL ? jip_event_get_rules (self->event) : NULL;
}

GListModel *
jip_event_model_get_entries (JipEventModel *self)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), NULL);
  return self->lists.entries;
}

GListModel *
jip_event_model_get_late_ballots (JipEventModel *self)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), NULL);
  return self->lists.late_ballots;
}

GListModel *
jip_event_model_get_reveals (JipEventModel *self)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), NULL);
  return self->lists.reveals;
}

gboolean
jip_event_model_is_state (JipEventModel *self, const char *state)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), FALSE);
  return self->event != NULL && g_strcmp0 (jip_event_get_state (self->event), state) == 0;
}

/**
 * jip_event_model_is_locked:
 *
 * Returns: whether no score can change any more
 */
gboolean
jip_event_model_is_locked (JipEventModel *self)
{
  return jip_event_model_is_state (self, "locked") || jip_event_model_is_state (self, "revealed");
}

gboolean
jip_event_model_is_chair (JipEventModel *self)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), FALSE);
  return self->event != NULL && self->user != NULL
         && g_strcmp0 (jip_event_get_chair (self->event), self->user) == 0;
}

static gboolean
is_judge_of_user (gpointer judge, const char *user, const char *unused)
{
  return g_strcmp0 (jip_judge_get_user (judge), user) == 0;
}

/**
 * jip_event_model_get_own_judge:
 *
 * Returns: (transfer none) (nullable): the user as a judge of this event
 */
JipJudge *
jip_event_model_get_own_judge (JipEventModel *self)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), NULL);
  return self->user != NULL ? find (self->lists.judges, is_judge_of_user, self->user, NULL) : NULL;
}

/**
 * jip_event_model_get_own_panel:
 *
 * Returns: (transfer none) (nullable): the panel that the user judges in; valid as long as the event's record
 */
const JipPanel *
jip_event_model_get_own_panel (JipEventModel *self)
{
  JipJudge *judge = jip_event_model_get_own_judge (self);

  return judge != NULL && self->event != NULL
             ? jip_event_rules_get_panel (jip_event_get_rules (self->event), jip_judge_get_panel (judge))
             : NULL;
}

static gboolean
is_recusal (gpointer recusal, const char *judge, const char *entry)
{
  return g_strcmp0 (jip_recusal_get_judge (recusal), judge) == 0
         && g_strcmp0 (jip_recusal_get_entry (recusal), entry) == 0;
}

/**
 * jip_event_model_get_own_recusal:
 *
 * Returns: (transfer none) (nullable): why the user does not judge @entry
 */
JipRecusal *
jip_event_model_get_own_recusal (JipEventModel *self, const char *entry)
{
  JipJudge *judge = jip_event_model_get_own_judge (self);

  return judge != NULL
             ? find (self->lists.recusals, is_recusal, jip_record_get_id (JIP_RECORD (judge)), entry)
             : NULL;
}

/**
 * jip_event_model_is_excluded:
 *
 * Returns: whether the rules keep @judge from judging @entry, as both are of one department (scoring.md, rule 2)
 */
gboolean
jip_event_model_is_excluded (JipEventModel *self, JipJudge *judge, JipEntry *entry)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), FALSE);

  return self->event != NULL
         && jip_event_rules_recuses (jip_event_get_rules (self->event), jip_judge_get_panel (judge),
                                     jip_judge_get_department (judge), jip_entry_get_department (entry));
}

/**
 * jip_event_model_get_own_ballot:
 * @subject: an entry, or for picks a category
 *
 * Returns: (transfer none) (nullable): the newest version that the user handed in
 */
JipBallot *
jip_event_model_get_own_ballot (JipEventModel *self, const char *subject)
{
  JipJudge *judge = jip_event_model_get_own_judge (self);
  JipBallot *newest = NULL;

  if (judge == NULL || self->lists.ballots == NULL)
    return NULL;
  for (guint i = 0; i < g_list_model_get_n_items (self->lists.ballots); i++)
    {
      g_autoptr (JipBallot) ballot = g_list_model_get_item (self->lists.ballots, i);
      const char *entry = jip_ballot_get_entry (ballot);
      if (g_strcmp0 (jip_ballot_get_judge (ballot), jip_record_get_id (JIP_RECORD (judge))) == 0
          && g_strcmp0 (entry != NULL ? entry : jip_ballot_get_category (ballot), subject) == 0
          && (newest == NULL
              || jip_ballot_get_version_number (ballot) > jip_ballot_get_version_number (newest)))
        newest = ballot; /* the list keeps it alive */
    }
  return newest;
}

/**
 * jip_event_model_get_entry:
 * @id: (nullable): an entry's id
 *
 * Returns: (transfer none) (nullable): the entry
 */
JipEntry *
jip_event_model_get_entry (JipEventModel *self, const char *id)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), NULL);
  return id != NULL ? find (self->lists.entries, has_id, id, NULL) : NULL;
}

JipEntry *
jip_event_model_get_presenting (JipEventModel *self)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), NULL);
  return self->event != NULL ? jip_event_model_get_entry (self, jip_event_get_presenting (self->event))
                             : NULL;
}

JipJudge *
jip_event_model_get_judge (JipEventModel *self, const char *id)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), NULL);
  return find (self->lists.judges, has_id, id, NULL);
}

static gboolean
is_anything (gpointer item, const char *a, const char *b)
{
  return TRUE;
}

/**
 * jip_event_model_get_result:
 *
 * Returns: (transfer none) (nullable): the result, for whom the server gives it after the lock
 */
JipResult *
jip_event_model_get_result (JipEventModel *self)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), NULL);
  return find (self->lists.results, is_anything, NULL, NULL);
}

JipReveal *
jip_event_model_get_last_reveal (JipEventModel *self)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), NULL);

  JipReveal *last = NULL;
  for (guint i = 0; self->lists.reveals != NULL && i < g_list_model_get_n_items (self->lists.reveals); i++)
    {
      g_autoptr (JipReveal) reveal = g_list_model_get_item (self->lists.reveals, i);
      if (last == NULL || jip_reveal_get_n (reveal) > jip_reveal_get_n (last))
        last = reveal;
    }
  return last;
}

/**
 * jip_event_model_get_category_window:
 *
 * Returns: the window of a category, where panels pick: `waiting`, `open` or `closed`; %NULL where none does
 */
const char *
jip_event_model_get_category_window (JipEventModel *self, const char *category)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), NULL);

  JsonObject *windows
      = self->event != NULL ? jip_record_get_object (JIP_RECORD (self->event), "category_windows") : NULL;
  return windows != NULL && category != NULL
             ? json_object_get_string_member_with_default (windows, category, NULL)
             : NULL;
}

static gboolean
is_progress (gpointer progress, const char *entry, const char *panel)
{
  return g_strcmp0 (jip_progress_get_entry (progress), entry) == 0
         && g_strcmp0 (jip_progress_get_panel (progress), panel) == 0;
}

/**
 * jip_event_model_get_progress:
 * @counted: (out): ballots that count
 * @expected: (out): judges who may hand one in
 *
 * Returns: whether anything is known about it; both are 0 otherwise
 */
gboolean
jip_event_model_get_progress (JipEventModel *self,
                              const char *entry,
                              const char *panel,
                              int *counted,
                              int *expected)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), FALSE);

  JipProgress *progress = find (self->lists.progress, is_progress, entry, panel);
  *counted = progress != NULL ? (int) jip_progress_get_counted (progress) : 0;
  *expected = progress != NULL ? (int) jip_progress_get_expected (progress) : 0;
  return progress != NULL;
}

/**
 * jip_event_model_count_late:
 *
 * Returns: how many late ballots the chair has not decided yet
 */
guint
jip_event_model_count_late (JipEventModel *self)
{
  guint count = 0;

  g_return_val_if_fail (JIP_IS_EVENT_MODEL (self), 0);
  for (guint i = 0;
       self->lists.late_ballots != NULL && i < g_list_model_get_n_items (self->lists.late_ballots); i++)
    {
      g_autoptr (JipLateBallot) late = g_list_model_get_item (self->lists.late_ballots, i);
      count += g_strcmp0 (jip_late_ballot_get_state (late), "late") == 0;
    }
  return count;
}

gboolean
jip_entry_is_active (JipEntry *entry)
{
  return g_strcmp0 (jip_entry_get_status (entry), "active") == 0;
}

gboolean
jip_entry_has_window (JipEntry *entry, const char *window)
{
  return g_strcmp0 (jip_entry_get_window (entry), window) == 0;
}
