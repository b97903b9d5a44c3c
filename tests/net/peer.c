/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Somebody at a place, without a window, who whispers and sends files: does what standard input
 * says, a line for each,
 *
 *   whisper NAME TEXT    offer NAME PATH    accept PATH    resume    memory
 *
 * and tells on standard output, one JSON object a line, what comes of it. A new certificate is
 * trusted. Ends with its input.
 *
 *   peer ADDRESS NAME DIRECTORY
 */

#include "client/place.h"
#include "protocol/json-writer.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static HwPlace *place;
static GMainLoop *loop;
static GDataInputStream *input;

typedef struct
{
  HwJsonWriter writer;
  GString *line;
} Say;

static void
say_begin (Say *say, const char *event)
{
  say->line = g_string_new (NULL);
  hw_json_writer_init (&say->writer, say->line);
  hw_json_begin_object (&say->writer, NULL);
  hw_json_string (&say->writer, "ev", event);
}

static void
say_end (Say *say)
{
  hw_json_end_object (&say->writer);
  puts (say->line->str);
  fflush (stdout);
  g_string_free (say->line, TRUE);
}

static void
on_state (void)
{
  Say say;

  if (hw_place_get_state (place) == HW_PLACE_ASKING)
    {
      hw_place_trust (place);
      return;
    }
  say_begin (&say, "state");
  hw_json_bool (&say.writer, "online", hw_place_get_state (place) == HW_PLACE_ONLINE);
  if (hw_place_get_error (place))
    hw_json_string (&say.writer, "problem", hw_place_get_error (place)->message);
  say_end (&say);
}

static void
on_whispered (HwPlace *self, HwWhisper *whisper, HwEntry *entry)
{
  Say say;

  say_begin (&say, "whispered");
  hw_json_string (&say.writer, "from", hw_whisper_get_name (whisper));
  hw_json_string (&say.writer, "text", hw_entry_get_text (entry));
  hw_json_bool (&say.writer, "direct", hw_entry_get_direct (entry));
  say_end (&say);
}

/* Tells of each of ours when it is delivered, or is not. */
static void
on_history_changed (HwHistory *history, guint position, guint n_removed, guint n_added)
{
  for (guint i = position; i < position + n_added; i++)
    {
      HwEntry *entry = hw_history_peek (history, i);
      Say say;

      if (!entry || !hw_entry_get_key (entry) || hw_entry_get_state (entry) == HW_ENTRY_UNSAVED)
        continue;
      say_begin (&say, hw_entry_get_state (entry) == HW_ENTRY_SAVED ? "sent" : "failed");
      hw_json_string (&say.writer, "text", hw_entry_get_text (entry));
      hw_json_bool (&say.writer, "direct", hw_entry_get_direct (entry));
      say_end (&say);
    }
}

static void
on_transfer_changed (HwTransfer *transfer)
{
  gpointer last = g_object_get_data (G_OBJECT (transfer), "last");
  HwTransferState state = hw_transfer_get_state (transfer);
  Say say;

  if (last == GINT_TO_POINTER (state + 1) && state != HW_TRANSFER_RUNNING)
    return;
  g_object_set_data (G_OBJECT (transfer), "last", GINT_TO_POINTER (state + 1));
  say_begin (&say, "file");
  hw_json_bool (&say.writer, "ours", hw_transfer_is_ours (transfer));
  hw_json_int (&say.writer, "state", state);
  hw_json_int (&say.writer, "done", hw_transfer_get_done (transfer));
  hw_json_int (&say.writer, "size", hw_transfer_get_size (transfer));
  hw_json_int (&say.writer, "at", g_get_monotonic_time ());
  if (hw_transfer_get_problem (transfer))
    hw_json_string (&say.writer, "problem", hw_transfer_get_problem (transfer));
  say_end (&say);
}

