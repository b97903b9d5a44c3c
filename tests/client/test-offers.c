/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Offers of files that outlast what happens meanwhile: a server that starts anew, somebody who is
 * away, slow people, and the end of the program. */

#include "people-fixture.h"

#include "client/direct-private.h"
#include "client/link.h"
#include "client/place-private.h"
#include "client/stash.h"
#include "client/transfers-private.h"

#include "protocol/error.h"

#include <glib/gstdio.h>
#include <string.h>

typedef PeopleFixture F;

static GFile *
make_file (F *f, const char *name, gsize size)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autofree char *bytes = g_strnfill (size, 'x');
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, bytes, (gssize) size, &error);
  g_assert_no_error (error);
  return g_file_new_for_path (path);
}

static GFile *
get_destination (F *f, const char *name)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);

  return g_file_new_for_path (path);
}

static HwTransfer *
get_first (HwPlace *place)
{
  g_autoptr (HwTransfer) first
      = g_list_model_get_item (G_LIST_MODEL (hw_place_get_transfers (place)), 0);

  return first; /* the list keeps it */
}

static HwTransfer *
offer (HwPlace *place, GFile *file, const char *room, const char *to)
{
  HwTransfer *transfer = hw_transfers_offer (hw_place_get_transfers (place), file, room, to, FALSE);

  wait_until (hw_transfer_get_state (transfer) != HW_TRANSFER_PREPARING);
  g_assert_cmpstr (hw_transfer_get_problem (transfer), ==, NULL);
  return transfer;
}

static void
accept_first (HwPlace *place, GFile *destination)
{
  hw_transfers_accept (hw_place_get_transfers (place), get_first (place), destination);
}

static void
on_offered (HwPlace *place, HwTransfer *transfer, guint *n)
{
  (*n)++;
}

/* A server that starts anew has forgotten what was on offer: it is offered again, and nobody is
 * told of it twice. */
static void
test_server_restarts (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);
  g_autoptr (GFile) destination = get_destination (f, "saved.pdf");
  guint n_told = 0;
  HwTransfer *ours;
  HwTransfer *theirs;

  g_signal_connect (f->ben, "offered", G_CALLBACK (on_offered), &n_told);
  create_room (f->ana, "tea");
  join_room (f->ben, "tea");
  ours = offer (f->ana, file, "tea", NULL);
  wait_until (get_first (f->ben) != NULL);
  theirs = get_first (f->ben);
  restart_server (f);
  wait_until (ours->id != 0 && theirs->id == ours->id);
  g_assert_true (get_first (f->ben) == theirs);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (hw_place_get_transfers (f->ben))), ==,
                    1);
  g_assert_cmpuint (n_told, ==, 1);
  g_assert_cmpint (hw_transfer_get_state (ours), ==, HW_TRANSFER_OFFERED);
  accept_first (f->ben, destination);
  wait_until (hw_transfer_get_state (theirs) == HW_TRANSFER_DONE);
  /* What is here already is not offered once more. */
  restart_server (f);
  wait_until (ours->id != 0 && theirs->id == ours->id);
  g_assert_cmpint (hw_transfer_get_state (theirs), ==, HW_TRANSFER_DONE);
  g_assert_cmpuint (n_told, ==, 1);
  g_signal_handlers_disconnect_by_data (f->ben, &n_told);
}

/* Accepted while nobody knows whether it still stands, it goes on when it does. */
static void
test_accepted_meanwhile (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);
  g_autoptr (GFile) destination = get_destination (f, "saved.pdf");
  HwTransfer *theirs;

  offer (f->ana, file, NULL, "Ben");
  wait_until (get_first (f->ben) != NULL);
  theirs = get_first (f->ben);
  real_server_kill (f->server);
  wait_until (hw_place_get_state (f->ana) == HW_PLACE_RECONNECTING
              && hw_place_get_state (f->ben) == HW_PLACE_RECONNECTING);
  real_server_start (f->server, "--grace", "0", NULL);
  hw_place_retry_now (f->ben);
  wait_until (hw_place_get_state (f->ben) == HW_PLACE_ONLINE);
  g_assert_true (get_first (f->ben) == theirs);
  accept_first (f->ben, destination);
  g_assert_cmpint (hw_transfer_get_state (theirs), ==, HW_TRANSFER_PAUSED);
  g_assert_nonnull (hw_transfer_get_problem (theirs));
  hw_place_retry_now (f->ana);
  wait_until (hw_transfer_get_state (theirs) == HW_TRANSFER_DONE);
}

