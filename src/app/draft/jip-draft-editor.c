/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-editor.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-compose.h"
#include "jip-draft-checks.h"
#include "jip-draft-export.h"
#include "jip-draft-form.h"
#include "jip-draft-generation.h"
#include "jip-draft-source.h"
#include "jip-draft-versions.h"
#include "jip-error.h"
#include "jip-json.h"
#include "jip-paper-view.h"
#include "jip-scratch.h"

#define OPEN_KEY "draft/open" /* which draft to open after a crash or a restart */
#define PROFILE_KEY "draft/profile"

struct _JipDraftEditor
{
  AdwBin parent_instance;

  JipDraftSession *session;
  JipDraftGeneration *generation; /* the last one, running or not */
  gboolean running;
  gboolean closing; /* as soon as it is known where the draft is */
  gboolean failed;  /* the status says why it is not saved */
  guint clock;      /* while it runs */
  GCancellable *cancellable;
  char *organization, *phone; /* what the author filled in last time */

  GtkStack *stack;
  JipDraftForm *form;
  JipPaperView *paper;
  JipDraftChecks *checks;
  GtkToggleButton *checks_button;
  GtkLabel *name_label;
  GtkLabel *saved_label;
  GtkLabel *status_label;
  GtkLabel *ai_label;
  GtkButton *generate_button;
  GtkWidget *stop_button;
  GtkMenuButton *versions_button;
  JipDraftVersions *versions;
};

G_DEFINE_TYPE (JipDraftEditor, jip_draft_editor, ADW_TYPE_BIN)

static guint close_signal;

static void
update_checks (JipDraftEditor *self)
{
  if (self->session == NULL || jip_draft_form_get_state (self->form) == NULL)
    return;
  guint n = jip_draft_checks_update (self->checks, self->session, jip_draft_form_get_state (self->form));
  g_autofree char *label = n > 0 ? g_strdup_printf (_ ("Checks %u"), n) : g_strdup (_ ("Checks"));

  gtk_button_set_label (GTK_BUTTON (self->checks_button), label);
  const char *none = jip_compose_get_label (jip_draft_session_get_draft (self->session));
  gtk_label_set_label (self->ai_label,
                       none != NULL && !self->running ? none : _ ("Underlined: written by AI"));
}

static void
update_saved (JipDraftEditor *self)
{
  static const char *const words[] = {
    [JIP_DRAFT_SAVED] = N_ ("Saved"),
    [JIP_DRAFT_TYPED] = N_ ("Saving…"),
    [JIP_DRAFT_ON_PC] = N_ ("Saved on this PC"),
    [JIP_DRAFT_FAILED] = N_ ("Saved on this PC only"),
    [JIP_DRAFT_UNSAFE] = N_ ("Not saved: the disk of this PC takes nothing"),
  };

  const GError *failure = jip_draft_session_get_failure (self->session);

  gtk_label_set_label (self->saved_label, jip_draft_session_is_touched (self->session)
                                              ? _ (words[jip_draft_session_get_state (self->session)])
                                              : "");
  if (failure != NULL && jip_draft_session_get_state (self->session) == JIP_DRAFT_FAILED)
    {
      g_autofree char *sentence
          = g_error_matches (failure, JIP_ERROR, JIP_ERROR_TOO_LARGE)
                ? g_strdup (_ ("This draft is too large for the server. Shorten it, or divide it into two; "
                               "until then it is on this PC only."))
                : jip_error_to_sentence (failure);
      gtk_label_set_label (self->status_label, sentence);
    }
  else if (failure == NULL && self->failed)
    gtk_label_set_label (self->status_label, "");
  self->failed = failure != NULL;
}

static void
session_changed_cb (JipDraftEditor *self)
{
  JipDraft *draft = jip_draft_session_get_draft (self->session);
  g_autofree char *title
      = jip_mask_session_restore (jip_draft_session_get_masks (self->session),
                                  jip_draft_get_title (draft) != NULL ? jip_draft_get_title (draft) : "");

  gtk_label_set_label (
      self->name_label,
      *title != '\0' ? title
                     : jip_document_type_get_name (jip_draft_session_get_document_type (self->session)));
  update_checks (self);
}

static void
form_changed_cb (JipDraftEditor *self)
{
  g_autoptr (JsonObject) fields = jip_form_state_to_fields (jip_draft_form_get_state (self->form));

  jip_draft_session_set_fields (self->session, fields);
  update_checks (self);
}

