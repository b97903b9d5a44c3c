/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

G_BEGIN_DECLS

#define HW_TYPE_CONVERSATIONS (hw_conversations_get_type ())
/**
 * HwConversations:
 *
 * What one talks in at a place: the joined rooms, then the whispers, as one GListModel of HwRoom
 * and HwWhisper.
 */
G_DECLARE_FINAL_TYPE (HwConversations, hw_conversations, HW, CONVERSATIONS, GObject)

HwConversations *hw_conversations_new (HwPlace *place);
gboolean hw_conversations_find (HwConversations *self, gpointer conversation, guint *position);
guint hw_conversations_count_unread (HwConversations *self);

G_END_DECLS
