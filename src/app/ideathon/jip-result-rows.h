/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-rules.h"

G_BEGIN_DECLS

/* A jip-result/1 (scoring.md, Output) as rows for people: read, never computed again. */

typedef struct
{
  char *entry;
  char *status;  /* ranked, held, withdrawn */
  char *display; /* nullable: the total with two decimals */
  int rank;      /* 0 unless ranked */
  int category_rank;
  char *category;
  char *tie_broken_by; /* nullable */
  GStrv awards;        /* ids */
  GStrv panels;        /* ids */
  GStrv means;         /* of the panels, two decimals; "" without a ballot */
} JipResultRow;

typedef struct
{
  char *award;
  char *category; /* nullable */
  GStrv entries;
} JipUndecided;

typedef struct _JipResultRows JipResultRows;

JipResultRows *jip_result_rows_new (const char *result, JipEventRules *rules) G_GNUC_WARN_UNUSED_RESULT;
void jip_result_rows_free (JipResultRows *self);
GPtrArray *jip_result_rows_get_rows (JipResultRows *self);
GPtrArray *jip_result_rows_get_undecided (JipResultRows *self);
const char *jip_result_row_get_mean (const JipResultRow *row, const char *panel);
char *jip_result_rows_name_awards (JipResultRows *self, const JipResultRow *row) G_GNUC_WARN_UNUSED_RESULT;
char *jip_result_rows_name_reveal (JipResultRows *self, int n) G_GNUC_WARN_UNUSED_RESULT;
char *jip_rational_to_decimals (const char *rational) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipResultRows, jip_result_rows_free)

G_END_DECLS