/* Whoever was away gets the offer when they are back. */
static void
test_absent_person (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);
  g_autoptr (GFile) destination = get_destination (f, "saved.pdf");
  HwTransfer *ours = offer (f->ana, file, NULL, "Ben");

  wait_until (get_first (f->ben) != NULL);
  drop_person (&f->ben);
  wait_until (ours->id == 0);
  g_assert_cmpint (hw_transfer_get_state (ours), ==, HW_TRANSFER_OFFERED);
  f->ben = make_person (f, "Ben");
  wait_until (get_first (f->ben) != NULL);
  accept_first (f->ben, destination);
  wait_until (hw_transfer_get_state (get_first (f->ben)) == HW_TRANSFER_DONE);
  wait_until (hw_transfer_get_state (ours) == HW_TRANSFER_DONE);
}

/* Who takes the name of somebody who has left is not offered what was for them. */
static void
test_another_of_that_name (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "diary.pdf", 1000);
  g_autofree char *elsewhere = g_build_filename (f->folder, "elsewhere", NULL);
  F others = { .folder = elsewhere, .server = f->server, .known = f->known };
  HwTransfer *ours = offer (f->ana, file, NULL, "Ben");

  wait_until (get_first (f->ben) != NULL && ours->whose);
  drop_person (&f->ben);
  wait_until (ours->id == 0);
  others.ben = make_person (&others, "Ben");
  for (int i = 0; i < 2; i++)
    {
      ours->again_at = 0;
      wait_until (ours->again_at != 0 && !ours->offering);
    }
  idle_for (100);
  g_assert_null (get_first (others.ben));
  g_assert_cmpint (hw_transfer_get_state (ours), ==, HW_TRANSFER_OFFERED);
  drop_person (&others.ben);
  f->ben = make_person (f, "Ben");
  ours->again_at = 0;
  wait_until (get_first (f->ben) != NULL);
}

/* What is not there any more is not offered again. */
static void
test_withdrawn (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);
  HwTransfer *ours;

  create_room (f->ana, "tea");
  ours = offer (f->ana, file, "tea", NULL);
  g_assert_true (g_file_delete (file, NULL, NULL));
  restart_server (f);
  wait_until (hw_transfer_get_state (ours) == HW_TRANSFER_FAILED);
  g_assert_nonnull (hw_transfer_get_problem (ours));
}

/* What somebody put away stays away. */
static void
test_put_away (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);
  HwTransfer *ours;

  create_room (f->ana, "tea");
  join_room (f->ben, "tea");
  ours = offer (f->ana, file, "tea", NULL);
  wait_until (get_first (f->ben) != NULL);
  hw_transfers_decline (hw_place_get_transfers (f->ben), get_first (f->ben));
  restart_server (f);
  wait_until (ours->id != 0);
  idle_for (200);
  g_assert_null (get_first (f->ben));
}

static HwTransfer *
get_taken (HwPlace *place, guint position)
{
  GListModel *taken = hw_transfers_get_taken (hw_place_get_transfers (place));
  g_autoptr (HwTransfer) transfer = g_list_model_get_item (taken, position);

  return transfer; /* the list keeps it */
}

/* Looks at all of a room's log, as somebody who scrolls through it. */
static HwHistory *
look_at_room (HwPlace *place, const char *name)
{
  HwHistory *history = hw_room_get_history (hw_place_find_room (place, name));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (history)); i++)
    g_object_unref (g_list_model_get_item (G_LIST_MODEL (history), i));
  return history;
}

/* What was taken stands where it was offered, once that is loaded. */
static void
assert_in_place (HwPlace *place, const char *name, HwTransfer *transfer)
{
  HwHistory *history;
  guint n, position = 0;

  wait_until (hw_history_get_n_local (look_at_room (place, name)) == 1);
  history = look_at_room (place, name);
  n = g_list_model_get_n_items (G_LIST_MODEL (history));
  while (hw_entry_get_transfer (hw_history_peek (history, position)) != transfer)
    g_assert_cmpuint (++position, <, n - 1);
  g_assert_cmpuint (position, >, 0);
  g_assert_cmpint (hw_entry_get_at (hw_history_peek (history, position - 1)), <=,
                   hw_transfer_get_at (transfer));
  g_assert_cmpint (hw_entry_get_at (hw_history_peek (history, position + 1)), >,
                   hw_transfer_get_at (transfer));
}

