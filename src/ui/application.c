/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program. HwApplication keeps the places that are open, the places that are remembered, and
 * one window of each sort for each of them; windows ask it to open one another, so that none of
 * them needs to know the others. */

#include "hallway-config.h"

#include "alert.h"
#include "application.h"
#include "certificate-dialog.h"
#include "chat-window.h"
#include "instance.h"
#include "log-window.h"
#include "menu-window.h"
#include "notifier.h"
#include "preferences-window.h"
#include "settings.h"
#include "shortcuts-window.h"
#include "style.h"
#include "words.h"

#include "client/address.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <handy.h>

/* Milliseconds between two looks whether the last logout has arrived. */
#define GOODBYE_INTERVAL 20

struct _HwApplication
{
  GtkApplication parent_instance;

  HwKnownPlaces *known;
  HwStash *stash;
  HwHost *host;
  gboolean ending;      /* whatever is open is to be closed, and nobody is asked any more */
  GListStore *places;   /* HwPlace: every one that was opened since the start */
  GtkWidget *menu;      /* (nullable): not owned */
  GtkWidget *shortcuts; /* (nullable): not owned */
};

G_DEFINE_FINAL_TYPE (HwApplication, hw_application, GTK_TYPE_APPLICATION)

/* The window to ask in front of: one that stays, no dialog. */
static GtkWindow *
find_parent (HwApplication *self)
{
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self)); link != NULL;
       link = link->next)
    if (HDY_IS_APPLICATION_WINDOW (link->data))
      return link->data;
  return NULL;
}

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

static void
open_conversation (HwApplication *self, HwPlace *place, gpointer conversation)
{
  GtkWindow *window = find_window (self, HW_TYPE_CHAT_WINDOW, place);

  if (window == NULL)
    window = GTK_WINDOW (hw_chat_window_new (GTK_APPLICATION (self), place));
  hw_chat_window_show (HW_CHAT_WINDOW (window), conversation);
  gtk_window_present (window);
}

/* Who is whispered to finds a window with it, and is not torn from what they write elsewhere. */
static void
on_whispered (HwApplication *self, HwWhisper *whisper, HwEntry *entry, HwPlace *place)
{
  GtkWidget *window;

  if (find_window (self, HW_TYPE_CHAT_WINDOW, place) != NULL)
    return;
  window = hw_chat_window_new (GTK_APPLICATION (self), place);
  gtk_window_set_focus_on_map (GTK_WINDOW (window), FALSE);
  gtk_window_set_urgency_hint (GTK_WINDOW (window), TRUE);
  gtk_widget_show (window);
}

/* Something of an earlier start waits, or was not read. */
static void
on_restored (HwApplication *self, HwPlace *place)
{
  on_whispered (self, NULL, NULL, place);
}

static gboolean
is_looked_at (gpointer conversation, gpointer user_data)
{
  HwPlace *place = hw_conversation_get_place (conversation);
  GtkWindow *window = find_window (user_data, HW_TYPE_CHAT_WINDOW, place);

  return window != NULL && hw_chat_window_is_looking_at (HW_CHAT_WINDOW (window), conversation);
}

static void
on_place_state (HwApplication *self, GParamSpec *pspec, HwPlace *place)
{
  if (hw_place_get_state (place) != HW_PLACE_ASKING)
    return;
  gtk_window_present (
      GTK_WINDOW (hw_certificate_dialog_new (find_parent (self), place, self->known)));
}

static void
do_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwApplication *self = data;

  gtk_show_about_dialog (find_parent (self), "program-name", _ ("Hallway"), "version", HW_VERSION,
                         "logo-icon-name", HW_APP_ID, "comments",
                         _ ("Talk with the people on the same network"), "license-type",
                         GTK_LICENSE_GPL_3_0, "copyright", _ ("The Hallway contributors"), NULL);
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

/* What a notification was about. */
static void
do_show (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwApplication *self = data;
  const char *address, *name;
  gboolean room;
  HwPlace *place;
  HwRoom *found;

  g_variant_get (parameter, "(&s&sb)", &address, &name, &room);
  place = hw_application_find_place (self, address);
  if (place == NULL)
    {
      hw_application_open_menu (self);
      return;
    }

  found = room ? hw_place_find_room (place, name) : NULL;
  if (found != NULL)
    hw_application_open_room (self, place, found);
  else if (!room)
    open_conversation (self, place, hw_place_open_whisper (place, name));
}

