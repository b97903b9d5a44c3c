/* SPDX-License-Identifier: GPL-3.0-or-later */

/* load: puts one server under one load and prints what it took, as one JSON object. bench.py starts
 * the servers and makes the table. */

#include "scenario.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static const struct
{
  const char *name;
  void (*run) (const Scenario *scenario);
} scenarios[] = {
  { "fan-out", scenario_fan_out }, { "latency", scenario_latency }, { "connect", scenario_connect },
  { "join", scenario_join },       { "memory", scenario_memory },
};

static void
allow_many_files (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static void
stay_on (int cpu)
{
  cpu_set_t set;

  CPU_ZERO (&set);
  CPU_SET (cpu, &set);
  sched_setaffinity (0, sizeof set, &set);
}

int
main (int argc, char **argv)
{
  Scenario scenario
      = { .members = 100, .rooms = 1, .window = 64, .rate = 50, .in_flight = 1000, .seconds = 3 };
  g_autofree char *driver = NULL;
  int port = 0;
  int pid = 0;
  int cpu = -1;
  const GOptionEntry options[]
      = { { "driver", 0, 0, G_OPTION_ARG_STRING, &driver, "How to speak", "NAME" },
          { "port", 0, 0, G_OPTION_ARG_INT, &port, "Where the server listens on 127.0.0.1", "N" },
          { "pid", 0, 0, G_OPTION_ARG_INT, &pid, "The server's process", "N" },
          { "cpu", 0, 0, G_OPTION_ARG_INT, &cpu, "The processor to stay on", "N" },
          { "members", 0, 0, G_OPTION_ARG_INT, &scenario.members, "People in each room", "N" },
          { "rooms", 0, 0, G_OPTION_ARG_INT, &scenario.rooms, "Rooms", "N" },
          { "window", 0, 0, G_OPTION_ARG_INT, &scenario.window, "Messages on the way in each",
            "N" },
          { "rate", 0, 0, G_OPTION_ARG_INT, &scenario.rate, "Messages a second", "N" },
          { "in-flight", 0, 0, G_OPTION_ARG_INT, &scenario.in_flight, "Connecting at a time", "N" },
          { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &scenario.seconds, "How long", "S" },
          { "tls", 0, 0, G_OPTION_ARG_NONE, &scenario.tls, "Encrypt", NULL },
          G_OPTION_ENTRY_NULL };
  g_autoptr (GOptionContext) context = g_option_context_new ("SCENARIO");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2 || !driver
      || !(scenario.driver = driver_find (driver)))
    {
      fprintf (stderr, "load: %s\n", error ? error->message : "a scenario and a driver are needed");
      return 1;
    }
  scenario.port = port;
  scenario.pid = pid;
  allow_many_files ();
  if (cpu >= 0)
    stay_on (cpu);
  for (gsize i = 0; i < G_N_ELEMENTS (scenarios); i++)
    if (g_str_equal (argv[1], scenarios[i].name))
      {
        printf ("{\"scenario\":\"%s\",", argv[1]);
        scenarios[i].run (&scenario);
        printf ("}\n");
        return 0;
      }
  fprintf (stderr, "load: no scenario is called %s\n", argv[1]);
  return 1;
}
