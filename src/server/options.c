/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Options from one table: the command line's and the configuration file's are the same, read and
 * checked by the same functions. */

#include "options.h"

#include "protocol/limits.h"

#include <gio/gio.h>
#include <string.h>

/* The configuration file's group. */
#define GROUP "server"

/* Characters of a place's name. */
#define PLACE_NAME_MAX 64

/* Clients allowed unless said otherwise. */
#define MAX_CLIENTS_DEFAULT 1000

/* Requests a second on one connection unless said otherwise. */
#define RATE_DEFAULT 10

/* A day: seconds above which no timing makes sense. */
#define SECONDS_MAX 86400

typedef struct
{
  const char *name;
  gboolean (*take) (
      HwOptions *options, gsize offset, const char *value, gint64 minimum, gint64 maximum);
  gsize offset;
  gint64 minimum;
  gint64 maximum;
  const char *expected; /* for people */
} Option;

static gboolean
take_string (HwOptions *options, gsize offset, const char *value, gint64 minimum, gint64 maximum)
{
  char **string = G_STRUCT_MEMBER_P (options, offset);

  if (!*value || !g_utf8_validate (value, -1, NULL)
      || (maximum && g_utf8_strlen (value, -1) > maximum))
    return FALSE;
  g_free (*string);
  *string = g_strdup (value);
  return TRUE;
}

static gboolean
take_number (HwOptions *options, gsize offset, const char *value, gint64 minimum, gint64 maximum)
{
  guint *number = G_STRUCT_MEMBER_P (options, offset);
  guint64 found;

  if (!g_ascii_string_to_unsigned (value, 10, minimum, maximum, &found, NULL))
    return FALSE;
  *number = found;
  return TRUE;
}

static gboolean
take_switch (HwOptions *options, gsize offset, const char *value, gint64 minimum, gint64 maximum)
{
  gboolean *on = G_STRUCT_MEMBER_P (options, offset);

  if (g_str_equal (value, "yes") || g_str_equal (value, "true"))
    *on = TRUE;
  else if (g_str_equal (value, "no") || g_str_equal (value, "false"))
    *on = FALSE;
  else
    return FALSE;
  return TRUE;
}

static gboolean
take_plaintext (HwOptions *options, gsize offset, const char *value, gint64 minimum, gint64 maximum)
{
  static const char *const names[] = { "loopback", "always", "never" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (value, names[i]))
      {
        options->plaintext = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
take_address (HwOptions *options, gsize offset, const char *value, gint64 minimum, gint64 maximum)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (value);
  guint n = g_strv_length (options->listen);

  if (!address)
    return FALSE;
  options->listen = g_renew (char *, options->listen, n + 2);
  options->listen[n] = g_strdup (value);
  options->listen[n + 1] = NULL;
  return TRUE;
}

#define AT(member) G_STRUCT_OFFSET (HwOptions, member)

static const Option table[] = {
  { "data", take_string, AT (data), 0, 0, "a directory" },
  { "dead", take_number, AT (dead), 1, SECONDS_MAX, "seconds, at least 1" },
  { "discovery", take_switch, AT (discovery), 0, 0, "yes or no" },
  { "grace", take_number, AT (grace), 0, SECONDS_MAX, "seconds" },
  { "guests", take_switch, AT (guests), 0, 0, "yes or no" },
  { "idle", take_number, AT (idle), 0, SECONDS_MAX, "seconds, 0 for never" },
  { "lan-only", take_switch, AT (lan_only), 0, 0, "yes or no" },
  { "listen", take_address, 0, 0, 0, "an IP address" },
  { "max-clients", take_number, AT (max_clients), 1, 1000000, "a number, at least 1" },
  { "name", take_string, AT (name), 0, PLACE_NAME_MAX, "1 to 64 characters" },
  { "ping", take_number, AT (ping), 1, SECONDS_MAX, "seconds, at least 1" },
  { "plaintext", take_plaintext, 0, 0, 0, "loopback, always or never" },
  { "port", take_number, AT (port), 0, 65535, "a port from 0 to 65535" },
  { "rate", take_number, AT (rate), 0, 100000, "requests a second, 0 for any number" },
};

static const Option *
find_option (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (name, table[i].name))
      return &table[i];
  return NULL;
}

static gboolean
take (HwOptions *self, const char *name, const char *value, const char *where, GError **error)
{
  const Option *option = find_option (name);

  if (!option)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, "%s%s is no option", where,
                   name);
      return FALSE;
    }
  if (!option->take (self, option->offset, value, option->minimum, option->maximum))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s%s must be %s", where, name,
                   option->expected);
      return FALSE;
    }
  return TRUE;
}

