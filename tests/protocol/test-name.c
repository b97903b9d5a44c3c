/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names: what is allowed, and which are the same. */

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/name.h"

#include <string.h>

static void
test_names_are_trimmed_and_composed (void)
{
  static const char *const cases[][2] = {
    { "Ana", "Ana" },
    { "  Ana\t", "Ana" },
    { "\n\r\v\f Ana \xc2\xa0\xe2\x80\x83\xe3\x80\x80\xc2\x85", "Ana" },
    { "Ana Maria", "Ana Maria" },
    { "Jose\xcc\x81", "Jos\xc3\xa9" },
    { "\xe2\x84\xab", "\xc3\x85" },       /* the sign Angstrom is composed to Å */
    { "\xef\xac\x81n", "\xef\xac\x81n" }, /* NFC keeps the ligature fi */
    { "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c" },
    { "a/b", "a/b" },
    { "<b>x</b>", "<b>x</b>" },
    { "👩\xe2\x80\x8d🔬", "👩\xe2\x80\x8d🔬" },
    { "می\xe2\x80\x8cخواهم", "می\xe2\x80\x8cخواهم" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *name = hw_name_normalize_user (cases[i][0], "name", &error);

      g_assert_no_error (error);
      g_assert_cmpstr (name, ==, cases[i][1]);
    }
}

static void
test_unseen_characters_are_refused (void)
{
  static const gunichar forbidden[]
      = { 0x01,   0x09,   0x0a,   0x1f,   0x7f,   0x80,   0x85,   0x9f,   0xad,
          0x61c,  0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c,
          0x202d, 0x202e, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff };

  for (gsize i = 0; i < G_N_ELEMENTS (forbidden); i++)
    {
      g_autoptr (GString) text = g_string_new ("a");
      g_autoptr (GError) error = NULL;
      char *name;

      g_string_append_unichar (text, forbidden[i]);
      g_string_append_c (text, 'b');
      name = hw_name_normalize_user (text->str, "name", &error);
      if (name)
        g_error ("U+%04X is accepted", forbidden[i]);
      g_assert_error (error, HW_ERROR, HW_ERROR_NAME_INVALID);
      g_assert_cmpstr (hw_error_get_field (error), ==, "name");
    }
}

static void
test_other_invalid_names (void)
{
  static const char *const names[] = {
    "",
    "   ",
    "/me",
    "  /me",
    ("\xe2\x80\x8d"
     "a"), /* joiners only between characters */
    "a\xe2\x80\x8c",
    "\xe3\x85\xa4",             /* Hangul filler: folds to nothing */
    "\xf3\xa0\x84\x80",         /* variation selector 17 */
    "\xcd\x8f",                 /* combining grapheme joiner */
    "\xef\xb8\x8f\xef\xb8\x8f", /* variation selectors 16 */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      if (hw_name_normalize_user (names[i], "name", &error))
        g_error ("case %" G_GSIZE_FORMAT " is accepted", i);
      g_assert_error (error, HW_ERROR, HW_ERROR_NAME_INVALID);
    }
}

static char *
repeat (const char *text, int times)
{
  GString *whole = g_string_new (NULL);

  while (times-- > 0)
    g_string_append (whole, text);
  return g_string_free (whole, FALSE);
}

static void
test_lengths_count_characters_after_composing (void)
{
  static const struct
  {
    char *(*normalize) (const char *text, const char *field, GError **error);
    const char *character;
    int times;
    int error; /* 0: allowed */
  } cases[] = {
    { hw_name_normalize_user, "e\xcc\x81", HW_USER_NAME_MAX, 0 },
    { hw_name_normalize_user, "e\xcc\x81", HW_USER_NAME_MAX + 1, HW_ERROR_NAME_INVALID },
    { hw_name_normalize_room, "🙂", HW_ROOM_NAME_MAX, 0 },
    { hw_name_normalize_room, "🙂", HW_ROOM_NAME_MAX + 1, HW_ERROR_ROOM_INVALID },
    { hw_name_normalize_room, "", 1, HW_ERROR_ROOM_INVALID },
    { hw_name_normalize_topic, "ש", HW_TOPIC_MAX, 0 },
    { hw_name_normalize_topic, "ש", HW_TOPIC_MAX + 1, HW_ERROR_BAD_REQUEST },
    { hw_name_normalize_topic, "", 1, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = repeat (cases[i].character, cases[i].times);
      g_autoptr (GError) error = NULL;
      g_autofree char *name = cases[i].normalize (text, "field", &error);

      if (cases[i].error)
        g_assert_error (error, HW_ERROR, cases[i].error);
      else
        g_assert_no_error (error);
      g_assert_cmpint (name != NULL, ==, cases[i].error == 0);
    }
}

static void
test_the_same_names (void)
{
  static const char *const same[][2] = {
    { "Ana", "aNA" },
    { "Straße", "STRASSE" },
    { "STRAẞE", "strasse" },
    { "ΣΊΣΥΦΟΣ", "σίσυφος" },
    { "Jos\xc3\xa9", "jose\xcc\x81" },
    { "ｗｉｄｅ", "WIDE" },
    { "ﬁn", "FIN" },
    { "K", "\xe2\x84\xaa" }, /* the sign kelvin */
    { "ſ", "S" },
    { "①", "1" },
    { "Ⅷ", "viii" },
    { "İ", "i\xcc\x87" },
    { "ŉ", "ʼN" },
    { "\xea\xad\xb0", "\xe1\x8e\xa0" }, /* Cherokee a, small and capital */
    { "Ǆ", "ǆ" },
    { "ᾳ", "ΑΙ" },
    { "a\xe2\x80\x8d"
      "b",
      "AB" },
    { "a\xef\xb8\x8f", "A" },
    { "a\xe3\x85\xa4"
      "b",
      "ab" },
    { "Ω", "\xe2\x84\xa6" },
    { "ͅ"
      "a",
      "ι"
      "a" },
    { "𐐀", "𐐨" },
  };
  static const char *const different[][2] = {
    { "Ana", "Anna" }, { "i", "ı" }, { "é", "e" },
    { "0", "O" },      { "а", "a" }, { "ana maria", "anamaria" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autofree char *one = hw_name_fold (same[i][0]);
      g_autofree char *other = hw_name_fold (same[i][1]);

      g_assert_cmpstr (one, ==, other);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (different); i++)
    {
      g_autofree char *one = hw_name_fold (different[i][0]);
      g_autofree char *other = hw_name_fold (different[i][1]);

      g_assert_cmpstr (one, !=, other);
    }
}

static void
test_folding_is_stable (void)
{
  for (gunichar c = 0x20; c < 0x30000; c++)
    {
      g_autofree char *once = NULL, *twice = NULL;
      char text[8] = { 0 };

      if (!g_unichar_validate (c))
        continue;
      g_unichar_to_utf8 (c, text);
      once = hw_name_fold (text);
      twice = hw_name_fold (once);
      if (!g_str_equal (once, twice))
        g_error ("U+%04X folds to %s, then to %s", c, once, twice);
    }
}

static void
test_texts (void)
{
  g_autofree char *longest = g_strnfill (HW_TEXT_MAX, 'a');
  g_autofree char *longer = g_strnfill (HW_TEXT_MAX + 1, 'a');

  g_assert_true (hw_text_check ("a\n\tb", "text", NULL));
  g_assert_true (hw_text_check (longest, "text", NULL));
  g_assert_true (hw_text_check ("\xe2\x80\xae", "text", NULL));
  g_assert_false (hw_text_check (longer, "text", NULL));
  g_assert_false (hw_text_check ("", "text", NULL));
  g_assert_false (hw_text_check ("a\rb", "text", NULL));
  g_assert_false (hw_text_check ("\x1b[31m", "text", NULL));
  g_assert_false (hw_text_check ("\x7f", "text", NULL));
  g_assert_false (hw_text_check ("\xc2\x85", "text", NULL));
}

/* Texts are looked at eight bytes at a time: what is wrong must be seen wherever it stands. */
static void
test_controls_are_found_anywhere (void)
{
  for (gunichar c = 1; c < 0x120; c++)
    for (int place = 0; place < 20; place++)
      {
        g_autoptr (GString) text = g_string_new ("twenty letters, about");
        char character[8] = { 0 };
        gboolean control = c != '\n' && c != '\t' && g_unichar_type (c) == G_UNICODE_CONTROL;

        g_unichar_to_utf8 (c, character);
        g_string_insert (text, place, character);
        g_assert_cmpint (hw_text_check (text->str, "text", NULL), ==, !control);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/name/trimmed-and-composed", test_names_are_trimmed_and_composed);
  g_test_add_func ("/name/unseen-characters-are-refused", test_unseen_characters_are_refused);
  g_test_add_func ("/name/other-invalid-names", test_other_invalid_names);
  g_test_add_func ("/name/lengths-count-characters", test_lengths_count_characters_after_composing);
  g_test_add_func ("/name/the-same-names", test_the_same_names);
  g_test_add_func ("/name/folding-is-stable", test_folding_is_stable);
  g_test_add_func ("/name/texts", test_texts);
  g_test_add_func ("/name/text/controls-are-found-anywhere", test_controls_are_found_anywhere);
  return g_test_run ();
}
