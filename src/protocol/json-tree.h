/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  HW_JSON_NULL,
  HW_JSON_BOOLEAN,
  HW_JSON_INTEGER,
  HW_JSON_DOUBLE,
  HW_JSON_STRING,
  HW_JSON_ARRAY,
  HW_JSON_OBJECT,
} HwJsonType;

/**
 * HwJsonValue:
 *
 * One value. What an object or array holds stands behind it, in the order of the text.
 */
typedef struct
{
  HwJsonType type;
  guint size;      /* in values: itself and all that is in it */
  const char *key; /* (nullable): the member's name, of what an object holds */
  union
  {
    gboolean boolean;
    gint64 integer;
    double number;
    const char *string;
    guint n; /* elements or members */
  };
} HwJsonValue;

/**
 * HwJsonTree:
 *
 * One JSON object, read: an object and all that is in it, in one block of memory as a rule.
 * Immutable.
 */
typedef struct _HwJsonTree HwJsonTree;

HwJsonTree *hw_json_tree_read (const char *line, gsize length, GError **error);
void hw_json_tree_free (HwJsonTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwJsonTree, hw_json_tree_free)

const HwJsonValue *hw_json_tree_get_root (const HwJsonTree *self);

const HwJsonValue *hw_json_value_find (const HwJsonValue *object, const char *key);

/* (nullable): the first value in an object or array, and the one after @child */
static inline const HwJsonValue *
hw_json_value_first (const HwJsonValue *parent)
{
  return parent->size > 1 ? parent + 1 : NULL;
}

static inline const HwJsonValue *
hw_json_value_next (const HwJsonValue *parent, const HwJsonValue *child)
{
  return child + child->size < parent + parent->size ? child + child->size : NULL;
}

G_END_DECLS
