/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "journal.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HwOutboxItem:
 * @key: by which the server knows it again: 128 random bits in hexadecimal
 * @room: the folded name of the room, or of the person, it is for
 * @name: the same as it is written
 * @whisper: whether it is for a person
 * @text: what was said
 * @at: when, milliseconds since 1970 UTC
 * @kept: it is on this computer's disk, or cannot be: it may be shown and sent
 * @sent_as: (nullable): the folded name under which it may have gone out already
 * @problem: (nullable): why it will not go out by itself
 *
 * A message that is not known to be saved. Read-only; owned by the outbox.
 */
typedef struct
{
  char *key;
  char *room;
  char *name;
  gboolean whisper;
  char *text;
  gint64 at;
  gboolean kept;
  char *sent_as;
  char *problem;
} HwOutboxItem;

typedef void (*HwOutboxFunc) (const HwOutboxItem *item, gpointer user_data);

/* Messages that wait at most: far more than anybody types while a place is away. */
#define HW_OUTBOX_MAX 1000

/* Milliseconds after which a server may have forgotten a key, less an hour for clocks that differ:
 * then a message is not sent again by itself. */
#define HW_OUTBOX_AGE_MAX (G_GINT64_CONSTANT (23) * 60 * 60 * 1000)

#define HW_TYPE_OUTBOX (hw_outbox_get_type ())
/**
 * HwOutbox:
 *
 * What was said at one place and is not known to be saved there, in the order it was said. It holds
 * names and texts, no objects of a running session, so that it can be kept on disk: with
 * hw_outbox_open() it is. Main thread only.
 *
 * Signals:
 * kept (outbox, HwOutboxItem *item): it is on the disk now, or cannot be: it may be shown
 * trouble (outbox, GError *error): what is here is not kept on disk
 */
G_DECLARE_FINAL_TYPE (HwOutbox, hw_outbox, HW, OUTBOX, GObject)

HwOutbox *hw_outbox_new (void);
void hw_outbox_open (HwOutbox *self,
                     HwFileThread *thread,
                     const char *path,
                     GPtrArray *lines,
                     gsize size,
                     gboolean damaged);
void hw_outbox_set_author (HwOutbox *self, const char *name);
char *hw_outbox_begin (HwOutbox *self, const char *key); /* (transfer full) (nullable) */
void hw_outbox_set_opens (HwOutbox *self, gboolean opens);
void hw_outbox_close (HwOutbox *self);
void hw_outbox_detach (HwOutbox *self, gboolean moves);
void hw_outbox_forget_old (HwOutbox *self);
gboolean hw_outbox_is_open (HwOutbox *self);
gboolean hw_outbox_is_full (HwOutbox *self);
const HwOutboxItem *hw_outbox_add (HwOutbox *self, const char *room, const char *text);
const HwOutboxItem *hw_outbox_add_whisper (HwOutbox *self, const char *name, const char *text);
void hw_outbox_add_again (
    HwOutbox *self, gboolean whisper, const char *name, const char *text, const char *key);
const HwOutboxItem *hw_outbox_find (HwOutbox *self, const char *key);
const HwOutboxItem *hw_outbox_find_next (HwOutbox *self,
                                         gboolean (*may_go) (const char *room, gpointer user_data),
                                         gpointer user_data);
gboolean hw_outbox_remove (HwOutbox *self, const char *key);
gboolean hw_outbox_set_problem (HwOutbox *self, const char *key, const char *problem);
void hw_outbox_foreach (HwOutbox *self, HwOutboxFunc func, gpointer user_data);
guint hw_outbox_get_size (HwOutbox *self);

char *hw_outbox_make_key (void);

G_END_DECLS
