/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define HW_TYPE_MEMBER (hw_member_get_type ())
/**
 * HwMember:
 *
 * Somebody in a room. Properties (read-only, notified): "name", "focus", "admin" (booleans),
 * "active-at" (gint64: monotonic microseconds of the last activity we know of), "typing" (boolean).
 */
G_DECLARE_FINAL_TYPE (HwMember, hw_member, HW, MEMBER, GObject)

HwMember *hw_member_new (const char *name);
HwMember *hw_member_new_from_json (JsonObject *row, GError **error);

const char *hw_member_get_name (HwMember *self);
const char *hw_member_get_folded (HwMember *self); /* hw_name_fold() of the name, for sorting */
gboolean hw_member_get_focus (HwMember *self);
gboolean hw_member_get_admin (HwMember *self);
gint64 hw_member_get_active_at (HwMember *self);
gboolean hw_member_get_typing (HwMember *self);

G_END_DECLS
