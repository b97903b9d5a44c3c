/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What another process has used so far. */

#include "process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The process's CPU clock is the sum that /proc/PID/stat shows as utime and stime, threads that
 * have ended included, but in nanoseconds instead of hundredths. */
double
process_cpu (pid_t pid)
{
  clockid_t clock;
  struct timespec used;

  if (clock_getcpuclockid (pid, &clock) != 0 || clock_gettime (clock, &used) != 0)
    {
      fprintf (stderr, "load: the server (%d) is gone\n", (int) pid);
      exit (1);
    }
  return used.tv_sec + used.tv_nsec / 1e9;
}

gint64
process_memory (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", (int) pid);
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents (path, &status, NULL, NULL) || !(line = strstr (status, "RssAnon:")))
    {
      fprintf (stderr, "load: the server (%d) is gone\n", (int) pid);
      exit (1);
    }
  return g_ascii_strtoll (line + strlen ("RssAnon:"), NULL, 10) * 1024;
}
