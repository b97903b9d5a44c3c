/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The keys of data/io.github.hallwaychat.Hallway.gschema.xml. */
#define HW_SETTINGS_NAME               "name"
#define HW_SETTINGS_APPEARANCE         "appearance"
#define HW_SETTINGS_DENSITY            "density"
#define HW_SETTINGS_CLOCK              "clock"
#define HW_SETTINGS_SPELL_CHECK        "spell-check"
#define HW_SETTINGS_DO_NOT_DISTURB     "do-not-disturb"
#define HW_SETTINGS_NOTIFICATION_SOUND "notification-sound"
#define HW_SETTINGS_NOTIFICATION_TEXT  "notification-text"
#define HW_SETTINGS_ROOM_NOTIFICATIONS "room-notifications"
#define HW_SETTINGS_FOCUS_BY_DEFAULT   "focus-by-default"
#define HW_SETTINGS_KEEP_WHISPERS      "keep-whispers"
#define HW_SETTINGS_RUN_IN_BACKGROUND  "run-in-background"
#define HW_SETTINGS_STRAIGHT_WAY       "straight-way"
#define HW_SETTINGS_ZOOM               "zoom"
#define HW_SETTINGS_MENU_SIZE          "menu-size"
#define HW_SETTINGS_CHAT_SIZE          "chat-size"
#define HW_SETTINGS_LOGS_SIZE          "logs-size"
#define HW_SETTINGS_LOGS_FILTER        "logs-filter"

GSettings *hw_settings_get (void);
void hw_settings_keep_size (GtkWindow *window, const char *key);

G_END_DECLS
