/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row of the chat window's sidebar. It follows one room by itself. */

#include "hallway-config.h"

#include "conversation-row.h"

#include "list-box.h"

#include <glib/gi18n.h>

/* Above this a count is only "a lot", and would push the name aside. */
#define SHOWN_MAX 999

struct _HwConversationRow
{
  GtkListBoxRow parent_instance;

  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *badge;

  HwRoom *room;
};

G_DEFINE_FINAL_TYPE (HwConversationRow, hw_conversation_row, GTK_TYPE_LIST_BOX_ROW)

static void
set_class (gpointer widget, const char *name, gboolean on)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  if (on)
    gtk_style_context_add_class (context, name);
  else
    gtk_style_context_remove_class (context, name);
}

static char *
format_count (guint count, const char *mark)
{
  /* The mark stays in front of the figure in right-to-left windows too. */
  if (count > SHOWN_MAX)
    return g_strdup_printf ("\u200e%s%d+", mark, SHOWN_MAX);
  return g_strdup_printf ("\u200e%s%u", mark, count);
}

static void
update (HwConversationRow *self)
{
  guint here = hw_room_get_n_members (self->room);
  guint unread = hw_room_get_unread (self->room);
  guint mentions = hw_room_get_mentions (self->room);
  gboolean inside = hw_room_get_state (self->room) == HW_ROOM_INSIDE;
  g_autofree char *badge = mentions > 0 ? format_count (mentions, "@") : format_count (unread, "");
  g_autoptr (GString) spoken = g_string_new (NULL);

  gtk_image_set_from_icon_name (self->icon,
                                hw_room_get_locked (self->room) ? "hallway-room-locked-symbolic"
                                                                : "hallway-room-symbolic",
                                GTK_ICON_SIZE_MENU);
  gtk_label_set_text (self->name, hw_room_get_name (self->room));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), hw_room_get_name (self->room));
  gtk_label_set_text (self->badge, badge);
  gtk_widget_set_visible (GTK_WIDGET (self->badge), unread > 0 || mentions > 0);
  set_class (self->badge, "mention", mentions > 0);
  set_class (self, "unread", unread > 0 || mentions > 0);
  set_class (self->name, "hw-dim", !inside);

  /* Translators: a room's name, and how many people are in it */
  g_string_printf (spoken, ngettext ("%s, %u here", "%s, %u here", here),
                   hw_room_get_name (self->room), here);
  if (unread > 0)
    g_string_append_printf (spoken, ngettext (", %u new", ", %u new", unread), unread);
  if (mentions > 0)
    g_string_append_printf (spoken, ngettext (", %u for you", ", %u for you", mentions), mentions);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), spoken->str);
}

static void
hw_conversation_row_finalize (GObject *object)
{
  HwConversationRow *self = HW_CONVERSATION_ROW (object);

  g_clear_object (&self->room);

  G_OBJECT_CLASS (hw_conversation_row_parent_class)->finalize (object);
}

static void
hw_conversation_row_class_init (HwConversationRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hw_conversation_row_finalize;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/conversation-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HwConversationRow, icon);
  gtk_widget_class_bind_template_child (widget_class, HwConversationRow, name);
  gtk_widget_class_bind_template_child (widget_class, HwConversationRow, badge);
  hw_list_box_row_class_set_accessible (widget_class);
}

static void
hw_conversation_row_init (HwConversationRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_conversation_row_new:
 * @room: the room it stands for
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
hw_conversation_row_new (HwRoom *room)
{
  HwConversationRow *self = g_object_new (HW_TYPE_CONVERSATION_ROW, NULL);
  static const char *const properties[]
      = { "notify::name",   "notify::n-members", "notify::locked",
          "notify::unread", "notify::mentions",  "notify::state" };

  self->room = g_object_ref (room);
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    g_signal_connect_object (room, properties[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * hw_conversation_row_get_room:
 * @self: the row
 *
 * Returns: (transfer none): the room it stands for
 */
HwRoom *
hw_conversation_row_get_room (HwConversationRow *self)
{
  return self->room;
}
