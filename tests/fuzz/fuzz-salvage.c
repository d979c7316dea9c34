/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of a damaged replica, or of its log: whatever is read as a row holds only texts and numbers. The first byte tells
 * which; the page is there twice, so that one can lead to the other, and then in a log with one wrong bit. */
#include "fuzz.h"

#include <string.h>

#include "jip-page-scan.h"

#define PAGE 4096

static gboolean
check_row (const JipPageRow *row, gpointer data, GError **error)
{
  gsize *bytes = data;

  g_assert_cmpuint (row->n_columns, <=, JIP_PAGE_ROW_COLUMNS);
  for (guint i = 0; i < row->n_columns; i++)
    {
      const JipValue *value = &row->values[i];
      g_assert_true (value->type == 't' || value->type == 'i' || value->type == 0);
      if (value->type == 't')
        g_assert_true (g_utf8_validate (value->text, -1, NULL));
      *bytes += value->type == 't' ? strlen (value->text) : 0;
    }
  return TRUE;
}

/* What is read as a log holds whole pages within it, and is the same when it is read again. */
static JipLogFrames *
check_log (guint8 *log, gsize length, const guint8 *pages)
{
  g_autoptr (JipLogFrames) frames = jip_log_frames_read (log, length, pages, 2 * PAGE);
  guint n = frames->frames->len;

  for (guint i = 0; i < n; i++)
    {
      const JipLogFrame *frame = &g_array_index (frames->frames, JipLogFrame, i);
      g_assert_true (frame->page != 0 && frame->content >= log && frame->content + PAGE <= log + length);
      g_assert_true (frame->sound || frames->damaged);
    }
  JipLogFrames *again = jip_log_frames_read (log, length, pages, 2 * PAGE);
  g_assert_cmpuint (again->frames->len, ==, n);
  return again;
}

/* Frames with right checksums around what is given, one of them a bit of which is turned. */
static guint8 *
make_log (const guint8 *data, gsize size, gsize *length)
{
  static const guint8 head[]
      = { 0x37, 0x7f, 0x06, 0x83, 0, 0x2d, 0xe2, 0x18, 0, 0, 0x10, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8 };
  const guint n = 4;
  *length = JIP_LOG_HEADER + n * JIP_LOG_FRAME;
  guint8 *log = g_malloc0 (*length);

  memcpy (log, head, sizeof head);
  JipLogSum sum = jip_log_header_sum (TRUE, log);
  for (guint i = 0; i <= n; i++)
    {
      guint8 *frame = log + JIP_LOG_HEADER + (gsize) (i > 0 ? i - 1 : 0) * JIP_LOG_FRAME;
      if (i > 0)
        {
          frame[3] = (guint8) (1 + i % 3);
          frame[7] = i % 2;
          memcpy (frame + 8, head + 16, 8);
          memcpy (frame + JIP_LOG_FRAME_HEADER, data, MIN (size, PAGE));
          sum = jip_log_frame_sum (TRUE, sum, frame);
        }
      guint32 stored[] = { GUINT32_TO_BE (sum.a), GUINT32_TO_BE (sum.b) };
      memcpy (i > 0 ? frame + 16 : log + 24, stored, sizeof stored);
    }
  gsize place = size > 2 ? ((gsize) data[0] << 16 | (gsize) data[1] << 8 | data[2]) % (*length * 8) : 0;
  log[place / 8] ^= (guint8) (1u << place % 8);
  return log;
}

static void
scan (const guint8 *pages, const JipLogFrames *frames)
{
  g_autoptr (GError) error = NULL;
  gsize bytes = 0;

  g_assert_true (jip_page_scan_bytes (pages, 2 * PAGE, frames, check_row, &bytes, &error));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree guint8 *pages = g_malloc0 (2 * PAGE);
  g_autofree guint8 *log = NULL;
  gsize length = size > 0 ? size - 1 : 0;

  if (size > 0 && data[0] % 2 == 0)
    {
      memcpy (pages, data + 1, MIN (length, PAGE));
      memcpy (pages + PAGE, pages, PAGE);
      scan (pages, NULL);
      log = make_log (data + 1, size - 1, &length);
    }
  else
    log = g_memdup2 (length > 0 ? data + 1 : (const guint8 *) "", MAX (length, 1));
  g_autoptr (JipLogFrames) frames = check_log (log, length, pages);
  scan (pages, frames);
  return 0;
}
