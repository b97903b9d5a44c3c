/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_ALERT (hw_alert_get_type ())
/**
 * HwAlert:
 *
 * A question in front of a window: what happened or will happen, the safe answer, and the other
 * one. Escape and closing it are the safe answer. It goes away by itself, with the window or when
 * it was answered.
 *
 * Signals:
 * accepted (alert): the other answer was given
 */
G_DECLARE_FINAL_TYPE (HwAlert, hw_alert, HW, ALERT, HdyWindow)

GtkWidget *hw_alert_new (
    GtkWindow *parent, const char *title, const char *text, const char *safe, const char *other);
void hw_alert_set_detail (HwAlert *self, const char *detail);
void hw_alert_set_harmless (HwAlert *self);

G_END_DECLS
