/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-start.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-area.h"
#include "jip-draft-row.h"
#include "jip-draft-save-op.h"
#include "jip-paths.h"
#include "jip-question.h"
#include "jip-record-lists.h"

struct _JipDraftStart
{
  AdwBin parent_instance;

  JipReplicaList *drafts;
  JipReplicaList *type_records;
  GListStore *types; /* JipDocumentType */
  GtkFilterListModel *filtered;
  GPtrArray *bound; /* GtkListItem whose day heading depends on its neighbour */

  GtkStack *list_stack;
  GtkListView *list_view;
  GtkEditable *search_entry;
  GtkFlowBox *types_box;
};

G_DEFINE_TYPE (JipDraftStart, jip_draft_start, ADW_TYPE_BIN)

enum
{
  NEW,
  OPEN,
  TYPED,
  LISTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/**
 * jip_draft_start_find_type:
 *
 * Returns: (transfer none) (nullable)
 */
JipDocumentType *
jip_draft_start_find_type (JipDraftStart *self, const char *id)
{
  g_return_val_if_fail (JIP_IS_DRAFT_START (self), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->types)); i++)
    {
      g_autoptr (JipDocumentType) type = g_list_model_get_item (G_LIST_MODEL (self->types), i);
      if (g_strcmp0 (jip_document_type_get_id (type), id) == 0)
        return type; /* the store keeps it */
    }
  return NULL;
}

/* -- the types */

static int
compare_types (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return jip_document_type_get_order ((JipDocumentType *) a)
         - jip_document_type_get_order ((JipDocumentType *) b);
}

static void
add_type (JipDraftStart *self, JsonObject *body)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, body);
  g_autoptr (JipDocumentType) type = jip_document_type_new_from_json (node, NULL);

  if (type != NULL)
    g_list_store_insert_sorted (self->types, type, compare_types, NULL);
}

/* Until the server's types are here, those that came with the program. */
static void
add_own_types (JipDraftStart *self)
{
  g_autofree char *folder = jip_paths_find_data ("document-types", NULL);
  g_autoptr (GPtrArray) types = folder != NULL ? jip_document_type_load_folder (folder, NULL) : NULL;

  for (guint i = 0; types != NULL && i < types->len; i++)
    g_list_store_insert_sorted (self->types, types->pdata[i], compare_types, NULL);
}

static void
refresh_rows (JipDraftStart *self)
{
  for (guint i = 0; i < self->bound->len; i++)
    {
      GtkListItem *item = self->bound->pdata[i];
      guint position = gtk_list_item_get_position (item);
      JipDraftRecord *record = gtk_list_item_get_item (item);
      g_autoptr (JipDraftRecord) before
          = position > 0 ? g_list_model_get_item (G_LIST_MODEL (self->filtered), position - 1) : NULL;
      JipDocumentType *type = jip_draft_start_find_type (self, jip_draft_record_get_document_type (record));
      jip_draft_row_set_record (JIP_DRAFT_ROW (gtk_list_item_get_child (item)), record, before,
                                type != NULL ? jip_document_type_get_name (type) : NULL);
    }
}

static void
types_changed_cb (JipDraftStart *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->type_records));

  g_list_store_remove_all (self->types);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (JipDocumentTypeRecord) record = g_list_model_get_item (G_LIST_MODEL (self->type_records), i);
      JsonObject *body = jip_document_type_record_get_body (record);
      if (body != NULL)
        add_type (self, body);
    }
  if (g_list_model_get_n_items (G_LIST_MODEL (self->types)) == 0)
    add_own_types (self);
  refresh_rows (self);
}

static GtkWidget *
make_card (gpointer item, gpointer user_data)
{
  JipDocumentType *type = item;
  GtkWidget *child = gtk_flow_box_child_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *name = gtk_label_new (jip_document_type_get_name (type));
  GtkWidget *summary = gtk_label_new (jip_document_type_get_summary (type));

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_wrap (GTK_LABEL (name), TRUE);
  gtk_widget_add_css_class (name, "heading");
  gtk_label_set_xalign (GTK_LABEL (summary), 0);
  gtk_label_set_yalign (GTK_LABEL (summary), 0);
  gtk_label_set_wrap (GTK_LABEL (summary), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (summary), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (summary), 16);
  gtk_label_set_max_width_chars (GTK_LABEL (summary), 24);
  gtk_widget_add_css_class (summary, "dim-label");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), summary);
  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), box);
  gtk_widget_add_css_class (child, "card");
  gtk_widget_add_css_class (child, "activatable");
  gtk_widget_add_css_class (child, "draft-card");
  gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  jip_document_type_get_name (type), -1);
  g_object_set_data_full (G_OBJECT (child), "type", g_object_ref (type), g_object_unref);
  return child;
}

