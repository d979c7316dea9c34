/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-http-server.h"
#include "jip-services.h"

G_BEGIN_DECLS

/**
 * JipServerConfig:
 * @data: the data folder
 * @database: (nullable): see jip_services_open_at()
 * @http: how to listen; `socket_path` is filled in
 * @llm_urls: (nullable): endpoints by priority
 * @config: (nullable): a JSON file, `{"llm": {…}}` as jip-llm-config.h has it; read again by jip_server_reload()
 */
typedef struct
{
  const char *data;
  const char *database;
  JipHttpConfig http;
  const char *const *llm_urls;
  const char *config;
} JipServerConfig;

/**
 * JipServer:
 *
 * The whole server without its process: data folder, services, routes, HTTP.
 */
typedef struct _JipServer JipServer;

JipServer *jip_server_new (const JipServerConfig *config, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_server_start (JipServer *server, GError **error);
gboolean jip_server_reload (JipServer *server, GError **error);
void jip_server_stop (JipServer *server);
void jip_server_free (JipServer *server);
guint16 jip_server_get_port (JipServer *server);
JipServices *jip_server_get_services (JipServer *server);
const JipHttpRoute *jip_server_get_routes (guint *n_routes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipServer, jip_server_free)

G_END_DECLS
