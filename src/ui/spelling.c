/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marks misspelled words while they are written, by gspell, in the language of the person's locale
 * or the one chosen in the view's menu. Dictionaries are big: nothing is loaded before something is
 * written. Without gspell all of this does nothing. */

#include "hallway-config.h"

#include "spelling.h"

#include "settings.h"

#ifdef HW_HAVE_GSPELL

#include <gspell/gspell.h>

/* What is kept for a view under its data. */
#define DATA "hw-spelling"

typedef struct
{
  GtkTextView *view;  /* not owned: it owns us */
  GHashTable *names;  /* of char: words that are no mistakes, told to the checker when it is made */
  gboolean is_set_up; /* a dictionary is loaded, or there is none */
} Spelling;

static void
spelling_free (gpointer data)
{
  Spelling *self = data;

  g_hash_table_unref (self->names);
  g_free (self);
}

static GspellChecker *
get_checker (Spelling *self)
{
  GspellTextBuffer *buffer
      = gspell_text_buffer_get_from_gtk_text_buffer (gtk_text_view_get_buffer (self->view));

  return gspell_text_buffer_get_spell_checker (buffer);
}

static void
set_up (Spelling *self)
{
  GHashTableIter iter;
  gpointer name;

  self->is_set_up = TRUE;
  if (gspell_language_get_available () == NULL)
    return;
  gspell_text_view_basic_setup (gspell_text_view_get_from_gtk_text_view (self->view));
  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    gspell_checker_add_word_to_session (get_checker (self), name, -1);
}

/* Commands are no words of a language. */
static gboolean
is_command (Spelling *self)
{
  GtkTextIter start;

  gtk_text_buffer_get_start_iter (gtk_text_view_get_buffer (self->view), &start);
  return gtk_text_iter_get_char (&start) == '/';
}

static void
update (Spelling *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  gboolean on = g_settings_get_boolean (hw_settings_get (), HW_SETTINGS_SPELL_CHECK)
                && gtk_text_buffer_get_char_count (buffer) > 0 && !is_command (self);

  if (on && !self->is_set_up)
    set_up (self);
  if (self->is_set_up && gspell_language_get_available () != NULL)
    gspell_text_view_set_inline_spell_checking (gspell_text_view_get_from_gtk_text_view (
                                                    self->view),
                                                on);
}

static void
on_setting_changed (GtkTextView *view)
{
  update (g_object_get_data (G_OBJECT (view), DATA));
}

/**
 * hw_spelling_is_possible:
 *
 * Returns: whether this program was built to check spelling
 */
gboolean
hw_spelling_is_possible (void)
{
  return TRUE;
}

/**
 * hw_spelling_follow:
 * @view: where something is written
 *
 * Marks words in @view as long as the settings want it.
 */
void
hw_spelling_follow (GtkTextView *view)
{
  Spelling *self = g_new0 (Spelling, 1);

  self->view = view;
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_object_set_data_full (G_OBJECT (view), DATA, self, spelling_free);
  g_signal_connect_object (gtk_text_view_get_buffer (view), "changed",
                           G_CALLBACK (on_setting_changed), view, G_CONNECT_SWAPPED);
  g_signal_connect_object (hw_settings_get (), "changed::" HW_SETTINGS_SPELL_CHECK,
                           G_CALLBACK (on_setting_changed), view, G_CONNECT_SWAPPED);
}

/**
 * hw_spelling_know:
 * @view: where something is written, hw_spelling_follow() having been told
 * @name: what somebody is called: its words are no mistakes there
 */
void
hw_spelling_know (GtkTextView *view, const char *name)
{
  Spelling *self = g_object_get_data (G_OBJECT (view), DATA);
  g_auto (GStrv) words = g_strsplit (name, " ", -1);
  GspellChecker *checker = self->is_set_up ? get_checker (self) : NULL;

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && g_hash_table_add (self->names, g_strdup (words[i])) && checker != NULL)
      gspell_checker_add_word_to_session (checker, words[i], -1);
}

#else

gboolean
hw_spelling_is_possible (void)
{
  return FALSE;
}

void
hw_spelling_follow (GtkTextView *view)
{
}

void
hw_spelling_know (GtkTextView *view, const char *name)
{
}

#endif
