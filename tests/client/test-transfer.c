/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files from person to person, by way of the real server's word. */

#include "people-fixture.h"

#include "client/direct-private.h"
#include "client/link.h"
#include "client/place-private.h"
#include "client/transfers-private.h"

#include "protocol/error.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of a file that takes more than a moment. */
#define LARGE (64 * 1024 * 1024)

typedef PeopleFixture F;

/* A file of ours with @size bytes that do not repeat. */
static GFile *
make_file (F *f, const char *name, gsize size)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autofree guint32 *words = g_malloc (size + sizeof (guint32));
  g_autoptr (GError) error = NULL;
  guint32 state = 1;

  for (gsize i = 0; i < size / sizeof (guint32) + 1; i++)
    words[i] = state = state * 1664525 + 1013904223;
  g_file_set_contents (path, (const char *) words, size, &error);
  g_assert_no_error (error);
  return g_file_new_for_path (path);
}

static GFile *
get_destination (F *f, const char *name)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);

  return g_file_new_for_path (path);
}

static void
assert_same (GFile *one, GFile *other)
{
  g_autofree char *left = NULL;
  g_autofree char *right = NULL;
  gsize n_left;
  gsize n_right;

  g_assert_true (g_file_load_contents (one, NULL, &left, &n_left, NULL, NULL));
  g_assert_true (g_file_load_contents (other, NULL, &right, &n_right, NULL, NULL));
  g_assert_cmpmem (left, n_left, right, n_right);
}

/* Whether a file in the folder ends so. */
static gboolean
has_file (F *f, const char *ending)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    if (g_str_has_suffix (name, ending))
      return TRUE;
  return FALSE;
}

static HwTransfer *
get_first (HwPlace *place)
{
  g_autoptr (HwTransfer) first
      = g_list_model_get_item (G_LIST_MODEL (hw_place_get_transfers (place)), 0);

  return first; /* the list keeps it */
}

static HwTransfer *
offer_to_ben (F *f, GFile *file)
{
  HwTransfer *transfer
      = hw_transfers_offer (hw_place_get_transfers (f->ana), file, NULL, "Ben", FALSE);

  wait_until (hw_transfer_get_state (transfer) != HW_TRANSFER_PREPARING);
  g_assert_cmpstr (hw_transfer_get_problem (transfer), ==, NULL);
  wait_until (get_first (f->ben) != NULL);
  return transfer;
}

static void
test_accepted (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 300001);
  g_autoptr (GFile) destination = get_destination (f, "saved.pdf");
  HwTransfer *ours = offer_to_ben (f, file);
  HwTransfer *theirs = get_first (f->ben);

  g_assert_cmpint (hw_transfer_get_state (theirs), ==, HW_TRANSFER_OFFERED);
  g_assert_cmpstr (hw_transfer_get_name (theirs), ==, "notes.pdf");
  g_assert_cmpstr (hw_transfer_get_media_type (theirs), ==, "application/pdf");
  g_assert_cmpstr (hw_transfer_get_from (theirs), ==, "Ana");
  g_assert_cmpint (hw_transfer_get_size (theirs), ==, 300001);
  g_assert_null (hw_transfer_get_room (theirs));
  hw_transfers_accept (hw_place_get_transfers (f->ben), theirs, destination);
  wait_until (hw_transfer_get_state (theirs) == HW_TRANSFER_DONE);
  assert_same (file, destination);
  g_assert_false (has_file (f, ".part"));
  wait_until (hw_transfer_get_state (ours) == HW_TRANSFER_DONE);
  g_assert_cmpuint (hw_transfer_get_n_fetched (ours), ==, 1);
}

static void
test_empty (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "empty", 0);
  g_autoptr (GFile) destination = get_destination (f, "saved");

  offer_to_ben (f, file);
  hw_transfers_accept (hw_place_get_transfers (f->ben), get_first (f->ben), destination);
  wait_until (hw_transfer_get_state (get_first (f->ben)) == HW_TRANSFER_DONE);
  assert_same (file, destination);
}

