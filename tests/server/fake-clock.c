/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into hallwayd by test_clock.py: what people set when they set the clock. The wall clock
 * is the real one, moved by the milliseconds that stand in the file named by HALLWAY_CLOCK, eight
 * bytes, which may change at any time. The monotonic clock goes on as it does on a real machine. */

#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *moved_by; /* milliseconds; NULL: not at all */
static int (*real_clock_gettime) (clockid_t clock, struct timespec *now);

__attribute__ ((constructor)) static void
set_up (void)
{
  const char *path = getenv ("HALLWAY_CLOCK");
  int fd = path ? open (path, O_RDONLY | O_CLOEXEC) : -1;

  real_clock_gettime = (int (*) (clockid_t, struct timespec *)) dlsym (RTLD_NEXT, "clock_gettime");
  if (fd >= 0)
    {
      void *file = mmap (NULL, sizeof *moved_by, PROT_READ, MAP_SHARED, fd, 0);

      moved_by = file == MAP_FAILED ? NULL : file;
      close (fd);
    }
}

int
clock_gettime (clockid_t clock, struct timespec *now)
{
  int result;

  if (!real_clock_gettime)
    set_up ();
  result = real_clock_gettime (clock, now);
  if (result == 0 && moved_by && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    now->tv_sec += *moved_by / 1000;
  return result;
}

int
gettimeofday (struct timeval *restrict now, void *restrict zone)
{
  struct timespec time;

  if (clock_gettime (CLOCK_REALTIME, &time) != 0)
    return -1;
  now->tv_sec = time.tv_sec;
  now->tv_usec = time.tv_nsec / 1000;
  return 0;
}

time_t
time (time_t *now)
{
  struct timespec moment;

  clock_gettime (CLOCK_REALTIME, &moment);
  if (now)
    *now = moment.tv_sec;
  return moment.tv_sec;
}
