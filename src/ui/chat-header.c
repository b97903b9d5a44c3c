/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chat window's header. It follows the room that is shown by itself. */

#include "hallway-config.h"

#include "chat-header.h"

#include "conversation.h"
#include "menus.h"

#include <glib/gi18n.h>

/* Pixels that the header asks for at most. */
#define NATURAL_MAX 420

struct _HwChatHeader
{
  HdyHeaderBar parent_instance;

  GtkWidget *back;
  GtkWidget *search;
  GtkLabel *room_title;
  GtkLabel *room_topic;
  GtkWidget *focus;
  GtkWidget *direct;
  GtkLabel *n_held;
  GtkWidget *members_toggle;
  GtkLabel *n_members;
  GtkWidget *leave;
  GtkMenuButton *room_menu_button;

  GObject *conversation; /* nullable: HwRoom or HwWhisper */
  gboolean narrow;
  gboolean can_focus; /* the place knows what that is */
};

G_DEFINE_FINAL_TYPE (HwChatHeader, hw_chat_header, HDY_TYPE_HEADER_BAR)

static void
update (HwChatHeader *self)
{
  HwRoom *room = self->conversation != NULL && hw_conversation_is_room (self->conversation)
                     ? HW_ROOM (self->conversation)
                     : NULL;
  gboolean wide = self->conversation != NULL && !self->narrow;
  gboolean direct = self->conversation != NULL && room == NULL
                    && hw_whisper_get_direct (HW_WHISPER (self->conversation));
  g_autofree char *count = g_strdup_printf ("%u", room != NULL ? hw_room_get_n_members (room) : 0);
  const char *under = "";

  if (room != NULL)
    under = hw_room_get_topic (room);
  else if (self->conversation != NULL)
    under = direct ? _ ("direct, encrypted end to end") : _ ("whispers, by way of the place");

  gtk_label_set_text (self->room_title, self->conversation != NULL
                                            ? hw_conversation_get_name (self->conversation)
                                            : "");
  gtk_label_set_text (self->room_topic, under);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->room_topic), *under != '\0' ? under : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->room_topic), *under != '\0');
  gtk_widget_set_visible (self->direct, direct);
  gtk_label_set_text (self->n_members, count);

  /* In a narrow window only the search and the menu are left of them. */
  gtk_widget_set_visible (self->back, self->narrow);
  gtk_widget_set_visible (self->search, room != NULL);
  gtk_container_child_set (GTK_CONTAINER (self), self->search, "pack-type",
                           self->narrow ? GTK_PACK_END : GTK_PACK_START, "position",
                           self->narrow ? -1 : 0, NULL);
  gtk_widget_set_visible (self->focus, wide && self->can_focus);
  gtk_widget_set_visible (self->members_toggle, wide && room != NULL);
  gtk_widget_set_visible (self->leave, wide);
  gtk_widget_set_visible (GTK_WIDGET (self->room_menu_button), self->conversation != NULL);
}

/* The menu is made anew with its popover, so not with everything else that changes. */
static void
update_menu (HwChatHeader *self)
{
  gtk_menu_button_set_menu_model (self->room_menu_button,
                                  hw_menus_get (self->narrow ? "room-narrow" : "room"));
}

static void
forget_conversation (HwChatHeader *self)
{
  if (self->conversation != NULL)
    g_signal_handlers_disconnect_by_func (self->conversation, update, self);
  g_clear_object (&self->conversation);
}

/* A long topic takes what room there is, and asks for none: the leaflet would fold for it. */
static void
hw_chat_header_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  GTK_WIDGET_CLASS (hw_chat_header_parent_class)->get_preferred_width (widget, minimum, natural);
  *natural = CLAMP (*natural, *minimum, MAX (*minimum, NATURAL_MAX));
}

static void
hw_chat_header_dispose (GObject *object)
{
  forget_conversation (HW_CHAT_HEADER (object));

  G_OBJECT_CLASS (hw_chat_header_parent_class)->dispose (object);
}

static void
hw_chat_header_class_init (HwChatHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_chat_header_dispose;
  widget_class->get_preferred_width = hw_chat_header_get_preferred_width;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/chat-header.ui");
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, back);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, search);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, room_title);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, room_topic);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, focus);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, direct);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, n_held);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, members_toggle);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, n_members);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, leave);
  gtk_widget_class_bind_template_child (widget_class, HwChatHeader, room_menu_button);
}

static void
hw_chat_header_init (HwChatHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_menu (self);
  update (self);
}

/**
 * hw_chat_header_set_conversation:
 * @self: the header
 * @conversation: (nullable): the HwRoom or HwWhisper that is shown under it
 */
void
hw_chat_header_set_conversation (HwChatHeader *self, gpointer conversation)
{
  static const char *const properties[]
      = { "notify::name", "notify::topic", "notify::n-members", "notify::direct" };

  if (self->conversation == conversation)
    return;

  forget_conversation (self);
  if (conversation != NULL)
    {
      self->conversation = g_object_ref (conversation);
      for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
        g_signal_connect_object (conversation, properties[i], G_CALLBACK (update), self,
                                 G_CONNECT_SWAPPED);
    }
  update (self);
}

/**
 * hw_chat_header_set_focus:
 * @self: the header
 * @can_focus: whether the place knows what focus is
 * @n_held: how many whispers are held back
 */
void
hw_chat_header_set_focus (HwChatHeader *self, gboolean can_focus, guint n_held)
{
  g_autofree char *count = g_strdup_printf ("%u", n_held);
  g_autofree char *words
      = n_held > 0 ? g_strdup_printf (ngettext ("Focus: %u whisper waits for its end",
                                                "Focus: %u whispers wait for its end", n_held),
                                      n_held)
                   : g_strdup (_ ("Focus: strangers’ whispers wait until it ends"));

  self->can_focus = can_focus;
  gtk_label_set_text (self->n_held, count);
  gtk_widget_set_visible (GTK_WIDGET (self->n_held), n_held > 0);
  gtk_widget_set_tooltip_text (self->focus, words);
  atk_object_set_description (gtk_widget_get_accessible (self->focus), words);
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
  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  update_menu (self);
  update (self);
}
