/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client-private.h"

G_BEGIN_DECLS

/**
 * JipExchange:
 * @running: of the run of the exchange that it belongs to
 * @message: (nullable): what was sent
 * @replica: (nullable): under whose id it was asked
 *
 * One push or pull from its preparation to its end. Pushes and pulls run beside each other, one of each at a time.
 */
typedef struct
{
  JipClient *client;
  JipExchangeKind kind;
  GCancellable *running;
  SoupMessage *message;
  char *replica;

  /* of a push: the mutations that went out */
  gint64 first;
  gint64 last;
  gsize size; /* bytes of the body */

  /* of a pull: the newest n that the server had acknowledged when it was asked */
  gint64 acknowledged;
} JipExchange;

JipExchange *jip_exchange_new (JipClient *client, JipExchangeKind kind) G_GNUC_WARN_UNUSED_RESULT;
void jip_exchange_free (JipExchange *exchange);
gboolean jip_exchange_is_over (JipExchange *exchange);
gboolean jip_exchange_is_stale (JipDatabase *database, const char *replica);
JsonNode *jip_exchange_parse (GBytes *body, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GError *jip_exchange_strange_error_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* How it ended; all of them may set the next try. */
void jip_exchange_failed (JipExchange *exchange, const GError *error);
void jip_exchange_was_refused (JipExchange *exchange, const GError *error);
void jip_exchange_succeeded (JipExchange *exchange);
void jip_exchange_has_nothing (JipExchange *exchange);
gboolean jip_exchange_may_turn (JipExchange *exchange);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipExchange, jip_exchange_free)

G_END_DECLS
