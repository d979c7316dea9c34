/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The board of the demo city: proposals with what followed, written in bulk and in the order in which they came. */
#include <string.h>

#include "jip-demo.h"
#include "jip-proposal-table.h"

#define IDEAS_A_TRANSACTION 1000
#define DAYS 21
#define MINUTE (60 * G_GINT64_CONSTANT (1000))

typedef struct
{
  JipDemo *demo;
  const gint64 *times;
  guint from, to;
} Part;

/* One idea on its way into the tables. */
typedef struct
{
  JipDemo *demo;
  JipDatabase *database;
  JipDemoRandom random;
  const JipDemoTheme *theme;
  JipProposal *proposal;
  gint64 time;
} Idea;

static gboolean
touch (Idea *idea, const char *table, const char *id, GError **error)
{
  return jip_feed_touch (idea->database, NULL, table, id, error);
}

static JipDemoPerson *
any_staff (Idea *idea)
{
  JipDemo *demo = idea->demo;

  return jip_demo_person (demo, demo->first_staff + jip_demo_random_below (&idea->random, demo->n_staff));
}

/* The finalists of the event stand on the board too, spread over the call. */
static int
finalist_at (JipDemo *demo, guint index)
{
  guint step = demo->n_ideas / JIP_DEMO_N_FINALISTS;

  return step > 0 && index % step == 0 && index / step < JIP_DEMO_N_FINALISTS ? (int) (index / step) : -1;
}

static void
compose (Idea *idea, guint index)
{
  int finalist = finalist_at (idea->demo, index);
  guint theme = finalist >= 0 ? idea->demo->finalists[finalist]
                              : jip_demo_random_below (&idea->random, jip_demo_n_themes);
  JipDemoPerson *author
      = finalist >= 0 ? jip_demo_person (idea->demo, idea->demo->authors[finalist]) : any_staff (idea);
  JipProposal *proposal = idea->proposal = g_new0 (JipProposal, 1);
  g_auto (JipDemoText) text = { NULL };

  idea->theme = &jip_demo_themes[theme];
  jip_demo_compose_idea (&idea->random, idea->theme, jip_demo_departments[author->department], &text);
  proposal->id = jip_demo_random_id (&idea->random, idea->time);
  proposal->kind = g_strdup (text.request && finalist < 0 ? "request" : "proposal");
  proposal->fields.title = finalist >= 0 ? g_strdup (idea->theme->titles[0]) : g_steal_pointer (&text.title);
  proposal->fields.body = g_steal_pointer (&text.body);
  if (!jip_demo_random_chance (&idea->random, 12))
    proposal->fields.category = g_strdup (idea->theme->category);
  if (!jip_demo_random_chance (&idea->random, 10))
    proposal->fields.department = g_strdup (idea->demo->departments[author->department]);
  proposal->anonymous = jip_demo_random_chance (&idea->random, 18) && finalist < 0;
  proposal->author = g_strdup (author->id);
  proposal->state = g_strdup ("received");
  proposal->version = 1;
}

static gboolean
add_version (Idea *idea, gint64 time, GError **error)
{
  JipProposal *proposal = idea->proposal;
  g_autofree char *id = g_strdup_printf ("%s:%u", proposal->id, (guint) proposal->version);

  return jip_proposal_add_version (idea->database, id, proposal->id, proposal->version, &proposal->fields,
                                   proposal->author, FALSE, time, error)
         && touch (idea, "proposal_version", id, error);
}

static gboolean
add_step (Idea *idea, GError **error)
{
  JipProposal *proposal = idea->proposal;
  g_autofree char *id = g_strdup_printf ("%s:1", proposal->id);

  return jip_proposal_add_step (idea->database, id, proposal->id, NULL, proposal->state, proposal->author,
                                NULL, idea->time, error)
         && touch (idea, "proposal_step", id, error);
}

/* Some think of one more thing later. */
static gboolean
edit (Idea *idea, GError **error)
{
  JipProposalFields *fields = &idea->proposal->fields;
  gint64 left = idea->demo->now - idea->time;

  if (!jip_demo_random_chance (&idea->random, 8) || left < 60 * MINUTE)
    return TRUE;
  g_autofree char *body = g_strconcat (fields->body, "\n\n(덧붙임) ", idea->theme->how, NULL);
  gint64 time = idea->time + MIN (left, jip_demo_random_between (&idea->random, 5, 900) * MINUTE);
  g_free (fields->body);
  fields->body = g_steal_pointer (&body);
  idea->proposal->version = 2;
  return jip_proposal_update (idea->database, idea->proposal->id, fields, 2, time, error)
         && add_version (idea, time, error);
}

