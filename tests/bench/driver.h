/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Stands before the number of every message that is measured, and in nothing else that a server
 * sends: so the arrivals of any protocol are counted without reading it. */
#define MARK        '^'
#define MARK_DIGITS 8

/**
 * Needle:
 *
 * The bytes that say that a server has done what it was asked; they may hold NULs.
 */
typedef struct
{
  char bytes[24];
  gsize length;
} Needle;

/**
 * Driver:
 * @name: for the command line
 * @echoes: whether who says something gets it too
 * @login: writes what a new connection says, up to being somebody
 * @create: (nullable): writes what makes a room, where joining does not
 * @join: writes what brings that connection into the room "r" @room
 * @say: writes a message to that room
 *
 * What a load needs to know of a protocol. The needle is what tells that it was done.
 */
typedef struct
{
  const char *name;
  gboolean echoes;
  void (*login) (GString *out, guint client, Needle *needle);
  void (*create) (GString *out, guint room, Needle *needle);
  void (*join) (GString *out, guint room, Needle *needle);
  void (*say) (GString *out, guint room, guint64 number, const char *text);
} Driver;

const Driver *driver_find (const char *name);

G_END_DECLS
