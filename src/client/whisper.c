/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A conversation with one person. It numbers what is said by itself, for no server does; ours go
 * out one after the other, each with a key, so that one which was on its way when the link was lost
 * can be sent again without being delivered twice. */

#include "hallway-config.h"

#include "isolate.h"
#include "whisper-private.h"

#include "entry-private.h"
#include "history-private.h"
#include "place-private.h"

#include "protocol/error.h"
#include "protocol/name.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _HwWhisper
{
  GObject parent_instance;

  HwPlace *place; /* weak */
  char *name;
  char *folded;
  HwHistory *history;
  GPtrArray *entries; /* of HwEntry, all of them: no server has them */
  guint unread;
  guint64 last_read;
  char *remark;
  gboolean direct;  /* the last one went from person to person */
  gboolean sending; /* one of ours is under way */
};

G_DEFINE_FINAL_TYPE (HwWhisper, hw_whisper, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_UNREAD,
  PROP_LAST_READ,
  PROP_REMARK,
  PROP_DIRECT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_remark (HwWhisper *self, const char *remark)
{
  if (g_strcmp0 (self->remark, remark) == 0)
    return;
  g_free (self->remark);
  self->remark = g_strdup (remark);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REMARK]);
}

static void
set_read (HwWhisper *self, guint unread, guint64 last_read)
{
  if (self->last_read != last_read)
    {
      self->last_read = last_read;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_READ]);
    }
  if (self->unread != unread)
    {
      self->unread = unread;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNREAD]);
    }
}

static void
set_direct (HwWhisper *self, gboolean direct)
{
  if (self->direct == direct)
    return;
  self->direct = direct;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DIRECT]);
}

/* Theirs after @seq; ours have keys. */
static guint
count_unread (HwWhisper *self, guint64 seq)
{
  guint unread = 0;

  for (guint64 i = seq; i < self->entries->len; i++)
    if (hw_entry_get_key (self->entries->pdata[i]) == NULL)
      unread++;
  return unread;
}

static void
append (HwWhisper *self, HwEntry *entry)
{
  g_ptr_array_add (self->entries, g_object_ref (entry));
  hw_history_append (self->history, entry);
  set_direct (self, hw_entry_get_direct (entry));
  if (self->place != NULL)
    hw_whisper_log_add (self->place->whisper_log, self->name, entry);
}

static void
on_fetch (HwWhisper *self, guint64 after, guint count)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint64 i = after; i < self->entries->len && i < after + count; i++)
    g_ptr_array_add (page, g_object_ref (self->entries->pdata[i]));
  if (page->len > 0)
    hw_history_add_page (self->history, page);
  else
    hw_history_fetch_failed (self->history, after);
}

static HwEntry *
find_waiting (HwWhisper *self)
{
  for (guint i = 0; i < hw_history_get_n_unsaved (self->history); i++)
    {
      HwEntry *entry = hw_history_get_unsaved (self->history, i);

      if (hw_entry_get_state (entry) == HW_ENTRY_UNSAVED)
        return entry;
    }
  return NULL;
}

/* The key of our last one, where it may still be under way: what went from person to person is
 * there. */
static const char *
find_before (HwWhisper *self)
{
  for (guint i = self->entries->len; i > 0; i--)
    {
      HwEntry *entry = self->entries->pdata[i - 1];

      if (hw_entry_get_key (entry) != NULL)
        return hw_entry_get_direct (entry) ? NULL : hw_entry_get_key (entry);
    }
  return NULL;
}

static char *
describe_delivery (HwWhisper *self, const char *delivered)
{
  g_autofree char *name = hw_isolate (self->name);

  if (g_strcmp0 (delivered, "held") == 0)
    return g_strdup_printf (_ ("%s wants to focus. It arrives when that is over."), name);
  if (g_strcmp0 (delivered, "stored") == 0)
    return g_strdup_printf (_ ("%s is not here. It arrives when they come."), name);
  return NULL;
}

static void
settle (HwWhisper *self, const char *key)
{
  if (self->place != NULL)
    hw_outbox_remove (self->place->outbox, key);
}

static void
refuse (HwWhisper *self, const char *key, const char *problem)
{
  HwEntry *entry = hw_history_find_unsaved (self->history, key);

  if (self->place != NULL)
    hw_outbox_set_problem (self->place->outbox, key, problem);
  if (entry != NULL)
    hw_history_set_failed (self->history, entry, problem);
}

typedef struct
{
  HwWhisper *whisper;
  char *key;
} Sent;

