/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Passwords that are remembered: by a real keyring, and only those that the person wanted kept. */

#include "place-fixture.h"

#include "client/clean.h"
#include "client/secrets.h"

#include "protocol/error.h"

#include <string.h>

typedef struct
{
  PlaceFixture base;
  HwSecrets *secrets;
  const char *password; /* that the server wants for names, rooms and admins */
  guint n_tried;        /* how many were said */
} F;

static gboolean
guard (FakeServer *server,
       FakeClient *client,
       const char *op,
       gint64 id,
       JsonObject *message,
       gpointer user_data)
{
  F *f = user_data;
  const char *password = json_object_get_string_member_with_default (message, "password", NULL);
  gboolean admin = g_str_equal (op, "admin");
  gboolean join = g_str_equal (op, "join");

  if (!admin && !join && !g_str_equal (op, "login"))
    return FALSE;
  if (json_object_has_member (message, "token"))
    return FALSE;
  f->n_tried += password != NULL;
  if (g_strcmp0 (password, f->password) == 0)
    {
      if (admin)
        fake_client_send (client, "{\"re\":%" G_GINT64_FORMAT ",\"ok\":true}", id);
      return admin;
    }
  fake_client_refuse (client, id,
                      join       ? "room-password"
                      : password ? "password-wrong"
                                 : "password-needed",
                      "password");
  return TRUE;
}

static void
set_up (F *f, gconstpointer data)
{
  place_fixture_set_up (&f->base, data);
  f->password = "open sesame";
  f->base.server->hook = guard;
  f->base.server->hook_data = f;
  f->secrets = hw_secrets_new ();
  wait_until (hw_secrets_is_available (f->secrets));
  hw_place_set_secrets (f->base.place, f->secrets);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  char **password = user_data;
  char *found = hw_secrets_look_up_finish (HW_SECRETS (source), result, NULL);

  *password = found ? found : g_strdup ("");
}

static char *
look_up (F *f, HwSecretKind kind, const char *name)
{
  char *password = NULL;

  hw_secrets_look_up_async (f->secrets, kind, f->base.server->id, name, NULL, on_looked_up,
                            &password);
  wait_until (password != NULL);
  return password;
}

static gboolean
is_kept (F *f, HwSecretKind kind, const char *name, const char *wanted)
{
  char *password = look_up (f, kind, name);
  gboolean same = g_str_equal (password, wanted);

  hw_secret_free (password);
  return same;
}

static void
start_again (F *f)
{
  hw_place_disconnect (f->base.place);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->base.place);
  f->base.place = make_place (&f->base);
  hw_place_set_secrets (f->base.place, f->secrets);
}

static void
tear_down (F *f, gconstpointer data)
{
  hw_secrets_forget_place (f->secrets, f->base.server->id);
  wait_until (is_kept (f, HW_SECRET_NAME, "Ana", ""));
  wait_until (is_kept (f, HW_SECRET_ADMIN, NULL, ""));
  wait_until (is_kept (f, HW_SECRET_ROOM, "exam", ""));
  place_fixture_tear_down (&f->base, data);
  g_assert_finalize_object (f->secrets);
}

static void
wait_state (F *f, HwPlaceState state)
{
  wait_until (hw_place_get_state (f->base.place) == state);
}

static void
test_name (F *f, gconstpointer data)
{
  hw_place_connect (f->base.place, "Ana", NULL);
  wait_state (f, HW_PLACE_REFUSED);
  g_assert_error (hw_place_get_error (f->base.place), HW_ERROR, HW_ERROR_PASSWORD_NEEDED);
  g_assert_false (hw_place_has_kept_password (f->base.place, HW_SECRET_NAME, NULL));
  hw_place_log_in (f->base.place, "Ana", "open sesame", FALSE);
  wait_state (f, HW_PLACE_ONLINE);
  /* Nobody asked for it to be kept. */
  g_assert_true (is_kept (f, HW_SECRET_NAME, "Ana", ""));
  hw_place_keep_password (f->base.place, HW_SECRET_NAME, NULL, TRUE);
  wait_until (is_kept (f, HW_SECRET_NAME, "ANA", "open sesame"));

  start_again (f);
  hw_place_connect (f->base.place, "ana", NULL);
  wait_state (f, HW_PLACE_ONLINE);
  g_assert_true (hw_place_has_kept_password (f->base.place, HW_SECRET_NAME, NULL));

  /* Another name has another password. */
  start_again (f);
  hw_place_connect (f->base.place, "Ben", NULL);
  wait_state (f, HW_PLACE_REFUSED);

  /* One that is wrong by now is asked for, once, and replaced. */
  f->password = "new one";
  f->n_tried = 0;
  start_again (f);
  hw_place_connect (f->base.place, "Ana", NULL);
  wait_state (f, HW_PLACE_REFUSED);
  g_assert_error (hw_place_get_error (f->base.place), HW_ERROR, HW_ERROR_PASSWORD_WRONG);
  g_assert_cmpuint (f->n_tried, ==, 1);
  g_assert_true (hw_place_has_kept_password (f->base.place, HW_SECRET_NAME, NULL));
  hw_place_log_in (f->base.place, "Ana", "new one", FALSE);
  wait_state (f, HW_PLACE_ONLINE);
  hw_place_keep_password (f->base.place, HW_SECRET_NAME, NULL, TRUE);
  wait_until (is_kept (f, HW_SECRET_NAME, "Ana", "new one"));

  /* And forgotten when the person does not want it any more. */
  hw_place_keep_password (f->base.place, HW_SECRET_NAME, NULL, FALSE);
  wait_until (is_kept (f, HW_SECRET_NAME, "Ana", ""));
}

