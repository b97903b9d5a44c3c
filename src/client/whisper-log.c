/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwWhisperLog: a journal of conversations. Its lines say who whispered what ("with"), up to where
 * it was read ("read"), that the person closed it ("closed") or wanted it forgotten ("forgotten").
 * Of a long conversation the oldest part goes when the journal is written anew. */

#include "whisper-log.h"

#include "clean.h"
#include "entry-private.h"
#include "journal.h"

#include "protocol/json-writer.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/name.h"

#include <string.h>

/* Whispers of one conversation that are kept, and conversations. */
#define ENTRIES_MAX       2000
#define CONVERSATIONS_MAX 200

/* Bytes of one conversation, and of all, when the journal is written anew: who whispers without end
 * must not make it longer than what hw_journal_read() takes. */
#define TALK_MAX  (512 * 1024)
#define TALKS_MAX (8 * 1024 * 1024)

/* Bytes that the journal grows by before it is written anew. */
#define GROWTH_MAX (1024 * 1024)

typedef struct
{
  char *name;
  GPtrArray *entries; /* of HwEntry; the seq of entry i is base + i + 1 */
  guint64 base;       /* how many older ones are kept no more */
  guint64 last_read;
  gboolean closed;
} Talk;

struct _HwWhisperLog
{
  GHashTable *talks;   /* folded name → Talk */
  GPtrArray *order;    /* of Talk, not owned: oldest first */
  GHashTable *keys;    /* of ours that are here */
  HwJournal *journal;  /* (nullable): it is in memory only */
  gsize written_anew;  /* bytes of the journal when it last was */
  gboolean in_trouble; /* a write failed, and somebody was told */
  guint64 recovers;    /* then: the line by which all is on the disk again; 0: none yet */
  guint64 given;       /* number of the last line of the journal */
  guint64 written;     /* and of the last one that is on the disk */
  GQueue waiting;      /* of Waiting, in order */
  HwWhisperLogTrouble trouble;
  gpointer trouble_data;
};

/* Somebody wants to know when a line is on the disk. */
typedef struct
{
  guint64 number;
  HwWhisperLogWritten done;
  gpointer user_data;
} Waiting;

static void
talk_free (Talk *talk)
{
  g_free (talk->name);
  g_ptr_array_unref (talk->entries);
  g_free (talk);
}

/**
 * hw_whisper_log_new:
 * @trouble: told when something cannot be written, and, with %NULL, when it can again
 * @user_data: for @trouble
 *
 * Returns: (transfer full): an empty log, in memory
 */
HwWhisperLog *
hw_whisper_log_new (HwWhisperLogTrouble trouble, gpointer user_data)
{
  HwWhisperLog *self = g_new0 (HwWhisperLog, 1);

  self->trouble = trouble;
  self->trouble_data = user_data;
  g_queue_init (&self->waiting);

  self->talks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) talk_free);
  self->order = g_ptr_array_new ();
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

static void write_anew (HwWhisperLog *self, gboolean same);

/* Tells those who wait for lines up to @number. */
static void
tell_written (HwWhisperLog *self, guint64 number)
{
  while (self->waiting.length > 0)
    {
      Waiting *first = self->waiting.head->data;

      if (first->number > number)
        break;
      g_queue_pop_head (&self->waiting);
      first->done (first->user_data);
      g_free (first);
    }
}

static void
on_written (guint64 upto, const GError *error, gpointer user_data)
{
  HwWhisperLog *self = user_data;

  self->written = upto;
  if (error)
    self->recovers = 0;
  /* What could not be written while the disk took nothing is not there yet. */
  else if (self->in_trouble && self->recovers == 0)
    {
      write_anew (self, FALSE);
      self->recovers = self->given;
    }
  if (self->in_trouble != (error != NULL) && (error || upto >= self->recovers))
    {
      self->in_trouble = error != NULL;
      self->trouble (error, self->trouble_data);
    }
  tell_written (self, upto);
}

/**
 * hw_whisper_log_free:
 * @self: (nullable) (transfer full): a log
 */
void
hw_whisper_log_free (HwWhisperLog *self)
{
  if (!self)
    return;
  hw_whisper_log_close (self);
  g_ptr_array_unref (self->order);
  g_hash_table_unref (self->talks);
  g_hash_table_unref (self->keys);
  g_free (self);
}

static void
remove_talk (HwWhisperLog *self, Talk *talk)
{
  g_autofree char *folded = hw_name_fold (talk->name);

  g_ptr_array_remove (self->order, talk);
  g_hash_table_remove (self->talks, folded);
}

static Talk *
find_talk (HwWhisperLog *self, const char *name)
{
  g_autofree char *folded = hw_name_fold (name);

  return g_hash_table_lookup (self->talks, folded);
}

