/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The entry of a room: what it sends, what it keeps, and what its keys do. */

#include "hallway-config.h"

#include "ui/composer.h"

#include "client/member.h"
#include "hallway-resources.h"
#include "ui-test.h"

#include <handy.h>
#include <string.h>

typedef struct
{
  GtkWidget *window;
  HwComposer *composer;
  GtkWidget *view;
  GtkWidget *send;
  char *said; /* last */
  guint n_said;
  char *command; /* last */
  gboolean take; /* answer to "command" */
  guint n_typing;
} Fixture;

static void
on_say (Fixture *f, const char *text)
{
  g_free (f->said);
  f->said = g_strdup (text);
  f->n_said++;
}

static gboolean
on_command (Fixture *f, const char *text)
{
  g_free (f->command);
  f->command = g_strdup (text);
  return f->take;
}

static void
on_typing (Fixture *f)
{
  f->n_typing++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 500, 200);
  f->composer = HW_COMPOSER (hw_composer_new ());
  gtk_container_add (GTK_CONTAINER (f->window), GTK_WIDGET (f->composer));
  g_signal_connect_swapped (f->composer, "say", G_CALLBACK (on_say), f);
  g_signal_connect_swapped (f->composer, "command", G_CALLBACK (on_command), f);
  g_signal_connect_swapped (f->composer, "typing", G_CALLBACK (on_typing), f);
  gtk_widget_show (f->window);
  ui_test_iterate ();
  f->view = ui_test_find (f->window, GTK_TYPE_TEXT_VIEW, "Message");
  f->send = ui_test_find (f->window, GTK_TYPE_BUTTON, "Send");
  g_assert_nonnull (f->view);
  g_assert_nonnull (f->send);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_widget_destroy (f->window);
  g_free (f->said);
  g_free (f->command);
}

static void
type (Fixture *f, const char *text)
{
  hw_composer_insert (f->composer, text);
  ui_test_iterate ();
}

static void
assert_text (Fixture *f, const char *expected)
{
  g_autofree char *text = hw_composer_get_text (f->composer);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_enter_says (Fixture *f, gconstpointer data)
{
  g_assert_false (gtk_widget_get_sensitive (f->send));
  type (f, "kettle’s on ☕  ");
  g_assert_true (gtk_widget_get_sensitive (f->send));
  g_assert_cmpuint (f->n_typing, ==, 1);

  ui_test_press_key (f->view, GDK_KEY_Return, 0);
  g_assert_cmpstr (f->said, ==, "kettle’s on ☕");
  assert_text (f, "");
  g_assert_false (gtk_widget_get_sensitive (f->send));
}

static void
test_button_says (Fixture *f, gconstpointer data)
{
  type (f, "milk?");
  gtk_button_clicked (GTK_BUTTON (f->send));
  g_assert_cmpstr (f->said, ==, "milk?");
  assert_text (f, "");
}

static void
test_shift_enter_breaks (Fixture *f, gconstpointer data)
{
  type (f, "one");
  ui_test_press_key (f->view, GDK_KEY_Return, GDK_SHIFT_MASK);
  type (f, "two");
  g_assert_cmpuint (f->n_said, ==, 0);
  assert_text (f, "one\ntwo");
}

static void
test_blank_is_kept (Fixture *f, gconstpointer data)
{
  type (f, " \n\t ");
  ui_test_press_key (f->view, GDK_KEY_Return, 0);
  g_assert_cmpuint (f->n_said, ==, 0);
  g_assert_false (gtk_widget_get_sensitive (f->send));
}

static void
test_pasted_controls_go (Fixture *f, gconstpointer data)
{
  type (f, "a\r\nb\x07"
           "c\td\x1b[0m");
  ui_test_press_key (f->view, GDK_KEY_Return, 0);
  g_assert_cmpstr (f->said, ==, "a\nbc\td[0m");
}

static void
test_too_long_is_kept (Fixture *f, gconstpointer data)
{
  GtkWidget *counter;

  hw_composer_set_text_max (f->composer, 100);
  for (int i = 0; i < 89; i++)
    type (f, "x");
  counter = ui_test_find (f->window, GTK_TYPE_LABEL, "90 of 100");
  g_assert_null (counter);
  type (f, "x");
  counter = ui_test_find (f->window, GTK_TYPE_LABEL, "90 of 100");
  g_assert_nonnull (counter);
  g_assert_true (gtk_widget_get_visible (counter));

  /* Bytes count, not letters. */
  type (f, "éééééé");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (counter)), ==, "102 of 100");
  g_assert_false (gtk_widget_get_sensitive (f->send));
  ui_test_press_key (f->view, GDK_KEY_Return, 0);
  g_assert_cmpuint (f->n_said, ==, 0);
  ui_test_press_key (f->view, GDK_KEY_BackSpace, 0);
  ui_test_press_key (f->view, GDK_KEY_Return, 0);
  g_assert_cmpuint (f->n_said, ==, 1);
  g_assert_cmpuint (strlen (f->said), ==, 100);
}

