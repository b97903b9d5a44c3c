/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HwSecretKind:
 *
 * What a password is for.
 */
typedef enum
{
  HW_SECRET_NAME,  /* a person's name at a place */
  HW_SECRET_ROOM,  /* a locked room */
  HW_SECRET_ADMIN, /* running the place */
} HwSecretKind;

#define HW_TYPE_SECRETS (hw_secrets_get_type ())
/**
 * HwSecrets:
 *
 * Passwords that the person wants remembered, kept by the desktop's keyring (the Secret Service),
 * never by us. Everything waits for answers without holding up the main loop: a locked keyring may
 * ask the person first.
 *
 * Properties: "available" (boolean, read-only, notified): there is a keyring to ask.
 *
 * Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwSecrets, hw_secrets, HW, SECRETS, GObject)

HwSecrets *hw_secrets_new (void);
gboolean hw_secrets_is_available (HwSecrets *self);
gboolean hw_secrets_may_be_available (HwSecrets *self);
void hw_secrets_look_up_async (HwSecrets *self,
                               HwSecretKind kind,
                               const char *place,
                               const char *name,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
/* (transfer full) (nullable): to be freed by hw_secret_free() */
char *hw_secrets_look_up_finish (HwSecrets *self, GAsyncResult *result, GError **error);
void hw_secrets_store (HwSecrets *self,
                       HwSecretKind kind,
                       const char *place,
                       const char *name,
                       const char *label,
                       const char *password);
void hw_secrets_forget (HwSecrets *self, HwSecretKind kind, const char *place, const char *name);
void hw_secrets_forget_place (HwSecrets *self, const char *place);

G_END_DECLS
