/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Getters for fields that come from the other side: they check presence, type and range and blame
 * the field by name. %NULL (JSON null) counts as missing. */
gboolean hw_message_has (JsonObject *message, const char *field);
gboolean
hw_message_get_string (JsonObject *message, const char *field, const char **value, GError **error);
gboolean hw_message_get_int (JsonObject *message,
                             const char *field,
                             gint64 minimum,
                             gint64 maximum,
                             gint64 *value,
                             GError **error);
gboolean
hw_message_get_bool (JsonObject *message, const char *field, gboolean *value, GError **error);
gboolean
hw_message_get_object (JsonObject *message, const char *field, JsonObject **value, GError **error);
gboolean
hw_message_get_array (JsonObject *message, const char *field, JsonArray **value, GError **error);

/* The same for optional fields: absent leaves *value as it is and succeeds. */
gboolean hw_message_get_string_opt (JsonObject *message,
                                    const char *field,
                                    const char **value,
                                    GError **error);
gboolean hw_message_get_int_opt (JsonObject *message,
                                 const char *field,
                                 gint64 minimum,
                                 gint64 maximum,
                                 gint64 *value,
                                 GError **error);
gboolean
hw_message_get_bool_opt (JsonObject *message, const char *field, gboolean *value, GError **error);
gboolean hw_message_get_object_opt (JsonObject *message,
                                    const char *field,
                                    JsonObject **value,
                                    GError **error);
gboolean hw_message_get_array_opt (JsonObject *message,
                                   const char *field,
                                   JsonArray **value,
                                   GError **error);

GError *hw_message_to_error (JsonObject *reply);

G_END_DECLS
