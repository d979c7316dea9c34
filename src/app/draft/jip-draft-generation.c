/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-generation.h"

#include <glib/gi18n-lib.h>

#include "jip-draft-inputs.h"
#include "jip-draft-source.h"
#include "jip-error.h"
#include "jip-generate-op.h"

struct _JipDraftGeneration
{
  GObject parent_instance;

  JipDraftSession *session;
  GPtrArray *sources; /* JipDraftSource that have been read */
  JsonArray *masked_sources;
  GQueue *waiting; /* section ids */
  char *section;   /* that is being written */
  char *instruction;
  gboolean all;
  JipGenerateOp *op;
  GString *text; /* of the section, masked */
  gboolean running, stopped, composed, cut_off, masking;
  int position; /* in the server's queue, or -1 */
  char *model;
  gint64 started;
  guint seconds; /* it took */
  guint chars;
  GError *error; /* the first that made the model of no use */
};

G_DEFINE_TYPE (JipDraftGeneration, jip_draft_generation, G_TYPE_OBJECT)

enum
{
  SECTION_BEGIN,
  TEXT,
  SECTION_END,
  PROGRESS,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void write_next (JipDraftGeneration *self);

static void
drop_op (JipDraftGeneration *self)
{
  if (self->op == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->op, self);
  jip_generate_op_cancel (self->op);
  g_clear_object (&self->op);
}

static void
jip_draft_generation_finalize (GObject *object)
{
  JipDraftGeneration *self = JIP_DRAFT_GENERATION (object);

  drop_op (self);
  g_object_unref (self->session);
  g_ptr_array_unref (self->sources);
  g_clear_pointer (&self->masked_sources, json_array_unref);
  g_queue_free_full (self->waiting, g_free);
  g_string_free (self->text, TRUE);
  g_free (self->section);
  g_free (self->instruction);
  g_free (self->model);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (jip_draft_generation_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, guint n_params, GType first, GType second)
{
  return g_signal_new (name, JIP_TYPE_DRAFT_GENERATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       n_params, first, second);
}

static void
jip_draft_generation_class_init (JipDraftGenerationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_draft_generation_finalize;
  signals[SECTION_BEGIN] = new_signal ("section-begin", 1, G_TYPE_STRING, 0);
  signals[TEXT] = new_signal ("text", 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[SECTION_END] = new_signal ("section-end", 1, G_TYPE_STRING, 0);
  signals[PROGRESS] = new_signal ("progress", 0, 0, 0);
  signals[ENDED] = new_signal ("ended", 1, G_TYPE_ERROR, 0);
}

static void
jip_draft_generation_init (JipDraftGeneration *self)
{
  self->waiting = g_queue_new ();
  self->text = g_string_new (NULL);
  self->position = -1;
}

/**
 * jip_draft_generation_new:
 * @sources: (element-type JipDraftSource): those that have been read go along
 */
JipDraftGeneration *
jip_draft_generation_new (JipDraftSession *session, GPtrArray *sources)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (session) && sources != NULL, NULL);

  JipDraftGeneration *self = g_object_new (JIP_TYPE_DRAFT_GENERATION, NULL);
  self->session = g_object_ref (session);
  self->sources = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < sources->len; i++)
    if (jip_draft_source_get_state (sources->pdata[i]) == JIP_DRAFT_SOURCE_READY)
      g_ptr_array_add (self->sources, g_object_ref (sources->pdata[i]));
  return self;
}

static void
end (JipDraftGeneration *self, const GError *error)
{
  self->running = FALSE;
  jip_draft_session_set_held (self->session, FALSE);
  self->seconds = (guint) ((g_get_monotonic_time () - self->started) / G_USEC_PER_SEC);
  drop_op (self);
  g_signal_emit (self, signals[PROGRESS], 0);
  g_signal_emit (self, signals[ENDED], 0, error);
}

static void
end_section (JipDraftGeneration *self)
{
  g_autofree char *id = g_steal_pointer (&self->section);

  drop_op (self);
  if (self->text->len > 0)
    {
      if (self->model != NULL)
        jip_draft_session_set_model (
            self->session, self->model,
            jip_document_type_get_prompt_version (jip_draft_session_get_document_type (self->session)));
      jip_draft_session_take_generated (self->session, id, self->text->str);
    }
  g_signal_emit (self, signals[SECTION_END], 0, id);
}

static void
queued_cb (JipDraftGeneration *self, int position)
{
  self->position = position;
  g_signal_emit (self, signals[PROGRESS], 0);
}

