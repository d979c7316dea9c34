/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-password-pool.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

/* OWASP's first choice for Argon2id: 19 MiB, 2 passes, 1 lane. */
#define MEMORY (19u * 1024 * 1024)
#define PASSES 2
#define MAX_WAITING 4096

struct _JipPasswordPool
{
  GThreadPool *threads;
  char *nobody; /* what an unknown login is checked against, so that it takes as long */
};

typedef struct
{
  char *stored; /* nullable */
  char *password;
  JipPasswordDone done;
  gpointer data;
} Verify;

static void
verify_cb (gpointer data, gpointer user_data)
{
  Verify *verify = data;
  JipPasswordPool *pool = user_data;
  const char *stored = verify->stored != NULL ? verify->stored : pool->nobody;
  gboolean matches = crypto_pwhash_str_verify (stored, verify->password, strlen (verify->password)) == 0;

  verify->done (matches && verify->stored != NULL, verify->data);
  sodium_memzero (verify->password, strlen (verify->password));
  g_free (verify->password);
  g_free (verify->stored);
  g_free (verify);
}

/**
 * jip_password_hash:
 *
 * Returns: (transfer full) (nullable): Argon2id's text form. Takes tens of milliseconds.
 */
char *
jip_password_hash (const char *password, GError **error)
{
  char text[crypto_pwhash_STRBYTES];

  if (sodium_init () < 0
      || crypto_pwhash_str_alg (text, password, strlen (password), PASSES, MEMORY,
                                crypto_pwhash_ALG_ARGON2ID13)
             != 0)
    {
      jip_error_set (error, JIP_ERROR_INTERNAL, _ ("There is not enough memory to hash a password."));
      return NULL;
    }
  return g_strdup (text);
}

/**
 * jip_password_random:
 *
 * Returns: (transfer full): 16 letters and digits in groups of four, none of which is easily misread
 */
char *
jip_password_random (void)
{
  static const char alphabet[] = "abcdefghjkmnpqrstuvwxyz23456789";
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < 16; i++)
    {
      if (i > 0 && i % 4 == 0)
        g_string_append_c (text, '-');
      g_string_append_c (text, alphabet[randombytes_uniform (sizeof alphabet - 1)]);
    }
  return g_string_free (text, FALSE);
}

JipPasswordPool *
jip_password_pool_new (guint threads)
{
  JipPasswordPool *pool = g_new0 (JipPasswordPool, 1);

  pool->threads = g_thread_pool_new (verify_cb, pool, (int) threads, TRUE, NULL);
  pool->nobody = jip_password_hash ("nobody", NULL);
  return pool;
}

/* Waits for the checks that were begun. */
void
jip_password_pool_free (JipPasswordPool *pool)
{
  g_thread_pool_free (pool->threads, FALSE, TRUE);
  g_free (pool->nobody);
  g_free (pool);
}

/**
 * jip_password_pool_verify:
 * @stored: (nullable): %NULL for a login that does not exist; takes as long and never matches
 * @done: called from one of the pool's threads
 *
 * Returns: %FALSE with %JIP_ERROR_BUSY when too many wait already; @done is not called then
 */
gboolean
jip_password_pool_verify (JipPasswordPool *pool,
                          const char *stored,
                          const char *password,
                          JipPasswordDone done,
                          gpointer data,
                          GError **error)
{
  if (g_thread_pool_unprocessed (pool->threads) >= MAX_WAITING || pool->nobody == NULL)
    return jip_error_set (error, JIP_ERROR_BUSY, _ ("Too many people are signing in at once."));

  Verify *verify = g_new0 (Verify, 1);
  verify->stored = g_strdup (stored);
  verify->password = g_strdup (password);
  verify->done = done;
  verify->data = data;
  return g_thread_pool_push (pool->threads, verify, error);
}
