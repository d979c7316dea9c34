/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"
#include "jip-register-private.h"

G_BEGIN_DECLS

/* What a driver supplies; its connections and rows start with the structures below. */
typedef struct
{
  const char *name;
  const char *begin_write;
  const char *begin_read;
  void (*close) (JipDatabase *database);
  gboolean (*exec) (JipDatabase *database, const char *sql, GError **error);
  gboolean (
      *run) (JipDatabase *database, const char *sql, const JipValue *values, guint n_values, GError **error);
  JipRows *(*query) (JipDatabase *database,
                     const char *sql,
                     const JipValue *values,
                     guint n_values,
                     GError **error);
  gint64 (*changes) (JipDatabase *database);
  gboolean (*in_transaction) (JipDatabase *database);
  gboolean (*quick_check) (JipDatabase *database, GError **error);
  gboolean (*copy_to) (JipDatabase *database, const char *path, GError **error);
  gboolean (*checkpoint) (JipDatabase *database, GError **error);
  void (*watch_stop) (JipDatabase *database); /* nullable: long statements ask it themselves */

  gboolean (*rows_next) (JipRows *rows, GError **error);
  void (*rows_free) (JipRows *rows);
  guint (*rows_n_columns) (JipRows *rows);
  const char *(*rows_name) (JipRows *rows, guint column);
  char (*rows_type) (JipRows *rows, guint column);
  gboolean (*rows_is_null) (JipRows *rows, guint column);
  const char *(*rows_text) (JipRows *rows, guint column);
  gint64 (*rows_int) (JipRows *rows, guint column);
  double (*rows_double) (JipRows *rows, guint column);
  GBytes *(*rows_blob) (JipRows *rows, guint column);
} JipDatabaseDriver;

struct _JipDatabase
{
  const JipDatabaseDriver *driver;
  JipRegisters *registers; /* while a transaction that writes is open */
  GArray *savepoints;      /* jip-savepoint.c */
  GArray *memos;           /* jip-memo.c */
  guint64 n_writes;        /* statements that may have written */
  gboolean bold;           /* jip_database_begin_bold() */
  gboolean spoilt;         /* it cannot be kept, and is to be done again */
  gboolean begun;          /* a transaction, by jip_database_begin() or jip_database_begin_read() */
  gboolean deferring;      /* jip_database_defer_writes() */
  JipDatabaseStop stop;    /* jip_database_set_stop() */
  gpointer stop_data;
  GError *trouble; /* the first failure of the disk in it, whether or not anybody looked at it */
};

struct _JipRows
{
  JipDatabase *database;
};

void jip_savepoints_forget (JipDatabase *database);
void jip_memos_forget (JipDatabase *database);
void jip_database_spoil (JipDatabase *database);
void jip_database_note_trouble (JipDatabase *database, const GError *error);
gboolean jip_database_set_constraint (GError **error, JipConstraint constraint, const char *message);

G_END_DECLS
