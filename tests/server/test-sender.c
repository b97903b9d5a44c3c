/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sending to many at once, by io_uring and, where the system refuses it, without: both must do the
 * same. */

#include "server/sender.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* More than go into one system call. */
#define MANY         1500
#define FILES_NEEDED (2 * MANY + 100)

typedef struct
{
  int ours;
  int theirs;
  gssize sent;
} Pair;

static void
pair_open (Pair *self)
{
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), ==, 0);
  *self = (Pair){ ends[0], ends[1], 4711 };
}

static void
pair_close (Pair *self)
{
  close (self->ours);
  close (self->theirs);
}

static void
assert_heard (Pair *self, const char *text)
{
  char heard[64] = "";

  g_assert_cmpint (recv (self->theirs, heard, sizeof heard - 1, 0), ==, strlen (text));
  g_assert_cmpstr (heard, ==, text);
  g_assert_cmpint (recv (self->theirs, heard, sizeof heard, 0), ==, -1);
}

static void
test_everyone_gets_its_own (void)
{
  HwSender *sender = hw_sender_new ();
  g_autofree Pair *pairs = g_new (Pair, MANY);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; i < MANY; i++)
    {
      pair_open (&pairs[i]);
      g_ptr_array_add (texts, g_strdup_printf ("text %d", i));
    }
  for (int round = 0; round < 2; round++)
    {
      for (int i = 0; i < MANY; i++)
        hw_sender_add (sender, pairs[i].ours, texts->pdata[i], strlen (texts->pdata[i]),
                       &pairs[i].sent);
      hw_sender_submit (sender);
      for (int i = 0; i < MANY; i++)
        {
          g_assert_cmpint (pairs[i].sent, ==, strlen (texts->pdata[i]));
          assert_heard (&pairs[i], texts->pdata[i]);
        }
    }
  for (int i = 0; i < MANY; i++)
    pair_close (&pairs[i]);
  hw_sender_free (sender);
}

static void
test_one_is_sent_like_many (void)
{
  HwSender *sender = hw_sender_new ();
  Pair pair;

  hw_sender_submit (sender);
  pair_open (&pair);
  hw_sender_add (sender, pair.ours, "alone", 5, &pair.sent);
  hw_sender_submit (sender);
  g_assert_cmpint (pair.sent, ==, 5);
  assert_heard (&pair, "alone");
  pair_close (&pair);
  hw_sender_free (sender);
}

/* Who takes nothing or is gone is told of, waits for nobody, and harms nobody. */
static void
test_the_full_and_the_gone_are_told (void)
{
  HwSender *sender = hw_sender_new ();
  g_autofree char *much = g_strnfill (1 << 20, 'x');
  Pair pairs[8];

  for (int i = 0; i < 8; i++)
    pair_open (&pairs[i]);
  while (send (pairs[1].ours, much, 1 << 20, MSG_DONTWAIT) > 0)
    ;
  shutdown (pairs[2].theirs, SHUT_RDWR);
  for (int i = 0; i < 7; i++)
    hw_sender_add (sender, pairs[i].ours, "hi", 2, &pairs[i].sent);
  hw_sender_add (sender, pairs[7].ours, much, 1 << 20, &pairs[7].sent);
  hw_sender_submit (sender);

  g_assert_cmpint (pairs[1].sent, ==, -EAGAIN);
  g_assert_cmpint (pairs[2].sent, ==, -EPIPE);
  for (int i = 3; i < 7; i++)
    {
      g_assert_cmpint (pairs[i].sent, ==, 2);
      assert_heard (&pairs[i], "hi");
    }
  /* As much as there is room for */
  g_assert_cmpint (pairs[7].sent, >, 0);
  g_assert_cmpint (pairs[7].sent, <, 1 << 20);
  for (int i = 0; i < 8; i++)
    pair_close (&pairs[i]);
  hw_sender_free (sender);
}

/* As in a container, or a service that may do little. */
static void
refuse_io_uring (void)
{
  struct sock_filter filter[]
      = { BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
          BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
          BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
          BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
  struct sock_fprog program = { G_N_ELEMENTS (filter), filter };

  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
      || prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    {
      g_test_message ("No seccomp here: %s", g_strerror (errno));
      return;
    }
  g_assert_cmpint (syscall (SYS_io_uring_setup, 1, NULL), ==, -1);
  g_assert_cmpint (errno, ==, EPERM);
}

static void
test_the_same_without_io_uring (void)
{
  refuse_io_uring (); /* for the rest of this process */
  test_everyone_gets_its_own ();
  test_one_is_sent_like_many ();
  test_the_full_and_the_gone_are_told ();
}

int
main (int argc, char **argv)
{
  struct rlimit files;

  getrlimit (RLIMIT_NOFILE, &files);
  files.rlim_cur = MIN (MAX (files.rlim_cur, FILES_NEEDED), files.rlim_max);
  setrlimit (RLIMIT_NOFILE, &files);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sender/everyone-gets-its-own", test_everyone_gets_its_own);
  g_test_add_func ("/sender/one-is-sent-like-many", test_one_is_sent_like_many);
  g_test_add_func ("/sender/the-full-and-the-gone-are-told", test_the_full_and_the_gone_are_told);
  g_test_add_func ("/sender/the-same-without-io-uring", test_the_same_without_io_uring);
  return g_test_run ();
}
