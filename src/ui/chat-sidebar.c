/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chat window's sidebar: the rooms that we are in and who whispers with us, in one list, and at
 * the bottom the way to more rooms, who we are here, and whether we are connected. It follows one
 * place by itself. */

#include "hallway-config.h"

#include "chat-sidebar.h"

#include "conversation-row.h"
#include "conversation.h"
#include "list-box.h"
#include "menus.h"

#include <glib/gi18n.h>

struct _HwChatSidebar
{
  HwPane parent_instance;

  HdyHeaderBar *header;
  GtkScrolledWindow *scroller;
  GtkMenuButton *menu_button;
  GtkLabel *place_title;
  GtkListBox *conversations;
  HdyAvatar *own_avatar;
  GtkLabel *own_name;
  GtkWidget *dot;
  GtkLabel *status;

  HwPlace *place; /* nullable */
  guint reveal;   /* source */
};

G_DEFINE_FINAL_TYPE (HwChatSidebar, hw_chat_sidebar, HW_TYPE_PANE)

enum
{
  CHOSEN,
  OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GtkListBoxRow *
find_row (HwChatSidebar *self, gpointer conversation)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->conversations, i)) != NULL; i++)
    if (hw_conversation_row_get_conversation (HW_CONVERSATION_ROW (row)) == conversation)
      return row;
  return NULL;
}

/* Scrolls the chosen row into view. */
static gboolean
on_reveal (gpointer data)
{
  HwChatSidebar *self = data;
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->conversations);
  int y;

  self->reveal = 0;
  if (row != NULL
      && gtk_widget_translate_coordinates (GTK_WIDGET (row), GTK_WIDGET (self->conversations), 0, 0,
                                           NULL, &y))
    gtk_adjustment_clamp_page (gtk_scrolled_window_get_vadjustment (self->scroller), y,
                               y + gtk_widget_get_allocated_height (GTK_WIDGET (row)));
  return G_SOURCE_REMOVE;
}

static const char *
describe_state (HwPlaceState state)
{
  switch (state)
    {
    case HW_PLACE_ONLINE:
      return _ ("Connected");
    case HW_PLACE_CONNECTING:
    case HW_PLACE_LOGGING_IN:
      return _ ("Connecting…");
    default:
      return _ ("Not connected");
    }
}

static void
update_status (HwChatSidebar *self)
{
  HwPlaceState state = hw_place_get_state (self->place);
  gboolean online = state == HW_PLACE_ONLINE;
  const char *name = hw_place_get_name (self->place);
  guint round_trip = hw_place_get_round_trip (self->place);
  GtkStyleContext *dot = gtk_widget_get_style_context (self->dot);
  /* Translators: "Connected · 2 ms" */
  g_autofree char *words
      = online && round_trip > 0
            ? g_strdup_printf (_ ("%s · %u ms"), describe_state (state), round_trip)
            : g_strdup (describe_state (state));

  gtk_label_set_text (self->place_title, hw_place_get_title (self->place));
  gtk_label_set_text (self->own_name, name != NULL ? name : "");
  hdy_avatar_set_text (self->own_avatar, name);
  gtk_label_set_text (self->status, words);
  if (online)
    gtk_style_context_remove_class (dot, "lost");
  else
    gtk_style_context_add_class (dot, "lost");
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  return hw_conversation_row_new (item);
}

static void
update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  HwConversationRow *above = HW_CONVERSATION_ROW (before);
  gboolean room
      = hw_conversation_is_room (hw_conversation_row_get_conversation (HW_CONVERSATION_ROW (row)));

  if (above != NULL
      && hw_conversation_is_room (hw_conversation_row_get_conversation (above)) == room)
    hw_list_box_set_heading (row, NULL);
  else
    hw_list_box_set_heading (row, room ? _ ("Rooms") : _ ("Whispers"));
}

static void
on_row_selected (HwChatSidebar *self, GtkListBoxRow *row)
{
  if (row != NULL)
    g_signal_emit (self, signals[CHOSEN], 0,
                   hw_conversation_row_get_conversation (HW_CONVERSATION_ROW (row)));
}

