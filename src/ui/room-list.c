/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rooms of a place. What the server tells comes at any moment and many at a time, so the list
 * is brought up to date at most a few times a second; while the pointer or the focus is in it,
 * rooms keep their order, so that a click hits what it aimed at. Rooms beyond the first hundreds
 * are left out: who looks for one of those types its name. */

#include "hallway-config.h"

#include "list-box.h"
#include "room-faces.h"
#include "room-list-row.h"
#include "room-list.h"
#include "words.h"

#include "protocol/name.h"

#include <glib/gi18n.h>

/* Rows shown at most: all that one reads through by eye, and built in a few frames. */
#define ROWS_MAX 100

/* Milliseconds between two updates of the list. */
#define UPDATE_INTERVAL 200

struct _HwRoomList
{
  GtkBox parent_instance;

  GtkListBox *list;
  GtkLabel *more;
  GtkLabel *placeholder;

  HwPlace *place;
  HwRoomFaces *faces;
  char *filter;          /* folded; "" for all */
  GHashTable *rows;      /* HwRoom → HwRoomListRow, both kept by the row */
  char *wanted;          /* (nullable): a room to be opened as soon as it is here */
  GCancellable *leaving; /* cancels joins when another place is shown */
  guint update_timeout;
  gboolean is_hovered;
  gboolean is_narrow;
};

enum
{
  SIGNAL_OPENED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwRoomList, hw_room_list, GTK_TYPE_BOX)

typedef struct
{
  HwRoomList *list;
  HwRoom *room;
} Join;

static void
join_free (Join *join)
{
  g_object_unref (join->list);
  g_object_unref (join->room);
  g_free (join);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Join, join_free)

static gboolean
matches (HwRoomList *self, HwRoom *room)
{
  g_autofree char *name = NULL;
  g_autofree char *topic = NULL;

  if (*self->filter == '\0')
    return TRUE;
  name = hw_name_fold (hw_room_get_name (room));
  if (strstr (name, self->filter) != NULL)
    return TRUE;
  topic = hw_name_fold (hw_room_get_topic (room));
  return strstr (topic, self->filter) != NULL;
}

/* Where people are comes before where nobody is; then the latest word, then the latest made. */
static int
compare_activity (gconstpointer a, gconstpointer b)
{
  HwRoom *one = *(HwRoom *const *) a;
  HwRoom *two = *(HwRoom *const *) b;
  gboolean one_lives = hw_room_get_n_members (one) > 0;
  gboolean two_lives = hw_room_get_n_members (two) > 0;
  gint64 one_at = MAX (hw_room_get_last_at (one), hw_room_get_created (one));
  gint64 two_at = MAX (hw_room_get_last_at (two), hw_room_get_created (two));

  if (one_lives != two_lives)
    return one_lives ? -1 : 1;
  if (one_at != two_at)
    return one_at > two_at ? -1 : 1;
  return g_utf8_collate (hw_room_get_name (one), hw_room_get_name (two));
}

static int
compare_rows (GtkListBoxRow *one, GtkListBoxRow *two, gpointer data)
{
  guint a = hw_room_list_row_get_position (HW_ROOM_LIST_ROW (one));
  guint b = hw_room_list_row_get_position (HW_ROOM_LIST_ROW (two));

  return a < b ? -1 : a > b;
}

/* Whether somebody is about to choose: then what is there must stay where it is. */
static gboolean
is_in_use (HwRoomList *self)
{
  return self->is_hovered || gtk_container_get_focus_child (GTK_CONTAINER (self->list)) != NULL;
}

static void
on_join_done (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (Join) join = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HwRoom) room = hw_place_join_finish (HW_PLACE (object), result, &error);
  HwRoomListRow *row = g_hash_table_lookup (join->list->rows, join->room);

  if (row != NULL)
    hw_room_list_row_set_busy (row, FALSE);

  if (room != NULL)
    {
      if (row != NULL)
        {
          hw_room_list_row_keep_password (row);
          hw_room_list_row_done (row);
        }
      if (join->list->place == HW_PLACE (object))
        g_signal_emit (join->list, signals[SIGNAL_OPENED], 0, room);
    }
  else if (row != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      hw_room_list_row_set_problem (row, error);
    }
}

