/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-board-area.h"

#include <glib/gi18n-lib.h>

#include "jip-board-resources.h"
#include "jip-error.h"
#include "jip-idea-writer.h"
#include "jip-proposal-detail.h"
#include "jip-proposal-history.h"
#include "jip-proposal-list.h"
#include "jip-proposal-row.h"
#include "jip-settle-dialog.h"

/* The idea board: the list on the left; one idea, or the box to write one, on the right. */
struct _JipBoardArea
{
  JipArea parent_instance;

  JipProposalList *proposals;
  GtkSingleSelection *selection;
  char *wanted;  /* an idea to be shown as soon as the list holds it */
  char *current; /* the idea in the detail */

  AdwLeaflet *leaflet;
  GtkEditable *search_entry;
  GtkDropDown *sort_drop;
  GtkDropDown *scope_drop;
  GtkDropDown *kind_drop;
  GtkLabel *count_label;
  GtkStack *list_stack;
  GtkListView *list_view;
  GtkStack *detail_stack;
  JipProposalDetail *detail;
  JipIdeaWriter *writer;
  JipProposalHistory *history;
};

G_DEFINE_TYPE (JipBoardArea, jip_board_area, JIP_TYPE_AREA)

static gboolean
shows_history (JipBoardArea *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->detail_stack), "history") == 0;
}

/* A newer record of an idea whose history is looked at leaves the history open. */
static void
show_detail (JipBoardArea *self, JipProposal *proposal)
{
  const char *id = jip_record_get_id (JIP_RECORD (proposal));
  gboolean same = g_strcmp0 (self->current, id) == 0;

  if (!same)
    {
      g_free (self->current);
      self->current = g_strdup (id);
    }
  jip_proposal_detail_set_proposal (self->detail, proposal);
  if (same && shows_history (self))
    jip_proposal_history_set_proposal (self->history, proposal);
  else
    gtk_stack_set_visible_child_name (self->detail_stack, "detail");
}

static void
show_history (JipBoardArea *self)
{
  JipProposal *proposal = jip_proposal_detail_get_proposal (self->detail);

  if (proposal == NULL)
    return;
  jip_proposal_history_set_proposal (self->history, proposal);
  gtk_stack_set_visible_child_name (self->detail_stack, "history");
  adw_leaflet_set_visible_child_name (self->leaflet, "detail"); /* where the window is narrow */
}

static void
history_back_cb (JipBoardArea *self)
{
  gtk_stack_set_visible_child_name (self->detail_stack, "detail");
}

static void
selected_cb (JipBoardArea *self)
{
  JipProposal *proposal = gtk_single_selection_get_selected_item (self->selection);

  if (proposal != NULL)
    show_detail (self, proposal);
}

static void
row_activated_cb (GtkListView *view, guint position, JipBoardArea *self)
{
  selected_cb (self);
  adw_leaflet_set_visible_child_name (self->leaflet, "detail");
}

static void
back_cb (JipBoardArea *self)
{
  adw_leaflet_set_visible_child_name (self->leaflet, "list");
}

static gboolean
is_filtered (JipBoardArea *self)
{
  return *gtk_editable_get_text (self->search_entry) != '\0'
         || gtk_drop_down_get_selected (self->scope_drop) != 0
         || gtk_drop_down_get_selected (self->kind_drop) != 0;
}

static void
select_wanted (JipBoardArea *self)
{
  guint position;

  if (self->wanted == NULL
      || !jip_replica_list_find (JIP_REPLICA_LIST (self->proposals), self->wanted, &position))
    return;
  g_clear_pointer (&self->wanted, g_free);
  gtk_single_selection_set_selected (self->selection, position);
  selected_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->list_view)); /* else the title takes it, and is lit as a whole */
  adw_leaflet_set_visible_child_name (self->leaflet, "detail");
}

/* The list view keeps what it shows in its place, so that ideas that come in above it would not be seen. At the top the
 * newest stays in view; further down nothing moves under the reader's hand. */
static void
rows_changed_cb (JipBoardArea *self, guint position, guint removed, guint added)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list_view));

  if (position == 0 && added > 0 && adjustment != NULL && gtk_adjustment_get_value (adjustment) < 1)
    gtk_widget_activate_action (GTK_WIDGET (self->list_view), "list.scroll-to-item", "u", 0u);
}

