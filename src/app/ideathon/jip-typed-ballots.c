/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-typed-ballots.h"

#include "jip-ballot-submit-op.h"
#include "jip-scratch.h"

#include <string.h>

struct _JipTypedBallots
{
  GObject parent_instance;

  JipClient *client; /* nullable: then nothing outlives the object */
  char *event;
  GHashTable *kept; /* subject -> Kept */
};

G_DEFINE_FINAL_TYPE (JipTypedBallots, jip_typed_ballots, G_TYPE_OBJECT)

static guint changed_signal, failed_signal;

/* Typed over a version of the ballot; a newer one that the server has confirmed takes its place. */
typedef struct
{
  char *text;          /* jip_ballot_form_to_text(), nullable for nothing */
  gint64 base_version; /* 0 for no ballot */
  gboolean asked;      /* whether the scratch was read, or need not be any more */
  JipBallotState disk; /* what became of @text there */

  /* what was handed in and the model does not show yet */
  char *leaving;   /* as @text, of the last one; nullable for none */
  guint n_leaving; /* how many are on their way into the replica */
  gint64 newest;   /* the version that the last one has there, counted from what the model shows */
  gboolean failed; /* the last one did not get there */
} Kept;

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_free (kept->text);
  g_free (kept->leaving);
  g_free (kept);
}

static char *
key_of (JipTypedBallots *self, const char *subject)
{
  return g_strdup_printf ("ballot/%s/%s", self->event, subject);
}

static void
write_scratch (JipTypedBallots *self, const char *subject, Kept *kept)
{
  g_autofree char *key = key_of (self, subject);
  g_autofree char *text = kept->text != NULL
                              ? g_strdup_printf ("%" G_GINT64_FORMAT "\n%s", kept->base_version, kept->text)
                              : NULL;

  kept->disk = JIP_BALLOT_TYPED;
  if (self->client != NULL)
    jip_scratch_set (jip_client_get_scratch (self->client), key, text);
}

typedef struct
{
  JipTypedBallots *self; /* owned */
  char *subject;
} Load;

static void
load_free (Load *load)
{
  g_object_unref (load->self);
  g_free (load->subject);
  g_free (load);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Load, load_free)

static void
scratch_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Load) load = user_data;
  g_autofree char *found = jip_scratch_get_finish (JIP_SCRATCH (source), result, NULL);
  Kept *kept = g_hash_table_lookup (load->self->kept, load->subject);
  char *text = found != NULL ? strchr (found, '\n') : NULL;

  if (text == NULL || kept == NULL || kept->text != NULL)
    return; /* nothing there, or typed on meanwhile */
  *text = '\0';
  kept->base_version = g_ascii_strtoll (found, NULL, 10);
  kept->text = g_strdup (text + 1);
  write_scratch (load->self, load->subject, kept); /* it may have come from memory */
  g_signal_emit (load->self, changed_signal, 0);
}

static Kept *
get_kept (JipTypedBallots *self, const char *subject)
{
  Kept *kept = g_hash_table_lookup (self->kept, subject);

  if (kept == NULL)
    {
      kept = g_new0 (Kept, 1);
      g_hash_table_insert (self->kept, g_strdup (subject), kept);
    }
  return kept;
}

static void
ask_scratch (JipTypedBallots *self, const char *subject, Kept *kept)
{
  if (kept->asked || self->client == NULL)
    return;
  g_autofree char *key = key_of (self, subject);
  Load *load = g_new0 (Load, 1);
  load->self = g_object_ref (self);
  load->subject = g_strdup (subject);
  kept->asked = TRUE;
  jip_scratch_get_async (jip_client_get_scratch (self->client), key, NULL, scratch_cb, load);
}

static gboolean
is_of_ballot (const JipPanel *panel, JipBallot *ballot, const char *text)
{
  if (panel == NULL || ballot == NULL || text == NULL)
    return FALSE;
  g_autoptr (JipBallotForm) form = jip_ballot_form_new_from_text (panel, text);
  g_autoptr (JipBallotForm) handed_in = jip_ballot_form_new_from_ballot (panel, ballot);
  return form != NULL && jip_ballot_form_equal (form, handed_in);
}

