/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwFinder against a place that answers as it is told to, on a loopback of our own: the port is a
 * fixed one, and nothing of the machine's network may be asked or answer. */

#include "client/finder.h"
#include "protocol/datagram.h"
#include "protocol/limits.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define FINGERPRINT "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

typedef struct
{
  int socket;
  struct sockaddr_in asker;
} Place;

static gboolean
make_network (void)
{
  struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
  int fd;
  gboolean done;

  if (unshare (CLONE_NEWUSER | CLONE_NEWNET) != 0)
    return FALSE;
  fd = socket (AF_INET, SOCK_DGRAM, 0);
  done = ioctl (fd, SIOCSIFFLAGS, &lo) == 0;
  close (fd);
  return done;
}

static void
place_open_at (Place *place, guint32 where)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons (HW_DEFAULT_PORT),
    .sin_addr = { htonl (where) },
  };

  place->socket = socket (AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  g_assert_cmpint (bind (place->socket, (struct sockaddr *) &address, sizeof address), ==, 0);
}

static void
place_open (Place *place)
{
  place_open_at (place, INADDR_LOOPBACK);
}

/* Waits for a question; returns what it carries. */
static char *
place_hear (Place *place)
{
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < end)
    {
      char datagram[2048];
      socklen_t size = sizeof place->asker;
      ssize_t length = recvfrom (place->socket, datagram, sizeof datagram, 0,
                                 (struct sockaddr *) &place->asker, &size);

      if (length >= 0)
        {
          char *probe = hw_probe_read (datagram, (gsize) length);

          g_assert_nonnull (probe);
          return probe;
        }
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_error ("nobody asked");
}

static void
place_send (Place *place, const char *datagram, gsize length)
{
  g_assert_cmpint (sendto (place->socket, datagram, length, 0, (struct sockaddr *) &place->asker,
                           sizeof place->asker),
                   ==, (gssize) length);
}

static void
place_answer (Place *place, const char *probe, const char *id, const char *name, guint16 port)
{
  HwAnswer answer = {
    .probe = (char *) probe,
    .id = (char *) id,
    .name = (char *) name,
    .port = port,
    .users = 12,
    .rooms = 3,
    .fingerprint = (char *) FINGERPRINT,
  };
  GString *datagram = hw_answer_write (&answer, 1024);

  place_send (place, datagram->str, datagram->len);
  g_string_free (datagram, TRUE);
}

static guint
count (HwFinder *finder)
{
  return g_list_model_get_n_items (G_LIST_MODEL (finder));
}

