/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define MODEL_FIXTURE_FLOOD 4000

/* A language model endpoint that fails in every way that is known of one. The first segment of the path says how:
 * `ok`, `gated` (an answer that ends when the test lets it), `flood` (that many deltas of two characters, as fast as
 * they go), `silent`, … see model-fixture.c. */
typedef struct _ModelFixture ModelFixture;

ModelFixture *model_fixture_new (void);
void model_fixture_free (ModelFixture *fixture);
char *model_fixture_dup_url (ModelFixture *fixture, const char *mode);
void model_fixture_wait_requests (ModelFixture *fixture, guint count);
void model_fixture_wait_closed (ModelFixture *fixture, guint count);
void model_fixture_open_gate (ModelFixture *fixture);
char *model_fixture_dup_last_request (ModelFixture *fixture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModelFixture, model_fixture_free)

G_END_DECLS