/* What was taken is known at the next start, and is not offered again. */
static void
test_record (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "kitten.png", 1000);
  g_autoptr (GFile) destination = get_destination (f, "saved kitten.png");
  g_autofree char *folder = g_build_filename (f->folder, "stash", NULL);
  g_autoptr (HwStash) stash = hw_stash_new (folder);
  HwTransfer *theirs;
  gint64 at;

  drop_person (&f->ben);
  create_room (f->ana, "tea");
  offer (f->ana, file, "tea", NULL);
  f->ben = make_stashing_person (f, "Ben", stash);
  join_room (f->ben, "tea");
  wait_until (get_first (f->ben) != NULL);
  g_assert_null (hw_transfer_get_picture (get_first (f->ben)));
  at = hw_transfer_get_at (get_first (f->ben));
  accept_first (f->ben, destination);
  wait_until (hw_transfer_get_state (get_first (f->ben)) == HW_TRANSFER_DONE);
  g_assert_cmpstr (hw_transfer_get_picture (get_first (f->ben)), ==,
                   g_file_peek_path (destination));
  g_assert_null (get_taken (f->ben, 0));

  drop_person (&f->ben);
  f->ben = make_stashing_person (f, "Ben", stash);
  wait_until (get_taken (f->ben, 0) != NULL);
  theirs = get_taken (f->ben, 0);
  g_assert_cmpint (hw_transfer_get_state (theirs), ==, HW_TRANSFER_DONE);
  g_assert_cmpint (hw_transfer_get_at (theirs), ==, at);
  g_assert_cmpstr (hw_transfer_get_from (theirs), ==, "Ana");
  g_assert_cmpstr (hw_transfer_get_room (theirs), ==, "tea");
  g_assert_cmpstr (hw_transfer_get_name (theirs), ==, "kitten.png");
  g_assert_cmpint (hw_transfer_get_done (theirs), ==, 1000);
  g_assert_cmpstr (hw_transfer_get_picture (theirs), ==, g_file_peek_path (destination));
  join_room (f->ben, "tea");
  idle_for (200);
  g_assert_null (get_first (f->ben));
  assert_in_place (f->ben, "tea", theirs);

  /* Without the file it can be had again. */
  g_assert_true (g_file_delete (destination, NULL, NULL));
  drop_person (&f->ben);
  f->ben = make_stashing_person (f, "Ben", stash);
  wait_until (get_taken (f->ben, 0) != NULL);
  theirs = get_taken (f->ben, 0);
  join_room (f->ben, "tea");
  wait_until (look_at_room (f->ben, "tea") != NULL
              && hw_transfer_get_state (theirs) == HW_TRANSFER_GONE);
  g_assert_null (hw_transfer_get_picture (theirs));
  hw_transfers_dismiss (hw_place_get_transfers (f->ben), theirs);
  g_assert_null (get_taken (f->ben, 0));
  drop_person (&f->ben);
  f->ben = make_stashing_person (f, "Ben", stash);
  join_room (f->ben, "tea");
  wait_until (get_first (f->ben) != NULL);
  g_assert_null (get_taken (f->ben, 0));
  drop_person (&f->ben);
}

/* A record is a file: what makes no sense in it is left out. */
static void
test_damaged_record (F *f, gconstpointer data)
{
  static const char *const lines[] = {
    "{}",
    "{\"file\":7}",
    "{\"file\":\"http://x/"
    "y\",\"at\":1,\"from\":\"Ana\",\"name\":\"n\",\"size\":1,\"sha256\":\"%s\"}",
    "{\"file\":\"file:///"
    "x\",\"at\":-1,\"from\":\"Ana\",\"name\":\"n\",\"size\":1,\"sha256\":\"%s\"}",
    "{\"file\":\"file:///"
    "x\",\"at\":1,\"from\":\"\\u0007\",\"name\":\"n\",\"size\":1,\"sha256\":\"%s\"}",
    "{\"file\":\"file:///"
    "x\",\"at\":1,\"from\":\"Ana\",\"name\":\"n\",\"size\":1,\"sha256\":\"no\"}",
    "{\"file\":\"file:///"
    "x\",\"at\":1,\"from\":\"A\",\"to\":\"B\",\"name\":\"n\",\"size\":1,\"sha256\":\"%s\"}",
    "{\"file\":\"file:///x\",\"at\":1,\"from\":\"Ana\",\"name\":\"../"
    "n\",\"size\":1,\"sha256\":\"%s\"}",
  };
  g_autoptr (GPtrArray) parsed
      = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (HwFileThread) thread = hw_file_thread_new ();
  g_autofree char *path = g_build_filename (f->folder, "files", NULL);
  g_autofree char *sum = g_strnfill (64, 'a');
  HwFileRecord *record = hw_file_record_new ();
  g_autoptr (HwTransfer) one = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], "%s", -1);
      g_autofree char *line = g_strjoinv (sum, parts);
      g_autoptr (JsonNode) node = json_from_string (line, NULL);

      g_ptr_array_add (parsed, json_node_dup_object (node));
    }
  hw_file_record_open (record, thread, path, parsed, 0, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (hw_file_record_get_list (record)), ==, 1);
  one = g_list_model_get_item (hw_file_record_get_list (record), 0);
  g_assert_null (strchr (hw_transfer_get_name (one), '/'));
  hw_file_record_free (record);
}

