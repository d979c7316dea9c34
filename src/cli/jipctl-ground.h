/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * JipctlFieldText:
 * @text: what a form's fields say, an empty line between them; an amount gets its 원, of which the file has nothing
 * @offsets: (element-type guint32): for each byte of @text, and its end, the byte of the JSON file that it comes from
 *
 * What the form of a draft says, in such a way that a place in it is a place in the draft's file.
 */
typedef struct
{
  GString *text;
  GArray *offsets;
} JipctlFieldText;

/* Whether the field @id holds whole won. */
typedef gboolean (*JipctlIsAmount) (const char *id, gpointer user_data);

JipctlFieldText *jipctl_field_text_new (const char *json,
                                        gsize length,
                                        JipctlIsAmount is_amount,
                                        gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void jipctl_field_text_free (JipctlFieldText *fields);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipctlFieldText, jipctl_field_text_free)

G_END_DECLS