static void
on_row_open (HwRoomListRow *row, const char *password, HwRoomList *self)
{
  HwRoom *room = hw_room_list_row_get_room (row);
  Join *join;

  if (hw_room_get_state (room) == HW_ROOM_INSIDE)
    {
      hw_room_list_row_done (row);
      g_signal_emit (self, signals[SIGNAL_OPENED], 0, room);
      return;
    }

  join = g_new0 (Join, 1);
  join->list = g_object_ref (self);
  join->room = g_object_ref (room);
  hw_room_list_row_set_busy (row, TRUE);
  hw_place_join_async (self->place, hw_room_get_name (room), password, self->leaving, on_join_done,
                       join);
}

static void
remove_row (HwRoomList *self, gpointer row)
{
  g_hash_table_remove (self->rows, hw_room_list_row_get_room (row));
  gtk_widget_destroy (row);
}

static void
show_faces (HwRoomList *self, HwRoom *room)
{
  HwRoomListRow *row = g_hash_table_lookup (self->rows, room);

  if (row != NULL)
    hw_room_list_row_set_faces (row,
                                self->is_narrow ? NULL : hw_room_faces_get (self->faces, room));
}

static GtkWidget *
add_row (HwRoomList *self, HwRoom *room, guint position)
{
  GtkWidget *row = hw_room_list_row_new (room);

  hw_room_list_row_set_position (HW_ROOM_LIST_ROW (row), position);
  g_signal_connect_object (row, "open", G_CALLBACK (on_row_open), self, 0);
  g_hash_table_insert (self->rows, room, row);
  gtk_container_add (GTK_CONTAINER (self->list), row);
  show_faces (self, room);
  hw_room_faces_want (self->faces, room);
  return row;
}

static GPtrArray *
collect (HwRoomList *self)
{
  GPtrArray *rooms = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *model = hw_place_get_rooms (self->place);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HwRoom) room = g_list_model_get_item (model, i);

      if (matches (self, room))
        g_ptr_array_add (rooms, g_steal_pointer (&room));
    }
  return rooms;
}

static void
say_more (HwRoomList *self, guint n_found)
{
  g_autofree char *more = NULL;
  g_autofree char *nothing = NULL;
  gboolean has_place = self->place != NULL;

  if (n_found > ROWS_MAX)
    /* Translators: the first number is 100, the second how many rooms there are */
    more = g_strdup_printf (_ ("%d of %u rooms are shown. Type a name to find the others."),
                            ROWS_MAX, n_found);
  gtk_label_set_text (self->more, more != NULL ? more : "");
  gtk_widget_set_visible (GTK_WIDGET (self->more), more != NULL);

  if (has_place && g_list_model_get_n_items (hw_place_get_rooms (self->place)) > 0)
    nothing = g_strdup (_ ("No room is called so, or is about that."));
  else
    nothing = g_strdup (_ ("There is no room yet. Make the first one."));
  gtk_label_set_text (self->placeholder, nothing);
  /* GTK keeps a list's placeholder from those who do not see. */
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self->list)),
                              n_found == 0 ? nothing : "");
}

static void
open_wanted (HwRoomList *self)
{
  HwRoom *room = self->wanted != NULL ? hw_place_find_room (self->place, self->wanted) : NULL;
  GtkWidget *row = room != NULL ? g_hash_table_lookup (self->rows, room) : NULL;

  if (row == NULL)
    return;
  g_clear_pointer (&self->wanted, g_free);
  gtk_widget_activate (row);
}

static void
update (HwRoomList *self)
{
  g_autoptr (GPtrArray) rooms = NULL;
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);
  gboolean keep_order = is_in_use (self);
  GHashTableIter iter;
  gpointer row;
  guint n_found;

  if (self->place == NULL)
    return;

  rooms = collect (self);
  n_found = rooms->len;
  g_ptr_array_sort (rooms, compare_activity);
  if (rooms->len > ROWS_MAX)
    g_ptr_array_set_size (rooms, ROWS_MAX);
  for (guint i = 0; i < rooms->len; i++)
    g_hash_table_add (wanted, rooms->pdata[i]);

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    if (!g_hash_table_contains (wanted, hw_room_list_row_get_room (row)))
      {
        g_hash_table_iter_remove (&iter);
        gtk_widget_destroy (row);
      }

  for (guint i = 0; i < rooms->len; i++)
    {
      row = g_hash_table_lookup (self->rows, rooms->pdata[i]);
      if (row == NULL)
        add_row (self, rooms->pdata[i], keep_order ? G_MAXUINT : i);
      else if (!keep_order)
        hw_room_list_row_set_position (row, i);
    }
  if (!keep_order)
    gtk_list_box_invalidate_sort (self->list);
  hw_list_box_mark_ends (self->list);
  say_more (self, n_found);
  open_wanted (self);
}

