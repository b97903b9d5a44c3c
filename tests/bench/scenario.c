/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is measured: rooms kept full of messages, delay at an ordinary pace, coming in, and memory.
 */

#include "scenario.h"

#include "process.h"
#include "swarm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Bytes of a message's text. */
#define TEXT_SIZE 100

/* Bytes of the talk that texts are cut from. */
#define TALK_SIZE 65536

/* A server has settled when nothing came from it for so long, in milliseconds. */
#define QUIET 300

/* Milliseconds for which a server may put off some of its work, an index for example, and let it
 * look as if there was none. */
#define PUT_OFF 2600

/* Something like talk: a few words are frequent, most are not. A server that indexes what is said
 * has its work with it. The same in every run. */
static const char *
get_talk (void)
{
  static const char *const syllables[] = { "ka",  "lo",  "mi", "ren", "tu",  "sha", "vo", "ne",
                                           "pil", "dar", "go", "fe",  "bri", "zu",  "xa", "ho" };
  static GString *talk = NULL;
  g_autoptr (GRand) random = NULL;

  if (talk)
    return talk->str;
  talk = g_string_sized_new (TALK_SIZE + 32);
  random = g_rand_new_with_seed (55667);
  while (talk->len < TALK_SIZE)
    {
      double u = g_rand_double (random);
      guint word = 20000 * u * u * u;

      g_string_append_c (talk, ' ');
      do
        g_string_append (talk, syllables[word % 16]);
      while ((word /= 16) > 0);
    }
  return talk->str;
}

static void
write_text (char text[TEXT_SIZE + 1], guint64 number)
{
  const char *talk = get_talk () + number * 97 % (TALK_SIZE - TEXT_SIZE);

  memcpy (text, talk, TEXT_SIZE);
  g_snprintf (text, 2 + MARK_DIGITS, "%c%08u", MARK, (guint) (number % 100000000));
  text[1 + MARK_DIGITS] = ' ';
  text[TEXT_SIZE] = '\0';
}

static double
own_cpu (void)
{
  return process_cpu (getpid ());
}

/* CPU that the server goes on using for what it put off; returned when it has rested for @quiet
 * milliseconds. */
static double
wait_for_rest (pid_t pid, int quiet)
{
  double before = process_cpu (pid);
  int rested = 0;

  for (int i = 0; i < 200 && rested < quiet; i++)
    {
      double now;

      g_usleep (100000);
      now = process_cpu (pid);
      rested = now - before < 0.001 ? rested + 100 : 0;
      before = now;
    }
  return before;
}

/* Fan-out */

typedef struct
{
  Client *sender;
  guint receivers; /* of each message */
  guint64 sent;
  guint64 done;   /* arrived at all receivers */
  guint *missing; /* arrivals, of the messages outstanding: number modulo window */
} Room;

typedef struct
{
  const Scenario *scenario;
  Swarm *swarm;
  Room *rooms;
} FanOut;

static void
on_message (Client *client, guint64 number, gint64 now, gpointer user_data)
{
  FanOut *self = user_data;
  Room *room = &self->rooms[client->room];

  if (number != client->received - 1)
    {
      fprintf (stderr,
               "load: client %u got message %" G_GUINT64_FORMAT " where %" G_GUINT64_FORMAT
               " was due\n",
               client->index, number, client->received - 1);
      exit (1);
    }
  if (--room->missing[number % self->scenario->window] == 0)
    room->done++;
}

static void
fill_window (FanOut *self, Room *room)
{
  static GString *batch = NULL;
  char text[TEXT_SIZE + 1];

  if (room->sent == room->done + self->scenario->window)
    return;
  if (!batch)
    batch = g_string_new (NULL);
  g_string_truncate (batch, 0);
  while (room->sent < room->done + self->scenario->window)
    {
      room->missing[room->sent % self->scenario->window] = room->receivers;
      write_text (text, room->sent);
      self->scenario->driver->say (batch, room->sender->room, room->sent, text);
      room->sent++;
    }
  swarm_send (self->swarm, room->sender, batch->str, batch->len);
}

/* Keeps all rooms full for @seconds, then lets everything arrive. */
static void
keep_full (FanOut *self, double seconds)
{
  gint64 end = g_get_monotonic_time () + seconds * 1e6;
  gboolean outstanding;

  do
    {
      for (guint i = 0; i < self->scenario->rooms; i++)
        fill_window (self, &self->rooms[i]);
      swarm_turn (self->swarm, 1000);
    }
  while (g_get_monotonic_time () < end);

  do
    {
      outstanding = FALSE;
      for (guint i = 0; i < self->scenario->rooms; i++)
        outstanding |= self->rooms[i].sent != self->rooms[i].done;
      if (outstanding && !swarm_turn (self->swarm, 20000))
        {
          fprintf (stderr, "load: messages did not arrive\n");
          exit (1);
        }
    }
  while (outstanding);
}

