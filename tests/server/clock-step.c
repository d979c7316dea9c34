/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into a program under test: its wall clock is JIP_CLOCK_STEP seconds off, or as many as the 8 bytes in the file
 * JIP_CLOCK_FILE say at the moment. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *now_off;

static void __attribute__ ((constructor)) begin (void)
{
  const char *path = getenv ("JIP_CLOCK_FILE");
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;

  if (fd < 0)
    return;
  void *map = mmap (NULL, sizeof *now_off, PROT_READ, MAP_SHARED, fd, 0);
  now_off = map != MAP_FAILED ? map : NULL;
  close (fd);
}

static time_t
step (void)
{
  const char *text = getenv ("JIP_CLOCK_STEP");

  if (now_off != NULL)
    return (time_t) *now_off;
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
