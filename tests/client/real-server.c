/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "real-server.h"

#include <json-glib/json-glib.h>
#include <signal.h>
#include <sys/prctl.h>

static const char *
get_program (void)
{
  const char *program = g_getenv ("HALLWAYD");

  g_assert_nonnull (program);
  return program;
}

RealServer *
real_server_new (const char *folder)
{
  RealServer *self = g_new0 (RealServer, 1);

  self->data = g_build_filename (folder, "data", NULL);
  return self;
}

/* A test that ends early must not leave it behind. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Starts it with further options, and returns when it is ready. */
void
real_server_start (RealServer *self, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (JsonNode) ready = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  const char *option;
  va_list args;

  g_ptr_array_add (argv, g_strdup (get_program ()));
  g_ptr_array_add (argv, g_strdup ("--discovery"));
  g_ptr_array_add (argv, g_strdup ("no"));
  g_ptr_array_add (argv, g_strdup ("--listen"));
  g_ptr_array_add (argv, g_strdup ("127.0.0.1"));
  g_ptr_array_add (argv, g_strdup ("--data"));
  g_ptr_array_add (argv, g_strdup (self->data));
  g_ptr_array_add (argv, g_strdup ("--port"));
  g_ptr_array_add (argv, g_strdup_printf ("%u", self->port));
  va_start (args, self);
  while ((option = va_arg (args, const char *)))
    g_ptr_array_add (argv, g_strdup (option));
  va_end (args);
  g_ptr_array_add (argv, NULL);

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->process
      = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  ready = json_from_string (line, &error);
  g_assert_no_error (error);
  self->port = json_object_get_int_member (json_node_get_object (ready), "port");
}

/* As a loss of power does it. */
void
real_server_kill (RealServer *self)
{
  g_subprocess_force_exit (self->process);
  real_server_wait (self);
}

void
real_server_wait (RealServer *self)
{
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

void
real_server_free (RealServer *self)
{
  if (self->process)
    real_server_kill (self);
  g_free (self->data);
  g_free (self);
}

void
real_server_set_admin_password (RealServer *self, const char *password)
{
  g_autofree char *input = g_strconcat (password, "\n", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error,
                          get_program (), "--data", self->data, "--set-admin-password", NULL);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, input, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
}

char *
real_server_get_address (RealServer *self)
{
  return g_strdup_printf ("127.0.0.1:%u", self->port);
}
