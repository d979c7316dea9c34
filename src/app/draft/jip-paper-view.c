/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-paper-view.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-draft-text.h"
#include "jip-paper-section.h"

#define COMMIT_DELAY_MS 100
#define SHOW_DELAY_MS 50 /* a model may send more often than a paper can be laid out */

struct _JipPaperView
{
  AdwBin parent_instance;

  JipDraftSession *session;
  GHashTable *edited; /* sections that the session has not been told about */
  guint commit_timeout;
  gboolean committing;
  GString *pending; /* of the stream, masked, not yet shown */
  char *streaming;  /* the section that it belongs to */
  guint show_timeout;

  GtkScrolledWindow *scrolled;
  GtkLabel *type_label;
  GtkLabel *title_label;
  GtkBox *sections_box;
};

G_DEFINE_TYPE (JipPaperView, jip_paper_view, ADW_TYPE_BIN)

static guint rewrite_signal;

static JipPaperSection *
find_section (JipPaperView *self, const char *id)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->sections_box)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (strcmp (jip_paper_section_get_id (JIP_PAPER_SECTION (child)), id) == 0)
      return JIP_PAPER_SECTION (child);
  return NULL;
}

/* Adds where the generated runs of a paragraph stand in the section's lines; @at: where to look from, in bytes. */
static gsize
add_ranges (GArray *ranges, JipBlock *block, const char *text, gsize at)
{
  const char *words = jip_block_get_kind (block) == JIP_BLOCK_PARAGRAPH ? jip_block_get_text (block) : NULL;
  const char *found = words != NULL && *words != '\0' ? strstr (text + at, words) : NULL;
  guint n;

  if (found == NULL)
    return at;
  guint base = (guint) g_utf8_strlen (text, found - text);
  const JipSpan *spans = jip_block_get_spans (block, &n);
  for (guint i = 0; i < n; i++)
    if (spans[i].origin == JIP_ORIGIN_GENERATED)
      {
        JipTextRange range = { base + spans[i].start, spans[i].length };
        g_array_append_val (ranges, range);
      }
  return (gsize) (found - text) + strlen (words);
}

static void
mark_generated (JipPaperSection *view, JipDraft *restored, const char *text)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (JipTextRange));
  JipSection *section = jip_draft_find_section (restored, jip_paper_section_get_id (view));
  gsize at = 0;

  for (guint i = 0; section != NULL && i < jip_section_get_n_blocks (section); i++)
    at = add_ranges (ranges, jip_section_get_block (section, i), text, at);
  jip_paper_section_mark_generated (view, ranges);
}

/* Shows what the session holds; what is being typed is never replaced under the author's hands. */
static void
refresh_section (JipPaperView *self, JipPaperSection *view, JipDraft *restored, gboolean load)
{
  const char *id = jip_paper_section_get_id (view);
  g_autofree char *shown = jip_paper_section_dup_text (view);
  g_autofree char *text = jip_draft_session_dup_text (self->session, id);
  gboolean same = strcmp (shown, text) == 0;

  if (g_hash_table_contains (self->edited, id)
      || (!same && self->committing
          && gtk_widget_has_focus (GTK_WIDGET (jip_paper_section_get_text_view (view)))))
    return;
  if (!same && load)
    jip_paper_section_load (view, text);
  else if (!same)
    jip_paper_section_replace (view, text);
  mark_generated (view, restored, text);
}

static void
refresh_title (JipPaperView *self, JipDraft *restored)
{
  const char *title = jip_draft_get_title (restored);
  gboolean empty = title == NULL || *title == '\0';

  gtk_label_set_label (self->title_label, empty ? _ ("The title comes from the form") : title);
  if (empty)
    gtk_widget_add_css_class (GTK_WIDGET (self->title_label), "dim-label");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->title_label), "dim-label");
}

static void
refresh (JipPaperView *self, gboolean load)
{
  g_autoptr (JipDraft) restored = jip_draft_session_dup_restored (self->session);

  refresh_title (self, restored);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->sections_box)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    refresh_section (self, JIP_PAPER_SECTION (child), restored, load);
}

static void
session_changed_cb (JipPaperView *self, const char *section)
{
  refresh (self, FALSE);
}

/**
 * jip_paper_view_commit:
 *
 * Hands over what was typed in the last moments.
 */
