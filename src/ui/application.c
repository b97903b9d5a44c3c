/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program. HwApplication keeps the places that are open, the places that are remembered, and
 * one window of each sort for each of them; windows ask it to open one another, so that none of
 * them needs to know the others. */

#include "hallway-config.h"

#include "about.h"
#include "accels.h"
#include "application.h"
#include "certificate-dialog.h"
#include "chat-window.h"
#include "command-line.h"
#include "help-window.h"
#include "host-keeper.h"
#include "instance.h"
#include "leaving.h"
#include "log-window.h"
#include "menu-window.h"
#include "notice-actions.h"
#include "notifier.h"
#include "preferences-window.h"
#include "rtl-guard.h"
#include "settings.h"
#include "shortcuts-window.h"
#include "straight-way.h"
#include "style.h"

#include <glib-unix.h>
#include <handy.h>

struct _HwApplication
{
  GtkApplication parent_instance;

  HwKnownPlaces *known;
  HwStash *stash;
  HwSecrets *secrets;
  HwHostKeeper *host;
  HwDesktop *desktop; /* (nullable): before we are registered */
  HwLeaving *leaving;
  GListStore *places;   /* HwPlace: every one that was opened since the start */
  GtkWidget *menu;      /* (nullable): not owned */
  GtkWidget *shortcuts; /* (nullable): not owned */
};

G_DEFINE_FINAL_TYPE (HwApplication, hw_application, GTK_TYPE_APPLICATION)

static HwPlace *
get_place (GtkWindow *window)
{
  if (HW_IS_CHAT_WINDOW (window))
    return hw_chat_window_get_place (HW_CHAT_WINDOW (window));
  if (HW_IS_LOG_WINDOW (window))
    return hw_log_window_get_place (HW_LOG_WINDOW (window));
  if (HW_IS_MENU_WINDOW (window))
    return hw_menu_window_get_place (HW_MENU_WINDOW (window));
  return NULL;
}

/* The window of type @type that shows @place, and is there to stay. */
static GtkWindow *
find_window (HwApplication *self, GType type, HwPlace *place)
{
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self)); link != NULL;
       link = link->next)
    if (g_type_is_a (G_OBJECT_TYPE (link->data), type) && get_place (link->data) == place
        && !gtk_widget_in_destruction (link->data))
      return link->data;
  return NULL;
}

/* Who is whispered to finds a window with it, and is not torn from what they write elsewhere. */
static void
on_whispered (HwApplication *self, HwWhisper *whisper, HwEntry *entry, HwPlace *place)
{
  GtkWidget *window;

  if (find_window (self, HW_TYPE_CHAT_WINDOW, place) != NULL
      || hw_leaving_is_in_background (self->leaving))
    return;
  window = hw_chat_window_new (GTK_APPLICATION (self), place);
  gtk_window_set_focus_on_map (GTK_WINDOW (window), FALSE);
  gtk_window_set_urgency_hint (GTK_WINDOW (window), TRUE);
  gtk_widget_show (window);
}

/* A file for one alone is in the conversation of the two. */
static void
on_offered (HwApplication *self, HwTransfer *transfer, HwPlace *place)
{
  if (hw_transfer_get_room (transfer) != NULL)
    return;
  hw_place_open_whisper (place, hw_transfer_get_from (transfer));
  on_whispered (self, NULL, NULL, place);
}

/* Something of an earlier start waits, or was not read: the person goes on where they were. */
static void
on_restored (HwApplication *self, HwPlace *place)
{
  g_autoptr (HwRoom) room = g_list_model_get_item (hw_place_get_joined (place), 0);

  if (room != NULL)
    hw_application_open_room (self, place, room);
  else
    on_whispered (self, NULL, NULL, place);
}

/* Whether the person has a conversation, or a place, in front of them. */
static gboolean
is_looked_at (gpointer what, gpointer user_data)
{
  HwPlace *place = HW_IS_PLACE (what) ? what : hw_conversation_get_place (what);
  GtkWindow *window;

  for (GList *link = gtk_application_get_windows (user_data); HW_IS_PLACE (what) && link != NULL;
       link = link->next)
    if (get_place (link->data) == place && gtk_window_is_active (link->data))
      return TRUE;
  window = find_window (user_data, HW_TYPE_CHAT_WINDOW, place);
  return !HW_IS_PLACE (what) && window != NULL
         && hw_chat_window_is_looking_at (HW_CHAT_WINDOW (window), what);
}

