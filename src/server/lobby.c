/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rooms that are open, by folded name and by log, and those who watch them come, change and
 * go. */

#include "lobby.h"

#include "event.h"

#include <string.h>
#include <sys/random.h>

/* Milliseconds between two events "room" of one room. */
#define WATCH_INTERVAL 1000

struct _HwLobby
{
  HwPoller *poller;
  HwStore *store;
  GTree *by_name;
  GHashTable *by_log;
  HwTurn turn;
  guint8 secret[32];   /* of this process */
  GPtrArray *dirty;    /* HwRoom with events on their way to the members */
  HwTimer pace_timer;  /* set while some of them wait for their turn */
  GPtrArray *changed;  /* HwRoom that the watchers are to be told of in this turn of the loop */
  GPtrArray *watchers; /* HwClient */
  GHashTable *missed;  /* HwClient → set of names of rooms it was not told of */
};

static void on_turn (HwTurn *turn);

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (a, b);
}

/**
 * hw_lobby_new:
 * @poller: whose wheel keeps the rooms' timers
 * @store: where their logs are
 * @error: where to put why they cannot be read
 *
 * Blocks: for the start.
 *
 * Returns: (transfer full) (nullable): a lobby with the rooms that are open
 */
HwLobby *
hw_lobby_new (HwPoller *poller, HwStore *store, GError **error)
{
  g_autoptr (GPtrArray) logs = hw_store_list_open_logs (store, error);
  HwLobby *self;

  if (!logs)
    return NULL;
  self = g_new0 (HwLobby, 1);
  self->poller = poller;
  self->store = store;
  self->by_name = g_tree_new_full (compare_names, NULL, NULL, (GDestroyNotify) hw_room_unref);
  self->by_log = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->turn.func = on_turn;
  if (getrandom (self->secret, sizeof self->secret, 0) != sizeof self->secret)
    g_error ("The system has no random numbers");
  self->dirty = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_room_unref);
  self->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_room_unref);
  self->watchers = g_ptr_array_new ();
  self->missed = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_hash_table_unref);
  for (guint i = 0; i < logs->len; i++)
    {
      HwLogInfo *info = logs->pdata[i];

      hw_lobby_open (self, hw_lobby_reserve (self, info->room), info);
    }
  return self;
}

/**
 * hw_lobby_free:
 * @self: (transfer full): a lobby that nobody is in any more
 */
void
hw_lobby_free (HwLobby *self)
{
  hw_timer_wheel_clear (hw_lobby_get_wheel (self), &self->pace_timer);
  hw_poller_cancel_turn (self->poller, &self->turn);
  g_ptr_array_unref (self->dirty);
  g_ptr_array_unref (self->changed);
  g_ptr_array_unref (self->watchers);
  g_hash_table_unref (self->missed);
  g_hash_table_unref (self->by_log);
  g_tree_destroy (self->by_name);
  g_free (self);
}

/**
 * hw_lobby_get_store:
 * @self: a lobby
 *
 * Returns: (transfer none): where the logs are
 */
HwStore *
hw_lobby_get_store (HwLobby *self)
{
  return self->store;
}

/**
 * hw_lobby_get_wheel:
 * @self: a lobby
 *
 * Returns: (transfer none): what keeps the timers
 */
HwTimerWheel *
hw_lobby_get_wheel (HwLobby *self)
{
  return hw_poller_get_wheel (self->poller);
}

/**
 * hw_lobby_get_secret:
 * @self: a lobby
 * @length: (out): its length in bytes
 *
 * Returns: (transfer none): random bytes that nobody but this process knows
 */
const guint8 *
hw_lobby_get_secret (HwLobby *self, gsize *length)
{
  *length = sizeof self->secret;
  return self->secret;
}

/**
 * hw_lobby_get_n_rooms:
 * @self: a lobby
 *
 * Returns: how many rooms are open
 */
guint
hw_lobby_get_n_rooms (HwLobby *self)
{
  return g_hash_table_size (self->by_log);
}

/**
 * hw_lobby_find:
 * @self: a lobby
 * @folded: a folded name
 *
 * Returns: (transfer none) (nullable): the room that has it, in any state but closed
 */
HwRoom *
hw_lobby_find (HwLobby *self, const char *folded)
{
  return g_tree_lookup (self->by_name, folded);
}

/**
 * hw_lobby_find_log:
 * @self: a lobby
 * @log: id of a log
 *
 * Returns: (transfer none) (nullable): the open room that it is the log of
 */
HwRoom *
hw_lobby_find_log (HwLobby *self, gint64 log)
{
  return g_hash_table_lookup (self->by_log, &log);
}

