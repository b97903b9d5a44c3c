/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A place on this very computer: hallwayd as our child. First it is given the admin's password, by
 * its standard input, where no list of processes shows it; then it is started, and its first line
 * says where it listens. It is told to end when we end, whatever way that is. */

#include "host.h"

#include "hallway-config.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/message.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

/* Directories: nobody else's business. */
#define PRIVATE 0700

struct _HwHost
{
  GObject parent_instance;

  char *program; /* (nullable): there is none */
  char *data;
  char **options; /* (nullable) */

  HwHostState state;
  char *name;
  guint port;
  GSubprocess *server;
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_PORT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HwHost, hw_host, G_TYPE_OBJECT)

typedef struct
{
  gboolean discoverable;
  gboolean any_port; /* the usual one was taken */
  GDataInputStream *output;
} Start;

static void
start_free (Start *start)
{
  g_clear_object (&start->output);
  g_free (start);
}

static void
set_state (HwHost *self, HwHostState state, guint port)
{
  if (self->port != port)
    {
      self->port = port;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PORT]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
}

/* Runs in the child, between fork and exec. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
on_ended (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwHost) self = data;

  g_subprocess_wait_finish (G_SUBPROCESS (object), result, NULL);
  if (self->server != G_SUBPROCESS (object))
    return;
  g_clear_object (&self->server);
  set_state (self, HW_HOST_IDLE, 0);
}

static void
fail (GTask *task, GError *error)
{
  HwHost *self = g_task_get_source_object (task);

  if (self->server == NULL)
    set_state (self, HW_HOST_IDLE, 0);
  else
    hw_host_stop (self);
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* The one line on standard error that says why a start failed. */
static GError *
read_reason (const char *errors)
{
  g_auto (GStrv) lines = g_strsplit (errors != NULL ? errors : "", "\n", -1);

  for (guint i = g_strv_length (lines); i-- > 0;)
    if (g_str_has_prefix (lines[i], "hallwayd: ") && g_utf8_validate (lines[i], -1, NULL))
      return hw_error_new (HW_ERROR_FAILED, NULL, "%s", lines[i] + strlen ("hallwayd: "));
  return hw_error_new (HW_ERROR_FAILED, NULL, "%s", _ ("The server did not start."));
}

static void spawn_server (GTask *task);

static char *
get_log_path (HwHost *self)
{
  return g_build_filename (self->data, "hallwayd.log", NULL);
}

/* The server has ended before its first line. */
static void
on_start_failed (GTask *task)
{
  HwHost *self = g_task_get_source_object (task);
  Start *start = g_task_get_task_data (task);
  g_autofree char *path = get_log_path (self);
  g_autofree char *errors = NULL;

  g_file_get_contents (path, &errors, NULL, NULL);
  if (!start->any_port && errors != NULL && strstr (errors, g_strerror (EADDRINUSE)) != NULL)
    {
      start->any_port = TRUE;
      spawn_server (task);
      return;
    }
  fail (task, read_reason (errors));
}

static void
on_ready_read (GObject *object, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  HwHost *self = g_task_get_source_object (task);
  gsize length;
  g_autofree char *line
      = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (object), result, &length, NULL);
  g_autoptr (JsonObject) ready = line != NULL ? hw_message_parse (line, length, NULL) : NULL;
  gint64 port;

  if (ready == NULL || !hw_message_get_int (ready, "port", 1, G_MAXUINT16, &port, NULL))
    {
      on_start_failed (task);
      return;
    }
  set_state (self, HW_HOST_RUNNING, (guint) port);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
