/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact rationals: in from scaled whole numbers, out as text. */
#include "jip-tally-private.h"

#include <string.h>

static void
set_int64 (mpz_t out, gint64 value)
{
  guint64 size = value < 0 ? -(guint64) value : (guint64) value;
  mpz_import (out, 1, 1, sizeof size, 0, 0, &size);
  if (value < 0)
    mpz_neg (out, out);
}

/* @value, initialised, becomes @scaled ten-thousandths. */
void
jip_tally_set_scaled (mpq_t value, gint64 scaled)
{
  set_int64 (mpq_numref (value), scaled);
  mpz_set_ui (mpq_denref (value), JIP_TALLY_SCALE);
  mpq_canonicalize (value);
}

/* @value, initialised, becomes 100 * @sum / @max / @count: a mean of @count totals on 0..100. */
void
jip_tally_set_percentage (mpq_t value, gint64 sum, gint64 max, guint count)
{
  set_int64 (mpq_numref (value), sum);
  mpz_mul_ui (mpq_numref (value), mpq_numref (value), 100);
  set_int64 (mpq_denref (value), max);
  mpz_mul_ui (mpq_denref (value), mpq_denref (value), count);
  mpq_canonicalize (value);
}

/* @rounded becomes @value * 10^@decimals, rounded half away from zero. */
void
jip_tally_round (mpz_t rounded, const mpq_t value, guint decimals)
{
  mpz_t scale;

  mpz_init (scale);
  mpz_ui_pow_ui (scale, 10, decimals);
  mpz_abs (rounded, mpq_numref (value));
  mpz_mul (rounded, rounded, scale);
  mpz_mul_2exp (rounded, rounded, 1);
  mpz_add (rounded, rounded, mpq_denref (value));
  mpz_mul_2exp (scale, mpq_denref (value), 1);
  mpz_fdiv_q (rounded, rounded, scale);
  if (mpq_sgn (value) < 0)
    mpz_neg (rounded, rounded);
  mpz_clear (scale);
}

/* Returns: (transfer full): `n/d`, or `n` when whole */
char *
jip_tally_to_exact (const mpq_t value)
{
  gsize size = mpz_sizeinbase (mpq_numref (value), 10) + mpz_sizeinbase (mpq_denref (value), 10) + 3;
  return mpq_get_str (g_malloc (size), 10, value);
}

/* Returns: (transfer full): @value rounded half away from zero, never a negative zero */
char *
jip_tally_to_decimals (const mpq_t value, guint decimals)
{
  mpz_t rounded;

  mpz_init (rounded);
  jip_tally_round (rounded, value, decimals);
  gboolean negative = mpz_sgn (rounded) < 0;
  mpz_abs (rounded, rounded);
  g_autofree char *digits = mpz_get_str (g_malloc (mpz_sizeinbase (rounded, 10) + 2), 10, rounded);
  mpz_clear (rounded);

  GString *out = g_string_new (negative ? "-" : NULL);
  gsize length = strlen (digits);
  for (gsize missing = length; missing <= decimals; missing++)
    g_string_append_c (out, '0');
  g_string_append (out, digits);
  if (decimals > 0)
    g_string_insert_c (out, (gssize) (out->len - decimals), '.');
  return g_string_free (out, FALSE);
}

/**
 * jip_tally_format_exact:
 * @exact: a number of a result, `n/d` or `n`
 *
 * Returns: (transfer full): @exact as decimal text, rounded half away from zero (scoring.md, rounding)
 */
char *
jip_tally_format_exact (const char *exact, guint decimals)
{
  mpq_t value;

  g_return_val_if_fail (exact != NULL, NULL);

  mpq_init (value);
  mpq_set_str (value, exact, 10);
  char *text = jip_tally_to_decimals (value, decimals);
  mpq_clear (value);
  return text;
}
