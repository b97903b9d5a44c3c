/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of commands is what it must be for the rest to trust it. */

#include "server/command.h"

#include <string.h>

static void
test_sorted_and_found (void)
{
  const HwCommand *commands;
  gsize n_commands = hw_command_get_table (&commands);

  for (gsize i = 0; i < n_commands; i++)
    {
      if (i > 0)
        g_assert_cmpint (strcmp (commands[i - 1].op, commands[i].op), <, 0);
      g_assert_true (hw_command_find (commands[i].op) == &commands[i]);
    }
  g_assert_null (hw_command_find (""));
  g_assert_null (hw_command_find ("SAY"));
  g_assert_null (hw_command_find ("zzz"));
}

static void
test_rows_are_whole (void)
{
  const HwCommand *commands;
  gsize n_commands = hw_command_get_table (&commands);

  for (gsize i = 0; i < n_commands; i++)
    {
      const HwField *fields = commands[i].fields;

      g_test_message ("%s", commands[i].op);
      g_assert_nonnull (commands[i].handler);
      g_assert_true (*commands[i].text);
      g_assert_null (fields[HW_FIELDS_MAX].name);
      for (guint k = 0; fields[k].name; k++)
        {
          g_assert_cmpint (fields[k].minimum, <=, fields[k].maximum);
          for (guint j = 0; j < k; j++)
            g_assert_cmpstr (fields[j].name, !=, fields[k].name);
        }
    }
}

static void
test_what_is_no_activity (void)
{
  const HwCommand *commands;
  gsize n_commands = hw_command_get_table (&commands);

  for (gsize i = 0; i < n_commands; i++)
    {
      gboolean quiet = (commands[i].flags & HW_COMMAND_QUIET) != 0;
      const char *op = commands[i].op;

      g_assert_cmpint (quiet, ==,
                       g_str_equal (op, "ping") || g_str_equal (op, "pong")
                           || g_str_equal (op, "received") || g_str_equal (op, "rooms"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command/sorted-and-found", test_sorted_and_found);
  g_test_add_func ("/command/rows-are-whole", test_rows_are_whole);
  g_test_add_func ("/command/what-is-no-activity", test_what_is_no_activity);
  return g_test_run ();
}
