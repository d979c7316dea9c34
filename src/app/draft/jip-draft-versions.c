/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-versions.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-format.h"
#include "jip-record-lists.h"
#include "jip-time.h"

struct _JipDraftVersions
{
  AdwBin parent_instance;

  JipReplicaList *versions;
  GtkStack *stack;
  GtkListView *list_view;
};

G_DEFINE_TYPE (JipDraftVersions, jip_draft_versions, ADW_TYPE_BIN)

static guint restore_signal;

static char *
describe (JipDraftVersion *version)
{
  JsonObject *document = jip_draft_version_get_document (version);
  JsonNode *generation = document != NULL ? json_object_get_member (document, "generation") : NULL;
  const char *model
      = generation != NULL && JSON_NODE_HOLDS_OBJECT (generation)
            ? json_object_get_string_member_with_default (json_node_get_object (generation), "model", NULL)
            : NULL;
  gint64 when = jip_draft_version_get_received_at (version);
  g_autofree char *time = when > 0 ? jip_format_when (when, jip_time_now ()) : g_strdup (_ ("not sent yet"));

  if (jip_draft_version_get_lost (version))
    return g_strdup_printf (_ ("%s · saved elsewhere at the same time"), time);
  return model != NULL ? g_strdup_printf ("%s · %s", time, model) : g_steal_pointer (&time);
}

static void
restore_cb (GtkButton *button, GtkListItem *item)
{
  GtkWidget *self = gtk_widget_get_ancestor (GTK_WIDGET (button), JIP_TYPE_DRAFT_VERSIONS);
  JipDraftVersion *version = gtk_list_item_get_item (item);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (GError) error = NULL;

  json_node_set_object (node, jip_draft_version_get_document (version));
  g_autoptr (JipDraft) draft = jip_draft_from_json (node, &error);
  if (draft != NULL)
    g_signal_emit (self, restore_signal, 0, draft);
  else
    jip_toast_error (self, error);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12),
            *text = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = gtk_label_new (NULL), *detail = gtk_label_new (NULL);
  GtkWidget *button = gtk_button_new_with_label (_ ("Restore"));

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (detail), 0);
  gtk_label_set_ellipsize (GTK_LABEL (detail), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (detail, "dim-label");
  gtk_widget_add_css_class (detail, "caption");
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (text), name);
  gtk_box_append (GTK_BOX (text), detail);
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (GTK_BOX (box), button);
  g_signal_connect (button, "clicked", G_CALLBACK (restore_cb), item);
  gtk_list_item_set_child (item, box);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  JipDraftVersion *version = gtk_list_item_get_item (item);
  GtkWidget *text = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *button = gtk_widget_get_next_sibling (text);
  g_autofree char *name = g_strdup_printf (_ ("Version %d"), (int) jip_draft_version_get_version (version));
  g_autofree char *detail = describe (version);
  g_autofree char *restore
      = g_strdup_printf (_ ("Restore version %d"), (int) jip_draft_version_get_version (version));

  gtk_label_set_label (GTK_LABEL (gtk_widget_get_first_child (text)), name);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (text)), detail);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, restore, -1);
}

static int
compare_versions (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gint64 one = jip_draft_version_get_version ((JipDraftVersion *) a);
  gint64 other = jip_draft_version_get_version ((JipDraftVersion *) b);

  return other > one ? 1 : other < one ? -1 : 0;
}

static void
total_cb (JipDraftVersions *self)
{
  gboolean empty
      = jip_replica_list_get_total (self->versions) == 0 && !jip_replica_list_get_loading (self->versions);

  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "list");
}

static void
drop_list (JipDraftVersions *self)
{
  if (self->versions != NULL)
    g_signal_handlers_disconnect_by_data (self->versions, self);
  g_clear_object (&self->versions);
}

/**
 * jip_draft_versions_set_draft:
 * @id: (nullable): shows none
 */
void
jip_draft_versions_set_draft (JipDraftVersions *self, JipClient *client, const char *id)
{
  g_return_if_fail (JIP_IS_DRAFT_VERSIONS (self));

  drop_list (self);
  if (id == NULL)
    {
      gtk_list_view_set_model (self->list_view, NULL);
      return;
    }
  self->versions = jip_draft_version_list_new (client, id);
  GtkSorter *newest_first = GTK_SORTER (gtk_custom_sorter_new (compare_versions, NULL, NULL));
  GtkSortListModel *sorted
      = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->versions)), newest_first);
  g_autoptr (GtkNoSelection) selection = gtk_no_selection_new (G_LIST_MODEL (sorted));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (selection));
  g_signal_connect_swapped (self->versions, "notify::total", G_CALLBACK (total_cb), self);
  g_signal_connect_swapped (self->versions, "notify::loading", G_CALLBACK (total_cb), self);
  total_cb (self);
}

static void
jip_draft_versions_dispose (GObject *object)
{
  drop_list (JIP_DRAFT_VERSIONS (object));
  adw_bin_set_child (ADW_BIN (object), NULL); /* it is bound: AdwBin would not hear of its end */
  gtk_widget_dispose_template (GTK_WIDGET (object), JIP_TYPE_DRAFT_VERSIONS);
  G_OBJECT_CLASS (jip_draft_versions_parent_class)->dispose (object);
}

static void
jip_draft_versions_class_init (JipDraftVersionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_draft_versions_dispose;
  restore_signal = g_signal_new ("restore", JIP_TYPE_DRAFT_VERSIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, JIP_TYPE_DRAFT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/draft/jip-draft-versions.ui");
  gtk_widget_class_bind_template_child (widget_class, JipDraftVersions, stack);
  gtk_widget_class_bind_template_child (widget_class, JipDraftVersions, list_view);
}

static void
jip_draft_versions_init (JipDraftVersions *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  gtk_list_view_set_factory (self->list_view, factory);
}
