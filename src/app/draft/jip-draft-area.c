/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-area.h"

#include <glib/gi18n-lib.h>

#include "jip-draft-editor.h"
#include "jip-draft-save-op.h"
#include "jip-draft-start.h"
#include "jip-error.h"
#include "jip-scratch.h"

#define RETRY_S 30

/* The draft writer: the start page, or one draft. */
struct _JipDraftArea
{
  JipArea parent_instance;

  GCancellable *cancellable;
  gboolean begun;                      /* it is known which draft is open */
  guint saving;                        /* of drafts that were typed before */
  char *wanted;                        /* nullable: the draft to open after that */
  guint retry;                         /* of saving what could not be saved */
  void (*then) (JipDraftStart *start); /* nullable: once the draft is closed */

  GtkStack *stack;
  JipDraftStart *start;
  JipDraftEditor *editor;
};

G_DEFINE_TYPE (JipDraftArea, jip_draft_area, JIP_TYPE_AREA)

static void
open_draft (JipDraftArea *self, JipDocumentType *type, const char *id)
{
  gtk_stack_set_visible_child_name (self->stack, "editor");
  jip_draft_editor_open (self->editor, jip_area_get_client (JIP_AREA (self)), type, id);
}

/* -- drafts that were typed and could not be saved */

static gboolean
retry_cb (gpointer user_data)
{
  JipDraftArea *self = user_data;

  self->retry = 0;
  jip_draft_start_tell_typed (self->start);
  return G_SOURCE_REMOVE;
}

/* Whether the disk, or who else uses it, was in the way: the same text may be taken later. */
static gboolean
may_pass (const GError *error)
{
  return g_error_matches (error, JIP_ERROR, JIP_ERROR_STORAGE_FULL)
         || g_error_matches (error, JIP_ERROR, JIP_ERROR_UNAVAILABLE)
         || g_error_matches (error, JIP_ERROR, JIP_ERROR_BUSY)
         || g_error_matches (error, JIP_ERROR, JIP_ERROR_DATABASE);
}

static void open_wanted (JipDraftArea *self);

static void
typed_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipDraftArea) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = jip_draft_save_finish (JIP_CLIENT (source), result, &error);

  self->saving--;
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (may_pass (error) && self->retry == 0)
    self->retry = g_timeout_add_seconds (RETRY_S, retry_cb, self);
  if (self->saving == 0)
    open_wanted (self);
}

/* It is saved without being opened, which does nothing to one that is too large. */
static void
typed_cb (JipDraftArea *self, const char *id)
{
  if (!self->begun || g_strcmp0 (id, jip_draft_editor_get_id (self->editor)) == 0)
    return;
  self->saving++;
  jip_draft_save_typed_async (jip_area_get_client (JIP_AREA (self)), id, NULL, typed_saved_cb,
                              g_object_ref (self));
}

/* What is on this PC alone asks to be looked at. */
static void
listed_cb (JipDraftArea *self)
{
  jip_area_set_attention (JIP_AREA (self), jip_draft_start_count_typed (self->start));
}

static void
new_cb (JipDraftArea *self, JipDocumentType *type)
{
  open_draft (self, type, NULL);
}

static void
open_cb (JipDraftArea *self, const char *id, JipDocumentType *type)
{
  if (self->saving == 0)
    {
      open_draft (self, type, id);
      return;
    }
  /* what it builds on is known once that is done */
  g_free (self->wanted);
  self->wanted = g_strdup_printf ("%s %s", id, jip_document_type_get_id (type));
}

static void
close_cb (JipDraftArea *self)
{
  gtk_stack_set_visible_child_name (self->stack, "start");
  jip_draft_start_read_again (self->start);
  if (self->retry == 0)
    self->retry = g_timeout_add_seconds (RETRY_S, retry_cb, self);
  if (self->then != NULL)
    self->then (self->start);
  self->then = NULL;
}

