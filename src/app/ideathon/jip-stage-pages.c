/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-stage-pages.h"

#include <glib/gi18n-lib.h>

#include "jip-stage-reveal.h"

/* On a page: the label whose text changes while the page stays. */
#define LIVE_LABEL "jip-live-label"

static GtkWidget *
page_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 36);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  return box;
}

static GtkWidget *
add_label (GtkWidget *page, const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, css);
  gtk_box_append (GTK_BOX (page), label);
  return label;
}

/* Long titles get a smaller face, so that three lines at most are needed. */
static const char *
face_for (const char *title)
{
  return title != NULL && g_utf8_strlen (title, -1) > 26 ? "stage-heading" : "stage-title";
}

static void
add_entry (GtkWidget *page, JipEntry *entry)
{
  const char *title = jip_entry_get_title (entry), *team = jip_entry_get_team (entry);
  g_autofree char *number = g_strdup_printf ("%d", (int) jip_entry_get_number (entry));

  gtk_widget_add_css_class (add_label (page, number, "stage-title"), "stage-award");
  add_label (page, title, face_for (title));
  if (team != NULL && *team != '\0')
    add_label (page, team, "stage-text");
}

static GtkWidget *
title_new (JipEventModel *model)
{
  JipEvent *event = jip_event_model_get_event (model);
  GtkWidget *page = page_new ();
  const char *title = event != NULL ? jip_event_get_title (event) : "",
             *place = event != NULL ? jip_event_get_place (event) : NULL;

  add_label (page, title, face_for (title));
  if (place != NULL && *place != '\0')
    add_label (page, place, "stage-text");
  return page;
}

static GtkWidget *
order_new (JipEventModel *model)
{
  GListModel *entries = jip_event_model_get_entries (model);
  guint count = entries != NULL ? g_list_model_get_n_items (entries) : 0;
  GtkWidget *page = page_new (), *grid = gtk_grid_new ();
  guint rows = count > 7 ? (count + 1) / 2 : MAX (count, 1);

  gtk_box_set_spacing (GTK_BOX (page), 24);
  add_label (page, _ ("Order of the presentations"), "stage-heading");
  gtk_grid_set_row_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 48);
  gtk_grid_set_column_homogeneous (GTK_GRID (grid), count > 7);
  gtk_widget_set_halign (grid, GTK_ALIGN_CENTER);
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (JipEntry) entry = g_list_model_get_item (entries, i);
      g_autofree char *text = jip_entry_dup_heading (entry);
      GtkWidget *label = gtk_label_new (text);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_lines (GTK_LABEL (label), 2);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_max_width_chars (GTK_LABEL (label), count > 7 ? 24 : 50);
      gtk_widget_add_css_class (label, "stage-small");
      if (!jip_entry_is_active (entry))
        gtk_widget_add_css_class (label, "stage-gone");
      else if (jip_entry_has_window (entry, "closed"))
        gtk_widget_add_css_class (label, "stage-done");
      gtk_grid_attach (GTK_GRID (grid), label, (int) (i / rows), (int) (i % rows), 1, 1);
    }
  gtk_box_append (GTK_BOX (page), grid);
  return page;
}

static void
add_live_label (GtkWidget *page, const char *css)
{
  GtkWidget *label = add_label (page, "", css);

  gtk_widget_add_css_class (label, "numeric");
  g_object_set_data (G_OBJECT (page), LIVE_LABEL, label);
}

static GtkWidget *
presenting_new (JipEntry *entry)
{
  GtkWidget *page = page_new ();

  add_entry (page, entry);
  add_live_label (page, "stage-timer");
  return page;
}

static GtkWidget *
scoring_new (JipEntry *entry)
{
  GtkWidget *page = page_new ();

  add_entry (page, entry);
  add_live_label (page, "stage-heading");
  return page;
}

static GtkWidget *
waiting_new (JipEntry *entry)
{
  GtkWidget *page = page_new ();

  if (entry != NULL)
    {
      add_entry (page, entry);
      add_label (page, _ ("Scoring is closed"), "stage-heading");
    }
  else
    {
      add_label (page, _ ("All scores are in"), "stage-title");
      add_label (page, _ ("The awards follow in a moment"), "stage-text");
    }
  return page;
}

