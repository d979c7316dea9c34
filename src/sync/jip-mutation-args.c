/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shapes of all mutations, as docs/protocol.md lists them. The client runs the same check before it queues. */
#include "jip-mutation-args.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-fields.h"
#include "jip-file-rules.h"
#include "jip-json.h"
#include "jip-mutation.h"
#include "jip-sha256.h"
#include "jip-time.h"

#define MAX_ENTRIES 200
#define MAX_JUDGES 2000
#define MAX_FREE 1000
#define MAX_VERSION G_MAXINT32
#define MAX_DRAFT_BASE (1 << 30) /* the next versions count on from it */

#define ID(name) \
  { \
    name, JIP_ARG_ID, TRUE \
  }
#define ID_OPT(name) \
  { \
    name, JIP_ARG_ID, FALSE \
  }
#define ID_OR_EMPTY(name) \
  { \
    name, JIP_ARG_ID_OR_EMPTY, FALSE \
  }
#define TEXT(name, limit) \
  { \
    name, JIP_ARG_TEXT, TRUE, limit \
  }
#define TEXT_OPT(name, limit) \
  { \
    name, JIP_ARG_TEXT, FALSE, limit \
  }
#define INT(name, min, max) \
  { \
    name, JIP_ARG_INT, TRUE, max, min \
  }
#define INT_OPT(name, min, max) \
  { \
    name, JIP_ARG_INT, FALSE, max, min \
  }
#define BOOLEAN(name) \
  { \
    name, JIP_ARG_BOOLEAN, TRUE \
  }
#define OBJECT(name) \
  { \
    name, JIP_ARG_OBJECT, TRUE \
  }
#define OBJECT_OPT(name) \
  { \
    name, JIP_ARG_OBJECT, FALSE \
  }
#define LIST(name, limit) \
  { \
    name, JIP_ARG_LIST, TRUE, limit \
  }
#define LIST_OPT(name, limit) \
  { \
    name, JIP_ARG_LIST, FALSE, limit \
  }
#define DECIMAL(name) \
  { \
    name, JIP_ARG_DECIMAL, TRUE \
  }
#define DECIMAL_OPT(name) \
  { \
    name, JIP_ARG_DECIMAL, FALSE \
  }
#define CHOICE(name, list) \
  { \
    name, JIP_ARG_CHOICE, TRUE, 0, 0, list \
  }
#define CHOICE_OPT(name, list) \
  { \
    name, JIP_ARG_CHOICE, FALSE, 0, 0, list \
  }
#define ARGS(...) ((const JipArgSpec[]){ __VA_ARGS__, { NULL } })

static const char *const proposal_kinds[] = { "proposal", "request", NULL };
static const char *const recusal_kinds[] = { "excluded", "challenged", "self", NULL };
static const char *const windows[] = { "waiting", "open", "closed", NULL };
static const char *const steps[]
    = { "open", "close", "present", "withdraw", "adjust", "recuse", "late", "lock", "lots", "reveal", NULL };

static const JipMutationSpec mutations[] = {
  { "proposal.submit", ARGS (ID ("id"),
                             CHOICE ("kind", proposal_kinds),
                             TEXT_OPT ("title", 200),
                             TEXT ("body", 20000),
                             TEXT_OPT ("category", 100),
                             ID_OR_EMPTY ("department"),
                             BOOLEAN ("anonymous")) },
  { "proposal.edit",
    ARGS (ID ("id"), INT ("base_version", 1, MAX_VERSION), OBJECT ("fields"), OBJECT_OPT ("base")) },
  { "comment.add", ARGS (ID ("id"), ID ("proposal"), TEXT ("body", 5000)) },
  { "attachment.add", ARGS (ID ("id"),
                            ID ("proposal"),
                            ID_OPT ("comment"),
                            TEXT ("sha256", 64),
                            INT ("size", 1, JIP_FILE_MAX_SIZE),
                            TEXT ("name", JIP_FILE_MAX_NAME),
                            TEXT ("media_type", JIP_FILE_MAX_MEDIA_TYPE)) },
  { "attachment.remove", ARGS (ID ("id"), ID ("proposal")) },
  { "vote.set", ARGS (ID ("proposal"), BOOLEAN ("on")) },
  { "event.create", ARGS (ID ("id"),
                          TEXT ("title", 200),
                          TEXT_OPT ("place", 200),
                          OBJECT ("rules"),
                          ID ("chair"),
                          LIST ("entries", MAX_ENTRIES),
                          LIST ("judges", MAX_JUDGES)) },
  { "event.step", ARGS (ID ("event"), CHOICE ("step", steps), OBJECT_OPT ("args")) },
  { "ballot.submit", ARGS (ID ("id"),
                           ID ("event"),
                           INT ("version", 1, MAX_VERSION),
                           ID_OPT ("entry"),
                           OBJECT_OPT ("scores"),
                           DECIMAL_OPT ("score"),
                           TEXT_OPT ("category", 64),
                           LIST_OPT ("picks", MAX_ENTRIES)) },
  { "draft.save", ARGS (ID ("id"),
                        INT ("base_version", 0, MAX_DRAFT_BASE),
                        TEXT_OPT ("base_sha256", 64),
                        OBJECT ("document")) },
  { "draft.delete",
    ARGS (ID ("id"), INT_OPT ("base_version", 0, MAX_DRAFT_BASE), TEXT_OPT ("base_sha256", 64)) },
  { NULL },
};

