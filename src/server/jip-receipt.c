/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receipts: a verdict in the client's own keeping, which a restored server believes because it made it. */
#include "jip-receipt.h"

#include <sodium.h>
#include <string.h>

#include "jip-verdict.h"

#define VERSION "2"
#define N_PARTS 8

void
jip_receipt_clear (JipReceipt *receipt)
{
  g_clear_pointer (&receipt->epoch, g_free);
  g_clear_pointer (&receipt->status, g_free);
  g_clear_pointer (&receipt->code, g_free);
  g_clear_pointer (&receipt->mark, g_free);
  g_clear_pointer (&receipt->origin_replica, g_free);
}

/* Sealed over whose it is and what it is for, which are not repeated in it. */
static char *
seal (JipServices *services,
      const char *open,
      const char *account,
      const char *replica,
      gint64 n,
      const char *hash)
{
  g_autofree char *text
      = g_strdup_printf ("receipt|%s|%s|%s|%" G_GINT64_FORMAT "|%s", open, account, replica, n, hash);

  return jip_services_mac (services->receipt_key, text);
}

/**
 * jip_receipt_make:
 *
 * Returns: (transfer full): opaque to clients
 */
char *
jip_receipt_make (JipServices *services,
                  const char *epoch,
                  const char *account,
                  const char *replica,
                  const JipStoredVerdict *verdict)
{
  g_autofree char *open = g_strdup_printf (VERSION ".%s.%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%s.%s.%s",
                                           epoch, verdict->seq, verdict->received_at, verdict->status,
                                           verdict->code != NULL ? verdict->code : "",
                                           verdict->mark != NULL ? verdict->mark : "");
  g_autofree char *mac = seal (services, open, account, replica, verdict->n, verdict->hash);

  return g_strdup_printf ("%s.%s", open, mac);
}

/**
 * jip_receipt_mark_origin:
 * @mark: (nullable)
 *
 * Returns: (transfer full): the mark of a verdict on what was acknowledged before, as the @n of @replica
 */
char *
jip_receipt_mark_origin (const char *mark, const char *replica, gint64 n)
{
  return g_strdup_printf ("%s@%s:%" G_GINT64_FORMAT, mark != NULL ? mark : "", replica, n);
}

static char *
dup_unless_empty (const char *text)
{
  return *text != '\0' ? g_strdup (text) : NULL;
}

/**
 * jip_receipt_read:
 * @receipt: (out caller-allocates): to be cleared also when this fails
 *
 * Returns: whether this server, or the one it was restored from, gave @text for exactly this mutation
 */
gboolean
jip_receipt_read (JipServices *services,
                  const char *text,
                  const char *account,
                  const char *replica,
                  gint64 n,
                  const char *hash,
                  JipReceipt *receipt)
{
  const char *last = strrchr (text, '.');
  JipVerdictStatus status;

  *receipt = (JipReceipt){ NULL };
  if (last == NULL)
    return FALSE;
  g_autofree char *open = g_strndup (text, (gsize) (last - text));
  g_autofree char *mac = seal (services, open, account, replica, n, hash);
  if (strlen (mac) != strlen (last + 1) || sodium_memcmp (mac, last + 1, strlen (mac)) != 0)
    return FALSE;
  g_auto (GStrv) parts = g_strsplit (open, ".", N_PARTS);
  if (g_strv_length (parts) != N_PARTS - 1 || strcmp (parts[0], VERSION) != 0
      || !jip_verdict_status_from_name (parts[4], &status))
    return FALSE;
  receipt->epoch = g_strdup (parts[1]);
  receipt->seq = g_ascii_strtoll (parts[2], NULL, 10);
  receipt->received_at = g_ascii_strtoll (parts[3], NULL, 10);
  receipt->status = g_strdup (parts[4]);
  receipt->code = dup_unless_empty (parts[5]);
  char *origin = strchr (parts[6], '@'), *colon = origin != NULL ? strchr (origin, ':') : NULL;
  if (colon != NULL)
    {
      receipt->origin_replica = g_strndup (origin + 1, (gsize) (colon - origin - 1));
      receipt->origin_n = g_ascii_strtoll (colon + 1, NULL, 10);
      *origin = '\0';
    }
  receipt->mark = dup_unless_empty (parts[6]);
  return TRUE;
}
