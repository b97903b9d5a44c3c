/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of files: which may be offered, and what others' names become here. */

#include "protocol/error.h"
#include "protocol/file-name.h"
#include "protocol/limits.h"

#include <string.h>

static void
test_what_may_be_offered (void)
{
  static const char *const names[] = { "notes.pdf", "a b.tar.gz", "Übung №5.odt", "-x", "~", "1" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *name = hw_file_name_normalize (names[i], "name", &error);

      g_assert_no_error (error);
      g_assert_cmpstr (name, ==, names[i]);
    }
}

static void
test_what_may_not_be_offered (void)
{
  g_autofree char *long_name = g_strnfill (HW_FILE_NAME_MAX + 1, 'x');
  const char *const names[] = { "",
                                ".",
                                "..",
                                ".bashrc",
                                "../x",
                                "/x",
                                "a/b",
                                "a\\b",
                                "a\nb",
                                "a\x7f",
                                "a\xe2\x80\xae"
                                "b",
                                "\xff",
                                long_name };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (hw_file_name_normalize (names[i], "name", &error));
      g_assert_error (error, HW_ERROR, HW_ERROR_BAD_REQUEST);
      g_assert_cmpstr (hw_error_get_field (error), ==, "name");
    }
}

static void
test_what_is_saved_is_safe (void)
{
  static const char *const cases[][2] = {
    { "notes.pdf", "notes.pdf" },
    { "", "file" },
    { "/", "file" },
    { "..", "file" },
    { "../../etc/passwd", "passwd" },
    { "C:\\Users\\a\\x.txt", "x.txt" },
    { "..\\..", "file" },
    { "....hidden", "hidden" },
    { ". .x", "x" },
    { "~/.bashrc", "bashrc" },
    { "-rf", "rf" },
    { "a\nb\tc", "abc" },
    { "photo\xe2\x80\xaegpj.exe", "photogpj.exe" },
    { "a<b>c:d\"e|f?g*h", "a_b_c_d_e_f_g_h" },
    { "CON", "_CON" },
    { "nul.txt", "_nul.txt" },
    { "com1.tar.gz", "_com1.tar.gz" },
    { "lpt9", "_lpt9" },
    { "console", "console" },
    { "name.  ", "name" },
    { "name...", "name" },
    { "two  words\xc2\xa0more", "two  words more" },
    { "Jose\xcc\x81.txt", "Jos\xc3\xa9.txt" },
    { "a\xff\xfe.txt", "a\xef\xbf\xbd\xef\xbf\xbd.txt" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = hw_file_name_make_safe (cases[i][0]);
      g_autofree char *again = hw_file_name_make_safe (name);

      g_assert_cmpstr (name, ==, cases[i][1]);
      if (name[0] != '_')
        g_assert_cmpstr (again, ==, name);
    }
}

static void
test_long_names_keep_their_ending (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *name = NULL;
  g_autofree char *dots = g_strnfill (5000, '.');
  g_autofree char *none = hw_file_name_make_safe (dots);

  for (int i = 0; i < 500; i++)
    g_string_append (text, "ü");
  g_string_append (text, ".jpeg");
  name = hw_file_name_make_safe (text->str);
  g_assert_cmpuint (strlen (name), <=, 180);
  g_assert_cmpuint (strlen (name), >, 170);
  g_assert_true (g_str_has_suffix (name, "ü.jpeg"));
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_cmpstr (none, ==, "file");
}

static void
test_any_bytes_become_a_name (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (6);

  for (int round = 0; round < 20000; round++)
    {
      char bytes[300];
      int length = g_rand_int_range (rand, 0, sizeof bytes);
      g_autofree char *name = NULL;

      for (int i = 0; i < length; i++)
        bytes[i] = g_rand_boolean (rand) ? g_rand_int_range (rand, 1, 256)
                                         : "./\\ -~:\xe2\x80\xae"[g_rand_int_range (rand, 0, 10)];
      bytes[length] = 0;
      name = hw_file_name_make_safe (bytes);
      g_assert_true (g_utf8_validate (name, -1, NULL));
      g_assert_cmpuint (strlen (name), >, 0);
      g_assert_cmpuint (strlen (name), <=, 181);
      g_assert_null (strpbrk (name, "/\\:\n"));
      g_assert_true (name[0] != '.');
    }
}

static void
test_media_types (void)
{
  static const char *const good[]
      = { "image/png", "application/vnd.oasis.opendocument.text", "image/svg+xml", "x/y" };
  static const char *const bad[]
      = { "", "image", "image/", "/png", "a/b/c", "a/b; c", "a/b\n", "a /b", "é/b" };
  g_autofree char *fill = g_strnfill (HW_FILE_TYPE_MAX, 'x');
  g_autofree char *long_type = g_strconcat ("a/", fill, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (hw_file_type_is_valid (good[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (hw_file_type_is_valid (bad[i]));
  g_assert_false (hw_file_type_is_valid (long_type));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-name/what-may-be-offered", test_what_may_be_offered);
  g_test_add_func ("/file-name/what-may-not-be-offered", test_what_may_not_be_offered);
  g_test_add_func ("/file-name/what-is-saved-is-safe", test_what_is_saved_is_safe);
  g_test_add_func ("/file-name/long-names-keep-their-ending", test_long_names_keep_their_ending);
  g_test_add_func ("/file-name/any-bytes-become-a-name", test_any_bytes_become_a_name);
  g_test_add_func ("/file-name/media-types", test_media_types);
  return g_test_run ();
}
