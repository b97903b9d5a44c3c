/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What whoever runs the server looks at: activity, new entries as they come, figures, backups. */

#include "commands.h"
#include "log-watch.h"
#include "server.h"
#include "store-tools.h"

#include <stdio.h>
#include <unistd.h>

/* Buckets of one request. */
#define BUCKETS_MAX 2000

static void
on_activity (const HwActivity *buckets, gsize n_buckets, const GError *error, gpointer user_data)
{
  g_autoptr (HwRequest) request = user_data;
  HwJsonWriter *writer;

  if (error)
    {
      hw_request_fail (request, error);
      return;
    }
  writer = hw_request_begin (request);
  hw_json_begin_array (writer, "counts");
  for (gsize i = 0; i < n_buckets; i++)
    {
      hw_json_begin_array (writer, NULL);
      hw_json_int (writer, NULL, buckets[i].at);
      hw_json_int (writer, NULL, buckets[i].n_messages);
      hw_json_end_array (writer);
    }
  hw_json_end_array (writer);
  hw_request_end (request);
}

void
hw_command_log_activity (HwRequest *request)
{
  gint64 since = hw_request_get_int (request, "since", 0);
  gint64 until = hw_request_get_int (request, "until", 0);
  gint64 bucket = hw_request_get_int (request, "bucket", 0);

  if (until < since)
    hw_request_refuse (request, HW_ERROR_BAD_REQUEST, "until",
                       "“until” must not be before “since”.");
  else if ((until - since + bucket - 1) / bucket > BUCKETS_MAX)
    hw_request_refuse (request, HW_ERROR_BAD_REQUEST, "bucket", "That makes more than %d buckets.",
                       BUCKETS_MAX);
  else
    hw_store_read_activity (request->client->server->store, hw_request_get_int (request, "log", 0),
                            since, until, bucket, on_activity, hw_request_ref (request));
}

/* The log of a room that is not open does not grow: there is nothing to watch, but it is there. */
static void
on_looked_up (GPtrArray *logs, gboolean more, const GError *error, gpointer user_data)
{
  g_autoptr (HwRequest) request = user_data;
  gint64 log = hw_request_get_int (request, "log", 0);

  if (error)
    hw_request_fail (request, error);
  else if (logs->len > 0 && ((HwLogInfo *) logs->pdata[0])->id == log)
    hw_request_succeed (request);
  else
    hw_request_refuse (request, HW_ERROR_NO_SUCH_LOG, "log", "There is no such log.");
}

void
hw_command_log_watch (HwRequest *request)
{
  HwClient *client = request->client;
  gint64 log = hw_request_get_int (request, "log", 0);
  HwRoom *room = hw_lobby_find_log (client->server->lobby, log);

  if (!room)
    {
      hw_store_list_logs (client->server->store, log - 1, 1, on_looked_up,
                          hw_request_ref (request));
      return;
    }
  hw_log_watch_set (room, client, hw_request_get_bool (request, "on", FALSE));
  hw_request_succeed (request);
}

static gint64
get_resident_bytes (void)
{
  g_autofree char *text = NULL;
  gint64 pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*d %" G_GINT64_FORMAT, &pages);
  return pages * sysconf (_SC_PAGESIZE);
}

static guint
count_lagging (HwServer *server)
{
  guint n = 0;

  for (HwClient *client = server->clients; client; client = client->next)
    n += client->lagging;
  return n;
}

void
hw_command_stats (HwRequest *request)
{
  HwServer *server = request->client->server;
  HwJsonWriter *writer;
  HwStoreStats stats;
  double in_per_s;
  double out_per_s;

  hw_store_get_stats (server->store, &stats);
  hw_server_get_rates (server, &in_per_s, &out_per_s);
  writer = hw_request_begin (request);
  hw_json_int (writer, "started", server->started);
  hw_json_int (writer, "clients", server->n_greeted);
  hw_json_int (writer, "clients_most", server->n_greeted_most);
  hw_json_int (writer, "rooms", hw_lobby_get_n_rooms (server->lobby));
  hw_json_int (writer, "entries", stats.entries);
  hw_json_double (writer, "in_per_s", in_per_s);
  hw_json_double (writer, "out_per_s", out_per_s);
  hw_json_begin_object (writer, "commit_ms");
  hw_json_double (writer, "p50", stats.commit_p50);
  hw_json_double (writer, "p99", stats.commit_p99);
  hw_json_end_object (writer);
  hw_json_int (writer, "lagging", count_lagging (server));
  hw_json_int (writer, "rss_bytes", get_resident_bytes ());
  hw_json_int (writer, "log_bytes", stats.bytes);
  hw_request_end (request);
}

static void
on_backed_up (const char *path, const GError *error, gpointer user_data)
{
  g_autoptr (HwRequest) request = user_data;
  HwJsonWriter *writer;

  if (error)
    {
      hw_request_fail (request, error);
      return;
    }
  writer = hw_request_begin (request);
  hw_json_string (writer, "file", path);
  hw_request_end (request);
}

void
hw_command_backup (HwRequest *request)
{
  hw_store_backup (request->client->server->store, on_backed_up, hw_request_ref (request));
}
