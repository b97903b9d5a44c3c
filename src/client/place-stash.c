/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a place has beyond one start of the program: messages on their way, whispers, drafts. It is
 * opened once we know who we are there, and until it is open nothing goes out and no whisper is
 * taken, so that what is older comes first. */

#include "hallway-config.h"

#include "history-private.h"
#include "place-private.h"
#include "room-private.h"
#include "transfers-private.h"
#include "whisper-private.h"

#include "protocol/name.h"

static void
on_kept (HwOutbox *outbox, gpointer data, HwPlace *self)
{
  const HwOutboxItem *item = data;
  HwRoom *room = item->whisper ? NULL : g_hash_table_lookup (self->by_name, item->room);

  if (room)
    hw_room_show_item (room, item);
  else if (item->whisper)
    hw_whisper_show (hw_place_open_whisper (self, item->name), item);
}

static void
on_trouble (HwOutbox *outbox, const GError *error, HwPlace *self)
{
  if (error)
    g_message ("What is written at %s is not kept: %s", self->address_text, error->message);
  hw_place_set_trouble (self, error);
}

static void
on_log_trouble (const GError *error, gpointer user_data)
{
  on_trouble (NULL, error, user_data);
}

/**
 * hw_place_init_stash:
 * @self: a place in its making
 */
void
hw_place_init_stash (HwPlace *self)
{
  self->whisper_log = hw_whisper_log_new (on_log_trouble, self);
  self->drafts = hw_drafts_new ();
  self->late_whispers = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_signal_connect_object (self->outbox, "kept", G_CALLBACK (on_kept), self, 0);
  g_signal_connect_object (self->outbox, "trouble", G_CALLBACK (on_trouble), self, 0);
}

/**
 * hw_place_clear_stash:
 * @self: a place at its end
 */
void
hw_place_clear_stash (HwPlace *self)
{
  g_clear_pointer (&self->whisper_log, hw_whisper_log_free);
  g_clear_pointer (&self->drafts, hw_drafts_free);
  g_clear_pointer (&self->late_whispers, g_ptr_array_unref);
  g_clear_pointer (&self->rooms_before, g_ptr_array_unref);
  g_clear_object (&self->stash);
}

/* Nothing is being opened any more. */
static void
stop_opening (HwPlace *self)
{
  g_cancellable_cancel (self->unstashing);
  g_clear_object (&self->unstashing);
  self->opening = FALSE;
  hw_outbox_set_opens (self->outbox, FALSE);
}

static void
let_go (HwPlace *self)
{
  /* The session goes on under another name */
  if (self->stashed && self->token)
    hw_stashed_keep_session (self->stashed, NULL);
  g_clear_pointer (&self->stashed, hw_stashed_free);
  g_clear_pointer (&self->stashed_as, g_free);
}

/**
 * hw_place_close_stash:
 * @self: a place that was left
 *
 * What is kept stays on disk, and is here no more.
 */
void
hw_place_close_stash (HwPlace *self)
{
  stop_opening (self);
  g_ptr_array_set_size (self->late_whispers, 0);
  hw_outbox_close (self->outbox);
  hw_whisper_log_close (self->whisper_log);
  hw_file_record_close (hw_transfers_get_record (self->transfers));
  hw_drafts_close (self->drafts, FALSE);
  let_go (self);
  hw_place_set_trouble (self, NULL);
}

static void
on_forget (HwStash *stash, const char *id, HwPlace *self)
{
  if (g_strcmp0 (id, self->id) != 0)
    return;
  hw_outbox_detach (self->outbox, FALSE);
  hw_whisper_log_close (self->whisper_log);
  hw_file_record_close (hw_transfers_get_record (self->transfers));
  hw_drafts_close (self->drafts, TRUE);
  let_go (self);
}

