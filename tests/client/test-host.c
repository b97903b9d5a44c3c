/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwHost with the real server: a place that starts, can be entered, and ends; and starts that fail.
 */

#include "client/host.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const char *server; /* the path of hallwayd */

static const char *const options[] = { "--listen", "127.0.0.1", "--port", "0", NULL };

static char *
make_folder (void)
{
  char *folder = g_dir_make_tmp ("host-XXXXXX", NULL);

  g_assert_nonnull (folder);
  return folder;
}

typedef struct
{
  gboolean done;
  gboolean started;
  GError *error;
} Outcome;

static void
on_started (GObject *object, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->started = hw_host_start_finish (HW_HOST (object), result, &outcome->error);
  outcome->done = TRUE;
}

static Outcome
start (HwHost *host)
{
  Outcome outcome = { 0 };

  hw_host_start_async (host, "Physics club", "open sesame", FALSE, on_started, &outcome);
  while (!outcome.done)
    g_main_context_iteration (NULL, TRUE);
  return outcome;
}

static void
wait_until_idle (HwHost *host)
{
  while (hw_host_get_state (host) != HW_HOST_IDLE)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
is_reachable (const char *address)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect_to_host (client, address, 1, NULL, NULL);

  return connection != NULL;
}

static void
test_opens_and_closes_and_opens_again (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *data = g_build_filename (folder, "not", "there", "yet", NULL);
  g_autoptr (HwHost) host = hw_host_new (server, data, options);

  g_assert_true (hw_host_is_possible (host));
  for (guint i = 0; i < 2; i++)
    {
      Outcome outcome = start (host);
      g_autofree char *address = NULL;

      g_assert_no_error (outcome.error);
      g_assert_true (outcome.started);
      g_assert_cmpint (hw_host_get_state (host), ==, HW_HOST_RUNNING);
      g_assert_cmpstr (hw_host_get_name (host), ==, "Physics club");
      address = hw_host_dup_address (host);
      g_assert_true (is_reachable (address));

      hw_host_stop (host);
      wait_until_idle (host);
      g_assert_cmpuint (hw_host_get_port (host), ==, 0);
      g_assert_false (is_reachable (address));
    }
}

static void
test_goes_when_its_owner_goes (void)
{
  g_autofree char *folder = make_folder ();
  HwHost *host = hw_host_new (server, folder, options);
  Outcome outcome = start (host);
  g_autofree char *address = hw_host_dup_address (host);

  g_assert_true (outcome.started);
  g_object_run_dispose (G_OBJECT (host));
  wait_until_idle (host);
  g_assert_false (is_reachable (address));
  g_object_unref (host);
}

static void
test_says_why_it_cannot (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (HwHost) first = hw_host_new (server, folder, options);
  g_autoptr (HwHost) second = hw_host_new (server, folder, options);
  g_autoptr (HwHost) nothing = hw_host_new ("/nowhere/hallwayd", folder, NULL);
  Outcome outcome = start (first);

  g_assert_true (outcome.started);

  /* Two places cannot share what they keep. */
  outcome = start (second);
  g_assert_false (outcome.started);
  g_assert_nonnull (strstr (outcome.error->message, "in use"));
  g_clear_error (&outcome.error);
  wait_until_idle (second);

  outcome = start (nothing);
  g_assert_false (outcome.started);
  g_assert_nonnull (outcome.error);
  g_clear_error (&outcome.error);
  g_assert_cmpint (hw_host_get_state (nothing), ==, HW_HOST_IDLE);

  hw_host_stop (first);
  wait_until_idle (first);
}

/* The hallwayd that runs with that data directory. */
static GPid
find_server (const char *data)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "cmdline", NULL);
      g_autofree char *line = NULL;
      gsize length;

      if (!g_ascii_isdigit (*name) || !g_file_get_contents (path, &line, &length, NULL)
          || length == 0 || !g_str_equal (line, server))
        continue;
      for (gsize i = 0; i + 1 < length; i++)
        if (line[i] == '\0')
          line[i] = ' ';
      if (strstr (line, data) != NULL)
        return (GPid) atoi (name);
    }
  return 0;
}

