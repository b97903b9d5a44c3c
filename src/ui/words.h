/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hw_words_day (gint64 seconds);
char *hw_words_fingerprint (const char *fingerprint);
char *hw_words_join (const char *first, const char *second);
char *hw_words_size (guint64 bytes);
char *hw_words_problem (const GError *error);

G_END_DECLS
