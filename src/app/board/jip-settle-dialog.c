/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-settle-dialog.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-format.h"
#include "jip-proposal-row.h"
#include "jip-scratch.h"
#include "jip-settle-sides.h"
#include "jip-settlement.h"

/* What is chosen and written is on disk within a second, under the refused record's scratch key. */
struct _JipSettleDialog
{
  AdwWindow parent_instance;

  JipClient *client;
  JipRefused *refused;
  JipProposal *proposal; /* nullable: gone, or not read yet */
  JipProposalVersion *version;
  JipReplicaList *departments;
  JipSettlement *settlement; /* nullable: not to be settled here, or not read yet */
  char *scratch_key;
  gboolean busy;
  gboolean narrow;

  GtkLabel *idea_label;
  GtkLabel *sentence_label;
  GtkBox *fields_box;
  GtkLabel *text_label;
  GtkLabel *problem_label;
  GtkWidget *settle_button;
};

G_DEFINE_FINAL_TYPE (JipSettleDialog, jip_settle_dialog, ADW_TYPE_WINDOW)

#define NARROW 640 /* pixels; below this two texts have no room side by side */

enum
{
  SETTLED,
  NEW_IDEA,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Why it cannot be settled yet, in a sentence; %NULL when it can. */
static char *
find_problem (JipSettleDialog *self)
{
  guint wrong = 0;

  if (self->settlement == NULL || jip_settlement_is_complete (self->settlement, &wrong))
    return NULL;
  const JipSettleField *field = jip_settlement_get_field (self->settlement, wrong);
  const char *title = jip_idea_field_get_title (field->name);
  const char *text = jip_settlement_get_result (self->settlement, wrong);
  if (text == NULL)
    return g_strdup_printf (_ ("%s: choose which text stays."), title);
  if (g_utf8_strlen (text, -1) > field->max_chars)
    return g_strdup_printf (_ ("%s: too long; it takes up to %u characters."), title, field->max_chars);
  return g_strdup_printf (_ ("%s: must not be empty."), title);
}

static void
update (JipSettleDialog *self)
{
  g_autofree char *problem = find_problem (self);

  gtk_label_set_label (self->problem_label, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), problem != NULL);
  gtk_widget_set_sensitive (self->settle_button, self->settlement != NULL && problem == NULL && !self->busy);
}

static void
changed_cb (JipSettleDialog *self)
{
  g_autofree char *text = jip_settlement_to_text (self->settlement);

  jip_scratch_set (jip_client_get_scratch (self->client), self->scratch_key, text);
  update (self);
}

/* An idea that is no longer on the board takes no change. */
static gboolean
is_closed (JipProposal *proposal)
{
  static const char *const closed[] = { "withdrawn", "merged", "hidden", NULL };
  const char *state = jip_proposal_get_state (proposal);

  return state != NULL && g_strv_contains (closed, state);
}

static char *
sentence (JipSettleDialog *self)
{
  if (self->proposal == NULL)
    return g_strdup (
        _ ("This idea is no longer there, or no longer visible to you, so your change has nowhere to go. "
           "Your text is kept: save it as a new idea, or copy it."));
  if (is_closed (self->proposal))
    return g_strdup_printf (
        _ ("This idea is no longer open to changes (%s). Your text is kept: save it as a new idea, or copy it."),
        jip_proposal_state_get_name (jip_proposal_get_state (self->proposal)));
  if (jip_settlement_get_n_fields (self->settlement) == 0)
    return g_strdup (_ ("The idea already has what you wrote. Nothing needs to be chosen."));
  return g_strdup (_ ("This idea was changed elsewhere before your change arrived. Choose what is to stand; "
                      "underlined words differ. The other text stays in the history."));
}

static char *
their_when (JipSettleDialog *self)
{
  const char *name
      = self->version != NULL ? jip_record_get_string (JIP_RECORD (self->version), "by_name") : NULL;
  gint64 at = self->version != NULL ? jip_record_get_time (JIP_RECORD (self->version), "received_at")
                                    : jip_proposal_get_updated_at (self->proposal);
  g_autofree char *when = jip_format_date_time (at);
  g_autofree char *number
      = g_strdup_printf (_ ("Version %d"), (int) jip_proposal_get_version_number (self->proposal));

  return name != NULL ? g_strjoin (" · ", number, name, when, NULL) : g_strjoin (" · ", number, when, NULL);
}

