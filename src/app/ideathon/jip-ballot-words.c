/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ballot-words.h"

#include <glib/gi18n-lib.h>

/* A criterion's id is its panel's own: the panel of the ballot is one that has all of them. */
static const JipPanel *
find_panel (JipEventRules *rules, JsonObject *scores)
{
  for (guint i = 0; rules != NULL && i < rules->panels->len; i++)
    {
      const JipPanel *panel = rules->panels->pdata[i];
      guint known = 0;
      for (guint k = 0; k < panel->criteria->len; k++)
        known += json_object_has_member (scores, ((JipCriterion *) panel->criteria->pdata[k])->id);
      if (known == json_object_get_size (scores))
        return panel;
    }
  return NULL;
}

static void
add_score (GStrvBuilder *parts, JipBallot *ballot, const char *id, const char *name)
{
  g_autofree char *value = jip_ballot_dup_criterion (ballot, id);
  g_autofree char *part = value != NULL ? g_strdup_printf ("%s %s", name, value) : NULL;

  if (part != NULL)
    g_strv_builder_add (parts, part);
}

/* In the order of the rules, which is that of the form; by id where they do not know it (any more). */
static char *
score_words (JipBallot *ballot, JipEventRules *rules)
{
  JsonObject *scores = jip_record_get_object (JIP_RECORD (ballot), "scores");
  const JipPanel *panel = find_panel (rules, scores);
  g_autoptr (GList) ids = json_object_get_members (scores);
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();

  for (guint i = 0; panel != NULL && i < panel->criteria->len; i++)
    {
      const JipCriterion *criterion = panel->criteria->pdata[i];
      add_score (parts, ballot, criterion->id, criterion->name);
    }
  for (GList *l = ids; panel == NULL && l != NULL; l = l->next)
    add_score (parts, ballot, l->data, l->data);
  g_auto (GStrv) all = g_strv_builder_end (parts);
  return g_strjoinv (" · ", all);
}

static char *
entry_words (GPtrArray *entries)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  for (guint i = 0; i < entries->len; i++)
    {
      g_autofree char *line = jip_entry_dup_heading (entries->pdata[i]);
      g_strv_builder_add (lines, line);
    }
  g_auto (GStrv) all = g_strv_builder_end (lines);
  return g_strjoinv ("\n", all);
}

/**
 * jip_ballot_words:
 * @rules: (nullable): the event's
 * @entries: (element-type JipEntry): the one that it is about, or those that it votes for, as far as they are known
 *
 * Returns: (transfer full): what the ballot says, as its judge would read it: the finalists, and below them the scores
 */
char *
jip_ballot_words (JipBallot *ballot, JipEventRules *rules, GPtrArray *entries)
{
  g_return_val_if_fail (JIP_IS_BALLOT (ballot) && entries != NULL, NULL);

  g_autofree char *score = jip_ballot_dup_score (ballot);
  g_autofree char *names = entry_words (entries);
  g_autofree char *said = NULL;

  if (jip_record_get_object (JIP_RECORD (ballot), "scores") != NULL)
    said = score_words (ballot, rules);
  else if (score != NULL)
    said = g_strdup_printf (_ ("Score %s"), score);
  else if (jip_ballot_get_category (ballot) != NULL)
    {
      const JipCategory *category
          = rules != NULL ? jip_event_rules_get_category (rules, jip_ballot_get_category (ballot)) : NULL;
      said = category != NULL ? g_strdup_printf (_ ("Your votes in %s"), category->name)
                              : g_strdup (_ ("Your votes"));
      return *names != '\0' ? g_strjoin ("\n", said, names, NULL) : g_steal_pointer (&said);
    }
  if (said == NULL)
    return g_steal_pointer (&names);
  return *names != '\0' ? g_strjoin ("\n", names, said, NULL) : g_steal_pointer (&said);
}
