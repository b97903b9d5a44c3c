/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwOutbox: messages on their way. A message stays here until the server says under its key that it
 * has it, or that it never will; whoever sends asks for the next one each time, so that a lost link
 * needs no undoing: what was not acknowledged is still next, with the key it had.
 *
 * Its journal says what came in ("out"), what is settled ("done") and what will not go out by
 * itself ("problem"). Losing a "done" is harmless, for the server knows the key; losing an "out"
 * would be losing words, so nobody sees a message before it is on the disk. */

#include "hallway-config.h"

#include "outbox.h"

#include "outbox-lines.h"

#include "protocol/json-writer.h"
#include "protocol/name.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/random.h>

/* Bytes of a key's randomness. */
#define KEY_BYTES 16

/* Bytes that the journal may have beyond what it has to say before it is written anew. */
#define WASTE_MAX (256 * 1024)

struct _HwOutbox
{
  GObject parent_instance;

  GQueue items;        /* of HwOutboxLine */
  char *author;        /* (nullable): who we are, folded */
  gsize live;          /* bytes that the journal needs for them, about */
  HwJournal *journal;  /* (nullable): it is in memory only */
  HwJournal *old;      /* (nullable): has what @journal is to have first */
  gboolean opens;      /* the journal comes: nothing is shown before */
  gboolean in_trouble; /* a write failed, and somebody was told */
  guint64 recovers;    /* then: the line by which all is on the disk again; 0: none yet */
};

enum
{
  KEPT,
  TROUBLE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwOutbox, hw_outbox, G_TYPE_OBJECT)

static void
hw_outbox_finalize (GObject *object)
{
  HwOutbox *self = HW_OUTBOX (object);

  hw_journal_free (self->journal);
  hw_journal_free (self->old);
  g_free (self->author);
  g_queue_clear_full (&self->items, (GDestroyNotify) hw_outbox_line_free);

  G_OBJECT_CLASS (hw_outbox_parent_class)->finalize (object);
}

static void
hw_outbox_class_init (HwOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hw_outbox_finalize;

  signals[KEPT] = g_signal_new ("kept", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[TROUBLE] = g_signal_new ("trouble", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hw_outbox_init (HwOutbox *self)
{
}

/**
 * hw_outbox_new:
 *
 * Returns: (transfer full): an empty outbox, in memory
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

/* @same: the journal says all of it, only longer */
static guint64
write_anew (HwOutbox *self, gboolean same)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  guint64 number;

  for (GList *l = self->items.head; l; l = l->next)
    {
      hw_outbox_line_write (l->data, self->author, lines);
      g_string_append_c (lines, '\n');
    }
  number = hw_journal_replace (self->journal, lines, same);
  for (GList *l = self->items.head; l; l = l->next)
    ((HwOutboxLine *) l->data)->number = number;
  return number;
}

static void
write_line (HwOutbox *self, HwOutboxLine *item, const GString *line)
{
  guint64 number = hw_journal_append (self->journal, line);

  if (item)
    item->number = number;
  if (hw_journal_get_size (self->journal) > self->live + WASTE_MAX)
    write_anew (self, TRUE);
}

static void
write_about (HwOutbox *self, const char *what, const char *key, const char *value)
{
  g_autoptr (GString) line = NULL;
  HwJsonWriter json;

  if (!self->journal)
    return;
  line = g_string_new (NULL);
  hw_json_writer_init (&json, line);
  hw_json_begin_object (&json, NULL);
  hw_json_string (&json, what, key);
  if (value)
    hw_json_string (&json, "why", value);
  hw_json_end_object (&json);
  write_line (self, NULL, line);
}

/* @error: (nullable): it is over */
static void
set_trouble (HwOutbox *self, const GError *error)
{
  self->recovers = 0;
  if (self->in_trouble == (error != NULL))
    return;
  self->in_trouble = error != NULL;
  g_signal_emit (self, signals[TROUBLE], 0, error);
}

/* What was given up to @upto is as safe as it will be. */
static void
show_kept (HwOutbox *self, guint64 upto)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);

  for (GList *l = self->items.head; l; l = l->next)
    {
      HwOutboxLine *item = l->data;

      if (item->item.kept || item->number > upto)
        continue;
      item->item.kept = TRUE;
      g_ptr_array_add (keys, g_strdup (item->item.key));
    }
  /* Whoever is told may change what is here. */
  for (guint i = 0; i < keys->len; i++)
    {
      const HwOutboxItem *item = hw_outbox_find (self, keys->pdata[i]);

      if (item)
        g_signal_emit (self, signals[KEPT], 0, item);
    }
}