static gboolean
on_update_timeout (gpointer data)
{
  HwRoomList *self = data;

  self->update_timeout = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
update_soon (HwRoomList *self)
{
  if (self->update_timeout == 0)
    self->update_timeout = g_timeout_add (UPDATE_INTERVAL, on_update_timeout, self);
}

static void
on_people_changed (HwRoom *room, GParamSpec *pspec, HwRoomList *self)
{
  if (g_hash_table_contains (self->rows, room))
    hw_room_faces_want (self->faces, room);
  update_soon (self);
}

static void
on_window_active (HwRoomList *self)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));

  if (self->faces != NULL && GTK_IS_WINDOW (window))
    hw_room_faces_set_awake (self->faces, gtk_window_is_active (GTK_WINDOW (window)));
}

static gboolean
on_window_event (HwRoomList *self, GdkEvent *event)
{
  switch (gdk_event_get_event_type (event))
    {
    case GDK_BUTTON_PRESS:
    case GDK_KEY_PRESS:
    case GDK_MOTION_NOTIFY:
    case GDK_SCROLL:
    case GDK_TOUCH_BEGIN:
      if (self->faces != NULL)
        hw_room_faces_set_present (self->faces);
      break;
    default:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

static void
hw_room_list_hierarchy_changed (GtkWidget *widget, GtkWidget *before)
{
  GtkWidget *window = gtk_widget_get_toplevel (widget);

  if (before != NULL)
    {
      g_signal_handlers_disconnect_by_func (before, on_window_active, widget);
      g_signal_handlers_disconnect_by_func (before, on_window_event, widget);
    }
  if (GTK_IS_WINDOW (window))
    {
      g_signal_connect_object (window, "notify::is-active", G_CALLBACK (on_window_active), widget,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (window, "event", G_CALLBACK (on_window_event), widget,
                               G_CONNECT_SWAPPED);
    }
}

static void
on_rooms_changed (
    GListModel *rooms, guint position, guint n_removed, guint n_added, HwRoomList *self)
{
  for (guint i = 0; i < n_added; i++)
    {
      g_autoptr (HwRoom) room = g_list_model_get_item (rooms, position + i);

      g_signal_handlers_disconnect_by_func (room, update_soon, self);
      g_signal_connect_object (room, "notify::last-at", G_CALLBACK (update_soon), self,
                               G_CONNECT_SWAPPED);
      g_signal_handlers_disconnect_by_func (room, on_people_changed, self);
      g_signal_connect_object (room, "notify::n-members", G_CALLBACK (on_people_changed), self, 0);
    }
  /* The first ones at once: nobody shall see an empty list that is not. */
  if (g_hash_table_size (self->rows) == 0)
    update (self);
  else
    update_soon (self);
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, HwRoomList *self)
{
  hw_room_list_row_activate (HW_ROOM_LIST_ROW (row));
}

static gboolean
on_crossing (GtkWidget *widget, GdkEventCrossing *event, HwRoomList *self)
{
  /* Into a row's own windows is still inside. */
  if (event->detail == GDK_NOTIFY_INFERIOR)
    return GDK_EVENT_PROPAGATE;

  self->is_hovered = event->type == GDK_ENTER_NOTIFY;
  if (!self->is_hovered && self->place != NULL)
    update_soon (self);
  return GDK_EVENT_PROPAGATE;
}

static void
clear (HwRoomList *self)
{
  g_autoptr (GList) rows = NULL;

  g_clear_handle_id (&self->update_timeout, g_source_remove);
  if (self->leaving != NULL)
    g_cancellable_cancel (self->leaving);
  g_clear_object (&self->leaving);

  if (self->place != NULL)
    {
      GListModel *model = hw_place_get_rooms (self->place);

      g_signal_handlers_disconnect_by_data (model, self);
      for (guint i = 0; i < g_list_model_get_n_items (model); i++)
        {
          g_autoptr (HwRoom) room = g_list_model_get_item (model, i);

          g_signal_handlers_disconnect_by_func (room, update_soon, self);
          g_signal_handlers_disconnect_by_func (room, on_people_changed, self);
        }
    }
  if (self->faces != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->faces, self);
      g_object_run_dispose (G_OBJECT (self->faces));
    }
  g_clear_object (&self->faces);
  g_clear_object (&self->place);
  g_clear_pointer (&self->wanted, g_free);

  rows = g_hash_table_get_values (self->rows);
  for (GList *link = rows; link != NULL; link = link->next)
    remove_row (self, link->data);
}

static void
hw_room_list_dispose (GObject *object)
{
  clear (HW_ROOM_LIST (object));
  G_OBJECT_CLASS (hw_room_list_parent_class)->dispose (object);
}

static void
hw_room_list_finalize (GObject *object)
{
  HwRoomList *self = HW_ROOM_LIST (object);

  g_hash_table_unref (self->rows);
  g_free (self->filter);
  G_OBJECT_CLASS (hw_room_list_parent_class)->finalize (object);
}

static void
hw_room_list_class_init (HwRoomListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_room_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = hw_room_list_finalize;
  widget_class->hierarchy_changed = hw_room_list_hierarchy_changed;

  signals[SIGNAL_OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, HW_TYPE_ROOM);

  g_type_ensure (HW_TYPE_LIST_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/room-list.ui");
  gtk_widget_class_bind_template_child (widget_class, HwRoomList, list);
  gtk_widget_class_bind_template_child (widget_class, HwRoomList, more);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

static void
hw_room_list_init (HwRoomList *self)
{
  self->rows = g_hash_table_new (NULL, NULL);
  self->filter = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));

  self->placeholder
      = g_object_new (GTK_TYPE_LABEL, "visible", TRUE, "wrap", TRUE, "margin", 18, NULL);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self->placeholder)),
                               "hw-dim");
  gtk_list_box_set_placeholder (self->list, GTK_WIDGET (self->placeholder));
  gtk_list_box_set_sort_func (self->list, compare_rows, NULL, NULL);
  gtk_widget_add_events (GTK_WIDGET (self->list), GDK_ENTER_NOTIFY_MASK | GDK_LEAVE_NOTIFY_MASK);
  g_signal_connect (self->list, "enter-notify-event", G_CALLBACK (on_crossing), self);
  g_signal_connect (self->list, "leave-notify-event", G_CALLBACK (on_crossing), self);
}

