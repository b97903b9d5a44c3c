/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The desktop's notifications. The desktop decides whether they are shown: its "do not disturb" is
 * ours. */

#include "hallway-config.h"

#include "notifier.h"

#include "conversation.h"

#include "client/clean.h"
#include "protocol/name.h"

#include <glib/gi18n.h>

/* Characters of a message that a notification has room for. */
#define BODY_MAX 240

struct _HwNotifier
{
  GObject parent_instance;

  GApplication *app; /* weak */
  HwPlace *place;    /* weak: it may own us */
  HwNotifierLooks looks;
  gpointer user_data;
  guint watch;     /* on the bus, 0: in a sandbox, where the portal takes what we tell */
  gboolean listen; /* a desktop that shows notifications is there */
};

G_DEFINE_FINAL_TYPE (HwNotifier, hw_notifier, G_TYPE_OBJECT)

/* Without a desktop that listens, GIO would complain for each message. */
static void
on_desktop_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  HW_NOTIFIER (data)->listen = TRUE;
}

static void
on_desktop_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  HW_NOTIFIER (data)->listen = FALSE;
}

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

  if (hw_conversation_get_unread (conversation) > 0 || self->app == NULL || self->place == NULL)
    return;
  id = get_id (self, conversation);
  g_application_withdraw_notification (self->app, id);
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

static void
notify (HwNotifier *self, gpointer conversation, HwEntry *entry)
{
  const char *name = hw_conversation_get_name (conversation);
  gboolean room = hw_conversation_is_room (conversation);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;
  g_autofree char *id = NULL;

  if (self->app == NULL || !self->listen || self->looks (conversation, self->user_data))
    return;

  title = room ? g_strdup_printf (_ ("%s in %s"), hw_entry_get_from (entry), name)
               : g_strdup_printf (_ ("%s whispers"), name);
  body = shorten (hw_entry_get_text (entry));
  id = get_id (self, conversation);
  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.show", "(ssb)",
                                                hw_place_get_address (self->place), name, room);
  g_application_send_notification (self->app, id, notification);

  g_signal_handlers_disconnect_by_func (conversation, on_unread_changed, self);
  g_signal_connect_object (conversation, "notify::unread", G_CALLBACK (on_unread_changed), self,
                           G_CONNECT_SWAPPED);
}

static void
on_message (HwNotifier *self, HwRoom *room, HwEntry *entry)
{
  const char *own = hw_place_get_name (self->place);

  if (own != NULL && hw_text_mentions (hw_entry_get_text (entry), own))
    notify (self, room, entry);
}

static void
on_whispered (HwNotifier *self, HwWhisper *whisper, HwEntry *entry)
{
  notify (self, whisper, entry);
}

static void
hw_notifier_dispose (GObject *object)
{
  HwNotifier *self = HW_NOTIFIER (object);

  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  g_clear_weak_pointer (&self->app);
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
 * @app: through which the desktop is told
 * @place: the place that is listened to
 * @looks: says whether the person has a conversation in front of them
 * @user_data: for @looks; must outlive the notifier
 *
 * Returns: (transfer full): a notifier; it works as long as it is kept
 */
HwNotifier *
hw_notifier_new (GApplication *app, HwPlace *place, HwNotifierLooks looks, gpointer user_data)
{
  HwNotifier *self = g_object_new (HW_TYPE_NOTIFIER, NULL);

  g_set_weak_pointer (&self->app, app);
  g_set_weak_pointer (&self->place, place);
  self->looks = looks;
  self->user_data = user_data;
  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    self->listen = TRUE;
  else
    self->watch = g_bus_watch_name (G_BUS_TYPE_SESSION, "org.freedesktop.Notifications",
                                    G_BUS_NAME_WATCHER_FLAGS_AUTO_START, on_desktop_appeared,
                                    on_desktop_vanished, self, NULL);
  g_signal_connect_object (place, "message", G_CALLBACK (on_message), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "whispered", G_CALLBACK (on_whispered), self, G_CONNECT_SWAPPED);
  return self;
}