static void
current_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipBoardArea) self = user_data;
  g_autoptr (GError) error = NULL;
  JipClient *client = jip_area_get_client (JIP_AREA (self));
  g_autoptr (JipRecord) found = jip_client_lookup_finish (client, result, &error);
  guint position;

  if (!g_error_matches (error, JIP_ERROR, JIP_ERROR_NOT_FOUND) || self->proposals == NULL
      || self->current == NULL
      || jip_replica_list_find (JIP_REPLICA_LIST (self->proposals), self->current, &position))
    return;
  history_back_cb (self);
  jip_proposal_detail_show_gone (self->detail);
}

/* A newer record of the idea in the detail took the place of the one that was selected; one that the list does not hold any
 * more may be gone. */
static void
items_changed_cb (JipBoardArea *self)
{
  guint position;

  select_wanted (self);
  if (self->current == NULL
      || (g_strcmp0 (gtk_stack_get_visible_child_name (self->detail_stack), "detail") != 0
          && !shows_history (self)))
    return;
  if (!jip_replica_list_find (JIP_REPLICA_LIST (self->proposals), self->current, &position))
    {
      jip_client_lookup_async (jip_area_get_client (JIP_AREA (self)), JIP_TYPE_PROPOSAL, self->current, NULL,
                               current_cb, g_object_ref (self));
      return;
    }
  if (gtk_single_selection_get_selected (self->selection) != position)
    gtk_single_selection_set_selected (self->selection, position);
  g_autoptr (JipProposal) proposal = g_list_model_get_item (G_LIST_MODEL (self->proposals), position);
  show_detail (self, proposal);
}

/* What stands in the place of a list without a row. */
static const char *
find_empty_page (JipBoardArea *self)
{
  JipClientState state = jip_client_get_state (jip_area_get_client (JIP_AREA (self)));

  if (is_filtered (self))
    return "nothing-found";
  return jip_client_state_is_fetching (state) ? "fetching" : "empty";
}

static void
total_changed_cb (JipBoardArea *self)
{
  if (self->proposals == NULL) /* signed out */
    return;
  JipReplicaList *list = JIP_REPLICA_LIST (self->proposals);
  guint total = jip_replica_list_get_total (list);
  g_autofree char *text = g_strdup_printf (ngettext ("%u idea", "%u ideas", total), total);

  gtk_label_set_label (self->count_label, text);
  if (total > 0 || jip_replica_list_get_loading (list))
    gtk_stack_set_visible_child_name (self->list_stack, "list");
  else
    gtk_stack_set_visible_child_name (self->list_stack, find_empty_page (self));
}

static void
search_changed_cb (JipBoardArea *self)
{
  jip_proposal_list_set_search (self->proposals, gtk_editable_get_text (self->search_entry));
}

static void
filter_changed_cb (JipBoardArea *self)
{
  static const char *const kinds[] = { NULL, "proposal", "request" };

  if (self->proposals == NULL)
    return;
  jip_proposal_list_set_sort (self->proposals, gtk_drop_down_get_selected (self->sort_drop) == 1
                                                   ? JIP_PROPOSAL_SORT_VOTES
                                                   : JIP_PROPOSAL_SORT_NEWEST);
  jip_proposal_list_set_mine (self->proposals, gtk_drop_down_get_selected (self->scope_drop) == 1);
  jip_proposal_list_set_kind (self->proposals, kinds[MIN (gtk_drop_down_get_selected (self->kind_drop), 2)]);
}

static void
write_cb (JipBoardArea *self)
{
  gtk_stack_set_visible_child_name (self->detail_stack, "writer");
  adw_leaflet_set_visible_child_name (self->leaflet, "detail");
  jip_idea_writer_begin (self->writer);
}

static void
show_idea (JipBoardArea *self, const char *id)
{
  gtk_editable_set_text (self->search_entry, "");
  gtk_drop_down_set_selected (self->scope_drop, 0);
  gtk_drop_down_set_selected (self->kind_drop, 0);
  g_free (self->wanted);
  self->wanted = g_strdup (id);
  gtk_stack_set_visible_child_name (self->detail_stack, "none");
  select_wanted (self);
}

static void
writer_done_cb (JipIdeaWriter *writer, const char *id, JipBoardArea *self)
{
  if (id != NULL)
    {
      JipClientState state = jip_client_get_state (jip_area_get_client (JIP_AREA (self)));
      gboolean online = state == JIP_CLIENT_SYNCED || state == JIP_CLIENT_SYNCING;
      jip_toast (GTK_WIDGET (self), "%s",
                 online ? _ ("Your idea is on its way.")
                        : _ ("Your idea is kept on this PC and sent as soon as that is possible."));
      show_idea (self, id);
      return;
    }
  gtk_stack_set_visible_child_name (self->detail_stack, "none");
  adw_leaflet_set_visible_child_name (self->leaflet, "list");
  selected_cb (self);
}

