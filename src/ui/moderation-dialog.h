/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>

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

GtkWidget *
hw_moderation_dialog_new (GtkWindow *parent, HwPlace *place, HwModeration what, const char *name);

G_END_DECLS
