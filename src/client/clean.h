/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hw_clean_name (const char *text, gsize characters_max);
char *hw_clean_text (const char *text, gsize bytes_max);

void hw_secret_free (char *secret);
void hw_secret_free_line (GString *line);
gboolean hw_text_mentions (const char *text, const char *name);

G_END_DECLS
