/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HW_TYPE_WAKE (hw_wake_get_type ())
/**
 * HwWake:
 *
 * Tells when this machine has slept and is awake again, where logind can be asked. Main thread
 * only.
 *
 * Signals:
 * woke (wake): just now
 */
G_DECLARE_FINAL_TYPE (HwWake, hw_wake, HW, WAKE, GObject)

HwWake *hw_wake_new (void);

G_END_DECLS
