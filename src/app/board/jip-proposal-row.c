/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-proposal-row.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A row of the list: title, state, the first line, votes and comments. */
#define MAX_PREVIEW 200 /* characters: more than a row has room for */

struct _JipProposalRow
{
  AdwBin parent_instance;

  GtkLabel *title_label;
  GtkLabel *state_label;
  GtkLabel *body_label;
  GtkLabel *counts_label;
};

G_DEFINE_TYPE (JipProposalRow, jip_proposal_row, ADW_TYPE_BIN)

/**
 * jip_proposal_state_get_name:
 * @state: (nullable): a state of board.md, as on the wire
 *
 * Returns: (transfer none): its name for people; a state of a newer server keeps its own name
 */
const char *
jip_proposal_state_get_name (const char *state)
{
  static const struct
  {
    const char *state, *name;
  } names[] = {
    { "received", N_ ("Received") },
    { "supplement", N_ ("To be supplemented") },
    { "review", N_ ("Under review") },
    { "judging", N_ ("Being judged") },
    { "adopted", N_ ("Adopted") },
    { "rejected", N_ ("Not adopted") },
    { "re-review", N_ ("Judged again") },
    { "in-progress", N_ ("Being carried out") },
    { "done", N_ ("Done") },
    { "withdrawn", N_ ("Withdrawn") },
    { "merged", N_ ("Merged") },
    { "hidden", N_ ("Hidden") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i].state, state) == 0)
      return _ (names[i].name);
  return state != NULL ? state : "";
}

static void
jip_proposal_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), JIP_TYPE_PROPOSAL_ROW);
  G_OBJECT_CLASS (jip_proposal_row_parent_class)->dispose (object);
}

static void
jip_proposal_row_class_init (JipProposalRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_proposal_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/board/jip-proposal-row.ui");
  gtk_widget_class_bind_template_child (widget_class, JipProposalRow, title_label);
  gtk_widget_class_bind_template_child (widget_class, JipProposalRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, JipProposalRow, body_label);
  gtk_widget_class_bind_template_child (widget_class, JipProposalRow, counts_label);
}

static void
jip_proposal_row_init (JipProposalRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
jip_proposal_row_new (void)
{
  return g_object_new (JIP_TYPE_PROPOSAL_ROW, NULL);
}

/* What stands in the second line: the beginning of the text, without what the title already shows of it. */
static char *
dup_rest_of_body (JipProposal *proposal)
{
  const char *body = jip_proposal_get_body (proposal);
  g_autofree char *title = g_strdup (jip_proposal_get_display_title (proposal));

  if (g_str_has_suffix (title, "…"))
    title[strlen (title) - strlen ("…")] = '\0';
  if (g_str_has_prefix (body, title))
    body += strlen (title);
  g_autofree char *begin
      = g_utf8_strlen (body, -1) > MAX_PREVIEW ? g_utf8_substring (body, 0, MAX_PREVIEW) : g_strdup (body);
  return g_strdup (g_strstrip (g_strdelimit (begin, "\n\r\t", ' ')));
}

/**
 * jip_proposal_row_set_proposal:
 * @proposal: (nullable): what the row shows from now on
 */
void
jip_proposal_row_set_proposal (JipProposalRow *self, JipProposal *proposal)
{
  g_return_if_fail (JIP_IS_PROPOSAL_ROW (self));
  if (proposal == NULL)
    return;

  gboolean pending = jip_record_get_pending (JIP_RECORD (proposal));
  g_autofree char *body = dup_rest_of_body (proposal);
  g_autofree char *counts
      = g_strdup_printf (_ ("♥ %d · comments %d"), (int) jip_proposal_get_votes (proposal),
                         (int) jip_proposal_get_comments (proposal));
  gtk_label_set_label (self->title_label, jip_proposal_get_display_title (proposal));
  gtk_label_set_label (self->state_label,
                       pending ? _ ("Waiting to be sent")
                               : jip_proposal_state_get_name (jip_proposal_get_state (proposal)));
  gtk_label_set_label (self->body_label, body);
  gtk_label_set_label (self->counts_label, counts);

  g_autofree char *spoken
      = g_strdup_printf (_ ("%d votes, %d comments"), (int) jip_proposal_get_votes (proposal),
                         (int) jip_proposal_get_comments (proposal));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->counts_label), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
}
