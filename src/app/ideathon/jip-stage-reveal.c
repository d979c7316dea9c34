/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-stage-reveal.h"

#include <glib/gi18n-lib.h>

#include "jip-stage-bar.h"

/* The whole of it, and the parts of it at which the names appear and the bars begin to grow. */
#define DURATION_MS 5000
#define NAMES_AT 0.3
#define BARS_AT 0.45

/* A number that grows with its bar and ends as the exact text of the record. */
typedef struct
{
  JipStageBar *bar; /* nullable */
  GtkLabel *label;
  char *text;
} Grown;

struct _JipStageReveal
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GPtrArray *names; /* of widgets that fade in with the names */
  GPtrArray *bars;  /* of widgets that fade in with the bars */
  GPtrArray *grown; /* of Grown */
  AdwAnimation *animation;
};

G_DEFINE_FINAL_TYPE (JipStageReveal, jip_stage_reveal, GTK_TYPE_WIDGET)

static void
grown_free (gpointer data)
{
  g_free (((Grown *) data)->text);
  g_free (data);
}

static void
show_grown (const Grown *grown, double part)
{
  double whole = g_ascii_strtod (grown->text, NULL);
  g_autofree char *growing = g_strdup_printf ("%.2f", whole * part);

  gtk_label_set_label (grown->label, part >= 1 ? grown->text : growing);
  if (grown->bar != NULL)
    jip_stage_bar_set_fraction (grown->bar, whole / 100 * part);
}

static void
fade (GPtrArray *widgets, double opacity)
{
  for (guint i = 0; i < widgets->len; i++)
    gtk_widget_set_opacity (widgets->pdata[i], CLAMP (opacity, 0, 1));
}

static void
progress_cb (double value, gpointer user_data)
{
  JipStageReveal *self = user_data;
  double part = CLAMP ((value - BARS_AT) / (1 - BARS_AT), 0, 1);
  double eased = 1 - (1 - part) * (1 - part) * (1 - part);

  fade (self->names, (value - NAMES_AT) / 0.05);
  fade (self->bars, (value - BARS_AT) / 0.05);
  for (guint i = 0; i < self->grown->len; i++)
    show_grown (self->grown->pdata[i], value >= 1 ? 1 : eased);
}

static GtkWidget *
label_new (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, css);
  return label;
}

static Grown *
add_grown (JipStageReveal *self, GtkWidget *label, GtkWidget *bar, const char *text)
{
  Grown *grown = g_new0 (Grown, 1);

  grown->label = GTK_LABEL (label);
  grown->bar = (JipStageBar *) bar;
  grown->text = g_strdup (text);
  gtk_widget_add_css_class (label, "numeric");
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  g_ptr_array_add (self->grown, grown);
  return grown;
}

static const char *
text_of (JsonObject *object, const char *member)
{
  return json_object_get_string_member_with_default (object, member, "");
}

static GtkWidget *
bars_new (JipStageReveal *self, JsonObject *entry, JipEventRules *rules, gboolean small)
{
  GtkWidget *grid = gtk_grid_new ();
  JsonNode *node = json_object_get_member (entry, "panels");
  JsonObject *panels = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *css = "stage-small";
  int row = 0;

  gtk_grid_set_column_spacing (GTK_GRID (grid), 36);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 18);
  for (guint i = 0; panels != NULL && i < rules->panels->len; i++)
    {
      const JipPanel *panel = rules->panels->pdata[i];
      const char *mean = text_of (panels, panel->id);
      g_autofree char *name = g_strdup_printf ("%s %d%%", panel->name, panel->weight);
      if (*mean == '\0')
        continue;
      GtkWidget *name_label = label_new (name, css), *bar = jip_stage_bar_new (i),
                *value = label_new ("", css);
      gtk_label_set_xalign (GTK_LABEL (name_label), 0);
      gtk_label_set_width_chars (GTK_LABEL (value), 6);
      add_grown (self, value, bar, mean);
      gtk_grid_attach (GTK_GRID (grid), name_label, 0, row, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), bar, 1, row, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), value, 2, row++, 1, 1);
    }
  GtkWidget *total_name = label_new (_ ("Total"), css),
            *total = label_new ("", small ? "stage-text" : "stage-heading");
  gtk_label_set_xalign (GTK_LABEL (total_name), 0);
  add_grown (self, total, NULL, text_of (entry, "display"));
  gtk_grid_attach (GTK_GRID (grid), total_name, 0, row, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), total, 1, row, 2, 1);
  gtk_widget_set_halign (total, GTK_ALIGN_END);
  return grid;
}

