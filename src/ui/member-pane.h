/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pane.h"

#include <gio/gio.h>
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_MEMBER_PANE (hw_member_pane_get_type ())
/**
 * HwMemberPane:
 *
 * Who is in a room: those who are here, then those who are away, by name. It makes rows for a
 * bounded number of people, and only while it is seen; in a larger room a field finds the others.
 */
G_DECLARE_FINAL_TYPE (HwMemberPane, hw_member_pane, HW, MEMBER_PANE, HwPane)

GtkWidget *hw_member_pane_new (void);
void hw_member_pane_set_own_name (HwMemberPane *self, const char *name);
void hw_member_pane_set_members (HwMemberPane *self, GListModel *members);
void hw_member_pane_set_stale (HwMemberPane *self, gboolean stale);

G_END_DECLS
