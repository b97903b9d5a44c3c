/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is here: every session by its folded name and by its token. */

#include "people.h"

#include <string.h>

/* What the names that we give to guests begin with, folded. */
#define GUEST_FOLDED "guest"

struct _HwPeople
{
  HwPoller *poller;
  gint64 idle;  /* milliseconds; 0: never */
  gint64 grace; /* milliseconds */
  GTree *by_name;
  GHashTable *by_token;
  guint lowest_guest; /* all guests' names with lower numbers are taken */
};

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (a, b); /* the order of UTF-8 is that of code points */
}

/**
 * hw_people_new:
 * @poller: whose wheel keeps their deadlines
 * @idle: milliseconds without activity after which a person is sent away; 0: never
 * @grace: milliseconds for which a person whose link was lost stays
 *
 * Returns: (transfer full): a place with nobody in it
 */
HwPeople *
hw_people_new (HwPoller *poller, gint64 idle, gint64 grace)
{
  HwPeople *self = g_new0 (HwPeople, 1);

  self->poller = poller;
  self->idle = idle;
  self->grace = grace;
  self->by_name = g_tree_new_full (compare_names, NULL, NULL, NULL);
  self->by_token = g_hash_table_new (g_str_hash, g_str_equal);
  self->lowest_guest = 1;
  return self;
}

/**
 * hw_people_free:
 * @self: (transfer full): people, none of whom is in a room any more
 */
void
hw_people_free (HwPeople *self)
{
  g_autoptr (GPtrArray) everyone = hw_people_list (self);

  for (guint i = 0; i < everyone->len; i++)
    {
      HwSession *session = everyone->pdata[i];

      hw_timer_wheel_clear (hw_people_get_wheel (self), &session->timer);
      hw_session_unref (session);
    }
  g_tree_destroy (self->by_name);
  g_hash_table_destroy (self->by_token);
  g_free (self);
}

/**
 * hw_people_find:
 * @self: people
 * @folded: a folded name
 *
 * Returns: (transfer none) (nullable): who has it, here or in grace
 */
HwSession *
hw_people_find (HwPeople *self, const char *folded)
{
  return g_tree_lookup (self->by_name, folded);
}

/**
 * hw_people_find_token:
 * @self: people
 * @token: what a client gave
 *
 * Returns: (transfer none) (nullable): whose token it is
 */
HwSession *
hw_people_find_token (HwPeople *self, const char *token)
{
  return g_hash_table_lookup (self->by_token, token);
}

/**
 * hw_people_new_guest_name:
 * @self: people
 *
 * Returns: (transfer full): the lowest name for guests that nobody has
 */
char *
hw_people_new_guest_name (HwPeople *self)
{
  for (guint number = self->lowest_guest;; number++)
    {
      g_autofree char *folded = g_strdup_printf (GUEST_FOLDED "%u", number);

      if (g_tree_lookup (self->by_name, folded))
        continue;
      self->lowest_guest = number;
      return g_strdup_printf ("Guest%u", number);
    }
}

guint
hw_people_get_n (HwPeople *self)
{
  return g_tree_nnodes (self->by_name);
}

/**
 * hw_people_foreach:
 * @self: people
 * @after: (nullable): a folded name, there or not; only those after it
 * @func: what to call; must not let anybody in or out
 * @user_data: for @func
 */
void
hw_people_foreach (HwPeople *self, const char *after, HwPeopleFunc func, gpointer user_data)
{
  GTreeNode *node
      = after ? g_tree_upper_bound (self->by_name, after) : g_tree_node_first (self->by_name);

  while (node && func (g_tree_node_value (node), user_data))
    node = g_tree_node_next (node);
}

static gboolean
add_to_list (HwSession *session, gpointer user_data)
{
  g_ptr_array_add (user_data, hw_session_ref (session));
  return TRUE;
}

/**
 * hw_people_list:
 * @self: people
 *
 * Returns: (transfer full) (element-type HwSession): everybody, for what lets them in or out
 */
GPtrArray *
hw_people_list (HwPeople *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_session_unref);

  hw_people_foreach (self, NULL, add_to_list, list);
  return list;
}

HwTimerWheel *
hw_people_get_wheel (HwPeople *self)
{
  return hw_poller_get_wheel (self->poller);
}

gint64
hw_people_get_idle (HwPeople *self)
{
  return self->idle;
}

gint64
hw_people_get_grace (HwPeople *self)
{
  return self->grace;
}

/**
 * hw_people_add:
 * @self: people
 * @session: (transfer none): somebody whose name is free
 */
void
hw_people_add (HwPeople *self, HwSession *session)
{
  g_tree_insert (self->by_name, session->folded, session);
  g_hash_table_insert (self->by_token, session->token, session);
}

/**
 * hw_people_remove:
 * @self: people
 * @session: somebody who was added
 *
 * The name is free from now on.
 */
void
hw_people_remove (HwPeople *self, HwSession *session)
{
  guint64 number;

  if (g_str_has_prefix (session->folded, GUEST_FOLDED)
      && g_ascii_string_to_unsigned (session->folded + strlen (GUEST_FOLDED), 10, 1, G_MAXUINT,
                                     &number, NULL))
    self->lowest_guest = MIN (self->lowest_guest, number);
  g_tree_remove (self->by_name, session->folded);
  g_hash_table_remove (self->by_token, session->token);
}
