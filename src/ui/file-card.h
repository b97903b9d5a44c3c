/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/transfers.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_FILE_CARD (hw_file_card_get_type ())
/**
 * HwFileCard:
 *
 * One file that goes from person to person: what it is, how far, and what can be done with it. A
 * picture that is here is shown small.
 */
G_DECLARE_FINAL_TYPE (HwFileCard, hw_file_card, HW, FILE_CARD, GtkBox)

GtkWidget *hw_file_card_new (HwTransfers *transfers, HwTransfer *transfer);
HwTransfer *hw_file_card_get_transfer (HwFileCard *self); /* (transfer none) */

G_END_DECLS
