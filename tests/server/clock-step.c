/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into a program under test: its wall clock is JIP_CLOCK_STEP seconds off. */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static time_t
step (void)
{
  const char *text = getenv ("JIP_CLOCK_STEP");

  return text != NULL ? (time_t) strtoll (text, NULL, 10) : 0;
}

int
clock_gettime (clockid_t clock, struct timespec *now)
{
  int (*real) (clockid_t, struct timespec *);
  void *symbol = dlsym (RTLD_NEXT, "clock_gettime");

  *(void **) &real = symbol;
  int result = real (clock, now);
  if (result == 0 && clock == CLOCK_REALTIME)
    now->tv_sec += step ();
  return result;
}

int
gettimeofday (struct timeval *restrict now, void *restrict zone)
{
  struct timespec precise;

  if (clock_gettime (CLOCK_REALTIME, &precise) != 0)
    return -1;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t
time (time_t *where)
{
  struct timespec precise;

  clock_gettime (CLOCK_REALTIME, &precise);
  if (where != NULL)
    *where = precise.tv_sec;
  return precise.tv_sec;
}
