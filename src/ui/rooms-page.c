/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A place that we are in: its rooms, which open with one click; the password that leads to its
 * logs; and a line that says how the connection is, with what an echo from the server took. */

#include "hallway-config.h"

#include "busy.h"
#include "field-row.h"
#include "room-list.h"
#include "rooms-page.h"
#include "words.h"

#include <glib/gi18n.h>
#include <handy.h>

struct _HwRoomsPage
{
  GtkBin parent_instance;

  GtkBox *content;
  GtkEntry *find;
  HwRoomList *rooms;
  HwFieldRow *admin;
  HwBusy *admin_busy;
  GtkButton *open_logs;
  GtkToggleButton *admin_keep;
  gboolean admin_typed; /* the password that is tried was typed here */
  GtkLabel *admin_problem;
  GtkImage *padlock;
  GtkLabel *connection_words;

  HwPlace *place;
  HwKnownPlaces *known;
  GCancellable *leaving; /* cancels what is asked of the place when another one is shown */
  gint64 echo_sent;      /* monotonic microseconds; 0: none is under way */
  char *echo;            /* (nullable): what came of the last one, for the connection's line */
};

enum
{
  SIGNAL_NEW_ROOM,
  SIGNAL_OPENED,
  SIGNAL_OPEN_LOGS,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwRoomsPage, hw_rooms_page, GTK_TYPE_BIN)

/* What the server is asked to say back. */
#define ECHO_TEXT "Is anybody there?"

static char *
describe_security (HwRoomsPage *self)
{
  HwKnownPlace *known = NULL;

  if (!hw_place_get_encrypted (self->place))
    return g_strdup (_ ("Not encrypted, within this computer"));

  if (hw_place_get_id (self->place) != NULL)
    known = hw_known_places_find (self->known, hw_place_get_id (self->place));
  if (known != NULL && hw_known_place_get_trusted_at (known) > 0)
    {
      g_autofree char *day = hw_words_day (hw_known_place_get_trusted_at (known));

      /* Translators: %s is "today", "yesterday" or "12 November" */
      return g_strdup_printf (_ ("Encrypted, certificate known since %s"), day);
    }
  return g_strdup (_ ("Encrypted"));
}

static void
update_connection (HwRoomsPage *self)
{
  g_autoptr (GString) words = NULL;
  g_autofree char *security = NULL;
  guint round_trip;

  if (self->place == NULL)
    return;

  round_trip = hw_place_get_round_trip (self->place);
  security = describe_security (self);
  words = g_string_new (security);
  if (round_trip > 0)
    /* Translators: how long the server takes to answer, in milliseconds */
    g_string_append_printf (words, _ (" · ping %u ms"), round_trip);
  if (self->echo != NULL)
    g_string_append_printf (words, " · %s", self->echo);

  gtk_label_set_text (self->connection_words, words->str);
  gtk_widget_set_visible (GTK_WIDGET (self->padlock), hw_place_get_encrypted (self->place));
}

static void
set_echo (HwRoomsPage *self, char *echo)
{
  g_free (self->echo);
  self->echo = echo;
  update_connection (self);
}

static void
on_echo_done (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwRoomsPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (object), result, &error);
  gint64 took = g_get_monotonic_time () - self->echo_sent;
  const char *text;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->echo_sent = 0;
  if (reply == NULL)
    {
      set_echo (self, g_strdup (_ ("no echo")));
      return;
    }
  text = json_object_get_string_member_with_default (reply, "text", "");
  if (g_str_equal (text, ECHO_TEXT))
    /* Translators: how long the server took to say back what it was sent, in milliseconds */
    set_echo (self, g_strdup_printf (_ ("echo in %d ms"), (int) MAX (1, (took + 500) / 1000)));
  else
    set_echo (self, g_strdup (_ ("the echo is not what was said")));
}

static void
update_admin (HwRoomsPage *self)
{
  gboolean is_admin = self->place != NULL && hw_place_get_admin (self->place);

  hw_field_row_set_placeholder (self->admin,
                                is_admin ? _ ("you run this place") : _ ("to run this place"));
  if (is_admin)
    hw_field_row_set_text (self->admin, "");
}

static void
say_admin_problem (HwRoomsPage *self, const char *problem)
{
  hw_field_row_set_problem (self->admin, problem);
  gtk_label_set_text (self->admin_problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->admin_problem), problem != NULL);
}

