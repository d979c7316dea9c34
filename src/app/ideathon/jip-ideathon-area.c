/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ideathon-area.h"

#include <glib/gi18n-lib.h>

#include "jip-chair-page.h"
#include "jip-judge-card.h"
#include "jip-judge-page.h"
#include "jip-programme-page.h"
#include "jip-record-lists.h"

struct _JipIdeathonArea
{
  JipArea parent_instance;

  GListModel *events;
  JipEventModel *model; /* of the chosen event */
  gboolean filling;

  GtkStack *main_stack;
  GtkWidget *bar;
  GtkDropDown *event_drop;
  GtkStringList *event_titles;
  GtkStack *page_stack;
  GtkStackSwitcher *page_switcher;
  GtkStackPage *judge_stack_page;
  GtkStackPage *chair_stack_page;
  GtkStackPage *programme_stack_page;
  JipJudgePage *judge_page;
  JipChairPage *chair_page;
  JipProgrammePage *programme_page;
};

G_DEFINE_FINAL_TYPE (JipIdeathonArea, jip_ideathon_area, JIP_TYPE_AREA)

static void
show_attention (JipIdeathonArea *self)
{
  GListModel *entries = jip_event_model_get_entries (self->model);
  guint count = jip_event_model_is_chair (self->model) ? jip_event_model_count_late (self->model) : 0;
  gboolean judges = jip_event_model_get_own_judge (self->model) != NULL;

  for (guint i = 0; judges && i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (JipEntry) entry = g_list_model_get_item (entries, i);
      JipJudgeCard card = jip_judge_card_get (self->model, entry);
      count += jip_judge_card_waits_for_judge (&card);
    }
  jip_area_set_attention (JIP_AREA (self), jip_event_model_is_locked (self->model) ? 0 : count);
}

/* Pages by the user's part in the event. A page that is open stays open as long as it is the user's. */
static void
show_pages (JipIdeathonArea *self)
{
  gboolean chair = jip_event_model_is_chair (self->model);
  gboolean judge = jip_event_model_get_own_panel (self->model) != NULL;
  GtkWidget *visible = gtk_stack_get_visible_child (self->page_stack);
  JipClient *client = jip_area_get_client (JIP_AREA (self));

  if (chair && !gtk_stack_page_get_visible (self->chair_stack_page))
    jip_chair_page_set_model (self->chair_page, client, self->model);
  if (judge && !gtk_stack_page_get_visible (self->judge_stack_page))
    jip_judge_page_set_model (self->judge_page, client, self->model);
  gtk_stack_page_set_visible (self->judge_stack_page, judge);
  gtk_stack_page_set_visible (self->chair_stack_page, chair);
  gboolean kept = (visible == GTK_WIDGET (self->chair_page) && chair)
                  || (visible == GTK_WIDGET (self->judge_page) && judge);
  if (!kept && (chair || judge))
    gtk_stack_set_visible_child_name (self->page_stack, chair ? "chair" : "judge");
  gtk_widget_set_visible (GTK_WIDGET (self->page_switcher), chair || judge);
  gtk_widget_set_visible (self->bar, chair || judge || g_list_model_get_n_items (self->events) > 1);
}

static void
model_changed_cb (JipIdeathonArea *self)
{
  show_pages (self);
  show_attention (self);
}

static JipEventModel *
model_new (JipIdeathonArea *self, const char *event)
{
  JipClient *client = jip_area_get_client (JIP_AREA (self));
  g_autoptr (JipReplicaList) entries = jip_entry_list_new (client, event);
  g_autoptr (JipReplicaList) judges = jip_judge_list_new (client, event);
  g_autoptr (JipReplicaList) recusals = jip_recusal_list_new (client, event);
  g_autoptr (JipReplicaList) ballots = jip_ballot_list_new (client, event);
  g_autoptr (JipReplicaList) progress = jip_progress_list_new (client, event);
  g_autoptr (JipReplicaList) late = jip_late_ballot_list_new (client, event);
  g_autoptr (JipReplicaList) results = jip_result_list_new (client, event);
  g_autoptr (JipReplicaList) reveals = jip_reveal_list_new (client, event);
  JipEventLists lists = {
    .events = self->events,
    .entries = G_LIST_MODEL (entries),
    .judges = G_LIST_MODEL (judges),
    .recusals = G_LIST_MODEL (recusals),
    .ballots = G_LIST_MODEL (ballots),
    .progress = G_LIST_MODEL (progress),
    .late_ballots = G_LIST_MODEL (late),
    .results = G_LIST_MODEL (results),
    .reveals = G_LIST_MODEL (reveals),
  };

  return jip_event_model_new (event, jip_client_get_user_id (client), &lists);
}

static void
clear_model (JipIdeathonArea *self)
{
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  gtk_stack_page_set_visible (self->judge_stack_page, FALSE);
  gtk_stack_page_set_visible (self->chair_stack_page, FALSE);
  jip_judge_page_set_model (self->judge_page, NULL, NULL);
  jip_chair_page_set_model (self->chair_page, NULL, NULL);
  jip_programme_page_set_model (self->programme_page, NULL);
}

static void
choose_event (JipIdeathonArea *self, const char *event)
{
  if (self->model != NULL && g_strcmp0 (jip_event_model_get_id (self->model), event) == 0)
    return;
  clear_model (self);
  self->model = model_new (self, event);
  g_signal_connect_object (self->model, "changed", G_CALLBACK (model_changed_cb), self, G_CONNECT_SWAPPED);
  jip_programme_page_set_model (self->programme_page, self->model);
  gtk_stack_set_visible_child_name (self->page_stack, "programme");
  model_changed_cb (self);
}

