/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Spans of time as they are written and read. Milliseconds since 1970 UTC; 0 for an open end. */

gboolean hw_time_words_parse (const char *text, gboolean is_end, gint64 *time);
char *hw_time_words_format (gint64 time);
char *hw_time_words_span (gint64 since, gint64 until);
gint64 hw_time_words_midnight (gint64 time, int days);

G_END_DECLS
