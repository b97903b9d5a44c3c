/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A machine that slept: logind says so on the system bus, which is the test's own here. */

#include "place-fixture.h"

typedef PlaceFixture F;

static GDBusConnection *
be_logind (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync (
      g_getenv ("DBUS_SYSTEM_BUS_ADDRESS"),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);

  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.login1", 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  return bus;
}

static void
say_sleep (GDBusConnection *logind, gboolean going)
{
  g_dbus_connection_emit_signal (logind, NULL, "/org/freedesktop/login1",
                                 "org.freedesktop.login1.Manager", "PrepareForSleep",
                                 g_variant_new ("(b)", going), NULL);
}

static void
test_is_tried_at_once (F *f, gconstpointer data)
{
  g_autoptr (GDBusConnection) logind = be_logind ();
  gint64 before;
  gint64 planned;
  guint n_pings;

  go_online (f, "Ana");
  wait_until (hw_place_get_round_trip (f->place) > 0);
  idle_for (300);
  n_pings = fake_server_count (f->server, "ping");
  say_sleep (logind, TRUE);
  idle_for (100);
  g_assert_cmpuint (fake_server_count (f->server, "ping"), ==, n_pings);
  /* A link that may have died in the night has to show itself alive. */
  before = g_get_monotonic_time ();
  say_sleep (logind, FALSE);
  wait_until (fake_server_count (f->server, "ping") == n_pings + 1);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 6 * G_USEC_PER_SEC);
  g_assert_cmpint (hw_place_get_state (f->place), ==, HW_PLACE_ONLINE);

  /* And nobody waits for the end of a pause. */
  fake_server_stop (f->server);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING
              && hw_place_get_retry_at (f->place) > g_get_monotonic_time () + G_USEC_PER_SEC);
  planned = hw_place_get_retry_at (f->place);
  fake_server_start (f->server);
  say_sleep (logind, FALSE);
  wait_until (hw_place_get_retry_at (f->place) == 0);
  g_assert_cmpint (g_get_monotonic_time (), <, planned);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_getenv ("DBUS_SESSION_BUS_ADDRESS"), TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/wake/is-tried-at-once", F, NULL, place_fixture_set_up, test_is_tried_at_once,
              place_fixture_tear_down);
  return g_test_run ();
}
