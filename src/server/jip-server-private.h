/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-blob-service.h"
#include "jip-live-hub.h"
#include "jip-llm-service.h"
#include "jip-rate-limit.h"
#include "jip-server.h"
#include "jip-session-service.h"

G_BEGIN_DECLS

struct _JipServer
{
  JipServices *services;
  JipHttpServer *http;
  JipSessionService *sessions;
  JipBlobService *blobs;
  JipLiveHub *hub;
  JipLlmService *llm;
  JipRateLimit *requests; /* by account */
  JipRateLimit *digests;  /* by replica */
  char *socket_path;
  char *config;
  char **llm_urls;
  gint64 started_at;
  _Atomic gboolean ready;
  _Atomic guint64 pushes, mutations, pulls;
  GThreadPool *controls; /* administrators' commands */
};

gboolean
jip_server_enter (JipServer *server, JipHttpRequest *request, JipCaller *caller, JipDatabase **database);

/* jip-api-sync.c */
void jip_api_push (JipHttpRequest *request, gpointer user_data);
void jip_api_pull (JipHttpRequest *request, gpointer user_data);
void jip_api_snapshot (JipHttpRequest *request, gpointer user_data);
void jip_api_live (JipHttpRequest *request, gpointer user_data);

/* jip-api-session.c */
void jip_api_sign_in (JipHttpRequest *request, gpointer user_data);
void jip_api_join (JipHttpRequest *request, gpointer user_data);
void jip_api_session (JipHttpRequest *request, gpointer user_data);
void jip_api_sign_out (JipHttpRequest *request, gpointer user_data);

/* jip-api-blobs.c */
void jip_api_blob_begin (JipHttpRequest *request, gpointer user_data);
void jip_api_blob_head (JipHttpRequest *request, gpointer user_data);
void jip_api_blob_write (JipHttpRequest *request, gpointer user_data);
void jip_api_blob_read (JipHttpRequest *request, gpointer user_data);

/* jip-api-generate.c */
void jip_api_generate (JipHttpRequest *request, gpointer user_data);

/* jip-api-control.c */
void jip_api_control (JipHttpRequest *request, gpointer user_data);
void jip_api_control_start (JipServer *server);
void jip_api_control_stop (JipServer *server);

G_END_DECLS