static void
sources_changed_cb (JipDraftEditor *self)
{
  g_autoptr (GPtrArray) sources = jip_draft_form_list_sources (self->form);
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; i < sources->len; i++)
    g_strv_builder_add (paths, jip_draft_source_get_path (sources->pdata[i]));
  g_auto (GStrv) strv = g_strv_builder_end (paths);
  jip_draft_session_set_paths (self->session, (const char *const *) strv);
}

static void
go_to_field_cb (JipDraftEditor *self, const char *field)
{
  jip_draft_form_focus_field (self->form, field);
}

/* -- writing */

static gboolean
clock_cb (gpointer user_data)
{
  JipDraftEditor *self = user_data;
  g_autofree char *text = jip_draft_generation_describe (self->generation);

  gtk_label_set_label (self->status_label, text);
  return G_SOURCE_CONTINUE;
}

static void
set_running (JipDraftEditor *self, gboolean running)
{
  self->running = running;
  gtk_widget_set_visible (self->stop_button, running);
  gtk_widget_set_sensitive (GTK_WIDGET (self->generate_button), !running);
  gtk_widget_set_sensitive (GTK_WIDGET (self->versions_button), !running);
  jip_paper_view_set_can_rewrite (self->paper, !running);
  update_checks (self);
  g_clear_handle_id (&self->clock, g_source_remove);
  if (running)
    self->clock = g_timeout_add_seconds (1, clock_cb, self);
}

static void
remember_profile (JipDraftEditor *self)
{
  JipFormState *form = jip_draft_form_get_state (self->form);
  JipDocumentType *type = jip_form_state_get_document_type (form);
  JsonObject *object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  for (guint i = 0; i < jip_document_type_get_n_fields (type); i++)
    {
      const JipDocumentField *field = jip_document_type_get_field (type, i);
      const char *text = jip_form_state_get_text (form, field->id);
      if (g_strcmp0 (field->prefill, "organization") == 0 || g_strcmp0 (field->prefill, "phone") == 0)
        json_object_set_string_member (object, field->prefill, text);
    }
  g_autofree char *text = jip_json_to_string (node);
  jip_scratch_set (jip_client_get_scratch (jip_draft_session_get_client (self->session)), PROFILE_KEY, text);
}

static void
tell_outcome (JipDraftEditor *self, const GError *error)
{
  g_autofree char *numbers = jip_draft_generation_describe (self->generation);
  g_autofree char *sentence = error != NULL ? jip_error_to_sentence (error) : NULL;

  if (error != NULL && jip_draft_generation_get_composed (self->generation))
    {
      g_autofree char *text
          = g_strdup_printf (_ ("%s What the model did not write was put together from the form."), sentence);
      gtk_label_set_label (self->status_label, text);
    }
  else if (error != NULL && !g_error_matches (error, JIP_ERROR, JIP_ERROR_CANCELLED))
    gtk_label_set_label (self->status_label, sentence);
  else if (jip_draft_generation_get_cut_off (self->generation))
    {
      g_autofree char *text = g_strdup_printf (_ ("%s · cut off at its greatest length"), numbers);
      gtk_label_set_label (self->status_label, text);
    }
  else
    gtk_label_set_label (self->status_label, numbers);
}

static void
ended_cb (JipDraftEditor *self, const GError *error)
{
  set_running (self, FALSE);
  tell_outcome (self, error);
  jip_draft_session_save (self->session);
  update_checks (self);
}

static void
progress_cb (JipDraftEditor *self)
{
  if (self->running)
    clock_cb (self);
}

static void
drop_generation (JipDraftEditor *self)
{
  if (self->generation == NULL)
    return;
  jip_draft_generation_stop (self->generation);
  g_signal_handlers_disconnect_by_data (self->generation, self);
  g_signal_handlers_disconnect_by_data (self->generation, self->paper);
  g_clear_object (&self->generation);
}

