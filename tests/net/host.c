/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hosts a place as the client does, without a window, until standard input ends: "host PROGRAM
 * DATA". Tells on standard output, one JSON object a line, its state and port whenever they change,
 * and why it could not. A line that comes in is a command: "start NAME", "stop". */

#include "client/host.h"

#include "protocol/json-writer.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static GMainLoop *loop;

static void
say (HwHost *host, const char *event, const char *reason)
{
  static const char *const states[] = { "idle", "starting", "running", "restarting", "stopping" };
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *invitation = hw_host_dup_invitation (host);
  HwJsonWriter writer;

  hw_json_writer_init (&writer, line);
  hw_json_begin_object (&writer, NULL);
  hw_json_string (&writer, "ev", event);
  hw_json_string (&writer, "state", states[hw_host_get_state (host)]);
  hw_json_int (&writer, "port", hw_host_get_port (host));
  if (invitation != NULL)
    hw_json_string (&writer, "invitation", invitation);
  if (reason != NULL)
    hw_json_string (&writer, "reason", reason);
  hw_json_end_object (&writer);
  puts (line->str);
  fflush (stdout);
}

static void
on_state (HwHost *host)
{
  say (host, "state", NULL);
}

static void
on_started (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!hw_host_start_finish (HW_HOST (object), result, &error))
    say (HW_HOST (object), "failed", error->message);
}

static void
on_line (GObject *object, GAsyncResult *result, gpointer data)
{
  GDataInputStream *input = G_DATA_INPUT_STREAM (object);
  g_autofree char *line = g_data_input_stream_read_line_finish (input, result, NULL, NULL);
  HwHost *host = data;

  if (line == NULL)
    {
      g_main_loop_quit (loop);
      return;
    }
  if (g_str_has_prefix (line, "start "))
    hw_host_start_async (host, line + strlen ("start "), "open sesame", TRUE, on_started, NULL);
  else if (g_str_equal (line, "stop"))
    hw_host_stop (host);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, host);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GInputStream) standard = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (standard);
  g_autoptr (HwHost) host = NULL;

  if (argc != 3)
    g_error ("usage: host PROGRAM DATA");
  loop = g_main_loop_new (NULL, FALSE);
  host = hw_host_new (argv[1], argv[2], NULL);
  g_signal_connect (host, "notify::state", G_CALLBACK (on_state), NULL);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, host);
  g_main_loop_run (loop);
  hw_host_stop (host);
  while (hw_host_get_state (host) != HW_HOST_IDLE)
    g_main_context_iteration (NULL, TRUE);
  g_main_loop_unref (loop);
  return 0;
}
