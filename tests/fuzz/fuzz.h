/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What each target defines: reads @size hostile bytes, checks what must hold of the answer with g_assert_*(), leaks nothing.
 * The bytes do not end in NUL. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
