/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-people.h"

G_BEGIN_DECLS

/* Characters of a password that protects a name. */
#define HW_PASSWORD_MIN 8

typedef struct _HwAccounts HwAccounts;

/* Called for each account, in the order of folded names; FALSE stops. */
typedef gboolean (*HwAccountsFunc) (const HwAccount *account, gpointer user_data);

HwAccounts *hw_accounts_new (HwStore *store, GError **error);
void hw_accounts_free (HwAccounts *self);

const HwAccount *hw_accounts_find (HwAccounts *self, const char *folded);
void
hw_accounts_foreach (HwAccounts *self, const char *after, HwAccountsFunc func, gpointer user_data);
void hw_accounts_set (HwAccounts *self,
                      const char *name,
                      const char *password_hash,
                      HwStoreWritten callback,
                      gpointer user_data);
void hw_accounts_remove (HwAccounts *self,
                         const char *folded,
                         HwStoreWritten callback,
                         gpointer user_data);
void hw_accounts_touch (HwAccounts *self, const char *folded);

gboolean hw_accounts_check_password (const char *password, GError **error);

G_END_DECLS
