/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labels that light the words in which two texts differ: by weight and lines first, by a tint as well. */
#include "jip-diff-label.h"

#include <glib/gi18n-lib.h>

#include "jip-draft-diff.h"
#include "jip-text-merge.h"

#define MAX_NAMED 12 /* words that a screen reader is told of */

static void
insert (PangoAttrList *list, PangoAttribute *attribute, guint start, guint end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (list, attribute);
}

static void
light (PangoAttrList *list, gboolean removed, guint start, guint end)
{
  if (removed)
    insert (list, pango_attr_strikethrough_new (TRUE), start, end);
  else
    {
      insert (list, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), start, end);
      insert (list, pango_attr_weight_new (PANGO_WEIGHT_BOLD), start, end);
    }
  /* see-through, so that it serves light and dark */
  insert (list,
          removed ? pango_attr_background_new (0xe0e0, 0x1b1b, 0x2424)
                  : pango_attr_background_new (0x3535, 0x8484, 0xe4e4),
          start, end);
  insert (list, pango_attr_background_alpha_new (removed ? 0x3000 : 0x4000), start, end);
}

/* The lit words in words; @named grows up to a bound. */
static void
name_words (GString *named, guint *n_named, const char *text, gsize length)
{
  g_autofree char *words = g_strstrip (g_strndup (text, length));

  if (*words == '\0' || ++*n_named > MAX_NAMED)
    return;
  g_string_append_printf (named, "%s%s", named->len > 0 ? ", " : "", words);
}

static void
describe (GtkLabel *label, const char *format, GString *named)
{
  g_autofree char *sentence = named->len > 0 ? g_strdup_printf (format, named->str) : g_strdup ("");

  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence, -1);
}

/**
 * jip_diff_label_show_side:
 * @text: what the label shows
 * @other: what it is compared with
 *
 * Lights the words of @text that @other has not.
 */
void
jip_diff_label_show_side (GtkLabel *label, const char *text, const char *other)
{
  g_return_if_fail (GTK_IS_LABEL (label) && text != NULL && other != NULL);
  g_autoptr (GArray) pieces = jip_diff_words (other, text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  g_autoptr (GString) named = g_string_new (NULL);
  const char *at = text;
  guint n_named = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const JipDiffPiece *piece = &g_array_index (pieces, JipDiffPiece, i);
      if (piece->kind == JIP_DIFF_REMOVED)
        continue;
      const char *end = g_utf8_offset_to_pointer (at, piece->length);
      if (piece->kind == JIP_DIFF_ADDED)
        {
          light (attributes, FALSE, (guint) (at - text), (guint) (end - text));
          name_words (named, &n_named, at, (gsize) (end - at));
        }
      at = end;
    }
  gtk_label_set_label (label, text);
  gtk_label_set_attributes (label, attributes);
  describe (label, _ ("Different here: %s"), named);
}

/**
 * jip_diff_label_show_change:
 * @from: the text before
 * @to: the text after
 *
 * Shows both in one: what went is struck through, what came is underlined.
 */
void
jip_diff_label_show_change (GtkLabel *label, const char *from, const char *to)
{
  g_return_if_fail (GTK_IS_LABEL (label) && from != NULL && to != NULL);
  g_autoptr (GArray) pieces = jip_diff_words (from, to);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  g_autoptr (GString) shown = g_string_new (NULL);
  g_autoptr (GString) named = g_string_new (NULL);
  const char *old_at = from, *new_at = to;
  guint n_named = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const JipDiffPiece *piece = &g_array_index (pieces, JipDiffPiece, i);
      const char **at = piece->kind == JIP_DIFF_REMOVED ? &old_at : &new_at;
      const char *end = g_utf8_offset_to_pointer (*at, piece->length);
      guint start = (guint) shown->len;
      g_string_append_len (shown, *at, end - *at);
      if (piece->kind != JIP_DIFF_SAME)
        light (attributes, piece->kind == JIP_DIFF_REMOVED, start, (guint) shown->len);
      if (piece->kind == JIP_DIFF_ADDED)
        name_words (named, &n_named, *at, (gsize) (end - *at));
      *at = end;
      if (piece->kind == JIP_DIFF_SAME)
        old_at = g_utf8_offset_to_pointer (old_at, piece->length);
    }
  gtk_label_set_label (label, shown->str);
  gtk_label_set_attributes (label, attributes);
  describe (label, _ ("New here: %s"), named);
}
