/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that people offer, in the log view. Runs in gui-env. */

#include "log-fixture.h"

#include "client/history-private.h"
#include "client/transfers-private.h"

#include "ui/log-pictures.h"

#include <glib/gstdio.h>
#include <handy.h>
#include <string.h>

static HwTransfer *
make_transfer (const char *name, const char *type)
{
  HwTransfer *transfer = hw_transfer_new (FALSE, NULL, "Marta");

  transfer->id = 7;
  transfer->name = g_strdup (name);
  transfer->type = g_strdup (type);
  transfer->size = 2100000;
  return transfer;
}

/* Offers it in @history; gives the item. */
static HwEntry *
offer (HwHistory *history, HwTransfer *transfer, guint64 after)
{
  HwEntry *entry = hw_entry_new_file (transfer->at, "Marta", transfer);

  hw_history_add_local (history, entry, after);
  g_object_unref (entry);
  return entry; /* the history keeps it */
}

static GtkWidget *
find_file (LogFixture *fixture, const char *name)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (fixture->view));

  for (GList *link = rows; link != NULL; link = link->next)
    if (strstr (atk_object_get_name (log_accessible_of (link->data)), name) != NULL)
      return link->data;
  return NULL;
}

static gboolean
can (GtkWidget *row, const char *deed)
{
  AtkAction *action = ATK_ACTION (log_accessible_of (row));

  for (int i = 0; i < atk_action_get_n_actions (action); i++)
    if (g_strcmp0 (atk_action_get_name (action, i), deed) == 0)
      return TRUE;
  return FALSE;
}

static void
set_state (LogFixture *fixture, HwEntry *entry, HwTransferState state)
{
  hw_transfer_set_state (hw_entry_get_transfer (entry), state, NULL);
  hw_history_local_changed (fixture->history, entry);
  log_paint (fixture);
  log_settle (fixture);
}

static char *
make_picture (const char *folder, const char *name, int width, int height)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  gdk_pixbuf_fill (pixbuf, 0xf0b23cff);
  gdk_pixbuf_save (pixbuf, path, "png", &error, NULL);
  g_assert_no_error (error);
  return path;
}

/* It stands where it was offered, tells how far it is, and nothing around it moves meanwhile. */
static void
test_stands_in_its_place (void)
{
  LogFixture fixture;
  g_autoptr (HwTransfer) transfer = make_transfer ("photo.zip", NULL);
  g_autoptr (HwTransfer) other = make_transfer ("other.zip", NULL);
  g_autofree char *text = NULL;
  HwEntry *entry;
  GtkWidget *row;
  AtkObject *accessible;
  int top, below;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  g_clear_pointer (&fixture.announced, g_free);
  entry = offer (fixture.history, transfer, 18);
  log_paint (&fixture);
  log_settle (&fixture);
  row = find_file (&fixture, "photo.zip");
  g_assert_nonnull (row);
  accessible = log_accessible_of (row);
  g_assert_true (g_str_has_prefix (atk_object_get_name (accessible), "Marta, "));
  g_assert_nonnull (strstr (atk_object_get_name (accessible), ": File photo.zip, 2.1\302\240MB"));
  g_assert_cmpuint (log_position_of (row), ==, 18);
  g_assert_true (can (row, "save"));
  g_assert_true (can (row, "decline"));

  /* What comes is read out, what is only found again is not, nor how far it is. */
  g_assert_null (fixture.announced);
  offer (fixture.history, other, hw_history_get_last (fixture.history));
  log_paint (&fixture);
  log_settle (&fixture);
  g_assert_nonnull (strstr (fixture.announced, "other.zip"));
  g_clear_pointer (&fixture.announced, g_free);
  set_state (&fixture, entry, HW_TRANSFER_RUNNING);
  row = find_file (&fixture, "photo.zip");
  g_assert_true (can (row, "cancel"));
  g_assert_false (can (row, "save"));
  top = log_top_of (&fixture, 18);
  below = gtk_widget_get_allocated_height (row);
  for (transfer->done = 0; transfer->done < transfer->size; transfer->done += 300000)
    {
      hw_history_local_changed (fixture.history, entry);
      log_paint (&fixture);
      g_assert_true (find_file (&fixture, "photo.zip") == row);
      g_assert_cmpint (log_top_of (&fixture, 18), ==, top);
      g_assert_cmpint (gtk_widget_get_allocated_height (row), ==, below);
    }
  g_assert_null (fixture.announced);

  /* Not coming is something to be told. */
  set_state (&fixture, entry, HW_TRANSFER_FAILED);
  g_assert_nonnull (fixture.announced);
  g_assert_nonnull (strstr (fixture.announced, "photo.zip"));
  g_assert_cmpint (atk_action_get_n_actions (ATK_ACTION (log_accessible_of (row))), ==, 0);

  log_key (&fixture, GDK_KEY_a, GDK_CONTROL_MASK);
  gtk_widget_grab_focus (row);
  log_key (&fixture, GDK_KEY_a, GDK_CONTROL_MASK);
  text = hw_log_view_get_selected_text (fixture.view);
  g_assert_nonnull (strstr (text, "\nMarta offers photo.zip (2.1\302\240MB)"));
  log_close_view (&fixture);
}

