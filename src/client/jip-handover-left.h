/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What it waits for. */
typedef enum
{
  JIP_LEFT_LINE,    /* the server can be reached */
  JIP_LEFT_SIGN_IN, /* they sign in here */
  JIP_LEFT_FORMER,  /* somebody knows what to do with an account that is gone */
  JIP_LEFT_CLOSED,  /* it can be opened and written to */
} JipLeftWhy;

/* Work of somebody else that waits on this PC. */
typedef struct
{
  char *who;     /* nullable: not known */
  guint n;       /* 0: not known, or nothing but @n_aside */
  guint n_aside; /* what was refused, or not finished, and is not seen where they are now */
  JipLeftWhy why;
  char *address; /* nullable: of their server, where it is not known to be the one that is used here */
  char *problem; /* nullable: a sentence */
} JipLeft;

void jip_left_free (gpointer data);
char *jip_left_describe (GHashTable *left, const char *here) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
