/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Exports against a server that does what the test says: what is written, what is left when it is
 * stopped, when the link is lost, and when there is no room for it. */

#include "../client/place-fixture.h"

#include "ui/log-export.h"

#include <glib/gstdio.h>
#include <string.h>

#define ENTRIES 3500

typedef struct
{
  PlaceFixture place;
  char *folder;
  GFile *target;
  GCancellable *cancellable;
  guint64 n;          /* entries that were written */
  guint64 answer_max; /* pages behind this seq are not answered */
  guint drops;        /* so often is the link cut at the middle */
  gboolean done;
  GError *error;
  guint64 result;
} Fixture;

static void
send_page (FakeClient *client, gint64 id, guint64 after, guint64 limit)
{
  g_autoptr (GString) entries = g_string_new (NULL);
  guint64 end = MIN (after + limit, ENTRIES);

  for (guint64 seq = after + 1; seq <= end; seq++)
    g_string_append_printf (entries,
                            "%s{\"seq\":%" G_GUINT64_FORMAT
                            ",\"at\":1763625600000,\"kind\":\"message\",\"from\":\"Ana\","
                            "\"text\":\"entry %" G_GUINT64_FORMAT "\"}",
                            entries->len > 0 ? "," : "", seq, seq);
  fake_client_send (client,
                    "{\"re\":%" G_GINT64_FORMAT ",\"ok\":true,\"entries\":[%s],\"more\":%s,"
                    "\"last\":%d,\"total\":%d}",
                    id, entries->str, end < ENTRIES ? "true" : "false", ENTRIES, ENTRIES);
}

static gboolean
on_request (FakeServer *server,
            FakeClient *client,
            const char *op,
            gint64 id,
            JsonObject *message,
            gpointer user_data)
{
  Fixture *f = user_data;
  guint64 after;

  if (g_str_equal (op, "admin"))
    {
      fake_client_send (client, "{\"re\":%" G_GINT64_FORMAT ",\"ok\":true}", id);
      return TRUE;
    }
  if (!g_str_equal (op, "log-read"))
    return FALSE;
  after = (guint64) json_object_get_int_member (message, "after");
  if (after >= ENTRIES / 2 && f->drops > 0)
    {
      f->drops--;
      fake_client_close (client);
    }
  else if (after < f->answer_max)
    send_page (client, id, after, (guint64) json_object_get_int_member (message, "limit"));
  return TRUE;
}

static void
on_admin (GObject *source, GAsyncResult *result, gpointer done)
{
  g_assert_true (hw_place_admin_finish (HW_PLACE (source), result, NULL));
  *(gboolean *) done = TRUE;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  gboolean admin = FALSE;

  place_fixture_set_up (&f->place, data);
  f->place.server->hook = on_request;
  f->place.server->hook_data = f;
  go_online (&f->place, "Ben");
  hw_place_admin_async (f->place.place, "open sesame", NULL, on_admin, &admin);
  wait_until (admin);
  f->folder = g_dir_make_tmp ("export-XXXXXX", NULL);
  path = g_build_filename (f->folder, "log.txt", NULL);
  f->target = g_file_new_for_path (path);
  f->cancellable = g_cancellable_new ();
  f->answer_max = G_MAXUINT64;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_error (&f->error);
  g_object_unref (f->cancellable);
  g_object_unref (f->target);
  remove_folder (f->folder);
  g_free (f->folder);
  place_fixture_tear_down (&f->place, data);
}

static void
on_progress (guint64 n, gpointer data)
{
  ((Fixture *) data)->n = n;
}

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  f->result = hw_log_export_finish (result, &f->error);
  f->done = TRUE;
}

static void
begin (Fixture *f)
{
  g_autoptr (HwLogFilter) filter = hw_log_filter_new ();

  hw_log_export_async (hw_log_stream_new (f->place.place, 1, filter, 1, ENTRIES),
                       hw_log_format_new (HW_LOG_FORMAT_TEXT, "tea", "Room 204", NULL), f->target,
                       f->cancellable, on_progress, f, on_exported, f);
}

static guint
count_files (Fixture *f)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
check_whole (Fixture *f)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_no_error (f->error);
  g_assert_cmpuint (f->result, ==, ENTRIES);
  g_assert_cmpuint (count_files (f), ==, 1);
  g_assert_true (g_file_load_contents (f->target, NULL, &text, NULL, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, ENTRIES + 3);
  for (guint i = 0; i < ENTRIES; i++)
    {
      g_autofree char *end = g_strdup_printf (": entry %u", i + 1);

      g_assert_true (g_str_has_suffix (lines[i + 2], end));
    }
}

static void
test_whole (Fixture *f, gconstpointer data)
{
  g_assert_true (g_file_replace_contents (f->target, "old", 3, NULL, FALSE, 0, NULL, NULL, NULL));
  begin (f);
  wait_until (f->done);
  check_whole (f);
}

/* Half of it is on the disk, and what was there before is still what is there. */
static void
test_stopped (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_replace_contents (f->target, "old", 3, NULL, FALSE, 0, NULL, NULL, NULL));
  f->answer_max = 1500;
  begin (f);
  wait_until (f->n >= 1500);
  g_assert_cmpuint (count_files (f), ==, 2);
  /* At once, though the page that was asked for never comes */
  g_cancellable_cancel (f->cancellable);
  wait_until (f->done);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (hw_place_get_state (f->place.place), ==, HW_PLACE_ONLINE);
  g_assert_cmpuint (count_files (f), ==, 1);
  g_assert_true (g_file_load_contents (f->target, NULL, &text, NULL, NULL, NULL));
  g_assert_cmpstr (text, ==, "old");
}

static void
test_lost (Fixture *f, gconstpointer data)
{
  f->drops = 2;
  begin (f);
  wait_until (f->done);
  check_whole (f);
}

static void
test_nowhere (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "no", "where.txt", NULL);

  g_set_object (&f->target, NULL);
  f->target = g_file_new_for_path (path);
  begin (f);
  wait_until (f->done);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpuint (count_files (f), ==, 0);
}

#define ADD(name, function) \
  g_test_add ("/log-export/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("all-of-it-takes-the-place-of-what-was-there", test_whole);
  ADD ("stopped-it-leaves-nothing", test_stopped);
  ADD ("a-lost-link-is-waited-for", test_lost);
  ADD ("there-is-no-such-folder", test_nowhere);

  return g_test_run ();
}
