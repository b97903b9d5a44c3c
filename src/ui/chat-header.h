/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_CHAT_HEADER (hw_chat_header_get_type ())
/**
 * HwChatHeader:
 *
 * The header over a room: what it is called and about, and what can be done with it. It only has
 * the buttons; the actions are the window's.
 */
G_DECLARE_FINAL_TYPE (HwChatHeader, hw_chat_header, HW, CHAT_HEADER, HdyHeaderBar)

void hw_chat_header_set_conversation (HwChatHeader *self, gpointer conversation);
void hw_chat_header_set_focus (HwChatHeader *self, gboolean can_focus, guint n_held);
void hw_chat_header_set_narrow (HwChatHeader *self, gboolean narrow);

G_END_DECLS