static void
test_declined (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);
  HwTransfer *ours = offer_to_ben (f, file);

  hw_transfers_decline (hw_place_get_transfers (f->ben), get_first (f->ben));
  wait_until (hw_transfer_get_state (ours) == HW_TRANSFER_DECLINED);
  g_assert_null (get_first (f->ben));
}

static void
test_taken_back (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);
  HwTransfer *ours = offer_to_ben (f, file);

  hw_transfers_cancel (hw_place_get_transfers (f->ana), ours);
  wait_until (get_first (f->ben) == NULL);
  g_assert_true (g_file_query_exists (file, NULL));
}

static void
test_cancelled (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "large", LARGE);
  g_autoptr (GFile) destination = get_destination (f, "saved");
  HwTransfer *ours = offer_to_ben (f, file);
  HwTransfer *theirs = get_first (f->ben);

  hw_transfers_accept (hw_place_get_transfers (f->ben), theirs, destination);
  wait_until (hw_transfer_get_state (theirs) != HW_TRANSFER_WAITING);
  g_assert_cmpint (hw_transfer_get_state (theirs), ==, HW_TRANSFER_RUNNING);
  g_assert_true (has_file (f, ".part"));
  hw_transfers_cancel (hw_place_get_transfers (f->ben), theirs);
  g_assert_cmpint (hw_transfer_get_state (theirs), ==, HW_TRANSFER_CANCELLED);
  wait_until (hw_transfer_get_state (ours) == HW_TRANSFER_DECLINED);
  idle_for (200);
  g_assert_false (has_file (f, ".part"));
  g_assert_false (g_file_query_exists (destination, NULL));
}

/* Whenever one changes their mind, nothing is left of it, and the other one is free for the next.
 */
static void
test_cancelled_whenever (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "large", LARGE / 4);
  HwTransfers *givers = hw_place_get_transfers (f->ana);
  HwTransfers *takers = hw_place_get_transfers (f->ben);

  /* While it is read, while it is called for, while it comes, a moment later … */
  for (guint moment = 0; moment < 12; moment++)
    {
      g_autofree char *name = g_strdup_printf ("saved %u", moment);
      g_autoptr (GFile) destination = get_destination (f, name);
      gboolean giver_cancels = moment % 2 == 0;
      g_autoptr (HwTransfer) ours
          = g_object_ref (hw_transfers_offer (givers, file, NULL, "Ben", FALSE));
      g_autoptr (HwTransfer) theirs = NULL;

      if (moment >= 2)
        {
          wait_until (get_first (f->ben) != NULL);
          theirs = g_object_ref (get_first (f->ben));
          hw_transfers_accept (takers, theirs, destination);
          for (guint i = 2; i < moment; i++)
            idle_for (i * i / 2);
        }
      if (giver_cancels || !theirs)
        hw_transfers_cancel (givers, ours);
      else
        hw_transfers_cancel (takers, theirs);
      wait_until (hw_transfer_is_over (ours));
      if (theirs && !giver_cancels)
        g_assert_true (hw_transfer_is_over (theirs));
      wait_until (!theirs || hw_transfer_is_over (theirs)
                  || hw_transfer_get_state (theirs) == HW_TRANSFER_PAUSED);
      if (theirs && !hw_transfer_is_over (theirs))
        hw_transfers_cancel (takers, theirs);
      idle_for (20);
      g_assert_false (has_file (f, ".part"));
      if (theirs && hw_transfer_get_state (theirs) != HW_TRANSFER_DONE)
        g_assert_false (g_file_query_exists (destination, NULL));
      hw_transfers_dismiss (givers, ours);
      if (theirs)
        hw_transfers_dismiss (takers, theirs);
      wait_until (get_first (f->ben) == NULL);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (givers)), ==, 0);
}

