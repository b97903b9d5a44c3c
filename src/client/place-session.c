/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way of a place from nothing to being logged in: the link, then hello (place-hello.c), then
 * login; and what becomes of it when the link ends. A link takes these steps each time, also when
 * coming back, where the state stays "reconnecting" until it is "online" again. */

#include "hallway-config.h"

#include "clean.h"
#include "isolate.h"
#include "place-private.h"
#include "transfers-private.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/message.h"

#include <glib/gi18n-lib.h>

/* Seconds that a server may take longer than it says to let go of a name. */
#define IN_USE_SPARE 5

static void log_in (HwPlace *self);

static void
write_line (GString *line, gpointer user_data)
{
  HwPlace *self = user_data;

  if (self->link)
    hw_link_send (self->link, line);
  else
    hw_secret_free_line (line);
}

/**
 * hw_place_init_session:
 * @self: a place in its making
 */
void
hw_place_init_session (HwPlace *self)
{
  self->requests = hw_requests_new (write_line, self);
}

static void
forget_link (HwPlace *self)
{
  g_clear_object (&self->link);
  self->step = HW_STEP_NONE;
  self->token_unknown = FALSE;
  hw_place_hang_up (self);
  hw_place_stop_keeping (self);
  hw_place_forget_arrivals (self);
}

/**
 * hw_place_close_link:
 * @self: a place
 * @reason: (nullable) (transfer none): what pending requests are told
 *
 * Closes the link, if there is one; the state stays.
 */
void
hw_place_close_link (HwPlace *self, const GError *reason)
{
  g_autoptr (GError) away = NULL;

  if (self->link)
    hw_link_close (self->link);
  forget_link (self);
  if (!reason)
    reason = away = hw_error_new (HW_ERROR_FAILED, NULL, _ ("You are not connected."));
  hw_requests_fail_all (self->requests, reason);
}

/* The link is gone, or was never there. */
static void
lost (HwPlace *self, const GError *cause)
{
  G_GNUC_UNUSED g_autoptr (HwPlace) alive = g_object_ref (self);
  g_autoptr (GError) reason = g_error_copy (self->parting ? self->parting : cause);

  g_clear_error (&self->parting);
  hw_place_close_link (self, reason);
  switch (self->state)
    {
    case HW_PLACE_CONNECTING:
    case HW_PLACE_LOGGING_IN:
      hw_place_end (self, NULL, reason);
      break;
    case HW_PLACE_ONLINE:
      hw_place_rooms_offline (self, HW_ROOM_JOINING);
      hw_place_retry_later (self);
      hw_place_set_state (self, HW_PLACE_RECONNECTING, reason);
      break;
    case HW_PLACE_RECONNECTING:
      hw_place_retry_later (self);
      break;
    case HW_PLACE_ASKING:  /* the person may still decide: trusting connects anew */
    case HW_PLACE_REFUSED: /* likewise another name */
    case HW_PLACE_IDLE:
    case HW_PLACE_ENDED:
    default:
      break;
    }
}

/**
 * hw_place_lose:
 * @self: a place
 * @reason: (transfer none): why
 *
 * Gives the link up as if it had been lost: what was going on is tried again.
 */
void
hw_place_lose (HwPlace *self, const GError *reason)
{
  lost (self, reason);
}

/**
 * hw_place_violated:
 * @self: a place
 * @what: (transfer none): which rule was broken
 *
 * The other side does not keep to the protocol: nothing more it says can be relied on.
 */
void
hw_place_violated (HwPlace *self, const GError *what)
{
  g_autofree char *address = hw_isolate (self->address_text);
  g_autoptr (GError) reason
      = hw_error_new (HW_ERROR_FAILED, NULL,
                      _ ("What answers at %s does not speak as a place does."), address);

  g_message ("%s broke the protocol: %s", self->address_text, what->message);
  g_clear_error (&self->parting);
  lost (self, reason);
}

/**
 * hw_place_end:
 * @self: a place
 * @code: (nullable): as hw_place_get_kicked_code() will have it
 * @reason: (transfer none): why
 *
 * It is over until the person wants otherwise.
 */