static void
on_action (HwLogView *view, HwEntry *entry, const char *id, char **last)
{
  g_free (*last);
  *last = g_strdup (id);
}

/* Enter does what is wanted most. */
static void
test_goes_by_keyboard (void)
{
  LogFixture fixture;
  g_autoptr (HwTransfer) transfer = make_transfer ("photo.zip", NULL);
  g_autofree char *last = NULL;
  HwEntry *entry;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  g_signal_connect (fixture.view, "entry-action", G_CALLBACK (on_action), &last);
  entry = offer (fixture.history, transfer, hw_history_get_last (fixture.history));
  log_paint (&fixture);
  log_settle (&fixture);
  gtk_widget_grab_focus (find_file (&fixture, "photo.zip"));
  log_key (&fixture, GDK_KEY_Return, 0);
  g_assert_cmpstr (last, ==, HW_LOG_ACTION_SAVE);
  set_state (&fixture, entry, HW_TRANSFER_PAUSED);
  log_key (&fixture, GDK_KEY_Return, 0);
  g_assert_cmpstr (last, ==, HW_LOG_ACTION_RESUME);
  log_close_view (&fixture);
}

static gboolean
shows_picture (LogFixture *fixture)
{
  GtkWidget *row = find_file (fixture, "door.png");

  log_paint (fixture);
  return row != NULL && can (row, "show larger");
}

/* A picture is drawn when it was accepted and is here, not before; a press asks for a larger one.
 */
static void
test_shows_pictures (void)
{
  LogFixture fixture;
  g_autoptr (HwTransfer) transfer = make_transfer ("door.png", "image/png");
  g_autofree char *folder = g_dir_make_tmp ("hallway-XXXXXX", NULL);
  g_autofree char *path = make_picture (folder, "door.png", 900, 300);
  g_autofree char *last = NULL;
  GtkAllocation place;
  HwEntry *entry;
  int before;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  g_signal_connect (fixture.view, "entry-action", G_CALLBACK (on_action), &last);
  entry = offer (fixture.history, transfer, hw_history_get_last (fixture.history));
  transfer->file = g_file_new_for_path (path);
  log_paint (&fixture);
  log_settle (&fixture);
  before = gtk_widget_get_allocated_height (find_file (&fixture, "door.png"));
  g_assert_false (shows_picture (&fixture));

  hw_transfer_set_state (transfer, HW_TRANSFER_DONE, NULL);
  hw_history_local_changed (fixture.history, entry);
  log_until (&fixture, shows_picture, "the picture is there");
  log_settle (&fixture);
  gtk_widget_get_allocation (find_file (&fixture, "door.png"), &place);
  g_assert_cmpint (place.height, >, before + 90);
  g_assert_cmpint (place.height, <, before + 130);
  g_assert_true (hw_log_view_get_at_end (fixture.view));
  log_press (&fixture, GDK_BUTTON_PRESS, 120, place.y + place.height - 30, 0);
  g_assert_null (last);
  log_press (&fixture, GDK_BUTTON_RELEASE, 120, place.y + place.height - 30, GDK_BUTTON1_MASK);
  g_assert_cmpstr (last, ==, HW_LOG_ACTION_PICTURE);
  log_close_view (&fixture);
  g_unlink (path);
  g_rmdir (folder);
}

typedef struct
{
  guint n_ready;
} Counted;

static void
on_ready (HwTransfer *transfer, gpointer data)
{
  ((Counted *) data)->n_ready++;
}

/* However many pictures there are, memory is bounded, and those that were let go come back. What is
 * no picture is never asked for again. */
