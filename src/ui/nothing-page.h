/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "place-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_NOTHING_PAGE (hw_nothing_page_get_type ())
/**
 * HwNothingPage:
 *
 * What is said while no place is looked at: what there is to choose from; and where there is
 * nothing, what was tried, what came of it, why that may be, and what to do.
 *
 * Signals:
 * enter-address (page)
 * stop (page): no more addresses are to be tried
 */
G_DECLARE_FINAL_TYPE (HwNothingPage, hw_nothing_page, HW, NOTHING_PAGE, GtkBox)

void hw_nothing_page_set_choice (HwNothingPage *self, const HwPlaceChoice *choice);

G_END_DECLS
