/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names: taking another one, protecting one's own, and the admins' list of those that are
 * protected. */

#include "commands.h"
#include "helpers.h"
#include "password.h"
#include "protocol/limits.h"
#include "protocol/name.h"
#include "server.h"

/* Bytes of one account's row at most. */
#define ROW_MAX 512

/* Seconds between two tries to log a new name where only some rooms' logs could take it. */
#define RETRY_TIME 1

/* A new name on its way to the logs of all rooms. */
typedef struct
{
  guint refs;
  HwRequest *request;
  HwSession *session;
  char *old_name;
  char *old_folded;
  char *name;
  char *folded;
  GError *error; /* (nullable): the first refusal */
  guint n_logged;
} Renaming;

typedef struct
{
  Renaming *renaming;
  HwMember *member;
} RenamedMember;

static void append_renamed (RenamedMember *self);

/* No log took the new name: the old one, which was kept for it, is back, unless the person has gone
 * or taken yet another one meanwhile. Returns whether the new name is given up. */
static gboolean
take_back (Renaming *self)
{
  HwSession *session = self->session;
  HwPeople *people = session->people;
  gboolean ended = session->state == HW_SESSION_ENDED;

  if (!ended && !g_str_equal (session->name, self->name))
    return FALSE;
  if (!ended && !hw_people_rename (people, session, self->old_name, NULL))
    return FALSE;
  if (!g_str_equal (self->folded, self->old_folded))
    hw_store_move_whispers (hw_people_get_store (people), self->name, self->old_name);
  return TRUE;
}

static void
renaming_unref (Renaming *self)
{
  HwServer *server = self->request->client->server;
  HwSession *session = self->session;
  gboolean given_up;

  if (--self->refs > 0)
    return;
  given_up = self->error && self->n_logged == 0 && take_back (self);
  /* Both names are the person's until here, also of one who has gone */
  if (session->state == HW_SESSION_ENDED || !g_str_equal (session->folded, self->old_folded))
    hw_people_release (session->people, session, self->old_folded);
  if (session->state == HW_SESSION_ENDED
      || (given_up && !g_str_equal (session->folded, self->folded)))
    hw_people_release (session->people, session, self->folded);

  if (self->error && self->n_logged == 0)
    {
      hw_request_fail (self->request, self->error);
    }
  else
    {
      HwJsonWriter *writer = hw_request_begin (self->request);

      hw_mutes_copy (server->mutes, self->old_folded, session->folded);
      hw_json_string (writer, "name", self->name);
      hw_request_end (self->request);
    }
  session->guest = hw_accounts_find (server->accounts, session->folded) == NULL;
  hw_request_unref (self->request);
  hw_session_unref (session);
  g_clear_error (&self->error);
  g_free (self->old_name);
  g_free (self->old_folded);
  g_free (self->name);
  g_free (self->folded);
  g_free (self);
}

static gboolean
on_retry (gpointer user_data)
{
  append_renamed (user_data);

  return G_SOURCE_REMOVE;
}

static void
on_renamed (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  RenamedMember *self = user_data;
  Renaming *renaming = self->renaming;

  if (!error)
    {
      renaming->n_logged++;
      hw_room_publish (self->member->room, entry, NULL);
    }
  else if (renaming->n_logged > 0 && self->member->room->state == HW_ROOM_OPEN)
    {
      /* Others know the new name already: this log must have it, too */
      g_timeout_add_seconds (RETRY_TIME, on_retry, self);
      return;
    }
  else if (!renaming->error && self->member->room->state == HW_ROOM_OPEN)
    {
      /* A log that was closed meanwhile needs it no more */
      renaming->error = g_error_copy (error);
    }
  hw_member_unref (self->member);
  renaming_unref (renaming);
  g_free (self);
}

static void
append_renamed (RenamedMember *self)
{
  HwRoom *room = self->member->room;

  hw_store_append (hw_lobby_get_store (room->lobby),
                   hw_log_entry_new (room->log, HW_ENTRY_RENAMED, HW_LEFT_NONE,
                                     self->renaming->old_name, "", self->renaming->name, "", ""),
                   on_renamed, self);
}

static void
rename_session (HwRequest *request, const char *name)
{
  HwSession *session = request->client->session;
  g_autofree char *old_name = g_strdup (session->name);
  g_autofree char *old_folded = g_strdup (session->folded);
  g_autoptr (GError) error = NULL;
  Renaming *self;

  if (!hw_people_rename (session->people, session, name, &error))
    {
      hw_request_fail (request, error);
      return;
    }
  self = g_new0 (Renaming, 1);
  self->refs = 1;
  self->request = hw_request_ref (request);
  self->session = hw_session_ref (session);
  self->old_name = g_steal_pointer (&old_name);
  self->old_folded = g_steal_pointer (&old_folded);
  self->name = g_strdup (name);
  self->folded = g_strdup (session->folded);
  if (!g_str_equal (session->folded, self->old_folded))
    {
      /* What waits goes along, and what waits there is for whoever had the name before */
      hw_people_claim_mail (session->people, session->folded, NULL);
      hw_store_move_whispers (hw_people_get_store (session->people), self->old_name, name);
    }
  /* The name one has already is no news */
  for (HwMember *member = g_str_equal (name, self->old_name) ? NULL : session->members; member;
       member = member->next)
    {
      RenamedMember *one;

      /* Behind the "joined" of who is just coming in, asked for by a connection taken over, say;
       * a room that is only being made logs the new name itself */
      if (member->state != HW_MEMBER_IN
          && !(member->state == HW_MEMBER_COMING && member->room->state == HW_ROOM_OPEN))
        continue;
      one = g_new0 (RenamedMember, 1);
      one->renaming = self;
      one->member = hw_member_ref (member);
      self->refs++;
      append_renamed (one);
    }
  renaming_unref (self);
}

