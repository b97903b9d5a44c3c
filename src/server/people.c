/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is here: every session by its folded name and by its token. */

#include "people.h"

#include "offers.h"
#include "protocol/error.h"
#include "protocol/name.h"

#include <string.h>

/* What the names that we give to guests begin with, folded. */
#define GUEST_FOLDED "guest"

struct _HwPeople
{
  HwPoller *poller;
  HwStore *store;
  gint64 idle;  /* milliseconds; 0: never */
  gint64 grace; /* milliseconds */
  GTree *by_name;
  GHashTable *by_token;
  GHashTable *left_mail; /* folded name → tokens of the guest for whom its mailbox was filled */
  guint lowest_guest;    /* all guests' names with lower numbers are taken */
};

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (a, b); /* the order of UTF-8 is that of code points */
}

/**
 * hw_people_new:
 * @poller: whose wheel keeps their deadlines
 * @store: where their mailboxes are
 * @idle: milliseconds without activity after which a person is sent away; 0: never
 * @grace: milliseconds for which a person whose link was lost stays
 *
 * Returns: (transfer full): a place with nobody in it
 */
HwPeople *
hw_people_new (HwPoller *poller, HwStore *store, gint64 idle, gint64 grace)
{
  HwPeople *self = g_new0 (HwPeople, 1);

  self->poller = poller;
  self->store = store;
  self->idle = idle;
  self->grace = grace;
  self->by_name = g_tree_new_full (compare_names, NULL, g_free, NULL);
  self->by_token = g_hash_table_new (g_str_hash, g_str_equal);
  self->left_mail
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
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
    hw_offers_forget (everyone->pdata[i]);
  for (guint i = 0; i < everyone->len; i++)
    {
      HwSession *session = everyone->pdata[i];

      hw_timer_wheel_clear (hw_people_get_wheel (self), &session->timer);
      hw_session_unref (session);
    }
  g_tree_destroy (self->by_name);
  g_hash_table_destroy (self->by_token);
  g_hash_table_destroy (self->left_mail);
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
 * @is_taken: whether a name that nobody here has must not be given away
 * @user_data: for @is_taken
 *
 * Returns: (transfer full): the lowest name for guests that nobody has
 */
char *
hw_people_new_guest_name (HwPeople *self, HwPeopleTakenFunc is_taken, gpointer user_data)
{
  gboolean passed_over = FALSE;

  for (guint number = self->lowest_guest;; number++)
    {
      g_autofree char *folded = g_strdup_printf (GUEST_FOLDED "%u", number);

      if (g_tree_lookup (self->by_name, folded))
        continue;
      /* May be free at any time, without our being told */
      if (is_taken (folded, user_data))
        {
          passed_over = TRUE;
          continue;
        }
      if (!passed_over)
        self->lowest_guest = number;
      return g_strdup_printf ("Guest%u", number);
    }
}

/**
 * hw_people_get_n:
 * @self: people
 *
 * Returns: how many people are here or in grace
 */
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

  for (; node; node = g_tree_node_next (node))
    {
      HwSession *session = g_tree_node_value (node);

      /* Who is being renamed stands here twice */
      if (g_str_equal (g_tree_node_key (node), session->folded) && !func (session, user_data))
        return;
    }
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

/**
 * hw_people_get_store:
 * @self: people
 *
 * Returns: (transfer none): where the mailboxes are
 */
HwStore *
hw_people_get_store (HwPeople *self)
{
  return self->store;
}

/**
 * hw_people_get_wheel:
 * @self: people
 *
 * Returns: (transfer none): what keeps the deadlines
 */
HwTimerWheel *
hw_people_get_wheel (HwPeople *self)
{
  return hw_poller_get_wheel (self->poller);
}

/**
 * hw_people_get_idle:
 * @self: people
 *
 * Returns: the milliseconds without activity after which a person is sent away; 0: never
 */
gint64
hw_people_get_idle (HwPeople *self)
{
  return self->idle;
}

/**
 * hw_people_get_grace:
 * @self: people
 *
 * Returns: the milliseconds for which a person whose link was lost stays
 */
gint64
hw_people_get_grace (HwPeople *self)
{
  return self->grace;
}

/**
 * hw_people_rename:
 * @self: people
 * @session: somebody
 * @name: the normalised new name
 * @error: where to put %HW_ERROR_NAME_IN_USE
 *
 * Gives @session the new name. The old one stays taken until hw_people_release().
 *
 * Returns: whether the name was free, or the person's own in other letters
 */
gboolean
hw_people_rename (HwPeople *self, HwSession *session, const char *name, GError **error)
{
  g_autofree char *folded = hw_name_fold (name);
  HwSession *holder = g_tree_lookup (self->by_name, folded);

  if (holder && holder != session)
    {
      hw_error_set (error, HW_ERROR_NAME_IN_USE, "name", "Somebody here is called %s.", name);
      return FALSE;
    }
  g_free (session->name);
  session->name = g_strdup (name);
  hw_offers_tell_again (session);
  if (g_str_equal (folded, session->folded))
    return TRUE;
  g_tree_insert (self->by_name, g_strdup (folded), session);
  hw_session_set_folded (session, folded);
  return TRUE;
}

/**
 * hw_people_release:
 * @self: people
 * @session: somebody
 * @folded: a folded name that @session has, or had
 *
 * The name is free from now on.
 */
void
hw_people_release (HwPeople *self, HwSession *session, const char *folded)
{
  guint64 number;

  if (g_tree_lookup (self->by_name, folded) != session)
    return;
  if (g_str_has_prefix (folded, GUEST_FOLDED)
      && g_ascii_string_to_unsigned (folded + strlen (GUEST_FOLDED), 10, 1, G_MAXUINT, &number,
                                     NULL))
    self->lowest_guest = MIN (self->lowest_guest, number);
  g_tree_remove (self->by_name, folded);
}

/**
 * hw_people_add:
 * @self: people
 * @session: (transfer none): somebody whose name is free
 */
void
hw_people_add (HwPeople *self, HwSession *session)
{
  g_tree_insert (self->by_name, g_strdup (session->folded), session);
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
  hw_people_release (self, session, session->folded);
  g_hash_table_remove (self->by_token, session->token);
}

/**
 * hw_people_leave_mail:
 * @self: people
 * @session: a guest who goes, and for whom whispers may wait
 *
 * Nothing tells who comes next under an unprotected name, but the token that only this guest has
 * does not lie; nor the one by which it came back, for it may never have heard of the new one.
 */
void
hw_people_leave_mail (HwPeople *self, HwSession *session)
{
  char **tokens = g_new0 (char *, 3);

  tokens[0] = g_strdup (session->token);
  tokens[1] = g_strdup (session->old_token);
  g_hash_table_insert (self->left_mail, g_strdup (session->folded), tokens);
}

/**
 * hw_people_claim_mail:
 * @self: people
 * @folded: an unprotected name that somebody takes
 * @token: (nullable): an old token that this somebody has
 *
 * Ends what hw_people_leave_mail() began. Where nothing is known, as after a restart, the name is
 * all there is to go by.
 *
 * Returns: whether what waits under the name is for this somebody
 */
gboolean
hw_people_claim_mail (HwPeople *self, const char *folded, const char *token)
{
  char **tokens = g_hash_table_lookup (self->left_mail, folded);
  gboolean same = !tokens || (token && g_strv_contains ((const char *const *) tokens, token));

  g_hash_table_remove (self->left_mail, folded);
  return same;
}