/* Whispers of this session are kept from now on, or no more. */
static void
on_keeps_whispers_changed (HwStash *stash, GParamSpec *pspec, HwPlace *self)
{
  GListModel *whispers = G_LIST_MODEL (self->whispers);
  g_autoptr (GPtrArray) nothing = NULL;

  hw_whisper_log_close (self->whisper_log);
  hw_file_record_close (hw_transfers_get_record (self->transfers));
  if (!hw_stash_get_keeps_whispers (stash) || !self->stashed)
    return;
  nothing = g_ptr_array_new ();
  hw_file_record_open (hw_transfers_get_record (self->transfers), hw_stash_get_thread (stash),
                       self->stashed->files.path, nothing, 0, FALSE);
  hw_whisper_log_open (self->whisper_log, hw_stash_get_thread (stash), self->stashed->whispers.path,
                       nothing, 0, FALSE);
  for (guint i = 0; i < g_list_model_get_n_items (whispers); i++)
    {
      g_autoptr (HwWhisper) whisper = g_list_model_get_item (whispers, i);

      hw_whisper_log_all (whisper);
    }
}

/**
 * hw_place_set_stash:
 * @self: an idle place
 * @stash: (nullable) (transfer none): where this computer keeps what belongs to places
 */
void
hw_place_set_stash (HwPlace *self, HwStash *stash)
{
  g_return_if_fail (HW_IS_PLACE (self));
  g_return_if_fail (self->stash == NULL);

  if (!g_set_object (&self->stash, stash) || !stash)
    return;
  g_signal_connect_object (stash, "forget", G_CALLBACK (on_forget), self, 0);
  g_signal_connect_object (stash, "notify::keeps-whispers", G_CALLBACK (on_keeps_whispers_changed),
                           self, 0);
}

/**
 * hw_place_keeps_unsaved:
 * @self: a place
 *
 * Returns: whether messages that are not saved by the server survive that we leave
 */
gboolean
hw_place_keeps_unsaved (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), FALSE);

  return hw_outbox_is_open (self->outbox);
}

/**
 * hw_place_set_draft:
 * @self: a place
 * @conversation: its name, of a room or of our own making, in any spelling
 * @text: what stands in its entry
 */
void
hw_place_set_draft (HwPlace *self, const char *conversation, const char *text)
{
  g_return_if_fail (HW_IS_PLACE (self));

  hw_drafts_set (self->drafts, conversation, text ? text : "");
}

/**
 * hw_place_get_draft:
 * @self: a place
 * @conversation: as it was given to hw_place_set_draft(), in any spelling
 *
 * Returns: (transfer none) (nullable): what was being written there
 */
const char *
hw_place_get_draft (HwPlace *self, const char *conversation)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return hw_drafts_get (self->drafts, conversation);
}

typedef struct
{
  HwPlace *place;
  HwRoom *room;         /* (nullable): whose messages are wanted */
  const char *whispers; /* (nullable): folded, of whom */
  GPtrArray *rooms;     /* (nullable): of names: where something waits */
  GPtrArray *known;     /* (nullable): of keys: what the log of whispers has */
  GPtrArray *people;    /* (nullable): of names: for whom something is here */
} Search;

static void
on_item_of_room (const HwOutboxItem *item, gpointer user_data)
{
  Search *search = user_data;

  if (item->kept && !item->whisper && g_str_equal (item->room, hw_room_get_folded (search->room)))
    g_ptr_array_add (search->known, g_strdup (item->key));
}

/**
 * hw_place_show_waiting:
 * @self: a place
 * @room: one of its rooms
 *
 * Shows in it what waits for it, or could not be sent.
 */
void
hw_place_show_waiting (HwPlace *self, HwRoom *room)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  Search search = { .place = self, .room = room, .known = keys };

  hw_outbox_foreach (self->outbox, on_item_of_room, &search);
  for (guint i = 0; i < keys->len; i++)
    {
      const HwOutboxItem *item = hw_outbox_find (self->outbox, keys->pdata[i]);

      if (item)
        hw_room_show_item (room, item);
    }
}