static void
kill_server (HwHost *host, const char *data)
{
  GPid pid = find_server (data);

  g_assert_cmpint (pid, !=, 0);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  while (hw_host_get_state (host) == HW_HOST_RUNNING)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_comes_back_when_it_dies (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (HwHost) host = hw_host_new (server, folder, options);
  Outcome outcome = start (host);

  g_assert_true (outcome.started);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *address = NULL;

      kill_server (host, folder);
      g_assert_cmpint (hw_host_get_state (host), ==, HW_HOST_RESTARTING);
      g_assert_true (hw_host_is_open (host));
      while (hw_host_get_state (host) != HW_HOST_RUNNING)
        g_main_context_iteration (NULL, TRUE);
      address = hw_host_dup_address (host);
      g_assert_true (is_reachable (address));
    }

  /* Between two lives it can be closed, too. */
  kill_server (host, folder);
  hw_host_stop (host);
  g_assert_cmpint (hw_host_get_state (host), ==, HW_HOST_IDLE);
}

static void
on_gave_up (HwHost *host, const char *reason, char **said)
{
  g_assert_null (*said);
  *said = g_strdup (reason);
}

static void
test_gives_up_with_the_reason (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *program = g_build_filename (folder, "hallwayd", NULL);
  g_autofree char *data = g_build_filename (folder, "data", NULL);
  g_autofree char *said = NULL;
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\n"
                                             "if [ -e %s/once ]; then\n"
                                             "  echo 'hallwayd: the disk is gone' >&2; exit 1\n"
                                             "fi\n"
                                             "[ \"$3\" = --set-admin-password ] || >%s/once\n"
                                             "exec %s \"$@\"\n",
                                             folder, folder, server);
  g_autoptr (HwHost) host = NULL;
  Outcome outcome;

  g_assert_true (g_file_set_contents (program, script, -1, NULL));
  g_assert_cmpint (g_chmod (program, 0755), ==, 0);
  host = hw_host_new (program, data, options);
  g_signal_connect (host, "gave-up", G_CALLBACK (on_gave_up), &said);
  outcome = start (host);
  g_assert_no_error (outcome.error);
  kill_server (host, data);
  wait_until_idle (host);
  g_assert_cmpstr (said, ==, "the disk is gone");
}

static void
test_is_opened_again_without_being_asked (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (HwHost) host = hw_host_new (server, folder, options);
  g_autoptr (HwHost) later = NULL;
  Outcome outcome = { 0 };

  g_assert_false (hw_host_has_password (host));
  g_assert_true (start (host).started);
  hw_host_stop (host);
  wait_until_idle (host);

  later = hw_host_new (server, folder, options);
  g_assert_true (hw_host_has_password (later));
  g_assert_cmpstr (hw_host_get_name (later), ==, "Physics club");
  g_assert_false (hw_host_get_discoverable (later));
  hw_host_start_async (later, hw_host_get_name (later), NULL, FALSE, on_started, &outcome);
  while (!outcome.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (outcome.error);
  hw_host_stop (later);
  wait_until_idle (later);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  server = argv[1];

  g_test_add_func ("/host/opens-and-closes-and-opens-again", test_opens_and_closes_and_opens_again);
  g_test_add_func ("/host/goes-when-its-owner-goes", test_goes_when_its_owner_goes);
  g_test_add_func ("/host/says-why-it-cannot", test_says_why_it_cannot);
  g_test_add_func ("/host/comes-back-when-it-dies", test_comes_back_when_it_dies);
  g_test_add_func ("/host/gives-up-with-the-reason", test_gives_up_with_the_reason);
  g_test_add_func ("/host/is-opened-again-without-being-asked",
                   test_is_opened_again_without_being_asked);
  return g_test_run ();
}