static void
do_preferences (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwApplication *self = data;

  gtk_window_present (GTK_WINDOW (hw_preferences_window_new (find_parent (self), self->known)));
}

/* Every window may still ask, for instance about what is not sent yet, and stay. */
static void
close_windows (HwApplication *self)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (self)));

  for (GList *link = windows; link != NULL; link = link->next)
    if (HDY_IS_APPLICATION_WINDOW (link->data))
      gtk_window_close (link->data);
}

static void
close_place_and_windows (HwApplication *self)
{
  self->ending = TRUE;
  hw_host_stop (self->host);
  close_windows (self);
}

static void
ask_about_host (HwApplication *self)
{
  g_autofree char *name = hw_words_isolate (hw_host_get_name (self->host));
  /* Translators: %s is the name of a place that runs on this computer */
  g_autofree char *title = g_strdup_printf (_ ("Close “%s” too?"), name);
  GtkWidget *alert = hw_alert_new (find_parent (self), title,
                                   _ ("It runs on this computer while Hallway does, and others are "
                                      "there. They would be shown out. What was said is kept."),
                                   _ ("Keep it open"), _ ("Close it and quit"));

  g_signal_connect_object (alert, "accepted", G_CALLBACK (close_place_and_windows), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (alert));
}

static void
on_who_is_there (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwApplication) self = data;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (object), result, NULL);
  JsonNode *users = reply != NULL ? json_object_get_member (reply, "users") : NULL;

  if (users != NULL && JSON_NODE_HOLDS_ARRAY (users)
      && json_array_get_length (json_node_get_array (users)) <= 1)
    close_place_and_windows (self);
  else
    ask_about_host (self);
}

/* Ends the program, unless a place runs here and others are in it: then the person decides. */
static void
end (HwApplication *self)
{
  g_autofree char *address = hw_host_dup_address (self->host);
  HwPlace *place = address != NULL ? hw_application_find_place (self, address) : NULL;

  if (address == NULL)
    close_windows (self);
  else if (place != NULL && hw_place_get_state (place) == HW_PLACE_ONLINE)
    hw_place_request_async (place, "who", NULL, NULL, on_who_is_there, g_object_ref (self));
  else
    ask_about_host (self);
}

static void
do_quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  end (data);
}

static void
do_shortcuts (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_present (
      GTK_WINDOW (hw_shortcuts_window_new (find_parent (data), GTK_APPLICATION (data))));
}

static const GActionEntry actions[] = {
  { .name = "about", .activate = do_about },
  { .name = "enter-address", .activate = do_in_menu },
  { .name = "host", .activate = do_in_menu },
  { .name = "menu", .activate = do_menu },
  { .name = "preferences", .activate = do_preferences },
  { .name = "quit", .activate = do_quit },
  { .name = "shortcuts", .activate = do_shortcuts },
  { .name = "show", .activate = do_show, .parameter_type = "(ssb)" },
};

/* Of all windows: what a window has no action for does nothing there. One a line: */
/* clang-format off */
static const struct
{
  const char *action;
  const char *accels[3];
} accels[] = {
  { "app.menu", { "<Primary>m" } },
  { "app.preferences", { "<Primary>comma" } },
  { "app.quit", { "<Primary>q" } },
  { "app.shortcuts", { "<Primary>question", "<Primary>F1" } },
  { "win.back", { "<Alt>Left" } },
  { "win.close", { "<Primary>w" } },
  { "win.context", { "<Primary>j" } },
  { "win.enter-address", { "<Primary>l" } },
  { "win.find", { "<Primary>f" } },
  { "win.find-newer", { "<Shift>F3", "<Primary><Shift>g" } },
  { "win.find-older", { "F3", "<Primary>g" } },
  { "win.look-again", { "F5", "<Primary>r" } },
  { "win.members", { "F9" } },
  { "win.menu", { "F10" } },
  { "win.new-room", { "<Primary>n" } },
  { "win.newest", { "<Primary>End" } },
  { "win.next-room", { "<Primary>Page_Down" } },
  { "win.previous-room", { "<Primary>Page_Up" } },
  { "win.room(1)", { "<Alt>1" } },
  { "win.room(2)", { "<Alt>2" } },
  { "win.room(3)", { "<Alt>3" } },
  { "win.room(4)", { "<Alt>4" } },
  { "win.room(5)", { "<Alt>5" } },
  { "win.room(6)", { "<Alt>6" } },
  { "win.room(7)", { "<Alt>7" } },
  { "win.room(8)", { "<Alt>8" } },
  { "win.room(9)", { "<Alt>9" } },
};
/* clang-format on */