/**
 * hw_lobby_foreach:
 * @self: a lobby
 * @after: (nullable): a folded name, there or not; only those after it
 * @func: what to call; must not open or remove rooms
 * @user_data: for @func
 *
 * Calls @func for the rooms whose log is on disk.
 */
void
hw_lobby_foreach (HwLobby *self, const char *after, HwLobbyFunc func, gpointer user_data)
{
  GTreeNode *node
      = after ? g_tree_upper_bound (self->by_name, after) : g_tree_node_first (self->by_name);

  for (; node; node = g_tree_node_next (node))
    {
      HwRoom *room = g_tree_node_value (node);

      if (room->state != HW_ROOM_COMING && !func (room, user_data))
        return;
    }
}

/**
 * hw_lobby_reserve:
 * @self: a lobby
 * @name: the normalised name of a room that is not there
 *
 * Takes the name.
 *
 * Returns: (transfer none): the room that is coming
 */
HwRoom *
hw_lobby_reserve (HwLobby *self, const char *name)
{
  HwRoom *room = hw_room_new (self, name);

  g_tree_insert (self->by_name, room->folded, room);
  return room;
}

/**
 * hw_lobby_open:
 * @self: a lobby
 * @room: one that is coming
 * @info: its log
 */
void
hw_lobby_open (HwLobby *self, HwRoom *room, const HwLogInfo *info)
{
  hw_room_set_info (room, info);
  hw_room_set_state (room, HW_ROOM_OPEN, "its log is on disk");
  g_hash_table_insert (self->by_log, &room->log, room);
}

/* A client that has too much waiting is told later. */
static void
send_to_watcher (
    HwLobby *self, HwClient *client, const char *folded, const char *name, HwBuffer *event)
{
  GHashTable *missed;

  if (hw_connection_get_queued (&client->connection) + event->length <= HW_QUEUE_MAX)
    {
      hw_client_send (client, event);
      return;
    }
  missed = g_hash_table_lookup (self->missed, client);
  if (!missed)
    {
      missed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (self->missed, client, missed);
    }
  g_hash_table_insert (missed, g_strdup (folded), g_strdup (name));
  client->lagging = TRUE;
}

static HwBuffer *
new_event (HwRoom *room, const char *name)
{
  HwJsonWriter writer;

  hw_event_begin (&writer, room ? "room" : "room-gone");
  if (room)
    hw_lobby_write_row (&writer, room);
  else
    hw_json_string (&writer, "room", name);
  return hw_event_end (&writer);
}

/**
 * hw_lobby_remove:
 * @self: a lobby
 * @room: one that is closed, or could not be opened
 *
 * The name is free from now on.
 */
void
hw_lobby_remove (HwLobby *self, HwRoom *room)
{
  g_autoptr (HwBuffer) event = new_event (NULL, room->name);

  hw_timer_wheel_clear (hw_lobby_get_wheel (self), &room->watch_timer);
  if (room->state != HW_ROOM_COMING)
    {
      g_hash_table_remove (self->by_log, &room->log);
      for (guint i = 0; i < self->watchers->len; i++)
        send_to_watcher (self, self->watchers->pdata[i], room->folded, room->name, event);
    }
  hw_room_set_state (room, HW_ROOM_CLOSED, "it is no longer in the lobby");
  g_tree_remove (self->by_name, room->folded);
}

/**
 * hw_lobby_watch:
 * @self: a lobby
 * @client: (transfer none): who
 * @watch: whether it is told of every change from now on; to be ended before the client is gone
 */
void
hw_lobby_watch (HwLobby *self, HwClient *client, gboolean watch)
{
  if (client->watching == watch)
    return;
  client->watching = watch;
  if (watch)
    {
      g_ptr_array_add (self->watchers, client);
      return;
    }
  g_ptr_array_remove_fast (self->watchers, client);
  g_hash_table_remove (self->missed, client);
}

/**
 * hw_lobby_catch_up:
 * @self: a lobby
 * @client: one whose connection has taken all that waited for it
 *
 * Tells it of the rooms that it was not told of meanwhile; of those that are too many the next
 * time.
 */
void
hw_lobby_catch_up (HwLobby *self, HwClient *client)
{
  g_autoptr (GHashTable) missed = g_hash_table_lookup (self->missed, client);
  GHashTableIter iter;
  gpointer folded;
  gpointer name;

  if (!missed)
    return;
  g_hash_table_steal (self->missed, client);
  g_hash_table_iter_init (&iter, missed);
  while (g_hash_table_iter_next (&iter, &folded, &name))
    {
      HwRoom *room = hw_lobby_find (self, folded);
      g_autoptr (HwBuffer) event
          = new_event (room && room->state != HW_ROOM_COMING ? room : NULL, name);

      send_to_watcher (self, client, folded, name, event);
    }
}

