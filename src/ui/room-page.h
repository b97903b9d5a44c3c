/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "commands.h"
#include "composer.h"

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_ROOM_PAGE (hw_room_page_get_type ())
/**
 * HwRoomPage:
 *
 * One joined room in the chat window: its log, who is typing, and the entry. It keeps its place in
 * the log and what is being written while another room is shown.
 *
 * Signals:
 * command (page, const HwCommand *command, const char *argument) → boolean: see HwComposer
 * open-link (page, const char *uri): a link in the log was pressed
 * come-back (page): the person was shown out of the room, and wants to go in again
 */
G_DECLARE_FINAL_TYPE (HwRoomPage, hw_room_page, HW, ROOM_PAGE, GtkBox)

GtkWidget *hw_room_page_new (HwRoom *room);
HwRoom *hw_room_page_get_room (HwRoomPage *self);         /* (transfer none) */
HwComposer *hw_room_page_get_composer (HwRoomPage *self); /* (transfer none) */
void hw_room_page_set_ops (HwRoomPage *self, const char *const *ops);
void hw_room_page_set_looked_at (HwRoomPage *self, gboolean looked_at);
void hw_room_page_find (HwRoomPage *self);
void hw_room_page_take_key (HwRoomPage *self, GdkEventKey *event);

G_END_DECLS