static void
test_refused_command_stays (Fixture *f, gconstpointer data)
{
  f->take = FALSE;
  type (f, "/dance now");
  ui_test_press_key (f->view, GDK_KEY_Return, 0);
  g_assert_cmpstr (f->command, ==, "/dance now");
  g_assert_cmpuint (f->n_said, ==, 0);
  g_assert_cmpuint (f->n_typing, ==, 0);
  assert_text (f, "/dance now");

  f->take = TRUE;
  ui_test_press_key (f->view, GDK_KEY_Return, 0);
  assert_text (f, "");
}

static void
test_two_slashes_say_one (Fixture *f, gconstpointer data)
{
  type (f, "//usr/bin is full");
  ui_test_press_key (f->view, GDK_KEY_Return, 0);
  g_assert_cmpstr (f->said, ==, "/usr/bin is full");
}

static void
test_up_brings_back (Fixture *f, gconstpointer data)
{
  type (f, "first");
  ui_test_press_key (f->view, GDK_KEY_Return, 0);
  type (f, "second");
  ui_test_press_key (f->view, GDK_KEY_Return, 0);

  ui_test_press_key (f->view, GDK_KEY_Up, 0);
  assert_text (f, "second");
  ui_test_press_key (f->view, GDK_KEY_Up, 0);
  assert_text (f, "first");
  ui_test_press_key (f->view, GDK_KEY_Up, 0);
  assert_text (f, "first");
  ui_test_press_key (f->view, GDK_KEY_Down, 0);
  assert_text (f, "second");
  ui_test_press_key (f->view, GDK_KEY_Down, 0);
  assert_text (f, "");

  /* What is being written is not thrown away for it. */
  type (f, "third");
  ui_test_press_key (f->view, GDK_KEY_Up, 0);
  assert_text (f, "third");
}

static void
test_tab_completes (Fixture *f, gconstpointer data)
{
  g_autoptr (GListStore) members = g_list_store_new (HW_TYPE_MEMBER);
  static const char *const names[] = { "Bernd", "Ben", "Dr. Weiss" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (HwMember) member = hw_member_new (names[i]);

      g_list_store_append (members, member);
    }
  hw_composer_set_members (f->composer, G_LIST_MODEL (members));

  /* Who was active last comes first. */
  type (f, "b");
  g_assert_true (ui_test_press_key (f->view, GDK_KEY_Tab, 0));
  assert_text (f, "Ben: ");
  ui_test_press_key (f->view, GDK_KEY_Tab, 0);
  assert_text (f, "Bernd: ");
  ui_test_press_key (f->view, GDK_KEY_Tab, 0);
  assert_text (f, "Ben: ");
  ui_test_press_key (f->view, GDK_KEY_ISO_Left_Tab, GDK_SHIFT_MASK);
  assert_text (f, "Bernd: ");

  type (f, "ask @dr. w");
  ui_test_press_key (f->view, GDK_KEY_Tab, 0);
  assert_text (f, "Bernd: ask @Dr. Weiss ");
}

static void
test_tab_leaves (Fixture *f, gconstpointer data)
{
  g_autoptr (GListStore) members = g_list_store_new (HW_TYPE_MEMBER);

  hw_composer_set_members (f->composer, G_LIST_MODEL (members));
  gtk_widget_grab_focus (GTK_WIDGET (f->composer));
  type (f, "nobody");
  ui_test_press_key (f->view, GDK_KEY_Tab, 0);
  assert_text (f, "nobody");
  g_assert_false (gtk_widget_is_focus (f->view));
}

static void
test_commands_are_offered (Fixture *f, gconstpointer data)
{
  GtkWidget *list = g_object_ref_sink (hw_command_list_new ());
  const HwCommand *command;

  f->take = TRUE;
  hw_composer_set_command_list (f->composer, HW_COMMAND_LIST (list));
  type (f, "/");
  g_assert_true (gtk_widget_get_visible (list));
  /* A server that does not tell what it knows gets only what every server knows. */
  for (guint i = 0; i < 20; i++)
    {
      command = hw_command_list_get_selected (HW_COMMAND_LIST (list));
      g_assert_cmpstr (command->name, !=, "topic");
      hw_command_list_move (HW_COMMAND_LIST (list), 1);
    }

  type (f, "jo");
  command = hw_command_list_get_selected (HW_COMMAND_LIST (list));
  g_assert_cmpstr (command->name, ==, "join");
  ui_test_press_key (f->view, GDK_KEY_Tab, 0);
  assert_text (f, "/join ");
  type (f, "tea");
  ui_test_press_key (f->view, GDK_KEY_Return, 0);
  g_assert_cmpstr (f->command, ==, "/join tea");
  g_assert_false (gtk_widget_get_visible (list));

  type (f, "/le");
  ui_test_press_key (f->view, GDK_KEY_Return, 0);
  g_assert_cmpstr (f->command, ==, "/leave");
  g_object_unref (list);
}

