/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-export.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-area.h"
#include "jip-print-preview.h"
#include "jip-question.h"

typedef struct
{
  GtkWidget *widget;
  JipDraft *draft; /* restored */
  JipDocumentFormat format;
  char *path;
} Export;

static const struct
{
  const char *suffix, *title;
} formats[] = {
  [JIP_DOCUMENT_HWPX] = { ".hwpx", N_ ("Export as HWPX") },
  [JIP_DOCUMENT_ODT] = { ".odt", N_ ("Export as ODT") },
  [JIP_DOCUMENT_PDF] = { ".pdf", N_ ("Export as PDF") },
  [JIP_DOCUMENT_TEXT] = { ".txt", N_ ("Export as Text") },
};

static void
export_free (Export *export)
{
  g_object_unref (export->widget);
  jip_draft_unref (export->draft);
  g_free (export->path);
  g_free (export);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Export *export = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_filename_display_basename (export->path);

  g_autofree char *sentence = jip_document_export_finish (result, &error)
                                  ? g_strdup_printf (_ ("Exported: %s"), name)
                                  : g_strdup_printf (_ ("%s could not be written. %s"), name, error->message);
  jip_toast (export->widget, "%s", sentence);
  gtk_widget_activate_action (export->widget, "draft.tell", "s", sentence);
  export_free (export);
}

static void
write_file (Export *export)
{
  const JipDocumentOptions options = { NULL, FALSE };

  jip_document_export_async (export->draft, export->format, export->path, &options, NULL, exported_cb,
                             export);
}

static void
replace_response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  if (g_str_equal (response, JIP_QUESTION_YES))
    write_file (user_data);
  else
    export_free (user_data);
}

/* The file chooser has asked about the name as it was typed, without what its kind adds to it. */
static void
ask_to_replace (Export *export)
{
  g_autofree char *name = g_filename_display_basename (export->path);
  g_autofree char *body = g_strdup_printf (_ ("There is a file “%s” already. What it holds is lost."), name);
  AdwMessageDialog *dialog = jip_question_new (export->widget, _ ("Replace the file?"), body, _ ("Replace"));

  g_signal_connect (dialog, "response", G_CALLBACK (replace_response_cb), export);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  Export *export = user_data;
  g_autoptr (GFile) file
      = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;

  export->path = file != NULL ? g_file_get_path (file) : NULL;
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
  if (export->path == NULL)
    {
      export_free (export);
      return;
    }
  if (!g_str_has_suffix (export->path, formats[export->format].suffix))
    {
      char *path = g_strconcat (export->path, formats[export->format].suffix, NULL);
      g_free (export->path);
      export->path = path;
      if (g_file_test (path, G_FILE_TEST_EXISTS))
        {
          ask_to_replace (export);
          return;
        }
    }
  write_file (export);
}

static char *
propose_name (JipDraft *draft, const char *suffix)
{
  const char *title = jip_draft_get_title (draft);
  g_autofree char *name = g_strdup (title != NULL && *title != '\0' ? title : _ ("Draft"));

  g_strdelimit (name, "/\\:*?\"<>|\n\r\t", ' ');
  g_autofree char *bounded = g_utf8_substring (name, 0, MIN (60, g_utf8_strlen (name, -1)));
  return g_strconcat (g_strstrip (bounded), suffix, NULL);
}

/**
 * jip_draft_export:
 * @widget: its window asks where to and shows the outcome, which its action `draft.tell` is told too
 *
 * Asks for a file and writes the draft as its author reads it.
 */
void
jip_draft_export (GtkWidget *widget, JipDraftSession *session, JipDocumentFormat format)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && JIP_IS_DRAFT_SESSION (session));
  g_return_if_fail ((guint) format < G_N_ELEMENTS (formats));

  Export *export = g_new0 (Export, 1);
  export->widget = g_object_ref (widget);
  export->draft = jip_draft_session_dup_restored (session);
  export->format = format;
  GtkFileChooserNative *dialog
      = gtk_file_chooser_native_new (_ (formats[format].title), GTK_WINDOW (gtk_widget_get_root (widget)),
                                     GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), _ ("_Cancel"));
  g_autofree char *name = propose_name (export->draft, formats[format].suffix);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (chosen_cb), export);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/**
 * jip_draft_print:
 * @widget: its window is the preview's parent
 *
 * Shows the draft as it will be printed; from there it is.
 */
void
jip_draft_print (GtkWidget *widget, JipDraftSession *session)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && JIP_IS_DRAFT_SESSION (session));

  const JipDocumentOptions options = { 0 };
  g_autoptr (JipDraft) draft = jip_draft_session_dup_restored (session);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) pages = jip_document_draw (draft, &options, &error);
  const char *title = jip_draft_get_title (draft);

  if (pages == NULL)
    {
      jip_toast_error (widget, error);
      return;
    }
  gtk_window_present (
      GTK_WINDOW (jip_print_preview_new (GTK_WINDOW (gtk_widget_get_root (widget)), pages,
                                         title != NULL && *title != '\0' ? title : _ ("Draft"))));
}
