/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A step of an event that was pressed in view of something that has changed since: how the server refuses it, and what the
 * chair is told. */
#include "jip-stale-step.h"

#include <glib/gi18n-lib.h>

#include "jip-error.h"

static const char *
describe (const char *step)
{
  if (g_strcmp0 (step, "reveal") == 0)
    return _ ("An award was revealed meanwhile, such as from another PC, so this press revealed none. "
              "Look at the stage, and press again if it is still needed.");
  if (g_strcmp0 (step, "lock") == 0)
    return _ ("The server was restored from a backup meanwhile, so this press locked nothing. See whether "
              "all ballots are back, and press again then.");
  if (g_strcmp0 (step, "present") == 0)
    return _ ("Who presents was changed meanwhile, such as from another PC, so this press changed nothing. "
              "Look at the stage, and press again if it is still needed.");
  return _ ("This scoring was opened or closed meanwhile, such as from another PC, so this press changed "
            "nothing. Look at its state, and press again if it is still needed.");
}

/**
 * jip_stale_step_refuse:
 * @step: of `event.step`
 * @now: what its `seen` would have to be
 *
 * Returns: %FALSE, with %JIP_ERROR_WRONG_STATE
 */
gboolean
jip_stale_step_refuse (const char *step, JsonNode *now, GError **error)
{
  JsonNode *detail = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "step", step);
  json_object_set_member (object, "now", json_node_copy (now));
  json_node_take_object (detail, object);
  g_propagate_error (error, jip_error_new (JIP_ERROR_WRONG_STATE, detail, "%s", describe (step)));
  return FALSE;
}

/**
 * jip_stale_step_explain:
 * @detail: (nullable): of a refusal with %JIP_ERROR_WRONG_STATE
 *
 * Returns: (nullable): what the chair reads about it; %NULL where it was refused for something else
 */
const char *
jip_stale_step_explain (JsonNode *detail)
{
  JsonObject *object
      = detail != NULL && JSON_NODE_HOLDS_OBJECT (detail) ? json_node_get_object (detail) : NULL;

  return object != NULL && json_object_has_member (object, "now")
             ? describe (json_object_get_string_member_with_default (object, "step", NULL))
             : NULL;
}