void
jip_paper_view_commit (JipPaperView *self)
{
  g_return_if_fail (JIP_IS_PAPER_VIEW (self));

  g_clear_handle_id (&self->commit_timeout, g_source_remove);
  g_autofree char **ids = (char **) g_hash_table_get_keys_as_array (self->edited, NULL);
  self->committing = TRUE;
  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autofree char *id = g_strdup (ids[i]);
      JipPaperSection *view = find_section (self, id);
      g_autofree char *text = view != NULL ? jip_paper_section_dup_text (view) : NULL;
      g_hash_table_remove (self->edited, id);
      if (text != NULL)
        jip_draft_session_set_text (self->session, id, text);
    }
  self->committing = FALSE;
}

static gboolean
commit_cb (gpointer user_data)
{
  JipPaperView *self = user_data;

  self->commit_timeout = 0;
  jip_paper_view_commit (self);
  return G_SOURCE_REMOVE;
}

static void
edited_cb (JipPaperView *self, JipPaperSection *view)
{
  g_hash_table_add (self->edited, g_strdup (jip_paper_section_get_id (view)));
  if (self->commit_timeout == 0)
    self->commit_timeout = g_timeout_add (COMMIT_DELAY_MS, commit_cb, self);
}

static void
rewrite_cb (JipPaperSection *view, const char *instruction, JipPaperView *self)
{
  g_signal_emit (self, rewrite_signal, 0, jip_paper_section_get_id (view), instruction);
}

static gboolean
someone_types_elsewhere (JipPaperView *self, JipPaperSection *view)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && GTK_IS_TEXT_VIEW (focus) && gtk_widget_is_ancestor (focus, GTK_WIDGET (self))
         && focus != GTK_WIDGET (jip_paper_section_get_text_view (view));
}

static void
grown_cb (JipPaperView *self, JipPaperSection *view)
{
  GtkTextView *text_view = jip_paper_section_get_text_view (view);
  GtkTextIter end;
  GdkRectangle place;
  graphene_point_t foot;

  if (someone_types_elsewhere (self, view))
    return;
  gtk_text_buffer_get_end_iter (gtk_text_view_get_buffer (text_view), &end);
  gtk_text_view_get_iter_location (text_view, &end, &place);
  if (!gtk_widget_compute_point (
          GTK_WIDGET (text_view),
          gtk_widget_get_parent (gtk_widget_get_parent (GTK_WIDGET (self->sections_box))),
          &GRAPHENE_POINT_INIT (0, (float) (place.y + place.height)), &foot))
    return;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);
  gtk_adjustment_clamp_page (adjustment, (double) foot.y - place.height, (double) foot.y + 36);
}

static void
fill (JipPaperView *self)
{
  JipDocumentType *type = jip_draft_session_get_document_type (self->session);
  JipDraft *draft = jip_draft_session_get_draft (self->session);

  gtk_label_set_label (self->type_label, jip_document_type_get_name (type));
  for (guint i = 0; i < jip_draft_get_n_sections (draft); i++)
    {
      JipSection *section = jip_draft_get_section (draft, i);
      const JipDocumentSection *wanted = jip_document_type_find_section (type, jip_section_get_id (section));
      GtkWidget *view
          = jip_paper_section_new (jip_section_get_id (section), jip_section_get_heading (section),
                                   wanted != NULL && wanted->holds != NULL ? wanted->holds : "",
                                   wanted != NULL && wanted->prompt != NULL);
      g_signal_connect_swapped (view, "edited", G_CALLBACK (edited_cb), self);
      g_signal_connect_swapped (view, "grown", G_CALLBACK (grown_cb), self);
      g_signal_connect (view, "rewrite", G_CALLBACK (rewrite_cb), self);
      gtk_box_append (self->sections_box, view);
    }
}

static void
clear (JipPaperView *self)
{
  GtkWidget *child;

  g_clear_handle_id (&self->commit_timeout, g_source_remove);
  g_clear_handle_id (&self->show_timeout, g_source_remove);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_hash_table_remove_all (self->edited);
  while (self->sections_box != NULL
         && (child = gtk_widget_get_first_child (GTK_WIDGET (self->sections_box))) != NULL)
    gtk_box_remove (self->sections_box, child);
}

/**
 * jip_paper_view_set_session:
 * @session: (nullable): loaded
 */