static void
test_note_is_announced (Fixture *f, gconstpointer data)
{
  GtkWidget *note;

  hw_composer_set_note (f->composer, TRUE, "There is no room called tea.");
  note = ui_test_find (f->window, GTK_TYPE_LABEL, "There is no room called tea.");
  g_assert_nonnull (note);
  g_assert_true (gtk_widget_is_visible (note));
  ui_test_press_key (f->view, GDK_KEY_Escape, 0);
  g_assert_false (gtk_widget_is_visible (note));
}

static void
test_undo (Fixture *f, gconstpointer data)
{
  type (f, "a cup of tea");
  ui_test_press_key (f->view, GDK_KEY_a, GDK_CONTROL_MASK);
  ui_test_press_key (f->view, GDK_KEY_BackSpace, 0);
  assert_text (f, "");
  ui_test_press_key (f->view, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (f, "a cup of tea");
  ui_test_press_key (f->view, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (f, "");
  ui_test_press_key (f->view, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (f, "");
  ui_test_press_key (f->view, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  assert_text (f, "a cup of tea");
  ui_test_press_key (f->view, GDK_KEY_y, GDK_CONTROL_MASK);
  assert_text (f, "");
  ui_test_press_key (f->view, GDK_KEY_z, GDK_CONTROL_MASK);

  /* What was typed goes word by word, and what is written anew cannot be done again. */
  for (const char *p = " now é✓"; *p != '\0'; p = g_utf8_next_char (p))
    {
      g_autofree char *letter = g_strndup (p, (gsize) (g_utf8_next_char (p) - p));

      type (f, letter);
    }
  ui_test_press_key (f->view, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (f, "a cup of tea now ");
  type (f, "or");
  ui_test_press_key (f->view, GDK_KEY_y, GDK_CONTROL_MASK);
  assert_text (f, "a cup of tea now or");

  /* What was said is not taken back, nor is another room's draft. */
  ui_test_press_key (f->view, GDK_KEY_Return, 0);
  ui_test_press_key (f->view, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (f, "");
}

static void
test_endless_word (Fixture *f, gconstpointer data)
{
  g_autofree char *word = g_strnfill (100 * 1024, 'x');
  g_autofree char *words = g_strconcat ("é see: ", word, " and so on", NULL);
  g_autofree char *text = NULL;

  type (f, words);
  text = hw_composer_get_text (f->composer);
  g_assert_cmpuint (strlen (text), ==, strlen ("é see: ") + 8193);
  g_assert_false (gtk_widget_get_sensitive (f->send));
  g_assert_nonnull (ui_test_find (f->window, GTK_TYPE_LABEL,
                                  "Only the beginning is here: it is longer than a message may be. "
                                  "Send it as a file instead."));
}

#define TEST(name, function) \
  g_test_add ("/composer/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_setenv ("GSETTINGS_SCHEMA_DIR", HW_SCHEMA_DIR, TRUE);
  gtk_test_init (&argc, &argv, NULL);
  hdy_init ();
  g_resources_register (hw_get_resource ());

  TEST ("enter-says", test_enter_says);
  TEST ("button-says", test_button_says);
  TEST ("shift-enter-breaks-the-line", test_shift_enter_breaks);
  TEST ("blank-is-not-said", test_blank_is_kept);
  TEST ("pasted-controls-go", test_pasted_controls_go);
  TEST ("too-long-is-kept", test_too_long_is_kept);
  TEST ("refused-command-stays", test_refused_command_stays);
  TEST ("two-slashes-say-one", test_two_slashes_say_one);
  TEST ("up-brings-back", test_up_brings_back);
  TEST ("tab-completes-names", test_tab_completes);
  TEST ("tab-leaves-where-no-name-fits", test_tab_leaves);
  TEST ("commands-are-offered", test_commands_are_offered);
  TEST ("endless-words-are-cut", test_endless_word);
  TEST ("what-is-written-is-undone-and-done-again", test_undo);
  TEST ("note-is-shown-and-taken-away", test_note_is_announced);

  return g_test_run ();
}
