/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The menu window: on one side who the person is and the places there are, on the other the place
 * that is looked at. It decides which place that is and goes there; everything else is its parts'.
 */

#include "hallway-config.h"

#include "busy.h"
#include "host-button.h"
#include "host-keeper.h"
#include "identity-card.h"
#include "menu-dialogs.h"
#include "menu-window.h"
#include "menus.h"
#include "pane.h"
#include "place-list.h"
#include "place-page.h"
#include "place-row.h"
#include "settings.h"
#include "words.h"

#include "client/address.h"
#include "client/isolate.h"

#include <glib/gi18n.h>

/* So many pixels are enough for both halves in any language. */
#define AT_EASE 900

struct _HwMenuWindow
{
  HdyApplicationWindow parent_instance;

  HdyLeaflet *leaflet;
  GtkBox *sidebar;
  GtkMenuButton *menu_button;
  HwIdentityCard *identity;
  HwPlaceList *places;
  GtkLabel *no_places;
  GtkWidget *why;
  GtkBox *content;
  HdyHeaderBar *content_bar;
  GtkButton *back;
  HwPlacePage *page; /* (nullable): see need_page() */
  HwBusy *busy;
  HwHostButton *host;

  HwApplication *application; /* not owned: it owns the window */
  HwPlace *place;             /* (nullable): the one that is looked at */
  char *wanted_room;          /* (nullable): to be opened once we are in */
  guint build_page;           /* source */
  GCancellable *leaving;      /* cancels what is asked for @place when another one is looked at */
};

G_DEFINE_FINAL_TYPE (HwMenuWindow, hw_menu_window, HDY_TYPE_APPLICATION_WINDOW)

static HwPlacePage *need_page (HwMenuWindow *self);
static void on_folded (HwMenuWindow *self);
static void update_finding (HwMenuWindow *self);

static HwPlaceState
get_state (HwMenuWindow *self)
{
  return self->place != NULL ? hw_place_get_state (self->place) : HW_PLACE_IDLE;
}

static void
show_half (HwMenuWindow *self, GtkBox *half)
{
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (half));
}

static void
set_action_enabled (HwMenuWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
update_header (HwMenuWindow *self)
{
  g_autofree char *subtitle = NULL;

  if (self->place == NULL)
    {
      hdy_header_bar_set_title (self->content_bar, NULL);
      hdy_header_bar_set_subtitle (self->content_bar, NULL);
      return;
    }

  if (get_state (self) == HW_PLACE_ONLINE)
    {
      g_autofree char *rooms = hw_place_row_describe_rooms (self->place);
      g_autofree char *address = hw_isolate (hw_place_get_address (self->place));

      /* Translators: "6 rooms", then the place's address */
      subtitle = g_strdup_printf (_ ("%s · %s"), rooms, address);
    }
  else if (g_strcmp0 (hw_place_get_title (self->place), hw_place_get_address (self->place)) != 0)
    {
      subtitle = g_strdup (hw_place_get_address (self->place));
    }
  hdy_header_bar_set_title (self->content_bar, hw_place_get_title (self->place));
  hdy_header_bar_set_subtitle (self->content_bar, subtitle);
}

static void
update_places (HwMenuWindow *self)
{
  HwPlaceChoice choice;

  gtk_widget_set_visible (GTK_WIDGET (self->no_places), hw_place_list_is_empty (self->places));
  hw_place_list_get_choice (self->places, &choice);
  hw_busy_set (self->busy, choice.looking);
  /* Where both halves show, the other one says why by itself. */
  gtk_widget_set_visible (self->why, hdy_leaflet_get_folded (self->leaflet) && choice.n_choices == 0
                                         && !choice.looking
                                         && choice.report.reason != HW_FINDER_OFF);
  if (self->page == NULL)
    return;
  if (self->place == NULL)
    hw_place_page_set_choice (self->page, &choice);
  else
    hw_place_page_set_answers (self->page,
                               hw_place_list_answers (self->places,
                                                      hw_place_get_address (self->place)));
}

static void
on_wanted_room_joined (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwMenuWindow) self = data;
  HwPlace *place = HW_PLACE (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (HwRoom) room = hw_place_join_finish (place, result, &error);
  g_autofree char *wanted = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || place != self->place)
    return;

  wanted = g_steal_pointer (&self->wanted_room);
  if (room != NULL)
    {
      hw_application_open_room (self->application, place, room);
      return;
    }

  if (wanted != NULL && g_error_matches (error, HW_ERROR, HW_ERROR_ROOM_PASSWORD))
    {
      hw_place_page_open (need_page (self), wanted);
    }
  else
    {
      g_autofree char *problem = hw_words_problem (error);

      hw_place_page_say (need_page (self), problem);
    }
}

