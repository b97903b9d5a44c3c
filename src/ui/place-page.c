/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The larger half of the menu window. It shows the place that is looked at: that it is being
 * reached, why it could not be, that it wants another name, or its rooms. Where no place is looked
 * at it says what a place is and how to come to one. */

#include "hallway-config.h"

#include "busy.h"
#include "connection-bar.h"
#include "identity-card.h"
#include "nothing-page.h"
#include "place-page.h"
#include "rooms-page.h"
#include "words.h"

#include "client/isolate.h"

#include <glib/gi18n.h>
#include <handy.h>

struct _HwPlacePage
{
  GtkBox parent_instance;

  HwConnectionBar *bar;
  GtkBox *note;
  GtkLabel *note_words;
  GtkStack *stack;
  HwNothingPage *nothing;
  HwBusy *busy;
  GtkLabel *waiting;
  HdyStatusPage *status;
  GtkButton *status_button;
  HwRoomsPage *rooms;

  HwPlace *place;
  gboolean answers; /* it says who it is when somebody asks, whether one can enter or not */
};

enum
{
  SIGNAL_ENTER_ADDRESS,
  SIGNAL_STOP,
  SIGNAL_CHANGE_NAME,
  SIGNAL_CONNECT_AGAIN,
  SIGNAL_CANCEL,
  SIGNAL_NEW_ROOM,
  SIGNAL_OPENED,
  SIGNAL_OPEN_LOGS,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwPlacePage, hw_place_page, GTK_TYPE_BOX)

/* HdyStatusPage reads its description as markup, and keeps its words from those who do not see. */
static void
set_words (HdyStatusPage *page, const char *title, const char *description)
{
  g_autofree char *markup = g_markup_escape_text (description, -1);
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (page));

  hdy_status_page_set_title (page, title);
  hdy_status_page_set_description (page, markup);
  atk_object_set_name (accessible, title);
  atk_object_set_description (accessible, description);
}

static void
show_status (HwPlacePage *self, const char *title, const char *description, const char *button)
{
  set_words (self->status, title, description);
  gtk_button_set_label (self->status_button, button);
  gtk_stack_set_visible_child_name (self->stack, "status");
}

/* What ended our stay, and what may be done about it. */
static void
show_ended (HwPlacePage *self)
{
  const char *code = hw_place_get_kicked_code (self->place);
  const GError *error = hw_place_get_error (self->place);
  g_autofree char *name = hw_isolate (hw_place_get_title (self->place));
  g_autofree char *problem = error != NULL ? hw_words_problem (error) : g_strdup ("");
  g_autofree char *title = NULL;
  const char *button = _ ("Come back");

  if (g_strcmp0 (code, "idle") == 0)
    {
      title = g_strdup (_ ("You were away"));
    }
  else if (g_strcmp0 (code, "taken-over") == 0)
    {
      /* Translators: the same person has logged in from another window or computer */
      title = g_strdup (_ ("You are here from elsewhere now"));
    }
  else if (g_strcmp0 (code, "closing") == 0)
    {
      /* Translators: %s is a place's name */
      title = g_strdup_printf (_ ("%s has closed"), name);
      button = _ ("Try again");
    }
  else if (code != NULL)
    {
      /* Translators: %s is a place's name */
      title = g_strdup_printf (_ ("You were shown out of %s"), name);
    }
  else
    {
      /* Translators: %s is a place's name or address */
      title = g_strdup_printf (_ ("%s cannot be reached"), name);
      button = _ ("Try again");
      if (self->answers)
        {
          g_free (problem);
          problem = g_strdup (
              _ ("It answers when somebody asks who is there, but no connection reaches it. Most "
                 "likely a firewall on its computer lets UDP through and stops TCP."));
        }
    }
  show_status (self, title, problem, button);
}

static void
show_refused (HwPlacePage *self)
{
  const GError *error = hw_place_get_error (self->place);
  g_autofree char *name = hw_isolate (hw_place_get_title (self->place));
  g_autofree char *problem
      = error != NULL ? hw_identity_card_describe_problem (error) : g_strdup ("");
  /* Translators: %s is a place's name */
  g_autofree char *title = g_strdup_printf (_ ("%s did not let you in"), name);

  show_status (self, title, problem, _ ("Go to your name"));
}

static void
show_waiting (HwPlacePage *self)
{
  g_autofree char *name = hw_isolate (hw_place_get_title (self->place));
  /* Translators: %s is a place's name or address */
  g_autofree char *words = g_strdup_printf (_ ("Going to %s…"), name);

  gtk_label_set_text (self->waiting, words);
  gtk_stack_set_visible_child_name (self->stack, "waiting");
}

