/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Logging in: whose name it is, whether it may be had, and what waits for its person. */

#include "commands.h"
#include "mail.h"
#include "password.h"
#include "protocol/fingerprint.h"
#include "protocol/name.h"
#include "server.h"

#include <string.h>

typedef struct
{
  HwRequest *request;
  char *name;
  char *folded;
  char *key; /* whose password is tried, and from where */
  HwDirect direct;
} Login;

static void
login_free (Login *self)
{
  hw_request_unref (self->request);
  g_free (self->name);
  g_free (self->folded);
  g_free (self->key);
  g_free (self);
}

/* Where the person's own client listens; checked before anything else is done. */
static gboolean
read_direct (HwRequest *request, HwDirect *direct, GError **error)
{
  const HwJsonValue *object = hw_request_get_value (request, "direct");
  const HwJsonValue *port;
  const HwJsonValue *fingerprint;

  if (!object)
    return TRUE;
  port = hw_json_value_find (object, "port");
  fingerprint = hw_json_value_find (object, "fingerprint");
  if (!port || port->type != HW_JSON_INTEGER || port->integer < 1 || port->integer > 65535
      || !fingerprint || fingerprint->type != HW_JSON_STRING
      || !hw_fingerprint_is_valid (fingerprint->string))
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, "direct",
                    "“direct” must have a port and a fingerprint.");
      return FALSE;
    }
  direct->port = port->integer;
  memcpy (direct->fingerprint, fingerprint->string, sizeof direct->fingerprint);
  return TRUE;
}

static void
answer (HwRequest *request, HwSession *session, gboolean resumed)
{
  HwJsonWriter *writer = hw_request_begin (request);

  hw_json_string (writer, "name", session->name);
  hw_json_bool (writer, "guest", session->guest);
  hw_json_string (writer, "token", session->token);
  hw_json_bool (writer, "resumed", resumed);
  hw_request_end (request);
  hw_accounts_touch (request->client->server->accounts, session->folded);
  hw_mail_deliver (session);
}

static void
resume (HwRequest *request, HwSession *session, const HwDirect *direct)
{
  hw_session_set_direct (session, direct->port ? direct : NULL);
  hw_session_take_over (session, request->client);
  answer (request, session, TRUE);
}

/* Whether @self is sent away. */
static gboolean
refuse_banned (Login *self)
{
  HwClient *client = self->request->client;
  const HwBan *ban = hw_bans_find_name (client->server->bans, self->folded);
  g_autoptr (GError) error = ban ? hw_ban_to_error (ban, "name") : NULL;

  if (!ban)
    return FALSE;
  hw_request_fail (self->request, error);
  hw_client_finish (client);
  return TRUE;
}

/* The name may be had by whoever asks; takes @self. @owner: the password was right. */
static void
enter (Login *self, gboolean owner)
{
  HwServer *server = self->request->client->server;
  HwSession *session = hw_people_find (server->people, self->folded);

  if (!hw_client_is_open (self->request->client) || server->closing)
    {
      hw_request_refuse (self->request, HW_ERROR_CLOSING, NULL, "The connection is closing.");
    }
  else if (!session)
    {
      if (!hw_people_claim_mail (server->people, self->folded, self->request->client->old_token)
          && !owner)
        hw_store_empty_mailbox (server->store, self->name);
      session = hw_session_new (server->people, self->name, !owner);
      session->old_token = g_strdup (self->request->client->old_token);
      if (!hw_request_get_string (self->request, "name"))
        session->nameless_since = hw_store_get_now (server->store);
      hw_session_set_direct (session, self->direct.port ? &self->direct : NULL);
      hw_session_attach (session, self->request->client);
      answer (self->request, session, FALSE);
    }
  else if (owner && (!session->client || hw_request_get_bool (self->request, "takeover", FALSE)))
    {
      resume (self->request, session, &self->direct);
    }
  else
    {
      hw_request_refuse (self->request, HW_ERROR_NAME_IN_USE, "name", "Somebody here is called %s.",
                         session->name);
    }
  login_free (self);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Login *self = user_data;
  HwTries *tries = self->request->client->server->tries;
  g_autoptr (GError) error = NULL;
  gboolean right = hw_password_check_finish (result, &error);

  hw_tries_end (tries, self->key, !right && !error);
  if (right)
    {
      hw_tries_forgive (tries, self->key);
      /* Banned while the password was looked at */
      if (refuse_banned (self))
        login_free (self);
      else
        enter (self, TRUE);
      return;
    }
  if (error)
    hw_request_fail (self->request, error);
  else
    hw_request_refuse (self->request, HW_ERROR_PASSWORD_WRONG, "password",
                       "That is not the password of %s.", self->name);
  login_free (self);
}

