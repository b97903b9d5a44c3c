/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Probes and answers, as they are and as strangers may send them. */

#include "protocol/datagram.h"

#include <string.h>

#define FINGERPRINT "6f3fe1f84b35075dc5d9f91647e8e1bfc10ec5799abe07d5a1ff0e7524d74e2e"

static void
test_a_probe_comes_back (void)
{
  g_autofree char *datagram = hw_probe_write ("who-is-there?");
  g_autofree char *probe = hw_probe_read (datagram, strlen (datagram));

  g_assert_cmpstr (probe, ==, "who-is-there?");
  g_assert_cmpuint (strlen (datagram), >=, 400);
  g_assert_cmpuint (strlen (datagram), <=, 1472);
}

static void
test_an_answer_comes_back (void)
{
  char probe[] = "12345678", id[] = "7592bf3e61d9142b8dff37025bd4677c", name[] = "Room “204” ☕";
  char fingerprint[] = FINGERPRINT;
  HwAnswer said = { .probe = probe,
                    .id = id,
                    .name = name,
                    .port = 40123,
                    .users = 3,
                    .rooms = 2,
                    .fingerprint = fingerprint };
  g_autofree char *asked = hw_probe_write (probe);
  g_autoptr (GString) datagram = hw_answer_write (&said, strlen (asked));
  g_auto (HwAnswer) heard = { 0 };

  g_assert_true (hw_answer_read (&heard, datagram->str, datagram->len));
  g_assert_cmpstr (heard.probe, ==, probe);
  g_assert_cmpstr (heard.id, ==, id);
  g_assert_cmpstr (heard.name, ==, name);
  g_assert_cmpuint (heard.port, ==, 40123);
  g_assert_cmpuint (heard.users, ==, 3);
  g_assert_cmpuint (heard.rooms, ==, 2);
  g_assert_true (heard.compatible);
  g_assert_cmpstr (heard.fingerprint, ==, fingerprint);
}

static void
test_a_long_name_is_cut (void)
{
  g_autofree char *name = g_strnfill (64, '"');
  char probe[] = "12345678", id[] = "7592bf3e61d9142b8dff37025bd4677c", fingerprint[] = FINGERPRINT;
  HwAnswer said = { .probe = probe, .id = id, .name = name, .port = 1, .fingerprint = fingerprint };
  g_autoptr (GString) whole = hw_answer_write (&said, 1000);
  g_autoptr (GString) cut = hw_answer_write (&said, whole->len - 11);

  g_assert_cmpuint (cut->len, ==, whole->len - 12);
  g_assert_null (hw_answer_write (&said, 100));
}

static void
test_other_answers_are_refused (void)
{
  static const char *const answers[] = {
    "",
    "{}",
    "{\"hallway\":1}",
    "{\"hallway\":2,\"answer\":\"12345678\",\"id\":\"a\",\"name\":\"b\",\"port\":1,\"versions\":[1]"
    ","
    "\"users\":0,\"rooms\":0,\"fingerprint\":\"" FINGERPRINT "\"}",
    "{\"hallway\":1,\"answer\":\"1234567\",\"id\":\"a\",\"name\":\"b\",\"port\":1,\"versions\":[1],"
    "\"users\":0,\"rooms\":0,\"fingerprint\":\"" FINGERPRINT "\"}",
    "{\"hallway\":1,\"answer\":\"12345678\",\"id\":\"a\",\"name\":\"b\",\"port\":0,\"versions\":[1]"
    ","
    "\"users\":0,\"rooms\":0,\"fingerprint\":\"" FINGERPRINT "\"}",
    "{\"hallway\":1,\"answer\":\"12345678\",\"id\":\"a\",\"name\":\"b\",\"port\":65536,"
    "\"versions\":[1],"
    "\"users\":0,\"rooms\":0,\"fingerprint\":\"" FINGERPRINT "\"}",
    "{\"hallway\":1,\"answer\":\"12345678\",\"id\":\"a\",\"name\":\"b\",\"port\":1,\"versions\":1,"
    "\"users\":0,\"rooms\":0,\"fingerprint\":\"" FINGERPRINT "\"}",
    "{\"hallway\":1,\"answer\":\"12345678\",\"id\":\"a\",\"name\":\"b\",\"port\":1,\"versions\":[1]"
    ","
    "\"users\":-1,\"rooms\":0,\"fingerprint\":\"" FINGERPRINT "\"}",
    "{\"hallway\":1,\"answer\":\"12345678\",\"id\":\"a\",\"name\":\"b\",\"port\":1,\"versions\":[1]"
    ","
    "\"users\":0,\"rooms\":0,\"fingerprint\":\"6f3f\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_auto (HwAnswer) heard = { 0 };

      g_assert_false (hw_answer_read (&heard, answers[i], strlen (answers[i])));
    }
}

static void
test_other_versions_are_told (void)
{
  const char *newer
      = "{\"hallway\":1,\"answer\":\"12345678\",\"id\":\"a\",\"name\":\"b\",\"port\":1,"
        "\"versions\":[2,\"1\",3],\"users\":0,\"rooms\":0,\"fingerprint\":\"" FINGERPRINT "\"}";
  g_auto (HwAnswer) heard = { 0 };

  g_assert_true (hw_answer_read (&heard, newer, strlen (newer)));
  g_assert_false (heard.compatible);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/datagram/a-probe-comes-back", test_a_probe_comes_back);
  g_test_add_func ("/datagram/an-answer-comes-back", test_an_answer_comes_back);
  g_test_add_func ("/datagram/a-long-name-is-cut", test_a_long_name_is_cut);
  g_test_add_func ("/datagram/other-answers-are-refused", test_other_answers_are_refused);
  g_test_add_func ("/datagram/other-versions-are-told", test_other_versions_are_told);
  return g_test_run ();
}
