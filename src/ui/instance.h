/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void hw_instance_announce (GApplication *application);
gboolean hw_instance_is_elsewhere (GApplication *application);

G_END_DECLS
