/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The few things that rooms and whispers have in common for a window. They are different objects,
 * with different servers' rules behind them; here alone they are told apart for that. */

#include "hallway-config.h"

#include "conversation.h"

gboolean
hw_conversation_is_room (gpointer conversation)
{
  return HW_IS_ROOM (conversation);
}

const char *
hw_conversation_get_name (gpointer conversation)
{
  return HW_IS_ROOM (conversation) ? hw_room_get_name (conversation)
                                   : hw_whisper_get_name (conversation);
}

HwPlace *
hw_conversation_get_place (gpointer conversation)
{
  return HW_IS_ROOM (conversation) ? hw_room_get_place (conversation)
                                   : hw_whisper_get_place (conversation);
}

HwHistory *
hw_conversation_get_history (gpointer conversation)
{
  return HW_IS_ROOM (conversation) ? hw_room_get_history (conversation)
                                   : hw_whisper_get_history (conversation);
}

guint
hw_conversation_get_unread (gpointer conversation)
{
  return HW_IS_ROOM (conversation) ? hw_room_get_unread (conversation)
                                   : hw_whisper_get_unread (conversation);
}

guint64
hw_conversation_get_last_read (gpointer conversation)
{
  return HW_IS_ROOM (conversation) ? hw_room_get_last_read (conversation)
                                   : hw_whisper_get_last_read (conversation);
}

/**
 * hw_conversation_get_mentions:
 * @conversation: a HwRoom or a HwWhisper
 *
 * Returns: how many unread messages name us; a whisper is for us anyhow, and names nobody
 */
guint
hw_conversation_get_mentions (gpointer conversation)
{
  return HW_IS_ROOM (conversation) ? hw_room_get_mentions (conversation) : 0;
}

void
hw_conversation_say (gpointer conversation, const char *text)
{
  if (HW_IS_ROOM (conversation))
    hw_room_say (conversation, text);
  else
    hw_whisper_say (conversation, text);
}

void
hw_conversation_retry (gpointer conversation, HwEntry *entry)
{
  if (HW_IS_ROOM (conversation))
    hw_room_retry (conversation, entry);
  else
    hw_whisper_retry (conversation, entry);
}

void
hw_conversation_discard (gpointer conversation, HwEntry *entry)
{
  if (HW_IS_ROOM (conversation))
    hw_room_discard (conversation, entry);
  else
    hw_whisper_discard (conversation, entry);
}

void
hw_conversation_set_read (gpointer conversation, guint64 seq)
{
  if (HW_IS_ROOM (conversation))
    hw_room_set_read (conversation, seq);
  else
    hw_whisper_set_read (conversation, seq);
}
