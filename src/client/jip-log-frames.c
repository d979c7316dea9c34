/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a write-ahead log (sqlite.org/fileformat2.html#walformat) is whole. SQLite takes the first frame with a wrong checksum
 * for the place where the power was cut, and forgets what follows; one bit that a disk turned would take the work of an
 * hour with it.
 *
 * What tells damage from a power cut: the replica is written with synchronous=FULL, so SQLite syncs the log's header before
 * the first frame and the whole log at each commit, before anything else is written to it. A cut therefore harms no more than
 * the frames of the last transaction, in any order and in parts of 512 bytes (and no frame is written twice to fill a
 * sector: SQLite on Linux counts on disks that leave the bytes beside a write alone). Damaged is a log in which
 *  - the header becomes right when one bit of it is turned, or a frame does where no earlier use can have left that bit;
 *  - behind a wrong frame a transaction ends and another one goes on from its checksum: the end was on the disk before
 *    the other one began, and so was the wrong frame;
 *  - the header is wrong and frames agree among themselves.
 * Frames of an earlier use of the log, or of a transaction that was taken back, may lie behind all of these: the first have other
 * salts, and no other transaction goes on from the end of the second. */
#include "jip-log-frames.h"

#include <string.h>

#define MOST_PAGES (1u << 24) /* 64 GiB */
#define MOST_REPAIRS 256u     /* tries in one log: each takes some 50 microseconds */

/* What is known of a frame, or of the header in front of the first one. */
typedef struct
{
  JipLogSum stored;
  JipLogSum real; /* over what is there, after what is stored in front of it */
  gboolean commits;
  gboolean linked; /* goes on from the one before, in the same use of the log */
  gboolean nearly; /* it would, but for one bit */
} Link;

typedef struct
{
  guint8 *log;
  gsize n;
  const guint8 *file; /* nullable: the database */
  gsize n_in_file;    /* pages */
  gboolean is_big;
  gboolean header_sound;
  gboolean is_first_use; /* nothing can be left of an earlier one */
  guint8 salts[8];
  guint repairs_left;
  gsize at; /* the frame that is looked at */
  JipLogFrame *frames;
  Link *links;                                   /* as many, and one in front for the header */
  gssize first_bad, first_wrong, one_bit, proof; /* frames, from 1; -1 for none, 0 for the header */
} Walk;

static guint8 *
frame_at (const Walk *self, gsize i)
{
  return self->log + JIP_LOG_HEADER + i * JIP_LOG_FRAME;
}

static gboolean
has_salts (const Walk *self, const guint8 *frame)
{
  return memcmp (frame + 8, self->salts, 8) == 0;
}

static gboolean
goes_on (const Walk *self, const guint8 *frame, JipLogSum before)
{
  return has_salts (self, frame) && jip_log_goes_on (self->is_big, before, frame);
}

static const guint8 *
old_page (guint32 page, gpointer data)
{
  Walk *self = data;

  for (gsize i = self->at; i > 0; i--)
    if (self->frames[i - 1].page == page && self->frames[i - 1].sound)
      return self->frames[i - 1].content;
  return page >= 1 && page <= self->n_in_file ? self->file + (gsize) (page - 1) * JIP_LOG_PAGE_SIZE : NULL;
}

/* Where the header does not say which frames are of this use of the log, the first one does, or the first two that agree. */
static void
find_salts (Walk *self)
{
  const guint8 *first = frame_at (self, 0);

  memcpy (self->salts, self->log + 16, 8);
  if (self->header_sound || (has_salts (self, first) && jip_log_read_32 (first) < MOST_PAGES))
    return;
  memcpy (self->salts, first + 8, 8);
  for (gsize i = 0; i + 1 < self->n; i++)
    {
      const guint8 *frame = frame_at (self, i);
      memcpy (self->salts, frame + 8, 8);
      if (goes_on (self, frame_at (self, i + 1), jip_log_stored_sum (frame + 16)))
        return;
    }
  memcpy (self->salts, first + 8, 8);
}

static void
read_header (Walk *self)
{
  guint8 *log = self->log;
  gboolean was_sound = jip_log_is_header (log);

  self->first_bad = self->first_wrong = self->one_bit = self->proof = -1;
  self->header_sound = was_sound || jip_log_repair_header (log);
  if (!self->header_sound)
    self->first_bad = 0;
  else if (!was_sound)
    self->one_bit = 0;
  self->is_big = jip_log_is_big (log);
  self->is_first_use = jip_log_read_32 (log + 12) == 0;
  self->links[0] = (Link){ .stored = jip_log_stored_sum (log + 24),
                           .real = jip_log_header_sum (self->is_big, log),
                           .linked = self->header_sound };
  find_salts (self);
}

/* Bits in which the salts of a frame differ. */
static guint
count_wrong_salts (const Walk *self, const guint8 *frame)
{
  guint n = 0;

  for (guint i = 0; i < 8; i++)
    n += (guint) __builtin_popcount ((guint) (frame[8 + i] ^ self->salts[i]));
  return n;
}

/* A bit that was wrong proves damage by itself, unless it may be what stood there before: in a disk's new sectors zeros do, and
 * in those of an earlier use of the log nearly the same page may. */
static void
repair (Walk *self, gsize i, JipLogSum before, Link *link)
{
  guint8 *frame = frame_at (self, i);
  guint wrong_salts = count_wrong_salts (self, frame);
  const guint8 *next = i + 1 < self->n ? frame_at (self, i + 1) : NULL;
  JipLogFault fault = { .log = self->log,
                        .frame = frame,
                        .is_big = self->is_big,
                        .before = before,
                        .next = next != NULL && has_salts (self, next) ? next : NULL,
                        .old_page = old_page,
                        .data = self };
  JipLogBit bit = JIP_LOG_BIT_NONE;

  if (wrong_salts > 1 || self->repairs_left == 0)
    return;
  self->repairs_left--;
  if (wrong_salts == 0)
    bit = jip_log_repair_frame (&fault);
  else if (jip_log_goes_on (self->is_big, before, frame))
    {
      memcpy (frame + 8, self->salts, 8);
      bit = JIP_LOG_BIT_TURNED;
    }
  link->linked = bit == JIP_LOG_BIT_TURNED;
  link->nearly = bit == JIP_LOG_BIT_SOMEWHERE;
  if (bit != JIP_LOG_BIT_NONE && self->is_first_use && !fault.is_zero && self->one_bit < 0)
    self->one_bit = (gssize) i + 1;
}

/* The part of a frame's header that says that it ends a transaction came to the disk with its checksum, where no sector
 * ends between them. */
static gboolean
is_in_one_sector (gsize i)
{
  return (JIP_LOG_HEADER + i * JIP_LOG_FRAME) % JIP_LOG_SECTOR <= JIP_LOG_SECTOR - JIP_LOG_FRAME_HEADER;
}

/* Whether the frame before ended a transaction for certain. */
static gboolean
ended_before (const Walk *self, gsize i, gboolean after_real)
{
  const Link *before = &self->links[i];

  return before->commits && (before->linked || after_real || (i > 0 && is_in_one_sector (i - 1)));
}

static void
walk_frame (Walk *self, gsize i)
{
  guint8 *frame = frame_at (self, i);
  const Link *before = &self->links[i];
  Link *link = &self->links[i + 1];
  gboolean was_linked = goes_on (self, frame, before->stored) || goes_on (self, frame, before->real);

  self->at = i;
  link->linked = was_linked;
  if (!link->linked)
    repair (self, i, before->stored, link);
  if (!link->linked && !link->nearly && !jip_log_sums_equal (before->real, before->stored))
    repair (self, i, before->real, link);
  link->stored = jip_log_stored_sum (frame + 16);
  link->real = link->linked ? link->stored : jip_log_frame_sum (self->is_big, before->stored, frame);
  link->commits = jip_log_read_32 (frame + 4) != 0;
  if (!was_linked && self->first_wrong < 0)
    self->first_wrong = (gssize) i + 1;
  if (!link->linked && self->first_bad < 0)
    self->first_bad = (gssize) i + 1;
  if (link->linked && self->first_wrong >= 0 && self->first_wrong <= (gssize) i
      && ended_before (self, i, goes_on (self, frame, before->real)))
    self->proof = (gssize) i + 1;
  self->frames[i] = (JipLogFrame){ .page = jip_log_read_32 (frame),
                                   .content = frame + JIP_LOG_FRAME_HEADER,
                                   .commits = link->commits,
                                   .sound = link->linked };
}

/* How many frames count: up to the last end of a transaction that can be believed. */
static gsize
find_end (const Walk *self, gsize most)
{
  gsize end = 0;

  for (gsize i = 0; i < most; i++)
    if ((self->links[i + 1].linked || self->links[i + 1].nearly) && self->links[i + 1].commits)
      end = i + 1;
  return end;
}

/* What lies between is of this use of the log, or has one of its two salts left. */
static gboolean
is_plausible (const Walk *self, gsize i)
{
  const guint8 *frame = frame_at (self, i);

  return self->frames[i].page != 0
         && (memcmp (frame + 8, self->salts, 4) == 0 || memcmp (frame + 12, self->salts + 4, 4) == 0);
}

static JipLogFrames *
judge (const Walk *self)
{
  JipLogFrames *result = g_new0 (JipLogFrames, 1);
  gsize n_sound = self->first_bad < 0 ? self->n : (gsize) MAX (self->first_bad - 1, 0);
  gsize end = find_end (self, self->n), sound_end = find_end (self, n_sound);

  result->damaged = self->header_sound
                        ? self->proof > 0 || (self->one_bit >= 0 && (gsize) self->one_bit <= end)
                        : end > 0;
  result->damaged &= end > 0;
  if (!result->damaged)
    end = sound_end;
  result->frames = g_array_new (FALSE, FALSE, sizeof (JipLogFrame));
  result->whole = end == sound_end && (self->header_sound || end == 0);
  for (gsize i = 0; i < end; i++)
    if (is_plausible (self, i))
      g_array_append_val (result->frames, self->frames[i]);
  return result;
}

/**
 * jip_log_frames_read:
 * @log: the bytes of a log; a wrong bit that its checksums tell of is put right in them
 * @length: of @log, in bytes
 * @file: (nullable): of the database, to tell one place of a wrong bit from another
 * @file_length: in bytes
 *
 * Reads the log of a database that is written with `synchronous=FULL`. In one that is not damaged only those frames count that
 * SQLite reads.
 *
 * Returns: (transfer full): its frames, which refer to @log
 */
JipLogFrames *
jip_log_frames_read (guint8 *log, gsize length, const guint8 *file, gsize file_length)
{
  g_return_val_if_fail (log != NULL || length == 0, NULL);
  Walk self = { .log = log,
                .repairs_left = MOST_REPAIRS,
                .file = file,
                .n_in_file = file != NULL ? file_length / JIP_LOG_PAGE_SIZE : 0 };

  self.n = length > JIP_LOG_HEADER ? (length - JIP_LOG_HEADER) / JIP_LOG_FRAME : 0;
  if (self.n > 0 && jip_log_is_foreign_header (log))
    self.n = 0;
  if (self.n > 0)
    {
      self.frames = g_new0 (JipLogFrame, self.n);
      self.links = g_new0 (Link, self.n + 1);
      read_header (&self);
    }
  for (gsize i = 0; i < self.n; i++)
    walk_frame (&self, i);
  JipLogFrames *result = judge (&self);
  g_free (self.frames);
  g_free (self.links);
  return result;
}

void
jip_log_frames_free (JipLogFrames *self)
{
  g_array_unref (self->frames);
  g_free (self);
}
