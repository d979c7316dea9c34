/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-cursor.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#define MAX_CURSOR 1000
#define N_PARTS 7

void
jip_cursor_clear (JipCursor *cursor)
{
  g_clear_pointer (&cursor->table, g_free);
  g_clear_pointer (&cursor->id, g_free);
}

/* The account is signed but not written: a cursor of someone else does not verify. */
static char *
sign (JipServices *services, const char *body, const char *account)
{
  g_autofree char *text = g_strdup_printf ("cursor|%s|%s", account, body);

  return jip_services_mac (services->cursor_key, text);
}

/**
 * jip_cursor_to_text:
 * @replica: whose last_n it is
 *
 * Returns: (transfer full): URL-safe characters
 */
char *
jip_cursor_to_text (JipServices *services, const JipCursor *cursor, const char *account, const char *replica)
{
  g_autofree char *body = g_strdup_printf (
      "1|%s|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "@%s|%s|%s", services->epoch, cursor->seq, cursor->last_n,
      replica, cursor->table != NULL ? cursor->table : "", cursor->id != NULL ? cursor->id : "");
  g_autofree char *mac = sign (services, body, account);
  g_autofree char *whole = g_strdup_printf ("%s|%s", body, mac);
  const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  gsize length = sodium_base64_encoded_len (strlen (whole), variant);
  char *text = g_malloc (length);

  return sodium_bin2base64 (text, length, (const guint8 *) whole, strlen (whole), variant);
}

/* Servers of before have not said whose it is. */
static gint64
read_last_n (const char *text, const char *replica)
{
  const char *whose = strchr (text, '@');

  return whose == NULL || strcmp (whose + 1, replica) == 0 ? g_ascii_strtoll (text, NULL, 10) : 0;
}

static gboolean
parse (JipServices *services,
       char *whole,
       const char *account,
       const char *replica,
       JipCursor *cursor,
       GError **error)
{
  char *last = strrchr (whole, '|');

  if (last == NULL)
    return jip_error_set (error, JIP_ERROR_BAD_CURSOR, _ ("The cursor is damaged."));
  *last = '\0';
  g_autofree char *mac = sign (services, whole, account);
  if (strlen (mac) != strlen (last + 1) || sodium_memcmp (mac, last + 1, strlen (mac)) != 0)
    return jip_error_set (error, JIP_ERROR_BAD_CURSOR, _ ("The cursor is damaged or another user's."));

  g_auto (GStrv) parts = g_strsplit (whole, "|", N_PARTS);
  if (g_strv_length (parts) != N_PARTS - 1 || strcmp (parts[0], "1") != 0)
    return jip_error_set (error, JIP_ERROR_BAD_CURSOR, _ ("The cursor is of another version."));
  if (strcmp (parts[1], services->epoch) != 0)
    return jip_error_set (error, JIP_ERROR_EPOCH_CHANGED, "%s", jip_error_describe (JIP_ERROR_EPOCH_CHANGED));
  cursor->seq = g_ascii_strtoll (parts[2], NULL, 10);
  cursor->last_n = read_last_n (parts[3], replica);
  if (*parts[4] != '\0')
    {
      cursor->table = g_strdup (parts[4]);
      cursor->id = g_strdup (parts[5]);
    }
  return TRUE;
}

/**
 * jip_cursor_from_text:
 * @replica: that asks; of another one the last_n counts for nothing
 * @cursor: (out caller-allocates)
 *
 * Returns: %FALSE with %JIP_ERROR_BAD_CURSOR or %JIP_ERROR_EPOCH_CHANGED
 */
gboolean
jip_cursor_from_text (JipServices *services,
                      const char *text,
                      const char *account,
                      const char *replica,
                      JipCursor *cursor,
                      GError **error)
{
  gsize length = strlen (text), got;
  g_autofree char *whole = NULL;

  *cursor = (JipCursor){ 0 };
  if (length > MAX_CURSOR)
    return jip_error_set (error, JIP_ERROR_BAD_CURSOR, _ ("The cursor is too long."));
  whole = g_malloc0 (length + 1);
  if (sodium_base642bin ((guint8 *) whole, length, text, length, NULL, &got, NULL,
                         sodium_base64_VARIANT_URLSAFE_NO_PADDING)
          != 0
      || memchr (whole, '\0', got) != NULL)
    return jip_error_set (error, JIP_ERROR_BAD_CURSOR, _ ("The cursor is damaged."));
  whole[got] = '\0';
  return parse (services, whole, account, replica, cursor, error);
}
