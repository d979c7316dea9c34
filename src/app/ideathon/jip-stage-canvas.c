/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-stage-canvas.h"

struct _JipStageCanvas
{
  GtkWidget parent_instance;

  GtkWidget *child;
};

G_DEFINE_FINAL_TYPE (JipStageCanvas, jip_stage_canvas, GTK_TYPE_WIDGET)

static void
measure (GtkWidget *widget,
         GtkOrientation orientation,
         int for_size,
         int *minimum,
         int *natural,
         int *minimum_baseline,
         int *natural_baseline)
{
  *minimum = 1;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? JIP_STAGE_WIDTH / 2 : JIP_STAGE_HEIGHT / 2;
}

/* The child is always laid out at the same size, so that a line that fits on one screen fits on every screen. */
static void
size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  JipStageCanvas *self = JIP_STAGE_CANVAS (widget);
  float scale = MIN ((float) width / JIP_STAGE_WIDTH, (float) height / JIP_STAGE_HEIGHT);
  graphene_point_t origin = GRAPHENE_POINT_INIT (((float) width - scale * JIP_STAGE_WIDTH) / 2,
                                                 ((float) height - scale * JIP_STAGE_HEIGHT) / 2);
  GskTransform *transform = gsk_transform_scale (gsk_transform_translate (NULL, &origin), scale, scale);
  int least;

  if (self->child == NULL)
    {
      gsk_transform_unref (transform);
      return;
    }
  gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  gtk_widget_measure (self->child, GTK_ORIENTATION_VERTICAL, MAX (least, JIP_STAGE_WIDTH), &least, NULL, NULL,
                      NULL);
  gtk_widget_allocate (self->child, JIP_STAGE_WIDTH, JIP_STAGE_HEIGHT, -1, transform);
}

static void
jip_stage_canvas_dispose (GObject *object)
{
  g_clear_pointer (&JIP_STAGE_CANVAS (object)->child, gtk_widget_unparent);
  G_OBJECT_CLASS (jip_stage_canvas_parent_class)->dispose (object);
}

static void
jip_stage_canvas_class_init (JipStageCanvasClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = jip_stage_canvas_dispose;
  GTK_WIDGET_CLASS (klass)->measure = measure;
  GTK_WIDGET_CLASS (klass)->size_allocate = size_allocate;
}

static void
jip_stage_canvas_init (JipStageCanvas *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
}

void
jip_stage_canvas_set_child (JipStageCanvas *self, GtkWidget *child)
{
  g_return_if_fail (JIP_IS_STAGE_CANVAS (self) && GTK_IS_WIDGET (child));

  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  gtk_widget_set_parent (child, GTK_WIDGET (self));
}
