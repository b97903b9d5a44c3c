/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

int hw_service_find_sockets (int *first);
void hw_service_notify (const char *state);

G_END_DECLS
