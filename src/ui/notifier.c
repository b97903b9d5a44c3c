/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is meant for the person while they look elsewhere. Each room tells of as much as the person
 * wants to know of it; whispers are always told of. */

#include "hallway-config.h"

#include "notifier.h"

#include "conversation.h"
#include "place-words.h"
#include "room-tells.h"
#include "settings.h"

#include "client/clean.h"
#include "client/isolate.h"
#include "protocol/name.h"

#include <glib/gi18n.h>

/* Characters of a message that a notification has room for. */
#define BODY_MAX 240

/* Seconds after its deadline at which a warning is void for sure. */
#define WARNING_GRACE 5

struct _HwNotifier
{
  GObject parent_instance;

  HwDesktop *desktop;
  HwPlace *place; /* weak: it may own us */
  HwNotifierLooks looks;
  gpointer user_data;
  gboolean was_inside; /* since we came */
  gboolean standing;   /* the desktop was told how we stand with the place */
  guint warning;       /* source: a warning that was told of will be void */
};

G_DEFINE_FINAL_TYPE (HwNotifier, hw_notifier, G_TYPE_OBJECT)

static char *
get_id (HwNotifier *self, gpointer conversation)
{
  g_autofree char *folded = hw_name_fold (hw_conversation_get_name (conversation));

  return g_strdup_printf ("%s %s %s", hw_place_get_address (self->place),
                          hw_conversation_is_room (conversation) ? "room" : "whisper", folded);
}

static void
on_unread_changed (HwNotifier *self, GParamSpec *pspec, GObject *conversation)
{
  g_autofree char *id = NULL;

  if (hw_conversation_get_unread (conversation) > 0 || self->place == NULL)
    return;
  id = get_id (self, conversation);
  hw_desktop_withdraw (self->desktop, id);
  g_signal_handlers_disconnect_by_func (conversation, on_unread_changed, self);
}

static char *
shorten (const char *text)
{
  g_autofree char *line = g_strdelimit (g_strdup (text), "\n\t", ' ');

  if (g_utf8_strlen (line, -1) <= BODY_MAX)
    return g_steal_pointer (&line);
  *g_utf8_offset_to_pointer (line, BODY_MAX) = '\0';
  return g_strconcat (line, "…", NULL);
}

/* Who answers from a notification speaks to its author, also in a room with many. */
static void
add_actions (HwNotifier *self,
             GNotification *notification,
             const char *name,
             gboolean room,
             const char *from)
{
  const char *address = hw_place_get_address (self->place);

  g_notification_set_default_action_and_target (notification, "app.show", "(ssb)", address, name,
                                                room);
  g_notification_add_button_with_target (notification, _ ("Reply"), "app.reply", "(ssbs)", address,
                                         name, room, from);
}

static void
notify (HwNotifier *self, gpointer conversation, HwEntry *entry)
{
  const char *name = hw_conversation_get_name (conversation);
  const char *from = hw_entry_get_from (entry);
  g_autofree char *shown_name = hw_isolate (name);
  g_autofree char *shown_from = hw_isolate (from);
  gboolean room = hw_conversation_is_room (conversation);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;
  g_autofree char *id = NULL;

  if (self->place == NULL || self->looks (conversation, self->user_data))
    return;

  /* Translators: who said something, and in which room */
  title = room ? g_strdup_printf (_ ("%s in %s"), shown_from, shown_name)
               : g_strdup_printf (_ ("%s whispers"), shown_name);
  body = g_settings_get_boolean (hw_settings_get (), HW_SETTINGS_NOTIFICATION_TEXT)
             ? shorten (hw_entry_get_text (entry))
             : NULL;
  id = get_id (self, conversation);
  notification = g_notification_new (title);
  if (body != NULL)
    hw_desktop_set_body (self->desktop, notification, body);
  g_notification_set_category (notification, "im.received");
  add_actions (self, notification, name, room, from);
  hw_desktop_tell (self->desktop, id, notification);

  g_signal_handlers_disconnect_by_func (conversation, on_unread_changed, self);
  g_signal_connect_object (conversation, "notify::unread", G_CALLBACK (on_unread_changed), self,
                           G_CONNECT_SWAPPED);
}

static void
on_message (HwNotifier *self, HwRoom *room, HwEntry *entry)
{
  const char *own = self->place != NULL ? hw_place_get_name (self->place) : NULL;

  switch (hw_room_tells_get (room))
    {
    case HW_ROOM_TELLS_NONE:
      return;
    case HW_ROOM_TELLS_ALL:
      break;
    case HW_ROOM_TELLS_MENTIONS:
    default:
      if (own == NULL || !hw_text_mentions (hw_entry_get_text (entry), own))
        return;
      break;
    }
  notify (self, room, entry);
}

static void
on_whispered (HwNotifier *self, HwWhisper *whisper, HwEntry *entry)
{
  notify (self, whisper, entry);
}

static void
on_file_decided (HwNotifier *self, HwTransfer *transfer)
{
  g_autofree char *id = NULL;

  if (hw_transfer_get_state (transfer) == HW_TRANSFER_OFFERED || self->place == NULL)
    return;
  id = g_strdup_printf ("%s file %s", hw_place_get_address (self->place),
                        hw_transfer_get_from (transfer));
  hw_desktop_withdraw (self->desktop, id);
  g_signal_handlers_disconnect_by_func (transfer, on_file_decided, self);
}

