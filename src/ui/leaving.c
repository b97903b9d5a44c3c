/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The end of the program, and what stands in its way. There are three: a place that runs on this
 * computer and has others in it, which the person decides about; places that have not heard yet
 * that we are gone, which takes a moment; and the wish to stay in the rooms without a window, which
 * a notification keeps in view. */

#include "hallway-config.h"

#include "leaving.h"

#include "alert.h"
#include "host-keeper.h"
#include "settings.h"

#include "client/isolate.h"

#include <glib/gi18n.h>
#include <handy.h>

/* Milliseconds between two looks whether the last logout has arrived. */
#define GOODBYE_INTERVAL 20

/* The notification that says that we run without a window. */
#define NOTICE "in-the-background"

struct _HwLeaving
{
  GObject parent_instance;

  HwApplication *app;  /* not owned: it owns us */
  gboolean quitting;   /* windows close because the person quits, not to get them out of the way */
  gboolean ending;     /* whatever is open is to be closed, and nobody is asked any more */
  gboolean background; /* no window is open, and we stay; then we hold the application */
  guint quit;          /* source: the windows have been asked to close */
};

G_DEFINE_FINAL_TYPE (HwLeaving, hw_leaving, G_TYPE_OBJECT)

static HwHost *
get_host (HwLeaving *self)
{
  return hw_host_keeper_get_host (hw_application_get_host_keeper (self->app));
}

/* A place runs here, and only as long as the program does. */
static gboolean
is_host_in_the_way (HwLeaving *self)
{
  return hw_host_is_open (get_host (self))
         && !hw_host_keeper_stays (hw_application_get_host_keeper (self->app));
}

static gboolean
has_windows (HwLeaving *self)
{
  return gtk_application_get_windows (GTK_APPLICATION (self->app)) != NULL;
}

static void
set_background (HwLeaving *self, gboolean background)
{
  GApplication *app = G_APPLICATION (self->app);
  g_autoptr (GNotification) notice = NULL;

  if (self->background == background)
    return;
  self->background = background;
  if (!background)
    {
      hw_desktop_withdraw (hw_application_get_desktop (self->app), NOTICE);
      g_application_release (app);
      return;
    }

  g_application_hold (app);
  notice = g_notification_new (_ ("Hallway runs in the background"));
  g_notification_set_body (notice, _ ("You are still in your rooms, and are told when somebody "
                                      "writes to you."));
  g_notification_set_default_action (notice, "app.raise");
  g_notification_add_button (notice, _ ("Open"), "app.raise");
  g_notification_add_button (notice, _ ("Quit"), "app.quit");
  hw_desktop_answer (hw_application_get_desktop (self->app), NOTICE, notice);
}

static void
disconnect_all (HwLeaving *self)
{
  GListModel *places = hw_application_get_places (self->app);

  for (guint i = 0; i < g_list_model_get_n_items (places); i++)
    {
      g_autoptr (HwPlace) place = g_list_model_get_item (places, i);

      if (hw_place_get_state (place) != HW_PLACE_IDLE)
        hw_place_disconnect (place);
    }
}

static gboolean
is_saying_goodbye (HwLeaving *self)
{
  GListModel *places = hw_application_get_places (self->app);

  for (guint i = 0; i < g_list_model_get_n_items (places); i++)
    {
      g_autoptr (HwPlace) place = g_list_model_get_item (places, i);

      if (hw_place_is_saying_goodbye (place))
        return TRUE;
    }
  return FALSE;
}

static gboolean
on_goodbye_tick (gpointer data)
{
  HwLeaving *self = data;
  HwApplication *app = self->app;

  /* A window may have been opened meanwhile. */
  if (!has_windows (self) && is_saying_goodbye (self))
    return G_SOURCE_CONTINUE;
  g_application_release (G_APPLICATION (app));
  return G_SOURCE_REMOVE;
}

/* Our names at the places would be taken for whoever comes next, ourselves included, until they
 * know that we are gone. */
static void
say_goodbye (HwLeaving *self)
{
  if (!is_saying_goodbye (self))
    return;
  g_application_hold (G_APPLICATION (self->app));
  g_timeout_add_full (G_PRIORITY_DEFAULT, GOODBYE_INTERVAL, on_goodbye_tick, g_object_ref (self),
                      g_object_unref);
}

static gboolean
on_windows_asked (gpointer data)
{
  HwLeaving *self = data;

  self->quit = 0;
  self->quitting = FALSE;
  return G_SOURCE_REMOVE;
}

/* Every window may still ask, for instance about what is not sent yet, and stay. */
static void
close_windows (HwLeaving *self)
{
  g_autoptr (GList) windows
      = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (self->app)));

  self->quitting = TRUE;
  for (GList *link = windows; link != NULL; link = link->next)
    if (HDY_IS_APPLICATION_WINDOW (link->data))
      gtk_window_close (link->data);
  /* They are asked one by one from the main loop, before this. */
  if (self->quit == 0)
    self->quit = g_idle_add_full (G_PRIORITY_LOW, on_windows_asked, self, NULL);
  if (windows != NULL)
    return;

  disconnect_all (self);
  say_goodbye (self);
  set_background (self, FALSE);
}

static void
close_host_and_windows (HwLeaving *self)
{
  self->ending = TRUE;
  hw_host_stop (get_host (self));
  close_windows (self);
}

static void
ask_about_host (HwLeaving *self)
{
  HwHost *host = get_host (self);
  g_autofree char *name = hw_isolate (hw_host_get_name (host));
  /* Translators: %s is the name of a place that runs on this computer */
  g_autofree char *title = g_strdup_printf (_ ("Close “%s” too?"), name);
  GtkWidget *alert;

  if (!has_windows (self))
    hw_application_open_menu (self->app);
  alert = hw_alert_new (hw_application_get_parent (self->app), title,
                        _ ("It runs on this computer while Hallway does, and others are "
                           "there. They would be shown out. What was said is kept."),
                        _ ("Keep it open"), _ ("Close it and quit"));
  g_signal_connect_object (alert, "accepted", G_CALLBACK (close_host_and_windows), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (alert));
}

