/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The files of what is kept, without a place: who may read them, what becomes of damaged ones, of a
 * full disk, and of those that grow. */

#include "place-fixture.h"

#include "client/entry-private.h"
#include "client/outbox.h"
#include "client/stash.h"
#include "client/whisper-log.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

typedef struct
{
  char *folder;
  HwStash *stash;
} F;

static void
set_up (F *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("hallway-stash-XXXXXX", NULL);
  g_assert_nonnull (f->folder);
  f->stash = hw_stash_new (f->folder);
}

static void
tear_down (F *f, gconstpointer data)
{
  hw_file_thread_flush (hw_stash_get_thread (f->stash));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->stash);
  remove_folder (f->folder);
  g_free (f->folder);
}

typedef struct
{
  gboolean done;
  HwStashed *stashed;
  GError *error;
} Opened;

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Opened *opened = user_data;

  opened->stashed = hw_stash_open_finish (HW_STASH (source), result, &opened->error);
  opened->done = TRUE;
}

static HwStashed *
open_stash (HwStash *stash, GError **error)
{
  Opened opened = { 0 };

  hw_stash_open_async (stash, "id", "Ana", NULL, on_opened, &opened);
  wait_until (opened.done);
  if (opened.error)
    g_propagate_error (error, opened.error);
  return opened.stashed;
}

static HwOutbox *
open_outbox (HwStash *stash, HwStashed **stashed)
{
  g_autoptr (GError) error = NULL;
  HwOutbox *outbox = hw_outbox_new ();

  *stashed = open_stash (stash, &error);
  g_assert_no_error (error);
  hw_outbox_open (outbox, hw_stash_get_thread (stash), (*stashed)->outbox.path,
                  (*stashed)->outbox.lines, (*stashed)->outbox.size, (*stashed)->outbox.damaged);
  return outbox;
}

static void
close_outbox (HwOutbox *outbox, HwStashed *stashed)
{
  g_assert_finalize_object (outbox);
  hw_stashed_free (stashed);
}

static void
wait_kept (HwOutbox *outbox, const char *key)
{
  wait_until (hw_outbox_find (outbox, key)->kept);
}

