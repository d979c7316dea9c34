/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-paper-section.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-text-buffer.h"

/* What is asked of the model is part of the prompt and in the language of the papers. */
#define ASK_SHORTER "더 짧게 쓴다. 중요하지 않은 말은 뺀다."
#define ASK_LONGER "더 자세히 쓴다. 사실을 지어내지 않는다."
#define ASK_FORMAL "더 격식 있는 공문서의 말로 쓴다."

struct _JipPaperSection
{
  AdwBin parent_instance;

  char *id;
  GtkTextBuffer *buffer;
  GtkTextTag *generated;
  gboolean loading; /* what changes is not typed */
  gboolean streaming;

  GtkWidget *head;
  GtkLabel *heading_label;
  GtkMenuButton *menu_button;
  GtkPopover *popover;
  GtkEditable *ask_entry;
  GtkTextView *text_view;
  GtkLabel *hint_label;
};

G_DEFINE_TYPE (JipPaperSection, jip_paper_section, ADW_TYPE_BIN)

enum
{
  EDITED,
  REWRITE,
  GROWN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
changed_cb (JipPaperSection *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->hint_label), gtk_text_buffer_get_char_count (self->buffer) == 0);
  if (!self->loading && !self->streaming)
    g_signal_emit (self, signals[EDITED], 0);
}

/* Typed words are the author's, in the middle of generated ones too. */
static void
inserted_cb (GtkTextBuffer *buffer, GtkTextIter *end, const char *text, int length, JipPaperSection *self)
{
  GtkTextIter start = *end;

  if (self->loading || self->streaming)
    return;
  gtk_text_iter_backward_chars (&start, (int) g_utf8_strlen (text, length));
  gtk_text_buffer_remove_tag (buffer, self->generated, &start, end);
}

static void
ask (JipPaperSection *self, const char *instruction)
{
  gtk_popover_popdown (self->popover);
  g_signal_emit (self, signals[REWRITE], 0, instruction);
}

static void
again_cb (JipPaperSection *self)
{
  ask (self, NULL);
}

static void
shorter_cb (JipPaperSection *self)
{
  ask (self, ASK_SHORTER);
}

static void
longer_cb (JipPaperSection *self)
{
  ask (self, ASK_LONGER);
}

static void
formal_cb (JipPaperSection *self)
{
  ask (self, ASK_FORMAL);
}

static void
instruct_cb (JipPaperSection *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->ask_entry)));

  if (*text == '\0')
    return;
  gtk_editable_set_text (self->ask_entry, "");
  ask (self, text);
}

static void
jip_paper_section_dispose (GObject *object)
{
  JipPaperSection *self = JIP_PAPER_SECTION (object);

  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  g_clear_object (&self->buffer);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_PAPER_SECTION);
  G_OBJECT_CLASS (jip_paper_section_parent_class)->dispose (object);
}

static void
jip_paper_section_finalize (GObject *object)
{
  g_free (JIP_PAPER_SECTION (object)->id);
  G_OBJECT_CLASS (jip_paper_section_parent_class)->finalize (object);
}

