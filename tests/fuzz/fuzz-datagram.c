/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Datagrams of strangers: whatever is taken for a probe is answered in no more bytes than it had,
 * and by an answer that is read again as what was written. */

#include "fuzz.h"

#include "protocol/datagram.h"

#include <string.h>

static void
expect_answer (const char *probe, gsize length)
{
  HwAnswer said = {
    .probe = (char *) probe,
    .id = (char *) "0123456789abcdef0123456789abcdef",
    .name = (char *) "Raum 204 – \"Physik\"",
    .port = 55667,
    .users = 12,
    .rooms = 3,
    .fingerprint = (char *) "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  };
  g_auto (HwAnswer) heard = { 0 };
  GString *answer = hw_answer_write (&said, length);

  if (!answer)
    return;
  g_assert_cmpuint (answer->len, <=, length);
  g_assert_true (hw_answer_read (&heard, answer->str, answer->len));
  g_assert_cmpstr (heard.probe, ==, probe);
  g_assert_cmpstr (heard.id, ==, said.id);
  g_assert_true (g_str_has_prefix (said.name, heard.name));
  g_string_free (answer, TRUE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *probe = hw_probe_read (data, size);
  g_auto (HwAnswer) answer = { 0 };

  if (probe)
    {
      g_assert_true (g_utf8_validate (probe, -1, NULL));
      expect_answer (probe, size);
    }
  if (hw_answer_read (&answer, data, size))
    {
      g_assert_true (g_utf8_validate (answer.name, -1, NULL));
      g_assert_cmpuint (answer.port, !=, 0);
      g_assert_cmpuint (strlen (answer.fingerprint), ==, 64);
    }
  return 0;
}
