/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * HwJsonWriter:
 * @out: where the text goes; owned by the caller
 *
 * Writes one JSON value after another straight into a string, with the commas where they belong.
 * A plain struct for the stack: hw_json_writer_init(), then members, nothing to free. Keys are
 * our own words, in which nothing needs an escape; hw_json_node() takes any.
 */
typedef struct
{
  GString *out;
  gboolean comma;
} HwJsonWriter;

void hw_json_writer_init (HwJsonWriter *self, GString *out);
void hw_json_begin_object (HwJsonWriter *self, const char *key);
void hw_json_end_object (HwJsonWriter *self);
void hw_json_begin_array (HwJsonWriter *self, const char *key);
void hw_json_end_array (HwJsonWriter *self);
void hw_json_string (HwJsonWriter *self, const char *key, const char *value);
void hw_json_int (HwJsonWriter *self, const char *key, gint64 value);
void hw_json_bool (HwJsonWriter *self, const char *key, gboolean value);
void hw_json_double (HwJsonWriter *self, const char *key, double value);
void hw_json_null (HwJsonWriter *self, const char *key);
void hw_json_node (HwJsonWriter *self, const char *key, JsonNode *node);

void hw_json_append_escaped (GString *out, const char *text);

G_END_DECLS
