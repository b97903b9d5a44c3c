/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-reader.h"

G_BEGIN_DECLS

void hw_log_print (GtkWindow *parent, HwPlace *place, HwLogReader *reader);

G_END_DECLS