static void
test_room (F *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HwRoom) room = NULL;

  fake_server_add_room (f->base.server, "exam");
  hw_place_connect (f->base.place, "Ana", f->password);
  wait_state (f, HW_PLACE_ONLINE);
  g_assert_null (try_to_join (f->base.place, "exam", NULL, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_ROOM_PASSWORD);
  room = try_to_join (f->base.place, "exam", "open sesame", NULL);
  g_assert_nonnull (room);
  hw_place_keep_password (f->base.place, HW_SECRET_ROOM, room, TRUE);
  wait_until (is_kept (f, HW_SECRET_ROOM, "Exam", "open sesame"));
  g_clear_object (&room);

  start_again (f);
  hw_place_connect (f->base.place, "Ana", f->password);
  wait_state (f, HW_PLACE_ONLINE);
  f->n_tried = 0;
  room = try_to_join (f->base.place, "exam", NULL, NULL);
  g_assert_nonnull (room);
  g_assert_cmpuint (f->n_tried, ==, 1);
  g_assert_true (hw_place_has_kept_password (f->base.place, HW_SECRET_ROOM, room));
  g_clear_object (&room);

  start_again (f);
  hw_place_connect (f->base.place, "Ana", f->password);
  wait_state (f, HW_PLACE_ONLINE);
  f->password = "changed";
  g_clear_error (&error);
  g_assert_null (try_to_join (f->base.place, "exam", NULL, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_ROOM_PASSWORD);
}

typedef struct
{
  gboolean done;
  GError *error;
} Admin;

static void
on_admin (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Admin *admin = user_data;

  hw_place_admin_finish (HW_PLACE (source), result, &admin->error);
  admin->done = TRUE;
}

static void
become_admin (F *f, const char *password, int code)
{
  Admin admin = { 0 };

  hw_place_admin_async (f->base.place, password, NULL, on_admin, &admin);
  wait_until (admin.done);
  if (code < 0)
    g_assert_no_error (admin.error);
  else
    g_assert_error (admin.error, HW_ERROR, code);
  g_clear_error (&admin.error);
}

static void
test_admin (F *f, gconstpointer data)
{
  hw_place_connect (f->base.place, "Ana", f->password);
  wait_state (f, HW_PLACE_ONLINE);
  become_admin (f, NULL, HW_ERROR_PASSWORD_NEEDED);
  become_admin (f, "open sesame", -1);
  hw_place_keep_password (f->base.place, HW_SECRET_ADMIN, NULL, TRUE);
  wait_until (is_kept (f, HW_SECRET_ADMIN, NULL, "open sesame"));
  start_again (f);
  hw_place_connect (f->base.place, "Ana", f->password);
  wait_state (f, HW_PLACE_ONLINE);
  become_admin (f, NULL, -1);
  g_assert_true (hw_place_get_admin (f->base.place));
  f->password = "changed";
  become_admin (f, NULL, HW_ERROR_PASSWORD_WRONG);
}

/* On a slow start the place asks before the bus has said whether there is a keyring. */
static void
test_asked_at_once (F *f, gconstpointer data)
{
  hw_secrets_store (f->secrets, HW_SECRET_NAME, f->base.server->id, "Ana", "Ana", "open sesame");
  wait_until (is_kept (f, HW_SECRET_NAME, "Ana", "open sesame"));
  hw_place_set_secrets (f->base.place, NULL);
  g_assert_finalize_object (f->secrets);

  f->secrets = hw_secrets_new ();
  g_assert_false (hw_secrets_is_available (f->secrets));
  g_assert_true (hw_secrets_may_be_available (f->secrets));
  g_assert_true (is_kept (f, HW_SECRET_NAME, "Ana", "open sesame"));
}

#define ADD(name, func) g_test_add ("/secrets/" name, F, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("of-a-name", test_name);
  ADD ("of-a-room", test_room);
  ADD ("of-an-admin", test_admin);
  ADD ("asked-at-once", test_asked_at_once);
  return g_test_run ();
}
