/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/**
 * JipWriter:
 *
 * The one thread that writes to a database. Jobs that wait together share a transaction and its fsync; each runs in
 * a savepoint of its own, so that one that fails takes nothing else with it. Jobs that may run twice are tried without
 * savepoints first (jip_writer_submit_repeatable()).
 */
typedef struct _JipWriter JipWriter;

/**
 * JipWriteFunc:
 *
 * Runs on the writer thread inside the transaction. It must not begin, commit or roll back, nor wait for anything.
 *
 * Returns: %FALSE with @error set to undo what this job wrote
 */
typedef gboolean (*JipWriteFunc) (JipDatabase *database, gpointer data, GError **error);

/**
 * JipWriteDone:
 * @error: (nullable): %NULL once the job is durable; otherwise nothing of it was kept
 *
 * Runs on a second thread, in the order of the jobs, while the writer may be at the next ones; hand long work on.
 */
typedef void (*JipWriteDone) (gpointer data, const GError *error);

/* Runs on the writer thread once for each batch that committed, after the fsync and before the jobs' done functions. */
typedef void (*JipWriterCommitted) (gpointer data);

JipWriter *jip_writer_new (JipDatabase *database, guint window_us) G_GNUC_WARN_UNUSED_RESULT;
void jip_writer_set_hooks (JipWriter *writer,
                           JipWriteFunc pre_commit,
                           JipWriterCommitted committed,
                           gpointer data);
void jip_writer_submit (JipWriter *writer,
                        JipWriteFunc func,
                        JipWriteDone done,
                        gpointer data,
                        GDestroyNotify destroy);
void jip_writer_submit_repeatable (JipWriter *writer,
                                   JipWriteFunc func,
                                   JipWriteDone done,
                                   gpointer data,
                                   GDestroyNotify destroy);
gboolean jip_writer_run_sync (JipWriter *writer, JipWriteFunc func, gpointer data, GError **error);
guint64 jip_writer_get_n_commits (JipWriter *writer);
guint jip_writer_get_n_waiting (JipWriter *writer);
void jip_writer_stop (JipWriter *writer);
void jip_writer_free (JipWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipWriter, jip_writer_free)

G_END_DECLS
