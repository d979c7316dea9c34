/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-checks.h"

#include <glib/gi18n-lib.h>

#include "jip-compose.h"

struct _JipDraftChecks
{
  AdwBin parent_instance;

  GtkListBox *list;
  char *shown; /* what the list was made from */
};

G_DEFINE_TYPE (JipDraftChecks, jip_draft_checks, ADW_TYPE_BIN)

static guint go_to_field_signal;

static void
activated_cb (JipDraftChecks *self, GtkListBoxRow *row)
{
  const char *field = g_object_get_data (G_OBJECT (row), "field");

  if (field != NULL)
    g_signal_emit (self, go_to_field_signal, 0, field);
}

static GtkWidget *
add_row (JipDraftChecks *self, const char *icon, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (row), icon);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_list_box_append (self->list, row);
  return row;
}

static void
add_origin (JipDraftChecks *self, JipDraftSession *session)
{
  const char *model = jip_draft_session_get_model (session);
  const char *label = jip_compose_get_label (jip_draft_session_get_draft (session));

  if (label != NULL)
    add_row (self, "user-available-symbolic", label, _ ("No language model wrote any of this paper."));
  else if (model != NULL)
    {
      g_autofree char *text = g_strdup_printf (
          _ ("%s wrote the underlined words. Read them through: the exported file says that AI helped."),
          model);
      add_row (self, "dialog-information-symbolic", _ ("Written with AI"), text);
    }
  else
    add_row (self, "dialog-information-symbolic", _ ("Written with AI"),
             _ ("A model wrote the underlined words. Read them through."));
}

static guint
add_missing (JipDraftChecks *self, JipFormState *form)
{
  g_autoptr (GPtrArray) missing = jip_form_state_find_missing (form);

  for (guint i = 0; i < missing->len; i++)
    {
      const JipDocumentField *field = missing->pdata[i];
      g_autofree char *title = g_strdup_printf (_ ("Still empty: %s"), field->label);
      GtkWidget *row = add_row (self, "dialog-warning-symbolic", title, _ ("Click to fill it in."));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_object_set_data_full (G_OBJECT (row), "field", g_strdup (field->id), g_free);
    }
  return missing->len;
}

static void
add_masked (JipDraftChecks *self, GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++)
    {
      const JipMaskedItem *item = items->pdata[i];
      if (item->original == NULL)
        {
          add_row (
              self, "dialog-warning-symbolic", item->mark,
              _ ("What it stands for is not known here: it was typed on another PC, or into another draft. "
                 "Type it here, or finish the paper there."));
          continue;
        }
      g_autofree char *text
          = g_strdup_printf (_ ("%s is hidden from the model and the server"), item->original);
      add_row (self, "changes-prevent-symbolic", item->mark, text);
    }
  if (items->len == 0)
    add_row (self, "emblem-ok-symbolic", _ ("No personal data found"),
             _ ("Numbers and addresses of people would be hidden before anything leaves this PC."));
}

static guint
count_unknown (GPtrArray *items)
{
  guint count = 0;

  for (guint i = 0; i < items->len; i++)
    count += ((const JipMaskedItem *) items->pdata[i])->original == NULL;
  return count;
}

static char *
describe_all (JipDraftSession *session, GPtrArray *missing, GPtrArray *items)
{
  g_autoptr (GString) out = g_string_new (jip_draft_session_get_model (session));

  g_string_append_printf (
      out, "\n%s", jip_compose_get_label (jip_draft_session_get_draft (session)) != NULL ? "none" : "ai");
  for (guint i = 0; i < missing->len; i++)
    g_string_append_printf (out, "\n%s", ((const JipDocumentField *) missing->pdata[i])->id);
  for (guint i = 0; i < items->len; i++)
    {
      const JipMaskedItem *item = items->pdata[i];
      g_string_append_printf (out, "\n%s %s", item->mark, item->original != NULL ? item->original : "");
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/**
 * jip_draft_checks_update:
 *
 * Returns: how many things ask for an act
 */
guint
jip_draft_checks_update (JipDraftChecks *self, JipDraftSession *session, JipFormState *form)
{
  GtkWidget *row;

  g_return_val_if_fail (JIP_IS_DRAFT_CHECKS (self) && JIP_IS_DRAFT_SESSION (session) && form != NULL, 0);

  g_autoptr (JsonNode) document = jip_draft_to_json (jip_draft_session_get_draft (session));
  g_autoptr (GPtrArray) items = jip_mask_session_list_items (jip_draft_session_get_masks (session), document);
  g_autoptr (GPtrArray) missing = jip_form_state_find_missing (form);
  g_autofree char *all = describe_all (session, missing, items);
  guint due = missing->len + count_unknown (items);
  if (g_strcmp0 (all, self->shown) == 0)
    return due;
  g_free (self->shown);
  self->shown = g_steal_pointer (&all);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  add_missing (self, form);
  add_origin (self, session);
  add_masked (self, items);
  return due;
}

static void
jip_draft_checks_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), JIP_TYPE_DRAFT_CHECKS);
  G_OBJECT_CLASS (jip_draft_checks_parent_class)->dispose (object);
}

static void
jip_draft_checks_finalize (GObject *object)
{
  g_free (JIP_DRAFT_CHECKS (object)->shown);
  G_OBJECT_CLASS (jip_draft_checks_parent_class)->finalize (object);
}

static void
jip_draft_checks_class_init (JipDraftChecksClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_draft_checks_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_draft_checks_finalize;
  go_to_field_signal = g_signal_new ("go-to-field", JIP_TYPE_DRAFT_CHECKS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/draft/jip-draft-checks.ui");
  gtk_widget_class_bind_template_child (widget_class, JipDraftChecks, list);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
jip_draft_checks_init (JipDraftChecks *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
