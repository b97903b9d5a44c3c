/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/history.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Talk made up for tests of the log view, the same each time, and the window to show it in. */

HwEntry *talk_entry (guint64 seq, gint64 at, HwEntryKind kind, const char *from, const char *text);
HwEntry *talk_generate (guint64 seq);
HwHistory *talk_history (guint64 last, guint delay);
HwHistory *talk_history_of (GPtrArray *entries);
HwHistory *talk_scene (void);
guint talk_get_n_fetches (HwHistory *history);

gint64 talk_today (int hour, int minute);
void talk_load_style (void);

G_END_DECLS
