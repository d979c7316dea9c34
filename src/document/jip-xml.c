/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-xml.h"

#include <glib/gi18n-lib.h>
#include <libxml/parser.h>
#include <string.h>

#define MAX_VALUES 65536 /* bytes of attribute values kept at a time */

struct _JipXml
{
  const JipXmlHandler *handler;
  gpointer user_data;
  xmlParserCtxtPtr context;
  const xmlChar **attributes; /* of the element that begins: name, prefix, URI, value, end */
  int n_attributes;
  GStringChunk *values;
  gsize values_size;
  gboolean stopped; /* by the handler */
  gboolean broken;  /* no XML */
  GError *error;
};

static const char *
space_of (const xmlChar *prefix, const xmlChar *uri)
{
  if (uri != NULL)
    return (const char *) uri;
  return prefix != NULL ? (const char *) prefix : "";
}

static void
start_cb (void *data,
          const xmlChar *name,
          const xmlChar *prefix,
          const xmlChar *uri,
          int n_namespaces,
          const xmlChar **namespaces,
          int n_attributes,
          int n_defaulted,
          const xmlChar **attributes)
{
  JipXml *xml = data;

  if (xml->stopped)
    return;
  if (xml->values_size > MAX_VALUES)
    {
      g_string_chunk_clear (xml->values);
      xml->values_size = 0;
    }
  xml->attributes = attributes;
  xml->n_attributes = n_attributes;
  xml->handler->start (xml, space_of (prefix, uri), (const char *) name, xml->user_data);
  xml->attributes = NULL;
  xml->n_attributes = 0;
}

static void
end_cb (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
  JipXml *xml = data;

  if (!xml->stopped && xml->handler->end != NULL)
    xml->handler->end (xml, space_of (prefix, uri), (const char *) name, xml->user_data);
}

static void
text_cb (void *data, const xmlChar *text, int length)
{
  JipXml *xml = data;

  if (!xml->stopped && xml->handler->text != NULL && length > 0)
    xml->handler->text (xml, (const char *) text, (gsize) length, xml->user_data);
}

/* No office program writes one into these parts; it is where entities come from. */
static void
document_type_cb (void *data, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
  jip_xml_fail (data, jip_error_new (JIP_ERROR_UNSUPPORTED, NULL,
                                     _ ("It declares a document type, in which entities could hide.")));
}

static void
quiet_cb (void *data, const char *format, ...)
{
}

static void
quiet_structured_cb (void *data, xmlErrorPtr error)
{
}

static xmlSAXHandler sax = {
  .initialized = XML_SAX2_MAGIC,
  .startElementNs = start_cb,
  .endElementNs = end_cb,
  .characters = text_cb,
  .ignorableWhitespace = text_cb,
  .cdataBlock = text_cb,
  .internalSubset = document_type_cb,
  .error = quiet_cb,
  .fatalError = quiet_cb,
  .warning = quiet_cb,
  .serror = quiet_structured_cb,
};

JipXml *
jip_xml_new (const JipXmlHandler *handler, gpointer user_data)
{
  g_return_val_if_fail (handler != NULL && handler->start != NULL, NULL);

  JipXml *xml = g_new0 (JipXml, 1);
  xml->handler = handler;
  xml->user_data = user_data;
  xml->values = g_string_chunk_new (4096);
  return xml;
}

void
jip_xml_free (JipXml *xml)
{
  if (xml->context != NULL)
    {
      if (xml->context->myDoc != NULL)
        xmlFreeDoc (xml->context->myDoc);
      xmlFreeParserCtxt (xml->context);
    }
  g_string_chunk_free (xml->values);
  g_clear_error (&xml->error);
  g_free (xml);
}

/**
 * jip_xml_feed:
 * @data: the next bytes; the first piece must hold at least four
 *
 * Returns: whether more is wanted
 */
gboolean
jip_xml_feed (JipXml *xml, const char *data, gsize length)
{
  g_return_val_if_fail (xml != NULL && length <= G_MAXINT, FALSE);

  if (xml->context == NULL)
    {
      xml->context = xmlCreatePushParserCtxt (&sax, xml, data, (int) MIN (length, 4), NULL);
      if (xml->context == NULL)
        g_error ("libxml2: out of memory");
      xmlCtxtUseOptions (xml->context, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
      gsize skipped = MIN (length, 4);
      data += skipped;
      length -= skipped;
    }
  if (!xml->stopped && !xml->broken && length > 0)
    {
      xmlParseChunk (xml->context, data, (int) length, 0);
      xml->broken = !xml->stopped && !xml->context->wellFormed;
    }
  return !xml->stopped && !xml->broken;
}

/**
 * jip_xml_finish:
 * @name: the part's name, for the message
 *
 * Returns: %FALSE with %JIP_ERROR_DAMAGED when it was no whole XML, or with the error of jip_xml_fail()
 */
gboolean
jip_xml_finish (JipXml *xml, const char *name, GError **error)
{
  g_return_val_if_fail (xml != NULL && name != NULL, FALSE);

  if (xml->context != NULL && !xml->stopped && !xml->broken)
    xmlParseChunk (xml->context, NULL, 0, 1);
  if (xml->error != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&xml->error), "%s: ", name);
      return FALSE;
    }
  if (xml->stopped || (xml->context != NULL && xml->context->wellFormed))
    return TRUE;
  const xmlError *last = xml->context != NULL ? xmlCtxtGetLastError (xml->context) : NULL;
  return jip_error_set (error, JIP_ERROR_DAMAGED,
                        _ ("%s: is no whole XML (line %d). The file is damaged: take another copy."), name,
                        last != NULL ? last->line : 0);
}

/**
 * jip_xml_get:
 * @name: of an attribute of the element that begins, without prefix
 *
 * Returns: (transfer none) (nullable): its value, until another element begins
 */
const char *
jip_xml_get (JipXml *xml, const char *name)
{
  for (int i = 0; i < xml->n_attributes; i++)
    {
      const xmlChar **attribute = xml->attributes + 5 * i;
      if (strcmp ((const char *) attribute[0], name) != 0)
        continue;
      gsize length = (gsize) (attribute[4] - attribute[3]);
      xml->values_size += length + 1;
      return g_string_chunk_insert_len (xml->values, (const char *) attribute[3], (gssize) length);
    }
  return NULL;
}

/* A whole number, brought within the bounds; @preset when it is absent or none. */
guint
jip_xml_get_uint (JipXml *xml, const char *name, guint least, guint most, guint preset)
{
  const char *text = jip_xml_get (xml, name);
  guint64 value;

  if (text == NULL || !g_ascii_isdigit (*text))
    return preset;
  value = g_ascii_strtoull (text, NULL, 10);
  return (guint) CLAMP (value, least, most);
}

/**
 * jip_xml_fail:
 * @error: (transfer full)
 *
 * Ends the reading with an error; the first one stands.
 */
void
jip_xml_fail (JipXml *xml, GError *error)
{
  if (xml->error == NULL)
    xml->error = error;
  else
    g_error_free (error);
  xml->stopped = TRUE;
}

/* Ends the reading: what follows is not wanted. */
void
jip_xml_stop (JipXml *xml)
{
  xml->stopped = TRUE;
}
