/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-stage-bar.h"

struct _JipStageBar
{
  GtkWidget parent_instance;

  guint colour;
  double fraction;
};

G_DEFINE_FINAL_TYPE (JipStageBar, jip_stage_bar, GTK_TYPE_WIDGET)

/* Told apart by lightness too, so that nobody depends on hue. */
static const GdkRGBA colours[] = {
  { 0.47f, 0.68f, 0.93f, 1 },
  { 0.97f, 0.89f, 0.36f, 1 },
  { 0.56f, 0.94f, 0.64f, 1 },
  { 1.00f, 0.75f, 0.44f, 1 },
};
static const GdkRGBA ground = { 1, 1, 1, 0.12f };

static void
draw_bar (GtkSnapshot *snapshot, float width, float height, const GdkRGBA *colour)
{
  GskRoundedRect rounded;
  graphene_rect_t rect = GRAPHENE_RECT_INIT (0, 0, width, height);

  gsk_rounded_rect_init_from_rect (&rounded, &rect, MIN (height, width) / 4);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_color (snapshot, colour, &rect);
  gtk_snapshot_pop (snapshot);
}

static void
snapshot_bar (GtkWidget *widget, GtkSnapshot *snapshot)
{
  JipStageBar *self = JIP_STAGE_BAR (widget);
  float width = (float) gtk_widget_get_width (widget), height = (float) gtk_widget_get_height (widget);

  draw_bar (snapshot, width, height, &ground);
  if (self->fraction > 0)
    draw_bar (snapshot, width * (float) self->fraction, height,
              &colours[self->colour % G_N_ELEMENTS (colours)]);
}

static void
jip_stage_bar_class_init (JipStageBarClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = snapshot_bar;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
jip_stage_bar_init (JipStageBar *self)
{
}

/**
 * jip_stage_bar_new:
 * @colour: which panel it stands for, from 0
 */
GtkWidget *
jip_stage_bar_new (guint colour)
{
  JipStageBar *self = g_object_new (JIP_TYPE_STAGE_BAR, NULL);

  self->colour = colour;
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_size_request (GTK_WIDGET (self), 200, 56);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  return GTK_WIDGET (self);
}

void
jip_stage_bar_set_fraction (JipStageBar *self, double fraction)
{
  g_return_if_fail (JIP_IS_STAGE_BAR (self));

  self->fraction = CLAMP (fraction, 0, 1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
