/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwKnownPlaces: what is trusted, what counts as changed, and what becomes of a damaged file. */

#include "client/known-places.h"

#include <glib/gstdio.h>
#include <string.h>

#define PRINT_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define PRINT_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("hallway-known-XXXXXX", NULL);
  g_assert_nonnull (f->folder);
  f->path = g_build_filename (f->folder, "sub", "places.ini", NULL);
}

static void
remove_all (const char *folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_all (path);
      else
        g_remove (path);
    }
  if (dir)
    g_dir_close (dir);
  g_rmdir (folder);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_all (f->folder);
  g_free (f->folder);
  g_free (f->path);
}

static guint
count (HwKnownPlaces *places)
{
  return g_list_model_get_n_items (G_LIST_MODEL (places));
}

static void
test_remembers (Fixture *f, gconstpointer data)
{
  {
    g_autoptr (HwKnownPlaces) places = hw_known_places_new (f->path);

    g_assert_cmpuint (count (places), ==, 0);
    hw_known_places_visit (places, "id [1]\n=x", "Room “204”", "lab:55667");
    hw_known_places_trust (places, "id2", "Home", "home:1", PRINT_A);
  }
  {
    g_autoptr (HwKnownPlaces) places = hw_known_places_new (f->path);
    HwKnownPlace *place = hw_known_places_find (places, "id [1]\n=x");

    g_assert_cmpuint (count (places), ==, 2);
    g_assert_nonnull (place);
    g_assert_cmpstr (hw_known_place_get_title (place), ==, "Room “204”");
    g_assert_null (hw_known_place_get_fingerprint (place));
    g_assert_cmpint (hw_known_place_get_trusted_at (place), ==, 0);
    place = hw_known_places_find_address (places, "HOME:1");
    g_assert_nonnull (place);
    g_assert_cmpstr (hw_known_place_get_fingerprint (place), ==, PRINT_A);
    g_assert_cmpint (hw_known_place_get_trusted_at (place), >, 0);
    hw_known_places_forget (places, "id2");
  }
  {
    g_autoptr (HwKnownPlaces) places = hw_known_places_new (f->path);

    g_assert_cmpuint (count (places), ==, 1);
  }
}

static void
test_latest_first (Fixture *f, gconstpointer data)
{
  g_autoptr (HwKnownPlaces) places = hw_known_places_new (f->path);
  g_autoptr (HwKnownPlace) first = NULL;

  hw_known_places_visit (places, "a", "A", "a:1");
  hw_known_places_visit (places, "b", "B", "b:1");
  hw_known_places_visit (places, "a", "A", "a:2");
  first = g_list_model_get_item (G_LIST_MODEL (places), 0);
  g_assert_cmpstr (hw_known_place_get_id (first), ==, "a");
  g_assert_cmpstr (hw_known_place_get_address (first), ==, "a:2");
  g_assert_cmpuint (count (places), ==, 2);
}

static void
test_judges (Fixture *f, gconstpointer data)
{
  g_autoptr (HwKnownPlaces) places = hw_known_places_new (f->path);
  HwKnownPlace *known = NULL;

  g_assert_cmpint (hw_known_places_check (places, "a", "a:1", PRINT_A, &known), ==, HW_TRUST_NEW);
  g_assert_null (known);
  hw_known_places_visit (places, "a", "A", "a:1");
  g_assert_cmpint (hw_known_places_check (places, "a", "a:1", PRINT_A, &known), ==, HW_TRUST_NEW);
  hw_known_places_trust (places, "a", "A", "a:1", PRINT_A);
  g_assert_cmpint (hw_known_places_check (places, "a", "a:1", PRINT_A, &known), ==, HW_TRUST_KNOWN);
  /* It moved: the certificate tells that it is the same. */
  g_assert_cmpint (hw_known_places_check (places, "a", "b:9", PRINT_A, &known), ==, HW_TRUST_KNOWN);
  g_assert_cmpint (hw_known_places_check (places, "a", "a:1", PRINT_B, &known), ==,
                   HW_TRUST_CHANGED);
  g_assert_cmpstr (hw_known_place_get_fingerprint (known), ==, PRINT_A);
  /* Another id does not make a stranger at a known address a new place. */
  g_assert_cmpint (hw_known_places_check (places, "z", "a:1", PRINT_B, &known), ==,
                   HW_TRUST_CHANGED);
  g_assert_cmpstr (hw_known_place_get_fingerprint (known), ==, PRINT_A);
  /* A visit does not forget what was trusted. */
  hw_known_places_visit (places, "a", "A", "a:1");
  g_assert_cmpint (hw_known_places_check (places, "a", "a:1", PRINT_B, &known), ==,
                   HW_TRUST_CHANGED);
  hw_known_places_trust (places, "a", "A", "a:1", PRINT_B);
  g_assert_cmpint (hw_known_places_check (places, "a", "a:1", PRINT_B, &known), ==, HW_TRUST_KNOWN);
  g_assert_cmpint (hw_known_places_check (places, "a", "a:1", PRINT_A, &known), ==,
                   HW_TRUST_CHANGED);
}

static char *
find_aside (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    if (strstr (name, ".damaged-"))
      return g_build_filename (folder, name, NULL);
  return NULL;
}