static void
jip_paper_section_class_init (JipPaperSectionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_paper_section_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_paper_section_finalize;
  signals[EDITED] = g_signal_new ("edited", JIP_TYPE_PAPER_SECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  signals[REWRITE] = g_signal_new ("rewrite", JIP_TYPE_PAPER_SECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[GROWN] = g_signal_new ("grown", JIP_TYPE_PAPER_SECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/draft/jip-paper-section.ui");
  gtk_widget_class_bind_template_child (widget_class, JipPaperSection, head);
  gtk_widget_class_bind_template_child (widget_class, JipPaperSection, heading_label);
  gtk_widget_class_bind_template_child (widget_class, JipPaperSection, menu_button);
  gtk_widget_class_bind_template_child (widget_class, JipPaperSection, popover);
  gtk_widget_class_bind_template_child (widget_class, JipPaperSection, ask_entry);
  gtk_widget_class_bind_template_child (widget_class, JipPaperSection, text_view);
  gtk_widget_class_bind_template_child (widget_class, JipPaperSection, hint_label);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
  gtk_widget_class_bind_template_callback (widget_class, shorter_cb);
  gtk_widget_class_bind_template_callback (widget_class, longer_cb);
  gtk_widget_class_bind_template_callback (widget_class, formal_cb);
  gtk_widget_class_bind_template_callback (widget_class, instruct_cb);
}

static void
jip_paper_section_init (JipPaperSection *self)
{
  const GdkRGBA line = { 0.55f, 0.62f, 0.75f, 1.0f };

  gtk_widget_init_template (GTK_WIDGET (self));
  self->buffer = g_object_ref (gtk_text_view_get_buffer (self->text_view));
  self->generated = gtk_text_buffer_create_tag (self->buffer, "generated", "underline",
                                                PANGO_UNDERLINE_SINGLE, "underline-rgba", &line, NULL);
  gtk_text_buffer_set_enable_undo (self->buffer, TRUE);
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_after (self->buffer, "insert-text", G_CALLBACK (inserted_cb), self);
}

/**
 * jip_paper_section_new:
 * @holds: what belongs here, in words; shown while it is empty
 * @has_prompt: whether a model can write it
 */
GtkWidget *
jip_paper_section_new (const char *id, const char *heading, const char *holds, gboolean has_prompt)
{
  g_return_val_if_fail (id != NULL && heading != NULL && holds != NULL, NULL);

  JipPaperSection *self = g_object_new (JIP_TYPE_PAPER_SECTION, NULL);
  const char *name = *heading != '\0' ? heading : holds;
  self->id = g_strdup (id);
  gtk_label_set_label (self->heading_label, heading);
  gtk_widget_set_visible (GTK_WIDGET (self->heading_label), *heading != '\0');
  gtk_label_set_label (self->hint_label, holds);
  gtk_widget_set_visible (GTK_WIDGET (self->menu_button), has_prompt);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text_view), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_autofree char *menu_name = g_strdup_printf (_ ("Rewrite: %s"), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  menu_name, -1);
  return GTK_WIDGET (self);
}

const char *
jip_paper_section_get_id (JipPaperSection *self)
{
  g_return_val_if_fail (JIP_IS_PAPER_SECTION (self), NULL);
  return self->id;
}

GtkTextView *
jip_paper_section_get_text_view (JipPaperSection *self)
{
  g_return_val_if_fail (JIP_IS_PAPER_SECTION (self), NULL);
  return self->text_view;
}

char *
jip_paper_section_dup_text (JipPaperSection *self)
{
  g_return_val_if_fail (JIP_IS_PAPER_SECTION (self), NULL);
  return jip_text_buffer_dup_text (self->buffer);
}

static void
set_text (JipPaperSection *self, const char *text)
{
  GtkTextIter start, end;

  self->loading = TRUE;
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, text, -1);
  self->loading = FALSE;
}

/**
 * jip_paper_section_load:
 *
 * Shows @text; there is nothing to undo.
 */
void
jip_paper_section_load (JipPaperSection *self, const char *text)
{
  g_return_if_fail (JIP_IS_PAPER_SECTION (self) && text != NULL);

  gtk_text_buffer_begin_irreversible_action (self->buffer);
  set_text (self, text);
  gtk_text_buffer_end_irreversible_action (self->buffer);
}

/**
 * jip_paper_section_replace:
 *
 * Shows @text; undo gives back what was there.
 */
void
jip_paper_section_replace (JipPaperSection *self, const char *text)
{
  g_return_if_fail (JIP_IS_PAPER_SECTION (self) && text != NULL);

  gtk_text_buffer_begin_user_action (self->buffer);
  set_text (self, text);
  gtk_text_buffer_end_user_action (self->buffer);
}

/**
 * jip_paper_section_mark_generated:
 * @ranges: (element-type JipTextRange): what a model wrote and nobody has touched
 */
void
jip_paper_section_mark_generated (JipPaperSection *self, GArray *ranges)
{
  GtkTextIter start, end;

  g_return_if_fail (JIP_IS_PAPER_SECTION (self) && ranges != NULL);

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_remove_tag (self->buffer, self->generated, &start, &end);
  for (guint i = 0; i < ranges->len; i++)
    {
      const JipTextRange *range = &g_array_index (ranges, JipTextRange, i);
      gtk_text_buffer_get_iter_at_offset (self->buffer, &start, (int) range->start);
      gtk_text_buffer_get_iter_at_offset (self->buffer, &end, (int) (range->start + range->length));
      gtk_text_buffer_apply_tag (self->buffer, self->generated, &start, &end);
    }
}

/**
 * jip_paper_section_begin_stream:
 *
 * Empties the section for what is about to arrive; all of it will be one step to undo.
 */
void
jip_paper_section_begin_stream (JipPaperSection *self)
{
  g_return_if_fail (JIP_IS_PAPER_SECTION (self) && !self->streaming);

  self->streaming = TRUE;
  gtk_text_view_set_editable (self->text_view, FALSE);
  gtk_text_buffer_begin_user_action (self->buffer);
  set_text (self, "");
}

static gboolean
cursor_is_at_end (JipPaperSection *self)
{
  GtkTextIter cursor;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &cursor, gtk_text_buffer_get_insert (self->buffer));
  return gtk_text_iter_is_end (&cursor);
}

void
jip_paper_section_append (JipPaperSection *self, const char *text)
{
  GtkTextIter end;

  g_return_if_fail (JIP_IS_PAPER_SECTION (self) && self->streaming && text != NULL);

  gboolean follows = cursor_is_at_end (self);
  gtk_text_buffer_get_end_iter (self->buffer, &end);
  gtk_text_buffer_insert_with_tags (self->buffer, &end, text, -1, self->generated, NULL);
  if (follows)
    g_signal_emit (self, signals[GROWN], 0);
}

void
jip_paper_section_end_stream (JipPaperSection *self)
{
  g_return_if_fail (JIP_IS_PAPER_SECTION (self));

  if (!self->streaming)
    return;
  gtk_text_buffer_end_user_action (self->buffer);
  self->streaming = FALSE;
  gtk_text_view_set_editable (self->text_view, TRUE);
}

void
jip_paper_section_set_can_rewrite (JipPaperSection *self, gboolean can)
{
  g_return_if_fail (JIP_IS_PAPER_SECTION (self));
  gtk_widget_set_sensitive (GTK_WIDGET (self->menu_button), can);
}
