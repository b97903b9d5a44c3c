/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a menu window's finder sees, without a window: looks until standard input ends, and tells on
 * standard output, one JSON object a line, with the milliseconds since it began to look: "found",
 * "changed" and "gone" of places, "looking" and "idle" with the finder's report. */

#include "client/finder.h"

#include "protocol/json-writer.h"

#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static GMainLoop *loop;
static gint64 began;
static GPtrArray *shown; /* ids, in the finder's order */

static void
say_begin (HwJsonWriter *writer, GString *line, const char *event)
{
  hw_json_writer_init (writer, line);
  hw_json_begin_object (writer, NULL);
  hw_json_string (writer, "ev", event);
  hw_json_int (writer, "at", (g_get_monotonic_time () - began) / 1000);
}

static void
say_end (HwJsonWriter *writer, GString *line)
{
  hw_json_end_object (writer);
  puts (line->str);
  fflush (stdout);
}

static void
say_place (const char *event, HwFoundPlace *place)
{
  g_autoptr (GString) line = g_string_new (NULL);
  HwJsonWriter writer;

  say_begin (&writer, line, event);
  hw_json_string (&writer, "id", hw_found_place_get_id (place));
  hw_json_string (&writer, "name", hw_found_place_get_title (place));
  hw_json_string (&writer, "address", hw_found_place_get_address (place));
  hw_json_string (&writer, "fingerprint", hw_found_place_get_fingerprint (place));
  hw_json_int (&writer, "users", hw_found_place_get_users (place));
  hw_json_int (&writer, "ways", hw_found_place_get_ways (place));
  hw_json_bool (&writer, "compatible", hw_found_place_get_compatible (place));
  hw_json_bool (&writer, "fading", hw_found_place_get_fading (place));
  say_end (&writer, line);
}

static void
on_items_changed (GListModel *finder, guint position, guint n_removed, guint n_added)
{
  for (guint i = 0; i < n_removed && n_removed != n_added; i++)
    {
      g_autoptr (GString) line = g_string_new (NULL);
      HwJsonWriter writer;

      say_begin (&writer, line, "gone");
      hw_json_string (&writer, "id", shown->pdata[position]);
      say_end (&writer, line);
      g_ptr_array_remove_index (shown, position);
    }
  for (guint i = 0; i < n_added; i++)
    {
      g_autoptr (HwFoundPlace) place = g_list_model_get_item (finder, position + i);

      if (n_removed != n_added)
        g_ptr_array_insert (shown, (int) (position + i), g_strdup (hw_found_place_get_id (place)));
      say_place (n_removed == n_added ? "changed" : "found", place);
    }
}

static void
on_looking (HwFinder *finder)
{
  static const char *const reasons[]
      = { "looking", "off", "no-network", "alone", "isolated", "silent" };
  g_autoptr (GString) line = g_string_new (NULL);
  HwFinderReport report;
  HwJsonWriter writer;

  hw_finder_get_report (finder, &report);
  say_begin (&writer, line, hw_finder_is_looking (finder) ? "looking" : "idle");
  hw_json_string (&writer, "reason", reasons[report.reason]);
  hw_json_int (&writer, "asked", report.n_asked);
  hw_json_bool (&writer, "dnssd", report.has_dnssd);
  hw_json_int (&writer, "announced", report.n_announced);
  hw_json_int (&writer, "scanned", report.n_scanned);
  hw_json_int (&writer, "machines", report.n_machines);
  say_end (&writer, line);
}

static gboolean
on_input (int fd, GIOCondition condition, gpointer user_data)
{
  HwFinder *finder = user_data;
  char commands[64];
  ssize_t n = read (fd, commands, sizeof commands);

  if (n <= 0)
    {
      g_main_loop_quit (loop);
      return G_SOURCE_REMOVE;
    }
  /* One letter a command: scan at once, look again, stop scanning. */
  for (ssize_t i = 0; i < n; i++)
    if (commands[i] == 's')
      hw_finder_scan (finder);
    else if (commands[i] == 'a')
      hw_finder_look_again (finder);
    else if (commands[i] == 'x')
      hw_finder_stop_scan (finder);
  return G_SOURCE_CONTINUE;
}

int
main (void)
{
  g_autoptr (HwFinder) finder = hw_finder_new ();

  loop = g_main_loop_new (NULL, FALSE);
  shown = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (finder, "items-changed", G_CALLBACK (on_items_changed), NULL);
  g_signal_connect (finder, "notify::looking", G_CALLBACK (on_looking), NULL);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, finder);
  began = g_get_monotonic_time ();
  hw_finder_set_active (finder, TRUE);
  g_main_loop_run (loop);

  /* What is under way ends in callbacks. */
  g_signal_handlers_disconnect_by_data (finder, NULL);
  g_object_run_dispose (G_OBJECT (finder));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_main_loop_unref (loop);
  g_ptr_array_unref (shown);
  return 0;
}