static void
card_activated_cb (JipDraftStart *self, GtkFlowBoxChild *child)
{
  g_signal_emit (self, signals[NEW], 0, g_object_get_data (G_OBJECT (child), "type"));
}

/* -- the drafts */

static gboolean
is_wanted (gpointer item, gpointer user_data)
{
  JipDraftStart *self = user_data;
  g_autofree char *wanted = g_utf8_casefold (gtk_editable_get_text (self->search_entry), -1);
  const char *title = jip_draft_record_get_title (item);
  JipDocumentType *type = jip_draft_start_find_type (self, jip_draft_record_get_document_type (item));
  g_autofree char *text = g_strdup_printf ("%s %s", title != NULL ? title : "",
                                           type != NULL ? jip_document_type_get_name (type) : "");
  g_autofree char *folded = g_utf8_casefold (text, -1);

  return strstr (folded, g_strstrip (wanted)) != NULL;
}

static void
search_changed_cb (JipDraftStart *self)
{
  g_autoptr (GtkFilter) filter = NULL;

  if (self->filtered == NULL)
    return;
  /* without a filter the list reads on only as one scrolls */
  if (*gtk_editable_get_text (self->search_entry) != '\0')
    filter = GTK_FILTER (gtk_custom_filter_new (is_wanted, self, NULL));
  gtk_filter_list_model_set_filter (self->filtered, filter);
}

static void
update_stack (JipDraftStart *self)
{
  const char *name = "list";

  if (g_list_model_get_n_items (G_LIST_MODEL (self->filtered)) == 0)
    name = *gtk_editable_get_text (self->search_entry) != '\0' ? "nothing-found"
           : jip_replica_list_get_loading (self->drafts)       ? "list"
                                                               : "empty";
  gtk_stack_set_visible_child_name (self->list_stack, name);
}

static void
drafts_changed_cb (JipDraftStart *self)
{
  update_stack (self);
  refresh_rows (self);
}

/**
 * jip_draft_start_count_typed:
 *
 * Returns: how many drafts in the list were typed and are not saved
 */
guint
jip_draft_start_count_typed (JipDraftStart *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_START (self), 0);
  guint count = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->drafts)); i++)
    {
      g_autoptr (JipDraftRecord) record = g_list_model_get_item (G_LIST_MODEL (self->drafts), i);
      count += record != NULL && jip_draft_record_get_typed (record);
    }
  return count;
}

static void
list_changed_cb (JipDraftStart *self, guint position, guint removed, guint added)
{
  g_signal_emit (self, signals[LISTED], 0);
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (JipRecord) record = g_list_model_get_item (G_LIST_MODEL (self->drafts), i);
      if (record != NULL && jip_draft_record_get_typed (JIP_DRAFT_RECORD (record)))
        g_signal_emit (self, signals[TYPED], 0, jip_record_get_id (record));
    }
}

/**
 * jip_draft_start_tell_typed:
 *
 * Emits "typed" for all drafts that were typed and are not saved.
 */
void
jip_draft_start_tell_typed (JipDraftStart *self)
{
  g_return_if_fail (JIP_IS_DRAFT_START (self));
  list_changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (self->drafts)));
}

/**
 * jip_draft_start_read_again:
 *
 * Looks for what was typed and not saved.
 */
void
jip_draft_start_read_again (JipDraftStart *self)
{
  g_return_if_fail (JIP_IS_DRAFT_START (self));
  jip_replica_list_read_again (self->drafts);
}

static void
dropped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipDraftStart) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!jip_draft_drop_typed_finish (JIP_CLIENT (source), result, &error))
    jip_toast_error (GTK_WIDGET (self), error);
}

static void
drop_response_cb (JipDraftStart *self, const char *response, GtkWidget *dialog)
{
  if (g_str_equal (response, JIP_QUESTION_YES))
    jip_draft_drop_typed_async (jip_replica_list_get_client (self->drafts),
                                g_object_get_data (G_OBJECT (dialog), "draft"), NULL, dropped_cb,
                                g_object_ref (self));
}

