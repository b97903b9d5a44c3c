/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Accounts, bans and mailboxes. */

#include "store-fixture.h"

#include "protocol/error.h"
#include "server/store-people.h"

#include <string.h>

#define DAY (24 * 60 * 60 * 1000)

typedef struct
{
  gboolean done;
  int code; /* -1: no error */
  gint64 id;
} Written;

static void
on_written (const GError *error, gpointer user_data)
{
  *(Written *) user_data = (Written){ TRUE, error ? error->code : -1, 0 };
}

static void
on_banned (gint64 id, const GError *error, gpointer user_data)
{
  *(Written *) user_data = (Written){ TRUE, error ? error->code : -1, id };
}

static int
set_account (StoreFixture *self, const char *name, const char *hash)
{
  Written written = { 0 };

  if (hash)
    hw_store_set_account (self->store, name, hash, on_written, &written);
  else
    hw_store_remove_account (self->store, name, on_written, &written);
  store_fixture_wait (self, &written.done);
  return written.code;
}

static void
test_accounts (StoreFixture *self, gconstpointer unused)
{
  g_autoptr (GPtrArray) accounts = NULL;
  HwAccount *account;

  g_assert_cmpint (set_account (self, "Zoë", "$1"), ==, -1);
  g_assert_cmpint (set_account (self, "Ana", "$2"), ==, -1);
  g_assert_cmpint (set_account (self, "ANA", "$3"), ==, -1);
  hw_store_touch_account (self->store, "ana", 77);
  hw_store_touch_account (self->store, "nobody", 77);
  g_assert_cmpint (set_account (self, "Ben", "$4"), ==, -1);
  g_assert_cmpint (set_account (self, "BEN", NULL), ==, -1);
  g_assert_cmpint (set_account (self, "BEN", NULL), ==, HW_ERROR_NO_SUCH_USER);

  store_fixture_reopen (self);
  accounts = hw_store_list_accounts (self->store, NULL);
  g_assert_cmpuint (accounts->len, ==, 2);
  account = g_ptr_array_index (accounts, 0);
  g_assert_cmpstr (account->name, ==, "Ana");
  g_assert_cmpstr (account->folded, ==, "ana");
  g_assert_cmpstr (account->password, ==, "$3");
  g_assert_cmpint (account->last, ==, 77);
  account = g_ptr_array_index (accounts, 1);
  g_assert_cmpstr (account->name, ==, "Zoë");
  g_assert_cmpint (account->last, ==, 0);
}

static gint64
add_ban (StoreFixture *self, const char *name, const char *address, gint64 until)
{
  Written written = { 0 };

  hw_store_add_ban (self->store, name, address, until, "why", on_banned, &written);
  store_fixture_wait (self, &written.done);
  g_assert_cmpint (written.code, ==, -1);
  return written.id;
}

static int
remove_ban (StoreFixture *self, gint64 id)
{
  Written written = { 0 };

  hw_store_remove_ban (self->store, id, on_written, &written);
  store_fixture_wait (self, &written.done);
  return written.code;
}

static void
test_bans (StoreFixture *self, gconstpointer unused)
{
  gint64 first = add_ban (self, "Mallory", NULL, self->now + 1000);
  gint64 second = add_ban (self, NULL, "10.0.0.7", self->now + 5000);
  gint64 third = add_ban (self, "Eve", NULL, self->now + 5000);
  g_autoptr (GPtrArray) bans = NULL;
  HwBan *ban;

  g_assert_cmpint (remove_ban (self, third), ==, -1);
  g_assert_cmpint (remove_ban (self, third), ==, HW_ERROR_NO_SUCH_BAN);
  /* An id means one ban for ever. */
  g_assert_cmpint (add_ban (self, "Eve", NULL, self->now + 1), >, third);

  store_fixture_reopen (self);
  self->now += 1000;
  bans = hw_store_list_bans (self->store, NULL);
  g_assert_cmpuint (bans->len, ==, 1);
  ban = g_ptr_array_index (bans, 0);
  g_assert_cmpint (ban->id, ==, second);
  g_assert_cmpint (ban->id, >, first);
  g_assert_cmpstr (ban->name, ==, "");
  g_assert_cmpstr (ban->address, ==, "10.0.0.7");
  g_assert_cmpint (ban->until, ==, self->now + 4000);
  g_assert_cmpstr (ban->text, ==, "why");
}

