/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-source.h"

#include <glib/gi18n-lib.h>

struct _JipDraftSource
{
  GObject parent_instance;

  char *path;
  char *name;
  JipSource *source;
  GError *error;
  GCancellable *cancellable;
};

G_DEFINE_TYPE (JipDraftSource, jip_draft_source, G_TYPE_OBJECT)

static guint changed_signal;

static void
jip_draft_source_finalize (GObject *object)
{
  JipDraftSource *self = JIP_DRAFT_SOURCE (object);

  g_free (self->path);
  g_free (self->name);
  g_clear_pointer (&self->source, jip_source_free);
  g_clear_error (&self->error);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (jip_draft_source_parent_class)->finalize (object);
}

static void
jip_draft_source_class_init (JipDraftSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_draft_source_finalize;
  changed_signal = g_signal_new ("changed", JIP_TYPE_DRAFT_SOURCE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
jip_draft_source_init (JipDraftSource *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipDraftSource) self = user_data;

  self->source = jip_source_read_finish (result, &self->error);
  g_signal_emit (self, changed_signal, 0);
}

JipDraftSource *
jip_draft_source_new (const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);

  JipDraftSource *self = g_object_new (JIP_TYPE_DRAFT_SOURCE, NULL);
  self->path = g_strdup (path);
  self->name = g_filename_display_basename (path);
  jip_source_read_async (path, self->cancellable, read_cb, g_object_ref (self));
  return self;
}

void
jip_draft_source_cancel (JipDraftSource *self)
{
  g_return_if_fail (JIP_IS_DRAFT_SOURCE (self));
  g_cancellable_cancel (self->cancellable);
}

const char *
jip_draft_source_get_path (JipDraftSource *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SOURCE (self), NULL);
  return self->path;
}

const char *
jip_draft_source_get_name (JipDraftSource *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SOURCE (self), NULL);
  return self->name;
}

JipDraftSourceState
jip_draft_source_get_state (JipDraftSource *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SOURCE (self), JIP_DRAFT_SOURCE_FAILED);

  if (self->source != NULL)
    return JIP_DRAFT_SOURCE_READY;
  return self->error != NULL ? JIP_DRAFT_SOURCE_FAILED : JIP_DRAFT_SOURCE_READING;
}

/**
 * jip_draft_source_get_source:
 *
 * Returns: (transfer none) (nullable): the text, once it has been read
 */
JipSource *
jip_draft_source_get_source (JipDraftSource *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SOURCE (self), NULL);
  return self->source;
}

/**
 * jip_draft_source_describe:
 *
 * Returns: (transfer full): what a person reads below the name: the pages, those without text, or what is wrong
 */
char *
jip_draft_source_describe (JipDraftSource *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SOURCE (self), NULL);

  if (self->error != NULL)
    return g_strdup (self->error->message);
  if (self->source == NULL)
    return g_strdup (_ ("Reading…"));
  if (self->source->kind == JIP_SOURCE_TEXT)
    return g_strdup (_ ("Text"));
  if (self->source->kind != JIP_SOURCE_PDF)
    return g_strdup (self->source->kind == JIP_SOURCE_HWPX ? _ ("HWPX paper") : _ ("ODT paper"));
  guint n_pages = self->source->pages->len;
  g_autofree char *pages = g_strdup_printf (ngettext ("%u page", "%u pages", n_pages), n_pages);
  if (self->source->scanned->len == 0)
    return g_steal_pointer (&pages);
  g_autofree char *scanned = jip_source_dup_scanned (self->source);
  return g_strdup_printf (_ ("%s. Without text (scanned): page %s."), pages, scanned);
}
