/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts wrong passwords, so that nobody can try many. As checking one takes a while, those that
 * would be too many if the ones being checked were wrong wait for them. */

#include "tries.h"

/* Wrong ones allowed in this many microseconds. */
#define WRONG_MAX  3
#define WRONG_TIME G_TIME_SPAN_MINUTE

/* Keys above which we look for those that can be forgotten. */
#define KEYS_MAX 1024

typedef struct
{
  HwTryFunc func;
  gpointer user_data;
} Waiting;

typedef struct
{
  gint64 wrong[WRONG_MAX]; /* monotonic microseconds, oldest first */
  guint n_wrong;
  guint n_running;
  GQueue waiting;
} Tries;

struct _HwTries
{
  GHashTable *keys;
};

static void
tries_free (gpointer data)
{
  Tries *tries = data;

  g_queue_clear_full (&tries->waiting, g_free);
  g_free (tries);
}

/**
 * hw_tries_new:
 *
 * Returns: (transfer full): counts that begin at nought
 */
HwTries *
hw_tries_new (void)
{
  HwTries *self = g_new0 (HwTries, 1);

  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, tries_free);
  return self;
}

/**
 * hw_tries_free:
 * @self: (transfer full): counts; who waits is not called any more
 */
void
hw_tries_free (HwTries *self)
{
  g_hash_table_unref (self->keys);
  g_free (self);
}

static void
forget_old (Tries *tries, gint64 now)
{
  while (tries->n_wrong > 0 && now - tries->wrong[0] >= WRONG_TIME)
    {
      tries->n_wrong--;
      for (guint i = 0; i < tries->n_wrong; i++)
        tries->wrong[i] = tries->wrong[i + 1];
    }
}

static gboolean
is_forgettable (gpointer key, gpointer value, gpointer user_data)
{
  Tries *tries = value;

  forget_old (tries, *(gint64 *) user_data);
  return tries->n_wrong == 0 && tries->n_running == 0 && g_queue_is_empty (&tries->waiting);
}

static Tries *
get_tries (HwTries *self, const char *key)
{
  Tries *tries = g_hash_table_lookup (self->keys, key);
  gint64 now = g_get_monotonic_time ();

  if (tries)
    {
      forget_old (tries, now);
      return tries;
    }
  if (g_hash_table_size (self->keys) >= KEYS_MAX)
    g_hash_table_foreach_remove (self->keys, is_forgettable, &now);
  tries = g_new0 (Tries, 1);
  g_queue_init (&tries->waiting);
  g_hash_table_insert (self->keys, g_strdup (key), tries);
  return tries;
}

static gint64
get_retry (Tries *tries)
{
  return MAX (1, (tries->wrong[0] + WRONG_TIME - g_get_monotonic_time () + 999) / 1000);
}

/**
 * hw_tries_begin:
 * @self: counts
 * @key: what is tried, and from where
 * @func: called with whether it may be tried, at once or when earlier tries have ended
 * @user_data: for @func
 */
void
hw_tries_begin (HwTries *self, const char *key, HwTryFunc func, gpointer user_data)
{
  Tries *tries = get_tries (self, key);
  Waiting *waiting;

  if (tries->n_wrong >= WRONG_MAX)
    {
      func (get_retry (tries), user_data);
      return;
    }
  if (tries->n_wrong + tries->n_running < WRONG_MAX)
    {
      tries->n_running++;
      func (0, user_data);
      return;
    }
  waiting = g_new0 (Waiting, 1);
  waiting->func = func;
  waiting->user_data = user_data;
  g_queue_push_tail (&tries->waiting, waiting);
}

/**
 * hw_tries_end:
 * @self: counts
 * @key: as it began
 * @wrong: whether the password was wrong
 */
void
hw_tries_end (HwTries *self, const char *key, gboolean wrong)
{
  Tries *tries = get_tries (self, key);

  g_return_if_fail (tries->n_running > 0);

  tries->n_running--;
  if (wrong && tries->n_wrong < WRONG_MAX)
    tries->wrong[tries->n_wrong++] = g_get_monotonic_time ();
  /* Whoever is called may end their try and begin others, which forgets keys without tries. */
  while ((tries = g_hash_table_lookup (self->keys, key)) != NULL
         && !g_queue_is_empty (&tries->waiting)
         && (tries->n_wrong >= WRONG_MAX || tries->n_wrong + tries->n_running < WRONG_MAX))
    {
      g_autofree Waiting *waiting = g_queue_pop_head (&tries->waiting);
      gboolean allowed = tries->n_wrong < WRONG_MAX;

      if (allowed)
        tries->n_running++;
      waiting->func (allowed ? 0 : get_retry (tries), waiting->user_data);
    }
}

/**
 * hw_tries_forgive:
 * @self: counts
 * @key: what was tried
 *
 * Forgets the wrong ones.
 */
void
hw_tries_forgive (HwTries *self, const char *key)
{
  get_tries (self, key)->n_wrong = 0;
}
