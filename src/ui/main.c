/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hallway, the client: everything is in HwApplication. */

#include "hallway-config.h"

#include "application.h"

#include <glib/gi18n.h>
#include <locale.h>

/* GDK asks for OpenGL whether anything will draw with it or not; where Mesa draws in software that
 * costs a third of the time to the first window. Nothing here draws with it. The variable is read
 * by gtk_parse_args(), and gone again before there is a second thread, or a program of somebody
 * else's that it could disturb. */
static void
do_without_opengl (void)
{
  if (g_getenv ("GDK_GL") != NULL)
    return;
  g_setenv ("GDK_GL", "disable", TRUE);
  gtk_parse_args (NULL, NULL);
  g_unsetenv ("GDK_GL");
}

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
  do_without_opengl ();

  application = hw_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
