/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-http-server.h"
#include "raw-client.h"

G_BEGIN_DECLS

#define HOST "Host: test\r\n"

typedef struct
{
  JipHttpServer *server;
  guint16 port;
  GAsyncQueue *waiting; /* what a test's handlers put aside; made and freed by the test */
} HttpFixture;

void
http_fixture_start (HttpFixture *f, const JipHttpConfig *config, const JipHttpRoute *routes, guint n_routes);
void http_fixture_stop (HttpFixture *f);
void http_fixture_ask (HttpFixture *f, const char *text, RawAnswer *answer);
void http_assert_error (const RawAnswer *answer, guint status, const char *code);

/* Waits for a state of the server that other threads bring about. */
#define http_wait_for(f, stats, condition) \
  G_STMT_START \
  { \
    gint64 http_end_ = g_get_monotonic_time () + RAW_PATIENCE; \
    JipHttpStats stats; \
    do \
      { \
        g_assert_cmpint (g_get_monotonic_time (), <, http_end_); \
        g_usleep (1000); \
        jip_http_server_get_stats ((f)->server, &stats); \
      } \
    while (!(condition)); \
  } \
  G_STMT_END

G_END_DECLS