static void
update (HwPlacePage *self)
{
  HwPlaceState state = self->place != NULL ? hw_place_get_state (self->place) : HW_PLACE_IDLE;
  gboolean waiting
      = state == HW_PLACE_CONNECTING || state == HW_PLACE_LOGGING_IN || state == HW_PLACE_ASKING;
  gboolean in = state == HW_PLACE_ONLINE || state == HW_PLACE_RECONNECTING;

  if (self->place == NULL)
    gtk_stack_set_visible_child_name (self->stack, "nothing");
  else if (waiting)
    show_waiting (self);
  else if (state == HW_PLACE_REFUSED)
    show_refused (self);
  else if (in)
    gtk_stack_set_visible_child_name (self->stack, "rooms");
  else if (state == HW_PLACE_ENDED)
    show_ended (self);
  else
    show_status (self, hw_place_get_title (self->place), _ ("You have left."), _ ("Come back"));

  /* In other states the whole page says what the bar would. */
  hw_connection_bar_set_place (self->bar, in ? self->place : NULL);
  hw_busy_set (self->busy, waiting);
  if (state == HW_PLACE_ONLINE)
    hw_rooms_page_test_connection (self->rooms);
}

static void
on_enter_address (HwPlacePage *self)
{
  g_signal_emit (self, signals[SIGNAL_ENTER_ADDRESS], 0);
}

static void
on_stop (HwPlacePage *self)
{
  g_signal_emit (self, signals[SIGNAL_STOP], 0);
}

static void
on_change_name (HwPlacePage *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGE_NAME], 0);
}

static void
on_cancel (HwPlacePage *self)
{
  g_signal_emit (self, signals[SIGNAL_CANCEL], 0);
}

static void
on_status_button (HwPlacePage *self)
{
  gboolean refused = hw_place_get_state (self->place) == HW_PLACE_REFUSED;

  g_signal_emit (self, signals[refused ? SIGNAL_CHANGE_NAME : SIGNAL_CONNECT_AGAIN], 0);
}

static void
on_note_dismissed (HwPlacePage *self)
{
  hw_place_page_say (self, NULL);
}

static void
on_new_room (HwPlacePage *self)
{
  g_signal_emit (self, signals[SIGNAL_NEW_ROOM], 0);
}

static void
on_opened (HwPlacePage *self, HwRoom *room)
{
  g_signal_emit (self, signals[SIGNAL_OPENED], 0, room);
}

static void
on_open_logs (HwPlacePage *self)
{
  g_signal_emit (self, signals[SIGNAL_OPEN_LOGS], 0);
}

static void
hw_place_page_dispose (GObject *object)
{
  HwPlacePage *self = HW_PLACE_PAGE (object);

  if (self->place != NULL)
    g_signal_handlers_disconnect_by_data (self->place, self);
  g_clear_object (&self->place);
  G_OBJECT_CLASS (hw_place_page_parent_class)->dispose (object);
}

static void
hw_place_page_class_init (HwPlacePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const struct
  {
    guint signal;
    const char *name;
  } plain[] = {
    { SIGNAL_ENTER_ADDRESS, "enter-address" },
    { SIGNAL_CHANGE_NAME, "change-name" },
    { SIGNAL_CONNECT_AGAIN, "connect-again" },
    { SIGNAL_CANCEL, "cancel" },
    { SIGNAL_NEW_ROOM, "new-room" },
    { SIGNAL_OPEN_LOGS, "open-logs" },
    { SIGNAL_STOP, "stop" },
  };

  G_OBJECT_CLASS (klass)->dispose = hw_place_page_dispose;

  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    signals[plain[i].signal]
        = g_signal_new (plain[i].name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                        NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, HW_TYPE_ROOM);

  g_type_ensure (HW_TYPE_BUSY);
  g_type_ensure (HW_TYPE_CONNECTION_BAR);
  g_type_ensure (HW_TYPE_NOTHING_PAGE);
  g_type_ensure (HW_TYPE_ROOMS_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/place-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HwPlacePage, bar);
  gtk_widget_class_bind_template_child (widget_class, HwPlacePage, note);
  gtk_widget_class_bind_template_child (widget_class, HwPlacePage, note_words);
  gtk_widget_class_bind_template_child (widget_class, HwPlacePage, stack);
  gtk_widget_class_bind_template_child (widget_class, HwPlacePage, nothing);
  gtk_widget_class_bind_template_child (widget_class, HwPlacePage, busy);
  gtk_widget_class_bind_template_child (widget_class, HwPlacePage, waiting);
  gtk_widget_class_bind_template_child (widget_class, HwPlacePage, status);
  gtk_widget_class_bind_template_child (widget_class, HwPlacePage, status_button);
  gtk_widget_class_bind_template_child (widget_class, HwPlacePage, rooms);
  gtk_widget_class_bind_template_callback (widget_class, on_enter_address);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_change_name);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_status_button);
  gtk_widget_class_bind_template_callback (widget_class, on_note_dismissed);
  gtk_widget_class_bind_template_callback (widget_class, on_new_room);
  gtk_widget_class_bind_template_callback (widget_class, on_opened);
  gtk_widget_class_bind_template_callback (widget_class, on_open_logs);
}

