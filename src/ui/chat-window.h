/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "conversation-page.h"
#include "place-ops.h"

#include "client/place.h"

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_CHAT_WINDOW (hw_chat_window_get_type ())
/**
 * HwChatWindow:
 *
 * The rooms of one place that the person is in, and whispers there: a sidebar to go from one to the
 * other, what was said with the entry under it, and who is there.
 *
 * Actions: "details", "find", "focus" (boolean), "leave", "members" (boolean), "next-room",
 * "previous-room", "room" (int: the place in the sidebar, from 1), "menu", "close".
 */
G_DECLARE_FINAL_TYPE (HwChatWindow, hw_chat_window, HW, CHAT_WINDOW, HdyApplicationWindow)

GtkWidget *hw_chat_window_new (GtkApplication *app, HwPlace *place);
HwPlace *hw_chat_window_get_place (HwChatWindow *self); /* (transfer none) */
void hw_chat_window_show (HwChatWindow *self, gpointer conversation);
gboolean hw_chat_window_is_looking_at (HwChatWindow *self, gpointer conversation);
HwPlaceOps *hw_chat_window_get_ops (HwChatWindow *self); /* (transfer none) */
HwConversationPage *
hw_chat_window_get_page (HwChatWindow *self); /* (transfer none) (nullable): the one shown */
HwConversationPage *hw_chat_window_find_page (HwChatWindow *self,
                                              gpointer conversation); /* (nullable) */
void hw_chat_window_show_nth (HwChatWindow *self, guint index);
void hw_chat_window_step (HwChatWindow *self, int by);
void hw_chat_window_answer (HwChatWindow *self, const char *name);
void hw_chat_window_show_room (HwChatWindow *self, HwRoom *room);

G_END_DECLS
