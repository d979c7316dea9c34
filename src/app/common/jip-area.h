/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"

G_BEGIN_DECLS

#define JIP_TYPE_AREA (jip_area_get_type ())
G_DECLARE_DERIVABLE_TYPE (JipArea, jip_area, JIP, AREA, AdwBin)

/**
 * JipAreaClass:
 * @primary: carries out the one act of the area that the header bar offers (`primary-label`)
 * @find: puts the cursor into the area's search
 */
struct _JipAreaClass
{
  AdwBinClass parent_class;

  void (*primary) (JipArea *area);
  void (*find) (JipArea *area);
};

JipClient *jip_area_get_client (JipArea *area);
void jip_area_primary (JipArea *area);
void jip_area_find (JipArea *area);
void jip_area_set_primary_label (JipArea *area, const char *label);
const char *jip_area_get_primary_label (JipArea *area);
void jip_area_set_attention (JipArea *area, guint count);
guint jip_area_get_attention (JipArea *area);

void jip_toast (GtkWidget *widget, const char *format, ...) G_GNUC_PRINTF (2, 3);
void jip_toast_error (GtkWidget *widget, const GError *error);
char *jip_error_to_sentence (const GError *error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
