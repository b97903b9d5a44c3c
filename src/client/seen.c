/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which whispers came already, by sender and key. It is kept in memory only: a sender tries the
 * second way within seconds, and what a server stored for longer it delivers once. */

#include "seen.h"

/* As the server has it for its own keys, microseconds. */
#define DAY (24 * 3600 * G_TIME_SPAN_SECOND)

/* A bound for a flood: some 2 MB. */
#define KEYS_MAX 20000

struct _HwSeen
{
  GHashTable *keys; /* of char *, "KEY SENDER" */
  GQueue order;     /* of Seen, oldest first */
};

typedef struct
{
  char *id; /* the table's */
  gint64 at;
} Seen;

static char *
make_id (const char *from, const char *key)
{
  return g_strconcat (key, "\n", from, NULL);
}

/**
 * hw_seen_new:
 *
 * Returns: (transfer full): nothing came yet
 */
HwSeen *
hw_seen_new (void)
{
  HwSeen *self = g_new0 (HwSeen, 1);

  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&self->order);
  return self;
}

/**
 * hw_seen_free:
 * @self: (nullable) (transfer full): what came
 */
void
hw_seen_free (HwSeen *self)
{
  if (!self)
    return;
  g_queue_clear_full (&self->order, g_free);
  g_hash_table_unref (self->keys);
  g_free (self);
}

static void
forget_old (HwSeen *self, gint64 now)
{
  while (self->order.length > 0)
    {
      Seen *oldest = self->order.head->data;

      if (self->order.length <= KEYS_MAX && now - oldest->at < DAY)
        break;
      g_hash_table_remove (self->keys, oldest->id);
      g_free (g_queue_pop_head (&self->order));
    }
}

/**
 * hw_seen_add:
 * @self: what came
 * @from: a folded name
 * @key: the key of what came from there
 * @now: monotonic microseconds
 *
 * Notes that it came.
 *
 * Returns: whether it is new
 */
gboolean
hw_seen_add (HwSeen *self, const char *from, const char *key, gint64 now)
{
  char *id = make_id (from, key);
  Seen *seen;

  if (g_hash_table_contains (self->keys, id))
    {
      g_free (id);
      return FALSE;
    }
  g_hash_table_add (self->keys, id);
  seen = g_new (Seen, 1);
  seen->id = id;
  seen->at = now;
  g_queue_push_tail (&self->order, seen);
  forget_old (self, now);
  return TRUE;
}

/**
 * hw_seen_has:
 * @self: what came
 * @from: a folded name
 * @key: a key
 *
 * Returns: whether it came within the last day
 */
gboolean
hw_seen_has (HwSeen *self, const char *from, const char *key)
{
  g_autofree char *id = make_id (from, key);

  return g_hash_table_contains (self->keys, id);
}
