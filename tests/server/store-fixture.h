/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store-private.h"

G_BEGIN_DECLS

/**
 * StoreFixture:
 *
 * A store in a directory of its own, with a clock that stands still until a test moves it, and
 * functions that wait for what they ask for.
 */
typedef struct
{
  char *directory;
  HwStore *store;
  gint64 now;         /* read by the storage thread: moved only while nothing is queued */
  gint64 search_time; /* microseconds that a search may take, from the next opening on; 0: what is
                         usual */
} StoreFixture;

void store_fixture_set_up (StoreFixture *self, gconstpointer unused);
void store_fixture_tear_down (StoreFixture *self, gconstpointer unused);
void store_fixture_open (StoreFixture *self);
void store_fixture_close (StoreFixture *self);
void store_fixture_reopen (StoreFixture *self);
char *store_fixture_dup_path (StoreFixture *self, const char *file);
sqlite3 *store_fixture_open_sql (StoreFixture *self, const char *file);
gint64 store_fixture_query (StoreFixture *self, const char *file, const char *sql);
void store_fixture_execute (StoreFixture *self, const char *file, const char *sql);

/* Runs hw_store_dispatch() until @done. */
void store_fixture_wait (StoreFixture *self, const gboolean *done);

/* What a write came to. */
typedef struct
{
  gboolean done;
  guint64 seq;
  gint64 at;
  gboolean duplicate;
  int code; /* of the error, -1: none */
} Appended;

gint64 store_fixture_create (StoreFixture *self, const char *room, const char *creator);
Appended store_fixture_append (StoreFixture *self, HwLogEntry *entry);
Appended store_fixture_say (
    StoreFixture *self, gint64 log, const char *from, const char *text, const char *key);
void store_fixture_say_many (
    StoreFixture *self, gint64 log, const char *from, const char *format, int n);

/* (transfer full): a page; its error is fatal unless @code is given. */
HwLogPage *store_fixture_read (StoreFixture *self, const HwLogQuery *query);
int store_fixture_read_error (StoreFixture *self, const HwLogQuery *query);
void store_page_free (HwLogPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwLogPage, store_page_free)

/* (transfer full): all logs with their figures. */
GPtrArray *store_fixture_list (StoreFixture *self);

/* Waits until the index knows every entry. */
void store_fixture_wait_for_index (StoreFixture *self);

G_END_DECLS
