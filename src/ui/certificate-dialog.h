/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_CERTIFICATE_DIALOG (hw_certificate_dialog_get_type ())
/**
 * HwCertificateDialog:
 *
 * Asks whether a place's certificate is to be trusted: one that is seen for the first time, or one
 * that is not the one that is known. It tells the place what was decided, and goes when there is
 * nothing to decide any more.
 */
G_DECLARE_FINAL_TYPE (HwCertificateDialog, hw_certificate_dialog, HW, CERTIFICATE_DIALOG, HdyWindow)

GtkWidget *hw_certificate_dialog_new (GtkWindow *parent, HwPlace *place, HwKnownPlaces *known);

G_END_DECLS
