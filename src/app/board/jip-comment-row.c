/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-comment-row.h"

#include <glib/gi18n-lib.h>

#include "jip-attachment-row.h"
#include "jip-format.h"
#include "jip-time.h"

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

/**
 * jip_comment_row_new:
 * @item: a #JipComment
 * @user_data: a #JipCommentPlace
 *
 * For gtk_list_box_bind_model().
 *
 * Returns: (transfer full): who, when and what
 */
GtkWidget *
jip_comment_row_new (gpointer item, gpointer user_data)
{
  JipComment *comment = JIP_COMMENT (item);
  const JipCommentPlace *place = user_data;
  gboolean pending = jip_record_get_pending (JIP_RECORD (comment));
  g_autofree char *when = pending ? g_strdup (_ ("Waiting to be sent"))
                                  : jip_format_when (jip_comment_get_received_at (comment), jip_time_now ());
  const char *department = jip_comment_get_author_department (comment);
  g_autofree char *head
      = g_strjoin (" · ", jip_comment_get_author_name (comment), department != NULL ? department : when,
                   department != NULL ? when : NULL, NULL);

  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_margin_bottom (box, 9);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  GtkWidget *head_label = make_label (head, "caption");
  gtk_widget_add_css_class (head_label, "dim-label");
  gtk_box_append (GTK_BOX (box), head_label);
  GtkWidget *body = make_label (jip_comment_get_body (comment), NULL);
  gtk_label_set_selectable (GTK_LABEL (body), TRUE);
  gtk_box_append (GTK_BOX (box), body);
  gboolean mine = g_strcmp0 (jip_comment_get_author (comment), jip_client_get_user_id (place->client)) == 0;
  GtkWidget *files = jip_attachment_list_view_new (place->client, place->attachments,
                                                   jip_record_get_id (JIP_RECORD (comment)), mine);
  gtk_widget_set_margin_top (files, 6);
  gtk_box_append (GTK_BOX (box), files);

  GtkWidget *row = gtk_list_box_row_new ();
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  return row;
}