static void
sent_free (Sent *sent)
{
  g_object_unref (sent->whisper);
  g_free (sent->key);
  g_free (sent);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sent, sent_free)

static void
on_logged (gpointer data)
{
  g_autoptr (Sent) sent = data;

  settle (sent->whisper, sent->key);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Sent) sent = data;
  g_autoptr (HwWhisper) self = g_object_ref (sent->whisper);
  HwPlace *place = HW_PLACE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_send_whisper_finish (place, result, &error);
  HwEntry *entry = hw_history_find_unsaved (self->history, sent->key);

  self->sending = FALSE;
  if (reply != NULL)
    {
      gint64 at = json_object_get_int_member_with_default (reply, "at", 0);
      const char *delivered = json_object_get_string_member_with_default (reply, "delivered", NULL);
      gboolean direct = g_strcmp0 (delivered, "direct") == 0;
      g_autofree char *remark = describe_delivery (self, delivered);

      if (entry != NULL)
        {
          g_autoptr (HwEntry) saved
              = hw_entry_new_saved_copy (entry, self->entries->len + 1,
                                         at > 0 ? at : hw_entry_get_at (entry));

          hw_entry_set_direct (saved, direct);
          append (self, saved);
        }
      /* A crash in between leaves it in both files, and not in neither. */
      hw_whisper_log_when_written (place->whisper_log, on_logged, g_steal_pointer (&sent));
      set_remark (self, remark);
    }
  else if (!g_error_matches (error, HW_ERROR, HW_ERROR_FAILED)
           && !g_error_matches (error, HW_ERROR, HW_ERROR_SLOW_DOWN))
    refuse (self, sent->key, error->message);
  /* What got no answer goes out again, with its key: now, or once the link is back. */
  hw_whisper_pump (self);
}

