/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which version this is, under which licence, and what it is built of. */

#include "hallway-config.h"

#include "about.h"

#include <glib/gi18n.h>

static const char *const built_of[] = {
  "GLib (LGPL-2.1+) https://gitlab.gnome.org/GNOME/glib",
  "GTK (LGPL-2.1+) https://www.gtk.org",
  "libhandy (LGPL-2.1+) https://gitlab.gnome.org/GNOME/libhandy",
  "JSON-GLib (LGPL-2.1+) https://gitlab.gnome.org/GNOME/json-glib",
  "GnuTLS (LGPL-2.1+) https://www.gnutls.org",
#ifdef HW_HAVE_GSPELL
  "gspell (LGPL-2.1+) https://gitlab.gnome.org/GNOME/gspell",
#endif
  NULL,
};

/**
 * hw_about_new:
 * @parent: (nullable): the window in front of which it stands
 *
 * Returns: (transfer none): a dialog that says what this program is; present it by
 * gtk_window_present()
 */
GtkWidget *
hw_about_new (GtkWindow *parent)
{
  GtkWidget *dialog = gtk_about_dialog_new ();
  GtkAboutDialog *about = GTK_ABOUT_DIALOG (dialog);

  gtk_about_dialog_set_program_name (about, _ ("Hallway"));
  gtk_about_dialog_set_version (about, HW_VERSION);
  gtk_about_dialog_set_logo_icon_name (about, HW_APP_ID);
  gtk_about_dialog_set_comments (about, _ ("Talk with the people on the same network"));
  gtk_about_dialog_set_license_type (about, GTK_LICENSE_GPL_3_0);
  gtk_about_dialog_set_copyright (about, _ ("The Hallway contributors"));
  gtk_about_dialog_add_credit_section (about, _ ("Built with, under their licences"),
                                       (const char **) built_of);
  /* Translators: your name, and those of others who translated, one a line */
  if (g_strcmp0 (_ ("translator-credits"), "translator-credits") != 0)
    gtk_about_dialog_set_translator_credits (about, _ ("translator-credits"));
  gtk_window_set_transient_for (GTK_WINDOW (dialog), parent);
  gtk_window_set_modal (GTK_WINDOW (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  return dialog;
}
