/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Moves the server's monotonic clock on: what is due by then is due now. */
void fuzz_clock_skip (gint64 milliseconds);

G_END_DECLS
