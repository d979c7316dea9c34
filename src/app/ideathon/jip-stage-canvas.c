/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-stage-canvas.h"

#include <math.h>

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

/* How much larger than usual the sheet must be for everything to stand on it. */
static float
sheet_size (GtkWidget *child)
{
  int width, height;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, MAX (width, JIP_STAGE_WIDTH), &height, NULL, NULL,
                      NULL);
  return MAX (1, MAX ((float) width / JIP_STAGE_WIDTH, (float) height / JIP_STAGE_HEIGHT));
}

/* The child is always laid out at the same size, so that a line that fits on one screen fits on every screen; what is
 * too much for the sheet gets a larger one and thereby smaller type, never a cut. */
static void
size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  JipStageCanvas *self = JIP_STAGE_CANVAS (widget);

  if (self->child == NULL)
    return;
  float larger = sheet_size (self->child);
  float sheet_width = ceilf (JIP_STAGE_WIDTH * larger), sheet_height = ceilf (JIP_STAGE_HEIGHT * larger);
  float scale = MIN ((float) width / sheet_width, (float) height / sheet_height);
  graphene_point_t origin = GRAPHENE_POINT_INIT (((float) width - scale * sheet_width) / 2,
                                                 ((float) height - scale * sheet_height) / 2);
  gtk_widget_allocate (self->child, (int) sheet_width, (int) sheet_height, -1,
                       gsk_transform_scale (gsk_transform_translate (NULL, &origin), scale, scale));
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