static void
hw_whisper_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HwWhisper *self = HW_WHISPER (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    case PROP_LAST_READ:
      g_value_set_uint64 (value, self->last_read);
      break;
    case PROP_REMARK:
      g_value_set_string (value, self->remark);
      break;
    case PROP_DIRECT:
      g_value_set_boolean (value, self->direct);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hw_whisper_dispose (GObject *object)
{
  HwWhisper *self = HW_WHISPER (object);

  g_signal_handlers_disconnect_by_data (self->history, self);
  g_clear_weak_pointer (&self->place);

  G_OBJECT_CLASS (hw_whisper_parent_class)->dispose (object);
}

static void
hw_whisper_finalize (GObject *object)
{
  HwWhisper *self = HW_WHISPER (object);

  g_clear_object (&self->history);
  g_ptr_array_unref (self->entries);
  g_free (self->name);
  g_free (self->folded);
  g_free (self->remark);

  G_OBJECT_CLASS (hw_whisper_parent_class)->finalize (object);
}

static void
hw_whisper_class_init (HwWhisperClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = hw_whisper_dispose;
  object_class->finalize = hw_whisper_finalize;
  object_class->get_property = hw_whisper_get_property;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_LAST_READ]
      = g_param_spec_uint64 ("last-read", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_REMARK] = g_param_spec_string ("remark", NULL, NULL, NULL, flags);
  properties[PROP_DIRECT] = g_param_spec_boolean ("direct", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hw_whisper_init (HwWhisper *self)
{
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
  self->history = hw_history_new (0);
  g_signal_connect_swapped (self->history, "fetch", G_CALLBACK (on_fetch), self);
}

/**
 * hw_whisper_new:
 * @place: (transfer none): where we meet
 * @name: who the other one is
 *
 * Returns: (transfer full): a conversation in which nothing was said yet
 */
HwWhisper *
hw_whisper_new (HwPlace *place, const char *name)
{
  HwWhisper *self = g_object_new (HW_TYPE_WHISPER, NULL);

  g_set_weak_pointer (&self->place, place);
  self->name = g_strdup (name);
  self->folded = hw_name_fold (name);
  return self;
}

const char *
hw_whisper_get_name (HwWhisper *self)
{
  g_return_val_if_fail (HW_IS_WHISPER (self), NULL);

  return self->name;
}

/**
 * hw_whisper_get_folded:
 * @self: a whisper
 *
 * Returns: the other's name, as names are compared
 */
const char *
hw_whisper_get_folded (HwWhisper *self)
{
  return self->folded;
}

HwPlace *
hw_whisper_get_place (HwWhisper *self)
{
  g_return_val_if_fail (HW_IS_WHISPER (self), NULL);

  return self->place;
}

HwHistory *
hw_whisper_get_history (HwWhisper *self)
{
  g_return_val_if_fail (HW_IS_WHISPER (self), NULL);

  return self->history;
}

guint
hw_whisper_get_unread (HwWhisper *self)
{
  g_return_val_if_fail (HW_IS_WHISPER (self), 0);

  return self->unread;
}

guint64
hw_whisper_get_last_read (HwWhisper *self)
{
  g_return_val_if_fail (HW_IS_WHISPER (self), 0);

  return self->last_read;
}

const char *
hw_whisper_get_remark (HwWhisper *self)
{
  g_return_val_if_fail (HW_IS_WHISPER (self), NULL);

  return self->remark;
}

gboolean
hw_whisper_get_direct (HwWhisper *self)
{
  g_return_val_if_fail (HW_IS_WHISPER (self), FALSE);

  return self->direct;
}

/**
 * hw_whisper_restore:
 * @self: a whisper in which nothing was said yet
 * @entries: (transfer none) (element-type HwEntry): what was said before this start
 * @last_read: the last one that the person saw
 */
void
hw_whisper_restore (HwWhisper *self, GPtrArray *entries, guint64 last_read)
{
  g_return_if_fail (self->entries->len == 0);

  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (self->entries, g_object_ref (entries->pdata[i]));
  hw_history_set_last (self->history, self->entries->len);
  if (self->entries->len > 0)
    set_direct (self, hw_entry_get_direct (self->entries->pdata[self->entries->len - 1]));
  last_read = MIN (last_read, self->entries->len);
  set_read (self, count_unread (self, last_read), last_read);
}

/**
 * hw_whisper_log_all:
 * @self: a whisper
 *
 * Lets the place's log have all that was said.
 */
void
hw_whisper_log_all (HwWhisper *self)
{
  for (guint i = 0; i < self->entries->len && self->place != NULL; i++)
    hw_whisper_log_add (self->place->whisper_log, self->name, self->entries->pdata[i]);
  if (self->place != NULL)
    hw_whisper_log_set_read (self->place->whisper_log, self->name, self->last_read);
}

/**
 * hw_whisper_is_empty:
 * @self: a whisper
 *
 * Returns: whether nothing was said yet that arrived
 */
gboolean
hw_whisper_is_empty (HwWhisper *self)
{
  return self->entries->len == 0;
}

/**
 * hw_whisper_show:
 * @self: a whisper
 * @item: (transfer none): one of ours that waits, or could not be sent
 *
 * Shows it, if it is not shown, and sends it when that can be.
 */
void
hw_whisper_show (HwWhisper *self, const HwOutboxItem *item)
{
  g_autoptr (HwEntry) entry = NULL;
  const char *from;

  if (hw_history_find_unsaved (self->history, item->key) != NULL)
    return;
  from = hw_place_get_name (self->place) != NULL ? hw_place_get_name (self->place) : "";
  entry = hw_entry_new_message (item->at, from, item->text, item->key);
  hw_history_add_unsaved (self->history, entry);
  if (item->problem != NULL)
    hw_history_set_failed (self->history, entry, item->problem);
  hw_whisper_pump (self);
}

/**
 * hw_whisper_give_up:
 * @self: a whisper
 * @problem: why what waits is not sent by itself
 */
void
hw_whisper_give_up (HwWhisper *self, const char *problem)
{
  HwEntry *entry;

  while ((entry = find_waiting (self)) != NULL)
    refuse (self, hw_entry_get_key (entry), problem);
}

/**
 * hw_whisper_take:
 * @self: a whisper
 * @text: what the other one whispered
 * @at: when, milliseconds since 1970 UTC
 * @key: (nullable): by which they know it
 * @direct: whether it came straight from their computer
 *
 * Returns: (transfer none): the new entry
 */
HwEntry *
hw_whisper_take (HwWhisper *self, const char *text, gint64 at, const char *key, gboolean direct)
{
  g_autoptr (HwEntry) typed = hw_entry_new_message (at, self->name, text, NULL);
  g_autoptr (HwEntry) entry = hw_entry_new_saved_copy (typed, self->entries->len + 1, at);

  hw_entry_set_direct (entry, direct);
  hw_entry_set_their_key (entry, key);
  append (self, entry);
  set_read (self, self->unread + 1, self->last_read);
  return self->entries->pdata[self->entries->len - 1];
}

/**
 * hw_whisper_pump:
 * @self: a whisper
 *
 * Sends the next one of ours, if the place is online and none is under way.
 */
void
hw_whisper_pump (HwWhisper *self)
{
  g_autoptr (JsonObject) fields = NULL;
  g_autofree char *problem = NULL;
  HwEntry *entry = find_waiting (self);
  Sent *sent;

  if (entry == NULL || self->sending || self->place == NULL || self->place->opening
      || hw_place_get_state (self->place) != HW_PLACE_ONLINE)
    return;
  problem = hw_outbox_begin (self->place->outbox, hw_entry_get_key (entry));
  if (problem != NULL)
    {
      refuse (self, hw_entry_get_key (entry), problem);
      hw_whisper_pump (self);
      return;
    }

  fields = json_object_new ();
  json_object_set_string_member (fields, "to", self->name);
  json_object_set_string_member (fields, "text", hw_entry_get_text (entry));
  json_object_set_string_member (fields, "key", hw_entry_get_key (entry));
  sent = g_new0 (Sent, 1);
  sent->whisper = g_object_ref (self);
  sent->key = g_strdup (hw_entry_get_key (entry));
  self->sending = TRUE;
  hw_place_send_whisper_async (self->place, fields, find_before (self), on_sent, sent);
}

/**
 * hw_whisper_say:
 * @self: a whisper
 * @text: what to whisper, not empty
 *
 * It is in the history, unsaved, as soon as it is kept on this computer, and goes out when the link
 * allows, once.
 */
void
hw_whisper_say (HwWhisper *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  const HwOutboxItem *item;

  g_return_if_fail (HW_IS_WHISPER (self));
  g_return_if_fail (text != NULL && *text != '\0');
  g_return_if_fail (self->place != NULL);

  set_remark (self, NULL);
  if (!hw_place_check_text (self->place, text, &error))
    {
      g_autofree char *key = hw_outbox_make_key ();
      const char *from = hw_place_get_name (self->place);
      g_autoptr (HwEntry) entry
          = hw_entry_new_message (g_get_real_time () / 1000, from != NULL ? from : "", text, key);

      hw_history_add_unsaved (self->history, entry);
      hw_history_set_failed (self->history, entry, error->message);
      return;
    }
  item = hw_outbox_add_whisper (self->place->outbox, self->name, text);
  if (item->kept)
    hw_whisper_show (self, item);
}

/**
 * hw_whisper_retry:
 * @self: a whisper
 * @entry: (transfer none): a failed one
 *
 * Tries again to have it delivered.
 */
void
hw_whisper_retry (HwWhisper *self, HwEntry *entry)
{
  g_return_if_fail (HW_IS_WHISPER (self));
  g_return_if_fail (HW_IS_ENTRY (entry));

  if (hw_entry_get_state (entry) != HW_ENTRY_FAILED || self->place == NULL)
    return;
  hw_outbox_add_again (self->place->outbox, TRUE, self->name, hw_entry_get_text (entry),
                       hw_entry_get_key (entry));
  hw_history_set_unsaved (self->history, entry);
  hw_whisper_pump (self);
}

/**
 * hw_whisper_discard:
 * @self: a whisper
 * @entry: (transfer none): a failed or unsaved one
 *
 * Gives it up. One that is under way may be delivered all the same.
 */
void
hw_whisper_discard (HwWhisper *self, HwEntry *entry)
{
  g_return_if_fail (HW_IS_WHISPER (self));
  g_return_if_fail (HW_IS_ENTRY (entry));

  if (hw_entry_get_seq (entry) != 0)
    return;
  settle (self, hw_entry_get_key (entry));
  hw_history_remove_unsaved (self->history, entry);
}

/**
 * hw_whisper_discard_all:
 * @self: a whisper
 *
 * Gives up all of ours that are not sent.
 */
void
hw_whisper_discard_all (HwWhisper *self)
{
  while (hw_history_get_n_unsaved (self->history) > 0)
    hw_whisper_discard (self, hw_history_get_unsaved (self->history, 0));
}

/**
 * hw_whisper_set_read:
 * @self: a whisper
 * @seq: the last one that the person saw
 *
 * What is unread becomes less.
 */
void
hw_whisper_set_read (HwWhisper *self, guint64 seq)
{
  g_return_if_fail (HW_IS_WHISPER (self));

  seq = MIN (seq, self->entries->len);
  if (seq <= self->last_read)
    return;
  set_read (self, count_unread (self, seq), seq);
  if (self->place != NULL)
    hw_whisper_log_set_read (self->place->whisper_log, self->name, seq);
}
