/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  JIP_ARG_ID,
  JIP_ARG_ID_OR_EMPTY, /* empty text is none */
  JIP_ARG_TEXT,        /* limit: characters */
  JIP_ARG_CHOICE,      /* choices */
  JIP_ARG_INT,         /* from min to limit */
  JIP_ARG_BOOLEAN,
  JIP_ARG_OBJECT,
  JIP_ARG_LIST,    /* limit: elements */
  JIP_ARG_DECIMAL, /* scoring's value: a whole number or a decimal string; the rule sheet bounds it */
} JipArgKind;

typedef struct
{
  const char *name;
  JipArgKind kind;
  gboolean required;
  gint64 limit;
  gint64 min;
  const char *const *choices;
} JipArgSpec;

/**
 * JipMutationSpec:
 * @name: such as `proposal.submit`
 * @args: ended by an empty one
 *
 * What a mutation (or a step of `event.step`, or an element of a list argument) takes.
 */
typedef struct
{
  const char *name;
  const JipArgSpec *args;
} JipMutationSpec;

const JipMutationSpec *jip_mutation_specs (void);
const JipMutationSpec *jip_event_step_specs (void);
const JipMutationSpec *jip_mutation_find (const char *name);
const JipMutationSpec *jip_event_step_find (const char *step);
gboolean jip_args_check (const JipArgSpec *specs, JsonNode *node, const char *path, GError **error);
gboolean jip_mutation_check (const char *name, JsonNode *args, JsonNode *at, GError **error);

G_END_DECLS
