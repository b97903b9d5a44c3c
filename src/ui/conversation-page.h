/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "commands.h"
#include "composer.h"
#include "conversation.h"

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_CONVERSATION_PAGE (hw_conversation_page_get_type ())
/**
 * HwConversationPage:
 *
 * One conversation in the chat window, a joined room or whispers with one person: what was said,
 * who is typing, and the entry. It keeps its place in the log and what is being written while
 * another one is shown.
 *
 * Signals:
 * command (page, const HwCommand *command, const char *argument) → boolean: see HwComposer
 * open-link (page, const char *uri): a link in the log was pressed
 * come-back (page): the person was shown out of the room, and wants to go in again
 */
G_DECLARE_FINAL_TYPE (HwConversationPage, hw_conversation_page, HW, CONVERSATION_PAGE, GtkBox)

GtkWidget *hw_conversation_page_new (gpointer conversation);
gpointer hw_conversation_page_get_conversation (HwConversationPage *self); /* (transfer none) */
HwRoom *hw_conversation_page_get_room (HwConversationPage *self); /* (transfer none) (nullable) */
HwComposer *hw_conversation_page_get_composer (HwConversationPage *self); /* (transfer none) */
void hw_conversation_page_send_file (HwConversationPage *self, const char *path);
void hw_conversation_page_set_ops (HwConversationPage *self, const char *const *ops);
void hw_conversation_page_set_looked_at (HwConversationPage *self, gboolean looked_at);
void hw_conversation_page_find (HwConversationPage *self);
void hw_conversation_page_take_key (HwConversationPage *self, GdkEventKey *event);

G_END_DECLS
