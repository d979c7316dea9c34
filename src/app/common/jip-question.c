/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-question.h"

#include <glib/gi18n-lib.h>

/**
 * jip_question_new:
 * @widget: about which, or in whose window, it is asked
 * @act: what the button that does it says
 *
 * Something that cannot be undone is asked about first. Enter and Escape leave all as it is.
 *
 * Returns: (transfer none): to be presented, once "response" is connected; it goes by itself when it is answered
 */
AdwMessageDialog *
jip_question_new (GtkWidget *widget, const char *heading, const char *body, const char *act)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (
      adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, heading, body));

  adw_message_dialog_add_responses (dialog, "cancel", _ ("Cancel"), JIP_QUESTION_YES, act, NULL);
  adw_message_dialog_set_response_appearance (dialog, JIP_QUESTION_YES, ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");
  return dialog;
}
