/* SPDX-License-Identifier: GPL-3.0-or-later */

/* People at the real server who take direct connections: what the tests of whispers and of files
 * from person to person begin with. */

#include "people-fixture.h"

#include "client/identity.h"

static GTlsCertificate *
take_certificate (GAsyncResult **result)
{
  g_autoptr (GAsyncResult) owned = *result;
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = hw_identity_load_finish (owned, &error);

  g_assert_no_error (error);
  return certificate;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/**
 * make_certificate:
 * @folder: where they are kept
 * @id: a place's
 * @fingerprint: (nullable): of the certificate that it shows
 *
 * Returns: (transfer full): the certificate for that place
 */
GTlsCertificate *
make_certificate (const char *folder, const char *id, const char *fingerprint)
{
  GAsyncResult *result = NULL;

  hw_identity_load_async (folder, id, fingerprint, NULL, on_loaded, &result);
  wait_until (result != NULL);
  return take_certificate (&result);
}

/**
 * make_stashing_person:
 * @f: the fixture
 * @name: who it is
 * @stash: (nullable): where it keeps what is to be there the next time
 *
 * Returns: (transfer full): it, online
 */
HwPlace *
make_stashing_person (PeopleFixture *f, const char *name, HwStash *stash)
{
  g_autofree char *address = real_server_get_address (f->server);
  g_autofree char *own = g_build_filename (f->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  HwPlace *place = hw_place_new (address, f->known, &error);

  g_assert_no_error (error);
  hw_place_set_identities (place, own);
  hw_place_set_stash (place, stash);
  hw_place_connect (place, name, NULL);
  wait_until (hw_place_get_state (place) == HW_PLACE_ONLINE);
  return place;
}

/**
 * make_person:
 * @f: the fixture
 * @name: who it is
 *
 * Returns: (transfer full): it, online
 */
HwPlace *
make_person (PeopleFixture *f, const char *name)
{
  return make_stashing_person (f, name, NULL);
}

/**
 * drop_person:
 * @place: (inout) (transfer full): who leaves
 *
 * Nothing of it may be left.
 */
void
drop_person (HwPlace **place)
{
  hw_place_disconnect (*place);
  wait_until (!hw_place_is_saying_goodbye (*place));
  idle_for (100);
  g_assert_finalize_object (g_steal_pointer (place));
}

/**
 * restart_server:
 * @f: the fixture
 *
 * The server is killed and starts anew: it knows nobody. Ana and Ben come back, he first.
 */
void
restart_server (PeopleFixture *f)
{
  real_server_kill (f->server);
  wait_until (hw_place_get_state (f->ana) == HW_PLACE_RECONNECTING
              && hw_place_get_state (f->ben) == HW_PLACE_RECONNECTING);
  real_server_start (f->server, "--grace", "0", NULL);
  hw_place_retry_now (f->ben);
  wait_until (hw_place_get_state (f->ben) == HW_PLACE_ONLINE);
  hw_place_retry_now (f->ana);
  wait_until (hw_place_get_state (f->ana) == HW_PLACE_ONLINE);
}

void
people_fixture_set_up (PeopleFixture *f, gconstpointer grace)
{
  f->folder = g_dir_make_tmp ("hallway-people-XXXXXX", NULL);
  f->server = real_server_new (f->folder);
  f->known = make_known_places (f->folder);
  if (grace)
    real_server_start (f->server, "--grace", grace, NULL);
  else
    real_server_start (f->server, NULL);
  f->ana = make_person (f, "Ana");
  f->ben = make_person (f, "Ben");
}

void
people_fixture_tear_down (PeopleFixture *f, gconstpointer data)
{
  if (f->ana)
    drop_person (&f->ana);
  if (f->ben)
    drop_person (&f->ben);
  g_assert_finalize_object (f->known);
  real_server_free (f->server);
  remove_folder (f->folder);
  g_free (f->folder);
}
