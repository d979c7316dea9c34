/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Between the helper and who started it, over one socket (fd 0 of the helper), in the machine's own byte order.
 *
 * The helper sends a greeting (an empty answer) once its sandbox is closed, then an answer that holds the page count
 * or why the document does not open. After that each request has one answer, one for text an answer per page.
 * The helper is not trusted: whoever reads
 * its answers checks every figure. */

#define JIP_PDF_MAGIC 0x3150494au /* "JIP1" */
#define JIP_PDF_DOCUMENT_FD 3
#define JIP_PDF_MAX_PAGES 10000
#define JIP_PDF_MAX_LINES 100000           /* of a page */
#define JIP_PDF_MAX_TEXT (8u << 20)        /* bytes of a page's answer */
#define JIP_PDF_MAX_PIXELS (3840u * 3840u) /* of a bitmap */
#define JIP_PDF_MAX_QUERY 256              /* bytes */
#define JIP_PDF_MAX_FOUND 10000u           /* on a page */
#define JIP_PDF_MAX_SIDE 8192u

typedef enum
{
  JIP_PDF_OK,
  JIP_PDF_DAMAGED,
  JIP_PDF_ENCRYPTED,
  JIP_PDF_EMPTY,
  JIP_PDF_LIMIT,
} JipPdfStatus;

typedef enum
{
  JIP_PDF_REQUEST_TEXT,
  JIP_PDF_REQUEST_RENDER,
  JIP_PDF_REQUEST_FIND,
} JipPdfRequestKind;

typedef struct
{
  guint32 magic;
  guint32 kind;
  guint32 page;                  /* from 0 */
  guint32 amount;                /* of text: pages, each with an answer of its own; of a bitmap: its width */
  char query[JIP_PDF_MAX_QUERY]; /* what is looked for, with a final 0 */
} JipPdfRequest;

typedef struct
{
  guint32 magic;
  guint32 status;
  guint64 length; /* of what follows */
} JipPdfAnswer;

typedef struct
{
  float width, height; /* points */
  guint32 n_lines;
} JipPdfTextHead; /* n_lines times JipPdfLineHead and its text follow */

typedef struct
{
  float x, y, width, height; /* points from the upper left corner */
  guint32 length;
} JipPdfLineHead;

/* The answer to a search: as many of these as were found. */
typedef struct
{
  float x, y, width, height; /* points from the upper left corner */
} JipPdfFoundHead;

typedef struct
{
  guint32 width, height, stride;
  float page_width, page_height; /* points */
} JipPdfBitmapHead;              /* height times stride bytes of premultiplied BGRA follow */