static char *
my_when (JipSettleDialog *self)
{
  g_autofree char *when = jip_format_date_time (jip_refused_get_at (self->refused));

  return g_strjoin (" · ", _ ("written on this PC"), when, NULL);
}

static void
show_fields (JipSettleDialog *self)
{
  g_autofree char *theirs = their_when (self), *mine = my_when (self);

  for (guint i = 0; i < jip_settlement_get_n_fields (self->settlement); i++)
    {
      GtkWidget *sides = jip_settle_sides_new (self->settlement, i, self->departments, theirs, mine);
      g_signal_connect_object (sides, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
      jip_settle_sides_set_narrow (JIP_SETTLE_SIDES (sides), self->narrow);
      gtk_box_append (self->fields_box, sides);
    }
}

static void
scratch_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipSettleDialog) self = user_data;
  g_autofree char *text = jip_scratch_get_finish (JIP_SCRATCH (source), result, NULL);

  if (self->client == NULL)
    return;
  jip_settlement_take_text (self->settlement, text);
  show_fields (self);
  update (self);
}

static void
show (JipSettleDialog *self)
{
  gboolean open = self->proposal != NULL && !is_closed (self->proposal);

  if (self->client == NULL) /* closed meanwhile */
    return;
  if (open)
    self->settlement = jip_settlement_new (jip_record_get_object (JIP_RECORD (self->refused), "args"),
                                           jip_record_get_object (JIP_RECORD (self->refused), "detail"),
                                           jip_record_get_row (JIP_RECORD (self->proposal)));
  g_autofree char *text = sentence (self);
  gtk_label_set_label (self->sentence_label, text);
  if (self->proposal != NULL)
    gtk_label_set_label (self->idea_label, jip_proposal_get_display_title (self->proposal));
  gtk_widget_set_visible (GTK_WIDGET (self->idea_label), self->proposal != NULL);
  gtk_widget_set_visible (self->settle_button, open);
  gtk_widget_set_visible (GTK_WIDGET (self->fields_box), open);
  g_autofree char *mine = open ? NULL : jip_refused_dup_text (self->refused);
  gtk_label_set_label (self->text_label, mine != NULL ? mine : "");
  gtk_widget_set_visible (GTK_WIDGET (self->text_label), mine != NULL);
  update (self);
  if (open)
    jip_scratch_get_async (jip_client_get_scratch (self->client), self->scratch_key, NULL, scratch_cb,
                           g_object_ref (self));
}

static void
version_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipSettleDialog) self = user_data;
  g_autoptr (JipRecord) version = jip_client_lookup_finish (self->client, result, NULL);

  g_set_object (&self->version, (JipProposalVersion *) version);
  show (self);
}

static void
proposal_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipSettleDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JipRecord) proposal = jip_client_lookup_finish (self->client, result, &error);

  g_set_object (&self->proposal, (JipProposal *) proposal);
  if (self->proposal == NULL || self->client == NULL)
    {
      show (self);
      return;
    }
  g_autofree char *id = g_strdup_printf ("%s:%" G_GINT64_FORMAT, jip_record_get_id (proposal),
                                         jip_proposal_get_version_number (self->proposal));
  jip_client_lookup_async (self->client, JIP_TYPE_PROPOSAL_VERSION, id, NULL, version_cb,
                           g_object_ref (self));
}

static void
settled (JipSettleDialog *self, gboolean sent, const GError *error)
{
  self->busy = FALSE;
  if (self->client == NULL) /* closed meanwhile */
    return;
  if (error == NULL)
    {
      g_signal_emit (self, signals[SETTLED], 0, sent);
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  g_autofree char *problem = jip_error_to_sentence (error);
  update (self);
  gtk_label_set_label (self->problem_label, problem);
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), TRUE);
}

static void
edited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipSettleDialog) self = user_data;
  g_autoptr (GError) error = NULL;

  jip_settle_edit_finish (JIP_CLIENT (source), result, &error);
  settled (self, TRUE, error);
}

static void
put_away_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipSettleDialog) self = user_data;
  g_autoptr (GError) error = NULL;

  jip_client_dismiss_refused_finish (JIP_CLIENT (source), result, &error);
  settled (self, FALSE, error);
}