static const JipMutationSpec event_steps[] = {
  { "open", ARGS (ID_OPT ("entry"), TEXT_OPT ("category", 64), CHOICE_OPT ("seen", windows)) },
  { "close", ARGS (ID_OPT ("entry"), TEXT_OPT ("category", 64), CHOICE_OPT ("seen", windows)) },
  { "present", ARGS (ID_OPT ("entry"), INT_OPT ("seconds", 1, 86400), ID_OR_EMPTY ("seen")) },
  { "withdraw", ARGS (ID ("entry"), TEXT ("reason", MAX_FREE)) },
  { "adjust", ARGS (ID ("entry"), DECIMAL ("adjust"), TEXT ("reason", MAX_FREE)) },
  { "recuse", ARGS (ID ("judge"), ID ("entry"), CHOICE ("kind", recusal_kinds), TEXT ("reason", MAX_FREE)) },
  { "late", ARGS (ID ("ballot"), BOOLEAN ("admit"), TEXT ("reason", MAX_FREE)) },
  { "lock", ARGS (ID_OPT ("seen")) },
  { "lots", ARGS (OBJECT ("lots")) },
  { "reveal", ARGS (INT_OPT ("seen", 0, MAX_VERSION)) },
  { NULL },
};

/**
 * jip_mutation_specs:
 *
 * Returns: all mutations, ended by one without a name
 */
const JipMutationSpec *
jip_mutation_specs (void)
{
  return mutations;
}

/**
 * jip_event_step_specs:
 *
 * Returns: the steps of `event.step` with what their `args` hold, ended by one without a name
 */
const JipMutationSpec *
jip_event_step_specs (void)
{
  return event_steps;
}

static const JipMutationSpec *
find (const JipMutationSpec *list, const char *name)
{
  for (; list->name != NULL; list++)
    if (g_strcmp0 (list->name, name) == 0)
      return list;
  return NULL;
}

const JipMutationSpec *
jip_mutation_find (const char *name)
{
  return find (mutations, name);
}

const JipMutationSpec *
jip_event_step_find (const char *step)
{
  return find (event_steps, step);
}

/* Size and digits are judged with the rule sheet at hand; here only the kind. */
static void
check_decimal (JipFields *fields, const JipArgSpec *spec)
{
  if (!jip_fields_has (fields, spec->name))
    {
      if (spec->required)
        jip_fields_fail (fields, spec->name, _ ("is missing"));
      return;
    }
  JsonNode *node = json_object_get_member (fields->object, spec->name);
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_NONE;
  if (type != G_TYPE_INT64 && type != G_TYPE_STRING)
    jip_fields_fail (fields, spec->name, _ ("a whole number or a decimal in quotes is expected"));
}

/**
 * jip_args_check:
 * @specs: ended by an empty one
 * @path: for messages, such as `$.args`
 *
 * Returns: whether @node is an object with members of these kinds, else %JIP_ERROR_BAD_ARGS
 */