static void
started_cb (JipDraftGeneration *self, const char *model, const char *prompt_version)
{
  self->position = -1;
  g_free (self->model);
  self->model = g_strdup (model);
  g_signal_emit (self, signals[PROGRESS], 0);
}

static void
text_cb (JipDraftGeneration *self, const char *delta)
{
  g_string_append (self->text, delta);
  self->chars += (guint) g_utf8_strlen (delta, -1);
  g_signal_emit (self, signals[TEXT], 0, self->section, delta);
}

static void
ended_cb (JipDraftGeneration *self, const char *reason)
{
  self->cut_off |= g_strcmp0 (reason, "length") == 0;
  end_section (self);
  write_next (self);
}

/* Errors after which the form alone can still make a paper. */
static gboolean
can_do_without (const GError *error)
{
  switch (jip_error_get_code (error))
    {
    case JIP_ERROR_BAD_ARGS:
    case JIP_ERROR_UNAUTHORIZED:
    case JIP_ERROR_FORBIDDEN:
    case JIP_ERROR_PERSONAL_DATA:
    case JIP_ERROR_CONTEXT_OVERFLOW:
      return FALSE;
    default:
      return TRUE;
    }
}

static void
failed_cb (JipDraftGeneration *self, const GError *error)
{
  g_autoptr (JipDraftGeneration) alive = g_object_ref (self);
  g_autoptr (GError) reason = g_error_copy (error);
  gboolean got_text = self->text->len > 0;
  g_autofree char *id = g_strdup (self->section);

  end_section (self);
  if (!self->all || !can_do_without (reason))
    {
      end (self, reason);
      return;
    }
  if (!got_text)
    jip_draft_session_compose (self->session, id);
  self->composed = TRUE;
  g_set_error_literal (&self->error, reason->domain, reason->code, reason->message);
  write_next (self);
}

static void
ask_model (JipDraftGeneration *self)
{
  JipDocumentType *type = jip_draft_session_get_document_type (self->session);
  g_autoptr (JsonNode) inputs = jip_draft_inputs_new (type, jip_draft_session_get_draft (self->session),
                                                      self->masked_sources, self->section, self->instruction);
  g_autoptr (JsonNode) request
      = jip_draft_request_new (type, jip_draft_session_get_id (self->session), self->section, inputs);

  g_string_truncate (self->text, 0);
  self->op = jip_generate_op_new (jip_draft_session_get_client (self->session), request);
  g_signal_connect_swapped (self->op, "queued", G_CALLBACK (queued_cb), self);
  g_signal_connect_swapped (self->op, "started", G_CALLBACK (started_cb), self);
  g_signal_connect_swapped (self->op, "text", G_CALLBACK (text_cb), self);
  g_signal_connect_swapped (self->op, "ended", G_CALLBACK (ended_cb), self);
  g_signal_connect_swapped (self->op, "failed", G_CALLBACK (failed_cb), self);
  g_signal_emit (self, signals[SECTION_BEGIN], 0, self->section);
  g_signal_emit (self, signals[PROGRESS], 0);
  jip_generate_op_start (self->op);
}

static void
write_next (JipDraftGeneration *self)
{
  JipDocumentType *type = jip_draft_session_get_document_type (self->session);

  for (;;)
    {
      g_autofree char *id = g_queue_pop_head (self->waiting);
      if (id == NULL)
        {
          end (self, self->error);
          return;
        }
      const JipDocumentSection *section = jip_document_type_find_section (type, id);
      if (section != NULL && section->prompt != NULL && self->error == NULL)
        {
          self->section = g_steal_pointer (&id);
          ask_model (self);
          return;
        }
      jip_draft_session_compose (self->session, id);
    }
}

static void
mask_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *sources = data;
  JipMaskSession *masks = g_object_get_data (G_OBJECT (task), "masks");
  gsize room = JIP_DRAFT_INPUTS_MAX_CHARS;
  JsonArray *masked = json_array_new ();

  for (guint i = 0; i < MIN (sources->len, JIP_DRAFT_INPUTS_MAX_SOURCES); i++)
    json_array_add_object_element (
        masked, jip_draft_inputs_mask_source (masks, jip_draft_source_get_name (sources->pdata[i]),
                                              jip_draft_source_get_source (sources->pdata[i]), &room));
  g_task_return_pointer (task, masked, (GDestroyNotify) json_array_unref);
}

static void
masked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  JipDraftGeneration *self = JIP_DRAFT_GENERATION (object);

  self->masking = FALSE;
  self->masked_sources = g_task_propagate_pointer (G_TASK (result), NULL);
  if (self->running)
    write_next (self);
}

