/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a fuzzer need not wait for. The linker (--wrap, see meson.build) leads the server's calls
 * here: its clock can be moved on, what it does later by GLib's timers it does at once, and a
 * password's hash costs nothing. */

#include "clock.h"

#include <crypt.h>
#include <stdatomic.h>

/* Milliseconds for GLib's timers: those that are longer are for people. */
#define TIMER_MAX 1

gint64 __real_g_get_monotonic_time (void);
guint __real_g_timeout_add (guint interval, GSourceFunc func, gpointer data);

gint64 __wrap_g_get_monotonic_time (void);
guint __wrap_g_timeout_add (guint interval, GSourceFunc func, gpointer data);
guint __wrap_g_timeout_add_seconds (guint interval, GSourceFunc func, gpointer data);
char *__wrap_crypt_r (const char *phrase, const char *setting, struct crypt_data *data);

static _Atomic gint64 skipped; /* microseconds */

gint64
__wrap_g_get_monotonic_time (void)
{
  return __real_g_get_monotonic_time () + skipped;
}

guint
__wrap_g_timeout_add (guint interval, GSourceFunc func, gpointer data)
{
  return __real_g_timeout_add (MIN (interval, TIMER_MAX), func, data);
}

guint
__wrap_g_timeout_add_seconds (guint interval, GSourceFunc func, gpointer data)
{
  return __real_g_timeout_add (TIMER_MAX, func, data);
}

/* The same for the same phrase, whatever the salt. */
char *
__wrap_crypt_r (const char *phrase, const char *setting, struct crypt_data *data)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, phrase, -1);

  g_snprintf (data->output, sizeof data->output, "$fuzz$%s", sum);
  return data->output;
}

/**
 * fuzz_clock_skip:
 * @milliseconds: how far
 *
 * Moves the server's monotonic clock on; threads that wait for a time of their own still wait.
 */
void
fuzz_clock_skip (gint64 milliseconds)
{
  skipped += milliseconds * 1000;
}
