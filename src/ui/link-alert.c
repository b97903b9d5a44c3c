/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands between pressing a link that somebody wrote and going there. */

#include "hallway-config.h"

#include "link-alert.h"

#include "alert.h"

#include "client/isolate.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkWindow *parent; /* weak */
  char *uri;
} Link;

static void
link_free (gpointer data, GClosure *closure)
{
  Link *link = data;

  g_clear_weak_pointer (&link->parent);
  g_free (link->uri);
  g_free (link);
}

static void
on_accepted (HwAlert *alert, Link *link)
{
  g_autoptr (GError) error = NULL;
  GtkWidget *problem;

  if (gtk_show_uri_on_window (link->parent, link->uri, GDK_CURRENT_TIME, &error)
      || link->parent == NULL)
    return;

  problem = hw_alert_new (link->parent, _ ("This link cannot be opened"), error->message,
                          _ ("Close"), NULL);
  hw_alert_set_detail (HW_ALERT (problem), link->uri);
  gtk_window_present (GTK_WINDOW (problem));
}

/**
 * hw_link_alert_new:
 * @parent: the window in which the link was pressed
 * @uri: where it leads
 *
 * Asks whether to open @uri, showing it to the letter, and opens it if so. Present it by
 * gtk_window_present().
 *
 * Returns: (transfer none): the question
 */
GtkWidget *
hw_link_alert_new (GtkWindow *parent, const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_PARSE_RELAXED, NULL);
  const char *host = parsed != NULL ? g_uri_get_host (parsed) : NULL;
  g_autofree char *isolated = hw_isolate (host != NULL ? host : "");
  g_autofree char *text = host != NULL && *host != '\0'
                              ? g_strdup_printf (_ ("It leads to %s. Whoever runs that will see "
                                                    "that you came."),
                                                 isolated)
                              : g_strdup (_ ("Another program opens it."));
  GtkWidget *alert
      = hw_alert_new (parent, _ ("Open this link?"), text, _ ("Stay here"), _ ("Open"));
  Link *link = g_new0 (Link, 1);

  g_set_weak_pointer (&link->parent, parent);
  link->uri = g_strdup (uri);
  hw_alert_set_detail (HW_ALERT (alert), uri);
  hw_alert_set_harmless (HW_ALERT (alert));
  g_signal_connect_data (alert, "accepted", G_CALLBACK (on_accepted), link, link_free, 0);
  return alert;
}