static Talk *
ensure_talk (HwWhisperLog *self, const char *name)
{
  char *folded = hw_name_fold (name);
  Talk *talk = g_hash_table_lookup (self->talks, folded);

  if (talk)
    {
      g_free (folded);
      return talk;
    }
  if (self->order->len >= CONVERSATIONS_MAX)
    remove_talk (self, self->order->pdata[0]);
  talk = g_new0 (Talk, 1);
  talk->name = g_strdup (name);
  talk->entries = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_insert (self->talks, folded, talk);
  g_ptr_array_add (self->order, talk);
  return talk;
}

static void
write_entry (GString *line, const char *with, HwEntry *entry)
{
  HwJsonWriter json;

  hw_json_writer_init (&json, line);
  hw_json_begin_object (&json, NULL);
  hw_json_string (&json, "with", with);
  hw_json_string (&json, "from", hw_entry_get_from (entry));
  hw_json_string (&json, "text", hw_entry_get_text (entry));
  hw_json_int (&json, "at", hw_entry_get_at (entry));
  if (hw_entry_get_key (entry))
    hw_json_string (&json, "key", hw_entry_get_key (entry));
  if (hw_entry_get_their_key (entry))
    hw_json_string (&json, "theirs", hw_entry_get_their_key (entry));
  if (hw_entry_get_direct (entry))
    hw_json_bool (&json, "direct", TRUE);
  hw_json_end_object (&json);
}

static void
write_mark (GString *line, const char *what, const Talk *talk, gint64 number)
{
  HwJsonWriter json;

  hw_json_writer_init (&json, line);
  hw_json_begin_object (&json, NULL);
  hw_json_string (&json, what, talk->name);
  hw_json_int (&json, "n", number);
  hw_json_end_object (&json);
}

/* As the journal counts: from the oldest that it has. */
static gint64
get_read (const Talk *talk)
{
  return talk->last_read > talk->base ? talk->last_read - talk->base : 0;
}

/* Lets the oldest of a conversation go, so that the rest has no more than @bytes. */
static void
shorten (Talk *talk, gsize bytes)
{
  guint first = talk->entries->len;
  gsize length = 0;

  while (first > 0 && talk->entries->len - first < ENTRIES_MAX)
    {
      length += strlen (hw_entry_get_text (talk->entries->pdata[first - 1]));
      if (length > bytes)
        break;
      first--;
    }
  if (first > 0)
    g_ptr_array_remove_range (talk->entries, 0, first);
  talk->base += first;
}

/* @same: the journal says all of it, only longer */
static void
write_anew (HwWhisperLog *self, gboolean same)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  gsize share = MIN (TALK_MAX, TALKS_MAX / MAX (self->order->len, 1));

  for (guint i = 0; i < self->order->len; i++)
    {
      Talk *talk = self->order->pdata[i];

      shorten (talk, share);
      for (guint j = 0; j < talk->entries->len; j++)
        {
          write_entry (lines, talk->name, talk->entries->pdata[j]);
          g_string_append_c (lines, '\n');
        }
      write_mark (lines, "read", talk, get_read (talk));
      g_string_append_c (lines, '\n');
      if (talk->closed)
        {
          write_mark (lines, "closed", talk, 1);
          g_string_append_c (lines, '\n');
        }
    }
  self->given = hw_journal_replace (self->journal, lines, same);
  self->written_anew = hw_journal_get_size (self->journal);
}

static void
write_line (HwWhisperLog *self, const GString *line)
{
  self->given = hw_journal_append (self->journal, line);
  if (hw_journal_get_size (self->journal) > 2 * self->written_anew + GROWTH_MAX)
    write_anew (self, TRUE);
}

static void
write_about (HwWhisperLog *self, const char *what, const Talk *talk, gint64 number)
{
  g_autoptr (GString) line = NULL;

  if (!self->journal)
    return;
  line = g_string_new (NULL);
  write_mark (line, what, talk, number);
  write_line (self, line);
}

/* The entry of a "with" line; %NULL if it is none. */
static HwEntry *
read_entry (JsonObject *line)
{
  g_autofree char *clean = NULL;
  g_autofree char *name = NULL;
  const char *from = NULL;
  const char *text = NULL;
  const char *key = NULL;
  const char *theirs = NULL;
  gint64 at = 0;
  gboolean direct = FALSE;
  HwEntry *entry;

  if (!hw_message_get_string (line, "from", &from, NULL)
      || !hw_message_get_string (line, "text", &text, NULL)
      || !hw_message_get_int (line, "at", 0, HW_INT_MAX, &at, NULL)
      || !hw_message_get_string_opt (line, "key", &key, NULL)
      || !hw_message_get_string_opt (line, "theirs", &theirs, NULL)
      || !hw_message_get_bool_opt (line, "direct", &direct, NULL))
    return NULL;
  name = hw_clean_name (from, HW_USER_NAME_MAX);
  clean = hw_clean_text (text, HW_LINE_MAX);
  if (*clean == '\0')
    return NULL;
  entry = hw_entry_new_message (at, name, clean, key);
  hw_entry_set_direct (entry, direct);
  hw_entry_set_their_key (entry, theirs);
  return entry;
}

