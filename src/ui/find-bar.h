/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-search.h"
#include "log-view.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_FIND_BAR (hw_find_bar_get_type ())
/**
 * HwFindBar:
 *
 * The bar over a log in which one looks for words: a field, how many hits there are, and the way
 * from hit to hit. It shows them in a log view by itself.
 *
 * Signals:
 * words-changed (bar): other words are looked for
 * closed (bar): the person is done with it; the bar has hidden itself
 */
G_DECLARE_FINAL_TYPE (HwFindBar, hw_find_bar, HW, FIND_BAR, GtkBox)

void hw_find_bar_set_name (HwFindBar *self, const char *name);
void hw_find_bar_set_target (HwFindBar *self, HwLogView *view, HwLogSearch *search);
void hw_find_bar_open (HwFindBar *self);
const char *hw_find_bar_get_words (HwFindBar *self);
void hw_find_bar_step (HwFindBar *self, int step);

G_END_DECLS
