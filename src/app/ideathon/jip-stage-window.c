/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-stage-window.h"

#include <glib/gi18n-lib.h>

#include "jip-stage-canvas.h"
#include "jip-stage-pages.h"

#define FADE_MS 250
#define TICK_MS 200

struct _JipStageWindow
{
  AdwWindow parent_instance;

  JipEventModel *model;
  JipStageKind wanted;
  JipStageKind shown_kind; /* of the page shown; FOLLOW for none */
  char *shown_id;          /* of what it is about */
  GtkStack *stack;
  guint tick_id;
};

G_DEFINE_FINAL_TYPE (JipStageWindow, jip_stage_window, ADW_TYPE_WINDOW)

static const char *
id_of_scene (const JipStageScene *scene)
{
  if (scene->entry != NULL)
    return jip_record_get_id (JIP_RECORD (scene->entry));
  return scene->reveal != NULL ? jip_record_get_id (JIP_RECORD (scene->reveal)) : NULL;
}

/* What changes a page as a whole, besides what it is about. */
static char *
signature_of (JipStageWindow *self, const JipStageScene *scene)
{
  JipEvent *event = jip_event_model_get_event (self->model);
  const char *id = id_of_scene (scene);
  gint64 version = event != NULL && (scene->kind == JIP_SCENE_ORDER || scene->kind == JIP_SCENE_WINNERS)
                       ? jip_event_get_version (event)
                       : 0;

  return g_strdup_printf ("%d/%s/%" G_GINT64_FORMAT, (int) scene->kind, id != NULL ? id : "", version);
}

static void
drop_old_pages (JipStageWindow *self)
{
  GtkWidget *visible = gtk_stack_get_visible_child (self->stack);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->stack)); child != NULL;)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);
      if (child != visible)
        gtk_stack_remove (self->stack, child);
      child = next;
    }
}

static void
transition_cb (JipStageWindow *self)
{
  if (!gtk_stack_get_transition_running (self->stack))
    drop_old_pages (self);
}

static void
update (JipStageWindow *self)
{
  JipStageScene scene = jip_stage_scene_get (self->model, self->wanted);
  g_autofree char *signature = signature_of (self, &scene);

  if (g_strcmp0 (signature, self->shown_id) != 0)
    {
      gboolean first = self->shown_id == NULL;
      GtkWidget *page = jip_stage_page_new (self->model, &scene, !first);
      gtk_stack_add_child (self->stack, page);
      gtk_stack_set_visible_child (self->stack, page);
      g_free (self->shown_id);
      self->shown_id = g_steal_pointer (&signature);
      self->shown_kind = scene.kind;
      transition_cb (self);
    }
  jip_stage_page_update (gtk_stack_get_visible_child (self->stack), self->model, &scene,
                         g_get_real_time () / 1000);
}

static gboolean
tick_cb (gpointer user_data)
{
  JipStageWindow *self = user_data;

  if (self->shown_kind == JIP_SCENE_PRESENTING)
    update (self);
  return G_SOURCE_CONTINUE;
}

static void
set_full (JipStageWindow *self, gboolean full)
{
  if (full)
    gtk_window_fullscreen (GTK_WINDOW (self));
  else
    gtk_window_unfullscreen (GTK_WINDOW (self));
}

static void
full_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  set_full (JIP_STAGE_WINDOW (widget), !gtk_window_is_fullscreen (GTK_WINDOW (widget)));
}

static void
leave_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (gtk_window_is_fullscreen (GTK_WINDOW (widget)))
    set_full (JIP_STAGE_WINDOW (widget), FALSE);
  else
    gtk_window_close (GTK_WINDOW (widget));
}

static void
pressed_cb (JipStageWindow *self, int times, double x, double y, GtkGesture *gesture)
{
  if (times != 2)
    return;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  set_full (self, !gtk_window_is_fullscreen (GTK_WINDOW (self)));
}

static void
jip_stage_window_dispose (GObject *object)
{
  JipStageWindow *self = JIP_STAGE_WINDOW (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  g_clear_pointer (&self->shown_id, g_free);
  G_OBJECT_CLASS (jip_stage_window_parent_class)->dispose (object);
}

/* The stage has colours of its own: it is dark whatever the desktop looks like. */
static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/kr/go/jiphyeon/Jiphyeon/ui/ideathon/stage.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
}

static void
jip_stage_window_class_init (JipStageWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_stage_window_dispose;
  gtk_widget_class_install_action (widget_class, "stage.full", NULL, full_cb);
  gtk_widget_class_install_action (widget_class, "stage.leave", NULL, leave_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F11, 0, "stage.full", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "stage.leave", NULL);
  load_style ();
}

static void
jip_stage_window_init (JipStageWindow *self)
{
  GtkWidget *canvas = g_object_new (JIP_TYPE_STAGE_CANVAS, NULL);
  GtkWidget *handle = gtk_window_handle_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_transition_type (self->stack, GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  gtk_stack_set_transition_duration (self->stack, FADE_MS);
  gtk_widget_add_css_class (GTK_WIDGET (self->stack), "stage-sheet");
  g_signal_connect_object (self->stack, "notify::transition-running", G_CALLBACK (transition_cb), self,
                           G_CONNECT_SWAPPED);
  jip_stage_canvas_set_child (JIP_STAGE_CANVAS (canvas), GTK_WIDGET (self->stack));
  gtk_window_handle_set_child (GTK_WINDOW_HANDLE (handle), canvas);
  adw_window_set_content (ADW_WINDOW (self), handle);
  gtk_widget_add_css_class (GTK_WIDGET (self), "stage");
  gtk_window_set_decorated (GTK_WINDOW (self), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (self), JIP_STAGE_WIDTH / 2, JIP_STAGE_HEIGHT / 2);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Stage"));
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

/**
 * jip_stage_window_new:
 * @model: the event to show
 */
JipStageWindow *
jip_stage_window_new (JipEventModel *model)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (model), NULL);

  JipStageWindow *self = g_object_new (JIP_TYPE_STAGE_WINDOW, NULL);
  self->model = g_object_ref (model);
  g_signal_connect_object (model, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  self->tick_id = g_timeout_add (TICK_MS, tick_cb, self);
  update (self);
  return self;
}

/**
 * jip_stage_window_set_wanted:
 * @wanted: what the chair wants to show; %JIP_SCENE_FOLLOW for what the event is at
 */
void
jip_stage_window_set_wanted (JipStageWindow *self, JipStageKind wanted)
{
  g_return_if_fail (JIP_IS_STAGE_WINDOW (self));

  self->wanted = wanted;
  update (self);
}