static void
take (HwWhisperLog *self, Talk *talk, HwEntry *entry)
{
  const char *key = hw_entry_get_key (entry);

  g_ptr_array_add (talk->entries, g_object_ref (entry));
  if (key)
    g_hash_table_add (self->keys, g_strdup (key));
  talk->closed = FALSE;
}

static void
read_line (HwWhisperLog *self, JsonObject *line)
{
  g_autofree char *clean = NULL;
  const char *name = NULL;
  gint64 n = 0;
  Talk *talk;

  if (hw_message_get_string (line, "with", &name, NULL))
    {
      g_autoptr (HwEntry) typed = read_entry (line);
      const char *key = typed ? hw_entry_get_key (typed) : NULL;

      clean = hw_clean_name (name, HW_USER_NAME_MAX);
      if (!typed || *clean == '\0' || (key && g_hash_table_contains (self->keys, key)))
        return;
      talk = ensure_talk (self, clean);
      {
        g_autoptr (HwEntry) entry
            = hw_entry_new_saved_copy (typed, talk->base + talk->entries->len + 1,
                                       hw_entry_get_at (typed));

        take (self, talk, entry);
      }
      return;
    }
  if (!hw_message_get_int_opt (line, "n", 0, HW_INT_MAX, &n, NULL))
    return;
  if (hw_message_get_string (line, "read", &name, NULL) && (talk = find_talk (self, name)))
    talk->last_read = MIN ((guint64) n, talk->entries->len);
  else if (hw_message_get_string (line, "closed", &name, NULL) && (talk = find_talk (self, name)))
    talk->closed = n != 0;
  else if (hw_message_get_string (line, "forgotten", &name, NULL)
           && (talk = find_talk (self, name)))
    remove_talk (self, talk);
}

/**
 * hw_whisper_log_open:
 * @self: an empty log
 * @thread: (transfer none): where files are written
 * @path: of the journal
 * @lines: (transfer none) (element-type JsonObject): what it says
 * @size: its length, bytes
 * @damaged: whether it must be written anew
 *
 * Keeps the log on disk from now on.
 */
void
hw_whisper_log_open (HwWhisperLog *self,
                     HwFileThread *thread,
                     const char *path,
                     GPtrArray *lines,
                     gsize size,
                     gboolean damaged)
{
  g_return_if_fail (self->journal == NULL);

  for (guint i = 0; i < lines->len; i++)
    read_line (self, lines->pdata[i]);
  self->given = self->written = 0;
  self->in_trouble = FALSE;
  self->recovers = 0;
  self->journal = hw_journal_new (thread, path, on_written, self);
  hw_journal_set_size (self->journal, size);
  self->written_anew = size;
  if (damaged)
    write_anew (self, TRUE);
}

/**
 * hw_whisper_log_close:
 * @self: a log
 *
 * Nothing more is kept of it; what is on disk stays there.
 */
void
hw_whisper_log_close (HwWhisperLog *self)
{
  g_clear_pointer (&self->journal, hw_journal_free);
  g_ptr_array_set_size (self->order, 0);
  g_hash_table_remove_all (self->talks);
  g_hash_table_remove_all (self->keys);
  tell_written (self, G_MAXUINT64);
}

/**
 * hw_whisper_log_when_written:
 * @self: a log
 * @done: called once, perhaps at once
 * @user_data: for @done
 *
 * Waits until all that was added is on the disk, or will not come there: where the disk fails, or
 * nothing is kept, it is as safe as it will ever be.
 */
void
hw_whisper_log_when_written (HwWhisperLog *self, HwWhisperLogWritten done, gpointer user_data)
{
  Waiting *waiting;

  if (!self->journal || self->written >= self->given)
    {
      done (user_data);
      return;
    }
  waiting = g_new (Waiting, 1);
  *waiting = (Waiting){ self->given, done, user_data };
  g_queue_push_tail (&self->waiting, waiting);
}

/**
 * hw_whisper_log_foreach_received:
 * @self: a log
 * @func: called for each whisper to us that is kept and has a key
 * @user_data: for @func
 */
