/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "member.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define HW_TYPE_MEMBER_LIST (hw_member_list_get_type ())
/**
 * HwMemberList:
 *
 * Who is in a room: a GListModel of HwMember, each once, sorted by folded name. Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwMemberList, hw_member_list, HW, MEMBER_LIST, GObject)

HwMemberList *hw_member_list_new (void);
guint hw_member_list_get_size (HwMemberList *self);
HwMember *hw_member_list_find (HwMemberList *self,
                               const char *name); /* (transfer none) (nullable) */
void hw_member_list_add (HwMemberList *self, HwMember *member);
gboolean hw_member_list_remove (HwMemberList *self, const char *name);
void hw_member_list_replace (HwMemberList *self, GPtrArray *members);

G_END_DECLS
