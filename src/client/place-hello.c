/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hello: who answers, what it allows, and whether it is who we think. The certificate that the link
 * captured is judged here, before anything private is said. */

#include "hallway-config.h"

#include "clean.h"
#include "isolate.h"
#include "place-private.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/message.h"

#include <glib/gi18n-lib.h>

/* Characters of a server's id. */
#define ID_MAX 128

/* Longest time that a server may ask for between two signs of life, seconds. */
#define TIMING_MAX 3600

/* By TLS then. Only this machine's own addresses are ever tried without. */
static void
open_encrypted (HwPlace *self)
{
  hw_place_close_link (self, NULL);
  self->tls = TRUE;
  hw_place_open_link (self);
}

static void
on_hello_refused (HwPlace *self, const GError *error)
{
  if (g_error_matches (error, HW_ERROR, HW_ERROR_TLS_REQUIRED) && !self->tls)
    {
      open_encrypted (self);
      return;
    }
  if (g_error_matches (error, HW_ERROR, HW_ERROR_VERSION))
    {
      g_autofree char *title = hw_isolate (hw_place_get_title (self));
      g_autoptr (GError) reason
          = hw_error_new (HW_ERROR_VERSION, NULL,
                          _ ("%s speaks another version of Hallway. One of you needs an update."),
                          title);

      hw_place_end (self, NULL, reason);
      return;
    }
  /* Full or closing is a matter of time for who was in already. */
  if (self->state == HW_PLACE_RECONNECTING
      && (g_error_matches (error, HW_ERROR, HW_ERROR_SERVER_FULL)
          || g_error_matches (error, HW_ERROR, HW_ERROR_CLOSING)
          || g_error_matches (error, HW_ERROR, HW_ERROR_FAILED)
          || g_error_matches (error, HW_ERROR, HW_ERROR_INTERNAL)))
    {
      hw_place_lose (self, error);
      return;
    }
  hw_place_end (self, NULL, error);
}

/* What hello says of the server, checked before any of it is used. */
typedef struct
{
  const char *id;
  const char *title;
  const char *fingerprint;
  gint64 version;
  gint64 text_max;
  gint64 page_max;
  gint64 ping;
  gint64 dead;
  gint64 grace;
  gboolean offers;
  gboolean admin_pace;
} Greeting;