/* Whoever ends the session or the program from outside does not wait for answers. */
static gboolean
on_terminate (gpointer data)
{
  HwApplication *self = data;
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (data));

  self->ending = TRUE;
  hw_host_stop (self->host);
  for (GList *link = windows; link != NULL; link = link->next)
    if (HDY_IS_APPLICATION_WINDOW (link->data))
      gtk_widget_destroy (link->data);
  return G_SOURCE_CONTINUE;
}

static void
hw_application_startup (GApplication *application)
{
  HwApplication *self = HW_APPLICATION (application);

  G_APPLICATION_CLASS (hw_application_parent_class)->startup (application);

  hdy_init ();
  hw_style_init ();
  gtk_window_set_default_icon_name (HW_APP_ID);
  self->known = hw_known_places_new (NULL);
  self->stash = hw_stash_new (NULL);
  hw_instance_announce (application);
  g_unix_signal_add (SIGTERM, on_terminate, self);
  g_unix_signal_add (SIGINT, on_terminate, self);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].accels);
}

static void
hw_application_activate (GApplication *application)
{
  hw_application_open_menu (HW_APPLICATION (application));
}

static int
hw_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("hallway %s\n", HW_VERSION);
      return 0;
    }
  /* Somebody who says who they are may be another one than who is at this desktop already. */
  if (g_variant_dict_contains (options, "name") || hw_instance_is_elsewhere (application))
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return -1;
}

/* Goes where a link leads, "hallway://host:port/room": its parts are checked as if they were typed.
 */
static void
open_link (HwApplication *self, const char *link)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HwAddress) address = hw_address_parse (link, &error);
  g_autofree char *place = address != NULL ? hw_address_to_string (address) : NULL;

  if (address != NULL)
    hw_menu_window_go (HW_MENU_WINDOW (self->menu), place, address->room);
  else
    hw_menu_window_say (HW_MENU_WINDOW (self->menu), error->message);
}

static int
hw_application_command_line (GApplication *application, GApplicationCommandLine *line)
{
  HwApplication *self = HW_APPLICATION (application);
  GVariantDict *options = g_application_command_line_get_options_dict (line);
  const char *address = NULL;
  const char *name = NULL;
  const char *room = NULL;
  g_autofree const char **links = NULL;

  g_variant_dict_lookup (options, "address", "&s", &address);
  g_variant_dict_lookup (options, "name", "&s", &name);
  g_variant_dict_lookup (options, "room", "&s", &room);
  g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&s", &links);

  hw_application_open_menu (self);
  if (name != NULL)
    hw_menu_window_set_name (HW_MENU_WINDOW (self->menu), name);
  if (address != NULL || room != NULL)
    hw_menu_window_go (HW_MENU_WINDOW (self->menu), address, room);
  else if (links != NULL && links[0] != NULL)
    open_link (self, links[0]);
  return 0;
}

/* The desktop hands us a link, when we run already. */
static void
hw_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  HwApplication *self = HW_APPLICATION (application);
  g_autofree char *link = n_files > 0 ? g_file_get_uri (files[0]) : NULL;

  hw_application_open_menu (self);
  if (link != NULL)
    open_link (self, link);
}

static void
hw_application_window_added (GtkApplication *application, GtkWindow *window)
{
  GTK_APPLICATION_CLASS (hw_application_parent_class)->window_added (application, window);
  hw_style_watch (GTK_WIDGET (window));
}

static gboolean
is_saying_goodbye (HwApplication *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->places)); i++)
    {
      g_autoptr (HwPlace) place = g_list_model_get_item (G_LIST_MODEL (self->places), i);

      if (hw_place_is_saying_goodbye (place))
        return TRUE;
    }
  return FALSE;
}

static gboolean
on_goodbye_tick (gpointer data)
{
  HwApplication *self = data;

  /* A window may have been opened meanwhile. */
  if (gtk_application_get_windows (GTK_APPLICATION (self)) == NULL && is_saying_goodbye (self))
    return G_SOURCE_CONTINUE;
  g_application_release (G_APPLICATION (self));
  return G_SOURCE_REMOVE;
}