/* Whether everything is there to write; else says what is missing and goes there. */
static gboolean
prepare (JipDraftEditor *self)
{
  g_autofree char *sentence = NULL;
  const JipDocumentField *field;

  if (self->running)
    return FALSE;
  jip_paper_view_commit (self->paper);
  field = jip_form_state_find_problem (jip_draft_form_get_state (self->form), &sentence);
  if (field != NULL)
    {
      gtk_label_set_label (self->status_label, sentence);
      jip_draft_form_focus_field (self->form, field->id);
      return FALSE;
    }
  form_changed_cb (self);
  drop_generation (self);
  g_autoptr (GPtrArray) sources = jip_draft_form_list_sources (self->form);
  self->generation = jip_draft_generation_new (self->session, sources);
  g_signal_connect_swapped (self->generation, "section-begin", G_CALLBACK (jip_paper_view_begin_stream),
                            self->paper);
  g_signal_connect_swapped (self->generation, "text", G_CALLBACK (jip_paper_view_stream), self->paper);
  g_signal_connect_swapped (self->generation, "section-end", G_CALLBACK (jip_paper_view_end_stream),
                            self->paper);
  g_signal_connect_swapped (self->generation, "progress", G_CALLBACK (progress_cb), self);
  g_signal_connect_swapped (self->generation, "ended", G_CALLBACK (ended_cb), self);
  remember_profile (self);
  set_running (self, TRUE);
  return TRUE;
}

static void
generate_cb (JipDraftEditor *self)
{
  if (prepare (self))
    jip_draft_generation_write_all (self->generation);
}

static void
rewrite_cb (JipDraftEditor *self, const char *section, const char *instruction)
{
  if (prepare (self))
    jip_draft_generation_write_section (self->generation, section, instruction);
}

static void
stop_cb (JipDraftEditor *self)
{
  if (self->generation != NULL)
    jip_draft_generation_stop (self->generation);
}

/* -- the rest */

static void
export_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  JipDraftEditor *self = JIP_DRAFT_EDITOR (widget);
  const char *name = g_variant_get_string (parameter, NULL);
  JipDocumentFormat format = g_str_equal (name, "hwpx")  ? JIP_DOCUMENT_HWPX
                             : g_str_equal (name, "odt") ? JIP_DOCUMENT_ODT
                             : g_str_equal (name, "pdf") ? JIP_DOCUMENT_PDF
                                                         : JIP_DOCUMENT_TEXT;

  if (self->session == NULL)
    return;
  jip_paper_view_commit (self->paper);
  jip_draft_export (widget, self->session, format);
}

static void
print_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  JipDraftEditor *self = JIP_DRAFT_EDITOR (widget);

  if (self->session == NULL)
    return;
  jip_paper_view_commit (self->paper);
  jip_draft_print (widget, self->session);
}

static void
tell_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_label_set_label (JIP_DRAFT_EDITOR (widget)->status_label, g_variant_get_string (parameter, NULL));
}

static void
show_form (JipDraftEditor *self)
{
  JipDocumentType *type = jip_draft_session_get_document_type (self->session);
  JsonObject *fields = jip_draft_get_fields (jip_draft_session_get_draft (self->session));
  g_autoptr (JsonNode) restored = NULL;

  if (fields != NULL)
    {
      g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
      json_node_set_object (node, fields);
      restored = jip_mask_session_restore_json (jip_draft_session_get_masks (self->session), node);
    }
  g_autoptr (JipFormState) state
      = jip_form_state_new (type, restored != NULL ? json_node_get_object (restored) : NULL);
  jip_draft_form_set_state (self->form, state, jip_draft_session_get_paths (self->session));
}

static void
restore_version_cb (JipDraftEditor *self, JipDraft *draft)
{
  gtk_menu_button_popdown (self->versions_button);
  jip_paper_view_commit (self->paper);
  jip_draft_session_take_document (self->session, draft);
  show_form (self);
  jip_draft_session_save (self->session);
  gtk_label_set_label (self->status_label,
                       _ ("An earlier version is back. Undo it by restoring the newest one."));
}

static void leave (JipDraftEditor *self);

/* Nobody leaves a draft that is in memory alone. */
static void
go_on_closing (JipDraftEditor *self)
{
  if (!self->closing || (self->session != NULL && !jip_draft_session_is_settled (self->session)))
    return;
  self->closing = FALSE;
  if (self->session != NULL && jip_draft_session_is_touched (self->session)
      && jip_draft_session_get_state (self->session) == JIP_DRAFT_UNSAFE)
    {
      gtk_label_set_label (self->status_label,
                           _ ("This draft stays open: the disk of this PC takes nothing, and it is nowhere "
                              "else yet. Make room, or copy the text to another place."));
      return;
    }
  leave (self);
  g_signal_emit (self, close_signal, 0);
}

/**
 * jip_draft_editor_close:
 *
 * Stops writing, saves and lets go of the draft; the signal "close" says so, which does not come while the disk takes
 * nothing.
 */
