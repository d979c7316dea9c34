/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a file that people attach may be (docs/protocol.md, attachment.add). */
#define JIP_FILE_MAX_SIZE (G_GINT64_CONSTANT (200) * 1024 * 1024)
#define JIP_FILE_MAX_NAME 255 /* bytes: what a folder takes */
#define JIP_FILE_MAX_MEDIA_TYPE 100
#define JIP_FILE_MAX_ATTACHED 20 /* on one idea, and on one comment */

gboolean jip_file_name_is_plain (const char *name);
char *jip_file_name_make_plain (const char *name) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_media_type_is_valid (const char *type);

G_END_DECLS
