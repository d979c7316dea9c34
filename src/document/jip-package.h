/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-xml.h"

G_BEGIN_DECLS

/* A ZIP package of XML parts (HWPX, ODT) that another program wrote, or somebody who means harm. Nothing is unpacked to
 * disk; each part is read as a stream, and every size is bounded before memory is taken for it. */

#define JIP_PACKAGE_MAX_BYTES (256u << 20) /* of the file */
#define JIP_PACKAGE_MAX_PARTS 10000
#define JIP_PACKAGE_MAX_PART (96u << 20)   /* of one part, unpacked */
#define JIP_PACKAGE_MAX_TOTAL (192u << 20) /* of what is read of all parts, unpacked */

typedef struct _JipPackage JipPackage;

JipPackage *jip_package_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_package_free (JipPackage *package);
gboolean jip_package_has (JipPackage *package, const char *name);
GPtrArray *jip_package_list (JipPackage *package) G_GNUC_WARN_UNUSED_RESULT;
char *jip_package_read_text (JipPackage *package, const char *name, gsize max) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_package_parse (JipPackage *package,
                            const char *name,
                            const JipXmlHandler *handler,
                            gpointer user_data,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPackage, jip_package_free)

G_END_DECLS