static void
on_item_of_person (const HwOutboxItem *item, gpointer user_data)
{
  Search *search = user_data;

  if (item->kept && item->whisper && g_str_equal (item->room, search->whispers))
    g_ptr_array_add (search->known, g_strdup (item->key));
}

/**
 * hw_place_restore_whisper:
 * @self: a place
 * @whisper: a conversation that was just opened
 *
 * Puts into it what is kept of it.
 */
void
hw_place_restore_whisper (HwPlace *self, HwWhisper *whisper)
{
  const char *name = hw_whisper_get_name (whisper);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  Search search = { .place = self, .whispers = hw_whisper_get_folded (whisper), .known = keys };
  guint64 last_read = 0;
  GPtrArray *entries = hw_whisper_log_find (self->whisper_log, name, &last_read);

  if (entries && hw_whisper_is_empty (whisper))
    hw_whisper_restore (whisper, entries, last_read);
  hw_whisper_log_set_closed (self->whisper_log, name, FALSE);
  hw_outbox_foreach (self->outbox, on_item_of_person, &search);
  for (guint i = 0; i < keys->len; i++)
    {
      const HwOutboxItem *item = hw_outbox_find (self->outbox, keys->pdata[i]);

      if (item)
        hw_whisper_show (whisper, item);
    }
}

static void
on_talk (const char *name, GPtrArray *entries, guint64 last_read, gpointer user_data)
{
  Search *search = user_data;

  g_ptr_array_add (search->people, g_strdup (name));
}

static void
on_any_item (const HwOutboxItem *item, gpointer user_data)
{
  Search *search = user_data;

  if (item->whisper && hw_whisper_log_has_key (search->place->whisper_log, item->key))
    g_ptr_array_add (search->known, g_strdup (item->key));
  else if (item->whisper)
    g_ptr_array_add (search->people, g_strdup (item->name));
  else if (item->kept)
    {
      HwRoom *room = g_hash_table_lookup (search->place->by_name, item->room);

      /* What does not go out by itself is no reason to go anywhere. */
      if (!item->problem || (room && hw_place_is_joined (search->place, room)))
        g_ptr_array_add (search->rooms, g_strdup (item->name));
    }
}

static gboolean
restore_room (HwPlace *self, const char *name)
{
  HwRoom *room = hw_place_ensure_room (self, name);

  hw_place_show_waiting (self, room);
  if (hw_place_is_joined (self, room) || hw_room_get_state (room) == HW_ROOM_JOINING)
    return FALSE;
  hw_room_set_state (room, HW_ROOM_JOINING, NULL);
  g_list_store_append (self->joined, room);
  if (self->step == HW_STEP_READY)
    hw_place_enter_again (self, room);
  return TRUE;
}

/* Brings back what the files said, and tells whether somebody should look at it. */
static gboolean
restore (HwPlace *self)
{
  g_autoptr (GPtrArray) rooms = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func (g_free);
  Search search = { .place = self, .rooms = rooms, .people = people, .known = known };
  gboolean wanted = FALSE;

  hw_whisper_log_foreach_open (self->whisper_log, on_talk, &search);
  hw_outbox_foreach (self->outbox, on_any_item, &search);
  /* The crash came between the two files: it was whispered. */
  for (guint i = 0; i < known->len; i++)
    hw_outbox_remove (self->outbox, known->pdata[i]);
  for (guint i = 0; i < people->len; i++)
    {
      HwWhisper *whisper = hw_place_open_whisper (self, people->pdata[i]);

      hw_place_restore_whisper (self, whisper);
      wanted = wanted || hw_whisper_get_unread (whisper) > 0
               || hw_history_get_n_unsaved (hw_whisper_get_history (whisper)) > 0;
    }
  for (guint i = 0; i < rooms->len; i++)
    wanted = restore_room (self, rooms->pdata[i]) || wanted;
  return wanted;
}