/**
 * hw_lobby_write_row:
 * @writer: inside an object
 * @room: a room
 *
 * Writes what the lobby tells of a room.
 */
void
hw_lobby_write_row (HwJsonWriter *writer, HwRoom *room)
{
  hw_json_string (writer, "room", room->name);
  hw_json_string (writer, "topic", room->topic);
  hw_json_int (writer, "members", room->members->len);
  hw_json_int (writer, "created", room->created);
  hw_json_int (writer, "last", room->last_at);
  hw_json_bool (writer, "locked", room->password != NULL);
}

static void
on_watch_timer (HwTimer *timer)
{
  HwRoom *room = HW_OWNER (timer, HwRoom, watch_timer);

  if (!room->changed)
    return;
  room->changed = FALSE;
  hw_lobby_room_changed (room->lobby, room);
}

/* Once for all that happened to a room in this turn. */
static void
on_turn (HwTurn *turn)
{
  HwLobby *self = HW_OWNER (turn, HwLobby, turn);

  for (guint i = 0; i < self->changed->len; i++)
    {
      HwRoom *room = self->changed->pdata[i];
      g_autoptr (HwBuffer) event = NULL;

      if (room->state == HW_ROOM_CLOSED)
        continue;
      room->changed = FALSE;
      event = new_event (room, NULL);
      for (guint k = 0; k < self->watchers->len; k++)
        send_to_watcher (self, self->watchers->pdata[k], room->folded, room->name, event);
      hw_timer_wheel_set (hw_lobby_get_wheel (self), &room->watch_timer, WATCH_INTERVAL,
                          on_watch_timer);
    }
  g_ptr_array_set_size (self->changed, 0);
}

/**
 * hw_lobby_room_changed:
 * @self: a lobby
 * @room: one whose row has changed
 *
 * Tells the watchers, at the end of this turn or when a second has passed since they were last
 * told.
 */
void
hw_lobby_room_changed (HwLobby *self, HwRoom *room)
{
  if (self->watchers->len == 0 || room->changed || room->state == HW_ROOM_COMING
      || room->state == HW_ROOM_CLOSED)
    return;
  room->changed = TRUE;
  if (hw_timer_is_set (&room->watch_timer))
    return;
  g_ptr_array_add (self->changed, hw_room_ref (room));
  hw_poller_ask_turn (self->poller, &self->turn);
}

/**
 * hw_lobby_room_dirty:
 * @self: a lobby
 * @room: one that has events of this commit
 */
void
hw_lobby_room_dirty (HwLobby *self, HwRoom *room)
{
  if (room->dirty)
    return;
  room->dirty = TRUE;
  g_ptr_array_add (self->dirty, hw_room_ref (room));
}

static void
flush_room (HwRoom *room, gint64 now)
{
  room->dirty = FALSE;
  if (!room->pending)
    return;
  room->flushed_at = now;
  hw_room_flush (room);
}

static void
on_pace_timer (HwTimer *timer)
{
  hw_lobby_flush (HW_OWNER (timer, HwLobby, pace_timer));
}

/**
 * hw_lobby_commit:
 * @self: a lobby
 *
 * A commit was handed over whole: the rooms' events leave. Those of a large room whose last ones
 * have only just left wait for what else is said meanwhile, a tick of the wheel at most: what
 * sending costs is the sends, whatever is in them.
 */
void
hw_lobby_commit (HwLobby *self)
{
  gint64 now = g_get_monotonic_time ();
  guint n_waiting = 0;

  for (guint i = 0; i < self->dirty->len; i++)
    {
      HwRoom *room = self->dirty->pdata[i];

      if (room->pending && hw_room_is_large (room, 0)
          && now - room->flushed_at < HW_TIMER_TICK * 1000)
        {
          self->dirty->pdata[i] = self->dirty->pdata[n_waiting];
          self->dirty->pdata[n_waiting++] = room;
          continue;
        }
      flush_room (room, now);
    }
  g_ptr_array_set_size (self->dirty, (int) n_waiting);
  if (n_waiting > 0 && !hw_timer_is_set (&self->pace_timer))
    hw_timer_wheel_set (hw_lobby_get_wheel (self), &self->pace_timer, 0, on_pace_timer);
}

/**
 * hw_lobby_flush:
 * @self: a lobby
 *
 * Whatever is on its way to the members leaves now.
 */
void
hw_lobby_flush (HwLobby *self)
{
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < self->dirty->len; i++)
    flush_room (self->dirty->pdata[i], now);
  g_ptr_array_set_size (self->dirty, 0);
}
