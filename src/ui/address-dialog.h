/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_ADDRESS_DIALOG (hw_address_dialog_get_type ())
/**
 * HwAddressDialog:
 *
 * Asks for a place's address and waits until the place has answered. It closes itself then.
 *
 * Signals:
 * - go (dialog, const char *address): an address was entered; the answer is
 *   hw_address_dialog_follow() or hw_address_dialog_say()
 * - reached (dialog, HwPlace *place): the place that is followed has answered
 * - cancelled (dialog, HwPlace *place): the place that is followed is no longer wanted
 */
G_DECLARE_FINAL_TYPE (HwAddressDialog, hw_address_dialog, HW, ADDRESS_DIALOG, HdyWindow)

GtkWidget *hw_address_dialog_new (GtkWindow *parent);
void hw_address_dialog_follow (HwAddressDialog *self, HwPlace *place);
void hw_address_dialog_say (HwAddressDialog *self, const GError *error);

G_END_DECLS
