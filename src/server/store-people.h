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

/* (transfer full) (element-type HwAccount): by folded name; NULL with an error. Blocks: for the
 * start. */
GPtrArray *hw_store_list_accounts (HwStore *self, GError **error);
/* Makes the account of @name, or changes its password. */
void hw_store_set_account (HwStore *self,
                           const char *name,
                           const char *password_hash,
                           HwStoreWritten callback,
                           gpointer user_data);
/* HW_ERROR_NO_SUCH_USER: it has none. */
void hw_store_remove_account (HwStore *self,
                              const char *name,
                              HwStoreWritten callback,
                              gpointer user_data);
/* Notes a login at @at; nothing if there is no account. */
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

/* (transfer full) (element-type HwBan): those that have not ended, by id; NULL with an error.
 * Blocks: for the start. */
GPtrArray *hw_store_list_bans (HwStore *self, GError **error);
typedef void (*HwStoreBanned) (gint64 id, const GError *error, gpointer user_data);
void hw_store_add_ban (HwStore *self,
                       const char *name,    /* (nullable) */
                       const char *address, /* (nullable) */
                       gint64 until,
                       const char *text,
                       HwStoreBanned callback,
                       gpointer user_data);
/* HW_ERROR_NO_SUCH_BAN: there is none of that id. */
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

/* Puts a whisper into @to's mailbox, which holds @limit at most (HW_ERROR_MAILBOX_FULL). With a
 * @key that @from used towards @to within a day nothing is added, and the callback is told so, with
 * the first one's time and delivery. Nothing needs to be stored for HW_WHISPER_NOW without a key.
 * @whisper: (transfer none), with id (0: only its key is kept), at and delivery. */
typedef void (*HwStoreWhispered) (const HwWhisper *whisper,
                                  gboolean duplicate,
                                  const GError *error,
                                  gpointer user_data);
void hw_store_add_whisper (HwStore *self,
                           const char *to,
                           const char *from,
                           const char *text,
                           const char *key, /* (nullable) */
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
/* What waits for @to, oldest first; in order with the writes queued before and after. */
typedef void (*HwStoreWhispers) (GPtrArray *whispers, const GError *error, gpointer user_data);
void hw_store_list_whispers (HwStore *self,
                             const char *to,
                             HwStoreWhispers callback,
                             gpointer user_data);
/* They have arrived: those with these ids; others are skipped. @ids: (transfer full) of gint64. */
void
hw_store_remove_confirmed (HwStore *self, GArray *ids, HwStoreWritten callback, gpointer user_data);
/* What waits for @from waits for @to from now on, and what waited for @to before is gone. */
void hw_store_move_whispers (HwStore *self, const char *from, const char *to);
/* It was refused after all: it is not there, and its key is as if it had never been used. */
void hw_store_take_back_whisper (HwStore *self, const HwWhisper *whisper);
/* What waits for @to is gone. */
void hw_store_empty_mailbox (HwStore *self, const char *to);

G_END_DECLS