void
hw_whisper_log_foreach_received (HwWhisperLog *self, HwWhisperLogReceived func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer folded, talk;

  g_hash_table_iter_init (&iter, self->talks);
  while (g_hash_table_iter_next (&iter, &folded, &talk))
    {
      GPtrArray *entries = ((Talk *) talk)->entries;

      for (guint i = 0; i < entries->len; i++)
        if (hw_entry_get_their_key (entries->pdata[i]))
          func (folded, hw_entry_get_their_key (entries->pdata[i]), user_data);
    }
}

/**
 * hw_whisper_log_add:
 * @self: a log
 * @name: the other one's
 * @entry: (transfer none): what was whispered, numbered in its conversation
 *
 * Without a journal nothing is kept. One of ours that is there already changes nothing.
 */
void
hw_whisper_log_add (HwWhisperLog *self, const char *name, HwEntry *entry)
{
  const char *key = hw_entry_get_key (entry);
  g_autoptr (GString) line = NULL;
  Talk *talk;

  if (!self->journal || (key && g_hash_table_contains (self->keys, key)))
    return;
  talk = ensure_talk (self, name);
  /* Who went on under another name has whispers before it that are kept elsewhere. */
  if (talk->entries->len == 0)
    talk->base = hw_entry_get_seq (entry) - 1;
  take (self, talk, entry);
  line = g_string_new (NULL);
  write_entry (line, talk->name, entry);
  write_line (self, line);
}

/**
 * hw_whisper_log_set_read:
 * @self: a log
 * @name: the other one's
 * @seq: the last one that the person saw
 */
void
hw_whisper_log_set_read (HwWhisperLog *self, const char *name, guint64 seq)
{
  Talk *talk = find_talk (self, name);

  if (!talk || talk->last_read == seq)
    return;
  talk->last_read = seq;
  write_about (self, "read", talk, get_read (talk));
}

/**
 * hw_whisper_log_set_closed:
 * @self: a log
 * @name: the other one's
 * @closed: whether the person closed the conversation: it does not come back by itself then
 */
void
hw_whisper_log_set_closed (HwWhisperLog *self, const char *name, gboolean closed)
{
  Talk *talk = find_talk (self, name);

  if (!talk || talk->closed == !!closed)
    return;
  talk->closed = !!closed;
  write_about (self, "closed", talk, talk->closed);
}

/**
 * hw_whisper_log_forget:
 * @self: a log
 * @name: the other one's
 *
 * Nothing of that conversation is kept any more.
 */
void
hw_whisper_log_forget (HwWhisperLog *self, const char *name)
{
  Talk *talk = find_talk (self, name);

  if (!talk)
    return;
  remove_talk (self, talk);
  /* Forgotten is what is not on the disk any more. */
  if (self->journal)
    write_anew (self, FALSE);
}

/**
 * hw_whisper_log_has_key:
 * @self: a log
 * @key: of a message of ours
 *
 * Returns: whether it was whispered
 */
gboolean
hw_whisper_log_has_key (HwWhisperLog *self, const char *key)
{
  return g_hash_table_contains (self->keys, key);
}

/**
 * hw_whisper_log_foreach_open:
 * @self: a log
 * @func: called for each conversation that the person did not close, in the order they began
 * @user_data: for @func
 */
void
hw_whisper_log_foreach_open (HwWhisperLog *self, HwWhisperLogFunc func, gpointer user_data)
{
  for (guint i = 0; i < self->order->len; i++)
    {
      Talk *talk = self->order->pdata[i];

      if (!talk->closed && talk->entries->len > 0)
        func (talk->name, talk->entries, talk->last_read, user_data);
    }
}

/* Counts from the oldest one that is kept. */
static void
renumber (Talk *talk)
{
  for (guint i = 0; i < talk->entries->len && talk->base > 0; i++)
    {
      HwEntry *entry = talk->entries->pdata[i];

      talk->entries->pdata[i] = hw_entry_new_saved_copy (entry, i + 1, hw_entry_get_at (entry));
      g_object_unref (entry);
    }
  talk->last_read = get_read (talk);
  talk->base = 0;
}

/**
 * hw_whisper_log_find:
 * @self: a log
 * @name: somebody's
 * @last_read: (out): the last one that the person saw
 *
 * Returns: (transfer none) (nullable) (element-type HwEntry): what is kept of the talk with them,
 *   numbered from 1
 */
GPtrArray *
hw_whisper_log_find (HwWhisperLog *self, const char *name, guint64 *last_read)
{
  Talk *talk = find_talk (self, name);

  if (!talk || talk->entries->len == 0)
    return NULL;
  renumber (talk);
  *last_read = talk->last_read;
  return talk->entries;
}