/* Nothing is written through what lies in the way, whoever put it there. */
static void
test_traps (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);
  g_autoptr (GFile) precious = make_file (f, "precious", 100);
  g_autoptr (GFile) untouched = make_file (f, "untouched", 100);
  g_autoptr (GFile) folder = get_destination (f, "a folder");
  g_autoptr (GFile) linked = get_destination (f, "linked");
  HwTransfers *takers = hw_place_get_transfers (f->ben);
  HwTransfer *theirs;

  g_assert_true (g_file_make_directory (folder, NULL, NULL));
  offer_to_ben (f, file);
  theirs = get_first (f->ben);
  for (int trap = 0; trap < 3; trap++)
    {
      g_autofree char *name = g_strdup_printf ("trap %d", trap);
      g_autoptr (GFile) destination = get_destination (f, name);
      g_autofree char *part
          = g_strdup_printf ("%s.%.12s.part", g_file_peek_path (destination), theirs->sha256);

      if (trap == 0)
        g_assert_cmpint (symlink (g_file_peek_path (precious), part), ==, 0);
      else if (trap == 1)
        g_assert_cmpint (link (g_file_peek_path (precious), part), ==, 0);
      else
        g_assert_cmpint (mkfifo (part, 0600), ==, 0);
      hw_transfers_accept (takers, theirs, destination);
      g_assert_cmpint (hw_transfer_get_state (theirs), ==, HW_TRANSFER_PAUSED);
      g_assert_nonnull (hw_transfer_get_problem (theirs));
      g_unlink (part);
      assert_same (precious, untouched);
      hw_transfer_set_state (theirs, HW_TRANSFER_OFFERED, NULL);
    }
  /* A link where it is to be saved is replaced, not followed. */
  g_assert_cmpint (symlink (g_file_peek_path (precious), g_file_peek_path (linked)), ==, 0);
  hw_transfers_accept (takers, theirs, folder);
  wait_until (hw_transfer_get_state (theirs) == HW_TRANSFER_PAUSED);
  hw_transfer_set_state (theirs, HW_TRANSFER_OFFERED, NULL);
  hw_transfers_accept (takers, theirs, linked);
  wait_until (hw_transfer_get_state (theirs) == HW_TRANSFER_DONE);
  assert_same (file, linked);
  assert_same (precious, untouched);
}

/* Bytes are counted in 64 bits: of a file that is longer than 4 GiB the last ones come, and the
 * hash of the whole is right. What is here of it already takes time to be read, and nobody hangs
 * up. */
static void
test_enormous (F *f, gconstpointer data)
{
  const gint64 size = G_GINT64_CONSTANT (4100) * 1024 * 1024;
  g_autoptr (GFile) file = make_file (f, "enormous", 0);
  g_autoptr (GFile) destination = get_destination (f, "saved");
  g_autofree char *part = NULL;
  HwTransfer *theirs;
  struct stat info;

  if (!g_test_slow ())
    {
      g_test_skip ("4 GiB take long: client-transfer-enormous of the slow suite");
      return;
    }
  g_assert_cmpint (truncate (g_file_peek_path (file), size), ==, 0);
  offer_to_ben (f, file);
  theirs = get_first (f->ben);
  g_assert_cmpint (hw_transfer_get_size (theirs), ==, size);
  part = g_strdup_printf ("%s.%.12s.part", g_file_peek_path (destination), theirs->sha256);
  g_assert_true (g_file_set_contents (part, "", 0, NULL));
  g_assert_cmpint (truncate (part, size - 1024 * 1024), ==, 0);
  hw_transfers_accept (hw_place_get_transfers (f->ben), theirs, destination);
  wait_until (hw_transfer_get_state (theirs) != HW_TRANSFER_WAITING);
  wait_until (hw_transfer_get_state (theirs) == HW_TRANSFER_DONE);
  g_assert_cmpint (stat (g_file_peek_path (destination), &info), ==, 0);
  g_assert_cmpint (info.st_size, ==, size);
}

