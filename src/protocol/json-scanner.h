/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean hw_json_scan (const char *line, gsize length, GError **error);

G_END_DECLS
