/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-error.h"

G_BEGIN_DECLS

/* A stream of elements and text out of XML that is not trusted: no document type, so no entities but the five of XML
 * itself and nothing external; the depth is bounded by libxml2 (256). */

typedef struct _JipXml JipXml;

/**
 * JipXmlHandler:
 * @start: an element begins; its attributes by jip_xml_get(). @space is the namespace; where the writer forgot to declare
 *   it, the prefix; empty for none
 * @end: it ends
 * @text: characters, not NUL-terminated; one text may come in several pieces
 *
 * A handler ends the reading with jip_xml_fail() or jip_xml_stop().
 */
typedef struct
{
  void (*start) (JipXml *xml, const char *space, const char *name, gpointer user_data);
  void (*end) (JipXml *xml, const char *space, const char *name, gpointer user_data);
  void (*text) (JipXml *xml, const char *text, gsize length, gpointer user_data);
} JipXmlHandler;

JipXml *jip_xml_new (const JipXmlHandler *handler, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_xml_feed (JipXml *xml, const char *data, gsize length);
gboolean jip_xml_finish (JipXml *xml, const char *name, GError **error);
void jip_xml_free (JipXml *xml);

const char *jip_xml_get (JipXml *xml, const char *name);
guint jip_xml_get_uint (JipXml *xml, const char *name, guint least, guint most, guint preset);
void jip_xml_fail (JipXml *xml, GError *error);
void jip_xml_stop (JipXml *xml);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipXml, jip_xml_free)

G_END_DECLS