static void
on_place_state (HwApplication *self, GParamSpec *pspec, HwPlace *place)
{
  HwPlaceState before = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (place), "hw-state"));
  HwPlaceState state = hw_place_get_state (place);

  g_object_set_data (G_OBJECT (place), "hw-state", GUINT_TO_POINTER (state));
  if (state == HW_PLACE_ASKING)
    gtk_window_present (GTK_WINDOW (
        hw_certificate_dialog_new (hw_application_get_parent (self), place, self->known)));
  else if (state == HW_PLACE_ONLINE && before == HW_PLACE_LOGGING_IN
           && g_settings_get_boolean (hw_settings_get (), HW_SETTINGS_FOCUS_BY_DEFAULT))
    hw_place_set_focus (place, TRUE);
}

static void
do_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_present (GTK_WINDOW (hw_about_new (hw_application_get_parent (data))));
}

static void
do_help (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_present (GTK_WINDOW (hw_help_window_new (hw_application_get_parent (data))));
}

static void
do_menu (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_application_open_menu (data);
}

/* What the desktop offers beside our name: a way straight to what the menu window does. */
static void
do_in_menu (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwApplication *self = data;

  hw_application_open_menu (self);
  g_action_group_activate_action (G_ACTION_GROUP (self->menu),
                                  g_action_get_name (G_ACTION (action)), NULL);
}

static void
do_preferences (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwApplication *self = data;

  /* Started by the desktop for this alone, the program would end: it lasts as long as its windows.
   */
  if (hw_application_get_parent (self) == NULL)
    hw_application_open_menu (self);
  gtk_window_present (
      GTK_WINDOW (hw_preferences_window_new (hw_application_get_parent (self), self->known)));
}

static void
do_quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_leaving_quit (HW_APPLICATION (data)->leaving);
}

static void
do_shortcuts (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_present (GTK_WINDOW (
      hw_shortcuts_window_new (hw_application_get_parent (data), GTK_APPLICATION (data))));
}

static const GActionEntry actions[] = {
  { .name = "about", .activate = do_about }, { .name = "enter-address", .activate = do_in_menu },
  { .name = "help", .activate = do_help },   { .name = "host", .activate = do_in_menu },
  { .name = "menu", .activate = do_menu },   { .name = "preferences", .activate = do_preferences },
  { .name = "quit", .activate = do_quit },   { .name = "shortcuts", .activate = do_shortcuts },
};

static gboolean
on_terminate (gpointer data)
{
  hw_leaving_terminate (HW_APPLICATION (data)->leaving);
  return G_SOURCE_CONTINUE;
}

static void
on_forgotten (HwApplication *self, const char *id)
{
  hw_stash_forget (self->stash, id);
  hw_secrets_forget_place (self->secrets, id);
}

/* Windows get their icon once the first one is painted: drawing it at all its sizes takes as long
 * as everything else that stands in the window. */
static gboolean
on_leisure (gpointer data)
{
  gtk_window_set_default_icon_name (HW_APP_ID);
  return G_SOURCE_REMOVE;
}

static void
hw_application_startup (GApplication *application)
{
  HwApplication *self = HW_APPLICATION (application);
  g_autoptr (GAction) do_not_disturb = NULL;

  G_APPLICATION_CLASS (hw_application_parent_class)->startup (application);

  hdy_init ();
  hw_rtl_guard_init ();
  hw_style_init ();
  g_idle_add_full (G_PRIORITY_LOW, on_leisure, NULL, NULL);
  self->known = hw_known_places_new (NULL);
  self->stash = hw_stash_new (NULL);
  self->secrets = hw_secrets_new ();
  g_settings_bind (hw_settings_get (), HW_SETTINGS_KEEP_WHISPERS, self->stash, "keeps-whispers",
                   G_SETTINGS_BIND_GET);
  g_signal_connect_object (self->known, "forgotten", G_CALLBACK (on_forgotten), self,
                           G_CONNECT_SWAPPED);
  self->desktop = hw_desktop_new (application);
  hw_instance_announce (application);
  g_unix_signal_add (SIGTERM, on_terminate, self);
  g_unix_signal_add (SIGINT, on_terminate, self);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  hw_notice_actions_add (self);
  do_not_disturb = g_settings_create_action (hw_settings_get (), HW_SETTINGS_DO_NOT_DISTURB);
  g_action_map_add_action (G_ACTION_MAP (self), do_not_disturb);
  hw_accels_set (GTK_APPLICATION (self));
}

static void
hw_application_activate (GApplication *application)
{
  hw_application_raise (HW_APPLICATION (application));
}

static int
hw_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  return hw_command_line_check (application, options);
}

