/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads rows straight from the pages of a database file, without its trees: what is damaged in one
 * page costs the rows of that page alone. */

typedef enum
{
  HW_VALUE_NULL,
  HW_VALUE_INT,
  HW_VALUE_TEXT,
  HW_VALUE_OTHER, /* real or blob: not in a table of ours */
} HwValueType;

typedef struct
{
  HwValueType type;
  gint64 number;
  const char *text; /* valid UTF-8; not terminated */
  gsize length;
} HwValue;

/* More than any table of ours has. */
#define HW_ROW_VALUES_MAX 16

/* @rowid: 0 for rows of tables without. @values: valid until it returns. */
typedef void (*HwRowFunc) (gint64 rowid, const HwValue *values, guint n_values, gpointer user_data);

void
hw_pages_read (const guint8 *file, gsize size, guint page_size, HwRowFunc func, gpointer user_data);

G_END_DECLS
