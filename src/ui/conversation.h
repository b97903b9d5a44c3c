/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

G_BEGIN_DECLS

/* A conversation is a HwRoom or a HwWhisper; these do with either what the chat window does with
 * both. */

gboolean hw_conversation_is_room (gpointer conversation);
const char *hw_conversation_get_name (gpointer conversation);
HwPlace *hw_conversation_get_place (gpointer conversation);     /* (transfer none) */
HwHistory *hw_conversation_get_history (gpointer conversation); /* (transfer none) */
guint hw_conversation_get_unread (gpointer conversation);
guint hw_conversation_get_mentions (gpointer conversation);
guint64 hw_conversation_get_last_read (gpointer conversation);
void hw_conversation_say (gpointer conversation, const char *text);
void hw_conversation_retry (gpointer conversation, HwEntry *entry);
void hw_conversation_discard (gpointer conversation, HwEntry *entry);
void hw_conversation_set_read (gpointer conversation, guint64 seq);

G_END_DECLS
