/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-typed-ballots.h"

#include "jip-scratch.h"

struct _JipTypedBallots
{
  GObject parent_instance;

  JipClient *client; /* nullable: then nothing outlives the object */
  char *event;
  GHashTable *kept; /* subject -> Kept */
};

G_DEFINE_FINAL_TYPE (JipTypedBallots, jip_typed_ballots, G_TYPE_OBJECT)

static guint loaded_signal;

/* Typed over a version of the ballot; a newer one that the server has confirmed takes its place. */
typedef struct
{
  char *text;          /* jip_ballot_form_to_text(), nullable for nothing */
  gint64 base_version; /* 0 for no ballot */
  gboolean asked;      /* whether the scratch was read, or need not be any more */
} Kept;

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_free (kept->text);
  g_free (kept);
}

static char *
key_of (JipTypedBallots *self, const char *subject)
{
  return g_strdup_printf ("ballot/%s/%s", self->event, subject);
}

static void
write_scratch (JipTypedBallots *self, const char *subject, const Kept *kept)
{
  g_autofree char *key = key_of (self, subject);
  g_autofree char *text = kept->text != NULL
                              ? g_strdup_printf ("%" G_GINT64_FORMAT "\n%s", kept->base_version, kept->text)
                              : NULL;

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
  g_signal_emit (load->self, loaded_signal, 0);
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
  kept->base_version = ballot != NULL ? jip_ballot_get_version_number (ballot) : 0;
  kept->asked = TRUE;
  if (ballot == NULL && jip_ballot_form_is_empty (form))
    g_clear_pointer (&kept->text, g_free);
  write_scratch (self, subject, kept);
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
  loaded_signal = g_signal_new ("loaded", JIP_TYPE_TYPED_BALLOTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
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
  return self;
}
