/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Undo and redo for a text buffer, which GTK 3 has none of. It belongs to the buffer and watches
 * what is put in and taken out. What is done in one user action is undone at once, and letters that
 * are typed one after the other are, word by word. */

#include "hallway-config.h"

#include "text-undo.h"

#include <string.h>

/* Bytes of text that are remembered; of what is more, the oldest is forgotten. */
#define KEPT_MAX (1024 * 1024)

typedef struct
{
  gboolean insertion; /* or else a deletion */
  int at;             /* characters from the beginning */
  char *text;
  guint group; /* what has the same number goes together */
} Change;

typedef struct
{
  GPtrArray *done;   /* Change, the latest last */
  GPtrArray *undone; /* the same, the next to be done again last */
  gsize kept;        /* bytes of text in @done */
  guint group;
  guint depth; /* of user actions */
  gboolean stepping;
} History;

static GQuark
history_quark (void)
{
  return g_quark_from_static_string ("hw-text-undo");
}

static History *
get_history (GtkTextBuffer *buffer)
{
  return g_object_get_qdata (G_OBJECT (buffer), history_quark ());
}

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->text);
  g_free (change);
}

static void
history_free (gpointer data)
{
  History *self = data;

  g_ptr_array_unref (self->done);
  g_ptr_array_unref (self->undone);
  g_free (self);
}

static void
forget_oldest (History *self)
{
  while (self->kept > KEPT_MAX && self->done->len > 0)
    {
      Change *oldest = self->done->pdata[0];

      self->kept -= strlen (oldest->text);
      g_ptr_array_remove_index (self->done, 0);
    }
}

/* Whether @text, one letter, goes on with the word that @latest ends in. */
static gboolean
continues (Change *latest, gboolean insertion, int at, const char *text)
{
  int length = (int) g_utf8_strlen (latest->text, -1);
  gunichar letter = g_utf8_get_char (text);
  gunichar last
      = g_utf8_get_char (g_utf8_find_prev_char (latest->text, strchr (latest->text, '\0')));

  if (latest->insertion != insertion || g_utf8_strlen (text, 3) != 1 || letter == '\n')
    return FALSE;
  if (insertion)
    return at == latest->at + length && (g_unichar_isspace (last) <= g_unichar_isspace (letter));
  /* Backspace, or Delete */
  return at == latest->at - 1 || at == latest->at;
}

static void
remember (History *self, gboolean insertion, int at, const char *text)
{
  Change *latest = self->done->len > 0 ? self->done->pdata[self->done->len - 1] : NULL;
  Change *change;

  if (self->stepping || *text == '\0')
    return;
  g_ptr_array_set_size (self->undone, 0);
  self->kept += strlen (text);

  if (latest != NULL && continues (latest, insertion, at, text))
    {
      gboolean before = !insertion && at < latest->at;
      char *joined = before ? g_strconcat (text, latest->text, NULL)
                            : g_strconcat (latest->text, text, NULL);

      if (!insertion)
        latest->at = at;
      g_free (latest->text);
      latest->text = joined;
      return;
    }

  if (self->depth == 0)
    self->group++;
  change = g_new (Change, 1);
  *change = (Change){ insertion, at, g_strdup (text), self->group };
  g_ptr_array_add (self->done, change);
  forget_oldest (self);
}

static void
on_insert (GtkTextBuffer *buffer, GtkTextIter *where, char *text, int length, History *self)
{
  g_autofree char *inserted = g_strndup (text, (gsize) length);

  remember (self, TRUE, gtk_text_iter_get_offset (where), inserted);
}

static void
on_delete (GtkTextBuffer *buffer, GtkTextIter *start, GtkTextIter *end, History *self)
{
  g_autofree char *deleted = gtk_text_buffer_get_text (buffer, start, end, TRUE);
  int from = gtk_text_iter_get_offset (start);

  remember (self, FALSE, MIN (from, gtk_text_iter_get_offset (end)), deleted);
}

static void
on_begin (GtkTextBuffer *buffer, History *self)
{
  if (self->depth++ == 0)
    self->group++;
}

static void
on_end (GtkTextBuffer *buffer, History *self)
{
  self->depth--;
}

/* Puts a change into the buffer, or takes it back, with the cursor behind it. */
static void
apply (GtkTextBuffer *buffer, Change *change, gboolean forward)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_offset (buffer, &start, change->at);
  if (change->insertion == forward)
    {
      gtk_text_buffer_insert (buffer, &start, change->text, -1);
    }
  else
    {
      end = start;
      gtk_text_iter_forward_chars (&end, (int) g_utf8_strlen (change->text, -1));
      gtk_text_buffer_delete (buffer, &start, &end);
    }
  gtk_text_buffer_place_cursor (buffer, &start);
}

/**
 * hw_text_undo_follow:
 * @buffer: a text buffer
 *
 * Remembers what is changed in @buffer from now on, as long as it lives.
 */
void
hw_text_undo_follow (GtkTextBuffer *buffer)
{
  History *self;

  g_return_if_fail (GTK_IS_TEXT_BUFFER (buffer));
  g_return_if_fail (get_history (buffer) == NULL);

  self = g_new0 (History, 1);
  self->done = g_ptr_array_new_with_free_func (change_free);
  self->undone = g_ptr_array_new_with_free_func (change_free);
  g_object_set_qdata_full (G_OBJECT (buffer), history_quark (), self, history_free);
  g_signal_connect (buffer, "insert-text", G_CALLBACK (on_insert), self);
  g_signal_connect (buffer, "delete-range", G_CALLBACK (on_delete), self);
  g_signal_connect (buffer, "begin-user-action", G_CALLBACK (on_begin), self);
  g_signal_connect (buffer, "end-user-action", G_CALLBACK (on_end), self);
}

/**
 * hw_text_undo_step:
 * @buffer: a text buffer that is followed
 * @forward: %FALSE: undo; %TRUE: do again what was undone last
 *
 * Returns: whether there was something to undo or to do again
 */
gboolean
hw_text_undo_step (GtkTextBuffer *buffer, gboolean forward)
{
  History *self = get_history (buffer);
  GPtrArray *from, *to;
  guint group;

  g_return_val_if_fail (self != NULL, FALSE);

  from = forward ? self->undone : self->done;
  to = forward ? self->done : self->undone;
  if (from->len == 0)
    return FALSE;

  group = ((Change *) from->pdata[from->len - 1])->group;
  self->stepping = TRUE;
  gtk_text_buffer_begin_user_action (buffer);
  while (from->len > 0 && ((Change *) from->pdata[from->len - 1])->group == group)
    {
      Change *change = g_ptr_array_steal_index (from, from->len - 1);

      apply (buffer, change, forward);
      self->kept += forward ? strlen (change->text) : -strlen (change->text);
      g_ptr_array_add (to, change);
    }
  gtk_text_buffer_end_user_action (buffer);
  self->stepping = FALSE;
  return TRUE;
}

/**
 * hw_text_undo_forget:
 * @buffer: a text buffer that is followed
 *
 * Nothing that was done so far can be undone: what stands in @buffer is another text.
 */
void
hw_text_undo_forget (GtkTextBuffer *buffer)
{
  History *self = get_history (buffer);

  g_return_if_fail (self != NULL);

  g_ptr_array_set_size (self->done, 0);
  g_ptr_array_set_size (self->undone, 0);
  self->kept = 0;
}
