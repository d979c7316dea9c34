/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/**
 * JipEvent:
 * @state: `setup`, `live`, `locked` or `revealed`
 * @rules: canonical JSON
 * @category_windows: JSON, category -> `waiting`, `open` or `closed`; for panels that pick
 * @revealed: reveal steps made
 * @reveal_steps: their number, -1 before the lock
 */
typedef struct
{
  char *id;
  char *title;
  char *place;
  char *state;
  char *rules;
  char *rules_hash;
  char *chair;
  char *organiser;
  char *presenting;
  gint64 timer_ends_at; /* 0: none */
  char *category_windows;
  gint64 revealed;
  gint64 reveal_steps;
  gint64 version;
} JipEvent;

typedef struct
{
  char *id;
  char *event;
  gint64 number;
  char *category;
  char *title;
  char *summary;
  char *team;
  char *department;
  char *status;
  char *status_reason;
  char *adjust;
  char *adjust_reason;
  char *window; /* `waiting`, `open` or `closed` */
  gint64 lot;   /* 0: none */
  char *slides; /* JSON, nullable */
} JipEntry;

typedef struct
{
  char *id;
  char *event;
  gint64 number;
  char *account;
  char *panel;
  char *label;
  char *name;
  char *department; /* its name, nullable */
} JipJudge;

typedef struct
{
  char *id;
  char *judge;
  char *entry;
} JipRecusal;

typedef struct
{
  char *award;
  char *award_name;
  char *category;
  char *entries;
} JipReveal;

/* What jip_judge_read() reads, from the first column on; @of: an alias with its point, or nothing. */
#define JIP_JUDGE_N_COLUMNS 8
#define JIP_JUDGE_COLUMNS(of) \
  of "id, " of "event, " of "number, " of "account, " of "panel, " of "label, " of "name, " of "department"

JipJudge *jip_judge_read (JipRows *rows) G_GNUC_WARN_UNUSED_RESULT;
JipEvent *jip_event_new (void) G_GNUC_WARN_UNUSED_RESULT;
void jip_event_unref (JipEvent *event);
void jip_entry_free (JipEntry *entry);
void jip_judge_free (JipJudge *judge);
void jip_recusal_free (JipRecusal *recusal);

gboolean jip_event_get (JipDatabase *database, const char *id, JipEvent **event, GError **error);
gboolean jip_event_get_shared (JipDatabase *database, const char *id, JipEvent **event, GError **error);
gboolean jip_event_insert (JipDatabase *database, const JipEvent *event, gint64 now, GError **error);
gboolean jip_event_update (JipDatabase *database, const JipEvent *event, GError **error);
GPtrArray *jip_event_list (JipDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean jip_entry_get (JipDatabase *database, const char *id, JipEntry **entry, GError **error);
gboolean jip_entry_insert (JipDatabase *database, const JipEntry *entry, GError **error);
gboolean jip_entry_set_slides (JipDatabase *database, const char *id, const char *slides, GError **error);
gboolean jip_entry_update (JipDatabase *database, const JipEntry *entry, GError **error);
GPtrArray *
jip_entry_list (JipDatabase *database, const char *event, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean jip_judge_get (JipDatabase *database, const char *id, JipJudge **judge, GError **error);
gboolean jip_judge_get_for (JipDatabase *database,
                            const char *event,
                            const char *account,
                            JipJudge **judge,
                            GError **error);
gboolean jip_judge_insert (JipDatabase *database, const JipJudge *judge, GError **error);
GPtrArray *
jip_judge_list (JipDatabase *database, const char *event, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean jip_recusal_put (JipDatabase *database,
                          const char *event,
                          const JipRecusal *recusal,
                          const char *kind,
                          const char *reason,
                          const char *actor,
                          gint64 now,
                          GError **error);
gboolean jip_recusal_remove (JipDatabase *database, const char *id, GError **error);
GPtrArray *
jip_recusal_list (JipDatabase *database, const char *event, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean jip_result_set (JipDatabase *database,
                         const char *event,
                         const char *result,
                         const char *sha256,
                         GError **error);
char *jip_result_find (JipDatabase *database, const char *event, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *
jip_result_find_sha256 (JipDatabase *database, const char *event, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_reveal_clear (JipDatabase *database, const char *event, GError **error);
gboolean jip_reveal_insert (JipDatabase *database,
                            const char *event,
                            gint64 n,
                            const JipReveal *reveal,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipEvent, jip_event_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipEntry, jip_entry_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipJudge, jip_judge_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipRecusal, jip_recusal_free)

G_END_DECLS