void
hw_place_end (HwPlace *self, const char *code, const GError *reason)
{
  G_GNUC_UNUSED g_autoptr (HwPlace) alive = g_object_ref (self);
  g_autoptr (GError) why = g_error_copy (reason);

  hw_place_close_link (self, why);
  hw_place_cancel_retry (self);
  /* Who took over is us, and has that session; else it tells whose the whispers are that were on
   * their way. */
  if (g_strcmp0 (code, "taken-over") == 0)
    g_clear_pointer (&self->token, hw_secret_free);
  hw_place_rooms_offline (self, HW_ROOM_OUTSIDE);
  g_free (self->kicked_code);
  self->kicked_code = g_strdup (code);
  hw_place_set_state (self, HW_PLACE_ENDED, why);
}

static void
refuse (HwPlace *self, const GError *error)
{
  self->step = HW_STEP_GREETED;
  hw_place_set_state (self, HW_PLACE_REFUSED, error);
}

static void
on_opened (HwLink *link, gpointer user_data)
{
  HwPlace *self = user_data;

  hw_place_say_hello (self);
}

static void
on_line (HwLink *link, const char *line, gsize length, gpointer user_data)
{
  HwPlace *self = user_data;

  hw_place_take_line (self, line, length);
}

static void
on_closed (HwLink *link, const GError *error, gpointer user_data)
{
  HwPlace *self = user_data;

  lost (self, error);
}

static const HwLinkHandler link_handler = { on_opened, on_line, on_closed };

/**
 * hw_place_open_link:
 * @self: a place without a link
 *
 * Sets out: everything up to being logged in follows from here.
 */
void
hw_place_open_link (HwPlace *self)
{
  g_return_if_fail (!self->link);

  g_clear_error (&self->parting);
  self->step = HW_STEP_OPENING;
  self->link = hw_link_new (self->address, self->tls, &link_handler, self);
  hw_link_open (self->link);
}

/* Whether the name that is in use may still be our own: the answer to our last login was lost, or
 * the server has not noticed that our last link is. Until it lets go of the name we try again. */
static gboolean
may_be_ourselves (HwPlace *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->in_use_since == 0)
    self->in_use_since = now;
  return now - self->in_use_since < (self->dead + self->grace + IN_USE_SPARE) * G_USEC_PER_SEC;
}

static void
on_name_password (HwPlace *self, const char *password, gboolean linked, gpointer user_data)
{
  g_autoptr (GError) refusal = user_data;

  /* The person may have answered meanwhile. */
  if (!linked || self->step != HW_STEP_GREETED || self->password)
    return;
  if (!password)
    {
      refuse (self, refusal);
      return;
    }
  self->password = g_strdup (password);
  self->kept_password = TRUE;
  log_in (self);
}

/* Whether the password that is needed may be one that is remembered. */
static gboolean
looks_up_password (HwPlace *self, const GError *refusal)
{
  GError *copy;

  if (!g_error_matches (refusal, HW_ERROR, HW_ERROR_PASSWORD_NEEDED) || self->password
      || !self->wanted_name)
    return FALSE;
  copy = g_error_copy (refusal);
  if (hw_place_look_up_password (self, HW_SECRET_NAME, self->wanted_name, on_name_password, copy))
    {
      self->step = HW_STEP_GREETED;
      return TRUE;
    }
  g_error_free (copy);
  return FALSE;
}

static gboolean
shows_token (HwPlace *self)
{
  return self->token && !self->token_unknown;
}

static void
on_login_refused (HwPlace *self, const GError *error)
{
  gboolean back = self->state == HW_PLACE_RECONNECTING;

  /* That session is over, so we come as anybody does, but with the name that we had. The server has
   * heard whose the whispers are that were on their way then; should this link be lost, too, the
   * next one has to tell it again. */
  if (shows_token (self) && g_error_matches (error, HW_ERROR, HW_ERROR_PASSWORD_WRONG))
    {
      self->token_unknown = TRUE;
      log_in (self);
      return;
    }
  if (g_error_matches (error, HW_ERROR, HW_ERROR_BANNED))
    {
      hw_place_end (self, "ban", error);
      return;
    }
  if (looks_up_password (self, error))
    return;
  if (back && !self->wanted_name && self->name && !shows_token (self))
    {
      /* A guest's name that somebody else has by now: another will do. */
      hw_place_set_string (self, &self->name, NULL, HW_PLACE_PROP_NAME);
      log_in (self);
      return;
    }
  if (back && g_error_matches (error, HW_ERROR, HW_ERROR_NAME_IN_USE))
    {
      if (self->password && !self->takeover)
        {
          self->takeover = TRUE;
          log_in (self);
          return;
        }
      if (may_be_ourselves (self))
        {
          lost (self, error);
          return;
        }
    }
  if (back
      && (g_error_matches (error, HW_ERROR, HW_ERROR_STORAGE)
          || g_error_matches (error, HW_ERROR, HW_ERROR_INTERNAL)
          || g_error_matches (error, HW_ERROR, HW_ERROR_CLOSING)
          || g_error_matches (error, HW_ERROR, HW_ERROR_FAILED)))
    {
      lost (self, error);
      return;
    }
  refuse (self, error);
}