static void
open_wanted_room (HwMenuWindow *self)
{
  if (self->wanted_room != NULL && get_state (self) == HW_PLACE_ONLINE)
    hw_place_join_async (self->place, self->wanted_room, NULL, self->leaving, on_wanted_room_joined,
                         g_object_ref (self));
}

static void
on_state_changed (HwMenuWindow *self)
{
  HwPlaceState state = get_state (self);

  update_header (self);
  update_places (self);
  update_finding (self);
  set_action_enabled (self, "new-room", state == HW_PLACE_ONLINE);
  set_action_enabled (self, "find", state == HW_PLACE_ONLINE);
  set_action_enabled (self, "leave-place", state != HW_PLACE_IDLE && state != HW_PLACE_ENDED);

  if (state == HW_PLACE_ONLINE)
    open_wanted_room (self);
  else if (state == HW_PLACE_REFUSED && hdy_leaflet_get_folded (self->leaflet))
    show_half (self, self->sidebar);
}

static void
look_at (HwMenuWindow *self, HwPlace *place)
{
  g_autoptr (HwPlace) before = g_steal_pointer (&self->place);

  self->place = place != NULL ? g_object_ref (place) : NULL;
  if (before != place)
    {
      g_cancellable_cancel (self->leaving);
      g_object_unref (self->leaving);
      self->leaving = g_cancellable_new ();

      if (before != NULL)
        {
          g_clear_pointer (&self->wanted_room, g_free);
          g_signal_handlers_disconnect_by_data (before, self);
          g_signal_handlers_disconnect_by_data (hw_place_get_rooms (before), self);
          hw_application_release_place (self->application, before);
        }
      if (place != NULL)
        {
          g_signal_connect_swapped (place, "notify::state", G_CALLBACK (on_state_changed), self);
          g_signal_connect_swapped (place, "notify::title", G_CALLBACK (update_header), self);
          g_signal_connect_swapped (hw_place_get_rooms (place), "items-changed",
                                    G_CALLBACK (update_header), self);
        }
      hw_place_list_select (self->places, place != NULL ? hw_place_get_address (place) : NULL);
      hw_identity_card_set_place (self->identity, place);
      hw_place_page_set_place (need_page (self), place,
                               hw_application_get_known_places (self->application));
    }
  show_half (self, place != NULL ? self->content : self->sidebar);
  on_state_changed (self);
  update_finding (self);
}

/* Looks at @place, and goes there where we are not. */
static void
go_to (HwMenuWindow *self, HwPlace *place)
{
  HwPlaceState state;

  look_at (self, place);
  state = hw_place_get_state (place);
  if (state == HW_PLACE_IDLE || state == HW_PLACE_ENDED)
    hw_menu_window_connect (self, place);
}

static void
on_place_chosen (HwMenuWindow *self, const char *address)
{
  g_autoptr (GError) error = NULL;
  HwPlace *place = hw_application_add_place (self->application, address, &error);

  if (place != NULL)
    go_to (self, place);
  else
    hw_place_page_say (need_page (self), error->message);
}

static void
on_renamed (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwMenuWindow) self = data;
  g_autoptr (GError) error = NULL;

  if (!hw_place_rename_finish (HW_PLACE (object), result, &error)
      && HW_PLACE (object) == self->place
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    hw_identity_card_refuse (self->identity, error);
}

