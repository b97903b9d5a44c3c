/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The names that have a password, in memory; the store keeps them. */

#include "accounts.h"

#include "password.h"
#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/name.h"

#include <string.h>

struct _HwAccounts
{
  HwStore *store;
  GTree *by_name;
};

typedef struct
{
  HwAccounts *accounts;
  char *name;
  char *folded;
  char *password; /* (nullable): hash; NULL: the account goes */
  HwStoreWritten callback;
  gpointer user_data;
} Change;

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (a, b);
}

/**
 * hw_accounts_new:
 * @store: where they are kept
 * @error: where to put why they cannot be read
 *
 * Blocks: for the start.
 *
 * Returns: (transfer full) (nullable): the accounts
 */
HwAccounts *
hw_accounts_new (HwStore *store, GError **error)
{
  g_autoptr (GPtrArray) list = hw_store_list_accounts (store, error);
  HwAccounts *self;

  if (!list)
    return NULL;
  self = g_new0 (HwAccounts, 1);
  self->store = store;
  self->by_name = g_tree_new_full (compare_names, NULL, NULL, (GDestroyNotify) hw_account_free);
  g_ptr_array_set_free_func (list, NULL);
  for (guint i = 0; i < list->len; i++)
    {
      HwAccount *account = list->pdata[i];

      g_tree_insert (self->by_name, account->folded, account);
    }
  return self;
}

/**
 * hw_accounts_free:
 * @self: (transfer full): accounts; what is on disk stays
 */
void
hw_accounts_free (HwAccounts *self)
{
  g_tree_destroy (self->by_name);
  g_free (self);
}

/**
 * hw_accounts_find:
 * @self: accounts
 * @folded: a folded name
 *
 * Returns: (transfer none) (nullable): its account, until the next change
 */
const HwAccount *
hw_accounts_find (HwAccounts *self, const char *folded)
{
  return g_tree_lookup (self->by_name, folded);
}

/**
 * hw_accounts_foreach:
 * @self: accounts
 * @after: (nullable): a folded name, there or not; only those after it
 * @func: what to call
 * @user_data: for @func
 */
void
hw_accounts_foreach (HwAccounts *self, const char *after, HwAccountsFunc func, gpointer user_data)
{
  GTreeNode *node
      = after ? g_tree_upper_bound (self->by_name, after) : g_tree_node_first (self->by_name);

  while (node && func (g_tree_node_value (node), user_data))
    node = g_tree_node_next (node);
}

static void
on_changed (const GError *error, gpointer user_data)
{
  Change *change = user_data;
  GTree *by_name = change->accounts->by_name;
  HwAccount *account = g_tree_lookup (by_name, change->folded);

  if (!error && !change->password)
    {
      g_tree_remove (by_name, change->folded);
    }
  else if (!error && account)
    {
      g_free (account->password);
      account->password = g_steal_pointer (&change->password);
    }
  else if (!error)
    {
      account = g_new0 (HwAccount, 1);
      account->name = g_steal_pointer (&change->name);
      account->folded = g_steal_pointer (&change->folded);
      account->password = g_steal_pointer (&change->password);
      g_tree_insert (by_name, account->folded, account);
    }
  change->callback (error, change->user_data);
  g_free (change->name);
  g_free (change->folded);
  g_free (change->password);
  g_free (change);
}

static Change *
change_new (HwAccounts *self,
            const char *name,
            const char *password,
            HwStoreWritten callback,
            gpointer user_data)
{
  Change *change = g_new0 (Change, 1);

  change->accounts = self;
  change->name = g_strdup (name);
  change->folded = hw_name_fold (name);
  change->password = g_strdup (password);
  change->callback = callback;
  change->user_data = user_data;
  return change;
}

/**
 * hw_accounts_set:
 * @self: accounts
 * @name: a normalised name
 * @password_hash: what protects it from now on
 * @callback: called when that is on disk
 * @user_data: for @callback
 */
void
hw_accounts_set (HwAccounts *self,
                 const char *name,
                 const char *password_hash,
                 HwStoreWritten callback,
                 gpointer user_data)
{
  hw_store_set_account (self->store, name, password_hash, on_changed,
                        change_new (self, name, password_hash, callback, user_data));
}

/**
 * hw_accounts_remove:
 * @self: accounts
 * @folded: a name that has one, folded
 * @callback: called when that is on disk
 * @user_data: for @callback
 */
void
hw_accounts_remove (HwAccounts *self,
                    const char *folded,
                    HwStoreWritten callback,
                    gpointer user_data)
{
  hw_store_remove_account (self->store, folded, on_changed,
                           change_new (self, folded, NULL, callback, user_data));
}

/**
 * hw_accounts_touch:
 * @self: accounts
 * @folded: the name of somebody who has logged in; nothing happens if it has no account
 */
void
hw_accounts_touch (HwAccounts *self, const char *folded)
{
  HwAccount *account = g_tree_lookup (self->by_name, folded);

  if (!account)
    return;
  account->last = g_get_real_time () / 1000;
  hw_store_touch_account (self->store, account->name, account->last);
}

/**
 * hw_accounts_check_password:
 * @password: what is to protect a name
 * @error: where to put %HW_ERROR_PASSWORD_WEAK or %HW_ERROR_BAD_REQUEST
 *
 * Returns: whether it is good enough
 */
gboolean
hw_accounts_check_password (const char *password, GError **error)
{
  if (g_utf8_strlen (password, -1) < HW_PASSWORD_MIN)
    {
      hw_error_set (error, HW_ERROR_PASSWORD_WEAK, "password",
                    "A password must have at least %d characters.", HW_PASSWORD_MIN);
      return FALSE;
    }
  return hw_password_is_bounded (password, error);
}
