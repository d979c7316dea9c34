/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jip-http-private.h"

typedef enum
{
  RANGE_NONE,
  RANGE_PART,
  RANGE_OUTSIDE,
} Range;

static gboolean
parse_number (const char **at, guint64 *number)
{
  char *end;

  if (!g_ascii_isdigit (**at))
    return FALSE;
  *number = g_ascii_strtoull (*at, &end, 10);
  *at = end;
  return TRUE;
}

/* One range of bytes (RFC 9110, 14.1.2). What is not in that form is ignored, as the RFC allows: the whole is sent. */
static Range
parse_range (const char *text, guint64 size, guint64 *first, guint64 *last)
{
  gboolean has_first, has_last;

  if (text == NULL || g_ascii_strncasecmp (text, "bytes=", 6) != 0)
    return RANGE_NONE;
  text += 6;
  has_first = parse_number (&text, first);
  if (*text++ != '-')
    return RANGE_NONE;
  has_last = parse_number (&text, last);
  if (*text != '\0' || (!has_first && !has_last) || (has_first && has_last && *last < *first))
    return RANGE_NONE;

  if (!has_first)
    {
      if (*last == 0 || size == 0)
        return RANGE_OUTSIDE;
      *first = size - MIN (*last, size);
      *last = size - 1;
    }
  else if (!has_last || *last >= size)
    *last = size - 1;
  return *first < size ? RANGE_PART : RANGE_OUTSIDE;
}

static void
respond_outside (JipHttpRequest *request, guint64 size)
{
  g_autoptr (GError) error
      = jip_error_new (JIP_ERROR_BAD_RANGE, NULL, "%s", jip_error_describe (JIP_ERROR_BAD_RANGE));
  g_autofree char *range = g_strdup_printf ("bytes */%" G_GUINT64_FORMAT, size);
  guint status;
  struct MHD_Response *response = jip_http_error_response (error, &status);

  MHD_add_response_header (response, "Content-Range", range);
  jip_http_request_answer (request, status, response);
}

static gboolean
wants_range (JipHttpRequest *request, const char *etag)
{
  const char *condition = jip_http_request_get_header (request, "If-Range");

  if (strcmp (request->method, "GET") != 0) /* a HEAD tells the size of the whole (RFC 9110, 14.2) */
    return FALSE;
  return condition == NULL || g_strcmp0 (condition, etag) == 0;
}

static void
respond_part (JipHttpRequest *request,
              int fd,
              guint64 size,
              guint64 first,
              guint64 last,
              gboolean whole,
              const char *content_type,
              const char *etag)
{
  struct MHD_Response *response
      = size > 0 ? MHD_create_response_from_fd_at_offset64 (last - first + 1, fd, first)
                 : MHD_create_response_from_buffer (0, (void *) "", MHD_RESPMEM_PERSISTENT);

  if (size == 0)
    close (fd);
  MHD_add_response_header (response, "Content-Type", content_type);
  MHD_add_response_header (response, "Cache-Control", "private, no-cache");
  MHD_add_response_header (response, "X-Content-Type-Options", "nosniff");
  MHD_add_response_header (response, "Accept-Ranges", "bytes");
  if (etag != NULL)
    MHD_add_response_header (response, "ETag", etag);
  if (!whole)
    {
      g_autofree char *range = g_strdup_printf (
          "bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, first, last, size);
      MHD_add_response_header (response, "Content-Range", range);
    }
  jip_http_request_answer (request, whole ? 200 : 206, response);
}

/**
 * jip_http_request_respond_file:
 * @fd: (transfer full): a regular file, open for reading
 * @content_type: of the file
 * @etag: (nullable): its entity tag, in quotes
 *
 * Answers with the file, or with the part that a Range header asks for.
 */
void
jip_http_request_respond_file (JipHttpRequest *request, int fd, const char *content_type, const char *etag)
{
  struct stat info;
  guint64 first = 0, last = 0;

  g_return_if_fail (request != NULL && fd >= 0 && content_type != NULL);

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      close (fd);
      jip_http_request_abandon (request, JIP_ERROR_FILE);
      return;
    }
  guint64 size = (guint64) info.st_size;
  const char *text = wants_range (request, etag) ? jip_http_request_get_header (request, "Range") : NULL;
  Range range = parse_range (text, size, &first, &last);
  if (range == RANGE_OUTSIDE)
    {
      close (fd);
      respond_outside (request, size);
      return;
    }
  if (range == RANGE_NONE)
    {
      first = 0;
      last = size > 0 ? size - 1 : 0;
    }
  respond_part (request, fd, size, first, last, range == RANGE_NONE, content_type, etag);
}
