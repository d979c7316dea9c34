/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-stage-scene.h"

#include <glib/gi18n-lib.h>

/* How many have handed in for @entry, over the panels that vote on its category or over the others. */
static void
count (JipEventModel *model, JipEntry *entry, gboolean picks, JipStageScene *scene)
{
  JipEventRules *rules = jip_event_model_get_rules (model);

  for (guint i = 0; i < rules->panels->len; i++)
    {
      const JipPanel *panel = rules->panels->pdata[i];
      int counted, expected;
      if ((panel->mode == JIP_PANEL_PICK) != picks)
        continue;
      jip_event_model_get_progress (model, jip_record_get_id (JIP_RECORD (entry)), panel->id, &counted,
                                    &expected);
      scene->counted += counted;
      scene->expected += expected;
    }
}

static gboolean
is_voted_on (JipEventModel *model, JipEntry *entry)
{
  return g_strcmp0 (jip_event_model_get_category_window (model, jip_entry_get_category (entry)), "open") == 0;
}

static JipEntry *
find_open (JipEventModel *model)
{
  GListModel *entries = jip_event_model_get_entries (model);

  for (guint i = 0; entries != NULL && i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (JipEntry) entry = g_list_model_get_item (entries, i);
      if (jip_entry_is_active (entry) && (jip_entry_has_window (entry, "open") || is_voted_on (model, entry)))
        return entry; /* the model keeps it alive */
    }
  return NULL;
}

static JipStageScene
scoring (JipEventModel *model, JipEntry *entry)
{
  JipStageScene scene = { .kind = JIP_SCENE_SCORING, .entry = entry };

  count (model, entry, !jip_entry_has_window (entry, "open"), &scene);
  return scene;
}

static JipStageScene
live_scene (JipEventModel *model)
{
  JipEntry *presenting = jip_event_model_get_presenting (model);
  JipEntry *open
      = presenting != NULL && (jip_entry_has_window (presenting, "open") || is_voted_on (model, presenting))
            ? presenting
            : find_open (model);

  if (open != NULL)
    return scoring (model, open);
  if (presenting != NULL && jip_entry_has_window (presenting, "waiting"))
    return (JipStageScene){ .kind = JIP_SCENE_PRESENTING, .entry = presenting };
  if (presenting != NULL)
    return (JipStageScene){ .kind = JIP_SCENE_WAITING, .entry = presenting };
  return (JipStageScene){ .kind
                          = jip_event_model_is_state (model, "setup") ? JIP_SCENE_TITLE : JIP_SCENE_ORDER };
}

/**
 * jip_stage_scene_get:
 * @wanted: what the chair chose to show, or %JIP_SCENE_FOLLOW; only the title, the order and the winners can be chosen,
 *   and the winners only once all are revealed
 *
 * Returns: what the stage shows
 */
JipStageScene
jip_stage_scene_get (JipEventModel *model, JipStageKind wanted)
{
  JipStageScene scene = { .kind = JIP_SCENE_TITLE };

  g_return_val_if_fail (JIP_IS_EVENT_MODEL (model), scene);

  JipReveal *reveal = jip_event_model_get_last_reveal (model);
  if (jip_event_model_get_event (model) == NULL || wanted == JIP_SCENE_TITLE)
    return scene;
  if (wanted == JIP_SCENE_ORDER
      || (wanted == JIP_SCENE_WINNERS && jip_event_model_is_state (model, "revealed")))
    return (JipStageScene){ .kind = wanted };
  if (reveal != NULL)
    return (JipStageScene){ .kind = JIP_SCENE_REVEAL, .reveal = reveal };
  if (jip_event_model_is_locked (model))
    return (JipStageScene){ .kind = JIP_SCENE_WAITING };
  return live_scene (model);
}

static const char *
id_of (gpointer record)
{
  return record != NULL ? jip_record_get_id (record) : NULL;
}

/**
 * jip_stage_scene_equal:
 *
 * Returns: whether both are the same picture, counts apart
 */
gboolean
jip_stage_scene_equal (const JipStageScene *a, const JipStageScene *b)
{
  return a->kind == b->kind && g_strcmp0 (id_of (a->entry), id_of (b->entry)) == 0
         && g_strcmp0 (id_of (a->reveal), id_of (b->reveal)) == 0;
}

static char *
with_entry (const char *what, JipEntry *entry)
{
  return entry != NULL ? g_strdup_printf ("%s · %d. %s", what, (int) jip_entry_get_number (entry),
                                          jip_entry_get_title (entry))
                       : g_strdup (what);
}

/**
 * jip_stage_scene_describe:
 *
 * Returns: (transfer full): the scene in words, for the chair's console
 */
char *
jip_stage_scene_describe (JipEventModel *model, const JipStageScene *scene)
{
  switch (scene->kind)
    {
    case JIP_SCENE_ORDER:
      return g_strdup (_ ("The order of the finalists"));
    case JIP_SCENE_PRESENTING:
      return with_entry (_ ("Presenting"), scene->entry);
    case JIP_SCENE_SCORING:
      {
        g_autofree char *text
            = g_strdup_printf (_ ("Scoring, %d of %d handed in"), scene->counted, scene->expected);
        return with_entry (text, scene->entry);
      }
    case JIP_SCENE_WAITING:
      return with_entry (_ ("Waiting"), scene->entry);
    case JIP_SCENE_REVEAL:
      return g_strdup_printf (_ ("The award: %s"), jip_reveal_get_award_name (scene->reveal));
    case JIP_SCENE_WINNERS:
      return g_strdup (_ ("All winners"));
    case JIP_SCENE_TITLE:
    case JIP_SCENE_FOLLOW:
    default:
      return g_strdup (_ ("The title of the event"));
    }
}

/**
 * jip_stage_format_timer:
 * @ends_at: when the time is up, milliseconds since 1970; 0 for no timer
 * @now: the time now
 *
 * Returns: (transfer full): minutes and seconds left, such as "4:59", with a minus once it is over; "" without a timer
 */
char *
jip_stage_format_timer (gint64 ends_at, gint64 now)
{
  if (ends_at == 0)
    return g_strdup ("");
  gint64 left = ends_at - now;
  int seconds = (int) (ABS (left) / 1000);
  if (left > 0 && left % 1000 != 0)
    seconds++;
  return g_strdup_printf ("%s%d:%02d", left < 0 && seconds > 0 ? "−" : "", seconds / 60, seconds % 60);
}
