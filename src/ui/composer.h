/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "command-list.h"

#include <gio/gio.h>
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_COMPOSER (hw_composer_get_type ())
/**
 * HwComposer:
 *
 * The entry in which messages are written: several lines, a counter near the limit, completion of
 * names, what was said before under the Up key, commands behind a slash, and a note for what could
 * not be done.
 *
 * Signals:
 * say (composer, const char *text): a message is to be sent, valid and trimmed; the entry is
 *   cleared
 * command (composer, const char *text) → boolean: a command was typed; TRUE clears the entry. FALSE
 *   keeps what was typed: say why by hw_composer_set_note()
 * typing (composer): something was written that is not a command
 * attach (composer): files are to be sent
 * changed (composer): another text stands in it
 */
G_DECLARE_FINAL_TYPE (HwComposer, hw_composer, HW, COMPOSER, GtkBox)

GtkWidget *hw_composer_new (void);
GtkTextView *hw_composer_get_view (HwComposer *self); /* (transfer none) */
void hw_composer_set_placeholder (HwComposer *self, const char *placeholder);
void hw_composer_set_text_max (HwComposer *self, gsize bytes);
void hw_composer_set_members (HwComposer *self, GListModel *members);
void hw_composer_set_command_list (HwComposer *self, HwCommandList *list);
char *hw_composer_get_text (HwComposer *self); /* (transfer full) */
void hw_composer_set_text (HwComposer *self, const char *text);
void hw_composer_insert (HwComposer *self, const char *text);
void hw_composer_set_note (HwComposer *self, gboolean bad, const char *text);

G_END_DECLS
