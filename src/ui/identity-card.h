/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_IDENTITY_CARD (hw_identity_card_get_type ())
/**
 * HwIdentityCard:
 *
 * Who the person is: the name, and the password where the name is protected. It says under the
 * field why a place refuses them.
 *
 * Signals:
 * log-in (card, gboolean takeover): the name is wanted at the place that is set
 */
G_DECLARE_FINAL_TYPE (HwIdentityCard, hw_identity_card, HW, IDENTITY_CARD, GtkBox)

const char *hw_identity_card_get_name (HwIdentityCard *self);     /* (nullable): be a guest */
const char *hw_identity_card_get_password (HwIdentityCard *self); /* (nullable) */
void hw_identity_card_set_name (HwIdentityCard *self, const char *name);
void hw_identity_card_remember (HwIdentityCard *self);
void hw_identity_card_set_place (HwIdentityCard *self, HwPlace *place);
void hw_identity_card_set_secrets (HwIdentityCard *self, HwSecrets *secrets);
void hw_identity_card_refuse (HwIdentityCard *self, const GError *error);
void hw_identity_card_focus_problem (HwIdentityCard *self);
char *hw_identity_card_describe_problem (const GError *error);

G_END_DECLS
