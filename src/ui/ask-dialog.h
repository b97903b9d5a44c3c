/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "field-row.h"

#include "client/place.h"

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_ASK_DIALOG (hw_ask_dialog_get_type ())
/**
 * HwAskDialog:
 *
 * What an admin is asked before a server does something: fields, what it means in words, and, when
 * the server has answered, what became of it, or why not, with everything that was typed still
 * there. Closing it while the server is asked only stops waiting.
 *
 * Signals:
 * check (dialog) → gboolean: whether what is entered can be sent; the first %FALSE counts
 * send (dialog): the verb was pressed: hw_ask_dialog_request(), or hw_ask_dialog_begin() and then
 * hw_ask_dialog_fail() or hw_ask_dialog_tell()
 * answered (dialog, JsonObject *reply): hw_ask_dialog_request() succeeded; it is closed after that,
 * unless hw_ask_dialog_tell() or another request came
 */
G_DECLARE_FINAL_TYPE (HwAskDialog, hw_ask_dialog, HW, ASK_DIALOG, HdyWindow)

GtkWidget *
hw_ask_dialog_new (GtkWindow *parent, HwPlace *place, const char *title, const char *verb);
HwPlace *hw_ask_dialog_get_place (HwAskDialog *self); /* (transfer none) */
void hw_ask_dialog_set_destructive (HwAskDialog *self);
void hw_ask_dialog_set_meaning (HwAskDialog *self, const char *meaning);
HwFieldRow *hw_ask_dialog_add_field (HwAskDialog *self, const char *label, int length_max);
GtkComboBoxText *hw_ask_dialog_add_choice (HwAskDialog *self, const char *label);
void hw_ask_dialog_update (HwAskDialog *self);

void hw_ask_dialog_request (HwAskDialog *self, const char *op, JsonObject *fields);
GCancellable *hw_ask_dialog_begin (HwAskDialog *self); /* (transfer none) */
void hw_ask_dialog_fail (HwAskDialog *self, const GError *error);
void
hw_ask_dialog_tell (HwAskDialog *self, const char *title, const char *text, const char *detail);

G_END_DECLS