gboolean
jip_args_check (const JipArgSpec *specs, JsonNode *node, const char *path, GError **error)
{
  JipFields fields;

  jip_fields_init (&fields, node, path);
  for (const JipArgSpec *spec = specs; spec->name != NULL; spec++)
    {
      JipPresence presence = spec->required ? JIP_REQUIRED : JIP_OPTIONAL;
      switch (spec->kind)
        {
        case JIP_ARG_ID:
          jip_fields_id (&fields, spec->name, presence);
          break;
        case JIP_ARG_ID_OR_EMPTY:
          if (g_strcmp0 (jip_fields_string (&fields, spec->name, presence, G_MAXUINT), "") != 0)
            jip_fields_id (&fields, spec->name, presence);
          break;
        case JIP_ARG_TEXT:
          jip_fields_string (&fields, spec->name, presence, (guint) spec->limit);
          break;
        case JIP_ARG_CHOICE:
          jip_fields_choice (&fields, spec->name, presence, (const char **) spec->choices);
          break;
        case JIP_ARG_INT:
          jip_fields_int (&fields, spec->name, presence, spec->min, spec->limit, 0);
          break;
        case JIP_ARG_BOOLEAN:
          jip_fields_boolean (&fields, spec->name, presence, FALSE);
          break;
        case JIP_ARG_OBJECT:
          jip_fields_object (&fields, spec->name, presence);
          break;
        case JIP_ARG_LIST:
          jip_fields_array (&fields, spec->name, presence, (guint) spec->limit);
          break;
        case JIP_ARG_DECIMAL:
          check_decimal (&fields, spec);
          break;
        }
    }
  return jip_fields_finish (&fields, error);
}

static gboolean
check_time (JsonNode *at, GError **error)
{
  gint64 ms;

  if (at == NULL || !JSON_NODE_HOLDS_VALUE (at) || json_node_get_value_type (at) != G_TYPE_STRING)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("$.at: a time is expected"));
  if (!jip_time_parse (json_node_get_string (at), &ms))
    return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                          _ ("$.at: a time such as 2026-07-22T05:03:11.250Z is expected"));
  return TRUE;
}

static gboolean
check_file (JsonObject *args, GError **error)
{
  if (!jip_sha256_is_valid (json_object_get_string_member (args, "sha256")))
    return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                          _ ("$.args.sha256: 64 lower-case hexadecimal digits are expected"));
  if (!jip_file_name_is_plain (json_object_get_string_member (args, "name")))
    return jip_error_set (
        error, JIP_ERROR_BAD_ARGS,
        _ ("$.args.name: a name without parts of a path and invisible characters is expected"));
  return jip_media_type_is_valid (json_object_get_string_member (args, "media_type"))
         || jip_error_set (error, JIP_ERROR_BAD_ARGS,
                           _ ("$.args.media_type: a type such as application/pdf is expected"));
}

static gboolean
check_base (JsonObject *args, GError **error)
{
  const char *sha256 = json_object_get_string_member_with_default (args, "base_sha256", NULL);

  return sha256 == NULL || jip_sha256_is_valid (sha256)
         || jip_error_set (error, JIP_ERROR_BAD_ARGS,
                           _ ("$.args.base_sha256: 64 lower-case hexadecimal digits are expected"));
}

/**
 * jip_mutation_check:
 * @args: (nullable): as sent
 * @at: (nullable): as sent
 *
 * What can be said of a mutation without the server's data. The client asks before it queues, the server again.
 *
 * Returns: %FALSE with %JIP_ERROR_UNKNOWN_MUTATION or %JIP_ERROR_BAD_ARGS
 */
gboolean
jip_mutation_check (const char *name, JsonNode *args, JsonNode *at, GError **error)
{
  const JipMutationSpec *spec = jip_mutation_find (name);

  if (spec == NULL && (*name == '\0' || g_utf8_strlen (name, -1) > JIP_MUTATION_MAX_NAME))
    return jip_error_set (error, JIP_ERROR_UNKNOWN_MUTATION, "%s",
                          jip_error_describe (JIP_ERROR_UNKNOWN_MUTATION));
  if (spec == NULL)
    return jip_error_set (error, JIP_ERROR_UNKNOWN_MUTATION, _ ("The server does not know “%s”."), name);
  if (!check_time (at, error) || !jip_args_check (spec->args, args, "$.args", error))
    return FALSE;
  if (!jip_json_is_finite (args))
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("$.args: a number is too large"));
  if (strcmp (name, "attachment.add") == 0)
    return check_file (json_node_get_object (args), error);
  if (strcmp (name, "draft.save") == 0 || strcmp (name, "draft.delete") == 0)
    return check_base (json_node_get_object (args), error);
  if (strcmp (name, "event.step") != 0)
    return TRUE;

  JsonObject *object = json_node_get_object (args);
  const JipMutationSpec *step = jip_event_step_find (json_object_get_string_member (object, "step"));
  JsonNode *inner = json_object_get_member (object, "args");
  g_autoptr (JsonNode) none = NULL;
  if (inner == NULL || JSON_NODE_HOLDS_NULL (inner))
    {
      none = json_node_new (JSON_NODE_OBJECT);
      json_node_take_object (none, json_object_new ());
      inner = none;
    }
  return jip_args_check (step->args, inner, "$.args.args", error);
}
