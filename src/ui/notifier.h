/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_NOTIFIER (hw_notifier_get_type ())
/**
 * HwNotifier:
 *
 * Tells the desktop of what is meant for the person while they look elsewhere: mentions and
 * whispers at one place. One notification a conversation, the newest words in it, gone when it was
 * read.
 *
 * Pressing one activates the application's action "show" with the place's address, the
 * conversation's name, and whether that is a room.
 */
G_DECLARE_FINAL_TYPE (HwNotifier, hw_notifier, HW, NOTIFIER, GObject)

/* Whether the person has @conversation in front of them. */
typedef gboolean (*HwNotifierLooks) (gpointer conversation, gpointer user_data);

HwNotifier *
hw_notifier_new (GApplication *app, HwPlace *place, HwNotifierLooks looks, gpointer user_data);

G_END_DECLS
