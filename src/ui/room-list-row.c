/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A room in the menu's list: what it is called, what it is about, how many are there. A locked one
 * asks for its password in place, and what keeps a room from opening is said under it, so that
 * nothing typed is lost and no other window comes between. */

#include "hallway-config.h"

#include "busy.h"
#include "list-box.h"
#include "room-list-row.h"
#include "words.h"

#include "client/place.h"

#include <glib/gi18n.h>
#include <handy.h>

/* Pixels of a face, border left out. */
#define FACE_SIZE 24

struct _HwRoomListRow
{
  GtkListBoxRow parent_instance;

  GtkImage *tile;
  GtkLabel *title;
  GtkLabel *topic;
  GtkBox *faces;
  GtkLabel *unread;
  GtkLabel *count;
  HwBusy *busy;
  GtkBox *below;
  GtkBox *password_box;
  GtkEntry *password;
  GtkToggleButton *keep;
  GtkButton *open;
  GtkLabel *problem;

  HwRoom *room;
  guint position;
  gboolean is_busy;
};

enum
{
  SIGNAL_OPEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwRoomListRow, hw_room_list_row, GTK_TYPE_LIST_BOX_ROW)

static void
update_below (HwRoomListRow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->below),
                          gtk_widget_get_visible (GTK_WIDGET (self->password_box))
                              || gtk_widget_get_visible (GTK_WIDGET (self->problem)));
}

static void
say_problem (HwRoomListRow *self, const char *problem)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self->password));

  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self->password)),
                              problem != NULL ? problem : "");
  if (problem != NULL)
    gtk_style_context_add_class (context, "error");
  else
    gtk_style_context_remove_class (context, "error");
  update_below (self);
}

static void
show_password (HwRoomListRow *self, gboolean show)
{
  HwPlace *place = hw_room_get_place (self->room);
  gboolean can_keep = place != NULL && hw_place_can_keep_passwords (place);

  gtk_widget_set_visible (GTK_WIDGET (self->password_box), show);
  gtk_widget_set_visible (GTK_WIDGET (self->keep), show && can_keep);
  if (can_keep)
    gtk_toggle_button_set_active (self->keep,
                                  hw_place_has_kept_password (place, HW_SECRET_ROOM, self->room));
  update_below (self);
  if (show)
    gtk_widget_grab_focus (GTK_WIDGET (self->password));
}

static void
update (HwRoomListRow *self)
{
  const char *name = hw_room_get_name (self->room);
  const char *topic = hw_room_get_topic (self->room);
  guint n = hw_room_get_n_members (self->room);
  guint unread = hw_room_get_unread (self->room);
  gboolean locked = hw_room_get_locked (self->room);
  g_autofree char *count = NULL;
  g_autofree char *spoken = NULL;
  g_autofree char *hint = NULL;
  g_autofree char *badge = NULL;
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self));

  if (n > 0)
    count = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u here", "%u here", n), n);
  else
    count = g_strdup (_ ("empty"));
  /* Translators: a room as it is read out: its name, and "3 here" or "empty" */
  spoken = g_strdup_printf (_ ("%s, %s"), name, count);
  /* Translators: %s is a room's name */
  hint = g_strdup_printf (_ ("Password for %s"), name);
  badge = g_strdup_printf ("%u", unread);

  gtk_label_set_text (self->title, name);
  gtk_label_set_text (self->topic, topic);
  gtk_widget_set_visible (GTK_WIDGET (self->topic), *topic != '\0');
  gtk_label_set_text (self->count, count);
  gtk_label_set_text (self->unread, badge);
  gtk_widget_set_visible (GTK_WIDGET (self->unread), unread > 0);
  gtk_image_set_from_icon_name (self->tile,
                                locked ? "hallway-room-locked-symbolic" : "hallway-room-symbolic",
                                GTK_ICON_SIZE_MENU);
  if (n > 0)
    gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self->tile)), "live");
  else
    gtk_style_context_remove_class (gtk_widget_get_style_context (GTK_WIDGET (self->tile)), "live");
  gtk_entry_set_placeholder_text (self->password, hint);

  atk_object_set_name (accessible, spoken);
  if (locked && *topic != '\0')
    {
      /* Translators: a room's topic, after a word that says that it needs a password */
      g_autofree char *description = g_strdup_printf (_ ("locked, %s"), topic);

      atk_object_set_description (accessible, description);
    }
  else
    {
      atk_object_set_description (accessible, locked ? _ ("locked") : topic);
    }
}

