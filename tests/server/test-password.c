/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Password hashes, and the file that keeps the admin's. */

#include "server/password.h"

#include "protocol/error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static void
on_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (!*result)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static char *
make_hash (const char *password)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *hash;

  hw_password_hash_async (password, NULL, on_result, &result);
  hash = hw_password_hash_finish (wait_for (&result), &error);
  g_assert_no_error (error);
  return hash;
}

static gboolean
check (const char *password, const char *hash, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hw_password_check_async (password, hash, NULL, on_result, &result);
  return hw_password_check_finish (wait_for (&result), error);
}

static void
test_right_and_wrong (void)
{
  g_autofree char *hash = make_hash ("correct horse ✓");
  g_autoptr (GError) error = NULL;

  g_assert_true (g_str_has_prefix (hash, "$y$"));
  g_assert_true (check ("correct horse ✓", hash, &error));
  g_assert_no_error (error);
  g_assert_false (check ("correct horse", hash, &error));
  g_assert_no_error (error);
  g_assert_false (check ("", hash, &error));
  g_assert_no_error (error);
}

static void
test_every_hash_has_its_salt (void)
{
  g_autofree char *one = make_hash ("same"), *other = make_hash ("same");

  g_assert_cmpstr (one, !=, other);
  g_assert_true (check ("same", one, NULL));
  g_assert_true (check ("same", other, NULL));
}

static void
test_broken_hash_is_an_error (void)
{
  static const char *const broken[] = { "", "x", "$y$", "$nothing$known", "*0" };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (check ("password", broken[i], &error));
      g_assert_error (error, HW_ERROR, HW_ERROR_INTERNAL);
    }
}

static void
test_long_password (void)
{
  g_autofree char *longest = g_strnfill (511, 'x'), *too_long = g_strnfill (100000, 'x');
  g_autofree char *hash = make_hash (longest);
  g_autoptr (GError) error = NULL;

  g_assert_true (check (longest, hash, NULL));
  g_assert_null (hw_password_hash (too_long, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_INTERNAL);
}

static void
test_many_at_once (void)
{
  g_autofree char *hash = make_hash ("password");
  GAsyncResult *results[8] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    hw_password_check_async (i % 2 ? "password" : "wrong", hash, NULL, on_result, &results[i]);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_assert_cmpint (hw_password_check_finish (wait_for (&results[i]), NULL), ==, i % 2);
      g_object_unref (results[i]);
    }
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  hw_password_hash_async ("password", cancellable, on_result, &result);
  g_assert_null (hw_password_hash_finish (wait_for (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_admin_password (void)
{
  g_autofree char *parent = g_dir_make_tmp ("hallway-admin-XXXXXX", NULL);
  g_autofree char *directory = g_build_filename (parent, "data", NULL);
  g_autofree char *path = g_build_filename (directory, "admin-password", NULL);
  g_autofree char *none = NULL, *first = NULL, *second = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf status;

  none = hw_admin_password_load (directory, &error);
  g_assert_no_error (error);
  g_assert_null (none);

  g_assert_true (hw_admin_password_save (directory, "$y$first", &error));
  first = hw_admin_password_load (directory, &error);
  g_assert_cmpstr (first, ==, "$y$first");
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  g_assert_true (hw_admin_password_save (directory, "$y$second", &error));
  second = hw_admin_password_load (directory, &error);
  g_assert_cmpstr (second, ==, "$y$second");
  g_assert_no_error (error);

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_null (hw_admin_password_load (directory, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_INTERNAL);
  g_clear_error (&error);
  g_assert_false (hw_admin_password_save (directory, "$y$third", &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_FAILED);
  g_rmdir (path);
  g_rmdir (directory);
  g_rmdir (parent);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/password/right-and-wrong", test_right_and_wrong);
  g_test_add_func ("/password/every-hash-has-its-salt", test_every_hash_has_its_salt);
  g_test_add_func ("/password/broken-hash-is-an-error", test_broken_hash_is_an_error);
  g_test_add_func ("/password/long-password", test_long_password);
  g_test_add_func ("/password/many-at-once", test_many_at_once);
  g_test_add_func ("/password/cancelled", test_cancelled);
  g_test_add_func ("/password/admin", test_admin_password);

  return g_test_run ();
}
