/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hw_name_normalize_user (const char *text, const char *field, GError **error);
char *hw_name_normalize_room (const char *text, const char *field, GError **error);
char *hw_name_normalize_topic (const char *text, const char *field, GError **error);
char *hw_name_fold (const char *name);
gboolean hw_name_is_forbidden (gunichar c);
gboolean hw_text_check (const char *text, const char *field, GError **error);

G_END_DECLS