/* @text: a draft's id and its type's. */
static void
open_words (JipDraftArea *self, const char *text)
{
  g_auto (GStrv) words = text != NULL ? g_strsplit (text, " ", 2) : NULL;
  JipDocumentType *type = NULL;

  if (words != NULL && words[0] != NULL && words[1] != NULL && jip_draft_editor_get_id (self->editor) == NULL)
    type = jip_draft_start_find_type (self->start, words[1]);
  if (type != NULL)
    open_draft (self, type, words[0]);
}

static void
open_wanted (JipDraftArea *self)
{
  g_autofree char *wanted = g_steal_pointer (&self->wanted);

  open_words (self, wanted);
}

/* A draft that was open when the program ended is open again. */
static void
last_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipDraftArea) self = user_data;
  g_autofree char *text = jip_scratch_get_finish (JIP_SCRATCH (source), result, NULL);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  open_words (self, text);
  self->begun = TRUE;
  jip_draft_start_tell_typed (self->start);
}

static void
jip_draft_area_primary (JipArea *area)
{
  JipDraftArea *self = JIP_DRAFT_AREA (area);

  self->then = jip_draft_start_focus_types;
  jip_draft_editor_close (self->editor);
}

static void
jip_draft_area_find (JipArea *area)
{
  JipDraftArea *self = JIP_DRAFT_AREA (area);

  self->then = jip_draft_start_focus_search;
  jip_draft_editor_close (self->editor);
}

static void
jip_draft_area_constructed (GObject *object)
{
  JipDraftArea *self = JIP_DRAFT_AREA (object);
  JipClient *client = jip_area_get_client (JIP_AREA (self));

  G_OBJECT_CLASS (jip_draft_area_parent_class)->constructed (object);
  jip_draft_start_set_client (self->start, client);
  jip_scratch_get_async (jip_client_get_scratch (client), "draft/open", self->cancellable, last_read_cb,
                         g_object_ref (self));
}

static void
jip_draft_area_dispose (GObject *object)
{
  JipDraftArea *self = JIP_DRAFT_AREA (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->retry, g_source_remove);
  adw_bin_set_child (ADW_BIN (self), NULL); /* it is bound: AdwBin would not hear of its end */
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_DRAFT_AREA);
  G_OBJECT_CLASS (jip_draft_area_parent_class)->dispose (object);
}

static void
jip_draft_area_finalize (GObject *object)
{
  g_clear_object (&JIP_DRAFT_AREA (object)->cancellable);
  g_free (JIP_DRAFT_AREA (object)->wanted);
  G_OBJECT_CLASS (jip_draft_area_parent_class)->finalize (object);
}

static void
add_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  GdkDisplay *display = gdk_display_get_default ();

  if (display == NULL)
    return;
  gtk_css_provider_load_from_resource (provider, "/kr/go/jiphyeon/Jiphyeon/ui/draft/draft.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
jip_draft_area_class_init (JipDraftAreaClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->constructed = jip_draft_area_constructed;
  G_OBJECT_CLASS (klass)->dispose = jip_draft_area_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_draft_area_finalize;
  JIP_AREA_CLASS (klass)->primary = jip_draft_area_primary;
  JIP_AREA_CLASS (klass)->find = jip_draft_area_find;
  g_type_ensure (JIP_TYPE_DRAFT_START);
  g_type_ensure (JIP_TYPE_DRAFT_EDITOR);
  add_style ();

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/draft/jip-draft-area.ui");
  gtk_widget_class_bind_template_child (widget_class, JipDraftArea, stack);
  gtk_widget_class_bind_template_child (widget_class, JipDraftArea, start);
  gtk_widget_class_bind_template_child (widget_class, JipDraftArea, editor);
  gtk_widget_class_bind_template_callback (widget_class, new_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, typed_cb);
  gtk_widget_class_bind_template_callback (widget_class, listed_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
}

static void
jip_draft_area_init (JipDraftArea *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  jip_area_set_primary_label (JIP_AREA (self), _ ("New Draft"));
}

/**
 * jip_draft_area_new:
 *
 * Returns: the draft writer of the account that @client is signed in with
 */
JipArea *
jip_draft_area_new (JipClient *client)
{
  return g_object_new (JIP_TYPE_DRAFT_AREA, "client", client, NULL);
}
