/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define JIP_MUTATION_MAX_NAME 100     /* characters; a longer one is no mutation's */
#define JIP_MUTATION_MAX_RECEIPT 1000 /* characters */

/**
 * JipMutation:
 * @n: its place in the replica's queue, from 1
 * @args: (nullable): as sent; only jip_mutation_check() says whether they fit @name
 * @at: (nullable): the client's clock, as sent
 * @receipt: (nullable): of an earlier verdict, sent again after an epoch change
 * @origin_replica: (nullable): with @origin_n the name under which the receipt was given, where it is another one
 * @hash: (nullable): jip_mutation_hash() of one that was read from a push, which is measured by the same text
 *
 * One named change, as it travels in a push.
 */
typedef struct
{
  gint64 n;
  char *name;
  JsonNode *args;
  JsonNode *at;
  char *receipt;
  char *origin_replica;
  gint64 origin_n;
  char *hash;
} JipMutation;

JipMutation *
jip_mutation_new (gint64 n, const char *name, JsonNode *args, gint64 at) G_GNUC_WARN_UNUSED_RESULT;
void jip_mutation_free (JipMutation *mutation);
JsonNode *jip_mutation_to_json (const JipMutation *mutation) G_GNUC_WARN_UNUSED_RESULT;
JipMutation *jip_mutation_from_json (JsonNode *node, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gsize jip_mutation_get_size (const JipMutation *mutation);
char *jip_mutation_hash (const JipMutation *mutation) G_GNUC_WARN_UNUSED_RESULT;
char *jip_mutation_hash_as (const JipMutation *mutation, gint64 n) G_GNUC_WARN_UNUSED_RESULT;

/**
 * JipPush:
 * @oldest: the oldest n that the replica still holds, 0 for all
 * @mutations: (element-type JipMutation)
 *
 * The body of a push.
 */
typedef struct
{
  char *replica;
  gint64 schema;
  gint64 oldest;
  GPtrArray *mutations;
} JipPush;

JipPush *jip_push_new (const char *replica) G_GNUC_WARN_UNUSED_RESULT;
void jip_push_free (JipPush *push);
JsonNode *jip_push_to_json (const JipPush *push) G_GNUC_WARN_UNUSED_RESULT;
JipPush *jip_push_from_json (JsonNode *node, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipMutation, jip_mutation_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPush, jip_push_free)

G_END_DECLS