void
jip_draft_editor_close (JipDraftEditor *self)
{
  g_return_if_fail (JIP_IS_DRAFT_EDITOR (self));

  self->closing = TRUE;
  if (self->session != NULL)
    {
      drop_generation (self);
      set_running (self, FALSE);
      jip_paper_view_commit (self->paper);
      jip_draft_session_save (self->session);
    }
  go_on_closing (self);
}

static void
replacing_cb (JipDraftEditor *self)
{
  jip_paper_view_commit (self->paper);
}

static void
replaced_cb (JipDraftEditor *self)
{
  show_form (self);
  gtk_label_set_label (
      self->status_label,
      _ ("This is the newest saved version now, such as from another PC. What stood here before is under Versions, or among the changes that were not taken."));
}

static void
state_changed_cb (JipDraftEditor *self)
{
  update_saved (self);
  go_on_closing (self);
}

static void
show_session (JipDraftEditor *self)
{
  jip_paper_view_set_session (self->paper, self->session);
  jip_draft_versions_set_draft (self->versions, jip_draft_session_get_client (self->session),
                                jip_draft_session_get_id (self->session));
  g_signal_connect_swapped (self->session, "changed", G_CALLBACK (session_changed_cb), self);
  g_signal_connect_swapped (self->session, "state-changed", G_CALLBACK (state_changed_cb), self);
  g_signal_connect_swapped (self->session, "replacing", G_CALLBACK (replacing_cb), self);
  g_signal_connect_swapped (self->session, "replaced", G_CALLBACK (replaced_cb), self);
  session_changed_cb (self);
  gtk_label_set_label (self->status_label, "");
  update_saved (self);
  set_running (self, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "draft");
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipDraftEditor) self = user_data;
  g_autoptr (GError) error = NULL;

  if (jip_draft_session_load_finish (JIP_DRAFT_SESSION (source), result, &error)
      && self->session == JIP_DRAFT_SESSION (source))
    {
      show_form (self);
      show_session (self);
    }
  else if (self->session == JIP_DRAFT_SESSION (source))
    {
      jip_toast_error (GTK_WIDGET (self), error);
      jip_draft_editor_close (self);
    }
}

static void
take_profile (JipDraftEditor *self, const char *text)
{
  g_autoptr (JsonNode) node = text != NULL ? jip_json_parse (text, -1, NULL) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  JsonObject *object = json_node_get_object (node);
  g_free (self->organization);
  g_free (self->phone);
  self->organization = g_strdup (json_object_get_string_member_with_default (object, "organization", NULL));
  self->phone = g_strdup (json_object_get_string_member_with_default (object, "phone", NULL));
}

static void
prefill (JipDraftEditor *self)
{
  JipClient *client = jip_draft_session_get_client (self->session);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  const JipFormPrefill known = { jip_client_get_user_name (client), jip_client_get_department_name (client),
                                 self->organization, self->phone, today };
  g_autoptr (JipFormState) empty
      = jip_form_state_new (jip_draft_session_get_document_type (self->session), NULL);
  g_autoptr (JipFormState) filled = jip_form_state_with_prefill (empty, &known);

  /* not yet told to the session: a form that nobody touched is no draft */
  jip_draft_form_set_state (self->form, filled, NULL);
}

static void
profile_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipDraftEditor) self = user_data;
  g_autofree char *text = jip_scratch_get_finish (JIP_SCRATCH (source), result, NULL);

  if (self->session == NULL || jip_draft_session_is_touched (self->session))
    return;
  take_profile (self, text);
  prefill (self);
  show_session (self);
}

static void
remember_open (JipDraftEditor *self, gboolean open)
{
  JipScratch *scratch = jip_client_get_scratch (jip_draft_session_get_client (self->session));
  g_autofree char *text
      = g_strdup_printf ("%s %s", jip_draft_session_get_id (self->session),
                         jip_document_type_get_id (jip_draft_session_get_document_type (self->session)));

  jip_scratch_set (scratch, OPEN_KEY, open ? text : NULL);
}

/**
 * jip_draft_editor_open:
 * @id: (nullable): %NULL for a new draft
 */