spawn_server (GTask *task)
{
  HwHost *self = g_task_get_source_object (task);
  Start *start = g_task_get_task_data (task);
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *log = get_log_path (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) server = NULL;

  g_ptr_array_add (argv, self->program);
  g_ptr_array_add (argv, (char *) "--data");
  g_ptr_array_add (argv, self->data);
  g_ptr_array_add (argv, (char *) "--name");
  g_ptr_array_add (argv, self->name);
  g_ptr_array_add (argv, (char *) "--discovery");
  g_ptr_array_add (argv, (char *) (start->discoverable ? "yes" : "no"));
  if (start->any_port)
    {
      g_ptr_array_add (argv, (char *) "--port");
      g_ptr_array_add (argv, (char *) "0");
    }
  for (char **option = self->options; option != NULL && *option != NULL; option++)
    g_ptr_array_add (argv, *option);
  g_ptr_array_add (argv, NULL);

  g_subprocess_launcher_set_stderr_file_path (launcher, log);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  server = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  if (server == NULL)
    {
      g_clear_object (&self->server);
      fail (task, g_steal_pointer (&error));
      return;
    }
  g_set_object (&self->server, server);
  g_subprocess_wait_async (server, NULL, on_ended, g_object_ref (self));

  g_clear_object (&start->output);
  start->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server));
  g_data_input_stream_read_line_async (start->output, G_PRIORITY_DEFAULT, NULL, on_ready_read,
                                       task);
}

static void
on_password_set (GObject *object, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_subprocess_communicate_utf8_finish (G_SUBPROCESS (object), result, NULL, &errors, &error))
    fail (task, g_steal_pointer (&error));
  else if (!g_subprocess_get_successful (G_SUBPROCESS (object)))
    fail (task, read_reason (errors));
  else
    spawn_server (task);
}

static void
hw_host_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HwHost *self = HW_HOST (object);

  if (id == PROP_STATE)
    g_value_set_uint (value, self->state);
  else
    g_value_set_uint (value, self->port);
}

static void
hw_host_dispose (GObject *object)
{
  hw_host_stop (HW_HOST (object));
  G_OBJECT_CLASS (hw_host_parent_class)->dispose (object);
}

static void
hw_host_finalize (GObject *object)
{
  HwHost *self = HW_HOST (object);

  g_clear_object (&self->server);
  g_free (self->program);
  g_free (self->data);
  g_strfreev (self->options);
  g_free (self->name);
  G_OBJECT_CLASS (hw_host_parent_class)->finalize (object);
}

static void
hw_host_class_init (HwHostClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hw_host_get_property;
  object_class->dispose = hw_host_dispose;
  object_class->finalize = hw_host_finalize;

  properties[PROP_STATE]
      = g_param_spec_uint ("state", NULL, NULL, 0, HW_HOST_STOPPING, HW_HOST_IDLE, flags);
  properties[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hw_host_init (HwHost *self)
{
}

/* Beside a program that was not installed, BUILD/src/ui/hallway, the server is in BUILD/src/server.
 */
static char *
find_program (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *found = NULL;

  if (folder != NULL && g_str_has_suffix (folder, "/src/ui"))
    found = g_build_filename (folder, "..", "server", "hallwayd", NULL);
  else if (folder != NULL)
    found = g_build_filename (folder, "hallwayd", NULL);
  if (found != NULL && g_file_test (found, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&found);
  return g_find_program_in_path ("hallwayd");
}

/**
 * hw_host_new:
 * @program: (nullable): the server; %NULL: the one that belongs to this program
 * @data: (nullable): its data directory; %NULL: the usual one of the person
 * @options: (nullable): more of its options
 *
 * Returns: (transfer full): a host that runs nothing yet
 */
HwHost *
hw_host_new (const char *program, const char *data, const char *const *options)
{
  HwHost *self = g_object_new (HW_TYPE_HOST, NULL);

  self->program = program != NULL ? g_strdup (program) : find_program ();
  self->data = data != NULL ? g_strdup (data)
                            : g_build_filename (g_get_user_data_dir (), "hallway", "place", NULL);
  self->options = g_strdupv ((char **) options);
  return self;
}

/**
 * hw_host_is_possible:
 * @self: a host
 *
 * Returns: whether there is a server to run
 */
gboolean
hw_host_is_possible (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), FALSE);

  return self->program != NULL;
}

/**
 * hw_host_get_state:
 * @self: a host
 *
 * Returns: what it does
 */
HwHostState
hw_host_get_state (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), HW_HOST_IDLE);

  return self->state;
}

/**
 * hw_host_get_name:
 * @self: a host
 *
 * Returns: (nullable): the name of the place that it runs, or ran last
 */
const char *
hw_host_get_name (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), NULL);

  return self->name;
}

