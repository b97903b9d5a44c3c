/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store.h"

G_BEGIN_DECLS

/* What the store knows of people: who owns a name, who may not come in, and which whispers wait for
 * whom. Accounts and bans are few: the caller lists them once at the start, keeps them in memory,
 * and tells the store of every change. */

typedef struct
{
  char *name;
  char *folded;
  char *password; /* hash */
  gint64 last;    /* last login, milliseconds since 1970 UTC; 0: none yet */
} HwAccount;

void hw_account_free (HwAccount *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwAccount, hw_account_free)

GPtrArray *hw_store_list_accounts (HwStore *self, GError **error);
void hw_store_set_account (HwStore *self,
                           const char *name,
                           const char *password_hash,
                           HwStoreWritten callback,
                           gpointer user_data);
void hw_store_remove_account (HwStore *self,
                              const char *name,
                              HwStoreWritten callback,
                              gpointer user_data);
void hw_store_touch_account (HwStore *self, const char *name, gint64 at);

typedef struct
{
  gint64 id;
  char *name;    /* "" for none */
  char *address; /* "" for none */
  gint64 until;  /* milliseconds since 1970 UTC */
  char *text;
} HwBan;

void hw_ban_free (HwBan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwBan, hw_ban_free)

typedef void (*HwStoreBanned) (gint64 id, const GError *error, gpointer user_data);

GPtrArray *hw_store_list_bans (HwStore *self, GError **error);
void hw_store_add_ban (HwStore *self,
                       const char *name,
                       const char *address,
                       gint64 until,
                       const char *text,
                       HwStoreBanned callback,
                       gpointer user_data);
void hw_store_remove_ban (HwStore *self, gint64 id, HwStoreWritten callback, gpointer user_data);

typedef enum
{
  HW_WHISPER_NOW,    /* its key is kept, so that it is not delivered twice, and itself for a day
                        at most, where its arrival is to be confirmed */
  HW_WHISPER_HELD,   /* waits for the end of focus */
  HW_WHISPER_STORED, /* waits for the next login */
} HwWhisperDelivery;

typedef struct
{
  gint64 id;
  char *to;
  char *from;
  char *text;
  char *key; /* "" for none */
  gint64 at;
  HwWhisperDelivery delivery;
} HwWhisper;

/* @whisper: (transfer none): with id (0: only its key is kept), at and delivery. @duplicate:
 * nothing was added, for the key was used within a day; time and delivery are the first one's. */
typedef void (*HwStoreWhispered) (const HwWhisper *whisper,
                                  gboolean duplicate,
                                  const GError *error,
                                  gpointer user_data);
void hw_store_add_whisper (HwStore *self,
                           const char *to,
                           const char *from,
                           const char *text,
                           const char *key,
                           HwWhisperDelivery delivery,
                           gboolean confirmed,
                           guint limit,
                           HwStoreWhispered callback,
                           gpointer user_data);
void hw_store_keep_whisper (HwStore *self,
                            const HwWhisper *whisper,
                            guint limit,
                            HwStoreWhispered callback,
                            gpointer user_data);
typedef void (*HwStoreWhispers) (GPtrArray *whispers, const GError *error, gpointer user_data);
void hw_store_list_whispers (HwStore *self,
                             const char *to,
                             HwStoreWhispers callback,
                             gpointer user_data);
void
hw_store_remove_confirmed (HwStore *self, GArray *ids, HwStoreWritten callback, gpointer user_data);
void hw_store_move_whispers (HwStore *self, const char *from, const char *to);
void hw_store_take_back_whisper (HwStore *self, const HwWhisper *whisper);
void hw_store_empty_mailbox (HwStore *self, const char *to);

G_END_DECLS
