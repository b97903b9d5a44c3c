/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <handy.h>

G_BEGIN_DECLS

void hw_flap_fold_follow (HdyFlap *flap, GtkWidget *members);

G_END_DECLS
