/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hallway, the client: everything is in HwApplication. */

#include "hallway-config.h"

#include "application.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int argc, char **argv)
{
  g_autoptr (HwApplication) application = NULL;
  const char *locale_dir;

  setlocale (LC_ALL, "");
  /* GLib decides once, at the first look-up, whether libraries' words are translated, and after
   * textdomain() it would not in a language that Hallway does not speak: then its windows would not
   * even be mirrored where people read from right to left. So GTK is asked first. */
  gtk_get_locale_direction ();
  /* A program that was only built finds its words where they were built. */
  locale_dir = g_getenv ("HALLWAY_LOCALE_DIR");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir != NULL ? locale_dir : HW_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = hw_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
