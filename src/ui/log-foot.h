/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-list-row.h"
#include "log-view.h"

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_LOG_FOOT (hw_log_foot_get_type ())
/**
 * HwLogFoot:
 *
 * The line under a timeline: whether it is live, what came below, and the way to the newest.
 */
G_DECLARE_FINAL_TYPE (HwLogFoot, hw_log_foot, HW, LOG_FOOT, GtkBox)

void hw_log_foot_update (HwLogFoot *self, HwPlace *place, HwLogListRow *row, HwLogView *view);

G_END_DECLS