/**
 * hw_room_list_set_place:
 * @self: the list
 * @place: (nullable): whose rooms it shows
 */
void
hw_room_list_set_place (HwRoomList *self, HwPlace *place)
{
  GListModel *rooms;

  g_return_if_fail (HW_IS_ROOM_LIST (self));

  if (self->place == place)
    return;
  clear (self);
  if (place == NULL)
    return;

  self->place = g_object_ref (place);
  self->faces = hw_room_faces_new (place);
  g_signal_connect_swapped (self->faces, "changed", G_CALLBACK (show_faces), self);
  on_window_active (self);
  self->leaving = g_cancellable_new ();
  rooms = hw_place_get_rooms (place);
  g_signal_connect (rooms, "items-changed", G_CALLBACK (on_rooms_changed), self);
  on_rooms_changed (rooms, 0, 0, g_list_model_get_n_items (rooms), self);
}

/**
 * hw_room_list_set_filter:
 * @self: the list
 * @words: what the rooms' names or topics shall contain, letter case left aside; "" for all
 */
void
hw_room_list_set_filter (HwRoomList *self, const char *words)
{
  g_autofree char *stripped = NULL;

  g_return_if_fail (HW_IS_ROOM_LIST (self));
  g_return_if_fail (words != NULL);

  stripped = g_strstrip (g_strdup (words));
  g_free (self->filter);
  self->filter = *stripped != '\0' ? hw_name_fold (stripped) : g_strdup ("");
  update (self);
}

/**
 * hw_room_list_set_narrow:
 * @self: the list
 * @narrow: whether there is no width for faces
 */
void
hw_room_list_set_narrow (HwRoomList *self, gboolean narrow)
{
  GHashTableIter iter;
  gpointer room;

  g_return_if_fail (HW_IS_ROOM_LIST (self));

  self->is_narrow = narrow;
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &room, NULL))
    show_faces (self, room);
}

/**
 * hw_room_list_open_first:
 * @self: the list
 *
 * Opens the room that stands on top, if there is one.
 */
void
hw_room_list_open_first (HwRoomList *self)
{
  GtkListBoxRow *row;

  g_return_if_fail (HW_IS_ROOM_LIST (self));

  row = gtk_list_box_get_row_at_index (self->list, 0);
  if (row != NULL)
    gtk_widget_activate (GTK_WIDGET (row));
}

/**
 * hw_room_list_open:
 * @self: the list
 * @name: a room's name
 *
 * Opens that room as if its row was chosen, as soon as the list has it.
 */
void
hw_room_list_open (HwRoomList *self, const char *name)
{
  g_return_if_fail (HW_IS_ROOM_LIST (self));
  g_return_if_fail (name != NULL);

  g_free (self->wanted);
  self->wanted = g_strdup (name);
  update (self);
}
