/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Against the examples of FIPS 180-4 and RFC 4231, and GLib's own. */
#include <string.h>

#include "jip-sha256.h"

static void
test_examples (void)
{
  static const struct
  {
    const char *text;
    const char *hex;
  } examples[] = {
    { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      g_autofree char *hex = jip_sha256_hex (examples[i].text, strlen (examples[i].text));
      g_assert_cmpstr (hex, ==, examples[i].hex);
    }
}

/* All lengths around the ends of blocks. */
static void
test_lengths (void)
{
  guint8 data[300];

  for (guint i = 0; i < sizeof data; i++)
    data[i] = (guint8) (i * 7);
  for (gsize length = 0; length <= sizeof data; length++)
    {
      g_autofree char *ours = jip_sha256_hex (data, length);
      g_autofree char *glibs = g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, length);
      g_assert_cmpstr (ours, ==, glibs);
    }
}

static void
test_hex (void)
{
  guint8 digest[JIP_SHA256_BYTES], back[JIP_SHA256_BYTES];
  static const char *const wrong[] = {
    "",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0",
    "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ag",
    "ba7816bf8f01cfea414140de5dae2223 00361a396177a9cb410ff61f20015ad",
  };

  jip_sha256 ("abc", 3, digest);
  g_autofree char *hex = jip_sha256_to_hex (digest);
  g_assert_true (jip_sha256_is_valid (hex));
  g_assert_true (jip_sha256_from_hex (back, hex));
  g_assert_cmpmem (back, sizeof back, digest, sizeof digest);
  g_assert_false (jip_sha256_is_valid (NULL));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (jip_sha256_is_valid (wrong[i]));
}

static void
test_hmac (void)
{
  guint8 mac[JIP_SHA256_BYTES], long_key[131];

  jip_hmac_sha256 ("Jefe", 4, "what do ya want for nothing?", 28, mac);
  g_autofree char *hex = jip_sha256_to_hex (mac);
  g_assert_cmpstr (hex, ==, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  memset (long_key, 0xaa, sizeof long_key);
  jip_hmac_sha256 (long_key, sizeof long_key, "Test Using Larger Than Block-Size Key - Hash Key First", 54,
                   mac);
  g_autofree char *hex_of_long = jip_sha256_to_hex (mac);
  g_assert_cmpstr (hex_of_long, ==, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sha256/examples", test_examples);
  g_test_add_func ("/sha256/lengths", test_lengths);
  g_test_add_func ("/sha256/hex", test_hex);
  g_test_add_func ("/sha256/hmac", test_hmac);
  return g_test_run ();
}