static void
hw_place_page_init (HwPlacePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_place_page_set_place:
 * @self: the page
 * @place: (nullable): the place to look at
 * @known: the places that are remembered
 */
void
hw_place_page_set_place (HwPlacePage *self, HwPlace *place, HwKnownPlaces *known)
{
  g_return_if_fail (HW_IS_PLACE_PAGE (self));

  if (self->place == place)
    return;
  if (self->place != NULL)
    g_signal_handlers_disconnect_by_data (self->place, self);
  g_set_object (&self->place, place);

  hw_place_page_say (self, NULL);
  hw_rooms_page_set_place (self->rooms, place, known);
  if (place != NULL)
    {
      g_signal_connect_swapped (place, "notify::state", G_CALLBACK (update), self);
      g_signal_connect_swapped (place, "notify::error", G_CALLBACK (update), self);
    }
  update (self);
}

/**
 * hw_place_page_set_choice:
 * @self: the page
 * @choice: what there is to choose from
 *
 * Decides what is said while no place is looked at.
 */
void
hw_place_page_set_choice (HwPlacePage *self, const HwPlaceChoice *choice)
{
  g_return_if_fail (HW_IS_PLACE_PAGE (self));

  if (self->place == NULL)
    hw_nothing_page_set_choice (self->nothing, choice);
}

/**
 * hw_place_page_set_answers:
 * @self: the page
 * @answers: whether the place answers when somebody asks who is there
 *
 * A place that does, and yet cannot be reached, has a firewall: that is said then.
 */
void
hw_place_page_set_answers (HwPlacePage *self, gboolean answers)
{
  g_return_if_fail (HW_IS_PLACE_PAGE (self));

  if (self->answers == answers)
    return;
  self->answers = answers;
  if (self->place != NULL && hw_place_get_state (self->place) == HW_PLACE_ENDED)
    update (self);
}

/**
 * hw_place_page_set_narrow:
 * @self: the page
 * @narrow: whether it has a narrow window for itself
 */
void
hw_place_page_set_narrow (HwPlacePage *self, gboolean narrow)
{
  g_return_if_fail (HW_IS_PLACE_PAGE (self));

  hw_rooms_page_set_narrow (self->rooms, narrow);
}

/**
 * hw_place_page_find:
 * @self: the page
 *
 * Puts the cursor where a room is looked for.
 */
void
hw_place_page_find (HwPlacePage *self)
{
  g_return_if_fail (HW_IS_PLACE_PAGE (self));

  hw_rooms_page_find (self->rooms);
}

/**
 * hw_place_page_open:
 * @self: the page
 * @room: a room's name
 *
 * Opens @room as if it was chosen from the list, as soon as it is there.
 */
void
hw_place_page_open (HwPlacePage *self, const char *room)
{
  g_return_if_fail (HW_IS_PLACE_PAGE (self));

  hw_rooms_page_open (self->rooms, room);
}

/**
 * hw_place_page_test_connection:
 * @self: the page
 *
 * Lets the server say something back, and says how long that took.
 */
void
hw_place_page_test_connection (HwPlacePage *self)
{
  g_return_if_fail (HW_IS_PLACE_PAGE (self));

  hw_rooms_page_test_connection (self->rooms);
}

/**
 * hw_place_page_set_present:
 * @self: the page
 *
 * The person is here: tells the place, and ends its warning that they seem not to be.
 */
void
hw_place_page_set_present (HwPlacePage *self)
{
  g_return_if_fail (HW_IS_PLACE_PAGE (self));

  if (self->place == NULL || hw_place_get_state (self->place) != HW_PLACE_ONLINE)
    return;
  hw_place_set_present (self->place);
  hw_connection_bar_set_present (self->bar);
}

/**
 * hw_place_page_say:
 * @self: the page
 * @problem: (nullable): something that concerns the place as a whole
 *
 * Says it in a bar on top, until it is dismissed or another place is looked at.
 */
void
hw_place_page_say (HwPlacePage *self, const char *problem)
{
  g_return_if_fail (HW_IS_PLACE_PAGE (self));

  gtk_label_set_text (self->note_words, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), problem != NULL);
}
