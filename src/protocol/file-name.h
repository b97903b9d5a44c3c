/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hw_file_name_normalize (const char *text, const char *field, GError **error);
gboolean hw_file_type_is_valid (const char *type);
char *hw_file_name_make_safe (const char *text);

G_END_DECLS
