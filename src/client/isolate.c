/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names in sentences: a Latin name in an Arabic sentence, or a Hebrew one in a German sentence,
 * keeps its own direction and leaves what stands around it in place. The one function for all of
 * them. */

#include "hallway-config.h"

#include "isolate.h"

#include <glib/gi18n-lib.h>

/* First strong isolate, its end, and the marks that give the sentence its direction again. */
#define FSI "\342\201\250"
#define PDI "\342\201\251"
#define LRM "\342\200\216"
#define RLM "\342\200\217"

/* What is written from right to left, or turns the direction by itself; some more does no harm. */
static gboolean
may_turn (gunichar c)
{
  return (c >= 0x0590 && c <= 0x08ff) || (c >= 0x200e && c <= 0x200f)
         || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069)
         || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff)
         || (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
}

static gboolean
needs_marks (const char *name)
{
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    if (may_turn (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

/**
 * hw_isolate:
 * @name: what somebody typed: a name, a topic; valid UTF-8
 *
 * Makes @name fit for standing in a sentence of the catalogue that is in use: its direction stays
 * its own, and does not turn round what stands beside it. For what is shown, not for what is read
 * out or compared. Any thread.
 *
 * Returns: (transfer full): @name, between marks where they are needed
 */
char *
hw_isolate (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  /* The catalogue's direction, not the window's: they may differ.
   * Translators: the direction of this catalogue as HTML has it: ltr or rtl */
  if (g_str_equal (C_ ("text direction", "ltr"), "rtl"))
    return g_strconcat (RLM, FSI, name, PDI, NULL);
  if (needs_marks (name))
    return g_strconcat (LRM, FSI, name, PDI, NULL);
  return g_strdup (name);
}
