/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _HwAnnouncer HwAnnouncer;

HwAnnouncer *hw_announcer_new (const char *id, const char *name, guint16 port, char **addresses);
void hw_announcer_free (HwAnnouncer *self);

G_END_DECLS
