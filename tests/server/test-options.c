/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Options: the command line over the configuration file over defaults, and what is refused. */

#include "server/options.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

static char *directory;

static HwOptions *
read_line (const char *line, GError **error)
{
  g_auto (GStrv) arguments = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &arguments, NULL));
  return hw_options_new (arguments, error);
}

static HwOptions *
read_good (const char *line)
{
  g_autoptr (GError) error = NULL;
  HwOptions *options = read_line (line, &error);

  g_assert_no_error (error);
  return options;
}

static void
refuse (const char *line, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_test_message ("%s", line);
  g_assert_null (read_line (line, &error));
  g_assert_nonnull (error);
  if (!strstr (error->message, words))
    g_error ("“%s” does not say “%s”", error->message, words);
}

static char *
write_file (const char *text)
{
  char *path = g_build_filename (directory, "hallwayd.conf", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
test_defaults (void)
{
  g_autoptr (HwOptions) options = read_good ("hallwayd");

  g_assert_cmpuint (options->port, ==, 55667);
  g_assert_cmpuint (options->ping, ==, 10);
  g_assert_cmpuint (options->dead, ==, 30);
  g_assert_cmpuint (options->idle, ==, 120);
  g_assert_cmpuint (options->grace, ==, 15);
  g_assert_cmpuint (options->rate, ==, 10);
  g_assert_cmpuint (options->max_clients, ==, 1000);
  g_assert_cmpint (options->plaintext, ==, HW_PLAINTEXT_LOOPBACK);
  g_assert_true (options->lan_only);
  g_assert_true (options->guests);
  g_assert_true (options->discovery);
  g_assert_null (options->listen[0]);
}

static void
test_command_line (void)
{
  g_autoptr (HwOptions) options
      = read_good ("hallwayd --data /x --listen 127.0.0.1 --listen ::1 --port 0 --name 'A b' "
                   "--plaintext=never --lan-only no --idle 0 --ping 1 --dead 2 --grace 0 --rate 0 "
                   "--max-clients 5 --guests no --discovery=no");

  g_assert_cmpstr (options->data, ==, "/x");
  g_assert_cmpstr (options->listen[0], ==, "127.0.0.1");
  g_assert_cmpstr (options->listen[1], ==, "::1");
  g_assert_null (options->listen[2]);
  g_assert_cmpuint (options->port, ==, 0);
  g_assert_cmpstr (options->name, ==, "A b");
  g_assert_cmpint (options->plaintext, ==, HW_PLAINTEXT_NEVER);
  g_assert_false (options->lan_only);
  g_assert_cmpuint (options->idle, ==, 0);
  g_assert_cmpuint (options->grace, ==, 0);
  g_assert_cmpuint (options->rate, ==, 0);
  g_assert_cmpuint (options->max_clients, ==, 5);
  g_assert_false (options->guests);
  g_assert_false (options->discovery);
}

static void
test_command_line_over_file (void)
{
  g_autofree char *path = write_file ("[server]\n"
                                      "port = 4000\n"
                                      "name = From the file\n"
                                      "listen = 127.0.0.1;127.0.0.2\n"
                                      "guests = no\n");
  g_autofree char *line = g_strdup_printf ("hallwayd --port 5000 --config %s", path);
  g_autofree char *listening = g_strdup_printf ("hallwayd --listen ::1 --config %s", path);
  g_autoptr (HwOptions) options = read_good (line);
  g_autoptr (HwOptions) other = read_good (listening);

  g_assert_cmpuint (options->port, ==, 5000);
  g_assert_cmpstr (options->name, ==, "From the file");
  g_assert_cmpstr (options->listen[1], ==, "127.0.0.2");
  g_assert_false (options->guests);
  g_assert_cmpuint (options->idle, ==, 120);
  g_assert_cmpstr (other->listen[0], ==, "::1");
  g_assert_null (other->listen[1]);
}

static void
test_refused (void)
{
  refuse ("hallwayd stray", "stray");
  refuse ("hallwayd -p 5", "-p");
  refuse ("hallwayd --no-such 1", "no-such is no option");
  refuse ("hallwayd --no-such", "no-such is no option");
  refuse ("hallwayd --port", "needs a value");
  refuse ("hallwayd --port 65536", "port");
  refuse ("hallwayd --port -1", "port");
  refuse ("hallwayd --port 1x", "port");
  refuse ("hallwayd --port ''", "port");
  refuse ("hallwayd --dead 0", "dead");
  refuse ("hallwayd --max-clients 0", "max-clients");
  refuse ("hallwayd --listen localhost", "listen");
  refuse ("hallwayd --plaintext maybe", "plaintext");
  refuse ("hallwayd --guests perhaps", "guests");
  refuse ("hallwayd --name ''", "name");
  refuse ("hallwayd --config /does/not/exist", "/does/not/exist");
}

static void
test_refused_files (void)
{
  static const struct
  {
    const char *text;
    const char *words;
  } files[] = {
    { "port = 1\n", "hallwayd.conf" },
    { "[server]\nport = many\n", "port" },
    { "[server]\nno-such = 1\n", "no-such" },
    { "[client]\nport = 1\n", "client" },
    { "[server]\nlisten = 127.0.0.1;here\n", "listen" },
    { "[server]\nset-admin-password = yes\n", "set-admin-password" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = write_file (files[i].text);
      g_autofree char *line = g_strdup_printf ("hallwayd --config %s", path);

      refuse (line, files[i].words);
    }
}

static void
test_tasks (void)
{
  static const struct
  {
    const char *line;
    HwTask task;
  } lines[] = {
    { "hallwayd", HW_TASK_SERVE },
    { "hallwayd --set-admin-password --data /x", HW_TASK_SET_ADMIN_PASSWORD },
    { "hallwayd --help", HW_TASK_HELP },
    { "hallwayd --version --config /does/not/exist", HW_TASK_VERSION },
    { "hallwayd --data /x --check", HW_TASK_CHECK },
    { "hallwayd --data /x --recover /y", HW_TASK_RECOVER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (HwOptions) options = read_good (lines[i].line);

      g_assert_cmpint (options->task, ==, lines[i].task);
      g_assert_cmpstr (options->recover_into, ==, lines[i].task == HW_TASK_RECOVER ? "/y" : NULL);
    }
  refuse ("hallwayd --recover", "needs a value");
}

int
main (int argc, char **argv)
{
  int result;
  g_autofree char *path = NULL;

  g_test_init (&argc, &argv, NULL);
  directory = g_dir_make_tmp ("hallway-options-XXXXXX", NULL);
  g_test_add_func ("/options/defaults", test_defaults);
  g_test_add_func ("/options/command-line", test_command_line);
  g_test_add_func ("/options/command-line-over-file", test_command_line_over_file);
  g_test_add_func ("/options/refused", test_refused);
  g_test_add_func ("/options/refused-files", test_refused_files);
  g_test_add_func ("/options/tasks", test_tasks);
  result = g_test_run ();
  path = g_build_filename (directory, "hallwayd.conf", NULL);
  g_unlink (path);
  g_rmdir (directory);
  g_free (directory);
  return result;
}