void
hw_command_rename (HwRequest *request)
{
  HwServer *server = request->client->server;
  HwSession *session = request->client->session;
  g_autoptr (GError) error = NULL;
  g_autofree char *name
      = hw_name_normalize_user (hw_request_get_string (request, "name"), "name", &error);
  g_autofree char *folded = NULL;
  const HwBan *ban;

  if (!name)
    {
      hw_request_fail (request, error);
      return;
    }
  folded = hw_name_fold (name);
  ban = hw_bans_find_name (server->bans, folded);
  if (g_str_equal (folded, session->folded))
    {
      rename_session (request, name);
    }
  else if (ban)
    {
      error = hw_ban_to_error (ban, "name");
      hw_request_fail (request, error);
    }
  else if (hw_accounts_find (server->accounts, folded))
    {
      hw_request_refuse (request, HW_ERROR_PASSWORD_NEEDED, "name",
                         "%s is protected by a password.", name);
    }
  else if (!server->options->guests)
    {
      hw_request_refuse (request, HW_ERROR_ACCOUNT_NEEDED, "name",
                         "Only people with an account come in here.");
    }
  else
    {
      rename_session (request, name);
    }
}

/* Accounts */

typedef struct
{
  HwRequest *request;
  char *name;
  char *folded;
  gboolean protects; /* or ends */
} AccountChange;

/* Whoever is here under the name is a guest no more, or is one again. */
static void
on_account_changed (const GError *error, gpointer user_data)
{
  AccountChange *self = user_data;
  HwSession *session = hw_people_find (self->request->client->server->people, self->folded);

  if (error)
    hw_request_fail (self->request, error);
  else
    hw_request_succeed (self->request);
  if (!error && session)
    session->guest = !self->protects;
  /* What waited for the owner is not for whoever takes the name next */
  else if (!error && !self->protects)
    hw_store_empty_mailbox (self->request->client->server->store, self->name);
  hw_request_unref (self->request);
  g_free (self->name);
  g_free (self->folded);
  g_free (self);
}

static AccountChange *
account_change_new (HwRequest *request, const char *name, gboolean protects)
{
  AccountChange *self = g_new0 (AccountChange, 1);

  self->request = hw_request_ref (request);
  self->name = g_strdup (name);
  self->folded = hw_name_fold (name);
  self->protects = protects;
  return self;
}

static void
on_hashed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AccountChange *self = user_data;
  HwServer *server = self->request->client->server;
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = hw_password_hash_finish (result, &error);

  if (hash && server->closing)
    error = hw_error_new (HW_ERROR_CLOSING, NULL, "The server is closing.");
  if (error)
    on_account_changed (error, self);
  else
    hw_accounts_set (server->accounts, self->name, hash, on_account_changed, self);
}

static void
set_account (HwRequest *request, const char *name)
{
  const char *password = hw_request_get_string (request, "password");
  g_autoptr (GError) error = NULL;

  if (!hw_accounts_check_password (password, &error))
    hw_request_fail (request, error);
  else
    hw_password_hash_async (password, NULL, on_hashed, account_change_new (request, name, TRUE));
}

void
hw_command_protect (HwRequest *request)
{
  HwAccounts *accounts = request->client->server->accounts;
  HwSession *session = request->client->session;

  if (hw_request_has (request, "password"))
    set_account (request, session->name);
  else if (hw_accounts_find (accounts, session->folded))
    hw_accounts_remove (accounts, session->folded, on_account_changed,
                        account_change_new (request, session->name, FALSE));
  else
    hw_request_succeed (request);
}

typedef struct
{
  HwJsonWriter *writer;
  gboolean more;
} AccountList;

static gboolean
write_account (const HwAccount *account, gpointer user_data)
{
  AccountList *list = user_data;

  list->more = list->writer->out->len + ROW_MAX > HW_SERVER_LINE_MAX;
  if (list->more)
    return FALSE;
  hw_json_begin_object (list->writer, NULL);
  hw_json_string (list->writer, "name", account->name);
  if (account->last)
    hw_json_int (list->writer, "last", account->last);
  else
    hw_json_null (list->writer, "last");
  hw_json_end_object (list->writer);
  return TRUE;
}

void
hw_command_accounts (HwRequest *request)
{
  g_autofree char *start = hw_request_get_start (request);
  AccountList list = { 0 };

  list.writer = hw_request_begin (request);
  hw_json_begin_array (list.writer, "accounts");
  hw_accounts_foreach (request->client->server->accounts, start, write_account, &list);
  hw_json_end_array (list.writer);
  if (list.more)
    hw_json_bool (list.writer, "more", TRUE);
  hw_request_end (request);
}

void
hw_command_account_add (HwRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name
      = hw_name_normalize_user (hw_request_get_string (request, "name"), "name", &error);
  g_autofree char *folded = name ? hw_name_fold (name) : NULL;

  if (!name)
    hw_request_fail (request, error);
  else if (hw_accounts_find (request->client->server->accounts, folded))
    hw_request_refuse (request, HW_ERROR_NAME_IN_USE, "name", "%s has an account.", name);
  else
    set_account (request, name);
}

void
hw_command_account_remove (HwRequest *request)
{
  HwAccounts *accounts = request->client->server->accounts;
  g_autofree char *folded = hw_request_get_folded (request, "name");
  const HwAccount *account = folded ? hw_accounts_find (accounts, folded) : NULL;

  if (!folded)
    return;
  if (account)
    hw_accounts_remove (accounts, folded, on_account_changed,
                        account_change_new (request, account->name, FALSE));
  else
    hw_request_refuse (request, HW_ERROR_NO_SUCH_USER, "name", "There is no account of that name.");
}
