/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwOutbox: messages on their way. A message stays here until the server says under its key that it
 * has it, or that it never will; whoever sends asks for the next one each time, so that a lost link
 * needs no undoing: what was not acknowledged is still next, with the key it had. */

#include "outbox.h"

#include <gio/gio.h>
#include <sys/random.h>

/* Bytes of a key's randomness. */
#define KEY_BYTES 16

struct _HwOutbox
{
  GObject parent_instance;

  GQueue items; /* of HwOutboxItem */
};

G_DEFINE_FINAL_TYPE (HwOutbox, hw_outbox, G_TYPE_OBJECT)

static void
item_free (HwOutboxItem *item)
{
  g_free (item->key);
  g_free (item->room);
  g_free (item->text);
  g_free (item);
}

static void
hw_outbox_finalize (GObject *object)
{
  HwOutbox *self = HW_OUTBOX (object);

  g_queue_clear_full (&self->items, (GDestroyNotify) item_free);

  G_OBJECT_CLASS (hw_outbox_parent_class)->finalize (object);
}

static void
hw_outbox_class_init (HwOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hw_outbox_finalize;
}

static void
hw_outbox_init (HwOutbox *self)
{
}

/**
 * hw_outbox_new:
 *
 * Returns: (transfer full): an empty outbox
 */
HwOutbox *
hw_outbox_new (void)
{
  return g_object_new (HW_TYPE_OUTBOX, NULL);
}

/**
 * hw_outbox_make_key:
 *
 * Any thread.
 *
 * Returns: (transfer full): 128 random bits as 32 hexadecimal digits
 */
char *
hw_outbox_make_key (void)
{
  guint8 bytes[KEY_BYTES];
  char *key = g_malloc (2 * KEY_BYTES + 1);

  /* Sixteen bytes come whole or not at all; they fail only on kernels older than 3.17. */
  if (getrandom (bytes, sizeof bytes, 0) != (gssize) sizeof bytes)
    for (gsize i = 0; i < sizeof bytes; i++)
      bytes[i] = g_random_int_range (0, 256);
  for (gsize i = 0; i < sizeof bytes; i++)
    g_snprintf (key + 2 * i, 3, "%02x", bytes[i]);
  return key;
}

static HwOutboxItem *
add (HwOutbox *self, const char *room, const char *text, char *key)
{
  HwOutboxItem *item = g_new0 (HwOutboxItem, 1);

  item->key = key;
  item->room = g_strdup (room);
  item->text = g_strdup (text);
  item->at = g_get_real_time () / 1000;
  g_queue_push_tail (&self->items, item);
  return item;
}

/**
 * hw_outbox_add:
 * @self: an outbox
 * @room: the folded name of a room
 * @text: what was said
 *
 * Returns: (transfer none): the message, with a key of its own
 */
const HwOutboxItem *
hw_outbox_add (HwOutbox *self, const char *room, const char *text)
{
  return add (self, room, text, hw_outbox_make_key ());
}

/**
 * hw_outbox_add_again:
 * @self: an outbox
 * @room: the folded name of a room
 * @text: what was said
 * @key: the key it had
 *
 * A message that was refused is tried again. It keeps its key: should the server have it after all,
 * it stays one message.
 */
void
hw_outbox_add_again (HwOutbox *self, const char *room, const char *text, const char *key)
{
  if (!hw_outbox_find (self, key))
    add (self, room, text, g_strdup (key));
}

static GList *
find_link (HwOutbox *self, const char *key)
{
  for (GList *l = self->items.head; l; l = l->next)
    if (g_str_equal (((HwOutboxItem *) l->data)->key, key))
      return l;
  return NULL;
}

/**
 * hw_outbox_find:
 * @self: an outbox
 * @key: a message's key
 *
 * Returns: (transfer none) (nullable): the message
 */
const HwOutboxItem *
hw_outbox_find (HwOutbox *self, const char *key)
{
  GList *link = find_link (self, key);

  return link ? link->data : NULL;
}

/**
 * hw_outbox_find_next:
 * @self: an outbox
 * @may_go: whether messages for a room can be sent now
 * @user_data: for @may_go
 *
 * Returns: (transfer none) (nullable): the oldest message that can be sent
 */
const HwOutboxItem *
hw_outbox_find_next (HwOutbox *self,
                     gboolean (*may_go) (const char *room, gpointer user_data),
                     gpointer user_data)
{
  for (GList *l = self->items.head; l; l = l->next)
    {
      const HwOutboxItem *item = l->data;

      if (may_go (item->room, user_data))
        return item;
    }
  return NULL;
}

/**
 * hw_outbox_remove:
 * @self: an outbox
 * @key: of a message that is saved, or will never be
 *
 * Returns: whether it was there
 */
gboolean
hw_outbox_remove (HwOutbox *self, const char *key)
{
  GList *link = find_link (self, key);

  if (!link)
    return FALSE;
  item_free (link->data);
  g_queue_delete_link (&self->items, link);
  return TRUE;
}

/**
 * hw_outbox_get_size:
 * @self: an outbox
 *
 * Returns: how many messages are not known to be saved
 */
guint
hw_outbox_get_size (HwOutbox *self)
{
  return self->items.length;
}