static guint64
count_received (Swarm *swarm)
{
  guint64 received = 0;

  for (guint i = 0; i < swarm->clients->len; i++)
    received += ((Client *) g_ptr_array_index (swarm->clients, i))->received;
  return received;
}

/**
 * scenario_fan_out:
 * @self: rooms, members of each, window and seconds
 *
 * In every room one member says something whenever fewer than @window messages are on the way.
 */
void
scenario_fan_out (const Scenario *self)
{
  g_autoptr (Swarm) swarm = swarm_new (self->driver, self->port, self->tls);
  g_autofree Room *rooms = g_new0 (Room, self->rooms);
  FanOut fan_out = { self, swarm, rooms };
  guint64 before, deliveries, messages = 0;
  double cpu, own, after;
  gint64 start, wall;

  swarm_connect (swarm, self->rooms * self->members, self->in_flight, 0);
  swarm_create_rooms (swarm, self->rooms);
  swarm_join_all (swarm, self->members);
  swarm_settle (swarm, QUIET);
  swarm->marked = on_message;
  swarm->marked_data = &fan_out;
  for (guint i = 0; i < self->rooms; i++)
    {
      rooms[i].sender = g_ptr_array_index (swarm->clients, i * self->members);
      rooms[i].receivers = self->members - (self->driver->echoes ? 0 : 1);
      rooms[i].missing = g_new0 (guint, self->window);
    }
  keep_full (&fan_out, MIN (1, self->seconds / 4)); /* to warm up */
  wait_for_rest (self->pid, PUT_OFF);

  before = count_received (swarm);
  for (guint i = 0; i < self->rooms; i++)
    messages -= rooms[i].sent;
  cpu = process_cpu (self->pid);
  own = own_cpu ();
  start = g_get_monotonic_time ();
  keep_full (&fan_out, self->seconds);
  wall = g_get_monotonic_time () - start;
  own = own_cpu () - own;
  after = process_cpu (self->pid);
  cpu = after - cpu;
  after = wait_for_rest (self->pid, PUT_OFF) - after;
  deliveries = count_received (swarm) - before;
  for (guint i = 0; i < self->rooms; i++)
    {
      messages += rooms[i].sent;
      g_free (rooms[i].missing);
    }

  printf ("\"messages\":%" G_GUINT64_FORMAT ",\"deliveries\":%" G_GUINT64_FORMAT
          ",\"seconds\":%.3f,\"cpu\":%.4f,\"cpu_after\":%.4f,\"load_cpu\":%.4f,"
          "\"cpu_per_million\":%.4f,\"messages_per_second\":%.0f",
          messages, deliveries, wall / 1e6, cpu, after, own, (cpu + after) / deliveries * 1e6,
          messages / (wall / 1e6));
}

/* Latency */

typedef struct
{
  gint64 *sent_at;
  guint32 *delays; /* microseconds */
  gsize n_delays;
} Latency;

static void
on_timed_message (Client *client, guint64 number, gint64 now, gpointer user_data)
{
  Latency *self = user_data;

  self->delays[self->n_delays++] = now - self->sent_at[number];
}

static int
compare_delays (const void *a, const void *b)
{
  guint32 left = *(const guint32 *) a;
  guint32 right = *(const guint32 *) b;

  return (left > right) - (left < right);
}

/**
 * scenario_latency:
 * @self: members, rate and seconds
 *
 * The members of one room take turns to speak, at a steady pace; measured is the time from a
 * message's sending to its arrival at each of the others.
 */