void
jip_draft_editor_open (JipDraftEditor *self, JipClient *client, JipDocumentType *type, const char *id)
{
  g_return_if_fail (JIP_IS_DRAFT_EDITOR (self) && JIP_IS_CLIENT (client) && JIP_IS_DOCUMENT_TYPE (type));

  leave (self);
  self->session = jip_draft_session_new (client, type, id);
  gtk_stack_set_visible_child_name (self->stack, "loading");
  gtk_label_set_label (self->name_label, jip_document_type_get_name (type));
  remember_open (self, TRUE);
  if (id != NULL)
    jip_draft_session_load_async (self->session, self->cancellable, loaded_cb, g_object_ref (self));
  else
    jip_scratch_get_async (jip_client_get_scratch (client), PROFILE_KEY, self->cancellable, profile_read_cb,
                           g_object_ref (self));
}

/**
 * jip_draft_editor_get_id:
 *
 * Returns: (transfer none) (nullable): of the draft that is open
 */
const char *
jip_draft_editor_get_id (JipDraftEditor *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_EDITOR (self), NULL);
  return self->session != NULL ? jip_draft_session_get_id (self->session) : NULL;
}

static void
leave (JipDraftEditor *self)
{
  if (self->session == NULL)
    return;
  drop_generation (self);
  set_running (self, FALSE);
  jip_paper_view_commit (self->paper);
  jip_draft_session_save (self->session);
  remember_open (self, FALSE);
  jip_paper_view_set_session (self->paper, NULL);
  jip_draft_versions_set_draft (self->versions, NULL, NULL);
  g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
}

static void
jip_draft_editor_dispose (GObject *object)
{
  JipDraftEditor *self = JIP_DRAFT_EDITOR (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->clock, g_source_remove);
  if (self->session != NULL)
    {
      drop_generation (self);
      g_clear_handle_id (&self->clock, g_source_remove);
      jip_paper_view_commit (self->paper);
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_clear_object (&self->session);
    }
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_DRAFT_EDITOR);
  G_OBJECT_CLASS (jip_draft_editor_parent_class)->dispose (object);
}

static void
jip_draft_editor_finalize (GObject *object)
{
  JipDraftEditor *self = JIP_DRAFT_EDITOR (object);

  g_clear_object (&self->cancellable);
  g_free (self->organization);
  g_free (self->phone);
  G_OBJECT_CLASS (jip_draft_editor_parent_class)->finalize (object);
}

static void
jip_draft_editor_class_init (JipDraftEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_draft_editor_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_draft_editor_finalize;
  g_type_ensure (JIP_TYPE_DRAFT_FORM);
  g_type_ensure (JIP_TYPE_PAPER_VIEW);
  g_type_ensure (JIP_TYPE_DRAFT_CHECKS);
  g_type_ensure (JIP_TYPE_DRAFT_VERSIONS);
  close_signal
      = g_signal_new ("close", JIP_TYPE_DRAFT_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "draft.export", "s", export_action);
  gtk_widget_class_install_action (widget_class, "draft.print", NULL, print_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_p, GDK_CONTROL_MASK, "draft.print", NULL);
  gtk_widget_class_install_action (widget_class, "draft.tell", "s", tell_action);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/draft/jip-draft-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, JipDraftEditor, stack);
  gtk_widget_class_bind_template_child (widget_class, JipDraftEditor, form);
  gtk_widget_class_bind_template_child (widget_class, JipDraftEditor, paper);
  gtk_widget_class_bind_template_child (widget_class, JipDraftEditor, checks);
  gtk_widget_class_bind_template_child (widget_class, JipDraftEditor, checks_button);
  gtk_widget_class_bind_template_child (widget_class, JipDraftEditor, name_label);
  gtk_widget_class_bind_template_child (widget_class, JipDraftEditor, saved_label);
  gtk_widget_class_bind_template_child (widget_class, JipDraftEditor, status_label);
  gtk_widget_class_bind_template_child (widget_class, JipDraftEditor, ai_label);
  gtk_widget_class_bind_template_child (widget_class, JipDraftEditor, generate_button);
  gtk_widget_class_bind_template_child (widget_class, JipDraftEditor, stop_button);
  gtk_widget_class_bind_template_child (widget_class, JipDraftEditor, versions_button);
  gtk_widget_class_bind_template_child (widget_class, JipDraftEditor, versions);
  gtk_widget_class_bind_template_callback (widget_class, form_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, sources_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_to_field_cb);
  gtk_widget_class_bind_template_callback (widget_class, generate_cb);
  gtk_widget_class_bind_template_callback (widget_class, rewrite_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, restore_version_cb);
  gtk_widget_class_bind_template_callback (widget_class, jip_draft_editor_close);
}

static void
jip_draft_editor_init (JipDraftEditor *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
