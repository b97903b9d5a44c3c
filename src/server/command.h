/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _HwRequest HwRequest;

/* What a connection must have done before it may use a command. */
typedef enum
{
  HW_NEEDS_NOTHING,
  HW_NEEDS_HELLO,
  HW_NEEDS_LOGIN,
  HW_NEEDS_ADMIN,
} HwNeeds;

typedef enum
{
  HW_COMMAND_QUIET = 1 << 0,   /* no sign that the person is there */
  HW_COMMAND_ORDERED = 1 << 1, /* is answered after the ordered requests before it */
  HW_COMMAND_ALONE = 1 << 2,   /* begins when those before it are answered, and nothing after it
                                  before it is: it changes what they mean, or its answer is large */
  HW_COMMAND_FREE = 1 << 3,    /* does not count against the rate of requests */
} HwCommandFlags;

typedef enum
{
  HW_FIELD_STRING,
  HW_FIELD_INT,
  HW_FIELD_BOOL,
  HW_FIELD_OBJECT,
  HW_FIELD_STRINGS,
  HW_FIELD_INTS,
} HwFieldType;

/**
 * HwField:
 * @minimum: of an integer, or of a string's length in characters
 * @maximum: the same
 */
typedef struct
{
  const char *name;
  HwFieldType type;
  gboolean optional;
  gint64 minimum;
  gint64 maximum;
} HwField;

#define HW_FIELDS_MAX 9

/**
 * HwCommand:
 *
 * One row of the table that the server's language is: checking, refusals and the answer to
 * "commands" come from it.
 */
typedef struct
{
  const char *op;
  void (*handler) (HwRequest *request);
  HwNeeds needs;
  HwCommandFlags flags;
  const char *text; /* for people */
  HwField fields[HW_FIELDS_MAX + 1];
} HwCommand;

const HwCommand *hw_command_find (const char *op);
gsize hw_command_get_table (const HwCommand **commands);

G_END_DECLS
