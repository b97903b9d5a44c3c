/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hw_composer_text_clean (const char *text);
gboolean hw_composer_text_is_blank (const char *text);
gsize hw_composer_text_fits (const char *text, gsize length, gsize word_max);

G_END_DECLS
