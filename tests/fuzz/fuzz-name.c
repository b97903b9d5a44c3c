/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of any origin: normalising and folding must be steady, and agree with each other, for a
 * name that changes when it is looked at twice lets two people have the same one. */

#include "fuzz.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/name.h"

#include <string.h>

typedef char *(*Normalize) (const char *text, const char *field, GError **error);

static void
check_fold (const char *text)
{
  static const GNormalizeMode forms[] = { G_NORMALIZE_NFD, G_NORMALIZE_NFC, G_NORMALIZE_NFKD };
  g_autofree char *folded = hw_name_fold (text);
  g_autofree char *again = hw_name_fold (folded);

  g_assert_true (g_utf8_validate (folded, -1, NULL));
  g_assert_cmpstr (folded, ==, again);
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *other = g_utf8_normalize (text, -1, forms[i]);
      g_autofree char *other_folded = hw_name_fold (other);

      g_assert_cmpstr (folded, ==, other_folded);
    }
}

static void
check (Normalize normalize, const char *text, glong minimum, glong maximum)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = normalize (text, "field", &error);
  g_autofree char *again = NULL;
  g_autofree char *folded = NULL;

  if (!name)
    {
      g_assert_nonnull (error);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_cmpstr (hw_error_get_field (error), ==, "field");
      return;
    }
  g_assert_no_error (error);
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (name, -1), >=, minimum);
  g_assert_cmpint (g_utf8_strlen (name, -1), <=, maximum);
  g_assert_cmpint (*name, !=, '/');
  g_assert_null (strpbrk (name, "\n\r\t\v\f"));
  again = normalize (name, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (name, ==, again);
  folded = hw_name_fold (name);
  g_assert_true (minimum == 0 || *folded);
  check_fold (name);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);

  /* What is no UTF-8 never gets so far: the reader of lines refuses it */
  if (!g_utf8_validate (text, -1, NULL))
    return 0;
  check (hw_name_normalize_user, text, 1, HW_USER_NAME_MAX);
  check (hw_name_normalize_room, text, 1, HW_ROOM_NAME_MAX);
  check (hw_name_normalize_topic, text, 0, HW_TOPIC_MAX);
  check_fold (text);
  hw_text_check (text, NULL, NULL);
  return 0;
}
