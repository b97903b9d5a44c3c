/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server's sentences in German, which turns words round, in Arabic, which runs the other way,
 * and in English, where nothing may change. */

#include "hallway-config.h"

#include "client/server-words.h"

#include "protocol/error.h"
#include "protocol/name.h"

#include <libintl.h>
#include <locale.h>

static char *
translate (const char *text)
{
  g_autoptr (GError) error = hw_error_new (HW_ERROR_NO_SUCH_ROOM, "room", "%s", text);

  hw_server_words_translate_error (error);
  g_assert_error (error, HW_ERROR, HW_ERROR_NO_SUCH_ROOM);
  g_assert_cmpstr (hw_error_get_field (error), ==, "room");
  return g_strdup (error->message);
}

#define assert_said(text, wanted)             \
  {                                           \
    g_autofree char *said = translate (text); \
    g_assert_cmpstr (said, ==, wanted);       \
  }

static void
speak (const char *language)
{
  g_assert_true (g_setenv ("LANGUAGE", language, TRUE));
  /* gettext looks at LANGUAGE again only when the locale was set. */
  setlocale (LC_ALL, "C");
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("HALLWAY_LOCALE_DIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
}

static void
test_english (void)
{
  speak ("en");
  assert_said ("There is no room called tea.", "There is no room called tea.");
  assert_said ("ping %s and %2$s pong", "ping %s and %2$s pong");
}

static void
test_names_are_kept (void)
{
  speak ("de");
  assert_said ("There is no room called 100 % tea.", "Es gibt keinen Raum namens 100 % tea.");
  assert_said ("There is a room called tea already.", "Es gibt schon einen Raum namens tea.");
  assert_said ("The disk is full (database or disk is full).",
               "Der Datenträger ist voll (database or disk is full).");
  assert_said ("Ana has 3 has 100 whispers waiting, which is the most.",
               "Auf Ana has 3 warten schon 100 geflüsterte Nachrichten, mehr geht nicht.");
}

static void
test_what_is_unknown_stays (void)
{
  speak ("de");
  assert_said ("There is no room called .", "There is no room called .");
  assert_said ("There is no room called", "There is no room called");
  assert_said ("Something only a newer server says.", "Something only a newer server says.");
  assert_said ("", "");
}

static void
test_latin_names_in_arabic (void)
{
  speak ("ar");
  assert_said ("There is no room called tea.", "لا توجد غرفة اسمها \u200f\u2068tea\u2069.");
}

static void
test_hebrew_names_in_german (void)
{
  speak ("de");
  assert_said ("You are not in תה.", "Sie sind nicht in \u200e\u2068תה\u2069.");
}

static void
test_checks_before_sending (void)
{
  g_autoptr (GError) error = NULL;

  speak ("de");
  g_assert_null (hw_name_normalize_room ("/tea", "room", &error));
  hw_server_words_translate_error (error);
  g_assert_cmpstr (error->message, ==, "Der Name eines Raums kann nicht mit „/“ beginnen.");
}

/* "The lab is closed." may be an admin's word to all. */
static void
test_people_are_not_translated (void)
{
  speak ("de");
  g_assert_null (hw_server_words_look_up ("The lab is closed."));
  g_assert_null (hw_server_words_look_up ("%s is closed."));
  g_assert_null (hw_server_words_look_up ("See you on Monday"));
  g_assert_cmpstr (hw_server_words_look_up ("The server is closing."), ==, "Der Server schließt.");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server-words/english", test_english);
  g_test_add_func ("/server-words/names-are-kept", test_names_are_kept);
  g_test_add_func ("/server-words/what-is-unknown-stays", test_what_is_unknown_stays);
  g_test_add_func ("/server-words/latin-names-in-arabic", test_latin_names_in_arabic);
  g_test_add_func ("/server-words/hebrew-names-in-german", test_hebrew_names_in_german);
  g_test_add_func ("/server-words/checks-before-sending", test_checks_before_sending);
  g_test_add_func ("/server-words/people-are-not-translated", test_people_are_not_translated);
  return g_test_run ();
}