static void
test_modes_and_lock (F *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *key = NULL;
  HwStashed *stashed;
  HwOutbox *outbox = open_outbox (f->stash, &stashed);
  GStatBuf info;

  path = g_strdup (stashed->outbox.path);
  folder = g_path_get_dirname (path);
  key = g_strdup (hw_outbox_add (outbox, "tea", "x")->key);
  g_assert_false (hw_outbox_find (outbox, key)->kept);
  wait_kept (outbox, key);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (folder, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  /* A second program at the same time must not write there. */
  g_assert_null (open_stash (f->stash, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  close_outbox (outbox, stashed);
  outbox = open_outbox (f->stash, &stashed);
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 1);
  close_outbox (outbox, stashed);
}

static void
test_torn_and_damaged (F *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *content = NULL;
  g_autofree char *torn = NULL;
  g_autofree char *damaged = NULL;
  HwStashed *stashed;
  HwOutbox *outbox = open_outbox (f->stash, &stashed);

  path = g_strdup (stashed->outbox.path);
  hw_outbox_add (outbox, "tea", "one");
  hw_outbox_add (outbox, "tea", "two");
  close_outbox (outbox, stashed);
  hw_file_thread_flush (hw_stash_get_thread (f->stash));
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));

  /* Half a line at the end: the power went. What follows must be whole again. */
  torn = g_strconcat (content, "{\"out\":\"abc\",\"room\":\"te", NULL);
  g_assert_true (g_file_set_contents (path, torn, -1, NULL));
  outbox = open_outbox (f->stash, &stashed);
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 2);
  g_assert_false (stashed->outbox.damaged);
  hw_outbox_add (outbox, "tea", "three");
  close_outbox (outbox, stashed);
  outbox = open_outbox (f->stash, &stashed);
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 3);
  close_outbox (outbox, stashed);

  /* Nonsense in the middle: the rest is kept, and so is the file. */
  damaged
      = g_strconcat ("\xff\xfe nonsense\n", content,
                     "{\"out\":7}\n[]\n{\"out\":\"k\",\"room\":\"/\",\"text\":\"x\",\"at\":1}\n",
                     NULL);
  g_assert_true (g_file_set_contents (path, damaged, -1, NULL));
  outbox = open_outbox (f->stash, &stashed);
  g_assert_true (stashed->outbox.damaged);
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 2);
  close_outbox (outbox, stashed);
  hw_file_thread_flush (hw_stash_get_thread (f->stash));
  g_free (content);
  content = read_all_files (f->folder);
  g_assert_nonnull (strstr (content, "nonsense"));
  outbox = open_outbox (f->stash, &stashed);
  g_assert_false (stashed->outbox.damaged);
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 2);
  close_outbox (outbox, stashed);
  hw_file_thread_flush (hw_stash_get_thread (f->stash));

  /* Not even a file. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  outbox = open_outbox (f->stash, &stashed);
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 0);
  hw_outbox_add (outbox, "tea", "four");
  close_outbox (outbox, stashed);
  outbox = open_outbox (f->stash, &stashed);
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 1);
  close_outbox (outbox, stashed);
}

static void
test_old_ones_do_not_go_by_themselves (F *f, gconstpointer data)
{
  const gint64 hour = G_GINT64_CONSTANT (3600000);
  gint64 now = g_get_real_time () / 1000;
  g_autofree char *lines = NULL;
  HwStashed *stashed;
  HwOutbox *outbox = open_outbox (f->stash, &stashed);
  g_autofree char *path = g_strdup (stashed->outbox.path);

  close_outbox (outbox, stashed);
  hw_file_thread_flush (hw_stash_get_thread (f->stash));
  lines = g_strdup_printf (
      "{\"out\":\"a\",\"room\":\"tea\",\"text\":\"old\",\"at\":%" G_GINT64_FORMAT "}\n"
      "{\"out\":\"b\",\"room\":\"tea\",\"text\":\"new\",\"at\":%" G_GINT64_FORMAT "}\n"
      "{\"out\":\"c\",\"to\":\"Ben\",\"text\":\"of the future\",\"at\":%" G_GINT64_FORMAT "}\n",
      now - 25 * hour, now - 20 * hour, now + 25 * hour);
  g_assert_true (g_file_set_contents (path, lines, -1, NULL));
  outbox = open_outbox (f->stash, &stashed);
  g_assert_nonnull (hw_outbox_find (outbox, "a")->problem);
  g_assert_null (hw_outbox_find (outbox, "b")->problem);
  g_assert_nonnull (hw_outbox_find (outbox, "c")->problem);
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 1);
  /* Whoever wants it sent again means now. */
  hw_outbox_add_again (outbox, FALSE, "tea", "old", "a");
  close_outbox (outbox, stashed);
  outbox = open_outbox (f->stash, &stashed);
  g_assert_null (hw_outbox_find (outbox, "a")->problem);
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 2);
  close_outbox (outbox, stashed);
}

static void
test_does_not_grow (F *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill (4000, 'x');
  HwStashed *stashed;
  HwOutbox *outbox = open_outbox (f->stash, &stashed);
  g_autofree char *path = g_strdup (stashed->outbox.path);
  GStatBuf info;

  hw_outbox_add (outbox, "tea", "stays");
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *key = g_strdup (hw_outbox_add (outbox, "tea", text)->key);

      hw_outbox_remove (outbox, key);
    }
  hw_file_thread_flush (hw_stash_get_thread (f->stash));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_size, <, 400 * 1024);
  close_outbox (outbox, stashed);
  outbox = open_outbox (f->stash, &stashed);
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 1);
  close_outbox (outbox, stashed);
}

static gboolean
is_in_file (const char *path, const char *word)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, word);
}

static void
on_trouble (HwOutbox *outbox, const GError *error, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_no_room_on_disk (F *f, gconstpointer data)
{
  HwStashed *stashed;
  HwOutbox *outbox = open_outbox (f->stash, &stashed);
  g_autofree char *key = NULL;
  guint troubles = 0;

  g_signal_connect (outbox, "trouble", G_CALLBACK (on_trouble), &troubles);
  /* Nothing can be appended to a folder. */
  g_assert_cmpint (g_mkdir (stashed->outbox.path, 0700), ==, 0);
  key = g_strdup (hw_outbox_add (outbox, "tea", "said all the same")->key);
  wait_kept (outbox, key);
  hw_outbox_add (outbox, "tea", "and this");
  hw_file_thread_flush (hw_stash_get_thread (f->stash));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (troubles, ==, 1);
  g_assert_false (hw_outbox_is_open (outbox));
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 2);

  /* Once the disk takes something again, it takes all. */
  g_assert_cmpint (g_rmdir (stashed->outbox.path), ==, 0);
  hw_outbox_add (outbox, "tea", "and that");
  wait_until (hw_outbox_is_open (outbox));
  g_assert_cmpuint (troubles, ==, 2);
  close_outbox (outbox, stashed);
  outbox = open_outbox (f->stash, &stashed);
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 3);
  close_outbox (outbox, stashed);
}

