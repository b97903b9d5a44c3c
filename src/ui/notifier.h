/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desktop.h"

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_NOTIFIER (hw_notifier_get_type ())
/**
 * HwNotifier:
 *
 * Tells the desktop of what is meant for the person while they look elsewhere: mentions and
 * whispers at one place, and that the place lets them go. One notification a conversation, the
 * newest words in it, gone when it was read.
 *
 * Pressing one activates the application's action "show" with the place's address, the
 * conversation's name, and whether that is a room; its button "reply", with the author's name
 * besides. The others activate "visit", "stay" and "return", with the place's address.
 */
G_DECLARE_FINAL_TYPE (HwNotifier, hw_notifier, HW, NOTIFIER, GObject)

/* Whether the person has @what in front of them: a conversation, or the HwPlace. */
typedef gboolean (*HwNotifierLooks) (gpointer what, gpointer user_data);

HwNotifier *
hw_notifier_new (HwDesktop *desktop, HwPlace *place, HwNotifierLooks looks, gpointer user_data);

G_END_DECLS
