/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two lists after one another, for which GTK 3 has no model. */

#include "hallway-config.h"

#include "conversations.h"

#include "conversation.h"

struct _HwConversations
{
  GObject parent_instance;

  GListModel *rooms;
  GListModel *whispers;
};

static void hw_conversations_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HwConversations,
                               hw_conversations,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      hw_conversations_model_init))

static GType
hw_conversations_get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
hw_conversations_get_n_items (GListModel *model)
{
  HwConversations *self = HW_CONVERSATIONS (model);

  return g_list_model_get_n_items (self->rooms) + g_list_model_get_n_items (self->whispers);
}

static gpointer
hw_conversations_get_item (GListModel *model, guint position)
{
  HwConversations *self = HW_CONVERSATIONS (model);
  guint n_rooms = g_list_model_get_n_items (self->rooms);

  return position < n_rooms ? g_list_model_get_item (self->rooms, position)
                            : g_list_model_get_item (self->whispers, position - n_rooms);
}

static void
hw_conversations_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hw_conversations_get_item_type;
  iface->get_n_items = hw_conversations_get_n_items;
  iface->get_item = hw_conversations_get_item;
}

static void
on_rooms_changed (HwConversations *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
on_whispers_changed (HwConversations *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self),
                              g_list_model_get_n_items (self->rooms) + position, removed, added);
}

static void
hw_conversations_finalize (GObject *object)
{
  HwConversations *self = HW_CONVERSATIONS (object);

  g_clear_object (&self->rooms);
  g_clear_object (&self->whispers);

  G_OBJECT_CLASS (hw_conversations_parent_class)->finalize (object);
}

static void
hw_conversations_class_init (HwConversationsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hw_conversations_finalize;
}

static void
hw_conversations_init (HwConversations *self)
{
}

/**
 * hw_conversations_new:
 * @place: the place
 *
 * Returns: (transfer full): what one talks in there
 */
HwConversations *
hw_conversations_new (HwPlace *place)
{
  HwConversations *self = g_object_new (HW_TYPE_CONVERSATIONS, NULL);

  self->rooms = g_object_ref (hw_place_get_joined (place));
  self->whispers = g_object_ref (hw_place_get_whispers (place));
  g_signal_connect_object (self->rooms, "items-changed", G_CALLBACK (on_rooms_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->whispers, "items-changed", G_CALLBACK (on_whispers_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * hw_conversations_find:
 * @self: the conversations
 * @conversation: (nullable): a HwRoom or HwWhisper
 * @position: (out): where it stands
 *
 * Returns: whether it is one of them
 */
gboolean
hw_conversations_find (HwConversations *self, gpointer conversation, guint *position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self), i);

      if (item == conversation)
        {
          *position = i;
          return TRUE;
        }
    }
  return FALSE;
}

/**
 * hw_conversations_count_unread:
 * @self: the conversations
 *
 * Returns: how many messages were not read yet in all of them
 */
guint
hw_conversations_count_unread (HwConversations *self)
{
  guint unread = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self), i);

      unread += hw_conversation_get_unread (item);
    }
  return unread;
}