static void
on_log_in (HwMenuWindow *self, gboolean takeover)
{
  const char *name = hw_identity_card_get_name (self->identity);
  const char *password = hw_identity_card_get_password (self->identity);
  HwPlaceState state = get_state (self);

  if (state == HW_PLACE_REFUSED || state == HW_PLACE_ONLINE)
    {
      if (state == HW_PLACE_ONLINE && !takeover
          && g_strcmp0 (name, hw_place_get_name (self->place)) == 0 && password == NULL)
        return;
      /* Whoever is in keeps being so if they cannot have the name. */
      if (state == HW_PLACE_ONLINE && !takeover && name != NULL && password == NULL)
        {
          hw_identity_card_refuse (self->identity, NULL);
          hw_place_rename_async (self->place, name, self->leaving, on_renamed, g_object_ref (self));
          return;
        }
      hw_place_log_in (self->place, name, password, takeover);
      show_half (self, self->content);
    }
  else if (self->place != NULL && (state == HW_PLACE_IDLE || state == HW_PLACE_ENDED))
    {
      hw_menu_window_connect (self, self->place);
    }
  else
    {
      gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
    }
}

/* It died again and again: what else it has to say stands in its own log. */
static void
on_host_gave_up (HwMenuWindow *self, const char *reason, HwHost *host)
{
  g_autofree char *name = hw_isolate (hw_host_get_name (host));
  /* Translators: the name of a place that ran on this computer, then why it does no longer */
  g_autofree char *problem = g_strdup_printf (_ ("%s is closed: %s"), name, reason);

  hw_place_page_say (need_page (self), problem);
}

static void
on_change_name (HwMenuWindow *self)
{
  show_half (self, self->sidebar);
  hw_identity_card_focus_problem (self->identity);
}

static void
on_connect_again (HwMenuWindow *self)
{
  if (self->place != NULL)
    hw_menu_window_connect (self, self->place);
}

static void
on_cancel (HwMenuWindow *self)
{
  HwPlace *place = self->place;

  if (place != NULL)
    hw_place_disconnect (place);
  look_at (self, NULL);
}

static void
on_opened (HwMenuWindow *self, HwRoom *room)
{
  hw_application_open_room (self->application, self->place, room);
}

static void
on_open_logs (HwMenuWindow *self)
{
  hw_application_open_logs (self->application, self->place);
}

/* What stands in the larger half. */
static HwPlacePage *
need_page (HwMenuWindow *self)
{
  const struct
  {
    const char *signal;
    GCallback callback;
    gpointer of;
  } calls[] = {
    { "enter-address", G_CALLBACK (hw_menu_dialogs_enter_address), self },
    { "stop", G_CALLBACK (hw_place_list_stop_search), self->places },
    { "change-name", G_CALLBACK (on_change_name), self },
    { "connect-again", G_CALLBACK (on_connect_again), self },
    { "cancel", G_CALLBACK (on_cancel), self },
    { "new-room", G_CALLBACK (hw_menu_dialogs_new_room), self },
    { "opened", G_CALLBACK (on_opened), self },
    { "open-logs", G_CALLBACK (on_open_logs), self },
  };

  if (self->page != NULL)
    return self->page;

  g_clear_handle_id (&self->build_page, g_source_remove);
  self->page = g_object_new (HW_TYPE_PLACE_PAGE, "vexpand", TRUE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    g_signal_connect_object (self->page, calls[i].signal, calls[i].callback, calls[i].of,
                             G_CONNECT_SWAPPED);
  gtk_container_add (GTK_CONTAINER (self->content), GTK_WIDGET (self->page));
  on_folded (self);
  return self->page;
}

static gboolean
on_build_page (gpointer data)
{
  HwMenuWindow *self = data;

  self->build_page = 0;
  need_page (self);
  return G_SOURCE_REMOVE;
}

/* The larger half has more to build, and says it in letters of other sizes: it comes right after
 * the smaller one was painted, which is there to be written in sooner so. */
static gboolean
on_painted (GtkWidget *leaflet, gpointer cr, HwMenuWindow *self)
{
  g_signal_handlers_disconnect_by_func (leaflet, on_painted, self);
  if (self->page == NULL)
    self->build_page = g_idle_add (on_build_page, self);
  return GDK_EVENT_PROPAGATE;
}

/* Asks the network only for somebody who looks: the window is in front, or has nothing to show yet.
 */
static void
update_finding (HwMenuWindow *self)
{
  hw_place_list_set_active (self->places,
                            gtk_widget_get_mapped (GTK_WIDGET (self))
                                && (self->place == NULL || get_state (self) == HW_PLACE_RECONNECTING
                                    || gtk_window_is_active (GTK_WINDOW (self))));
}

static void
on_why (HwMenuWindow *self)
{
  look_at (self, NULL);
  show_half (self, self->content);
}

static void
on_folded (HwMenuWindow *self)
{
  gboolean folded = hdy_leaflet_get_folded (self->leaflet);

  gtk_widget_set_visible (GTK_WIDGET (self->back), folded);
  if (self->page != NULL)
    hw_place_page_set_narrow (self->page, folded);
  if (self->application != NULL)
    update_places (self);
}

/* The first thing to do is to say who one is; who has said so chooses a place. */
static void
on_map (HwMenuWindow *self)
{
  update_finding (self);
  if (gtk_window_get_focus (GTK_WINDOW (self)) != NULL)
    return;
  if (hw_identity_card_get_name (self->identity) == NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->identity));
  else
    gtk_widget_child_focus (GTK_WIDGET (self->places), GTK_DIR_TAB_FORWARD);
}