/* What was here when the connection was lost is not fetched again, also by another start. */
static void
test_resumed (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "large", LARGE);
  g_autoptr (GFile) destination = get_destination (f, "saved");
  HwTransfer *ours = offer_to_ben (f, file);
  HwTransfer *theirs = get_first (f->ben);
  g_autofree char *part = NULL;
  gint64 before;

  part = g_strdup_printf ("%s.%.12s.part", g_file_peek_path (destination), theirs->sha256);
  {
    g_autofree char *half = NULL;
    gsize length;

    g_assert_true (g_file_get_contents (g_file_peek_path (file), &half, &length, NULL));
    g_assert_true (g_file_set_contents (part, half, length / 2, NULL));
  }
  hw_transfers_accept (hw_place_get_transfers (f->ben), theirs, destination);
  before = hw_transfer_get_done (theirs);
  g_assert_cmpint (before, ==, LARGE / 2);
  wait_until (hw_transfer_get_state (theirs) == HW_TRANSFER_RUNNING);
  /* The link is cut: it goes on by itself. */
  hw_transfer_stop_streams (ours);
  wait_until (hw_transfer_get_state (theirs) == HW_TRANSFER_PAUSED
              || hw_transfer_get_state (theirs) == HW_TRANSFER_DONE);
  wait_until (hw_transfer_get_state (theirs) == HW_TRANSFER_DONE);
  assert_same (file, destination);
  g_assert_false (has_file (f, ".part"));
}

/* The beginning of another file under that name is found out in the end, and not kept. */
static void
test_not_what_was_offered (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 300001);
  g_autoptr (GFile) destination = get_destination (f, "saved.pdf");
  HwTransfer *theirs;
  g_autofree char *part = NULL;

  offer_to_ben (f, file);
  theirs = get_first (f->ben);
  part = g_strdup_printf ("%s.%.12s.part", g_file_peek_path (destination), theirs->sha256);
  g_assert_true (g_file_set_contents (part, "something else", -1, NULL));
  hw_transfers_accept (hw_place_get_transfers (f->ben), theirs, destination);
  wait_until (hw_transfer_get_state (theirs) == HW_TRANSFER_FAILED);
  g_assert_nonnull (hw_transfer_get_problem (theirs));
  g_assert_false (g_file_query_exists (destination, NULL));
  g_assert_false (has_file (f, ".part"));
}

static void
test_changed_since (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);
  g_autoptr (GFile) destination = get_destination (f, "saved.pdf");
  g_autoptr (GFile) changed = NULL;
  HwTransfer *ours = offer_to_ben (f, file);
  HwTransfer *theirs = get_first (f->ben);

  changed = make_file (f, "notes.pdf", 999);
  hw_transfers_accept (hw_place_get_transfers (f->ben), theirs, destination);
  wait_until (hw_transfer_get_state (theirs) == HW_TRANSFER_FAILED);
  g_assert_false (has_file (f, ".part"));
  wait_until (hw_transfer_get_state (ours) == HW_TRANSFER_FAILED);
}

static void
test_room (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 300001);
  g_autoptr (GFile) first = get_destination (f, "first.pdf");
  g_autoptr (GFile) second = get_destination (f, "second.pdf");
  HwPlace *cleo = make_person (f, "Cleo");
  HwTransfer *ours;

  create_room (f->ana, "tea");
  join_room (f->ben, "tea");
  ours = hw_transfers_offer (hw_place_get_transfers (f->ana), file, "tea", NULL, FALSE);
  wait_until (get_first (f->ben) != NULL);
  g_assert_cmpstr (hw_transfer_get_room (get_first (f->ben)), ==, "tea");
  /* It stands for who comes later, too. */
  join_room (cleo, "tea");
  wait_until (get_first (cleo) != NULL);
  hw_transfers_accept (hw_place_get_transfers (f->ben), get_first (f->ben), first);
  hw_transfers_accept (hw_place_get_transfers (cleo), get_first (cleo), second);
  wait_until (hw_transfer_get_state (get_first (f->ben)) == HW_TRANSFER_DONE
              && hw_transfer_get_state (get_first (cleo)) == HW_TRANSFER_DONE);
  wait_until (hw_transfer_get_n_fetched (ours) == 2);
  wait_until (hw_transfer_get_state (ours) == HW_TRANSFER_OFFERED);
  assert_same (file, first);
  assert_same (file, second);
  drop_person (&cleo);
}

