/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row of a list with something to copy: an address, an invitation, a command. */

#include "hallway-config.h"

#include "copy-row.h"

#include <glib/gi18n.h>

static void
on_copy (GtkButton *button)
{
  const char *text = g_object_get_data (G_OBJECT (button), "hw-text");

  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button), GDK_SELECTION_CLIPBOARD),
                          text, -1);
}

/**
 * hw_copy_row_new:
 * @text: what is shown, and copied
 * @note: (nullable): a word beside it
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
hw_copy_row_new (const char *text, const char *note)
{
  /* Translators: %s is an address or a command */
  g_autofree char *spoken = g_strdup_printf (_ ("Copy %s"), text);
  GtkWidget *row
      = g_object_new (GTK_TYPE_LIST_BOX_ROW, "activatable", FALSE, "can-focus", FALSE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic", GTK_ICON_SIZE_BUTTON);

  g_object_set (box, "margin-start", 12, "margin-end", 6, "margin-top", 6, "margin-bottom", 6,
                NULL);
  g_object_set (label, "xalign", 0.0, "hexpand", TRUE, "selectable", TRUE, "can-focus", FALSE,
                "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR, "width-chars", 12,
                "max-width-chars", 60, NULL);
  /* Neither an address nor a command is turned round in right-to-left languages; it only stands at
   * the other edge. */
  if (gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL)
    {
      gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
      gtk_label_set_xalign (GTK_LABEL (label), 1.0);
    }
  gtk_style_context_add_class (gtk_widget_get_style_context (label), "hw-mono");
  gtk_container_add (GTK_CONTAINER (box), label);
  if (note != NULL)
    {
      GtkWidget *beside = gtk_label_new (note);

      gtk_style_context_add_class (gtk_widget_get_style_context (beside), "hw-small");
      gtk_style_context_add_class (gtk_widget_get_style_context (beside), "hw-dim");
      gtk_container_add (GTK_CONTAINER (box), beside);
    }
  gtk_style_context_add_class (gtk_widget_get_style_context (copy), "flat");
  gtk_widget_set_valign (copy, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (copy, _ ("Copy"));
  atk_object_set_name (gtk_widget_get_accessible (copy), spoken);
  atk_object_set_name (gtk_widget_get_accessible (row), text);
  g_object_set_data_full (G_OBJECT (copy), "hw-text", g_strdup (text), g_free);
  g_signal_connect (copy, "clicked", G_CALLBACK (on_copy), NULL);
  gtk_container_add (GTK_CONTAINER (box), copy);
  gtk_container_add (GTK_CONTAINER (row), box);
  gtk_widget_show_all (row);
  return row;
}