static void
wait_for (HwFinder *finder, guint n)
{
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (count (finder) != n && g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_cmpuint (count (finder), ==, n);
}

static void
test_who_answers_is_found (void)
{
  g_autoptr (HwFinder) finder = hw_finder_new ();
  g_autoptr (HwFoundPlace) found = NULL;
  g_autofree char *probe = NULL;
  Place place;

  place_open (&place);
  hw_finder_set_active (finder, TRUE);
  g_assert_true (hw_finder_is_looking (finder));
  probe = place_hear (&place);
  place_answer (&place, probe, "id", "Lab", 4711);
  wait_for (finder, 1);

  found = g_list_model_get_item (G_LIST_MODEL (finder), 0);
  g_assert_cmpstr (hw_found_place_get_title (found), ==, "Lab");
  g_assert_cmpstr (hw_found_place_get_address (found), ==, "127.0.0.1:4711");
  g_assert_cmpstr (hw_found_place_get_fingerprint (found), ==, FINGERPRINT);
  g_assert_cmpuint (hw_found_place_get_users (found), ==, 12);
  g_assert_cmpuint (hw_found_place_get_round_trip (found), >=, 1);
  g_assert_true (hw_found_place_get_compatible (found));

  /* Once more is no second place, and one that has changed its name is the same one. */
  place_answer (&place, probe, "id", "Lab", 4711);
  place_answer (&place, probe, "id", "Laboratory", 4711);
  place_answer (&place, probe, "other", "Other", 4712);
  wait_for (finder, 2);
  g_object_unref (found);
  found = g_list_model_get_item (G_LIST_MODEL (finder), 0);
  g_assert_cmpstr (hw_found_place_get_title (found), ==, "Laboratory");
  close (place.socket);
}

static void
test_what_was_not_asked_is_no_answer (void)
{
  static const char *const garbage[] = { "", "{}", "not JSON", "{\"hallway\":1,\"answer\":7}" };
  g_autoptr (HwFinder) finder = hw_finder_new ();
  g_autofree char *probe = NULL;
  g_autofree char *forged = NULL;
  Place place;

  place_open (&place);
  hw_finder_set_active (finder, TRUE);
  probe = place_hear (&place);
  for (guint i = 0; i < G_N_ELEMENTS (garbage); i++)
    place_send (&place, garbage[i], strlen (garbage[i]));
  place_answer (&place, "12345678", "a", "Guessed", 1);
  forged = g_strdup (probe);
  forged[0] = forged[0] == 'x' ? 'y' : 'x';
  place_answer (&place, forged, "b", "Forged", 2);
  forged[0] = probe[0];
  forged[strlen (forged) - 1] = 'f';
  place_answer (&place, forged, "c", "Of a question not asked yet", 3);
  place_answer (&place, probe, "d", "True", 4);
  wait_for (finder, 1);
  close (place.socket);
}

static void
test_a_flood_of_places_is_bounded (void)
{
  g_autoptr (HwFinder) finder = hw_finder_new ();
  g_autofree char *probe = NULL;
  Place place;
  guint n_listed = 0;

  place_open (&place);
  hw_finder_set_active (finder, TRUE);
  probe = place_hear (&place);
  for (guint32 machine = 0; machine < HW_FINDER_PLACES_MAX / HW_FINDER_EACH_MAX + 2; machine++)
    {
      Place other = { .asker = place.asker };

      place_open_at (&other, INADDR_LOOPBACK + 1 + machine);
      for (guint i = 0; i < HW_FINDER_EACH_MAX + 10; i++)
        {
          g_autofree char *id = g_strdup_printf ("place %u of %u", i, machine);

          place_answer (&other, probe, id, id, (guint16) (4711 + i));
          while (g_main_context_iteration (NULL, FALSE))
            ;
        }
      close (other.socket);
      n_listed = MIN (n_listed + HW_FINDER_EACH_MAX, HW_FINDER_PLACES_MAX);
      wait_for (finder, n_listed);
    }
  close (place.socket);
}

static void
test_nobody_asks_who_does_not_look (void)
{
  g_autoptr (HwFinder) finder = hw_finder_new ();

  hw_finder_look_again (finder);
  g_assert_cmpuint (hw_finder_get_n_asked (finder), ==, 0);

  g_setenv ("HALLWAY_NO_DISCOVERY", "1", TRUE);
  hw_finder_set_active (finder, TRUE);
  hw_finder_look_again (finder);
  g_assert_cmpuint (hw_finder_get_n_asked (finder), ==, 0);
  g_assert_false (hw_finder_is_looking (finder));
  g_unsetenv ("HALLWAY_NO_DISCOVERY");
}

int
main (int argc, char **argv)
{
  gboolean has_network = make_network ();

  g_test_init (&argc, &argv, NULL);
  if (!has_network)
    {
      g_print ("1..0 # SKIP no network of our own\n");
      return 0;
    }
  g_unsetenv ("HALLWAY_NO_DISCOVERY");

  g_test_add_func ("/finder/who-answers-is-found", test_who_answers_is_found);
  g_test_add_func ("/finder/what-was-not-asked-is-no-answer", test_what_was_not_asked_is_no_answer);
  g_test_add_func ("/finder/a-flood-of-places-is-bounded", test_a_flood_of_places_is_bounded);
  g_test_add_func ("/finder/nobody-asks-who-does-not-look", test_nobody_asks_who_does_not_look);
  return g_test_run ();
}
