/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-view.h"

#include "client/transfers.h"

G_BEGIN_DECLS

#define HW_TYPE_FILE_TAKER (hw_file_taker_get_type ())
/**
 * HwFileTaker:
 *
 * Does with the files in a log view what the person presses there: saves them where they want them,
 * goes on, shows a picture larger or a file in its folder, or stops.
 */
G_DECLARE_FINAL_TYPE (HwFileTaker, hw_file_taker, HW, FILE_TAKER, GObject)

HwFileTaker *hw_file_taker_new (HwLogView *view, HwTransfers *transfers);

G_END_DECLS
