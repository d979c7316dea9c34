/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into the programs of a test: passwords are hashed at the least cost that Argon2id has, since a suite signs
   in thousands of people. A hash says its own cost, so that checking one costs as little; tests/server/test-admin.py
   looks at the hashes that are made without it. */
#include <dlfcn.h>
#include <sodium.h>

int
crypto_pwhash_str_alg (char out[crypto_pwhash_STRBYTES],
                       const char *password,
                       unsigned long long length,
                       unsigned long long passes,
                       size_t memory,
                       int algorithm)
{
  int (*hash) (char *, const char *, unsigned long long, unsigned long long, size_t, int);

  *(void **) &hash = dlsym (RTLD_NEXT, "crypto_pwhash_str_alg");
  (void) passes;
  (void) memory;
  return hash (out, password, length, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, algorithm);
}
