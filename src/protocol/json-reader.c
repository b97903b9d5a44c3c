/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A line as json-glib's objects: read by json-tree.c, which is strict, then copied. */

#include "json-reader.h"

#include "json-tree.h"

/* Members of one object that are kept. Nothing that is said has so many; but json-glib's objects
 * are hash tables, and a million bytes of keys of one hash would take minutes to go into one. */
#define MEMBERS_MAX 1000

static JsonNode *new_node (const HwJsonValue *value);

/* (transfer full) */
static JsonObject *
new_object (const HwJsonValue *value)
{
  JsonObject *object = json_object_new ();
  guint n = 0;

  for (const HwJsonValue *member = hw_json_value_first (value); member && n < MEMBERS_MAX;
       member = hw_json_value_next (value, member), n++)
    json_object_set_member (object, member->key, new_node (member));
  return object;
}

/* (transfer full) */
static JsonArray *
new_array (const HwJsonValue *value)
{
  JsonArray *array = json_array_sized_new (value->n);

  for (const HwJsonValue *element = hw_json_value_first (value); element;
       element = hw_json_value_next (value, element))
    json_array_add_element (array, new_node (element));
  return array;
}

/* (transfer full) */
static JsonNode *
new_node (const HwJsonValue *value)
{
  JsonNode *node = json_node_alloc ();

  switch (value->type)
    {
    case HW_JSON_NULL:
      return json_node_init_null (node);
    case HW_JSON_BOOLEAN:
      return json_node_init_boolean (node, value->boolean);
    case HW_JSON_INTEGER:
      return json_node_init_int (node, value->integer);
    case HW_JSON_DOUBLE:
      return json_node_init_double (node, value->number);
    case HW_JSON_STRING:
      return json_node_init_string (node, value->string);
    case HW_JSON_ARRAY:
      json_node_init (node, JSON_NODE_ARRAY);
      json_node_take_array (node, new_array (value));
      return node;
    case HW_JSON_OBJECT:
      json_node_init (node, JSON_NODE_OBJECT);
      json_node_take_object (node, new_object (value));
      return node;
    }
  g_return_val_if_reached (json_node_init_null (node));
}

/**
 * hw_json_read_object:
 * @line: bytes from anywhere, not necessarily terminated
 * @length: how many
 * @error: where to put %HW_ERROR_BAD_JSON
 *
 * hw_json_tree_read() for those who want json-glib's objects, which hold the first 1,000 members of
 * each at most. Any thread.
 *
 * Returns: (transfer full) (nullable): the object
 */
JsonObject *
hw_json_read_object (const char *line, gsize length, GError **error)
{
  g_autoptr (HwJsonTree) tree = hw_json_tree_read (line, length, error);

  return tree ? new_object (hw_json_tree_get_root (tree)) : NULL;
}
