/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-draft.h"

G_BEGIN_DECLS

/* A draft laid out as an office paper, before any file format: the layouts make it, the writers draw it. Lengths are
 * millimetres, type sizes points (looks.md). Everything here is private to the document library and built once. */

#define JIP_PAPER_WIDTH_MM 210.0
#define JIP_PAPER_HEIGHT_MM 297.0
#define JIP_PAPER_NO_FILL 0xFFFFFFFFu
#define JIP_MM_PER_PT (25.4 / 72.0)

typedef enum
{
  JIP_FACE_SERIF,    /* 함초롬바탕 */
  JIP_FACE_GOTHIC,   /* 맑은 고딕 */
  JIP_FACE_HEADLINE, /* HY헤드라인M */
  JIP_N_FACES,
} JipFace;

typedef enum
{
  JIP_ALIGN_JUSTIFY,
  JIP_ALIGN_LEFT,
  JIP_ALIGN_CENTER,
  JIP_ALIGN_RIGHT,
} JipAlign;

typedef struct
{
  JipFace face;
  double size;
  gboolean bold;
  gboolean underline;
  guint32 colour; /* 0xRRGGBB */
  int spacing;    /* between letters, per cent of the size */
} JipType;

typedef struct
{
  char *text;
  JipType type;
} JipRun;

typedef struct
{
  JipAlign align;
  double left;         /* where the first line starts */
  double hang;         /* how much further right the following lines start; negative: first line indent */
  double before;       /* points */
  double after;        /* points */
  guint line_spacing;  /* per cent */
  guint outline;       /* 0 none, 1 title, 2 heading */
  guint level;         /* of the official numbering, 0 for none */
  gboolean keep_next;  /* stays on the page of what follows */
  gboolean hang_after; /* the first run is a mark: the following lines start where the second run does */
  GArray *runs;        /* of JipRun */
} JipParagraph;

enum
{
  JIP_SIDE_LEFT,
  JIP_SIDE_RIGHT,
  JIP_SIDE_TOP,
  JIP_SIDE_BOTTOM,
  JIP_N_SIDES,
};

typedef struct
{
  guint row, column, row_span, column_span;
  gboolean header;
  double rule[JIP_N_SIDES]; /* 0: none */
  double pad_x, pad_y;
  guint32 fill;
  GPtrArray *paragraphs; /* of JipParagraph, at least one */
} JipPaperCell;

typedef struct
{
  GArray *columns;  /* of double */
  GArray *rows;     /* of double: the least height */
  GPtrArray *cells; /* of JipPaperCell, in reading order */
  double before;    /* points */
  double after;     /* points */
  guint header_rows;
  gboolean keep; /* not broken over pages */
} JipPaperTable;

typedef struct
{
  GBytes *data;
  gboolean jpeg; /* else PNG */
  guint pixel_width, pixel_height;
  double width, height;
} JipPaperImage;

/* One of the three is set. */
typedef struct
{
  JipParagraph *paragraph;
  JipPaperTable *table;
  JipPaperImage *image;
} JipPaperItem;

typedef struct
{
  char *title;
  char *author;
  gint64 created;      /* the moment in the file's metadata, in milliseconds */
  char *notice;        /* the AI notice of the file's metadata */
  double margin[4];    /* by JIP_SIDE_…, to where text may stand */
  double zone;         /* the height of the header's and the footer's zone, within the margins */
  gboolean first_page; /* whether the first page bears a number */
  GArray *items;       /* of JipPaperItem */
  guint foot; /* from here on: 결문 or contacts, with the last of the text; above all items for none */
  gboolean foot_low; /* it stands at the foot of the last page */
  double foot_gap;   /* for writers that do not draw: points above it that bring it there, about */
} JipPaper;

char *jip_paper_clean (const char *text, gssize length) G_GNUC_WARN_UNUSED_RESULT;
JipPaper *jip_paper_new (void);
char *jip_paper_format_time (gint64 created) G_GNUC_WARN_UNUSED_RESULT;
void jip_paper_free (JipPaper *paper);
double jip_paper_text_width (JipPaper *paper);
void jip_paper_add_paragraph (JipPaper *paper, JipParagraph *paragraph);
void jip_paper_add_table (JipPaper *paper, JipPaperTable *table);
void jip_paper_add_image (JipPaper *paper, JipPaperImage *image);

JipParagraph *jip_paragraph_new (JipAlign align, guint line_spacing);
void jip_paragraph_free (JipParagraph *paragraph);
void jip_paragraph_add (JipParagraph *paragraph, const char *text, gssize length, const JipType *type);
double jip_paragraph_size (JipParagraph *paragraph);
double jip_type_measure (const JipType *type, const char *text);

JipPaperTable *jip_paper_table_new (const double *columns, guint n_columns);
void jip_paper_table_free (JipPaperTable *table);
guint jip_paper_table_add_row (JipPaperTable *table, double height);
JipPaperCell *
jip_paper_table_add_cell (JipPaperTable *table, guint row, guint column, guint row_span, guint column_span);
void jip_paper_cell_take (JipPaperCell *cell, JipParagraph *paragraph);
double jip_paragraph_measure (const JipParagraph *paragraph, double width);
void jip_paper_table_fit_rows (JipPaperTable *table);
void jip_paper_fit_foot (JipPaper *paper);
void jip_paper_table_set_rules (JipPaperTable *table, double outer, double inner);

JipPaperImage *jip_paper_image_load (const char *folder, const char *file, double width, GError **error);
void jip_paper_image_free (JipPaperImage *image);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPaper, jip_paper_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipParagraph, jip_paragraph_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPaperImage, jip_paper_image_free)

G_END_DECLS