static void
on_open (HwRoomListRow *self)
{
  const char *password = gtk_entry_get_text (self->password);

  if (!self->is_busy && *password != '\0')
    g_signal_emit (self, signals[SIGNAL_OPEN], 0, password);
}

static void
on_password_changed (HwRoomListRow *self)
{
  gboolean empty = gtk_entry_get_text_length (self->password) == 0;

  gtk_widget_set_sensitive (GTK_WIDGET (self->open), !empty && !self->is_busy);
  if (!empty)
    say_problem (self, NULL);
}

static gboolean
on_password_key (GtkWidget *entry, GdkEventKey *event, HwRoomListRow *self)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;

  hw_room_list_row_done (self);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  return GDK_EVENT_STOP;
}

static void
hw_room_list_row_dispose (GObject *object)
{
  HwRoomListRow *self = HW_ROOM_LIST_ROW (object);

  if (self->room != NULL)
    g_signal_handlers_disconnect_by_data (self->room, self);
  g_clear_object (&self->room);
  G_OBJECT_CLASS (hw_room_list_row_parent_class)->dispose (object);
}

static void
hw_room_list_row_class_init (HwRoomListRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_room_list_row_dispose;

  signals[SIGNAL_OPEN] = g_signal_new ("open", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (HW_TYPE_BUSY);
  hw_list_box_row_class_set_accessible (widget_class);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/room-list-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HwRoomListRow, tile);
  gtk_widget_class_bind_template_child (widget_class, HwRoomListRow, title);
  gtk_widget_class_bind_template_child (widget_class, HwRoomListRow, topic);
  gtk_widget_class_bind_template_child (widget_class, HwRoomListRow, faces);
  gtk_widget_class_bind_template_child (widget_class, HwRoomListRow, unread);
  gtk_widget_class_bind_template_child (widget_class, HwRoomListRow, count);
  gtk_widget_class_bind_template_child (widget_class, HwRoomListRow, busy);
  gtk_widget_class_bind_template_child (widget_class, HwRoomListRow, below);
  gtk_widget_class_bind_template_child (widget_class, HwRoomListRow, password_box);
  gtk_widget_class_bind_template_child (widget_class, HwRoomListRow, password);
  gtk_widget_class_bind_template_child (widget_class, HwRoomListRow, keep);
  gtk_widget_class_bind_template_child (widget_class, HwRoomListRow, open);
  gtk_widget_class_bind_template_child (widget_class, HwRoomListRow, problem);
  gtk_widget_class_bind_template_callback (widget_class, on_open);
  gtk_widget_class_bind_template_callback (widget_class, on_password_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_password_key);
}

static void
hw_room_list_row_init (HwRoomListRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  /* A hidden text has no direction; in a mirrored window GTK would lose its placeholder. */
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    {
      gtk_widget_set_direction (GTK_WIDGET (self->password), GTK_TEXT_DIR_LTR);
      gtk_entry_set_alignment (self->password, 1);
    }
}

/**
 * hw_room_list_row_new:
 * @room: a room of the place's list
 *
 * Returns: (transfer floating): a row that follows @room
 */
GtkWidget *
hw_room_list_row_new (HwRoom *room)
{
  HwRoomListRow *self = g_object_new (HW_TYPE_ROOM_LIST_ROW, NULL);

  g_return_val_if_fail (HW_IS_ROOM (room), NULL);

  self->room = g_object_ref (room);
  g_signal_connect_swapped (room, "notify", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * hw_room_list_row_get_room:
 * @self: a row
 *
 * Returns: (transfer none): its room
 */
HwRoom *
hw_room_list_row_get_room (HwRoomListRow *self)
{
  g_return_val_if_fail (HW_IS_ROOM_LIST_ROW (self), NULL);

  return self->room;
}

/**
 * hw_room_list_row_get_position:
 * @self: a row
 *
 * Returns: where the list wants it
 */
guint
hw_room_list_row_get_position (HwRoomListRow *self)
{
  g_return_val_if_fail (HW_IS_ROOM_LIST_ROW (self), 0);

  return self->position;
}

/**
 * hw_room_list_row_set_position:
 * @self: a row
 * @position: where the list wants it
 */
void
hw_room_list_row_set_position (HwRoomListRow *self, guint position)
{
  g_return_if_fail (HW_IS_ROOM_LIST_ROW (self));

  self->position = position;
}

/**
 * hw_room_list_row_set_faces:
 * @self: a row
 * @names: (nullable) (array zero-terminated=1): some of those in its room
 */
void
hw_room_list_row_set_faces (HwRoomListRow *self, const char *const *names)
{
  g_autoptr (GList) before = NULL;

  g_return_if_fail (HW_IS_ROOM_LIST_ROW (self));

  before = gtk_container_get_children (GTK_CONTAINER (self->faces));
  for (GList *link = before; link != NULL; link = link->next)
    gtk_widget_destroy (link->data);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      GtkWidget *face = hdy_avatar_new (FACE_SIZE, names[i], TRUE);

      gtk_widget_show (face);
      gtk_container_add (GTK_CONTAINER (self->faces), face);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->faces), names != NULL && names[0] != NULL);
}

