/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who may say nothing for a while. */

#include "mutes.h"

#include "protocol/error.h"

struct _HwMutes
{
  GHashTable *names; /* folded name → until when, monotonic microseconds */
};

/**
 * hw_mutes_new:
 *
 * Returns: (transfer full): mutes, none yet
 */
HwMutes *
hw_mutes_new (void)
{
  HwMutes *self = g_new0 (HwMutes, 1);

  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/**
 * hw_mutes_free:
 * @self: (transfer full): mutes
 */
void
hw_mutes_free (HwMutes *self)
{
  g_hash_table_unref (self->names);
  g_free (self);
}

static gboolean
is_over (gpointer folded, gpointer until, gpointer now)
{
  return *(const gint64 *) until <= *(const gint64 *) now;
}

/**
 * hw_mutes_add:
 * @self: mutes
 * @folded: a folded name
 * @until: monotonic microseconds
 *
 * Lets nobody of that name say anything until then.
 */
void
hw_mutes_add (HwMutes *self, const char *folded, gint64 until)
{
  gint64 now = g_get_monotonic_time ();

  g_hash_table_foreach_remove (self->names, is_over, &now);
  g_hash_table_insert (self->names, g_strdup (folded), g_memdup2 (&until, sizeof until));
}

/**
 * hw_mutes_copy:
 * @self: mutes
 * @from: the folded name that somebody had
 * @to: the folded name of the same person now
 *
 * A new name does not give back the voice that the old one has lost.
 */
void
hw_mutes_copy (HwMutes *self, const char *from, const char *to)
{
  const gint64 *until = g_hash_table_lookup (self->names, from);

  if (until)
    hw_mutes_add (self, to, *until);
}

/**
 * hw_mutes_remove:
 * @self: mutes
 * @folded: a folded name, muted or not
 */
void
hw_mutes_remove (HwMutes *self, const char *folded)
{
  g_hash_table_remove (self->names, folded);
}

/**
 * hw_mutes_contain:
 * @self: mutes
 * @folded: a folded name
 *
 * Returns: whether it was muted, and maybe still is
 */
gboolean
hw_mutes_contain (HwMutes *self, const char *folded)
{
  return g_hash_table_contains (self->names, folded);
}

/**
 * hw_mutes_check:
 * @self: mutes
 * @folded: the folded name of somebody who wants to say something
 * @error: where to put %HW_ERROR_MUTED, with the time that is left
 *
 * Returns: whether the person may
 */
gboolean
hw_mutes_check (HwMutes *self, const char *folded, GError **error)
{
  const gint64 *until = g_hash_table_lookup (self->names, folded);
  gint64 left = until ? (*until - g_get_monotonic_time ()) / 1000 : 0;
  GError *muted;

  if (left <= 0)
    return TRUE;
  muted = hw_error_new (HW_ERROR_MUTED, NULL, "An admin has muted you for a while.");
  hw_error_set_retry (muted, left);
  g_propagate_error (error, muted);
  return FALSE;
}