/* What was too long for the disk is not said to be there because something shorter is. */
static void
test_little_room_on_disk (F *f, gconstpointer data)
{
  HwStashed *stashed;
  HwOutbox *outbox = open_outbox (f->stash, &stashed);
  g_autofree char *text = g_strnfill (3000, 'x');
  struct rlimit unlimited, limit;
  guint troubles = 0;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &unlimited), ==, 0);
  limit = (struct rlimit){ 2000, unlimited.rlim_max };
  g_signal_connect (outbox, "trouble", G_CALLBACK (on_trouble), &troubles);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  hw_outbox_add (outbox, "tea", text);
  wait_until (troubles == 1);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *key = g_strdup (hw_outbox_add (outbox, "tea", "short")->key);

      wait_kept (outbox, key);
      hw_file_thread_flush (hw_stash_get_thread (f->stash));
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_false (hw_outbox_is_open (outbox));
    }
  g_assert_cmpuint (troubles, ==, 1);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &unlimited), ==, 0);
  hw_outbox_add (outbox, "tea", "short");
  wait_until (hw_outbox_is_open (outbox));
  g_assert_cmpuint (troubles, ==, 2);
  close_outbox (outbox, stashed);
  outbox = open_outbox (f->stash, &stashed);
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 5);
  close_outbox (outbox, stashed);
}

/* Nor does anything go wrong where such a file is given up. */
static void
test_gives_up_a_file_in_trouble (F *f, gconstpointer data)
{
  for (guint moves = 0; moves < 2; moves++)
    {
      HwStashed *stashed;
      HwOutbox *outbox = open_outbox (f->stash, &stashed);
      guint troubles = 0;

      g_signal_connect (outbox, "trouble", G_CALLBACK (on_trouble), &troubles);
      g_assert_cmpint (g_mkdir (stashed->outbox.path, 0700), ==, 0);
      hw_outbox_add (outbox, "tea", "said all the same");
      wait_until (troubles == 1);
      hw_outbox_detach (outbox, moves);
      g_assert_cmpuint (troubles, ==, 2);
      g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 1);
      hw_outbox_forget_old (outbox);
      hw_file_thread_flush (hw_stash_get_thread (f->stash));
      g_assert_cmpint (g_rmdir (stashed->outbox.path), ==, 0);
      close_outbox (outbox, stashed);
    }
}

/* A file that cannot be replaced by a shorter one has what was said meanwhile, too. */
static void
test_cannot_be_shortened (F *f, gconstpointer data)
{
  HwStashed *stashed;
  HwOutbox *outbox = open_outbox (f->stash, &stashed);
  g_autofree char *text = g_strnfill (8000, 'x');
  g_autofree char *folder = g_path_get_dirname (stashed->outbox.path);
  g_autofree char *moved = g_strconcat (folder, ".moved", NULL);
  g_autofree char *path = g_build_filename (moved, "outbox", NULL);
  guint troubles = 0;

  g_signal_connect (outbox, "trouble", G_CALLBACK (on_trouble), &troubles);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *key = g_strdup (hw_outbox_add (outbox, "tea", text)->key);

      hw_file_thread_flush (hw_stash_get_thread (f->stash));
      /* What is open can be appended to, but nothing can be made there. */
      if (i == 0)
        {
          g_assert_cmpint (g_rename (folder, moved), ==, 0);
          g_assert_true (g_file_set_contents (folder, "", 0, NULL));
        }
      g_assert_true (is_in_file (path, key));
      hw_outbox_remove (outbox, key);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (troubles, ==, 0);
  hw_file_thread_flush (hw_stash_get_thread (f->stash));
  g_assert_cmpint (g_unlink (folder), ==, 0);
  g_assert_cmpint (g_rename (moved, folder), ==, 0);
  close_outbox (outbox, stashed);
}

