/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was being written at the last start, in the entries of a window that was quicker than the
 * disk. */

#include "hallway-config.h"

#include "ui/composer.h"
#include "ui/conversation-pages.h"

#include "../client/place-fixture.h"
#include "app-fixture.h"
#include "client/stash.h"
#include "ui-test.h"

typedef struct
{
  PlaceFixture base;
  HwStash *stash;
  GMutex disk; /* locked: it does not answer */
  GtkWidget *window;
  HwConversationPages *pages;
} F;

static void
set_up (F *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  place_fixture_set_up (&f->base, data);
  path = g_build_filename (f->base.folder, "places", NULL);
  f->stash = hw_stash_new (path);
  g_mutex_init (&f->disk);
  fake_server_add_room (f->base.server, "tea");
  fake_server_add_room (f->base.server, "exam");
  hw_place_set_stash (f->base.place, f->stash);
}

static void
tear_down (F *f, gconstpointer data)
{
  hw_place_disconnect (f->base.place);
  hw_file_thread_flush (hw_stash_get_thread (f->stash));
  place_fixture_tear_down (&f->base, data);
  g_assert_finalize_object (f->stash);
  g_mutex_clear (&f->disk);
}

static void
wait_for_disk (gpointer data)
{
  F *f = data;

  g_mutex_lock (&f->disk);
  g_mutex_unlock (&f->disk);
}

/* Another start of the program, on a disk that does not answer yet. */
static void
start_again (F *f)
{
  HwFileThread *thread = hw_stash_get_thread (f->stash);

  hw_place_disconnect (f->base.place);
  hw_file_thread_flush (thread);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->base.place);
  f->base.place = make_place (&f->base);
  hw_place_set_stash (f->base.place, f->stash);
  g_mutex_lock (&f->disk);
  hw_file_thread_push (thread, wait_for_disk, NULL, f);
  go_online (&f->base, "Ana");
}

static void
go_on (F *f)
{
  g_mutex_unlock (&f->disk);
  wait_until (hw_place_keeps_unsaved (f->base.place));
}

static void
open_window (F *f)
{
  g_autoptr (HwConversations) conversations = hw_conversations_new (f->base.place);
  g_autoptr (HwPlaceOps) ops = hw_place_ops_new (f->base.place);

  f->window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  f->pages = g_object_new (HW_TYPE_CONVERSATION_PAGES, NULL);
  gtk_container_add (GTK_CONTAINER (f->window), GTK_WIDGET (f->pages));
  hw_conversation_pages_set_model (f->pages, conversations, ops);
  gtk_widget_show_all (f->window);
  ui_test_iterate ();
}

static void
close_window (F *f)
{
  hw_conversation_pages_close (f->pages);
  gtk_widget_destroy (f->window);
  ui_test_iterate ();
}

static HwComposer *
get_entry (F *f, const char *name)
{
  HwRoom *room = hw_place_find_room (f->base.place, name);

  return hw_conversation_page_get_composer (hw_conversation_pages_find (f->pages, room));
}

#define assert_written(f, name, text_)                                      \
  G_STMT_START                                                              \
  {                                                                         \
    g_autofree char *written_ = hw_composer_get_text (get_entry (f, name)); \
    g_assert_cmpstr (written_, ==, text_);                                  \
  }                                                                         \
  G_STMT_END

static void
test_slow_disk (F *f, gconstpointer data)
{
  go_online (&f->base, "Ana");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  hw_place_set_draft (f->base.place, "tea", "half a thou");
  start_again (f);
  join_room (f->base.place, "tea");
  open_window (f);
  assert_written (f, "tea", "");
  go_on (f);
  assert_written (f, "tea", "half a thou");
  close_window (f);
}

static void
test_touched (F *f, gconstpointer data)
{
  go_online (&f->base, "Ana");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  hw_place_set_draft (f->base.place, "tea", "half a thou");
  hw_place_set_draft (f->base.place, "exam", "is it tomor");
  start_again (f);
  join_room (f->base.place, "tea");
  join_room (f->base.place, "exam");
  open_window (f);
  hw_composer_insert (get_entry (f, "tea"), "newer");
  hw_composer_insert (get_entry (f, "exam"), "sent meanwhile");
  hw_composer_set_text (get_entry (f, "exam"), "");
  go_on (f);
  assert_written (f, "tea", "newer");
  assert_written (f, "exam", "");
  close_window (f);

  /* And so it is at the next start, though nobody has pressed a key since. */
  start_again (f);
  go_on (f);
  g_assert_cmpstr (hw_place_get_draft (f->base.place, "tea"), ==, "newer");
  g_assert_null (hw_place_get_draft (f->base.place, "exam"));
}

#define TEST(name, function) g_test_add ("/drafts/" name, F, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (HwApplication) app G_GNUC_UNUSED = app_fixture_start (&argc, &argv);

  TEST ("come-when-the-disk-has-told-them", test_slow_disk);
  TEST ("leave-what-was-written-meanwhile", test_touched);

  return g_test_run ();
}