static int
hw_application_command_line (GApplication *application, GApplicationCommandLine *line)
{
  hw_command_line_obey (HW_APPLICATION (application),
                        g_application_command_line_get_options_dict (line));
  return 0;
}

/* The desktop hands us a link, when we run already. */
static void
hw_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  g_autofree char *link = n_files > 0 ? g_file_get_uri (files[0]) : NULL;

  hw_command_line_follow (HW_APPLICATION (application), link);
}

static void
hw_application_window_added (GtkApplication *application, GtkWindow *window)
{
  GTK_APPLICATION_CLASS (hw_application_parent_class)->window_added (application, window);
  hw_leaving_window_opens (HW_APPLICATION (application)->leaving);
  hw_style_watch (GTK_WIDGET (window));
}

static void
hw_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  HwApplication *self = HW_APPLICATION (application);

  g_application_hold (G_APPLICATION (self));
  GTK_APPLICATION_CLASS (hw_application_parent_class)->window_removed (application, window);
  hw_leaving_window_gone (self->leaving);
  g_application_release (G_APPLICATION (self));
}

static void
hw_application_finalize (GObject *object)
{
  HwApplication *self = HW_APPLICATION (object);

  g_clear_weak_pointer (&self->menu);
  g_clear_object (&self->leaving);
  g_clear_object (&self->places);
  g_clear_object (&self->desktop);
  g_clear_object (&self->host);
  g_clear_object (&self->known);
  g_clear_object (&self->stash);
  g_clear_object (&self->secrets);
  G_OBJECT_CLASS (hw_application_parent_class)->finalize (object);
}

static void
hw_application_class_init (HwApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);
  GtkApplicationClass *gtk_application_class = GTK_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hw_application_finalize;
  application_class->startup = hw_application_startup;
  application_class->activate = hw_application_activate;
  application_class->handle_local_options = hw_application_handle_local_options;
  application_class->command_line = hw_application_command_line;
  application_class->open = hw_application_open;
  gtk_application_class->window_added = hw_application_window_added;
  gtk_application_class->window_removed = hw_application_window_removed;
}

static void
hw_application_init (HwApplication *self)
{
  self->places = g_list_store_new (HW_TYPE_PLACE);
  self->host = hw_host_keeper_new (self);
  self->leaving = hw_leaving_new (self);
  hw_command_line_add_options (G_APPLICATION (self));
}

/**
 * hw_application_new:
 *
 * Returns: (transfer full): the program, to be run once
 */
HwApplication *
hw_application_new (void)
{
  return g_object_new (HW_TYPE_APPLICATION, "application-id", HW_APP_ID, "resource-base-path",
                       "/io/github/hallwaychat/Hallway", "flags",
                       G_APPLICATION_CAN_OVERRIDE_APP_ID | G_APPLICATION_HANDLES_COMMAND_LINE
                           | G_APPLICATION_HANDLES_OPEN,
                       NULL);
}

/**
 * hw_application_get_known_places:
 * @self: the program
 *
 * Returns: (transfer none): the places that are remembered
 */
HwKnownPlaces *
hw_application_get_known_places (HwApplication *self)
{
  g_return_val_if_fail (HW_IS_APPLICATION (self), NULL);

  return self->known;
}

/**
 * hw_application_get_secrets:
 * @self: the program
 *
 * Returns: (transfer none): the passwords that the person wants remembered
 */
HwSecrets *
hw_application_get_secrets (HwApplication *self)
{
  g_return_val_if_fail (HW_IS_APPLICATION (self), NULL);

  return self->secrets;
}

/**
 * hw_application_get_places:
 * @self: the program
 *
 * Returns: (transfer none): HwPlace: those that were opened since the start
 */
GListModel *
hw_application_get_places (HwApplication *self)
{
  g_return_val_if_fail (HW_IS_APPLICATION (self), NULL);

  return G_LIST_MODEL (self->places);
}

/**
 * hw_application_get_host_keeper:
 * @self: the program
 *
 * Returns: (transfer none): what keeps the program and a place on this computer together
 */
HwHostKeeper *
hw_application_get_host_keeper (HwApplication *self)
{
  g_return_val_if_fail (HW_IS_APPLICATION (self), NULL);

  return self->host;
}

/**
 * hw_application_get_desktop:
 * @self: the program, started
 *
 * Returns: (transfer none): the way to the desktop's notifications
 */
HwDesktop *
hw_application_get_desktop (HwApplication *self)
{
  g_return_val_if_fail (HW_IS_APPLICATION (self), NULL);

  return self->desktop;
}

/**
 * hw_application_get_parent:
 * @self: the program
 *
 * Returns: (transfer none) (nullable): the window to ask in front of: the one used last of those
 * that stay, no dialog
 */
