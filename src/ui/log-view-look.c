/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the owner of a log view sets and asks: whose view it is, what is marked, how large words
 * are. */

#include "log-view-private.h"

/* What is to be laid out again without another font or width. */
static void
rebind_all (HwLogView *self)
{
  hw_log_view_mark_stale (self, 0, G_MAXUINT);
  hw_log_view_queue_place (self);
}

/**
 * hw_log_view_set_own_name:
 * @self: a log view
 * @name: (nullable): whose messages are ours, and what counts as a mention
 */
void
hw_log_view_set_own_name (HwLogView *self, const char *name)
{
  g_return_if_fail (HW_IS_LOG_VIEW (self));

  if (g_strcmp0 (self->own_name, name) == 0)
    return;
  g_free (self->own_name);
  self->own_name = g_strdup (name);
  rebind_all (self);
  g_object_notify (G_OBJECT (self), "own-name");
}

/**
 * hw_log_view_set_unread_after:
 * @self: a log view
 * @seq: the last entry that was read: the rule "New since …" stands after it; 0: no rule
 */
void
hw_log_view_set_unread_after (HwLogView *self, guint64 seq)
{
  g_return_if_fail (HW_IS_LOG_VIEW (self));

  if (self->unread_after == seq)
    return;
  self->unread_after = seq;
  hw_log_planner_set_unread_after (self->planner, seq);
  rebind_all (self);
  g_object_notify (G_OBJECT (self), "unread-after");
}

/**
 * hw_log_view_get_at_end:
 * @self: a log view
 *
 * Returns: whether the end is seen and followed
 */
gboolean
hw_log_view_get_at_end (HwLogView *self)
{
  g_return_val_if_fail (HW_IS_LOG_VIEW (self), FALSE);

  return self->at_end;
}

/**
 * hw_log_view_get_n_below:
 * @self: a log view
 *
 * Returns: messages that arrived below what is seen since the end was left
 */
guint
hw_log_view_get_n_below (HwLogView *self)
{
  g_return_val_if_fail (HW_IS_LOG_VIEW (self), 0);

  return self->n_below;
}

/**
 * hw_log_view_get_bottom_seq:
 * @self: a log view
 *
 * Returns: the last saved entry whose end is in sight, 0 for none
 */
guint64
hw_log_view_get_bottom_seq (HwLogView *self)
{
  g_return_val_if_fail (HW_IS_LOG_VIEW (self), 0);

  return self->bottom_seq;
}

/**
 * hw_log_view_set_actions:
 * @self: a log view
 * @actions: (array length=n_actions): what stands at the end of others' messages; not copied
 * @n_actions: how many
 */
void
hw_log_view_set_actions (HwLogView *self, const HwLogAction *actions, guint n_actions)
{
  g_return_if_fail (HW_IS_LOG_VIEW (self));
  g_return_if_fail (n_actions <= HW_LOG_ACTIONS_MAX);

  hw_log_theme_set_actions (self->theme, actions, n_actions);
  rebind_all (self);
}

/**
 * hw_log_view_set_hit:
 * @self: a log view
 * @seq: the entry one looks at, 0 for none
 * @words: (nullable) (array zero-terminated=1): words that are marked wherever they stand
 */
void
hw_log_view_set_hit (HwLogView *self, guint64 seq, const char *const *words)
{
  g_return_if_fail (HW_IS_LOG_VIEW (self));

  self->hit_seq = seq;
  g_strfreev (self->words);
  self->words = g_strdupv ((char **) words);
  rebind_all (self);
}

/**
 * hw_log_view_set_zoom:
 * @self: a log view
 * @zoom: how large words are, 0.5 to 3; 1: as the person's font is
 */
void
hw_log_view_set_zoom (HwLogView *self, double zoom)
{
  g_return_if_fail (HW_IS_LOG_VIEW (self));

  zoom = CLAMP (zoom, HW_LOG_ZOOM_MIN, HW_LOG_ZOOM_MAX);
  if (self->zoom == zoom)
    return;
  self->zoom = zoom;
  self->theme->zoom = zoom;
  hw_log_view_invalidate (self);
  g_object_notify (G_OBJECT (self), "zoom");
}