static void
on_log_trouble (const GError *error, gpointer user_data)
{
  g_assert_not_reached ();
}

static HwWhisperLog *
open_log (F *f, HwStashed *stashed)
{
  HwWhisperLog *log = hw_whisper_log_new (on_log_trouble, NULL);

  hw_whisper_log_open (log, hw_stash_get_thread (f->stash), stashed->whispers.path,
                       stashed->whispers.lines, stashed->whispers.size, FALSE);
  return log;
}

static void
write_talk (F *f, gsize length, guint n)
{
  g_autofree char *text = g_strnfill (length, 'x');
  HwStashed *stashed = open_stash (f->stash, NULL);
  HwWhisperLog *log = open_log (f, stashed);

  for (guint i = 1; i <= n; i++)
    {
      g_autoptr (HwEntry) typed = hw_entry_new_message (1, "Ben", text, NULL);
      g_autoptr (HwEntry) entry = hw_entry_new_saved_copy (typed, i, 1);

      hw_whisper_log_add (log, "Ben", entry);
      hw_whisper_log_set_read (log, "Ben", i - 1);
    }
  hw_whisper_log_free (log);
  hw_stashed_free (stashed);
}

static void
test_long_talks_are_cut (F *f, gconstpointer data)
{
  HwStashed *stashed;
  HwWhisperLog *log;
  guint64 last_read = 0;
  GPtrArray *entries;

  write_talk (f, 200, 6000);
  stashed = open_stash (f->stash, NULL);
  g_assert_cmpuint (stashed->whispers.size, <, 5 * 1024 * 1024);
  log = open_log (f, stashed);
  entries = hw_whisper_log_find (log, "ben", &last_read);
  g_assert_cmpuint (entries->len, >=, 2000);
  g_assert_cmpuint (entries->len, <, 6000);
  g_assert_cmpuint (hw_entry_get_seq (entries->pdata[0]), ==, 1);
  g_assert_cmpuint (last_read, ==, entries->len - 1);
  hw_whisper_log_free (log);
  hw_stashed_free (stashed);
}

static void
test_long_whispers_are_few (F *f, gconstpointer data)
{
  HwStashed *stashed;
  HwWhisperLog *log;
  guint64 last_read = 0;

  write_talk (f, 8000, 800);
  stashed = open_stash (f->stash, NULL);
  g_assert_cmpuint (stashed->whispers.size, <, 5 * 512 * 1024);
  log = open_log (f, stashed);
  g_assert_cmpuint (hw_whisper_log_find (log, "ben", &last_read)->len, >=, 60);
  hw_whisper_log_free (log);
  hw_stashed_free (stashed);
}

/* A crash comes between the new file and its name. */
static void
test_unfinished_files_go (F *f, gconstpointer data)
{
  HwStashed *stashed = open_stash (f->stash, NULL);
  g_autofree char *unfinished = g_strconcat (stashed->drafts.path, ".X1yZ2a", NULL);
  g_autofree char *aside = g_strconcat (stashed->drafts.path, ".damaged-17", NULL);

  hw_stashed_free (stashed);
  g_assert_true (g_file_set_contents (unfinished, "x", 1, NULL));
  g_assert_true (g_file_set_contents (aside, "x", 1, NULL));
  hw_file_thread_flush (hw_stash_get_thread (f->stash));
  stashed = open_stash (f->stash, NULL);
  g_assert_false (g_file_test (unfinished, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  hw_stashed_free (stashed);
}

#define ADD(name, func) g_test_add ("/stash-files/" name, F, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("modes-and-lock", test_modes_and_lock);
  ADD ("torn-and-damaged", test_torn_and_damaged);
  ADD ("old-ones-do-not-go-by-themselves", test_old_ones_do_not_go_by_themselves);
  ADD ("does-not-grow", test_does_not_grow);
  ADD ("no-room-on-disk", test_no_room_on_disk);
  ADD ("little-room-on-disk", test_little_room_on_disk);
  ADD ("gives-up-a-file-in-trouble", test_gives_up_a_file_in_trouble);
  ADD ("cannot-be-shortened", test_cannot_be_shortened);
  ADD ("long-talks-are-cut", test_long_talks_are_cut);
  ADD ("long-whispers-are-few", test_long_whispers_are_few);
  ADD ("unfinished-files-go", test_unfinished_files_go);
  return g_test_run ();
}