static void
test_gone (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);

  offer_to_ben (f, file);
  drop_person (&f->ana);
  wait_until (get_first (f->ben) == NULL);
}

static void
test_what_cannot_be_offered (F *f, gconstpointer data)
{
  HwTransfers *transfers = hw_place_get_transfers (f->ana);
  g_autoptr (GFile) folder = g_file_new_for_path (f->folder);
  g_autoptr (GFile) missing = get_destination (f, "missing");
  g_autoptr (GFile) remote = g_file_new_for_uri ("http://localhost/x");
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 10);
  GFile *files[] = { folder, missing, remote };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      HwTransfer *transfer = hw_transfers_offer (transfers, files[i], NULL, "Ben", FALSE);

      wait_until (hw_transfer_get_state (transfer) == HW_TRANSFER_FAILED);
      g_assert_nonnull (hw_transfer_get_problem (transfer));
      hw_transfers_dismiss (transfers, transfer);
    }
  {
    HwTransfer *transfer = hw_transfers_offer (transfers, file, NULL, "Nobody", FALSE);

    wait_until (hw_transfer_get_state (transfer) == HW_TRANSFER_FAILED);
  }
  g_assert_null (get_first (f->ben));
}

/* Who is not the one it was offered to does not get it. */
static void
test_not_for_others (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);
  g_autoptr (GFile) destination = get_destination (f, "stolen.pdf");
  g_autoptr (HwTransfer) guess = hw_transfer_new (FALSE, NULL, "Ana");
  HwPlace *cleo = make_person (f, "Cleo");
  HwTransfer *ours = offer_to_ben (f, file);

  guess->id = ours->id;
  guess->size = ours->size;
  guess->name = g_strdup ("notes.pdf");
  g_strlcpy (guess->sha256, ours->sha256, sizeof guess->sha256);
  hw_transfers_accept (hw_place_get_transfers (cleo), guess, destination);
  wait_until (hw_transfer_get_state (guess) == HW_TRANSFER_FAILED);
  g_assert_false (g_file_query_exists (destination, NULL));
  drop_person (&cleo);
}

typedef struct
{
  HwPeerRequest requests[3];
  guint n_lines;
  gboolean closed;
} Hasty;

static void
on_hasty_opened (HwLink *link, gpointer user_data)
{
  Hasty *hasty = user_data;
  GString *lines = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (hasty->requests); i++)
    {
      GString *line = hw_peer_request_to_line (&hasty->requests[i]);

      g_string_append (lines, line->str);
      g_string_free (line, TRUE);
    }
  hw_link_send (link, lines);
}

static void
on_hasty_line (HwLink *link, const char *line, gsize length, gpointer user_data)
{
  Hasty *hasty = user_data;
  gint64 size;

  hasty->n_lines++;
  g_assert_true (hw_peer_answer_parse (line, length, hasty->n_lines, &size, NULL)
                 == (hasty->n_lines < G_N_ELEMENTS (hasty->requests)));
}

static void
on_hasty_closed (HwLink *link, const GError *error, gpointer user_data)
{
  ((Hasty *) user_data)->closed = TRUE;
}

