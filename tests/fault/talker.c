/* SPDX-License-Identifier: GPL-3.0-or-later */

/* talker ADDRESS NAME OTHER FOLDER RUN PAUSE: a person at a place, without a window. It types into
 * two rooms and whispers to OTHER, now and then leaves a room, allows direct connections or forbids
 * them, and comes back to everything by itself. What it has seen of its own words goes to standard
 * output at once, a line each, so that whoever kills it knows what must not be lost:
 *
 *   typed ID            handed to the library
 *   shown WHERE ID      seen in the history of a room, or, as "/", in the whispers
 *   entry {…}           of the dump: what the histories have, whole
 *   dumped              the end of it
 *
 * and what it is to do comes by standard input: "stop" typing, "dump", "quit". */

#include "client/history-private.h"
#include "client/place-private.h"
#include "client/whisper-private.h"

#include "protocol/error.h"
#include "protocol/json-writer.h"

#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const rooms[] = { "tea", "exam" };

typedef struct
{
  GMainLoop *loop;
  HwPlace *place;
  const char *name;
  const char *other;
  const char *run;
  guint pause; /* mean milliseconds between two messages */
  guint number;
  gboolean typing;
  gboolean dumping;
  gboolean quitting;
  gboolean direct;
  char *identities;
  gboolean joining[G_N_ELEMENTS (rooms)];
  gint64 away_until[G_N_ELEMENTS (rooms)];
  guint64 told[G_N_ELEMENTS (rooms)]; /* of the dump: up to which seq */
  GHashTable *watched;                /* HwHistory that we listen to */
  GHashTable *shown;                  /* keys that were told */
  GIOChannel *input;
} Talker;

static void G_GNUC_PRINTF (1, 2) tell (const char *format, ...)
{
  g_autofree char *text = NULL;
  gsize done = 0;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  while (done < strlen (text))
    {
      gssize n = write (STDOUT_FILENO, text + done, strlen (text + done));

      if (n < 0)
        exit (2);
      done += n;
    }
}

/* The first word of what we said: its number. */
static char *
get_id (HwEntry *entry)
{
  const char *text = hw_entry_get_text (entry);

  return g_strndup (text, strcspn (text, " \n"));
}

static void
look_at (Talker *self, HwHistory *history, const char *where)
{
  for (guint i = 0; i < hw_history_get_n_unsaved (history); i++)
    {
      HwEntry *entry = hw_history_get_unsaved (history, i);
      g_autofree char *id = NULL;

      if (!g_hash_table_add (self->shown, g_strdup (hw_entry_get_key (entry))))
        continue;
      id = get_id (entry);
      tell ("shown %s %s\n", where, id);
    }
}

typedef struct
{
  Talker *talker;
  const char *where;
} Watch;

static void
on_items_changed (HwHistory *history, guint position, guint removed, guint added, Watch *watch)
{
  look_at (watch->talker, history, watch->where);
}

static void
watch (Talker *self, HwHistory *history, const char *where)
{
  Watch *data;

  if (!g_hash_table_add (self->watched, g_object_ref (history)))
    return;
  data = g_new (Watch, 1);
  *data = (Watch){ self, where };
  g_signal_connect_data (history, "items-changed", G_CALLBACK (on_items_changed), data,
                         (GClosureNotify) (void (*) (void)) g_free, 0);
  look_at (self, history, where);
}

static HwRoom *
find_inside (Talker *self, guint i)
{
  HwRoom *room = hw_place_find_room (self->place, rooms[i]);

  return room && hw_room_get_state (room) == HW_ROOM_INSIDE ? room : NULL;
}

/* Whether @room is one of those that we are in, or come back to. */
static gboolean
is_joined (Talker *self, HwRoom *room)
{
  GListModel *joined = hw_place_get_joined (self->place);

  for (guint i = 0; i < g_list_model_get_n_items (joined); i++)
    {
      g_autoptr (HwRoom) one = g_list_model_get_item (joined, i);

      if (one == room)
        return TRUE;
    }
  return FALSE;
}