static void
on_written (guint64 upto, const GError *error, gpointer user_data)
{
  g_autoptr (HwOutbox) self = g_object_ref (user_data);

  /* What could not be written while the disk took nothing is not there yet. */
  if (!error && self->in_trouble && self->recovers == 0)
    self->recovers = write_anew (self, FALSE);
  else if (error || upto >= self->recovers)
    set_trouble (self, error);
  show_kept (self, upto);
}

static const HwOutboxItem *
add (HwOutbox *self, HwOutboxLine *item)
{
  g_queue_push_tail (&self->items, item);
  self->live += hw_outbox_line_get_weight (item);
  if (self->journal)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      hw_outbox_line_write (item, self->author, line);
      write_line (self, item, line);
    }
  else
    {
      item->item.kept = !self->opens;
      item->number = G_MAXUINT64;
    }
  return &item->item;
}

static gint64
get_now (void)
{
  return g_get_real_time () / 1000;
}

/**
 * hw_outbox_add:
 * @self: an outbox
 * @room: the name of a room
 * @text: what was said
 *
 * Returns: (transfer none): the message, with a key of its own; while it is not "kept", signal
 *   "kept" will tell
 */
const HwOutboxItem *
hw_outbox_add (HwOutbox *self, const char *room, const char *text)
{
  return add (self, hw_outbox_line_new (FALSE, room, text, hw_outbox_make_key (), get_now ()));
}

/**
 * hw_outbox_add_whisper:
 * @self: an outbox
 * @name: a person's
 * @text: what was whispered
 *
 * Returns: (transfer none): as hw_outbox_add()
 */
