/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-preferences.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-file-cache.h"

#define MIB (G_GINT64_CONSTANT (1024) * 1024)
#define GIB (1024.0 * MIB)

struct _JipPreferences
{
  AdwPreferencesWindow parent_instance;

  JipClient *client;
  GSettings *settings; /* nullable: the schema is not installed */

  AdwActionRow *usage_row;
  AdwActionRow *kept_row;
  GtkWidget *empty_button;
};

G_DEFINE_FINAL_TYPE (JipPreferences, jip_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static void
show_usage (JipPreferences *self, const JipFileUsage *usage)
{
  g_autofree char *cached = g_format_size ((guint64) usage->cached);
  g_autofree char *kept = g_format_size ((guint64) usage->kept);

  adw_action_row_set_subtitle (self->usage_row, cached);
  adw_action_row_set_subtitle (self->kept_row, kept);
  gtk_widget_set_visible (GTK_WIDGET (self->kept_row), usage->kept > 0);
  gtk_widget_set_sensitive (self->empty_button, usage->cached > 0);
}

static void
measured_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipPreferences) self = user_data;
  JipFileUsage usage;

  if (jip_client_measure_files_finish (JIP_CLIENT (source), result, &usage, NULL) && self->usage_row != NULL)
    show_usage (self, &usage);
}

static void
emptied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipPreferences) self = user_data;
  JipFileUsage usage;

  if (jip_client_empty_cache_finish (JIP_CLIENT (source), result, &usage, NULL) && self->usage_row != NULL)
    show_usage (self, &usage);
}

static void
empty_cb (JipPreferences *self)
{
  gtk_widget_set_sensitive (self->empty_button, FALSE);
  jip_client_empty_cache_async (self->client, NULL, emptied_cb, g_object_ref (self));
}

static void
limit_cb (GtkSpinButton *spin, JipPreferences *self)
{
  gint64 mib = (gint64) (gtk_spin_button_get_value (spin) * 1024 + 0.5);

  if (self->settings != NULL)
    g_settings_set_uint (self->settings, "cache-limit", (guint) mib);
  jip_client_set_cache_limit (self->client, mib * MIB);
  jip_client_measure_files_async (self->client, NULL, measured_cb, g_object_ref (self));
}

/**
 * jip_preferences_apply:
 * @settings: (nullable): without them the built-in values hold
 *
 * Brings what was set before into effect.
 */
void
jip_preferences_apply (GSettings *settings, JipClient *client)
{
  g_return_if_fail (JIP_IS_CLIENT (client));

  if (settings != NULL)
    jip_client_set_cache_limit (client, g_settings_get_uint (settings, "cache-limit") * MIB);
}

static GtkWidget *
add_limit (JipPreferences *self)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spin = gtk_spin_button_new_with_range (JIP_FILE_CACHE_MIN / GIB, JIP_FILE_CACHE_MAX / GIB, 0.25);

  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (spin), 2);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin),
                             (double) jip_client_get_cache_limit (self->client) / GIB);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("At most, in GiB"),
                                  -1);
  g_signal_connect (spin, "value-changed", G_CALLBACK (limit_cb), self);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("At most, in GiB"));
  adw_action_row_set_subtitle (
      ADW_ACTION_ROW (row), _ ("When there are more, those that were not opened for the longest time go."));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), spin);
  return row;
}

static void
add_rows (JipPreferences *self)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();

  self->usage_row = ADW_ACTION_ROW (adw_action_row_new ());
  self->kept_row = ADW_ACTION_ROW (adw_action_row_new ());
  self->empty_button = gtk_button_new_with_label (_ ("Empty"));
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Fetched Files"));
  adw_preferences_group_set_description (
      ADW_PREFERENCES_GROUP (group),
      _ ("Slides and attached files that you opened stay on this PC, so that they open at once next time."));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->usage_row), _ ("In use"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->kept_row),
                                 _ ("Your own files, kept until a backup has them"));
  gtk_widget_set_valign (self->empty_button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (self->empty_button, FALSE);
  gtk_widget_set_tooltip_text (self->empty_button, _ ("Removes them from this PC; the server has them"));
  gtk_widget_set_visible (GTK_WIDGET (self->kept_row), FALSE);
  g_signal_connect_swapped (self->empty_button, "clicked", G_CALLBACK (empty_cb), self);
  adw_action_row_add_suffix (self->usage_row, self->empty_button);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), add_limit (self));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->usage_row));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->kept_row));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (self), ADW_PREFERENCES_PAGE (page));
}

static void
jip_preferences_dispose (GObject *object)
{
  JipPreferences *self = JIP_PREFERENCES (object);

  self->usage_row = NULL;
  g_clear_object (&self->client);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (jip_preferences_parent_class)->dispose (object);
}

static void
jip_preferences_class_init (JipPreferencesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = jip_preferences_dispose;
}

static void
jip_preferences_init (JipPreferences *self)
{
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (self), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (self), 560, 420);
}

/**
 * jip_preferences_new:
 * @settings: (nullable): where it is kept
 *
 * Returns: (transfer none): a window over @parent
 */
GtkWidget *
jip_preferences_new (GtkWindow *parent, GSettings *settings, JipClient *client)
{
  g_return_val_if_fail (GTK_IS_WINDOW (parent) && JIP_IS_CLIENT (client), NULL);

  JipPreferences *self = g_object_new (JIP_TYPE_PREFERENCES, "transient-for", parent, "modal", TRUE, "title",
                                       _ ("Preferences"), NULL);
  self->client = g_object_ref (client);
  self->settings = settings != NULL ? g_object_ref (settings) : NULL;
  add_rows (self);
  jip_client_measure_files_async (client, NULL, measured_cb, g_object_ref (self));
  return GTK_WIDGET (self);
}
