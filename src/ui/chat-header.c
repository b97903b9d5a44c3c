/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chat window's header. It follows the room that is shown by itself. */

#include "hallway-config.h"

#include "chat-header.h"

struct _HwChatHeader
{
  HdyHeaderBar parent_instance;

  GtkWidget *back;
  GtkWidget *search;
  GtkLabel *room_title;
  GtkLabel *room_topic;
  GtkWidget *members_toggle;
  GtkLabel *n_members;
  GtkWidget *leave;
  GtkWidget *room_menu_button;

  HwRoom *room; /* nullable */
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (HwChatHeader, hw_chat_header, HDY_TYPE_HEADER_BAR)

static void
update (HwChatHeader *self)
{
  const char *topic = self->room != NULL ? hw_room_get_topic (self->room) : "";
  gboolean wide = self->room != NULL && !self->narrow;
  g_autofree char *count = self->room != NULL
                               ? g_strdup_printf ("%u", hw_room_get_n_members (self->room))
                               : g_strdup ("");

  gtk_label_set_text (self->room_title, self->room != NULL ? hw_room_get_name (self->room) : "");
  gtk_label_set_text (self->room_topic, topic);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->room_topic), *topic != '\0' ? topic : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->room_topic), *topic != '\0');
  gtk_label_set_text (self->n_members, count);

  /* In a narrow window only the menu is left of them. */
  gtk_widget_set_visible (self->back, self->narrow);
  gtk_widget_set_visible (self->search, self->room != NULL);
  gtk_container_child_set (GTK_CONTAINER (self), self->search, "pack-type",
                           self->narrow ? GTK_PACK_END : GTK_PACK_START, NULL);
  gtk_widget_set_visible (self->members_toggle, wide);
  gtk_widget_set_visible (self->leave, wide);
  gtk_widget_set_visible (self->room_menu_button, self->room != NULL && self->narrow);
  hdy_header_bar_set_centering_policy (HDY_HEADER_BAR (self), self->narrow
                                                                  ? HDY_CENTERING_POLICY_LOOSE
                                                                  : HDY_CENTERING_POLICY_STRICT);
}

static void
forget_room (HwChatHeader *self)
{
  if (self->room != NULL)
    g_signal_handlers_disconnect_by_func (self->room, update, self);
  g_clear_object (&self->room);
}

static void
hw_chat_header_dispose (GObject *object)
{
  forget_room (HW_CHAT_HEADER (object));

  G_OBJECT_CLASS (hw_chat_header_parent_class)->dispose (object);
}

static void
hw_chat_header_class_init (HwChatHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_chat_header_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/chat-header.ui");
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, back);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, search);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, room_title);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, room_topic);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, members_toggle);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, n_members);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, leave);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, room_menu_button);
}

static void
hw_chat_header_init (HwChatHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
}

/**
 * hw_chat_header_set_room:
 * @self: the header
 * @room: (nullable): the room that is shown under it
 */
void
hw_chat_header_set_room (HwChatHeader *self, HwRoom *room)
{
  static const char *const properties[] = { "notify::name", "notify::topic", "notify::n-members" };

  if (self->room == room)
    return;

  forget_room (self);
  if (room != NULL)
    {
      self->room = g_object_ref (room);
      for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
        g_signal_connect_object (room, properties[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);
}

/**
 * hw_chat_header_set_narrow:
 * @self: the header
 * @narrow: whether there is room for little more than the title
 */
void
hw_chat_header_set_narrow (HwChatHeader *self, gboolean narrow)
{
  self->narrow = narrow;
  update (self);
}