static void
take_late_whispers (HwPlace *self)
{
  g_autoptr (GPtrArray) events = g_steal_pointer (&self->late_whispers);

  self->late_whispers = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  for (guint i = 0; i < events->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!hw_place_take_whisper (self, events->pdata[i], &error))
        {
          hw_place_violated (self, error);
          return;
        }
    }
}

static void
on_received (const char *folded, const char *key, gpointer user_data)
{
  HwPlace *self = user_data;

  hw_seen_add (self->seen, folded, key, g_get_monotonic_time ());
}

static void
take_stashed (HwPlace *self, HwStashed *stashed)
{
  HwFileThread *thread = hw_stash_get_thread (self->stash);

  self->stashed = stashed;
  hw_place_set_trouble (self, NULL);
  hw_place_keep_session (self);
  hw_outbox_open (self->outbox, thread, stashed->outbox.path, stashed->outbox.lines,
                  stashed->outbox.size, stashed->outbox.damaged);
  hw_drafts_open (self->drafts, thread, stashed->drafts.path, stashed->drafts.lines);
  if (stashed->whispers.lines && hw_stash_get_keeps_whispers (self->stash))
    {
      hw_whisper_log_open (self->whisper_log, thread, stashed->whispers.path,
                           stashed->whispers.lines, stashed->whispers.size,
                           stashed->whispers.damaged);
      hw_file_record_open (hw_transfers_get_record (self->transfers), thread, stashed->files.path,
                           stashed->files.lines, stashed->files.size, stashed->files.damaged);
    }
  /* The server, or their author, may not know yet that they came. */
  hw_whisper_log_foreach_received (self->whisper_log, on_received, self);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HwPlace) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HwStashed) stashed = hw_stash_open_finish (HW_STASH (source), result, &error);
  gboolean wanted = FALSE;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->unstashing);
  if (stashed)
    {
      take_stashed (self, g_steal_pointer (&stashed));
      hw_place_emit_drafts_restored (self);
      wanted = restore (self);
    }
  else
    {
      g_message ("Nothing is kept of %s: %s", self->address_text, error->message);
      hw_outbox_forget_old (self->outbox);
      hw_outbox_set_opens (self->outbox, FALSE);
      hw_place_set_trouble (self, error);
    }
  self->opening = FALSE;
  take_late_whispers (self);
  hw_place_pump_outbox (self);
  hw_place_resume_whispers (self);
  if (wanted)
    hw_place_emit_restored (self);
}

/**
 * hw_place_open_stash:
 * @self: a place that knows who we are there
 *
 * Opens what is kept of us there, unless it is open. What was said under another name in this
 * session and still waits goes on under this one.
 */
void
hw_place_open_stash (HwPlace *self)
{
  g_autofree char *folded = NULL;
  g_autofree char *whose = NULL;

  if (!self->id || !self->name)
    return;
  hw_outbox_set_author (self->outbox, self->name);
  if (!self->stash)
    return;
  /* A guest without a name of their own is another Guest each time. */
  folded = self->wanted_name ? hw_name_fold (self->name) : g_strdup ("");
  whose = g_strconcat (self->id, "\n", folded, NULL);
  if (g_strcmp0 (self->stashed_as, whose) == 0)
    return;
  stop_opening (self);
  hw_outbox_detach (self->outbox, TRUE);
  hw_whisper_log_close (self->whisper_log);
  hw_file_record_close (hw_transfers_get_record (self->transfers));
  hw_drafts_close (self->drafts, TRUE);
  let_go (self);
  self->stashed_as = g_steal_pointer (&whose);
  self->opening = TRUE;
  hw_outbox_set_opens (self->outbox, TRUE);
  self->unstashing = g_cancellable_new ();
  hw_stash_open_async (self->stash, self->id, folded, self->unstashing, on_opened,
                       g_object_ref (self));
}