/* With the last window the program ends, once all places know that we are gone: until then our name
 * would be taken for whoever comes next, ourselves included. */
static void
hw_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  HwApplication *self = HW_APPLICATION (application);

  g_application_hold (G_APPLICATION (self));
  GTK_APPLICATION_CLASS (hw_application_parent_class)->window_removed (application, window);

  /* The last one was no menu window, which asks before it closes: now it has to. */
  if (gtk_application_get_windows (application) == NULL && !self->ending
      && hw_host_get_state (self->host) == HW_HOST_RUNNING)
    {
      hw_application_open_menu (self);
      end (self);
    }
  if (gtk_application_get_windows (application) == NULL && is_saying_goodbye (self))
    g_timeout_add (GOODBYE_INTERVAL, on_goodbye_tick, self);
  else
    g_application_release (G_APPLICATION (self));
}

static void
hw_application_finalize (GObject *object)
{
  HwApplication *self = HW_APPLICATION (object);

  g_clear_weak_pointer (&self->menu);
  g_clear_object (&self->places);
  g_clear_object (&self->host);
  g_clear_object (&self->known);
  g_clear_object (&self->stash);
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
  static const GOptionEntry options[] = {
    { "address", 'a', 0, G_OPTION_ARG_STRING, NULL, N_ ("Go to the place at this address"),
      N_ ("HOST:PORT") },
    { "name", 'n', 0, G_OPTION_ARG_STRING, NULL, N_ ("Go by this name"), N_ ("NAME") },
    { "room", 'r', 0, G_OPTION_ARG_STRING, NULL, N_ ("Open this room"), N_ ("ROOM") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, N_ ("[LINK]") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Say which version this is"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  self->places = g_list_store_new (HW_TYPE_PLACE);
  self->host = hw_host_new (NULL, NULL, NULL);
  g_application_add_main_option_entries (G_APPLICATION (self), options);
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
 * hw_application_get_host:
 * @self: the program
 *
 * Returns: (transfer none): what runs a place on this computer
 */
HwHost *
hw_application_get_host (HwApplication *self)
{
  g_return_val_if_fail (HW_IS_APPLICATION (self), NULL);

  return self->host;
}

/**
 * hw_application_asks_before_end:
 * @self: the program
 * @closing: a window that is about to be closed
 *
 * Returns: whether the window must stay for now: it is the last one, a place runs here, and it is
 * being found out or asked whether that may close
 */
gboolean
hw_application_asks_before_end (HwApplication *self, GtkWindow *closing)
{
  g_return_val_if_fail (HW_IS_APPLICATION (self), FALSE);

  if (self->ending || hw_host_get_state (self->host) != HW_HOST_RUNNING)
    return FALSE;
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self)); link != NULL;
       link = link->next)
    if (link->data != closing && HDY_IS_APPLICATION_WINDOW (link->data))
      return FALSE;
  end (self);
  return TRUE;
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
  g_signal_connect_object (place, "restored", G_CALLBACK (on_restored), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "whispered", G_CALLBACK (on_whispered), self, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (place), "hw-notifier",
                          hw_notifier_new (G_APPLICATION (self), place, is_looked_at, self),
                          g_object_unref);
  g_list_store_append (self->places, place);
  return place;
}

/**
 * hw_application_release_place:
 * @self: the program
 * @place: a place that a window no longer shows
 *
 * Leaves @place, unless another window still shows it.
 */
void
hw_application_release_place (HwApplication *self, HwPlace *place)
{
  g_return_if_fail (HW_IS_APPLICATION (self));
  g_return_if_fail (HW_IS_PLACE (place));

  if (find_window (self, GTK_TYPE_WINDOW, place) == NULL
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
 */
void
hw_application_open_menu (HwApplication *self)
{
  GtkWindow *active;
  HwPlace *place;

  g_return_if_fail (HW_IS_APPLICATION (self));

  self->ending = FALSE;
  active = gtk_application_get_active_window (GTK_APPLICATION (self));
  place = active != NULL ? get_place (active) : NULL;
  if (self->menu == NULL)
    g_set_weak_pointer (&self->menu, hw_menu_window_new (self));
  if (place != NULL)
    hw_menu_window_look_at (HW_MENU_WINDOW (self->menu), place);
  gtk_window_present (GTK_WINDOW (self->menu));
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

  open_conversation (self, place, room);
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