static void
settle_cb (JipSettleDialog *self)
{
  g_autoptr (JsonObject) fields = json_object_new (), base = json_object_new ();

  if (self->busy || self->settlement == NULL || !jip_settlement_is_complete (self->settlement, NULL))
    return;
  self->busy = TRUE;
  update (self);
  if (jip_settlement_get_edit (self->settlement, fields, base))
    {
      jip_settle_edit_async (self->client, self->refused, jip_proposal_get_version_number (self->proposal),
                             fields, base, NULL, edited_cb, g_object_ref (self));
      return;
    }
  jip_scratch_set (jip_client_get_scratch (self->client), self->scratch_key, NULL);
  jip_client_dismiss_refused_async (self->client, jip_refused_get_key (self->refused), NULL, put_away_cb,
                                    g_object_ref (self));
}

static void
copy_cb (JipSettleDialog *self)
{
  g_autofree char *text = jip_refused_dup_text (self->refused);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
new_idea_cb (JipSettleDialog *self)
{
  g_signal_emit (self, signals[NEW_IDEA], 0);
  gtk_window_close (GTK_WINDOW (self));
}

static void
layout_cb (GdkSurface *surface, int width, int height, JipSettleDialog *self)
{
  gboolean narrow = width < NARROW;

  if (narrow == self->narrow)
    return;
  self->narrow = narrow;
  for (GtkWidget *sides = gtk_widget_get_first_child (GTK_WIDGET (self->fields_box)); sides != NULL;
       sides = gtk_widget_get_next_sibling (sides))
    jip_settle_sides_set_narrow (JIP_SETTLE_SIDES (sides), narrow);
}

static void
jip_settle_dialog_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (jip_settle_dialog_parent_class)->realize (widget);
  g_signal_connect_object (gtk_native_get_surface (GTK_NATIVE (widget)), "layout", G_CALLBACK (layout_cb),
                           widget, 0);
}

static void
jip_settle_dialog_dispose (GObject *object)
{
  JipSettleDialog *self = JIP_SETTLE_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_SETTLE_DIALOG);
  g_clear_pointer (&self->settlement, jip_settlement_free);
  g_clear_pointer (&self->scratch_key, g_free);
  g_clear_object (&self->departments);
  g_clear_object (&self->version);
  g_clear_object (&self->proposal);
  g_clear_object (&self->refused);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (jip_settle_dialog_parent_class)->dispose (object);
}

static void
jip_settle_dialog_class_init (JipSettleDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_settle_dialog_dispose;
  widget_class->realize = jip_settle_dialog_realize;
  signals[SETTLED] = g_signal_new ("settled", JIP_TYPE_SETTLE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[NEW_IDEA] = g_signal_new ("new-idea", JIP_TYPE_SETTLE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/board/jip-settle-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, JipSettleDialog, idea_label);
  gtk_widget_class_bind_template_child (widget_class, JipSettleDialog, sentence_label);
  gtk_widget_class_bind_template_child (widget_class, JipSettleDialog, fields_box);
  gtk_widget_class_bind_template_child (widget_class, JipSettleDialog, text_label);
  gtk_widget_class_bind_template_child (widget_class, JipSettleDialog, problem_label);
  gtk_widget_class_bind_template_child (widget_class, JipSettleDialog, settle_button);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, new_idea_cb);
  gtk_widget_class_bind_template_callback (widget_class, settle_cb);
}

static void
jip_settle_dialog_init (JipSettleDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * jip_settle_dialog_new:
 * @refused: an edit of an idea
 */
JipSettleDialog *
jip_settle_dialog_new (GtkWindow *parent, JipClient *client, JipRefused *refused)
{
  g_return_val_if_fail (JIP_IS_CLIENT (client) && JIP_IS_REFUSED (refused), NULL);

  JipSettleDialog *self = g_object_new (JIP_TYPE_SETTLE_DIALOG, "transient-for", parent, NULL);
  self->client = g_object_ref (client);
  self->refused = g_object_ref (refused);
  self->scratch_key = jip_refused_dup_scratch_key (refused);
  self->departments = jip_idea_departments_new (client);
  jip_client_lookup_async (client, JIP_TYPE_PROPOSAL, jip_refused_get_proposal (refused), NULL, proposal_cb,
                           g_object_ref (self));
  return self;
}

JipRefused *
jip_settle_dialog_get_refused (JipSettleDialog *self)
{
  g_return_val_if_fail (JIP_IS_SETTLE_DIALOG (self), NULL);
  return self->refused;
}
