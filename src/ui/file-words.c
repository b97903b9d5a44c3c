/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a file on its way is told of: one short line for each of its states. */

#include "hallway-config.h"

#include "file-words.h"

#include "entry-text.h"
#include "words.h"

#include "client/isolate.h"

#include <glib/gi18n.h>

/* Seconds left beyond which nobody can tell. */
#define LEFT_MAX (24 * 3600)

static char *
describe_left (HwTransfer *transfer)
{
  double rate = hw_transfer_get_rate (transfer);
  gint64 left = hw_transfer_get_size (transfer) - hw_transfer_get_done (transfer);
  double seconds = rate > 1 ? (double) left / rate : LEFT_MAX;

  if (seconds >= LEFT_MAX)
    return NULL;
  if (seconds < 60)
    return g_strdup_printf (ngettext ("%d second left", "%d seconds left", (int) seconds + 1),
                            (int) seconds + 1);
  return g_strdup_printf (ngettext ("%d minute left", "%d minutes left", (int) (seconds / 60) + 1),
                          (int) (seconds / 60) + 1);
}

static char *
describe_running (HwTransfer *transfer, const char *size)
{
  g_autofree char *done = hw_words_size (hw_transfer_get_done (transfer));
  g_autofree char *rate = hw_words_size ((guint64) hw_transfer_get_rate (transfer));
  g_autofree char *left = describe_left (transfer);

  if (hw_transfer_get_n_fetching (transfer) > 1)
    return g_strdup_printf (ngettext ("%s · %u person fetches it", "%s · %u people fetch it",
                                      hw_transfer_get_n_fetching (transfer)),
                            size, hw_transfer_get_n_fetching (transfer));
  if (left == NULL)
    /* Translators: "3 MB of 12 MB" */
    return g_strdup_printf (_ ("%s of %s"), done, size);
  /* Translators: "3 MB of 12 MB · 5 MB/s · 2 seconds left" */
  return g_strdup_printf (_ ("%s of %s · %s/s · %s"), done, size, rate, left);
}

static char *
describe_offered (HwTransfer *transfer, const char *size)
{
  guint n = hw_transfer_get_n_fetched (transfer);

  if (!hw_transfer_is_ours (transfer))
    /* Translators: a file's size; somebody offers it */
    return g_strdup_printf (_ ("%s · on offer"), size);
  if (n > 0)
    return g_strdup_printf (ngettext ("%s · on offer, %u has it", "%s · on offer, %u have it", n),
                            size, n);
  if (hw_transfer_get_room (transfer) != NULL)
    return g_strdup_printf (_ ("%s · on offer as long as you are here"), size);
  return g_strdup_printf (_ ("%s · waits to be accepted"), size);
}

static char *
describe_saved (HwTransfer *transfer, const char *size)
{
  GFile *file = hw_transfer_get_file (transfer);
  g_autoptr (GFile) folder = file != NULL ? g_file_get_parent (file) : NULL;
  g_autofree char *path = folder != NULL ? g_file_get_path (folder) : NULL;
  g_autofree char *name = path != NULL ? g_filename_display_basename (path) : NULL;
  g_autofree char *isolated = name != NULL ? hw_isolate (name) : NULL;

  if (isolated == NULL)
    return g_strdup_printf (_ ("%s · saved"), size);
  /* Translators: a file's size, and the name of the folder where it is */
  return g_strdup_printf (_ ("%s · saved in %s"), size, isolated);
}

/**
 * hw_file_words_state:
 * @transfer: a file
 *
 * Returns: (transfer full): how big it is and how far
 */
char *
hw_file_words_state (HwTransfer *transfer)
{
  g_autofree char *size = hw_words_size ((guint64) hw_transfer_get_size (transfer));
  const char *problem = hw_transfer_get_problem (transfer);

  switch (hw_transfer_get_state (transfer))
    {
    case HW_TRANSFER_PREPARING:
      return g_strdup (_ ("Getting it ready…"));
    case HW_TRANSFER_OFFERED:
      return problem != NULL ? g_strdup (problem) : describe_offered (transfer, size);
    case HW_TRANSFER_WAITING:
      return g_strdup_printf (_ ("%s · connecting…"), size);
    case HW_TRANSFER_RUNNING:
      return describe_running (transfer, size);
    case HW_TRANSFER_PAUSED:
      return g_strdup (problem != NULL ? problem : _ ("It stopped."));
    case HW_TRANSFER_DONE:
      return hw_transfer_is_ours (transfer) ? g_strdup_printf (_ ("%s · arrived"), size)
                                            : describe_saved (transfer, size);
    case HW_TRANSFER_FAILED:
      return g_strdup (problem != NULL ? problem : _ ("It did not work."));
    case HW_TRANSFER_DECLINED:
      return g_strdup (_ ("Not wanted"));
    case HW_TRANSFER_GONE:
      return g_strdup (problem != NULL ? problem : _ ("No longer on offer"));
    case HW_TRANSFER_CANCELLED:
    default:
      return g_strdup (_ ("Cancelled"));
    }
}

/**
 * hw_file_words_plain:
 * @transfer: a file
 * @from: who offers it
 *
 * Returns: (transfer full): the offer as a line of text
 */
char *
hw_file_words_plain (HwTransfer *transfer, const char *from)
{
  g_autofree char *size = hw_words_size ((guint64) hw_transfer_get_size (transfer));

  /* Translators: a person, the name of a file and its size: "Ana offers photo.jpg (2.1 MB)" */
  return g_strdup_printf (_ ("%s offers %s (%s)"), from, hw_transfer_get_name (transfer), size);
}

/**
 * hw_file_words_spoken:
 * @transfer: a file
 *
 * Returns: (transfer full): what its card says to those who do not see it
 */
char *
hw_file_words_spoken (HwTransfer *transfer)
{
  g_autofree char *shown = hw_file_words_state (transfer);
  g_autofree char *state = hw_entry_text_strip_marks (shown, -1);

  /* Translators: a file's name, and how far it is */
  return g_strdup_printf (_ ("File %s, %s"), hw_transfer_get_name (transfer), state);
}

/**
 * hw_file_words_icon:
 * @transfer: a file
 *
 * Returns: the name of an icon that says what it is
 */
const char *
hw_file_words_icon (HwTransfer *transfer)
{
  static const struct
  {
    const char *prefix;
    const char *icon;
  } icons[] = {
    { "image/", "image-x-generic-symbolic" },
    { "audio/", "audio-x-generic-symbolic" },
    { "video/", "video-x-generic-symbolic" },
    { "application/zip", "package-x-generic-symbolic" },
  };
  const char *type = hw_transfer_get_media_type (transfer);

  for (gsize i = 0; type != NULL && i < G_N_ELEMENTS (icons); i++)
    if (g_str_has_prefix (type, icons[i].prefix))
      return icons[i].icon;
  return "text-x-generic-symbolic";
}
