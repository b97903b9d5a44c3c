/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Admins who see a room's log grow without being members. Both ends know of each other: the room
 * its watches, the client the rooms it watches. */

#include "log-watch.h"

#include "event.h"

typedef struct
{
  HwClient *client;
  gboolean lagging;
  guint64 after; /* when lagging: seq of the last entry that was not left out */
} HwLogWatch;

static HwLogWatch *
find_watch (HwRoom *room, HwClient *client)
{
  for (guint i = 0; room->watches && i < room->watches->len; i++)
    {
      HwLogWatch *watch = room->watches->pdata[i];

      if (watch->client == client)
        return watch;
    }
  return NULL;
}

static void
end_watch (HwRoom *room, HwClient *client)
{
  HwLogWatch *watch = find_watch (room, client);

  if (!watch)
    return;
  g_ptr_array_remove_fast (room->watches, watch);
  if (room->watches->len == 0)
    {
      g_clear_pointer (&room->watches, g_ptr_array_unref);
      if (room->watched)
        g_string_free (g_steal_pointer (&room->watched), TRUE);
    }
}

/**
 * hw_log_watch_set:
 * @room: an open room
 * @client: an admin's
 * @watch: whether it is told of every new entry from now on
 */
void
hw_log_watch_set (HwRoom *room, HwClient *client, gboolean watch)
{
  HwLogWatch *new_watch;

  if (watch == (find_watch (room, client) != NULL))
    return;
  hw_room_flush (room);
  if (!watch)
    {
      end_watch (room, client);
      g_ptr_array_remove_fast (client->watched_logs, room);
      return;
    }
  if (!room->watches)
    room->watches = g_ptr_array_new_with_free_func (g_free);
  new_watch = g_new0 (HwLogWatch, 1);
  new_watch->client = client;
  g_ptr_array_add (room->watches, new_watch);
  if (!client->watched_logs)
    client->watched_logs = g_ptr_array_new ();
  g_ptr_array_add (client->watched_logs, room);
}

/**
 * hw_log_watch_end_all:
 * @client: one whose connection has closed
 */
void
hw_log_watch_end_all (HwClient *client)
{
  for (guint i = 0; client->watched_logs && i < client->watched_logs->len; i++)
    end_watch (client->watched_logs->pdata[i], client);
  g_clear_pointer (&client->watched_logs, g_ptr_array_unref);
}

/**
 * hw_log_watch_catch_up:
 * @client: one whose connection takes events again
 *
 * Tells it what was left out of the logs it watches.
 */
void
hw_log_watch_catch_up (HwClient *client)
{
  for (guint i = 0; client->watched_logs && i < client->watched_logs->len; i++)
    {
      HwRoom *room = client->watched_logs->pdata[i];
      HwLogWatch *watch = find_watch (room, client);
      g_autoptr (HwBuffer) event = NULL;
      HwJsonWriter writer;

      if (!watch->lagging)
        continue;
      hw_room_flush (room);
      watch->lagging = FALSE;
      hw_event_begin (&writer, "gap");
      hw_json_string (&writer, "room", room->name);
      hw_json_int (&writer, "log", room->log);
      hw_json_int (&writer, "after", watch->after);
      hw_json_int (&writer, "last", room->last);
      event = hw_event_end (&writer);
      hw_client_send (client, event);
    }
}

/**
 * hw_log_watches_flush:
 * @room: a room
 * @after: seq of the entry before the first of the pending events
 *
 * Gives the pending events to the watches' connections.
 */
void
hw_log_watches_flush (HwRoom *room, guint64 after)
{
  GString *watched = g_steal_pointer (&room->watched);
  g_autoptr (HwBuffer) shared = NULL;

  if (!watched)
    return;
  shared = hw_buffer_new (watched->str, watched->len);
  g_string_free (watched, TRUE);
  for (guint i = 0; room->watches && i < room->watches->len; i++)
    {
      HwLogWatch *watch = room->watches->pdata[i];

      if (watch->lagging)
        continue;
      if (hw_connection_make_room (&watch->client->connection, shared->length))
        {
          hw_client_send (watch->client, shared);
          continue;
        }
      watch->lagging = TRUE;
      watch->after = after;
      watch->client->lagging = TRUE;
    }
}

/**
 * hw_log_watches_clear:
 * @room: a room that is closed
 *
 * Ends all watches of its log, which does not grow any more.
 */
void
hw_log_watches_clear (HwRoom *room)
{
  while (room->watches)
    {
      HwLogWatch *watch = room->watches->pdata[0];
      HwClient *client = watch->client;

      end_watch (room, client);
      g_ptr_array_remove_fast (client->watched_logs, room);
    }
}
