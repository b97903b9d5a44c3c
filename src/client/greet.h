/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HwGreeting:
 * @id: who answered; its fingerprint, where it speaks another version and says no more
 * @title: the name it gives itself; may be empty
 * @fingerprint: of the certificate that it showed
 * @compatible: it speaks our version
 * @round_trip: milliseconds from saying hello to the answer, at least 1
 *
 * What a place says to "hello".
 */
typedef struct
{
  char *id;
  char *title;
  char *fingerprint;
  gboolean compatible;
  guint round_trip;
} HwGreeting;

void hw_greeting_free (HwGreeting *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwGreeting, hw_greeting_free)

void hw_greet_async (const char *address,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data);
HwGreeting *hw_greet_finish (GAsyncResult *result, GError **error);

G_END_DECLS