static void
chosen_cb (JipIdeathonArea *self)
{
  g_autoptr (JipEvent) event = NULL;

  if (self->filling)
    return;
  event = g_list_model_get_item (self->events, gtk_drop_down_get_selected (self->event_drop));
  if (event != NULL)
    choose_event (self, jip_record_get_id (JIP_RECORD (event)));
}

/* What is going on now is what people come for; else the newest. */
static guint
best_event (JipIdeathonArea *self)
{
  guint best = 0;
  gboolean found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (self->events); i++)
    {
      g_autoptr (JipEvent) event = g_list_model_get_item (self->events, i);
      const char *state = jip_event_get_state (event);
      if (self->model != NULL
          && g_strcmp0 (jip_record_get_id (JIP_RECORD (event)), jip_event_model_get_id (self->model)) == 0)
        return i;
      if (!found && (g_strcmp0 (state, "live") == 0 || g_strcmp0 (state, "locked") == 0))
        {
          best = i;
          found = TRUE;
        }
    }
  return best;
}

/* Titles are written in place, so that an open list does not close with every step of an event. */
static void
fill_titles (JipIdeathonArea *self)
{
  guint count = g_list_model_get_n_items (self->events);
  guint before = g_list_model_get_n_items (G_LIST_MODEL (self->event_titles));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean same = count == before;

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (JipEvent) event = g_list_model_get_item (self->events, i);
      g_strv_builder_add (builder, jip_event_get_title (event));
      same = same
             && g_strcmp0 (jip_event_get_title (event), gtk_string_list_get_string (self->event_titles, i))
                    == 0;
    }
  g_auto (GStrv) titles = g_strv_builder_end (builder);
  if (!same)
    gtk_string_list_splice (self->event_titles, 0, before, (const char *const *) titles);
}

static void
events_changed_cb (JipIdeathonArea *self)
{
  guint count = g_list_model_get_n_items (self->events);
  gboolean loading = jip_replica_list_get_loading (JIP_REPLICA_LIST (self->events));

  gtk_stack_set_visible_child_name (self->main_stack, count > 0 ? "event" : loading ? "loading" : "empty");
  self->filling = TRUE;
  fill_titles (self);
  if (count > 0)
    gtk_drop_down_set_selected (self->event_drop, best_event (self));
  self->filling = FALSE;
  if (count > 0)
    chosen_cb (self);
  else
    clear_model (self);
}

static void
jip_ideathon_area_constructed (GObject *object)
{
  JipIdeathonArea *self = JIP_IDEATHON_AREA (object);

  G_OBJECT_CLASS (jip_ideathon_area_parent_class)->constructed (object);
  self->events = G_LIST_MODEL (jip_event_list_new (jip_area_get_client (JIP_AREA (self))));
  g_signal_connect_object (self->events, "items-changed", G_CALLBACK (events_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->events, "notify::loading", G_CALLBACK (events_changed_cb), self,
                           G_CONNECT_SWAPPED);
  events_changed_cb (self);
}

static void
jip_ideathon_area_dispose (GObject *object)
{
  JipIdeathonArea *self = JIP_IDEATHON_AREA (object);

  if (self->events != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->events, self);
      clear_model (self);
    }
  g_clear_object (&self->events);
  adw_bin_set_child (ADW_BIN (self), NULL); /* it is bound: AdwBin would not hear of its end */
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_IDEATHON_AREA);
  G_OBJECT_CLASS (jip_ideathon_area_parent_class)->dispose (object);
}

static void
jip_ideathon_area_class_init (JipIdeathonAreaClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (JIP_TYPE_JUDGE_PAGE);
  g_type_ensure (JIP_TYPE_CHAIR_PAGE);
  g_type_ensure (JIP_TYPE_PROGRAMME_PAGE);
  G_OBJECT_CLASS (klass)->constructed = jip_ideathon_area_constructed;
  G_OBJECT_CLASS (klass)->dispose = jip_ideathon_area_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/ideathon/jip-ideathon-area.ui");
  gtk_widget_class_bind_template_child (widget_class, JipIdeathonArea, main_stack);
  gtk_widget_class_bind_template_child (widget_class, JipIdeathonArea, bar);
  gtk_widget_class_bind_template_child (widget_class, JipIdeathonArea, event_drop);
  gtk_widget_class_bind_template_child (widget_class, JipIdeathonArea, event_titles);
  gtk_widget_class_bind_template_child (widget_class, JipIdeathonArea, page_stack);
  gtk_widget_class_bind_template_child (widget_class, JipIdeathonArea, page_switcher);
  gtk_widget_class_bind_template_child (widget_class, JipIdeathonArea, judge_stack_page);
  gtk_widget_class_bind_template_child (widget_class, JipIdeathonArea, chair_stack_page);
  gtk_widget_class_bind_template_child (widget_class, JipIdeathonArea, programme_stack_page);
  gtk_widget_class_bind_template_child (widget_class, JipIdeathonArea, judge_page);
  gtk_widget_class_bind_template_child (widget_class, JipIdeathonArea, chair_page);
  gtk_widget_class_bind_template_child (widget_class, JipIdeathonArea, programme_page);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
}

static void
jip_ideathon_area_init (JipIdeathonArea *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * jip_ideathon_area_new:
 *
 * Returns: (transfer floating): the area for @client's user
 */
JipArea *
jip_ideathon_area_new (JipClient *client)
{
  g_return_val_if_fail (JIP_IS_CLIENT (client), NULL);
  return g_object_new (JIP_TYPE_IDEATHON_AREA, "client", client, NULL);
}