GtkWindow *
hw_application_get_parent (HwApplication *self)
{
  g_return_val_if_fail (HW_IS_APPLICATION (self), NULL);

  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self)); link != NULL;
       link = link->next)
    if (HDY_IS_APPLICATION_WINDOW (link->data) && !gtk_widget_in_destruction (link->data))
      return link->data;
  return NULL;
}

/**
 * hw_application_asks_before_end:
 * @self: the program
 * @closing: a window that is about to be closed
 *
 * Returns: whether the window must stay for now, see hw_leaving_asks()
 */
gboolean
hw_application_asks_before_end (HwApplication *self, GtkWindow *closing)
{
  g_return_val_if_fail (HW_IS_APPLICATION (self), FALSE);

  return hw_leaving_asks (self->leaving, closing);
}

/**
 * hw_application_keeps_place:
 * @self: the program
 * @place: a place whose windows close
 *
 * Returns: whether we stay in its rooms all the same, see hw_leaving_keeps()
 */
gboolean
hw_application_keeps_place (HwApplication *self, HwPlace *place)
{
  g_return_val_if_fail (HW_IS_APPLICATION (self), FALSE);

  return hw_leaving_keeps (self->leaving, place);
}

/**
 * hw_application_find_place:
 * @self: the program
 * @address: "host:port", as hw_place_get_address() writes it
 *
 * Returns: (transfer none) (nullable): the place there, where it was opened
 */
HwPlace *
hw_application_find_place (HwApplication *self, const char *address)
{
  g_return_val_if_fail (HW_IS_APPLICATION (self), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->places)); i++)
    {
      g_autoptr (HwPlace) place = g_list_model_get_item (G_LIST_MODEL (self->places), i);

      if (g_str_equal (hw_place_get_address (place), address))
        return place; /* the store keeps it */
    }
  return NULL;
}

/**
 * hw_application_add_place:
 * @self: the program
 * @address: an address as a person writes it
 * @error: says what is wrong with @address
 *
 * Returns: (transfer none) (nullable): the place there: the one that is open, or a new one
 */
