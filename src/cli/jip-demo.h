/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-demo-random.h"
#include "jip-demo-themes.h"
#include "jip-services.h"

G_BEGIN_DECLS

#define JIP_DEMO_CITY "한빛시"
#define JIP_DEMO_N_DEPARTMENTS 12
#define JIP_DEMO_N_EXPERTS 13
#define JIP_DEMO_N_FINALISTS 10
#define JIP_DEMO_MAX_STAFF_JUDGES 100
#define JIP_DEMO_DAY (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

extern const char *const jip_demo_departments[JIP_DEMO_N_DEPARTMENTS];

typedef enum
{
  JIP_DEMO_ADMIN,
  JIP_DEMO_DATA_OFFICER,
  JIP_DEMO_MODERATOR,
  JIP_DEMO_ORGANISER,
  JIP_DEMO_CHAIR,
  JIP_DEMO_AUDITOR,
  JIP_DEMO_EXPERT,
  JIP_DEMO_STAFF,
} JipDemoPart;

/**
 * JipDemoPerson:
 * @department: index, -1 for an expert from outside
 * @judge: sits on the staff panel
 */
typedef struct
{
  JipDemoPart part;
  char *id;
  char *login;
  char *name;
  int department;
  gboolean judge;
} JipDemoPerson;

/**
 * JipDemo:
 * @now: the moment at which the city stands
 * @people: of JipDemoPerson; those with an office of their own and the experts first, then the staff from @first_staff
 * @finalists: themes of the event's entries, 5 internal and 5 for citizens
 * @authors: who leads the team of each, index into @people
 *
 * The demo city while it is made. Everything but the password's hash depends on seed, sizes and @now only.
 */
typedef struct
{
  guint64 seed;
  guint n_staff, n_ideas;
  gint64 now;
  char *password;
  char *hash;
  JipServices *services;
  char *departments[JIP_DEMO_N_DEPARTMENTS]; /* ids */
  GPtrArray *people;
  guint first_staff;
  guint finalists[JIP_DEMO_N_FINALISTS];
  guint authors[JIP_DEMO_N_FINALISTS];
} JipDemo;

JipDemoPerson *jip_demo_person (JipDemo *demo, guint index);
JipDemoPerson *jip_demo_find (JipDemo *demo, JipDemoPart part);
void jip_demo_make_people (JipDemo *demo);
void jip_demo_choose_finalists (JipDemo *demo);
gboolean jip_demo_write_people (JipDemo *demo, GError **error);
gboolean jip_demo_write_ideas (JipDemo *demo, GError **error);
gboolean jip_demo_write_event (JipDemo *demo, GError **error);
gboolean jip_demo_write_papers (JipDemo *demo, const char *folder, GError **error);
char *jip_demo_logins (JipDemo *demo, guint max_staff) G_GNUC_WARN_UNUSED_RESULT;

/**
 * JipDemoText:
 *
 * What one person writes.
 */
typedef struct
{
  char *title; /* nullable */
  char *body;
  gboolean request;
} JipDemoText;

void jip_demo_text_clear (JipDemoText *text);
void jip_demo_compose_idea (JipDemoRandom *random,
                            const JipDemoTheme *theme,
                            const char *department,
                            JipDemoText *text);
char *jip_demo_compose_comment (JipDemoRandom *random,
                                const JipDemoTheme *theme,
                                const char *department) G_GNUC_WARN_UNUSED_RESULT;
char *jip_demo_sentence (const char *text, guint index) G_GNUC_WARN_UNUSED_RESULT;

GBytes *jip_demo_slides (JipDemo *demo, guint entry, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipDemoText, jip_demo_text_clear)

G_END_DECLS