static void
add_entry (JipStageReveal *self, JsonObject *entry, JipEventRules *rules, guint count)
{
  const char *title = text_of (entry, "title"), *team = text_of (entry, "team");
  gboolean small = count > 1;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, small ? 6 : 18);
  GtkWidget *name = label_new (title, small                            ? "stage-text"
                                      : g_utf8_strlen (title, -1) > 14 ? "stage-heading"
                                                                       : "stage-title");

  gtk_box_append (GTK_BOX (box), name);
  g_ptr_array_add (self->names, name);
  if (*team != '\0')
    {
      GtkWidget *team_label = label_new (team, "stage-small");
      gtk_box_append (GTK_BOX (box), team_label);
      g_ptr_array_add (self->names, team_label);
    }
  if (count <= 2)
    {
      GtkWidget *bars = bars_new (self, entry, rules, small);
      gtk_widget_set_margin_top (bars, small ? 0 : 36);
      gtk_box_append (GTK_BOX (box), bars);
      g_ptr_array_add (self->bars, bars);
    }
  else
    {
      GtkWidget *total = label_new ("", "stage-text");
      add_grown (self, total, NULL, text_of (entry, "display"));
      gtk_widget_set_halign (total, GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (box), total);
      g_ptr_array_add (self->bars, total);
    }
  gtk_box_append (GTK_BOX (self->box), box);
}

static void
add_heading (JipStageReveal *self, JipReveal *reveal, JipEventRules *rules)
{
  const char *category_id = jip_reveal_get_category (reveal);
  const JipCategory *category
      = category_id != NULL ? jip_event_rules_get_category (rules, category_id) : NULL;
  GtkWidget *award = label_new (jip_reveal_get_award_name (reveal), "stage-heading");

  if (category != NULL && rules->categories->len > 1)
    gtk_box_append (GTK_BOX (self->box), label_new (category->name, "stage-small"));
  gtk_widget_add_css_class (award, "stage-award");
  gtk_box_append (GTK_BOX (self->box), award);
}

/**
 * jip_stage_reveal_new:
 * @animate: whether the names come after the award; else everything stands there at once
 */
GtkWidget *
jip_stage_reveal_new (JipReveal *reveal, JipEventRules *rules, gboolean animate)
{
  g_return_val_if_fail (JIP_IS_REVEAL (reveal) && rules != NULL, NULL);

  JipStageReveal *self = g_object_new (JIP_TYPE_STAGE_REVEAL, NULL);
  JsonArray *entries = jip_reveal_get_entries (reveal);
  guint count = entries != NULL ? json_array_get_length (entries) : 0;
  add_heading (self, reveal, rules);
  for (guint i = 0; i < count; i++)
    {
      JsonNode *node = json_array_get_element (entries, i);
      if (JSON_NODE_HOLDS_OBJECT (node))
        add_entry (self, json_node_get_object (node), rules, count);
    }
  progress_cb (animate ? 0 : 1, self);
  if (animate)
    {
      AdwAnimationTarget *target = adw_callback_animation_target_new (progress_cb, self, NULL);
      self->animation = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, DURATION_MS, target);
      adw_timed_animation_set_easing (ADW_TIMED_ANIMATION (self->animation), ADW_LINEAR);
    }
  return GTK_WIDGET (self);
}

/* Starts when people can see it. Where animations are off it is at its end at once. */
static void
map (GtkWidget *widget)
{
  JipStageReveal *self = JIP_STAGE_REVEAL (widget);

  GTK_WIDGET_CLASS (jip_stage_reveal_parent_class)->map (widget);
  if (self->animation != NULL && adw_animation_get_state (self->animation) == ADW_ANIMATION_IDLE)
    adw_animation_play (self->animation);
}

static void
jip_stage_reveal_dispose (GObject *object)
{
  JipStageReveal *self = JIP_STAGE_REVEAL (object);

  g_clear_object (&self->animation);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (jip_stage_reveal_parent_class)->dispose (object);
}

static void
jip_stage_reveal_finalize (GObject *object)
{
  JipStageReveal *self = JIP_STAGE_REVEAL (object);

  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->bars);
  g_ptr_array_unref (self->grown);
  G_OBJECT_CLASS (jip_stage_reveal_parent_class)->finalize (object);
}

static void
jip_stage_reveal_class_init (JipStageRevealClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = jip_stage_reveal_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_stage_reveal_finalize;
  GTK_WIDGET_CLASS (klass)->map = map;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
jip_stage_reveal_init (JipStageReveal *self)
{
  self->names = g_ptr_array_new ();
  self->bars = g_ptr_array_new ();
  self->grown = g_ptr_array_new_with_free_func (grown_free);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  gtk_widget_set_valign (self->box, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}
