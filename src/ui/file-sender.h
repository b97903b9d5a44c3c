/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_FILE_SENDER (hw_file_sender_get_type ())
/**
 * HwFileSender:
 *
 * Takes the person's files into a conversation: dropped on its page, pasted into its entry, chosen,
 * or named by a command. What becomes of them is seen in the log.
 *
 * Signal:
 * problem (sender, const char *words): files cannot be sent here, and why
 */
G_DECLARE_FINAL_TYPE (HwFileSender, hw_file_sender, HW, FILE_SENDER, GObject)

HwFileSender *hw_file_sender_new (GtkWidget *page, GtkTextView *entry, gpointer conversation);
void hw_file_sender_choose (HwFileSender *self);
void hw_file_sender_send_path (HwFileSender *self, const char *path);

G_END_DECLS
