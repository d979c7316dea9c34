/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-auto-number.h"
#include "jip-import.h"
#include "jip-package.h"

G_BEGIN_DECLS

/* HWPX of any writer (KS X 6101). Elements are told by namespace, never by prefix. */

#define JIP_HWPX_LEVELS 10

typedef enum
{
  JIP_HWPX_OTHER,
  JIP_HWPX_PARAGRAPH,
  JIP_HWPX_SECTION,
  JIP_HWPX_HEAD,
  JIP_HWPX_CORE,
} JipHwpxSpace;

typedef struct
{
  char *format; /* such as `^1.`, where `^n` stands for the number of level n */
  JipNumberForm form;
  guint start;
} JipHwpxHead;

/* A numbering and how far it has counted. */
typedef struct
{
  JipHwpxHead heads[JIP_HWPX_LEVELS];
  guint counts[JIP_HWPX_LEVELS]; /* 0: not begun */
  gboolean begun[JIP_HWPX_LEVELS];
} JipHwpxNumbering;

typedef enum
{
  JIP_HWPX_HEADING_NONE,
  JIP_HWPX_HEADING_NUMBER,
  JIP_HWPX_HEADING_BULLET,
  JIP_HWPX_HEADING_OUTLINE,
} JipHwpxHeading;

typedef struct
{
  JipHwpxHeading heading;
  guint reference; /* the numbering or bullet */
  guint level;     /* from 0 */
} JipHwpxParaPr;

typedef struct
{
  gboolean bold, underline;
} JipHwpxCharPr;

/* What Contents/header.xml says; keys are ids. */
typedef struct
{
  GHashTable *paragraphs; /* of JipHwpxParaPr */
  GHashTable *chars;      /* of JipHwpxCharPr */
  GHashTable *numberings; /* of JipHwpxNumbering */
  GHashTable *bullets;    /* of utf8 */
  GHashTable *outlines;   /* style id -> depth as a heading */
} JipHwpxProperties;

JipHwpxSpace jip_hwpx_space (const char *uri);
JipHwpxProperties *jip_hwpx_properties_new (void);
void jip_hwpx_properties_free (JipHwpxProperties *properties);
gboolean jip_hwpx_read_properties (JipPackage *package,
                                   const char *part,
                                   JipHwpxProperties *properties,
                                   GError **error);
char *jip_hwpx_next_mark (JipHwpxProperties *properties,
                          const JipHwpxParaPr *paragraph,
                          guint outline_shape) G_GNUC_WARN_UNUSED_RESULT;

/* Reads a part into @import when it is a section; other parts of the spine are passed over. */
typedef struct _JipHwpxBody JipHwpxBody;
JipHwpxBody *jip_hwpx_body_new (JipHwpxProperties *properties, JipImport *import);
void jip_hwpx_body_free (JipHwpxBody *body);
gboolean jip_hwpx_body_read (JipHwpxBody *body, JipPackage *package, const char *part, GError **error);
guint jip_hwpx_body_get_n_sections (JipHwpxBody *body);

JipImport *jip_hwpx_read (JipPackage *package, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipHwpxProperties, jip_hwpx_properties_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipHwpxBody, jip_hwpx_body_free)

G_END_DECLS
