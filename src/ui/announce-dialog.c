/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The dialog in which an admin says something to everybody. */

#include "hallway-config.h"

#include "announce-dialog.h"

#include "ask-dialog.h"

#include <glib/gi18n.h>

/* Characters of an announcement. */
#define TEXT_MAX 500

static gboolean
on_check (HwAskDialog *dialog, HwFieldRow *words)
{
  g_autofree char *text = g_strstrip (g_strdup (hw_field_row_get_text (words)));

  return *text != '\0';
}

static void
on_send (HwAskDialog *dialog, HwFieldRow *words)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  json_object_set_string_member (fields, "text", hw_field_row_get_text (words));
  hw_ask_dialog_request (dialog, "announce", fields);
}

static void
on_answered (HwAskDialog *dialog, JsonObject *reply, HwFieldRow *words)
{
  hw_ask_dialog_tell (dialog, _ ("Announced"),
                      _ ("Everybody who is at this place sees it over their room:"),
                      hw_field_row_get_text (words));
}

/**
 * hw_announce_dialog_new:
 * @parent: the window that asks
 * @place: a place whose admin we are
 *
 * Returns: (transfer none): a dialog; present it by gtk_window_present()
 */
GtkWidget *
hw_announce_dialog_new (GtkWindow *parent, HwPlace *place)
{
  HwAskDialog *dialog
      = HW_ASK_DIALOG (hw_ask_dialog_new (parent, place, _ ("Announce"), _ ("Announce")));
  HwFieldRow *words = hw_ask_dialog_add_field (dialog, _ ("What everybody is to know"), TEXT_MAX);

  hw_ask_dialog_set_meaning (dialog, _ ("It appears over every room, for all who are at this place "
                                        "now. It is in no log."));
  g_signal_connect_object (dialog, "check", G_CALLBACK (on_check), words, 0);
  g_signal_connect_object (dialog, "send", G_CALLBACK (on_send), words, 0);
  g_signal_connect_object (dialog, "answered", G_CALLBACK (on_answered), words, 0);
  hw_ask_dialog_update (dialog);
  return GTK_WIDGET (dialog);
}
