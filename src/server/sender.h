/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwSender:
 *
 * Sends to many sockets at once: what is added leaves with hw_sender_submit(), in one system call
 * where the kernel has io_uring and allows it, else in one for each. Belongs to one thread.
 */
typedef struct _HwSender HwSender;

HwSender *hw_sender_new (void);
void hw_sender_free (HwSender *self);

void hw_sender_add (HwSender *self, int fd, const void *bytes, gsize length, gssize *sent);
void hw_sender_submit (HwSender *self);

G_END_DECLS
