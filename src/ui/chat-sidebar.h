/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "conversations.h"
#include "pane.h"

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_CHAT_SIDEBAR (hw_chat_sidebar_get_type ())
/**
 * HwChatSidebar:
 *
 * The rooms of a place that we are in, those whom we whisper with, and our own standing there.
 *
 * Signals:
 * chosen (sidebar, GObject *conversation): its row became the selected one
 * opened (sidebar, GObject *conversation): its row was pressed, or Enter was on it
 */
G_DECLARE_FINAL_TYPE (HwChatSidebar, hw_chat_sidebar, HW, CHAT_SIDEBAR, HwPane)

HdyHeaderBar *hw_chat_sidebar_get_header (HwChatSidebar *self); /* (transfer none) */
void
hw_chat_sidebar_set_place (HwChatSidebar *self, HwPlace *place, HwConversations *conversations);
void hw_chat_sidebar_select (HwChatSidebar *self, gpointer conversation);
void hw_chat_sidebar_open_menu (HwChatSidebar *self);

G_END_DECLS
