/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program's application in a test's own process, for tests of its windows. */

#pragma once

#include "hallway-resources.h"
#include "ui/application.h"

#include <handy.h>

/* Begins the test program; (transfer full): one that is registered, and whose windows nobody else
 * opens. */
static inline HwApplication *
app_fixture_start (int *argc, char ***argv)
{
  g_autoptr (GError) error = NULL;
  HwApplication *app;

  g_setenv ("GSETTINGS_SCHEMA_DIR", HW_SCHEMA_DIR, TRUE);
  gtk_test_init (argc, argv, NULL);
  hdy_init ();
  g_resources_register (hw_get_resource ());
  app = hw_application_new ();
  g_application_set_flags (G_APPLICATION (app), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (app), NULL, &error);
  g_assert_no_error (error);
  g_application_set_default (G_APPLICATION (app));
  return app;
}
