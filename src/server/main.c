/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hallwayd: the command line around the server. */

#include "hallway-config.h"
#include "options.h"
#include "password.h"
#include "protocol/limits.h"
#include "server.h"
#include "service.h"
#include "store-tools.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const char help[]
    = "Usage: hallwayd [OPTION]…\n"
      "Keep a place on this network where people meet in rooms and talk.\n"
      "\n"
      "  --config FILE           read options from FILE, group [server]\n"
      "  --data DIR              where rooms, logs and the certificate are kept\n"
      "  --listen ADDR           listen on this address only; may be repeated\n"
      "  --port N                TCP port, 0 for any that is free (55667)\n"
      "  --name TEXT             the place's name (the machine's)\n"
      "  --plaintext WHO         who may do without TLS: loopback, always, never (loopback)\n"
      "  --lan-only yes|no       only let in this machine's own networks (yes)\n"
      "  --idle S                seconds of silence after which people are sent away (120)\n"
      "  --ping S                seconds between a client's signs of life (10)\n"
      "  --dead S                seconds after which a silent connection has ended (30)\n"
      "  --grace S               seconds for a lost connection to come back (15)\n"
      "  --rate N                requests a second on one connection, 0 for any (10)\n"
      "  --max-clients N         connections at once (1000)\n"
      "  --guests yes|no         let in people without an account (yes)\n"
      "  --discovery yes|no      let clients find this place by themselves (yes)\n"
      "  --set-admin-password    read the admin password, store its hash, and exit\n"
      "  --check                 look for damage in the data directory, and exit\n"
      "  --recover DIR           save what can be read of it into the new DIR, and exit\n"
      "  --version               print the version, and exit\n"
      "  --help                  print this, and exit\n";

/* One line, whatever is in the message. */
static int
fail (const char *message)
{
  g_autofree char *line = g_strdup (message);

  g_strdelimit (line, "\n\r", ' ');
  fprintf (stderr, "hallwayd: %s\n", line);
  return 1;
}

/* Reads one line, without showing it where it is typed. */
static gboolean
read_password (char *password, gsize size)
{
  struct termios before;
  gboolean terminal = tcgetattr (STDIN_FILENO, &before) == 0;
  gboolean found;

  if (terminal)
    {
      struct termios silent = before;

      silent.c_lflag &= ~ECHO;
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
      fputs ("New admin password: ", stderr);
    }
  found = fgets (password, size, stdin) != NULL;
  if (terminal)
    {
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
      fputc ('\n', stderr);
    }
  if (found)
    password[strcspn (password, "\r\n")] = 0;
  return found;
}

static int
set_admin_password (const HwOptions *options)
{
  char password[HW_PASSWORD_MAX + 2] = "";
  g_autofree char *hash = NULL;
  g_autoptr (GError) error = NULL;
  const char *data = hw_service_enter_data (options->data, &error);

  if (!data)
    return fail (error->message);
  if (!read_password (password, sizeof password) || !*password)
    return fail ("the admin password cannot be empty");
  if (strlen (password) > HW_PASSWORD_MAX || !g_utf8_validate (password, -1, NULL))
    return fail (
        "the admin password must be UTF-8 of at most " G_STRINGIFY (HW_PASSWORD_MAX) " bytes");
  hash = hw_password_hash (password, &error);
  explicit_bzero (password, sizeof password);
  if (!hash)
    return fail (error->message);
  if (!hw_admin_password_save (data, hash, &error))
    return fail (error->message);
  return 0;
}

static void
print_report (const char *line, gpointer user_data)
{
  puts (line);
}

static int
check (const HwOptions *options)
{
  g_autoptr (GError) error = NULL;

  if (hw_store_check (options->data, print_report, NULL, &error))
    return 0;
  return fail (error ? error->message
                     : "the data is damaged; --recover DIR saves what can be read");
}

/* What stands beside the database: without it everybody would be warned of another place. */
static void
recover_files (const HwOptions *options)
{
  static const char *const names[] = { "admin-password", "certificate.pem", "private-key.pem" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *from = g_build_filename (options->data, names[i], NULL);
      g_autofree char *to = g_build_filename (options->recover_into, names[i], NULL);
      g_autofree char *content = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;

      if (g_file_test (from, G_FILE_TEST_EXISTS)
          && !(g_file_get_contents (from, &content, &length, &error)
               && g_file_set_contents_full (to, content, length, G_FILE_SET_CONTENTS_DURABLE, 0600,
                                            &error)))
        printf ("The file %s is lost: %s.\n", names[i], error->message);
    }
}

static int
recover (const HwOptions *options)
{
  g_autoptr (GError) error = NULL;

  if (!hw_store_recover (options->data, options->recover_into, print_report, NULL, &error))
    return fail (error ? error->message : "nothing could be saved");
  recover_files (options);
  return 0;
}

static int
serve (const HwOptions *options)
{
  g_autoptr (GError) error = NULL;
  HwServer *server = hw_server_new (options, &error);

  if (!server)
    return fail (error->message);
  hw_server_run (server);
  hw_server_free (server);
  return 0;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HwOptions) options = NULL;

  setlocale (LC_ALL, "");
  g_log_writer_default_set_use_stderr (TRUE);
  signal (SIGPIPE, SIG_IGN);

  options = hw_options_new (argv, &error);
  if (!options)
    return fail (error->message);
  switch (options->task)
    {
    case HW_TASK_SERVE:
      return serve (options);
    case HW_TASK_HELP:
      fputs (help, stdout);
      return 0;
    case HW_TASK_VERSION:
      puts ("hallwayd " HW_VERSION);
      return 0;
    case HW_TASK_SET_ADMIN_PASSWORD:
      return set_admin_password (options);
    case HW_TASK_CHECK:
      return check (options);
    case HW_TASK_RECOVER:
      return recover (options);
    }
  g_return_val_if_reached (1);
}