static void
on_may_try (gint64 retry, gpointer user_data)
{
  Login *self = user_data;
  HwServer *server = self->request->client->server;
  const HwAccount *account = hw_accounts_find (server->accounts, self->folded);
  const char *password = hw_request_get_string (self->request, "password");
  g_autoptr (GError) error = NULL;

  if (retry > 0)
    {
      error
          = hw_error_new (HW_ERROR_TOO_MANY_TRIES, NULL, "Too many wrong passwords. Wait a while.");
      hw_error_set_retry (error, retry);
      hw_request_fail (self->request, error);
      login_free (self);
      return;
    }
  if (account)
    {
      hw_password_check_async (password, account->password, NULL, on_checked, self);
      return;
    }
  /* It lost its account while we waited for other tries */
  hw_tries_end (server->tries, self->key, FALSE);
  enter (self, FALSE);
}

static void
log_in_with_password (Login *self)
{
  HwClient *client = self->request->client;
  const char *password = hw_request_get_string (self->request, "password");
  g_autofree char *address = hw_client_describe_address (client);
  g_autoptr (GError) error = NULL;

  if (!password)
    {
      hw_request_refuse (self->request, HW_ERROR_PASSWORD_NEEDED, "password",
                         "%s is protected by a password.", self->name);
      login_free (self);
    }
  else if (!hw_password_is_bounded (password, &error))
    {
      hw_request_fail (self->request, error);
      login_free (self);
    }
  else
    {
      self->key = g_strconcat ("login ", address, " ", self->folded, NULL);
      hw_tries_begin (client->server->tries, self->key, on_may_try, self);
    }
}

static gboolean
is_spoken_for (const char *folded, gpointer user_data)
{
  HwServer *server = user_data;

  return hw_accounts_find (server->accounts, folded) || hw_bans_find_name (server->bans, folded);
}

/* (transfer full) (nullable) */
static char *
choose_name (HwRequest *request, GError **error)
{
  HwServer *server = request->client->server;
  const char *given = hw_request_get_string (request, "name");

  if (given)
    return hw_name_normalize_user (given, "name", error);
  if (server->options->guests)
    return hw_people_new_guest_name (server->people, is_spoken_for, server);
  hw_error_set (error, HW_ERROR_ACCOUNT_NEEDED, "name",
                "Only people with an account come in here.");
  return NULL;
}

static void
log_in_by_name (HwRequest *request, const HwDirect *direct)
{
  HwServer *server = request->client->server;
  g_autoptr (GError) error = NULL;
  Login *self;
  char *name = choose_name (request, &error);

  if (!name)
    {
      hw_request_fail (request, error);
      return;
    }
  self = g_new0 (Login, 1);
  self->request = hw_request_ref (request);
  self->name = name;
  self->folded = hw_name_fold (name);
  self->direct = *direct;

  if (refuse_banned (self))
    {
      login_free (self);
    }
  else if (hw_accounts_find (server->accounts, self->folded))
    {
      log_in_with_password (self);
    }
  else if (!server->options->guests)
    {
      hw_request_refuse (request, HW_ERROR_ACCOUNT_NEEDED, "name",
                         "Only people with an account come in here.");
      login_free (self);
    }
  else
    {
      enter (self, FALSE);
    }
}

void
hw_command_login (HwRequest *request)
{
  HwClient *client = request->client;
  const char *token = hw_request_get_string (request, "token");
  g_autoptr (GError) error = NULL;
  HwDirect direct = { 0 };
  HwSession *session;

  if (client->session)
    {
      hw_request_refuse (request, HW_ERROR_BAD_REQUEST, "op", "You are logged in already.");
      return;
    }
  if (!read_direct (request, &direct, &error))
    {
      hw_request_fail (request, error);
      return;
    }
  if (!token)
    {
      log_in_by_name (request, &direct);
      return;
    }
  session = hw_people_find_token (client->server->people, token);
  if (session)
    {
      resume (request, session, &direct);
      return;
    }
  /* It may still tell who comes back under the old name */
  g_free (client->old_token);
  client->old_token = g_strndup (token, sizeof session->token);
  hw_request_refuse (request, HW_ERROR_PASSWORD_WRONG, "token", "This token is not known.");
}