/* What the sources say is masked off the main loop: they may be long. */
static void
start (JipDraftGeneration *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, masked_cb, NULL);

  self->running = self->masking = TRUE;
  jip_draft_session_set_held (self->session, TRUE);
  self->started = g_get_monotonic_time ();
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, g_ptr_array_ref (self->sources), (GDestroyNotify) g_ptr_array_unref);
  g_object_set_data_full (G_OBJECT (task), "masks",
                          g_object_ref (jip_draft_session_get_masks (self->session)), g_object_unref);
  g_task_run_in_thread (task, mask_thread);
  g_signal_emit (self, signals[PROGRESS], 0);
}

/**
 * jip_draft_generation_write_all:
 *
 * Writes every section. When no model can be reached, those that nobody wrote in are composed from the form.
 */
void
jip_draft_generation_write_all (JipDraftGeneration *self)
{
  g_return_if_fail (JIP_IS_DRAFT_GENERATION (self) && !self->running);

  JipDocumentType *type = jip_draft_session_get_document_type (self->session);
  self->all = TRUE;
  for (guint i = 0; i < jip_document_type_get_n_sections (type); i++)
    g_queue_push_tail (self->waiting, g_strdup (jip_document_type_get_section (type, i)->id));
  start (self);
}

/**
 * jip_draft_generation_write_section:
 * @instruction: (nullable): how to change what it says; %NULL to write it anew
 */
void
jip_draft_generation_write_section (JipDraftGeneration *self, const char *section, const char *instruction)
{
  g_return_if_fail (JIP_IS_DRAFT_GENERATION (self) && !self->running && section != NULL);

  self->instruction = g_strdup (instruction);
  g_queue_push_tail (self->waiting, g_strdup (section));
  start (self);
}

/**
 * jip_draft_generation_stop:
 *
 * Stops at once; what came stays.
 */
void
jip_draft_generation_stop (JipDraftGeneration *self)
{
  g_return_if_fail (JIP_IS_DRAFT_GENERATION (self));

  if (!self->running)
    return;
  g_autoptr (JipDraftGeneration) alive = g_object_ref (self);
  g_autoptr (GError) error = jip_error_new (JIP_ERROR_CANCELLED, NULL, _ ("It was stopped."));
  self->stopped = TRUE;
  if (self->section != NULL)
    end_section (self);
  end (self, error);
}

static char *
describe_numbers (JipDraftGeneration *self)
{
  guint seconds
      = self->running ? (guint) ((g_get_monotonic_time () - self->started) / G_USEC_PER_SEC) : self->seconds;
  g_autofree char *chars
      = g_strdup_printf (ngettext ("%u character", "%u characters", self->chars), self->chars);
  g_autofree char *time = g_strdup_printf (ngettext ("%u second", "%u seconds", seconds), seconds);

  if (self->model == NULL)
    return g_strdup (time);
  /* the model's name, how much it wrote and how long it took */
  return g_strdup_printf ("%s · %s · %s", self->model, chars, time);
}

/**
 * jip_draft_generation_describe:
 *
 * Returns: (transfer full): what is happening, or what happened, in a line
 */
char *
jip_draft_generation_describe (JipDraftGeneration *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_GENERATION (self), NULL);

  g_autofree char *numbers = describe_numbers (self);
  if (self->running && self->masking)
    return g_strdup (_ ("Masking personal data…"));
  if (self->running && self->position > 0)
    return g_strdup_printf (ngettext ("Waiting for the model: %d before you",
                                      "Waiting for the model: %d before you", (gulong) self->position),
                            self->position);
  if (self->running && self->model == NULL)
    return g_strdup_printf (_ ("Asking the model… %s"), numbers);
  if (self->running)
    return g_strdup_printf (_ ("Writing · %s"), numbers);
  if (self->stopped)
    return g_strdup_printf (_ ("Stopped · %s"), self->model != NULL ? numbers : _ ("nothing was written"));
  return g_steal_pointer (&numbers);
}

/**
 * jip_draft_generation_get_composed:
 *
 * Returns: whether sections had to be composed from the form because no model could be reached
 */
gboolean
jip_draft_generation_get_composed (JipDraftGeneration *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_GENERATION (self), FALSE);
  return self->composed;
}

gboolean
jip_draft_generation_get_cut_off (JipDraftGeneration *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_GENERATION (self), FALSE);
  return self->cut_off;
}
