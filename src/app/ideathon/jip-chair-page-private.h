/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-chair-page.h"
#include "jip-chair-steps.h"
#include "jip-late-list.h"
#include "jip-missing-list.h"
#include "jip-result-table.h"
#include "jip-stage-window.h"

struct _JipChairPage
{
  AdwBin parent_instance;

  JipClient *client;
  JipEventModel *model;
  JipStageWindow *stage; /* borrowed, %NULL while it is closed */
  JipStageKind stage_wanted;
  char *selected;      /* the finalist chosen in the table */
  JipChairStep *next;  /* what the main button does */
  JipChairStep *asked; /* the step that a question is about */
  char *asked_entry;   /* the finalist, or the ballot, that a question is about */
  gboolean asked_admit;
  gint64 sent_version; /* all steps that went out are to be seen behind it; -1 while none is under way */
  guint sent_timeout_id;
  char *staged; /* the finalist whom a step that went out puts on stage; NULL once that is to be seen */
  gint64 staged_version; /* behind which that is */
  guint tick_id;
  gboolean filling;

  GtkLabel *presenting_label;
  GtkLabel *timer_label;
  GtkSpinButton *minutes_spin;
  GtkLabel *stage_label;
  GtkDropDown *stage_drop;
  GtkStack *table_stack;
  GtkWidget *table_switcher;
  GtkListBox *list;
  JipResultTable *result;
  GtkLabel *missing_title;
  JipMissingList *missing;
  JipLateList *late;
  GtkButton *next_button;
};

/* Runs a step, asking first where it cannot be taken back. */
void jip_chair_page_run (JipChairPage *self, JipChairStep *step);
void jip_chair_page_install_actions (GtkWidgetClass *widget_class);
void jip_chair_page_update_actions (JipChairPage *self);
JipEntry *jip_chair_page_get_selected (JipChairPage *self);
int jip_chair_page_get_seconds (JipChairPage *self);
void jip_chair_page_show_stage (JipChairPage *self);
void jip_chair_page_choose_scene (JipChairPage *self, JipStageKind kind);
void jip_chair_page_update_next (JipChairPage *self);
void jip_chair_page_decide_late (JipChairPage *self, const char *ballot, gboolean admit);
