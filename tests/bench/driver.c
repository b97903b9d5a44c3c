/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the load generator says to each kind of server: Hallway, IRC (ngIRCd and InspIRCd), NATS,
 * MQTT (Mosquitto), and the raw limit, which only repeats what it gets. */

#include "driver.h"

#include <string.h>

static void
set_needle (Needle *needle, const char *bytes, gsize length)
{
  g_assert (length <= sizeof needle->bytes);
  memcpy (needle->bytes, bytes, length);
  needle->length = length;
}

#define SET_NEEDLE(needle, literal) set_needle ((needle), (literal), sizeof (literal) - 1)

/* Hallway */

static void
hallway_login (GString *out, guint client, Needle *needle)
{
  g_string_append_printf (out,
                          "{\"op\":\"hello\",\"id\":1,\"versions\":[1],\"client\":\"load\"}\n"
                          "{\"op\":\"login\",\"id\":2,\"name\":\"u%u\"}\n",
                          client);
  SET_NEEDLE (needle, "{\"re\":2,\"ok\":true");
}

static void
hallway_create (GString *out, guint room, Needle *needle)
{
  g_string_append_printf (out,
                          "{\"op\":\"create\",\"id\":3,\"room\":\"r%u\"}\n"
                          "{\"op\":\"leave\",\"id\":4,\"room\":\"r%u\"}\n",
                          room, room);
  SET_NEEDLE (needle, "{\"re\":4,\"ok\":true");
}

static void
hallway_join (GString *out, guint room, Needle *needle)
{
  g_string_append_printf (out, "{\"op\":\"join\",\"id\":3,\"room\":\"r%u\"}\n", room);
  SET_NEEDLE (needle, "{\"re\":3,\"ok\":true");
}

static void
hallway_say (GString *out, guint room, guint64 number, const char *text)
{
  g_string_append_printf (out,
                          "{\"op\":\"say\",\"id\":%" G_GUINT64_FORMAT
                          ",\"room\":\"r%u\",\"text\":\"",
                          number + 10, room);
  g_string_append (out, text);
  g_string_append (out, "\"}\n");
}

/* As Hallway's own client does it: with a random key, so that a message sent again after a lost
 * link is not logged twice. */
static void
hallway_say_with_key (GString *out, guint room, guint64 number, const char *text)
{
  hallway_say (out, room, number, text);
  g_string_truncate (out, out->len - 2);
  g_string_append_printf (out, ",\"key\":\"%08x%08x%08x%08x\"}\n", g_random_int (), g_random_int (),
                          g_random_int (), g_random_int ());
}

/* IRC */

static void
irc_login (GString *out, guint client, Needle *needle)
{
  g_string_append_printf (out, "NICK u%u\r\nUSER u%u 0 * :load\r\n", client, client);
  SET_NEEDLE (needle, " 422 "); /* no message of the day: the end of the greeting */
}

static void
irc_join (GString *out, guint room, Needle *needle)
{
  g_string_append_printf (out, "JOIN #r%u\r\n", room);
  SET_NEEDLE (needle, " 366 "); /* end of the names */
}

static void
irc_say (GString *out, guint room, guint64 number, const char *text)
{
  g_string_append_printf (out, "PRIVMSG #r%u :", room);
  g_string_append (out, text);
  g_string_append (out, "\r\n");
}

/* NATS */

static void
nats_login (GString *out, guint client, Needle *needle)
{
  g_string_append (out, "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":true}\r\nPING\r\n");
  SET_NEEDLE (needle, "PONG\r\n");
}

static void
nats_join (GString *out, guint room, Needle *needle)
{
  g_string_append_printf (out, "SUB r%u 1\r\nPING\r\n", room);
  SET_NEEDLE (needle, "PONG\r\n");
}

static void
nats_say (GString *out, guint room, guint64 number, const char *text)
{
  g_string_append_printf (out, "PUB r%u %zu\r\n", room, strlen (text));
  g_string_append (out, text);
  g_string_append (out, "\r\n");
}

/* MQTT 3.1.1, quality of service 0 */

static void
mqtt_append_string (GString *out, const char *text)
{
  gsize length = strlen (text);

  g_string_append_c (out, length >> 8);
  g_string_append_c (out, length & 0xff);
  g_string_append_len (out, text, length);
}

static void
mqtt_login (GString *out, guint client, Needle *needle)
{
  g_autofree char *name = g_strdup_printf ("u%u", client);

  g_string_append_c (out, 0x10);
  g_string_append_c (out, 12 + strlen (name));
  mqtt_append_string (out, "MQTT");
  g_string_append_len (out, "\x04\x02\x00\x00", 4); /* level 4, clean session, no keep-alive */
  mqtt_append_string (out, name);
  SET_NEEDLE (needle, "\x20\x02\x00\x00");
}

static void
mqtt_join (GString *out, guint room, Needle *needle)
{
  g_autofree char *topic = g_strdup_printf ("r%u", room);

  g_string_append_c (out, (char) 0x82);
  g_string_append_c (out, 5 + strlen (topic));
  g_string_append_len (out, "\x00\x01", 2);
  mqtt_append_string (out, topic);
  g_string_append_c (out, 0);
  SET_NEEDLE (needle, "\x90\x03\x00\x01\x00");
}

static void
mqtt_say (GString *out, guint room, guint64 number, const char *text)
{
  g_autofree char *topic = g_strdup_printf ("r%u", room);
  gsize length = 2 + strlen (topic) + strlen (text);

  g_string_append_c (out, 0x30);
  for (; length > 127; length >>= 7)
    g_string_append_c (out, (char) (0x80 | (length & 0x7f)));
  g_string_append_c (out, (char) length);
  mqtt_append_string (out, topic);
  g_string_append (out, text);
}

/* The raw limit sends every line it gets to everybody: so it is sent what Hallway would send. */

static void
raw_login (GString *out, guint client, Needle *needle)
{
  g_string_append (out, "!\n");
  SET_NEEDLE (needle, "!\n");
}

static void
raw_say (GString *out, guint room, guint64 number, const char *text)
{
  g_string_append_printf (out,
                          "{\"ev\":\"entry\",\"room\":\"r%u\",\"seq\":%" G_GUINT64_FORMAT
                          ",\"at\":1763625600123,\"kind\":\"message\",\"from\":\"u0\",\"text\":\"",
                          room, number);
  g_string_append (out, text);
  g_string_append (out, "\"}\n");
}

static const Driver drivers[] = {
  { "hallway", TRUE, hallway_login, hallway_create, hallway_join, hallway_say },
  { "hallway-keys", TRUE, hallway_login, hallway_create, hallway_join, hallway_say_with_key },
  { "irc", FALSE, irc_login, NULL, irc_join, irc_say },
  { "nats", TRUE, nats_login, NULL, nats_join, nats_say },
  { "mqtt", TRUE, mqtt_login, NULL, mqtt_join, mqtt_say },
  { "raw", TRUE, raw_login, NULL, NULL, raw_say },
};

const Driver *
driver_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (drivers); i++)
    if (g_str_equal (drivers[i].name, name))
      return &drivers[i];
  return NULL;
}
