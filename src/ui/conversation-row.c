/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row of the chat window's sidebar. It follows one conversation by itself. */

#include "hallway-config.h"

#include "conversation-row.h"

#include "conversation.h"
#include "list-box.h"

#include <glib/gi18n.h>
#include <handy.h>

/* Above this a count is only "a lot", and would push the name aside. */
#define SHOWN_MAX 999

struct _HwConversationRow
{
  GtkListBoxRow parent_instance;

  GtkImage *icon;
  HdyAvatar *avatar;
  GtkLabel *name;
  GtkLabel *badge;
  GtkWidget *direct;

  GObject *conversation; /* HwRoom or HwWhisper */
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
  const char *name = hw_conversation_get_name (self->conversation);
  HwRoom *room = hw_conversation_is_room (self->conversation) ? HW_ROOM (self->conversation) : NULL;
  gboolean direct = room == NULL && hw_whisper_get_direct (HW_WHISPER (self->conversation));
  guint here = room != NULL ? hw_room_get_n_members (room) : 0;
  guint unread = hw_conversation_get_unread (self->conversation);
  guint mentions = hw_conversation_get_mentions (self->conversation);
  g_autofree char *badge = mentions > 0 ? format_count (mentions, "@") : format_count (unread, "");
  g_autoptr (GString) spoken = g_string_new (NULL);

  gtk_image_set_from_icon_name (self->icon,
                                room != NULL && hw_room_get_locked (room)
                                    ? "hallway-room-locked-symbolic"
                                    : "hallway-room-symbolic",
                                GTK_ICON_SIZE_MENU);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), room != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->avatar), room == NULL);
  hdy_avatar_set_text (self->avatar, name);
  gtk_label_set_text (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), name);
  gtk_label_set_text (self->badge, badge);
  gtk_widget_set_visible (GTK_WIDGET (self->badge), unread > 0 || mentions > 0);
  gtk_widget_set_visible (self->direct, direct && unread == 0);
  set_class (self->badge, "mention", mentions > 0);
  set_class (self, "unread", unread > 0 || mentions > 0);
  set_class (self->name, "hw-dim", room != NULL && hw_room_get_state (room) != HW_ROOM_INSIDE);

  if (room != NULL)
    /* Translators: a room's name, and how many people are in it */
    g_string_printf (spoken, ngettext ("%s, %u here", "%s, %u here", here), name, here);
  else
    /* Translators: a person's name; the row opens what the two whisper */
    g_string_printf (spoken, _ ("%s, whispers"), name);
  if (direct)
    /* Translators: follows "Ana, whispers" */
    g_string_append (spoken, _ (", direct"));
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

  g_clear_object (&self->conversation);

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
  gtk_widget_class_bind_template_child (widget_class, HwConversationRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, HwConversationRow, name);
  gtk_widget_class_bind_template_child (widget_class, HwConversationRow, badge);
  gtk_widget_class_bind_template_child (widget_class, HwConversationRow, direct);
  hw_list_box_row_class_set_accessible (widget_class);
}

static void
hw_conversation_row_init (HwConversationRow *self)
{
  g_type_ensure (HDY_TYPE_AVATAR);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_conversation_row_new:
 * @conversation: the HwRoom or HwWhisper that it stands for
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
hw_conversation_row_new (gpointer conversation)
{
  HwConversationRow *self = g_object_new (HW_TYPE_CONVERSATION_ROW, NULL);

  self->conversation = g_object_ref (conversation);
  g_signal_connect_object (conversation, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * hw_conversation_row_get_conversation:
 * @self: the row
 *
 * Returns: (transfer none): the HwRoom or HwWhisper that it stands for
 */
gpointer
hw_conversation_row_get_conversation (HwConversationRow *self)
{
  return self->conversation;
}
