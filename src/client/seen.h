/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwSeen:
 *
 * The keys of whispers that came, for a day: what comes by two ways is one. Main thread only.
 */
typedef struct _HwSeen HwSeen;

HwSeen *hw_seen_new (void);
void hw_seen_free (HwSeen *self);
gboolean hw_seen_add (HwSeen *self, const char *from, const char *key, gint64 now);
gboolean hw_seen_has (HwSeen *self, const char *from, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwSeen, hw_seen_free)

G_END_DECLS