static void
on_login (JsonObject *reply, const GError *refusal, gpointer user_data)
{
  HwPlace *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *clean = NULL;
  const char *name = NULL;
  const char *token = NULL;
  gboolean guest = FALSE;
  gboolean resumed = FALSE;
  gboolean returned;

  if (self->step != HW_STEP_LOGGING_IN)
    return;
  if (refusal)
    {
      on_login_refused (self, refusal);
      return;
    }
  if (!hw_message_get_string (reply, "name", &name, &error)
      || !hw_message_get_bool_opt (reply, "guest", &guest, &error)
      || !hw_message_get_string_opt (reply, "token", &token, &error)
      || !hw_message_get_bool_opt (reply, "resumed", &resumed, &error))
    {
      hw_place_violated (self, error);
      return;
    }
  clean = hw_clean_name (name, HW_USER_NAME_MAX);
  if (*clean == '\0')
    {
      hw_error_set (&error, HW_ERROR_FAILED, "name", "Nobody can be called that.");
      hw_place_violated (self, error);
      return;
    }
  hw_secret_free (self->token);
  self->token = g_strdup (token);
  self->takeover = FALSE;
  self->in_use_since = 0;
  self->session = TRUE;
  self->step = HW_STEP_READY;
  self->online_since = g_get_monotonic_time ();
  hw_place_cancel_retry (self);
  hw_place_set_string (self, &self->name, clean, HW_PLACE_PROP_NAME);
  hw_place_set_boolean (self, &self->guest, guest, HW_PLACE_PROP_GUEST);
  hw_known_places_visit (self->known, self->id, self->title, self->address_text);
  hw_place_open_stash (self);
  hw_place_keep_session (self);
  hw_place_set_state (self, HW_PLACE_ONLINE, NULL);
  if (self->step != HW_STEP_READY)
    return;
  hw_place_watch_rooms (self);
  returned = hw_place_return (self, resumed);
  hw_place_rejoin (self, resumed);
  hw_place_admin_again (self);
  hw_place_resume_whispers (self);
  hw_transfers_online (self->transfers, resumed);
  if (returned)
    hw_place_emit_restored (self);
}

static void
send_login (HwPlace *self)
{
  HwRequest *request = hw_requests_begin (self->requests, "login");
  const char *name = self->wanted_name;

  if (!name && self->state == HW_PLACE_RECONNECTING)
    name = self->name;
  if (shows_token (self))
    hw_json_string (&request->fields, "token", self->token);
  else if (name)
    {
      hw_json_string (&request->fields, "name", name);
      if (self->password)
        hw_json_string (&request->fields, "password", self->password);
      if (self->takeover)
        hw_json_bool (&request->fields, "takeover", TRUE);
    }
  hw_place_write_direct (self, &request->fields);
  hw_requests_send (self->requests, request, HW_REQUEST_NOW, on_login, self);
}

static void
log_in (HwPlace *self)
{
  self->step = HW_STEP_LOGGING_IN;
  if (hw_place_is_certified (self, send_login))
    send_login (self);
}

/* By the token of the last session that this program had, if there is one: it goes on if nobody
 * said goodbye, as when it crashed. */
static void
begin_to_log_in (HwPlace *self)
{
  if (!hw_place_find_session (self, log_in))
    log_in (self);
}

/**
 * hw_place_go_in:
 * @self: a place that was greeted, and is the right one
 *
 * Logs in.
 */
void
hw_place_go_in (HwPlace *self)
{
  if (self->state != HW_PLACE_RECONNECTING)
    hw_place_set_state (self, HW_PLACE_LOGGING_IN, NULL);
  begin_to_log_in (self);
}

