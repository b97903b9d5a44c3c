/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-reader.h"

G_BEGIN_DECLS

/* Where things are in a log. Numbers have no holes and ids do not go back, so a place is found by
 * halving, and needs no index of its own. */
gboolean hw_log_find_last (HwReader *reader, gint64 log, guint64 *last, GError **error);
gboolean hw_log_find_id (
    HwReader *reader, gint64 log, guint64 last, gint64 id, guint64 *seq, GError **error);

G_END_DECLS
