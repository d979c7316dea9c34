/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ballot-words.h"

#include <glib/gi18n-lib.h>

/* The name that the rules give a criterion; @id where they do not know it (any more). */
static const char *
criterion_name (JipEventRules *rules, const char *id)
{
  for (guint i = 0; rules != NULL && i < rules->panels->len; i++)
    {
      const JipPanel *panel = rules->panels->pdata[i];
      for (guint k = 0; k < panel->criteria->len; k++)
        {
          const JipCriterion *criterion = panel->criteria->pdata[k];
          if (g_str_equal (criterion->id, id))
            return criterion->name;
        }
    }
  return id;
}

/* In the order in which they were given. */
static char *
score_words (JipBallot *ballot, JipEventRules *rules)
{
  JsonObject *scores = jip_record_get_object (JIP_RECORD (ballot), "scores");
  g_autoptr (GList) ids = json_object_get_members (scores);
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();

  for (GList *l = ids; l != NULL; l = l->next)
    {
      g_autofree char *value = jip_ballot_dup_criterion (ballot, l->data);
      g_autofree char *part
          = g_strdup_printf ("%s %s", criterion_name (rules, l->data), value != NULL ? value : "");
      g_strv_builder_add (parts, part);
    }
  g_auto (GStrv) all = g_strv_builder_end (parts);
  return g_strjoinv (" · ", all);
}

static char *
entry_words (GPtrArray *entries)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  for (guint i = 0; i < entries->len; i++)
    {
      JipEntry *entry = entries->pdata[i];
      const char *title = jip_entry_get_title (entry);
      g_autofree char *line
          = g_strdup_printf ("%d. %s", (int) jip_entry_get_number (entry), title != NULL ? title : "");
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
