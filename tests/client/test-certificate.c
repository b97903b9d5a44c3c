/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A place and certificates: nothing private goes out before one is trusted, and a changed one asks.
 */

#include "place-fixture.h"

#include "protocol/fingerprint.h"

#include <string.h>

typedef PlaceFixture F;

static void
test_asks_before_trusting (F *f, gconstpointer data)
{
  g_autofree char *fingerprint = NULL;

  fake_server_use_certificate (f->server, "a");
  f->server->tls_only = TRUE;
  fingerprint = hw_fingerprint_of_certificate (f->server->certificate);
  hw_place_connect (f->place, "Ana", "secret password");
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ASKING);
  g_assert_cmpstr (hw_place_get_fingerprint (f->place), ==, fingerprint);
  g_assert_null (hw_place_get_known_fingerprint (f->place));
  idle_for (300);
  /* Nobody learns a name or a password before the person has decided. */
  g_assert_false (fake_server_saw (f->server, "Ana"));
  g_assert_false (fake_server_saw (f->server, "secret"));
  g_assert_null (hw_known_places_find (f->known, "fake-id"));
  hw_place_trust (f->place);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
  g_assert_true (hw_place_get_encrypted (f->place));

  /* The second time nothing is asked. */
  hw_place_disconnect (f->place);
  g_assert_cmpint (hw_place_get_state (f->place), ==, HW_PLACE_IDLE);
  go_online (f, "Ana");
}

static void
test_changed_certificate (F *f, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  fake_server_use_certificate (f->server, "a");
  f->server->tls_only = TRUE;
  first = hw_fingerprint_of_certificate (f->server->certificate);
  hw_place_connect (f->place, "Ana", NULL);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ASKING);
  hw_place_trust (f->place);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);

  fake_server_use_certificate (f->server, "b");
  second = hw_fingerprint_of_certificate (f->server->certificate);
  fake_server_drop (f->server);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ASKING);
  g_assert_cmpstr (hw_place_get_known_fingerprint (f->place), ==, first);
  g_assert_cmpstr (hw_place_get_fingerprint (f->place), ==, second);
  g_assert_cmpuint (fake_server_count (f->server, "login"), ==, 1);
  hw_place_trust (f->place);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
  g_assert_null (hw_place_get_known_fingerprint (f->place));
}

static void
test_asking_outlives_the_link (F *f, gconstpointer data)
{
  fake_server_use_certificate (f->server, "a");
  f->server->tls_only = TRUE;
  hw_place_connect (f->place, "Ana", NULL);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ASKING);
  fake_server_drop (f->server);
  idle_for (200);
  g_assert_cmpint (hw_place_get_state (f->place), ==, HW_PLACE_ASKING);
  hw_place_trust (f->place);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
}

static gboolean
lie_about_certificate (FakeServer *server,
                       FakeClient *client,
                       const char *op,
                       gint64 id,
                       JsonObject *message,
                       gpointer user_data)
{
  if (!g_str_equal (op, "hello"))
    return FALSE;
  fake_client_send (client,
                    "{\"re\":%" G_GINT64_FORMAT
                    ",\"ok\":true,\"version\":1,\"server\":{\"id\":\"x\","
                    "\"name\":\"X\"},\"fingerprint\":\"%064d\"}",
                    id, 7);
  return TRUE;
}

static void
test_somebody_in_between (F *f, gconstpointer data)
{
  fake_server_use_certificate (f->server, "a");
  f->server->tls_only = TRUE;
  f->server->hook = lie_about_certificate;
  hw_place_connect (f->place, "Ana", NULL);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ENDED);
  g_assert_nonnull (strstr (hw_place_get_error (f->place)->message, "between"));
  g_assert_cmpuint (fake_server_count (f->server, "login"), ==, 0);
}

#define ADD(name, func) \
  g_test_add ("/certificate/" name, F, NULL, place_fixture_set_up, func, place_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("asks-before-trusting", test_asks_before_trusting);
  ADD ("changed-asks", test_changed_certificate);
  ADD ("asking-outlives-the-link", test_asking_outlives_the_link);
  ADD ("somebody-in-between", test_somebody_in_between);
  return g_test_run ();
}