/* What the server refused is taken up again. */

typedef struct
{
  JipBoardArea *area;
  JipRefused *refused;
} TakeUp;

static void
take_up_free (TakeUp *work)
{
  g_object_unref (work->area);
  g_object_unref (work->refused);
  g_free (work);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TakeUp, take_up_free)

static void
settled_cb (JipSettleDialog *dialog, gboolean sent, JipBoardArea *self)
{
  jip_toast (GTK_WIDGET (self), "%s",
             sent ? _ ("Settled. Both texts are in the history of the idea.")
                  : _ ("Settled: the idea stays as it is. Your text is in its history."));
}

static void
new_idea_cb (JipSettleDialog *dialog, JipBoardArea *self)
{
  jip_board_area_take_over (self, jip_settle_dialog_get_refused (dialog));
}

static gboolean
is_comment (JipRefused *refused)
{
  return g_strcmp0 (jip_record_get_string (JIP_RECORD (refused), "name"), "comment.add") == 0;
}

/* A comment goes back to its idea; whatever else, and the comment of an idea that is gone, becomes an idea of its own. */
static void
subject_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TakeUp) work = user_data;
  JipBoardArea *self = work->area;
  g_autoptr (JipRecord) found
      = jip_client_lookup_finish (jip_area_get_client (JIP_AREA (self)), result, NULL);
  JipProposal *proposal = found != NULL ? JIP_PROPOSAL (found) : NULL;

  if (self->proposals == NULL) /* signed out meanwhile */
    return;
  if (is_comment (work->refused) && proposal != NULL)
    {
      show_detail (self, proposal);
      jip_proposal_detail_take_over (self->detail, work->refused);
    }
  else
    {
      g_autofree char *text = jip_refused_dup_idea_text (work->refused, proposal);
      write_cb (self);
      jip_idea_writer_take_over (self->writer, work->refused, text);
    }
  adw_leaflet_set_visible_child_name (self->leaflet, "detail");
}

/**
 * jip_board_area_take_over:
 * @refused: an idea, an edit or a comment that was refused
 *
 * Puts its text where it is written on. It is settled only when that is sent.
 */
void
jip_board_area_take_over (JipBoardArea *self, JipRefused *refused)
{
  g_return_if_fail (JIP_IS_BOARD_AREA (self) && JIP_IS_REFUSED (refused));
  TakeUp *work = g_new0 (TakeUp, 1);

  work->area = g_object_ref (self);
  work->refused = g_object_ref (refused);
  jip_client_lookup_async (jip_area_get_client (JIP_AREA (self)), JIP_TYPE_PROPOSAL,
                           jip_refused_get_proposal (refused), NULL, subject_cb, work);
}

/**
 * jip_board_area_settle:
 * @refused: an edit of an idea that another one came before
 */
void
jip_board_area_settle (JipBoardArea *self, JipRefused *refused)
{
  g_return_if_fail (JIP_IS_BOARD_AREA (self) && JIP_IS_REFUSED (refused));
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (root == NULL)
    return;
  JipSettleDialog *dialog
      = jip_settle_dialog_new (GTK_WINDOW (root), jip_area_get_client (JIP_AREA (self)), refused);
  g_signal_connect_object (dialog, "settled", G_CALLBACK (settled_cb), self, 0);
  g_signal_connect_object (dialog, "new-idea", G_CALLBACK (new_idea_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
refused_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipBoardArea) self = user_data;
  g_autoptr (JipRecord) refused
      = jip_client_lookup_finish (jip_area_get_client (JIP_AREA (self)), result, NULL);

  if (refused != NULL) /* else it was settled meanwhile */
    jip_board_area_settle (self, JIP_REFUSED (refused));
}

static void
settle_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  jip_client_lookup_async (jip_area_get_client (JIP_AREA (widget)), JIP_TYPE_REFUSED,
                           g_variant_get_string (parameter, NULL), NULL, refused_cb, g_object_ref (widget));
}

static void
history_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  show_history (JIP_BOARD_AREA (widget));
}

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  gtk_list_item_set_child (item, jip_proposal_row_new ());
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  jip_proposal_row_set_proposal (JIP_PROPOSAL_ROW (gtk_list_item_get_child (item)),
                                 gtk_list_item_get_item (item));
}

static void
jip_board_area_primary (JipArea *area)
{
  write_cb (JIP_BOARD_AREA (area));
}

