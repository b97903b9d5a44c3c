/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonObject *hw_json_read_object (const char *line, gsize length, GError **error);

G_END_DECLS