static gboolean
take_list (HwOptions *self, const char *name, char **values, const char *where, GError **error)
{
  for (guint i = 0; values[i]; i++)
    if (!take (self, name, g_strstrip (values[i]), where, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_file (HwOptions *self, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) reason = NULL;
  g_autofree char *where = g_strdup_printf ("%s: ", self->config);
  g_auto (GStrv) groups = NULL;
  g_auto (GStrv) keys = NULL;

  if (!g_key_file_load_from_file (file, self->config, G_KEY_FILE_NONE, &reason))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "%s%s", where, reason->message);
      return FALSE;
    }
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i]; i++)
    if (!g_str_equal (groups[i], GROUP))
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                     "%s[%s] is not expected; the only group is [" GROUP "]", where, groups[i]);
        return FALSE;
      }
  keys = g_key_file_get_keys (file, GROUP, NULL, NULL);
  for (guint i = 0; keys && keys[i]; i++)
    {
      g_auto (GStrv) values = NULL;

      if (g_str_equal (keys[i], "listen"))
        values = g_key_file_get_string_list (file, GROUP, keys[i], NULL, &reason);
      else
        {
          values = g_new0 (char *, 2);
          values[0] = g_key_file_get_string (file, GROUP, keys[i], &reason);
        }
      if (reason)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "%s%s", where,
                       reason->message);
          return FALSE;
        }
      if (!take_list (self, keys[i], values, where, error))
        return FALSE;
    }
  return TRUE;
}

static HwOptions *
new_defaults (void)
{
  HwOptions *self = g_new0 (HwOptions, 1);

  self->data = g_build_filename (g_get_user_data_dir (), "hallwayd", NULL);
  self->listen = g_new0 (char *, 1);
  self->port = HW_DEFAULT_PORT;
  self->name = g_strdup (g_get_host_name ());
  self->plaintext = HW_PLAINTEXT_LOOPBACK;
  self->lan_only = TRUE;
  self->idle = HW_IDLE_DEFAULT;
  self->ping = HW_PING_DEFAULT;
  self->dead = HW_DEAD_DEFAULT;
  self->grace = HW_GRACE_DEFAULT;
  self->rate = RATE_DEFAULT;
  self->max_clients = MAX_CLIENTS_DEFAULT;
  self->guests = TRUE;
  self->discovery = TRUE;
  return self;
}

/* Splits "--name value" and "--name=value". (transfer full) (nullable) */
static char *
next_argument (char **arguments, guint *at, char **value, GError **error)
{
  const char *argument = arguments[(*at)++];
  const char *equals = strchr (argument, '=');

  *value = NULL;
  if (!g_str_has_prefix (argument, "--") || !argument[2])
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                   "%s is no option; see --help", argument);
      return NULL;
    }
  if (equals)
    {
      *value = g_strdup (equals + 1);
      return g_strndup (argument + 2, equals - argument - 2);
    }
  return g_strdup (argument + 2);
}

/* Options without a value, each of which is something else to do. */
static gboolean
take_task (HwOptions *self, const char *name)
{
  static const struct
  {
    const char *name;
    HwTask task;
  } tasks[] = {
    { "check", HW_TASK_CHECK },
    { "help", HW_TASK_HELP },
    { "set-admin-password", HW_TASK_SET_ADMIN_PASSWORD },
    { "version", HW_TASK_VERSION },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    if (g_str_equal (name, tasks[i].name))
      {
        self->task = tasks[i].task;
        return TRUE;
      }
  return FALSE;
}

/* All of the file's do, and two that only the command line has. */
static gboolean
needs_value (const char *name)
{
  return g_str_equal (name, "config") || g_str_equal (name, "recover") || find_option (name);
}

/* The configuration file is read first, wherever it is named. */
static gboolean
read_arguments (HwOptions *self, char **arguments, gboolean only_config, GError **error)
{
  gboolean listening = FALSE;
  guint at = 1;

  while (arguments[at])
    {
      g_autofree char *value = NULL;
      g_autofree char *name = next_argument (arguments, &at, &value, error);

      if (!name)
        return FALSE;
      if (!value && take_task (self, name))
        continue;
      if (!value && needs_value (name) && arguments[at])
        value = g_strdup (arguments[at++]);
      if (!value)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       needs_value (name) ? "--%s needs a value" : "--%s is no option; see --help",
                       name);
          return FALSE;
        }
      if (g_str_equal (name, "config"))
        {
          g_free (self->config);
          self->config = g_steal_pointer (&value);
          continue;
        }
      if (only_config)
        continue;
      if (g_str_equal (name, "recover"))
        {
          self->task = HW_TASK_RECOVER;
          g_free (self->recover_into);
          self->recover_into = g_steal_pointer (&value);
          continue;
        }
      /* Addresses of the command line stand in place of the file's, not beside them */
      if (g_str_equal (name, "listen") && !listening)
        {
          listening = TRUE;
          g_strfreev (self->listen);
          self->listen = g_new0 (char *, 1);
        }
      if (!take (self, name, value, "--", error))
        return FALSE;
    }
  return TRUE;
}

/**
 * hw_options_new:
 * @arguments: the command line, with the program's name
 * @error: where to put the words for the person who wrote it
 *
 * Returns: (transfer full) (nullable): the options
 */
HwOptions *
hw_options_new (char **arguments, GError **error)
{
  g_autoptr (HwOptions) self = new_defaults ();

  if (!read_arguments (self, arguments, TRUE, error))
    return NULL;
  if (self->config && self->task != HW_TASK_HELP && self->task != HW_TASK_VERSION
      && !read_file (self, error))
    return NULL;
  if (!read_arguments (self, arguments, FALSE, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * hw_options_free:
 * @self: (transfer full): options
 */
void
hw_options_free (HwOptions *self)
{
  g_free (self->config);
  g_free (self->recover_into);
  g_free (self->data);
  g_strfreev (self->listen);
  g_free (self->name);
  g_free (self);
}
