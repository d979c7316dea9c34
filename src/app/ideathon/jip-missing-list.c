/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-missing-list.h"

#include <glib/gi18n-lib.h>

#include "jip-record-lists.h"

struct _JipMissingList
{
  AdwBin parent_instance;

  GCancellable *cancellable; /* of the question under way */
  char *subject;
  GtkBox *box;
};

G_DEFINE_FINAL_TYPE (JipMissingList, jip_missing_list, ADW_TYPE_BIN)

/* One panel: a heading with the number and the names, one a line. */
typedef struct
{
  GtkLabel *heading, *names; /* owned */
  char *panel;
  GCancellable *cancellable;
} Part;

static void
part_free (Part *part)
{
  g_object_unref (part->heading);
  g_object_unref (part->names);
  g_object_unref (part->cancellable);
  g_free (part->panel);
  g_free (part);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Part, part_free)

static void
show_names (Part *part, GPtrArray *judges)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *heading = judges->len > 0
                                 ? g_strdup_printf (_ ("%s: %u missing"), part->panel, judges->len)
                                 : g_strdup_printf (_ ("%s: all have handed in"), part->panel);

  for (guint i = 0; i < judges->len; i++)
    {
      JipJudge *judge = judges->pdata[i];
      const char *department = jip_judge_get_department (judge);
      g_string_append_printf (names, "%s%s · %s", i > 0 ? "\n" : "", jip_judge_get_name (judge),
                              jip_judge_get_label (judge));
      if (department != NULL && *department != '\0')
        g_string_append_printf (names, " (%s)", department);
    }
  gtk_label_set_label (part->heading, heading);
  gtk_label_set_label (part->names, names->str);
  gtk_widget_set_visible (GTK_WIDGET (part->names), judges->len > 0);
}

static void
missing_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Part) part = user_data;
  g_autoptr (GPtrArray) judges = jip_missing_judges_finish (JIP_CLIENT (source), result, NULL);

  if (judges == NULL || g_cancellable_is_cancelled (part->cancellable))
    return;
  show_names (part, judges);
}

static GtkLabel *
nth_label (JipMissingList *self, guint n, const char *css)
{
  GtkWidget *label = gtk_widget_get_first_child (GTK_WIDGET (self->box));

  for (; label != NULL && n > 0; n--)
    label = gtk_widget_get_next_sibling (label);
  if (label == NULL)
    {
      label = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_widget_add_css_class (label, css);
      gtk_box_append (self->box, label);
    }
  return GTK_LABEL (label);
}

/* Names of the finalist before must not stand there while the new ones come. */
static void
forget_names (JipMissingList *self, const char *subject)
{
  if (g_strcmp0 (self->subject, subject) == 0)
    return;
  g_free (self->subject);
  self->subject = g_strdup (subject);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_label_set_label (GTK_LABEL (child), "");
}

/**
 * jip_missing_list_show:
 * @entry: (nullable): the finalist
 *
 * Asks the replica again; the names change in place.
 */
void
jip_missing_list_show (JipMissingList *self, JipClient *client, JipEventModel *model, JipEntry *entry)
{
  g_return_if_fail (JIP_IS_MISSING_LIST (self) && JIP_IS_EVENT_MODEL (model));

  JipEventRules *rules = jip_event_model_get_rules (model);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_set_object (&self->cancellable, NULL);
  forget_names (self, entry != NULL ? jip_record_get_id (JIP_RECORD (entry)) : NULL);
  if (client == NULL || entry == NULL || rules == NULL)
    return;
  self->cancellable = g_cancellable_new ();
  for (guint i = 0; i < rules->panels->len; i++)
    {
      const JipPanel *panel = rules->panels->pdata[i];
      const char *subject = panel->mode == JIP_PANEL_PICK ? jip_entry_get_category (entry)
                                                          : jip_record_get_id (JIP_RECORD (entry));
      Part *part = g_new0 (Part, 1);
      part->heading = g_object_ref (nth_label (self, 2 * i, "heading"));
      part->names = g_object_ref (nth_label (self, 2 * i + 1, "body"));
      part->cancellable = g_object_ref (self->cancellable);
      part->panel = g_strdup (panel->name);
      jip_missing_judges_async (client, jip_event_model_get_id (model), subject, panel->id, self->cancellable,
                                missing_cb, part);
    }
}

static void
jip_missing_list_dispose (GObject *object)
{
  JipMissingList *self = JIP_MISSING_LIST (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->subject, g_free);
  G_OBJECT_CLASS (jip_missing_list_parent_class)->dispose (object);
}

static void
jip_missing_list_class_init (JipMissingListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = jip_missing_list_dispose;
}

static void
jip_missing_list_init (JipMissingList *self)
{
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->box));
}
