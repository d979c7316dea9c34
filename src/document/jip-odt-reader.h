/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-auto-number.h"
#include "jip-import.h"
#include "jip-package.h"

G_BEGIN_DECLS

/* ODF text documents of any writer (OASIS Open Document Format 1.3). Elements are told by namespace. */

#define JIP_ODT_LEVELS 10

typedef enum
{
  JIP_ODT_OTHER,
  JIP_ODT_OFFICE,
  JIP_ODT_STYLE,
  JIP_ODT_TEXT,
  JIP_ODT_TABLE,
  JIP_ODT_DRAW,
} JipOdtSpace;

typedef struct
{
  JipNumberForm form; /* JIP_NUMBER_NONE: a bullet, or nothing */
  char *prefix, *suffix;
  char *bullet; /* nullable */
  guint start;
  guint shown; /* how many levels the number tells */
} JipOdtLevel;

typedef struct
{
  JipOdtLevel levels[JIP_ODT_LEVELS];
} JipOdtListStyle;

typedef enum
{
  JIP_ODT_UNSET,
  JIP_ODT_NO,
  JIP_ODT_YES,
} JipOdtChoice;

typedef struct
{
  char *parent;   /* nullable */
  char *display;  /* the name people see, nullable */
  gboolean title; /* a paragraph style for the paper's title */
  JipOdtChoice bold, underline, hidden;
  guint outline;       /* of a paragraph style, 0 for none */
  gboolean no_outline; /* its list style is said to be none */
} JipOdtStyle;

/* What styles.xml and the head of content.xml say. */
typedef struct
{
  GHashTable *styles; /* "family name" -> JipOdtStyle */
  GHashTable *lists;  /* name -> JipOdtListStyle */
  JipOdtListStyle outline;
} JipOdtStyles;

JipOdtSpace jip_odt_space (const char *uri);
JipOdtStyles *jip_odt_styles_new (void);
void jip_odt_styles_free (JipOdtStyles *styles);
const JipOdtStyle *jip_odt_styles_find (JipOdtStyles *styles, const char *family, const char *name);

/* The styles of a part as they are met; @inside tells whether the element belonged to them. */
typedef struct _JipOdtStyleReader JipOdtStyleReader;
JipOdtStyleReader *jip_odt_style_reader_new (JipOdtStyles *styles);
void jip_odt_style_reader_free (JipOdtStyleReader *reader);
void jip_odt_style_reader_start (JipOdtStyleReader *reader, JipXml *xml, JipOdtSpace space, const char *name);
void jip_odt_style_reader_end (JipOdtStyleReader *reader, JipOdtSpace space, const char *name);

char *
jip_odt_format_mark (const JipOdtListStyle *list, const guint *counts, guint level) G_GNUC_WARN_UNUSED_RESULT;

typedef struct _JipOdtBody JipOdtBody;
JipOdtBody *jip_odt_body_new (JipOdtStyles *styles, JipImport *import);
void jip_odt_body_free (JipOdtBody *body);
gboolean jip_odt_body_read (JipOdtBody *body, JipPackage *package, const char *part, GError **error);
gboolean jip_odt_body_is_text (JipOdtBody *body);

JipImport *jip_odt_read (JipPackage *package, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipOdtStyles, jip_odt_styles_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipOdtBody, jip_odt_body_free)

G_END_DECLS