/* The newest version, with those that the model does not show yet. */
static gint64
newest_version (const Kept *kept, JipBallot *ballot)
{
  gint64 version = ballot != NULL ? jip_ballot_get_version_number (ballot) : 0;

  return kept->leaving != NULL ? MAX (version, kept->newest) : version;
}

/**
 * jip_typed_ballots_get_form:
 * @subject: an entry, or a category for picks
 * @ballot: (nullable): the newest version that was handed in
 *
 * Returns: (transfer full): what the card shows: what was typed last, else the ballot, else nothing
 */
JipBallotForm *
jip_typed_ballots_get_form (JipTypedBallots *self,
                            const char *subject,
                            const JipPanel *panel,
                            JipBallot *ballot)
{
  g_return_val_if_fail (JIP_IS_TYPED_BALLOTS (self) && subject != NULL && panel != NULL, NULL);

  Kept *kept = get_kept (self, subject);
  gint64 version = ballot != NULL ? jip_ballot_get_version_number (ballot) : 0;
  ask_scratch (self, subject, kept);
  if (kept->n_leaving == 0 && (version >= kept->newest || is_of_ballot (panel, ballot, kept->leaving)))
    g_clear_pointer (&kept->leaving, g_free);
  if (kept->text != NULL && version > kept->base_version && !jip_record_get_pending (JIP_RECORD (ballot)))
    {
      g_clear_pointer (&kept->text, g_free);
      write_scratch (self, subject, kept);
    }
  JipBallotForm *form = kept->text != NULL && version <= kept->base_version
                            ? jip_ballot_form_new_from_text (panel, kept->text)
                            : NULL;
  return form != NULL ? form : jip_ballot_form_new_from_ballot (panel, ballot);
}

/**
 * jip_typed_ballots_set_form:
 * @form: what was typed
 * @ballot: (nullable): the newest version that was handed in, over which it was typed
 *
 * Keeps what was typed until the server has confirmed a newer version.
 */
void
jip_typed_ballots_set_form (JipTypedBallots *self,
                            const char *subject,
                            JipBallotForm *form,
                            JipBallot *ballot)
{
  g_return_if_fail (JIP_IS_TYPED_BALLOTS (self) && subject != NULL && form != NULL);

  Kept *kept = get_kept (self, subject);
  g_free (kept->text);
  kept->text = jip_ballot_form_to_text (form);
  kept->base_version = newest_version (kept, ballot);
  kept->asked = TRUE;
  kept->failed = FALSE;
  if (kept->base_version == 0 && jip_ballot_form_is_empty (form))
    g_clear_pointer (&kept->text, g_free);
  write_scratch (self, subject, kept);
}

typedef struct
{
  JipTypedBallots *self; /* owned */
  char *subject;
} HandIn;

static void
hand_in_free (HandIn *hand_in)
{
  g_object_unref (hand_in->self);
  g_free (hand_in->subject);
  g_free (hand_in);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HandIn, hand_in_free)

static void
handed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HandIn) hand_in = user_data;
  g_autofree char *id = jip_ballot_submit_finish (JIP_CLIENT (source), result, NULL);
  Kept *kept = get_kept (hand_in->self, hand_in->subject);

  kept->n_leaving--;
  if (id == NULL)
    kept->newest--;
  gboolean failed = id == NULL && kept->n_leaving == 0; /* else a newer one takes its place */
  if (failed)
    {
      g_clear_pointer (&kept->leaving, g_free);
      kept->failed = TRUE;
    }
  g_signal_emit (hand_in->self, changed_signal, 0);
  if (failed)
    g_signal_emit (hand_in->self, failed_signal, 0, hand_in->subject);
}

/**
 * jip_typed_ballots_hand_in:
 * @form: what was typed last
 * @ballot: (nullable): the newest version that was handed in
 *
 * It need not wait for what was handed in before: the replica takes one after the other.
 */