static void
set_identity (HwPlace *self, const char *name, const char *password, gboolean takeover)
{
  char *copy = name && *name ? g_strdup (name) : NULL;
  char *secret = password && *password ? g_strdup (password) : NULL;

  if (g_strcmp0 (self->wanted_name, copy) != 0)
    {
      self->kept_password = FALSE;
      g_clear_pointer (&self->token, hw_secret_free);
    }
  g_free (self->wanted_name);
  self->wanted_name = copy;
  hw_secret_free (self->password);
  self->password = secret;
  self->takeover = takeover;
}

/**
 * hw_place_connect:
 * @self: an idle or ended place
 * @name: (nullable): who we want to be; %NULL: a guest
 * @password: (nullable): for a protected name; kept in memory while we are there, to come back
 *
 * Connects and logs in, and joins again the rooms that "joined" still has.
 */
void
hw_place_connect (HwPlace *self, const char *name, const char *password)
{
  g_return_if_fail (HW_IS_PLACE (self));
  g_return_if_fail (self->state == HW_PLACE_IDLE || self->state == HW_PLACE_ENDED);

  set_identity (self, name, password, FALSE);
  self->attempts = 0;
  self->in_use_since = 0;
  hw_place_set_state (self, HW_PLACE_CONNECTING, NULL);
  hw_place_rooms_offline (self, HW_ROOM_JOINING);
  hw_place_open_link (self);
}

/* Says goodbye, so that our name is free at once. */
static void
part (HwPlace *self)
{
  if (self->step == HW_STEP_READY)
    {
      HwRequest *request = hw_requests_begin_untold (self->requests, "logout");

      hw_place_tell_arrivals (self);
      hw_requests_tell (self->requests, request, HW_REQUEST_NOW);
      hw_link_finish (self->link);
      g_set_weak_pointer (&self->goodbye, self->link);
      forget_link (self);
    }
  hw_place_close_link (self, NULL);
  hw_place_cancel_retry (self);
}

/**
 * hw_place_log_in:
 * @self: a place
 * @name: (nullable): who we want to be; %NULL: a guest
 * @password: (nullable): for a protected name
 * @takeover: whether to end our own older connection under that name
 *
 * After a refusal tries again on the same connection; else on a new one, and the rooms are joined
 * again under the new name.
 */
void
hw_place_log_in (HwPlace *self, const char *name, const char *password, gboolean takeover)
{
  g_return_if_fail (HW_IS_PLACE (self));
  g_return_if_fail (self->state != HW_PLACE_ASKING);

  set_identity (self, name, password, takeover);
  if (self->state == HW_PLACE_REFUSED && self->step == HW_STEP_GREETED)
    {
      hw_place_set_state (self, HW_PLACE_LOGGING_IN, NULL);
      begin_to_log_in (self);
      return;
    }
  part (self);
  self->attempts = 0;
  hw_place_set_state (self, HW_PLACE_CONNECTING, NULL);
  hw_place_rooms_offline (self, HW_ROOM_JOINING);
  hw_place_open_link (self);
}

/**
 * hw_place_is_saying_goodbye:
 * @self: a place
 *
 * A program that ends should wait for this to be over, two seconds at most: until the logout has
 * arrived our name stays taken.
 *
 * Returns: whether a logout is still on its way
 */
gboolean
hw_place_is_saying_goodbye (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), FALSE);

  return self->goodbye != NULL;
}

/**
 * hw_place_disconnect:
 * @self: a place
 *
 * Logs out and leaves all rooms. What was typed and is not saved waits on disk for the next time;
 * without a stash it is given up: ask before.
 */
void
hw_place_disconnect (HwPlace *self)
{
  g_return_if_fail (HW_IS_PLACE (self));

  part (self);
  set_identity (self, NULL, NULL, FALSE);
  /* The stash has it for the next time. */
  g_clear_pointer (&self->token, hw_secret_free);
  g_clear_pointer (&self->admin_password, hw_secret_free);
  g_clear_pointer (&self->known_fingerprint, g_free);
  self->session = FALSE;
  hw_place_leave_all (self);
  hw_place_forget_whispers (self);
  hw_transfers_close (self->transfers);
  hw_place_close_stash (self);
  hw_place_set_boolean (self, &self->admin, FALSE, HW_PLACE_PROP_ADMIN);
  hw_place_set_state (self, HW_PLACE_IDLE, NULL);
}