static void
jip_board_area_find (JipArea *area)
{
  JipBoardArea *self = JIP_BOARD_AREA (area);

  adw_leaflet_set_visible_child_name (self->leaflet, "list");
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

static void
jip_board_area_constructed (GObject *object)
{
  JipBoardArea *self = JIP_BOARD_AREA (object);
  JipClient *client = jip_area_get_client (JIP_AREA (self));

  G_OBJECT_CLASS (jip_board_area_parent_class)->constructed (object);

  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row_cb), NULL);
  gtk_list_view_set_factory (self->list_view, factory);

  self->proposals = jip_proposal_list_new (client);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->proposals)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_swapped (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self);
  g_signal_connect_swapped (self->selection, "items-changed", G_CALLBACK (rows_changed_cb), self);
  g_signal_connect_swapped (self->proposals, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect_swapped (self->proposals, "notify::total", G_CALLBACK (total_changed_cb), self);
  g_signal_connect_swapped (self->proposals, "notify::loading", G_CALLBACK (total_changed_cb), self);
  g_signal_connect_object (client, "notify::state", G_CALLBACK (total_changed_cb), self, G_CONNECT_SWAPPED);

  jip_proposal_detail_set_client (self->detail, client);
  jip_idea_writer_set_client (self->writer, client);
  jip_proposal_history_set_client (self->history, client);
  total_changed_cb (self);
}

static void
jip_board_area_dispose (GObject *object)
{
  JipBoardArea *self = JIP_BOARD_AREA (object);

  if (self->proposals != NULL)
    g_signal_handlers_disconnect_by_data (self->proposals, self);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_object (&self->selection);
  g_clear_object (&self->proposals);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_pointer (&self->current, g_free);
  adw_bin_set_child (ADW_BIN (self), NULL); /* it is bound: AdwBin would not hear of its end */
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_BOARD_AREA);
  G_OBJECT_CLASS (jip_board_area_parent_class)->dispose (object);
}

static void
jip_board_area_class_init (JipBoardAreaClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->constructed = jip_board_area_constructed;
  G_OBJECT_CLASS (klass)->dispose = jip_board_area_dispose;
  jip_board_get_resource (); /* links the templates in */
  JIP_AREA_CLASS (klass)->primary = jip_board_area_primary;
  JIP_AREA_CLASS (klass)->find = jip_board_area_find;
  g_type_ensure (JIP_TYPE_PROPOSAL_DETAIL);
  g_type_ensure (JIP_TYPE_IDEA_WRITER);
  g_type_ensure (JIP_TYPE_PROPOSAL_HISTORY);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/board/jip-board-area.ui");
  gtk_widget_class_bind_template_child (widget_class, JipBoardArea, leaflet);
  gtk_widget_class_bind_template_child (widget_class, JipBoardArea, search_entry);
  gtk_widget_class_bind_template_child (widget_class, JipBoardArea, sort_drop);
  gtk_widget_class_bind_template_child (widget_class, JipBoardArea, scope_drop);
  gtk_widget_class_bind_template_child (widget_class, JipBoardArea, kind_drop);
  gtk_widget_class_bind_template_child (widget_class, JipBoardArea, count_label);
  gtk_widget_class_bind_template_child (widget_class, JipBoardArea, list_stack);
  gtk_widget_class_bind_template_child (widget_class, JipBoardArea, list_view);
  gtk_widget_class_bind_template_child (widget_class, JipBoardArea, detail_stack);
  gtk_widget_class_bind_template_child (widget_class, JipBoardArea, detail);
  gtk_widget_class_bind_template_child (widget_class, JipBoardArea, writer);
  gtk_widget_class_bind_template_child (widget_class, JipBoardArea, history);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, write_cb);
  gtk_widget_class_bind_template_callback (widget_class, writer_done_cb);
  gtk_widget_class_bind_template_callback (widget_class, history_back_cb);
  gtk_widget_class_install_action (widget_class, "board.history", NULL, history_cb);
  gtk_widget_class_install_action (widget_class, "board.settle", "s", settle_cb);
}

static void
jip_board_area_init (JipBoardArea *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  jip_area_set_primary_label (JIP_AREA (self), _ ("Write an Idea"));
}

/**
 * jip_board_area_new:
 *
 * Returns: the idea board of the account that @client is signed in with
 */
JipArea *
jip_board_area_new (JipClient *client)
{
  return g_object_new (JIP_TYPE_BOARD_AREA, "client", client, NULL);
}