/* What is nowhere else is asked about first. */
static void
delete_cb (JipDraftStart *self, const char *id)
{
  AdwMessageDialog *dialog = jip_question_new (
      GTK_WIDGET (self), _ ("Delete what was typed?"),
      _ ("It is on this PC alone and cannot be brought back. What was saved of this draft before stays."),
      _ ("Delete"));

  g_object_set_data_full (G_OBJECT (dialog), "draft", g_strdup (id), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (drop_response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
row_activated_cb (GtkListView *view, guint position, JipDraftStart *self)
{
  g_autoptr (JipDraftRecord) record = g_list_model_get_item (G_LIST_MODEL (self->filtered), position);
  JipDocumentType *type = jip_draft_start_find_type (self, jip_draft_record_get_document_type (record));

  if (type == NULL)
    jip_toast (GTK_WIDGET (self), "%s", _ ("This kind of paper is no longer known here."));
  else
    g_signal_emit (self, signals[OPEN], 0, jip_record_get_id (JIP_RECORD (record)), type);
}

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, JipDraftStart *self)
{
  GtkWidget *row = jip_draft_row_new ();

  g_signal_connect_object (row, "delete", G_CALLBACK (delete_cb), self, G_CONNECT_SWAPPED);
  gtk_list_item_set_child (item, row);
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, JipDraftStart *self)
{
  g_ptr_array_add (self->bound, item);
  refresh_rows (self);
}

static void
unbind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, JipDraftStart *self)
{
  g_ptr_array_remove_fast (self->bound, item);
}

/**
 * jip_draft_start_set_client:
 *
 * Shows the drafts of the account that @client is signed in with.
 */
void
jip_draft_start_set_client (JipDraftStart *self, JipClient *client)
{
  g_return_if_fail (JIP_IS_DRAFT_START (self) && JIP_IS_CLIENT (client) && self->drafts == NULL);

  self->type_records = jip_document_type_list_new (client);
  self->drafts = jip_draft_list_new (client);
  self->filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->drafts)), NULL);
  g_autoptr (GtkNoSelection) selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->filtered)));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (selection));
  g_signal_connect_swapped (self->filtered, "items-changed", G_CALLBACK (drafts_changed_cb), self);
  g_signal_connect_swapped (self->drafts, "items-changed", G_CALLBACK (list_changed_cb), self);
  g_signal_connect_swapped (self->drafts, "notify::loading", G_CALLBACK (update_stack), self);
  g_signal_connect_swapped (self->type_records, "items-changed", G_CALLBACK (types_changed_cb), self);
  types_changed_cb (self);
  update_stack (self);
}

void
jip_draft_start_focus_search (JipDraftStart *self)
{
  g_return_if_fail (JIP_IS_DRAFT_START (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

void
jip_draft_start_focus_types (JipDraftStart *self)
{
  g_return_if_fail (JIP_IS_DRAFT_START (self));

  GtkWidget *first = GTK_WIDGET (gtk_flow_box_get_child_at_index (self->types_box, 0));
  if (first != NULL)
    gtk_widget_grab_focus (first);
}

static void
empty_clicked_cb (JipDraftStart *self)
{
  jip_draft_start_focus_types (self);
}

static void
jip_draft_start_dispose (GObject *object)
{
  JipDraftStart *self = JIP_DRAFT_START (object);

  if (self->filtered != NULL)
    g_signal_handlers_disconnect_by_data (self->filtered, self);
  if (self->drafts != NULL)
    g_signal_handlers_disconnect_by_data (self->drafts, self);
  if (self->type_records != NULL)
    g_signal_handlers_disconnect_by_data (self->type_records, self);
  if (self->list_view != NULL)
    gtk_list_view_set_model (self->list_view, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_DRAFT_START);
  g_clear_object (&self->filtered);
  g_clear_object (&self->drafts);
  g_clear_object (&self->type_records);
  G_OBJECT_CLASS (jip_draft_start_parent_class)->dispose (object);
}

static void
jip_draft_start_finalize (GObject *object)
{
  JipDraftStart *self = JIP_DRAFT_START (object);

  g_object_unref (self->types);
  g_ptr_array_unref (self->bound);
  G_OBJECT_CLASS (jip_draft_start_parent_class)->finalize (object);
}

static void
jip_draft_start_class_init (JipDraftStartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_draft_start_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_draft_start_finalize;
  signals[NEW] = g_signal_new ("new", JIP_TYPE_DRAFT_START, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, JIP_TYPE_DOCUMENT_TYPE);
  signals[OPEN] = g_signal_new ("open", JIP_TYPE_DRAFT_START, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_STRING, JIP_TYPE_DOCUMENT_TYPE);
  signals[TYPED] = g_signal_new ("typed", JIP_TYPE_DRAFT_START, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[LISTED]
      = g_signal_new ("listed", JIP_TYPE_DRAFT_START, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/draft/jip-draft-start.ui");
  gtk_widget_class_bind_template_child (widget_class, JipDraftStart, list_stack);
  gtk_widget_class_bind_template_child (widget_class, JipDraftStart, list_view);
  gtk_widget_class_bind_template_child (widget_class, JipDraftStart, search_entry);
  gtk_widget_class_bind_template_child (widget_class, JipDraftStart, types_box);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, card_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, empty_clicked_cb);
}

static void
jip_draft_start_init (JipDraftStart *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->types = g_list_store_new (JIP_TYPE_DOCUMENT_TYPE);
  self->bound = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row_cb), self);
  gtk_list_view_set_factory (self->list_view, factory);
  gtk_flow_box_bind_model (self->types_box, G_LIST_MODEL (self->types), make_card, NULL, NULL);
}