static void
on_who_is_there (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwLeaving) self = data;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (object), result, NULL);
  JsonNode *users = reply != NULL ? json_object_get_member (reply, "users") : NULL;

  if (users != NULL && JSON_NODE_HOLDS_ARRAY (users)
      && json_array_get_length (json_node_get_array (users)) <= 1)
    close_host_and_windows (self);
  else
    ask_about_host (self);
}

static void
hw_leaving_dispose (GObject *object)
{
  g_clear_handle_id (&HW_LEAVING (object)->quit, g_source_remove);

  G_OBJECT_CLASS (hw_leaving_parent_class)->dispose (object);
}

static void
hw_leaving_class_init (HwLeavingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hw_leaving_dispose;
}

static void
hw_leaving_init (HwLeaving *self)
{
}

/**
 * hw_leaving_new:
 * @app: the program; must outlive it
 *
 * Returns: (transfer full): what watches over the program's end
 */
HwLeaving *
hw_leaving_new (HwApplication *app)
{
  HwLeaving *self = g_object_new (HW_TYPE_LEAVING, NULL);

  self->app = app;
  return self;
}

/**
 * hw_leaving_quit:
 * @self: the watch
 *
 * Ends the program, unless a place runs here and others are in it: then the person decides.
 */
void
hw_leaving_quit (HwLeaving *self)
{
  HwHost *host = get_host (self);
  g_autofree char *address = hw_host_dup_address (host);
  HwPlace *place = address != NULL ? hw_application_find_place (self->app, address) : NULL;

  if (!hw_host_is_open (host))
    close_host_and_windows (self);
  else if (place != NULL && hw_place_get_state (place) == HW_PLACE_ONLINE)
    hw_place_request_async (place, "who", NULL, NULL, on_who_is_there, g_object_ref (self));
  else
    ask_about_host (self);
}

/**
 * hw_leaving_terminate:
 * @self: the watch
 *
 * Ends the program at once: whoever ends the session, or the program from outside, does not wait
 * for answers.
 */
void
hw_leaving_terminate (HwLeaving *self)
{
  g_autoptr (GList) windows
      = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (self->app)));

  self->ending = TRUE;
  hw_host_stop (get_host (self));
  for (GList *link = windows; link != NULL; link = link->next)
    if (HDY_IS_APPLICATION_WINDOW (link->data))
      gtk_widget_destroy (link->data);
  disconnect_all (self);
  say_goodbye (self);
  set_background (self, FALSE);
}

/**
 * hw_leaving_window_opens:
 * @self: the watch
 *
 * The person wants to see something: the program does not end, and is no longer out of sight.
 */
void
hw_leaving_window_opens (HwLeaving *self)
{
  self->ending = FALSE;
  set_background (self, FALSE);
}

/**
 * hw_leaving_window_gone:
 * @self: the watch
 *
 * To be called after a window has gone, while the application is held: with the last one the
 * program ends, or goes on without.
 */
void
hw_leaving_window_gone (HwLeaving *self)
{
  GListModel *places = hw_application_get_places (self->app);

  if (has_windows (self))
    return;
  for (guint i = 0; i < g_list_model_get_n_items (places); i++)
    {
      g_autoptr (HwPlace) place = g_list_model_get_item (places, i);

      if (hw_leaving_keeps (self, place))
        {
          set_background (self, TRUE);
          return;
        }
    }

  /* The last one was no menu window, which asks before it closes: now it has to. */
  hw_host_keeper_window_gone (hw_application_get_host_keeper (self->app));
  if (!self->ending && is_host_in_the_way (self))
    {
      hw_application_open_menu (self->app);
      hw_leaving_quit (self);
      return;
    }
  say_goodbye (self);
}

/**
 * hw_leaving_asks:
 * @self: the watch
 * @closing: a window that is about to be closed
 *
 * Returns: whether the window must stay for now: it is the last one, a place runs here, and it is
 * being found out or asked whether that may close
 */
gboolean
hw_leaving_asks (HwLeaving *self, GtkWindow *closing)
{
  GListModel *places = hw_application_get_places (self->app);

  if (self->ending || !is_host_in_the_way (self))
    return FALSE;
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self->app)); link != NULL;
       link = link->next)
    if (link->data != closing && HDY_IS_APPLICATION_WINDOW (link->data))
      return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (places); i++)
    {
      g_autoptr (HwPlace) place = g_list_model_get_item (places, i);

      if (hw_leaving_keeps (self, place))
        return FALSE;
    }
  hw_leaving_quit (self);
  return TRUE;
}

/**
 * hw_leaving_keeps:
 * @self: the watch
 * @place: a place
 *
 * Returns: whether we stay in the rooms of @place though no window shows them
 */
gboolean
hw_leaving_keeps (HwLeaving *self, HwPlace *place)
{
  HwPlaceState state = hw_place_get_state (place);

  return !self->quitting && !self->ending
         && g_settings_get_boolean (hw_settings_get (), HW_SETTINGS_RUN_IN_BACKGROUND)
         && (state == HW_PLACE_ONLINE || state == HW_PLACE_RECONNECTING)
         && g_list_model_get_n_items (hw_place_get_joined (place)) > 0;
}

/**
 * hw_leaving_is_in_background:
 * @self: the watch
 *
 * Returns: whether the program runs without a window because the person wants it to
 */
gboolean
hw_leaving_is_in_background (HwLeaving *self)
{
  return self->background;
}