/**
 * hw_room_list_row_activate:
 * @self: a row that was clicked
 *
 * Wants the room open, or, where it is locked and we are not in it, asks for its password. One that
 * is remembered is tried first.
 */
void
hw_room_list_row_activate (HwRoomListRow *self)
{
  HwPlace *place;

  g_return_if_fail (HW_IS_ROOM_LIST_ROW (self));

  if (self->is_busy)
    return;
  place = hw_room_get_place (self->room);
  if (hw_room_get_locked (self->room) && hw_room_get_state (self->room) != HW_ROOM_INSIDE
      && (gtk_widget_get_visible (GTK_WIDGET (self->password_box)) || place == NULL
          || !hw_place_can_keep_passwords (place)))
    show_password (self, TRUE);
  else
    g_signal_emit (self, signals[SIGNAL_OPEN], 0, NULL);
}

/**
 * hw_room_list_row_set_busy:
 * @self: a row
 * @busy: whether its room is being opened
 */
void
hw_room_list_row_set_busy (HwRoomListRow *self, gboolean busy)
{
  g_return_if_fail (HW_IS_ROOM_LIST_ROW (self));

  self->is_busy = busy;
  hw_busy_set (self->busy, busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->open),
                            !busy && gtk_entry_get_text_length (self->password) > 0);
}

/**
 * hw_room_list_row_set_problem:
 * @self: a row
 * @error: why its room did not open
 *
 * Says so, and asks for the password where that is what was missing or wrong.
 */
void
hw_room_list_row_set_problem (HwRoomListRow *self, const GError *error)
{
  g_autofree char *problem = NULL;

  g_return_if_fail (HW_IS_ROOM_LIST_ROW (self));
  g_return_if_fail (error != NULL);

  problem = hw_words_problem (error);
  if (g_error_matches (error, HW_ERROR, HW_ERROR_ROOM_PASSWORD))
    {
      HwPlace *place = hw_room_get_place (self->room);
      gboolean was_asked = gtk_widget_get_visible (GTK_WIDGET (self->password_box));

      if (!was_asked)
        show_password (self, TRUE);
      /* Nothing was wrong with what nobody has typed, unless it was remembered. */
      if (!was_asked && place != NULL
          && !hw_place_has_kept_password (place, HW_SECRET_ROOM, self->room))
        return;
      gtk_widget_grab_focus (GTK_WIDGET (self->password));
      gtk_editable_select_region (GTK_EDITABLE (self->password), 0, -1);
    }
  say_problem (self, problem);
}

/**
 * hw_room_list_row_keep_password:
 * @self: a row whose room was opened
 *
 * Has the password remembered that was typed here, or not, as the person wishes.
 */
void
hw_room_list_row_keep_password (HwRoomListRow *self)
{
  HwPlace *place;

  g_return_if_fail (HW_IS_ROOM_LIST_ROW (self));

  place = hw_room_get_place (self->room);
  if (place != NULL && gtk_widget_get_visible (GTK_WIDGET (self->keep))
      && gtk_entry_get_text_length (self->password) > 0)
    hw_place_keep_password (place, HW_SECRET_ROOM, self->room,
                            gtk_toggle_button_get_active (self->keep));
}

/**
 * hw_room_list_row_done:
 * @self: a row whose room is open, or no longer wanted
 *
 * Forgets the password and what was wrong.
 */
void
hw_room_list_row_done (HwRoomListRow *self)
{
  g_return_if_fail (HW_IS_ROOM_LIST_ROW (self));

  gtk_entry_set_text (self->password, "");
  show_password (self, FALSE);
  say_problem (self, NULL);
}
