/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-log-repair.h"

G_BEGIN_DECLS

/**
 * JipLogFrame:
 * @page: its number in the database, from 1
 * @content: %JIP_LOG_PAGE_SIZE bytes within the log
 * @commits: whether it is the last one of a transaction
 * @sound: whether its checksum says that all of it is as it was written
 */
typedef struct
{
  guint32 page;
  const guint8 *content;
  gboolean commits;
  gboolean sound;
} JipLogFrame;

/**
 * JipLogFrames:
 * @frames: (element-type JipLogFrame): those that count, in the order of writing
 * @damaged: whether the log is not what SQLite and any power cut leave
 * @whole: whether each of @frames is sound, so that SQLite finds all of them in the bytes as they are now
 */
typedef struct
{
  GArray *frames;
  gboolean damaged;
  gboolean whole;
} JipLogFrames;

JipLogFrames *jip_log_frames_read (guint8 *log, gsize length, const guint8 *file, gsize file_length)
    G_GNUC_WARN_UNUSED_RESULT;
void jip_log_frames_free (JipLogFrames *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipLogFrames, jip_log_frames_free)

G_END_DECLS