const HwOutboxItem *
hw_outbox_add_whisper (HwOutbox *self, const char *name, const char *text)
{
  return add (self, hw_outbox_line_new (TRUE, name, text, hw_outbox_make_key (), get_now ()));
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
 * hw_outbox_add_again:
 * @self: an outbox
 * @whisper: whether it is for a person
 * @name: the name of a room or a person
 * @text: what was said
 * @key: the key it had
 *
 * A message that was refused, or is old, is tried again: after those that wait. It keeps its key:
 * should the server have it after all, it stays one message.
 */
void
hw_outbox_add_again (
    HwOutbox *self, gboolean whisper, const char *name, const char *text, const char *key)
{
  const HwOutboxItem *there = hw_outbox_find (self, key);
  HwOutboxLine *item;

  if (there && !there->problem)
    return;
  item = hw_outbox_line_new (whisper, name, text, g_strdup (key), get_now ());
  hw_outbox_remove (self, key);
  add (self, item);
  /* It is shown already, and a crash can lose no more than that it was to be tried again. */
  item->item.kept = TRUE;
}

/**
 * hw_outbox_find_next:
 * @self: an outbox
 * @may_go: whether messages for a room can be sent now
 * @user_data: for @may_go
 *
 * Whispers are not looked at: each conversation sends its own.
 *
 * Returns: (transfer none) (nullable): the oldest message for a room that can be sent
 */
const HwOutboxItem *
hw_outbox_find_next (HwOutbox *self,
                     gboolean (*may_go) (const char *room, gpointer user_data),
                     gpointer user_data)
{
  for (GList *l = self->items.head; l; l = l->next)
    {
      const HwOutboxItem *item = l->data;

      if (item->kept && !item->whisper && !item->problem && may_go (item->room, user_data))
        return item;
    }
  return NULL;
}

/**
 * hw_outbox_remove:
 * @self: an outbox
 * @key: of a message that is saved, or that the person gave up
 *
 * Returns: whether it was there
 */
gboolean
hw_outbox_remove (HwOutbox *self, const char *key)
{
  GList *link = find_link (self, key);
  g_autofree char *copy = NULL;

  if (!link)
    return FALSE;
  copy = g_strdup (key);
  self->live -= hw_outbox_line_get_weight (link->data);
  hw_outbox_line_free (link->data);
  g_queue_delete_link (&self->items, link);
  write_about (self, "done", copy, NULL);
  return TRUE;
}

/**
 * hw_outbox_set_problem:
 * @self: an outbox
 * @key: of a message
 * @problem: why it does not go out by itself, for the person
 *
 * Returns: whether it was there; on disk it stays until it is removed or tried again
 */
gboolean
hw_outbox_set_problem (HwOutbox *self, const char *key, const char *problem)
{
  GList *link = find_link (self, key);
  HwOutboxLine *item;

  if (!link)
    return FALSE;
  if (!self->journal)
    return hw_outbox_remove (self, key);
  item = link->data;
  g_free (item->item.problem);
  item->item.problem = g_strdup (problem);
  write_about (self, "problem", item->item.key, problem);
  return TRUE;
}

/**
 * hw_outbox_foreach:
 * @self: an outbox
 * @func: called for every message, oldest first; it may change nothing here
 * @user_data: for @func
 */
void
hw_outbox_foreach (HwOutbox *self, HwOutboxFunc func, gpointer user_data)
{
  for (GList *l = self->items.head; l; l = l->next)
    func (l->data, user_data);
}

/**
 * hw_outbox_get_size:
 * @self: an outbox
 *
 * Returns: how many messages are not known to be saved, and go out by themselves
 */
guint
hw_outbox_get_size (HwOutbox *self)
{
  guint n = 0;

  for (GList *l = self->items.head; l; l = l->next)
    {
      const HwOutboxItem *item = l->data;

      if (!item->problem)
        n++;
    }
  return n;
}

/**
 * hw_outbox_is_full:
 * @self: an outbox
 *
 * Returns: whether so many wait that no more can be taken
 */
gboolean
hw_outbox_is_full (HwOutbox *self)
{
  return self->items.length >= HW_OUTBOX_MAX;
}

/**
 * hw_outbox_is_open:
 * @self: an outbox
 *
 * Returns: whether it is kept on disk
 */
gboolean
hw_outbox_is_open (HwOutbox *self)
{
  return self->journal != NULL && !self->in_trouble;
}

/* The server may not know the key any more, so who sends it again must want that. A clock that was
 * set back tells nothing. */
static void
judge_age (HwOutboxLine *item)
{
  gint64 age = get_now () - item->item.at;

  if (item->item.problem || (age >= -HW_OUTBOX_AGE_MAX && age < HW_OUTBOX_AGE_MAX))
    return;
  item->item.problem
      = g_strdup (_ ("This was written more than a day ago, and may have been sent."));
}

/* Keys go by names: under another one the server would take it for another message. */
static gboolean
is_anothers (HwOutbox *self, const HwOutboxLine *item)
{
  return item->item.sent_as && self->author && !g_str_equal (item->item.sent_as, self->author);
}

static char *
describe_other_name (void)
{
  return g_strdup (_ ("This was written under another name, and may have been sent."));
}

/**
 * hw_outbox_set_author:
 * @self: an outbox
 * @name: who we are from now on
 */
void
hw_outbox_set_author (HwOutbox *self, const char *name)
{
  g_free (self->author);
  self->author = hw_name_fold (name);
}

/**
 * hw_outbox_begin:
 * @self: an outbox
 * @key: of a message that is about to be sent
 *
 * Returns: (transfer full) (nullable): why it must not be, as it has for its problem now: it may
 *   have gone out under another name already, so the person has to decide
 */
char *
hw_outbox_begin (HwOutbox *self, const char *key)
{
  GList *link = find_link (self, key);
  HwOutboxLine *item = link ? link->data : NULL;
  g_autofree char *problem = NULL;

  if (!item)
    return NULL;
  if (!is_anothers (self, item))
    {
      g_free (item->item.sent_as);
      item->item.sent_as = g_strdup (self->author);
      return NULL;
    }
  problem = describe_other_name ();
  hw_outbox_set_problem (self, key, problem);
  return g_steal_pointer (&problem);
}

/**
 * hw_outbox_open:
 * @self: an outbox
 * @thread: (transfer none): where files are written
 * @path: of the journal
 * @lines: (transfer none) (element-type JsonObject): what it says
 * @size: its length, bytes
 * @damaged: whether it must be written anew
 *
 * Keeps the outbox on disk from now on. What the journal has is put before what is here already,
 * for it is older.
 */
void
hw_outbox_open (HwOutbox *self,
                HwFileThread *thread,
                const char *path,
                GPtrArray *lines,
                gsize size,
                gboolean damaged)
{
  g_auto (GQueue) items = G_QUEUE_INIT;
  gboolean has_more = self->items.length > 0;
  HwOutboxLine *item;

  g_return_if_fail (self->journal == NULL);

  self->opens = FALSE;
  self->journal = hw_journal_new (thread, path, on_written, self);
  hw_journal_set_size (self->journal, size);
  hw_outbox_lines_read (lines, &items);
  while ((item = g_queue_pop_tail (&items)))
    {
      if (find_link (self, item->item.key))
        {
          hw_outbox_line_free (item);
          continue;
        }
      judge_age (item);
      if (!item->item.problem && is_anothers (self, item))
        item->item.problem = describe_other_name ();
      self->live += hw_outbox_line_get_weight (item);
      g_queue_push_head (&self->items, item);
    }
  if (damaged || has_more || size > self->live + WASTE_MAX)
    write_anew (self, !has_more);
  hw_outbox_forget_old (self);
}

/**
 * hw_outbox_set_opens:
 * @self: an outbox in memory
 * @opens: whether hw_outbox_open() follows
 *
 * What is added meanwhile is not shown before it is on the disk, too.
 */
void
hw_outbox_set_opens (HwOutbox *self, gboolean opens)
{
  if (self->opens == opens)
    return;
  self->opens = opens;
  if (!opens && !self->journal)
    show_kept (self, G_MAXUINT64);
}

/**
 * hw_outbox_close:
 * @self: an outbox
 *
 * What is kept on disk stays there, and is here no more.
 */
void
hw_outbox_close (HwOutbox *self)
{
  g_clear_pointer (&self->old, hw_journal_free);
  if (!self->journal)
    return;
  g_clear_pointer (&self->journal, hw_journal_free);
  set_trouble (self, NULL);
  g_queue_clear_full (&self->items, (GDestroyNotify) hw_outbox_line_free);
  self->live = 0;
}

/**
 * hw_outbox_detach:
 * @self: an outbox
 * @moves: whether what the file says will be kept elsewhere: then it is emptied by the next
 *   hw_outbox_open(), or by hw_outbox_forget_old()
 *
 * Goes on in memory only.
 */
void
hw_outbox_detach (HwOutbox *self, gboolean moves)
{
  if (!self->journal)
    return;
  if (moves)
    {
      hw_outbox_forget_old (self);
      self->old = g_steal_pointer (&self->journal);
      hw_journal_silence (self->old);
    }
  g_clear_pointer (&self->journal, hw_journal_free);
  set_trouble (self, NULL);
  show_kept (self, G_MAXUINT64);
}

/**
 * hw_outbox_forget_old:
 * @self: an outbox
 *
 * What it had elsewhere is not needed there any more.
 */
void
hw_outbox_forget_old (HwOutbox *self)
{
  g_autoptr (GString) nothing = NULL;

  if (!self->old)
    return;
  nothing = g_string_new (NULL);
  hw_journal_replace (self->old, nothing, FALSE);
  g_clear_pointer (&self->old, hw_journal_free);
}
