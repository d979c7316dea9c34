/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gmp.h>

#include "jip-fields.h"
#include "jip-tally.h"

G_BEGIN_DECLS

/* Scores have at most four decimals: they are kept as whole ten-thousandths. */
#define JIP_TALLY_SCALE 10000
#define JIP_TALLY_NONE G_MAXUINT

typedef enum
{
  JIP_TALLY_RUBRIC,
  JIP_TALLY_SCORE,
  JIP_TALLY_PICK,
} JipTallyMode;

typedef enum
{
  JIP_TALLY_PROMOTE,
  JIP_TALLY_SUCCEED,
  JIP_TALLY_STACK,
} JipTallyGrandMode;

typedef enum
{
  JIP_TALLY_STEP_PANEL,
  JIP_TALLY_STEP_CRITERION,
  JIP_TALLY_STEP_LOT,
} JipTallyStepKind;

typedef struct
{
  const char *id;
  JipTallyMode mode;
  gboolean trims;
  gboolean normalises;
  gboolean auto_recuses;
  gint64 weight;
  gint64 trim_min;
  gint64 quorum;
  gint64 picks;
  gint64 max;            /* scaled; of a rubric the sum over its criteria */
  GArray *criterion_max; /* gint64, scaled */
  GHashTable *criteria;  /* id -> index + 1 */
} JipTallyPanel;

typedef struct
{
  const char *id;
  guint category;
  guint department; /* 0: none; equal numbers are equal names */
  gboolean withdrawn;
  gint64 adjust; /* scaled */
  gint64 lot;    /* 0: none */
} JipTallyEntry;

typedef struct
{
  const char *id;
  guint panel;
  guint department;
} JipTallyJudge;

typedef struct
{
  guint judge;
  guint target; /* an entry, for picks a category */
  gint64 version;
  gboolean refused;
  gboolean complete;
  gint64 sum;   /* scaled; not for picks */
  guint values; /* where its scores, or picks, start in the event's array */
  guint n_picks;
} JipTallyBallot;

typedef struct
{
  guint judge;
  guint entry;
} JipTallyRecusal;

typedef struct
{
  JipTallyStepKind kind;
  const char *name;
  guint panel;
  guint criterion;
} JipTallyStep;

typedef struct
{
  const char *id;
  gint64 seats;
} JipTallyAward;

struct _JipTallyEvent
{
  gatomicrefcount refs;
  GStringChunk *strings;
  GPtrArray *categories; /* ids */
  GArray *panels;
  GArray *entries;
  GArray *judges;
  GArray *recusals;    /* JipTallyRecusal, each once */
  GHashTable *recused; /* the same as a set */
  GArray *ballots;
  GArray *scores; /* gint64, scaled; of complete ballots */
  GArray *picks;  /* guint, entries */
  GArray *ties;
  GArray *awards;
  const char *grand; /* NULL: none */
  JipTallyGrandMode grand_mode;
  gint64 precision; /* -1: exact */
};

#define jip_tally_panel(event, i) (&g_array_index ((event)->panels, JipTallyPanel, (i)))
#define jip_tally_entry(event, i) (&g_array_index ((event)->entries, JipTallyEntry, (i)))
#define jip_tally_judge(event, i) (&g_array_index ((event)->judges, JipTallyJudge, (i)))
#define jip_tally_ballot(event, i) (&g_array_index ((event)->ballots, JipTallyBallot, (i)))

JipTallyEvent *jip_tally_event_new (void);
guint jip_tally_pair_hash (gconstpointer pair);
gboolean jip_tally_pair_equal (gconstpointer a, gconstpointer b);
gboolean jip_tally_event_is_recused (JipTallyEvent *event, guint judge, guint entry);

/* --- values (jip-tally-values.c): where one stands, and whether it keeps the rules --- */

typedef struct _JipTallyPath JipTallyPath;
struct _JipTallyPath
{
  const JipTallyPath *up; /* NULL: the root, whose key is written as it is */
  const char *key;        /* NULL: an element of a list */
  guint index;
};

/* An object being read. The first problem sticks: later ones are not looked at. */
typedef struct
{
  JipTallyPath at;
  JsonObject *object;
  GError **problem;
} JipTallyReader;

typedef struct
{
  JipTallyPath at;
  JsonArray *array;
  guint length;
  GError **problem;
} JipTallyList;