typedef struct
{
  gboolean done;
  gboolean duplicate;
  int code;
  gint64 id;
  gint64 at;
  HwWhisperDelivery delivery;
} Whispered;

static void
on_whispered (const HwWhisper *whisper, gboolean duplicate, const GError *error, gpointer user_data)
{
  *(Whispered *) user_data = (Whispered){ TRUE,        duplicate,   error ? error->code : -1,
                                          whisper->id, whisper->at, whisper->delivery };
}

static Whispered
whisper (StoreFixture *self,
         const char *to,
         const char *from,
         const char *text,
         const char *key,
         HwWhisperDelivery delivery)
{
  Whispered result = { 0 };

  hw_store_add_whisper (self->store, to, from, text, key, delivery, FALSE, 3, on_whispered,
                        &result);
  store_fixture_wait (self, &result.done);
  return result;
}

typedef struct
{
  gboolean done;
  GPtrArray *whispers;
} Mailbox;

static void
on_whispers (GPtrArray *whispers, const GError *error, gpointer user_data)
{
  g_assert_no_error (error);
  *(Mailbox *) user_data = (Mailbox){ TRUE, g_ptr_array_ref (whispers) };
}

static GPtrArray *
read_mailbox (StoreFixture *self, const char *to)
{
  Mailbox mailbox = { 0 };

  hw_store_list_whispers (self->store, to, on_whispers, &mailbox);
  store_fixture_wait (self, &mailbox.done);
  return mailbox.whispers;
}

static void
remove_one (StoreFixture *self, gint64 id)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof id);

  g_array_append_val (ids, id);
  hw_store_remove_confirmed (self->store, ids, NULL, NULL);
}

static void
test_whispers_wait (StoreFixture *self, gconstpointer unused)
{
  g_autoptr (GPtrArray) whispers = NULL;
  HwWhisper *first, *second;
  gint64 start = self->now;

  whisper (self, "Ana", "Ben", "one", NULL, HW_WHISPER_STORED);
  self->now += 5;
  whisper (self, "ANA", "Cy", "two", "k", HW_WHISPER_HELD);
  whisper (self, "Dan", "Cy", "other", "k", HW_WHISPER_STORED);
  store_fixture_reopen (self);

  whispers = read_mailbox (self, "ana");
  g_assert_cmpuint (whispers->len, ==, 2);
  first = g_ptr_array_index (whispers, 0);
  second = g_ptr_array_index (whispers, 1);
  g_assert_cmpstr (first->to, ==, "Ana");
  g_assert_cmpstr (first->from, ==, "Ben");
  g_assert_cmpstr (first->text, ==, "one");
  g_assert_cmpstr (first->key, ==, "");
  g_assert_cmpint (first->at, ==, start);
  g_assert_cmpint (first->delivery, ==, HW_WHISPER_STORED);
  g_assert_cmpstr (second->key, ==, "k");
  g_assert_cmpint (second->at, ==, start + 5);
  g_assert_cmpint (second->delivery, ==, HW_WHISPER_HELD);

  /* Delivered: only what was. */
  remove_one (self, first->id);
  g_ptr_array_unref (whispers);
  whispers = read_mailbox (self, "Ana");
  g_assert_cmpuint (whispers->len, ==, 1);
  g_ptr_array_unref (whispers);
  whispers = read_mailbox (self, "Dan");
  g_assert_cmpuint (whispers->len, ==, 1);
}

static void
test_mailbox_is_bounded (StoreFixture *self, gconstpointer unused)
{
  g_autoptr (GPtrArray) whispers = NULL;

  for (int i = 0; i < 3; i++)
    g_assert_cmpint (whisper (self, "Ana", "Ben", "x", NULL, HW_WHISPER_STORED).code, ==, -1);
  g_assert_cmpint (whisper (self, "Ana", "Cy", "x", "k", HW_WHISPER_HELD).code, ==,
                   HW_ERROR_MAILBOX_FULL);
  whispers = read_mailbox (self, "Ana");
  g_assert_cmpuint (whispers->len, ==, 3);
  hw_store_empty_mailbox (self->store, "ANA");
  /* What was refused is no duplicate. */
  g_assert_false (whisper (self, "Ana", "Cy", "x", "k", HW_WHISPER_HELD).duplicate);
}