static gboolean
add_comments (Idea *idea, GError **error)
{
  guint chance = jip_demo_random_below (&idea->random, 100);
  guint n = chance < 40   ? 0
            : chance < 65 ? 1
            : chance < 82 ? 2
                          : jip_demo_random_between (&idea->random, 3, 7);
  gint64 time = idea->time, left = idea->demo->now - idea->time;

  for (guint i = 0; i < n; i++)
    {
      JipDemoPerson *author = any_staff (idea);
      time += (gint64) (jip_demo_random_below (&idea->random, 1000) + 1) * left / 1000 / (n + 1);
      g_autofree char *id = jip_demo_random_id (&idea->random, time);
      g_autofree char *body
          = jip_demo_compose_comment (&idea->random, idea->theme, jip_demo_departments[author->department]);
      const JipComment comment = { id, idea->proposal->id, author->id, body };
      if (!jip_comment_insert (idea->database, &comment, time, error) || !touch (idea, "comment", id, error))
        return FALSE;
    }
  return TRUE;
}

/* Most get few votes, some many. */
static gboolean
add_votes (Idea *idea, GError **error)
{
  guint most = MIN (jip_demo_random_between (&idea->random, 1, 30), idea->demo->n_staff);
  guint n = jip_demo_random_below (&idea->random, most + 1);
  gboolean changed;

  for (guint i = 0; i < n; i++)
    {
      JipDemoPerson *voter = any_staff (idea);
      g_autofree char *id = g_strdup_printf ("%s:%s", idea->proposal->id, voter->id);
      if (strcmp (voter->id, idea->proposal->author) != 0
          && (!jip_vote_set (idea->database, idea->proposal->id, voter->id, TRUE, &changed, error)
              || (changed && !touch (idea, "vote", id, error))))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_idea (Idea *idea, GError **error)
{
  const char *id = idea->proposal->id;

  return jip_proposal_insert (idea->database, idea->proposal, idea->time, error)
         && add_version (idea, idea->time, error) && add_step (idea, error) && edit (idea, error)
         && add_comments (idea, error) && add_votes (idea, error) && touch (idea, "proposal", id, error)
         && touch (idea, "own_proposal", id, error);
}

static gboolean
write_part_cb (JipDatabase *database, gpointer data, GError **error)
{
  Part *part = data;

  for (guint i = part->from; i < part->to; i++)
    {
      Idea idea = { .demo = part->demo, .database = database, .time = part->times[i] };
      g_autofree char *stream = g_strdup_printf ("idea/%u", i);
      jip_demo_random_init (&idea.random, part->demo->seed, stream);
      compose (&idea, i);
      gboolean written = write_idea (&idea, error);
      jip_proposal_free (idea.proposal);
      if (!written)
        return FALSE;
    }
  return TRUE;
}

static int
compare_times (const void *a, const void *b)
{
  const gint64 *left = a, *right = b;

  return *left < *right ? -1 : *left > *right;
}

/* Between eight in the morning and nine in the evening, if the city stands at nine. */
static gint64 *
make_times (JipDemo *demo)
{
  JipDemoRandom random;
  gint64 *times = g_new (gint64, demo->n_ideas + 1);

  jip_demo_random_init (&random, demo->seed, "times");
  for (guint i = 0; i < demo->n_ideas; i++)
    {
      /* apart: the order of calls within an expression is the compiler's */
      guint days = jip_demo_random_between (&random, 1, DAYS);
      guint minutes = jip_demo_random_below (&random, 780);
      guint ms = jip_demo_random_below (&random, (guint) MINUTE);
      times[i] = demo->now - days * JIP_DEMO_DAY + ((gint64) minutes - 60) * MINUTE + ms;
    }
  qsort (times, demo->n_ideas, sizeof *times, compare_times);
  return times;
}

gboolean
jip_demo_write_ideas (JipDemo *demo, GError **error)
{
  JipWriter *writer = jip_store_get_writer (demo->services->store);
  g_autofree gint64 *times = make_times (demo);

  for (guint from = 0; from < demo->n_ideas; from += IDEAS_A_TRANSACTION)
    {
      Part part = { demo, times, from, MIN (from + IDEAS_A_TRANSACTION, demo->n_ideas) };
      if (!jip_writer_run_sync (writer, write_part_cb, &part, error))
        return FALSE;
    }
  return TRUE;
}
