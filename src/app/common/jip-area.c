/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One of the window's areas (drafts, ideas, idea-thon): what the header bar needs to know of it, and no more. */
#include "jip-area.h"

#include "jip-error.h"

typedef struct
{
  JipClient *client;
  char *primary_label;
  guint attention;
} JipAreaPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (JipArea, jip_area, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_CLIENT,
  PROP_PRIMARY_LABEL,
  PROP_ATTENTION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
jip_area_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  JipArea *self = JIP_AREA (object);

  switch (id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, jip_area_get_client (self));
      break;
    case PROP_PRIMARY_LABEL:
      g_value_set_string (value, jip_area_get_primary_label (self));
      break;
    case PROP_ATTENTION:
      g_value_set_uint (value, jip_area_get_attention (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
jip_area_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  JipArea *self = JIP_AREA (object);
  JipAreaPrivate *priv = jip_area_get_instance_private (self);

  switch (id)
    {
    case PROP_CLIENT:
      priv->client = g_value_dup_object (value);
      break;
    case PROP_PRIMARY_LABEL:
      jip_area_set_primary_label (self, g_value_get_string (value));
      break;
    case PROP_ATTENTION:
      jip_area_set_attention (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
jip_area_finalize (GObject *object)
{
  JipAreaPrivate *priv = jip_area_get_instance_private (JIP_AREA (object));

  g_clear_object (&priv->client);
  g_clear_pointer (&priv->primary_label, g_free);
  G_OBJECT_CLASS (jip_area_parent_class)->finalize (object);
}

static void
jip_area_class_init (JipAreaClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = jip_area_get_property;
  object_class->set_property = jip_area_set_property;
  object_class->finalize = jip_area_finalize;

  properties[PROP_CLIENT]
      = g_param_spec_object ("client", NULL, NULL, JIP_TYPE_CLIENT,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_PRIMARY_LABEL]
      = g_param_spec_string ("primary-label", NULL, NULL, NULL,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ATTENTION]
      = g_param_spec_uint ("attention", NULL, NULL, 0, G_MAXUINT, 0,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
jip_area_init (JipArea *self)
{
}

/**
 * jip_area_get_client:
 *
 * Returns: (transfer none): the signed-in client that the area shows
 */
JipClient *
jip_area_get_client (JipArea *self)
{
  g_return_val_if_fail (JIP_IS_AREA (self), NULL);
  return ((JipAreaPrivate *) jip_area_get_instance_private (self))->client;
}

void
jip_area_primary (JipArea *self)
{
  g_return_if_fail (JIP_IS_AREA (self));
  if (JIP_AREA_GET_CLASS (self)->primary != NULL)
    JIP_AREA_GET_CLASS (self)->primary (self);
}

void
jip_area_find (JipArea *self)
{
  g_return_if_fail (JIP_IS_AREA (self));
  if (JIP_AREA_GET_CLASS (self)->find != NULL)
    JIP_AREA_GET_CLASS (self)->find (self);
}

/**
 * jip_area_set_primary_label:
 * @label: (nullable): what the header bar's main button says; %NULL hides it
 */
void
jip_area_set_primary_label (JipArea *self, const char *label)
{
  JipAreaPrivate *priv = jip_area_get_instance_private (self);

  g_return_if_fail (JIP_IS_AREA (self));
  if (g_strcmp0 (priv->primary_label, label) == 0)
    return;
  g_free (priv->primary_label);
  priv->primary_label = g_strdup (label);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRIMARY_LABEL]);
}

const char *
jip_area_get_primary_label (JipArea *self)
{
  g_return_val_if_fail (JIP_IS_AREA (self), NULL);
  return ((JipAreaPrivate *) jip_area_get_instance_private (self))->primary_label;
}

/**
 * jip_area_set_attention:
 * @count: how many things wait for the user here; 0 for none
 */
void
jip_area_set_attention (JipArea *self, guint count)
{
  JipAreaPrivate *priv = jip_area_get_instance_private (self);

  g_return_if_fail (JIP_IS_AREA (self));
  if (priv->attention == count)
    return;
  priv->attention = count;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ATTENTION]);
}

guint
jip_area_get_attention (JipArea *self)
{
  g_return_val_if_fail (JIP_IS_AREA (self), 0);
  return ((JipAreaPrivate *) jip_area_get_instance_private (self))->attention;
}

/**
 * jip_toast:
 * @widget: any widget in the window
 *
 * Shows a short message at the window's foot.
 */
void
jip_toast (GtkWidget *widget, const char *format, ...)
{
  va_list args;

  g_return_if_fail (GTK_IS_WIDGET (widget));
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  gtk_widget_activate_action (widget, "win.toast", "s", text);
}

/**
 * jip_error_to_sentence:
 *
 * Returns: (transfer full): what a person reads about @error, in their own language: the suite's own sentence for what
 * came from the server, whose messages are for developers, and the error's own text for what was found here
 */
char *
jip_error_to_sentence (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);
  if (error->domain == JIP_ERROR)
    return g_strdup (jip_error_describe ((JipErrorCode) error->code));
  return g_strdup (jip_error_describe (jip_error_get_code (error)));
}

void
jip_toast_error (GtkWidget *widget, const GError *error)
{
  g_return_if_fail (error != NULL);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_error_matches (error, JIP_ERROR, JIP_ERROR_CANCELLED))
    return;
  g_autofree char *sentence = jip_error_to_sentence (error);
  jip_toast (widget, "%s", sentence);
}
