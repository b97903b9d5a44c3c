/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwSaidBefore:
 *
 * What was said before in one entry, for the arrow keys: oldest first, bounded, and at its end what
 * is being written.
 */
typedef struct _HwSaidBefore HwSaidBefore;

HwSaidBefore *hw_said_before_new (void);
void hw_said_before_free (HwSaidBefore *self);
void hw_said_before_add (HwSaidBefore *self, const char *text);
const char *hw_said_before_step (HwSaidBefore *self, int by, const char *writing);
gboolean hw_said_before_is_recalling (HwSaidBefore *self);
void hw_said_before_end (HwSaidBefore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwSaidBefore, hw_said_before_free)

G_END_DECLS
