/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shows a log view with made-up talk, to be looked at; with --shot takes its picture and ends.
 *
 *     tests/ui/gui-env build/tests/ui/show-log-view --shot /tmp/chat.png
 */

#include "talk.h"

#include "ui/log-view.h"

#include <handy.h>

static int entries;
static int width = 578;
static int height = 580;
static int at;
static int hit;
static int unread = 15;
static gboolean timeline;
static gboolean open_folds;
static char *shot;
static char *find;

static const GOptionEntry options[] = {
  { "entries", 'n', 0, G_OPTION_ARG_INT, &entries, "A log of N entries instead of the scene", "N" },
  { "timeline", 't', 0, G_OPTION_ARG_NONE, &timeline, "As a timeline", NULL },
  { "open", 'o', 0, G_OPTION_ARG_NONE, &open_folds, "Open every fold and long message in sight",
    NULL },
  { "width", 'w', 0, G_OPTION_ARG_INT, &width, "Pixels", "N" },
  { "height", 'h', 0, G_OPTION_ARG_INT, &height, "Pixels", "N" },
  { "at", 'a', 0, G_OPTION_ARG_INT, &at, "Go to the entry", "SEQ" },
  { "hit", 0, 0, G_OPTION_ARG_INT, &hit, "Mark the entry", "SEQ" },
  { "unread", 'u', 0, G_OPTION_ARG_INT, &unread, "The unread rule stands after the entry", "SEQ" },
  { "find", 'f', 0, G_OPTION_ARG_STRING, &find, "Mark the word", "WORD" },
  { "shot", 's', 0, G_OPTION_ARG_FILENAME, &shot, "Save a picture there and end", "FILE" },
  { NULL, 0, 0, 0, NULL, NULL, NULL },
};

static void
open_row (GtkWidget *row, gpointer data)
{
  AtkObject *accessible = gtk_widget_get_accessible (row);

  if (atk_action_get_n_actions (ATK_ACTION (accessible)) > 0
      && atk_object_get_role (accessible) == ATK_ROLE_LIST_ITEM)
    {
      const char *name = atk_action_get_name (ATK_ACTION (accessible), 0);

      if (g_strcmp0 (name, "open") == 0 || g_strcmp0 (name, "show all") == 0)
        atk_action_do_action (ATK_ACTION (accessible), 0);
    }
}

static gboolean
on_open (gpointer view)
{
  gtk_container_foreach (GTK_CONTAINER (view), open_row, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
on_shot (gpointer window)
{
  GdkWindow *from = gtk_widget_get_window (window);
  g_autoptr (GdkPixbuf) picture
      = gdk_pixbuf_get_from_window (from, 0, 0, gdk_window_get_width (from),
                                    gdk_window_get_height (from));

  gdk_pixbuf_save (picture, shot, "png", NULL, NULL);
  gtk_main_quit ();
  return G_SOURCE_REMOVE;
}

static void
on_link (HwLogView *view, const char *uri)
{
  g_print ("link: %s\n", uri);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HwHistory) history = NULL;
  GtkWidget *window;
  GtkWidget *scroller;
  GtkWidget *view;

  if (!gtk_init_with_args (&argc, &argv, NULL, options, NULL, &error))
    g_error ("%s", error->message);
  hdy_init ();
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_default (),
                                    "/io/github/hallwaychat/Hallway/icons");
  talk_load_style ();
  if (entries > 0)
    history = talk_history ((guint64) entries, 3);
  else
    history = talk_scene ();
  window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  scroller = gtk_scrolled_window_new (NULL, NULL);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  view = hw_log_view_new (timeline ? HW_LOG_VIEW_TIMELINE : HW_LOG_VIEW_CHAT);
  hw_log_view_set_own_name (HW_LOG_VIEW (view), "Ana");
  hw_log_view_set_history (HW_LOG_VIEW (view), history);
  if (entries == 0)
    hw_log_view_set_unread_after (HW_LOG_VIEW (view), timeline ? 0 : (guint64) unread);
  if (at > 0)
    hw_log_view_scroll_to_seq (HW_LOG_VIEW (view), (guint64) at);
  if (hit > 0 || find != NULL)
    hw_log_view_set_hit (HW_LOG_VIEW (view), (guint64) hit,
                         (const char *const[]){ find != NULL ? find : "", NULL });
  if (width < 480)
    gtk_style_context_add_class (gtk_widget_get_style_context (window), "narrow");
  if (timeline)
    {
      static const HwLogAction actions[] = { { "mute", "hallway-mute-symbolic", "Mute…" },
                                             { "kick", "system-log-out-symbolic", "Kick…" },
                                             { "ban", "action-unavailable-symbolic", "Ban…" } };

      hw_log_view_set_actions (HW_LOG_VIEW (view), actions, G_N_ELEMENTS (actions));
    }
  g_signal_connect (view, "open-link", G_CALLBACK (on_link), NULL);
  g_signal_connect (window, "destroy", G_CALLBACK (gtk_main_quit), NULL);
  gtk_container_add (GTK_CONTAINER (scroller), view);
  gtk_container_add (GTK_CONTAINER (window), scroller);
  gtk_widget_show_all (window);
  if (open_folds)
    g_timeout_add (700, on_open, view);
  if (shot != NULL)
    g_timeout_add (1200, on_shot, window);
  gtk_main ();
  return 0;
}