static char *
make_text (Talker *self)
{
  static const char *const ends[] = { "", " yes", "\nand a second line", " ☕ 茶 תה", " \"{}\\" };
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%s-%s-%u", self->name, self->run, ++self->number);
  g_string_append (text, ends[g_random_int_range (0, G_N_ELEMENTS (ends))]);
  if (g_random_int_range (0, 8) == 0)
    g_string_append_c (text, ' ');
  if (text->str[text->len - 1] == ' ')
    for (gint i = g_random_int_range (0, 1500); i > 0; i--)
      g_string_append (text, "word ");
  return g_strchomp (g_string_free (text, FALSE));
}

static void
say_something (Talker *self)
{
  guint i = g_random_int_range (0, G_N_ELEMENTS (rooms));
  HwRoom *room = hw_place_find_room (self->place, rooms[i]);
  gboolean whisper = g_random_int_range (0, 3) == 0;
  g_autofree char *text = NULL;

  /* Nobody can type before they have been there, and what is refused at once because too much waits
   * already is no more kept than what stands in an entry. */
  if (!hw_place_keeps_unsaved (self->place) || (!whisper && (!room || !is_joined (self, room)))
      || !hw_place_check_text (self->place, "?", NULL))
    return;
  text = make_text (self);
  tell ("typed %.*s\n", (int) strcspn (text, " \n"), text);
  if (whisper)
    {
      HwWhisper *talk = hw_place_open_whisper (self->place, self->other);

      watch (self, hw_whisper_get_history (talk), "/");
      hw_whisper_say (talk, text);
    }
  else
    {
      watch (self, hw_room_get_history (room), rooms[i]);
      hw_room_say (room, text);
    }
}

static void
set_direct (Talker *self, gboolean direct)
{
  self->direct = direct;
  hw_place_set_identities (self->place, direct ? self->identities : NULL);
}

static gboolean
on_type (gpointer user_data)
{
  Talker *self = user_data;

  if (self->typing)
    {
      /* What is allowed counts from the next login on, so it stays forbidden for longer than it is
       * said here. */
      if (g_random_int_range (0, self->direct ? 100 : 10) == 0)
        set_direct (self, !self->direct);
      /* Some speak in bursts. */
      for (gint n = g_random_int_range (0, 20) == 0 ? 12 : 1; n > 0; n--)
        say_something (self);
    }
  g_timeout_add (g_random_int_range (1, 2 * self->pause), on_type, self);
  return G_SOURCE_REMOVE;
}

typedef struct
{
  Talker *talker;
  guint i;
} Join;

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Join *join = user_data;
  g_autoptr (GError) error = NULL;
  HwRoom *room = hw_place_join_finish (HW_PLACE (source), result, &error);

  g_clear_object (&room);
  join->talker->joining[join->i] = FALSE;
  if (g_error_matches (error, HW_ERROR, HW_ERROR_NO_SUCH_ROOM))
    hw_place_create_async (HW_PLACE (source), rooms[join->i], "", NULL, NULL, NULL, NULL);
}

static void
look_after_room (Talker *self, guint i)
{
  HwRoom *room = hw_place_find_room (self->place, rooms[i]);
  gint64 now = g_get_monotonic_time ();

  if (room)
    watch (self, hw_room_get_history (room), rooms[i]);
  if (room && hw_room_get_state (room) == HW_ROOM_REMOVED)
    hw_room_leave_async (room, NULL, NULL, NULL);
  else if (room && self->typing && is_joined (self, room) && g_random_int_range (0, 600) == 0)
    {
      self->away_until[i] = now + g_random_int_range (0, 2000) * 1000;
      hw_room_leave_async (room, NULL, NULL, NULL);
    }
  else if ((!room || hw_room_get_state (room) == HW_ROOM_OUTSIDE) && !self->joining[i]
           && now > self->away_until[i])
    {
      Join *join = g_new (Join, 1);

      *join = (Join){ self, i };
      self->joining[i] = TRUE;
      hw_place_join_async (self->place, rooms[i], NULL, NULL, on_joined, join);
    }
}

