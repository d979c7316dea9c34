/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-row.h"

#include <glib/gi18n-lib.h>

#include "jip-format.h"
#include "jip-time.h"

struct _JipDraftRow
{
  AdwBin parent_instance;

  GtkLabel *group_label;
  GtkLabel *title_label;
  GtkLabel *state_label;
  GtkLabel *detail_label;
  GtkWidget *delete_button;
  char *id; /* of the draft, where it can be deleted */
};

G_DEFINE_TYPE (JipDraftRow, jip_draft_row, ADW_TYPE_BIN)

static guint delete_signal;

typedef enum
{
  GROUP_TODAY,
  GROUP_THIS_WEEK,
  GROUP_BEFORE,
} Group;

/* A draft that has not reached the server is from now. */
static Group
find_group (JipDraftRecord *record)
{
  gint64 when = jip_draft_record_get_received_at (record);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then
      = when > 0 ? g_date_time_new_from_unix_local (when / 1000) : g_date_time_ref (now);
  int year, week, that_year, that_week;

  if (g_date_time_get_year (now) == g_date_time_get_year (then)
      && g_date_time_get_day_of_year (now) == g_date_time_get_day_of_year (then))
    return GROUP_TODAY;
  year = g_date_time_get_week_numbering_year (now);
  week = g_date_time_get_week_of_year (now);
  that_year = g_date_time_get_week_numbering_year (then);
  that_week = g_date_time_get_week_of_year (then);
  return year == that_year && week == that_week ? GROUP_THIS_WEEK : GROUP_BEFORE;
}

static gboolean
has_words (JsonObject *document)
{
  JsonArray *sections = document != NULL ? json_object_get_array_member (document, "sections") : NULL;

  for (guint i = 0; sections != NULL && i < json_array_get_length (sections); i++)
    {
      JsonObject *section = json_array_get_object_element (sections, i);
      JsonNode *blocks = section != NULL ? json_object_get_member (section, "blocks") : NULL;
      if (blocks != NULL && JSON_NODE_HOLDS_ARRAY (blocks)
          && json_array_get_length (json_node_get_array (blocks)) > 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * jip_draft_row_set_record:
 * @before: (nullable): the draft above it; a group's first row says which group it is
 * @type_name: (nullable): in words
 */
void
jip_draft_row_set_record (JipDraftRow *self,
                          JipDraftRecord *record,
                          JipDraftRecord *before,
                          const char *type_name)
{
  static const char *const groups[] = {
    [GROUP_TODAY] = N_ ("Today"), [GROUP_THIS_WEEK] = N_ ("This Week"), [GROUP_BEFORE] = N_ ("Before")
  };

  g_return_if_fail (JIP_IS_DRAFT_ROW (self) && JIP_IS_DRAFT_RECORD (record));

  const char *title = jip_draft_record_get_title (record);
  gint64 when = jip_draft_record_get_received_at (record);
  gboolean typed = jip_draft_record_get_typed (record);
  g_autofree char *time = typed      ? g_strdup (_ ("on this PC only"))
                          : when > 0 ? jip_format_when (when, jip_time_now ())
                                     : g_strdup (_ ("waiting to be sent"));
  g_autofree char *detail
      = type_name != NULL ? g_strdup_printf ("%s · %s", type_name, time) : g_strdup (time);
  Group group = find_group (record);

  gtk_label_set_label (self->group_label, _ (groups[group]));
  gtk_widget_set_visible (GTK_WIDGET (self->group_label), before == NULL || find_group (before) != group);
  gtk_label_set_label (self->title_label, title != NULL && *title != '\0' ? title : _ ("Without a title"));
  gtk_label_set_label (self->detail_label, detail);
  gtk_label_set_label (self->state_label, typed ? _ ("Not saved yet")
                                          : has_words (jip_draft_record_get_document (record))
                                              ? _ ("In progress")
                                              : _ ("Form only"));
  g_free (self->id);
  self->id = typed ? g_strdup (jip_record_get_id (JIP_RECORD (record))) : NULL;
  gtk_widget_set_visible (self->delete_button, typed);
}

static void
delete_cb (JipDraftRow *self)
{
  if (self->id != NULL)
    g_signal_emit (self, delete_signal, 0, self->id);
}

GtkWidget *
jip_draft_row_new (void)
{
  return g_object_new (JIP_TYPE_DRAFT_ROW, NULL);
}

static void
jip_draft_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), JIP_TYPE_DRAFT_ROW);
  G_OBJECT_CLASS (jip_draft_row_parent_class)->dispose (object);
}

static void
jip_draft_row_finalize (GObject *object)
{
  g_free (JIP_DRAFT_ROW (object)->id);
  G_OBJECT_CLASS (jip_draft_row_parent_class)->finalize (object);
}

static void
jip_draft_row_class_init (JipDraftRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_draft_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_draft_row_finalize;
  delete_signal = g_signal_new ("delete", JIP_TYPE_DRAFT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/draft/jip-draft-row.ui");
  gtk_widget_class_bind_template_child (widget_class, JipDraftRow, group_label);
  gtk_widget_class_bind_template_child (widget_class, JipDraftRow, title_label);
  gtk_widget_class_bind_template_child (widget_class, JipDraftRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, JipDraftRow, detail_label);
  gtk_widget_class_bind_template_child (widget_class, JipDraftRow, delete_button);
  gtk_widget_class_bind_template_callback (widget_class, delete_cb);
}

static void
jip_draft_row_init (JipDraftRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
