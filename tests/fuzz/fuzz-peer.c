/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What another person's client may send: requests and answers of any bytes. What is taken is within
 * its bounds, and says the same when it is written and read again; the names of files that come
 * become safe ones. */

#include "fuzz.h"

#include "protocol/error.h"
#include "protocol/file-name.h"
#include "protocol/limits.h"
#include "protocol/peer.h"

#include <string.h>

static void
check_request (const char *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  gint64 id;
  g_autoptr (HwPeerRequest) request = hw_peer_request_parse (bytes, size, &id, &error);
  g_autoptr (HwPeerRequest) again = NULL;
  g_autoptr (GString) line = NULL;

  g_assert_true ((request != NULL) != (error != NULL));
  if (!request)
    {
      g_autoptr (GString) refusal = hw_peer_refusal_to_line (id, error);
      gint64 file;

      g_assert_cmpuint (refusal->len, <=, HW_LINE_MAX);
      g_assert_false (hw_peer_answer_parse (refusal->str, refusal->len - 1, 1, &file, NULL));
      return;
    }
  g_assert_cmpint (request->id, ==, id);
  g_assert_cmpint (g_utf8_strlen (request->from, -1), <=, HW_USER_NAME_MAX);
  g_assert_true (request->op == HW_PEER_FETCH || strlen (request->text) <= HW_TEXT_MAX);
  line = hw_peer_request_to_line (request);
  g_assert_cmpint (line->str[line->len - 1], ==, '\n');
  again = hw_peer_request_parse (line->str, line->len - 1, &id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (again->op, ==, request->op);
  g_assert_cmpint (again->id, ==, request->id);
  g_assert_cmpint (again->offer, ==, request->offer);
  g_assert_cmpint (again->offset, ==, request->offset);
  g_assert_cmpstr (again->from, ==, request->from);
  g_assert_cmpstr (again->to, ==, request->to);
  g_assert_cmpstr (again->sha256, ==, request->sha256);
  g_assert_cmpstr (again->text, ==, request->text);
  g_assert_cmpstr (again->key, ==, request->key);
  g_assert_cmpstr (again->after, ==, request->after);
}

static void
check_answer (const char *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  gint64 file;
  gboolean ok = hw_peer_answer_parse (bytes, size, 1, &file, &error);

  g_assert_true (ok == (error == NULL));
  if (ok && file >= 0)
    {
      g_autoptr (GString) line = hw_peer_answer_to_line (1, file);
      gint64 again;

      g_assert_true (hw_peer_answer_parse (line->str, line->len - 1, 1, &again, NULL));
      g_assert_cmpint (again, ==, file);
    }
}

static void
check_name (const char *bytes, gsize size)
{
  g_autofree char *text = g_strndup (bytes, size);
  g_autofree char *name = hw_file_name_make_safe (text);

  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_cmpuint (strlen (name), >, 0);
  g_assert_cmpuint (strlen (name), <, 255 - strlen (".0123456789ab.part"));
  g_assert_null (strpbrk (name, "/\\:*?\"<>|\n\r\t"));
  g_assert_true (*name != '.');
  g_assert_true (name[strlen (name) - 1] != '.' && name[strlen (name) - 1] != ' ');
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *bytes = (const char *) data;

  if (size > HW_LINE_MAX)
    return 0;
  check_request (bytes, size);
  check_answer (bytes, size);
  check_name (bytes, size);
  return 0;
}