typedef struct
{
  HwPeerRequest request;
  HwLink *link;
  gboolean refused;
} Sleeper;

static void
on_sleeper_opened (HwLink *link, gpointer user_data)
{
  hw_link_send (link, hw_peer_request_to_line (&((Sleeper *) user_data)->request));
  hw_link_pause (link);
}

static void
on_sleeper_line (HwLink *link, const char *line, gsize length, gpointer user_data)
{
  ((Sleeper *) user_data)->refused = TRUE;
}

static void
on_sleeper_closed (HwLink *link, const GError *error, gpointer user_data)
{
}

/* Asks for a file and does not read it. */
static void
fall_asleep (F *f, Sleeper *sleeper, HwPlace *place, HwTransfer *file)
{
  static const HwLinkHandler handler = { on_sleeper_opened, on_sleeper_line, on_sleeper_closed };
  HwAddress address
      = { .host = (char *) "127.0.0.1", .port = hw_direct_get_port (hw_place_get_direct (f->ana)) };

  sleeper->request.op = HW_PEER_FETCH;
  sleeper->request.id = 1;
  sleeper->request.from = (char *) hw_place_get_name (place);
  sleeper->request.offer = file->id;
  sleeper->request.sha256 = file->sha256;
  sleeper->link = hw_link_new (&address, TRUE, &handler, sleeper);
  hw_link_set_peer (sleeper->link, place->certificate, 5);
  hw_link_open (sleeper->link);
}

/* Who takes files and does not read them cannot keep others from theirs: nobody has more than a
 * few, and who is slow makes room. */
static void
test_sleepers (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "large", 32 * 1024 * 1024);
  g_autoptr (GFile) destination = get_destination (f, "saved");
  HwPlace *people[3];
  Sleeper sleepers[9] = { 0 };
  g_autoptr (GError) error = NULL;
  HwPeerRequest fourth;
  HwTransfer *ours;

  create_room (f->ana, "tea");
  ours = offer (f->ana, file, "tea", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    {
      g_autofree char *name = g_strdup_printf ("Sleeper %zu", i);

      people[i] = make_person (f, name);
      join_room (people[i], "tea");
    }
  for (gsize i = 0; i < 8; i++)
    {
      fall_asleep (f, &sleepers[i], people[i / 3], ours);
      wait_until (ours->streams->len == i + 1);
    }
  fourth = sleepers[0].request;
  g_assert_false (hw_transfers_may_fetch (hw_place_get_transfers (f->ana), &fourth, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_SLOW_DOWN);
  join_room (f->ben, "tea");
  wait_until (get_first (f->ben) != NULL);
  accept_first (f->ben, destination);
  wait_until (hw_transfer_get_state (get_first (f->ben)) == HW_TRANSFER_DONE);
  for (gsize i = 0; i < 8; i++)
    {
      hw_link_close (sleepers[i].link);
      g_object_unref (sleepers[i].link);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    drop_person (&people[i]);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (F *f, gconstpointer data);
  } tests[] = {
    { "/offers/made-again-after-a-restart", test_server_restarts },
    { "/offers/accepted-before-they-are-made-again", test_accepted_meanwhile },
    { "/offers/wait-for-who-is-away", test_absent_person },
    { "/offers/are-not-for-another-of-that-name", test_another_of_that_name },
    { "/offers/end-with-the-file", test_withdrawn },
    { "/offers/put-away-stay-away", test_put_away },
    { "/offers/what-was-taken-is-recorded", test_record },
    { "/offers/damaged-record", test_damaged_record },
    { "/offers/sleepers-make-room", test_sleepers },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, F, "0", people_fixture_set_up, tests[i].test,
                people_fixture_tear_down);
  return g_test_run ();
}