void
scenario_latency (const Scenario *self)
{
  g_autoptr (Swarm) swarm = swarm_new (self->driver, self->port, self->tls);
  guint messages = self->rate * self->seconds;
  guint receivers = self->members - (self->driver->echoes ? 0 : 1);
  g_autofree gint64 *sent_at = g_new0 (gint64, messages);
  g_autofree guint32 *delays = g_new0 (guint32, (gsize) messages * self->members);
  Latency latency = { sent_at, delays, 0 };
  g_autoptr (GString) message = g_string_new (NULL);
  char text[TEXT_SIZE + 1];
  gint64 start;
  double cpu;

  swarm_connect (swarm, self->members, self->in_flight, 0);
  swarm_create_rooms (swarm, 1);
  swarm_join_all (swarm, self->members);
  swarm_settle (swarm, QUIET);
  swarm->marked = on_timed_message;
  swarm->marked_data = &latency;

  wait_for_rest (self->pid, 100);
  cpu = process_cpu (self->pid);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < messages; i++)
    {
      gint64 due = start + i * G_USEC_PER_SEC / self->rate;
      gint64 now;

      while ((now = g_get_monotonic_time ()) < due)
        swarm_turn (swarm, (due - now) / 1000);
      g_string_truncate (message, 0);
      write_text (text, i);
      self->driver->say (message, 0, i, text);
      sent_at[i] = g_get_monotonic_time ();
      swarm_send (swarm, g_ptr_array_index (swarm->clients, i % self->members), message->str,
                  message->len);
    }
  while (latency.n_delays < (gsize) messages * receivers)
    if (!swarm_turn (swarm, 10000))
      {
        fprintf (stderr, "load: messages did not arrive\n");
        exit (1);
      }
  cpu = process_cpu (self->pid) - cpu;

  qsort (delays, latency.n_delays, sizeof *delays, compare_delays);
  printf ("\"deliveries\":%zu,\"p50\":%.3f,\"p99\":%.3f,\"worst\":%.3f,\"cpu_per_million\":%.4f",
          latency.n_delays, delays[latency.n_delays / 2] / 1e3,
          delays[latency.n_delays * 99 / 100] / 1e3, delays[latency.n_delays - 1] / 1e3,
          cpu / latency.n_delays * 1e6);
}

/* Coming in */

/**
 * scenario_connect:
 * @self: rooms, and members of each
 *
 * All connect, log in and join their room.
 */
void
scenario_connect (const Scenario *self)
{
  g_autoptr (Swarm) swarm = swarm_new (self->driver, self->port, self->tls);
  g_autoptr (Swarm) host = swarm_new (self->driver, self->port, FALSE);
  guint n = self->rooms * self->members;
  gint64 start, wall;
  double cpu;

  host->first_index = n;
  swarm_connect (host, 1, 1, 0);
  swarm_create_rooms (host, self->rooms);
  cpu = process_cpu (self->pid);
  start = g_get_monotonic_time ();
  swarm_connect (swarm, n, self->in_flight, self->members);
  wall = g_get_monotonic_time () - start;
  cpu = process_cpu (self->pid) - cpu;
  printf ("\"clients\":%u,\"seconds\":%.3f,\"per_second\":%.0f,\"cpu\":%.3f", n, wall / 1e6,
          n / (wall / 1e6), cpu);
}

/**
 * scenario_join:
 * @self: members
 *
 * Those who are logged in already join one room, all at once.
 */
void
scenario_join (const Scenario *self)
{
  g_autoptr (Swarm) swarm = swarm_new (self->driver, self->port, self->tls);
  gint64 start, wall;
  double cpu;

  swarm_connect (swarm, self->members, self->in_flight, 0);
  swarm_create_rooms (swarm, 1);
  swarm_settle (swarm, QUIET);
  cpu = process_cpu (self->pid);
  start = g_get_monotonic_time ();
  swarm_join_all (swarm, self->members);
  wall = g_get_monotonic_time () - start;
  cpu = process_cpu (self->pid) - cpu;
  printf ("\"clients\":%u,\"seconds\":%.3f,\"cpu\":%.3f", self->members, wall / 1e6, cpu);
}

/**
 * scenario_memory:
 * @self: members, seconds
 *
 * What a connected client that is logged in costs in memory, and while nobody does anything.
 */
void
scenario_memory (const Scenario *self)
{
  g_autoptr (Swarm) swarm = swarm_new (self->driver, self->port, self->tls);
  gint64 memory;
  double cpu;

  swarm_connect (swarm, 1, 1, 0); /* what is only needed once is there */
  swarm_settle (swarm, QUIET);
  memory = process_memory (self->pid);
  swarm_connect (swarm, self->members, self->in_flight, 0);
  swarm_settle (swarm, QUIET);
  memory = process_memory (self->pid) - memory;
  cpu = wait_for_rest (self->pid, 100);
  g_usleep (self->seconds * 1e6);
  cpu = process_cpu (self->pid) - cpu;
  printf ("\"clients\":%u,\"bytes_per_client\":%.0f,\"idle_cpu\":%.5f", self->members,
          (double) memory / self->members, cpu / self->seconds);
}