static void
test_mailbox_moves (StoreFixture *self, gconstpointer unused)
{
  g_autoptr (GPtrArray) whispers = NULL;

  whisper (self, "Ana", "Cy", "one", "k", HW_WHISPER_HELD);
  whisper (self, "Ana", "Cy", "two", NULL, HW_WHISPER_STORED);
  whisper (self, "Ben", "Cy", "for who was Ben before", NULL, HW_WHISPER_HELD);
  hw_store_move_whispers (self->store, "ANA", "Ben");
  store_fixture_reopen (self);

  whispers = read_mailbox (self, "ben");
  g_assert_cmpuint (whispers->len, ==, 2);
  g_assert_cmpstr (((HwWhisper *) whispers->pdata[0])->text, ==, "one");
  g_assert_cmpstr (((HwWhisper *) whispers->pdata[0])->to, ==, "Ben");
  g_assert_cmpstr (((HwWhisper *) whispers->pdata[1])->text, ==, "two");
  g_ptr_array_unref (whispers);
  whispers = read_mailbox (self, "Ana");
  g_assert_cmpuint (whispers->len, ==, 0);
}

static void
test_whisper_taken_back (StoreFixture *self, gconstpointer unused)
{
  const HwWhisper refused = { .to = (char *) "Ana", .from = (char *) "Ben", .key = (char *) "k" };

  whisper (self, "Ana", "Ben", "x", "k", HW_WHISPER_NOW);
  whisper (self, "Ana", "Cy", "x", "k", HW_WHISPER_NOW);
  hw_store_take_back_whisper (self->store, &refused);
  g_assert_false (whisper (self, "Ana", "Ben", "x", "k", HW_WHISPER_NOW).duplicate);
  g_assert_true (whisper (self, "Ana", "Cy", "x", "k", HW_WHISPER_NOW).duplicate);
}

static void
test_whisper_once (StoreFixture *self, gconstpointer unused)
{
  Whispered first = whisper (self, "Ana", "Ben", "x", "k", HW_WHISPER_STORED);
  Whispered again;
  g_autoptr (GPtrArray) whispers = NULL;

  remove_one (self, first.id);
  store_fixture_reopen (self);
  self->now += 10;
  again = whisper (self, "ana", "BEN", "x", "k", HW_WHISPER_NOW);
  g_assert_true (again.duplicate);
  g_assert_cmpint (again.at, ==, first.at);
  g_assert_cmpint (again.delivery, ==, HW_WHISPER_STORED);
  whispers = read_mailbox (self, "Ana");
  g_assert_cmpuint (whispers->len, ==, 0);

  g_assert_false (whisper (self, "Cy", "Ben", "x", "k", HW_WHISPER_NOW).duplicate);
  g_assert_true (whisper (self, "Cy", "Ben", "x", "k", HW_WHISPER_STORED).duplicate);
  g_assert_false (whisper (self, "Ana", "Dan", "x", "k", HW_WHISPER_STORED).duplicate);
  self->now += DAY;
  g_assert_false (whisper (self, "Ana", "Ben", "x", "k", HW_WHISPER_STORED).duplicate);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, test) \
  g_test_add (path, StoreFixture, NULL, store_fixture_set_up, test, store_fixture_tear_down)

  ADD ("/people/accounts", test_accounts);
  ADD ("/people/bans", test_bans);
  ADD ("/people/whispers-wait", test_whispers_wait);
  ADD ("/people/mailbox-is-bounded", test_mailbox_is_bounded);
  ADD ("/people/mailbox-moves", test_mailbox_moves);
  ADD ("/people/whisper-taken-back", test_whisper_taken_back);
  ADD ("/people/whisper-once", test_whisper_once);

  return g_test_run ();
}