static void
test_pictures_are_bounded (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hallway-XXXXXX", NULL);
  g_autofree char *path = make_picture (folder, "door.png", 280, 200);
  g_autofree char *text = g_build_filename (folder, "text.png", NULL);
  g_autoptr (GPtrArray) transfers = g_ptr_array_new_with_free_func (g_object_unref);
  Counted counted = { 0 };
  g_autoptr (HwLogPictures) pictures = hw_log_pictures_new (on_ready, &counted);
  int width, height;

  g_assert_true (g_file_set_contents (text, "\x89PNG\r\n\x1a\nno picture", -1, NULL));
  for (guint i = 0; i <= 60; i++)
    {
      HwTransfer *transfer = make_transfer ("door.png", "image/png");

      transfer->state = HW_TRANSFER_DONE;
      transfer->file = g_file_new_for_path (i == 0 ? text : path);
      g_ptr_array_add (transfers, transfer);
      g_assert_null (hw_log_pictures_get (pictures, transfer, 1));
      while (counted.n_ready <= i)
        g_main_context_iteration (NULL, TRUE);
      g_assert_true ((hw_log_pictures_get (pictures, transfer, 1) != NULL) == (i > 0));
    }
  g_assert_cmpuint (hw_log_pictures_get_bytes (pictures), <=, 6 * 1024 * 1024);
  g_assert_cmpuint (hw_log_pictures_get_bytes (pictures), >, 4 * 1024 * 1024);
  /* Its size is known still, so that nothing moves until it is here again. */
  g_assert_true (hw_log_pictures_measure (pictures, transfers->pdata[1], 1, &width, &height));
  g_assert_cmpint (width, ==, 280);
  g_assert_cmpint (height, ==, 200);
  while (hw_log_pictures_get (pictures, transfers->pdata[1], 1) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (counted.n_ready, ==, 62);
  g_assert_false (hw_log_pictures_measure (pictures, transfers->pdata[0], 1, &width, &height));
  g_unlink (path);
  g_unlink (text);
  g_rmdir (folder);
}

/* An offer whose place in the log comes after it did is counted once, and not at all when it goes.
 */
static void
test_offers_below_are_counted_once (void)
{
  LogFixture fixture;
  g_autoptr (HwTransfer) one_more = make_transfer ("wall.png", "image/png");
  guint64 last;

  log_open_view (&fixture, talk_history (500, 1), HW_LOG_VIEW_CHAT);
  last = hw_history_get_last (fixture.history);
  log_paint (&fixture);
  gtk_adjustment_set_value (fixture.adjustment,
                            gtk_adjustment_get_value (fixture.adjustment) - 300);
  log_paint (&fixture);
  for (guint i = 0; i < HW_HISTORY_LOCALS_MAX; i++)
    {
      g_autoptr (HwTransfer) transfer = make_transfer ("door.png", "image/png");

      offer (fixture.history, transfer, last + 1);
    }
  g_assert_cmpuint (hw_log_view_get_n_below (fixture.view), ==, HW_HISTORY_LOCALS_MAX);
  log_append (&fixture, "Zed", "do you see them?");
  g_assert_cmpuint (hw_log_view_get_n_below (fixture.view), ==, HW_HISTORY_LOCALS_MAX + 1);
  log_append (&fixture, "Zed", "all of them?");
  g_assert_cmpuint (hw_log_view_get_n_below (fixture.view), ==, HW_HISTORY_LOCALS_MAX + 2);
  /* One more, and the oldest goes. */
  offer (fixture.history, one_more, last + 2);
  g_assert_cmpuint (hw_log_view_get_n_below (fixture.view), ==, HW_HISTORY_LOCALS_MAX + 2);
  log_close_view (&fixture);
}

/* The one asked for last comes first; where its file is gone by then, the others are loaded all the
 * same. */
static void
test_lost_picture_stops_nobody (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hallway-XXXXXX", NULL);
  g_autofree char *path = make_picture (folder, "door.png", 280, 200);
  g_autoptr (GPtrArray) transfers = g_ptr_array_new_with_free_func (g_object_unref);
  Counted counted = { 0 };
  g_autoptr (HwLogPictures) pictures = hw_log_pictures_new (on_ready, &counted);

  for (guint i = 0; i < 3; i++)
    {
      HwTransfer *transfer = make_transfer ("door.png", "image/png");

      transfer->state = HW_TRANSFER_DONE;
      transfer->file = g_file_new_for_path (path);
      g_ptr_array_add (transfers, transfer);
      g_assert_null (hw_log_pictures_get (pictures, transfer, 1));
      if (i == 2)
        g_clear_object (&transfer->file);
    }
  while (counted.n_ready < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (hw_log_pictures_get (pictures, transfers->pdata[0], 1));
  g_assert_nonnull (hw_log_pictures_get (pictures, transfers->pdata[1], 1));
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  hdy_init ();
  talk_load_style ();
  g_test_add_func ("/log-files/stands-in-its-place", test_stands_in_its_place);
  g_test_add_func ("/log-files/goes-by-keyboard", test_goes_by_keyboard);
  g_test_add_func ("/log-files/shows-pictures", test_shows_pictures);
  g_test_add_func ("/log-files/offers-below-are-counted-once", test_offers_below_are_counted_once);
  g_test_add_func ("/log-files/pictures-are-bounded", test_pictures_are_bounded);
  g_test_add_func ("/log-files/a-lost-picture-stops-nobody", test_lost_picture_stops_nobody);
  return g_test_run ();
}