static void
look_after_whispers (Talker *self)
{
  GListModel *whispers = hw_place_get_whispers (self->place);

  for (guint i = 0; i < g_list_model_get_n_items (whispers); i++)
    {
      g_autoptr (HwWhisper) whisper = g_list_model_get_item (whispers, i);

      watch (self, hw_whisper_get_history (whisper), "/");
    }
}

/* What a person does whose words were refused: tries again. Returns whether anything waits. */
static gboolean
try_again (HwHistory *history, void (*retry) (gpointer, HwEntry *), gpointer conversation)
{
  guint n = hw_history_get_n_unsaved (history);

  for (guint i = 0; i < n; i++)
    {
      HwEntry *entry = hw_history_get_unsaved (history, i);

      if (entry && hw_entry_get_state (entry) == HW_ENTRY_FAILED)
        retry (conversation, entry);
    }
  return n > 0;
}

static void
dump_entry (HwEntry *entry, const char *where)
{
  g_autoptr (GString) line = g_string_new (NULL);
  HwJsonWriter json;

  hw_json_writer_init (&json, line);
  hw_json_begin_object (&json, NULL);
  hw_json_string (&json, "room", where);
  hw_json_int (&json, "seq", hw_entry_get_seq (entry));
  hw_json_int (&json, "at", hw_entry_get_at (entry));
  hw_json_string (&json, "kind", hw_entry_kind_to_string (hw_entry_get_kind (entry)));
  hw_json_string (&json, "from", hw_entry_get_from (entry));
  hw_json_string (&json, "text", hw_entry_get_text (entry));
  if (hw_entry_get_direct (entry))
    hw_json_bool (&json, "direct", TRUE);
  hw_json_end_object (&json);
  tell ("entry %s\n", line->str);
}

/* A history keeps a bounded number of pages, so a long one is loaded and told bit by bit. Returns
 * whether all is told. */
static gboolean
dump_history (HwHistory *history, const char *where, guint64 *told)
{
  while (*told < hw_history_get_last (history))
    {
      if (!hw_history_is_loaded (history, *told + 1))
        {
          g_object_unref (g_list_model_get_item (G_LIST_MODEL (history), *told));
          if (!hw_history_is_loaded (history, *told + 1))
            return FALSE;
        }
      dump_entry (hw_history_peek (history, *told), where);
      ++*told;
    }
  return TRUE;
}

static void
retry_in_room (gpointer room, HwEntry *entry)
{
  hw_room_retry (room, entry);
}

static void
retry_whisper (gpointer whisper, HwEntry *entry)
{
  hw_whisper_retry (whisper, entry);
}

/* Whether everything that was said is on its place; what was refused is tried again. */
static gboolean
is_settled (Talker *self)
{
  GListModel *whispers = hw_place_get_whispers (self->place);
  gboolean waits = hw_place_get_n_unsaved (self->place) > 0;

  for (guint i = 0; i < G_N_ELEMENTS (rooms); i++)
    {
      HwRoom *room = find_inside (self, i);

      if (!room)
        return FALSE;
      waits = try_again (hw_room_get_history (room), retry_in_room, room) || waits;
    }
  for (guint i = 0; i < g_list_model_get_n_items (whispers); i++)
    {
      g_autoptr (HwWhisper) whisper = g_list_model_get_item (whispers, i);

      waits = try_again (hw_whisper_get_history (whisper), retry_whisper, whisper) || waits;
    }
  return !waits;
}

static void
dump (Talker *self)
{
  GListModel *whispers = hw_place_get_whispers (self->place);

  if (!is_settled (self))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (rooms); i++)
    if (!dump_history (hw_room_get_history (find_inside (self, i)), rooms[i], &self->told[i]))
      return;
  for (guint i = 0; i < g_list_model_get_n_items (whispers); i++)
    {
      g_autoptr (HwWhisper) whisper = g_list_model_get_item (whispers, i);
      guint64 told = 0;

      while (!dump_history (hw_whisper_get_history (whisper), "/", &told))
        g_main_context_iteration (NULL, TRUE);
    }
  self->dumping = FALSE;
  tell ("dumped\n");
}

