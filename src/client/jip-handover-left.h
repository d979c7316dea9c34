/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Work of somebody else that waits on this PC. */
typedef struct
{
  char *who;
  guint n;
  gboolean sign_in; /* nothing but their sign-in can send it */
} JipLeft;

void jip_left_free (gpointer data);
char *jip_left_describe (GHashTable *left) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
