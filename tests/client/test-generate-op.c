/* SPDX-License-Identifier: GPL-3.0-or-later */
/* However a generation ends, that is told: once, and as what it is. */
#include "jip-error.h"
#include "jip-generate-op.h"
#include "jip-id.h"
#include "jip-json.h"
#include "model-fixture.h"
#include "sync-fixture.h"

#define USERS \
  "login,name,department,roles,password\n" \
  "kim,김하늘,재무과,staff,pw-kim-1\n"

typedef struct
{
  ModelFixture *model;
  Site *site;
  Desk desk;
  JipGenerateOp *op;
  guint slow_us; /* that taking a text takes */
  glong chars;
  guint n_ends;
  char *reason;
  GError *error;
} Fixture;

static void
text_cb (Fixture *f, const char *delta)
{
  f->chars += g_utf8_strlen (delta, -1);
  if (f->slow_us > 0)
    g_usleep (f->slow_us);
}

static void
ended_cb (Fixture *f, const char *reason)
{
  f->n_ends++;
  f->reason = g_strdup (reason);
}

static void
failed_cb (Fixture *f, const GError *error)
{
  f->n_ends++;
  g_clear_error (&f->error);
  f->error = g_error_copy (error);
}

static Fixture *
fixture_new (const char *mode)
{
  Fixture *f = g_new0 (Fixture, 1);

  f->model = model_fixture_new ();
  g_autofree char *url = model_fixture_dup_url (f->model, mode);
  f->site = site_new_with_model (USERS, url);
  desk_open (&f->desk, f->site, "kim");
  return f;
}

static void
start (Fixture *f)
{
  g_autofree char *draft = jip_id_new ();
  g_autofree char *text = g_strdup_printf (
      "{\"draft\":\"%s\",\"section\":\"lead\",\"document_type\":\"press-release\",\"inputs\":{\"fields\":{"
      "\"title\":\"가람시, 도서관 야간 개방\",\"department\":\"도서관과\",\"date\":\"2026-12-01\","
      "\"facts\":\"도서관 5곳을 밤 10시까지 연다\"}}}",
      draft);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) request = jip_json_parse (text, -1, &error);

  g_assert_no_error (error);
  f->op = jip_generate_op_new (f->desk.client, request);
  g_signal_connect_swapped (f->op, "text", G_CALLBACK (text_cb), f);
  g_signal_connect_swapped (f->op, "ended", G_CALLBACK (ended_cb), f);
  g_signal_connect_swapped (f->op, "failed", G_CALLBACK (failed_cb), f);
  jip_generate_op_start (f->op);
}

/* Waits for the end, and that it is the only one: the operation is held by nobody else when all of it is over. */
static void
wait_end (Fixture *f)
{
  wait_until (f->n_ends > 0);
  g_object_add_weak_pointer (G_OBJECT (f->op), (gpointer *) &f->op);
  g_object_unref (f->op);
  wait_until (f->op == NULL);
  g_assert_cmpuint (f->n_ends, ==, 1);
  g_assert_true ((f->reason != NULL) != (f->error != NULL));
}

static void
assert_failed (Fixture *f, JipErrorCode code)
{
  wait_end (f);
  g_assert_nonnull (f->error);
  g_assert_cmpstr (jip_error_code_get_name (jip_error_get_code (f->error)), ==,
                   jip_error_code_get_name (code));
  g_assert_cmpstr (f->error->message, !=, "");
}

static void
fixture_free (Fixture *f)
{
  desk_close (&f->desk);
  site_free (f->site);
  model_fixture_free (f->model);
  g_free (f->reason);
  g_clear_error (&f->error);
  g_free (f);
}

/* @slow: microseconds that the reader takes for each text */
static void
test_flood (gconstpointer slow)
{
  Fixture *f = fixture_new ("flood");

  f->slow_us = GPOINTER_TO_UINT (slow);
  start (f);
  wait_end (f);
  g_assert_no_error (f->error);
  g_assert_cmpstr (f->reason, ==, "stop");
  g_assert_cmpint (f->chars, ==, 2 * MODEL_FIXTURE_FLOOD);
  fixture_free (f);
}

static void
test_server_dies (void)
{
  Fixture *f = fixture_new ("stalled");

  start (f);
  wait_until (f->chars > 0);
  site_kill (f->site);
  assert_failed (f, JIP_ERROR_OFFLINE);
  fixture_free (f);
}

/* The user did not stop it. */
static void
test_server_stops (void)
{
  Fixture *f = fixture_new ("stalled");

  start (f);
  wait_until (f->chars > 0);
  site_stop (f->site);
  wait_end (f);
  g_assert_nonnull (f->error);
  g_assert_true (jip_error_get_code (f->error) == JIP_ERROR_UNAVAILABLE
                 || jip_error_get_code (f->error) == JIP_ERROR_OFFLINE);
  fixture_free (f);
}

static void
test_cut (void)
{
  Fixture *f = fixture_new ("ok");

  g_atomic_int_set (&f->site->fault, FAULT_CUT);
  start (f);
  assert_failed (f, JIP_ERROR_OFFLINE);
  g_assert_cmpint (f->chars, ==, 5);
  fixture_free (f);
}

static void
test_model_drops (void)
{
  Fixture *f = fixture_new ("dropped");

  start (f);
  assert_failed (f, JIP_ERROR_MODEL_FAILED);
  g_assert_cmpint (f->chars, >, 0);
  fixture_free (f);
}

static void
test_model_writes_nothing (void)
{
  Fixture *f = fixture_new ("empty");

  start (f);
  assert_failed (f, JIP_ERROR_MODEL_FAILED);
  g_assert_cmpint (f->chars, ==, 0);
  fixture_free (f);
}

static void
test_cancel (void)
{
  Fixture *f = fixture_new ("stalled");

  start (f);
  wait_until (f->chars > 0);
  jip_generate_op_cancel (f->op);
  assert_failed (f, JIP_ERROR_CANCELLED);
  fixture_free (f);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE); /* no secret service */
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/generate-op/flood", NULL, test_flood);
  g_test_add_data_func ("/generate-op/flood-slow-reader", GUINT_TO_POINTER (500), test_flood);
  g_test_add_func ("/generate-op/server-dies", test_server_dies);
  g_test_add_func ("/generate-op/server-stops", test_server_stops);
  g_test_add_func ("/generate-op/cut", test_cut);
  g_test_add_func ("/generate-op/model-drops", test_model_drops);
  g_test_add_func ("/generate-op/model-writes-nothing", test_model_writes_nothing);
  g_test_add_func ("/generate-op/cancel", test_cancel);
  return g_test_run ();
}
