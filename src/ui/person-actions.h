/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "place-ops.h"

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void hw_person_actions_add (GtkApplicationWindow *window, HwPlace *place);
GMenuModel *hw_person_actions_create_menu (HwPlace *place,
                                           HwPlaceOps *ops,
                                           const char *name,
                                           gboolean can_mention); /* (transfer full) */

G_END_DECLS
