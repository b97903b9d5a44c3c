/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the menu window asks in dialogs, and what it does with the answers: where to go by an
 * address, what a place that is hosted here is called, what a new room is. */

#include "hallway-config.h"

#include "menu-dialogs.h"

#include "address-dialog.h"
#include "host-dialog.h"
#include "host-keeper.h"
#include "host-window.h"
#include "new-room-dialog.h"

#include "client/address.h"

static HwApplication *
get_application (HwMenuWindow *window)
{
  return HW_APPLICATION (gtk_window_get_application (GTK_WINDOW (window)));
}

static void
on_address_go (HwMenuWindow *window, const char *address, HwAddressDialog *dialog)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HwAddress) parsed = hw_address_parse (address, NULL);
  HwPlace *place = hw_application_add_place (get_application (window), address, &error);
  HwPlaceState state;

  if (place == NULL)
    {
      hw_address_dialog_say (dialog, error);
      return;
    }
  /* An invitation may lead to a room. */
  g_object_set_data_full (G_OBJECT (dialog), "hw-room",
                          parsed != NULL ? g_strdup (parsed->room) : NULL, g_free);
  state = hw_place_get_state (place);
  if (state == HW_PLACE_IDLE || state == HW_PLACE_ENDED)
    hw_menu_window_connect (window, place);
  hw_address_dialog_follow (dialog, place);
}

static void
on_address_reached (HwMenuWindow *window, HwPlace *place, HwAddressDialog *dialog)
{
  const char *room = g_object_get_data (G_OBJECT (dialog), "hw-room");

  hw_menu_window_look_at (window, place);
  if (room != NULL)
    hw_menu_window_go (window, NULL, room);
}

static void
on_address_cancelled (HwMenuWindow *window, HwPlace *place)
{
  if (place != hw_menu_window_get_place (window))
    hw_application_release_place (get_application (window), place);
}

/**
 * hw_menu_dialogs_enter_address:
 * @window: the menu window
 *
 * Asks for an address, and goes there.
 */
void
hw_menu_dialogs_enter_address (HwMenuWindow *window)
{
  GtkWidget *dialog = hw_address_dialog_new (GTK_WINDOW (window));

  g_signal_connect_object (dialog, "go", G_CALLBACK (on_address_go), window, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "reached", G_CALLBACK (on_address_reached), window,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "cancelled", G_CALLBACK (on_address_cancelled), window,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_host_opened (HwMenuWindow *window, const char *password)
{
  HwHostKeeper *keeper = hw_application_get_host_keeper (get_application (window));
  g_autofree char *address = hw_host_dup_address (hw_host_keeper_get_host (keeper));

  if (address == NULL)
    return;
  hw_menu_window_go (window, address, NULL);
  if (hw_menu_window_get_place (window) != NULL)
    hw_host_keeper_enter (keeper, hw_menu_window_get_place (window), password);
}

/**
 * hw_menu_dialogs_host:
 * @window: the menu window
 *
 * Asks for what a place needs that is to be hosted here, and goes there; or shows the one that is.
 */
void
hw_menu_dialogs_host (HwMenuWindow *window)
{
  HwHost *host
      = hw_host_keeper_get_host (hw_application_get_host_keeper (get_application (window)));
  GtkWidget *dialog;

  if (hw_host_is_open (host))
    {
      dialog = hw_host_window_new (GTK_WINDOW (window), host);
    }
  else
    {
      dialog = hw_host_dialog_new (GTK_WINDOW (window), host);
      g_signal_connect_object (dialog, "opened", G_CALLBACK (on_host_opened), window,
                               G_CONNECT_SWAPPED);
    }
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_room_created (HwMenuWindow *window, HwRoom *room)
{
  hw_application_open_room (get_application (window), hw_menu_window_get_place (window), room);
}

/**
 * hw_menu_dialogs_new_room:
 * @window: the menu window
 *
 * Asks what a new room of the place that is looked at is called, and opens it.
 */
void
hw_menu_dialogs_new_room (HwMenuWindow *window)
{
  HwPlace *place = hw_menu_window_get_place (window);
  GtkWidget *dialog;

  if (place == NULL || hw_place_get_state (place) != HW_PLACE_ONLINE)
    return;
  dialog = hw_new_room_dialog_new (GTK_WINDOW (window), place, NULL);
  g_signal_connect_object (dialog, "created", G_CALLBACK (on_room_created), window,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}
