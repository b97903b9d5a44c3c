/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_FILE_SHELF (hw_file_shelf_get_type ())
/**
 * HwFileShelf:
 *
 * The files of one conversation, under what was said: those on offer, those on their way, and what
 * became of them, until the person puts them away. Not there while there are none.
 *
 * It also takes files in: dropped on the page, pasted into the entry, or chosen.
 *
 * Signal:
 * problem (shelf, const char *words): files cannot be sent here, and why
 */
G_DECLARE_FINAL_TYPE (HwFileShelf, hw_file_shelf, HW, FILE_SHELF, GtkScrolledWindow)

void hw_file_shelf_set_conversation (HwFileShelf *self, gpointer conversation);
void hw_file_shelf_take_drops (HwFileShelf *self, GtkWidget *target);
void hw_file_shelf_send_uris (HwFileShelf *self, const char *const *uris);
void hw_file_shelf_follow_entry (HwFileShelf *self, GtkTextView *view);
gboolean hw_file_shelf_paste (HwFileShelf *self);
void hw_file_shelf_choose (HwFileShelf *self);
void hw_file_shelf_send_path (HwFileShelf *self, const char *path);

G_END_DECLS
