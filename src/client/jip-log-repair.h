/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The parts of a write-ahead log, its checksums, and the one wrong bit that they can tell (sqlite.org/fileformat2.html). */

#define JIP_LOG_PAGE_SIZE 4096u /* SQLite's own choice, which the store leaves as it is */
#define JIP_LOG_HEADER 32u
#define JIP_LOG_FRAME_HEADER 24u
#define JIP_LOG_FRAME (JIP_LOG_FRAME_HEADER + JIP_LOG_PAGE_SIZE)
#define JIP_LOG_SECTOR 512u

typedef struct
{
  guint32 a, b;
} JipLogSum;

/**
 * JipLogBit:
 * @JIP_LOG_BIT_NONE: one bit is not what is wrong
 * @JIP_LOG_BIT_SOMEWHERE: it is, and nothing tells for certain which
 * @JIP_LOG_BIT_TURNED: it was, and is put right
 */
typedef enum
{
  JIP_LOG_BIT_NONE,
  JIP_LOG_BIT_SOMEWHERE,
  JIP_LOG_BIT_TURNED,
} JipLogBit;

/* Returns: (nullable): the page as it was before the frame */
typedef const guint8 *(*JipLogOldPage) (guint32 page, gpointer data);

/**
 * JipLogFault:
 * @frame: that does not go on from the one before
 * @is_big: whether checksums are over big-endian words
 * @before: the checksum of the one before
 * @next: (nullable): the frame behind it, of the same use of the log
 * @old_page: what the page was is the same but for a few bytes, which tells one place from another
 * @is_zero: (out): whether all of a sector in which the bit may be is zero, as a disk leaves what was never written
 */
typedef struct
{
  const guint8 *log;
  guint8 *frame;
  gboolean is_big;
  JipLogSum before;
  const guint8 *next;
  JipLogOldPage old_page;
  gpointer data;
  gboolean is_zero;
} JipLogFault;

guint32 jip_log_read_32 (const guint8 *at);
gboolean jip_log_sums_equal (JipLogSum x, JipLogSum y);
JipLogSum jip_log_stored_sum (const guint8 *at);
JipLogSum jip_log_header_sum (gboolean is_big, const guint8 *log);
JipLogSum jip_log_frame_sum (gboolean is_big, JipLogSum before, const guint8 *frame);
gboolean jip_log_is_header (const guint8 *log);
gboolean jip_log_is_foreign_header (const guint8 *log);
gboolean jip_log_is_big (const guint8 *log);
gboolean jip_log_goes_on (gboolean is_big, JipLogSum before, const guint8 *frame);
gboolean jip_log_repair_header (guint8 *log);
JipLogBit jip_log_repair_frame (JipLogFault *fault);

G_END_DECLS