static gboolean
on_event (GtkWidget *widget, GdkEvent *event, HwMenuWindow *self)
{
  switch (gdk_event_get_event_type (event))
    {
    case GDK_KEY_PRESS:
    case GDK_BUTTON_PRESS:
    case GDK_MOTION_NOTIFY:
    case GDK_SCROLL:
    case GDK_TOUCH_BEGIN:
      if (self->page != NULL)
        hw_place_page_set_present (self->page);
      break;
    default:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

static void
do_back (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwMenuWindow *self = data;

  show_half (self, self->sidebar);
}

static void
do_close (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_close (data);
}

static void
do_enter_address (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_menu_dialogs_enter_address (data);
}

static void
do_find (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwMenuWindow *self = data;

  show_half (self, self->content);
  hw_place_page_find (need_page (self));
}

static void
do_host (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_menu_dialogs_host (data);
}

static void
do_leave_place (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwMenuWindow *self = data;
  g_autoptr (HwPlace) place = self->place != NULL ? g_object_ref (self->place) : NULL;

  /* Its windows may ask about what is not sent yet, and the last of them to go leaves the place. */
  if (place != NULL)
    hw_application_close_place (self->application, place);
  look_at (self, NULL);
}

static void
do_look_again (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwMenuWindow *self = data;

  hw_place_list_search (self->places);
  switch (get_state (self))
    {
    case HW_PLACE_ONLINE:
      hw_place_page_test_connection (need_page (self));
      break;
    case HW_PLACE_RECONNECTING:
      hw_place_retry_now (self->place);
      break;
    case HW_PLACE_ENDED:
      on_connect_again (self);
      break;
    default:
      break;
    }
}

static void
do_menu (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwMenuWindow *self = data;

  show_half (self, self->sidebar);
  gtk_button_clicked (GTK_BUTTON (self->menu_button));
}

static void
do_new_room (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_menu_dialogs_new_room (data);
}

static const GActionEntry actions[] = {
  { .name = "back", .activate = do_back },
  { .name = "close", .activate = do_close },
  { .name = "enter-address", .activate = do_enter_address },
  { .name = "find", .activate = do_find },
  { .name = "host", .activate = do_host },
  { .name = "leave-place", .activate = do_leave_place },
  { .name = "look-again", .activate = do_look_again },
  { .name = "menu", .activate = do_menu },
  { .name = "new-room", .activate = do_new_room },
};

static gboolean
hw_menu_window_delete_event (GtkWidget *widget, GdkEventAny *event)
{
  HwMenuWindow *self = HW_MENU_WINDOW (widget);

  return hw_application_asks_before_end (self->application, GTK_WINDOW (self));
}

static void
hw_menu_window_dispose (GObject *object)
{
  HwMenuWindow *self = HW_MENU_WINDOW (object);

  g_autoptr (HwPlace) place = g_steal_pointer (&self->place);

  g_clear_handle_id (&self->build_page, g_source_remove);
  g_cancellable_cancel (self->leaving);
  if (place != NULL)
    {
      g_signal_handlers_disconnect_by_data (place, self);
      g_signal_handlers_disconnect_by_data (hw_place_get_rooms (place), self);
      hw_application_release_place (self->application, place);
    }
  g_clear_pointer (&self->wanted_room, g_free);
  G_OBJECT_CLASS (hw_menu_window_parent_class)->dispose (object);
}

static void
hw_menu_window_finalize (GObject *object)
{
  g_object_unref (HW_MENU_WINDOW (object)->leaving);
  G_OBJECT_CLASS (hw_menu_window_parent_class)->finalize (object);
}

static void
hw_menu_window_class_init (HwMenuWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_menu_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = hw_menu_window_finalize;
  widget_class->delete_event = hw_menu_window_delete_event;

  g_type_ensure (HW_TYPE_BUSY);
  g_type_ensure (HW_TYPE_HOST_BUTTON);
  g_type_ensure (HW_TYPE_IDENTITY_CARD);
  g_type_ensure (HW_TYPE_PANE);
  g_type_ensure (HW_TYPE_PLACE_LIST);
  g_type_ensure (HW_TYPE_PLACE_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/menu-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HwMenuWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, HwMenuWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, HwMenuWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HwMenuWindow, identity);
  gtk_widget_class_bind_template_child (widget_class, HwMenuWindow, places);
  gtk_widget_class_bind_template_child (widget_class, HwMenuWindow, no_places);
  gtk_widget_class_bind_template_child (widget_class, HwMenuWindow, why);
  gtk_widget_class_bind_template_child (widget_class, HwMenuWindow, content);
  gtk_widget_class_bind_template_child (widget_class, HwMenuWindow, content_bar);
  gtk_widget_class_bind_template_child (widget_class, HwMenuWindow, back);
  gtk_widget_class_bind_template_child (widget_class, HwMenuWindow, busy);
  gtk_widget_class_bind_template_child (widget_class, HwMenuWindow, host);
  gtk_widget_class_bind_template_callback (widget_class, on_event);
  gtk_widget_class_bind_template_callback (widget_class, on_map);
  gtk_widget_class_bind_template_callback (widget_class, update_finding);
  gtk_widget_class_bind_template_callback (widget_class, update_places);
  gtk_widget_class_bind_template_callback (widget_class, on_folded);
  gtk_widget_class_bind_template_callback (widget_class, on_log_in);
  gtk_widget_class_bind_template_callback (widget_class, on_place_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_why);
}

static void
hw_menu_window_init (HwMenuWindow *self)
{
  int width;

  self->leaving = g_cancellable_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->menu_button, hw_menus_get ("main"));
  gtk_widget_add_events (GTK_WIDGET (self), GDK_POINTER_MOTION_MASK);
  hw_settings_keep_size (GTK_WINDOW (self), HW_SETTINGS_MENU_SIZE);
  on_folded (self);

  /* Where the two halves may not have room beside each other, what both need decides. */
  gtk_window_get_default_size (GTK_WINDOW (self), &width, NULL);
  if (width >= AT_EASE)
    g_signal_connect_after (self->leaflet, "draw", G_CALLBACK (on_painted), self);
  else
    need_page (self);
}

/**
 * hw_menu_window_new:
 * @application: the program
 *
 * Returns: (transfer none): the window, not shown yet
 */
GtkWidget *
hw_menu_window_new (HwApplication *application)
{
  HwMenuWindow *self = g_object_new (HW_TYPE_MENU_WINDOW, "application", application, NULL);
  HwKnownPlaces *known = hw_application_get_known_places (application);

  self->application = application;
  hw_identity_card_set_secrets (self->identity, hw_application_get_secrets (application));
  hw_place_list_set_models (self->places, known, hw_application_get_places (application));
  hw_host_button_set_host (self->host,
                           hw_host_keeper_get_host (hw_application_get_host_keeper (application)));
  g_signal_connect_object (hw_host_keeper_get_host (hw_application_get_host_keeper (application)),
                           "gave-up", G_CALLBACK (on_host_gave_up), self, G_CONNECT_SWAPPED);
  look_at (self, NULL);
  hw_place_list_look_again (self->places);

  /* Not before: the header bars ask for the window's size whenever they come into it, and what
   * cannot be seen is not measured. */
  gtk_widget_show (GTK_WIDGET (self->leaflet));
  return GTK_WIDGET (self);
}

/**
 * hw_menu_window_get_place:
 * @self: the window
 *
 * Returns: (transfer none) (nullable): the place that is looked at
 */
HwPlace *
hw_menu_window_get_place (HwMenuWindow *self)
{
  g_return_val_if_fail (HW_IS_MENU_WINDOW (self), NULL);

  return self->place;
}

/**
 * hw_menu_window_connect:
 * @self: the window
 * @place: a place that was opened, and where we are not
 *
 * Goes to @place under the name, and with the password, that stand in the window.
 */
void
hw_menu_window_connect (HwMenuWindow *self, HwPlace *place)
{
  g_return_if_fail (HW_IS_MENU_WINDOW (self));
  g_return_if_fail (HW_IS_PLACE (place));

  hw_identity_card_remember (self->identity);
  hw_place_connect (place, hw_identity_card_get_name (self->identity),
                    hw_identity_card_get_password (self->identity));
}

/**
 * hw_menu_window_look_at:
 * @self: the window
 * @place: a place that was opened
 *
 * Shows @place, in whatever state it is.
 */
void
hw_menu_window_look_at (HwMenuWindow *self, HwPlace *place)
{
  g_return_if_fail (HW_IS_MENU_WINDOW (self));
  g_return_if_fail (HW_IS_PLACE (place));

  look_at (self, place);
}

/**
 * hw_menu_window_set_name:
 * @self: the window
 * @name: the name to go by, this time
 */
void
hw_menu_window_set_name (HwMenuWindow *self, const char *name)
{
  g_return_if_fail (HW_IS_MENU_WINDOW (self));

  hw_identity_card_set_name (self->identity, name);
}

/**
 * hw_menu_window_say:
 * @self: the window
 * @problem: something that went wrong before a place could be looked at
 */
void
hw_menu_window_say (HwMenuWindow *self, const char *problem)
{
  g_return_if_fail (HW_IS_MENU_WINDOW (self));

  show_half (self, self->content);
  hw_place_page_say (need_page (self), problem);
}

static void
go_where_one_was (HwMenuWindow *self)
{
  HwKnownPlaces *known = hw_application_get_known_places (self->application);
  g_autoptr (HwKnownPlace) latest = g_list_model_get_item (G_LIST_MODEL (known), 0);

  if (latest != NULL)
    on_place_chosen (self, hw_known_place_get_address (latest));
}

/**
 * hw_menu_window_go:
 * @self: the window
 * @address: (nullable): where to go; %NULL: the place that is looked at, or else the one where one
 *   was last
 * @room: (nullable): the room to open there
 *
 * Goes to a place and a room without being asked.
 */
void
hw_menu_window_go (HwMenuWindow *self, const char *address, const char *room)
{
  g_return_if_fail (HW_IS_MENU_WINDOW (self));

  if (address != NULL)
    on_place_chosen (self, address);
  else if (self->place == NULL)
    go_where_one_was (self);
  if (room == NULL)
    return;

  g_free (self->wanted_room);
  self->wanted_room = g_strdup (room);
  if (self->place != NULL)
    {
      open_wanted_room (self);
    }
  else
    {
      g_autofree char *name = hw_isolate (room);
      /* Translators: %s is a room's name */
      g_autofree char *words = g_strdup_printf (_ ("Choose a place: then “%s” opens there."), name);

      hw_place_page_say (need_page (self), words);
    }
}
