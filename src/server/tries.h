/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _HwTries HwTries;

/* @retry: milliseconds until the next try is allowed; 0: this one is, end it with hw_tries_end() */
typedef void (*HwTryFunc) (gint64 retry, gpointer user_data);

HwTries *hw_tries_new (void);
void hw_tries_free (HwTries *self);

void hw_tries_begin (HwTries *self, const char *key, HwTryFunc func, gpointer user_data);
void hw_tries_end (HwTries *self, const char *key, gboolean wrong);
void hw_tries_forgive (HwTries *self, const char *key);

G_END_DECLS