/* Who wants a file before it has heard what it asked for first gets both answers, and no file. */
static void
test_all_at_once (F *f, gconstpointer data)
{
  static const HwLinkHandler handler = { on_hasty_opened, on_hasty_line, on_hasty_closed };
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);
  HwTransfer *ours = offer_to_ben (f, file);
  HwAddress address
      = { .host = (char *) "127.0.0.1", .port = hw_direct_get_port (hw_place_get_direct (f->ana)) };
  Hasty hasty = {
    .requests = {
      { .op = HW_PEER_DIRECT, .id = 1, .from = (char *) "Ben", .text = (char *) "wait" },
      { .op = HW_PEER_DIRECT, .id = 2, .from = (char *) "Ben", .text = (char *) "a moment" },
      { .op = HW_PEER_FETCH, .id = 3, .from = (char *) "Ben", .offer = ours->id,
        .sha256 = ours->sha256 },
    },
  };
  g_autoptr (HwLink) link = hw_link_new (&address, TRUE, &handler, &hasty);

  hw_link_set_peer (link, hw_place_get_direct (f->ben)->certificate, 5);
  hw_link_open (link);
  wait_until (hasty.n_lines == G_N_ELEMENTS (hasty.requests));
  g_assert_false (hasty.closed);
  g_assert_cmpint (hw_transfer_get_state (ours), ==, HW_TRANSFER_OFFERED);
  hw_link_close (link);
}

/* To ask for what is behind the end of a file changes nothing for others. */
static void
test_beyond_the_end (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);
  HwTransfer *ours = offer_to_ben (f, file);
  g_autoptr (GError) error = NULL;
  HwPeerRequest request = {
    .op = HW_PEER_FETCH,
    .from = (char *) "Ben",
    .offer = ours->id,
    .sha256 = ours->sha256,
    .offset = 1001,
  };

  g_assert_false (hw_transfers_may_fetch (hw_place_get_transfers (f->ana), &request, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_BAD_REQUEST);
  request.offset = 1000;
  g_assert_true (hw_transfers_may_fetch (hw_place_get_transfers (f->ana), &request, NULL));
}

/* The number of an offer can be guessed: who was not told of it does not know the file's hash. */
static void
test_guessed (F *f, gconstpointer data)
{
  g_autoptr (GFile) file = make_file (f, "notes.pdf", 1000);
  g_autofree char *guess = g_strnfill (64, 'a');
  HwTransfer *ours = offer_to_ben (f, file);
  g_autoptr (GError) error = NULL;
  HwPeerRequest request = {
    .op = HW_PEER_FETCH,
    .from = (char *) "Ben",
    .offer = ours->id,
    .sha256 = guess,
  };

  g_assert_false (hw_transfers_may_fetch (hw_place_get_transfers (f->ana), &request, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_BAD_REQUEST);
  request.sha256 = ours->sha256;
  g_assert_true (hw_transfers_may_fetch (hw_place_get_transfers (f->ana), &request, NULL));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (F *f, gconstpointer data);
  } tests[] = {
    { "/transfer/accepted", test_accepted },
    { "/transfer/empty", test_empty },
    { "/transfer/declined", test_declined },
    { "/transfer/taken-back", test_taken_back },
    { "/transfer/cancelled-leaves-nothing", test_cancelled },
    { "/transfer/cancelled-whenever", test_cancelled_whenever },
    { "/transfer/traps", test_traps },
    { "/transfer/enormous", test_enormous },
    { "/transfer/goes-on-where-it-stopped", test_resumed },
    { "/transfer/not-what-was-offered", test_not_what_was_offered },
    { "/transfer/changed-since", test_changed_since },
    { "/transfer/many-fetch-in-a-room", test_room },
    { "/transfer/gone-with-its-person", test_gone },
    { "/transfer/what-cannot-be-offered", test_what_cannot_be_offered },
    { "/transfer/not-for-others", test_not_for_others },
    { "/transfer/all-at-once", test_all_at_once },
    { "/transfer/beyond-the-end", test_beyond_the_end },
    { "/transfer/guessed", test_guessed },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, F, "0", people_fixture_set_up, tests[i].test,
                people_fixture_tear_down);
  return g_test_run ();
}
