/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-application.h"
#include "jip-paths.h"

int
main (int argc, char **argv)
{
  jip_paths_init_locale ();

  g_autoptr (JipApplication) application = jip_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