static void
on_admin_done (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwRoomsPage) self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = hw_place_admin_finish (HW_PLACE (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  hw_busy_set (self->admin_busy, FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->open_logs), TRUE);
  if (done)
    {
      if (self->admin_typed)
        hw_place_keep_password (HW_PLACE (object), HW_SECRET_ADMIN, NULL,
                                gtk_toggle_button_get_active (self->admin_keep));
      update_admin (self);
      g_signal_emit (self, signals[SIGNAL_OPEN_LOGS], 0);
    }
  else
    {
      g_autofree char *problem = hw_words_problem (error);
      GtkEntry *entry = hw_field_row_get_entry (self->admin);

      say_admin_problem (self, problem);
      /* What was remembered is wrong: the next one may take its place. */
      if (hw_place_has_kept_password (HW_PLACE (object), HW_SECRET_ADMIN, NULL))
        gtk_toggle_button_set_active (self->admin_keep, TRUE);
      gtk_widget_grab_focus (GTK_WIDGET (entry));
      gtk_editable_select_region (GTK_EDITABLE (entry), 0, -1);
    }
}

static void
on_open_logs (HwRoomsPage *self)
{
  const char *password = hw_field_row_get_text (self->admin);

  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->open_logs)))
    return;
  if (hw_place_get_admin (self->place))
    {
      g_signal_emit (self, signals[SIGNAL_OPEN_LOGS], 0);
      return;
    }
  self->admin_typed = *password != '\0';
  if (!self->admin_typed && !hw_place_can_keep_passwords (self->place))
    {
      say_admin_problem (self, _ ("Enter the password of whoever runs this place."));
      gtk_widget_grab_focus (GTK_WIDGET (self->admin));
      return;
    }

  say_admin_problem (self, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->open_logs), FALSE);
  hw_busy_set (self->admin_busy, TRUE);
  hw_place_admin_async (self->place, self->admin_typed ? password : NULL, self->leaving,
                        on_admin_done, g_object_ref (self));
}

static void
on_admin_changed (HwRoomsPage *self)
{
  say_admin_problem (self, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->admin_keep),
                          self->place != NULL && hw_place_can_keep_passwords (self->place)
                              && *hw_field_row_get_text (self->admin) != '\0');
}

static void
on_find_changed (HwRoomsPage *self)
{
  hw_room_list_set_filter (self->rooms, gtk_entry_get_text (self->find));
}

static void
on_find_activate (HwRoomsPage *self)
{
  hw_room_list_open_first (self->rooms);
}

static void
on_find_stopped (HwRoomsPage *self)
{
  gtk_entry_set_text (self->find, "");
}

static void
on_new_room (HwRoomsPage *self)
{
  g_signal_emit (self, signals[SIGNAL_NEW_ROOM], 0);
}

static void
on_room_opened (HwRoomsPage *self, HwRoom *room)
{
  g_signal_emit (self, signals[SIGNAL_OPENED], 0, room);
}

static void
clear (HwRoomsPage *self)
{
  if (self->leaving != NULL)
    g_cancellable_cancel (self->leaving);
  g_clear_object (&self->leaving);
  if (self->place != NULL)
    g_signal_handlers_disconnect_by_data (self->place, self);
  g_clear_object (&self->place);
  g_clear_object (&self->known);
  g_clear_pointer (&self->echo, g_free);
  self->echo_sent = 0;
}

static void
hw_rooms_page_dispose (GObject *object)
{
  clear (HW_ROOMS_PAGE (object));
  G_OBJECT_CLASS (hw_rooms_page_parent_class)->dispose (object);
}

