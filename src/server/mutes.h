/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwMutes:
 *
 * The names that may say nothing for a while. Not on disk: a restart gives everybody their voice.
 * Belongs to the network thread.
 */
typedef struct _HwMutes HwMutes;

HwMutes *hw_mutes_new (void);
void hw_mutes_free (HwMutes *self);

void hw_mutes_add (HwMutes *self, const char *folded, gint64 until);
void hw_mutes_copy (HwMutes *self, const char *from, const char *to);
void hw_mutes_remove (HwMutes *self, const char *folded);
gboolean hw_mutes_contain (HwMutes *self, const char *folded);
gboolean hw_mutes_check (HwMutes *self, const char *folded, GError **error);

G_END_DECLS