HwPlace *
hw_application_add_place (HwApplication *self, const char *address, GError **error)
{
  g_autoptr (HwPlace) place = NULL;
  HwPlace *open;

  g_return_val_if_fail (HW_IS_APPLICATION (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  place = hw_place_new (address, self->known, error);
  if (place == NULL)
    return NULL;
  open = hw_application_find_place (self, hw_place_get_address (place));
  if (open != NULL)
    return open;

  g_signal_connect_object (place, "notify::state", G_CALLBACK (on_place_state), self,
                           G_CONNECT_SWAPPED);
  hw_place_set_stash (place, self->stash);
  hw_place_set_secrets (place, self->secrets);
  hw_straight_way_follow_setting (place);
  g_signal_connect_object (place, "restored", G_CALLBACK (on_restored), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "offered", G_CALLBACK (on_offered), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "whispered", G_CALLBACK (on_whispered), self, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (place), "hw-notifier",
                          hw_notifier_new (self->desktop, place, is_looked_at, self),
                          g_object_unref);
  g_list_store_append (self->places, place);
  return place;
}

/**
 * hw_application_release_place:
 * @self: the program
 * @place: a place that a window no longer shows
 *
 * Leaves @place, unless another window still shows it, or we stay there without one.
 */
void
hw_application_release_place (HwApplication *self, HwPlace *place)
{
  g_return_if_fail (HW_IS_APPLICATION (self));
  g_return_if_fail (HW_IS_PLACE (place));

  if (find_window (self, GTK_TYPE_WINDOW, place) == NULL && !hw_leaving_keeps (self->leaving, place)
      && hw_place_get_state (place) != HW_PLACE_IDLE)
    hw_place_disconnect (place);
}

/**
 * hw_application_close_place:
 * @self: the program
 * @place: a place
 *
 * Closes the chat and the log window of @place. They may ask before, and stay.
 */
void
hw_application_close_place (HwApplication *self, HwPlace *place)
{
  GtkWindow *chat;
  GtkWindow *logs;

  g_return_if_fail (HW_IS_APPLICATION (self));
  g_return_if_fail (HW_IS_PLACE (place));

  chat = find_window (self, HW_TYPE_CHAT_WINDOW, place);
  logs = find_window (self, HW_TYPE_LOG_WINDOW, place);
  if (chat != NULL)
    gtk_window_close (chat);
  if (logs != NULL)
    gtk_window_close (logs);
}

/**
 * hw_application_open_menu:
 * @self: the program
 *
 * Shows the menu window, in front of the others, and in it the place that the person comes from.
 *
 * Returns: (transfer none): the window
 */
HwMenuWindow *
hw_application_open_menu (HwApplication *self)
{
  GtkWindow *active;
  HwPlace *place;

  g_return_val_if_fail (HW_IS_APPLICATION (self), NULL);

  active = gtk_application_get_active_window (GTK_APPLICATION (self));
  place = active != NULL ? get_place (active) : NULL;
  if (self->menu == NULL)
    g_set_weak_pointer (&self->menu, hw_menu_window_new (self));
  if (place != NULL)
    hw_menu_window_look_at (HW_MENU_WINDOW (self->menu), place);
  gtk_window_present (GTK_WINDOW (self->menu));
  return HW_MENU_WINDOW (self->menu);
}

/**
 * hw_application_show_place:
 * @self: the program
 * @place: a place that was opened
 *
 * Shows @place in the menu window, in whatever state it is.
 */
void
hw_application_show_place (HwApplication *self, HwPlace *place)
{
  g_return_if_fail (HW_IS_PLACE (place));

  hw_application_open_menu (self);
  hw_menu_window_look_at (HW_MENU_WINDOW (self->menu), place);
}

/**
 * hw_application_ask_for_room:
 * @self: the program
 * @place: a place where we are
 * @room: the name of a room of it
 *
 * Goes into @room by way of the menu window, which asks for its password where it has one.
 */
void
hw_application_ask_for_room (HwApplication *self, HwPlace *place, const char *room)
{
  g_return_if_fail (room != NULL);

  hw_application_show_place (self, place);
  hw_menu_window_go (HW_MENU_WINDOW (self->menu), NULL, room);
}

/**
 * hw_application_raise:
 * @self: the program
 *
 * Shows whatever there is to see: the window that was used last; out of the background, the rooms
 * that we are in; else the menu.
 */
void
hw_application_raise (HwApplication *self)
{
  GtkWindow *window = hw_application_get_parent (self);

  if (window != NULL)
    {
      gtk_window_present (window);
      return;
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->places)); i++)
    {
      g_autoptr (HwPlace) place = g_list_model_get_item (G_LIST_MODEL (self->places), i);

      if (g_list_model_get_n_items (hw_place_get_joined (place)) > 0
          || g_list_model_get_n_items (hw_place_get_whispers (place)) > 0)
        hw_application_open_chat (self, place, NULL);
    }
  if (hw_application_get_parent (self) == NULL)
    hw_application_open_menu (self);
}

/**
 * hw_application_open_chat:
 * @self: the program
 * @place: a place that was opened
 * @conversation: (nullable): what to show there: a HwRoom that we are in, or a HwWhisper
 *
 * Shows the place's chat window.
 *
 * Returns: (transfer none): the window
 */
HwChatWindow *
hw_application_open_chat (HwApplication *self, HwPlace *place, gpointer conversation)
{
  GtkWindow *window;

  g_return_val_if_fail (HW_IS_APPLICATION (self), NULL);
  g_return_val_if_fail (HW_IS_PLACE (place), NULL);

  window = find_window (self, HW_TYPE_CHAT_WINDOW, place);
  if (window == NULL)
    window = GTK_WINDOW (hw_chat_window_new (GTK_APPLICATION (self), place));
  if (conversation != NULL)
    hw_chat_window_show (HW_CHAT_WINDOW (window), conversation);
  gtk_window_present (window);
  return HW_CHAT_WINDOW (window);
}

/**
 * hw_application_open_room:
 * @self: the program
 * @place: a place that we are in
 * @room: a room there that we are in
 *
 * Shows @room in the place's chat window.
 */
void
hw_application_open_room (HwApplication *self, HwPlace *place, HwRoom *room)
{
  g_return_if_fail (HW_IS_APPLICATION (self));
  g_return_if_fail (HW_IS_PLACE (place));
  g_return_if_fail (HW_IS_ROOM (room));

  hw_application_open_chat (self, place, room);
}

/**
 * hw_application_open_logs:
 * @self: the program
 * @place: a place whose admin we are
 *
 * Shows the place's log window.
 */
void
hw_application_open_logs (HwApplication *self, HwPlace *place)
{
  GtkWindow *window;

  g_return_if_fail (HW_IS_APPLICATION (self));
  g_return_if_fail (HW_IS_PLACE (place));

  window = find_window (self, HW_TYPE_LOG_WINDOW, place);
  if (window == NULL)
    window = GTK_WINDOW (hw_log_window_new (GTK_APPLICATION (self), place));
  gtk_window_present (window);
}
