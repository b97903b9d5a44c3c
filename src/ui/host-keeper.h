/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "application.h"

#include "client/host.h"
#include "client/place.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define HW_TYPE_HOST_KEEPER (hw_host_keeper_get_type ())
/**
 * HwHostKeeper:
 *
 * What the program has to do with the place that it runs: stays alive as long as the place does,
 * makes its own client an admin there, opens it again at login, and tells when it had to be given
 * up. Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwHostKeeper, hw_host_keeper, HW, HOST_KEEPER, GObject)

HwHostKeeper *hw_host_keeper_new (HwApplication *application);
HwHost *hw_host_keeper_get_host (HwHostKeeper *self); /* (transfer none) */
gboolean hw_host_keeper_stays (HwHostKeeper *self);
void hw_host_keeper_window_gone (HwHostKeeper *self);
void hw_host_keeper_open_again (HwHostKeeper *self);
void hw_host_keeper_enter (HwHostKeeper *self, HwPlace *place, const char *password);

G_END_DECLS
