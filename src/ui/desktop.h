/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HW_TYPE_DESKTOP (hw_desktop_get_type ())
/**
 * HwDesktop:
 *
 * The desktop's notifications: the one way to them, which keeps the person's choices (do not
 * disturb, the sound) and says nothing where no desktop listens.
 */
G_DECLARE_FINAL_TYPE (HwDesktop, hw_desktop, HW, DESKTOP, GObject)

HwDesktop *hw_desktop_new (GApplication *app);
void hw_desktop_set_body (HwDesktop *self, GNotification *notification, const char *body);
void hw_desktop_tell (HwDesktop *self, const char *id, GNotification *notification);
void hw_desktop_answer (HwDesktop *self, const char *id, GNotification *notification);
void hw_desktop_withdraw (HwDesktop *self, const char *id);

G_END_DECLS