static gboolean
on_tick (gpointer user_data)
{
  Talker *self = user_data;
  const GError *error = hw_place_get_error (self->place);

  if (self->quitting)
    {
      if (!hw_place_is_saying_goodbye (self->place))
        g_main_loop_quit (self->loop);
      return G_SOURCE_CONTINUE;
    }
  switch (hw_place_get_state (self->place))
    {
    case HW_PLACE_ONLINE:
      for (guint i = 0; i < G_N_ELEMENTS (rooms); i++)
        look_after_room (self, i);
      look_after_whispers (self);
      if (self->typing && g_random_int_range (0, 400) == 0)
        is_settled (self);
      if (self->dumping)
        dump (self);
      break;
    case HW_PLACE_ASKING:
      hw_place_trust (self->place);
      break;
    case HW_PLACE_REFUSED:
      /* Who was killed is still there for the server. */
      if (g_error_matches (error, HW_ERROR, HW_ERROR_NAME_IN_USE) && g_random_int_range (0, 5) == 0)
        hw_place_log_in (self->place, self->name, NULL, FALSE);
      else if (!g_error_matches (error, HW_ERROR, HW_ERROR_NAME_IN_USE)
               && g_random_int_range (0, 5) == 0)
        hw_place_log_in (self->place, self->name, NULL, FALSE);
      break;
    case HW_PLACE_IDLE:
    case HW_PLACE_ENDED:
      if (g_random_int_range (0, 5) == 0)
        hw_place_connect (self->place, self->name, NULL);
      break;
    case HW_PLACE_CONNECTING:
    case HW_PLACE_LOGGING_IN:
    case HW_PLACE_RECONNECTING:
    default:
      break;
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_order (GIOChannel *channel, GIOCondition condition, gpointer user_data)
{
  Talker *self = user_data;
  g_autofree char *line = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    exit (0);
  g_strchomp (line);
  if (g_str_equal (line, "stop"))
    self->typing = FALSE;
  else if (g_str_equal (line, "dump"))
    {
      memset (self->told, 0, sizeof self->told);
      self->dumping = TRUE;
    }
  else if (g_str_equal (line, "quit"))
    {
      self->typing = FALSE;
      self->quitting = TRUE;
      hw_place_disconnect (self->place);
    }
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (HwKnownPlaces) known = NULL;
  g_autoptr (HwStash) stash = NULL;
  g_autofree char *places = NULL;
  g_autofree char *stashed = NULL;
  Talker self = { .typing = TRUE };

  g_assert_cmpint (argc, ==, 7);
  self.name = argv[2];
  self.other = argv[3];
  self.run = argv[5];
  self.pause = atoi (argv[6]);
  places = g_build_filename (argv[4], "places.ini", NULL);
  stashed = g_build_filename (argv[4], "places", NULL);
  known = hw_known_places_new (places);
  stash = hw_stash_new (stashed);
  self.loop = g_main_loop_new (NULL, FALSE);
  self.watched = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self.shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.place = hw_place_new (argv[1], known, NULL);
  hw_place_set_stash (self.place, stash);
  self.identities = g_build_filename (argv[4], "identities", NULL);
  set_direct (&self, TRUE);
  self.input = g_io_channel_unix_new (STDIN_FILENO);
  g_io_channel_set_encoding (self.input, NULL, NULL);
  g_io_channel_set_buffered (self.input, TRUE);
  g_io_add_watch (self.input, G_IO_IN | G_IO_HUP, on_order, &self);
  g_timeout_add (50, on_tick, &self);
  g_timeout_add (self.pause, on_type, &self);
  hw_place_connect (self.place, self.name, NULL);
  g_main_loop_run (self.loop);
  g_clear_object (&self.place);
  g_main_loop_unref (self.loop);
  g_free (self.identities);
  return 0;
}
