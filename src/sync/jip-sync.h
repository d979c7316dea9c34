/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The wire schema (docs/protocol.md) that this program speaks, and the oldest one that the server still takes. Tests build
 * programs of a newer one: CONTRIBUTING.md, Raise the wire schema. */
#ifndef JIP_SYNC_SCHEMA
#define JIP_SYNC_SCHEMA 1
#endif
#define JIP_SYNC_SCHEMA_OLDEST (JIP_SYNC_SCHEMA > 1 ? JIP_SYNC_SCHEMA - 1 : 1)

#define JIP_SYNC_MAX_MUTATIONS 200
#define JIP_SYNC_MAX_MUTATION_BYTES (256 * 1024)
#define JIP_SYNC_MAX_PUSH_BYTES (1024 * 1024)
#define JIP_SYNC_MAX_PAGE 1000
#define JIP_SYNC_DEFAULT_PAGE 500

/* How long a desktop keeps what no backup that is kept elsewhere contains. */
#define JIP_SYNC_KEEP_UNBACKED_MS (90 * G_GINT64_CONSTANT (86400000))