void
jip_paper_view_set_session (JipPaperView *self, JipDraftSession *session)
{
  g_return_if_fail (JIP_IS_PAPER_VIEW (self));

  clear (self);
  if (session == NULL)
    return;
  self->session = g_object_ref (session);
  fill (self);
  refresh (self, TRUE);
  g_signal_connect_swapped (session, "changed", G_CALLBACK (session_changed_cb), self);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled), 0);
}

void
jip_paper_view_begin_stream (JipPaperView *self, const char *section)
{
  g_return_if_fail (JIP_IS_PAPER_VIEW (self) && section != NULL);

  JipPaperSection *view = find_section (self, section);
  g_string_truncate (self->pending, 0);
  g_free (self->streaming);
  self->streaming = g_strdup (section);
  if (view != NULL)
    jip_paper_section_begin_stream (view);
}

static gboolean
show_cb (gpointer user_data)
{
  JipPaperView *self = user_data;
  JipPaperSection *view = find_section (self, self->streaming);
  gsize length = jip_mask_find_open_mark (self->pending->str, self->pending->len);

  self->show_timeout = 0;
  if (view == NULL || length == 0)
    return G_SOURCE_REMOVE;
  g_autofree char *masked = g_strndup (self->pending->str, length);
  g_autofree char *text = jip_mask_session_restore (jip_draft_session_get_masks (self->session), masked);
  jip_paper_section_append (view, text);
  g_string_erase (self->pending, 0, (gssize) length);
  return G_SOURCE_REMOVE;
}

/**
 * jip_paper_view_stream:
 * @delta: masked; a mark may be cut in two by it
 */
void
jip_paper_view_stream (JipPaperView *self, const char *section, const char *delta)
{
  g_return_if_fail (JIP_IS_PAPER_VIEW (self) && section != NULL && delta != NULL);

  g_string_append (self->pending, delta);
  if (self->show_timeout == 0)
    self->show_timeout = g_timeout_add (SHOW_DELAY_MS, show_cb, self);
}

void
jip_paper_view_end_stream (JipPaperView *self, const char *section)
{
  g_return_if_fail (JIP_IS_PAPER_VIEW (self) && section != NULL);

  JipPaperSection *view = find_section (self, section);
  g_clear_handle_id (&self->show_timeout, g_source_remove);
  g_string_truncate (self->pending, 0);
  if (view == NULL)
    return;
  g_autoptr (JipDraft) restored = jip_draft_session_dup_restored (self->session);
  refresh_section (self, view, restored, FALSE);
  jip_paper_section_end_stream (view);
}

void
jip_paper_view_set_can_rewrite (JipPaperView *self, gboolean can)
{
  g_return_if_fail (JIP_IS_PAPER_VIEW (self));

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->sections_box)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    jip_paper_section_set_can_rewrite (JIP_PAPER_SECTION (child), can);
}

static void
jip_paper_view_dispose (GObject *object)
{
  JipPaperView *self = JIP_PAPER_VIEW (object);

  clear (self);
  adw_bin_set_child (ADW_BIN (self), NULL); /* it is bound: AdwBin would not hear of its end */
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_PAPER_VIEW);
  G_OBJECT_CLASS (jip_paper_view_parent_class)->dispose (object);
}

static void
jip_paper_view_finalize (GObject *object)
{
  JipPaperView *self = JIP_PAPER_VIEW (object);

  g_hash_table_unref (self->edited);
  g_string_free (self->pending, TRUE);
  g_free (self->streaming);
  G_OBJECT_CLASS (jip_paper_view_parent_class)->finalize (object);
}

static void
jip_paper_view_class_init (JipPaperViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_paper_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_paper_view_finalize;
  rewrite_signal = g_signal_new ("rewrite", JIP_TYPE_PAPER_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/draft/jip-paper-view.ui");
  gtk_widget_class_bind_template_child (widget_class, JipPaperView, scrolled);
  gtk_widget_class_bind_template_child (widget_class, JipPaperView, type_label);
  gtk_widget_class_bind_template_child (widget_class, JipPaperView, title_label);
  gtk_widget_class_bind_template_child (widget_class, JipPaperView, sections_box);
}

static void
jip_paper_view_init (JipPaperView *self)
{
  self->edited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pending = g_string_new (NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}