static void
test_damaged (Fixture *f, gconstpointer data)
{
  const char *garbage = "[a\nid=a\nthis is no key file \xff\xfe";
  g_autofree char *folder = g_path_get_dirname (f->path);
  g_autofree char *aside = NULL;
  g_autofree char *kept = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (f->path, garbage, -1, NULL));
  g_test_expect_message ("hw-client", G_LOG_LEVEL_WARNING, "*it is kept as*");
  {
    g_autoptr (HwKnownPlaces) places = hw_known_places_new (f->path);

    g_test_assert_expected_messages ();
    g_assert_cmpuint (count (places), ==, 0);
    hw_known_places_trust (places, "a", "A", "a:1", PRINT_A);
  }
  aside = find_aside (folder);
  g_assert_nonnull (aside);
  g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, garbage);
  {
    g_autoptr (HwKnownPlaces) places = hw_known_places_new (f->path);

    g_assert_cmpuint (count (places), ==, 1);
  }
}

static void
test_folder_in_the_way (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (g_mkdir_with_parents (f->path, 0700), ==, 0);
  g_test_expect_message ("hw-client", G_LOG_LEVEL_WARNING, "*it is kept as*");
  {
    g_autoptr (HwKnownPlaces) places = hw_known_places_new (f->path);

    g_test_assert_expected_messages ();
    hw_known_places_visit (places, "a", "A", "a:1");
  }
  g_assert_true (g_file_test (f->path, G_FILE_TEST_IS_REGULAR));
}

static void
test_half_a_record (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (f->path);
  HwKnownPlace *known = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (f->path,
                                      "[a]\nid=a\naddress=a:1\nfingerprint=aaaa\n"
                                      "[b]\ntitle=no id\n[c]\nid=c\n",
                                      -1, NULL));
  {
    g_autoptr (HwKnownPlaces) places = hw_known_places_new (f->path);

    g_assert_cmpuint (count (places), ==, 1);
    /* Half a fingerprint is not "never seen": it must ask. */
    g_assert_cmpint (hw_known_places_check (places, "a", "a:1", PRINT_A, &known), ==,
                     HW_TRUST_CHANGED);
  }
}

/* What a newer version has written is neither in the way nor lost when this one writes. */
static void
test_newer (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (f->path);
  g_autofree char *kept = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (f->path,
                                      "[a]\nid=a\ntitle=A\naddress=a:1\ncolour=green\nused-at=2\n"
                                      "[b]\nid=b\naddress=b:1\ncolour=blue\nused-at=soon\n"
                                      "[ all places ]\nsorted-by=name\n",
                                      -1, NULL));
  {
    g_autoptr (HwKnownPlaces) places = hw_known_places_new (f->path);

    g_assert_cmpuint (count (places), ==, 2);
    hw_known_places_visit (places, "a", "A", "a:2");
    hw_known_places_forget (places, "b");
  }
  g_assert_true (g_file_get_contents (f->path, &kept, NULL, NULL));
  g_assert_nonnull (strstr (kept, "colour=green\n"));
  g_assert_nonnull (strstr (kept, "address=a:2\n"));
  g_assert_nonnull (strstr (kept, "sorted-by=name\n"));
  g_assert_null (strstr (kept, "blue"));
}

static void
on_forgotten (HwKnownPlaces *places, const char *id, gpointer user_data)
{
  g_assert_null (hw_known_places_find (places, id));
  g_assert_cmpstr (id, ==, "a");
  ++*(guint *) user_data;
}

/* Each keeps what the other has learned meanwhile, and what the other knows better. */
static void
test_two_programs (Fixture *f, gconstpointer data)
{
  g_autoptr (HwKnownPlaces) one = hw_known_places_new (f->path);
  g_autoptr (HwKnownPlaces) other = hw_known_places_new (f->path);
  guint n_forgotten = 0;

  hw_known_places_visit (one, "a", "A", "a:1");
  hw_known_places_visit (one, "b", "B", "b:1");
  hw_known_places_flush (one);
  hw_known_places_trust (other, "b", "B", "b:1", PRINT_B);
  hw_known_places_flush (other);
  hw_known_places_visit (one, "b", "B", "b:1");
  hw_known_places_flush (one);
  {
    g_autoptr (HwKnownPlaces) third = hw_known_places_new (f->path);

    g_assert_cmpuint (count (third), ==, 2);
    g_assert_cmpstr (hw_known_place_get_fingerprint (hw_known_places_find (third, "b")), ==,
                     PRINT_B);
  }
  g_signal_connect (one, "forgotten", G_CALLBACK (on_forgotten), &n_forgotten);
  hw_known_places_forget (one, "a");
  hw_known_places_forget (one, "never seen");
  g_assert_cmpuint (n_forgotten, ==, 1);
  hw_known_places_visit (one, "c", "C", "c:1");
  hw_known_places_flush (one);
  {
    g_autoptr (HwKnownPlaces) third = hw_known_places_new (f->path);

    g_assert_cmpuint (count (third), ==, 2);
    g_assert_null (hw_known_places_find (third, "a"));
  }
}

#define ADD(name, func) g_test_add ("/known-places/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("remembers", test_remembers);
  ADD ("latest-first", test_latest_first);
  ADD ("judges", test_judges);
  ADD ("damaged-file-is-set-aside", test_damaged);
  ADD ("folder-in-the-way", test_folder_in_the_way);
  ADD ("half-a-record", test_half_a_record);
  ADD ("newer-file-is-kept", test_newer);
  ADD ("two-programs", test_two_programs);
  return g_test_run ();
}
