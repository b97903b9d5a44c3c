/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwHistoryWishes: decides which page of a log is asked for next. Somebody who drags the scroll bar
 * through a million entries wishes for pages faster than a server grants them, and wants only the
 * one where the hand stops. So the first wish after a pause goes out at once, the next ones rest
 * until the hand does, the newest goes first, and what was passed by long ago is forgotten. */

#include "history-wishes.h"

#include "history.h"

/* Wishes that wait: what one window can show at a time lies on two pages, or three with the one
 * prefetched; the rest is for a second window. */
#define WISHES_MAX 8

struct _HwHistoryWishes
{
  HwHistoryAskFunc ask;
  gpointer user_data;
  GArray *wished; /* of guint64, newest last */
  GArray *asked;  /* of guint64: under way */
  GArray *failed; /* of guint64, newest last */
  guint timeout;
  gboolean resting; /* the timeout is a rest, and another wish prolongs it */
  gint64 wished_at; /* monotonic: when the newest wish came */
};

/**
 * hw_history_wishes_new:
 * @ask: called from the main loop, never from within another function of this file
 * @user_data: for @ask
 *
 * Returns: (transfer full): no wishes yet
 */
HwHistoryWishes *
hw_history_wishes_new (HwHistoryAskFunc ask, gpointer user_data)
{
  HwHistoryWishes *self = g_new0 (HwHistoryWishes, 1);

  self->ask = ask;
  self->user_data = user_data;
  self->wished = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->asked = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->failed = g_array_new (FALSE, FALSE, sizeof (guint64));
  return self;
}

/**
 * hw_history_wishes_free:
 * @self: (nullable) (transfer full): wishes
 */
void
hw_history_wishes_free (HwHistoryWishes *self)
{
  if (!self)
    return;
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_array_unref (self->wished);
  g_array_unref (self->asked);
  g_array_unref (self->failed);
  g_free (self);
}

/**
 * hw_history_wishes_clear:
 * @self: wishes
 *
 * Forgets all of them, also those under way.
 */
void
hw_history_wishes_clear (HwHistoryWishes *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_array_set_size (self->wished, 0);
  g_array_set_size (self->asked, 0);
  g_array_set_size (self->failed, 0);
}

static gboolean
find (GArray *pages, guint64 page, guint *position)
{
  for (guint i = 0; i < pages->len; i++)
    if (g_array_index (pages, guint64, i) == page)
      {
        *position = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
take (GArray *pages, guint64 page)
{
  guint position;

  if (!find (pages, page, &position))
    return FALSE;
  g_array_remove_index (pages, position);
  return TRUE;
}

static gboolean
on_rested (gpointer user_data)
{
  HwHistoryWishes *self = user_data;

  self->timeout = 0;
  while (self->wished->len > 0 && self->asked->len < HW_HISTORY_FETCHES_MAX)
    {
      guint64 page = g_array_index (self->wished, guint64, self->wished->len - 1);

      g_array_set_size (self->wished, self->wished->len - 1);
      /* Before the call: the answer may come within it. */
      g_array_append_val (self->asked, page);
      if (!self->ask (page, self->user_data))
        take (self->asked, page);
    }
  return G_SOURCE_REMOVE;
}

static void
schedule (HwHistoryWishes *self, guint rest)
{
  if (self->timeout)
    g_source_remove (self->timeout);
  self->resting = rest > 0;
  /* Also without a rest not at once: whoever wishes is in the middle of something. */
  self->timeout = g_timeout_add (rest, on_rested, self);
}

/**
 * hw_history_wishes_add:
 * @self: wishes
 * @page: a page's number
 * @looked_at: whether it is looked at now; else it may be soon, and others go first
 */
void
hw_history_wishes_add (HwHistoryWishes *self, guint64 page, gboolean looked_at)
{
  gint64 now = g_get_monotonic_time ();
  guint position;
  gboolean quiet;

  if (find (self->asked, page, &position))
    return;
  if (find (self->wished, page, &position))
    {
      if (looked_at)
        {
          g_array_remove_index (self->wished, position);
          g_array_append_val (self->wished, page);
        }
      return;
    }
  take (self->failed, page);
  if (looked_at)
    g_array_append_val (self->wished, page);
  else
    g_array_prepend_val (self->wished, page);
  if (self->wished->len > WISHES_MAX)
    g_array_remove_index (self->wished, 0);

  quiet = now - self->wished_at >= HW_HISTORY_REST * G_TIME_SPAN_MILLISECOND;
  self->wished_at = now;
  /* Wishes of one and the same look stay together with the first of them. */
  if (quiet)
    schedule (self, 0);
  else if (!self->timeout || self->resting)
    schedule (self, HW_HISTORY_REST);
}

/**
 * hw_history_wishes_is_asked:
 * @self: wishes
 * @page: a page's number
 *
 * Returns: whether it is under way
 */
gboolean
hw_history_wishes_is_asked (HwHistoryWishes *self, guint64 page)
{
  guint position;

  return find (self->asked, page, &position);
}

static void
go_on (HwHistoryWishes *self)
{
  if (self->wished->len > 0 && !self->timeout)
    schedule (self, 0);
}

/**
 * hw_history_wishes_done:
 * @self: wishes
 * @page: a page that came
 */
void
hw_history_wishes_done (HwHistoryWishes *self, guint64 page)
{
  take (self->failed, page);
  if (take (self->asked, page))
    go_on (self);
}

/**
 * hw_history_wishes_failed:
 * @self: wishes
 * @page: a page that could not be had
 *
 * Remembers it for hw_history_wishes_retry().
 */
void
hw_history_wishes_failed (HwHistoryWishes *self, guint64 page)
{
  if (!take (self->asked, page))
    return;
  g_array_append_val (self->failed, page);
  if (self->failed->len > WISHES_MAX)
    g_array_remove_index (self->failed, 0);
  go_on (self);
}

/**
 * hw_history_wishes_retry:
 * @self: wishes
 *
 * Wishes again for what failed.
 */
void
hw_history_wishes_retry (HwHistoryWishes *self)
{
  g_autoptr (GArray) again = g_array_copy (self->failed);

  for (guint i = 0; i < again->len; i++)
    hw_history_wishes_add (self, g_array_index (again, guint64, i), TRUE);
}
