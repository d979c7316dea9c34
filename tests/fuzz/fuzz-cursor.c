/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cursors and receipts come back from clients: one of ours reads as what it was made of, and nothing else reads at all. The
 * first bytes of the input say what is made, and which byte of the text is spoiled; the rest is taken for a text itself. */
#include "fuzz.h"

#include <string.h>

#include "jip-cursor.h"
#include "jip-receipt.h"

#define ACCOUNT "00000000-0000-7000-8000-00000000000a"
#define REPLICA "00000000-0000-7000-8000-00000000000b"
#define EPOCH "00000000-0000-7000-8000-00000000000c"
#define HEAD 12

static void
spoil (char *text, const guint8 *head)
{
  gsize length = strlen (text);
  gsize at = head[8] % length;
  char other = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_."[head[9] % 65];

  text[at] = text[at] != other ? other : '!';
}

static gboolean
reads_cursor (JipServices *services, const char *text, const char *account, JipCursor *cursor)
{
  g_autoptr (GError) error = NULL;
  gboolean good = jip_cursor_from_text (services, text, account, REPLICA, cursor, &error);

  g_assert_true (good == (error == NULL));
  return good;
}

static void
check_cursor (JipServices *services, const guint8 *head)
{
  gint64 seq, last_n = head[10];
  g_auto (JipCursor) again = { 0 };
  g_auto (JipCursor) spoiled = { 0 };
  g_auto (JipCursor) foreign = { 0 };

  memcpy (&seq, head, sizeof seq);
  JipCursor cursor = { seq, last_n, head[11] % 2 ? (char *) "proposal" : NULL, (char *) REPLICA };
  g_autofree char *text = jip_cursor_to_text (services, &cursor, ACCOUNT, REPLICA);
  g_assert_true (reads_cursor (services, text, ACCOUNT, &again));
  g_assert_cmpint (again.seq, ==, seq);
  g_assert_cmpint (again.last_n, ==, last_n);
  g_assert_cmpstr (again.table, ==, cursor.table);
  g_assert_false (reads_cursor (services, text, REPLICA, &foreign));
  spoil (text, head);
  g_assert_false (reads_cursor (services, text, ACCOUNT, &spoiled));
}

static void
check_receipt (JipServices *services, const guint8 *head)
{
  JipStoredVerdict verdict
      = { .n = head[10], .hash = (char *) "hash", .status = (char *) "ok", .received_at = head[11] };
  g_auto (JipReceipt) again = { NULL };
  g_auto (JipReceipt) other = { NULL };
  g_auto (JipReceipt) spoiled = { NULL };

  memcpy (&verdict.seq, head, sizeof verdict.seq);
  verdict.code = head[11] % 2 ? (char *) "late" : NULL;
  g_autofree char *text = jip_receipt_make (services, EPOCH, ACCOUNT, REPLICA, &verdict);
  g_assert_true (jip_receipt_read (services, text, ACCOUNT, REPLICA, verdict.n, "hash", &again));
  g_assert_cmpint (again.seq, ==, verdict.seq);
  g_assert_cmpint (again.received_at, ==, verdict.received_at);
  g_assert_cmpstr (again.code, ==, verdict.code);
  g_assert_false (jip_receipt_read (services, text, ACCOUNT, REPLICA, verdict.n + 1, "hash", &other));
  spoil (text, head);
  g_assert_false (jip_receipt_read (services, text, ACCOUNT, REPLICA, verdict.n, "hash", &spoiled));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  JipServices services = { .epoch = EPOCH, .receipt_key = { 1, 2, 3 }, .cursor_key = { 4, 5, 6 } };
  g_auto (JipCursor) cursor = { 0 };
  g_auto (JipReceipt) receipt = { NULL };

  if (size < HEAD)
    return 0;
  check_cursor (&services, data);
  check_receipt (&services, data);
  g_autofree char *text = g_strndup ((const char *) data + HEAD, size - HEAD);
  g_assert_false (reads_cursor (&services, text, ACCOUNT, &cursor));
  g_assert_false (jip_receipt_read (&services, text, ACCOUNT, REPLICA, 1, "hash", &receipt));
  return 0;
}
