/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver.h"

#include <sys/types.h>

G_BEGIN_DECLS

typedef struct
{
  const Driver *driver;
  guint16 port;
  gboolean tls;
  pid_t pid; /* of the server */
  guint members;
  guint rooms;
  guint window;    /* messages outstanding in each room */
  guint rate;      /* messages a second */
  guint in_flight; /* connections that are being made at a time */
  double seconds;
} Scenario;

/* Each runs to its end and prints its figures as the members of a JSON object. */
void scenario_fan_out (const Scenario *self);
void scenario_latency (const Scenario *self);
void scenario_connect (const Scenario *self);
void scenario_join (const Scenario *self);
void scenario_memory (const Scenario *self);

G_END_DECLS