static void
add_winners (GtkWidget *grid, int row, JipReveal *reveal, JipEventRules *rules)
{
  JsonArray *entries = jip_reveal_get_entries (reveal);
  const char *category_id = jip_reveal_get_category (reveal);
  const JipCategory *category = category_id != NULL && rules->categories->len > 1
                                    ? jip_event_rules_get_category (rules, category_id)
                                    : NULL;
  g_autofree char *award
      = category != NULL ? g_strdup_printf ("%s · %s", jip_reveal_get_award_name (reveal), category->name)
                         : g_strdup (jip_reveal_get_award_name (reveal));
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; entries != NULL && i < json_array_get_length (entries); i++)
    {
      JsonObject *entry = json_array_get_object_element (entries, i);
      g_string_append_printf (names, "%s%s  %s", i > 0 ? "\n" : "",
                              json_object_get_string_member_with_default (entry, "title", ""),
                              json_object_get_string_member_with_default (entry, "display", ""));
    }
  GtkWidget *award_label = gtk_label_new (award), *names_label = gtk_label_new (names->str);
  gtk_label_set_xalign (GTK_LABEL (award_label), 0);
  gtk_label_set_yalign (GTK_LABEL (award_label), 0);
  gtk_label_set_xalign (GTK_LABEL (names_label), 0);
  gtk_label_set_wrap (GTK_LABEL (names_label), TRUE);
  gtk_widget_add_css_class (award_label, "stage-list");
  gtk_widget_add_css_class (award_label, "stage-award");
  gtk_widget_add_css_class (names_label, "stage-list");
  gtk_widget_add_css_class (names_label, "numeric");
  gtk_grid_attach (GTK_GRID (grid), award_label, 0, row, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), names_label, 1, row, 1, 1);
}

/* The best first, which is the reveal backwards. */
static GtkWidget *
winners_new (JipEventModel *model)
{
  GListModel *reveals = jip_event_model_get_reveals (model);
  guint count = reveals != NULL ? g_list_model_get_n_items (reveals) : 0;
  GtkWidget *page = page_new (), *grid = gtk_grid_new ();

  gtk_box_set_spacing (GTK_BOX (page), 24);
  add_label (page, _ ("Winners"), "stage-heading");
  gtk_grid_set_row_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 60);
  gtk_widget_set_halign (grid, GTK_ALIGN_CENTER);
  for (guint i = count; i > 0; i--)
    {
      g_autoptr (JipReveal) reveal = g_list_model_get_item (reveals, i - 1);
      add_winners (grid, (int) (count - i), reveal, jip_event_model_get_rules (model));
    }
  gtk_box_append (GTK_BOX (page), grid);
  return page;
}

/**
 * jip_stage_page_new:
 * @animate: whether a reveal unfolds; else it stands there at once
 *
 * Returns: (transfer floating): the picture of a scene
 */
GtkWidget *
jip_stage_page_new (JipEventModel *model, const JipStageScene *scene, gboolean animate)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (model) && scene != NULL, NULL);

  switch (scene->kind)
    {
    case JIP_SCENE_ORDER:
      return order_new (model);
    case JIP_SCENE_PRESENTING:
      return presenting_new (scene->entry);
    case JIP_SCENE_SCORING:
      return scoring_new (scene->entry);
    case JIP_SCENE_WAITING:
      return waiting_new (scene->entry);
    case JIP_SCENE_REVEAL:
      return jip_stage_reveal_new (scene->reveal, jip_event_model_get_rules (model), animate);
    case JIP_SCENE_WINNERS:
      return winners_new (model);
    case JIP_SCENE_TITLE:
    case JIP_SCENE_FOLLOW:
    default:
      return title_new (model);
    }
}

/**
 * jip_stage_page_update:
 * @page: a page for the same scene
 * @now: the time now, milliseconds
 *
 * Brings counts and time up to date.
 */
void
jip_stage_page_update (GtkWidget *page, JipEventModel *model, const JipStageScene *scene, gint64 now)
{
  GtkLabel *label = g_object_get_data (G_OBJECT (page), LIVE_LABEL);
  JipEvent *event = jip_event_model_get_event (model);

  if (label == NULL)
    return;
  g_autofree char *text
      = scene->kind == JIP_SCENE_SCORING
            ? g_strdup_printf (_ ("Handed in %d / %d"), scene->counted, scene->expected)
            : jip_stage_format_timer (event != NULL ? jip_event_get_timer_ends_at (event) : 0, now);
  if (!g_str_equal (gtk_label_get_label (label), text))
    gtk_label_set_label (label, text);
}