static void
on_transfers_changed (GListModel *model, guint position, guint n_removed, guint n_added)
{
  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (model, i);

      g_signal_connect (transfer, "changed", G_CALLBACK (on_transfer_changed), NULL);
      on_transfer_changed (transfer);
    }
}

/* The first file of others in that state. */
static HwTransfer *
find_theirs (HwTransferState state)
{
  GListModel *model = G_LIST_MODEL (hw_place_get_transfers (place));

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (model, i);

      if (!hw_transfer_is_ours (transfer) && hw_transfer_get_state (transfer) == state)
        return transfer; /* the list keeps it */
    }
  return NULL;
}

static void
whisper_to (const char *name, const char *text)
{
  HwWhisper *whisper = hw_place_open_whisper (place, name);
  HwHistory *history = hw_whisper_get_history (whisper);

  if (!g_signal_handler_find (history, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, on_history_changed, NULL))
    g_signal_connect (history, "items-changed", G_CALLBACK (on_history_changed), NULL);
  hw_whisper_say (whisper, text);
}

/* What this process has taken of the machine's memory, and the most it ever had, in KiB. */
static void
tell_memory (void)
{
  g_autofree char *status = NULL;
  const char *now;
  const char *most;
  Say say;

  g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  now = strstr (status, "VmRSS:");
  most = strstr (status, "VmHWM:");
  say_begin (&say, "memory");
  hw_json_int (&say.writer, "now", g_ascii_strtoll (now + 6, NULL, 10));
  hw_json_int (&say.writer, "most", g_ascii_strtoll (most + 6, NULL, 10));
  say_end (&say);
}

static void
obey (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  guint n = g_strv_length (words);
  HwTransfers *transfers = hw_place_get_transfers (place);

  if (n == 3 && g_str_equal (words[0], "whisper"))
    whisper_to (words[1], words[2]);
  else if (n == 3 && g_str_equal (words[0], "offer"))
    {
      g_autoptr (GFile) file = g_file_new_for_path (words[2]);

      hw_transfers_offer (transfers, file, NULL, words[1], FALSE);
    }
  else if (n == 2 && g_str_equal (words[0], "accept"))
    {
      g_autoptr (GFile) file = g_file_new_for_path (words[1]);

      hw_transfers_accept (transfers, find_theirs (HW_TRANSFER_OFFERED), file);
    }
  else if (g_str_equal (line, "resume"))
    hw_transfers_resume (transfers, find_theirs (HW_TRANSFER_PAUSED));
  else if (g_str_equal (line, "memory"))
    tell_memory ();
  else
    g_error ("What is “%s”?", line);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *line = g_data_input_stream_read_line_finish (input, result, NULL, NULL);

  if (!line)
    {
      g_main_loop_quit (loop);
      return;
    }
  obey (line);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autofree char *known_path = NULL;
  g_autoptr (HwKnownPlaces) known = NULL;
  g_autoptr (GInputStream) standard = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  if (argc != 4)
    g_error ("usage: peer ADDRESS NAME DIRECTORY");
  loop = g_main_loop_new (NULL, FALSE);
  known_path = g_build_filename (argv[3], "places.ini", NULL);
  known = hw_known_places_new (known_path);
  place = hw_place_new (argv[1], known, &error);
  if (!place)
    g_error ("%s", error->message);
  hw_place_set_identities (place, argv[3]);
  g_signal_connect (place, "notify::state", G_CALLBACK (on_state), NULL);
  g_signal_connect (place, "whispered", G_CALLBACK (on_whispered), NULL);
  g_signal_connect (hw_place_get_transfers (place), "items-changed",
                    G_CALLBACK (on_transfers_changed), NULL);
  hw_place_connect (place, argv[2], NULL);
  input = g_data_input_stream_new (standard);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
  g_main_loop_run (loop);
  hw_place_disconnect (place);
  for (int i = 0; i < 200 && hw_place_is_saying_goodbye (place); i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (5000);
    }
  g_object_unref (place);
  g_object_unref (input);
  g_main_loop_unref (loop);
  return 0;
}
