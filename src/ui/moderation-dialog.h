/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

/**
 * HwModeration:
 *
 * What an admin can do to somebody.
 */
typedef enum
{
  HW_MODERATION_KICK,
  HW_MODERATION_MUTE,
  HW_MODERATION_BAN,
} HwModeration;

#define HW_TYPE_MODERATION_DIALOG (hw_moderation_dialog_get_type ())
/**
 * HwModerationDialog:
 *
 * Asks for how long and why somebody is to be kicked, muted or banned, says what that means, does
 * it, and shows what the server answered.
 */
G_DECLARE_FINAL_TYPE (HwModerationDialog, hw_moderation_dialog, HW, MODERATION_DIALOG, HdyWindow)

GtkWidget *
hw_moderation_dialog_new (GtkWindow *parent, HwPlace *place, HwModeration what, const char *name);

G_END_DECLS