void jip_tally_fail (GError **problem, const JipTallyPath *at, const char *what);
void jip_tally_fail_member (JipTallyReader *reader, const char *key, const char *what);
gboolean jip_tally_reader_init (JipTallyReader *reader, JsonNode *node, JipTallyPath at, GError **problem);
gboolean jip_tally_reader_open (JipTallyReader *reader, JipTallyReader *parent, const char *key);
JsonNode *jip_tally_reader_get (JipTallyReader *reader, const char *key);
JsonNode *jip_tally_reader_need (JipTallyReader *reader, const char *key);
const char *jip_tally_read_new_id (JipTallyReader *reader, GHashTable *taken, GStringChunk *strings);
guint jip_tally_read_reference (JipTallyReader *reader, const char *key, GHashTable *known);
gint64 jip_tally_read_whole (JipTallyReader *reader,
                             const char *key,
                             JipPresence presence,
                             gint64 min,
                             gint64 max,
                             gint64 otherwise);
int
jip_tally_read_choice (JipTallyReader *reader, const char *key, const char *const *choices, int otherwise);
const char *jip_tally_read_text (JipTallyReader *reader, const char *key);
gint64 jip_tally_read_number (JipTallyReader *reader, const char *key, JsonNode *node, gboolean is_signed);
gint64 jip_tally_read_max (JipTallyReader *reader);
void jip_tally_list_open (JipTallyList *list, JipTallyReader *reader, const char *key, JipPresence presence);
gboolean jip_tally_list_get_object (JipTallyList *list, guint index, JipTallyReader *element);
const char *jip_tally_list_get_string (JipTallyList *list, guint index);
void jip_tally_list_fail (JipTallyList *list, guint index, const char *what);

/* --- reading an event (jip-tally-input.c, jip-tally-ballots.c) --- */

typedef struct
{
  JipTallyEvent *event;
  GHashTable *categories; /* id -> index + 1 */
  GHashTable *panels;
  GHashTable *entries;
  GHashTable *judges;
  GHashTable *departments;
  GArray *last_pick; /* per entry the last ballot that named it, + 1 */
  GError *problem;
} JipTallyParser;

JipTallyParser *jip_tally_parser_new (void);
void jip_tally_parser_free (JipTallyParser *parser);
gboolean jip_tally_parser_read_panel (JipTallyParser *parser, JipTallyReader *reader);
void jip_tally_parser_add_entry (JipTallyParser *parser, JipTallyEntry *entry);
void jip_tally_parser_read_ballots (JipTallyParser *parser, JipTallyReader *root);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipTallyParser, jip_tally_parser_free)

/* --- computing --- */

typedef struct
{
  guint counted;
  guint expected;
  guint first;      /* of the counted ballots, + 1; the rest by `next` */
  guint votes;      /* picks */
  guint trimmed[2]; /* judges */
  guint n_trimmed;
  gboolean has_mean; /* only then is mean initialised */
  mpq_t mean;
} JipTallyCell;

/* Entries in order; starts[i] tells whether entries[i] opens a new rank. */
typedef struct
{
  guint *entries;
  gboolean *starts;
  guint length;
} JipTallyOrder;

typedef struct
{
  JipTallyStatus status;
  mpq_t total;
  guint rank[2];          /* overall, in the category */
  guint tie_broken_by[2]; /* index into ties, or JIP_TALLY_NONE */
  GPtrArray *awards;
} JipTallyStanding;

struct _JipTallyResult
{
  gatomicrefcount refs;
  JipTallyEvent *event;
  JipTallyCell *cells; /* entry by entry, panel by panel */
  guint *next;         /* per ballot the next one of its cell, + 1 */
  JipTallyStanding *standings;
  GStringChunk *strings;
  JipTallyPanelResult *panel_results;
  JipTallyEntryResult *entry_results;
  GArray *undecided;
};

#define jip_tally_cell(result, entry, panel) \
  (&(result)->cells[(gsize) (entry) * (result)->event->panels->len + (panel)])

void jip_tally_compute_cells (JipTallyResult *result);
void jip_tally_compute_totals (JipTallyResult *result);
JipTallyOrder *jip_tally_rank_all (JipTallyResult *result);
GPtrArray *jip_tally_rank_categories (JipTallyResult *result);
void jip_tally_order_free (JipTallyOrder *order);
void jip_tally_give_awards (JipTallyResult *result, JipTallyOrder *overall, GPtrArray *by_category);
void jip_tally_describe (JipTallyResult *result);

void jip_tally_set_scaled (mpq_t value, gint64 scaled);
void jip_tally_set_percentage (mpq_t value, gint64 sum, gint64 max, guint count);
void jip_tally_round (mpz_t rounded, const mpq_t value, guint decimals);
char *jip_tally_to_exact (const mpq_t value);
char *jip_tally_to_decimals (const mpq_t value, guint decimals);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipTallyOrder, jip_tally_order_free)

G_END_DECLS
