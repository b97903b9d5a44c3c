/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Addresses as people type them, and as nobody should. */

#include "client/address.h"

#include "protocol/error.h"

#include <string.h>

static const struct
{
  const char *text;
  const char *string; /* NULL: refused */
  const char *room;
  gboolean loopback;
} cases[] = {
  { "lab", "lab:55667", NULL, FALSE },
  { "  lab.local  ", "lab.local:55667", NULL, FALSE },
  { "lab:1", "lab:1", NULL, FALSE },
  { "192.168.1.20:65535", "192.168.1.20:65535", NULL, FALSE },
  { "localhost", "localhost:55667", NULL, TRUE },
  { "LOCALHOST:9", "LOCALHOST:9", NULL, TRUE },
  { "127.0.0.1:40123", "127.0.0.1:40123", NULL, TRUE },
  { "127.9.9.9", "127.9.9.9:55667", NULL, TRUE },
  { "::1", "[::1]:55667", NULL, TRUE },
  { "[::1]", "[::1]:55667", NULL, TRUE },
  { "[::1]:4000", "[::1]:4000", NULL, TRUE },
  { "fe80::1", "[fe80::1]:55667", NULL, FALSE },
  { "fe80::1%eth0", "[fe80::1%eth0]:55667", NULL, FALSE },
  { "[fe80::1%eth0]:4000", "[fe80::1%eth0]:4000", NULL, FALSE },
  { "hallway://[fe80::1%25eth0]:7/tea", "[fe80::1%eth0]:7", "tea", FALSE },
  { "[fe80::1%]:4000", NULL, NULL, FALSE },
  { "[fe80::1%et/0]:4000", NULL, NULL, FALSE },
  { "lab%eth0", NULL, NULL, FALSE },
  { "localhost.evil.example", "localhost.evil.example:55667", NULL, FALSE },
  { "127.0.0.1.evil.example", "127.0.0.1.evil.example:55667", NULL, FALSE },
  { "hallway://lab", "lab:55667", NULL, FALSE },
  { "HALLWAY://lab:7/", "lab:7", NULL, FALSE },
  { "hallway://lab:7/tea", "lab:7", "tea", FALSE },
  { "hallway://[::1]:7/exam%20prep", "[::1]:7", "exam prep", TRUE },
  { "lab/caf%C3%A9", "lab:55667", "café", FALSE },
  { "bücher.example", "bücher.example:55667", NULL, FALSE },
  { "", NULL, NULL, FALSE },
  { "   ", NULL, NULL, FALSE },
  { "hallway://", NULL, NULL, FALSE },
  { ":55667", NULL, NULL, FALSE },
  { "lab:", NULL, NULL, FALSE },
  { "lab:0", NULL, NULL, FALSE },
  { "lab:65536", NULL, NULL, FALSE },
  { "lab:-1", NULL, NULL, FALSE },
  { "lab:1x", NULL, NULL, FALSE },
  { "lab:99999999999999999999", NULL, NULL, FALSE },
  { "[::1", NULL, NULL, FALSE },
  { "[::1]4", NULL, NULL, FALSE },
  { "[lab]:4", NULL, NULL, FALSE },
  { "[]:4", NULL, NULL, FALSE },
  { "a:b:c", NULL, NULL, FALSE },
  { "user@lab", NULL, NULL, FALSE },
  { "lab name", NULL, NULL, FALSE },
  { "lab\nhello", NULL, NULL, FALSE },
  { "-o=x", NULL, NULL, FALSE },
  { "https://lab", NULL, NULL, FALSE },
  { "lab/%00", NULL, NULL, FALSE },
  { "lab/%ff", NULL, NULL, FALSE },
  { "lab/a%0Ab", NULL, NULL, FALSE },
  { "\xff\xfe", NULL, NULL, FALSE },
};

static void
test_parse (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (HwAddress) address = hw_address_parse (cases[i].text, &error);
  g_autofree char *string = NULL;

  if (!cases[i].string)
    {
      g_assert_null (address);
      g_assert_nonnull (error);
      g_assert_cmpint (error->domain, ==, HW_ERROR);
      g_assert_cmpstr (hw_error_get_field (error), ==, "address");
      return;
    }
  g_assert_no_error (error);
  g_assert_nonnull (address);
  string = hw_address_to_string (address);
  g_assert_cmpstr (string, ==, cases[i].string);
  g_assert_cmpstr (address->room, ==, cases[i].room);
  g_assert_cmpint (address->loopback, ==, cases[i].loopback);
}

static void
test_long (void)
{
  g_autofree char *text = g_strnfill (5000, 'a');
  g_autoptr (GError) error = NULL;

  g_assert_null (hw_address_parse (text, &error));
  g_assert_nonnull (error);
  text[300] = '\0';
  g_clear_error (&error);
  g_assert_null (hw_address_parse (text, &error));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/address/%02zu", i);

      g_test_add_data_func (name, GSIZE_TO_POINTER (i), test_parse);
    }
  g_test_add_func ("/address/long", test_long);
  return g_test_run ();
}
