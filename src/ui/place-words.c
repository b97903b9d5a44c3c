/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Why one is no longer in a place, and what one can do about it, as the bar in its windows and the
 * desktop's notification say it. */

#include "hallway-config.h"

#include "place-words.h"

#include "client/isolate.h"

#include "protocol/error.h"

#include <glib/gi18n.h>

/* @words, and after them what a person has said about it. */
static char *
add_reason (const char *words, const GError *error)
{
  g_autofree char *said = NULL;

  if (error == NULL || g_strcmp0 (hw_error_get_field (error), "text") != 0)
    return g_strdup (words);
  said = hw_isolate (error->message);
  /* Translators: what happened, and the words of whoever did it */
  return g_strdup_printf (_ ("%s “%s”"), words, said);
}

/**
 * hw_place_words_end:
 * @place: a place that is %HW_PLACE_ENDED
 *
 * Returns: (transfer full): why we are out: in our words where we know better, in the server's
 * where it told
 */
char *
hw_place_words_end (HwPlace *place)
{
  const char *code = hw_place_get_kicked_code (place);
  const GError *error = hw_place_get_error (place);

  if (g_strcmp0 (code, "idle") == 0)
    return g_strdup (_ ("You were away for a while, so the place let you go."));
  if (g_strcmp0 (code, "taken-over") == 0)
    return g_strdup (_ ("You came in from another window or computer. This one was let go."));
  if (g_strcmp0 (code, "flood") == 0)
    return g_strdup (_ ("Too much came from here at once, so the place let you go."));
  if (g_strcmp0 (code, "kick") == 0)
    return add_reason (_ ("You were shown out."), error);
  if (g_strcmp0 (code, "ban") == 0)
    return add_reason (_ ("You were shown out for some time."), error);
  if (g_strcmp0 (code, "closing") == 0)
    return add_reason (_ ("The place has closed."), error);
  return g_strdup (error != NULL ? error->message : _ ("The connection has ended."));
}

/**
 * hw_place_words_return:
 * @place: a place that is %HW_PLACE_ENDED
 *
 * Returns: (transfer none): the words on the button that goes there again
 */
const char *
hw_place_words_return (HwPlace *place)
{
  return g_strcmp0 (hw_place_get_kicked_code (place), "closing") == 0 ? _ ("Try again")
                                                                      : _ ("Come back");
}
