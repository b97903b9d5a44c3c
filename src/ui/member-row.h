/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/member.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Microseconds without a sign of somebody after which that person counts as away. */
#define HW_MEMBER_AWAY_AFTER (5 * G_TIME_SPAN_MINUTE)

#define HW_TYPE_MEMBER_ROW (hw_member_row_get_type ())
/**
 * HwMemberRow:
 *
 * Somebody in the list of who is here: face, name, and what there is to know of them.
 */
G_DECLARE_FINAL_TYPE (HwMemberRow, hw_member_row, HW, MEMBER_ROW, GtkListBoxRow)

GtkWidget *hw_member_row_new (HwMember *member, gboolean own);
HwMember *hw_member_row_get_member (HwMemberRow *self); /* (transfer none) */
gboolean hw_member_row_get_away (HwMemberRow *self);
gboolean hw_member_row_refresh (HwMemberRow *self);

G_END_DECLS
