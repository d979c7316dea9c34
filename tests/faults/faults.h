/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/* What a test says to faults.c, in the same process or through a page that both map. faults.py has the same. */

enum
{
  CALL_WRITE = 1,
  CALL_SYNC = 2,
  CALL_NAME = 4, /* what makes, renames or removes names */
  CALL_SEND = 8,
  CALL_RECEIVE = 16,
  CALL_READ = 32,
  CALL_OPEN = 64, /* of what is there */
};

enum
{
  FAULT_BEFORE,
  FAULT_AFTER,
  FAULT_HALF, /* half of the bytes are written */
};

typedef struct
{
  uint32_t armed;
  uint32_t calls;
  uint32_t when;
  int32_t problem; /* an errno; 0: SIGKILL */
  int64_t skip;    /* so many calls pass */
  int64_t count;   /* then so many are hit; below 0: all */
  int64_t seen;    /* out */
  int64_t hits;    /* out */
  uint32_t open;   /* out: whether what @since names has come */
  char match[60];  /* part of the path, or its end when it ends in $; for what is said: part of it */
  char since[64];  /* said or heard before anything counts */
} FaultControl;

/* For a test that holds faults.c itself: @folder is where its files lie. */
void faults_begin (const char *folder, FaultControl *page);