static void
hw_rooms_page_class_init (HwRoomsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_rooms_page_dispose;

  signals[SIGNAL_NEW_ROOM]
      = g_signal_new ("new-room", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_OPENED] = g_signal_new ("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, HW_TYPE_ROOM);
  signals[SIGNAL_OPEN_LOGS]
      = g_signal_new ("open-logs", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (HW_TYPE_BUSY);
  g_type_ensure (HW_TYPE_FIELD_ROW);
  g_type_ensure (HW_TYPE_ROOM_LIST);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/rooms-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HwRoomsPage, content);
  gtk_widget_class_bind_template_child (widget_class, HwRoomsPage, find);
  gtk_widget_class_bind_template_child (widget_class, HwRoomsPage, rooms);
  gtk_widget_class_bind_template_child (widget_class, HwRoomsPage, admin);
  gtk_widget_class_bind_template_child (widget_class, HwRoomsPage, admin_busy);
  gtk_widget_class_bind_template_child (widget_class, HwRoomsPage, open_logs);
  gtk_widget_class_bind_template_child (widget_class, HwRoomsPage, admin_keep);
  gtk_widget_class_bind_template_child (widget_class, HwRoomsPage, admin_problem);
  gtk_widget_class_bind_template_child (widget_class, HwRoomsPage, padlock);
  gtk_widget_class_bind_template_child (widget_class, HwRoomsPage, connection_words);
  gtk_widget_class_bind_template_callback (widget_class, on_find_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_find_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_find_stopped);
  gtk_widget_class_bind_template_callback (widget_class, on_new_room);
  gtk_widget_class_bind_template_callback (widget_class, on_room_opened);
  gtk_widget_class_bind_template_callback (widget_class, on_open_logs);
  gtk_widget_class_bind_template_callback (widget_class, hw_rooms_page_test_connection);
}

static void
hw_rooms_page_init (HwRoomsPage *self)
{
  GtkEntry *admin;

  gtk_widget_init_template (GTK_WIDGET (self));

  admin = hw_field_row_get_entry (self->admin);
  g_signal_connect_swapped (admin, "activate", G_CALLBACK (on_open_logs), self);
  g_signal_connect_swapped (admin, "changed", G_CALLBACK (on_admin_changed), self);
}

/**
 * hw_rooms_page_set_place:
 * @self: the page
 * @place: (nullable): the place it shows
 * @known: the places that are remembered
 */
void
hw_rooms_page_set_place (HwRoomsPage *self, HwPlace *place, HwKnownPlaces *known)
{
  g_return_if_fail (HW_IS_ROOMS_PAGE (self));

  if (self->place == place)
    return;
  clear (self);
  gtk_entry_set_text (self->find, "");
  hw_field_row_set_text (self->admin, "");
  hw_busy_set (self->admin_busy, FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->open_logs), TRUE);
  hw_room_list_set_place (self->rooms, place);
  if (place == NULL)
    return;

  self->place = g_object_ref (place);
  self->known = g_object_ref (known);
  self->leaving = g_cancellable_new ();
  g_signal_connect_swapped (place, "notify::admin", G_CALLBACK (update_admin), self);
  g_signal_connect_swapped (place, "notify::round-trip", G_CALLBACK (update_connection), self);
  g_signal_connect_swapped (place, "notify::encrypted", G_CALLBACK (update_connection), self);
  update_admin (self);
  update_connection (self);
}

/**
 * hw_rooms_page_set_narrow:
 * @self: the page
 * @narrow: whether it has a narrow window for itself
 */
void
hw_rooms_page_set_narrow (HwRoomsPage *self, gboolean narrow)
{
  g_return_if_fail (HW_IS_ROOMS_PAGE (self));

  hw_room_list_set_narrow (self->rooms, narrow);
  gtk_widget_set_margin_start (GTK_WIDGET (self->content), narrow ? 12 : 18);
  gtk_widget_set_margin_end (GTK_WIDGET (self->content), narrow ? 12 : 18);
}

/**
 * hw_rooms_page_find:
 * @self: the page
 *
 * Puts the cursor where a room is looked for.
 */
void
hw_rooms_page_find (HwRoomsPage *self)
{
  g_return_if_fail (HW_IS_ROOMS_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->find));
}

/**
 * hw_rooms_page_open:
 * @self: the page
 * @room: a room's name
 *
 * Opens @room as if it was chosen from the list, as soon as it is there.
 */
void
hw_rooms_page_open (HwRoomsPage *self, const char *room)
{
  g_return_if_fail (HW_IS_ROOMS_PAGE (self));

  hw_room_list_open (self->rooms, room);
}

/**
 * hw_rooms_page_test_connection:
 * @self: the page
 *
 * Lets the server say something back, and says how long that took.
 */
void
hw_rooms_page_test_connection (HwRoomsPage *self)
{
  g_autoptr (JsonObject) fields = NULL;

  g_return_if_fail (HW_IS_ROOMS_PAGE (self));

  if (self->place == NULL || self->echo_sent != 0
      || hw_place_get_state (self->place) != HW_PLACE_ONLINE)
    return;

  fields = json_object_new ();
  json_object_set_string_member (fields, "text", ECHO_TEXT);
  self->echo_sent = g_get_monotonic_time ();
  hw_place_request_async (self->place, "echo", fields, self->leaving, on_echo_done,
                          g_object_ref (self));
}