static gboolean
has_feature (JsonArray *features, const char *feature)
{
  for (guint i = 0; i < json_array_get_length (features); i++)
    {
      JsonNode *node = json_array_get_element (features, i);

      if (JSON_NODE_HOLDS_VALUE (node) && g_strcmp0 (json_node_get_string (node), feature) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
read_greeting (JsonObject *reply, Greeting *greeting, GError **error)
{
  JsonObject *server = NULL;
  JsonObject *limits = NULL;
  JsonObject *timing = NULL;
  JsonArray *features = NULL;

  greeting->text_max = HW_TEXT_MAX;
  greeting->page_max = HW_PAGE_MAX;
  greeting->ping = HW_PING_DEFAULT;
  greeting->dead = HW_DEAD_DEFAULT;
  greeting->grace = HW_GRACE_DEFAULT;
  if (!hw_message_get_int (reply, "version", 0, G_MAXINT, &greeting->version, error)
      || !hw_message_get_object (reply, "server", &server, error)
      || !hw_message_get_string (server, "id", &greeting->id, error)
      || !hw_message_get_string (server, "name", &greeting->title, error)
      || !hw_message_get_object_opt (reply, "limits", &limits, error)
      || !hw_message_get_object_opt (reply, "timing", &timing, error)
      || !hw_message_get_array_opt (reply, "features", &features, error)
      || !hw_message_get_string_opt (reply, "fingerprint", &greeting->fingerprint, error))
    return FALSE;
  greeting->offers = features && has_feature (features, HW_FEATURE_OFFERS);
  greeting->admin_pace = features && has_feature (features, HW_FEATURE_ADMIN_PACE);
  if (limits
      && (!hw_message_get_int_opt (limits, "text", 1, HW_INT_MAX, &greeting->text_max, error)
          || !hw_message_get_int_opt (limits, "page", 1, HW_INT_MAX, &greeting->page_max, error)))
    return FALSE;
  if (timing
      && (!hw_message_get_int_opt (timing, "ping", 1, TIMING_MAX, &greeting->ping, error)
          || !hw_message_get_int_opt (timing, "dead", 1, TIMING_MAX, &greeting->dead, error)
          || !hw_message_get_int_opt (timing, "grace", 0, TIMING_MAX, &greeting->grace, error)))
    return FALSE;
  if (!*greeting->id || g_utf8_strlen (greeting->id, -1) > ID_MAX)
    {
      hw_error_set (error, HW_ERROR_FAILED, "id", "A server's id has 1 to %d characters.", ID_MAX);
      return FALSE;
    }
  if (greeting->version != HW_PROTOCOL_VERSION)
    {
      hw_error_set (error, HW_ERROR_FAILED, "version", "That version was not offered.");
      return FALSE;
    }
  return TRUE;
}

/* Whether whoever ended our TLS is who says hello: else somebody stands in between. */
static gboolean
is_who_it_says (HwPlace *self, const Greeting *greeting)
{
  const char *shown = hw_link_get_fingerprint (self->link);

  return !shown || (greeting->fingerprint && g_str_equal (shown, greeting->fingerprint));
}

static void
judge (HwPlace *self)
{
  HwKnownPlace *known = NULL;
  HwTrust trust;

  self->step = HW_STEP_GREETED;
  hw_place_start_keeping (self);
  if (!self->fingerprint)
    {
      /* This machine, in plaintext: there is no certificate, and nobody in between. */
      hw_place_go_in (self);
      return;
    }
  trust = hw_known_places_check (self->known, self->id, self->address_text, self->fingerprint,
                                 &known);
  if (trust == HW_TRUST_KNOWN)
    {
      hw_place_go_in (self);
      return;
    }
  self->known_fingerprint
      = trust == HW_TRUST_CHANGED ? g_strdup (hw_known_place_get_fingerprint (known)) : NULL;
  hw_place_set_state (self, HW_PLACE_ASKING, NULL);
}

static void
on_hello (JsonObject *reply, const GError *refusal, gpointer user_data)
{
  HwPlace *self = user_data;
  g_autofree char *address = hw_isolate (self->address_text);
  g_autoptr (GError) error = NULL;
  g_autofree char *title = NULL;
  Greeting greeting = { 0 };

  if (self->step != HW_STEP_GREETING)
    return;
  if (refusal)
    {
      on_hello_refused (self, refusal);
      return;
    }
  if (!read_greeting (reply, &greeting, &error))
    {
      hw_place_violated (self, error);
      return;
    }
  if (!is_who_it_says (self, &greeting))
    {
      error = hw_error_new (HW_ERROR_FAILED, NULL,
                            _ ("Somebody stands between you and %s: the certificate you are "
                               "shown is not the place’s own. Nothing was sent."),
                            address);
      hw_place_end (self, NULL, error);
      return;
    }
  if (self->id && self->session && !g_str_equal (self->id, greeting.id))
    {
      error = hw_error_new (HW_ERROR_FAILED, NULL, _ ("Another place answers at %s now."), address);
      hw_place_end (self, NULL, error);
      return;
    }
  /* A token is a secret between us and the place that gave it. */
  if (g_strcmp0 (self->id, greeting.id) != 0)
    g_clear_pointer (&self->token, hw_secret_free);
  title = hw_clean_name (greeting.title, HW_TOPIC_MAX);
  self->text_max = MIN (greeting.text_max, HW_LINE_MAX / 2);
  self->page_max = MIN (greeting.page_max, HW_ADMIN_PAGE_MAX);
  self->knows_offers = greeting.offers;
  self->admin_pace = greeting.admin_pace;
  self->ping = greeting.ping;
  self->dead = MAX (greeting.dead, greeting.ping);
  self->grace = greeting.grace;
  g_clear_pointer (&self->known_fingerprint, g_free);
  g_object_freeze_notify (G_OBJECT (self));
  hw_place_set_string (self, &self->id, greeting.id, HW_PLACE_PROP_ID);
  hw_place_set_string (self, &self->title, *title ? title : NULL, HW_PLACE_PROP_TITLE);
  if (g_strcmp0 (self->fingerprint, hw_link_get_fingerprint (self->link)) != 0)
    {
      hw_place_set_string (self, &self->fingerprint, hw_link_get_fingerprint (self->link),
                           HW_PLACE_PROP_FINGERPRINT);
      hw_place_notify (self, HW_PLACE_PROP_ENCRYPTED);
    }
  g_object_thaw_notify (G_OBJECT (self));
  judge (self);
}

/**
 * hw_place_say_hello:
 * @self: a place whose link is open
 *
 * The first thing that is said, and the only one before we know to whom.
 */
void
hw_place_say_hello (HwPlace *self)
{
  HwRequest *request = hw_requests_begin (self->requests, "hello");

  self->step = HW_STEP_GREETING;
  hw_json_begin_array (&request->fields, "versions");
  hw_json_int (&request->fields, NULL, HW_PROTOCOL_VERSION);
  hw_json_end_array (&request->fields);
  hw_json_string (&request->fields, "client", "hallway " HW_VERSION);
  hw_json_begin_array (&request->fields, "features");
  hw_json_string (&request->fields, NULL, HW_FEATURE_OFFERS);
  hw_json_string (&request->fields, NULL, HW_FEATURE_RECEIPTS);
  hw_json_end_array (&request->fields);
  hw_requests_send (self->requests, request, HW_REQUEST_NOW, on_hello, self);
}

/**
 * hw_place_take_stray_error:
 * @self: a place
 * @error: (transfer none): an error that answers no request
 *
 * Before hello is answered it stands for the answer; later it says why the link is about to end.
 */
void
hw_place_take_stray_error (HwPlace *self, const GError *error)
{
  if (self->step == HW_STEP_GREETING)
    {
      on_hello_refused (self, error);
      return;
    }
  g_debug ("%s: %s", self->address_text, error->message);
  g_clear_error (&self->parting);
  if (g_error_matches (error, HW_ERROR, HW_ERROR_TOO_MANY_ERRORS)
      || g_error_matches (error, HW_ERROR, HW_ERROR_LINE_TOO_LONG)
      || g_error_matches (error, HW_ERROR, HW_ERROR_CLOSING))
    self->parting = g_error_copy (error);
}

/**
 * hw_place_trust:
 * @self: a place that is asking
 *
 * Remembers the certificate that was shown, and goes on.
 */
void
hw_place_trust (HwPlace *self)
{
  g_return_if_fail (HW_IS_PLACE (self));
  g_return_if_fail (self->state == HW_PLACE_ASKING);

  hw_known_places_trust (self->known, self->id, self->title, self->address_text, self->fingerprint);
  g_clear_pointer (&self->known_fingerprint, g_free);
  if (self->step == HW_STEP_GREETED)
    {
      hw_place_go_in (self);
      return;
    }
  /* They did not wait for the answer. */
  hw_place_set_state (self, HW_PLACE_CONNECTING, NULL);
  hw_place_open_link (self);
}