/* In a room only who wants to be told of everything is told of files. */
static void
on_offered (HwNotifier *self, HwTransfer *transfer)
{
  const char *from = hw_transfer_get_from (transfer);
  const char *folded = hw_transfer_get_room (transfer);
  HwRoom *room
      = folded != NULL && self->place != NULL ? hw_place_find_room (self->place, folded) : NULL;
  gpointer conversation;
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;
  g_autofree char *id = NULL;

  if (self->place == NULL
      || (folded != NULL && (room == NULL || hw_room_tells_get (room) != HW_ROOM_TELLS_ALL)))
    return;
  conversation = room != NULL ? (gpointer) room : hw_place_open_whisper (self->place, from);
  if (self->looks (conversation, self->user_data))
    return;
  name = hw_isolate (from);
  /* Translators: %s is a person */
  title = g_strdup_printf (_ ("%s offers a file"), name);
  id = g_strdup_printf ("%s file %s", hw_place_get_address (self->place), from);
  notification = g_notification_new (title);
  if (g_settings_get_boolean (hw_settings_get (), HW_SETTINGS_NOTIFICATION_TEXT))
    hw_desktop_set_body (self->desktop, notification, hw_transfer_get_name (transfer));
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.show", "(ssb)",
                                                hw_place_get_address (self->place),
                                                hw_conversation_get_name (conversation),
                                                room != NULL);
  hw_desktop_tell (self->desktop, id, notification);
  g_signal_connect_object (transfer, "changed", G_CALLBACK (on_file_decided), self,
                           G_CONNECT_SWAPPED);
}

static char *
get_standing_id (HwNotifier *self)
{
  return g_strdup_printf ("%s standing", hw_place_get_address (self->place));
}

static void
tell_standing (
    HwNotifier *self, const char *title, const char *body, const char *button, const char *action)
{
  g_autoptr (GNotification) notification = g_notification_new (title);
  g_autofree char *id = get_standing_id (self);
  const char *address = hw_place_get_address (self->place);

  hw_desktop_set_body (self->desktop, notification, body);
  g_notification_set_default_action_and_target (notification, "app.visit", "s", address);
  g_notification_add_button_with_target (notification, button, action, "s", address);
  hw_desktop_tell (self->desktop, id, notification);
  self->standing = TRUE;
}

static void
withdraw_standing (HwNotifier *self)
{
  g_autofree char *id = get_standing_id (self);

  g_clear_handle_id (&self->warning, g_source_remove);
  if (self->standing)
    hw_desktop_withdraw (self->desktop, id);
  self->standing = FALSE;
}

/* The person came back by themselves: else the place would have let them go by now. */
static gboolean
on_warning_over (gpointer data)
{
  HwNotifier *self = data;

  self->warning = 0;
  if (self->place != NULL && hw_place_get_state (self->place) == HW_PLACE_ONLINE)
    withdraw_standing (self);
  return G_SOURCE_REMOVE;
}

static void
on_idle_warning (HwNotifier *self, guint seconds)
{
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;

  if (self->place == NULL || self->looks (self->place, self->user_data))
    return;
  name = hw_isolate (hw_place_get_title (self->place));
  /* Translators: %s is a place's name */
  title = g_strdup_printf (_ ("Are you still in %s?"), name);
  body = g_strdup_printf (
      ngettext ("You have been silent for a while. The place lets you go in %u s.",
                "You have been silent for a while. The place lets you go in %u s.", seconds),
      seconds);
  tell_standing (self, title, body, _ ("I’m still here"), "app.stay");
  g_clear_handle_id (&self->warning, g_source_remove);
  self->warning = g_timeout_add_seconds (seconds + WARNING_GRACE, on_warning_over, self);
}

static void
on_state_changed (HwNotifier *self)
{
  HwPlaceState state;
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;

  if (self->place == NULL)
    return;
  state = hw_place_get_state (self->place);
  if (state != HW_PLACE_ENDED)
    {
      if (state != HW_PLACE_RECONNECTING)
        withdraw_standing (self);
      self->was_inside = self->was_inside || state == HW_PLACE_ONLINE;
      if (state == HW_PLACE_IDLE)
        self->was_inside = FALSE;
      return;
    }

  /* Who was never in sees in the menu why not. */
  if (!self->was_inside || self->looks (self->place, self->user_data))
    return;
  self->was_inside = FALSE;
  name = hw_isolate (hw_place_get_title (self->place));
  /* Translators: %s is a place's name */
  title = g_strdup_printf (_ ("You are no longer in %s"), name);
  body = hw_place_words_end (self->place);
  tell_standing (self, title, body, hw_place_words_return (self->place), "app.return");
}

static void
hw_notifier_dispose (GObject *object)
{
  HwNotifier *self = HW_NOTIFIER (object);

  g_clear_handle_id (&self->warning, g_source_remove);
  g_clear_object (&self->desktop);
  g_clear_weak_pointer (&self->place);

  G_OBJECT_CLASS (hw_notifier_parent_class)->dispose (object);
}

static void
hw_notifier_class_init (HwNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hw_notifier_dispose;
}

static void
hw_notifier_init (HwNotifier *self)
{
}

/**
 * hw_notifier_new:
 * @desktop: what is told
 * @place: the place that is listened to
 * @looks: says whether the person has a conversation, or anything of the place, in front of them
 * @user_data: for @looks; must outlive the notifier
 *
 * Returns: (transfer full): a notifier; it works as long as it is kept
 */
HwNotifier *
hw_notifier_new (HwDesktop *desktop, HwPlace *place, HwNotifierLooks looks, gpointer user_data)
{
  HwNotifier *self = g_object_new (HW_TYPE_NOTIFIER, NULL);

  self->desktop = g_object_ref (desktop);
  g_set_weak_pointer (&self->place, place);
  self->looks = looks;
  self->user_data = user_data;
  g_signal_connect_object (place, "message", G_CALLBACK (on_message), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "whispered", G_CALLBACK (on_whispered), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "offered", G_CALLBACK (on_offered), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "idle-warning", G_CALLBACK (on_idle_warning), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "notify::state", G_CALLBACK (on_state_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}
