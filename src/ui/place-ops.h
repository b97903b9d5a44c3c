/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

G_BEGIN_DECLS

#define HW_TYPE_PLACE_OPS (hw_place_ops_get_type ())
/**
 * HwPlaceOps:
 *
 * What a place's server answers us, by its own word: asked anew at every login, so that windows
 * offer what works there and nothing else.
 *
 * Signals:
 * changed (ops)
 */
G_DECLARE_FINAL_TYPE (HwPlaceOps, hw_place_ops, HW, PLACE_OPS, GObject)

HwPlaceOps *hw_place_ops_new (HwPlace *place);
const char *const *hw_place_ops_get (HwPlaceOps *self); /* (transfer none) (nullable) */
gboolean hw_place_ops_has (HwPlaceOps *self, const char *op);

G_END_DECLS