/**
 * hw_host_get_port:
 * @self: a host
 *
 * Returns: where the place listens; 0 while it does not
 */
guint
hw_host_get_port (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), 0);

  return self->port;
}

/**
 * hw_host_dup_address:
 * @self: a host
 *
 * Returns: (transfer full) (nullable): the address of the place for this computer itself
 */
char *
hw_host_dup_address (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), NULL);

  return self->port != 0 ? g_strdup_printf ("127.0.0.1:%u", self->port) : NULL;
}

/**
 * hw_host_start_async:
 * @self: a host that is idle
 * @name: what the place shall be called
 * @password: the admin's, at least %HW_HOST_PASSWORD_MIN characters
 * @discoverable: whether those who look around find it
 * @callback: is told when the place can be entered, or why not
 * @user_data: for @callback
 *
 * Starts the place. Where the usual port is taken it listens on another one.
 */
void
hw_host_start_async (HwHost *self,
                     const char *name,
                     const char *password,
                     gboolean discoverable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Start *start = g_new0 (Start, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) setter = NULL;
  g_autofree char *input = g_strconcat (password, "\n", NULL);

  g_return_if_fail (self->state == HW_HOST_IDLE);

  start->discoverable = discoverable;
  g_task_set_task_data (task, start, (GDestroyNotify) start_free);
  g_free (self->name);
  self->name = g_strdup (name);
  set_state (self, HW_HOST_STARTING, 0);

  if (self->program == NULL)
    {
      fail (task, hw_error_new (HW_ERROR_FAILED, NULL, "%s",
                                _ ("Hallway’s server, hallwayd, is not installed.")));
      return;
    }
  if (g_mkdir_with_parents (self->data, PRIVATE) != 0)
    {
      fail (task,
            hw_error_new (HW_ERROR_FAILED, NULL, _ ("The folder %s cannot be made."), self->data));
      return;
    }
  setter = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE
                                 | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                             &error, self->program, "--data", self->data, "--set-admin-password",
                             NULL);
  if (setter == NULL)
    fail (task, g_steal_pointer (&error));
  else
    g_subprocess_communicate_utf8_async (setter, input, NULL, on_password_set, task);
  explicit_bzero (input, strlen (input));
}

/**
 * hw_host_start_finish:
 * @self: a host
 * @result: what the callback got
 * @error: why there is no place
 *
 * Returns: whether it runs
 */
gboolean
hw_host_start_finish (HwHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hw_host_stop:
 * @self: a host
 *
 * Tells the place to close; its state says when it has.
 */
void
hw_host_stop (HwHost *self)
{
  g_return_if_fail (HW_IS_HOST (self));

  if (self->server == NULL)
    return;
  set_state (self, HW_HOST_STOPPING, 0);
  g_subprocess_send_signal (self->server, SIGTERM);
}

static void
address_free (HwHostAddress *address)
{
  g_free (address->address);
  g_free (address);
}

static gboolean
is_wireless (const char *interface)
{
  g_autofree char *path = g_build_filename ("/sys/class/net", interface, "wireless", NULL);

  return g_file_test (path, G_FILE_TEST_IS_DIR);
}

/**
 * hw_host_list_addresses:
 *
 * Returns: (transfer full) (element-type HwHostAddress): this computer's addresses on its networks;
 * empty where it is on none
 */
GPtrArray *
hw_host_list_addresses (void)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) address_free);
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) != 0)
    return addresses;
  for (struct ifaddrs *one = interfaces; one != NULL; one = one->ifa_next)
    if (one->ifa_addr != NULL && one->ifa_addr->sa_family == AF_INET
        && (one->ifa_flags & (IFF_UP | IFF_LOOPBACK)) == IFF_UP)
      {
        HwHostAddress *address = g_new0 (HwHostAddress, 1);
        char text[INET_ADDRSTRLEN];

        inet_ntop (AF_INET, &((struct sockaddr_in *) one->ifa_addr)->sin_addr, text, sizeof text);
        address->address = g_strdup (text);
        address->wireless = is_wireless (one->ifa_name);
        g_ptr_array_add (addresses, address);
      }
  freeifaddrs (interfaces);
  return addresses;
}