void
jip_typed_ballots_hand_in (JipTypedBallots *self, const char *subject, JipBallotForm *form, JipBallot *ballot)
{
  g_return_if_fail (JIP_IS_TYPED_BALLOTS (self) && subject != NULL && form != NULL);

  if (self->client == NULL)
    return;
  Kept *kept = get_kept (self, subject);
  HandIn *hand_in = g_new0 (HandIn, 1);
  hand_in->self = g_object_ref (self);
  hand_in->subject = g_strdup (subject);
  kept->newest = newest_version (kept, ballot) + 1;
  kept->n_leaving++;
  kept->failed = FALSE;
  g_free (kept->leaving);
  kept->leaving = jip_ballot_form_to_text (form);
  switch (jip_ballot_form_get_mode (form))
    {
    case JIP_PANEL_RUBRIC:
      {
        g_autoptr (JsonObject) scores = jip_ballot_form_to_scores (form);
        jip_ballot_submit_scores_async (self->client, self->event, subject, scores, NULL, handed_in_cb,
                                        hand_in);
        break;
      }
    case JIP_PANEL_SCORE:
      {
        g_autofree char *score = jip_ballot_form_to_score (form);
        jip_ballot_submit_score_async (self->client, self->event, subject, score, NULL, handed_in_cb,
                                       hand_in);
        break;
      }
    case JIP_PANEL_PICK:
    default:
      jip_ballot_submit_picks_async (self->client, self->event, subject, jip_ballot_form_get_picks (form),
                                     NULL, handed_in_cb, hand_in);
      break;
    }
}

/**
 * jip_typed_ballots_get_state:
 * @form: what stands on the card
 * @ballot: (nullable): the newest version that was handed in
 */
JipBallotState
jip_typed_ballots_get_state (JipTypedBallots *self,
                             const char *subject,
                             const JipPanel *panel,
                             JipBallotForm *form,
                             JipBallot *ballot)
{
  g_return_val_if_fail (JIP_IS_TYPED_BALLOTS (self) && subject != NULL && form != NULL, JIP_BALLOT_TYPED);

  const Kept *kept = get_kept (self, subject);
  g_autofree char *text = jip_ballot_form_to_text (form);
  if (kept->leaving == NULL && is_of_ballot (panel, ballot, text))
    return JIP_BALLOT_HANDED_IN;
  if (g_strcmp0 (kept->leaving, text) == 0)
    return JIP_BALLOT_LEAVING;
  return kept->failed ? JIP_BALLOT_FAILED : kept->disk;
}

/* @key: of any text that is typed, anywhere */
static void
set_disk (JipTypedBallots *self, const char *key, JipBallotState disk)
{
  g_autofree char *prefix = key_of (self, "");
  Kept *kept
      = g_str_has_prefix (key, prefix) ? g_hash_table_lookup (self->kept, key + strlen (prefix)) : NULL;

  if (kept == NULL)
    return;
  kept->disk = disk;
  g_signal_emit (self, changed_signal, 0);
}

static void
scratch_saved_cb (JipTypedBallots *self, const char *key)
{
  set_disk (self, key, JIP_BALLOT_KEPT);
}

static void
scratch_failed_cb (JipTypedBallots *self, const char *key)
{
  set_disk (self, key, JIP_BALLOT_UNKEPT);
}

static void
jip_typed_ballots_finalize (GObject *object)
{
  JipTypedBallots *self = JIP_TYPED_BALLOTS (object);

  g_clear_object (&self->client);
  g_free (self->event);
  g_hash_table_unref (self->kept);
  G_OBJECT_CLASS (jip_typed_ballots_parent_class)->finalize (object);
}

static void
jip_typed_ballots_class_init (JipTypedBallotsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_typed_ballots_finalize;
  changed_signal = g_signal_new ("changed", JIP_TYPE_TYPED_BALLOTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  failed_signal = g_signal_new ("failed", JIP_TYPE_TYPED_BALLOTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
jip_typed_ballots_init (JipTypedBallots *self)
{
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kept_free);
}

/**
 * jip_typed_ballots_new:
 * @client: (nullable): whose scratch keeps it; without one it lasts as long as the object
 */
JipTypedBallots *
jip_typed_ballots_new (JipClient *client, const char *event)
{
  g_return_val_if_fail (event != NULL, NULL);

  JipTypedBallots *self = g_object_new (JIP_TYPE_TYPED_BALLOTS, NULL);
  self->client = client != NULL ? g_object_ref (client) : NULL;
  self->event = g_strdup (event);
  if (client == NULL)
    return self;
  JipScratch *scratch = jip_client_get_scratch (client);
  g_signal_connect_object (scratch, "saved", G_CALLBACK (scratch_saved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (scratch, "failed", G_CALLBACK (scratch_failed_cb), self, G_CONNECT_SWAPPED);
  return self;
}
