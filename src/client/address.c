/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Addresses of places as people type them and as links carry them: "host", "host:port", "::1",
 * "[::1]:port", "hallway://host:port/room". A link comes from anywhere, so nothing in it is
 * believed. */

#include "hallway-config.h"

#include "address.h"

#include "server-words.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/name.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* Bytes of a DNS name, and more than any IP address with its zone. */
#define HOST_MAX 253

/* Bytes of a whole address: a room's name may be escaped, three bytes for one. */
#define ADDRESS_MAX 2048

/**
 * hw_address_free:
 * @self: (nullable) (transfer full): an address
 */
void
hw_address_free (HwAddress *self)
{
  if (!self)
    return;
  g_free (self->host);
  g_free (self->room);
  g_free (self);
}

static gboolean
is_host (const char *host)
{
  gsize length = strlen (host);

  if (length == 0 || length > HOST_MAX || host[0] == '-')
    return FALSE;
  for (const char *p = host; *p; p++)
    {
      /* Letters beyond ASCII are a name's, to be looked up in its IDNA form. */
      if (!g_ascii_isalnum (*p) && !strchr ("-._:%", *p) && (guchar) *p < 0x80)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

static gboolean
split_port (const char *text, guint16 *port, GError **error)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &value, NULL))
    {
      hw_error_set (error, HW_ERROR_FAILED, "address", _ ("A port is a number from 1 to 65535."));
      return FALSE;
    }
  *port = value;
  return TRUE;
}

/* In a link, "fe80::1%eth0" is written "fe80::1%25eth0". */
static void
unescape_zone (char *host)
{
  char *percent = strchr (host, '%');

  if (percent && g_str_has_prefix (percent, "%25") && percent[3])
    memmove (percent + 1, percent + 3, strlen (percent + 3) + 1);
}

/* Cuts @rest ("host", "host:port", "[ip]", "[ip]:port", a bare IPv6 address) into its parts. */
static gboolean
split_host (HwAddress *self, const char *rest, GError **error)
{
  const char *port = NULL;

  if (rest[0] == '[')
    {
      const char *end = strchr (rest, ']');

      if (!end || (end[1] != '\0' && end[1] != ':'))
        {
          hw_error_set (error, HW_ERROR_FAILED, "address",
                        _ ("After “[” comes an address and then “]”."));
          return FALSE;
        }
      self->host = g_strndup (rest + 1, end - rest - 1);
      unescape_zone (self->host);
      port = end[1] ? end + 2 : NULL;
      if (!strchr (self->host, ':'))
        g_clear_pointer (&self->host, g_free);
    }
  else
    {
      const char *colon = strchr (rest, ':');

      /* More than one colon without brackets: an IPv6 address alone. */
      if (colon && !strchr (colon + 1, ':'))
        {
          self->host = g_strndup (rest, colon - rest);
          port = colon + 1;
        }
      else
        self->host = g_strdup (rest);
    }
  if (!self->host || !is_host (self->host)
      || (strpbrk (self->host, ":%") && !g_hostname_is_ip_address (self->host)))
    {
      hw_error_set (error, HW_ERROR_FAILED, "address",
                    _ ("That is not an address. It looks like “lab.local” or “192.168.1.20”."));
      return FALSE;
    }
  return !port || split_port (port, &self->port, error);
}

/**
 * hw_address_parse:
 * @text: what was typed, or a link
 * @error: (nullable): return location; the words are for the person, the field is "address"
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the address
 */
HwAddress *
hw_address_parse (const char *text, GError **error)
{
  g_autoptr (HwAddress) self = g_new0 (HwAddress, 1);
  g_autofree char *trimmed = NULL;
  char *rest;
  char *slash;

  g_return_val_if_fail (text != NULL, NULL);

  self->port = HW_DEFAULT_PORT;
  if (strlen (text) > ADDRESS_MAX || !g_utf8_validate (text, -1, NULL))
    {
      hw_error_set (error, HW_ERROR_FAILED, "address", _ ("That address is too long."));
      return NULL;
    }
  trimmed = g_strstrip (g_strdup (text));
  rest = trimmed;
  if (g_ascii_strncasecmp (rest, "hallway://", strlen ("hallway://")) == 0)
    rest += strlen ("hallway://");
  if (!*rest)
    {
      hw_error_set (error, HW_ERROR_FAILED, "address", _ ("Say where the place is."));
      return NULL;
    }
  slash = strchr (rest, '/');
  if (slash)
    {
      *slash = '\0';
      if (slash[1])
        {
          g_autofree char *room = g_uri_unescape_string (slash + 1, NULL);
          g_autoptr (GError) problem = NULL;

          if (!room || !g_utf8_validate (room, -1, NULL))
            {
              hw_error_set (error, HW_ERROR_FAILED, "address", _ ("No room can have that name."));
              return NULL;
            }
          self->room = hw_name_normalize_room (room, "address", &problem);
          if (!self->room)
            {
              hw_server_words_translate_error (problem);
              g_propagate_error (error, g_steal_pointer (&problem));
              return NULL;
            }
        }
    }
  if (!split_host (self, rest, error))
    return NULL;
  self->loopback = is_loopback (self->host);
  return g_steal_pointer (&self);
}

/**
 * hw_address_to_string:
 * @self: an address
 *
 * Any thread.
 *
 * Returns: (transfer full): "host:port", an IPv6 address in brackets; the room is not in it
 */
char *
hw_address_to_string (const HwAddress *self)
{
  return g_strdup_printf (strchr (self->host, ':') ? "[%s]:%u" : "%s:%u", self->host, self->port);
}