static void
on_row_activated (HwChatSidebar *self, GtkListBoxRow *row)
{
  g_signal_emit (self, signals[OPENED], 0,
                 hw_conversation_row_get_conversation (HW_CONVERSATION_ROW (row)));
}

/* The row of what is shown. */
static void
hw_chat_sidebar_grab_focus (GtkWidget *widget)
{
  HwChatSidebar *self = HW_CHAT_SIDEBAR (widget);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->conversations);

  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
hw_chat_sidebar_dispose (GObject *object)
{
  HwChatSidebar *self = HW_CHAT_SIDEBAR (object);

  g_clear_handle_id (&self->reveal, g_source_remove);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_chat_sidebar_parent_class)->dispose (object);
}

static void
hw_chat_sidebar_class_init (HwChatSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_chat_sidebar_dispose;
  widget_class->grab_focus = hw_chat_sidebar_grab_focus;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);
  signals[OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/chat-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, HwChatSidebar, header);
  gtk_widget_class_bind_template_child (widget_class, HwChatSidebar, scroller);
  gtk_widget_class_bind_template_child (widget_class, HwChatSidebar, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HwChatSidebar, place_title);
  gtk_widget_class_bind_template_child (widget_class, HwChatSidebar, conversations);
  gtk_widget_class_bind_template_child (widget_class, HwChatSidebar, own_avatar);
  gtk_widget_class_bind_template_child (widget_class, HwChatSidebar, own_name);
  gtk_widget_class_bind_template_child (widget_class, HwChatSidebar, dot);
  gtk_widget_class_bind_template_child (widget_class, HwChatSidebar, status);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected);
}

static void
hw_chat_sidebar_init (HwChatSidebar *self)
{
  g_type_ensure (HW_TYPE_LIST_BOX);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->menu_button, hw_menus_get ("main"));
  gtk_list_box_set_header_func (self->conversations, update_header, NULL, NULL);
}

/**
 * hw_chat_sidebar_get_header:
 * @self: the sidebar
 *
 * Returns: (transfer none): its header bar, for the window's header group
 */
HdyHeaderBar *
hw_chat_sidebar_get_header (HwChatSidebar *self)
{
  return self->header;
}

/**
 * hw_chat_sidebar_set_place:
 * @self: the sidebar
 * @place: the place; may be given once
 * @conversations: the rooms of @place that we are in, and after them the whispers
 *
 * Lists @conversations, and says who we are in @place.
 */
void
hw_chat_sidebar_set_place (HwChatSidebar *self, HwPlace *place, HwConversations *conversations)
{
  static const char *const properties[]
      = { "notify::title", "notify::name", "notify::round-trip", "notify::state" };

  g_return_if_fail (self->place == NULL);

  self->place = g_object_ref (place);
  gtk_list_box_bind_model (self->conversations, G_LIST_MODEL (conversations), create_row, NULL,
                           NULL);
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    g_signal_connect_object (place, properties[i], G_CALLBACK (update_status), self,
                             G_CONNECT_SWAPPED);
  update_status (self);
}

/**
 * hw_chat_sidebar_select:
 * @self: the sidebar
 * @conversation: (nullable): the HwRoom or HwWhisper that is shown
 *
 * Marks its row, and brings it into view.
 */
void
hw_chat_sidebar_select (HwChatSidebar *self, gpointer conversation)
{
  gtk_list_box_select_row (self->conversations,
                           conversation != NULL ? find_row (self, conversation) : NULL);
  /* A row that was only just made has no place yet. */
  if (self->reveal == 0)
    self->reveal = g_idle_add (on_reveal, self);
}

/**
 * hw_chat_sidebar_open_menu:
 * @self: the sidebar
 *
 * Opens the menu of the program.
 */
void
hw_chat_sidebar_open_menu (HwChatSidebar *self)
{
  gtk_button_clicked (GTK_BUTTON (self->menu_button));
}
