/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-entry.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HwStore:
 *
 * The place's memory: logs of rooms here, accounts, bans and mailboxes in store-people.h, what an
 * operator does with the files in store-tools.h. The only thing behind which SQL lives.
 *
 * Writes are asynchronous: they are queued from the network thread, and the storage thread puts all
 * that is queued into one transaction (WAL, synchronous=FULL), while the next one fills. When a
 * transaction is on disk, or has failed, the descriptor of hw_store_get_fd() becomes readable, and
 * hw_store_dispatch(), called on the network thread, calls the callbacks of its writes in the order
 * in which they were queued, then the commit function. A transaction that fails fails all of its
 * writes with HW_ERROR_STORAGE; nothing of it is kept, and numbers it took are given out again.
 *
 * Reads run on reader threads with connections of their own, see every committed write, and call
 * back through the same dispatch; those of one log call back in the order in which they were asked.
 * A page may already hold an entry whose own callback is still to come.
 *
 * The log gives out seq and at: nobody else may guess them.
 *
 * Unless said otherwise every function belongs to the network thread, and strings that are handed
 * in are copied. Callbacks are optional.
 */
typedef struct _HwStore HwStore;

typedef struct
{
  gint64 id;
  char *room; /* the name as it was given */
  char *topic;
  char *password;     /* hash, or NULL: not locked */
  gint64 created;     /* milliseconds since 1970 UTC */
  gint64 closed;      /* 0: open */
  guint64 last;       /* seq of the last entry, which is also their number */
  gint64 last_at;     /* of the last message, else created */
  guint64 n_messages; /* not known, 0, from hw_store_list_open_logs() */
  guint64 n_people;   /* different authors of messages, by folded name; likewise */
  gint64 first_at;    /* of the first entry */
} HwLogInfo;

void hw_log_info_free (HwLogInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwLogInfo, hw_log_info_free)

/* Called when all callbacks of a commit were called: time to send what they put together. */
typedef void (*HwStoreCommitFunc) (gpointer user_data);

/* A write that gives back nothing but whether it was kept. */
typedef void (*HwStoreWritten) (const GError *error, gpointer user_data);

HwStore *hw_store_open (const char *directory, GError **error);
void hw_store_close (HwStore *self);

void hw_store_set_commit_func (HwStore *self, HwStoreCommitFunc func, gpointer user_data);

/* Called when a write is the first to wait: whoever sets this calls hw_store_flush() a moment
 * later, so that all writes of that moment are one transaction. Without it they do not wait. */
typedef void (*HwStoreQueuedFunc) (gpointer user_data);
void hw_store_set_queued_func (HwStore *self, HwStoreQueuedFunc func, gpointer user_data);
void hw_store_flush (HwStore *self);

int hw_store_get_fd (HwStore *self);
void hw_store_dispatch (HwStore *self);

gint64 hw_store_get_now (HwStore *self);
const char *hw_store_get_server_id (HwStore *self);
GPtrArray *hw_store_list_open_logs (HwStore *self, GError **error);

/* Writes. @entry: (transfer none): with seq and at, unless there is an @error: HW_ERROR_STORAGE, or
 * HW_ERROR_NO_SUCH_ROOM for a log that is closed. @duplicate: the key was used within a day, and
 * seq and at are the first one's. */
typedef void (*HwStoreAppended) (HwLogEntry *entry,
                                 gboolean duplicate,
                                 const GError *error,
                                 gpointer user_data);
void
hw_store_append (HwStore *self, HwLogEntry *entry, HwStoreAppended callback, gpointer user_data);

void hw_store_forget_member (HwStore *self, gint64 log, const char *name);

/* A new log with "created" and "joined" by @creator in one. @entries: those two, with @info their
 * log. HW_ERROR_ROOM_EXISTS: there is an open one of that name. */
typedef void (*HwStoreCreated) (const HwLogInfo *info,
                                HwLogEntry *created,
                                HwLogEntry *joined,
                                const GError *error,
                                gpointer user_data);
void hw_store_create_log (HwStore *self,
                          const char *room,
                          const char *topic,
                          const char *password_hash,
                          const char *creator,
                          HwStoreCreated callback,
                          gpointer user_data);

/* Reads */
typedef enum
{
  HW_PAGE_NEWEST,
  HW_PAGE_BEFORE, /* the newest ones with seq < position */
  HW_PAGE_AFTER,  /* the oldest ones with seq > position */
  HW_PAGE_AT,     /* the oldest ones from the first entry with at >= position */
} HwPageFrom;

typedef struct
{
  gint64 log;
  HwPageFrom from;
  gint64 position;
  guint limit;
  const char *author; /* (nullable): any spelling; kept by the store */
  guint kinds;        /* bits 1 << HwEntryKind; 0: all */
  const char *find;   /* (nullable): words, prefix*, "phrase" */
  gboolean want_total;
} HwLogQuery;

typedef struct
{
  GPtrArray *entries; /* HwLogEntry, oldest first */
  gboolean more;      /* in the direction asked */
  guint64 last;       /* seq of the log's last entry */
  guint64 total;      /* entries that match, when asked for … */
  gboolean has_total; /* … and counted in time */
} HwLogPage;

/* @page: (transfer none). HW_ERROR_NO_SUCH_LOG: there is none of that id. HW_ERROR_SLOW_DOWN:
 * nothing was found in the time that a search may take. One that is found in part has more. */
typedef void (*HwStoreRead) (HwLogPage *page, const GError *error, gpointer user_data);
void
hw_store_read (HwStore *self, const HwLogQuery *query, HwStoreRead callback, gpointer user_data);

/* All logs, closed ones too, by id. @more: there are some after these. */
typedef void (*HwStoreListed) (GPtrArray *logs,
                               gboolean more,
                               const GError *error,
                               gpointer user_data);
void hw_store_list_logs (
    HwStore *self, gint64 after_id, guint limit, HwStoreListed callback, gpointer user_data);

/* Messages of a log between @since and @until (outside), by buckets that start at @since, empty
 * ones left out; @since: not negative; @bucket: milliseconds, more than 0. The caller bounds the
 * number of buckets. */
typedef struct
{
  gint64 at; /* where the bucket starts */
  guint64 n_messages;
} HwActivity;

typedef void (*HwStoreActivity) (const HwActivity *buckets,
                                 gsize n_buckets,
                                 const GError *error,
                                 gpointer user_data);
void hw_store_read_activity (HwStore *self,
                             gint64 log,
                             gint64 since,
                             gint64 until,
                             gint64 bucket,
                             HwStoreActivity callback,
                             gpointer user_data);

/* Figures for the operator. */
typedef struct
{
  guint64 entries;
  double commit_p50; /* milliseconds, over the last minute or so */
  double commit_p99;
  guint64 bytes; /* of the database on disk */
} HwStoreStats;
void hw_store_get_stats (HwStore *self, HwStoreStats *stats);

G_END_DECLS
